//! Whole lines of the native form, with where they stand in their file.

use std::sync::Arc;

use serde::Serialize;

use super::unsaid::Unsaid;
use crate::conversation::RecordError;

/// Some whole lines of one file, about a mebibyte of them.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The lines, each with its line end (but perhaps the last).
    pub text: String,
    /// Where the lines stand.
    pub lines: LineNumbers,
    /// The numbers of lines whose conversations lost rows that could not be read, in ascending order.
    pub incomplete: Vec<u64>,
    /// Rows of the file that could not become lines. They do not belong to the lines of this chunk.
    pub bad: Vec<BadRow>,
    /// How many byte sequences were no characters and became U+FFFD.
    pub replaced: u64,
    /// The file's encoding, as far as it is known by now.
    pub encoding: &'static str,
    /// What the file does not say of its conversations.
    pub unsaid: Arc<Unsaid>,
}

/// Where lines stand in their file, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineNumbers {
    /// One after the other.
    Consecutive {
        /// The first one's number.
        first: u64,
    },
    /// One number a line: that of the row from which the line was made.
    Each(Vec<u64>),
}

impl Chunk {
    /// The lines that are not blank, without their ends, with their numbers.
    pub fn lines(&self) -> ChunkLines<'_> {
        ChunkLines { rest: &self.text, numbers: &self.lines, next: 0 }
    }
}

impl Chunk {
    /// Whether the conversation of a line lost rows.
    pub fn lost_rows(&self, line: u64) -> bool {
        self.incomplete.binary_search(&line).is_ok()
    }
}

/// See [`Chunk::lines`].
#[derive(Debug, Clone)]
pub struct ChunkLines<'a> {
    rest: &'a str,
    numbers: &'a LineNumbers,
    next: usize,
}

impl<'a> Iterator for ChunkLines<'a> {
    type Item = (u64, &'a str);

    fn next(&mut self) -> Option<(u64, &'a str)> {
        while !self.rest.is_empty() {
            let end = memchr::memchr(b'\n', self.rest.as_bytes());
            let (line, rest) = match end {
                Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
                None => (self.rest, ""),
            };
            let at = self.next;
            self.rest = rest;
            self.next += 1;
            if line.trim().is_empty() {
                continue;
            }
            let number = match self.numbers {
                LineNumbers::Consecutive { first } => first + at as u64,
                LineNumbers::Each(numbers) => numbers.get(at).copied().unwrap_or(0),
            };
            return Some((number, line.strip_suffix('\r').unwrap_or(line)));
        }
        None
    }
}

/// A row that could not be read, named so that it can be found and put right. Quotes no message
/// text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The line on which the row begins, counted from 1.
    pub line: u64,
    /// A code that stays the same across versions.
    pub code: &'static str,
    /// The field or column it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What was expected, and what to do.
    pub reason: String,
}

impl BadRow {
    /// The bad row that a line is which is no record.
    pub fn of_record(file: &Arc<str>, line: u64, error: &RecordError) -> BadRow {
        BadRow { file: Arc::clone(file), line, code: error.code(), field: error.field(), reason: error.to_string() }
    }
}
