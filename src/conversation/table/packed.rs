//! A row as it is kept until its conversation is complete: in memory, or in a file set aside.
//!
//! Layout: the length of what follows (4 bytes), the line (8 bytes), its time (8 bytes), who speaks or
//! that the row is lost (1 byte), then the texts, each behind its length: the fields of the conversation, and the
//! message's JSON in two halves, between which its agent may be put.

use std::io::{self, Read};

use crate::conversation::Millis;

use super::column::Column;

const LENGTH: usize = 4;
const FIXED: usize = 17;
/// Stands for no time.
const TIMELESS: Millis = Millis::MIN;
const BY_AGENT: u8 = 1;
const LOST: u8 = 2;

/// A row as it is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct PackedRow<'a> {
    /// The line on which it begins.
    pub(super) line: u64,
    /// When it was written, where conversations are made of times.
    pub(super) at: Option<Millis>,
    /// Whether an agent speaks.
    pub(super) by_agent: bool,
    /// Whether it could not be read: all that is known is its conversation.
    pub(super) is_lost: bool,
    /// The fields of the conversation, empty where there is none.
    pub(super) conversation: [&'a [u8]; Column::OF_CONVERSATION],
    /// The beginning of the message's JSON, up to its kind.
    pub(super) head: &'a [u8],
    /// The rest of it, from its time on.
    pub(super) tail: &'a [u8],
}

impl<'a> PackedRow<'a> {
    /// Appends the packed row.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&[0; LENGTH]);
        out.extend_from_slice(&self.line.to_le_bytes());
        out.extend_from_slice(&self.at.unwrap_or(TIMELESS).to_le_bytes());
        out.push(u8::from(self.by_agent) * BY_AGENT + u8::from(self.is_lost) * LOST);
        for text in self.conversation.iter().chain([&self.head, &self.tail]) {
            pack_text(text, out);
        }
        let length = (out.len() - start - LENGTH) as u32;
        out[start..start + LENGTH].copy_from_slice(&length.to_le_bytes());
    }

    /// How many bytes the packed row at the start of `bytes` takes.
    pub(super) fn length(bytes: &[u8]) -> Option<usize> {
        let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
        let length = u32::from_le_bytes(*length) as usize;
        (length <= rest.len()).then_some(LENGTH + length)
    }

    /// Reads the row at the start of `bytes`.
    pub(super) fn unpack(bytes: &'a [u8]) -> Option<PackedRow<'a>> {
        let row = bytes.get(LENGTH..PackedRow::length(bytes)?)?;
        let (line, rest) = row.split_first_chunk::<8>()?;
        let (at, rest) = rest.split_first_chunk::<8>()?;
        let (flags, mut rest) = rest.split_first()?;
        let mut conversation: [&[u8]; _] = [b""; Column::OF_CONVERSATION];
        for text in &mut conversation {
            *text = take_text(&mut rest)?;
        }
        Some(PackedRow {
            line: u64::from_le_bytes(*line),
            at: Some(Millis::from_le_bytes(*at)).filter(|at| *at != TIMELESS),
            by_agent: flags & BY_AGENT != 0,
            is_lost: flags & LOST != 0,
            conversation,
            head: take_text(&mut rest)?,
            tail: take_text(&mut rest)?,
        })
    }

    /// The line on which the packed row at the start of `bytes` begins.
    pub(super) fn number(bytes: &[u8]) -> Option<u64> {
        bytes.get(LENGTH..)?.first_chunk().map(|line| u64::from_le_bytes(*line))
    }

    /// Whether the packed row at the start of `bytes` is a lost one.
    pub(super) fn is_lost(bytes: &[u8]) -> Option<bool> {
        Some(bytes.get(LENGTH + FIXED - 1)? & LOST != 0)
    }

    /// The bytes that source and id take in the packed row at the start of `bytes`: equal for all
    /// rows of one conversation.
    pub(super) fn key(bytes: &'a [u8]) -> Option<&'a [u8]> {
        let texts = bytes.get(LENGTH + FIXED..)?;
        let mut rest = texts;
        take_text(&mut rest)?;
        take_text(&mut rest)?;
        texts.get(..texts.len() - rest.len())
    }
}

/// What is left of a file of rows that is damaged.
pub(super) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a temporary file was changed")
}

/// Reads the next packed row of a file into `row`; says whether there was one.
pub(super) fn read_row(file: &mut impl Read, row: &mut Vec<u8>) -> io::Result<bool> {
    let mut length = [0; LENGTH];
    match file.read(&mut length[..1])? {
        0 => return Ok(false),
        _ => file.read_exact(&mut length[1..])?,
    }
    row.clear();
    row.extend_from_slice(&length);
    let length = u64::from(u32::from_le_bytes(length));
    let read = file.take(length).read_to_end(row)?;
    if read as u64 == length { Ok(true) } else { Err(damaged()) }
}

/// A length in groups of seven bits, the lowest first: one byte for most texts.
fn pack_text(text: &[u8], out: &mut Vec<u8>) {
    let mut length = text.len();
    while length >= 0x80 {
        out.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(text);
}

fn take_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut length = 0;
    let mut shift = 0;
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        length |= usize::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive_packing_and_damage_is_seen() {
        let long = "长".repeat(100_000);
        let mut conversation: [&[u8]; _] = [b""; Column::OF_CONVERSATION];
        conversation[0] = b"c1";
        conversation[1] = long.as_bytes();
        let row =
            PackedRow { line: 7, at: Some(-3), by_agent: true, is_lost: false, conversation, head: b"{", tail: b"}" };
        let mut bytes = Vec::new();
        row.pack(&mut bytes);
        row.pack(&mut bytes);
        let length = PackedRow::length(&bytes).unwrap();
        let read = PackedRow::unpack(&bytes).unwrap();
        assert_eq!(length * 2, bytes.len());
        assert_eq!(
            (read.line, read.at, read.by_agent, read.head, read.tail),
            (7, Some(-3), true, &b"{"[..], &b"}"[..])
        );
        assert_eq!(read.conversation, conversation);
        assert_eq!(PackedRow::key(&bytes), PackedRow::key(&bytes[length..]));
        for end in 0..length {
            assert!(PackedRow::unpack(&bytes[..end]).is_none());
        }
        let mut file = &bytes[..length + 9];
        let mut one = Vec::new();
        assert!(read_row(&mut file, &mut one).unwrap());
        assert_eq!(one, bytes[..length]);
        assert!(read_row(&mut file, &mut one).is_err());
        let mut lost = Vec::new();
        PackedRow { at: None, by_agent: false, is_lost: true, ..row }.pack(&mut lost);
        let read = PackedRow::unpack(&lost).unwrap();
        assert!(read.is_lost && !read.by_agent && read.at.is_none());
        assert_eq!((PackedRow::is_lost(&lost), PackedRow::is_lost(&bytes)), (Some(true), Some(false)));
        assert_eq!(PackedRow::key(&lost), PackedRow::key(&bytes));
    }
}
