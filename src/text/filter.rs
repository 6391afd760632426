//! A bitmap over pairs of adjacent characters: most places of a text begin no term, and one look tells.

/// Which pairs of characters begin a literal. False positives occur, false negatives never.
#[derive(Debug, Clone)]
pub(super) struct PairFilter {
    bits: Box<[u64]>,
    shift: u32,
    /// Literals of one character; they pass with any successor.
    singles: Vec<char>,
    /// The low bits of those characters, so that most others need no search.
    single_bits: [u64; 4],
}

/// Bits a pair: chance hits stay below 3 % and cost a look into a table, while the bitmap of 1,000 terms and of their
/// patterns stays within the first-level cache.
const BITS_PER_PAIR: usize = 32;

/// A few terms get this many bits all the same: what passes by chance costs more than 8 KiB.
const SMALLEST: usize = 1 << 16;

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
        let size = (pairs.len() * BITS_PER_PAIR).next_power_of_two().clamp(SMALLEST, 1 << 24);
        let mut single_bits = [0; 4];
        for &single in &singles {
            single_bits[single as usize >> 6 & 3] |= 1 << (single as u32 & 63);
        }
        let mut filter = Self {
            single_bits,
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
        let mixed =
            u32::from(first).wrapping_mul(0x9E37_79B1) ^ u32::from(second).wrapping_mul(0x61C8_8647).rotate_left(15);
        (mixed.wrapping_mul(0x85EB_CA6B) >> self.shift) as usize
    }

    /// Whether a literal may begin with these two characters.
    #[inline]
    pub(super) fn passes(&self, first: char, second: char) -> bool {
        let at = self.place(first, second);
        self.bits[at / 64] >> (at % 64) & 1 == 1
    }

    /// Whether a literal may begin at the first of these two characters, be it of that one alone.
    #[inline]
    pub(super) fn may_begin(&self, first: char, second: char) -> bool {
        self.passes(first, second) || self.is_single(first)
    }

    /// Whether some literal is a single character, so that pairs do not tell all.
    #[inline]
    pub(super) fn has_singles(&self) -> bool {
        !self.singles.is_empty()
    }

    /// Whether a literal of one character is this one.
    #[inline]
    pub(super) fn is_single(&self, character: char) -> bool {
        self.single_bits[character as usize >> 6 & 3] >> (character as u32 & 63) & 1 == 1
            && self.singles.binary_search(&character).is_ok()
    }
}
