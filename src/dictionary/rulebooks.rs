//! The rulebooks of a dictionaries folder, with what is wrong with them said in this layer's form.

use std::collections::BTreeSet;

use crate::scoring::{Edition, Item, Problem, Rulebook, Rulebooks};

use super::code;
use super::diagnostic::{Diagnostic, sort};
use super::files::Files;
use super::lint::HEADER;
use super::nearest::nearest;
use super::pack::{Dictionary, Origin, RuleKind};
use super::problems::Problems;
use super::source::number;

impl Dictionary {
    /// Parses the rulebooks that lie in the folder.
    pub fn read_rulebooks(&self, files: &Files) -> (Rulebooks, Vec<Diagnostic>) {
        let (rulebooks, problems) = Rulebooks::load(&self.rulebooks);
        let mut diagnostics: Vec<Diagnostic> = problems.iter().map(Diagnostic::from).collect();
        sort(&mut diagnostics);
        files.show_lines(&mut diagnostics);
        (rulebooks, diagnostics)
    }
}

impl From<&Problem> for Diagnostic {
    fn from(problem: &Problem) -> Self {
        let origin = Origin { file: problem.file.as_str().into(), line: problem.line, column: problem.column };
        Self::error(problem.kind.code(), origin, problem.kind.to_string())
            .underline(problem.length as usize)
            .advise(problem.kind.advice())
    }
}

/// Holds the rules and the rulebooks against each other. Where there is no rulebook, nothing is asked of the rules.
pub(super) fn lint(dictionary: &Dictionary, files: &Files, problems: &mut Problems) {
    let (rulebooks, _) = dictionary.read_rulebooks(files);
    let editions: Vec<&Edition> = rulebooks.iter().flat_map(Rulebook::editions).collect();
    if editions.is_empty() {
        return;
    }
    let rules = || dictionary.packs.iter().flat_map(|pack| &pack.rules);
    for rule in rules().filter(|rule| rule.kind == RuleKind::Violation) {
        if !editions.iter().any(|edition| edition.item(&rule.id).is_some()) {
            let message = format!("no edition of a rulebook has an item for `{}`", rule.id);
            problems.push(
                Diagnostic::warning(code::RULE_WITHOUT_ITEM, rule.origin.clone(), message)
                    .of_rule(&rule.id)
                    .underline(HEADER)
                    .advise("add it to the `rules` of an item; without one its findings cost nothing"),
            );
        }
    }
    // An item for `a` scores `a/b` too.
    let ids: BTreeSet<&str> = rules().flat_map(|rule| [&*rule.id, group(&rule.id)]).collect();
    for edition in editions {
        for item in &edition.items {
            for rule in item.rules.iter().filter(|rule| !ids.contains(rule.as_str())) {
                let renamed = rules().find(|known| known.aliases.contains(rule)).map(|known| known.id.as_str());
                let advice = match renamed.or_else(|| nearest(rule, ids.iter().copied())) {
                    Some(id) if renamed.is_some() => format!("the rule is called `{id}` now"),
                    Some(id) => format!("did you mean `{id}`?"),
                    None => "add the rule, or remove it from the item".to_owned(),
                };
                let message = format!("the item `{}` scores `{rule}`, and there is no such rule", item.id);
                let place = mention(edition, item, rule, files);
                problems.push(
                    Diagnostic::warning(code::ITEM_WITHOUT_RULE, place, message)
                        .of_rule(rule)
                        .underline(rule.chars().count() + 2)
                        .advise(advice),
                );
            }
        }
    }
}

/// The first half of an id of two parts.
fn group(id: &str) -> &str {
    id.split_once('/').map_or(id, |(group, _)| group)
}

/// Where an item names a rule; the item itself, where that cannot be told.
fn mention(edition: &Edition, item: &Item, rule: &str, files: &Files) -> Origin {
    let text = files.get(&edition.file).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let quoted = format!("\"{rule}\"");
    let lines = (item.line..).zip(text.lines().skip(item.line.saturating_sub(1) as usize));
    let found =
        lines.filter_map(|(line, text)| text.find(&quoted).map(|at| (line, number(text[..at].chars().count()))));
    let (line, column) = found.into_iter().next().unwrap_or((item.line, 1));
    Origin { file: edition.file.as_str().into(), line, column }
}

