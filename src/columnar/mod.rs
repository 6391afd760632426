//! Parquet files as rows of cells, read within bounds.
//!
//! A few bytes of a Parquet file may stand for billions of values, and its reader believes what the file says of its own
//! size. So the footer and the headers of the pages are walked first ([`bounds`]), and a defect of the reader is an error, not
//! the end of the program.

mod bounds;
mod cell;
mod footer;
mod json;
mod pages;
mod read;
mod schema;
mod source;
mod thrift;
mod values;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;

pub use bounds::Bounds;
pub use read::{Batch, Rows, Table};
pub use schema::{Shape, Structure};
pub use values::Values;

/// With these bytes Parquet files begin and end.
pub const MARK: [u8; 4] = *b"PAR1";

/// Why a file is no Parquet file that is read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ColumnarError {
    /// Not a Parquet file, or a broken one.
    #[error("it is no Parquet file, or a broken one ({reason}); write it again, or as CSV or JSONL")]
    Broken {
        /// What the reader says.
        reason: String,
    },
    /// A file that says far more than its size.
    #[error("it unpacks to more than {times} times its size")]
    RatioExceeded {
        /// Times its size.
        times: u64,
    },
    /// More columns than are looked at, or deeper ones.
    #[error(
        "it has more than {columns} columns, or columns nested more than {depth} deep; write the ones that are needed"
    )]
    TooWide {
        /// How many columns a file may have.
        columns: usize,
        /// How deep they may be nested.
        depth: usize,
    },
    /// Pages that memory should not hold.
    #[error(
        "its pages, or what describes them, take more than {mebibytes} MiB at once; write it with smaller pages or row groups"
    )]
    TooBig {
        /// How much may be taken.
        mebibytes: u64,
    },
}

impl ColumnarError {
    fn broken(reason: impl fmt::Display) -> Self {
        // What the reader says may quote the file.
        Self::Broken { reason: format!("{reason}").chars().filter(|c| !c.is_control()).take(200).collect() }
    }
}

/// The file may come from anywhere, and a defect of its reader must not end the program.
fn guarded<T>(read: impl FnOnce() -> Result<T, ColumnarError>) -> Result<T, ColumnarError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(ColumnarError::broken("the reader failed")))
}
