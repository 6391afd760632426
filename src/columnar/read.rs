//! The rows of a Parquet file.

use std::fmt;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetStatisticsPolicy};

use crate::workbook::Source;

use super::bounds::Allowance;
use super::pages::Sound;
use super::schema::plain;
use super::source::Shared;
use super::values::Values;
use super::{Bounds, ColumnarError, Shape, footer, guarded, pages};

/// An open Parquet file.
pub struct Table {
    source: Shared,
    metadata: ArrowReaderMetadata,
    shape: Shape,
    allowance: Allowance,
}

impl fmt::Debug for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Table").field("shape", &self.shape).finish_non_exhaustive()
    }
}

impl Table {
    /// Opens a file that describes itself within the bounds.
    pub fn open(source: Box<dyn Source>, bounds: Bounds) -> Result<Table, ColumnarError> {
        let source = Shared::new(source).map_err(ColumnarError::broken)?;
        footer::check(&source)?;
        let allowance = bounds.of_size(source.size());
        let metadata = guarded(|| loaded(&source))?;
        let shape = Shape::of(metadata.schema());
        Ok(Table { source, metadata, shape, allowance })
    }

    /// What its columns are.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The rows, of the columns that are wanted: told by the column's place and, in a list, by the name of the field.
    /// `batch`: how many rows are read at once, or fewer.
    pub fn rows(self, batch: u64, is_wanted: impl Fn(usize, &[String]) -> bool) -> Result<Rows, ColumnarError> {
        guarded(move || {
            let Table { source, metadata, mut allowance, .. } = self;
            let schema = metadata.parquet_schema();
            let all = 0..schema.num_columns();
            let wanted =
                |column: &usize| is_wanted(schema.get_column_root_idx(*column), schema.column(*column).path().parts());
            let columns: Vec<usize> = all.filter(wanted).collect();
            let mask = ProjectionMask::leaves(schema, columns.iter().copied());
            let sound = pages::check(&source, metadata.metadata(), &columns, &mut allowance, batch)?;
            let mut rows = Rows { source, metadata, mask, sound, allowance, read: 0, reader: None, is_careful: false };
            rows.open(sound.batch)?;
            Ok(rows)
        })
    }
}

/// What the file says of itself, read without what is not needed.
fn loaded(source: &Shared) -> Result<ArrowReaderMetadata, ColumnarError> {
    let options = || {
        ArrowReaderOptions::new()
            .with_page_index_policy(PageIndexPolicy::Skip)
            .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
    };
    let with = |metadata: &Arc<ParquetMetaData>, schema: &Schema| {
        ArrowReaderMetadata::try_new(Arc::clone(metadata), options().with_schema(plain(schema)))
    };
    let read = match ArrowReaderMetadata::load(source, options()) {
        // Some programs describe their own columns wrongly beside what the format says of them.
        Err(_) => ArrowReaderMetadata::load(source, options().with_skip_arrow_metadata(true)),
        read => read,
    };
    let read = read.map_err(ColumnarError::broken)?;
    with(read.metadata(), read.schema()).map_err(ColumnarError::broken)
}

/// The rows of a file, batch by batch.
pub struct Rows {
    source: Shared,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    sound: Sound,
    allowance: Allowance,
    read: u64,
    reader: Option<ParquetRecordBatchReader>,
    /// Whether rows are read one by one, to see which are good before damage.
    is_careful: bool,
}

impl fmt::Debug for Rows {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rows").field("sound", &self.sound).field("read", &self.read).finish_non_exhaustive()
    }
}

/// Rows that were read together.
#[derive(Debug)]
pub struct Batch<'b> {
    /// How many rows were read before them.
    pub before: u64,
    /// How many they are.
    pub rows: usize,
    /// The columns that are wanted, each with its name.
    pub columns: &'b [(&'b str, Values<'b>)],
    allowance: &'b mut Allowance,
}

impl Batch<'_> {
    /// Counts what cells said, which may be far more than the file holds.
    pub fn count(&mut self, bytes: usize) -> Result<(), ColumnarError> {
        self.allowance.take(bytes as u64)
    }
}

impl Rows {
    /// Shows the next rows. `None`: there are no more. After an error nothing comes.
    pub fn next<T>(
        &mut self,
        show: impl FnOnce(Batch<'_>) -> Result<T, ColumnarError>,
    ) -> Option<Result<T, ColumnarError>> {
        let batch = match self.batch()? {
            Ok(batch) => batch,
            Err(error) => {
                self.reader = None;
                return Some(Err(error));
            }
        };
        let before = self.read;
        self.read += batch.num_rows() as u64;
        let schema = batch.schema();
        let names = schema.fields().iter().map(|field| field.name().as_str());
        let values = batch.columns().iter().map(|array| Values::of(array));
        let columns: Vec<_> = names.zip(values).collect();
        let (rows, allowance) = (batch.num_rows(), &mut self.allowance);
        let shown = guarded(|| show(Batch { before, rows, columns: &columns, allowance }));
        if shown.is_err() {
            self.reader = None;
        }
        Some(shown)
    }

    fn batch(&mut self) -> Option<Result<RecordBatch, ColumnarError>> {
        loop {
            let reader = self.reader.as_mut()?;
            match guarded(|| reader.next().transpose().map_err(ColumnarError::broken)) {
                Ok(Some(batch)) if batch.num_rows() > 0 => return Some(Ok(batch)),
                Ok(_) => {
                    self.reader = None;
                    let why = "a header of a page is damaged; the rows before it were kept";
                    return (!self.sound.is_whole).then(|| Err(ColumnarError::broken(why)));
                }
                Err(error) if self.is_careful || self.sound.batch == 1 => return Some(Err(error)),
                Err(_) => {
                    self.is_careful = true;
                    if let Err(error) = guarded(|| self.open(1)) {
                        return Some(Err(error));
                    }
                }
            }
        }
    }

    /// Begins to read behind the rows that were read.
    fn open(&mut self, batch: u64) -> Result<(), ColumnarError> {
        let size = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.source.clone(), self.metadata.clone())
            .with_projection(self.mask.clone())
            .with_batch_size(size(batch))
            .with_offset(size(self.read))
            .with_limit(size(self.sound.rows.saturating_sub(self.read)));
        self.reader = Some(builder.build().map_err(ColumnarError::broken)?);
        Ok(())
    }
}
