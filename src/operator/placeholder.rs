//! Whole messages that are not what somebody said: they stand for a picture, a card, a sticker, a voice message or something
//! taken back, or are notices of the system.

use std::collections::HashMap;

use super::dialogue::Cues;
use crate::dictionary::{Cue, Diagnostic};
use crate::text::{Pattern, Phrase};

/// What whole messages stand for.
#[derive(Debug)]
pub(super) struct Placeholders<T> {
    literals: HashMap<String, T>,
    patterns: Vec<(Pattern, T, Edge)>,
    longest: usize,
    /// First characters of all literals: every message is asked, and nearly all of them begin otherwise.
    firsts: Characters,
}

/// Texts of which one stands at the edge of whatever a pattern matches.
#[derive(Debug)]
struct Edge {
    place: EdgePlace,
    texts: Vec<String>,
    /// Their first characters, or their last ones.
    characters: Characters,
}

#[derive(Debug, Clone, Copy)]
enum EdgePlace {
    Beginning,
    End,
    /// It cannot be told.
    Unknown,
}

/// A set of characters that sometimes claims to have one that it has not.
#[derive(Debug, Default)]
struct Characters([u64; 4]);

impl Characters {
    fn extend(&mut self, characters: impl Iterator<Item = char>) {
        for character in characters {
            self.0[character as usize >> 6 & 3] |= 1 << (character as u32 & 63);
        }
    }

    fn may_have(&self, character: char) -> bool {
        self.0[character as usize >> 6 & 3] >> (character as u32 & 63) & 1 == 1
    }
}

impl<T: Copy> Placeholders<T> {
    /// `meaning`: what a cue's value says; `known`: the values that it takes.
    pub(super) fn new(cues: &mut Cues<'_>, file: &[Cue], meaning: impl Fn(&str) -> Option<T>, known: &str) -> Self {
        let mut placeholders =
            Self { literals: HashMap::new(), patterns: Vec::new(), longest: 0, firsts: Characters::default() };
        for cue in file {
            let Some(kind) = meaning(&cue.value) else {
                let message = format!("`{}` is nothing that a message can stand for", cue.value);
                let problem = Diagnostic::error("bad-value", cue.origin.clone(), message);
                cues.diagnostics.push(problem.advise(format!("write {known}")));
                continue;
            };
            match cues.phrase(cue) {
                Some(Phrase::Literal(_)) => {
                    placeholders.longest = placeholders.longest.max(cue.text.len());
                    placeholders.literals.insert(cue.text.clone(), kind);
                    placeholders.firsts.extend(cue.text.chars().take(1));
                }
                Some(Phrase::Pattern(pattern)) => {
                    placeholders.longest = placeholders.longest.max(pattern.reach(256));
                    let edge = Edge::of(&pattern);
                    placeholders.patterns.push((pattern, kind, edge));
                }
                None => {}
            }
        }
        placeholders
    }

    /// What a message, trimmed, stands for.
    pub(super) fn of(&self, text: &str) -> Option<T> {
        let first = text.chars().next()?;
        if text.len() > self.longest {
            return None;
        }
        if self.firsts.may_have(first)
            && let Some(&kind) = self.literals.get(text)
        {
            return Some(kind);
        }
        let last = text.chars().next_back()?;
        let stands_for = |(pattern, kind, edge): &(Pattern, T, Edge)| {
            (edge.allows(text, first, last) && pattern.covers(text)).then_some(*kind)
        };
        self.patterns.iter().find_map(stands_for)
    }
}

impl Edge {
    fn of(pattern: &Pattern) -> Self {
        let (place, texts) = match pattern.beginnings() {
            Some(beginnings) => (EdgePlace::Beginning, beginnings),
            None => match pattern.endings() {
                Some(endings) => (EdgePlace::End, endings),
                None => (EdgePlace::Unknown, Vec::new()),
            },
        };
        let mut characters = Characters::default();
        characters.extend(texts.iter().filter_map(|text| match place {
            EdgePlace::Beginning => text.chars().next(),
            EdgePlace::End | EdgePlace::Unknown => text.chars().next_back(),
        }));
        Self { place, texts, characters }
    }

    /// Whether a text with these characters at its ends may be matched as a whole.
    fn allows(&self, text: &str, first: char, last: char) -> bool {
        let (edge, stands): (char, fn(&str, &str) -> bool) = match self.place {
            EdgePlace::Beginning => (first, |text, edge| text.starts_with(edge)),
            EdgePlace::End => (last, |text, edge| text.ends_with(edge)),
            EdgePlace::Unknown => return true,
        };
        self.characters.may_have(edge) && self.texts.iter().any(|known| stands(text, known))
    }
}
