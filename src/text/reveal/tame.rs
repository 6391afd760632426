//! Pairs of characters that were seen to be no disguise.
//!
//! Half of the pairs of everyday language are rare enough to be looked at, and the same few thousand come again and again.
//! Whether a pair can be a disguise depends on nothing but the pair, so the answer is kept.

use std::sync::atomic::{AtomicU64, Ordering};

/// Pairs that are kept at most; one takes the place of another. The second-level cache holds them.
const SLOTS: usize = 1 << 15;

/// Pairs that cannot be a disguise, as far as they are remembered. Threads share it: a slot is whole or it is another pair's.
#[derive(Debug)]
pub(super) struct TamePairs(Box<[AtomicU64]>);

impl Default for TamePairs {
    fn default() -> Self {
        Self((0..SLOTS).map(|_| AtomicU64::new(0)).collect())
    }
}

impl TamePairs {
    /// Whether a pair is remembered as tame; false tells nothing.
    #[inline]
    pub(super) fn has(&self, first: char, second: char) -> bool {
        let key = key(first, second);
        self.slot(key).load(Ordering::Relaxed) == key
    }

    /// Remembers a pair as tame.
    pub(super) fn remember(&self, first: char, second: char) {
        let key = key(first, second);
        self.slot(key).store(key, Ordering::Relaxed);
    }

    #[inline]
    fn slot(&self, key: u64) -> &AtomicU64 {
        // The golden ratio: the upper bits of the product depend on all bits of the key.
        &self.0[(key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % SLOTS]
    }
}

/// Never 0, which stands in an empty slot.
fn key(first: char, second: char) -> u64 {
    (u64::from(first) << 21 | u64::from(second)) + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_is_tame_that_was_not_said_to_be(
            said in proptest::collection::btree_set((any::<char>(), any::<char>()), 0..200),
            asked in proptest::collection::vec((any::<char>(), any::<char>()), 0..200),
        ) {
            let tame = TamePairs::default();
            prop_assert!(!tame.has('\0', '\0'));
            for &(first, second) in &said {
                tame.remember(first, second);
                prop_assert!(tame.has(first, second));
            }
            for pair in asked {
                prop_assert!(!tame.has(pair.0, pair.1) || said.contains(&pair));
            }
        }
    }
}
