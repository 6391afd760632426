//! What the other side wrote, and where words of it stand first.

use std::collections::HashMap;
use std::ops::Range;

use super::compile::Lane;
use super::view::{MessageIndex, View};
use crate::conversation::{Kind, Role};

/// The longest words that are looked for, in bytes. Who writes more than this does not say it back.
const LONGEST_WORDS: usize = 1024;

/// So many different words are looked for one after the other; for more an index is made.
const UNINDEXED: usize = 256;

/// What the other side wrote, gathered when somebody asks.
pub(super) struct OtherSide<'v> {
    lane: Lane,
    view: &'v View<'v>,
    sayings: Option<Sayings<'v>>,
}

impl<'v> OtherSide<'v> {
    /// The other side of those who speak in a lane.
    pub(super) fn of(lane: Lane, view: &'v View<'v>) -> Self {
        Self { lane, view, sayings: None }
    }

    /// Whether it wrote these words before a message.
    pub(super) fn said(&mut self, words: &str, before: MessageIndex) -> bool {
        if words.is_empty() || words.len() > LONGEST_WORDS {
            return false;
        }
        let (lane, view) = (self.lane, self.view);
        let sayings = self.sayings.get_or_insert_with(|| {
            let is_other = |role: Role| match lane {
                Lane::Customer => matches!(role, Role::Agent | Role::Bot),
                Lane::Agent | Lane::Bot => role == Role::Customer,
            };
            let messages = view.indexed().filter(|(_, message)| is_other(message.role) && message.kind == Kind::Text);
            Sayings::new(messages.map(|(index, _)| (index, view.text(index))).collect())
        });
        sayings.first_use(words).is_some_and(|first| first < before)
    }
}

/// Messages with text, in order, in which each wording is looked for once.
struct Sayings<'v> {
    texts: Vec<(MessageIndex, &'v str)>,
    first_use: HashMap<String, Option<MessageIndex>>,
    index: Option<SuffixIndex>,
}

impl<'v> Sayings<'v> {
    fn new(texts: Vec<(MessageIndex, &'v str)>) -> Self {
        Self { texts, first_use: HashMap::new(), index: None }
    }

    /// The first message that holds the words.
    fn first_use(&mut self, words: &str) -> Option<MessageIndex> {
        if let Some(&known) = self.first_use.get(words) {
            return known;
        }
        let first = if self.first_use.len() < UNINDEXED {
            self.texts.iter().find(|(_, text)| text.contains(words)).map(|found| found.0)
        } else {
            let index = self.index.get_or_insert_with(|| SuffixIndex::new(&self.texts));
            index.first(&self.texts, words).map(|at| self.texts[at as usize].0)
        };
        self.first_use.insert(words.to_owned(), first);
        first
    }
}

/// Every place in some texts, sorted by what follows there: the places of the same words stand together.
struct SuffixIndex {
    suffixes: Vec<Suffix>,
    /// The least text of each block of suffixes, then of each block of such blocks, and so on.
    least: Vec<Vec<u32>>,
}

#[derive(Clone, Copy)]
struct Suffix {
    text: u32,
    start: u32,
}

impl Suffix {
    /// As much of what follows as words can have.
    fn letters<'t>(self, texts: &[(MessageIndex, &'t str)]) -> &'t [u8] {
        let rest = &texts[self.text as usize].1.as_bytes()[self.start as usize..];
        &rest[..rest.len().min(LONGEST_WORDS)]
    }
}

impl SuffixIndex {
    const BLOCK: usize = 64;

    fn new(texts: &[(MessageIndex, &str)]) -> Self {
        let starts = |(text, (_, letters)): (usize, &(MessageIndex, &str))| {
            let starts: Vec<_> = letters.char_indices().map(|(start, _)| start).collect();
            starts.into_iter().map(move |start| Suffix { text: text as u32, start: start as u32 })
        };
        let mut suffixes: Vec<Suffix> = texts.iter().enumerate().flat_map(starts).collect();
        suffixes.sort_unstable_by(|a, b| a.letters(texts).cmp(b.letters(texts)));
        let mut least = vec![
            suffixes.chunks(Self::BLOCK).filter_map(|block| block.iter().map(|s| s.text).min()).collect::<Vec<_>>(),
        ];
        while let Some(blocks) = least.last().filter(|blocks| blocks.len() >= Self::BLOCK) {
            let above = blocks.chunks(Self::BLOCK).filter_map(|block| block.iter().copied().min()).collect();
            least.push(above);
        }
        Self { suffixes, least }
    }

