//! Screenings as a workbook: what the CSV form says, cell by cell, and nothing that a spreadsheet would compute.

use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use calamine::{Data, Reader as _, Xlsx, open_workbook};

use super::support::fixture;

fn screen(input: &Path, output: &Path, threads: &str) {
    let arguments = [input.to_str().unwrap(), "-o", output.to_str().unwrap(), "--threads", threads, "-q"];
    let ended = Command::new(cargo_bin("zhijian")).arg("screen").args(arguments).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// The rows of a sheet as text; a number as it is shown.
fn rows(path: &Path, sheet: &str) -> Vec<Vec<String>> {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    assert!(workbook.worksheet_formula(sheet).unwrap().used_cells().next().is_none(), "no formula");
    let range = workbook.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[test]
fn the_sheet_of_candidates_is_the_csv_form() {
    let folder = tempfile::tempdir().unwrap();
    let (book, csv) = (folder.path().join("a.xlsx"), folder.path().join("a.csv"));
    let day = fixture("day-20180305.jsonl");
    screen(&day, &book, "2");
    screen(&day, &csv, "2");
    let text = std::fs::read_to_string(&csv).unwrap();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    // What CSV needs an apostrophe for is text here.
    let plain = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
    let expected: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(plain).collect()).collect();
    let found = rows(&book, "疑似违规");
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    let conversations = rows(&book, "会话");
    let flagged = conversations.iter().filter(|row| row[6] == "有疑似违规").count();
    assert!(flagged > 10);
    let agents = rows(&book, "坐席");
    let candidates: u64 = agents[1..].iter().map(|row| row[3].parse::<u64>().unwrap()).sum();
    let listed = found.iter().filter(|row| row[6] == "疑似违规").count() as u64;
    assert_eq!(candidates, listed);
}

#[test]
fn the_same_bytes_however_many_threads() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |threads: &str| {
        let path = folder.path().join(format!("{threads}.xlsx"));
        screen(&fixture("day-20180305.jsonl"), &path, threads);
        std::fs::read(path).unwrap()
    };
    let one = bytes("1");
    assert!(one == bytes("2") && one == bytes("8"));
}

#[test]
fn hostile_texts_are_texts() {
    let folder = tempfile::tempdir().unwrap();
    let (input, book) = (folder.path().join("a.jsonl"), folder.path().join("a.xlsx"));
    let line = r#"{"id":"=cmd|' /C calc'!A0","agent":{"id":"@a","name":"<b>\u0001\u202e"},"messages":[{"role":"customer","text":"在吗"},{"role":"agent","text":"=HYPERLINK(\"http://x\") 后台看到了"}]}"#;
    std::fs::write(&input, line).unwrap();
    screen(&input, &book, "1");
    let found = rows(&book, "疑似违规");
    assert!(found[1..].iter().all(|row| row[0] == "=cmd|' /C calc'!A0" && row[5] == "@a"), "{found:?}");
    assert_eq!(rows(&book, "坐席")[1][0], "@a");
}
