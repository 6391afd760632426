//! The same chat in every format, encoding and compression gives the same screenings.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

#[path = "formats/chats.rs"]
mod chats;
#[cfg(feature = "tables")]
#[path = "formats/hostile.rs"]
mod hostile;
#[cfg(feature = "tables")]
#[path = "support/mutants.rs"]
mod mutants;
#[cfg(feature = "tables")]
#[path = "formats/other_workbooks.rs"]
mod other_workbooks;
#[cfg(feature = "tables")]
#[path = "formats/parquet.rs"]
mod parquet_files;
mod support;
#[cfg(feature = "tables")]
#[path = "formats/workbook_output.rs"]
mod workbook_output;
#[cfg(feature = "tables")]
#[path = "formats/workbooks.rs"]
mod workbooks;

use std::path::Path;

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};
use support::{Collected, conversations, fixture, fixture_lines, fixture_text, gzip, run, zst};
use zhijian::conversation::{Conversation, InputOptions, RowOrder};

/// How a text is written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Utf8,
    Utf8Mark,
    Utf16Le,
    Utf16LeMark,
    Utf16Be,
    Utf16BeMark,
    Gb18030,
}

const ALL: [Written; 7] = [
    Written::Utf8,
    Written::Utf8Mark,
    Written::Utf16Le,
    Written::Utf16LeMark,
    Written::Utf16Be,
    Written::Utf16BeMark,
    Written::Gb18030,
];

fn written(text: &str, how: Written) -> Vec<u8> {
    let text = text.trim_start_matches('\u{FEFF}');
    let wide = |mark: &str, bytes: fn(u16) -> [u8; 2]| {
        mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    match how {
        Written::Utf8 => text.as_bytes().to_vec(),
        Written::Utf8Mark => format!("\u{FEFF}{text}").into_bytes(),
        Written::Utf16Le => wide("", u16::to_le_bytes),
        Written::Utf16LeMark => wide("\u{FEFF}", u16::to_le_bytes),
        Written::Utf16Be => wide("", u16::to_be_bytes),
        Written::Utf16BeMark => wide("\u{FEFF}", u16::to_be_bytes),
        Written::Gb18030 => {
            let (bytes, _, lossy) = GB18030.encode(text);
            assert!(!lossy, "GB18030 holds every character");
            bytes.into_owned()
        }
    }
}

/// The column names of a table that carries all that a table can.
const COLUMNS: &[&str] = &[
    "会话ID",
    "来源",
    "渠道",
    "店铺",
    "技能组",
    "标签",
    "客服ID",
    "客服姓名",
    "客服组",
    "客户ID",
    "开始时间",
    "结束时间",
    "结束方",
    "消息ID",
    "发送方",
    "消息类型",
    "发送时间",
    "消息内容",
];

fn rows(conversation: &Conversation<'_>) -> Vec<Vec<String>> {
    let plain = |text: Option<&std::borrow::Cow<'_, str>>| text.map(ToString::to_string).unwrap_or_default();
    let agent = conversation.agent.as_ref();
    let fields = vec![
        conversation.id.to_string(),
        plain(conversation.source.as_ref()),
        plain(conversation.channel.as_ref()),
        plain(conversation.shop.as_ref()),
        plain(conversation.queue.as_ref()),
        conversation.tags.join("|"),
        plain(agent.map(|agent| &agent.id)),
        plain(agent.and_then(|agent| agent.name.as_ref())),
        plain(agent.and_then(|agent| agent.team.as_ref())),
        plain(conversation.customer.as_ref()),
        plain(conversation.started_at.as_ref().map(|time| &time.text)),
        plain(conversation.ended_at.as_ref().map(|time| &time.text)),
        conversation.closed_by.map_or(String::new(), |closed_by| closed_by.as_str().to_owned()),
    ];
    let row = |message: &zhijian::conversation::Message<'_>| {
        let mut row = fields.clone();
        if message.agent.is_some() {
            row[6] = plain(message.agent.as_ref());
        }
        row.extend([
            plain(message.id.as_ref()),
            message.role.as_str().to_owned(),
            message.kind.map_or(String::new(), |kind| kind.as_str().to_owned()),
            plain(message.time.as_ref().map(|time| &time.text)),
            message.text.to_string(),
        ]);
        row
    };
    conversation.messages.iter().map(row).collect()
}

fn table(rows: &[Vec<String>], delimiter: &str) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let cell = |cell: &String| if cell.contains([',', '\t', '"', '\n', '\r']) { quoted(cell) } else { cell.clone() };
    let mut text = COLUMNS.join(delimiter) + "\r\n";
    for row in rows {
        text += &(row.iter().map(cell).collect::<Vec<_>>().join(delimiter) + "\r\n");
    }
    text
}

