//! A bitmap over pairs of adjacent characters: most places of a text begin no term, and one look tells.

/// Which pairs of characters begin a literal. False positives occur, false negatives never.
#[derive(Debug, Clone)]
pub(super) struct PairFilter {
    bits: Box<[u64]>,
    shift: u32,
    /// First characters of literals of one character; they pass with any successor.
    singles: Vec<char>,
}

/// Bits a pair: keeps chance hits near 1 %, and 1,000 terms within the first-level cache.
const BITS_PER_PAIR: usize = 128;

impl PairFilter {
    /// A filter that passes what begins one of the literals.
    pub(super) fn new<'t>(literals: impl Iterator<Item = &'t str>) -> Self {
        let mut pairs = Vec::new();
        let mut singles = Vec::new();
        for literal in literals {
            let mut chars = literal.chars();
            match (chars.next(), chars.next()) {
                (Some(first), Some(second)) => pairs.push((first, second)),
                (Some(only), None) => singles.push(only),
                (None, _) => {}
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        singles.sort_unstable();
        singles.dedup();
        let size = (pairs.len() * BITS_PER_PAIR).next_power_of_two().clamp(1 << 10, 1 << 24);
        let mut filter = Self {
            bits: vec![0; size / 64].into_boxed_slice(),
            shift: 32 - size.trailing_zeros(),
            singles,
        };
        for (first, second) in pairs {
            let at = filter.place(first, second);
            filter.bits[at / 64] |= 1 << (at % 64);
        }
        filter
    }

    #[inline]
    fn place(&self, first: char, second: char) -> usize {
        // Odd multipliers from the golden ratio and its square: adjacent code points land far apart.
        let mixed = u32::from(first).wrapping_mul(0x9E37_79B1) ^ u32::from(second).wrapping_mul(0x61C8_8647).rotate_left(15);
        (mixed.wrapping_mul(0x85EB_CA6B) >> self.shift) as usize
    }

    /// Whether a literal may begin with these two characters.
    #[inline]
    pub(super) fn passes(&self, first: char, second: char) -> bool {
        let at = self.place(first, second);
        self.bits[at / 64] >> (at % 64) & 1 == 1
    }

    /// Whether some literal is a single character, so that pairs do not tell all.
    #[inline]
    pub(super) fn has_singles(&self) -> bool {
        !self.singles.is_empty()
    }

    /// Whether a literal of one character is this one.
    pub(super) fn is_single(&self, character: char) -> bool {
        self.singles.binary_search(&character).is_ok()
    }
}
