//! A table as a source of lines.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::conversation::input::{BadRow, Chunk, Format, InputOptions, LineNumbers, Lines, RowOrder};
use crate::conversation::{InputError, MAX_LINE_BYTES};

use super::grouping::{Grouped, NumberedLine};
use super::layout::Layout;
use super::merge::Merge;
use super::packed::PackedRow;
use super::row_reader::{Fault, RowReader};
use super::rows::{BrokeOff, Cells, Next, Rows};
use super::spill::Spill;

/// The conversations of a table as chunks of lines. Bad rows come as they are met; conversations
/// whose rows may be scattered come when all rows were read.
pub(in crate::conversation) struct Table {
    lines: Lines,
    first: Option<Chunk>,
    format: Format,
    options: Arc<InputOptions>,
    rows: Rows,
    layout: Option<Layout>,
    stage: Stage,
    /// Packed rows that are in no conversation yet.
    packed: Vec<u8>,
    /// Where the row that was packed last begins, for rows that stand together.
    latest: usize,
    /// A lost row between conversations whose rows stand together: of the one before, or of the next.
    between: Vec<u8>,
    spill: Option<Spill>,
    ready: Ready,
    fault: Option<InputError>,
}

enum Stage {
    Reading,
    Sorted(Box<dyn Iterator<Item = io::Result<NumberedLine>> + Send>),
    Done,
}

/// What can be given out.
#[derive(Default)]
struct Ready {
    text: Vec<u8>,
    numbers: Vec<u64>,
    incomplete: Vec<u64>,
    bad: Vec<BadRow>,
    replaced: u64,
    encoding: &'static str,
}

impl Table {
    pub(in crate::conversation) fn new(
        lines: Lines,
        first: Option<Chunk>,
        format: Format,
        options: Arc<InputOptions>,
    ) -> Table {
        Table {
            lines,
            first,
            format,
            options,
            rows: Rows::new(b','),
            layout: None,
            stage: Stage::Reading,
            packed: Vec::new(),
            latest: 0,
            between: Vec::new(),
            spill: None,
            ready: Ready::default(),
            fault: None,
        }
    }

    /// The next lines. An error is the last thing that comes.
    pub(in crate::conversation) fn next(&mut self) -> Option<Result<Chunk, InputError>> {
        loop {
            if let Err(error) = self.step() {
                self.stage = Stage::Done;
                self.fault = Some(error);
            }
            let done = matches!(self.stage, Stage::Done);
            if self.ready.has_something(done) {
                return Some(Ok(self.ready.take(self.lines.file())));
            }
            if done {
                return self.fault.take().map(Err);
            }
        }
    }

    fn step(&mut self) -> Result<(), InputError> {
        match &mut self.stage {
            Stage::Reading => self.read(),
            Stage::Sorted(lines) => {
                while self.ready.text.len() < self.options.chunk_bytes {
                    match lines.next() {
                        Some(Ok(line)) => self.ready.push(self.lines.file(), line),
                        Some(Err(error)) => return Err(self.cannot_spill(error)),
                        None => {
                            self.stage = Stage::Done;
                            break;
                        }
                    }
                }
                Ok(())
            }
            Stage::Done => Ok(()),
        }
    }

    /// Reads one chunk of rows.
    fn read(&mut self) -> Result<(), InputError> {
        match self.first.take().map(Ok).or_else(|| self.lines.next()) {
            Some(Ok(mut chunk)) => {
                self.ready.bad.append(&mut chunk.bad);
                self.ready.replaced += chunk.replaced;
                self.ready.encoding = chunk.encoding;
                self.rows.push(chunk);
            }
            Some(Err(error)) => {
                self.fault = Some(error);
                self.rows.end(BrokeOff::Yes);
            }
            None => self.rows.end(BrokeOff::No),
        }
        let mut cells = Cells::default();
        if self.layout.is_none() {
            let delimiter = delimiter(self.rows.rest(), self.format);
            self.rows.set_delimiter(delimiter);
        }
        loop {
            match self.rows.next(&mut cells) {
                Next::Row { line } => self.row(line, &cells)?,
                Next::OpenQuote { line } if self.layout.is_none() => {
                    let file = Arc::clone(self.lines.file());
                    return Err(InputError::MissingHeader { file, line });
                }
                Next::OpenQuote { line } => self.lost(line, &cells, Fault::unclosed_quote())?,
                Next::More => return Ok(()),
                Next::End => return self.all_read(),
            }
        }
    }

    fn row(&mut self, line: u64, cells: &Cells) -> Result<(), InputError> {
        let Some(layout) = &self.layout else {
            let names = (0..cells.len()).map(|at| self.rows.cell(cells, at).into_owned());
            let mapping = &self.options.mapping;
            let layout = Layout::of(names.collect(), mapping, self.lines.file(), line)?;
            self.rows.set_width(layout.width());
            self.layout = Some(layout);
            return Ok(());
        };
        let reader = RowReader { layout, mapping: &self.options.mapping, rows: &self.rows, cells };
        let start = self.packed.len();
        match reader.read(line, &mut self.packed) {
            Ok(()) if self.packed.len() == start => Ok(()),
            Ok(()) => self.packed_row(start),
            Err(fault) => self.lost(line, cells, fault),
        }
    }

    /// Reports a row that cannot be used, and keeps which conversation lost it, as far as its cells say.
    fn lost(&mut self, line: u64, cells: &Cells, fault: Fault) -> Result<(), InputError> {
        let start = self.packed.len();
        if let Some(layout) = &self.layout {
            let reader = RowReader { layout, mapping: &self.options.mapping, rows: &self.rows, cells };
            reader.read_lost(line, &mut self.packed);
        }
        self.bad(BadRow {
            file: Arc::clone(self.lines.file()),
            line,
            code: fault.code,
            field: fault.field,
            reason: fault.reason,
        });
        if self.packed.len() > start { self.lost_row(start) } else { Ok(()) }
    }

