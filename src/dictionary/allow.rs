//! `[[allow]]` of a `pack.toml`: warnings that are meant, each with its reason.

use std::ops::Range;

use toml::de::DeTable;

use super::code;
use super::diagnostic::{Diagnostic, Severity};
use super::keys::Keys;
use super::pack::{Allow, Dictionary, Pack};
use super::problems::Problems;
use super::source::SourceText;

/// Keys of an `[[allow]]`; a test compares them with the JSON Schema.
pub(super) const KEYS: &[&str] = &["code", "rule", "term", "reason"];

/// Characters of `[[allow]]`.
const HEADER: usize = 9;

/// Reads one. Without a code or a reason it allows nothing.
pub(super) fn allow(
    source: &SourceText<'_>,
    table: &DeTable<'_>,
    header: Range<usize>,
    problems: &mut Problems,
) -> Option<Allow> {
    let origin = source.origin(header.start);
    let keys = Keys::from_parts(source, table, header, "the allowance", KEYS, problems);
    let code = keys.required("code", problems);
    let reason = keys.required("reason", problems);
    let rule = keys.text("rule", problems).map(|(rule, _)| rule);
    let term = keys.text("term", problems).map(|(term, _)| term);
    Some(Allow { code: code?.0, rule, term, reason: reason?.0, origin })
}

impl Allow {
    fn means(&self, folder: &str, problem: &Diagnostic) -> bool {
        let about = problem.about.as_ref();
        let (rule, term) = (about.map(|about| &about.rule), about.and_then(|about| about.term.as_ref()));
        self.code == problem.code
            && problem.origin.file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            && self.rule.as_ref().is_none_or(|asked| rule == Some(asked))
            && self.term.as_ref().is_none_or(|asked| term == Some(asked))
    }
}

/// Problems parted into those that stand and those that a pack allows.
#[derive(Debug, Default)]
pub struct Parted {
    /// What remains to be mended, the allowances that allow nothing among it.
    pub open: Vec<Diagnostic>,
    /// What is meant, with the reasons.
    pub allowed: Vec<(Diagnostic, String)>,
}

/// Parts the problems of a dictionary. An allowance covers the warnings of its own pack; an error it never covers.
/// `looked_for` tells whether a code could have come up at all: an allowance for one that could not is not idle.
pub fn part(dictionary: &Dictionary, problems: Vec<Diagnostic>, looked_for: impl Fn(&str) -> bool) -> Parted {
    let folder = |pack: &Pack| pack.origin.file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let allows: Vec<(String, &Allow)> =
        dictionary.packs.iter().flat_map(|pack| pack.allows.iter().map(move |allow| (folder(pack), allow))).collect();
    let mut used = vec![Use::None; allows.len()];
    let mut parted = Parted::default();
    for problem in problems {
        let mut reason = None;
        for ((folder, allow), used) in allows.iter().zip(&mut used) {
            if !allow.means(folder, &problem) {
                continue;
            }
            if problem.severity == Severity::Warning {
                *used = Use::Applies;
                reason.get_or_insert(&allow.reason);
            } else if *used == Use::None {
                *used = Use::OnErrors;
            }
        }
        match reason {
            Some(reason) => parted.allowed.push((problem, reason.clone())),
            None => parted.open.push(problem),
        }
    }
    for ((_, allow), used) in allows.iter().zip(used) {
        let advice = match used {
            Use::Applies => continue,
            Use::OnErrors => "an error cannot be allowed; mend what it names",
            Use::None if !looked_for(&allow.code) => continue,
            // Without a rulebook nothing is asked of the rules.
            Use::None if allow.code == code::RULE_WITHOUT_ITEM && dictionary.rulebooks.is_empty() => continue,
            Use::None => "remove it, or correct its code, rule or term; both are written as the warning has them",
        };
        let message = format!("no warning `{}` is allowed by this", allow.code);
        parted.open.push(
            Diagnostic::warning(code::IDLE_ALLOW, allow.origin.clone(), message).underline(HEADER).advise(advice),
        );
    }
    parted
}

