//! Bad input is named by file and line, counted and left out; what is good beside it stays.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use support::{Collected, fixture, fixture_lines, fixture_text, gzip, run, run_with, zhijian_with, zst};
use zhijian::conversation::{InputError, InputOptions};

fn in_folder(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn good(number: usize) -> String {
    format!(
        "{{\"id\":\"good-{number}\",\"messages\":[{{\"role\":\"agent\",\"text\":\"您好，后台显示已发货，谢谢\"}}]}}\n"
    )
}

#[test]
fn each_bad_row_is_named_and_the_good_ones_are_kept() {
    let (run, found) = run(&[&fixture("bad.jsonl")], &InputOptions::default(), 2);
    let named: Vec<(u64, &str, Option<&str>)> =
        found.bad.iter().map(|row| (row.line, row.code, row.field.as_deref())).collect();
    assert_eq!(
        named,
        [
            (2, "broken-json", None),
            (4, "missing-role", Some("messages[1].role")),
            (5, "unknown-role", Some("messages[1].role")),
            (6, "bad-time", Some("messages[0].time")),
            (8, "not-an-object", None),
            (10, "differing-repeat", Some("id")),
        ]
    );
    assert!(found.bad.iter().all(|row| row.file.ends_with("bad.jsonl")));
    assert_eq!(found.ids(), ["bad-01", "bad-02", "bad-10", "bad-11"]);
    assert_eq!(run.summary.repeats, 1, "the identical repeat is counted and is no bad row");
    assert_eq!(run.summary.all_bad_rows(), 6);
    assert_eq!(run.summary.conversations, 4);
    let counted: BTreeMap<String, u64> = found.bad.iter().map(|row| (row.code.to_owned(), 1)).collect();
    assert_eq!(run.summary.bad_rows, counted);
}

#[test]
fn a_bad_row_says_what_to_do_and_quotes_no_message() {
    let (_, found) = run(&[&fixture("bad.jsonl")], &InputOptions::default(), 1);
    let texts: Vec<String> = fixture_lines("bad.jsonl")
        .iter()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .flat_map(|value| value["messages"].as_array().cloned().unwrap_or_default())
        .filter_map(|message| message["text"].as_str().map(str::to_owned))
        .collect();
    assert!(texts.len() > 10);
    for row in &found.bad {
        assert!(row.reason.chars().count() > 20, "{row:?}");
        assert!(texts.iter().all(|text| !row.reason.contains(text.as_str())), "{row:?}");
        assert!(!row.reason.contains("这一行是数组"), "{row:?}");
    }
}

#[test]
fn strict_stops_at_the_first_bad_row() {
    let (run, found) = run_with(&support::RULES, &[&fixture("bad.jsonl")], &InputOptions::default(), 2, true);
    assert_eq!(run.stopped, Some(zhijian::screening::Stop::BadRow));
    assert_eq!(found.bad.iter().map(|row| row.line).collect::<Vec<_>>(), [2]);
    assert_eq!(found.ids(), ["bad-01"]);
    let ended = zhijian_with(&["screen", "fixtures/bad.jsonl", "--strict", "--all", "--format", "jsonl"], "");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("bad.jsonl:2: broken-json:"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("bad.jsonl:4:"), "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().count(), 1);
}

#[test]
fn without_strict_the_command_goes_on_and_writes_every_bad_row() {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("bad-rows.jsonl");
    let arguments = ["screen", "fixtures/bad.jsonl", "--bad-rows", rows.to_str().unwrap()];
    let ended = zhijian_with(&arguments, "");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let written = std::fs::read_to_string(&rows).unwrap();
    let lines: Vec<serde_json::Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|row| row["line"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 4, 5, 6, 8, 10]);
    assert!(
        lines
            .iter()
            .all(|row| row["file"] == "fixtures/bad.jsonl" && row["code"].is_string() && row["reason"].is_string())
    );
    for line in [2, 4, 5, 6, 8, 10] {
        assert!(ended.stderr.contains(&format!("fixtures/bad.jsonl:{line}: ")), "{line}: {}", ended.stderr);
    }
    assert!(ended.stdout.contains("完全相同的重复会话 1 个"), "{}", ended.stdout);
}

#[test]
fn what_is_missing_or_late_is_not_judged_where_a_row_was_lost() {
    let table = "会话ID,发送方,发送时间,消息内容\n\
        c-1,客户,2018-03-05 10:00:00,在吗\n\
        c-1,谁,2018-03-05 10:00:05,您好\n\
        c-1,客服,2018-03-05 10:20:00,后台显示已发货\n\
        c-2,客户,2018-03-05 10:00:00,在吗\n\
        c-2,客服,2018-03-05 10:20:00,后台显示已发货\n";
    let (_folder, path) = in_folder("export.csv", table.as_bytes());
    for threads in [1, 2] {
        let (run, found) = run(&[&path], &InputOptions::default(), threads);
        let screenings = found.screenings();
        let rules =
            |at: usize| -> Vec<&str> { screenings[at].candidates.iter().map(|found| found.rule.as_str()).collect() };
        let open = |at: usize| -> Vec<(&str, &str)> {
            screenings[at].not_evaluated.iter().map(|rule| (&*rule.rule, &*rule.reason)).collect()
        };
        assert_eq!(rules(0), ["internal-jargon"], "what was said stays said");
        let left_open = open(0);
        for rule in ["missing-closing", "missing-greeting", "slow-first-response", "slow-response"] {
            assert!(left_open.contains(&(rule, "incomplete")), "{rule}: {left_open:?}");
        }
        assert!(rules(1).contains(&"missing-greeting") && rules(1).contains(&"slow-first-response"), "{:?}", rules(1));
        assert!(!open(1).iter().any(|(_, reason)| *reason == "incomplete"), "{:?}", open(1));
        assert_eq!(run.summary.first_response.count(), 1, "the waits of an incomplete conversation are not counted");
    }
    let shown = zhijian_with(&["explain", "--file", path.to_str().unwrap(), "--id", "c-1"], "").stdout;
    assert!(shown.contains("未能判定 missing-greeting 未主动问候:有坏行,会话不完整"), "{shown}");
    assert!(!shown.contains("疑似违规 missing-greeting"), "{shown}");
    let summary = zhijian_with(&["screen", path.to_str().unwrap()], "").stdout;
    assert!(summary.contains("有坏行,会话不完整"), "{summary}");
}

#[test]
fn rows_that_are_not_grouped_are_answered_with_the_option() {
    let table = "会话ID,发送方,消息内容\nc-1,客服,您好\nc-2,客服,您好\nc-1,客服,再见\n";
    let reason = |arguments: &[&str], input: &str| {
        let ended = zhijian_with(&[&["screen", "-", "-q", "--all"], arguments].concat(), input);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.stderr.lines().filter(|line| line.contains("differing-repeat")).collect::<String>()
    };
    let said = reason(&["--grouped"], table);
    assert!(said.contains("rows of this conversation are not next to each other, leave out --grouped"), "{said}");
    assert!(!said.contains("您好") && !said.contains("再见"), "{said}");
    assert_eq!(reason(&[], table), "", "scattered rows are one conversation");
    let lines = [good(1), good(1).replace("谢谢", "再见")].concat();
    let said = reason(&["--grouped"], &lines);
    assert!(said.contains("differs") && !said.contains("--grouped"), "lines have no rows: {said}");
}

/// A reproducible source of numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// A file with one to three small wounds.
fn mutant(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const SPECIAL: &[u8] = b"\"\\{}[],:\n\r\t\0\x1b\x80\xff\xfe\xef0019a ";
    let mut mutant = bytes.to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(mutant.len());
        match numbers.below(6) {
            0 => mutant[at] ^= 1 << numbers.below(8),
            1 => mutant[at] = SPECIAL[numbers.below(SPECIAL.len())],
            2 => mutant.insert(at, SPECIAL[numbers.below(SPECIAL.len())]),
            3 => _ = mutant.remove(at),
            4 => _ = mutant.drain(at..(at + 1 + numbers.below(12)).min(mutant.len())),
            _ => {
                let piece = mutant[at..(at + 1 + numbers.below(40)).min(mutant.len())].to_vec();
                let to = numbers.below(mutant.len());
                mutant.splice(to..to, piece);
            }
        }
        if mutant.is_empty() {
            mutant.push(b' ');
        }
    }
    mutant
}

