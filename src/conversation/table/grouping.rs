//! Packed rows in memory, grouped into conversations.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;

use super::assemble::assemble;
use super::packed::{PackedRow, damaged};

/// The conversations of some packed rows, in the order of their first rows.
pub(super) struct Grouped {
    bytes: Vec<u8>,
    rows: Vec<RowLink>,
    groups: std::vec::IntoIter<Group>,
}

struct RowLink {
    offset: usize,
    next: Option<usize>,
}

struct Group {
    first: usize,
    last: usize,
}

/// A line of the native form, and the line of the file on which its first row begins.
pub(super) type NumberedLine = (u64, Vec<u8>);

impl Grouped {
    pub(super) fn new(bytes: Vec<u8>) -> io::Result<Grouped> {
        let mut rows: Vec<RowLink> = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        let mut offset = 0;
        while offset < bytes.len() {
            let row = &bytes[offset..];
            let index = rows.len();
            match known.entry(PackedRow::key(row).ok_or_else(damaged)?) {
                Entry::Occupied(group) => {
                    let group = &mut groups[*group.get()];
                    rows[group.last].next = Some(index);
                    group.last = index;
                }
                Entry::Vacant(group) => {
                    group.insert(groups.len());
                    groups.push(Group { first: index, last: index });
                }
            }
            rows.push(RowLink { offset, next: None });
            offset += PackedRow::length(row).ok_or_else(damaged)?;
        }
        drop(known);
        Ok(Grouped { bytes, rows, groups: groups.into_iter() })
    }

    fn row(&self, link: &RowLink) -> Option<PackedRow<'_>> {
        PackedRow::unpack(self.bytes.get(link.offset..)?)
    }
}

impl Iterator for Grouped {
    type Item = NumberedLine;

    fn next(&mut self) -> Option<NumberedLine> {
        let group = self.groups.next()?;
        let first = &self.rows[group.first];
        let links = std::iter::successors(Some(first), |link| Some(&self.rows[link.next?]));
        let mut line = Vec::new();
        assemble(links.filter_map(|link| self.row(link)), &mut line);
        Some((self.row(first)?.line, line))
    }
}
