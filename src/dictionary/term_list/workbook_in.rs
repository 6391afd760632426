//! Lists in Excel workbooks, read within bounds.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::ListError;
use super::sheet::{MAX_ROWS, Sheet, SheetRow};
use crate::workbook::{Bounds, Cell, Tags, Workbook, WorkbookError};

/// How many times its size a workbook may unpack to, beyond 16 MiB.
pub const RATIO: u64 = 200;

/// Bytes that a workbook may unpack to in all.
pub const MAX_UNPACKED: u64 = 128 << 20;

/// Tags of all parts.
pub const MAX_TAGS: u64 = 12_000_000;

/// Bytes of all cells: shared texts are stored once and meant many times.
const MAX_TEXT: usize = 128 << 20;

/// Merged regions of a sheet that are looked at.
const MAX_MERGED: usize = 10_000;

/// The sheets of a workbook that are not hidden. Hidden rows are read like others, a region of merged rows says in each row what
/// its first one says.
pub fn read_workbook(bytes: &[u8]) -> Result<Vec<Sheet>, ListError> {
    read_bounded(bytes, MAX_TAGS)
}

pub(super) fn read_bounded(bytes: &[u8], tags: u64) -> Result<Vec<Sheet>, ListError> {
    let bounds = Bounds { ratio: Some(RATIO), unpacked: Some(MAX_UNPACKED), tags, kept: Tags::OfAllParts };
    let mut source = Cursor::new(bytes);
    let mut workbook = Workbook::open(&mut source, &bounds)?;
    let mut left = Left { rows: MAX_ROWS, text: MAX_TEXT };
    let mut sheets = Vec::new();
    for name in workbook.sheets().to_vec() {
        let mut rows = BTreeMap::<u32, Vec<Cell>>::new();
        let mut fault = None;
        workbook.rows(&name, |number, cells| {
            let taken = left.take_row(cells);
            overlay(rows.entry(number).or_default(), cells);
            let taken = if rows.len() > left.rows { Err(ListError::TooManyRows) } else { taken };
            fault = taken.err();
            if fault.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        fill_down(&mut rows, &workbook.merged(&name), &mut left)?;
        left.rows -= rows.len().min(left.rows);
        let rows = rows.into_iter().map(|(number, cells)| SheetRow { number, cells }).collect();
        sheets.push(Sheet { name: Some(Arc::from(name)), rows });
    }
    Ok(sheets)
}

impl From<WorkbookError> for ListError {
    fn from(error: WorkbookError) -> Self {
        match error {
            WorkbookError::Broken { reason } => Self::BrokenWorkbook { reason },
            WorkbookError::Old => Self::OldWorkbook,
            WorkbookError::RatioExceeded { times, .. } => Self::RatioExceeded { times, mebibytes: MAX_UNPACKED >> 20 },
            WorkbookError::TooMuch => Self::TooManyRows,
        }
    }
}

/// What may still be read.
struct Left {
    rows: usize,
    text: usize,
}

impl Left {
    fn take_row(&mut self, cells: &[Cell]) -> Result<(), ListError> {
        cells.iter().try_for_each(|cell| self.take(cell))
    }

    fn take(&mut self, cell: &Cell) -> Result<(), ListError> {
        // A cell costs something though it holds nothing.
        let size = 16 + if let Cell::Text(text) = cell { text.len() } else { 0 };
        self.text = self.text.checked_sub(size).ok_or(ListError::TooMuchText { mebibytes: MAX_TEXT >> 20 })?;
        Ok(())
    }
}

/// Puts the cells that hold anything into a row, of which a workbook may speak more than once.
fn overlay(row: &mut Vec<Cell>, cells: &[Cell]) {
    row.resize(row.len().max(cells.len()), Cell::default());
    for (place, cell) in row.iter_mut().zip(cells).filter(|(_, cell)| **cell != Cell::default()) {
        place.clone_from(cell);
    }
}

/// Rows that a region covers say what its first one says.
fn fill_down(
    rows: &mut BTreeMap<u32, Vec<Cell>>,
    merged: &[(u32, u32, u32)],
    left: &mut Left,
) -> Result<(), ListError> {
    for &(first, last, column) in merged.iter().take(MAX_MERGED) {
        let (first, last, column) = (first.saturating_add(1), last.saturating_add(1), column as usize);
        let Some(value) = rows.get(&first).and_then(|row| row.get(column)).cloned() else { continue };
        if last <= first || value == Cell::default() {
            continue;
        }
        for (_, row) in rows.range_mut(first.saturating_add(1)..=last) {
            left.take(&value)?;
            if row.len() <= column {
                row.resize(column + 1, Cell::default());
            }
            if let Some(place) = row.get_mut(column).filter(|place| **place == Cell::default()) {
                place.clone_from(&value);
            }
        }
    }
    Ok(())
}