/// Screens on a thread of its own, so that a hang is a failure and not a test that never ends.
fn screened_in_time(name: &str, bytes: Vec<u8>) -> Collected {
    let (done, result) = mpsc::channel();
    let name = name.to_owned();
    std::thread::spawn(move || {
        let (_folder, path) = in_folder(&name, &bytes);
        let _ = done.send(run(&[&path], &InputOptions::default(), 1).1);
    });
    result.recv_timeout(Duration::from_mins(1)).expect("neither a panic nor a hang")
}

/// Each conversation's screening as it is written.
fn by_id(collected: &Collected) -> BTreeMap<String, String> {
    let text = std::str::from_utf8(&collected.jsonl).unwrap();
    let lines = text.lines().map(|line| (serde_json::from_str::<zhijian::screening::Screening>(line).unwrap(), line));
    lines.map(|(screening, line)| (screening.conversation, line.to_owned())).collect()
}

#[test]
fn mutants_of_the_native_form_hurt_only_the_lines_they_touch() {
    let text = fixture_text("small.jsonl");
    let expected = by_id(&run(&[&fixture("small.jsonl")], &InputOptions::default(), 1).1);
    let mut numbers = Numbers(1);
    let (mut kept, mut lost) = (0, 0);
    for number in 0..1_000 {
        let bytes = mutant(text.as_bytes(), &mut numbers);
        let found = screened_in_time("small.jsonl", bytes.clone());
        let screenings = by_id(&found);
        for (line, (id, screening)) in text.lines().zip(fixture_ids().iter().zip(expected_in_order(&expected))) {
            let places: Vec<usize> = bytes
                .split(|byte| *byte == b'\n')
                .enumerate()
                .filter(|(_, l)| l.strip_suffix(b"\r").unwrap_or(l) == line.as_bytes())
                .map(|(at, _)| at + 1)
                .collect();
            let Some(place) = places.first() else {
                lost += 1;
                continue;
            };
            kept += 1;
            // The wounded line may have taken this one's id: then this one is named.
            let named = found.bad.iter().any(|row| row.line as usize == *place && row.code == "differing-repeat");
            assert!(
                named || screenings.get(id) == Some(&screening),
                "mutant {number}: line {place} ({id}) was not touched"
            );
        }
        assert!(found.errors.is_empty(), "mutant {number}: {:?}", found.errors);
    }
    assert!(kept > 3_000 && lost > 500, "{kept} kept, {lost} touched: the mutants are too mild or too wild");
}

