//! Which conversations were read before, and what they were.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// How many tables there are. A table that grows holds its old and its new block together: of many small ones no growth
/// shows, where one large table of millions of conversations would have a peak far above what it needs.
const TABLES: usize = 256;

/// The first fingerprint of each conversation, by its key: 19 to 39 bytes a conversation.
#[derive(Debug)]
pub(super) struct Seen(Box<[Table]>);

type Table = HashMap<u64, u64, BuildHasherDefault<AlreadyHashed>>;

impl Default for Seen {
    fn default() -> Self {
        Self((0..TABLES).map(|_| Table::default()).collect())
    }
}

impl Seen {
    /// Notes a conversation; the fingerprint that it had when it was read before, which stays the one that is known.
    pub(super) fn insert(&mut self, key: u64, fingerprint: u64) -> Option<u64> {
        // Not the bits by which a table finds its entries.
        let table = (key >> 32) as usize % TABLES;
        match self.0[table].entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => Some(*known.get()),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(fingerprint);
                None
            }
        }
    }
}

/// The keys are hashes already.
#[derive(Debug, Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fingerprint_stays_known() {
        let mut seen = Seen::default();
        for key in 0..10_000_u64 {
            let key = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            assert_eq!(seen.insert(key, 1), None);
            assert_eq!(seen.insert(key, 2), Some(1));
            assert_eq!(seen.insert(key, 1), Some(1));
        }
    }
}
