//! Lists in Excel workbooks, read within bounds.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{CellErrorType, DataRef, Dimensions, Reader as _, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::ListError;
use super::sheet::{Cell, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Sheet, SheetRow};

/// How many times its size a workbook may unpack to, beyond 16 MiB.
pub const RATIO: u64 = 200;

/// Bytes that a workbook may unpack to in all.
pub const MAX_UNPACKED: u64 = 128 << 20;

/// Tags of all parts: the reader keeps something of most of them, which is more than the tag where that is short.
pub const MAX_TAGS: u64 = 12_000_000;

/// What may be unpacked whatever the ratio.
const ALWAYS_ALLOWED: u64 = 16 << 20;

/// Parts of a workbook; those that spreadsheet programs write have some dozens.
const MAX_PARTS: usize = 10_000;

/// Bytes of all cells: shared texts are stored once and meant many times.
const MAX_TEXT: usize = 128 << 20;

/// Merged regions of a sheet that are looked at.
const MAX_MERGED: usize = 10_000;

/// Digits that a number in a workbook holds without loss.
const EXACT_DIGITS: f64 = 999_999_999_999_999.0;

/// With these bytes begin workbooks of the old form and those with a password.
const OLD_FORM: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// The sheets of a workbook that are not hidden. Hidden rows are read like others, a region of merged rows says in each row what
/// its first one says.
pub fn read_workbook(bytes: &[u8]) -> Result<Vec<Sheet>, ListError> {
    if bytes.starts_with(&OLD_FORM) {
        return Err(ListError::OldWorkbook);
    }
    check_size(bytes, MAX_TAGS)?;
    // The workbook may come from anywhere, and a defect of its reader must not end the program.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes))).unwrap_or_else(|_| Err(broken("the reader failed")))
}

fn broken(reason: impl fmt::Display) -> ListError {
    ListError::BrokenWorkbook { reason: format!("{reason}").chars().filter(|c| !c.is_control()).take(200).collect() }
}

/// Unpacks everything once without keeping it, for what a workbook says of its size need not be so.
pub(super) fn check_size(bytes: &[u8], most_tags: u64) -> Result<(), ListError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_PARTS {
        return Err(broken("too many parts"));
    }
    let allowed = (bytes.len() as u64).saturating_mul(RATIO).clamp(ALWAYS_ALLOWED, MAX_UNPACKED);
    let mut unpacked = 0;
    let mut tags = Tags(0);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        // One byte more than allowed tells too much from just enough.
        let most = (allowed - unpacked).saturating_add(1);
        unpacked += io::copy(&mut part.take(most), &mut tags).map_err(broken)?;
        if unpacked > allowed {
            return Err(ListError::RatioExceeded { times: RATIO, mebibytes: MAX_UNPACKED >> 20 });
        }
        if tags.0 > most_tags {
            return Err(ListError::TooManyRows);
        }
    }
    Ok(())
}

/// Counts tags in what is written to it.
struct Tags(u64);

impl io::Write for Tags {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += memchr::memchr_iter(b'<', bytes).count() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ListError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let shown = workbook.sheets_metadata().iter();
    let shown = shown.filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).collect();
    let mut left = Left { rows: MAX_ROWS, text: MAX_TEXT };
    let mut sheets = Vec::new();
    for name in names {
        // A sheet without merged cells, or with broken ones, is read as it is.
        let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut rows = BTreeMap::<u32, BTreeMap<u32, Cell>>::new();
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(broken)?;
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            let (row, column) = cell.get_position();
            let text = written(cell.get_value());
            if text == Cell::default() || column as usize >= MAX_COLUMNS {
                continue;
            }
            left.take(&text)?;
            rows.entry(row).or_default().insert(column, text);
            if rows.len() > left.rows {
                return Err(ListError::TooManyRows);
            }
        }
        fill_down(&mut rows, &merged, &mut left)?;
        left.rows -= rows.len().min(left.rows);
        sheets.push(Sheet { name: Some(Arc::from(name)), rows: rows.into_iter().map(row).collect() });
    }
    Ok(sheets)
}

/// What may still be read.
struct Left {
    rows: usize,
    text: usize,
}

impl Left {
    fn take(&mut self, cell: &Cell) -> Result<(), ListError> {
        // A cell costs something though it holds nothing.
        let size = 16 + if let Cell::Text(text) = cell { text.len() } else { 0 };
        self.text = self.text.checked_sub(size).ok_or(ListError::TooMuchText { mebibytes: MAX_TEXT >> 20 })?;
        Ok(())
    }
}

/// Rows that a region covers say what its first one says.
fn fill_down(
    rows: &mut BTreeMap<u32, BTreeMap<u32, Cell>>,
    merged: &[Dimensions],
    left: &mut Left,
) -> Result<(), ListError> {
    for region in merged.iter().take(MAX_MERGED) {
        let ((first, column), (last, _)) = (region.start, region.end);
        let Some(value) = rows.get(&first).and_then(|row| row.get(&column)).cloned() else { continue };
        if last <= first {
            continue;
        }
        for (_, row) in rows.range_mut(first.saturating_add(1)..=last) {
            left.take(&value)?;
            row.entry(column).or_insert_with(|| value.clone());
        }
    }
    Ok(())
}

fn row((number, cells): (u32, BTreeMap<u32, Cell>)) -> SheetRow {
    let width = cells.last_key_value().map_or(0, |(column, _)| *column as usize + 1);
    let mut all = vec![Cell::default(); width];
    for (column, cell) in cells {
        if let Some(place) = all.get_mut(column as usize) {
            *place = cell;
        }
    }
    SheetRow { number: number.saturating_add(1), cells: all }
}

/// A cell as text: what the spreadsheet shows, as far as a list can mean it.
fn written(value: &DataRef<'_>) -> Cell {
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::SharedString(text) => return bounded(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) => return bounded(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() > EXACT_DIGITS => {
            return Cell::Unreadable("a number of more than 15 digits, of which a spreadsheet drops the last ones");
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTime(_) | DataRef::DurationIso(_) => {
            return Cell::Unreadable("a span of time, which no column takes");
        }
        DataRef::Error(error) => return Cell::Unreadable(fault(error)),
    };
    Cell::Text(text)
}

fn bounded(text: &str) -> Cell {
    // A cell has at most as many characters as bytes.
    if text.len() > MAX_CELL && text.chars().count() > MAX_CELL {
        Cell::Unreadable("a cell of more than 32,767 characters, which no spreadsheet has")
    } else {
        Cell::Text(text.to_owned())
    }
}

fn fault(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Name => "#NAME?: the cell was taken for a formula",
        CellErrorType::NA => "#N/A: a formula found nothing",
        CellErrorType::Ref => "#REF!: a formula points at a cell that is gone",
        CellErrorType::Value => "#VALUE!: a formula has a value of the wrong kind",
        _ => "a formula ended in an error",
    }
}