/// What an allowance was good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    None,
    /// It would cover an error.
    OnErrors,
    Applies,
}

#[cfg(test)]
mod tests {
    use super::super::files::Files;
    use super::super::lint::lint;
    use super::*;

    const HEAD: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"x\"\nowner = \"x\"\nsource = \"x\"\n";
    const RULE: &str = "[[rule]]\nid = \"jargon\"\ntitle = \"x\"\noperator = \"wording\"\nqueue = \"always\"\n\
        source = \"x\"\nwhat = \"x\"\nwhy = \"x\"\nhow = \"x\"\nmisses = \"x\"\n\
        [rule.parameters]\nterms = [\"terms/a.tsv\"]\n";
    const REASON: &str = "reason = \"只在口语里出现\"\n";

    /// Codes that stand, and the terms of what is allowed.
    fn parted(allow: &str) -> (Vec<(&'static str, u32)>, Vec<String>) {
        let files: Files = [
            ("shop/pack.toml", format!("{HEAD}{allow}{RULE}")),
            ("shop/terms/a.tsv", "term\tmode\n滚\tsubstring\n呸\tsubstring\n".to_owned()),
        ]
        .into_iter()
        .collect();
        let (dictionary, mut problems) = Dictionary::load(&files);
        problems.extend(lint(&dictionary, &files));
        let parted = part(&dictionary, problems, |code| code != "needs-a-corpus");
        let open = parted.open.into_iter().map(|problem| (problem.code, problem.origin.line));
        let open = open.filter(|(code, _)| *code != "missing-examples").collect();
        (open, parted.allowed.into_iter().filter_map(|(problem, _)| problem.about?.term).collect())
    }

    #[test]
    fn what_a_pack_allows_does_not_stand() {
        let allow = format!("[[allow]]\ncode = \"single-character-term\"\nrule = \"jargon\"\nterm = \"滚\"\n{REASON}");
        assert_eq!(parted(&allow), (vec![("single-character-term", 3)], vec!["滚".to_owned()]));
        let both = format!("[[allow]]\ncode = \"single-character-term\"\n{REASON}");
        assert_eq!(parted(&both), (vec![], vec!["滚".to_owned(), "呸".to_owned()]));
    }

    #[test]
    fn allowances_that_allow_nothing_are_named() {
        for wrong in ["term = \"滚开\"", "rule = \"other\""] {
            let (open, allowed) = parted(&format!("[[allow]]\ncode = \"single-character-term\"\n{wrong}\n{REASON}"));
            assert!(open.len() == 3 && open.contains(&("idle-allow", 6)) && allowed.is_empty(), "{open:?}");
        }
        let unasked = format!("[[allow]]\ncode = \"rule-without-item\"\n{REASON}");
        assert_eq!(parted(&unasked).0.len(), 2, "there is no rulebook");
        let later = format!("[[allow]]\ncode = \"needs-a-corpus\"\n{REASON}");
        assert_eq!(parted(&later).0.len(), 2, "what was not looked for is not missed");
    }

    #[test]
    fn without_a_reason_nothing_is_allowed() {
        for missing in ["", "reason = \" \"\n"] {
            let (open, allowed) = parted(&format!("[[allow]]\ncode = \"single-character-term\"\n{missing}"));
            assert_eq!((open[0].0, open.len(), allowed.len()), ("missing-key", 3, 0), "{open:?}");
        }
    }

    #[test]
    fn errors_cannot_be_allowed() {
        let allow =
            format!("[[allow]]\ncode = \"unknown-key\"\n{REASON}[[allow]]\ncode = \"x\"\nwhy = \"y\"\n{REASON}");
        let (open, allowed) = parted(&allow);
        assert!(open.contains(&("unknown-key", 11)) && open.contains(&("idle-allow", 6)), "{open:?}");
        assert!(allowed.is_empty());
    }
}
