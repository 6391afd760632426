//! Where the bytes of a Parquet file come from.

use std::io::{self, BufReader, Read, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use crate::workbook::Source;

/// A source that several readers of columns share.
#[derive(Clone)]
pub(super) struct Shared {
    source: Arc<Mutex<Box<dyn Source>>>,
    size: u64,
}

/// Reads on from a place of the source, wherever others read.
pub(super) struct From {
    shared: Shared,
    at: u64,
}

impl Shared {
    pub(super) fn new(mut source: Box<dyn Source>) -> io::Result<Shared> {
        let size = source.seek(SeekFrom::End(0))?;
        Ok(Shared { source: Arc::new(Mutex::new(source)), size })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Up to `most` bytes from a place on.
    pub(super) fn bytes(&self, at: u64, most: usize) -> io::Result<Vec<u8>> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        source.seek(SeekFrom::Start(at))?;
        let most = (most as u64).min(self.size.saturating_sub(at));
        let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or(0));
        source.by_ref().take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut source = self.shared.source.lock().unwrap_or_else(PoisonError::into_inner);
        source.seek(SeekFrom::Start(self.at))?;
        let count = source.read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for Shared {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(1 << 10, From { shared: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.bytes(start, length)?;
        if bytes.len() == length {
            return Ok(Bytes::from(bytes));
        }
        Err(ParquetError::EOF("the file ends too early".to_owned()))
    }
}