/// A fixture's conversations as the rows of a table, whole or mixed like the cards of a shuffled pack.
fn rows_of(fixture: &str, order: RowOrder) -> Vec<Vec<String>> {
    let lines = fixture_lines(fixture);
    let by_conversation: Vec<Vec<Vec<String>>> = conversations(&lines).iter().map(rows).collect();
    match order {
        RowOrder::Grouped => by_conversation.concat(),
        RowOrder::Scattered => {
            let longest = by_conversation.iter().map(Vec::len).max().unwrap_or(0);
            (0..longest).flat_map(|at| by_conversation.iter().filter_map(move |rows| rows.get(at).cloned())).collect()
        }
    }
}

fn screened(name: &str, bytes: &[u8], options: &InputOptions) -> Collected {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    run(&[&path], options, 1).1
}

fn assert_sound_and_same(found: &Collected, expected: &[u8], what: &str) {
    assert!(found.bad.is_empty() && found.errors.is_empty(), "{what}: {:?} {:?}", found.bad, found.errors);
    let (found, expected) = (std::str::from_utf8(&found.jsonl).unwrap(), std::str::from_utf8(expected).unwrap());
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected, "{what}");
    }
    assert_eq!(found.len(), expected.len(), "{what}");
}

/// What the native form gives where it says no more than a table can: `meta` has no column.
fn expected_of_tables(name: &str) -> Vec<u8> {
    let without_meta = |line: &str| {
        let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
        record.as_object_mut().unwrap().remove("meta");
        record.to_string() + "\n"
    };
    let text: String = fixture_text(name).lines().map(without_meta).collect();
    screened("native.jsonl", text.as_bytes(), &InputOptions::default()).jsonl
}

#[test]
fn the_native_form_in_every_encoding() {
    for name in ["small.jsonl", "day-20180305.jsonl"] {
        let expected = run(&[&fixture(name)], &InputOptions::default(), 1).1.jsonl;
        for how in ALL {
            let found = screened("a.jsonl", &written(&fixture_text(name), how), &InputOptions::default());
            assert_sound_and_same(&found, &expected, &format!("{name} {how:?}"));
        }
    }
}

#[test]
fn tables_in_every_encoding_give_what_the_native_form_gives() {
    for name in ["small.jsonl", "day-20180305.jsonl"] {
        let expected = expected_of_tables(name);
        let rows = rows_of(name, RowOrder::Scattered);
        for (ending, delimiter) in [("csv", ","), ("csv", ";"), ("tsv", "\t")] {
            for how in ALL {
                let found =
                    screened(&format!("a.{ending}"), &written(&table(&rows, delimiter), how), &InputOptions::default());
                assert_sound_and_same(&found, &expected, &format!("{name} {ending} {delimiter:?} {how:?}"));
            }
        }
    }
}

#[test]
fn compression_goes_with_every_format_and_encoding() {
    let expected = run(&[&fixture("day-20180305.jsonl")], &InputOptions::default(), 1).1.jsonl;
    let of_tables = expected_of_tables("day-20180305.jsonl");
    let table = table(&rows_of("day-20180305.jsonl", RowOrder::Scattered), ",");
    for how in [Written::Utf8, Written::Gb18030, Written::Utf16LeMark] {
        for (name, bytes) in [
            ("a.jsonl.gz", gzip(&written(&fixture_text("day-20180305.jsonl"), how))),
            ("a.jsonl.zst", zst(&written(&fixture_text("day-20180305.jsonl"), how))),
            ("a.csv.gz", gzip(&written(&table, how))),
            ("a.csv.zst", zst(&written(&table, how))),
            // The ending does not say so, the first bytes do.
            ("a.jsonl", gzip(&written(&fixture_text("day-20180305.jsonl"), how))),
        ] {
            let expected = if name.contains("csv") { &of_tables } else { &expected };
            assert_sound_and_same(
                &screened(name, &bytes, &InputOptions::default()),
                expected,
                &format!("{name} {how:?}"),
            );
        }
    }
}

#[test]
fn scattered_grouped_and_spilled_rows_are_the_same() {
    let expected = expected_of_tables("day-20180305.jsonl");
    for order in [RowOrder::Scattered, RowOrder::Grouped] {
        let text = table(&rows_of("day-20180305.jsonl", order), ",");
        for row_memory in [1, 2_000, 64 << 20] {
            let options = InputOptions { row_memory, ..InputOptions::default() };
            let found = screened("a.csv", text.as_bytes(), &options);
            assert_sound_and_same(&found, &expected, &format!("{order:?} rows, {row_memory} bytes in memory"));
        }
    }
    let options = InputOptions { rows: RowOrder::Grouped, ..InputOptions::default() };
    for chunk_bytes in [1, 5_000, 1 << 20] {
        let options = InputOptions { chunk_bytes, ..options.clone() };
        let text = table(&rows_of("day-20180305.jsonl", RowOrder::Grouped), ",");
        let found = screened("a.csv", text.as_bytes(), &options);
        assert_sound_and_same(&found, &expected, &format!("--grouped, {chunk_bytes} bytes a chunk"));
    }
}

