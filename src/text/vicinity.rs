//! What has to stand around a literal before it is worth running a pattern there.
//!
//! A pattern is found by literals that each of its matches contains. Everyday ones (a department, a greeting) occur in every
//! other message, and nearly always without the rest of the pattern. So what the other parts of the pattern require is kept as
//! clues: each must occur near the literal, on its own side. A few looks into a small bitmap tell.

/// Bits of a clue's bitmap for each of its keys, at least; with two bits a key one place in three hundred passes by chance.
const BITS_A_KEY: usize = 32;
/// So many bytes are looked through at most: a long message may have a literal at every other character. Where a clue may
/// stand farther away and there is more text, nothing is demanded.
const FARTHEST: usize = 256;
/// Stands for the second character in the key of a literal that has only one.
const ALONE: char = '\0';

/// The clues of a pattern around its literals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Vicinity {
    before: Vec<Clue>,
    after: Vec<Clue>,
}

/// One of some literals has to occur near.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clue {
    /// How many bytes its literal begins before the pattern's, or after where that begins, at most; `None`: any number.
    within: Option<usize>,
    /// The low bits of the first characters of its literals: most others are told by these.
    firsts: [u64; 4],
    /// Whether one of its literals is a single character.
    has_singles: bool,
    /// Two bits for the first two characters of each literal; a power of two of them.
    bits: Box<[u64]>,
}

impl Vicinity {
    /// Demands that one of the literals, all of one character and more, begins at most so many bytes before.
    pub(super) fn demand_before(&mut self, literals: &[String], within: Option<usize>) {
        self.before.push(Clue::new(literals, within));
    }

    /// Demands that one of the literals begins at most so many bytes after the start of the pattern's own.
    pub(super) fn demand_after(&mut self, literals: &[String], within: Option<usize>) {
        self.after.push(Clue::new(literals, within));
    }

    /// Puts the clues first that take the fewest looks.
    pub(super) fn order(&mut self) {
        for clues in [&mut self.before, &mut self.after] {
            clues.sort_by_key(|clue| clue.within.unwrap_or(usize::MAX));
        }
    }

    /// Whether a match may contain the pattern's literal that begins at this byte: false is certain, true is not.
    #[inline]
    pub(super) fn admits(&self, text: &str, literal: usize) -> bool {
        let before = |clue: &Clue| match clue.within_of(literal) {
            Some(within) => {
                let from = super::pattern::floor_char(text, literal.saturating_sub(within));
                clue.occurs(&text[from..literal], literal)
            }
            None => true,
        };
        // A literal that begins within reach may end beyond it; its second character is all that is looked at.
        let rest = &text[literal..];
        let after = |clue: &Clue| clue.within_of(rest.len()).is_none_or(|within| clue.occurs(rest, within));
        self.before.iter().all(before) && self.after.iter().all(after)
    }
}

impl Clue {
    fn new(literals: &[String], within: Option<usize>) -> Self {
        let size = (literals.len() * BITS_A_KEY / 64).next_power_of_two();
        let mut clue = Self { within, firsts: [0; 4], has_singles: false, bits: vec![0; size].into() };
        for literal in literals {
            let mut chars = literal.chars();
            let (Some(first), second) = (chars.next(), chars.next()) else { continue };
            clue.firsts[first as usize / 64 % 4] |= 1 << (first as usize % 64);
            clue.has_singles |= second.is_none();
            let (one, other) = clue.places(first, second.unwrap_or(ALONE));
            clue.bits[one / 64] |= 1 << (one % 64);
            clue.bits[other / 64] |= 1 << (other % 64);
        }
        clue
    }

    /// How many of the bytes on its side have to be looked through; `None`: more than is worth it.
    #[inline]
    fn within_of(&self, bytes: usize) -> Option<usize> {
        Some(self.within.unwrap_or(usize::MAX).min(bytes)).filter(|&within| within <= FARTHEST)
    }

    /// Whether a literal may begin in the first `last` bytes of the text, or at its end.
    fn occurs(&self, text: &str, last: usize) -> bool {
        let mut chars = text.char_indices();
        let Some((mut at, mut first)) = chars.next() else { return false };
        while at <= last {
            let next = chars.next();
            if self.may_begin(first) {
                let second = next.map_or(ALONE, |(_, second)| second);
                if self.has(first, second) || (self.has_singles && self.has(first, ALONE)) {
                    return true;
                }
            }
            let Some(next) = next else { return false };
            (at, first) = next;
        }
        false
    }

    #[inline]
    fn may_begin(&self, first: char) -> bool {
        self.firsts[first as usize / 64 % 4] >> (first as usize % 64) & 1 == 1
    }

    #[inline]
    fn has(&self, first: char, second: char) -> bool {
        let (one, other) = self.places(first, second);
        self.bits[one / 64] >> (one % 64) & 1 == 1 && self.bits[other / 64] >> (other % 64) & 1 == 1
    }

    #[inline]
    fn places(&self, first: char, second: char) -> (usize, usize) {
        let key = u64::from(first) << 21 | u64::from(second);
        // The golden ratio: the upper bits of the product depend on all bits of the key.
        let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mask = self.bits.len() * 64 - 1;
        ((mixed >> 48) as usize & mask, (mixed >> 32) as usize & mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vicinity(before: &[&str], after: &[&str], within: Option<usize>) -> Vicinity {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let mut vicinity = Vicinity::default();
        if !before.is_empty() {
            vicinity.demand_before(&owned(before), within);
        }
        if !after.is_empty() {
            vicinity.demand_after(&owned(after), within);
        }
        vicinity
    }

    fn found(text: &str, vicinity: &Vicinity) -> bool {
        vicinity.admits(text, text.find("快递").unwrap())
    }

    #[test]
    fn clues_are_looked_for_on_their_side_and_near() {
        let before = vicinity(&["甩", "秒杀"], &[], Some(6));
        assert!(found("甩快递", &before) && found("秒杀快递", &before) && found("甩了快递", &before));
        assert!(!found("快递甩", &before) && !found("甩开了快递", &before));
        let after = vicinity(&[], &["不行"], Some(9));
        assert!(found("快递不行", &after) && found("快递就不行", &after));
        assert!(!found("不行快递", &after) && !found("快递他们不行", &after) && !found("快递", &after));
        assert!(Vicinity::default().admits("快递", 0));
    }

    #[test]
    fn what_may_be_anywhere_is_demanded_of_short_messages_only() {
        let (short, long) = ("啊".repeat(50), "啊".repeat(FARTHEST));
        let after = vicinity(&[], &["不行"], None);
        assert!(found(&format!("快递{short}不行"), &after) && !found(&format!("不行快递{short}"), &after));
        assert!(found(&format!("快递{long}"), &after), "too much to look through");
        let before = vicinity(&["甩"], &[], None);
        assert!(found(&format!("甩{short}快递"), &before) && !found(&format!("{short}快递甩"), &before));
        assert!(found(&format!("{long}快递"), &before), "too much to look through");
    }
}
