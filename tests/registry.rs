//! Laws that hold for every shipped rule.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::{RULEBOOKS, SHIPPED, shanghai};
use zhijian::dictionary::{Files, Pack, Rule, RuleKind, Severity, allow, lint};
use zhijian::operator::{Operator, ParameterKind, Parameters};
use zhijian::screening::{CleanHits, Example, try_dictionary};

fn rules() -> impl Iterator<Item = (&'static Pack, &'static Rule)> {
    SHIPPED.packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)))
}

/// Collects what is wrong and fails with all of it.
#[derive(Default)]
struct Breaches(Vec<String>);

impl Breaches {
    fn check(&mut self, holds: bool, breach: impl FnOnce() -> String) {
        if !holds {
            self.0.push(breach());
        }
    }
}

impl Drop for Breaches {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
        }
    }
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|character| ('\u{4E00}'..='\u{9FFF}').contains(&character))
}

fn is_plain_id(id: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let parts: Vec<&str> = id.split('/').collect();
    parts.len() <= 2 && parts.iter().all(|part| plain(part) && !part.starts_with('-') && !part.ends_with('-'))
}

#[test]
fn there_are_rules() {
    let ids: BTreeSet<&str> = rules().map(|(_, rule)| rule.id.as_str()).collect();
    for id in [
        "internal-jargon",
        "rude-language",
        "impatience",
        "missing-greeting",
        "missing-closing",
        "slow-first-response",
        "slow-response",
        "customer-complaint",
        "customer-anger",
    ] {
        assert!(ids.contains(id), "{id} is not shipped");
    }
}

#[test]
fn ids_are_plain_and_stand_for_one_rule_each() {
    let mut breaches = Breaches::default();
    let mut seen = BTreeMap::new();
    for (pack, rule) in rules() {
        breaches.check(is_plain_id(&pack.id), || format!("pack `{}`", pack.id));
        for id in std::iter::once(&rule.id).chain(&rule.aliases) {
            breaches.check(is_plain_id(id), || format!("`{id}` is no plain id"));
            if let Some(other) = seen.insert(id, &pack.id) {
                breaches.check(false, || format!("`{id}` stands in {other} and in {}", pack.id));
            }
        }
    }
    assert!(
        !is_plain_id("A") && !is_plain_id("a b") && !is_plain_id("-a") && !is_plain_id("a/b/c") && !is_plain_id("")
    );
}

#[test]
fn every_rule_and_pack_says_where_it_comes_from() {
    let mut breaches = Breaches::default();
    for (pack, rule) in rules() {
        for (what, text) in [("title", &pack.title), ("source", &pack.source), ("owner", &pack.owner)] {
            breaches.check(is_chinese(text), || format!("the {what} of pack {} is {text:?}", pack.id));
        }
        breaches.check(!pack.edition.is_empty(), || format!("pack {} has no edition", pack.id));
        breaches.check(is_chinese(&rule.title), || format!("the title of {} is {:?}", rule.id, rule.title));
        breaches.check(!rule.source.trim().is_empty(), || format!("{} has no source", rule.id));
    }
}

#[test]
fn every_rule_has_a_manual_page_in_chinese() {
    let mut breaches = Breaches::default();
    for (_, rule) in rules() {
        let manual = &rule.manual;
        let pages = [("what", &manual.what), ("why", &manual.why), ("how", &manual.how), ("misses", &manual.misses)];
        for (page, text) in pages {
            breaches.check(is_chinese(text) && text.chars().count() >= 10, || {
                format!("`{page}` of {} is {text:?}", rule.id)
            });
        }
        let texts: BTreeSet<&String> = pages.into_iter().map(|(_, text)| text).collect();
        breaches.check(texts.len() == pages.len(), || format!("{} says the same twice", rule.id));
    }
}

#[test]
fn every_rule_has_ten_hits_and_ten_misses_among_its_own_examples() {
    let mut breaches = Breaches::default();
    for (pack, rule) in rules() {
        let examples: Vec<Example<'_>> = pack
            .examples
            .iter()
            .map(|line| Example::parse(&line.json).unwrap_or_else(|e| panic!("{}: {e}", line.json)))
            .collect();
        let hits =
            examples.iter().filter(|example| example.expect.iter().any(|expected| expected.rule == rule.id)).count();
        let misses = examples.iter().filter(|example| example.absent.contains(&rule.id)).count();
        breaches.check(hits >= 10 && misses >= 10, || format!("{}: {hits} hits, {misses} misses", rule.id));
    }
}

#[test]
fn no_example_says_the_same_as_another() {
    let mut breaches = Breaches::default();
    for pack in &SHIPPED.packs {
        let mut seen = BTreeMap::new();
        for line in &pack.examples {
            if let Some(before) = seen.insert(&line.json, line.origin.line) {
                breaches.check(false, || format!("{}: lines {before} and {} are equal", pack.id, line.origin.line));
            }
        }
    }
}

#[test]
fn examples_name_only_rules_that_exist() {
    let known: BTreeSet<&str> = rules().map(|(_, rule)| rule.id.as_str()).collect();
    let mut breaches = Breaches::default();
    for line in SHIPPED.packs.iter().flat_map(|pack| &pack.examples) {
        let example = Example::parse(&line.json).unwrap();
        let named = example.expect.iter().map(|expected| &expected.rule).chain(&example.absent);
        for rule in named.filter(|rule| !known.contains(rule.as_str())) {
            breaches.check(false, || format!("{}:{}: there is no rule {rule}", line.origin.file, line.origin.line));
        }
    }
}

