//! Splitting text into rows and cells.
//!
//! Lines are counted as they lie in the file, cells may span them, and a quote that is never closed
//! costs one row, not the rest of the file: so the splitting is our own, and not that of the csv
//! crate, which reads on to the end.

use std::borrow::Cow;

use crate::conversation::input::{Chunk, LineNumbers};

/// The longest row, in bytes. A quote that is open for longer was never meant to be closed there.
const LONGEST_ROW: usize = 16 << 20;

/// The longest row of a tab-separated file whose cells span lines. Most such files do not quote at
/// all, and a quote in them is only a character.
const LONGEST_TAB_ROW: usize = 1 << 16;

/// The cells of one row.
#[derive(Debug, Default)]
pub(super) struct Cells {
    spans: Vec<Cell>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    doubled_quotes: bool,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A row, whose cells are filled in; it begins on this line.
    Row { line: u64 },
    /// A row that begins on this line and has a quote that is not closed as it should be. The cells before it are
    /// filled in.
    OpenQuote { line: u64 },
    /// More text is needed.
    More,
    /// There is no more.
    End,
}

/// Splits text into rows.
pub(super) struct Rows {
    text: String,
    at: usize,
    line: u64,
    delimiter: u8,
    /// Cells of a row, once known.
    width: Option<usize>,
    ended: bool,
    cut_off: Option<u64>,
}

enum Split {
    Row { end: usize },
    Malformed,
    Incomplete,
}

impl Rows {
    pub(super) fn new(delimiter: u8) -> Rows {
        Rows { text: String::new(), at: 0, line: 1, delimiter, width: None, ended: false, cut_off: None }
    }

    pub(super) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    pub(super) fn set_width(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// The text that has not been split yet.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Adds whole lines.
    pub(super) fn push(&mut self, chunk: Chunk) {
        let LineNumbers::Consecutive { first } = chunk.lines else {
            return;
        };
        let open = memchr::memchr_iter(b'\n', self.rest().as_bytes()).count() as u64;
        if self.rest().is_empty() {
            self.text = chunk.text;
            self.line = first;
        } else if self.line + open == first {
            self.text.drain(..self.at);
            self.text.push_str(&chunk.text);
        } else {
            // A line in between was too long to be read: what is open cannot be closed.
            self.cut_off = Some(self.line);
            self.text = chunk.text;
            self.line = first;
        }
        self.at = 0;
    }

    /// Says that no more text comes. Of a file that broke off, the open row is dropped.
    pub(super) fn end(&mut self, broke_off: BrokeOff) {
        self.ended = true;
        if broke_off == BrokeOff::Yes {
            self.at = self.text.len();
        }
    }

    /// Splits the next row that is not blank.
    pub(super) fn next(&mut self, cells: &mut Cells) -> Next {
        if let Some(line) = self.cut_off.take() {
            cells.spans.clear();
            return Next::OpenQuote { line };
        }
        self.skip_blank_lines();
        if self.rest().is_empty() {
            return if self.ended { Next::End } else { Next::More };
        }
        let line = self.line;
        match self.split(cells) {
            Split::Row { end } => {
                self.advance(end);
                Next::Row { line }
            }
            Split::Incomplete => Next::More,
            Split::Malformed => {
                let end = self.line_end();
                let literal = self.delimiter == b'\t' && self.split_literally(cells, end);
                self.advance(end);
                if literal { Next::Row { line } } else { Next::OpenQuote { line } }
            }
        }
    }

    /// A cell of the row that was split last.
    pub(super) fn cell<'a>(&'a self, cells: &Cells, index: usize) -> Cow<'a, str> {
        let Some(cell) = cells.spans.get(index) else {
            return Cow::Borrowed("");
        };
        let text = &self.text[cell.start..cell.end];
        if cell.doubled_quotes { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }

    fn skip_blank_lines(&mut self) {
        loop {
            let end = self.line_end();
            let line = &self.text.as_bytes()[self.at..end];
            if line.is_empty() || !line.iter().all(|byte| matches!(byte, b'\r' | b'\n' | b' ')) {
                return;
            }
            self.advance(end);
        }
    }

    /// The end of the line at which the splitting stands, behind its line end.
    fn line_end(&self) -> usize {
        let end = memchr::memchr(b'\n', self.rest().as_bytes());
        end.map_or(self.text.len(), |end| self.at + end + 1)
    }

    fn advance(&mut self, end: usize) {
        let row = &self.text.as_bytes()[self.at..end];
        self.line += memchr::memchr_iter(b'\n', row).count() as u64;
        self.at = end;
    }

