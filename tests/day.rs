//! A day of service conversations against what a careful reader expects of it. What was labelled doubtful counts neither
//! way; where the engine is known to be wrong, the place is listed below with the reason, and has to be wrong still.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use support::{RULES, conversations, fixture_lines};
use zhijian::screening::{Evidence, Screener, Screening};

/// Rules held to every single place.
const EXACT: &[&str] = &[
    "internal-jargon",
    "rude-language",
    "impatience",
    "missing-greeting",
    "missing-closing",
    "slow-first-response",
    "slow-response",
];

/// A cue of either signal at the place is enough: the two share their cues.
const SIGNALS: &[&str] = &["customer-complaint", "customer-anger"];

/// Places at which the engine is wrong: conversation, rule, message, what it does, why that is wrong.
const KNOWN_DISAGREEMENTS: &[(&str, &str, u32, Wrong, &str)] = &[
    ("20180305-007", "internal-jargon", 10, Wrong::FalseAlarm, "the hotel's front desk: 酒店前台 stands in message 3"),
    (
        "20180305-087",
        "customer-complaint",
        1,
        Wrong::FalseAlarm,
        "你们卖假货吧 asks about the goods; labelled is only 举报",
    ),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wrong {
    Missed,
    FalseAlarm,
}

type Place = (String, String, u32);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    id: String,
    labels: Vec<Label>,
    doubtful: Vec<Label>,
    judged: Judged,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    rule: String,
    message: u32,
    #[serde(default)]
    quote: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Judged {
    rules: Vec<String>,
}

struct Day {
    expected: Vec<Expectation>,
    screenings: Vec<Screening>,
    /// By conversation and message.
    texts: BTreeMap<(String, u32), String>,
}

fn day() -> Day {
    let lines = fixture_lines("day-20180305.jsonl");
    let mut screener = Screener::new(Arc::clone(&RULES));
    let mut texts = BTreeMap::new();
    let mut screenings = Vec::new();
    for conversation in conversations(&lines) {
        for (index, message) in (0..).zip(&conversation.messages) {
            texts.insert((conversation.id.to_string(), index), message.text.to_string());
        }
        screenings.push(screener.screen(&conversation));
    }
    let expected: Vec<Expectation> = fixture_lines("day-20180305.expected.jsonl")
        .iter()
        .map(|line| serde_json::from_str(line).expect("an expectation"))
        .collect();
    Day { expected, screenings, texts }
}

/// Rule, message and evidence of each finding.
fn found(screening: &Screening) -> Vec<(&str, u32, &[Evidence])> {
    let candidates = screening.candidates.iter().chain(&screening.informational);
    let candidates = candidates.map(|found| (found.rule.as_str(), found.message, found.spans.as_slice()));
    candidates
        .chain(screening.signals.iter().map(|found| (found.rule.as_str(), found.message, found.spans.as_slice())))
        .collect()
}

/// Everything on which the engine and the reader differ.
fn disagreements(day: &Day) -> BTreeSet<(Place, Wrong)> {
    let mut all = BTreeSet::new();
    for (expectation, screening) in day.expected.iter().zip(&day.screenings) {
        let of = |labels: &'_ [Label]| -> BTreeSet<(String, u32)> {
            labels.iter().map(|l| (l.rule.clone(), l.message)).collect()
        };
        let (labels, doubtful) = (of(&expectation.labels), of(&expectation.doubtful));
        let found: BTreeSet<(String, u32)> =
            found(screening).into_iter().map(|(rule, message, _)| (rule.to_owned(), message)).collect();
        let with_either = |set: &BTreeSet<(String, u32)>, rule: &str, message: u32| {
            let same: &[&str] = if SIGNALS.contains(&rule) { SIGNALS } else { std::slice::from_ref(&rule) };
            same.iter().any(|rule| set.contains(&((*rule).to_owned(), message)))
        };
        let judged = |rule: &str| expectation.judged.rules.iter().any(|judged| judged == rule);
        let place = |rule: &str, message: u32| (expectation.id.clone(), rule.to_owned(), message);
        for (rule, message) in
            labels.iter().filter(|(rule, message)| judged(rule) && !with_either(&found, rule, *message))
        {
            all.insert((place(rule, *message), Wrong::Missed));
        }
        for (rule, message) in found.iter().filter(|(rule, _)| judged(rule)) {
            if !with_either(&labels, rule, *message) && !with_either(&doubtful, rule, *message) {
                all.insert((place(rule, *message), Wrong::FalseAlarm));
            }
        }
    }
    all
}

