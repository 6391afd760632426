//! Operators: the engine's whole vocabulary. A rule names one and gives it parameters.
//!
//! An operator compiles its parameters once, registers what has to be looked for with the matcher of the speaker, and
//! then judges prepared views: pure functions without clock, environment or I/O.

mod acknowledgement;
mod answer;
mod compile;
mod dialogue;
mod exceptions;
mod other_side;
mod parameters;
mod placeholder;
mod required_wording;
mod response_time;
mod view;
mod waits;
mod wording;

pub use answer::{Answers, Finding, NotEvaluated, Quote, Reason, Suppressed, Suppression};
pub use compile::{Compilation, Lane, TermOwner};
pub use dialogue::{Dialogue, Hold, MarkCounts};
pub use parameters::{ParameterKind, ParameterSpec, Parameters};
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
    /// Something that has to be said.
    RequiredWording(RequiredWording),
    /// How long the customer waited.
    ResponseTime(ResponseTime),
}

impl Operator {
    /// Compiles a rule's operator; problems go to the compilation's diagnostics, and what can be used is used.
    pub fn compile(rule: &Rule, slot: u32, compilation: &mut Compilation<'_>) -> Self {
        match rule.operator {
            OperatorKind::Wording => Self::Wording(Wording::compile(rule, slot, compilation)),
            OperatorKind::RequiredWording => Self::RequiredWording(RequiredWording::compile(rule, compilation)),
            OperatorKind::ResponseTime => Self::ResponseTime(ResponseTime::compile(rule, compilation)),
        }
    }

    /// The parameters that an operator knows, with their defaults.
    pub fn parameters(kind: OperatorKind) -> &'static [ParameterSpec] {
        match kind {
            OperatorKind::Wording => wording::PARAMETERS,
            OperatorKind::RequiredWording => required_wording::PARAMETERS,
            OperatorKind::ResponseTime => response_time::PARAMETERS,
        }
    }

    /// Judges one conversation. `slot` is the one given to [`Self::compile`].
    pub fn judge(&self, slot: u32, view: &View<'_>, answers: &mut Answers) {
        match self {
            Self::Wording(wording) => wording.judge(slot, view, answers),
            Self::RequiredWording(required) => required.judge(view, answers),
            Self::ResponseTime(time) => time.judge(view, answers),
        }
    }
}
