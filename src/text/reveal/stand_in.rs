//! Literals with characters in them that stand in for others: those that look like them, or sound like them.
//!
//! Nearly everything sounds like something. So what is read must be next to impossible by chance: its characters are rare side
//! by side, the more so the more characters look like theirs, and those that stand in are part of no word and of no literal as it
//! is written.

use std::collections::HashSet;

use super::super::stream::Stream;
use super::kinship::{Kinship, Trait};
use super::pairs::PairSet;
use super::quick::QuickLook;
use super::readings::Readings;
use super::search::{Piece, Reading};
use super::tame::TamePairs;

/// Longer literals are not looked for: nobody replaces a character of a sentence.
const LONGEST: usize = 8;
/// How unlikely a literal must be as it is written.
#[derive(Debug, Clone, Copy)]
struct Bar {
    /// All its characters together must be as rare as this, in quarters of a power of ten, less what each that looks like its
    /// own shares with others.
    partly: u32,
    /// The same where not one character stands for itself.
    wholly: u32,
}

/// Where all that stand in look like their own.
const ALIKE: Bar = Bar { partly: 22, wholly: 30 };
/// Where some only sound like theirs.
const SOUNDING: Bar = Bar { partly: 28, wholly: 32 };
/// Two characters that both stand in for others are looked at if they are as rare as this together.
const BOTH: u8 = 30;

/// Words of jieba's dictionary that are longer do not matter.
const WORD: usize = 4;

/// A pair of adjacent characters of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    literal: u32,
    at: u8,
}

/// What a pair of characters is looked up by.
type PairKey = (Trait, Trait);

/// Places of literals by what their pairs have in common with others. There are a million, and few are ever looked up: so they
/// are dealt out to buckets, which takes no comparison, and a bucket is gone through when it is asked.
#[derive(Debug)]
struct Places {
    rows: Box<[(PairKey, Place)]>,
    /// Where the rows of each bucket begin, and after the last one where it ends.
    starts: Box<[u32]>,
}

impl Places {
    const BUCKETS: usize = 1 << 17;

    /// `show_all` shows all rows, the same each time.
    fn new(show_all: impl Fn(&mut dyn FnMut(PairKey, Place))) -> Self {
        let mut ends = vec![0_u32; Self::BUCKETS + 1];
        show_all(&mut |key, _| ends[Self::bucket(key) + 1] += 1);
        for bucket in 0..Self::BUCKETS {
            ends[bucket + 1] += ends[bucket];
        }
        let starts = ends.clone().into();
        let unset = ((Trait::itself('\0'), Trait::itself('\0')), Place { literal: 0, at: 0 });
        let mut rows = vec![unset; ends[Self::BUCKETS] as usize];
        // Each bucket's start moves on to its end.
        show_all(&mut |key, place| {
            let end = &mut ends[Self::bucket(key)];
            rows[*end as usize] = (key, place);
            *end += 1;
        });
        Self { rows: rows.into(), starts }
    }

    fn of(&self, key: PairKey) -> impl Iterator<Item = Place> {
        let bucket = Self::bucket(key);
        let rows = &self.rows[self.starts[bucket] as usize..self.starts[bucket + 1] as usize];
        rows.iter().filter(move |(of, _)| *of == key).map(|&(_, place)| place)
    }

    fn bucket((first, second): PairKey) -> usize {
        // The golden ratio: the upper bits of the product depend on all bits of the key.
        let key = u64::from(first.0) << 32 | u64::from(second.0);
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % Self::BUCKETS
    }
}

/// The literals that are looked for so, by what their pairs of characters have in common with others.
#[derive(Debug)]
pub(super) struct StandIns {
    kinship: Kinship,
    literals: Vec<(Box<[char]>, Stream)>,
    /// The loosest stream of all of them.
    loosest: Stream,
    /// The keys of `places`, most of which can be told missing without looking.
    pairs: PairSet,
    places: Places,
    /// Two adjacent characters of literals: where they are written they stand for themselves.
    plain: HashSet<(char, char)>,
    tame: TamePairs,
}