#[test]
fn expectations_and_conversations_belong_together() {
    let day = day();
    assert_eq!(day.expected.len(), 89);
    let rules: BTreeSet<&str> = EXACT.iter().chain(SIGNALS).copied().collect();
    for (expectation, screening) in day.expected.iter().zip(&day.screenings) {
        assert_eq!(expectation.id, screening.conversation);
        let judged: BTreeSet<&str> = expectation.judged.rules.iter().map(String::as_str).collect();
        assert_eq!(judged, rules, "{}", expectation.id);
        for label in expectation.labels.iter().chain(&expectation.doubtful) {
            let text = day.texts.get(&(expectation.id.clone(), label.message));
            let text = text.unwrap_or_else(|| panic!("{} has no message {}", expectation.id, label.message));
            assert!(label.quote.as_ref().is_none_or(|quote| text.contains(quote)), "{} {label:?}", expectation.id);
        }
    }
}

#[test]
fn findings_are_those_that_a_careful_reader_expects() {
    let day = day();
    let known: BTreeSet<(Place, Wrong)> = KNOWN_DISAGREEMENTS
        .iter()
        .map(|&(id, rule, message, wrong, _)| ((id.to_owned(), rule.to_owned(), message), wrong))
        .collect();
    let all = disagreements(&day);
    let show = |set: Vec<&(Place, Wrong)>| -> String {
        let line = |((id, rule, message), wrong): &(Place, Wrong)| {
            let text = &day.texts[&(id.clone(), *message)];
            format!("  {wrong:?} {id} {rule} in message {message}: {text}\n")
        };
        set.into_iter().map(line).collect()
    };
    let new = show(all.difference(&known).collect());
    let mended = show(known.difference(&all).collect());
    assert!(new.is_empty(), "new disagreements:\n{new}");
    assert!(mended.is_empty(), "no disagreement any more; take it off the list:\n{mended}");
}

#[test]
fn each_rule_has_something_to_find() {
    let day = day();
    for rule in EXACT.iter().chain(SIGNALS) {
        let labels = day.expected.iter().flat_map(|e| &e.labels).filter(|label| label.rule == *rule).count();
        assert!(labels >= 3, "{rule} has {labels} labels: an agreement would mean little");
    }
}

#[test]
fn evidence_overlaps_what_the_reader_quotes() {
    let day = day();
    let (mut compared, mut wrong) = (0, Vec::new());
    for (expectation, screening) in day.expected.iter().zip(&day.screenings) {
        let found = found(screening);
        for label in &expectation.labels {
            let Some(quote) = &label.quote else { continue };
            let text = &day.texts[&(expectation.id.clone(), label.message)];
            let characters = |text: &str| text.chars().count() as u32;
            let places: Vec<(u32, u32)> = text
                .match_indices(quote.as_str())
                .map(|(at, _)| (characters(&text[..at]), characters(&text[..at]) + characters(quote)))
                .collect();
            for (rule, message, spans) in &found {
                if *rule != label.rule || *message != label.message {
                    continue;
                }
                compared += 1;
                let overlaps =
                    |span: &Evidence| places.iter().any(|(start, end)| span.start < *end && *start < span.end);
                if !spans.iter().any(overlaps) {
                    wrong.push(format!("{} {rule} in message {message}: {spans:?}, expected {quote}", expectation.id));
                }
            }
        }
    }
    assert!(compared > 20, "{compared} quotes were compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
