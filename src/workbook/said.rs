//! How much the cells of a workbook say, which may be far more than it holds: a text that many cells share is in it once.

use super::WorkbookError;
use super::cell::Cell;

/// What may still be said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    pub(super) times: u64,
    pub(super) left: u64,
}

impl Said {
    pub(super) fn cell(&mut self, cell: &Cell) -> Result<(), WorkbookError> {
        // A cell costs something though it holds nothing.
        let size = 1 + if let Cell::Text(text) = cell { text.len() as u64 } else { 0 };
        let exceeded = WorkbookError::RatioExceeded { times: self.times, mebibytes: None };
        self.left = self.left.checked_sub(size).ok_or(exceeded)?;
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), WorkbookError> {
        cells.iter().try_for_each(|cell| self.cell(cell))
    }
}
