//! What is well-formed and yet hardly meant so. Nothing here segments or folds; lint that does stands higher.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, Match};
use unicode_normalization::UnicodeNormalization;

use super::code;
use super::diagnostic::Diagnostic;
use super::examples::{example, mention};
use super::files::Files;
use super::nearest::{listed, nearest};
use super::pack::{Dictionary, Exception, Mode, Origin, Rule, Term, TermPlace};
use super::problems::Problems;

/// Hits, and misses, that each rule has at least.
const EXAMPLES: usize = 10;

/// Characters of `[[rule]]`, at which a rule as a whole is reported.
const HEADER: usize = 8;

/// Looks over a dictionary; `files` are those it was loaded from, to show the lines.
pub fn lint(dictionary: &Dictionary, files: &Files) -> Vec<Diagnostic> {
    let mut problems = Problems::default();
    let mut exceptions = IdleExceptions::default();
    for rule in dictionary.packs.iter().flat_map(|pack| &pack.rules) {
        manual(rule, &mut problems);
        for term in &rule.terms {
            single_character(term, &mut problems);
            own_exceptions(term, &mut problems);
        }
        duplicates(rule, &mut problems);
        exceptions.look_at(rule);
    }
    exceptions.report(&mut problems);
    count_examples(dictionary, &mut problems);
    problems.finish(files)
}

fn manual(rule: &Rule, problems: &mut Problems) {
    if rule.source.is_empty() {
        problems.push(
            Diagnostic::warning(code::MISSING_SOURCE, rule.origin.clone(), format!("`{}` has no source", rule.id))
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
                .underline(HEADER)
                .advise("one or two Chinese sentences each; inspectors and agents read them"),
        );
    }
}

fn single_character(term: &Term, problems: &mut Problems) {
    let mut characters = term.text.chars();
    // An emoji is not part of a word.
    let alone = characters.next().is_some_and(char::is_alphanumeric) && characters.next().is_none();
    // As the whole reply to a question, a bare 哦 says enough; and whoever explains a term in its note means it.
    if alone && term.mode != Mode::Pattern && term.place == TermPlace::Anywhere && term.note.is_empty() {
        problems.push(
            Diagnostic::warning(
                code::SINGLE_CHARACTER_TERM,
                term.origin.clone(),
                format!("`{}` is a single character", term.text),
            )
            .advise("it stands in many words; write the words that are meant, or say in `note` why it is right"),
        );
    }
}

fn duplicates(rule: &Rule, problems: &mut Problems) {
    let mut first: BTreeMap<(&str, Mode, TermPlace), &Origin> = BTreeMap::new();
    for term in &rule.terms {
        let Some(before) = first.insert((&term.text, term.mode, term.place), &term.origin) else { continue };
        first.insert((&term.text, term.mode, term.place), before);
        problems.push(
            Diagnostic::warning(
                code::DUPLICATE_TERM,
                term.origin.clone(),
                format!("`{}` has this term in {}:{} already", rule.id, before.file, before.line),
            )
            .underline(term.text.chars().count())
            .advise("keep one of them"),
        );
    }
}

fn own_exceptions(term: &Term, problems: &mut Problems) {
    if term.mode == Mode::Pattern {
        return;
    }
    let text = plain(&term.text);
    for exception in &term.exceptions {
        if !covers(&plain(exception), &text) {
            problems.push(
                Diagnostic::warning(
                    code::IDLE_EXCEPTION,
                    term.origin.clone(),
                    format!("the exception `{exception}` does not contain `{}`", term.text),
                )
                .underline(term.text.chars().count())
                .advise("an exception suppresses a hit inside it; write the whole phrase, the term included"),
            );
        }
    }
}

/// Whether an exception contains a term and is longer.
fn covers(exception: &str, term: &str) -> bool {
    exception.len() > term.len() && exception.contains(term)
}

/// Exceptions of whole rules that are of no use to any rule that names their file.
#[derive(Debug, Default)]
struct IdleExceptions {
    /// By place: the problem, or nothing if some rule has a use for it.
    seen: BTreeMap<Origin, Option<Diagnostic>>,
}

