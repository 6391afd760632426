//! What is well-formed and yet hardly meant so. Nothing here segments or folds; lint that does stands in `screening`.

use std::collections::BTreeMap;

use super::code;
use super::diagnostic::Diagnostic;
use super::examples::{example, mention};
use super::files::Files;
use super::literals;
use super::nearest::{listed, nearest};
use super::pack::{Dictionary, Mode, OperatorKind, Rule, Term, TermPlace};
use super::problems::Problems;
use super::rulebooks;

/// Hits, and misses, that each rule has at least.
const EXAMPLES: usize = 10;

/// Characters of `[[rule]]`, at which a rule as a whole is reported.
pub(super) const HEADER: usize = 8;

/// Looks over a dictionary; `files` are those it was loaded from, to show the lines.
pub fn lint(dictionary: &Dictionary, files: &Files) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    for rule in dictionary.packs.iter().flat_map(|pack| &pack.rules) {
        manual(rule, &mut problems);
        for term in rule.terms.iter().chain(&rule.cues).chain(&rule.earlier_terms) {
            single_character(rule, term, &mut problems);
        }
    }
    literals::lint(dictionary, &mut problems);
    count_examples(dictionary, &mut problems);
    rulebooks::lint(dictionary, files, &mut problems);
    problems.finish(files)
}

fn manual(rule: &Rule, problems: &mut Problems) {
    if rule.source.is_empty() {
        problems.push(
            Diagnostic::warning(code::MISSING_SOURCE, rule.origin.clone(), format!("`{}` has no source", rule.id))
                .of_rule(&rule.id)
                .underline(HEADER)
                .advise("name the document it comes from, or say that it is practice"),
        );
    }
    let pages = [
        ("what", &rule.manual.what),
        ("why", &rule.manual.why),
        ("how", &rule.manual.how),
        ("misses", &rule.manual.misses),
    ];
    let missing: Vec<&str> = pages.into_iter().filter(|(_, text)| text.is_empty()).map(|(key, _)| key).collect();
    if !missing.is_empty() {
        let message = format!("the manual page of `{}` lacks {}", rule.id, listed(&missing));
        problems.push(
            Diagnostic::warning(code::MISSING_MANUAL, rule.origin.clone(), message)
                .of_rule(&rule.id)
                .underline(HEADER)
                .advise("one or two Chinese sentences each; inspectors and agents read them"),
        );
    }
}

/// Whether a character is a sign of punctuation, in either width.
fn is_punctuation(character: char) -> bool {
    let blocks = ['\u{2010}'..='\u{2027}', '\u{3001}'..='\u{303F}', '\u{FF01}'..='\u{FF65}'];
    character.is_ascii_punctuation() || blocks.iter().any(|block| block.contains(&character))
}

fn single_character(rule: &Rule, term: &Term, problems: &mut Problems) {
    let mut characters = term.text.chars();
    // An emoji is not part of a word; a sign of punctuation stands in nearly every message.
    let common = |character: char| character.is_alphanumeric() || is_punctuation(character);
    let alone = characters.next().is_some_and(common) && characters.next().is_none();
    // As the whole reply to a question, a bare 哦 says enough; and whoever explains a term in its note means it.
    if alone && term.mode != Mode::Pattern && term.place == TermPlace::Anywhere && term.note.is_empty() {
        problems.push(
            Diagnostic::warning(
                code::SINGLE_CHARACTER_TERM,
                term.origin.clone(),
                format!("`{}` is a single character", term.text),
            )
            .of_term(&rule.id, &term.text)
            .advise("it stands in many words; write the words that are meant, or say in `note` why it is right"),
        );
    }
}

