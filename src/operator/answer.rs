//! What an operator says.

use super::view::MessageIndex;
use crate::text::Span;

/// What one rule says of one conversation.
#[derive(Debug, Default)]
pub struct Answers {
    /// Holds, and can never be withdrawn.
    pub settled: Vec<Finding>,
    /// Holds now, and may still be withdrawn while the conversation goes on.
    pub provisional: Vec<Finding>,
    /// Why the rule could not be judged, in whole or in part.
    pub not_evaluated: Option<NotEvaluated>,
    /// What was found and did not count, where the caller asked to be told.
    pub suppressed: Option<Vec<Suppressed>>,
}

impl Answers {
    /// Answers that also keep what was suppressed, for explanations.
    pub fn explaining() -> Self {
        Self { suppressed: Some(Vec::new()), ..Self::default() }
    }

    /// Forgets everything but whether to explain.
    pub fn clear(&mut self) {
        self.settled.clear();
        self.provisional.clear();
        self.not_evaluated = None;
        if let Some(suppressed) = &mut self.suppressed {
            suppressed.clear();
        }
    }

    pub(super) fn explains(&self) -> bool {
        self.suppressed.is_some()
    }

    pub(super) fn suppress(&mut self, what: impl FnOnce() -> Suppressed) {
        if let Some(suppressed) = &mut self.suppressed {
            suppressed.push(what());
        }
    }
}

/// One breach or signal, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The message it points at.
    pub message: MessageIndex,
    /// The words; empty: the whole message.
    pub quotes: Vec<Quote>,
    /// The message whose key identifies it; `None`: the conversation.
    pub anchor: Option<MessageIndex>,
    /// Permille.
    pub confidence: u16,
    /// Circumstances that lowered the confidence, ordered.
    pub reasons: Vec<Reason>,
}

/// Words that are evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Bytes of the folded message.
    pub span: Span,
    /// Index of the term in its rule.
    pub term: u32,
    /// Permille, lowered already.
    pub confidence: u16,
    /// Why it was lowered.
    pub reasons: Vec<Reason>,
}

/// A circumstance that lowers confidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It was seen through interference, repeats or look-alike letters.
    Disguise,
    /// A character of it was written as its parts.
    Split,
    /// A character that looks like it stood for one of it.
    LookAlike,
    /// A character of it was written as a syllable in Latin letters.
    Pinyin,
    /// A character that sounds like it stood for one of it.
    Homophone,
    /// The other side used the word first.
    Echo,
}

/// Why a rule could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotEvaluated {
    /// No message has a time.
    NoMessageTimes,
    /// A message that matters has none.
    MissingTime,
    /// A later message has the earlier time.
    ClockBackwards,
    /// The record does not say who closed the conversation.
    NoClosedBy,
    /// The record lacks a key of `meta` that the rule asks for.
    NoMeta,
    /// No rule that the rule builds on is enabled.
    CueRuleDisabled,
}

impl NotEvaluated {
    /// The reason as it is written in screenings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoMessageTimes => "no-message-times",
            Self::MissingTime => "missing-time",
            Self::ClockBackwards => "clock-backwards",
            Self::NoClosedBy => "no-closed-by",
            Self::NoMeta => "no-meta",
            Self::CueRuleDisabled => "cue-rule-disabled",
        }
    }
}

/// A hit that did not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// Where.
    pub message: MessageIndex,
    /// Bytes of the folded message.
    pub span: Span,
    /// Index of the term in its rule.
    pub term: u32,
    /// Why.
    pub by: Suppression,
}

/// Why a hit did not count.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Suppression {
    /// Its ends are no token borders.
    Border,
    /// An exception contains it: the exception's text and the place it was found.
    Exception {
        /// As written in the dictionary.
        exception: String,
        /// Bytes of the folded message.
        span: Span,
    },
    /// It is negated in its own clause, by this word.
    Negation {
        /// The negator.
        negator: String,
    },
    /// It quotes the other side.
    Quotation,
    /// The other side used the word before, and the term does not count then.
    Echo,
    /// It counts only as the whole answer to a question.
    Place,
    /// A longer piece of evidence covers it.
    Covered,
    /// The words are evidence of another rule, with more weight.
    OtherRule,
    /// It is what the rule requires to be said.
    Satisfied,
    /// A number or an address of its kind counts only beside a cue.
    NoCue,
    /// The message, or one shortly before it, shows that there is nothing wrong with it.
    Excused,
    /// The customer wrote it before, or the record says that it is the customer's.
    Known,
}
