//! The lines of all files, one after the other.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
#[cfg(feature = "tables")]
use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use encoding_rs::Encoding;

use crate::conversation::json::MAX_LINE_BYTES;
use crate::conversation::table::Table;
#[cfg(feature = "tables")]
use crate::conversation::table::{ColumnarSource, SheetSource};

use super::chunk::Chunk;
use super::compression::{Source, Unpacked};
use super::error::InputError;
use super::files::{InputFile, cannot_open};
#[cfg(not(feature = "tables"))]
use super::format::ZIP;
use super::format::{Format, PARQUET, is_workbook, unsupported};
use super::lines::{LineBounds, Lines};
use super::options::InputOptions;
use super::shape::{Opened, Shape};
use super::text_source::{Flow, TextSource};

/// Bytes of a workbook or Parquet file that comes through a pipe or is packed once more.
#[cfg(feature = "tables")]
const MAX_HELD: u64 = 256 << 20;

/// The lines of all files, in chunks. An error ends its file; the next call goes on with the next
/// file.
pub struct Chunks {
    files: std::vec::IntoIter<InputFile>,
    current: Option<Reader>,
    /// Those of files that have none of their own.
    usual: (Arc<InputOptions>, Option<&'static Encoding>),
    /// Those of the current file.
    options: Arc<InputOptions>,
    encoding: Option<&'static Encoding>,
    progress: Arc<AtomicU64>,
}

enum Reader {
    Lines { first: VecDeque<Chunk>, rest: Box<Lines> },
    Table(Box<Table>),
}

impl Chunks {
    pub(super) fn new(
        files: Vec<InputFile>,
        options: Arc<InputOptions>,
        encoding: Option<&'static Encoding>,
        progress: Arc<AtomicU64>,
    ) -> Chunks {
        let usual = (Arc::clone(&options), encoding);
        Chunks { files: files.into_iter(), current: None, usual, options, encoding, progress }
    }

    fn open(&mut self, input: &InputFile) -> Result<Reader, InputError> {
        if let Some((options, encoding)) = &input.own {
            self.options = Arc::clone(options);
            self.encoding = *encoding;
        } else {
            self.options = Arc::clone(&self.usual.0);
            self.encoding = self.usual.1;
        }
        let mut regular = None;
        let (source, flow): (Source, Flow) = match &input.path {
            None => (Box::new(io::stdin()), Flow::Live),
            Some(path) => {
                let file = File::open(path).map_err(|error| cannot_open(path, error))?;
                let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
                regular = if is_file { file.try_clone().ok() } else { None };
                (Box::new(file), if is_file { Flow::File } else { Flow::Live })
            }
        };
        let format = match &input.path {
            _ if self.options.format.is_some() => self.options.format,
            Some(path) => Format::of_path(path),
            None => None,
        };
        self.read(&input.name, source, regular, flow, format)
    }

    /// `regular`: the same source where it is a file whose bytes may be read in any order.
    fn read(
        &self,
        name: &Arc<str>,
        source: Source,
        regular: Option<File>,
        flow: Flow,
        format: Option<Format>,
    ) -> Result<Reader, InputError> {
        let progress = Arc::clone(&self.progress);
        let (head, source) = Unpacked::open(source, self.options.max_ratio, progress)
            .map_err(|source| InputError::CannotRead { file: Arc::clone(name), source })?;
        if let Some((found, advice)) = unsupported(&head) {
            return Err(InputError::UnsupportedFormat { file: Arc::clone(name), found, advice });
        }
        let is_packed = !source.is_plain();
        // Text is often named like a workbook; what it holds tells.
        let format = format.filter(|format| match format {
            Format::Workbook => is_packed || is_workbook(&head) || self.options.format.is_some(),
            Format::Parquet => is_packed || head.starts_with(PARQUET) || self.options.format.is_some(),
            Format::Jsonl | Format::Csv | Format::Tsv | Format::Chat => true,
        });
        if head.starts_with(PARQUET) || format == Some(Format::Parquet) {
            let regular = regular.filter(|_| !is_packed);
            self.note(Format::Parquet, is_packed, None);
            return self.parquet(name, source, regular);
        }
        if is_workbook(&head) || format == Some(Format::Workbook) {
            let regular = regular.filter(|_| is_workbook(&head));
            self.note(Format::Workbook, is_packed, None);
            return self.workbook(name, source, regular);
        }
        let text = TextSource::new(Arc::clone(name), source, flow, self.encoding);
        let bounds = LineBounds { chunk: self.options.chunk_bytes.clamp(1, MAX_LINE_BYTES), line: MAX_LINE_BYTES };
        let mut lines = Lines::new(Arc::clone(name), text, bounds);
        let Opened { shape, first } = Opened::new(&mut lines, format, &self.options)?;
        let options = &self.options;
        self.note(shape.format(), is_packed, shape.preset());
        Ok(match shape {
            Shape::Lines => Reader::Lines { first, rest: Box::new(lines) },
            Shape::Table(format) => Reader::Table(Box::new(Table::new(lines, first, format, Arc::clone(options)))),
            Shape::Chat { templates, .. } => Reader::Table(Box::new(Table::of_chat(lines, first, templates, options)?)),
        })
    }
}

impl Chunks {
    /// Notes what a file is, and how its conversations are parted where they have no ids.
    fn note(&self, format: Format, is_packed: bool, preset: Option<&'static str>) {
        let Some(survey) = &self.options.survey else { return };
        survey.file(format, is_packed, preset);
        let sessions = match format {
            Format::Jsonl => None,
            Format::Chat => Some(&self.options.chat_sessions),
            Format::Csv | Format::Tsv | Format::Workbook | Format::Parquet => self.options.sessions.as_ref(),
        };
        if let Some(sessions) = sessions {
            survey.sessions(sessions);
        }
    }
}

#[cfg(feature = "tables")]
impl Chunks {
    fn workbook(&self, name: &Arc<str>, source: Unpacked, regular: Option<File>) -> Result<Reader, InputError> {
        let (workbook, size) = held(name, source, regular)?;
        let (file, progress) = (Arc::clone(name), Arc::clone(&self.progress));
        let (ratio, sheet) = (self.options.max_ratio, self.options.sheet.clone());
        let sheet = SheetSource::new(file, workbook, size, ratio, sheet, progress);
        Ok(Reader::Table(Box::new(Table::of_sheet(sheet, Arc::clone(&self.options)))))
    }

