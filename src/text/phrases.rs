//! Phrases: a set of literals and patterns that is run over a few chosen texts (openings, closings, cues, exceptions).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::fold::Letter;
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

/// A set of phrases. Their literals, and those that their patterns require, are looked up together; a pattern is run
/// only where all that it requires is found.
pub struct Phrases {
    phrases: Vec<Phrase>,
    /// Made at the first use.
    search: OnceLock<Search>,
}

#[derive(Debug)]
struct Search {
    literals: LiteralIndex<4096>,
    /// What each literal is for.
    uses: Vec<Vec<Use>>,
    /// How many sets of literals each phrase requires.
    sets: Vec<u8>,
    /// Patterns that require no literal.
    others: Vec<u32>,
}

/// What a literal that was found says.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// It is this phrase.
    Is(u32),
    /// One of the sets that a pattern requires has occurred.
    Part(Part),
}

/// A message rarely holds more, and then they need no memory of their own.
type Parts = SmallVec<[Part; 24]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    phrase: u32,
    set: u8,
}

/// A phrase that occurs, or a pattern that may.
enum Found<'p> {
    Literal(usize, Span),
    Pattern(usize, &'p Pattern),
}

impl std::fmt::Debug for Phrases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Phrases").field("phrases", &self.phrases.len()).finish_non_exhaustive()
    }
}

impl Search {
    fn new(phrases: &[Phrase]) -> Self {
        let mut literals: BTreeMap<String, Vec<Use>> = BTreeMap::new();
        let mut others = Vec::new();
        let mut sets = vec![0; phrases.len()];
        for (index, phrase) in (0..).zip(phrases) {
            match phrase {
                Phrase::Literal(text) if text.is_empty() => {}
                Phrase::Literal(text) => literals.entry(text.clone()).or_default().push(Use::Is(index)),
                Phrase::Pattern(pattern) => {
                    let required = pattern.required_sets();
                    if required.is_empty() {
                        others.push(index);
                    }
                    for (set, required) in (0..).zip(required) {
                        sets[index as usize] = set + 1;
                        for literal in required {
                            literals.entry(literal).or_default().push(Use::Part(Part { phrase: index, set }));
                        }
                    }
                }
            }
        }
        let (literals, uses): (Vec<String>, _) = literals.into_iter().unzip();
        Self { literals: LiteralIndex::new(&literals), uses, sets, others }
    }

    /// Shows the literals of the text with what they are for, until told to stop.
    fn scan(&self, text: &str, mut show: impl FnMut(Use, Span) -> ControlFlow<()>) -> ControlFlow<()> {
        let filter = self.literals.filter();
        let mut begins = |at: usize| {
            let mut flow = ControlFlow::Continue(());
            self.literals.at(&text[at..], |literal, length| {
                for &what in &self.uses[literal] {
                    if flow.is_continue() {
                        flow = show(what, Span::new(at, at + length));
                    }
                }
            });
            flow
        };
        let mut chars = text.char_indices();
        let Some((mut previous_at, mut previous)) = chars.next() else { return ControlFlow::Continue(()) };
        while let Some((at, character)) = chars.next() {
            if filter.may_begin(previous, character) {
                let third = chars.as_str().chars().next().unwrap_or(Letter::NONE);
                if filter.begins(previous, character, third) {
                    begins(previous_at)?;
                }
            }
            (previous_at, previous) = (at, character);
        }
        if filter.is_single(previous) { begins(previous_at) } else { ControlFlow::Continue(()) }
    }

    /// The patterns of which all sets have occurred, ascending.
    fn complete<'s>(&'s self, parts: &'s mut Parts) -> impl Iterator<Item = u32> + 's {
        parts.sort_unstable();
        parts.dedup();
        let same = parts.chunk_by(|a, b| a.phrase == b.phrase);
        let complete = same.filter(|parts| parts.len() == usize::from(self.sets[parts[0].phrase as usize]));
        self.others.iter().copied().chain(complete.map(|parts| parts[0].phrase))
    }
}

impl Phrases {
    /// The set of these phrases.
    pub fn new(phrases: Vec<Phrase>) -> Self {
        Self { phrases, search: OnceLock::new() }
    }

    /// Shows the literals that occur, then the patterns that may, until told to stop.
    fn search<'s>(&'s self, text: &str, mut show: impl FnMut(Found<'s>) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.phrases.is_empty() {
            return ControlFlow::Continue(());
        }
        let search = self.search.get_or_init(|| Search::new(&self.phrases));
        let mut parts = Parts::new();
        search.scan(text, |what, span| match what {
            Use::Is(index) => show(Found::Literal(index as usize, span)),
            Use::Part(part) => {
                if parts.last() != Some(&part) {
                    parts.push(part);
                }
                ControlFlow::Continue(())
            }
        })?;
        for index in search.complete(&mut parts) {
            if let Phrase::Pattern(pattern) = &self.phrases[index as usize] {
                show(Found::Pattern(index as usize, pattern))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether any phrase occurs.
    pub fn is_match(&self, text: &str) -> bool {
        let flow = self.search(text, |found| match found {
            Found::Pattern(_, pattern) if !pattern.is_match(text) => ControlFlow::Continue(()),
            Found::Literal(..) | Found::Pattern(..) => ControlFlow::Break(()),
        });
        flow.is_break()
    }

    /// Shows the indexes of the phrases that occur, some more than once, until told to stop.
    pub fn which(&self, text: &str, mut show: impl FnMut(usize) -> ControlFlow<()>) -> ControlFlow<()> {
        self.search(text, |found| match found {
            Found::Pattern(_, pattern) if !pattern.is_match(text) => ControlFlow::Continue(()),
            Found::Literal(index, _) | Found::Pattern(index, _) => show(index),
        })
    }

    /// Shows each place where a phrase occurs, literals first, until told to stop.
    pub fn find_until(&self, text: &str, mut show: impl FnMut(usize, Span) -> ControlFlow<()>) -> ControlFlow<()> {
        self.search(text, |found| match found {
            Found::Literal(index, span) => show(index, span),
            Found::Pattern(index, pattern) => {
                let mut flow = ControlFlow::Continue(());
                pattern.find_in(text, Span::new(0, text.len()), |span| {
                    if flow.is_continue() {
                        flow = show(index, span);
                    }
                });
                flow
            }
        })
    }

    /// Shows each place where a phrase occurs.
    pub fn find_all(&self, text: &str, mut found: impl FnMut(usize, Span)) {
        // It is never told to stop.
        let _ = self.find_until(text, |index, span| {
            found(index, span);
            ControlFlow::Continue(())
        });
    }
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
