//! Text: folding with the way back, segmentation, matching.
//!
//! A message is folded once ([`Fold`]), its letters are probed ([`Matcher::probe`]), and only where two and then three of
//! them begin some term is the table of terms looked into ([`Matcher::confirm`]). Terms that ask for disguise are looked up
//! in the skeleton ([`Skeleton`]) as well, and in what a message reads with split characters, syllables and characters that
//! stand in for others undone. Token borders come from jieba, and only for the block around a hit ([`Segmenter`]).

mod alphabet;
mod border;
mod classes;
mod disguise;
mod entity;
mod everyday;
mod filter;
mod fold;
mod index;
mod inspect;
mod lean;
mod literal;
mod machine;
mod matcher;
mod origin;
mod parted;
mod pattern;
mod phrases;
mod reveal;
mod segment;
mod skeleton;
mod span;
mod stream;
mod vicinity;

#[cfg(test)]
mod matcher_tests;

pub use alphabet::Alphabet;
pub use border::{clause_around, is_clause_border};
pub use classes::Classes;
pub use entity::{Entity, EntityKind, EntityWords, digits, entities};
pub use fold::{Fold, FoldRow, Letter};
pub use inspect::{Evidence, Reachable};
pub use matcher::{Entry, Hit, Lookup, Matcher, MatcherBuilder, Probe};
pub use origin::Origins;
pub use parted::{Parting, Unparted};
pub use pattern::{Pattern, PatternError};
pub use phrases::{Phrase, Phrases};
pub use reveal::Readings;
pub use segment::{Hmm, Segmenter, TokenBorders};
pub use skeleton::Skeleton;
pub use span::{CharSpan, Span};
pub use stream::Stream;
