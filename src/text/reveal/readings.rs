//! What can be written for a character: whole tables, of which each matcher takes what its entries need.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::super::fold::{Fold, FoldRow};

/// Letters of the longest syllable.
const SYLLABLE: usize = 6;

/// How rare the rarest characters are, and those that no table knows, in quarters of a power of ten.
pub(super) const RAREST: u8 = 31;

/// The tables of parts, of syllables and of how rare characters are.
#[derive(Debug, Default)]
pub struct Readings {
    /// Parts in a row and all characters that consist of them.
    pub(super) parts: Vec<(String, String)>,
    /// Syllables of Latin letters and all characters that are read so.
    pub(super) syllables: Vec<(String, String)>,
    /// How rare characters are, in quarters of a power of ten; empty: nobody knows, and none stands in for another.
    pub(super) rarity: Vec<(u8, String)>,
}

impl Readings {
    /// The tables as written: `from` the parts, the syllable or the rarity, `to` the characters.
    pub fn new(fold: &Fold, parts: &[FoldRow], syllables: &[FoldRow], rarity: &[FoldRow]) -> Self {
        // Messages are folded before they are read.
        let folded = |row: &FoldRow| (fold.fold(&row.from), row.to.clone());
        let is_syllable =
            |from: &str| (1..=SYLLABLE).contains(&from.len()) && from.bytes().all(|b| b.is_ascii_lowercase());
        Self {
            parts: parts.iter().map(folded).filter(|(from, _)| from.chars().nth(1).is_some()).collect(),
            syllables: syllables.iter().map(folded).filter(|(from, _)| is_syllable(from)).collect(),
            rarity: rarity.iter().filter_map(|row| Some((row.from.parse().ok()?, row.to.clone()))).collect(),
        }
    }

    /// The tables as text, for the rule-set hash.
    pub fn describe(&self, mut field: impl FnMut(&str)) {
        for (from, to) in self.parts.iter().chain(&self.syllables) {
            field(from);
            field(to);
        }
        for (rarity, characters) in &self.rarity {
            field(&rarity.to_string());
            field(characters);
        }
    }
}

/// A syllable by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Sound(u16);

/// The syllables, found by their letters.
#[derive(Debug, Default)]
pub(super) struct Syllables(HashMap<u64, Sound>);

impl Syllables {
    pub(super) fn new(readings: &Readings) -> Self {
        let numbered = (0..).zip(&readings.syllables);
        Self(numbered.map(|(number, (letters, _))| (packed(letters.bytes()), Sound(number))).collect())
    }

    /// The syllables with which these letters begin, with their lengths.
    pub(super) fn at(&self, letters: &[u8]) -> impl Iterator<Item = (usize, Sound)> {
        let lengths = 1..=letters.len().min(SYLLABLE);
        lengths
            .filter_map(|length| self.0.get(&packed(letters[..length].iter().copied())).map(|&sound| (length, sound)))
    }
}

/// Up to [`SYLLABLE`] letters as one number.
fn packed(letters: impl Iterator<Item = u8>) -> u64 {
    letters.fold(0, |packed, letter| packed << 8 | u64::from(letter))
}

/// The small Latin letter under tone marks, v for ü; `None` for all else.
pub(super) fn latin(character: char) -> Option<u8> {
    if character.is_ascii() {
        return character.is_ascii_lowercase().then_some(character as u8);
    }
    // Tone marks stand on letters of Latin blocks only.
    if u32::from(character) >= 0x1F00 {
        return None;
    }
    let mut decomposed = std::iter::once(character).nfd();
    let base = decomposed.next().filter(char::is_ascii_lowercase)?;
    Some(if decomposed.any(|mark| mark == '\u{308}') { b'v' } else { base as u8 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tone_marks_are_taken_off() {
        let plain: Vec<_> = "aǎǚü1é傻".chars().map(latin).collect();
        assert_eq!(plain, [Some(b'a'), Some(b'a'), Some(b'v'), Some(b'v'), None, Some(b'e'), None]);
    }
}
