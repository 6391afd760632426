//! Lists as Excel workbooks: all cells are text, so that nothing is taken for a number, a day or a formula.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::ListError;
use super::export::ListRow;
use super::inert::inert;
use super::sheet::MAX_ROWS;
use super::vocabulary::{COUNT, column, field, heading};
use crate::workbook::MAX_CELL;

/// How wide the columns are, in characters.
const WIDTHS: [(&str, f64); 8] = [
    ("term", 36.0),
    ("file", 24.0),
    ("rule", 22.0),
    ("exceptions", 28.0),
    ("suggestion", 28.0),
    ("note", 28.0),
    ("source", 28.0),
    ("pack", 16.0),
];

/// How wide the others are.
const WIDTH: f64 = 12.0;

/// A list as a workbook with one sheet. The same list gives the same bytes.
pub fn write_workbook(rows: &[ListRow]) -> Result<Vec<u8>, ListError> {
    // One row names the columns.
    if rows.len() >= MAX_ROWS {
        return Err(ListError::TooManyRows);
    }
    let too_long = |row: &&ListRow| row.iter().enumerate().any(|(at, cell)| inert(at, cell).chars().count() > MAX_CELL);
    if let Some(row) = rows.iter().find(too_long) {
        return Err(ListError::CellTooLong { file: row.get(column::FILE).cloned().unwrap_or_default() });
    }
    fill(rows).map_err(|error| ListError::CannotWrite { reason: error.to_string() })
}

fn fill(rows: &[ListRow]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The moment of writing would make each file another one.
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
    let sheet = workbook.add_worksheet();
    sheet.set_name(heading(column::TERM))?;
    let text = Format::new().set_num_format("@");
    for index in 0..COUNT {
        let width = WIDTHS.iter().find(|(name, _)| *name == field(index)).map_or(WIDTH, |(_, width)| *width);
        let at = u16::try_from(index).unwrap_or(u16::MAX);
        sheet.set_column_width(at, width)?;
        // Rows that are added below are text, too.
        sheet.set_column_format(at, &text)?;
    }
    write_row(sheet, 0, (0..COUNT).map(|index| heading(index).to_owned()), &Format::new().set_bold())?;
    for (number, row) in (1..).zip(rows) {
        write_row(sheet, number, row.iter().enumerate().map(|(index, cell)| inert(index, cell)), &text)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    sheet.autofilter(0, 0, last, u16::try_from(COUNT - 1).unwrap_or_default())?;
    workbook.save_to_buffer()
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: impl Iterator<Item = String>,
    format: &Format,
) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        sheet.write_string_with_format(row, column, cell, format)?;
    }
    Ok(())
}
