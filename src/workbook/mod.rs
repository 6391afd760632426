//! Workbooks of Excel and `OpenDocument` as rows of cells, read within bounds.
//!
//! A workbook is mostly a zip of XML that may unpack to anything, and its reader keeps more of it than one would think. So all of it is
//! unpacked once without being kept ([`Bounds`]) before the reader sees it, and a defect of the reader is an error, not the end of
//! the program.

#[cfg(feature = "tables")]
mod bounds;
mod cell;
#[cfg(feature = "tables")]
mod ods;
#[cfg(feature = "tables")]
mod read;
#[cfg(feature = "tables")]
mod said;
#[cfg(feature = "tables")]
mod xls;

#[cfg(feature = "tables")]
use std::fmt;

use thiserror::Error;

#[cfg(feature = "tables")]
pub use bounds::{Bounds, Tags};
pub use cell::{Cell, MAX_CELL};
#[cfg(feature = "tables")]
pub use read::{Source, Workbook};

/// With these bytes begin workbooks of the old form (.xls) and those of the new one with a password.
pub const OLD_FORM: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// Why a file is no workbook that is read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WorkbookError {
    /// Not a workbook, or a broken one.
    #[error("it is no workbook, or a broken one ({reason}); open it in a spreadsheet program and save it as .xlsx")]
    Broken {
        /// What the reader says.
        reason: String,
    },
    /// A workbook with a password, or one that is older than Excel 97.
    #[error("it is protected by a password, or older than Excel 97; save it as .xlsx without a password")]
    Old,
    /// A workbook that unpacks to far more than its size.
    #[error("it unpacks to more than {times} times its size{}", or_in_all(*mebibytes))]
    RatioExceeded {
        /// Times its size.
        times: u64,
        /// In all.
        mebibytes: Option<u64>,
    },
    /// More parts that the reader keeps than memory should hold.
    #[error("it has more cells, texts or styles than are kept in memory")]
    TooMuch,
}

impl WorkbookError {
    #[cfg(feature = "tables")]
    fn broken(reason: impl fmt::Display) -> Self {
        Self::Broken { reason: format!("{reason}").chars().filter(|c| !c.is_control()).take(200).collect() }
    }
}

fn or_in_all(mebibytes: Option<u64>) -> String {
    mebibytes.map(|mebibytes| format!(" or {mebibytes} MiB")).unwrap_or_default()
}
