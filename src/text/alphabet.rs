//! Alphabets: the characters that a pattern can match at all.

use regex_syntax::hir::{Class, Hir, HirKind};

/// An alphabet of more characters than this says little.
const WIDE: u32 = 1_000;

/// The characters of which every text is made that a pattern matches from end to end. Most texts show with their first
/// characters that they are none.
#[derive(Debug, Clone)]
pub struct Alphabet {
    /// A bit for each character of the Basic Multilingual Plane.
    plane: Box<[u64]>,
    /// Whether characters beyond it may occur; then any of them is taken to.
    beyond: bool,
}

impl Default for Alphabet {
    fn default() -> Self {
        Self { plane: vec![0; 0x1_0000 / 64].into(), beyond: false }
    }
}

impl Alphabet {
    pub(super) fn of(hir: &Hir) -> Self {
        let mut alphabet = Self::default();
        alphabet.collect(hir);
        alphabet
    }

    /// Adds the characters of a text.
    pub fn add_text(&mut self, text: &str) {
        text.chars().for_each(|character| self.add(character, character));
    }

    /// Adds all characters beyond the Basic Multilingual Plane.
    pub(super) fn add_beyond(&mut self) {
        self.beyond = true;
    }

    /// Adds another alphabet.
    pub fn merge(&mut self, other: &Self) {
        self.beyond |= other.beyond;
        self.plane.iter_mut().zip(&other.plane).for_each(|(word, more)| *word |= more);
    }

    /// Whether it has so many characters that it tells nothing.
    pub fn is_wide(&self) -> bool {
        self.beyond || self.plane.iter().map(|word| word.count_ones()).sum::<u32>() > WIDE
    }

    fn collect(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                self.add_text(&String::from_utf8_lossy(&literal.0));
            }
            HirKind::Class(Class::Unicode(class)) => {
                class.ranges().iter().for_each(|range| self.add(range.start(), range.end()));
            }
            HirKind::Class(Class::Bytes(class)) => {
                class.ranges().iter().for_each(|range| self.add(range.start().into(), range.end().into()));
            }
            HirKind::Repetition(repetition) => self.collect(&repetition.sub),
            HirKind::Capture(capture) => self.collect(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| self.collect(part)),
        }
    }

    pub(super) fn add(&mut self, first: char, last: char) {
        self.beyond |= u32::from(last) > 0xFFFF;
        for code in u32::from(first)..=u32::from(last).min(0xFFFF) {
            self.plane[code as usize / 64] |= 1 << (code % 64);
        }
    }

    /// Whether a text holds one of these characters.
    pub fn has_any(&self, text: &str) -> bool {
        text.chars().any(|character| self.has(character))
    }

    /// Whether it has this character.
    pub fn has(&self, character: char) -> bool {
        let code = character as usize;
        self.plane.get(code / 64).map_or(self.beyond, |word| word >> (code % 64) & 1 == 1)
    }

    /// Whether a text is made of these characters alone.
    pub fn has_all(&self, text: &str) -> bool {
        text.chars().all(|character| self.has(character))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alphabet(pattern: &str) -> Alphabet {
        Alphabet::of(&regex_syntax::parse(pattern).unwrap())
    }

    #[test]
    fn what_a_pattern_can_match_is_in_its_alphabet() {
        let words = alphabet(r"^(?:(?<a>好的?)|[^\p{L}\p{N}?]|[a-c]{2,})+$");
        assert!(words.has_all("好的,abc🙂!"));
        assert!(!words.has_all("好的?"));
        assert!(!words.has_all("好货"));
        assert!(!alphabet("好").has_all("好🙂"));
        assert!(words.is_wide() && !alphabet("[a-c]好的?").is_wide());
    }
}
