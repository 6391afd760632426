//! Phrases: a set of literals and patterns that is run over a few chosen texts (openings, closings, cues, exceptions).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use super::index::LiteralIndex;
use super::pattern::Pattern;
use super::span::Span;

/// One member of a set.
#[derive(Debug)]
pub enum Phrase {
    /// A folded literal.
    Literal(String),
    /// A pattern.
    Pattern(Pattern),
}

impl Phrase {
    /// Whether it occurs in the text.
    fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => text.contains(literal.as_str()),
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }

    /// Shows each place of the text where it matches.
    pub fn find_in(&self, text: &str, window: Span, mut found: impl FnMut(Span)) {
        match self {
            Self::Literal(literal) => {
                let start = window.start as usize;
                // Overlapping occurrences count: an exception may cover a hit by its second one.
                let mut from = start;
                while let Some(at) = text[from..window.end as usize].find(literal.as_str()) {
                    let begin = from + at;
                    found(Span::new(begin, begin + literal.len()));
                    from = begin + literal.chars().next().map_or(1, char::len_utf8);
                }
            }
            Self::Pattern(pattern) => pattern.find_in(text, window, found),
        }
    }
}

/// A set of phrases. Their literals, and those that their patterns require, are looked up together; a pattern is run
/// only where one of its own is found.
pub struct Phrases {
    phrases: Vec<Phrase>,
    /// Made at the first use.
    search: OnceLock<Search>,
}

#[derive(Debug)]
struct Search {
    literals: LiteralIndex,
    /// The phrases that each literal is for.
    uses: Vec<Vec<u32>>,
    /// Patterns that require no literal.
    others: Vec<u32>,
}

impl std::fmt::Debug for Phrases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Phrases").field("phrases", &self.phrases.len()).finish_non_exhaustive()
    }
}

impl Search {
    fn new(phrases: &[Phrase]) -> Self {
        let mut literals: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut others = Vec::new();
        for (index, phrase) in (0..).zip(phrases) {
            match phrase {
                Phrase::Literal(text) if text.is_empty() => others.push(index),
                Phrase::Literal(text) => literals.entry(text.clone()).or_default().push(index),
                Phrase::Pattern(pattern) => match pattern.any_literals() {
                    Some(required) => {
                        for literal in required {
                            literals.entry(literal).or_default().push(index);
                        }
                    }
                    None => others.push(index),
                },
            }
        }
        let (literals, uses): (Vec<String>, _) = literals.into_iter().unzip();
        Self { literals: LiteralIndex::new(&literals), uses, others }
    }

    /// Shows the phrases that may occur in the text, some more than once, until told to stop.
    fn candidates(&self, text: &str, mut show: impl FnMut(u32) -> ControlFlow<()>) -> ControlFlow<()> {
        for &other in &self.others {
            show(other)?;
        }
        let filter = self.literals.filter();
        let mut previous = '\0';
        let mut previous_at = 0;
        for (at, character) in text.char_indices() {
            if filter.may_begin(previous, character) {
                self.begins(&text[previous_at..], &mut show)?;
            }
            previous = character;
            previous_at = at;
        }
        if filter.is_single(previous) {
            self.begins(&text[previous_at..], &mut show)?;
        }
        ControlFlow::Continue(())
    }

    fn begins(&self, rest: &str, show: &mut impl FnMut(u32) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        self.literals.at(rest, |literal, _| {
            for &phrase in &self.uses[literal] {
                if flow.is_continue() {
                    flow = show(phrase);
                }
            }
        });
        flow
    }
}

impl Phrases {
    /// The set of these phrases.
    pub fn new(phrases: Vec<Phrase>) -> Self {
        Self { phrases, search: OnceLock::new() }
    }

    /// The phrases in their order.
    pub fn get(&self, index: usize) -> Option<&Phrase> {
        self.phrases.get(index)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Shows the phrases that may occur in the text, some more than once, until told to stop.
    fn candidates(&self, text: &str, show: impl FnMut(u32) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.phrases.is_empty() {
            return ControlFlow::Continue(());
        }
        self.search.get_or_init(|| Search::new(&self.phrases)).candidates(text, show)
    }

    /// Whether any phrase occurs.
    pub fn is_match(&self, text: &str) -> bool {
        let mut patterns = Vec::new();
        let flow = self.candidates(text, |index| {
            if matches!(self.phrases[index as usize], Phrase::Literal(_)) {
                return ControlFlow::Break(());
            }
            keep(&mut patterns, index);
            ControlFlow::Continue(())
        });
        flow.is_break() || sorted(patterns).into_iter().any(|index| self.phrases[index as usize].is_match(text))
    }

    /// The indexes of the phrases that occur, ascending.
    pub fn which<'s>(&'s self, text: &'s str) -> impl Iterator<Item = usize> + 's {
        let candidates = self.all_candidates(text).into_iter().map(|index| index as usize);
        candidates.filter(|&index| self.phrases[index].is_match(text))
    }

    /// Shows each place where a phrase occurs, phrase by phrase, until told to stop.
    pub fn find_until(&self, text: &str, mut found: impl FnMut(usize, Span) -> ControlFlow<()>) {
        for index in self.all_candidates(text) {
            let mut flow = ControlFlow::Continue(());
            self.phrases[index as usize].find_in(text, Span::new(0, text.len()), |span| {
                if flow.is_continue() {
                    flow = found(index as usize, span);
                }
            });
            if flow.is_break() {
                return;
            }
        }
    }

    /// Shows each place where a phrase occurs.
    pub fn find_all(&self, text: &str, mut found: impl FnMut(usize, Span)) {
        self.find_until(text, |index, span| {
            found(index, span);
            ControlFlow::Continue(())
        });
    }

    fn all_candidates(&self, text: &str) -> Vec<u32> {
        let mut candidates = Vec::new();
        // The closure never tells it to stop.
        let _ = self.candidates(text, |index| {
            keep(&mut candidates, index);
            ControlFlow::Continue(())
        });
        sorted(candidates)
    }
}

fn keep(candidates: &mut Vec<u32>, index: u32) {
    if candidates.last() != Some(&index) {
        candidates.push(index);
    }
}

fn sorted(mut candidates: Vec<u32>) -> Vec<u32> {
    candidates.sort_unstable();
    candidates.dedup();
    candidates
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Classes;
    use super::*;

    #[test]
    fn all_members_are_found_in_place() {
        let set = Phrases::new(vec![
            Phrase::Literal("谢谢".into()),
            Phrase::Pattern(Pattern::parse("^您好", &Classes::default()).unwrap()),
        ]);
        let mut found = Vec::new();
        set.find_all("您好,谢谢谢", |index, span| found.push((index, span.start)));
        assert_eq!(found, [(0, 7), (0, 10), (1, 0)]);
        assert!(!set.is_match("好"));
        assert!(!Phrases::new(Vec::new()).is_match("好"));
    }
}
