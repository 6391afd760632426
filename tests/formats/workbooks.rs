//! Workbooks: the same chat as in any other format, and what is wrong with those that are not read.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use zhijian::conversation::{InputOptions, RowOrder};

use super::support::{Collected, fixture_text, gzip};
use super::{COLUMNS, assert_sound_and_same, expected_of_tables, rows_of, screened, table};

const DAY: &str = "day-20180305.jsonl";

fn fill(sheet: &mut Worksheet, first: u32, rows: &[Vec<String>]) {
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write_string(first, column, *name).unwrap();
    }
    for (row, cells) in (first + 1..).zip(rows) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
}

fn saved(mut workbook: Workbook) -> Vec<u8> {
    workbook.save_to_buffer().unwrap()
}

pub(super) fn workbook_of(rows: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet(), 0, rows);
    saved(workbook)
}

/// Small sheets with these cells, each by name.
fn sheets(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
    saved(workbook)
}

fn error(found: &Collected) -> String {
    assert_eq!(found.errors.len(), 1, "{:?}", found.errors);
    found.errors[0].to_string()
}

const NAMES: &[&str] = &["会话ID", "发送方", "消息内容", "发送时间"];
const HELLO: &[&str] = &["a", "客户", "在吗", "2018-03-05 10:00:00"];

#[test]
fn a_workbook_gives_what_the_native_form_gives() {
    for name in ["small.jsonl", DAY] {
        let expected = expected_of_tables(name);
        for order in [RowOrder::Scattered, RowOrder::Grouped] {
            let bytes = workbook_of(&rows_of(name, order));
            for (file, bytes) in [("a.xlsx", bytes.clone()), ("a.xlsx.gz", gzip(&bytes)), ("no-ending", bytes)] {
                let options = InputOptions { rows: order, ..InputOptions::default() };
                assert_sound_and_same(
                    &screened(file, &bytes, &options),
                    &expected,
                    &format!("{name} {order:?} {file}"),
                );
            }
        }
    }
}

#[test]
fn titles_stand_above_and_other_sheets_beside() {
    let expected = expected_of_tables(DAY);
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "导出说明").unwrap();
    let sheet = workbook.add_worksheet().set_name("聊天").unwrap();
    sheet.write_string(0, 0, "聊天记录导出").unwrap().write_string(1, 0, "2018-03-05").unwrap();
    fill(sheet, 3, &rows_of(DAY, RowOrder::Scattered));
    // A remark beside the table is no cell of it.
    sheet.write_string(5, 40, "已核对").unwrap();
    let bytes = saved(workbook);
    assert_sound_and_same(&screened("a.xlsx", &bytes, &InputOptions::default()), &expected, "chosen by its columns");
    let options = InputOptions { sheet: Some("聊天".to_owned()), ..InputOptions::default() };
    assert_sound_and_same(&screened("a.xlsx", &bytes, &options), &expected, "chosen by name");
}

#[test]
fn days_and_numbers_of_a_spreadsheet_are_read_as_it_shows_them() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let at = |minute, second| ExcelDateTime::from_ymd(2018, 3, 5).unwrap().and_hms(10, minute, second).unwrap();
    for (column, name) in (0..).zip(NAMES) {
        sheet.write_string(0, column, *name).unwrap();
    }
    for (row, role, text, time_of) in [(1, "客户", "还有货吗", at(0, 0)), (2, "客服", "您好，有的", at(3, 5))]
    {
        sheet.write_number(row, 0, 10_086).unwrap();
        sheet.write_string(row, 1, role).unwrap().write_string(row, 2, text).unwrap();
        sheet.write_datetime_with_format(row, 3, &time_of, &time).unwrap();
    }
    let found = screened("a.xlsx", &saved(workbook), &InputOptions::default());
    let text = "会话ID,发送方,消息内容,发送时间\n10086,客户,还有货吗,2018-03-05 10:00:00\n10086,客服,\"您好，有的\",2018-03-05 10:03:05\n";
    let expected = screened("a.csv", text.as_bytes(), &InputOptions::default());
    assert!(String::from_utf8_lossy(&expected.jsonl).contains("slow-first-response"));
    assert_sound_and_same(&found, &expected.jsonl, "days and numbers");
}

