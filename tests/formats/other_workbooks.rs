//! Workbooks of Excel 97 to 2003 and of `OpenDocument`, written here to the letter of their forms.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zhijian::conversation::{InputOptions, RowOrder};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::support::gzip;
use super::{COLUMNS, assert_sound_and_same, expected_of_tables, rows_of, screened};

const DAY: &str = "day-20180305.jsonl";

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace("  ", " <text:s/>").replace('\t', "<text:tab/>").replace('\n', "</text:p><text:p>")
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An `OpenDocument` spreadsheet with these tables in its content.
fn ods_of(tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles><style:style style:name="away" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

fn ods_row(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut row = "<table:table-row>".to_owned();
    for cell in cells {
        let _ = match cell.as_ref() {
            "" => write!(row, "<table:table-cell/>"),
            text => write!(
                row,
                r#"<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation><text:p>{}</text:p></table:table-cell>"#,
                escaped(text)
            ),
        };
    }
    row + "<table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>"
}

pub(super) fn ods(rows: &[Vec<String>]) -> Vec<u8> {
    let body: String = rows.iter().map(ods_row).collect();
    let hidden = r#"<table:table table:name="旧" table:style-name="away"></table:table>"#;
    let rest = r#"<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    ods_of(&format!(r#"{hidden}<table:table table:name="聊天">{}{body}{rest}</table:table>"#, ods_row(COLUMNS)))
}

/// A record of an old workbook.
fn record(out: &mut Vec<u8>, kind: u16, data: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    out.extend(data);
}

fn begin(out: &mut Vec<u8>, kind: u16) {
    let mut data = vec![0; 16];
    data[..2].copy_from_slice(&0x0600_u16.to_le_bytes());
    data[2..4].copy_from_slice(&kind.to_le_bytes());
    record(out, 0x0809, &data);
}

/// The list of texts that cells share, in records of this size, broken where it happens to be.
fn shared_texts(out: &mut Vec<u8>, texts: &[&str], size: usize) {
    let mut segments: Vec<Vec<u8>> = vec![vec![0; 8]];
    let last = |segments: &mut Vec<Vec<u8>>, needed: usize| {
        if segments.last().unwrap().len() + needed > size {
            segments.push(Vec::new());
        }
    };
    for text in texts {
        let letters: Vec<u16> = text.encode_utf16().collect();
        last(&mut segments, 5);
        let segment = segments.last_mut().unwrap();
        segment.extend(u16::try_from(letters.len()).unwrap().to_le_bytes());
        segment.push(1);
        for letter in letters {
            if segments.last().unwrap().len() + 2 > size {
                // A text that goes on says anew that its letters are wide.
                segments.push(vec![1]);
            }
            segments.last_mut().unwrap().extend(letter.to_le_bytes());
        }
    }
    for (at, segment) in segments.iter().enumerate() {
        record(out, if at == 0 { 0x00FC } else { 0x003C }, segment);
    }
}

/// A workbook stream with one sheet; `cells` writes its records.
fn stream_of(texts: &[&str], cells: &[u8]) -> Vec<u8> {
    let mut globals = Vec::new();
    begin(&mut globals, 5);
    // Format 164 of the second style is a time.
    let code = "yyyy-mm-dd hh:mm:ss";
    let mut format = [&164_u16.to_le_bytes()[..], &[u8::try_from(code.len()).unwrap(), 0, 0]].concat();
    format.extend(code.bytes());
    record(&mut globals, 0x041E, &format);
    for format in [0_u16, 164] {
        record(&mut globals, 0x00E0, &[&[0, 0][..], &format.to_le_bytes(), &[0; 16]].concat());
    }
    let name: Vec<u8> = "聊天".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let place = globals.len() + 4;
    record(&mut globals, 0x0085, &[&[0; 6][..], &[2, 1], &name].concat());
    shared_texts(&mut globals, texts, 2_000);
    record(&mut globals, 0x000A, &[]);
    let at = u32::try_from(globals.len()).unwrap();
    globals[place..place + 4].copy_from_slice(&at.to_le_bytes());
    begin(&mut globals, 16);
    globals.extend(cells);
    record(&mut globals, 0x000A, &[]);
    globals
}

/// A file with one stream, in sectors of 512 bytes.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    let sectors = stream.len().max(4_096).div_ceil(512);
    // Tables, the directory, the stream.
    let tables = (1..10_000).find(|tables| (tables + 1 + sectors) * 4 <= tables * 512).unwrap();
    let mut head = vec![0; 512];
    head[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    head[26..34].copy_from_slice(&[3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    let long = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    head[44..48].copy_from_slice(&long(tables));
    head[48..52].copy_from_slice(&long(tables));
    head[56..60].copy_from_slice(&long(4_096));
    head[60..64].copy_from_slice(&END.to_le_bytes());
    head[68..72].copy_from_slice(&END.to_le_bytes());
    for at in 0..109 {
        let id = if at < tables { long(at) } else { 0xFFFF_FFFF_u32.to_le_bytes() };
        head[76 + at * 4..80 + at * 4].copy_from_slice(&id);
    }
    let mut next: Vec<u32> = vec![0xFFFF_FFFD; tables];
    next.push(END);
    let first = tables + 1;
    next.extend((1..sectors).map(|at| u32::try_from(first + at).unwrap()).chain([END]));
    next.resize(tables * 128, 0xFFFF_FFFF);
    let entry = |name: &str, kind: u8, start: [u8; 4], size: usize| {
        let mut entry = vec![0; 128];
        for (at, letter) in name.encode_utf16().enumerate() {
            entry[at * 2..at * 2 + 2].copy_from_slice(&letter.to_le_bytes());
        }
        entry[66] = kind;
        entry[116..120].copy_from_slice(&start);
        entry[120..124].copy_from_slice(&long(size));
        entry
    };
    let mut bytes = head;
    bytes.extend(next.iter().flat_map(|id| id.to_le_bytes()));
    bytes.extend(entry("Root Entry", 5, END.to_le_bytes(), 0));
    bytes.extend(entry(name, 2, long(first), sectors * 512));
    bytes.resize((1 + tables + 1) * 512, 0);
    bytes.extend(stream);
    bytes.resize((1 + tables + 1 + sectors) * 512, 0);
    bytes
}

fn place(row: usize, column: usize, style: u16) -> Vec<u8> {
    let short = |value: usize| u16::try_from(value).unwrap().to_le_bytes();
    [short(row), short(column), style.to_le_bytes()].concat()
}

pub(super) fn xls(rows: &[Vec<String>]) -> Vec<u8> {
    let names: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    let (mut texts, mut cells) = (Vec::new(), Vec::new());
    for (row, values) in std::iter::once(&names).chain(rows).enumerate() {
        for (column, value) in values.iter().enumerate().filter(|(_, value)| !value.is_empty()) {
            let at = texts.iter().position(|text| *text == value.as_str()).unwrap_or(texts.len());
            if at == texts.len() {
                texts.push(value.as_str());
            }
            record(
                &mut cells,
                0x00FD,
                &[place(row, column, 0), u32::try_from(at).unwrap().to_le_bytes().to_vec()].concat(),
            );
        }
    }
    compound("Workbook", &stream_of(&texts, &cells))
}

#[test]
fn they_give_what_the_native_form_gives() {
    type Write = fn(&[Vec<String>]) -> Vec<u8>;
    for (ending, write) in [("xls", xls as Write), ("ods", ods)] {
        let expected = expected_of_tables(DAY);
        for order in [RowOrder::Scattered, RowOrder::Grouped] {
            let bytes = write(&rows_of(DAY, order));
            for (file, bytes) in [
                (format!("a.{ending}"), bytes.clone()),
                (format!("a.{ending}.gz"), gzip(&bytes)),
                ("no-ending".to_owned(), bytes),
            ] {
                let options = InputOptions { rows: order, ..InputOptions::default() };
                let found = screened(&file, &bytes, &options);
                assert_sound_and_same(&found, &expected, &format!("{order:?} {file}"));
            }
        }
    }
}

#[test]
fn days_and_numbers_are_read_as_they_are_shown() {
    let text = "会话ID,发送方,消息内容,发送时间\n10086,客户,还有货吗,2018-03-05 10:00:00\n10086,客服,12315,2018-03-05 10:03:05\n";
    let expected = screened("a.csv", text.as_bytes(), &InputOptions::default()).jsonl;
    let texts = ["会话ID", "发送方", "消息内容", "发送时间", "客户", "还有货吗", "客服"];
    let mut cells = Vec::new();
    let shared = |cells: &mut Vec<u8>, row, column, at: u32| {
        record(cells, 0x00FD, &[place(row, column, 0), at.to_le_bytes().to_vec()].concat());
    };
    (0..4).for_each(|at| shared(&mut cells, 0, at, u32::try_from(at).unwrap()));
    // 2018-03-05 is day 43164; a whole number in four bytes.
    let whole = |number: i32| ((number << 2) | 2).to_le_bytes().to_vec();
    for (row, role, time) in [(1, 4, 43_164.0 + 10.0 / 24.0), (2, 6, 43_164.0 + (10.0 * 3_600.0 + 185.0) / 86_400.0)] {
        record(&mut cells, 0x027E, &[place(row, 0, 0), whole(10_086)].concat());
        shared(&mut cells, row, 1, role);
        if row == 1 {
            shared(&mut cells, row, 2, 5);
        } else {
            // Several numbers in one record, of which this is one.
            record(&mut cells, 0x00BD, &[place(row, 2, 0), whole(12_315), vec![2, 0]].concat());
        }
        record(&mut cells, 0x0203, &[place(row, 3, 1), f64::to_le_bytes(time).to_vec()].concat());
    }
    let found = screened("a.xls", &compound("Workbook", &stream_of(&texts, &cells)), &InputOptions::default());
    assert_sound_and_same(&found, &expected, "xls");
    let row = |role: &str, text: &str, time: &str| {
        format!(
            r#"<table:table-row><table:table-cell office:value-type="float" office:value="10086"><text:p>10,086</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>{role}</text:p></table:table-cell>{text}<table:table-cell office:value-type="date" office:date-value="{time}"><text:p>05.03.18</text:p></table:table-cell></table:table-row>"#
        )
    };
    let rows = [
        row(
            "客户",
            r#"<table:table-cell office:value-type="string" office:string-value="还有货吗"/>"#,
            "2018-03-05T10:00:00",
        ),
        row(
            "客服",
            r#"<table:table-cell office:value-type="float" office:value="12315"/>"#,
            "2018-03-05T10:03:05.000000000",
        ),
    ];
    let table = format!(r#"<table:table table:name="a">{}{}</table:table>"#, ods_row(&texts[..4]), rows.concat());
    assert_sound_and_same(&screened("a.ods", &ods_of(&table), &InputOptions::default()), &expected, "ods");
}

#[test]
fn what_is_not_read_is_refused_by_name() {
    let said = |bytes: &[u8]| {
        let found = screened("a.xls", bytes, &InputOptions::default());
        assert_eq!(found.errors.len(), 1, "{:?}", found.errors);
        found.errors[0].to_string()
    };
    assert!(said(&compound("EncryptedPackage", &[1; 5_000])).contains("password"));
    assert!(said(&compound("Book", &[1; 5_000])).contains("older than Excel 97"));
    assert!(said(&compound("WordDocument", &[1; 5_000])).contains("holds no workbook"));
    let mut locked = Vec::new();
    begin(&mut locked, 5);
    record(&mut locked, 0x002F, &[1, 0, 1, 0]);
    assert!(said(&compound("Workbook", &locked)).contains("password"));
    assert!(said(b"\xD0\xCF\x11\xE0 and no more").contains("no workbook"));
    let manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    let locked = zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", "noise"),
    ]);
    assert!(said(&locked).contains("password"));
}

#[test]
fn chains_and_claims_that_never_end_do() {
    // Each sector is followed by itself.
    let mut circle = xls(&rows_of("small.jsonl", RowOrder::Grouped));
    let tables = usize::try_from(u32::from_le_bytes(*circle[44..].first_chunk().unwrap())).unwrap();
    for id in tables..tables * 128 {
        let id_bytes = u32::try_from(id).unwrap().to_le_bytes();
        circle[512 + id * 4..516 + id * 4].copy_from_slice(&id_bytes);
    }
    let found = screened("a.xls", &circle, &InputOptions::default());
    assert_eq!(found.errors.len(), 1);
    // One row said a million times, and one cell said for each column.
    let names = ods_row(["会话ID", "发送方", "消息内容"]);
    let long = "长".repeat(10_000);
    let row = ods_row(["a", "客服", long.as_str()])
        .replace("<table:table-row>", r#"<table:table-row table:number-rows-repeated="1000000">"#);
    let bytes = ods_of(&format!(r#"<table:table table:name="a">{names}{row}</table:table>"#));
    assert!(bytes.len() < 10_000);
    let found = screened("a.ods", &bytes, &InputOptions::default());
    assert!(found.errors[0].to_string().contains("--max-ratio"), "{:?}", found.errors);
    // One long text that very many cells share.
    let mut cells = Vec::new();
    for row in 0..2_000 {
        for column in 0..200 {
            record(&mut cells, 0x00FD, &[place(row, column, 0), 0_u32.to_le_bytes().to_vec()].concat());
        }
    }
    for (at, row) in [(1, 2_001), (2, 2_001), (3, 2_001)] {
        record(&mut cells, 0x00FD, &[place(row, at, 0), u32::try_from(at).unwrap().to_le_bytes().to_vec()].concat());
    }
    let shared = compound("Workbook", &stream_of(&[&long, "会话ID", "发送方", "消息内容"], &cells));
    let found = screened("a.xls", &shared, &InputOptions { max_ratio: Some(2), ..InputOptions::default() });
    assert_eq!(found.errors.len(), 1, "{:?}", found.errors);
}
