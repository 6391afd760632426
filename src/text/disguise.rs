//! Terms seen through a disguise: looked up in the skeleton, and only in messages that can hold one.

use std::collections::{HashMap, HashSet};

use aho_corasick::MatchKind;
use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;

use super::filter::StartFilter;
use super::matcher::{Hit, stands_alone};
use super::skeleton::{BREAK, Skeleton, Walk};
use super::stream::Stream;

/// The entries that are looked up in the skeleton.
#[derive(Debug)]
pub(super) struct Disguised {
    /// Folded characters of the Basic Multilingual Plane: a message without one of them holds none of the entries, nor what
    /// patterns require.
    telling: Box<[u64]>,
    filter: StartFilter<4096>,
    automaton: NFA,
    /// Entry of each literal.
    entries: Vec<u32>,
}

impl Disguised {
    /// The skeletons with their entries, and what patterns require that may be parted by signs. `literals` are all that is looked for in the folded text: what is rare in them
    /// is taken to be rare. `None`: more states than the automaton can have.
    pub(super) fn new<'t>(
        skeletons: &[(String, u32)],
        interrupted: &[&str],
        literals: impl Iterator<Item = &'t str>,
        skeleton: &Skeleton,
    ) -> Option<Self> {
        let mut frequency: HashMap<char, usize> = HashMap::new();
        for character in literals.flat_map(str::chars) {
            *frequency.entry(character).or_default() += 1;
        }
        let rarest = |text: &str| {
            // A break is no letter of a message.
            let letters = text.chars().filter(|&character| character != BREAK);
            letters.min_by_key(|character| (frequency.get(character).copied(), *character))
        };
        let texts = skeletons.iter().map(|(text, _)| text.as_str());
        let letters: HashSet<char> = texts.chain(interrupted.iter().copied()).filter_map(rarest).collect();
        let mut telling = vec![0; 0x1_0000 / 64].into_boxed_slice();
        for code in 0..0x1_0000_usize {
            let letter = char::from_u32(code as u32).and_then(|character| skeleton.letter(character));
            if letter.is_some_and(|letter| letters.contains(&letter)) {
                telling[code / 64] |= 1_u64 << (code % 64);
            }
        }
        let texts: Vec<&str> = skeletons.iter().map(|(text, _)| text.as_str()).collect();
        Some(Self {
            telling,
            filter: StartFilter::new(texts.iter().copied()),
            automaton: NFA::builder().match_kind(MatchKind::Standard).prefilter(false).build(&texts).ok()?,
            entries: skeletons.iter().map(|&(_, entry)| entry).collect(),
        })
    }

    /// Whether a folded character is one that some entry cannot do without.
    #[inline]
    pub(super) fn is_telling(&self, character: char) -> bool {
        let code = character as usize;
        self.telling.get(code / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }

    /// Whether two adjacent letters of the skeleton begin an entry.
    fn may_occur(&self, skeleton: &Skeleton, text: &str) -> bool {
        let mut walk = Walk::START;
        text.chars().any(|character| {
            let before = walk.previous();
            skeleton.step(&mut walk, character).is_some_and(|next| self.filter.passes(before, next))
        })
    }

    /// Adds what is found in a folded text only through its skeleton. The hits from `first` on are those of the folded text;
    /// their order changes.
    pub(super) fn find(&self, skeleton: &Skeleton, text: &str, first: usize, hits: &mut Vec<Hit>) {
        if !self.may_occur(skeleton, text) {
            return;
        }
        let traced = skeleton.trace(text);
        let plain = hits.len();
        // All hits of a literal are of one length, so of those that begin before a span ends the last one tells
        // whether any overlaps it. The caller puts them back into the order of places.
        hits[first..].sort_unstable_by_key(|hit| (hit.entry, hit.span));
        let input = aho_corasick::Input::new(&traced.text);
        let mut state = aho_corasick::automaton::OverlappingState::start();
        loop {
            if self.automaton.try_find_overlapping(&input, &mut state).is_err() {
                return;
            }
            let Some(found) = state.get_match() else { return };
            let entry = self.entries[found.pattern().as_usize()];
            let span = traced.folded(found.start(), found.end());
            let plain = &hits[first..plain];
            let before = plain.partition_point(|hit| (hit.entry, hit.span.start) < (entry, span.end));
            let seen = plain[..before].last().is_some_and(|hit| hit.entry == entry && hit.span.overlaps(span));
            if stands_alone(text, span) && !seen {
                hits.push(Hit { entry, span, stream: Stream::Skeleton, borders_hold: true });
            }
        }
    }
}
