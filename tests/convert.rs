//! `convert` turns what can be read into the native form, and nothing is found otherwise afterwards.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::fs;
use std::path::Path;

use support::{Ended, fixture, gzip, run, zhijian_with};
use zhijian::conversation::InputOptions;

fn convert(arguments: &[&str], stdin: &str) -> Ended {
    zhijian_with(&[&["convert"], arguments].concat(), stdin)
}

fn screened(path: &Path) -> String {
    let (_, found) = run(&[path], &InputOptions::default(), 1);
    assert!(found.bad.is_empty() && found.errors.is_empty(), "{:?} {:?}", found.bad, found.errors);
    String::from_utf8(found.jsonl).unwrap()
}

#[test]
fn what_is_converted_is_screened_as_before() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "small.jsonl",
        "small.csv",
        "small.utf16le.jsonl",
        "messages.gb18030.csv",
        "messages.tsv",
        "day-20180305.jsonl",
    ] {
        let out = folder.path().join("native.jsonl");
        let ended = convert(&[fixture(name).to_str().unwrap(), "-o", out.to_str().unwrap()], "");
        assert_eq!(ended.code, Some(0), "{name}: {}", ended.stderr);
        assert_eq!(screened(&out), screened(&fixture(name)), "{name}");
        let again = convert(&[out.to_str().unwrap(), "--quiet"], "");
        assert_eq!(again.stdout, fs::read_to_string(&out).unwrap(), "{name}: the native form stays as it is");
        assert_eq!(again.stderr, "");
    }
}

#[test]
fn rows_without_ids_get_the_same_ones_each_time() {
    let table = "店铺,客户,发送方,消息内容,发送时间\n\
        云杉,c1,客户,在吗,2018-03-05 10:00:00\n\
        云杉,c2,客户,有货吗,2018-03-05 10:00:05\n\
        云杉,c1,客服,您好,2018-03-05 10:00:09\n\
        云杉,c1,客户,到货了,2018-03-05 15:00:00\n";
    let arguments = ["-", "--input-format", "csv", "--session-by", "shop,customer", "--session-gap", "2h"];
    let ended = convert(&arguments, table);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let ids: Vec<_> = ended.stdout.lines().map(|line| line.split('"').nth(3).unwrap()).collect();
    let expected =
        ["云杉/c1/2018-03-05T10:00:00+08:00", "云杉/c2/2018-03-05T10:00:05+08:00", "云杉/c1/2018-03-05T15:00:00+08:00"];
    assert_eq!(ids, expected);
    assert_eq!(convert(&arguments, table).stdout, ended.stdout);
    let without = convert(&["-", "--input-format", "csv"], table);
    assert!(without.code == Some(2) && without.stderr.contains("--session-by"), "{}", without.stderr);
    for (option, value, hint) in [("--session-by", "shop,text", "customer"), ("--session-gap", "2d", "30m")] {
        let mut arguments = arguments;
        let at = arguments.iter().position(|one| *one == option).unwrap();
        arguments[at + 1] = value;
        let ended = convert(&arguments, table);
        assert!(ended.code == Some(2) && ended.stderr.contains(hint), "{}", ended.stderr);
    }
}

#[test]
fn bad_rows_are_told_and_nothing_is_lost_with_them() {
    let table = "会话ID,发送方,消息内容\n1,客户,在吗\n1,谁,秘密\n2,客服,您好\n";
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.jsonl");
    let ended = convert(&["-", "--input-format", "csv", "--bad-rows", bad.to_str().unwrap()], table);
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 2));
    assert!(ended.stderr.contains("-:3: unknown-role: 发送方:") && !ended.stderr.contains("秘密"), "{}", ended.stderr);
    assert!(ended.stderr.contains("1 通会话缺了读不出的行"), "{}", ended.stderr);
    assert_eq!(fs::read_to_string(&bad).unwrap().lines().count(), 1);
    assert_eq!(convert(&["-", "--input-format", "csv", "--strict"], table).code, Some(2));
    assert_eq!(convert(&["-"], "no json\n").code, Some(2), "nothing but bad rows");
    assert_eq!(convert(&["-", "no-such-file.jsonl"], "").code, Some(2));
}

#[test]
fn nothing_is_written_over_what_is_read_or_under_a_name_that_promises_another_form() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    let bytes = gzip(b"{\"id\":\"1\",\"messages\":[]}\n");
    fs::write(&input, &bytes).unwrap();
    let input_name = input.to_str().unwrap();
    for out in [input_name, "out.csv", "out.jsonl.gz", "out.xlsx"] {
        let ended = convert(&[input_name, "-o", out], "");
        assert!(ended.code == Some(2) && ended.stderr.contains("give a"), "{out}: {}", ended.stderr);
    }
    assert_eq!(fs::read(&input).unwrap(), bytes);
}
