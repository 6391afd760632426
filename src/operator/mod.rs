//! Operators: the engine's whole vocabulary. A rule names one and gives it parameters.
//!
//! An operator compiles its parameters once, registers what has to be looked for with the matcher of the speaker, and
//! then judges prepared views: pure functions without clock, environment or I/O.

mod acknowledgement;
mod after;
mod ahead;
mod answer;
mod closure;
mod combination;
mod compile;
mod condition;
mod dialogue;
mod entity;
mod exceptions;
mod extent;
mod hold;
mod known;
mod other_side;
mod overrun;
mod parameters;
mod placeholder;
mod repetition;
mod required_wording;
mod response_time;
mod view;
mod waits;
mod wording;

pub use after::After;
pub use answer::{Answers, Finding, NotEvaluated, Quote, Reason, Suppressed, Suppression};
pub use closure::Closure;
pub use combination::Combination;
pub use compile::{Compilation, Lane, RuleNames, TermOwner};
pub use dialogue::{Dialogue, MarkCounts};
pub use entity::Entity;
pub use extent::Extent;
pub use hold::Hold;
pub use parameters::{ParameterKind, ParameterSpec, Parameters};
pub use repetition::Repetition;
pub use required_wording::RequiredWording;
pub use response_time::ResponseTime;
pub use view::{End, LocatedHit, MessageIndex, MessageView, OpenEnd, Side, View, WholeTurn};
pub use waits::{Wait, Waits};
pub use wording::Wording;

use crate::dictionary::{OperatorKind, Rule};

/// A compiled rule's operator.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a rule set holds a few dozen of them, each behind one look")]
pub enum Operator {
    /// Terms and patterns that were said.
    Wording(Wording),
    /// Something that has to be said at the opening or the closing.
    RequiredWording(RequiredWording),
    /// Something that has to be said after a cue.
    After(After),
    /// How long the customer waited.
    ResponseTime(ResponseTime),
    /// The same said again and again.
    Repetition(Repetition),
    /// In what state a conversation ended.
    Closure(Closure),
    /// How long or how full it is.
    Extent(Extent),
    /// A condition over other rules and the record.
    Combination(Combination),
    /// A number or an address.
    Entity(Entity),
}

impl Operator {
    /// Compiles a rule's operator; problems go to the compilation's diagnostics, and what can be used is used.
    pub fn compile(rule: &Rule, slot: u32, compilation: &mut Compilation<'_>) -> Self {
        match rule.operator {
            OperatorKind::Wording => Self::Wording(Wording::compile(rule, slot, compilation)),
            OperatorKind::RequiredWording if After::is_meant(rule) => {
                Self::After(After::compile(rule, slot, compilation))
            }
            OperatorKind::RequiredWording => Self::RequiredWording(RequiredWording::compile(rule, compilation)),
            OperatorKind::ResponseTime => Self::ResponseTime(ResponseTime::compile(rule, compilation)),
            OperatorKind::Repetition => Self::Repetition(Repetition::compile(rule, compilation)),
            OperatorKind::Closure => Self::Closure(Closure::compile(rule, compilation)),
            OperatorKind::Extent => Self::Extent(Extent::compile(rule, compilation)),
            OperatorKind::Entity => Self::Entity(Entity::compile(rule, compilation)),
            OperatorKind::Combination => Self::Combination(Combination::compile(rule, compilation)),
        }
    }

    /// The parameters that an operator knows, with their defaults.
    pub fn parameters(kind: OperatorKind) -> &'static [ParameterSpec] {
        match kind {
            OperatorKind::Wording => wording::PARAMETERS,
            OperatorKind::RequiredWording => required_wording::PARAMETERS,
            OperatorKind::ResponseTime => response_time::PARAMETERS,
            OperatorKind::Repetition => repetition::PARAMETERS,
            OperatorKind::Closure => closure::PARAMETERS,
            OperatorKind::Extent => extent::PARAMETERS,
            OperatorKind::Combination => combination::PARAMETERS,
            OperatorKind::Entity => entity::PARAMETERS,
        }
    }

    /// Judges one conversation. `slot` is the one given to [`Self::compile`].
    pub fn judge(&self, slot: u32, view: &View<'_>, answers: &mut Answers) {
        match self {
            Self::Wording(wording) => wording.judge(slot, view, answers),
            Self::RequiredWording(required) => required.judge(view, answers),
            Self::After(after) => after.judge(slot, view, answers),
            Self::ResponseTime(time) => time.judge(view, answers),
            Self::Repetition(repetition) => repetition.judge(view, answers),
            Self::Closure(closure) => closure.judge(view, answers),
            Self::Extent(extent) => extent.judge(view, answers),
            Self::Combination(combination) => combination.judge(view, answers),
            Self::Entity(entity) => entity.judge(view, answers),
        }
    }

    /// What evidence names as its term, where that is no term of the rule.
    pub fn own_terms(&self) -> Option<Vec<&'static str>> {
        matches!(self, Self::Entity(_)).then(Entity::terms)
    }

    /// When a rule has to be judged: what looks at the findings of other rules comes after these, and a combination after
    /// all that it can name. What is judged at the same time cannot build on each other.
    pub fn depth(rule: &Rule) -> u8 {
        match rule.operator {
            OperatorKind::Combination => 2,
            OperatorKind::RequiredWording if After::builds_on_rules(rule) => 1,
            _ => 0,
        }
    }
}
