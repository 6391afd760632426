//! The rows of a Parquet file: one message each, or one conversation each with a list of messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::columnar::{Batch, Bounds, ColumnarError, Rows, Shape, Structure, Table, Values};
use crate::conversation::InputError;
use crate::conversation::input::InputOptions;
use crate::workbook::{Cell, Source};

use super::column::Column;
use super::gather::Gather;
use super::record::Record;
use super::row::Row;

/// Messages that are read at once.
const MESSAGES: u64 = 1_024;

/// Conversations that are read at once: each may be long.
const CONVERSATIONS: u64 = 64;

/// The names stand before the first row.
const NAMES: u64 = 0;

/// A Parquet file that is read.
pub(in crate::conversation) struct ColumnarSource {
    file: Arc<str>,
    size: u64,
    progress: Arc<AtomicU64>,
    stage: Stage,
}

enum Stage {
    Closed(Box<dyn Source>),
    Messages(Rows, Messages),
    Conversations(Rows, Record),
    Done,
}

/// One message a row.
struct Messages {
    /// The columns that are read: their names, or why they cannot be.
    columns: Vec<(String, Option<&'static str>)>,
    cells: Vec<Cell>,
}

impl ColumnarSource {
    /// `size`: bytes of the file, for whoever shows progress.
    pub(in crate::conversation) fn new(
        file: Arc<str>,
        source: Box<dyn Source>,
        size: u64,
        progress: Arc<AtomicU64>,
    ) -> ColumnarSource {
        ColumnarSource { file, size, progress, stage: Stage::Closed(source) }
    }

    pub(super) fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Reads some rows and says whether they were the last ones. A fault on the way is set; what was read before it stays good.
    pub(super) fn read(
        &mut self,
        gather: &mut Gather,
        options: &InputOptions,
        fault: &mut Option<InputError>,
    ) -> Result<bool, InputError> {
        let mut taken = Ok(());
        let read = match &mut self.stage {
            Stage::Closed(_) => {
                self.open(gather, options)?;
                return Ok(false);
            }
            Stage::Messages(rows, messages) => rows.next(|batch| messages.take(batch, gather, &mut taken)),
            Stage::Conversations(rows, record) => rows.next(|batch| record.take(batch, gather)),
            Stage::Done => None,
        };
        taken?;
        let Some(read) = read else {
            self.stage = Stage::Done;
            self.progress.fetch_add(std::mem::take(&mut self.size), Ordering::Relaxed);
            return Ok(true);
        };
        if let Err(error) = read {
            self.stage = Stage::Done;
            *fault = Some(bad_file(&self.file, error));
            return Ok(true);
        }
        Ok(false)
    }

    fn open(&mut self, gather: &mut Gather, options: &InputOptions) -> Result<(), InputError> {
        let Stage::Closed(source) = std::mem::replace(&mut self.stage, Stage::Done) else { return Ok(()) };
        gather.ready.encoding = "UTF-8";
        let bounds = Bounds { ratio: options.max_ratio.map(u64::from) };
        let file = &self.file;
        let table = Table::open(source, bounds).map_err(|error| bad_file(file, error))?;
        self.stage = if let Some(record) = Record::of(table.shape(), &options.mapping) {
            let record = record.complete(file, table.shape())?;
            let rows = table.rows(CONVERSATIONS, |column, path| record.wants(column, path));
            Stage::Conversations(rows.map_err(|error| bad_file(file, error))?, record)
        } else {
            let (messages, wanted) = Messages::of(table.shape(), gather)?;
            let rows = table.rows(MESSAGES, |column, _| wanted.contains(&column));
            Stage::Messages(rows.map_err(|error| bad_file(file, error))?, messages)
        };
        Ok(())
    }
}

impl Messages {
    /// Finds the columns, of which only those are read that mean something. With their places.
    fn of(shape: &Shape, gather: &mut Gather) -> Result<(Messages, Vec<usize>), InputError> {
        let names = |columns: &mut dyn Iterator<Item = &str>| -> Vec<Cell> {
            columns.map(|name| Cell::Text(name.to_owned())).collect()
        };
        let all = names(&mut shape.columns.iter().map(|(name, _)| name.as_str()));
        let layout = gather.layout_of(NAMES, Row::Sheet(&all))?;
        let mut places: Vec<usize> = Column::ALL.iter().filter_map(|column| layout.position(*column)).collect();
        places.sort_unstable();
        places.dedup();
        let mut wanted = Vec::new();
        let mut columns = Vec::new();
        for (place, (name, structure)) in shape.columns.iter().enumerate().filter(|(at, _)| places.contains(at)) {
            let reason = match structure {
                Structure::Value => None,
                Structure::Unreadable(reason) => Some(*reason),
                Structure::Fields(_) => Some("a structure of several fields"),
                Structure::List(_) => Some("a list"),
                Structure::Map => Some("a map"),
            };
            if reason.is_none() {
                wanted.push(place);
            }
            columns.push((name.clone(), reason));
        }
        gather.names(NAMES, Row::Sheet(&names(&mut columns.iter().map(|(name, _)| name.as_str()))))?;
        let cells = vec![Cell::default(); columns.len()];
        Ok((Messages { columns, cells }, wanted))
    }

    /// `taken`: what became of the rows.
    fn take(
        &mut self,
        mut batch: Batch<'_>,
        gather: &mut Gather,
        taken: &mut Result<(), InputError>,
    ) -> Result<(), ColumnarError> {
        let mut read = batch.columns.iter();
        let values: Vec<Result<&Values<'_>, &'static str>> = self
            .columns
            .iter()
            .map(|(_, reason)| match reason {
                Some(reason) => Err(*reason),
                None => read.next().map(|(_, values)| values).ok_or("no value"),
            })
            .collect();
        for row in 0..batch.rows {
            let mut said = self.cells.len();
            for (cell, values) in self.cells.iter_mut().zip(&values) {
                match values {
                    Ok(values) => values.write(row, cell),
                    Err(reason) => *cell = Cell::Unreadable(reason),
                }
                said += if let Cell::Text(text) = cell { text.len() } else { 0 };
            }
            batch.count(said)?;
            *taken = gather.row(batch.before + row as u64 + 1, Row::Sheet(&self.cells));
            if taken.is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn bad_file(file: &Arc<str>, error: ColumnarError) -> InputError {
    let file = Arc::clone(file);
    match error {
        ColumnarError::RatioExceeded { times } => {
            InputError::RatioExceeded { file, ratio: u32::try_from(times).unwrap_or(u32::MAX) }
        }
        source => InputError::BadParquet { file, source },
    }
}
