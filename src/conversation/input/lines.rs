//! Whole lines of a text, in chunks.

use std::sync::Arc;

use super::chunk::{BadRow, Chunk, LineNumbers};
use super::error::InputError;
use super::text_source::{Flow, TextSource};

/// How lines are cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineBounds {
    /// How many bytes of lines make a chunk.
    pub(super) chunk: usize,
    /// The longest line, at least as long as a chunk.
    pub(super) line: usize,
}

/// The lines of one text.
pub(in crate::conversation) struct Lines {
    file: Arc<str>,
    source: TextSource,
    bounds: LineBounds,
    buffer: Vec<u8>,
    /// How much of the buffer has no line end.
    searched: usize,
    /// Whether the buffer is the rest of a line that is too long.
    skipping: bool,
    next_line: u64,
    bad: Vec<BadRow>,
}

impl Lines {
    pub(super) fn new(file: Arc<str>, source: TextSource, bounds: LineBounds) -> Lines {
        Lines { file, source, bounds, buffer: Vec::new(), searched: 0, skipping: false, next_line: 1, bad: Vec::new() }
    }

    pub(in crate::conversation) fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The next lines. An error is the last thing that comes.
    pub(in crate::conversation) fn next(&mut self) -> Option<Result<Chunk, InputError>> {
        loop {
            if self.skipping {
                self.skip();
                if !self.skipping {
                    continue;
                }
            } else if let Some(end) = self.cut() {
                if end > self.bounds.line {
                    self.refuse();
                    continue;
                }
                return Some(Ok(self.chunk(end)));
            } else if self.buffer.len() > self.bounds.line {
                self.refuse();
                continue;
            }
            if self.source.has_ended() {
                return self.last();
            }
            let want = self.bounds.chunk.saturating_sub(self.buffer.len());
            self.source.fill(&mut self.buffer, want.max(self.bounds.chunk / 4).max(1));
        }
    }

    /// Where the next chunk ends, if enough is there for one.
    fn cut(&mut self) -> Option<usize> {
        let target = self.bounds.chunk.min(self.buffer.len());
        let is_full = self.buffer.len() >= self.bounds.chunk;
        if !is_full && !self.source.has_ended() && self.source.flow() == Flow::File {
            return None;
        }
        let from = self.searched.min(target);
        let within = memchr::memrchr(b'\n', &self.buffer[from..target]).map(|end| from + end);
        let beyond = || {
            let from = self.searched.max(target);
            memchr::memchr(b'\n', &self.buffer[from..]).map(|end| from + end)
        };
        let end = within.or_else(beyond);
        self.searched = if end.is_some() { 0 } else { self.buffer.len() };
        end.map(|end| end + 1)
    }

    fn chunk(&mut self, end: usize) -> Chunk {
        self.searched = 0;
        let first = self.next_line;
        self.next_line += memchr::memchr_iter(b'\n', &self.buffer[..end]).count() as u64;
        let text = self.source.text(&self.buffer[..end]);
        self.buffer.drain(..end);
        Chunk {
            file: Arc::clone(&self.file),
            text,
            lines: LineNumbers::Consecutive { first },
            incomplete: Vec::new(),
            bad: std::mem::take(&mut self.bad),
            replaced: self.source.take_replaced(),
            encoding: self.source.encoding(),
            unsaid: Arc::default(),
        }
    }

    /// What is left when nothing more comes: a line without end, which is a cut one if reading
    /// failed.
    fn last(&mut self) -> Option<Result<Chunk, InputError>> {
        if self.source.has_failed() || self.skipping {
            self.buffer.clear();
        }
        self.skipping = false;
        if !self.buffer.is_empty() || !self.bad.is_empty() {
            return Some(Ok(self.chunk(self.buffer.len())));
        }
        self.source.take_fault().map(Err)
    }

    fn refuse(&mut self) {
        self.bad.push(BadRow {
            file: Arc::clone(&self.file),
            line: self.next_line,
            code: "line-too-long",
            field: None,
            reason: format!("the line has more than {} bytes; split the conversation", self.bounds.line),
        });
        self.skipping = true;
        self.searched = 0;
    }

    fn skip(&mut self) {
        match memchr::memchr(b'\n', &self.buffer) {
            Some(end) => {
                self.buffer.drain(..=end);
                self.skipping = false;
                self.next_line += 1;
            }
            None => self.buffer.clear(),
        }
    }
}