    fn parquet(&self, name: &Arc<str>, source: Unpacked, regular: Option<File>) -> Result<Reader, InputError> {
        let (columns, size) = held(name, source, regular)?;
        let source = ColumnarSource::new(Arc::clone(name), columns, size, Arc::clone(&self.progress));
        Ok(Reader::Table(Box::new(Table::of_columns(source, Arc::clone(&self.options)))))
    }
}

/// A file whose end is read first: what cannot be read so is held in memory. With how many of its bytes were not counted yet.
#[cfg(feature = "tables")]
fn held(
    name: &Arc<str>,
    mut source: Unpacked,
    regular: Option<File>,
) -> Result<(Box<dyn crate::workbook::Source>, u64), InputError> {
    if let Some(file) = regular {
        // Its first bytes were counted when they were looked at.
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        return Ok((Box::new(file), size.saturating_sub(8)));
    }
    let mut bytes = Vec::new();
    let read = source.by_ref().take(MAX_HELD + 1).read_to_end(&mut bytes);
    read.map_err(|error| source.explain(name, error))?;
    if bytes.len() as u64 > MAX_HELD {
        let why = format!("a workbook or Parquet file of more than {} MiB has to be a plain file", MAX_HELD >> 20);
        return Err(InputError::CannotRead { file: Arc::clone(name), source: io::Error::other(why) });
    }
    Ok((Box::new(io::Cursor::new(bytes)), 0))
}

#[cfg(not(feature = "tables"))]
impl Chunks {
    #[allow(clippy::unused_self, clippy::needless_pass_by_value, reason = "the build that reads workbooks needs them")]
    fn workbook(&self, name: &Arc<str>, _: Unpacked, _: Option<File>) -> Result<Reader, InputError> {
        let (found, advice) = unsupported(ZIP).unwrap_or_default();
        Err(InputError::UnsupportedFormat { file: Arc::clone(name), found, advice })
    }

    #[allow(clippy::unused_self, clippy::needless_pass_by_value, reason = "the build that reads Parquet needs them")]
    fn parquet(&self, name: &Arc<str>, _: Unpacked, _: Option<File>) -> Result<Reader, InputError> {
        let (found, advice) = unsupported(PARQUET).unwrap_or_default();
        Err(InputError::UnsupportedFormat { file: Arc::clone(name), found, advice })
    }
}

#[cfg(test)]
impl Chunks {
    /// Reads one source, for tests of how bytes come in.
    pub(in crate::conversation) fn of_source(
        source: Source,
        flow: Flow,
        format: Option<Format>,
        options: &InputOptions,
    ) -> Result<Chunks, InputError> {
        let progress = Arc::default();
        let label = options.encoding.as_deref();
        let encoding = label.and_then(|label| super::files::encoding(label).ok());
        let mut chunks = Chunks::new(Vec::new(), Arc::new(options.clone()), encoding, progress);
        chunks.current = Some(chunks.read(&"source".into(), source, None, flow, format)?);
        Ok(chunks)
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk, InputError>;

    fn next(&mut self) -> Option<Result<Chunk, InputError>> {
        loop {
            let next = match &mut self.current {
                Some(Reader::Lines { first, rest }) => first.pop_front().map(Ok).or_else(|| rest.next()),
                Some(Reader::Table(table)) => table.next(),
                None => {
                    let file = self.files.next()?;
                    match self.open(&file) {
                        Ok(reader) => self.current = Some(reader),
                        Err(error) => return Some(Err(error)),
                    }
                    continue;
                }
            };
            if next.as_ref().is_none_or(Result::is_err) {
                self.current = None;
            }
            if let Some(next) = next {
                let unsaid = &self.options.unsaid;
                return Some(next.map(|chunk| Chunk { unsaid: Arc::clone(unsaid), ..chunk }));
            }
        }
    }
}
