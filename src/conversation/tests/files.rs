//! From arguments to files: what is found, and what is said when nothing is.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::Ordering;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Outcome;
use crate::conversation::{InputOptions, Inputs};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn argument(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

fn read(arguments: &[&str]) -> Outcome {
    Outcome::of_arguments(arguments, &InputOptions::default()).unwrap()
}

fn code(arguments: &[&str]) -> &'static str {
    let refused = Outcome::of_arguments(arguments, &InputOptions::default());
    refused.unwrap_err().code()
}

#[test]
fn folders_patterns_and_files_are_read_once_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("b/deep")).unwrap();
    fs::create_dir(root.join(".hidden")).unwrap();
    for (name, content) in [
        ("c.jsonl", b"3\n".to_vec()),
        ("a.ndjson", b"1\n".to_vec()),
        ("b/deep/x.json.gz", gzip("2\n")),
        (".hidden/x.jsonl", b"no\n".to_vec()),
        (".x.jsonl", b"no\n".to_vec()),
        ("b/notes.md", b"no\n".to_vec()),
        ("d.jsonl.zst", zstd::encode_all(&b"4\n"[..], 1).unwrap()),
    ] {
        fs::write(root.join(name), content).unwrap();
    }
    let whole = argument(root, "");
    assert_eq!(read(&[&whole]).texts(), ["1", "2", "3", "4"]);
    let pattern = argument(root, "*.jsonl*");
    assert_eq!(read(&[&pattern, &whole, &pattern]).texts(), ["3", "4", "1", "2"]);
    let notes = argument(root, "b/notes.md");
    assert_eq!(code(&[&argument(root, "b/*.csv")]), "no-such-file");
    assert_eq!(code(&[&argument(root, "***[")]), "bad-pattern");
    assert_eq!(code(&[&argument(root, "none.jsonl")]), "no-such-file");
    assert_eq!(code(&[]), "no-input");
    fs::create_dir(root.join("empty")).unwrap();
    assert_eq!(code(&[&argument(root, "empty")]), "empty-folder");
    assert_eq!(read(&[&notes]).error_codes(), ["unknown-shape"]);
}

#[test]
fn what_is_no_text_is_not_asked_for_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let noise: Vec<u8> = (0..3_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for name in ["a.txt", "b.xlsx", "c.parquet"] {
        fs::write(root.join(name), &noise).unwrap();
        assert_eq!(read(&[&argument(root, name)]).error_codes(), ["not-text"], "{name}");
    }
    // A stray control character does not make it so.
    fs::write(root.join("d.txt"), "张三 2018年3月5日 上午10:00\n在\u{1f}吗\n").unwrap();
    assert_eq!(read(&[&argument(root, "d.txt")]).error_codes(), [""; 0]);
}

#[test]
fn progress_counts_the_bytes_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let packed = gzip(&"{\"id\":\"1\",\"messages\":[]}\n".repeat(1000));
    fs::write(folder.path().join("a.jsonl.gz"), &packed).unwrap();
    let whole = argument(folder.path(), "");
    let inputs = Inputs::resolve(&[whole], &InputOptions::default()).unwrap();
    assert_eq!(inputs.total_bytes(), Some(packed.len() as u64));
    let outcome = Outcome::of(inputs.chunks());
    assert_eq!(outcome.lines.len(), 1000);
    let read = inputs.progress().load(Ordering::Relaxed);
    assert_eq!(read, packed.len() as u64);
    let piped = Inputs::resolve(&["-".to_owned()], &InputOptions::default()).unwrap();
    assert_eq!(piped.total_bytes(), None);
}

#[test]
fn compression_is_told_by_content_and_may_come_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let two = [gzip("1\n"), gzip("2\n")].concat();
    fs::write(root.join("a.jsonl"), two).unwrap();
    let frame = |text: &[u8]| zstd::encode_all(text, 1).unwrap();
    let skipped = b"\x50\x2A\x4D\x18\x03\x00\x00\x00abc".to_vec();
    let frames = [skipped, frame(b"3\n"), frame(b"4\n")].concat();
    fs::write(root.join("b.jsonl.gz"), frames).unwrap();
    fs::write(root.join("c.jsonl.zst"), "5\n").unwrap();
    assert_eq!(read(&[&argument(root, "")]).texts(), ["1", "2", "3", "4", "5"]);
}

#[test]
fn other_kinds_of_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let book = argument(folder.path(), "book.xlsx");
    let broken = if cfg!(feature = "tables") { "bad-workbook" } else { "unsupported-format" };
    for (bytes, code) in [(b"PK\x03\x04....", broken), (b"\xD0\xCF\x11\xE0....", broken)] {
        fs::write(&book, bytes).unwrap();
        let outcome = read(&[&book]);
        assert_eq!(outcome.error_codes(), [code]);
        assert!(outcome.errors[0].to_string().contains("book.xlsx"));
    }
}

#[test]
fn formats_are_told_by_content_where_the_name_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let lines = argument(folder.path(), "lines");
    fs::write(&lines, "\n {\"id\":\"1\",\"messages\":[]}\n").unwrap();
    assert_eq!(read(&[&lines]).lines[0].0, 2);
    let table = argument(folder.path(), "table.txt");
    fs::write(&table, "会话ID;角色;内容\n1;客服;您好\n").unwrap();
    let expected = "{\"id\":\"1\",\"messages\":[{\"role\":\"agent\",\"text\":\"您好\"}]}";
    assert_eq!(read(&[&table]).texts(), [expected]);
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let good = "{\"id\":\"1\",\"messages\":[]}\n".repeat(3);
    let packed = gzip(&(0..5000).fold(String::new(), |rows, n| rows + &format!("{n} {}\n", n * 7919 % 10007)));
    fs::write(root.join("a.jsonl.gz"), &packed[..packed.len() / 2]).unwrap();
    fs::write(root.join("b.jsonl"), good).unwrap();
    let mut damaged = packed.clone();
    damaged[packed.len() / 2] ^= 0x55;
    damaged[packed.len() / 2 + 1] ^= 0x55;
    fs::write(root.join("c.jsonl.gz"), damaged).unwrap();
    let frame = zstd::encode_all(&b"1\n2\n"[..], 1).unwrap();
    fs::write(root.join("d.jsonl.zst"), &frame[..frame.len() - 1]).unwrap();
    let outcome = read(&[&argument(root, "")]);
    assert_eq!(outcome.error_codes(), ["truncated", "broken-compression", "truncated"]);
    assert!(outcome.errors[0].file().unwrap().ends_with("a.jsonl.gz"));
    let whole = outcome.lines.iter().take_while(|line| line.1.contains(' ')).count();
    assert!(whole > 1000, "the rows before the cut are kept, found {whole}");
    let last = &outcome.lines[whole - 1].1;
    let n = whole - 1;
    assert_eq!(last, &format!("{n} {}", n * 7919 % 10007), "and none is cut");
}
