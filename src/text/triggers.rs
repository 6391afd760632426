//! Which patterns a message may match: those of which every required set of literals has occurred.

use super::span::Span;

/// What was found that triggers patterns.
#[derive(Debug, Default)]
pub(super) struct Triggers {
    /// Literals of first sets, with their pattern.
    pub(super) literals: Vec<(u32, Span)>,
    /// Which sets of each entry have occurred, a bit a set.
    sets: Vec<u8>,
    /// The entries with any.
    touched: Vec<u32>,
}

impl Triggers {
    /// Prepares for the next message.
    pub(super) fn clear(&mut self) {
        self.literals.clear();
        for entry in self.touched.drain(..) {
            self.sets[entry as usize] = 0;
        }
    }

    /// Notes a literal of one of an entry's sets.
    pub(super) fn add(&mut self, entry: u32, set: u8, literal: Span) {
        let at = entry as usize;
        if self.sets.len() <= at {
            self.sets.resize(at + 1, 0);
        }
        if self.sets[at] == 0 {
            self.touched.push(entry);
        }
        self.sets[at] |= 1 << set;
        if set == 0 {
            self.literals.push((entry, literal));
        }
    }

    /// How many sets of an entry have occurred.
    pub(super) fn sets_of(&self, entry: u32) -> usize {
        self.sets.get(entry as usize).map_or(0, |sets| sets.count_ones() as usize)
    }
}
