//! Opening input: which files, how they are compressed and encoded, and their lines.

mod chunk;
mod chunks;
mod compression;
mod encoding;
mod error;
mod files;
mod format;
mod lines;
mod options;
mod shape;
mod text_source;
mod unsaid;
mod whole;

pub use chunk::{BadRow, Chunk, ChunkLines, LineNumbers};
pub use chunks::Chunks;
pub use error::InputError;
pub use files::{Inputs, is_encoding};
pub use format::{Document, Format};
pub use options::{InputOptions, RowOrder};
pub use unsaid::Unsaid;
pub use whole::{decoded, unpacked};

pub(super) use lines::Lines;
#[cfg(test)]
pub(super) use text_source::Flow;
