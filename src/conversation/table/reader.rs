//! A table as a source of lines.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::conversation::InputError;
use crate::conversation::chat::Templates;
use crate::conversation::input::{Chunk, Format, InputOptions, Lines};

use super::chat_source::{ChatSource, gather_options};
#[cfg(feature = "tables")]
use super::columnar::ColumnarSource;
use super::gather::{Gather, Sorted};
use super::row::Row;
use super::row_reader::Fault;
use super::rows::{BrokeOff, Cells, Next, Rows};
#[cfg(feature = "tables")]
use super::sheet::SheetSource;

/// The conversations of a table as chunks of lines. Bad rows come as they are met; conversations
/// whose rows may be scattered come when all rows were read.
pub(in crate::conversation) struct Table {
    source: Source,
    gather: Gather,
    options: Arc<InputOptions>,
    stage: Stage,
    fault: Option<InputError>,
}

/// Where the rows come from.
enum Source {
    Text(Box<TextSource>),
    Chat(Box<ChatSource>),
    #[cfg(feature = "tables")]
    Sheet(SheetSource),
    #[cfg(feature = "tables")]
    Columnar(Box<ColumnarSource>),
}

/// Rows that are split from lines of text.
struct TextSource {
    lines: Lines,
    /// Chunks that were read already.
    first: VecDeque<Chunk>,
    format: Format,
    rows: Rows,
}

enum Stage {
    Reading,
    Sorted(Sorted),
    Done,
}

impl Table {
    /// A table in text, of which `first` was read already.
    pub(in crate::conversation) fn new(
        lines: Lines,
        first: VecDeque<Chunk>,
        format: Format,
        options: Arc<InputOptions>,
    ) -> Table {
        let file = Arc::clone(lines.file());
        Table::of(Source::Text(Box::new(TextSource { lines, first, format, rows: Rows::new(b',') })), file, options)
    }

    /// A plain chat export, of which `first` was read already.
    pub(in crate::conversation) fn of_chat(
        lines: Lines,
        first: VecDeque<Chunk>,
        templates: Templates,
        options: &InputOptions,
    ) -> Result<Table, InputError> {
        let file = Arc::clone(lines.file());
        let gather_options = gather_options(options, &templates);
        let source = ChatSource::new(lines, first, templates, options);
        let mut table = Table::of(Source::Chat(Box::new(source)), file, gather_options);
        table.gather.names(1, Row::Sheet(&ChatSource::columns()))?;
        Ok(table)
    }

    /// A table in a workbook.
    #[cfg(feature = "tables")]
    pub(in crate::conversation) fn of_sheet(source: SheetSource, options: Arc<InputOptions>) -> Table {
        let file = Arc::clone(source.file());
        Table::of(Source::Sheet(source), file, options)
    }

    /// A table in a Parquet file.
    #[cfg(feature = "tables")]
    pub(in crate::conversation) fn of_columns(source: ColumnarSource, options: Arc<InputOptions>) -> Table {
        let file = Arc::clone(source.file());
        Table::of(Source::Columnar(Box::new(source)), file, options)
    }

    fn of(source: Source, file: Arc<str>, options: Arc<InputOptions>) -> Table {
        let gather = Gather::new(file, Arc::clone(&options));
        Table { source, gather, options, stage: Stage::Reading, fault: None }
    }

    /// The next lines. An error is the last thing that comes.
    pub(in crate::conversation) fn next(&mut self) -> Option<Result<Chunk, InputError>> {
        loop {
            if let Err(error) = self.step() {
                self.stage = Stage::Done;
                self.fault = Some(error);
            }
            let done = matches!(self.stage, Stage::Done);
            if self.gather.ready.has_something(done) {
                return Some(Ok(self.gather.take()));
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
                while self.gather.ready.text.len() < self.options.chunk_bytes {
                    match lines.next() {
                        Some(Ok(line)) => self.gather.give_line(line),
                        Some(Err(error)) => return Err(self.gather.cannot_spill(error)),
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

    /// Reads one chunk of rows, or all of a sheet.
    fn read(&mut self) -> Result<(), InputError> {
        let all_read = match &mut self.source {
            Source::Text(text) => text.read(&mut self.gather, &mut self.fault)?,
            Source::Chat(chat) => chat.read(&mut self.gather, &mut self.fault)?,
            #[cfg(feature = "tables")]
            Source::Sheet(sheet) => {
                // What was read before a fault stays good.
                self.fault = sheet.read(&mut self.gather)?;
                true
            }
            #[cfg(feature = "tables")]
            Source::Columnar(columns) => columns.read(&mut self.gather, &self.options, &mut self.fault)?,
        };
        if all_read {
            self.stage = Stage::Sorted(self.gather.all_read()?);
        }
        Ok(())
    }
}

impl TextSource {
    /// Reads one chunk of rows; says whether it was the last one.
    fn read(&mut self, gather: &mut Gather, fault: &mut Option<InputError>) -> Result<bool, InputError> {
        match self.first.pop_front().map(Ok).or_else(|| self.lines.next()) {
            Some(Ok(mut chunk)) => {
                gather.ready.bad.append(&mut chunk.bad);
                gather.ready.replaced += chunk.replaced;
                gather.ready.encoding = chunk.encoding;
                self.rows.push(chunk);
            }
            Some(Err(error)) => {
                *fault = Some(error);
                self.rows.end(BrokeOff::Yes);
            }
            None => self.rows.end(BrokeOff::No),
        }
        let mut cells = Cells::default();
        if gather.width().is_none() {
            let delimiter = delimiter(self.rows.rest(), self.format);
            self.rows.set_delimiter(delimiter);
        }
        loop {
            let next = self.rows.next(&mut cells);
            let row = Row::Split(&self.rows, &cells);
            match (next, gather.width()) {
                (Next::Row { line }, Some(_)) => gather.row(line, row)?,
                (Next::Row { line }, None) => {
                    if let Err(error) = gather.names(line, row) {
                        self.show_samples(gather);
                        return Err(error);
                    }
                    if let Some(width) = gather.width() {
                        self.rows.set_width(width);
                    }
                }
                (Next::OpenQuote { line }, None) => {
                    let file = Arc::clone(self.lines.file());
                    return Err(InputError::MissingHeader { file, line });
                }
                (Next::OpenQuote { line }, Some(_)) => gather.lost(line, row, Fault::unclosed_quote())?,
                (Next::More, _) => return Ok(false),
                (Next::End, _) => return Ok(true),
            }
        }
    }
}

impl TextSource {
    /// Shows the next rows to whoever wants to know what the columns hold that have no known names.
    fn show_samples(&mut self, gather: &Gather) {
        let mut cells = Cells::default();
        while gather.wants_samples() && matches!(self.rows.next(&mut cells), Next::Row { .. }) {
            gather.sample(Row::Split(&self.rows, &cells));
        }
    }
}

/// The delimiter that the line of column names uses most, commas before others.
pub(super) fn delimiter(text: &str, format: Format) -> u8 {
    let names = text.trim_start().lines().next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [0_u32; 3];
    let delimiters = match format {
        Format::Tsv => *b"\t,;",
        Format::Csv | Format::Jsonl | Format::Workbook | Format::Chat | Format::Parquet => *b",\t;",
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
