//! Laws and figures over real chat that lies beside the project and is no part of it: skipped, with a note, where it is
//! missing. Nothing of its text is printed, not even where a test fails.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;
use support::{RULES, SHIPPED};
use zhijian::conversation::Conversation;
use zhijian::screening::{Fate, HMM, Screener, Screening};
use zhijian::text::{Fold, FoldRow, Segmenter, Span, TokenBorders};

fn data() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let found = path.join("dialogues").is_dir();
    if !found {
        eprintln!("skipped: {} is not there", path.display());
    }
    found.then_some(path)
}

/// The lines of all dialogues, by file name.
fn dialogues(data: &std::path::Path) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(data.join("dialogues")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".jsonl.gz") {
            let mut text = String::new();
            flate2::read::MultiGzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
            all.insert(name, text.lines().map(str::to_owned).collect());
        }
    }
    assert!(all.values().map(Vec::len).sum::<usize>() > 1_000, "the dialogues were read");
    all
}

fn fold() -> Fold {
    let tables = SHIPPED.fold.iter().filter(|table| table.folds());
    let rows: Vec<FoldRow> =
        tables.flat_map(|table| &table.rows).map(|(from, to)| FoldRow { from: from.clone(), to: to.clone() }).collect();
    Fold::new(&rows)
}

#[test]
fn lazy_segmentation_equals_that_of_the_whole_message_everywhere() {
    let Some(data) = data() else { return };
    let fold = fold();
    let words = SHIPPED.segmentation.iter().map(|word| (word.word.clone(), word.frequency)).collect();
    let segmenter = Segmenter::new(words, HMM);
    let (mut positions, mut inner) = (0_usize, 0_usize);
    for (file, lines) in dialogues(&data) {
        for (number, line) in lines.iter().enumerate() {
            let conversation = Conversation::from_json(line).unwrap();
            for (index, message) in conversation.messages.iter().enumerate() {
                let text = fold.fold(&message.text);
                let mut whole = BTreeSet::from([0]);
                let mut end = 0;
                for token in segmenter.tokens(&text) {
                    end += token.len();
                    whole.insert(end);
                }
                assert_eq!(end, text.len(), "{file}:{}: message {index}: tokens make up the text", number + 1);
                let mut kept = TokenBorders::default();
                for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
                    if text[..at].ends_with('\r') && text[at..].starts_with('\n') {
                        continue;
                    }
                    // A border that is asked for first, and one that is asked for after many others.
                    let here = Span::new(at, at);
                    let again = kept.are_borders(&segmenter, &text, here);
                    let fresh = at % 5 != 0 || TokenBorders::default().are_borders(&segmenter, &text, here) == again;
                    assert!(
                        fresh && again == whole.contains(&at),
                        "{file}:{}: message {index} at byte {at}",
                        number + 1
                    );
                    positions += 1;
                    inner += usize::from(!again);
                }
            }
        }
    }
    assert!(positions > 100_000 && inner > 10_000, "{positions} positions, {inner} inside a word");
}

#[test]
fn the_original_text_of_every_hit_folds_to_what_was_matched() {
    let Some(data) = data() else { return };
    let fold = fold();
    let mut screener = Screener::new(Arc::clone(&RULES));
    let (mut checked, mut widened) = (0, 0);
    for (file, lines) in dialogues(&data) {
        for (number, line) in lines.iter().enumerate() {
            let conversation = Conversation::from_json(line).unwrap();
            let explanation = screener.explain(&conversation);
            for (index, message) in explanation.messages.iter().enumerate() {
                let place = || format!("{file}:{}: message {index}", number + 1);
                let original: Vec<char> = message.original.chars().collect();
                for hit in &message.hits {
                    let there: String = original[hit.start as usize..hit.end as usize].iter().collect();
                    let folded = fold.fold(&there);
                    assert!(folded.contains(&hit.matched), "{}: {} {}..{}", place(), hit.rule, hit.start, hit.end);
                    widened += usize::from(folded != hit.matched);
                    checked += 1;
                    assert!(hit.fate != Fate::Counted || hit.end > hit.start, "{}: empty evidence", place());
                }
            }
            for evidence in quotes(&explanation.screening) {
                let (message, start, end, quote) = evidence;
                let text: String = conversation.messages[message as usize]
                    .text
                    .chars()
                    .skip(start as usize)
                    .take((end - start) as usize)
                    .collect();
                let same = text == quote || (start == 0 && quote.chars().count() == 200 && text.starts_with(&quote));
                assert!(same, "{file}:{}: the quote of message {message} is not what stands there", number + 1);
            }
        }
    }
    assert!(checked > 1_000, "{checked} hits");
    assert!(widened * 100 <= checked, "{widened} of {checked} hits begin or end inside an expansion");
}

fn quotes(screening: &Screening) -> Vec<(u32, u32, u32, String)> {
    let candidates =
        screening.candidates.iter().chain(&screening.informational).map(|found| (found.message, &found.spans));
    let all = candidates.chain(screening.signals.iter().map(|found| (found.message, &found.spans)));
    all.flat_map(|(message, spans)| spans.iter().map(move |span| (message, span.start, span.end, span.quote.clone())))
        .collect()
}

#[derive(Deserialize)]
struct Labelled {
    id: String,
    labels: Vec<Label>,
    doubtful: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    rule: String,
    message: u32,
}

#[test]
fn greetings_and_closings_agree_with_a_reader() {
    let Some(data) = data() else { return };
    let text = std::fs::read_to_string(data.join("labels/jddc_raw_sample.labels.jsonl")).unwrap();
    let labelled: Vec<Labelled> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines = dialogues(&data).remove("jddc_raw_sample.jsonl.gz").unwrap();
    let mut screener = Screener::new(Arc::clone(&RULES));
    let screenings: BTreeMap<String, Screening> = lines
        .iter()
        .map(|line| screener.screen(&Conversation::from_json(line).unwrap()))
        .map(|screening| (screening.conversation.clone(), screening))
        .collect();
    for rule in ["missing-greeting", "missing-closing"] {
        let (mut sessions, mut agree, mut disagreeing) = (0, 0, Vec::new());
        for reader in labelled.iter().filter(|reader| !reader.doubtful.iter().any(|label| label.rule == rule)) {
            let found =
                screenings[&reader.id].candidates.iter().filter(|found| found.rule == rule).map(|found| found.message);
            let expected = reader.labels.iter().filter(|label| label.rule == rule).map(|label| label.message);
            sessions += 1;
            if found.collect::<BTreeSet<u32>>() == expected.collect::<BTreeSet<u32>>() {
                agree += 1;
            } else {
                disagreeing.push(reader.id.as_str());
            }
        }
        eprintln!("{rule}: {agree} of {sessions} sessions agree");
        assert!(sessions > 200, "{rule}: {sessions}");
        assert!(agree * 100 >= sessions * 97, "{rule}: {agree} of {sessions} agree, not {disagreeing:?}");
    }
}
