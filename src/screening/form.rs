//! The screening as a form: what is written for each conversation. Owned, and survives a round trip through serde.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::dictionary::Queue;
use crate::operator::Reason;

/// The version of the form.
pub const FORMAT: u8 = 1;

/// What screening says of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screening {
    /// Version of the form.
    pub format: u8,
    /// Hash of the rule set.
    pub ruleset: Arc<str>,
    /// The conversation's id.
    pub conversation: String,
    /// Its source, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The agent in charge, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The first that holds.
    pub outcome: Outcome,
    /// Suspected violations, ordered by message, then rule.
    pub candidates: Vec<Candidate>,
    /// Customer signals, ordered by message, then rule.
    pub signals: Vec<Signal>,
    /// Findings of rules or terms that did not hold yet on the conversation's day.
    pub informational: Vec<Candidate>,
    /// Rules that could not be judged.
    pub not_evaluated: Vec<RuleNotEvaluated>,
    /// What the candidates would cost, if all were confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
}

impl Screening {
    /// The outcome that follows from what was found by so many enabled rules.
    pub(super) fn judged(&self, rules: usize) -> Outcome {
        if !self.candidates.is_empty() {
            Outcome::Flagged
        } else if !self.signals.is_empty() {
            Outcome::Signalled
        } else if self.not_evaluated.len() == rules {
            Outcome::NotEvaluated
        } else {
            Outcome::Clean
        }
    }
}

/// The outcome of a screening: the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There is a candidate.
    Flagged,
    /// There is a signal.
    Signalled,
    /// No enabled rule could be judged.
    NotEvaluated,
    /// None of these.
    Clean,
}

/// A suspected violation, for an inspector to judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Stable across dictionaries.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// Who is charged, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// 0-based index of the message.
    pub message: u32,
    /// The evidence.
    pub spans: Vec<Evidence>,
    /// Wording to use instead, of each term that has one, else of the rule; several are separated by `；`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Prior confidence in permille, lowered by the reasons.
    pub confidence: u16,
    /// Circumstances that lowered it.
    pub reasons: Vec<Reason>,
    /// Queue class.
    pub queue: Queue,
    /// `pack@edition`.
    pub pack: String,
    /// Points in the chosen rulebook; absent where it has no item for the rule, or the preview could not be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<String>,
}

/// A customer signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// Stable across dictionaries.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// 0-based index of the message.
    pub message: u32,
    /// The evidence.
    pub spans: Vec<Evidence>,
}

/// A place in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// First character, in Unicode scalar values of the original text.
    pub start: u32,
    /// Character after the last.
    pub end: u32,
    /// The text there; of a whole message at most its first 200 characters.
    pub quote: String,
    /// The dictionary's term; absent where the whole message is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
}

/// A rule that could not be judged, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleNotEvaluated {
    /// The rule.
    pub rule: Arc<str>,
    /// Stable code.
    pub reason: Cow<'static, str>,
}

/// What the candidates would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The rulebook.
    pub rulebook: String,
    /// Its edition on the conversation's day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Each agent's deduction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<AgentPreview>,
    /// Rules of candidates for which the rulebook has no item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_item: Vec<String>,
    /// Why there is none: `no-day`, `no-edition`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_evaluated: Option<Cow<'static, str>>,
}

/// One agent's deduction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPreview {
    /// The agent; empty where unknown.
    pub agent: String,
    /// Exact decimal.
    pub points: String,
}