impl IdleExceptions {
    fn look_at(&mut self, rule: &Rule) {
        if rule.exceptions.is_empty() {
            return;
        }
        let literals: Vec<String> =
            rule.terms.iter().filter(|term| term.mode != Mode::Pattern).map(|term| plain(&term.text)).collect();
        let patterns = literals.len() < rule.terms.len();
        let texts: BTreeSet<&str> = rule.terms.iter().map(|term| term.text.as_str()).collect();
        // Without an automaton (its limits are far above any dictionary) nothing is reported.
        let Ok(automaton) = AhoCorasick::new(&literals) else { return };
        for exception in &rule.exceptions {
            if exception.terms.iter().any(|term| !texts.contains(term.as_str())) {
                // The operators name this one.
                continue;
            }
            let idle = exception.mode != Mode::Pattern && {
                let text = plain(&exception.text);
                if exception.terms.is_empty() {
                    let shorter = |found: Match| found.end() - found.start() < text.len();
                    !patterns && !automaton.find_overlapping_iter(&text).any(shorter)
                } else {
                    named_literals(exception, rule).is_some_and(|terms| !terms.iter().any(|term| covers(&text, term)))
                }
            };
            let diagnostic = idle.then(|| {
                let message = format!("the exception `{}` contains none of the terms that it is for", exception.text);
                Diagnostic::warning(code::IDLE_EXCEPTION, exception.origin.clone(), message)
                    .underline(exception.text.chars().count())
                    .advise("an exception suppresses a hit inside it; write the whole phrase, the term included")
            });
            match self.seen.get_mut(&exception.origin) {
                Some(before) if diagnostic.is_none() => *before = None,
                Some(_) => {}
                None => {
                    self.seen.insert(exception.origin.clone(), diagnostic);
                }
            }
        }
    }

    fn report(self, problems: &mut Problems) {
        for diagnostic in self.seen.into_values().flatten() {
            problems.push(diagnostic);
        }
    }
}

/// The terms that an exception names, if they are all literals.
fn named_literals(exception: &Exception, rule: &Rule) -> Option<Vec<String>> {
    let named = rule.terms.iter().filter(|term| exception.terms.contains(&term.text));
    named.map(|term| (term.mode != Mode::Pattern).then(|| plain(&term.text))).collect()
}