fn count_examples(dictionary: &Dictionary, problems: &mut Problems) {
    let rules = || dictionary.packs.iter().flat_map(|pack| &pack.rules);
    let names: BTreeMap<&str, &str> = rules()
        .flat_map(|rule| std::iter::once(&rule.id).chain(&rule.aliases).map(|name| (name.as_str(), rule.id.as_str())))
        .collect();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for line in dictionary.packs.iter().flat_map(|pack| &pack.examples) {
        let example = match example(line) {
            Ok(example) => example,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let mentioned = example.hits.iter().map(|rule| (rule, true));
        for (rule, hit) in mentioned.chain(example.misses.iter().map(|rule| (rule, false))) {
            let Some(id) = names.get(rule.as_str()) else {
                let advice = match nearest(rule, names.keys().copied()) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => "add the rule, or remove it from the example".to_owned(),
                };
                let unknown = mention(line, rule, code::UNKNOWN_RULE, format!("no rule `{rule}`"));
                problems.push(unknown.of_rule(rule).advise(advice));
                continue;
            };
            let count = counts.entry(id).or_default();
            *(if hit { &mut count.0 } else { &mut count.1 }) += 1;
        }
    }
    for rule in rules() {
        let is_wording = matches!(rule.operator, OperatorKind::Wording | OperatorKind::RequiredWording);
        if is_wording && rule.enabled && rule.terms.is_empty() {
            problems.push(
                Diagnostic::warning(
                    code::RULE_WITHOUT_TERMS,
                    rule.origin.clone(),
                    format!("`{}` has no term", rule.id),
                )
                .of_rule(&rule.id)
                .underline(HEADER)
                .advise("write terms into a file that `terms` names, or set `enabled = false`"),
            );
        }
        let (hits, misses) = counts.get(rule.id.as_str()).copied().unwrap_or_default();
        if hits < EXAMPLES || misses < EXAMPLES {
            let message = format!("`{}` has {hits} hits and {misses} misses among the examples", rule.id);
            // Without any, nobody knows whether the rule works at all, or what it must leave alone.
            let code = if hits == 0 || misses == 0 { code::MISSING_EXAMPLES } else { code::FEW_EXAMPLES };
            problems.push(
                Diagnostic::warning(code, rule.origin.clone(), message)
                    .of_rule(&rule.id)
                    .underline(HEADER)
                    .advise(format!("write at least {EXAMPLES} of each into examples.jsonl")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"店\"\nowner = \"x\"\nsource = \"x\"\n\n[[rule]]\n\
        id = \"jargon\"\ntitle = \"术语\"\noperator = \"wording\"\nqueue = \"always\"\nsource = \"x\"\nwhat = \"x\"\n\
        why = \"x\"\nhow = \"x\"\nmisses = \"x\"\n[rule.parameters]\nterms = [\"terms/a.tsv\"]\n";

    fn found(pack: &str, terms: &str, examples: &str) -> Vec<(&'static str, u32, String)> {
        let files: Files = [
            ("shop/pack.toml", pack.to_owned()),
            ("shop/terms/a.tsv", format!("term\tmode\texceptions\tplace\tnote\n{terms}")),
            ("shop/examples.jsonl", examples.to_owned()),
        ]
        .into_iter()
        .collect();
        let dictionary = Dictionary::load(&files).0;
        lint(&dictionary, &files).into_iter().map(|one| (one.code, one.origin.line, one.message)).collect()
    }

    fn codes(pack: &str, terms: &str) -> Vec<(&'static str, u32)> {
        let all = found(pack, terms, "");
        all.into_iter().filter(|(code, ..)| *code != "missing-examples").map(|(code, line, _)| (code, line)).collect()
    }

    #[test]
    fn single_characters_are_named_unless_they_are_meant() {
        let terms = "滚\tsubstring\n。\tsubstring\n哦\tsubstring\t\twhole-reply\n.\tpattern\n后台\tword\n😡\tsubstring\n\
            呸\tsubstring\t\t\t不会是别的字\n";
        assert_eq!(codes(RULE, terms), [("single-character-term", 2), ("single-character-term", 3)]);
    }

    #[test]
    fn gaps_in_the_manual_are_named() {
        let pack = RULE.replace("source = \"x\"\nwhat", "what").replace("why = \"x\"\nhow = \"x\"", "why = \" \"");
        let all = found(&pack, "后台\tword\n", "");
        assert_eq!(all[1].2, "the manual page of `jargon` lacks `why`, `how`");
        assert_eq!(all[2], ("missing-source", 7, "`jargon` has no source".to_owned()));
    }

    #[test]
    fn examples_are_counted_and_checked() {
        let hit = "{\"say\":\"后台\",\"expect\":[{\"rule\":\"jargon\"}]}\n";
        let miss = "{\"say\":\"前台\",\"absent\":[\"jargon\"]}\n";
        assert_eq!(found(RULE, "后台\tword\n", &(hit.repeat(10) + &miss.repeat(10))), []);
        let short = found(
            RULE,
            "后台\tword\n",
            &(hit.repeat(9) + &miss.repeat(10) + "{\"say\":\"x\",\"absent\":[\"jragon\"]}\n{\n"),
        );
        assert_eq!(
            short,
            [
                ("unknown-rule", 20, "no rule `jragon`".to_owned()),
                ("bad-example", 21, "not an example: it ends in the middle of an object".to_owned()),
                ("few-examples", 7, "`jargon` has 9 hits and 10 misses among the examples".to_owned()),
            ]
        );
        for examples in [hit.repeat(10), miss.repeat(10), String::new()] {
            assert_eq!(found(RULE, "后台\tword\n", &examples)[0].0, "missing-examples");
        }
    }
}