#[test]
fn a_cell_that_holds_no_text_costs_its_row() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip([NAMES, HELLO, HELLO]) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    // A number of so many digits has lost its last ones.
    sheet.write_number(2, 0, 20_180_305_100_000_123_456.0).unwrap();
    let found = screened("a.xlsx", &saved(workbook), &InputOptions::default());
    let bad: Vec<_> = found.bad.iter().map(|bad| (bad.line, bad.code, bad.field.as_deref())).collect();
    assert_eq!(bad, [(3, "unreadable-cell", Some("会话ID"))]);
    assert_eq!(found.screenings().len(), 1);
}

#[test]
fn where_a_sheet_is_not_plain_it_is_asked_for() {
    let day: &[&[&str]] = &[NAMES, HELLO];
    let both = sheets(&[("三月", day), ("四月", day)]);
    let found = screened("a.xlsx", &both, &InputOptions::default());
    assert!(error(&found).contains("--sheet which one is meant: 三月, 四月"), "{:?}", found.errors);
    let options = |sheet: &str| InputOptions { sheet: Some(sheet.to_owned()), ..InputOptions::default() };
    assert_eq!(screened("a.xlsx", &both, &options("四月")).screenings().len(), 1);
    let found = screened("a.xlsx", &both, &options("五月"));
    assert!(error(&found).contains("one of: 三月, 四月"), "{:?}", found.errors);
    // A form that nobody filled in is passed over where another has rows, and is all there is elsewhere.
    let form: &[&[&str]] = &[NAMES];
    for two in [[("空表", form), ("三月", day)], [("三月", day), ("空表", form)]] {
        assert_eq!(screened("a.xlsx", &sheets(&two), &InputOptions::default()).screenings().len(), 1);
    }
    let found = screened("a.xlsx", &sheets(&[("空表", form)]), &InputOptions::default());
    assert!(found.errors.is_empty() && found.screenings().is_empty(), "{:?}", found.errors);
    let found = screened("a.xlsx", &sheets(&[("空", &[])]), &InputOptions::default());
    assert!(error(&found).contains("empty"), "{:?}", found.errors);
    let unlike: &[&[&str]] = &[&["标题"], &["单号", "谁说的", "消息内容(原文)"], &["1", "2", "3"]];
    let found = screened("a.xlsx", &sheets(&[("表", unlike)]), &InputOptions::default());
    assert!(error(&found).contains("--map 'id=单号,role=谁说的"), "{:?}", found.errors);
}

#[test]
fn text_that_is_named_like_a_workbook_is_read_as_text() {
    let expected = expected_of_tables(DAY);
    let text = table(&rows_of(DAY, RowOrder::Scattered), ",");
    assert_sound_and_same(&screened("a.xlsx", text.as_bytes(), &InputOptions::default()), &expected, "CSV");
    let native = fixture_text("small.jsonl");
    assert!(screened("a.xlsx", native.as_bytes(), &InputOptions::default()).errors.is_empty());
}

#[test]
fn a_workbook_that_unpacks_to_far_too_much_is_refused_until_allowed() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, 0, &rows_of("small.jsonl", RowOrder::Scattered));
    for row in 100..60_000 {
        for column in 0..18 {
            sheet.write_number(row, column, 1).unwrap();
        }
    }
    let bytes = saved(workbook);
    let found = screened("a.xlsx", &bytes, &InputOptions { max_ratio: Some(2), ..InputOptions::default() });
    assert!(error(&found).contains("--max-ratio"), "{:?}", found.errors);
    let allowed = screened("a.xlsx", &bytes, &InputOptions { max_ratio: None, ..InputOptions::default() });
    assert!(allowed.errors.is_empty() && !allowed.screenings().is_empty());
}