fn fixture_ids() -> Vec<String> {
    fixture_lines("small.jsonl").iter().map(|line| line.split('"').nth(3).unwrap().to_owned()).collect()
}

fn expected_in_order(expected: &BTreeMap<String, String>) -> Vec<String> {
    fixture_ids().iter().map(|id| expected[id].clone()).collect()
}

#[test]
fn mutants_of_a_table_hurt_only_the_conversations_they_touch() {
    let text = fixture_text("messages.csv");
    let expected = by_id(&run(&[&fixture("messages.csv")], &InputOptions::default(), 1).1);
    let header = text.lines().next().unwrap();
    let rows: Vec<&str> = text.lines().skip(1).collect();
    let mut numbers = Numbers(2);
    let (mut kept, mut swallowed) = (0, 0);
    for number in 0..1_000 {
        let bytes = mutant(text.as_bytes(), &mut numbers);
        let found = screened_in_time("messages.csv", bytes.clone());
        let lines: Vec<&[u8]> =
            bytes.split(|byte| *byte == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l)).collect();
        if lines.first() != Some(&header.as_bytes()) {
            // Without the line of names nothing can be told; that is said, or the names were still known.
            continue;
        }
        let screenings = by_id(&found);
        for (id, screening) in &expected {
            let own = rows.iter().filter(|row| row.starts_with(id.as_str()));
            let as_many = rows.len() + 1 == lines.iter().filter(|line| !line.is_empty()).count();
            let intact = as_many && rows_in_order(own, &lines, id);
            if !intact {
                continue;
            }
            kept += 1;
            if screenings.get(id) != Some(screening) {
                // A quote that opens in the wounded row may find its end in a later one: then the row is named.
                swallowed += 1;
                let wounded = lines.iter().filter(|line| !text.lines().any(|row| row.as_bytes() == **line));
                let shown: Vec<String> = wounded.map(|line| String::from_utf8_lossy(line).into_owned()).collect();
                assert!(
                    shown.iter().any(|line| line.contains('"')),
                    "mutant {number}: {id}, {shown:?}, {:?}\n{:?}\n{screening}",
                    found.bad,
                    screenings.get(id)
                );
            }
        }
    }
    assert!(kept > 1_500, "{kept} conversations were left whole: the mutants are too wild");
    assert!(swallowed * 100 < kept, "{swallowed} of {kept} untouched conversations changed");
}

