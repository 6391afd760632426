//! The same input gives the same bytes: whatever the threads, the chunks, the compression and the door it came through.

mod support;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use support::{Collected, fixture, fixture_lines, fixture_text, gzip, run, zhijian, zst};
use tempfile::TempDir;
use zhijian::conversation::InputOptions;

/// How often the fixtures are repeated: some megabytes, and many chunks of a mebibyte.
const WEEKS: usize = 24;

struct Week {
    folder: TempDir,
    /// The ids in input order.
    ids: Vec<String>,
    /// What one thread makes of the plain file.
    expected: Collected,
}

impl Week {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// All fixtures again and again under changed ids, with bad rows between them.
static WEEK: LazyLock<Week> = LazyLock::new(|| {
    let mut text = String::new();
    let mut ids = Vec::new();
    for week in 0..WEEKS {
        for line in fixture_lines("day-20180305.jsonl").iter().chain(&fixture_lines("small.jsonl")) {
            let kind = if line.contains("\"started_at\"") { "day" } else { "small" };
            let line = line.replacen("{\"id\":\"", &format!("{{\"id\":\"{kind}{week}-"), 1);
            let id = line.split('"').nth(3).unwrap().to_owned();
            ids.push(id);
            text.push_str(&line);
            text.push('\n');
        }
        text.push_str("{\"id\":\"broken\n\n");
    }
    assert!(text.len() > 3 << 20, "{} bytes are too few to need several chunks", text.len());
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("week.jsonl", text.clone().into_bytes()),
        ("week.jsonl.gz", gzip(text.as_bytes())),
        ("week.jsonl.zst", zst(text.as_bytes())),
        // Two members one after the other are one file.
        ("members.jsonl.gz", [gzip(&text.as_bytes()[..1_000_001]), gzip(&text.as_bytes()[1_000_001..])].concat()),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let (_, expected) = run(&[&folder.path().join("week.jsonl")], &InputOptions::default(), 1);
    Week { folder, ids, expected }
});

fn chunks_of(chunk_bytes: usize) -> InputOptions {
    InputOptions { chunk_bytes, ..InputOptions::default() }
}

/// Like `assert_eq`, without printing megabytes.
fn assert_same(found: &Collected, expected: &Collected, what: &str) {
    assert_eq!(found.jsonl.len(), expected.jsonl.len(), "{what}: length");
    let differing = found.jsonl.iter().zip(&expected.jsonl).position(|(a, b)| a != b);
    assert_eq!(differing, None, "{what}: the bytes differ from here on");
    let places = |run: &Collected| -> Vec<(u64, &str)> { run.bad.iter().map(|row| (row.line, row.code)).collect() };
    assert_eq!(places(found), places(expected), "{what}: bad rows");
    assert!(found.errors.is_empty(), "{what}: {:?}", found.errors);
}

#[test]
fn output_is_in_input_order() {
    assert_eq!(WEEK.expected.ids(), WEEK.ids);
    assert_eq!(WEEK.expected.bad.len(), WEEKS);
    let lines: Vec<u64> = WEEK.expected.bad.iter().map(|row| row.line).collect();
    assert!(lines.is_sorted() && lines[0] == 96, "{lines:?}");
    let found: usize = WEEK.expected.screenings().iter().map(|screening| screening.candidates.len()).sum();
    assert!(found > 100 * WEEKS / 10, "there is something to find: {found}");
}

#[test]
fn threads_do_not_count() {
    for threads in [2, 8] {
        let (_, found) = run(&[&WEEK.file("week.jsonl")], &InputOptions::default(), threads);
        assert_same(&found, &WEEK.expected, &format!("{threads} threads"));
    }
}

#[test]
fn chunk_sizes_do_not_count() {
    for (chunk_bytes, threads) in [(1, 2), (4_096, 8), (65_537, 2), (300_000, 1), (64 << 20, 8)] {
        let (_, found) = run(&[&WEEK.file("week.jsonl")], &chunks_of(chunk_bytes), threads);
        assert_same(&found, &WEEK.expected, &format!("{chunk_bytes} bytes a chunk, {threads} threads"));
    }
}

#[test]
fn compression_does_not_count() {
    for name in ["week.jsonl.gz", "week.jsonl.zst", "members.jsonl.gz"] {
        for (chunk_bytes, threads) in [(1 << 20, 1), (10_007, 8)] {
            let (_, found) = run(&[&WEEK.file(name)], &chunks_of(chunk_bytes), threads);
            assert_same(&found, &WEEK.expected, &format!("{name}, {chunk_bytes} bytes a chunk, {threads} threads"));
        }
    }
}

#[test]
fn counts_do_not_depend_on_threads() {
    let (one, _) = run(&[&WEEK.file("week.jsonl")], &InputOptions::default(), 1);
    let (eight, _) = run(&[&WEEK.file("week.jsonl")], &chunks_of(50_000), 8);
    assert_eq!(one.summary, eight.summary);
    assert_eq!(one.summary.conversations as usize, WEEK.ids.len());
}

/// Runs the command over a file or standard input and compares with what the library made.
fn assert_command_writes_the_same(arguments: &[&str], stdin: Option<&Path>, expected: &Collected) {
    let mut command = zhijian();
    command.arg("screen").args(["--all", "--format", "jsonl", "-q"]).args(arguments);
    if let Some(path) = stdin {
        command.pipe_stdin(path).unwrap();
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let found = Collected { jsonl: output.stdout, ..Collected::default() };
    let expected = Collected { jsonl: expected.jsonl.clone(), ..Collected::default() };
    assert_same(&found, &expected, &format!("{arguments:?}"));
}

#[test]
fn the_command_writes_what_the_library_says() {
    let path = |name: &str| WEEK.file(name).display().to_string();
    for threads in ["1", "2", "8"] {
        assert_command_writes_the_same(&[&path("week.jsonl"), "--threads", threads], None, &WEEK.expected);
    }
    assert_command_writes_the_same(&[&path("week.jsonl.gz"), "--threads", "2"], None, &WEEK.expected);
    assert_command_writes_the_same(&[&path("week.jsonl.zst"), "--threads", "2"], None, &WEEK.expected);
}

#[test]
fn standard_input_gives_what_the_file_gives() {
    for (name, threads) in [("week.jsonl", "1"), ("week.jsonl", "8"), ("week.jsonl.gz", "2"), ("week.jsonl.zst", "2")] {
        assert_command_writes_the_same(&["-", "--threads", threads], Some(&WEEK.file(name)), &WEEK.expected);
    }
}

#[test]
fn the_output_file_holds_what_standard_output_shows() {
    let out = WEEK.file("out.jsonl");
    let input = WEEK.file("week.jsonl");
    let output = zhijian().arg("screen").arg(&input).args(["--all", "-q", "-o"]).arg(&out).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let found = Collected { jsonl: std::fs::read(&out).unwrap(), ..Collected::default() };
    let expected = Collected { jsonl: WEEK.expected.jsonl.clone(), ..Collected::default() };
    assert_same(&found, &expected, "-o");
    assert!(!WEEK.file("out.jsonl.partial").exists());
}

#[test]
fn several_files_are_read_in_the_order_of_the_arguments() {
    let (day, small) = (fixture("day-20180305.jsonl"), fixture("small.jsonl"));
    let single = |path: &Path| run(&[path], &InputOptions::default(), 1).1.jsonl;
    // The ids of the small file are those of the day; the source tells the two apart.
    let renamed = WEEK.file("renamed.jsonl");
    std::fs::write(&renamed, fixture_text("small.jsonl").replace("{\"id\":\"", "{\"id\":\"other-")).unwrap();
    let (_, both) = run(&[&day, &renamed], &InputOptions::default(), 2);
    let (_, other_way) = run(&[&renamed, &day], &InputOptions::default(), 2);
    assert_eq!(both.jsonl, [single(&day), single(&renamed)].concat());
    assert_eq!(other_way.jsonl, [single(&renamed), single(&day)].concat());
    assert_ne!(single(&small), single(&renamed));
}

#[test]
fn a_screening_survives_the_round_trip_through_json() {
    for line in std::str::from_utf8(&WEEK.expected.jsonl).unwrap().lines().take(200) {
        let screening: zhijian::screening::Screening = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&screening).unwrap(), line);
    }
}
