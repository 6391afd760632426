//! Rows into lines: which cells are what, what is wrong with them, and which rows belong together.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::conversation::input::{BadRow, Chunk, InputOptions, LineNumbers, RowOrder};
use crate::conversation::{InputError, MAX_LINE_BYTES};

use super::column::Column;
use super::grouping::{Grouped, NumberedLine};
use super::layout::Layout;
use super::merge::Merge;
use super::packed::PackedRow;
use super::row::Row;
use super::row_reader::{Fault, RowReader};
use super::spill::Spill;

/// Rows of so many bytes are few.
const FEW_ROWS: usize = 1 << 20;

/// Room for the row with which the memory for rows is found to be used up.
const ROW_ROOM: usize = 1 << 16;

/// No more is taken at once, whatever may be used.
const MOST_ROOM: usize = 1 << 28;

/// The conversations of all rows, in the order of their first ones.
pub(super) type Sorted = Box<dyn Iterator<Item = io::Result<NumberedLine>> + Send>;

/// Gathers rows into conversations.
pub(super) struct Gather {
    file: Arc<str>,
    options: Arc<InputOptions>,
    layout: Option<Layout>,
    /// Packed rows that are in no conversation yet.
    packed: Vec<u8>,
    /// Where the row that was packed last begins, for rows that stand together.
    latest: usize,
    /// A lost row between conversations whose rows stand together: of the one before, or of the next.
    between: Vec<u8>,
    spill: Option<Spill>,
    pub(super) ready: Ready,
}

/// What can be given out.
#[derive(Default)]
pub(super) struct Ready {
    pub(super) text: Vec<u8>,
    numbers: Vec<u64>,
    incomplete: Vec<u64>,
    pub(super) bad: Vec<BadRow>,
    pub(super) replaced: u64,
    pub(super) encoding: &'static str,
}

impl Gather {
    pub(super) fn new(file: Arc<str>, options: Arc<InputOptions>) -> Gather {
        Gather {
            file,
            options,
            layout: None,
            packed: Vec::new(),
            latest: 0,
            between: Vec::new(),
            spill: None,
            ready: Ready::default(),
        }
    }

    #[cfg(feature = "tables")]
    pub(super) fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// How many columns have names, once these are known.
    pub(super) fn width(&self) -> Option<usize> {
        self.layout.as_ref().map(Layout::width)
    }

    /// Takes the row of names.
    pub(super) fn names(&mut self, line: u64, row: Row<'_>) -> Result<(), InputError> {
        let layout = self.layout_of(line, row);
        if let Some(survey) = &self.options.survey {
            // Which columns are understood is worth knowing even where others are missing.
            let partial = Layout::of(Self::texts(row), &self.options.mapping, &[], &self.file, line).ok();
            let known = layout.as_ref().ok().or(partial.as_ref());
            let field = |at| known.and_then(|layout| layout.field(at));
            survey.columns((0..row.len()).map(|at| (row.cell(at).trim().to_owned(), field(at))).collect());
        }
        self.layout = Some(layout?);
        Ok(())
    }

    /// Whether anybody wants to see more rows.
    pub(super) fn wants_samples(&self) -> bool {
        self.options.survey.as_ref().is_some_and(|survey| survey.wants_samples())
    }

    /// Shows a row to whoever wants to see some.
    pub(super) fn sample(&self, row: Row<'_>) {
        if let Some(survey) = &self.options.survey {
            survey.sample(|| (0..row.len()).map(|at| row.cell(at).into_owned()).collect());
        }
    }

    /// Notes which sheet is read.
    #[cfg(feature = "tables")]
    pub(super) fn note_sheet(&self, name: &str, all: &[String]) {
        if let Some(survey) = &self.options.survey {
            survey.sheet(name, all);
        }
    }

    /// What a row says if it is one of names.
    pub(super) fn layout_of(&self, line: u64, row: Row<'_>) -> Result<Layout, InputError> {
        let names = Self::texts(row);
        let needed = match &self.options.sessions {
            None => Column::NEEDED.to_vec(),
            Some(sessions) => [sessions.by(), &[Column::Role, Column::Text, Column::Time]].concat(),
        };
        Layout::of(names, &self.options.mapping, &needed, &self.file, line)
    }

    fn texts(row: Row<'_>) -> Vec<String> {
        (0..row.len()).map(|at| row.cell(at).into_owned()).collect()
    }

