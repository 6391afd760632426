//! How much a workbook may unpack to.

use std::io;

use zip::ZipArchive;

use super::WorkbookError;
use super::ods::CONTENT;
use super::read::Source;
use super::said::Said;

/// What may be unpacked whatever the ratio.
const ALWAYS_ALLOWED: u64 = 16 << 20;

/// Parts of a workbook; those that spreadsheet programs write have some dozens.
const MAX_PARTS: usize = 10_000;

/// Bytes between two tags. A cell holds 32,767 characters, each of which may be written with several.
const MAX_BETWEEN_TAGS: usize = 4 << 20;

/// How much a workbook may unpack to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How many times its size, beyond 16 MiB; `None`: no bound.
    pub ratio: Option<u64>,
    /// Bytes in all; `None`: no bound.
    pub unpacked: Option<u64>,
    /// How many tags the parts may have that are kept: the reader keeps something of most of them, which is more than the tag
    /// where that is short.
    pub tags: u64,
    /// Which parts are kept.
    pub kept: Tags,
}

/// Whose tags are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    /// Those of all parts.
    OfAllParts,
    /// Not those of sheets, which are read row by row.
    NotOfSheets,
}

impl Bounds {
    /// How much the cells of a workbook of this size may say.
    pub(super) fn said(&self, size: u64) -> Said {
        let left = self.ratio.map_or(u64::MAX, |ratio| size.saturating_mul(ratio).max(ALWAYS_ALLOWED));
        Said { times: self.ratio.unwrap_or(0), left }
    }

    /// Unpacks everything once without keeping it, for what a workbook says of its size need not be so. `size`: bytes of the
    /// file.
    pub(super) fn check(&self, source: &mut dyn Source, size: u64) -> Result<(), WorkbookError> {
        let mut archive = ZipArchive::new(io::BufReader::new(source)).map_err(WorkbookError::broken)?;
        if archive.len() > MAX_PARTS {
            return Err(WorkbookError::broken("too many parts"));
        }
        let by_ratio = self.ratio.map_or(u64::MAX, |ratio| size.saturating_mul(ratio).max(ALWAYS_ALLOWED));
        let allowed = by_ratio.min(self.unpacked.unwrap_or(u64::MAX));
        let (mut unpacked, mut tags) = (0, 0);
        for index in 0..archive.len() {
            let part = archive.by_index(index).map_err(WorkbookError::broken)?;
            let is_sheet = part.name().is_ok_and(|name| name.starts_with("xl/worksheets/") || name == CONTENT);
            let is_counted = self.kept == Tags::OfAllParts || !is_sheet;
            // One byte more than allowed tells too much from just enough.
            let most = (allowed - unpacked).saturating_add(1);
            let mut seen = Seen::default();
            unpacked += io::copy(&mut io::Read::take(part, most), &mut seen).map_err(WorkbookError::broken)?;
            if unpacked > allowed {
                let (times, mebibytes) = (self.ratio.unwrap_or(0), self.unpacked.map(|bytes| bytes >> 20));
                return Err(WorkbookError::RatioExceeded { times, mebibytes });
            }
            tags += if is_counted { seen.tags } else { 0 };
            if tags > self.tags || seen.longest > MAX_BETWEEN_TAGS {
                return Err(WorkbookError::TooMuch);
            }
        }
        Ok(())
    }
}

/// What is written to it: how many tags, and the most bytes between two of them.
#[derive(Default)]
struct Seen {
    tags: u64,
    since: usize,
    longest: usize,
}

impl io::Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut from = 0;
        for at in memchr::memchr_iter(b'<', bytes) {
            self.tags += 1;
            self.longest = self.longest.max(self.since + at - from);
            (from, self.since) = (at, 0);
        }
        self.since += bytes.len() - from;
        self.longest = self.longest.max(self.since);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
