//! Files changed at places that a fixed sequence gives, so that a failure can be had again.
#![allow(dead_code, reason = "each test uses some of it")]

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A sequence of numbers that is always the same.
pub(crate) struct Sequence(u64);

impl Sequence {
    pub(crate) fn new() -> Sequence {
        Sequence(0x9E37_79B9_7F4A_7C15)
    }

    /// The next number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

/// Bytes changed, cut off, taken out or said twice.
pub(crate) fn mutated(bytes: &[u8], sequence: &mut Sequence) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=sequence.below(4) {
        let at = sequence.below(bytes.len());
        match sequence.below(8) {
            0..=3 => bytes[at] = u8::try_from(sequence.below(256)).unwrap(),
            4 => bytes.truncate(at.max(1)),
            5 => drop(bytes.drain(at..(at + sequence.below(8)).min(bytes.len()))),
            _ => {
                let piece = bytes[at..(at + sequence.below(40)).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
    bytes
}

/// Bytes of one part of a zip changed and packed again, so that what reads the parts is reached.
pub(crate) fn repacked(bytes: &[u8], sequence: &mut Sequence) -> Vec<u8> {
    let mut old = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let chosen = sequence.below(old.len());
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut part = old.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if index == chosen {
            bytes = match sequence.below(2) {
                0 => mutated(&bytes, sequence),
                _ => remarked(bytes, sequence),
            };
        }
        new.start_file(part.name().unwrap().into_owned(), SimpleFileOptions::default()).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.finish().unwrap().into_inner()
}

/// Bytes changed to some that mean something in XML.
fn remarked(mut bytes: Vec<u8>, sequence: &mut Sequence) -> Vec<u8> {
    for _ in 0..=sequence.below(6) {
        let at = sequence.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte = b"<>\"/09aZ \x00\xFF"[sequence.below(11)];
        }
    }
    bytes
}
