//! Looks for the literals in all ways in which their characters can be written.

use super::super::skeleton::Skeleton;
use super::super::stream::Stream;
use super::runs::Runs;
use super::vocabulary::{Node, Vocabulary};

/// Fewer letters than this in one run spell words of other languages too often: made, tame.
const SHORT_RUN: usize = 5;

/// One character of a literal, read out of some characters of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// Index of the first character of the text.
    pub(super) start: usize,
    /// Index after the last one. What parts it from the next reading of the literal belongs to it.
    pub(super) end: usize,
    /// What is read.
    pub(super) character: char,
    /// How.
    pub(super) stream: Stream,
}

/// A literal, read out of a text.
pub(super) type Piece = Vec<Reading>;

/// A search over one text.
pub(super) struct Search<'s> {
    pub(super) vocabulary: &'s Vocabulary,
    pub(super) skeleton: &'s Skeleton,
    pub(super) runs: &'s Runs,
    pub(super) text: &'s [char],
}

impl Search<'_> {
    /// All literals that stand in a text in disguise, and the characters that cannot but be in one, ordered by where they
    /// begin.
    pub(super) fn all(&self) -> Vec<Piece> {
        let mut found = Vec::new();
        for start in 0..self.text.len() {
            self.read(Node::ROOT, start, Stream::Folded, &mut Vec::new(), &mut found);
            // What no literal holds may still be what stands before one: 亻尔有病.
            for (length, character) in self.vocabulary.joined_barely(&self.text[start..]) {
                found.push(vec![Reading { start, end: start + length, character, stream: Stream::Split }]);
            }
        }
        found
    }

    /// Goes on from a node with what was read so far, and the loosest stream that it took.
    fn walk(&self, node: Node, mut at: usize, loosest: Stream, path: &mut Piece, found: &mut Vec<Piece>) {
        if loosest > Stream::Skeleton
            && self.vocabulary.end(node).is_some_and(|allowed| loosest <= allowed)
            && !is_short_run(path)
        {
            found.push(path.clone());
        }
        let mut loosest = loosest;
        for _ in 0..=Skeleton::MAX_INTERFERENCE {
            self.read(node, at, loosest, path, found);
            if !self.text.get(at).is_some_and(|&character| self.skeleton.drops(character)) {
                return;
            }
            at += 1;
            loosest = loosest.max(Stream::Skeleton);
            // The caller takes this reading away again.
            if let Some(last) = path.last_mut() {
                last.end = at;
            }
        }
    }

    /// Reads the next character in every way.
    fn read(&self, node: Node, at: usize, loosest: Stream, path: &mut Piece, found: &mut Vec<Piece>) {
        let Some(&written) = self.text.get(at) else { return };
        let vocabulary = self.vocabulary;
        let mut step = |next: Node, end: usize, character: char, stream: Stream| {
            path.push(Reading { start: at, end, character, stream });
            self.walk(next, end, loosest.max(stream), path, found);
            path.pop();
        };
        // A letter of a syllable is not a letter of a literal as well.
        if !self.runs.has(at)
            && let Some(next) = vocabulary.child(node, written)
        {
            step(next, at + 1, written, Stream::Folded);
        }
        for (length, whole) in vocabulary.joined(&self.text[at..]) {
            if let Some(next) = vocabulary.child(node, whole) {
                step(next, at + length, whole, Stream::Split);
            }
        }
        for (end, sound) in self.runs.at(&vocabulary.syllables, self.text, at) {
            for &(character, next) in vocabulary.sounding(node, sound) {
                step(next, end, character, Stream::Pinyin);
            }
        }
    }
}

/// Whether a literal is read out of one run of few letters.
fn is_short_run(path: &[Reading]) -> bool {
    let solid = path.windows(2).all(|pair| pair[0].end == pair[1].start);
    let letters: usize = path.iter().map(|reading| reading.end - reading.start).sum();
    solid && letters < SHORT_RUN && path.iter().all(|reading| reading.stream == Stream::Pinyin)
}
