//! Prints how right the shipped rules are, as docs/quality.md states it.
//!
//! `cargo run --release --example figures` uses the sentences and conversations under tests/unseen;
//! `… -- LABELS CONVERSATIONS` adds the agreement with a reader's labels of real sessions, of which no text is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use serde::Deserialize;
use zhijian::conversation::{Conversation, InputOptions, Inputs, Message, Role, Zone};
use zhijian::dictionary::{Dictionary, Files};
use zhijian::screening::{Example, Overrides, RuleSet, RuleSetOptions, Screener, Screening};

#[derive(Deserialize)]
struct Labels {
    id: String,
    labels: Vec<Label>,
    doubtful: Vec<Label>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Label {
    rule: String,
    message: u32,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let (dictionary, _) = Dictionary::load(&Files::built_in());
    let options = RuleSetOptions { zone: Zone::named("Asia/Shanghai")?, overrides: Overrides::default() };
    let mut screener = Screener::new(Arc::new(RuleSet::new(&dictionary, &options)?));
    println!("| conversations of tests/unseen | hits found | misses left alone |\n| --- | --- | --- |");
    for name in ["negation", "echo", "quotation", "senses"] {
        conversations(&mut screener, name)?;
    }
    println!("\n| sentences of tests/unseen/norms.tsv | hits found | misses left alone |\n| --- | --- | --- |");
    sentences(&mut screener)?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [labels, data @ ..] = arguments.as_slice()
        && !data.is_empty()
    {
        println!(
            "\n| rule, on labelled sessions | found | false alarms | missed | sessions that agree |\n| --- | ---: | ---: | ---: | --- |"
        );
        agreement(&mut screener, labels, data)?;
    }
    Ok(())
}

/// Conversations with what must be found and what must not.
fn conversations(screener: &mut Screener, name: &str) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(format!("tests/unseen/{name}.jsonl"))?;
    let (mut hits, mut misses) = (Share::default(), Share::default());
    for line in text.lines() {
        let example = Example::parse(line)?;
        let places: Vec<_> = example.expect.iter().map(|expected| (expected.rule.clone(), expected.message)).collect();
        let shortfalls = example.try_with(screener)?;
        // The reader underlined the core of what was said; where exactly the evidence ends is not at stake.
        let missed = shortfalls.iter().any(|shortfall| matches!(shortfall, zhijian::screening::Shortfall::Missed(_)));
        let alarm =
            shortfalls.iter().any(|shortfall| matches!(shortfall, zhijian::screening::Shortfall::FalseAlarm { .. }));
        if places.is_empty() { misses.add(!alarm) } else { hits.add(!missed) }
    }
    println!("| {name} | {hits} | {misses} |");
    Ok(())
}

/// Single sentences; rudeness and impatience shade into each other, so either counts for both.
fn sentences(screener: &mut Screener) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string("tests/unseen/norms.tsv")?;
    let mut shares: BTreeMap<&str, (Share, Share)> = BTreeMap::new();
    for row in text.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [text, speaker, rule, expect, ..] = cells[..] else { return Err(format!("not a row: {row}").into()) };
        let role = if speaker == "customer" { Role::Customer } else { Role::Agent };
        let message =
            Message { id: None, role, kind: None, agent: None, time: None, text: text.into(), extra: Vec::new() };
        let conversation = Conversation { id: "sentence".into(), messages: vec![message], ..Conversation::default() };
        let screening = screener.screen(&conversation);
        let kin = ["rude-language", "impatience"];
        let found = places(&screening)
            .iter()
            .any(|place| place.rule == rule || kin.contains(&rule) && kin.contains(&place.rule.as_str()));
        let (hits, misses) = shares.entry(rule).or_default();
        if expect == "hit" { hits.add(found) } else { misses.add(!found) }
    }
    for (rule, (hits, misses)) in shares {
        println!("| {rule} | {hits} | {misses} |");
    }
    Ok(())
}

/// Labels of real sessions against what is found there.
fn agreement(screener: &mut Screener, labels: &str, data: &[String]) -> Result<(), Box<dyn Error>> {
    let mut labelled: BTreeMap<String, Labels> = BTreeMap::new();
    for line in std::fs::read_to_string(labels)?.lines() {
        let labels: Labels = serde_json::from_str(line)?;
        labelled.insert(labels.id.clone(), labels);
    }
    let rules: Vec<String> = screener.rules().rules().iter().map(|rule| rule.id.to_string()).collect();
    let mut counts: BTreeMap<&str, (u64, u64, u64, Share)> = BTreeMap::new();
    for chunk in Inputs::resolve(data, &InputOptions::default())?.chunks() {
        for (_, line) in chunk?.lines() {
            let conversation = Conversation::from_json(line)?;
            let Some(labels) = labelled.get(&*conversation.id) else { continue };
            let found = places(&screener.screen(&conversation));
            for rule in rules.iter().filter(|rule| !rule.starts_with("slow-")) {
                let of_rule = |places: &BTreeSet<Label>| {
                    places.iter().filter(|place| place.rule == *rule).cloned().collect::<BTreeSet<_>>()
                };
                let found = of_rule(&found);
                let expected = of_rule(&labels.labels.iter().cloned().collect());
                let doubtful = of_rule(&labels.doubtful.iter().cloned().collect());
                let count = counts.entry(rule).or_default();
                count.0 += found.intersection(&expected).count() as u64;
                count.1 += found.difference(&expected).filter(|place| !doubtful.contains(place)).count() as u64;
                count.2 += expected.difference(&found).count() as u64;
                if doubtful.is_empty() {
                    count.3.add(found == expected);
                }
            }
        }
    }
    for (rule, (found, alarms, missed, agreeing)) in counts {
        println!("| {rule} | {found} | {alarms} | {missed} | {agreeing} |");
    }
    Ok(())
}

fn places(screening: &Screening) -> BTreeSet<Label> {
    let candidates = screening.candidates.iter().chain(&screening.informational);
    let candidates = candidates.map(|found| Label { rule: found.rule.clone(), message: found.message });
    candidates
        .chain(screening.signals.iter().map(|found| Label { rule: found.rule.clone(), message: found.message }))
        .collect()
}

/// A share with its 95 % Wilson interval.
#[derive(Default)]
struct Share {
    yes: u32,
    all: u32,
}

impl Share {
    fn add(&mut self, yes: bool) {
        self.all += 1;
        self.yes += u32::from(yes);
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.all == 0 {
            return f.write_str("–");
        }
        let (n, z) = (f64::from(self.all), 1.96_f64);
        let p = f64::from(self.yes) / n;
        let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
        write!(
            f,
            "{} of {} = {:.2} ({:.2}–{:.2})",
            self.yes,
            self.all,
            p,
            (centre - half).max(0.0),
            (centre + half).min(1.0)
        )
    }
}
