//! The headers of pages, walked before a page is unpacked.
//!
//! The reader takes as much memory for a page as its header says, and reads as many values as it says, whatever lies in the page.
//! Of the codecs only gzip unpacks more than the header says, so these pages are unpacked here without being kept.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};

use super::ColumnarError;
use super::bounds::Allowance;
use super::source::Shared;
use super::thrift::{Kind, Thrift};

/// What the pages may take that are held at once, one and its dictionary of each column.
const MAX_HELD: u64 = 256 << 20;

/// A page of this encoding, which writes only how a text differs from the one before, may say far more than it holds.
const DELTA_BYTE_ARRAY: i64 = 7;

/// What a batch of rows may take of such pages.
const MAX_BATCH: u64 = 64 << 20;

/// Bytes in which a header is looked for: nearly all are short, but one may quote long texts.
const WINDOWS: [usize; 3] = [1 << 9, 1 << 16, 16 << 20];

/// What the headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sound {
    /// How many rows stand before the first header that is broken.
    pub(super) rows: u64,
    /// Whether there is such a header.
    pub(super) is_whole: bool,
    /// How many rows may be read at once.
    pub(super) batch: u64,
}

/// Walks the pages of these columns. `size`: rows of a batch.
pub(super) fn check(
    source: &Shared,
    metadata: &ParquetMetaData,
    columns: &[usize],
    allowance: &mut Allowance,
    size: u64,
) -> Result<Sound, ColumnarError> {
    let mut sound = Sound { rows: 0, is_whole: true, batch: size };
    for group in metadata.row_groups() {
        let (mut held, mut rows) = (0, u64::try_from(group.num_rows()).unwrap_or(0));
        for &column in columns {
            let walked = chunk(source, group, column, allowance)?;
            held += walked.dictionary + walked.largest;
            if let Some(rows) = MAX_BATCH.checked_div(walked.delta) {
                sound.batch = sound.batch.min(rows).max(1);
            }
            // Each value of a flat column is a row; of the others, none may be whole.
            if !walked.is_whole {
                sound.is_whole = false;
                let is_flat = group.column(column).column_descr().max_rep_level() == 0;
                rows = rows.min(if is_flat { walked.values } else { 0 });
            }
        }
        if held > MAX_HELD {
            return Err(ColumnarError::TooBig { mebibytes: MAX_HELD >> 20 });
        }
        sound.rows += rows;
        if !sound.is_whole {
            break;
        }
    }
    Ok(sound)
}

/// What was seen in a column of a row group.
#[derive(Debug, Default)]
struct Walked {
    values: u64,
    dictionary: u64,
    largest: u64,
    /// The largest page of a text that differs from the one before.
    delta: u64,
    is_whole: bool,
}

/// The header of a page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Header {
    kind: i64,
    unpacked: u64,
    packed: u64,
    values: u64,
    encoding: i64,
    /// Levels that are not packed with the rest.
    levels: u64,
    is_packed: bool,
}

fn chunk(
    source: &Shared,
    group: &RowGroupMetaData,
    column: usize,
    allowance: &mut Allowance,
) -> Result<Walked, ColumnarError> {
    let metadata = group.column(column);
    // The reader counts on these being sound, and would panic.
    let start = metadata.dictionary_page_offset().unwrap_or_else(|| metadata.data_page_offset());
    let (Ok(mut at), Ok(length)) = (u64::try_from(start), u64::try_from(metadata.compressed_size())) else {
        return Err(ColumnarError::broken("a column begins before the file"));
    };
    let end = at.saturating_add(length);
    let mut walked = Walked::default();
    while at < end {
        let Some((header, header_length)) = header(source, at, end - at)? else { return Ok(walked) };
        at += header_length;
        if header.packed > end - at || !holds_what_it_says(source, at, &header, metadata)? {
            return Ok(walked);
        }
        at += header.packed;
        // A value may take no byte at all, but some time.
        allowance.take(header.unpacked.max(header.values))?;
        match header.kind {
            2 => walked.dictionary = walked.dictionary.max(header.unpacked),
            _ => walked.largest = walked.largest.max(header.unpacked),
        }
        if header.kind != 2 {
            walked.values += header.values;
        }
        if header.encoding == DELTA_BYTE_ARRAY {
            walked.delta = walked.delta.max(header.unpacked);
        }
    }
    walked.is_whole = true;
    Ok(walked)
}

/// The header at a place and its length, unless it is broken.
fn header(source: &Shared, at: u64, most: u64) -> Result<Option<(Header, u64)>, ColumnarError> {
    for window in WINDOWS {
        let window = window.min(usize::try_from(most).unwrap_or(usize::MAX));
        let bytes = source.bytes(at, window).map_err(ColumnarError::broken)?;
        let mut thrift = Thrift::new(&bytes);
        if let Some(header) = Header::read(&mut thrift) {
            return Ok(Some((header, (bytes.len() - thrift.left()) as u64)));
        }
        if bytes.len() < window || window as u64 == most {
            break;
        }
    }
    Ok(None)
}

fn holds_what_it_says(
    source: &Shared,
    at: u64,
    header: &Header,
    metadata: &ColumnChunkMetaData,
) -> Result<bool, ColumnarError> {
    if !matches!(metadata.compression(), Compression::GZIP(_)) || !header.is_packed {
        return Ok(true);
    }
    let packed = usize::try_from(header.packed).unwrap_or(usize::MAX);
    let page = source.bytes(at, packed).map_err(ColumnarError::broken)?;
    let packed = page.get(usize::try_from(header.levels).unwrap_or(usize::MAX)..).unwrap_or_default();
    let most = header.unpacked.saturating_sub(header.levels);
    let mut unpacked = MultiGzDecoder::new(packed).take(most + 1);
    Ok(io::copy(&mut unpacked, &mut io::sink()).is_ok_and(|count| count <= most))
}

impl Header {
    fn read(thrift: &mut Thrift<'_>) -> Option<Header> {
        let mut header = Header { is_packed: true, ..Header::default() };
        let unsigned = |value: i64| u64::try_from(value).ok();
        thrift.structure(&mut |fields, number, kind| match (number, kind) {
            (1, Kind::Int) => fields.int().map(|value| header.kind = value),
            (2, Kind::Int) => unsigned(fields.int()?).map(|value| header.unpacked = value),
            (3, Kind::Int) => unsigned(fields.int()?).map(|value| header.packed = value),
            (5 | 7 | 8, Kind::Struct) => fields.structure(&mut |inner, field, kind| match (number, field, kind) {
                (_, 1, Kind::Int) => unsigned(inner.int()?).map(|value| header.values = value),
                (5 | 7, 2, Kind::Int) | (8, 4, Kind::Int) => inner.int().map(|value| header.encoding = value),
                (8, 5 | 6, Kind::Int) => {
                    unsigned(inner.int()?).map(|value| header.levels = header.levels.saturating_add(value))
                }
                (8, 7, Kind::Flag(flag)) => {
                    header.is_packed = flag;
                    Some(())
                }
                _ => inner.skip(kind),
            }),
            _ => fields.skip(kind),
        })?;
        Some(header)
    }
}