#[test]
fn a_named_encoding_is_taken_at_its_word() {
    let expected = run(&[&fixture("small.jsonl")], &InputOptions::default(), 1).1.jsonl;
    for (label, how) in [
        ("utf-16le", Written::Utf16Le),
        ("utf-16be", Written::Utf16BeMark),
        ("gb18030", Written::Gb18030),
        ("GBK", Written::Gb18030),
    ] {
        let options = InputOptions { encoding: Some(label.to_owned()), ..InputOptions::default() };
        let found = screened("a.jsonl", &written(&fixture_text("small.jsonl"), how), &options);
        // GBK lacks the emoji of GB18030; the decoder of both is one.
        assert_sound_and_same(&found, &expected, label);
    }
}

#[test]
fn bytes_that_are_no_text_are_counted_and_cost_nothing_else() {
    let text = fixture_text("small.jsonl");
    let mut bytes = text.clone().into_bytes();
    let at = text.find("谢谢\"").unwrap();
    bytes.splice(at..at + 3, [0xFF]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, bytes).unwrap();
    let (run_of_it, found) = run(&[&path], &InputOptions::default(), 1);
    assert_eq!(run_of_it.summary.replaced, 1);
    assert_eq!(found.screenings().len(), 6);
    assert!(found.bad.is_empty() && found.errors.is_empty());
}

/// Fixtures that are made from others: name, source, bytes.
fn made() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let (small, messages) = (fixture_text("small.jsonl"), fixture_text("messages.csv"));
    let whole = table(&rows_of("small.jsonl", RowOrder::Scattered), ",");
    vec![
        ("messages.gb18030.csv", "messages.csv", written(&messages, Written::Gb18030)),
        ("messages.utf16.csv", "messages.csv", written(&messages, Written::Utf16LeMark)),
        ("messages.utf16be.csv", "messages.csv", written(&messages, Written::Utf16Be)),
        ("messages.tsv", "messages.csv", written(&retabbed(&messages), Written::Utf8)),
        ("small.bom.jsonl", "small.jsonl", written(&small, Written::Utf8Mark)),
        ("small.gb18030.jsonl", "small.jsonl", written(&small, Written::Gb18030)),
        ("small.utf16le.jsonl", "small.jsonl", written(&small, Written::Utf16Le)),
        ("small.csv", "small.jsonl", written(&whole, Written::Utf8Mark)),
        ("small.jsonl.gz", "small.jsonl", gzip(small.as_bytes())),
        ("small.jsonl.zst", "small.jsonl", zst(small.as_bytes())),
    ]
}

/// A comma-separated table with tabs in place of its commas.
fn retabbed(text: &str) -> String {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for record in reader.records() {
        writer.write_record(&record.unwrap()).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// The text of a fixture, whatever it is packed and written in.
fn unpacked(name: &str, bytes: &[u8]) -> String {
    use std::io::Read as _;
    let mut plain = Vec::new();
    match Path::new(name).extension().and_then(|ending| ending.to_str()) {
        Some("gz") => _ = flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap(),
        Some("zst") => plain = zstd::decode_all(bytes).unwrap(),
        _ => plain = bytes.to_vec(),
    }
    let encoding = match name {
        _ if name.contains("gb18030") => GB18030,
        _ if name.contains("utf16be") => UTF_16BE,
        _ if name.contains("utf16") => UTF_16LE,
        _ => UTF_8,
    };
    let (text, _, broken) = encoding.decode(&plain);
    assert!(!broken, "{name}");
    text.into_owned()
}

#[test]
fn committed_fixtures_agree_with_their_sources() {
    for (name, source, bytes) in made() {
        let path = fixture(name);
        if std::env::var_os("ZHIJIAN_BLESS").is_some() {
            std::fs::write(&path, &bytes).unwrap();
        }
        let committed = std::fs::read(&path)
            .unwrap_or_else(|_| panic!("{name} is missing; run with ZHIJIAN_BLESS=1 and commit it"));
        // Another version of the compressor may pack otherwise; what is packed has to be the same.
        assert_eq!(unpacked(name, &committed), unpacked(name, &bytes), "{name} is not made from {source} any more");
        let expected = run(&[&fixture(source)], &InputOptions::default(), 1).1.jsonl;
        let found = run(&[&path], &InputOptions::default(), 1).1;
        assert_sound_and_same(&found, &expected, name);
    }
}

#[test]
fn the_table_of_messages_is_the_chat_of_the_small_file() {
    // It carries neither message ids nor agents, so ids and charges differ; what is found, and where, does not.
    let places = |name: &str| -> Vec<(String, String, u32, Vec<String>)> {
        let screenings = run(&[&fixture(name)], &InputOptions::default(), 1).1.screenings();
        let mut places = Vec::new();
        for screening in screenings {
            for found in screening.candidates {
                let quotes = found.spans.into_iter().map(|span| span.quote).collect();
                places.push((screening.conversation.clone(), found.rule, found.message, quotes));
            }
        }
        places.sort();
        places
    };
    let found = places("messages.csv");
    assert!(!found.is_empty());
    assert_eq!(found, places("small.jsonl"));
}
