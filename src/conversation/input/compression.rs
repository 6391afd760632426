//! Compression, recognised by its first bytes.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use thiserror::Error;

use super::error::InputError;

/// A byte source as it was opened.
pub(super) type Source = Box<dyn Read + Send>;

/// What may be unpacked whatever the ratio: small files of equal lines are no danger.
const ALWAYS_ALLOWED: u64 = 16 << 20;

/// The bytes of a file, unpacked if need be.
pub(super) struct Unpacked {
    decoder: Decoder,
    packed: Arc<AtomicU64>,
    given: u64,
    max_ratio: Option<u32>,
}

enum Decoder {
    Plain(Counted),
    Gzip(Box<MultiGzDecoder<BufReader<Counted>>>),
    Zstd(Box<zstd::Decoder<'static, BufReader<Counted>>>),
}

/// Counts what is read: for the ratio, and for whoever shows progress.
struct Counted {
    source: io::Chain<Cursor<Vec<u8>>, Source>,
    file: Arc<AtomicU64>,
    all: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.file.fetch_add(count as u64, Ordering::Relaxed);
        self.all.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[derive(Debug, Error)]
#[error("more than the allowed ratio")]
struct TooMuch;

impl Unpacked {
    /// The first bytes, for recognising what the source is, and the source.
    pub(super) fn open(
        mut source: Source,
        max_ratio: Option<u32>,
        progress: Arc<AtomicU64>,
    ) -> io::Result<(Vec<u8>, Unpacked)> {
        let mut head = Vec::with_capacity(8);
        source.by_ref().take(8).read_to_end(&mut head)?;
        let packed = Arc::new(AtomicU64::new(0));
        let counted =
            Counted { source: Cursor::new(head.clone()).chain(source), file: Arc::clone(&packed), all: progress };
        let decoder = match head.as_slice() {
            [0x1F, 0x8B, ..] => Decoder::Gzip(Box::new(MultiGzDecoder::new(BufReader::new(counted)))),
            // A frame, or a frame to be skipped, which some writers put first.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => {
                Decoder::Zstd(Box::new(zstd::Decoder::with_buffer(BufReader::new(counted))?))
            }
            _ => Decoder::Plain(counted),
        };
        let unpacked = Unpacked { decoder, packed, given: 0, max_ratio };
        Ok((head, unpacked))
    }

    /// Whether the bytes are as they lie in the file.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.decoder, Decoder::Plain(_))
    }

    /// What a failed read means.
    pub(super) fn explain(&self, file: &Arc<str>, error: io::Error) -> InputError {
        let file = Arc::clone(file);
        if let Some(TooMuch) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            let ratio = self.max_ratio.unwrap_or_default();
            return InputError::RatioExceeded { file, ratio };
        }
        if matches!(self.decoder, Decoder::Plain(_)) {
            return InputError::CannotRead { file, source: error };
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => InputError::Truncated { file },
            // What decoders report; an error of the system keeps its own number.
            _ if error.raw_os_error().is_none() => InputError::BrokenCompression { file, reason: error.to_string() },
            _ => InputError::CannotRead { file, source: error },
        }
    }

    fn check_ratio(&self) -> io::Result<()> {
        let Some(ratio) = self.max_ratio else {
            return Ok(());
        };
        let allowed = self.packed.load(Ordering::Relaxed).saturating_mul(ratio.into());
        if self.given > allowed.max(ALWAYS_ALLOWED) {
            return Err(io::Error::other(TooMuch));
        }
        Ok(())
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.decoder {
            Decoder::Plain(source) => return source.read(buffer),
            Decoder::Gzip(source) => source.read(buffer)?,
            Decoder::Zstd(source) => source.read(buffer)?,
        };
        self.given += count as u64;
        self.check_ratio()?;
        Ok(count)
    }
}
