//! Acknowledgements: messages that say nothing but yes, thanks and the like, so that no answer is due.

use super::dialogue::Cues;
use crate::dictionary::{Cue, Diagnostic};
use crate::text::{Alphabet, Classes, Pattern, Phrase};

/// Signs between acknowledgements. A question mark is never a pleasantry.
const SIGN: &str = r"[^\p{L}\p{N}?]";

/// All acknowledgements and particles together.
#[derive(Debug)]
pub(super) struct Acknowledgement {
    /// Matches a text that consists of them.
    whole: Pattern,
    /// What they are written with, but for those of nearly any character.
    alphabet: Alphabet,
    /// What occurs where one of those occurs; `None`: that cannot be told.
    wide: Option<Vec<String>>,
}

impl Acknowledgement {
    pub(super) fn compile(cues: &mut Cues<'_>, words: &[Cue], particles: &[Cue]) -> Option<Self> {
        let mut branches = Vec::new();
        let mut alphabet = Pattern::parse(SIGN, &Classes::default()).ok()?.alphabet();
        let mut wide = Some(Vec::new());
        for cue in words.iter().chain(particles) {
            match cues.phrase(cue) {
                Some(Phrase::Literal(text)) => {
                    alphabet.add_text(&text);
                    branches.push(regex_syntax::escape(&text));
                }
                Some(Phrase::Pattern(pattern)) => {
                    let own = pattern.alphabet();
                    if own.is_wide() {
                        let required = pattern.required_literals();
                        wide = wide.filter(|_| !required.is_empty()).map(|wide: Vec<_>| [wide, required].concat());
                    } else {
                        alphabet.merge(&own);
                    }
                    branches.push(pattern.expanded().to_owned());
                }
                None => {}
            }
        }
        if branches.is_empty() {
            return None;
        }
        let whole = format!("^(?:(?:{})|{SIGN})+$", branches.join(")|(?:"));
        let origin = words.first()?.origin.clone();
        let made = Pattern::parse(&whole, &Classes::default()).and_then(|pattern| pattern.validate().map(|()| pattern));
        made.map(|whole| Self { whole, alphabet, wide })
            .inspect_err(|error| {
                let message = format!("all acknowledgements together: {error}");
                cues.diagnostics.push(Diagnostic::error(error.code(), origin, message).advise(error.advice()));
            })
            .ok()
    }

    /// Whether a folded text consists of them.
    pub(super) fn is_all_of(&self, folded: &str) -> bool {
        self.may_be_all_of(folded) && self.whole.matches_from_start(folded)
    }

    /// A look at its characters tells of nearly every message that it says more.
    fn may_be_all_of(&self, folded: &str) -> bool {
        self.alphabet.has_all(folded)
            || self.wide.as_ref().is_none_or(|wide| wide.iter().any(|literal| folded.contains(literal.as_str())))
    }
}