    /// Sees to the lost row that was packed last. What it says of its conversation may be wrong, so it
    /// begins and ends none where the rows of each stand together.
    fn lost_row(&mut self, start: usize) -> Result<(), InputError> {
        let is_of_another = PackedRow::key(&self.packed[self.latest..]) != PackedRow::key(&self.packed[start..]);
        if self.options.rows == RowOrder::Grouped && (start == 0 || is_of_another) {
            self.between = self.packed.split_off(start);
            return Ok(());
        }
        self.packed_row(start)
    }

    /// Sees to the row that was packed last.
    fn packed_row(&mut self, start: usize) -> Result<(), InputError> {
        match self.options.rows {
            RowOrder::Grouped => {
                let key = PackedRow::key(&self.packed[start..]);
                if start > 0 && PackedRow::key(&self.packed[self.latest..]) == key {
                    self.latest = start;
                    return Ok(());
                }
                // A lost row before the first one of a conversation is counted to it.
                let between = std::mem::take(&mut self.between);
                let mut next = if PackedRow::key(&between) == key { between } else { Vec::new() };
                self.latest = next.len();
                next.extend_from_slice(&self.packed[start..]);
                self.packed.truncate(start);
                let complete = std::mem::replace(&mut self.packed, next);
                self.give(complete)
            }
            RowOrder::Scattered if self.packed.len() > self.options.row_memory => self.put_aside(),
            RowOrder::Scattered => Ok(()),
        }
    }

    fn give(&mut self, packed: Vec<u8>) -> Result<(), InputError> {
        let lines = Grouped::new(packed).map_err(|error| self.cannot_spill(error))?;
        for line in lines {
            self.ready.push(self.lines.file(), line);
        }
        Ok(())
    }

    fn put_aside(&mut self) -> Result<(), InputError> {
        let spill = self.spill.get_or_insert_with(|| Spill::new(folder(&self.options), self.options.row_memory));
        let added = spill.add(&self.packed);
        self.packed.clear();
        added.map_err(|error| self.cannot_spill(error))
    }

    fn all_read(&mut self) -> Result<(), InputError> {
        if self.spill.is_some() {
            self.put_aside()?;
        }
        let packed = std::mem::take(&mut self.packed);
        self.stage = match self.spill.take() {
            None => {
                let grouped = Grouped::new(packed).map_err(|error| self.cannot_spill(error))?;
                Stage::Sorted(Box::new(grouped.map(Ok)))
            }
            Some(spill) => {
                // The buffer is not needed any more, and the sorting needs as much.
                drop(packed);
                let merge: Merge = spill.finish().map_err(|error| self.cannot_spill(error))?;
                Stage::Sorted(Box::new(merge))
            }
        };
        Ok(())
    }

    fn bad(&mut self, row: BadRow) {
        self.ready.bad.push(row);
    }

    fn cannot_spill(&self, source: io::Error) -> InputError {
        InputError::CannotSpill {
            file: Arc::clone(self.lines.file()),
            folder: folder(&self.options).display().to_string(),
            source,
        }
    }
}

impl Ready {
    /// Whether there is something to give out. What was counted can wait for lines, but not beyond
    /// the end.
    fn has_something(&self, done: bool) -> bool {
        !self.text.is_empty() || !self.bad.is_empty() || (done && self.replaced > 0)
    }

    fn push(&mut self, file: &Arc<str>, line: NumberedLine) {
        let NumberedLine { number, text, lost_rows } = line;
        if text.len() > MAX_LINE_BYTES {
            self.bad.push(BadRow {
                file: Arc::clone(file),
                line: number,
                code: "line-too-long",
                field: None,
                reason: format!("the conversation has more than {MAX_LINE_BYTES} bytes; split it"),
            });
            return;
        }
        self.text.extend_from_slice(&text);
        self.text.push(b'\n');
        self.numbers.push(number);
        if lost_rows {
            self.incomplete.push(number);
        }
    }

    fn take(&mut self, file: &Arc<str>) -> Chunk {
        let ready = Ready { encoding: self.encoding, ..Ready::default() };
        let ready = std::mem::replace(self, ready);
        Chunk {
            file: Arc::clone(file),
            // It was made of text, so there is nothing to be replaced.
            text: String::from_utf8(ready.text)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
            lines: LineNumbers::Each(ready.numbers),
            incomplete: ready.incomplete,
            bad: ready.bad,
            replaced: ready.replaced,
            encoding: ready.encoding,
        }
    }
}

fn folder(options: &InputOptions) -> PathBuf {
    options.temp_dir.clone().unwrap_or_else(std::env::temp_dir)
}

/// The delimiter that the line of column names uses most, commas before others.
fn delimiter(text: &str, format: Format) -> u8 {
    let names = text.trim_start().lines().next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [0_u32; 3];
    let delimiters = match format {
        Format::Tsv => *b"\t,;",
        Format::Csv | Format::Jsonl => *b",\t;",
    };
    for byte in names.bytes() {
        quoted ^= byte == b'"';
        if let Some(at) = delimiters.iter().position(|known| *known == byte && !quoted) {
            counts[at] += 1;
        }
    }
    // Of equal counts, the last of these: the one that stands first above.
    let most = (0..3).rev().max_by_key(|at| counts[*at]).unwrap_or(0);
    delimiters[most]
}
