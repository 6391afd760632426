//! The text as it reads with its disguises taken off, and the way back.

use std::cmp::Reverse;

use super::super::span::Span;
use super::super::stream::Stream;
use super::search::{Piece, Reading};

/// So many readings of a text are looked at where its pieces contradict each other.
const PASSES: usize = 6;

/// One reading of a text.
#[derive(Debug, Default)]
pub(in super::super) struct Revealed {
    /// What it reads.
    pub(in super::super) text: String,
    /// For each character: where it begins in `text`, the folded bytes that it is read out of, and how. What was dropped
    /// before a character stands there as well, with no bytes of `text`.
    origins: Vec<(u32, Span, Stream)>,
}

impl Revealed {
    /// Adds a character that is read out of these folded bytes.
    pub(super) fn push(&mut self, character: char, folded: Span, stream: Stream) {
        self.origins.push((self.text.len() as u32, folded, stream));
        self.text.push(character);
    }

    /// Passes over interference.
    pub(super) fn drop(&mut self, folded: Span) {
        self.origins.push((self.text.len() as u32, folded, Stream::Skeleton));
    }

    /// The folded bytes behind a span of the reading, and the loosest stream among them.
    pub(in super::super) fn origin(&self, span: Span) -> (Span, Stream) {
        let first = self.origins.partition_point(|&(at, ..)| at <= span.start).saturating_sub(1);
        let behind = self.origins[first..].iter().take_while(|&&(at, ..)| at < span.end);
        let mut origin: Option<(Span, Stream)> = None;
        for &(_, folded, stream) in behind {
            let (so_far, loosest) = origin.unwrap_or((folded, stream));
            origin = Some((Span { start: so_far.start, end: folded.end }, loosest.max(stream)));
        }
        origin.unwrap_or((Span::new(0, 0), Stream::Folded))
    }
}

/// The readings of a text of which these are all pieces: each piece is in one of them, as far as [`PASSES`] go.
/// `starts`: where each character begins, and the length of the text.
pub(super) fn readings(text: &[char], starts: &[u32], mut pieces: Vec<Piece>) -> Vec<Revealed> {
    let order = |piece: &Piece| {
        let loosest = piece.iter().map(|reading| reading.stream).max();
        (piece.first().map(|first| first.start), Reverse(piece.len()), loosest)
    };
    pieces
        .sort_by_cached_key(|piece| (order(piece), piece.iter().map(|reading| reading.character).collect::<String>()));
    let mut readings = Vec::new();
    while !pieces.is_empty() && readings.len() < PASSES {
        let mut chosen: Vec<Option<Reading>> = vec![None; text.len()];
        // Where a chosen reading reaches to.
        let mut taken: Vec<bool> = vec![false; text.len()];
        pieces.retain(|piece| {
            let fits = piece.iter().all(|reading| match chosen[reading.start] {
                Some(other) => other.character == reading.character && other.end == reading.end,
                None => !taken[reading.start..reading.end].contains(&true),
            });
            if fits {
                for &reading in piece {
                    chosen[reading.start] = Some(reading);
                    taken[reading.start..reading.end].fill(true);
                }
            }
            !fits
        });
        readings.push(write(text, starts, &chosen));
    }
    readings
}

fn write(text: &[char], starts: &[u32], chosen: &[Option<Reading>]) -> Revealed {
    let mut revealed = Revealed::default();
    let mut at = 0;
    while at < text.len() {
        let plain = Reading { start: at, end: at + 1, character: text[at], stream: Stream::Folded };
        let reading = chosen[at].unwrap_or(plain);
        let folded = Span { start: starts[at], end: starts[reading.end] };
        revealed.push(reading.character, folded, reading.stream);
        at = reading.end;
    }
    revealed
}