/// Whether the rows of a conversation, and no others of its id, stand in the file in their order.
fn rows_in_order<'r>(own: impl Iterator<Item = &'r &'r str>, lines: &[&[u8]], id: &str) -> bool {
    let there: Vec<&[u8]> = lines.iter().copied().filter(|line| line.starts_with(id.as_bytes())).collect();
    own.map(|row| row.as_bytes()).eq(there)
}

#[test]
fn bombs_are_refused_and_the_option_is_named() {
    let bomb = [good(1).into_bytes(), vec![b'\n'; 48 << 20]].concat();
    for (name, packed) in [("bomb.jsonl.gz", gzip(&bomb)), ("bomb.jsonl.zst", zst(&bomb))] {
        assert!(packed.len() * 200 < bomb.len(), "{name} is no bomb");
        let (_folder, path) = in_folder(name, &packed);
        let path = path.to_str().unwrap();
        let refused = zhijian_with(&["screen", path, "--all", "--format", "jsonl", "-q"], "");
        assert_eq!(refused.code, Some(2), "{name}");
        assert!(refused.stderr.contains("--max-ratio"), "{name}: {}", refused.stderr);
        assert_eq!(refused.stdout.lines().count(), 1, "{name}: the row before is kept");
        let allowed = zhijian_with(&["screen", path, "--all", "--format", "jsonl", "-q", "--max-ratio", "0"], "");
        assert_eq!((allowed.code, allowed.stdout.lines().count()), (Some(0), 1), "{name}: {}", allowed.stderr);
        let from_pipe = zhijian_with(&["screen", "-", "--all", "-q"], packed);
        assert_eq!(from_pipe.code, Some(2), "{name} on standard input");
    }
}

#[test]
fn small_files_that_pack_well_are_no_bombs() {
    let lines: String =
        (0..20_000).map(|number| good(number).replace("，谢谢", "，谢谢谢谢谢谢谢谢谢谢谢谢谢谢")).collect();
    let (_folder, path) = in_folder("week.jsonl.zst", &zst(lines.as_bytes()));
    let (run, found) = run(&[&path], &InputOptions::default(), 2);
    assert!(found.errors.is_empty(), "{:?}", found.errors);
    assert_eq!(run.summary.conversations, 20_000);
}

#[test]
fn a_truncated_file_ends_with_2_and_keeps_the_rows_before() {
    let lines: String = (0..30_000).map(|number| good(number * 7_919 % 30_011)).collect();
    for (name, packed) in [("week.jsonl.gz", gzip(lines.as_bytes())), ("week.jsonl.zst", zst(lines.as_bytes()))] {
        let (_folder, path) = in_folder(name, &packed[..packed.len() * 3 / 5]);
        let (_, found) = run(&[&path], &InputOptions::default(), 2);
        assert_eq!(found.errors.iter().map(InputError::code).collect::<Vec<_>>(), ["truncated"], "{name}");
        let kept = found.ids();
        assert!(kept.len() > 5_000 && kept.len() < 30_000, "{name}: {}", kept.len());
        let all: Vec<String> =
            lines.lines().take(kept.len()).map(|line| line.split('"').nth(3).unwrap().to_owned()).collect();
        assert_eq!(kept, all, "{name}");
        assert!(found.bad.is_empty(), "the line that was cut is no bad row: {:?}", found.bad);
        let ended = zhijian_with(&["screen", path.to_str().unwrap(), "--all", "--format", "jsonl", "-q"], "");
        assert_eq!(ended.code, Some(2), "{name}");
        assert_eq!(ended.stdout.as_bytes(), found.jsonl, "{name}");
        assert!(ended.stderr.contains("cut short"), "{name}: {}", ended.stderr);
    }
}

