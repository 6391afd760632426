//! Tables, one message a row, turned into lines of the native form.
//!
//! [`Rows`](rows::Rows) splits text into cells, [`Layout`](layout::Layout) says which cell is what,
//! [`RowReader`](row_reader::RowReader) checks a row and packs it, and the packed rows are grouped
//! into conversations: in memory, in files set aside, or as a stream.

mod assemble;
mod column;
mod grouping;
mod layout;
mod mapping;
mod merge;
mod packed;
mod partition;
mod row_reader;
mod rows;
mod spill;
mod vocabulary;

mod reader;

pub use mapping::{Mapping, MappingError};
pub(super) use reader::Table;
