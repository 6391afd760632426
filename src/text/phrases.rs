//! Phrases: a set of literals and patterns that is run over a few chosen texts (openings, closings, cues, exceptions).

use std::sync::OnceLock;

use regex_automata::{Input, PatternID, meta};

use super::pattern::{Pattern, build_set};
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
    fn expression(&self) -> String {
        match self {
            Self::Literal(text) => regex_syntax::escape(text),
            Self::Pattern(pattern) => pattern.expanded().to_owned(),
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

/// A set of phrases with one machine over all of them, built at the first use.
pub struct Phrases {
    phrases: Vec<Phrase>,
    machine: OnceLock<Option<meta::Regex>>,
}

impl std::fmt::Debug for Phrases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Phrases").field("phrases", &self.phrases.len()).finish_non_exhaustive()
    }
}

impl Phrases {
    /// The set of these phrases.
    pub fn new(phrases: Vec<Phrase>) -> Self {
        Self { phrases, machine: OnceLock::new() }
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

    fn machine(&self) -> Option<&meta::Regex> {
        self.machine
            .get_or_init(|| {
                let expressions: Vec<String> = self.phrases.iter().map(Phrase::expression).collect();
                build_set(&expressions)
            })
            .as_ref()
    }

    /// Whether any phrase occurs.
    pub fn is_match(&self, text: &str) -> bool {
        if self.phrases.is_empty() {
            return false;
        }
        match self.machine() {
            Some(machine) => machine.is_match(text),
            // Too large together: one after the other.
            None => self.which(text).next().is_some(),
        }
    }

    /// The indexes of the phrases that occur, ascending.
    pub fn which<'s>(&'s self, text: &'s str) -> impl Iterator<Item = usize> + 's {
        let set = (!self.phrases.is_empty()).then(|| self.machine()).flatten().map(|machine| {
            let mut set = regex_automata::PatternSet::new(self.phrases.len());
            machine.which_overlapping_matches(&Input::new(text), &mut set);
            set
        });
        (0..self.phrases.len()).filter(move |&index| match &set {
            Some(set) => PatternID::new(index).is_ok_and(|id| set.contains(id)),
            None => {
                let mut found = false;
                self.phrases[index].find_in(text, Span::new(0, text.len()), |_| found = true);
                found
            }
        })
    }

    /// Shows each place where a phrase occurs.
    pub fn find_all(&self, text: &str, mut found: impl FnMut(usize, Span)) {
        if !self.is_match(text) {
            return;
        }
        for index in self.which(text) {
            self.phrases[index].find_in(text, Span::new(0, text.len()), |span| found(index, span));
        }
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