#[test]
fn a_damaged_file_is_named_and_the_next_one_is_read() {
    let mut packed = gzip(good(1).repeat(3_000).as_bytes());
    let middle = packed.len() / 2;
    packed[middle..middle + 8].fill(0xAA);
    let (_folder, damaged) = in_folder("damaged.jsonl.gz", &packed);
    let (_, found) = run(&[&damaged, &fixture("small.jsonl")], &InputOptions::default(), 2);
    assert_eq!(found.errors.len(), 1);
    assert!(found.ids().ends_with(&fixture_ids()), "the next file is read");
    let arguments = ["screen", damaged.to_str().unwrap(), "fixtures/small.jsonl", "-q", "--all", "--format", "jsonl"];
    let ended = zhijian_with(&arguments, "");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("damaged.jsonl.gz"), "{}", ended.stderr);
}

#[test]
fn a_line_that_is_too_long_is_named_and_its_neighbours_are_kept() {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.jsonl");
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(good(1).as_bytes()).unwrap();
    // A hole on the disk, not bytes: the line is longer than the longest, and all NUL.
    file.seek(SeekFrom::Current(i64::try_from(zhijian::conversation::MAX_LINE_BYTES).unwrap() + 10)).unwrap();
    file.write_all(format!("\n{}", good(2)).as_bytes()).unwrap();
    drop(file);
    let (_, found) = run(&[&path], &InputOptions::default(), 1);
    assert_eq!(found.bad.iter().map(|row| (row.line, row.code)).collect::<Vec<_>>(), [(2, "line-too-long")]);
    assert_eq!(found.ids(), ["good-1", "good-2"]);
}

#[test]
fn a_long_line_that_is_allowed_is_screened() {
    let long = good(1).replace("，谢谢", &format!("{}，谢谢", "好的收到".repeat(700_000)));
    assert!(long.len() > 8 << 20);
    let (_folder, path) = in_folder("long.jsonl", format!("{}{long}{}", good(0), good(2)).as_bytes());
    let (_, found) = run(&[&path], &InputOptions::default(), 2);
    assert_eq!(found.ids(), ["good-0", "good-1", "good-2"]);
    assert!(
        found.screenings().iter().all(|screening| screening.candidates.iter().any(|c| c.rule == "internal-jargon"))
    );
}

#[test]
fn files_that_are_none_are_refused_by_name() {
    let cases: [(&str, &[u8], &str); 3] = [
        ("book.xlsx", b"PK\x03\x04rest of a workbook", "workbook"),
        ("table.parquet", b"PAR1rest of a table", "Parquet"),
        ("nothing.csv", b"1,2,3\n4,5,6\n", "columns"),
    ];
    for (name, bytes, said) in cases {
        let (_folder, path) = in_folder(name, bytes);
        let ended = zhijian_with(&["screen", path.to_str().unwrap(), "-q"], "");
        assert_eq!(ended.code, Some(2), "{name}");
        assert!(ended.stderr.contains(said) && ended.stderr.contains(name), "{name}: {}", ended.stderr);
    }
    let lines = [good(1), good(2)];
    let array = format!("[{},{}]", lines[0].trim(), lines[1].trim());
    for text in [array.clone(), array.replace("},{\"id\"", "},\n{\"id\""), format!("[\n{}]", lines[0])] {
        let ended = zhijian_with(&["screen", "-", "-q"], &*text);
        assert_eq!(ended.code, Some(2), "{text}");
        assert!(
            ended.stderr.contains("this is one JSON array; write one conversation a line (jq -c '.[]'"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("后台"), "{}", ended.stderr);
    }
    let ended = zhijian_with(&["screen", "no/such/file.jsonl"], "");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("no/such/file.jsonl"), "{}", ended.stderr);
}