impl StandIns {
    /// The literals, each with the loosest stream in which it is looked for.
    pub(super) fn new<'l>(literals: impl Iterator<Item = (&'l str, Stream)>, readings: &Readings) -> Self {
        let kinship = Kinship::new(readings);
        let literals = literals.filter(|&(_, loosest)| loosest >= Stream::LookAlike);
        let literals = literals.map(|(literal, loosest)| (literal.chars().collect::<Box<[char]>>(), loosest));
        let literals: Vec<_> = literals.filter(|(literal, _)| literal.len() <= LONGEST).collect();
        let plain =
            literals.iter().flat_map(|(literal, _)| literal.windows(2)).map(|pair| (pair[0], pair[1])).collect();
        let mut pairs = PairSet::default();
        let places = Places::new(|show| {
            for (index, (literal, loosest)) in (0..).zip(&literals) {
                for (at, pair) in (0..).zip(literal.windows(2)) {
                    keys(&kinship, pair[0], pair[1], *loosest, true, |first, second| {
                        show((first, second), Place { literal: index, at });
                    });
                }
            }
        });
        for &((first, second), _) in &places.rows {
            pairs.insert(first.0, second.0);
        }
        let loosest = literals.iter().map(|&(_, loosest)| loosest).max().unwrap_or_default();
        Self { kinship, literals, loosest, pairs, places, plain, tame: TamePairs::default() }
    }

    /// Shows the places of the literals that two adjacent characters can be if one stands in for another; some more than once.
    fn places(&self, quick: &QuickLook, first: char, second: char, mut show: impl FnMut(Place)) {
        let rarity = quick.rarity(first) + quick.rarity(second);
        keys(&self.kinship, first, second, self.loosest, rarity >= BOTH, |one, other| {
            if self.pairs.may_have(one.0, other.0) {
                self.places.of((one, other)).for_each(&mut show);
            }
        });
    }

    /// The literals that may begin at a place, as two adjacent characters tell. A pair that is a word or of a literal tells
    /// nothing: both stand for themselves.
    fn candidates(&self, quick: &QuickLook, text: &str, is_word: impl Fn(&str) -> bool) -> Vec<(usize, u32)> {
        let mut candidates = Vec::new();
        let mut before = '\n';
        for (at, character) in text.chars().enumerate() {
            let first = std::mem::replace(&mut before, character);
            if !quick.is_strange(first, character) || self.tame.has(first, character) {
                continue;
            }
            let so_far = candidates.len();
            let mut stands_for_others = false;
            if !self.plain.contains(&(first, character)) {
                self.places(quick, first, character, |place| {
                    stands_for_others = true;
                    // The pair begins one character back.
                    candidates.extend(at.checked_sub(usize::from(place.at) + 1).map(|start| (start, place.literal)));
                });
            }
            if !stands_for_others || is_word(&String::from_iter([first, character])) {
                candidates.truncate(so_far);
                self.tame.remember(first, character);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    /// All literals that stand in a text so, ordered by where they begin.
    pub(super) fn all(&self, quick: &QuickLook, text: &str, is_word: impl Fn(&str) -> bool) -> Vec<Piece> {
        let candidates = self.candidates(quick, text, &is_word);
        if candidates.is_empty() {
            return Vec::new();
        }
        let text: Vec<char> = text.chars().collect();
        let is_free = |reading: &Reading| reading.stream == Stream::Folded || !in_word(&text, reading.start, &is_word);
        let pieces = candidates.into_iter().filter_map(|(start, literal)| self.read(quick, &text, start, literal));
        pieces.filter(|piece| piece.iter().all(is_free)).collect()
    }

    /// A literal read out of the characters from `start` on, which are too rare to be there by chance.
    fn read(&self, quick: &QuickLook, text: &[char], start: usize, literal: u32) -> Option<Piece> {
        let (literal, loosest) = &self.literals[literal as usize];
        let written = text.get(start..start + literal.len())?;
        let mut piece = Piece::with_capacity(literal.len());
        let (mut rarity, mut shared) = (0, 0);
        for ((at, &written), &character) in (start..).zip(written).zip(literal) {
            rarity += u32::from(quick.rarity(written));
            let stream = if written == character {
                Stream::Folded
            } else if let Some(others) = self.kinship.look_alike(written, character) {
                shared += others;
                Stream::LookAlike
            } else if *loosest >= Stream::Homophone && self.kinship.sound_alike(written, character) {
                Stream::Homophone
            } else {
                return None;
            };
            piece.push(Reading { start: at, end: at + 1, character, stream });
        }
        if piece.iter().all(|reading| reading.stream == Stream::Folded) {
            return None;
        }
        let any = |stream| piece.iter().any(|reading| reading.stream == stream);
        let bar = if any(Stream::Homophone) { SOUNDING } else { ALIKE };
        let least = if any(Stream::Folded) { bar.partly } else { bar.wholly };
        (rarity >= least + shared).then_some(piece)
    }
}

/// Shows what two adjacent characters of a literal are looked up by if one stands in for another, or both do.
fn keys(kinship: &Kinship, first: char, second: char, loosest: Stream, both: bool, mut show: impl FnMut(Trait, Trait)) {
    let seconds = kinship.shared(second, loosest);
    seconds.clone().for_each(|second| show(Trait::itself(first), second));
    for one in kinship.shared(first, loosest) {
        show(one, Trait::itself(second));
        if both {
            seconds.clone().for_each(|second| show(one, second));
        }
    }
}

/// Whether a character is part of a word where it stands.
fn in_word(text: &[char], at: usize, is_word: impl Fn(&str) -> bool) -> bool {
    let starts = at.saturating_sub(WORD - 1)..=at;
    starts.into_iter().any(|start| {
        let ends = (at + 1).max(start + 2)..=text.len().min(start + WORD);
        ends.into_iter().any(|end| is_word(&text[start..end].iter().collect::<String>()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read out of a text, how, and where it begins.
    fn found(literals: &[(&str, Stream)], text: &str) -> Vec<(usize, String, Stream)> {
        let row = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let parts = vec![row("口马", "吗"), row("女马", "妈"), row("犭马", "犸"), row("木馬", "榪"), row("亻叟", "傻")];
        let syllables = vec![row("ma", "吗妈马犸"), row("ni", "你尼妮"), row("sha", "傻沙煞")];
        let rarity = vec![(5, "你吗说的".to_owned()), (16, "妈马傻".to_owned())];
        let readings = Readings { parts, syllables, rarity };
        let owned: Vec<_> = literals.iter().map(|&(literal, stream)| (literal.to_owned(), stream)).collect();
        let quick = QuickLook::new(&owned, &readings);
        let stand_ins = StandIns::new(literals.iter().copied(), &readings);
        let pieces = stand_ins.all(&quick, text, |word| word == "犸的");
        let read = |piece: Piece| {
            let text = piece.iter().map(|reading| reading.character).collect();
            let loosest = piece.iter().map(|reading| reading.stream).max().unwrap_or_default();
            (piece[0].start, text, loosest)
        };
        pieces.into_iter().map(read).collect()
    }

    #[test]
    fn rare_characters_stand_in() {
        let alike = [("你妈", Stream::LookAlike)];
        assert_eq!(found(&alike, "说你犸"), [(1, "你妈".to_owned(), Stream::LookAlike)]);
        let both = [("你妈", Stream::Homophone), ("傻妈", Stream::Homophone)];
        assert_eq!(found(&both, "尼犸"), [(0, "你妈".to_owned(), Stream::Homophone)]);
        assert_eq!(found(&both, "煞妈"), [(0, "傻妈".to_owned(), Stream::Homophone)]);
        assert_eq!(found(&alike, "尼犸"), [], "a homophone at the level of look-alikes");
    }

    #[test]
    fn what_people_write_stands_for_itself() {
        let both = [("你妈", Stream::Homophone)];
        for (text, why) in [
            ("你吗", "everyday characters"),
            ("你犸的", "a word is written"),
            ("你 犸", "a sign stands between"),
            ("你妈", "nothing stands in"),
            ("犸你", "another order"),
            ("你😀", "no character"),
            ("犸", "the end"),
        ] {
            assert_eq!(found(&both, text), [], "{text}: {why}");
        }
    }

    #[test]
    fn a_rule_that_does_not_ask_is_left_alone() {
        assert_eq!(found(&[("你妈", Stream::Split)], "你犸"), []);
    }
}
