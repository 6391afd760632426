//! The matcher: all terms of one speaker, found in one pass over a message.
//!
//! While a message is folded, its letters are held against bitmaps; only where two, then three of them begin some literal
//! is the table of literals looked into. Patterns are triggered by literals that they require.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::disguise::Disguised;
use super::fold::Letter;
use super::index::LiteralIndex;
use super::pattern::{Pattern, Places};
use super::reveal::{Interrupted, Readings, Reveal, Revealed, Signs, spelled};
use super::segment::{Segmenter, TokenBorders};
use super::skeleton::Skeleton;
use super::span::Span;
use super::stream::Stream;

/// Bytes of the bitmaps in front of all literals of a speaker: enough for 100,000 terms, and the second-level cache
/// holds them.
const BITMAP: usize = 1 << 16;

/// How a literal counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// Only where both ends fall on token borders.
    Word,
    /// Anywhere.
    Substring,
}

/// What is looked for.
#[derive(Debug)]
pub enum Entry {
    /// A folded literal.
    Literal {
        /// The literal.
        text: String,
        /// How it counts.
        lookup: Lookup,
    },
    /// A pattern.
    Pattern(Pattern),
}

/// An entry found in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Index of the entry, as [`MatcherBuilder::add`] returned it.
    pub entry: u32,
    /// Bytes of the folded text.
    pub span: Span,
    /// Where it was found.
    pub stream: Stream,
    /// False: a `word` entry whose ends are no token borders; kept for explanations only.
    pub borders_hold: bool,
}

/// What to do when a literal is found.
#[derive(Debug, Clone, Copy)]
enum Use {
    Hit {
        entry: u32,
        lookup: Lookup,
    },
    /// A pattern's literal: around it the pattern may match.
    Trigger {
        entry: u32,
    },
}

/// Collects entries.
#[derive(Debug, Default)]
pub struct MatcherBuilder {
    entries: Vec<Entry>,
    /// The loosest stream in which each entry is looked for.
    loosest: Vec<Stream>,
    readings: Arc<Readings>,
}

/// The compiled entries.
#[derive(Debug)]
pub struct Matcher {
    entries: Vec<Entry>,
    /// The loosest stream in which each entry is looked for.
    loosest: Vec<Stream>,
    literals: LiteralIndex<BITMAP>,
    /// What the literals are for, one after the other.
    uses: Box<[Use]>,
    /// Where the uses of each literal end.
    ends: Box<[u32]>,
    disguised: Option<Disguised>,
    interrupted: Option<Interrupted>,
    reveal: Option<Reveal>,
}

/// What the pass over one message leaves behind: where literals may begin. Reused from message to message.
#[derive(Debug, Default)]
pub struct Probe {
    candidates: Vec<u32>,
    passing: Vec<u16>,
    /// Whether a telling character of a disguised entry occurs.
    disguise: bool,
    /// What tells of characters written as several.
    signs: Signs,
    /// Literals of patterns: the entry, and where its literal begins.
    triggers: Vec<(u32, u32)>,
}

impl Probe {
    /// Prepares for the next message.
    pub fn reset(&mut self) {
        self.candidates.clear();
        self.disguise = false;
        self.signs = Signs::default();
        self.triggers.clear();
    }
}

impl MatcherBuilder {
    /// Adds an entry; its index is in the hits.
    pub fn add(&mut self, entry: Entry) -> u32 {
        self.add_disguised(entry, Stream::Folded)
    }

    /// Adds an entry that is looked for in the streams up to the loosest given, words in the folded text only.
    pub fn add_disguised(&mut self, entry: Entry, loosest: Stream) -> u32 {
        let is_word = matches!(entry, Entry::Literal { lookup: Lookup::Word, .. });
        self.loosest.push(if is_word { Stream::Folded } else { loosest });
        self.entries.push(entry);
        (self.entries.len() - 1) as u32
    }

    /// Says what characters can be written as; without it nothing is read beyond the skeleton.
    pub fn read_with(&mut self, readings: Arc<Readings>) {
        self.readings = readings;
    }

