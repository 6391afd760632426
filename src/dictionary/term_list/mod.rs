//! Lists of terms as policy owners keep them in a spreadsheet: one row a term, from a dictionary and back into one.
//!
//! [`export`] makes rows, [`write_csv`] and `write_workbook` make a file of them; [`read_csv`] and `read_workbook` make sheets
//! of a file, [`Reading`] makes terms of sheets and says which rows are wrong, and [`Reading::apply`] puts them into the files
//! of a dictionary, line by line, so that comments and what was not touched stay as they are.

mod apply;
mod export;
mod inert;
mod merge;
mod packs;
mod read;
mod separated;
mod sheet;
mod vocabulary;
#[cfg(feature = "tables")]
mod workbook_in;
#[cfg(feature = "tables")]
mod workbook_out;

use thiserror::Error;

pub use crate::workbook::Cell;
pub use apply::{Applied, Target};
pub use export::{ListRow, export};
pub use packs::Base;
pub use read::Reading;
pub use separated::{read_csv, write_csv};
pub use sheet::{Heading, ListProblem, MAX_ROWS, Place, Sheet, SheetRow};
#[cfg(feature = "tables")]
pub use workbook_in::{MAX_TAGS, MAX_UNPACKED, RATIO, read_workbook};
#[cfg(feature = "tables")]
pub use workbook_out::write_workbook;

/// Bytes of a file that holds a list.
pub const MAX_BYTES: u64 = 64 << 20;

/// Why a file is no list, or no list can be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ListError {
    /// Not a workbook, or a broken one.
    #[error("it is no workbook, or a broken one ({reason}); open it in a spreadsheet program and save it as .xlsx")]
    BrokenWorkbook {
        /// What the reader says.
        reason: String,
    },
    /// A workbook of the old form, or one with a password.
    #[error("it is protected by a password, or older than Excel 97; save it as .xlsx without a password")]
    OldWorkbook,
    /// A workbook that unpacks to far more than its size.
    #[error("it unpacks to more than {times} times its size or {mebibytes} MiB, which no list does; nothing was read")]
    RatioExceeded {
        /// Times its size.
        times: u64,
        /// In all.
        mebibytes: u64,
    },
    /// More rows than are read.
    #[error("it has more than {MAX_ROWS} rows, or as many cells as so many rows hardly have; split it")]
    TooManyRows,
    /// Cells with more text than is read: a workbook stores a text once and means it many times.
    #[error("its cells hold more than {mebibytes} MiB of text; split it")]
    TooMuchText {
        /// In all.
        mebibytes: usize,
    },
    /// A text that no cell of a workbook can hold.
    #[error(
        "`{file}` has a cell of more than {} characters, which no workbook can hold; export it as .csv",
        crate::workbook::MAX_CELL
    )]
    CellTooLong {
        /// The term file.
        file: String,
    },
    /// The writer of workbooks failed.
    #[error("the workbook cannot be written: {reason}")]
    CannotWrite {
        /// What it says.
        reason: String,
    },
}

impl ListError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BrokenWorkbook { .. } => "broken-workbook",
            Self::OldWorkbook => "old-workbook",
            Self::RatioExceeded { .. } => "ratio-exceeded",
            Self::TooManyRows => "too-many-rows",
            Self::TooMuchText { .. } => "too-much-text",
            Self::CellTooLong { .. } => "cell-too-long",
            Self::CannotWrite { .. } => "cannot-write",
        }
    }
}

#[cfg(test)]
mod tests;
