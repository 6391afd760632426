//! The native form: one JSON object a line.

mod key;
mod parse;
mod scan;
pub(super) mod text;
mod value;
mod write;

pub use parse::{MAX_LINE_BYTES, MAX_MESSAGES};