    /// Takes a row that comes after the row of names.
    pub(super) fn row(&mut self, line: u64, row: Row<'_>) -> Result<(), InputError> {
        let Some(layout) = &self.layout else {
            return Ok(());
        };
        let reader =
            RowReader { layout, mapping: &self.options.mapping, sessions: self.options.sessions.as_deref(), row };
        if let Some(survey) = &self.options.survey {
            self.sample(row);
            if let Some(at) = layout.position(Column::Role) {
                let word = row.cell(at);
                survey.speaker(word.trim(), self.options.mapping.role(&word));
            }
        }
        let start = self.packed.len();
        match reader.read(line, &mut self.packed) {
            Ok(()) if self.packed.len() == start => Ok(()),
            Ok(()) => self.packed_row(start),
            Err(fault) => self.lost(line, row, fault),
        }
    }

    /// Reports a row that cannot be used, and keeps which conversation lost it, as far as its cells say.
    pub(super) fn lost(&mut self, line: u64, row: Row<'_>, fault: Fault) -> Result<(), InputError> {
        let start = self.packed.len();
        if let Some(layout) = &self.layout {
            let reader =
                RowReader { layout, mapping: &self.options.mapping, sessions: self.options.sessions.as_deref(), row };
            reader.read_lost(line, &mut self.packed);
        }
        self.ready.bad.push(BadRow {
            file: Arc::clone(&self.file),
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
            RowOrder::Scattered => {
                self.make_room();
                Ok(())
            }
        }
    }

    /// Takes all the room that scattered rows may ever need once they are many. Growing by doubling would hold the old
    /// rows, their copy and as much again at the same time.
    fn make_room(&mut self) {
        let room = self.options.row_memory.min(MOST_ROOM).saturating_add(ROW_ROOM);
        if self.packed.len() > FEW_ROWS && self.packed.capacity() < room {
            // Where there is not so much, growing may still do.
            let _ = self.packed.try_reserve_exact(room - self.packed.len());
        }
    }

    fn give(&mut self, packed: Vec<u8>) -> Result<(), InputError> {
        let lines = Grouped::new(packed, self.options.sessions.as_ref()).map_err(|error| self.cannot_spill(error))?;
        for line in lines {
            self.ready.push(&self.file, line);
        }
        Ok(())
    }

    fn put_aside(&mut self) -> Result<(), InputError> {
        let spill = self.spill.get_or_insert_with(|| {
            Spill::new(folder(&self.options), self.options.row_memory, self.options.sessions.clone())
        });
        let added = spill.add(&self.packed);
        self.packed.clear();
        added.map_err(|error| self.cannot_spill(error))
    }

    /// Says that there are no more rows: the conversations that were not given out yet.
    pub(super) fn all_read(&mut self) -> Result<Sorted, InputError> {
        if self.spill.is_some() {
            self.put_aside()?;
        }
        let packed = std::mem::take(&mut self.packed);
        match self.spill.take() {
            None => {
                let grouped =
                    Grouped::new(packed, self.options.sessions.as_ref()).map_err(|error| self.cannot_spill(error))?;
                Ok(Box::new(grouped.map(Ok)))
            }
            Some(spill) => {
                // The buffer is not needed any more, and the sorting needs as much.
                drop(packed);
                let merge: Merge = spill.finish().map_err(|error| self.cannot_spill(error))?;
                Ok(Box::new(merge))
            }
        }
    }

    /// Takes a line of what was sorted.
    pub(super) fn give_line(&mut self, line: NumberedLine) {
        self.ready.push(&self.file, line);
    }

    /// What is ready as a chunk.
    pub(super) fn take(&mut self) -> Chunk {
        self.ready.take(&self.file)
    }

    pub(super) fn cannot_spill(&self, source: io::Error) -> InputError {
        InputError::CannotSpill {
            file: Arc::clone(&self.file),
            folder: folder(&self.options).display().to_string(),
            source,
        }
    }
}

impl Ready {
    /// Whether there is something to give out. What was counted can wait for lines, but not beyond
    /// the end.
    pub(super) fn has_something(&self, done: bool) -> bool {
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
            unsaid: Arc::default(),
        }
    }
}

fn folder(options: &InputOptions) -> PathBuf {
    options.temp_dir.clone().unwrap_or_else(std::env::temp_dir)
}
