//! Grouping more rows than fit in memory.
//!
//! Rows are spread over files by the hash of their conversation; each file is then small enough to
//! be grouped in memory, or is spread once more, and becomes a run in the order of first rows; the
//! runs are merged. So the memory needed does not grow with the file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::grouping::Grouped;
use super::merge::{Merge, Run};
use super::packed::{PackedRow, damaged};
use super::partition::{MOST_PARTS, Part, Partition};
use super::sessions::Sessions;

/// How often rows are spread anew. What is still together then is one conversation, or few, and no
/// hash will part it.
const MOST_LEVELS: u64 = 5;

/// Rows that were put aside.
pub(super) struct Spill {
    folder: PathBuf,
    memory: usize,
    sessions: Option<Arc<Sessions>>,
    rows: Partition,
}

impl Spill {
    pub(super) fn new(folder: PathBuf, memory: usize, sessions: Option<Arc<Sessions>>) -> Spill {
        Spill { rows: Partition::new(folder.clone(), 0, MOST_PARTS), folder, memory, sessions }
    }

    /// Puts packed rows aside.
    pub(super) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = PackedRow::length(rest).ok_or_else(damaged)?;
            self.rows.add(&rest[..length])?;
            rest = &rest[length..];
        }
        Ok(())
    }

    /// The conversations, in the order of their first rows.
    pub(super) fn finish(self) -> io::Result<Merge> {
        let Spill { folder, memory, sessions, rows } = self;
        let runs = rows.into_parts().map(|part| sort(part, &folder, memory, sessions.as_ref(), 1));
        Merge::new(runs.collect::<io::Result<_>>()?)
    }
}

fn sort(part: Part, folder: &Path, memory: usize, sessions: Option<&Arc<Sessions>>, level: u64) -> io::Result<Run> {
    let size = part.bytes() as usize;
    if size <= memory || level > MOST_LEVELS {
        return Run::write(folder, Grouped::new(part.read_whole()?, sessions)?.map(Ok));
    }
    // Twice as many as needed if all were equal, since they are not.
    let parts = (size / memory.max(1)).saturating_mul(2).clamp(2, MOST_PARTS);
    let mut smaller = Partition::new(folder.to_owned(), level, parts);
    part.spread(&mut smaller)?;
    let runs = smaller.into_parts().map(|part| sort(part, folder, memory, sessions, level + 1));
    Run::write(folder, Merge::new(runs.collect::<io::Result<_>>()?)?)
}
