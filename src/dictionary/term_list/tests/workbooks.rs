//! Workbooks as people keep them, and hostile ones.

use std::io::{Cursor, Read as _, Write as _};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::super::vocabulary::column;
use super::super::workbook_in::read_bounded;
use super::*;
use mutants::{Sequence, mutated, repacked};

#[path = "../../../../tests/support/mutants.rs"]
mod mutants;

const TEXT: &str = "词条";

fn reading(workbook: &mut Workbook) -> Reading {
    let bytes = workbook.save_to_buffer().unwrap();
    Reading::new(&read_workbook(&bytes).unwrap(), Vec::new())
}

#[test]
fn the_same_list_gives_the_same_bytes() {
    let rows = export(&load(&shop("term\tmode\n=1\tsubstring\n", "term\tmode\n")), |_| true);
    assert_eq!(write_workbook(&rows).unwrap(), write_workbook(&rows).unwrap());
    let sheets = read_workbook(&write_workbook(&rows).unwrap()).unwrap();
    assert_eq!(sheets[0].name.as_deref(), Some(TEXT));
    assert_eq!(sheets[0].rows[1].cells[column::TERM], Cell::Text("'=1".to_owned()), "no formula");
    let mut long = rows[0].clone();
    long[column::TERM] = "长".repeat(40_000);
    assert_eq!(write_workbook(&[long]).unwrap_err().code(), "cell-too-long");
}

#[test]
fn a_workbook_as_people_keep_it() {
    let mut workbook = Workbook::new();
    let notes = workbook.add_worksheet();
    notes.set_name("说明").unwrap();
    notes.write(0, 0, "怎样填").unwrap();
    let sheet = workbook.add_worksheet();
    sheet.set_name("七月").unwrap();
    let day = Format::new().set_num_format("yyyy/m/d");
    sheet.merge_range(0, 0, 0, 4, "违规词总表", &Format::new()).unwrap();
    for (column, name) in (0..).zip(["文件", "词条", "匹配方式", "置信度", "生效日"]) {
        sheet.write(2, column, name).unwrap();
    }
    sheet.merge_range(3, 0, 5, 0, "terms/a.tsv", &Format::new()).unwrap();
    for (row, term) in [(3, "后台"), (4, "前台"), (6, "工单")] {
        sheet.write(row, 1, term).unwrap();
        sheet.write(row, 2, "词").unwrap();
    }
    sheet.write(5, 1, 12315).unwrap().write(5, 2, "片段").unwrap().write(5, 3, 900).unwrap();
    sheet.write_datetime_with_format(5, 4, ExcelDateTime::from_ymd(2018, 2, 1).unwrap(), &day).unwrap();
    sheet.write(6, 0, "terms/b.tsv").unwrap();
    sheet.set_row_hidden(6).unwrap();
    sheet.write(9, 1, 1_234_567_890_123_456_789_u64).unwrap().write(9, 2, "词").unwrap();
    sheet.write(10, 1, "超过").unwrap().write(10, 2, "词").unwrap().write(10, 3, 0.9).unwrap();
    let hidden = workbook.add_worksheet();
    hidden.set_name("旧").unwrap().set_hidden(true);
    hidden.write(0, 0, "词条").unwrap();
    let reading = reading(&mut workbook);
    assert_eq!(reading.passed_over, ["说明"]);
    assert_eq!(
        codes(&reading.problems),
        [
            ("bad-cell", "sheet 七月, row 10, column B 词条".to_owned()),
            ("bad-confidence", "sheet 七月, row 11, column D 置信度".to_owned())
        ]
    );
    let applied = apply(&reading, &shop("term\tmode\n", "term\tmode\n"));
    assert!(applied.problems.is_empty());
    let text = |path: &str| String::from_utf8(applied.files.get(path).unwrap().to_vec()).unwrap();
    assert_eq!(
        text("shop/terms/a.tsv"),
        "term\tmode\tsince\tconfidence\n后台\tword\t\t\n前台\tword\t\t\n12315\tsubstring\t2018-02-01\t900\n"
    );
    assert_eq!(text("shop/terms/b.tsv"), "term\tmode\n工单\tword\n");
}

#[test]
fn what_is_no_workbook_says_so() {
    for (bytes, code) in [
        (&b""[..], "broken-workbook"),
        (b"term,mode\n", "broken-workbook"),
        (b"PK\x03\x04", "broken-workbook"),
        (&[0xD0, 0xCF, 0x11, 0xE0, 0xA1], "broken-workbook"),
    ] {
        assert_eq!(read_workbook(bytes).unwrap_err().code(), code);
    }
}

/// A workbook with one more part.
fn with_part(name: &str, write: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut old = ZipArchive::new(Cursor::new(small())).unwrap();
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut part = old.by_index(index).unwrap();
        new.start_file(part.name().unwrap(), SimpleFileOptions::default()).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.start_file(name, SimpleFileOptions::default()).unwrap();
    write(&mut new);
    new.finish().unwrap().into_inner()
}

fn small() -> Vec<u8> {
    let rows = export(&load(&shop("term\tmode\n后台\tword\n", "term\tmode\n前台\tword\n")), |_| true);
    write_workbook(&rows).unwrap()
}

#[test]
fn a_workbook_that_unpacks_to_far_too_much_is_refused() {
    let bomb = with_part("xl/bomb.xml", |part| {
        let zeros = vec![0; 1 << 20];
        (0..64).for_each(|_| part.write_all(&zeros).unwrap());
    });
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read_workbook(&bomb).unwrap_err().code(), "ratio-exceeded");
    let harmless = with_part("xl/extra.xml", |part| part.write_all(&vec![0; 1 << 20]).unwrap());
    assert!(read_workbook(&harmless).is_ok());
    let tags = with_part("xl/tags.xml", |part| part.write_all("<si/>".repeat(5_000).as_bytes()).unwrap());
    assert!(read_workbook(&tags).is_ok());
    assert_eq!(read_bounded(&tags, 5_000).unwrap_err().code(), "too-many-rows");
}

#[test]
fn a_cell_far_away_costs_nothing() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "词条").unwrap().write(0, 1, "匹配方式").unwrap();
    sheet
        .write(1_048_575, 0, "后台")
        .unwrap()
        .write(1_048_575, 1, "词")
        .unwrap()
        .write(1_048_575, 16_383, "远")
        .unwrap();
    assert_eq!(reading(&mut workbook).len(), 1);
}

/// Bytes of the file, and of its parts before they are packed.
#[test]
fn mutated_workbooks_are_read_or_refused_and_never_panic() {
    let original = small();
    let mut sequence = Sequence::new();
    let files = shop("term\tmode\n后台\tword\n", "term\tmode\n");
    let (mut read, mut refused) = (0, 0);
    for round in 0..400 {
        let mutant = match round % 2 {
            0 => mutated(&original, &mut sequence),
            _ => repacked(&original, &mut sequence),
        };
        match read_workbook(&mutant) {
            Ok(sheets) => {
                read += 1;
                apply(&Reading::new(&sheets, Vec::new()), &files);
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().contains("the reader failed"), "round {round}: the reader panicked");
            }
        }
    }
    assert!(read > 20 && refused > 20, "{read} {refused}");
}