#[cfg(test)]
mod tests {
    use super::super::lint::lint;
    use super::*;

    const BOOK: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"店\"\nsource = \"x\"\n\
        effective_from = \"2018-02-01\"\ncase_policy = \"most-severe\"\n";

    /// What is said of a folder with these rules and these items of its rulebook.
    fn found(rules: &str, items: &str) -> Vec<(&'static str, String, u32, u32)> {
        let pack = format!("id = \"shop\"\nedition = \"1\"\ntitle = \"x\"\nowner = \"x\"\nsource = \"x\"\n{rules}");
        let mut files: Files = [("shop/pack.toml", pack)].into_iter().collect();
        if !items.is_empty() {
            files.insert("rulebooks/shop/1.toml", format!("{BOOK}{items}"));
        }
        let (dictionary, _) = Dictionary::load(&files);
        let about = |one: &Diagnostic| one.code == "rule-without-item" || one.code == "item-without-rule";
        let found = lint(&dictionary, &files).into_iter().filter(about);
        found.map(|one| (one.code, one.advice, one.origin.line, one.origin.column)).collect()
    }

    fn rule(id: &str, more: &str) -> String {
        format!("[[rule]]\nid = \"{id}\"\ntitle = \"x\"\noperator = \"wording\"\nqueue = \"with\"\n{more}")
    }

    fn item(rules: &str) -> String {
        format!("[[item]]\nid = \"a\"\ntitle = \"甲\"\nrules = [{rules}]\npoints = \"5\"\n")
    }

    #[test]
    fn violations_without_an_item_are_named() {
        let rules = rule("jargon", "") + &rule("anger", "kind = \"signal\"\n") + &rule("sop/transfer", "");
        let codes = |items: &str| found(&rules, items).into_iter().map(|one| (one.0, one.2)).collect::<Vec<_>>();
        assert_eq!(codes(&item("\"jargon\", \"sop\"")), []);
        assert_eq!(codes(&item("\"sop/transfer\"")), [("rule-without-item", 6)]);
        assert_eq!(codes(""), [], "without a rulebook nothing is asked");
    }

    #[test]
    fn items_for_rules_that_nobody_has_are_named() {
        let rules = rule("jargon", "aliases = [\"terms\"]\n");
        assert_eq!(
            found(&rules, &item("\"jargon\", \"jragon\"")),
            [("item-without-rule", "did you mean `jargon`?".to_owned(), 10, 20)]
        );
        let alias = found(&rules, &item("\"jargon\", \"terms\""));
        assert_eq!(alias[0].1, "the rule is called `jargon` now");
        let manual = "[[item]]\nid = \"absent\"\ntitle = \"甲\"\nmanual = true\n";
        assert_eq!(found(&rules, &(item("\"jargon\"") + manual)), []);
    }

    #[test]
    fn shipped_rulebooks_are_sound() {
        let files = Files::built_in();
        let (dictionary, _) = Dictionary::load(&files);
        let (rulebooks, problems) = dictionary.read_rulebooks(&files);
        assert_eq!(problems, []);
        assert!(rulebooks.get("cloud-cs").is_some());
    }

    #[test]
    fn problems_point_into_the_file() {
        let text = "id = \"shop\"\nedition = \"1\"\ntitle = \"店\"\nsource = \"x\"\neffective_from = \"2018-02-01\"\n\
                    case_policy = \"most-severe\"\n\n[[item]]\nid = \"a\"\ntitle = \"甲\"\nrules = [\"a\"]\npoints = \"五\"\n";
        let files: Files = [("rulebooks/shop/1.toml", text)].into_iter().collect();
        let (_, problems) = Dictionary::load(&files).0.read_rulebooks(&files);
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].to_string(),
            "error[bad-points]: `五` is not a number of points\n  \
             --> rulebooks/shop/1.toml:12:10\n   |\n12 | points = \"五\"\n   |          ^^^^\n   \
             = help: write a decimal with at most 3 places in quotes, for instance \"5\" or \"2.5\""
        );
    }
}
