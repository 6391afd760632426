//! Placeholders: texts that stand for a picture, a card, a sticker, a voice message, or something taken back.

use std::collections::HashMap;

use super::dialogue::Cues;
use crate::conversation::Kind;
use crate::dictionary::{Cue, Diagnostic};
use crate::text::{Pattern, Phrase};

/// What whole messages stand for.
#[derive(Debug, Default)]
pub(super) struct Placeholders {
    literals: HashMap<String, Kind>,
    patterns: Vec<(Pattern, Kind)>,
    longest: usize,
    /// First characters of all literals: every message is asked, and nearly all of them begin otherwise.
    firsts: Characters,
    /// How the texts of all patterns begin or end; `None`: in ways that cannot be told.
    edges: Option<Edges>,
}

/// Texts of which one stands at the edge of whatever matches.
#[derive(Debug, Default)]
struct Edges {
    beginnings: Vec<String>,
    endings: Vec<String>,
    firsts: Characters,
    lasts: Characters,
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

impl Placeholders {
    pub(super) fn new(cues: &mut Cues<'_>, file: &[Cue]) -> Self {
        let mut placeholders = Self { edges: Some(Edges::default()), ..Self::default() };
        for cue in file {
            let kind = match cue.value.as_str() {
                "image" => Kind::Image,
                "card" => Kind::Card,
                "sticker" => Kind::Sticker,
                "voice" => Kind::Voice,
                "recalled" => Kind::Recalled,
                other => {
                    cues.diagnostics.push(
                        Diagnostic::error("bad-value", cue.origin.clone(), format!("`{other}` is no kind of message"))
                            .advise("write image, card, sticker, voice or recalled"),
                    );
                    continue;
                }
            };
            match cues.phrase(cue) {
                Some(Phrase::Literal(_)) => {
                    placeholders.longest = placeholders.longest.max(cue.text.len());
                    placeholders.literals.insert(cue.text.clone(), kind);
                    placeholders.firsts.extend(cue.text.chars().take(1));
                }
                Some(Phrase::Pattern(pattern)) => {
                    placeholders.longest = placeholders.longest.max(pattern.reach(256));
                    placeholders.edges = placeholders.edges.take().and_then(|edges| edges.with(&pattern));
                    placeholders.patterns.push((pattern, kind));
                }
                None => {}
            }
        }
        placeholders
    }

    /// What a message, trimmed, stands for.
    pub(super) fn kind_of(&self, text: &str) -> Option<Kind> {
        let first = text.chars().next()?;
        if text.len() > self.longest {
            return None;
        }
        if self.firsts.may_have(first)
            && let Some(&kind) = self.literals.get(text)
        {
            return Some(kind);
        }
        if !self.edges.as_ref().is_none_or(|edges| edges.allow(text)) {
            return None;
        }
        self.patterns.iter().find_map(|(pattern, kind)| pattern.covers(text).then_some(*kind))
    }
}

impl Edges {
    fn with(mut self, pattern: &Pattern) -> Option<Self> {
        if let Some(beginnings) = pattern.beginnings() {
            self.firsts.extend(beginnings.iter().filter_map(|text| text.chars().next()));
            self.beginnings.extend(beginnings);
        } else {
            let endings = pattern.endings()?;
            self.lasts.extend(endings.iter().filter_map(|text| text.chars().next_back()));
            self.endings.extend(endings);
        }
        Some(self)
    }

    fn allow(&self, text: &str) -> bool {
        let begins = || self.beginnings.iter().any(|beginning| text.starts_with(beginning.as_str()));
        let ends = || self.endings.iter().any(|ending| text.ends_with(ending.as_str()));
        text.chars().next().is_some_and(|first| self.firsts.may_have(first)) && begins()
            || text.chars().next_back().is_some_and(|last| self.lasts.may_have(last)) && ends()
    }
}
