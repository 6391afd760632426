//! What must hold for any input. Each function takes bytes, as a fuzzer gives them, and panics where it does not hold;
//! bytes that are no input of its kind are passed over.

use std::sync::{Arc, LazyLock};

use zhijian::conversation::{Conversation, Zone};
use zhijian::dictionary::{Dictionary, Files, lint};
use zhijian::screening::{Overrides, RuleSet, RuleSetOptions, Screener};
use zhijian::text::{
    Entry, Fold, FoldRow, Hmm, Letter, Lookup, MatcherBuilder, Origins, Probe, Segmenter, Skeleton, Span, TokenBorders,
};

/// Reading a line never panics, and what was read survives being written and read again.
pub fn jsonl(bytes: &[u8]) {
    let Ok(line) = std::str::from_utf8(bytes) else { return };
    let Ok(conversation) = Conversation::from_json(line) else { return };
    let written = conversation.to_json().expect("a record can be written");
    let again = Conversation::from_json(&written).expect("what was written can be read");
    assert_eq!(conversation.fingerprint(), again.fingerprint(), "{line}\n{written}");
    assert_eq!(conversation.key_hash(), again.key_hash());
    assert_eq!(again.to_json().expect("a record can be written"), written);
}

/// The tables that are built in.
static FOLD: LazyLock<Fold> = LazyLock::new(|| {
    let (dictionary, _) = Dictionary::load(&Files::built_in());
    let tables = dictionary.fold.iter().filter(|table| table.folds());
    let rows: Vec<FoldRow> =
        tables.flat_map(|table| &table.rows).map(|(from, to)| FoldRow { from: from.clone(), to: to.clone() }).collect();
    Fold::new(&rows)
});

/// The pass that folds, the one that traces and the way back agree.
pub fn fold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let fold = &*FOLD;
    let mut folded = String::from("before");
    let mut shown = Vec::new();
    let place = fold.fold_into(text, &mut folded, &mut Vec::new(), |letters| {
        shown.extend(letters.windows(3).map(|ahead| [0, 1, 2].map(|at: usize| (ahead[at].character, ahead[at].at))));
    });
    let folded = &folded[place.range()];
    let letters = folded.char_indices().map(|(at, character)| (character, place.start + at as u32));
    let letters: Vec<(char, u32)> = letters.chain([(Letter::NONE, place.end); Letter::AHEAD]).collect();
    let expected: Vec<[(char, u32); 3]> = letters.windows(3).map(|ahead| [ahead[0], ahead[1], ahead[2]]).collect();
    assert_eq!(shown, expected, "{text:?}");
    let mut traced = String::new();
    fold.trace(text, |character, _| traced.push(character));
    assert_eq!(traced, folded, "{text:?}");

    let origins = Origins::trace(fold, text);
    let bytes_of: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let ends: Vec<usize> = folded.char_indices().map(|(at, _)| at).chain([folded.len()]).collect();
    for (index, &start) in ends.iter().enumerate() {
        for &end in ends[index + 1..].iter().take(3) {
            let original = origins.original(Span::new(start, end));
            // What precedes never depends on what follows, so folding the text up to a place tells where it falls.
            let before = fold.fold(&text[..bytes_of[original.start as usize]]);
            let through = fold.fold(&text[..bytes_of[original.end as usize]]);
            assert!(folded.starts_with(&through), "{text:?}");
            assert!(before.len() <= start && end <= through.len(), "{text:?} {start}..{end}");
            // More than was asked for only where a character folds to several and the span cuts them.
            let expands = |index: u32| {
                let at = index as usize;
                fold.fold(&text[bytes_of[at]..bytes_of[at + 1]]).chars().count() > 1
            };
            assert!(before.len() == start || expands(original.start), "{text:?} {start}..{end}");
            assert!(end == through.len() || expands(original.end - 1), "{text:?} {start}..{end}");
        }
    }
}

