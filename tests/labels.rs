//! The labels of other readers: each can be read, points at what is there, and says what the manual says of it.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use support::SHIPPED;
use zhijian::conversation::Conversation;
use zhijian::screening::Label;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labels")
}

fn lines(file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_label_points_at_what_is_there() {
    let rules: BTreeSet<&str> =
        SHIPPED.packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.id.as_str()).collect();
    for (file, least) in [
        ("shops.jsonl", 170),
        ("services.jsonl", 170),
        ("mixed.jsonl", 170),
        ("written.jsonl", 700),
        ("agent-messages.jsonl", 300),
    ] {
        let lines = lines(file);
        let mut ids = BTreeSet::new();
        for (line, json) in (1..).zip(&lines) {
            let label = Label::parse(json).unwrap_or_else(|reason| panic!("{file}:{line}: {reason}"));
            for place in label.labels.iter().chain(&label.doubtful) {
                assert!(rules.contains(place.rule.as_str()), "{file}:{line}: there is no rule {}", place.rule);
            }
            let Some(carried) = label.carried() else {
                assert!(ids.insert(label.id.clone().unwrap()), "{file}:{line}: labelled before");
                continue;
            };
            let conversation =
                Conversation::from_json(&carried).unwrap_or_else(|error| panic!("{file}:{line}: {error}"));
            assert!(ids.insert(conversation.id.to_string()), "{file}:{line}: labelled before");
            for place in label.labels.iter().chain(&label.doubtful) {
                let message = conversation.messages.get(place.message as usize);
                let message = message.unwrap_or_else(|| panic!("{file}:{line}: there is no message {}", place.message));
                let quote = place.quote.as_deref().unwrap_or_default();
                assert!(message.text.contains(quote), "{file}:{line}: the quote of message {}", place.message);
            }
        }
        assert!(ids.len() >= least, "{file} has {} labels", ids.len());
    }
}

#[test]
fn each_wording_rule_was_written_for_as_the_lists_say() {
    let mut written: BTreeMap<String, [BTreeSet<String>; 2]> = BTreeMap::new();
    for json in lines("written.jsonl") {
        let label = Label::parse(&json).unwrap();
        let rule = label.judged.as_ref().unwrap().rules[0].clone();
        let carried = label.carried().unwrap();
        let conversation = Conversation::from_json(&carried).unwrap();
        let said = conversation.messages.last().unwrap().text.to_string();
        written.entry(rule).or_default()[usize::from(label.labels.is_empty())].insert(said);
    }
    assert!(written.len() >= 18, "{:?}", written.keys());
    for (rule, [hits, misses]) in &written {
        assert!(hits.len() >= 20 && misses.len() >= 20, "{rule}: {} hits, {} misses", hits.len(), misses.len());
        let list = lines(&format!("written/{rule}.tsv"));
        let said = |expect: &str| -> BTreeSet<String> {
            let rows = list.iter().skip(1).map(|row| row.split('\t').collect::<Vec<_>>());
            rows.filter(|cells| cells[3] == expect).map(|cells| cells[0].to_owned()).collect()
        };
        assert_eq!((hits, misses), (&said("hit"), &said("miss")), "{rule}: the list and the labels differ");
    }
}
