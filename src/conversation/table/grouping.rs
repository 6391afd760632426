//! Packed rows in memory, grouped into conversations.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::sync::Arc;

use super::assemble::assemble;
use super::column::Column;
use super::packed::{PackedRow, damaged};
use super::sessions::Sessions;

/// The conversations of some packed rows, in the order of their first rows.
pub(super) struct Grouped {
    bytes: Vec<u8>,
    sessions: Option<Arc<Sessions>>,
    rows: Vec<RowLink>,
    groups: std::vec::IntoIter<Group>,
}

struct RowLink {
    offset: usize,
    next: Option<usize>,
}

struct Group {
    /// The first one of the file, which need not be the one that was written first.
    number: u64,
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
    /// `sessions`: how rows of one key are parted; `None`: they are one conversation.
    pub(super) fn new(bytes: Vec<u8>, sessions: Option<&Arc<Sessions>>) -> io::Result<Grouped> {
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
                    let number = PackedRow::number(row).ok_or_else(damaged)?;
                    groups.push(Group { number, first: index, last: index, is_there: false, lost_rows: false });
                    &mut groups[at]
                }
            };
            group.is_there |= !is_lost;
            group.lost_rows |= is_lost;
            rows.push(RowLink { offset, next: None });
            offset += PackedRow::length(row).ok_or_else(damaged)?;
        }
        drop(known);
        if let Some(sessions) = sessions {
            groups = part(&bytes, &mut rows, &groups, sessions).ok_or_else(damaged)?;
        }
        // Where every row was bad there is no conversation.
        groups.retain(|group| group.is_there);
        Ok(Grouped { bytes, sessions: sessions.cloned(), rows, groups: groups.into_iter() })
    }

    fn row(&self, link: &RowLink) -> Option<PackedRow<'_>> {
        PackedRow::unpack(self.bytes.get(link.offset..)?)
    }
}

/// The groups parted by times, linked anew, in the order of their first rows in the file. `None`: damaged rows.
fn part(bytes: &[u8], rows: &mut [RowLink], groups: &[Group], sessions: &Sessions) -> Option<Vec<Group>> {
    let mut parted = Vec::new();
    for group in groups {
        let mut indices = vec![group.first];
        while let Some(next) = indices.last().and_then(|last| rows[*last].next) {
            indices.push(next);
        }
        let mut read = Vec::with_capacity(indices.len());
        for index in &indices {
            let row = PackedRow::unpack(bytes.get(rows[*index].offset..)?)?;
            read.push((row.at, row.line, row.is_lost));
        }
        let times: Vec<_> = read.iter().map(|(at, ..)| *at).collect();
        for part in sessions.parted(&times) {
            for pair in part.windows(2) {
                rows[indices[pair[0]]].next = Some(indices[pair[1]]);
            }
            let (first, last) = (indices[*part.first()?], indices[*part.last()?]);
            rows[last].next = None;
            parted.push(Group {
                number: part.iter().map(|at| read[*at].1).min()?,
                first,
                last,
                is_there: part.iter().any(|at| !read[*at].2),
                lost_rows: part.iter().any(|at| read[*at].2),
            });
        }
    }
    parted.sort_unstable_by_key(|group| group.number);
    Some(parted)
}

impl Iterator for Grouped {
    type Item = NumberedLine;

    fn next(&mut self) -> Option<NumberedLine> {
        let group = self.groups.next()?;
        let first = &self.rows[group.first];
        let links = std::iter::successors(Some(first), |link| Some(&self.rows[link.next?]));
        let mut line = Vec::new();
        let rows = links.filter_map(|link| self.row(link));
        let id = self.sessions.as_ref().and_then(|sessions| {
            let key = self.row(first)?.conversation[Column::Id.index()];
            Some(sessions.id(&String::from_utf8_lossy(key), rows.clone().find_map(|row| row.at)))
        });
        assemble(rows, id.as_deref(), &mut line);
        Some(NumberedLine { number: group.number, text: line, lost_rows: group.lost_rows })
    }
}
