//! A problem in the dictionaries: where it is, what it is, and what to do about it.

use std::fmt;

use super::excerpt::Excerpt;
use super::pack::Origin;

/// Whether the dictionary can be used in spite of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// What is written does not take effect as written.
    Error,
    /// What is written takes effect, and is probably not meant so.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One problem, pointing at the characters that cause it.
///
/// `Display` prints it the way rustc does, the caret under the right character of a Chinese line too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code in kebab case; `docs/lint.md` has a section for each.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Where it is.
    pub origin: Origin,
    /// How many characters to underline, from the column of the origin on.
    pub length: u32,
    /// The line it is in; [`show_lines`](super::files::Files::show_lines) fills it in.
    pub line_text: Option<Box<str>>,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub advice: String,
    /// What it is about, where it is about a rule: what an [`Allow`](super::pack::Allow) names.
    pub about: Option<Box<About>>,
}

/// The rule, and perhaps the term, that a problem is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The rule's id.
    pub rule: String,
    /// The term or exception, as written.
    pub term: Option<String>,
}

impl Diagnostic {
    /// A problem that keeps something from taking effect.
    pub fn error(code: &'static str, origin: Origin, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            origin,
            length: 1,
            line_text: None,
            message: message.into(),
            advice: String::new(),
            about: None,
        }
    }

    /// A problem that keeps nothing from taking effect.
    pub fn warning(code: &'static str, origin: Origin, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, origin, message) }
    }

    /// Underlines this many characters.
    #[must_use]
    pub fn underline(mut self, characters: usize) -> Self {
        self.length = u32::try_from(characters).unwrap_or(u32::MAX).max(1);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    /// Says which rule it is about.
    #[must_use]
    pub fn of_rule(mut self, rule: &str) -> Self {
        self.about = Some(Box::new(About { rule: rule.to_owned(), term: None }));
        self
    }

    /// Says which term or exception of which rule it is about, and underlines it.
    #[must_use]
    pub fn of_term(mut self, rule: &str, term: &str) -> Self {
        self.about = Some(Box::new(About { rule: rule.to_owned(), term: Some(term.to_owned()) }));
        self.underline(term.chars().count())
    }

    /// Whether a reader would take it for the same problem: two rules that share a file have each the problems of it.
    pub fn reads_like(&self, other: &Self) -> bool {
        self.key() == other.key() && self.severity == other.severity
    }

    /// The text that `Display` prints, with another name for the file, for instance its path on the disk.
    pub fn render(&self, file: &str) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = self.write(&mut text, file);
        text
    }

    fn write(&self, out: &mut dyn fmt::Write, file: &str) -> fmt::Result {
        write!(out, "{}[{}]: {}", self.severity, self.code, self.message)?;
        let Origin { line, column, .. } = self.origin;
        let margin = line.to_string().len();
        write!(out, "\n{:margin$}--> {file}", "")?;
        if line > 0 {
            write!(out, ":{line}")?;
            if column > 0 {
                write!(out, ":{column}")?;
            }
        }
        if let Some(text) = self.line_text.as_deref().filter(|_| line > 0) {
            let excerpt = Excerpt::of(text, column, self.length);
            write!(out, "\n{:margin$} |\n{line} | {}", "", excerpt.line)?;
            if !excerpt.marks.is_empty() {
                write!(out, "\n{:margin$} | {}", "", excerpt.marks)?;
            }
        }
        if !self.advice.is_empty() {
            write!(out, "\n{:margin$} = help: {}", "", self.advice)?;
        }
        Ok(())
    }

    fn key(&self) -> (&Origin, &'static str, &str) {
        (&self.origin, self.code, &self.message)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(formatter, &self.origin.file)
    }
}

impl std::error::Error for Diagnostic {}

/// Sorts problems, and of a file with very many keeps the first and the number of the others.
pub fn bounded(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    super::problems::Problems::bounded(diagnostics)
}

/// Sorts by file, line, column, code.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| a.key().cmp(&b.key()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(line: u32, column: u32) -> Origin {
        Origin { file: "shop/terms/jargon.tsv".into(), line, column }
    }

    #[test]
    fn caret_stands_under_han_characters() {
        let mut diagnostic = Diagnostic::error("bad-mode", origin(12, 6), "unknown mode `wrod`")
            .underline(4)
            .advise("did you mean `word`?");
        diagnostic.line_text = Some("后台词条\twrod\t手机后台".into());
        assert_eq!(
            diagnostic.to_string(),
            "error[bad-mode]: unknown mode `wrod`\n  \
             --> shop/terms/jargon.tsv:12:6\n   \
             |\n12 | 后台词条    wrod    手机后台\n   \
             |             ^^^^\n   \
             = help: did you mean `word`?"
        );
    }

    #[test]
    fn underline_of_han_characters_is_twice_as_wide() {
        let mut diagnostic = Diagnostic::warning("single-character-term", origin(3, 2), "short").underline(2);
        diagnostic.line_text = Some("a后台b".into());
        assert_eq!(
            diagnostic.to_string(),
            "warning[single-character-term]: short\n --> shop/terms/jargon.tsv:3:2\n  |\n3 | a后台b\n  |  ^^^^"
        );
    }

    #[test]
    fn file_as_a_whole_has_no_line() {
        let diagnostic = Diagnostic::error("missing-file", origin(0, 0), "gone").advise("bring it back");
        assert_eq!(
            diagnostic.to_string(),
            "error[missing-file]: gone\n --> shop/terms/jargon.tsv\n  = help: bring it back"
        );
        assert!(diagnostic.render("/srv/packs/x.tsv").contains("--> /srv/packs/x.tsv\n"));
    }

    #[test]
    fn order_is_file_line_column_code() {
        let mut all = vec![
            Diagnostic::error("b", origin(2, 1), ""),
            Diagnostic::error("a", origin(2, 1), ""),
            Diagnostic::error("c", origin(1, 9), ""),
            Diagnostic::error("d", Origin { file: "a".into(), line: 9, column: 9 }, ""),
        ];
        sort(&mut all);
        let codes: Vec<_> = all.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, ["d", "c", "a", "b"]);
    }
}
