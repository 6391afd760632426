//! The lines of all files, one after the other.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use encoding_rs::Encoding;

use crate::conversation::json::MAX_LINE_BYTES;
use crate::conversation::table::Table;

use super::chunk::Chunk;
use super::compression::{Source, Unpacked};
use super::error::InputError;
use super::files::{InputFile, cannot_open};
use super::format::{Document, Format, unsupported};
use super::lines::{LineBounds, Lines};
use super::options::InputOptions;
use super::text_source::{Flow, TextSource};

/// The lines of all files, in chunks. An error ends its file; the next call goes on with the next
/// file.
pub struct Chunks {
    files: std::vec::IntoIter<InputFile>,
    current: Option<Reader>,
    options: Arc<InputOptions>,
    encoding: Option<&'static Encoding>,
    progress: Arc<AtomicU64>,
}

enum Reader {
    Lines { first: Option<Chunk>, rest: Box<Lines> },
    Table(Box<Table>),
}

impl Chunks {
    pub(super) fn new(
        files: Vec<InputFile>,
        options: Arc<InputOptions>,
        encoding: Option<&'static Encoding>,
        progress: Arc<AtomicU64>,
    ) -> Chunks {
        Chunks { files: files.into_iter(), current: None, options, encoding, progress }
    }

    fn open(&self, input: &InputFile) -> Result<Reader, InputError> {
        let (source, flow): (Source, Flow) = match &input.path {
            None => (Box::new(io::stdin()), Flow::Live),
            Some(path) => {
                let file = File::open(path).map_err(|error| cannot_open(path, error))?;
                let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
                (Box::new(file), if is_file { Flow::File } else { Flow::Live })
            }
        };
        let format = match &input.path {
            _ if self.options.format.is_some() => self.options.format,
            Some(path) => Format::of_path(path),
            None => None,
        };
        self.read(&input.name, source, flow, format)
    }

    fn read(&self, name: &Arc<str>, source: Source, flow: Flow, format: Option<Format>) -> Result<Reader, InputError> {
        let progress = Arc::clone(&self.progress);
        let (head, source) = Unpacked::open(source, self.options.max_ratio, progress)
            .map_err(|source| InputError::CannotRead { file: Arc::clone(name), source })?;
        if let Some((found, advice)) = unsupported(&head) {
            return Err(InputError::UnsupportedFormat { file: Arc::clone(name), found, advice });
        }
        let text = TextSource::new(Arc::clone(name), source, flow, self.encoding);
        let bounds = LineBounds { chunk: self.options.chunk_bytes.clamp(1, MAX_LINE_BYTES), line: MAX_LINE_BYTES };
        let mut lines = Lines::new(Arc::clone(name), text, bounds);
        let first = match format {
            Some(Format::Csv | Format::Tsv) => None,
            Some(Format::Jsonl) | None => lines.next().transpose()?,
        };
        let text = first.as_ref().map_or("", |chunk| &chunk.text);
        let format = format.unwrap_or_else(|| Format::of_text(text));
        if format == Format::Jsonl
            && let Some(document) = Document::of_text(text)
        {
            return Err(InputError::NotLines { file: Arc::clone(name), document });
        }
        Ok(match format {
            Format::Jsonl => Reader::Lines { first, rest: Box::new(lines) },
            Format::Csv | Format::Tsv => {
                let options = Arc::clone(&self.options);
                Reader::Table(Box::new(Table::new(lines, first, format, options)))
            }
        })
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
        chunks.current = Some(chunks.read(&"source".into(), source, flow, format)?);
        Ok(chunks)
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk, InputError>;

    fn next(&mut self) -> Option<Result<Chunk, InputError>> {
        loop {
            let next = match &mut self.current {
                Some(Reader::Lines { first, rest }) => first.take().map(Ok).or_else(|| rest.next()),
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
            if next.is_some() {
                return next;
            }
        }
    }
}