/// The matcher finds what a search letter by letter finds. The first line is the text, the others are terms.
pub fn matcher(bytes: &[u8]) {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    let mut lines = input.split('\n');
    let Some(text) = lines.next() else { return };
    let fold = Fold::default();
    let mut terms: Vec<String> = lines.take(64).map(|term| fold.fold(term)).filter(|term| !term.is_empty()).collect();
    terms.sort_unstable();
    terms.dedup();
    static SKELETON: LazyLock<Skeleton> = LazyLock::new(|| Skeleton::new(&[]));
    static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| Segmenter::new(Vec::new(), Hmm::Off));
    let mut builder = MatcherBuilder::default();
    for term in &terms {
        builder.add(Entry::Literal { text: term.clone(), lookup: Lookup::Substring });
    }
    let matcher = builder.build(&SKELETON).expect("the terms are few");
    let mut folded = String::new();
    let mut probe = Probe::default();
    let span = fold.fold_into(text, &mut folded, &mut Vec::new(), |letters| {
        matcher.probe(&mut probe, letters);
    });
    let mut hits = Vec::new();
    if matcher.is_hot(&probe) {
        let mut borders = TokenBorders::default();
        matcher.confirm(&folded, span.start, &mut probe, &SKELETON, &SEGMENTER, &mut borders, &mut hits);
    }
    let mut expected = Vec::new();
    for (start, _) in folded.char_indices() {
        for (entry, term) in (0_u32..).zip(&terms) {
            let end = start + term.len();
            if folded[start..].starts_with(term.as_str()) && !is_cut(&folded, start) && !is_cut(&folded, end) {
                expected.push((Span::new(start, end), entry));
            }
        }
    }
    expected.sort_unstable();
    let found: Vec<_> = hits.iter().map(|hit| (hit.span, hit.entry)).collect();
    assert_eq!(found, expected, "{folded:?} {terms:?}");
}

/// Whether a run of Latin letters and digits goes through this place.
fn is_cut(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    at > 0 && at < bytes.len() && bytes[at - 1].is_ascii_alphanumeric() && bytes[at].is_ascii_alphanumeric()
}

/// The borders found around one place are those of the whole text.
pub fn segment(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| Segmenter::new(Vec::new(), Hmm::Off));
    let folded = FOLD.fold(text);
    let mut ends = vec![0];
    for token in SEGMENTER.tokens(&folded) {
        ends.push(ends.last().unwrap_or(&0) + token.len());
    }
    let mut borders = TokenBorders::default();
    for (at, _) in folded.char_indices().chain([(folded.len(), ' ')]) {
        if folded[..at].ends_with('\r') && folded[at..].starts_with('\n') {
            continue;
        }
        if at % 5 == 0 {
            borders.reset();
        }
        let is_border = borders.are_borders(&SEGMENTER, &folded, Span::new(at, at));
        assert_eq!(is_border, ends.binary_search(&at).is_ok(), "{folded:?} at {at}");
    }
}

/// Loading a pack never panics, nor does screening with what could be loaded of it. Manifest, terms, exceptions and
/// examples are parted by a zero byte.
pub fn pack(bytes: &[u8]) {
    let mut files = Files::default();
    let paths = ["p/pack.toml", "p/terms/a.tsv", "p/exceptions/a.tsv", "p/examples.jsonl"];
    for (path, part) in paths.into_iter().zip(bytes.split(|&byte| byte == 0)) {
        files.insert(path, part);
    }
    let (dictionary, mut problems) = Dictionary::load(&files);
    problems.extend(lint(&dictionary, &files));
    for problem in &problems {
        assert!(!problem.code.is_empty() && !problem.to_string().is_empty());
    }
    let zone = Zone::named("Asia/Shanghai").expect("the zone is built in");
    let Ok((rules, _)) = RuleSet::compile(&dictionary, &RuleSetOptions { zone, overrides: Overrides::default() })
    else {
        return;
    };
    let line = r#"{"id":"1","messages":[{"role":"customer","text":"在吗？后台怎么了"},{"role":"agent","text":"后台显示有BUG，爱买不买"}]}"#;
    let conversation = Conversation::from_json(line).expect("a record");
    Screener::new(Arc::new(rules)).screen(&conversation);
}
