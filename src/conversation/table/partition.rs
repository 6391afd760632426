//! Packed rows put aside by the hash of their conversation.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

use twox_hash::XxHash3_64;

use super::packed::{PackedRow, damaged, read_row};

/// How many files rows are spread over at most, so that few are open at once.
pub(super) const MOST_PARTS: usize = 64;

/// Files of packed rows; all rows of one conversation are in the same one, in their order. The
/// files have no names, so nothing is left behind however the program ends.
pub(super) struct Partition {
    folder: PathBuf,
    /// Another one for each level, so that what shared a part is spread anew.
    seed: u64,
    parts: Vec<Option<Part>>,
}

/// One file of packed rows.
pub(super) struct Part {
    file: BufWriter<File>,
    bytes: u64,
}

impl Partition {
    pub(super) fn new(folder: PathBuf, seed: u64, parts: usize) -> Partition {
        Partition { folder, seed, parts: std::iter::repeat_with(|| None).take(parts).collect() }
    }

    /// Puts one packed row aside.
    pub(super) fn add(&mut self, row: &[u8]) -> io::Result<()> {
        let key = PackedRow::key(row).ok_or_else(damaged)?;
        let hash = XxHash3_64::oneshot_with_seed(self.seed, key);
        let index = (hash % self.parts.len() as u64) as usize;
        let part = match &mut self.parts[index] {
            Some(part) => part,
            none => none.insert(Part {
                file: BufWriter::with_capacity(1 << 16, tempfile::tempfile_in(&self.folder)?),
                bytes: 0,
            }),
        };
        part.bytes += row.len() as u64;
        part.file.write_all(row)
    }

    pub(super) fn into_parts(self) -> impl Iterator<Item = Part> {
        self.parts.into_iter().flatten()
    }
}

impl Part {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// All of its rows.
    pub(super) fn read_whole(self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.bytes as usize);
        self.rewound()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Spreads its rows over the parts of another partition.
    pub(super) fn spread(self, over: &mut Partition) -> io::Result<()> {
        let mut file = BufReader::with_capacity(1 << 16, self.rewound()?);
        let mut row = Vec::new();
        while read_row(&mut file, &mut row)? {
            over.add(&row)?;
        }
        Ok(())
    }

    fn rewound(self) -> io::Result<File> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(file)
    }
}
