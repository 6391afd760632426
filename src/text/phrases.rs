//! Phrases: a set of literals and patterns that is run over a few chosen texts (openings, closings, cues, exceptions).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::alphabet::Alphabet;
use super::fold::Letter;
use super::index::LiteralIndex;
use super::pattern::{Pattern, Places};
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
/// only around what it requires.
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
    /// Patterns that require no literal, with the characters of which each match holds one.
    others: Vec<(u32, Alphabet)>,
}

/// What a literal that was found says.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// It is this phrase.
    Is(u32),
    /// This pattern may match around it.
    Part(u32),
}

/// A message rarely holds more, and then they need no memory of their own.
type Parts = SmallVec<[Part; 24]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    phrase: u32,
    /// Where the literal begins.
    at: u32,
}

/// A phrase that occurs, or a pattern that may.
enum Found<'p> {
    Literal(usize, Span),
    Pattern(usize, Chance<'p>),
}

/// A pattern of which a literal occurs.
struct Chance<'p> {
    pattern: &'p Pattern,
    /// Its literals; none, where it requires nothing.
    parts: &'p [Part],
}

impl Chance<'_> {
    fn places(&self) -> Places<'_, impl Iterator<Item = u32>> {
        Places::around(self.parts.iter().map(|part| part.at), self.pattern.required())
    }

    /// The same as far as a match that contains the span, and those before it, need; `None`: there can be none.
    fn containing(self, text: &str, span: Span) -> Option<Self> {
        if self.parts.is_empty() {
            return Some(self);
        }
        let reach = self.pattern.reach(text.len());
        let latest = self.pattern.required().lead.map_or(usize::MAX, |lead| span.start as usize + lead);
        let (parts, _) = self.parts.split_at(self.parts.partition_point(|part| part.at as usize <= latest));
        let reaches = |part: &Part| part.at as usize + reach >= span.end as usize;
        parts.iter().any(reaches).then_some(Self { parts, ..self })
    }

    fn is_match(&self, text: &str) -> bool {
        if self.parts.is_empty() {
            return self.pattern.is_match_around(text, Places::anywhere(text));
        }
        self.pattern.is_match_around(text, self.places())
    }

    fn find(&self, text: &str, found: impl FnMut(Span) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.parts.is_empty() {
            return self.pattern.find_around(text, Places::anywhere(text), found);
        }
        self.pattern.find_around(text, self.places(), found)
    }
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
        for (index, phrase) in (0..).zip(phrases) {
            match phrase {
                Phrase::Literal(text) if text.is_empty() => {}
                Phrase::Literal(text) => literals.entry(text.clone()).or_default().push(Use::Is(index)),
                Phrase::Pattern(pattern) => {
                    let required = &pattern.required().literals;
                    if required.is_empty() {
                        others.push((index, pattern.alphabet()));
                    }
                    for literal in required {
                        literals.entry(literal.clone()).or_default().push(Use::Part(index));
                    }
                }
            }
        }
        let (literals, uses): (Vec<String>, _) = literals.into_iter().unzip();
        Self { literals: LiteralIndex::new(&literals), uses, others }
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

    /// The patterns that may match, ascending, with their literals.
    fn possible<'s>(&'s self, text: &'s str, parts: &'s mut Parts) -> impl Iterator<Item = (u32, &'s [Part])> {
        parts.sort_unstable();
        let others = self.others.iter().filter(move |(_, alphabet)| alphabet.has_any(text));
        let found = parts.chunk_by(|a, b| a.phrase == b.phrase).map(|parts| (parts[0].phrase, parts));
        others.map(|&(phrase, _)| (phrase, &[][..])).chain(found)
    }
}

impl Phrases {
    /// The set of these phrases.
    pub fn new(phrases: Vec<Phrase>) -> Self {
        Self { phrases, search: OnceLock::new() }
    }

    /// Shows the literals that occur, then the patterns that may, until told to stop.
    fn search(&self, text: &str, mut show: impl FnMut(Found<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.phrases.is_empty() {
            return ControlFlow::Continue(());
        }
        let search = self.search.get_or_init(|| Search::new(&self.phrases));
        let mut parts = Parts::new();
        search.scan(text, |what, span| match what {
            Use::Is(index) => show(Found::Literal(index as usize, span)),
            Use::Part(phrase) => {
                parts.push(Part { phrase, at: span.start });
                ControlFlow::Continue(())
            }
        })?;
        for (index, parts) in search.possible(text, &mut parts) {
            if let Phrase::Pattern(pattern) = &self.phrases[index as usize] {
                show(Found::Pattern(index as usize, Chance { pattern, parts }))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether any phrase occurs.
    pub fn is_match(&self, text: &str) -> bool {
        let flow = self.search(text, |found| match found {
            Found::Pattern(_, chance) if !chance.is_match(text) => ControlFlow::Continue(()),
            Found::Literal(..) | Found::Pattern(..) => ControlFlow::Break(()),
        });
        flow.is_break()
    }

    /// Shows the indexes of the phrases that occur, some more than once, until told to stop.
    pub fn which(&self, text: &str, mut show: impl FnMut(usize) -> ControlFlow<()>) -> ControlFlow<()> {
        self.search(text, |found| match found {
            Found::Pattern(_, chance) if !chance.is_match(text) => ControlFlow::Continue(()),
            Found::Literal(index, _) | Found::Pattern(index, _) => show(index),
        })
    }

    /// Shows each place where a phrase occurs, literals first, until told to stop.
    pub fn find_until(&self, text: &str, mut show: impl FnMut(usize, Span) -> ControlFlow<()>) -> ControlFlow<()> {
        self.search(text, |found| match found {
            Found::Literal(index, span) => show(index, span),
            Found::Pattern(index, chance) => chance.find(text, |span| show(index, span)),
        })
    }

    /// Shows each place where a phrase occurs that contains a span, and some others.
    pub fn find_around(&self, text: &str, span: Span, mut found: impl FnMut(usize, Span)) {
        // It is never told to stop.
        let _ = self.search(text, |what| {
            match what {
                Found::Literal(index, place) => found(index, place),
                Found::Pattern(index, chance) => {
                    if let Some(chance) = chance.containing(text, span) {
                        let _ = chance.find(text, |place| {
                            found(index, place);
                            ControlFlow::Continue(())
                        });
                    }
                }
            }
            ControlFlow::Continue(())
        });
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
    use super::super::classes::Classes;
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
        let mut around = Vec::new();
        set.find_around("您好,谢谢谢", Span::new(0, 3), |index, span| around.push((index, span.start)));
        assert_eq!(around, [(0, 7), (0, 10), (1, 0)]);
        around.clear();
        set.find_around("您好,谢谢谢", Span::new(7, 10), |index, span| around.push((index, span.start)));
        assert_eq!(around, [(0, 7), (0, 10)]);
        assert!(!set.is_match("好"));
        assert!(!Phrases::new(Vec::new()).is_match("好"));
    }
}
