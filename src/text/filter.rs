//! Bitmaps over adjacent characters: most places of a text begin no literal, and one look tells.

use super::fold::Letter;

/// Which characters begin a literal. False positives occur, false negatives never. `SIZE`: bytes of each bitmap, a power
/// of two.
#[derive(Debug, Clone)]
pub(super) struct StartFilter<const SIZE: usize> {
    /// The first two characters of the literals.
    pairs: Bits<SIZE>,
    /// Their first three, or their two and [`Letter::NONE`]: asked where a pair passes.
    triples: Bits<SIZE>,
    /// Literals of one character; they pass with any successor.
    singles: Vec<char>,
    /// Those of the Basic Multilingual Plane, a bit a character; empty where there are none.
    single_bits: Box<[u64]>,
}

/// A set of numbers that sometimes claims to have one that it has not: with 1,000 terms and what their patterns require,
/// at one number in a hundred.
#[derive(Debug, Clone)]
struct Bits<const SIZE: usize>(Box<[u8; SIZE]>);

impl<const SIZE: usize> Bits<SIZE> {
    fn new(keys: &[u64]) -> Self {
        let mut bits = Self(Box::new([0; SIZE]));
        for &key in keys {
            let (byte, bit) = Self::place(key);
            bits.0[byte] |= 1 << bit;
        }
        bits
    }

    /// The byte, which is below `SIZE`, and the bit in it.
    #[inline]
    fn place(key: u64) -> (usize, u32) {
        // The golden ratio: the upper bits of the product depend on all bits of the key.
        let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let byte = mixed >> (64 - SIZE.trailing_zeros());
        (byte as usize, (mixed >> 32) as u32 & 7)
    }

    #[inline]
    fn has(&self, key: u64) -> bool {
        let (byte, bit) = Self::place(key);
        self.0[byte] >> bit & 1 == 1
    }
}

/// Two characters as one number; 21 bits hold any character.
#[inline]
fn pair(first: char, second: char) -> u64 {
    u64::from(first) << 21 | u64::from(second)
}

#[inline]
fn triple(first: char, second: char, third: char) -> u64 {
    pair(first, second) << 21 | u64::from(third)
}

impl<const SIZE: usize> StartFilter<SIZE> {
    /// A filter that passes what begins one of the literals.
    pub(super) fn new<'t>(literals: impl Iterator<Item = &'t str>) -> Self {
        let (mut pairs, mut triples, mut singles) = (Vec::new(), Vec::new(), Vec::new());
        for literal in literals {
            let mut chars = literal.chars();
            match (chars.next(), chars.next()) {
                (Some(first), Some(second)) => {
                    pairs.push(pair(first, second));
                    triples.push(triple(first, second, chars.next().unwrap_or(Letter::NONE)));
                }
                (Some(only), None) => singles.push(only),
                (None, _) => {}
            }
        }
        singles.sort_unstable();
        singles.dedup();
        let mut single_bits = vec![0; if singles.is_empty() { 0 } else { 0x1_0000 / 64 }];
        for &single in &singles {
            if let Some(word) = single_bits.get_mut(single as usize / 64) {
                *word |= 1 << (single as usize % 64);
            }
        }
        Self { pairs: Bits::new(&pairs), triples: Bits::new(&triples), singles, single_bits: single_bits.into() }
    }

    /// Whether a literal may begin with these two characters, or with the first one alone.
    #[inline]
    pub(super) fn may_begin(&self, first: char, second: char) -> bool {
        self.passes(first, second) | self.may_be_single(first)
    }

    /// Whether a literal of two and more characters may begin with these two.
    #[inline]
    pub(super) fn passes(&self, first: char, second: char) -> bool {
        self.pairs.has(pair(first, second))
    }

    /// The second look, for what passed the first: whether a literal may begin with these three characters, with two
    /// of them, or is the first one.
    #[inline]
    pub(super) fn begins(&self, first: char, second: char, third: char) -> bool {
        self.triples.has(triple(first, second, third))
            || self.triples.has(triple(first, second, Letter::NONE))
            || self.is_single(first)
    }

    /// Shows where a literal may begin; see [`super::fold::Fold::fold_into`] for the blocks of letters. `passing` is
    /// scratch.
    #[inline]
    pub(super) fn scan(&self, letters: &[Letter], passing: &mut Vec<u16>, mut show: impl FnMut(u32)) {
        if passing.len() < letters.len() {
            passing.resize(letters.len(), 0);
        }
        let mut count = 0;
        // Without a branch on what was found: one place in ten passes, and nobody could foretell which.
        for (at, next) in (0..).zip(letters.windows(Letter::AHEAD + 1)) {
            passing[count] = at;
            count += usize::from(self.may_begin(next[0].character, next[1].character));
        }
        for &at in &passing[..count] {
            let [first, second, third] = [0, 1, 2].map(|ahead| letters[usize::from(at) + ahead]);
            if self.begins(first.character, second.character, third.character) {
                show(first.at);
            }
        }
    }

    /// Whether some literal is a single character, so that pairs do not tell all.
    #[inline]
    pub(super) fn has_singles(&self) -> bool {
        !self.singles.is_empty()
    }

    #[inline]
    fn may_be_single(&self, character: char) -> bool {
        let code = character as usize;
        match self.single_bits.get(code / 64) {
            Some(word) => word >> (code % 64) & 1 == 1,
            None => code >= 0x1_0000 && self.has_singles(),
        }
    }

    /// Whether a literal of one character is this one.
    #[inline]
    pub(super) fn is_single(&self, character: char) -> bool {
        self.may_be_single(character) && self.singles.binary_search(&character).is_ok()
    }
}
