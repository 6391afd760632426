//! Tables, one message a row, turned into lines of the native form.
//!
//! [`Rows`](rows::Rows) splits text into cells, a sheet of a workbook and a Parquet file have them already; [`Layout`](layout::Layout) says which cell
//! is what, [`RowReader`](row_reader::RowReader) checks a row and packs it, and [`Gather`](gather::Gather) groups the packed rows
//! into conversations: in memory, in files set aside, or as a stream.

mod assemble;
mod chat_source;
mod column;
#[cfg(feature = "tables")]
mod columnar;
mod gather;
mod grouping;
mod layout;
mod mapping;
mod merge;
mod packed;
mod partition;
mod reader;
#[cfg(feature = "tables")]
mod record;
mod row;
mod row_reader;
mod rows;
mod sessions;
#[cfg(feature = "tables")]
mod sheet;
mod spill;
mod vocabulary;

#[cfg(feature = "tables")]
pub(super) use columnar::ColumnarSource;
pub(super) use layout::is_line_of_names;
pub use mapping::{Mapping, MappingError};
pub(super) use reader::Table;
pub use sessions::{Sessions, SessionsError};
#[cfg(feature = "tables")]
pub(super) use sheet::SheetSource;
