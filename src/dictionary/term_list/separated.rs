//! Lists as text with separators.

use std::collections::BTreeSet;
use std::io::Read as _;

use super::Cell;
use super::ListError;
use super::export::ListRow;
use super::inert::inert;
use super::sheet::{ListProblem, MAX_COLUMNS, MAX_ROWS, Place, Sheet, SheetRow};
use super::vocabulary::{COUNT, column_named, heading};

/// What spreadsheet programs know UTF-8 by.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A row of its own behind the text, unless a quote that was not closed swallows it.
const END: &str = "\n\u{1}";

/// Separators, the likelier first.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// A list as CSV: UTF-8 with a byte order mark, lines that end in CR LF.
pub fn write_csv(rows: &[ListRow]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to a vector cannot fail.
    let _ = writer.write_record((0..COUNT).map(heading));
    for row in rows {
        let _ = writer.write_record(row.iter().enumerate().map(|(column, cell)| inert(column, cell)));
    }
    let mut out = BYTE_ORDER_MARK.as_bytes().to_vec();
    out.extend(writer.into_inner().unwrap_or_default());
    out
}

/// Reads a list from text. A row that swallowed others, since a quote was not closed, is left out and reported.
pub fn read_csv(text: &str) -> Result<(Sheet, Vec<ListProblem>), ListError> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let separator = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes().chain(END.as_bytes()));
    let mut swallowing = BTreeSet::new();
    let mut rows: Vec<SheetRow> = Vec::new();
    let mut ended = false;
    // The bytes are those of a text, and any number of cells is taken: no record is refused.
    for record in reader.records().flatten() {
        ended = record.len() == 1 && record.get(0) == Some(END.trim_start());
        if ended {
            break;
        }
        let number = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
        if rows.len() >= MAX_ROWS {
            return Err(ListError::TooManyRows);
        }
        // Nobody writes rows into a cell, and a text over several lines rarely has the sign between its words.
        let holds_rows = |cell: &str| cell.lines().skip(1).any(|line| line.contains(char::from(separator)));
        if record.iter().any(holds_rows) {
            swallowing.insert(number);
        }
        let cells = record.iter().take(MAX_COLUMNS).map(|cell| Cell::Text(cell.to_owned())).collect();
        rows.push(SheetRow { number, cells });
    }
    if !ended {
        swallowing.extend(rows.last().map(|row| row.number));
    }
    rows.retain(|row| !swallowing.contains(&row.number) && !row.is_blank());
    let problems = swallowing.into_iter().map(|row| ListProblem {
        code: "unclosed-quote",
        place: Place { sheet: None, row, column: None },
        message: "a cell of this row seems to hold other rows, as where a quote is not closed".to_owned(),
        advice: "write a quote inside a quoted cell twice, and each cell on one line".to_owned(),
    });
    Ok((Sheet { name: None, rows }, problems.collect()))
}

/// The separator with which the first lines name the most columns.
fn separator(text: &str) -> u8 {
    let known = |separator: u8| {
        let lines = text.lines().take(super::read::HEADING_ROWS);
        let names = |line: &str| {
            let cells = line.split(char::from(separator)).map(|cell| cell.trim_matches('"'));
            cells.filter(|cell| column_named(cell).is_some()).count()
        };
        lines.map(names).max().unwrap_or_default()
    };
    // Of equals the last one would be taken.
    SEPARATORS.into_iter().rev().max_by_key(|separator| known(*separator)).unwrap_or(b',')
}