    /// Compiles the entries. `None` for the automaton's own limits: more than some hundred million states.
    pub fn build(mut self, skeleton: &Skeleton) -> Option<Matcher> {
        let mut literals: Vec<(&str, Use)> = Vec::new();
        let mut disguised: Vec<(String, u32)> = Vec::new();
        let mut parts: Vec<(String, Stream)> = Vec::new();
        let mut revealing: Vec<(String, Stream)> = Vec::new();
        for ((index, entry), &loosest) in (0..).zip(&self.entries).zip(&self.loosest) {
            match entry {
                Entry::Literal { text, lookup } => {
                    if text.is_empty() {
                        continue;
                    }
                    literals.push((text, Use::Hit { entry: index, lookup: *lookup }));
                    if loosest > Stream::Skeleton {
                        revealing.push((text.clone(), loosest));
                    }
                    if loosest >= Stream::Skeleton {
                        disguised.push((skeleton.of(text), index));
                    }
                }
                Entry::Pattern(pattern) => {
                    let required = &pattern.required().literals;
                    if loosest >= Stream::Skeleton {
                        let spellings = required.iter().cloned().chain(spelled(pattern.expanded()));
                        parts.extend(spellings.map(|literal| (literal, loosest)));
                    }
                    literals.extend(required.iter().map(|literal| (literal.as_str(), Use::Trigger { entry: index })));
                }
            }
        }
        // There are hundreds of thousands; those of one literal stay in the order of their entries.
        literals.sort_by_key(|&(text, _)| text);
        let uses = literals.iter().map(|&(_, what)| what).collect();
        let (mut texts, mut ends): (Vec<&str>, Vec<u32>) = (Vec::new(), Vec::new());
        for same in literals.chunk_by(|a, b| a.0 == b.0) {
            texts.push(same[0].0);
            ends.push(ends.last().unwrap_or(&0) + same.len() as u32);
        }
        disguised.retain(|(text, _)| !text.is_empty());
        disguised.sort_unstable();
        let interrupted: Vec<&str> = parts.iter().map(|(literal, _)| literal.as_str()).collect();
        let disguised = if disguised.is_empty() && interrupted.is_empty() {
            None
        } else {
            Some(Disguised::new(&disguised, &interrupted, texts.iter().copied(), skeleton)?)
        };
        let interrupted = Interrupted::new(interrupted.into_iter());
        revealing.extend(parts.into_iter().filter(|&(_, loosest)| loosest > Stream::Skeleton));
        let reveal = Reveal::new(revealing, &self.readings);
        let literals = LiteralIndex::new(&texts);
        for entry in &mut self.entries {
            if let Entry::Pattern(pattern) = entry {
                pattern.forget_literals();
            }
        }
        Some(Matcher {
            literals,
            uses,
            ends: ends.into(),
            disguised,
            interrupted,
            reveal,
            entries: self.entries,
            loosest: self.loosest,
        })
    }
}

impl Matcher {
    /// The entries in the order added.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Looks at one block of letters of a message, as [`super::Fold::fold_into`] shows them.
    #[inline]
    pub fn probe(&self, probe: &mut Probe, letters: &[Letter]) {
        let candidates = &mut probe.candidates;
        self.literals.filter().scan(letters, &mut probe.passing, |at| candidates.push(at));
        if let Some(disguised) = &self.disguised {
            // All of them, without a branch: it takes less than stopping at the first.
            let telling = letters.iter().fold(false, |any, letter| any | disguised.is_telling(letter.character));
            probe.disguise |= telling;
        }
        if let Some(reveal) = &self.reveal {
            let pairs = letters.windows(2);
            probe.signs =
                pairs.fold(probe.signs, |signs, pair| reveal.quick.look(signs, pair[0].character, pair[1].character));
        }
    }

    /// Whether [`Self::confirm`] has anything to do after the pass over a message.
    #[inline]
    pub fn is_hot(&self, probe: &Probe) -> bool {
        !probe.candidates.is_empty() || probe.disguise || probe.signs.any()
    }

    /// Turns what the probe found into hits, ordered by place, then entry. `text` is the folded message, which began
    /// at byte `base` of the buffer that was probed.
    #[allow(clippy::too_many_arguments, reason = "scratch of the caller, reused from message to message")]
    pub fn confirm(
        &self,
        text: &str,
        base: u32,
        probe: &mut Probe,
        skeleton: &Skeleton,
        segmenter: &Segmenter,
        borders: &mut TokenBorders,
        hits: &mut Vec<Hit>,
    ) {
        borders.reset();
        let first = hits.len();
        for &candidate in &probe.candidates {
            self.look(text, (candidate - base) as usize, &mut probe.triggers, |entry, lookup, span| {
                let borders_hold = lookup == Lookup::Substring || borders.are_borders(segmenter, text, span);
                hits.push(Hit { entry, span, stream: Stream::Folded, borders_hold });
            });
        }
        self.run_patterns(text, &mut probe.triggers, hits);
        if let (true, Some(disguised)) = (probe.disguise, &self.disguised) {
            disguised.find(skeleton, text, first, hits);
            let reading = self.interrupted.as_ref().and_then(|interrupted| interrupted.reading_of(skeleton, text));
            self.reveal(reading.as_slice(), first, hits);
        }
        if let (true, Some(reveal)) = (probe.signs.any(), &self.reveal) {
            let is_word = |word: &str| segmenter.has(word);
            let readings = reveal.readings_of(skeleton, probe.signs, text, is_word);
            self.reveal(&readings, first, hits);
        }
        hits[first..].sort_unstable_by_key(|hit| (hit.span, hit.entry));
    }

