//! Input that is broken by accident or on purpose.

use std::io::{self, Cursor, Read};

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::Outcome;
use crate::conversation::input::Flow;
use crate::conversation::{Conversation, Format, InputOptions};

const CSV: &str = "会话ID,时间,角色,内容,客服\n\
    c1,2018-03-05 10:00:00,客户,你好,a07\n\
    c1,2018-03-05 10:00:12,客服,\"您好，\n\"\"亲\"\"\",a07\n\
    c2,2018-03-05 10:01:00,客户,\"a,b\",a08\n\
    c2,2018-03-05 10:01:09,客服,好的,a08\n";

const JSONL: &str = concat!(
    "{\"id\":\"c1\",\"messages\":[{\"role\":\"customer\",\"text\":\"你好\"}]}\n",
    "{\"id\":\"c2\",\"messages\":[{\"role\":\"agent\",\"time\":\"2018-03-05 10:00\",\"text\":\"您好\"}]}\n",
    "{\"id\":\"c3\",\"messages\":[],\"x\":[1,{\"y\":null}]}\n",
);

/// The same mutants in every run: one to four bytes changed, dropped or doubled.
fn mutants(text: &str) -> impl Iterator<Item = Vec<u8>> {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    (0..2_000).map(move |_| {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=random.next_u32() % 4 {
            let at = random.next_u32() as usize % bytes.len();
            match random.next_u32() % 3 {
                0 => bytes[at] = (random.next_u32() & 0xFF) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"\",\n\r\t\x00\xFF{"[random.next_u32() as usize % 8]),
            }
        }
        bytes
    })
}

/// The encoding is given: of so short a text, a mutant may be another one's by right.
fn utf8() -> InputOptions {
    InputOptions { encoding: Some("utf-8".to_owned()), ..InputOptions::default() }
}

#[test]
fn mutants_of_lines_cost_no_other_line() {
    for bytes in mutants(JSONL) {
        let outcome = Outcome::of_bytes(&bytes, Format::Jsonl, &utf8());
        assert_eq!(outcome.error_codes(), [""; 0]);
        let mutant = String::from_utf8_lossy(&bytes);
        for line in JSONL.lines().filter(|line| mutant.lines().any(|other| other == *line)) {
            assert!(outcome.texts().contains(&line), "{mutant}");
        }
        for (_, line) in &outcome.lines {
            if let Err(error) = Conversation::from_json(line) {
                assert!(!error.code().is_empty() && !error.to_string().contains("您好"));
            }
        }
    }
}

#[test]
fn mutants_of_tables_cost_no_sound_row() {
    let header = CSV.lines().next().unwrap();
    for bytes in mutants(&CSV[header.len() + 1..]) {
        let bytes = [header.as_bytes(), b"\n", &bytes].concat();
        let outcome = Outcome::of_bytes(&bytes, Format::Csv, &utf8());
        assert_eq!(outcome.error_codes(), [""; 0]);
        for (_, line) in &outcome.lines {
            assert!(Conversation::from_json(line).is_ok(), "what a table gives is sound");
        }
        for bad in &outcome.bad {
            assert!(bad.line > 1 && !bad.reason.contains("您好"), "{bad:?}");
        }
        // The last row follows no open quote, so it is kept if it is whole.
        let whole = bytes.ends_with("\nc2,2018-03-05 10:01:09,客服,好的,a08\n".as_bytes());
        let quotes = bytes.iter().filter(|byte| **byte == b'"').count();
        if whole && quotes == 8 {
            let kept = outcome.lines.iter().any(|line| line.1.contains("好的"));
            assert!(kept, "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

fn opened(bytes: Vec<u8>, options: &InputOptions) -> Outcome {
    let source = Box::new(Cursor::new(bytes));
    Outcome::of_source(source, Flow::File, Format::Jsonl, options)
}

#[test]
fn bombs_are_refused() {
    let zeros = || io::repeat(0).take(1 << 30);
    let zstd = zstd::encode_all(zeros(), 1).unwrap();
    let mut encoder = flate2::read::GzEncoder::new(zeros().take(1 << 28), flate2::Compression::best());
    let mut gzip = Vec::new();
    encoder.read_to_end(&mut gzip).unwrap();
    for bomb in [zstd, gzip] {
        let outcome = opened(bomb, &InputOptions::default());
        assert_eq!(outcome.error_codes(), ["ratio-exceeded"]);
        assert!(outcome.errors[0].to_string().contains("--max-ratio"));
    }
}

#[test]
fn a_bound_that_is_lifted_does_not_refuse() {
    let text = "{\"id\":\"1\",\"messages\":[]}\n".repeat(1 << 20);
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    assert!(text.len() > packed.len() * 200);
    assert_eq!(opened(packed.clone(), &InputOptions::default()).error_codes(), ["ratio-exceeded"]);
    let lifted = InputOptions { max_ratio: None, ..InputOptions::default() };
    assert_eq!(opened(packed, &lifted).lines.len(), 1 << 20);
    // Small files may repeat themselves as they like.
    let small = zstd::encode_all(&text.as_bytes()[..15 << 20], 3).unwrap();
    assert_eq!(opened(small, &InputOptions::default()).error_codes(), [""; 0]);
}

#[test]
fn a_line_without_end_is_one_bad_row() {
    let text = io::Cursor::new("{\"id\":\"1\"}\n").chain(io::repeat(b'x').take((256 << 20) + 7));
    let text = text.chain(Cursor::new("\n{\"id\":\"3\"}\n"));
    let options = InputOptions::default();
    let outcome = Outcome::of_source(Box::new(text), Flow::File, Format::Jsonl, &options);
    assert_eq!(outcome.bad_places(), [(2, "line-too-long")]);
    let lines: Vec<_> = outcome.lines.iter().map(|line| line.0).collect();
    assert_eq!(lines, [1, 3]);
}
