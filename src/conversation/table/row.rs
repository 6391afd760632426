//! A row of a table, wherever its cells come from.

use std::borrow::Cow;

use crate::workbook::Cell;

use super::rows::{Cells, Rows};

/// A row.
#[derive(Clone, Copy)]
pub(super) enum Row<'a> {
    /// Split from text.
    Split(&'a Rows, &'a Cells),
    /// Of a sheet, or of a Parquet file.
    #[cfg_attr(not(feature = "tables"), allow(dead_code, reason = "only the build that reads workbooks makes them"))]
    Sheet(&'a [Cell]),
}

impl<'a> Row<'a> {
    /// How many cells it has.
    pub(super) fn len(self) -> usize {
        match self {
            Row::Split(_, cells) => cells.len(),
            Row::Sheet(cells) => cells.len(),
        }
    }

    /// The text of a cell; a missing or unreadable one has none.
    pub(super) fn cell(self, index: usize) -> Cow<'a, str> {
        match self {
            Row::Split(rows, cells) => rows.cell(cells, index),
            Row::Sheet(cells) => match cells.get(index) {
                Some(Cell::Text(text)) => Cow::Borrowed(text),
                Some(Cell::Unreadable(_)) | None => Cow::Borrowed(""),
            },
        }
    }

    /// Why a cell has no text though it holds something.
    pub(super) fn unreadable(self, index: usize) -> Option<&'static str> {
        match self {
            Row::Sheet(cells) => match cells.get(index) {
                Some(Cell::Unreadable(reason)) => Some(reason),
                Some(Cell::Text(_)) | None => None,
            },
            Row::Split(..) => None,
        }
    }

    /// Whether it must have as many cells as there are names: in text a missing one shows that a delimiter was lost. In a sheet
    /// cells at the end may be empty, and others may stand beside the table.
    pub(super) fn is_exact(self) -> bool {
        matches!(self, Row::Split(..))
    }
}
