//! Lines that were put aside in order, and several such files as one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use super::grouping::NumberedLine;
use super::packed::damaged;

/// Lines in the order of their numbers, in a file that vanishes with it.
pub(super) struct Run {
    file: BufReader<File>,
}

impl Run {
    /// Puts lines aside; they come in the order of their numbers.
    pub(super) fn write(folder: &Path, lines: impl Iterator<Item = io::Result<NumberedLine>>) -> io::Result<Run> {
        let mut file = BufWriter::new(tempfile::tempfile_in(folder)?);
        for line in lines {
            let NumberedLine { number, text, lost_rows } = line?;
            file.write_all(&number.to_le_bytes())?;
            file.write_all(&[u8::from(lost_rows)])?;
            file.write_all(&(text.len() as u64).to_le_bytes())?;
            file.write_all(&text)?;
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Run { file: BufReader::new(file) })
    }

    fn next(&mut self) -> io::Result<Option<NumberedLine>> {
        let mut number = [0; 8];
        match self.file.read(&mut number[..1])? {
            0 => return Ok(None),
            _ => self.file.read_exact(&mut number[1..])?,
        }
        let mut lost_rows = [0];
        self.file.read_exact(&mut lost_rows)?;
        let mut length = [0; 8];
        self.file.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        let mut text = Vec::new();
        (&mut self.file).take(length).read_to_end(&mut text)?;
        if text.len() as u64 != length {
            return Err(damaged());
        }
        Ok(Some(NumberedLine { number: u64::from_le_bytes(number), text, lost_rows: lost_rows != [0] }))
    }
}

/// Several runs as one. No two lines have the same number: each is of another row.
pub(super) struct Merge {
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<(NumberedLine, usize)>>,
}

impl Merge {
    pub(super) fn new(mut runs: Vec<Run>) -> io::Result<Merge> {
        let mut heads = BinaryHeap::new();
        for (index, run) in runs.iter_mut().enumerate() {
            if let Some(line) = run.next()? {
                heads.push(Reverse((line, index)));
            }
        }
        Ok(Merge { runs, heads })
    }
}

impl Iterator for Merge {
    type Item = io::Result<NumberedLine>;

    fn next(&mut self) -> Option<io::Result<NumberedLine>> {
        let Reverse((line, index)) = self.heads.pop()?;
        match self.runs[index].next() {
            Ok(Some(next)) => self.heads.push(Reverse((next, index))),
            Ok(None) => {}
            Err(error) => return Some(Err(error)),
        }
        Some(Ok(line))
    }
}
