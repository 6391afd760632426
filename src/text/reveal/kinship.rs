//! What characters have in common with others: the part that they end with, or their sound.

use std::collections::HashMap;
use std::ops::Range;

use super::super::stream::Stream;
use super::readings::Readings;

/// What a character is looked up by: a part that it ends with, a sound, or itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Trait(pub(super) u32);

impl Trait {
    /// Sounds are numbered after all parts, characters themselves after all sounds.
    const SOUND: u32 = 0x11_0000;
    const SELF: u32 = 0x12_0000;

    /// The character and no other.
    pub(super) fn itself(character: char) -> Self {
        Self(Self::SELF + u32::from(character))
    }

    /// The part that a character is, for those that end with it. Most characters carry their sound in the part that is
    /// written last; what stands before it tells them apart, and less than one would think.
    fn part(character: char) -> Self {
        Self(u32::from(character))
    }
}

/// Characters of the Basic Multilingual Plane with what they have in common with others.
#[derive(Debug)]
pub(super) struct Kinship {
    /// For each character where its last parts begin in `parts`.
    starts: Box<[u32]>,
    parts: Box<[Trait]>,
    /// For each of them how many characters have it, in quarters of a power of ten, rounded down.
    spread: Box<[u32]>,
    /// For each character its sound.
    sounds: Box<[Option<std::num::NonZero<u16>>]>,
}

impl Kinship {
    pub(super) fn new(readings: &Readings) -> Self {
        let mut last: Vec<(char, Trait)> = Vec::new();
        for (parts, characters) in &readings.parts {
            if let Some(part) = parts.chars().next_back() {
                last.extend(characters.chars().map(|whole| (whole, Trait::part(part))));
            }
        }
        last.retain(|&(whole, _)| u32::from(whole) < 0x1_0000);
        last.sort_unstable();
        last.dedup();
        let starts = (0..=0x1_0000).map(|code| last.partition_point(|&(whole, _)| u32::from(whole) < code) as u32);
        let starts = starts.collect();
        let parts: Box<[Trait]> = last.into_iter().map(|(_, part)| part).collect();
        let mut counts: HashMap<Trait, u64> = HashMap::new();
        for &part in &parts {
            *counts.entry(part).or_default() += 1;
        }
        let spread = parts.iter().map(|part| counts[part].saturating_pow(4).ilog10()).collect();
        let mut sounds = vec![None; 0x1_0000].into_boxed_slice();
        for (number, (_, characters)) in (1..).zip(&readings.syllables) {
            for character in characters.chars() {
                if let Some(sound) = sounds.get_mut(character as usize) {
                    *sound = std::num::NonZero::new(number);
                }
            }
        }
        Self { starts, parts, spread, sounds }
    }

    fn range(&self, character: char) -> Range<usize> {
        let code = character as usize;
        self.starts.get(code..code + 2).map_or(0..0, |range| range[0] as usize..range[1] as usize)
    }

    /// The parts by which a character looks like others: those that it ends with, and itself.
    fn parts(&self, character: char) -> impl Iterator<Item = Trait> + Clone {
        self.parts[self.range(character)].iter().copied().chain([Trait::part(character)])
    }

    /// How a character is read.
    fn sound(&self, character: char) -> Option<Trait> {
        let sound = self.sounds.get(character as usize).copied().flatten()?;
        Some(Trait(Trait::SOUND + u32::from(sound.get())))
    }

    /// All that a character shares with those that may stand in for it in a stream.
    pub(super) fn shared(&self, character: char, loosest: Stream) -> impl Iterator<Item = Trait> + Clone {
        let sound = self.sound(character).filter(|_| loosest >= Stream::Homophone);
        self.parts(character).chain(sound)
    }

    /// Whether two characters look alike, and how many others look like them by the same part: the fewest, in quarters of a
    /// power of ten.
    pub(super) fn look_alike(&self, one: char, other: char) -> Option<u32> {
        let by = |one: char, other: char| {
            let is_shared = move |at: &usize| self.parts(other).any(|part| part == self.parts[*at]);
            self.range(one).filter(is_shared).map(|at| self.spread[at])
        };
        by(one, other).chain(by(other, one)).min()
    }

    /// Whether two characters sound alike.
    pub(super) fn sound_alike(&self, one: char, other: char) -> bool {
        self.sound(one).is_some_and(|sound| self.sound(other) == Some(sound))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_and_the_sound_make_alike() {
        let row = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let parts = vec![row("口马", "吗"), row("女马", "妈"), row("口黑", "嘿"), row("马扁", "骗")];
        let syllables = vec![row("ma", "吗妈马"), row("hei", "黑嘿")];
        let kinship = Kinship::new(&Readings { parts, syllables, ..Readings::default() });
        for (one, other) in [('吗', '妈'), ('嘿', '黑'), ('黑', '嘿'), ('扁', '骗'), ('马', '吗')] {
            assert!(kinship.look_alike(one, other).is_some(), "{one}{other}");
        }
        assert!(kinship.look_alike('吗', '妈') > kinship.look_alike('嘿', '黑'), "two characters end with 马");
        for (one, other) in [('嘿', '吗'), ('骗', '妈'), ('骗', '马'), ('😀', '马')] {
            assert!(kinship.look_alike(one, other).is_none(), "{one}{other}");
        }
        assert!(
            kinship.sound_alike('马', '吗') && !kinship.sound_alike('马', '黑') && !kinship.sound_alike('扁', '骗')
        );
    }
}
