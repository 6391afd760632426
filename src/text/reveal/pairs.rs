//! A set of pairs of numbers.

/// Bytes of the set: with fifty thousand pairs one in twenty that are not in it is taken for one.
const SIZE: usize = 1 << 17;

/// Pairs of numbers; sometimes claims to have one that it has not, never the other way.
#[derive(Debug, Clone)]
pub(super) struct PairSet(Box<[u8]>);

impl Default for PairSet {
    fn default() -> Self {
        Self(vec![0; SIZE].into())
    }
}

impl PairSet {
    fn place(first: u32, second: u32) -> (usize, u32) {
        let pair = u64::from(first) << 32 | u64::from(second);
        // The golden ratio: the upper bits of the product depend on all bits of the pair.
        let mixed = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed >> (64 - SIZE.trailing_zeros())) as usize, (mixed >> 32) as u32 & 7)
    }

    pub(super) fn insert(&mut self, first: u32, second: u32) {
        let (byte, bit) = Self::place(first, second);
        self.0[byte] |= 1 << bit;
    }

    pub(super) fn may_have(&self, first: u32, second: u32) -> bool {
        let (byte, bit) = Self::place(first, second);
        self.0[byte] >> bit & 1 == 1
    }
}
