//! The rule set: packs resolved, checked and compiled. Immutable and shared.

use std::sync::Arc;

use jiff::civil::Date;

use super::auto_replies::AutoReplies;
use super::overrides::Overrides;
use super::practice::Practice;
use super::rule_sets::RuleSets;
use super::tables::Tables;
use crate::conversation::{ServiceHours, Zone};
use crate::dictionary::{Diagnostic, Dictionary, Queue, Rule, RuleKind, Severity};
use crate::operator::{Operator, Parameters, TermOwner};
use crate::text::{Hmm, Matcher};

/// The engine's behaviour version: part of every rule-set hash, and raised whenever the same rule set and conversation
/// give another screening.
pub const BEHAVIOUR: u32 = 1;

/// Whether jieba guesses unknown words; fixed by the table in docs/segmentation.md.
pub const HMM: Hmm = Hmm::Off;

/// How packs become a rule set.
#[derive(Debug, Clone)]
pub struct RuleSetOptions {
    /// The zone of wall clocks and days.
    pub zone: Zone,
    /// What the user changed.
    pub overrides: Overrides,
}

/// All enabled rules, compiled.
#[derive(Debug)]
pub struct RuleSet {
    pub(super) rules: Vec<Arc<CompiledRule>>,
    /// The slots in the order in which they are judged.
    pub(super) order: Vec<u32>,
    pub(super) tables: Arc<Tables>,
    pub(super) lanes: Arc<Lanes>,
    pub(super) zone: Zone,
    pub(super) practice: Practice,
    pub(super) auto_replies: AutoReplies,
    pub(super) hash: Arc<str>,
}

/// A matcher for each lane, in the order of `Lane::ALL`; `None` where no rule reads that speaker.
pub(super) type Lanes = [Option<LaneMatcher>; 3];

/// The matcher of one speaker's messages, and whom its entries belong to.
#[derive(Debug)]
pub(super) struct LaneMatcher {
    pub(super) matcher: Matcher,
    pub(super) owners: Vec<TermOwner>,
}

/// A rule, compiled.
#[derive(Debug)]
pub struct CompiledRule {
    /// Stable public name.
    pub id: Arc<str>,
    /// Chinese title.
    pub title: String,
    /// Violation or signal.
    pub kind: RuleKind,
    /// Queue class.
    pub queue: Queue,
    /// The day from which it holds.
    pub since: Option<Date>,
    /// `pack@edition`.
    pub pack: Arc<str>,
    /// Wording to use instead, where a term has none of its own.
    pub suggestion: Option<Arc<str>>,
    /// The operator's parameters with their defaults, in canonical form.
    pub parameters: Vec<(&'static str, String)>,
    /// The terms as written.
    pub terms: Vec<CompiledTerm>,
    pub(super) operator: Arc<Operator>,
}

/// What a finding says of a term.
#[derive(Debug, Clone)]
pub struct CompiledTerm {
    /// As written in the dictionary.
    pub text: Arc<str>,
    /// Wording to use instead.
    pub suggestion: Option<Arc<str>>,
    /// The day from which it counts.
    pub since: Option<Date>,
}

/// Why there is no rule set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuleSetError {
    /// The dictionaries have errors.
    #[error("the dictionaries have {} error(s), the first: {}", .0.iter().filter(|d| d.severity == Severity::Error).count(), first_error(.0))]
    Dictionary(Vec<Diagnostic>),
    /// An override names a rule that does not exist.
    #[error("there is no rule `{rule}`; known are {}", .known.join(", "))]
    UnknownRule {
        /// As given.
        rule: String,
        /// All ids.
        known: Vec<String>,
    },
    /// An override names a parameter that the rule's operator does not have.
    #[error("rule `{rule}` has no parameter `{parameter}`; known are {}", .known.join(", "))]
    UnknownParameter {
        /// The rule.
        rule: String,
        /// As given.
        parameter: String,
        /// All parameters of its operator.
        known: Vec<String>,
    },
    /// An override has a value of the wrong type.
    #[error("`{rule}.{parameter}`: {reason}")]
    BadValue {
        /// The rule.
        rule: String,
        /// The parameter.
        parameter: String,
        /// What is wrong and what to write.
        reason: String,
    },
    /// More terms than the automaton can hold.
    #[error("the terms are too many for one automaton; split the packs over several runs")]
    TooLarge,
}

fn first_error(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().find(|d| d.severity == Severity::Error).map(ToString::to_string).unwrap_or_default()
}

impl RuleSetError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Dictionary(_) => "dictionary",
            Self::UnknownRule { .. } => "unknown-rule",
            Self::UnknownParameter { .. } => "unknown-parameter",
            Self::BadValue { .. } => "bad-value",
            Self::TooLarge => "too-large",
        }
    }
}

impl RuleSet {
    /// Resolves and compiles; an error in a rule keeps the whole from being used.
    pub fn new(dictionary: &Dictionary, options: &RuleSetOptions) -> Result<Self, RuleSetError> {
        let (set, diagnostics) = Self::compile(dictionary, options)?;
        if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            return Err(RuleSetError::Dictionary(diagnostics));
        }
        Ok(set)
    }

    /// Resolves and compiles what can be used, and reports the rest.
    pub fn compile(dictionary: &Dictionary, options: &RuleSetOptions) -> Result<(Self, Vec<Diagnostic>), RuleSetError> {
        RuleSets::alone(dictionary).compile(options, &Practice::default())
    }

    /// The enabled rules, ordered by id.
    pub fn rules(&self) -> &[Arc<CompiledRule>] {
        &self.rules
    }

    /// The Chinese title of a rule; the id itself where no enabled rule has it.
    pub fn title<'s>(&'s self, id: &'s str) -> &'s str {
        self.rules.iter().find(|rule| *rule.id == *id).map_or(id, |rule| rule.title.as_str())
    }

    /// The hash of everything that decides what is found, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether there is one set of matchers for this rule set and another.
    pub fn shares_matchers_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.lanes, &other.lanes)
    }

    /// The zone of wall clocks and days.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// When the shop answers; `None`: its clocks run around the clock.
    pub fn hours(&self) -> Option<&Arc<ServiceHours>> {
        self.practice.hours.as_ref()
    }
}

impl CompiledTerm {
    /// A term that has nothing but a name.
    fn named(name: &str) -> Self {
        Self { text: name.into(), suggestion: None, since: None }
    }
}

impl CompiledRule {
    pub(super) fn new(pack: &str, rule: &Rule, operator: Arc<Operator>) -> Self {
        let terms = rule
            .terms
            .iter()
            .chain(&rule.cues)
            .chain(&rule.earlier_terms)
            .map(|term| CompiledTerm {
                text: term.text.as_str().into(),
                suggestion: term.suggestion.as_deref().map(Arc::from),
                since: term.since,
            })
            .collect();
        Self {
            id: rule.id.as_str().into(),
            title: rule.title.clone(),
            kind: rule.kind,
            queue: rule.queue,
            since: rule.since,
            pack: pack.into(),
            suggestion: rule.manual.suggestion.as_deref().map(Arc::from),
            parameters: Parameters::read(rule, Operator::parameters(rule.operator), &mut Vec::new())
                .canonical()
                .collect(),
            terms: operator.own_terms().map_or(terms, |own| own.into_iter().map(CompiledTerm::named).collect()),
            operator,
        }
    }
}