/// Width and case set aside, so that `BUG` and `ｂｕｇ反馈` compare as the engine will compare them.
fn plain(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
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
                problems.push(mention(line, rule, code::UNKNOWN_RULE, format!("no rule `{rule}`")).advise(advice));
                continue;
            };
            let count = counts.entry(id).or_default();
            *(if hit { &mut count.0 } else { &mut count.1 }) += 1;
        }
    }
    for rule in rules() {
        let (hits, misses) = counts.get(rule.id.as_str()).copied().unwrap_or_default();
        if hits < EXAMPLES || misses < EXAMPLES {
            let message = format!("`{}` has {hits} hits and {misses} misses among the examples", rule.id);
            problems.push(
                Diagnostic::warning(code::FEW_EXAMPLES, rule.origin.clone(), message)
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

    fn found(pack: &str, terms: &str, exceptions: &str, examples: &str) -> Vec<(&'static str, u32, String)> {
        let files: Files = [
            ("shop/pack.toml", pack.to_owned()),
            ("shop/terms/a.tsv", format!("term\tmode\texceptions\tplace\tnote\n{terms}")),
            ("shop/exceptions/a.tsv", format!("exception\tmode\tterms\n{exceptions}")),
            ("shop/examples.jsonl", examples.to_owned()),
        ]
        .into_iter()
        .collect();
        let dictionary = Dictionary::load(&files).0;
        lint(&dictionary, &files).into_iter().map(|one| (one.code, one.origin.line, one.message)).collect()
    }

    fn codes(pack: &str, terms: &str, exceptions: &str) -> Vec<(&'static str, u32)> {
        let all = found(pack, terms, exceptions, "");
        all.into_iter().filter(|(code, ..)| *code != "few-examples").map(|(code, line, _)| (code, line)).collect()
    }

    #[test]
    fn single_characters_are_named_unless_they_are_meant() {
        let terms = "滚\tsubstring\n哦\tsubstring\t\twhole-reply\n.\tpattern\n后台\tword\n😡\tsubstring\n\
            呸\tsubstring\t\t\t不会是别的字\n";
        assert_eq!(codes(RULE, terms, ""), [("single-character-term", 2)]);
    }

    #[test]
    fn duplicates_point_at_the_later_one() {
        let all = found(RULE, "后台\tword\n前台\tword\n后台\tword\n后台\tsubstring\n", "", "");
        assert_eq!(all[0], ("few-examples", 7, "`jargon` has 0 hits and 0 misses among the examples".to_owned()));
        assert_eq!(all[1], ("duplicate-term", 4, "`jargon` has this term in shop/terms/a.tsv:2 already".to_owned()));
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn exceptions_that_cannot_apply_are_named() {
        let terms = "后台\tword\t手机后台|前台|后台\nBUG\tword\tｂｕｇ反馈\n";
        assert_eq!(codes(RULE, terms, ""), [("idle-exception", 2), ("idle-exception", 2)]);
        let pack = RULE.replace("terms =", "exceptions = [\"exceptions/a.tsv\"]\nterms =");
        let exceptions = "手机后台\tsubstring\t\n酒店前台\tsubstring\t\n手机后台\tsubstring\tBUG\n后台\tsubstring\t\n\
                          x\tpattern\t\n后台灯\tsubstring\t收银台\n";
        assert_eq!(
            codes(&pack, "后台\tword\nBUG\tword\n", exceptions),
            [("idle-exception", 3), ("idle-exception", 4), ("idle-exception", 5)]
        );
        assert_eq!(codes(&pack, "后台\tword\n.台\tpattern\n", "酒店前台\tsubstring\t\n"), []);
    }

    #[test]
    fn exception_of_use_to_one_rule_is_not_idle() {
        let second = "\n[[rule]]\nid = \"second\"\ntitle = \"x\"\noperator = \"wording\"\nqueue = \"with\"\nsource = \"x\"\n\
            what = \"x\"\nwhy = \"x\"\nhow = \"x\"\nmisses = \"x\"\n[rule.parameters]\nexceptions = [\"exceptions/a.tsv\"]\n";
        let pack = RULE.replace("terms =", "exceptions = [\"exceptions/a.tsv\"]\nterms =") + second;
        assert_eq!(codes(&pack, "后台\tword\n", "手机后台\tsubstring\t\n"), []);
    }

    #[test]
    fn gaps_in_the_manual_are_named() {
        let pack = RULE.replace("source = \"x\"\nwhat", "what").replace("why = \"x\"\nhow = \"x\"", "why = \" \"");
        let all = found(&pack, "后台\tword\n", "", "");
        assert_eq!(all[1].2, "the manual page of `jargon` lacks `why`, `how`");
        assert_eq!(all[2], ("missing-source", 7, "`jargon` has no source".to_owned()));
    }

    #[test]
    fn examples_are_counted_and_checked() {
        let hit = "{\"say\":\"后台\",\"expect\":[{\"rule\":\"jargon\"}]}\n";
        let miss = "{\"say\":\"前台\",\"absent\":[\"jargon\"]}\n";
        assert_eq!(found(RULE, "后台\tword\n", "", &(hit.repeat(10) + &miss.repeat(10))), []);
        let short = found(
            RULE,
            "后台\tword\n",
            "",
            &(hit.repeat(9) + &miss.repeat(10) + "{\"say\":\"x\",\"absent\":[\"jragon\"]}\n{\n"),
        );
        assert_eq!(
            short,
            [
                ("unknown-rule", 20, "no rule `jragon`".to_owned()),
                ("bad-example", 21, "not an example: EOF while parsing an object".to_owned()),
                ("few-examples", 7, "`jargon` has 9 hits and 10 misses among the examples".to_owned()),
            ]
        );
    }
}
