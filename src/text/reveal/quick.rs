//! The quick look: whether a message shows any sign of a disguise.

use std::collections::BTreeSet;

use super::super::stream::Stream;
use super::pairs::PairSet;
use super::readings::{RAREST, Readings, latin};

/// A letter of a syllable.
const LATIN: u8 = 1;
/// The first of the parts of a character.
const FIRST: u8 = 2;
/// The second of them.
const SECOND: u8 = 4;
/// From here on stands how rare a character is that may stand in for another.
const RARITY: u32 = 3;

/// Two characters side by side that are together as rare as this, in quarters of a power of ten, may be a disguise.
const RARE_PAIR: u8 = 24;
/// The sign of it.
const STRANGE: u8 = 4;

/// What a message has shown so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Signs(u8);

/// What each character of the Basic Multilingual Plane is a sign of.
#[derive(Debug)]
pub(in super::super) struct QuickLook {
    signs: Box<[u8]>,
    /// The first two parts of the characters of literals.
    parts: PairSet,
}

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
        let mut pairs = PairSet::default();
        let alphabet: BTreeSet<char> = literals.iter().flat_map(|(literal, _)| literal.chars()).collect();
        for (parts, characters) in &readings.parts {
            if characters.chars().any(|character| alphabet.contains(&character)) {
                let mut parts = parts.chars();
                if let (Some(first), Some(second)) = (parts.next(), parts.next()) {
                    mark(first, FIRST);
                    mark(second, SECOND);
                    pairs.insert(first.into(), second.into());
                }
            }
        }
        if literals.iter().any(|&(_, loosest)| loosest >= Stream::LookAlike) && !readings.rarity.is_empty() {
            let known = readings.parts.iter().chain(&readings.syllables);
            let known = known.flat_map(|(_, characters)| characters.chars().map(|character| (character, RAREST)));
            let told = readings.rarity.iter().flat_map(|(rarity, to)| to.chars().map(move |one| (one, *rarity)));
            for (character, rarity) in known.chain(told) {
                if let Some(slot) = signs.get_mut(character as usize) {
                    *slot = *slot & ((1 << RARITY) - 1) | rarity.min(RAREST) << RARITY;
                }
            }
        }
        Self { signs, parts: pairs }
    }

    /// The second look: whether two parts of one character stand side by side in a text.
    pub(super) fn has_parts(&self, text: &str) -> bool {
        let mut before = '\n';
        text.chars().any(|character| {
            let first = std::mem::replace(&mut before, character);
            self.of(first) & FIRST & self.of(character) >> 1 != 0 && self.parts.may_have(first.into(), character.into())
        })
    }

    #[inline]
    fn of(&self, character: char) -> u8 {
        self.signs.get(character as usize).copied().unwrap_or(0)
    }

    /// How rare a character is, in quarters of a power of ten; 0: it stands in for no other.
    #[inline]
    pub(super) fn rarity(&self, character: char) -> u8 {
        self.of(character) >> RARITY
    }

    /// Whether two characters are so rare side by side that one may stand in for another.
    #[inline]
    pub(super) fn is_strange(&self, first: char, second: char) -> bool {
        self.rarity(first) + self.rarity(second) >= RARE_PAIR
    }

    /// Notes what two adjacent letters are signs of.
    #[inline]
    pub(in super::super) fn look(&self, signs: Signs, first: char, second: char) -> Signs {
        let (first, second) = (self.of(first), self.of(second));
        let strange = u8::from((first >> RARITY) + (second >> RARITY) >= RARE_PAIR) * STRANGE;
        Signs(signs.0 | first & LATIN | first & FIRST & second >> 1 | strange)
    }
}

impl Signs {
    /// Signs of everything, so that nothing is passed over.
    #[cfg(test)]
    pub(super) const ALL: Self = Self(LATIN | FIRST | STRANGE);

    /// Whether there is anything to look at.
    #[inline]
    pub(in super::super) fn any(self) -> bool {
        self.0 != 0
    }

    /// Whether there are letters of syllables.
    pub(super) fn latin(self) -> bool {
        self.0 & LATIN != 0
    }

    /// Whether there may be parts of a character.
    pub(super) fn parts(self) -> bool {
        self.0 & FIRST != 0
    }

    /// Whether two characters side by side are rare.
    pub(super) fn strange(self) -> bool {
        self.0 & STRANGE != 0
    }
}
