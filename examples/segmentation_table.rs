//! Measures what jieba's hidden Markov model changes for the `word` terms in use: how often each term's letters occur
//! in given conversations, and how often both ends are token borders with the model off and on.
//!
//! `cargo run --release --example segmentation_table -- FILE…` prints the table of docs/segmentation.md. It prints terms
//! and counts, no text of the conversations.

use std::collections::BTreeMap;
use std::process::ExitCode;

use zhijian::conversation::{Conversation, InputOptions, Inputs};
use zhijian::dictionary::{Dictionary, Files, Mode};
use zhijian::text::{Fold, FoldRow, Hmm, Segmenter, Span, TokenBorders};

#[derive(Default)]
struct Counts {
    occurrences: u64,
    off: u64,
    on: u64,
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

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let (dictionary, _) = Dictionary::load(&Files::built_in());
    let rows: Vec<FoldRow> = dictionary
        .fold
        .iter()
        .filter(|table| table.name != "look-alike")
        .flat_map(|table| &table.rows)
        .map(|(from, to)| FoldRow { from: from.clone(), to: to.clone() })
        .collect();
    let fold = Fold::new(&rows);
    let words: Vec<(String, usize)> =
        dictionary.segmentation.iter().map(|word| (word.word.clone(), word.frequency)).collect();
    let off = Segmenter::new(words.clone(), Hmm::Off);
    let on = Segmenter::new(words, Hmm::On);
    let rules = dictionary.packs.iter().flat_map(|pack| &pack.rules);
    let mut terms: Vec<String> = rules
        .flat_map(|rule| &rule.terms)
        .filter(|term| term.mode == Mode::Word)
        .map(|term| fold.fold(&term.text))
        .collect();
    terms.sort_unstable();
    terms.dedup();

    let mut table: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut messages = 0_u64;
    let inputs = Inputs::resolve(&files, &InputOptions::default())?;
    for chunk in inputs.chunks() {
        let chunk = chunk?;
        for (_, line) in chunk.lines() {
            let Ok(conversation) = Conversation::from_json(line) else { continue };
            for message in &conversation.messages {
                messages += 1;
                let text = fold.fold(&message.text);
                for term in &terms {
                    for (at, _) in text.match_indices(term.as_str()) {
                        let span = Span::new(at, at + term.len());
                        let counts = table.entry(term).or_default();
                        counts.occurrences += 1;
                        counts.off += u64::from(TokenBorders::default().are_borders(&off, &text, span));
                        counts.on += u64::from(TokenBorders::default().are_borders(&on, &text, span));
                    }
                }
            }
        }
    }
    println!("{messages} messages, {} word terms\n", terms.len());
    println!("| term | occurrences | borders hold, HMM off | HMM on |\n| --- | ---: | ---: | ---: |");
    let mut sum = Counts::default();
    for (term, counts) in &table {
        println!("| {term} | {} | {} | {} |", counts.occurrences, counts.off, counts.on);
        sum.occurrences += counts.occurrences;
        sum.off += counts.off;
        sum.on += counts.on;
    }
    println!("| all | {} | {} | {} |", sum.occurrences, sum.off, sum.on);
    Ok(())
}
