//! Collecting problems while reading goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::code;
use super::diagnostic::{Diagnostic, sort};
use super::files::Files;
use super::pack::Origin;

/// Problems of one file that are listed. A table in the wrong format has one a line, and nobody reads a million.
const LISTED: usize = 1_000;

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Diagnostic>,
    by_file: BTreeMap<Arc<str>, usize>,
}

impl Problems {
    /// Notes a problem.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let count = self.by_file.entry(Arc::clone(&diagnostic.origin.file)).or_default();
        *count += 1;
        if *count <= LISTED {
            self.found.push(diagnostic);
        }
    }

    /// Notes problems, or none.
    pub(super) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// How many there are, listed or not.
    pub(super) fn count(&self) -> usize {
        self.by_file.values().sum()
    }

    /// All of them in order, as if they had been found one by one: no more of a file than are listed.
    pub(super) fn bounded(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut problems = Self::default();
        for problem in all {
            problems.push(problem);
        }
        problems.finish(&Files::default())
    }

    /// All of them in order, with the lines that they are in.
    pub(super) fn finish(mut self, files: &Files) -> Vec<Diagnostic> {
        for (file, count) in self.by_file {
            if let Some(rest) = count.checked_sub(LISTED).filter(|rest| *rest > 0) {
                let origin = Origin { file, line: 0, column: 0 };
                self.found.push(
                    Diagnostic::error(code::TOO_MANY_PROBLEMS, origin, format!("{rest} more problems in this file"))
                        .advise("mend the first ones; the rest may have the same cause"),
                );
            }
        }
        sort(&mut self.found);
        // Two rules that name one file see the same problem in it.
        self.found.dedup();
        files.show_lines(&mut self.found);
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_beyond_the_limit_are_counted_only() {
        let mut problems = Problems::default();
        for line in 1..=1_005 {
            problems.push(Diagnostic::error("bad-mode", Origin { file: "a.tsv".into(), line, column: 1 }, "x"));
        }
        assert_eq!(problems.count(), 1_005);
        let all = problems.finish(&Files::default());
        assert_eq!(all.len(), 1_001);
        assert_eq!(all[0].message, "5 more problems in this file");
    }
}
