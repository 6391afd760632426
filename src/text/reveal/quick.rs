//! The quick look: whether a message shows any sign of a disguise.

use std::collections::BTreeSet;

use super::super::stream::Stream;
use super::readings::{Readings, latin};

/// A letter of a syllable.
const LATIN: u8 = 1;
/// The first of the parts of a character.
const FIRST: u8 = 2;
/// The second of them.
const SECOND: u8 = 4;

/// What a message has shown so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Signs(u8);

/// What each character of the Basic Multilingual Plane is a sign of.
#[derive(Debug)]
pub(in super::super) struct QuickLook(Box<[u8]>);

impl QuickLook {
    pub(super) fn new(literals: &[(String, Stream)], readings: &Readings) -> Self {
        let mut signs = vec![0_u8; 0x1_0000].into_boxed_slice();
        let mut mark = |character: char, sign: u8| {
            if let Some(slot) = signs.get_mut(character as usize) {
                *slot |= sign;
            }
        };
        if literals.iter().any(|&(_, loosest)| loosest >= Stream::Pinyin) {
            for character in (0..0x2000).filter_map(char::from_u32).filter(|&character| latin(character).is_some()) {
                mark(character, LATIN);
            }
        }
        let alphabet: BTreeSet<char> = literals.iter().flat_map(|(literal, _)| literal.chars()).collect();
        for (parts, characters) in &readings.parts {
            if characters.chars().any(|character| alphabet.contains(&character)) {
                for (part, sign) in parts.chars().zip([FIRST, SECOND]) {
                    mark(part, sign);
                }
            }
        }
        Self(signs)
    }

    /// Notes what two adjacent letters are signs of.
    #[inline]
    pub(in super::super) fn look(&self, signs: Signs, first: char, second: char) -> Signs {
        let of = |character: char| self.0.get(character as usize).copied().unwrap_or(0);
        let (first, second) = (of(first), of(second));
        Signs(signs.0 | first & LATIN | first & FIRST & second >> 1)
    }
}

impl Signs {
    /// Whether there is anything to look at.
    #[inline]
    pub(in super::super) fn any(self) -> bool {
        self.0 != 0
    }
}
