//! Lines are the same however the bytes come in, and in whatever encoding.

use encoding_rs::{BIG5, GB18030, SHIFT_JIS};
use proptest::prelude::*;

use super::Outcome;
use crate::conversation::{Format, InputOptions};

const CHAT: &str = concat!(
    "{\"id\":\"c-1\",\"messages\":[{\"role\":\"customer\",\"text\":\"你好，一直没收到货\"}]}\n",
    "\r\n",
    "{\"id\":\"c-2\",\"messages\":[{\"role\":\"agent\",\"text\":\"亲，这边帮您查一下😀\"}]}\r\n",
    "{\"id\":\"c-3\",\"messages\":[]}",
);

fn options(chunk_bytes: usize) -> InputOptions {
    InputOptions { chunk_bytes, ..InputOptions::default() }
}

fn expected() -> Vec<(u64, String)> {
    let lines = CHAT.lines().enumerate().filter(|line| !line.1.is_empty());
    lines.map(|(at, line)| (at as u64 + 1, line.to_owned())).collect()
}

fn utf16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn encodings_of_one_chat_give_the_same_lines() {
    let marked = format!("\u{FEFF}{CHAT}");
    let encodings = [
        ("UTF-8", CHAT.as_bytes().to_vec()),
        ("UTF-8", marked.as_bytes().to_vec()),
        ("UTF-16LE", utf16(CHAT, u16::to_le_bytes)),
        ("UTF-16BE", utf16(CHAT, u16::to_be_bytes)),
        ("UTF-16LE", utf16(&marked, u16::to_le_bytes)),
        ("UTF-16BE", utf16(&marked, u16::to_be_bytes)),
        ("gb18030", GB18030.encode(CHAT).0.into_owned()),
        ("gb18030", GB18030.encode(&marked).0.into_owned()),
    ];
    for (name, bytes) in encodings {
        let whole = Outcome::of_bytes(&bytes, Format::Jsonl, &options(1 << 20));
        assert_eq!(whole.lines, expected(), "{name}");
        assert_eq!((whole.encoding, whole.replaced), (name, 0));
        for step in [4096, 1000, 64] {
            let drops = Outcome::of_drops(&bytes, step, Format::Jsonl, &options(16));
            assert_eq!(drops.lines, expected(), "{name} {step}");
        }
    }
}

#[test]
fn a_given_encoding_wins() {
    let given = InputOptions { encoding: Some("big5".to_owned()), ..InputOptions::default() };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, &BIG5.encode("{\"text\":\"您好，請稍等\"}").0[..]).unwrap();
    let outcome = Outcome::of_arguments(&[path.to_str().unwrap()], &given).unwrap();
    assert_eq!(outcome.texts(), ["{\"text\":\"您好，請稍等\"}"]);
    let unknown = InputOptions { encoding: Some("klingon".to_owned()), ..InputOptions::default() };
    let error = Outcome::of_arguments(&[path.to_str().unwrap()], &unknown).unwrap_err();
    assert_eq!(error.code(), "unknown-encoding");
}

#[test]
fn other_encodings_are_guessed() {
    let text = "ご返信ありがとうございます。確認いたします。".repeat(20);
    let outcome = Outcome::of_bytes(&SHIFT_JIS.encode(&text).0, Format::Jsonl, &options(1 << 20));
    assert_eq!(outcome.texts(), [text.as_str()]);
}

#[test]
fn ascii_is_no_evidence() {
    let ascii = "{\"id\":\"1\"}\n".repeat(200_000);
    let text = format!("{ascii}退款\n");
    let outcome = Outcome::of_bytes(&GB18030.encode(&text).0, Format::Jsonl, &options(1 << 16));
    assert_eq!(outcome.lines.last().unwrap(), &(200_001, "退款".to_owned()));
    assert_eq!(outcome.replaced, 0);
}

#[test]
fn broken_characters_are_counted_and_cost_no_line() {
    let mut bytes = CHAT.as_bytes().to_vec();
    let end = bytes.len();
    bytes.splice(end..end, *b"\n\"\xFF\xFE bad \xE4\xBD\"\nok \xE4");
    for outcome in [
        Outcome::of_bytes(&bytes, Format::Jsonl, &options(1 << 20)),
        Outcome::of_drops(&bytes, 7, Format::Jsonl, &options(1)),
    ] {
        let mut lines = expected();
        lines.push((5, "\"\u{FFFD}\u{FFFD} bad \u{FFFD}\"".to_owned()));
        lines.push((6, "ok \u{FFFD}".to_owned()));
        assert_eq!(outcome.lines, lines);
        assert_eq!((outcome.encoding, outcome.replaced), ("UTF-8", 4));
    }
    let mut bytes = GB18030.encode(CHAT).0.into_owned();
    bytes.extend_from_slice(b"\n\xFF\xFF");
    let outcome = Outcome::of_bytes(&bytes, Format::Jsonl, &options(1 << 20));
    assert_eq!((outcome.encoding, outcome.lines.len()), ("gb18030", 4));
    assert_eq!(outcome.replaced, 2);
}

#[test]
fn a_document_is_not_read_as_lines() {
    let outcome = Outcome::of_bytes(b"[\n{}\n]\n", Format::Jsonl, &options(1 << 20));
    assert_eq!(outcome.error_codes(), ["not-lines"]);
}

#[test]
fn readers_can_move_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<crate::conversation::Chunks>();
    is_send::<crate::conversation::Chunk>();
    is_send::<crate::conversation::InputError>();
}

proptest! {
    #[test]
    fn any_chunk_and_read_size_gives_the_same_lines(
        text in "([a-z你好😀]{0,12}(\n|\r\n)?){0,40}",
        chunk in 1..200_usize,
        step in 1..60_usize,
    ) {
        let whole = Outcome::of_bytes(text.as_bytes(), Format::Jsonl, &options(1 << 20));
        let lines: Vec<_> = text.lines().enumerate()
            .filter(|line| !line.1.is_empty())
            .map(|(at, line)| (at as u64 + 1, line.to_owned()))
            .collect();
        prop_assert_eq!(&whole.lines, &lines);
        let small = Outcome::of_bytes(text.as_bytes(), Format::Jsonl, &options(chunk));
        prop_assert_eq!(&small.lines, &lines);
        let drops = Outcome::of_drops(text.as_bytes(), step, Format::Jsonl, &options(chunk));
        prop_assert_eq!(&drops.lines, &lines);
    }
}
