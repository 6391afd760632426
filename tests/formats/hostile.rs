//! Files of every kind that come from anywhere: broken ones, and texts that mean something elsewhere.

use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use zhijian::conversation::{InputOptions, RowOrder};

use super::mutants::{Sequence, mutated, repacked};
use super::support::{conversations, fixture_lines};
use super::{assert_sound_and_same, other_workbooks, parquet_files, rows_of, screened, table, workbooks};

/// How many broken files there are of each kind.
const MUTANTS: usize = 400;

fn parquet(columns: Vec<(&str, arrow_array::ArrayRef)>) -> Vec<u8> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    parquet_files::written(columns, properties.set_max_row_group_row_count(Some(10)).build())
}

#[test]
fn broken_files_are_read_or_refused_and_never_panic() {
    let rows = rows_of("small.jsonl", RowOrder::Scattered);
    let lines = fixture_lines("small.jsonl");
    let files = [
        ("a.xlsx", workbooks::workbook_of(&rows)),
        ("a.ods", other_workbooks::ods(&rows)),
        ("a.xls", other_workbooks::xls(&rows)),
        ("rows.parquet", parquet(parquet_files::messages(&rows))),
        ("records.parquet", parquet(parquet_files::records(&conversations(&lines)))),
    ];
    let mut sequence = Sequence::new();
    for (name, original) in files {
        let (mut whole, mut partly, mut refused, mut failed) = (0, 0, 0, 0);
        for round in 0..MUTANTS {
            let is_zip = original.starts_with(b"PK");
            let mutant = if is_zip && round % 2 == 0 {
                repacked(&original, &mut sequence)
            } else {
                mutated(&original, &mut sequence)
            };
            let found = screened(name, &mutant, &InputOptions::default());
            match (found.errors.is_empty(), found.screenings().is_empty()) {
                (true, _) => whole += 1,
                (false, false) => partly += 1,
                (false, true) => refused += 1,
            }
            failed += usize::from(found.errors.iter().any(|error| error.to_string().contains("the reader failed")));
        }
        let what = format!("{name}: {whole} whole, {partly} partly, {refused} refused, {failed} the reader panicked");
        println!("{what}");
        assert!(whole + partly > 20 && refused > 20, "{what}");
    }
}

#[test]
fn texts_that_mean_something_elsewhere_are_texts_here() {
    let texts = [
        "=HYPERLINK(\"http://x\",\"后台\")",
        "+1+1",
        "@SUM(A1)",
        "<script>alert('后台')</script>",
        "<table:table-row/>&amp;&#x540E;",
        "]]><x>后台",
        "\u{202E}后台\u{202C}\u{200B}\u{FEFF}",
        "\"引\",'号';|\\",
        "{\"role\":\"agent\"}",
        "第一行\n第二行\t后台  两格",
        "PAR1",
        "NaN",
        "1e400",
        "0x41",
        "2018-03-05",
    ];
    let mut rows = rows_of("small.jsonl", RowOrder::Grouped);
    rows.truncate(texts.len());
    for (row, text) in rows.iter_mut().zip(texts) {
        *row.last_mut().unwrap() = text.to_owned();
    }
    let expected = screened("a.csv", table(&rows, ",").as_bytes(), &InputOptions::default());
    assert!(expected.bad.is_empty() && expected.errors.is_empty());
    for (name, bytes) in [
        ("a.xlsx", workbooks::workbook_of(&rows)),
        ("a.ods", other_workbooks::ods(&rows)),
        ("a.xls", other_workbooks::xls(&rows)),
        ("a.parquet", parquet(parquet_files::messages(&rows))),
    ] {
        assert_sound_and_same(&screened(name, &bytes, &InputOptions::default()), &expected.jsonl, name);
    }
}
