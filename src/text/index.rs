//! Literals by their first characters: what begins at a place of a text is found by a look or two into a table.

use super::filter::StartFilter;

/// Up to so many literals are compared one after the other.
const FEW: usize = 4;
/// More than this with the same three first characters are searched byte by byte.
const MANY: usize = 24;

/// Literals, found by the place where they begin. `SIZE`: bytes of the bitmaps in front; see [`StartFilter`].
#[derive(Debug)]
pub(super) struct LiteralIndex<const SIZE: usize> {
    filter: StartFilter<SIZE>,
    /// The literals one after the other, ordered, so that those with the same beginning stand together.
    bytes: Box<[u8]>,
    /// Where each literal begins, and where the last one ends.
    starts: Box<[u32]>,
    /// Open addressing; a slot with an empty range is free.
    slots: Box<[Slot]>,
    shift: u32,
}

/// The literals that share their first two characters, or their first three, or are one certain character.
#[derive(Debug, Clone, Copy)]
struct Slot {
    key: u64,
    start: u32,
    end: u32,
}

const FREE: Slot = Slot { key: 0, start: 0, end: 0 };

/// One to three first characters as a number; 21 bits hold any character, and 0 is none.
fn key(characters: [Option<char>; 3]) -> u64 {
    let code = |character: Option<char>| character.map_or(0, |character| u64::from(character) + 1);
    code(characters[0]) << 42 | code(characters[1]) << 21 | code(characters[2])
}

impl<const SIZE: usize> LiteralIndex<SIZE> {
    /// The index of these literals, which are not empty, ascending and all different; each is known by its place among
    /// them.
    pub(super) fn new(literals: &[impl AsRef<str>]) -> Self {
        let literals: Vec<&str> = literals.iter().map(AsRef::as_ref).collect();
        let mut ranges: Vec<Slot> = Vec::new();
        let mut add = |level: usize| {
            for (at, literal) in (0_u32..).zip(&literals) {
                let mut chars = literal.chars();
                let first = [chars.next(), chars.next(), chars.next()];
                // A single character is a level of its own; pairs hold what is longer as well.
                let known = first.iter().flatten().count();
                if (level == 1 && known > 1) || known < level {
                    continue;
                }
                let key = key(std::array::from_fn(|index| first[index].filter(|_| index < level)));
                match ranges.last_mut() {
                    Some(last) if last.key == key => last.end = at + 1,
                    _ => ranges.push(Slot { key, start: at, end: at + 1 }),
                }
            }
        };
        (1..=3).for_each(&mut add);
        let size = (ranges.len() * 2).next_power_of_two().max(2);
        let mut starts = Vec::with_capacity(literals.len() + 1);
        let mut bytes = Vec::new();
        for literal in &literals {
            starts.push(bytes.len() as u32);
            bytes.extend_from_slice(literal.as_bytes());
        }
        starts.push(bytes.len() as u32);
        let mut index = Self {
            filter: StartFilter::new(literals.iter().copied()),
            bytes: bytes.into(),
            starts: starts.into(),
            slots: vec![FREE; size].into(),
            shift: 64 - size.trailing_zeros(),
        };
        for range in ranges {
            let mut at = index.home(range.key);
            while index.slots[at].end > 0 {
                at = (at + 1) % size;
            }
            index.slots[at] = range;
        }
        index
    }

    /// The look that comes first: which characters begin a literal.
    #[inline]
    pub(super) fn filter(&self) -> &StartFilter<SIZE> {
        &self.filter
    }

    #[inline]
    fn literal(&self, index: usize) -> &[u8] {
        &self.bytes[self.starts[index] as usize..self.starts[index + 1] as usize]
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    #[inline]
    fn range(&self, key: u64) -> std::ops::Range<usize> {
        let mut at = self.home(key);
        loop {
            let slot = self.slots[at];
            if slot.end == 0 || slot.key == key {
                return slot.start as usize..slot.end as usize;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Shows each literal that begins where this rest of a text begins, with its length in bytes.
    #[inline]
    pub(super) fn at(&self, rest: &str, mut found: impl FnMut(usize, usize)) {
        let mut chars = rest.chars();
        let (first, second) = (chars.next(), chars.next());
        if self.filter.has_singles() {
            self.compare(self.range(key([first, None, None])), rest, 0, &mut found);
        }
        let pair = self.range(key([first, second, None]));
        if second.is_none() || pair.is_empty() {
            return;
        }
        let length = rest.len() - chars.as_str().len();
        if pair.len() <= FEW {
            return self.compare(pair, rest, length, &mut found);
        }
        // The pair itself comes before what is longer.
        if self.literal(pair.start).len() == length {
            found(pair.start, length);
        }
        let third = chars.next();
        if third.is_none() {
            return;
        }
        let triple = self.range(key([first, second, third]));
        if triple.len() <= MANY {
            let length = rest.len() - chars.as_str().len();
            self.compare(triple, rest, length, &mut found);
        } else {
            self.descend(triple, rest, &mut found);
        }
    }

    /// Shows those of the literals with which the rest begins; the first `known` bytes of all of them are known to.
    #[inline]
    fn compare(&self, range: std::ops::Range<usize>, rest: &str, known: usize, found: &mut impl FnMut(usize, usize)) {
        for index in range {
            let literal = self.literal(index);
            let begins = rest.len() >= literal.len()
                && literal.iter().zip(rest.as_bytes()).skip(known).all(|(byte, there)| byte == there);
            if begins {
                found(index, literal.len());
            }
        }
    }

    /// Narrows the literals down to those that begin as the text does, byte by byte.
    fn descend(&self, range: std::ops::Range<usize>, rest: &str, found: &mut impl FnMut(usize, usize)) {
        let std::ops::Range { mut start, mut end } = range;
        for depth in 0.. {
            if start < end && self.literal(start).len() == depth {
                found(start, depth);
                start += 1;
            }
            let Some(&byte) = rest.as_bytes().get(depth) else { return };
            let narrowed = |least: u8, from: usize| {
                let (mut low, mut high) = (from, end);
                while low < high {
                    let middle = usize::midpoint(low, high);
                    if self.literal(middle)[depth] < least { low = middle + 1 } else { high = middle }
                }
                low
            };
            let from = narrowed(byte, start);
            let to = byte.checked_add(1).map_or(end, |above| narrowed(above, from));
            if from == to {
                return;
            }
            (start, end) = (from, to);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn shows_what_begins_there(
            literals in proptest::collection::btree_set("[ab一\\x00]{1,6}", 0..200),
            rest in "[ab一二\\x00]{0,8}",
        ) {
            let literals: BTreeSet<String> = literals;
            let index = LiteralIndex::<1024>::new(&literals.iter().collect::<Vec<_>>());
            let mut found = Vec::new();
            index.at(&rest, |literal, length| found.push((literal, length)));
            found.sort_unstable();
            let begins = literals.iter().enumerate().filter(|(_, literal)| rest.starts_with(literal.as_str()));
            let expected: Vec<_> = begins.map(|(at, literal)| (at, literal.len())).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
