//! A text without the signs between its characters, for what is said around a hit in such a text.
//!
//! Exceptions and negators stand in the words around a hit. Where characters are parted by signs (`操 作`, `好评 返现`), these
//! words are parted as well, so they are looked for without the signs.

use super::skeleton::{Skeleton, is_sign};
use super::span::Span;

/// Which signs are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// Those that stand between any two letters.
    Any,
    /// Those around single letters that signs part on both sides: `正 在 操 作`.
    Rows,
}

/// A folded text without some of its signs, and the way there and back.
#[derive(Debug)]
pub struct Unparted {
    /// What is left.
    pub text: String,
    /// Where each piece that is left begins, here and in the folded text.
    pieces: Vec<(u32, u32)>,
}

impl Unparted {
    /// Leaves signs out; `None`: there are none to be left out.
    pub fn new(folded: &str, parting: Parting) -> Option<Self> {
        let gaps = gaps(folded);
        let single =
            |before: &Span, next: &Span| folded[before.end as usize..next.start as usize].chars().nth(1).is_none();
        let rows = gaps.chunk_by(single).filter(|row| parting == Parting::Any || row.len() > 1);
        let mut unparted = Self { text: String::new(), pieces: vec![(0, 0)] };
        let mut from = 0;
        for gap in rows.flatten() {
            unparted.text.push_str(&folded[from..gap.start as usize]);
            from = gap.end as usize;
            unparted.pieces.push((unparted.text.len() as u32, gap.end));
        }
        unparted.text.push_str(&folded[from..]);
        (from > 0).then_some(unparted)
    }

    /// Where a span of the folded text stands in this one; its first and last characters are no signs that were left out.
    pub fn inward(&self, span: Span) -> Option<Span> {
        let at = |place: u32| {
            let piece = self.pieces.partition_point(|&(_, folded)| folded <= place).checked_sub(1)?;
            let (here, folded) = self.pieces[piece];
            let end = self.pieces.get(piece + 1).map_or(self.text.len() as u32, |&(next, _)| next);
            Some(here + (place - folded)).filter(|&here| here < end)
        };
        Some(Span { start: at(span.start)?, end: at(span.end.checked_sub(1)?)? + 1 })
    }

    /// The bytes of the folded text behind a span of this one.
    pub fn outward(&self, span: Span) -> Span {
        let at = |place: u32| {
            let piece = self.pieces.partition_point(|&(here, _)| here <= place).saturating_sub(1);
            let (here, folded) = self.pieces[piece];
            folded + (place - here)
        };
        Span { start: at(span.start), end: at(span.end.saturating_sub(1)) + 1 }
    }
}

/// All runs of few signs between two letters.
fn gaps(folded: &str) -> Vec<Span> {
    let mut gaps = Vec::new();
    let (mut letter_end, mut signs) = (None, 0);
    for (at, character) in folded.char_indices() {
        if is_sign(character) {
            signs += 1;
            continue;
        }
        let is_letter = character.is_alphanumeric();
        if let Some(end) = letter_end.filter(|_| is_letter && (1..=Skeleton::MAX_INTERFERENCE).contains(&signs)) {
            gaps.push(Span::new(end, at));
        }
        letter_end = is_letter.then(|| at + character.len_utf8());
        signs = 0;
    }
    gaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(folded: &str, parting: Parting) -> Option<String> {
        Unparted::new(folded, parting).map(|unparted| unparted.text)
    }

    #[test]
    fn signs_between_letters_are_left_out() {
        assert_eq!(text("好评 返现,亲 您好", Parting::Any).unwrap(), "好评返现,亲您好");
        assert_eq!(text("好评 返现,亲 您好", Parting::Rows), None);
        assert_eq!(text("请 按 键 操 作,你 好", Parting::Rows).unwrap(), "请按键操作,你 好");
        assert_eq!(text("好----评 ", Parting::Any), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn spans_lead_there_and_back(folded in "[甲乙a1 *,😀-]{0,24}") {
            for parting in [Parting::Any, Parting::Rows] {
                let Some(unparted) = Unparted::new(&folded, parting) else { continue };
                for (at, character) in unparted.text.char_indices() {
                    let here = Span::new(at, at + character.len_utf8());
                    let there = unparted.outward(here);
                    prop_assert_eq!(&folded[there.range()], &unparted.text[here.range()]);
                    prop_assert_eq!(unparted.inward(there), Some(here));
                }
            }
        }
    }
}
