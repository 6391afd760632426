//! Signs between the characters of what patterns look for: `白*痴`, `微 信 转 账`.
//!
//! The skeleton shows such literals, but patterns count characters and look for borders, which the skeleton has lost. So
//! the message is written again: where signs part the characters of a literal, they are dropped, and with them those around
//! that part single characters in the same way.

use super::super::skeleton::Skeleton;
use super::super::span::Span;
use super::super::stream::Stream;
use super::pairs::PairSet;
use super::rewrite::Revealed;

/// What patterns require, as far as signs can part it.
#[derive(Debug)]
pub(in super::super) struct Interrupted {
    /// The adjacent characters of their literals.
    pairs: PairSet,
}

/// Some signs between two letters.
#[derive(Debug, Clone, Copy)]
struct Gap {
    /// Their bytes.
    signs: Span,
    /// Whether the letters on both sides belong together.
    parts_literal: bool,
}

impl Interrupted {
    /// The literals that patterns require; `None`: there are none of two characters and more.
    pub(in super::super) fn new<'l>(literals: impl Iterator<Item = &'l str>) -> Option<Self> {
        let mut pairs = None;
        for literal in literals {
            for (first, second) in literal.chars().zip(literal.chars().skip(1)) {
                pairs.get_or_insert_with(PairSet::default).insert(first.into(), second.into());
            }
        }
        pairs.map(|pairs| Self { pairs })
    }

    /// What a folded text reads without the signs that part literals; `None`: none do.
    pub(in super::super) fn reading_of(&self, skeleton: &Skeleton, text: &str) -> Option<Revealed> {
        let gaps = self.gaps(skeleton, text);
        if !gaps.iter().any(|gap| gap.parts_literal) {
            return None;
        }
        let mut revealed = Revealed::default();
        let mut dropped = gaps
            .chunk_by(|before, next| text[before.signs.end as usize..next.signs.start as usize].chars().count() == 1)
            .filter(|row| row.iter().any(|gap| gap.parts_literal))
            .flatten()
            .peekable();
        let mut resume = 0;
        for (at, character) in text.char_indices() {
            if let Some(gap) = dropped.next_if(|gap| gap.signs.start as usize == at) {
                revealed.drop(gap.signs);
                resume = gap.signs.end as usize;
            }
            if at >= resume {
                revealed.push(character, Span::new(at, at + character.len_utf8()), Stream::Folded);
            }
        }
        Some(revealed)
    }

    /// All runs of few signs between letters, in their order.
    fn gaps(&self, skeleton: &Skeleton, text: &str) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut before: Option<(char, usize)> = None;
        let mut signs = 0;
        for (at, character) in text.char_indices() {
            if skeleton.drops(character) {
                signs += 1;
                continue;
            }
            if skeleton.letter(character).is_none() {
                before = None;
            } else {
                if let Some((letter, end)) = before
                    && (1..=Skeleton::MAX_INTERFERENCE).contains(&signs)
                {
                    let parts_literal = self.pairs.may_have(letter.into(), character.into());
                    gaps.push(Gap { signs: Span::new(end, at), parts_literal });
                }
                before = Some((character, at + character.len_utf8()));
            }
            signs = 0;
        }
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(literal: &str, text: &str) -> Option<String> {
        let interrupted = Interrupted::new(std::iter::once(literal)).unwrap();
        interrupted.reading_of(&Skeleton::new(&[]), text).map(|revealed| revealed.text)
    }

    #[test]
    fn signs_that_part_a_literal_are_dropped_with_those_around() {
        assert_eq!(read("白痴", "这 个白*痴 吧").as_deref(), Some("这 个白痴吧"));
        assert_eq!(read("微信", "好 的微 信 转 账 给我").as_deref(), Some("好 的微信转账给我"));
        assert_eq!(read("微信", "微----信").as_deref(), None);
        assert_eq!(read("微信", "微。信").as_deref(), None);
        assert_eq!(read("微信", "小 微,信 件").as_deref(), None);
        assert_eq!(read("微信", "* 微信 ").as_deref(), None);
    }

    #[test]
    fn evidence_leads_back_to_what_was_written() {
        let interrupted = Interrupted::new(std::iter::once("微信")).unwrap();
        let revealed = interrupted.reading_of(&Skeleton::new(&[]), "加 微 信 吧").unwrap();
        assert_eq!(revealed.text, "加微信吧");
        let origin = |from: usize, to: usize| revealed.origin(Span::new(from, to));
        assert_eq!(origin(3, 9), (Span::new(4, 11), Stream::Skeleton));
        assert_eq!(origin(3, 6), (Span::new(4, 7), Stream::Folded));
        assert_eq!(origin(0, 12), (Span::new(0, 15), Stream::Skeleton));
    }
}
