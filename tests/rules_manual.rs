//! Every rule that docs/rules.md prints is in the pack beside it, word for word, and does what its examples say.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::sync::LazyLock;

use support::{fixture, fixture_text, shanghai};
use zhijian::dictionary::{Dictionary, Files, Rule, allow, lint};
use zhijian::screening::{CleanHits, Example, try_dictionary};

const MANUAL: &str = include_str!("../docs/rules.md");

/// The pack of the manual alone, and what is wrong with it.
static PACK: LazyLock<(Dictionary, Vec<String>)> = LazyLock::new(|| {
    let (files, mut problems) = Files::read(&fixture("rules"));
    let (dictionary, more) = Dictionary::load(&files);
    problems.extend(more);
    problems.extend(lint(&dictionary, &files));
    problems.extend(try_dictionary(&dictionary, &shanghai()).unwrap());
    let parted = allow::part(&dictionary, problems, |code| code != CleanHits::CODE);
    let open = parted.open.iter().map(ToString::to_string).collect();
    (dictionary, open)
});

fn rules() -> impl Iterator<Item = &'static Rule> {
    PACK.0.packs.iter().flat_map(|pack| &pack.rules)
}

/// The lines that hold something, trimmed, each with its line end.
fn trimmed(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// What stands in the manual's fences of a language.
fn fenced(language: &str) -> Vec<&'static str> {
    let fences = MANUAL.split("```").skip(1).step_by(2);
    let fences = fences.filter_map(|fence| fence.split_once('\n'));
    fences.filter(|(info, _)| *info == language).map(|(_, text)| text).collect()
}

#[test]
fn the_pack_is_sound_and_its_examples_hold() {
    assert!(PACK.1.is_empty(), "\n{}", PACK.1.join("\n"));
    assert!(rules().count() > 30, "{}", rules().count());
}

#[test]
fn every_rule_has_a_hit_and_a_miss() {
    let lines = PACK.0.packs.iter().flat_map(|pack| &pack.examples);
    let examples: Vec<Example<'_>> = lines.map(|line| Example::parse(&line.json).unwrap()).collect();
    for rule in rules() {
        let hit = examples.iter().any(|example| example.expect.iter().any(|expected| expected.rule == rule.id));
        let miss = examples.iter().any(|example| example.absent.contains(&rule.id));
        assert!(hit && miss, "{}: hit {hit}, miss {miss}", rule.id);
    }
}

#[test]
fn what_the_manual_prints_is_in_the_pack() {
    let pack = trimmed(&fixture_text("rules/sca/pack.toml"));
    let blocks = fenced("toml");
    assert!(blocks.len() > 20, "{}", blocks.len());
    for block in blocks {
        assert!(pack.contains(&trimmed(block)), "this is not in the pack:\n{block}");
    }
}

#[test]
fn the_terms_that_the_manual_prints_are_in_the_pack() {
    let mut rows = Vec::new();
    for rule in rules() {
        rows.extend(rule.terms.iter().map(|term| term.text.clone()));
        rows.extend(rule.exceptions.iter().map(|exception| exception.text.clone()));
    }
    let blocks = fenced("tsv");
    assert!(blocks.len() > 5, "{}", blocks.len());
    for line in blocks.iter().flat_map(|block| block.lines().skip(1)) {
        let text = line.split('\t').next().unwrap_or_default();
        assert!(rows.iter().any(|row| row == text), "this is no term of the pack: {line}");
    }
}

#[test]
fn every_rule_is_named_in_the_manual() {
    for rule in rules() {
        assert!(MANUAL.contains(&format!("`{}`", rule.id)), "{} is not in docs/rules.md", rule.id);
    }
}

#[test]
fn what_the_manual_gives_as_examples_is_among_those_of_the_pack() {
    let examples = fixture_text("rules/sca/examples.jsonl");
    let marked = |line: &'static str| line.strip_prefix("- hits: ").or_else(|| line.strip_prefix("- does not hit: "));
    let parts: Vec<&str> = MANUAL.lines().filter_map(marked).flat_map(|line| line.split(" · ")).collect();
    assert!(parts.len() > 50, "{}", parts.len());
    // What begins with a backtick is a field of the record.
    for message in parts.iter().filter(|part| !part.starts_with('`')) {
        let (_, text) = message.split_once(": ").unwrap_or_default();
        let written = format!("\"text\":\"{text}\"");
        assert!(!text.is_empty() && examples.contains(&written), "no example says: {message}");
    }
}