    fn split(&self, cells: &mut Cells) -> Split {
        let text = self.text.as_bytes();
        cells.spans.clear();
        let mut at = self.at;
        loop {
            let (cell, end) = if text.get(at) == Some(&b'"') {
                let Some((cell, end)) = quoted(text, at + 1) else {
                    return self.unclosed();
                };
                (cell, end)
            } else {
                let end = memchr::memchr2(self.delimiter, b'\n', &text[at..]);
                let end = end.map_or(text.len(), |end| at + end);
                let carriage = text.get(end) != Some(&self.delimiter) && text[at..end].ends_with(b"\r");
                let cell = Cell { start: at, end: end - usize::from(carriage), doubled_quotes: false };
                (cell, end)
            };
            cells.spans.push(cell);
            at = match &text[end..] {
                [next, ..] if *next == self.delimiter => end + 1,
                [b'\n', ..] => return self.closed(end + 1),
                [b'\r', b'\n', ..] => return self.closed(end + 2),
                [] | [b'\r'] if self.ended => return self.closed(text.len()),
                // Only whole lines come in, so this is the last line, and perhaps of the file.
                [] | [b'\r'] => return Split::Incomplete,
                _ => return Split::Malformed,
            };
        }
    }

    /// The longest row whose cells span lines.
    fn longest(&self) -> usize {
        match self.delimiter {
            b'\t' => LONGEST_TAB_ROW,
            _ => LONGEST_ROW,
        }
    }

    fn unclosed(&self) -> Split {
        if self.ended || self.rest().len() > self.longest() { Split::Malformed } else { Split::Incomplete }
    }

    /// Accepts a row, unless its cells span more than they may, or it is one of a tab-separated
    /// file that swallowed others because a message began with a quote.
    fn closed(&self, end: usize) -> Split {
        let row = &self.text.as_bytes()[self.at..end];
        if row.len() > self.longest() && self.line_end() != end {
            return Split::Malformed;
        }
        let width = self.width.unwrap_or(0);
        if self.delimiter == b'\t' && width > 1 {
            let mut others = row.split(|byte| *byte == b'\n').skip(1);
            if others.any(|line| memchr::memchr_iter(b'\t', line).count() + 1 >= width) {
                return Split::Malformed;
            }
        }
        Split::Row { end }
    }

    /// Splits one line with quotes as ordinary characters; says whether it has the right width.
    fn split_literally(&self, cells: &mut Cells, end: usize) -> bool {
        cells.spans.clear();
        let line = self.text[self.at..end].trim_end_matches(['\n', '\r']);
        let mut start = self.at;
        for cell in line.split('\t') {
            cells.spans.push(Cell { start, end: start + cell.len(), doubled_quotes: false });
            start += cell.len() + 1;
        }
        self.width == Some(cells.spans.len())
    }
}

/// Whether the text ended because reading it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BrokeOff {
    Yes,
    No,
}

impl Cells {
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }
}

/// The cell that begins behind an opening quote, and where it ends; nothing if it is not closed.
fn quoted(text: &[u8], start: usize) -> Option<(Cell, usize)> {
    let mut at = start;
    let mut doubled_quotes = false;
    loop {
        let quote = at + memchr::memchr(b'"', &text[at..])?;
        if text.get(quote + 1) != Some(&b'"') {
            let cell = Cell { start, end: quote, doubled_quotes };
            return Some((cell, quote + 1));
        }
        doubled_quotes = true;
        at = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, delimiter: u8, width: usize) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new(delimiter);
        rows.set_width(width);
        rows.push(Chunk {
            file: "f".into(),
            text: text.to_owned(),
            lines: LineNumbers::Consecutive { first: 1 },
            incomplete: Vec::new(),
            bad: Vec::new(),
            replaced: 0,
            encoding: "UTF-8",
            unsaid: std::sync::Arc::default(),
        });
        rows.end(BrokeOff::No);
        let mut cells = Cells::default();
        let mut found = Vec::new();
        loop {
            match rows.next(&mut cells) {
                Next::Row { line } => {
                    let row = (0..cells.len()).map(|at| rows.cell(&cells, at).into_owned());
                    found.push((line, row.collect()));
                }
                Next::OpenQuote { line } => found.push((line, vec!["!".to_owned()])),
                Next::More => panic!("all text is there"),
                Next::End => return found,
            }
        }
    }

    fn rows(found: &[(u64, &[&str])]) -> Vec<(u64, Vec<String>)> {
        let owned = |row: &[&str]| row.iter().map(|&cell| cell.to_owned()).collect();
        found.iter().map(|(line, row)| (*line, owned(row))).collect()
    }

    #[test]
    fn cells_and_lines() {
        assert_eq!(
            split("a,b\r\n\r\n\"c,\nd\",\"e\"\"f\"\r\n,g\"h\ni,", b',', 2),
            rows(&[(1, &["a", "b"]), (3, &["c,\nd", "e\"f"]), (5, &["", "g\"h"]), (6, &["i", ""])])
        );
    }

    #[test]
    fn an_open_quote_costs_one_row() {
        assert_eq!(split("a,\"b\nc,\"d\"\ne,\"f\n", b',', 2), rows(&[(1, &["!"]), (2, &["c", "d"]), (3, &["!"])]));
    }

    #[test]
    fn quotes_between_tabs_may_be_ordinary() {
        assert_eq!(
            split("1\t\"b\tx\n2\td\ty\"\n3\t\"e\nf\"\tz\n", b'\t', 3),
            rows(&[(1, &["1", "\"b", "x"]), (2, &["2", "d", "y\""]), (3, &["3", "e\nf", "z"])])
        );
    }
}