#[test]
fn operator_parameters_are_known_typed_and_complete() {
    let mut breaches = Breaches::default();
    for (_, rule) in rules() {
        let specs = Operator::parameters(rule.operator);
        let mut problems = Vec::new();
        let parameters = Parameters::read(rule, specs, &mut problems);
        breaches.check(problems.is_empty(), || problems.iter().map(ToString::to_string).collect());
        let settled = parameters.canonical().count();
        let wanted = specs.iter().filter(|spec| spec.kind != ParameterKind::Files).count();
        breaches.check(settled == wanted, || format!("{}: {settled} of {wanted} parameters have a value", rule.id));
    }
}

#[test]
fn every_violation_has_an_item_in_every_edition_of_the_rulebook() {
    let rulebook = RULEBOOKS.get("cloud-cs").expect("the rulebook cloud-cs");
    assert!(!rulebook.editions().is_empty());
    let mut breaches = Breaches::default();
    for (_, rule) in rules() {
        for edition in rulebook.editions() {
            let has = edition.item(&rule.id).is_some();
            match rule.kind {
                RuleKind::Violation => breaches.check(has, || format!("{} has no item in {}", rule.id, edition.name)),
                RuleKind::Signal => {
                    breaches.check(!has, || format!("the signal {} is scored in {}", rule.id, edition.name));
                }
            }
        }
    }
}

#[test]
fn queue_classes_are_those_of_the_catalogue() {
    let expected = [
        ("internal-jargon", "always"),
        ("rude-language", "always"),
        ("impatience", "always"),
        ("missing-greeting", "with"),
        ("missing-closing", "with"),
        ("slow-first-response", "with"),
        ("slow-response", "with"),
    ];
    for (id, class) in expected {
        let (_, rule) = rules().find(|(_, rule)| rule.id == id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!(serde_json::to_value(rule.queue).unwrap(), class, "{id}");
    }
}

#[test]
fn every_term_says_where_it_comes_from() {
    let mut breaches = Breaches::default();
    for (_, rule) in rules() {
        for term in &rule.terms {
            let place = || format!("{}:{}", term.origin.file, term.origin.line);
            breaches.check(!term.source.trim().is_empty(), || format!("{} `{}` has no source", place(), term.text));
            breaches.check(term.confidence.is_none_or(|permille| (1..=1000).contains(&permille)), || {
                format!("{} confidence", place())
            });
        }
        let takes_terms = Operator::parameters(rule.operator).iter().any(|spec| spec.name == "terms");
        let needs_terms =
            Operator::parameters(rule.operator).iter().any(|spec| spec.name == "terms" && spec.default.is_none());
        breaches.check(takes_terms || rule.terms.is_empty(), || format!("{} has {} terms", rule.id, rule.terms.len()));
        breaches.check(!needs_terms || !rule.terms.is_empty(), || format!("{} has no terms", rule.id));
    }
}

#[test]
fn every_file_is_used() {
    let (_, problems) = zhijian::dictionary::Dictionary::load(&Files::built_in());
    let unused: Vec<String> = problems.iter().filter(|p| p.code == "unused-file").map(ToString::to_string).collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
    // An orphan is found.
    let mut files = Files::built_in();
    files.insert("cloud-cs/terms/orphan.tsv", "term\tmode\tsource\n后台\tword\tx\n");
    let (_, problems) = zhijian::dictionary::Dictionary::load(&files);
    assert!(
        problems.iter().any(|p| p.code == "unused-file" && &*p.origin.file == "cloud-cs/terms/orphan.tsv"),
        "{problems:?}"
    );
}

#[test]
fn every_example_comes_out_as_written() {
    let problems = try_dictionary(&SHIPPED, &shanghai()).expect("a rule set");
    let errors: Vec<String> =
        problems.iter().filter(|p| p.severity == Severity::Error).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn an_example_that_does_not_come_out_is_reported() {
    let mut files = Files::built_in();
    let mut examples = files.get("cloud-cs/examples.jsonl").unwrap().to_vec();
    examples.extend_from_slice("\n{\"say\":\"您好\",\"expect\":[{\"rule\":\"internal-jargon\"}]}\n".as_bytes());
    examples.extend_from_slice("{\"say\":\"这是BUG，抱歉\",\"absent\":[\"internal-jargon\"]}\n".as_bytes());
    files.insert("cloud-cs/examples.jsonl", examples);
    let (dictionary, _) = zhijian::dictionary::Dictionary::load(&files);
    let problems = try_dictionary(&dictionary, &shanghai()).expect("a rule set");
    for code in ["example-missed", "example-false-alarm"] {
        assert!(problems.iter().any(|problem| problem.code == code), "{code}");
    }
}

#[test]
fn the_check_finds_nothing_in_what_is_shipped() {
    let mut problems = lint(&SHIPPED, &Files::built_in());
    problems.extend(try_dictionary(&SHIPPED, &shanghai()).expect("a rule set"));
    let parted = allow::part(&SHIPPED, problems, |code| code != CleanHits::CODE);
    let shown: Vec<String> = parted.open.iter().map(ToString::to_string).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}