    /// Adds what is found only in what a text reads out of its disguises. The hits from `first` on are those so far.
    #[cold]
    fn reveal(&self, readings: &[Revealed], first: usize, hits: &mut Vec<Hit>) {
        let mut triggers = Vec::new();
        for revealed in readings {
            let read = &revealed.text;
            let mut found = Vec::new();
            triggers.clear();
            for (start, _) in read.char_indices() {
                self.look(read, start, &mut triggers, |entry, _, span| {
                    // A single character is read out of nearly anything.
                    if read[span.range()].chars().nth(1).is_none() {
                        return;
                    }
                    found.push(Hit { entry, span, stream: Stream::Folded, borders_hold: true });
                });
            }
            self.run_patterns(read, &mut triggers, &mut found);
            let mut known: Vec<(u32, Span)> = hits[first..].iter().map(|hit| (hit.entry, hit.span)).collect();
            known.sort_unstable();
            // Of those of an entry that overlap one is made, so that the last one before a place tells of all.
            known.dedup_by(|next, before| {
                let same = before.0 == next.0 && next.1.start < before.1.end;
                if same {
                    before.1.end = before.1.end.max(next.1.end);
                }
                same
            });
            for hit in found {
                let (span, stream) = revealed.origin(hit.span);
                let allowed = stream > Stream::Folded && stream <= self.loosest[hit.entry as usize];
                if allowed && !is_known(&known, hit.entry, span) {
                    hits.push(Hit { span, stream, ..hit });
                }
            }
        }
    }

    /// Shows every literal that begins at one place.
    #[inline]
    fn look(&self, text: &str, start: usize, triggers: &mut Vec<(u32, u32)>, mut hit: impl FnMut(u32, Lookup, Span)) {
        self.literals.at(&text[start..], |literal, length| {
            let span = Span::new(start, start + length);
            let first = literal.checked_sub(1).map_or(0, |before| self.ends[before]);
            for &what in &self.uses[first as usize..self.ends[literal] as usize] {
                match what {
                    Use::Trigger { entry } => triggers.push((entry, span.start)),
                    Use::Hit { entry, lookup } if stands_alone(text, span) => hit(entry, lookup, span),
                    Use::Hit { .. } => {}
                }
            }
        });
    }

    /// Runs each pattern around its literals.
    fn run_patterns(&self, text: &str, triggers: &mut [(u32, u32)], hits: &mut Vec<Hit>) {
        triggers.sort_unstable();
        for same in triggers.chunk_by(|a, b| a.0 == b.0) {
            let entry = same[0].0;
            let Entry::Pattern(pattern) = &self.entries[entry as usize] else { continue };
            let places = Places::around(same.iter().map(|&(_, literal)| literal), pattern.required());
            // It is never told to stop.
            let _ = pattern.find_around(text, places, |span| {
                hits.push(Hit { entry, span, stream: Stream::Folded, borders_hold: true });
                ControlFlow::Continue(())
            });
        }
    }
}

/// Whether a known hit of this entry overlaps a span; those known are in order and apart.
fn is_known(known: &[(u32, Span)], entry: u32, span: Span) -> bool {
    let before = known.partition_point(|&(of, other)| (of, other.start) < (entry, span.end));
    known[..before].last().is_some_and(|&(of, other)| of == entry && other.overlaps(span))
}

/// Whether a literal that begins or ends with a Latin letter or digit is not part of a longer run of them.
pub(super) fn stands_alone(text: &str, span: Span) -> bool {
    let bytes = text.as_bytes();
    let (start, end) = (span.start as usize, span.end as usize);
    let joined = |a: Option<&u8>, b: Option<&u8>| {
        a.is_some_and(u8::is_ascii_alphanumeric) && b.is_some_and(u8::is_ascii_alphanumeric)
    };
    let joined_before = start > 0 && joined(bytes.get(start - 1), bytes.get(start));
    let joined_after = joined(bytes.get(end.wrapping_sub(1)), bytes.get(end));
    !joined_before && !joined_after
}
