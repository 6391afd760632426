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
    /// Whether some of its rows could be read.
    is_there: bool,
    /// Whether some of its rows could not be read.
    lost_rows: bool,
}

/// A line of the native form, ordered by where it begins.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NumberedLine {
    /// The line of the file on which its first row begins.
    pub(super) number: u64,
    pub(super) text: Vec<u8>,
    /// Whether rows of the conversation could not be read, so that it is not complete.
    pub(super) lost_rows: bool,
}

impl Grouped {
    pub(super) fn new(bytes: Vec<u8>) -> io::Result<Grouped> {
        let mut rows: Vec<RowLink> = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        let mut offset = 0;
        while offset < bytes.len() {
            let row = &bytes[offset..];
            let index = rows.len();
            let is_lost = PackedRow::is_lost(row).ok_or_else(damaged)?;
            let group = match known.entry(PackedRow::key(row).ok_or_else(damaged)?) {
                Entry::Occupied(group) => {
                    let group = &mut groups[*group.get()];
                    rows[group.last].next = Some(index);
                    group.last = index;
                    group
                }
                Entry::Vacant(group) => {
                    let at = *group.insert(groups.len());
                    groups.push(Group { first: index, last: index, is_there: false, lost_rows: false });
                    &mut groups[at]
                }
            };
            group.is_there |= !is_lost;
            group.lost_rows |= is_lost;
            rows.push(RowLink { offset, next: None });
            offset += PackedRow::length(row).ok_or_else(damaged)?;
        }
        drop(known);
        // Where every row was bad there is no conversation.
        groups.retain(|group| group.is_there);
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
        Some(NumberedLine { number: self.row(first)?.line, text: line, lost_rows: group.lost_rows })
    }
}