    /// The first text that holds the words.
    fn first(&self, texts: &[(MessageIndex, &str)], words: &str) -> Option<u32> {
        let words = words.as_bytes();
        let start = self.suffixes.partition_point(|suffix| suffix.letters(texts) < words);
        let count = self.suffixes[start..].partition_point(|suffix| suffix.letters(texts).starts_with(words));
        self.least_text(start..start + count)
    }

    fn least_text(&self, range: Range<usize>) -> Option<u32> {
        let of_suffixes = |range: Range<usize>| self.suffixes[range].iter().map(|suffix| suffix.text).min();
        let Some((mut blocks, head, tail)) = blocks_within(&range) else {
            return of_suffixes(range);
        };
        let mut found = of_suffixes(head).into_iter().chain(of_suffixes(tail)).min();
        for level in &self.least {
            let of_level = |range: Range<usize>| level[range].iter().copied().min();
            let parted = blocks_within(&blocks);
            let (above, head, tail) = parted.unwrap_or((0..0, blocks.clone(), 0..0));
            found = found.into_iter().chain(of_level(head)).chain(of_level(tail)).min();
            blocks = above;
        }
        found
    }
}

/// The whole blocks in a range, and what stands before and behind them; nothing where there is no whole block.
fn blocks_within(range: &Range<usize>) -> Option<(Range<usize>, Range<usize>, Range<usize>)> {
    let size = SuffixIndex::BLOCK;
    let (first, last) = (range.start.div_ceil(size), range.end / size);
    (first < last).then(|| (first..last, range.start..first * size, last * size..range.end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbered(texts: &[String]) -> Vec<(MessageIndex, &str)> {
        texts.iter().enumerate().map(|(at, text)| (MessageIndex(at as u32 * 2), text.as_str())).collect()
    }

    fn scanned(texts: &[(MessageIndex, &str)], words: &str) -> Option<MessageIndex> {
        texts.iter().find(|(_, text)| text.contains(words)).map(|found| found.0)
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_scan_finds(
            texts in proptest::collection::vec("[ab后台😀]{0,60}", 0..300),
            words in proptest::collection::vec("[ab后台😀]{1,6}", 1..40),
        ) {
            let texts = numbered(&texts);
            let index = SuffixIndex::new(&texts);
            for words in &words {
                let found = index.first(&texts, words).map(|at| texts[at as usize].0);
                prop_assert_eq!(found, scanned(&texts, words), "{}", words);
            }
        }
    }

    #[test]
    fn every_range_has_its_least_text() {
        let texts: Vec<String> = (0..9000_u32).map(|at| format!("{}", at.wrapping_mul(2_654_435_761) % 997)).collect();
        let texts = numbered(&texts);
        let index = SuffixIndex::new(&texts);
        assert!(index.least.len() > 1, "blocks of blocks");
        for start in (0..index.suffixes.len()).step_by(701) {
            for end in (start..=index.suffixes.len()).step_by(457) {
                let scanned = index.suffixes[start..end].iter().map(|suffix| suffix.text).min();
                assert_eq!(index.least_text(start..end), scanned, "{start}..{end}");
            }
        }
    }

    #[test]
    fn many_different_wordings_are_looked_up_in_an_index() {
        let texts: Vec<String> = (0..40_000).map(|at| format!("您说的第{at}件事我不大明白,{at}还要再问一下")).collect();
        let texts = numbered(&texts);
        let mut sayings = Sayings::new(texts.clone());
        for at in 0..40_000 {
            let expected = (at % 2 == 0).then_some(MessageIndex(at * 2));
            assert_eq!(sayings.first_use(&format!("第{at}{}", if at % 2 == 0 { "件事" } else { "个人" })), expected);
        }
        assert!(sayings.index.is_some());
    }
}
