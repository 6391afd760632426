//! `response-time`: how long the customer waited for a human, and whether an agent came back when promised.

use super::answer::{Answers, Finding, NotEvaluated};
use super::compile::Compilation;
use super::overrun::{Overrun, overruns};
use super::parameters::{ParameterKind, ParameterSpec, Parameters};
use super::view::{End, View};
use crate::conversation::Millis;
use crate::dictionary::Rule;

const MEASURES: &[&str] = &["first", "later", "hold"];

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec { name: "measure", kind: ParameterKind::Choice(MEASURES), default: None },
    ParameterSpec { name: "limit", kind: ParameterKind::Duration, default: None },
    ParameterSpec { name: "confidence", kind: ParameterKind::Integer(1, 1000), default: Some("950") },
];

/// A compiled `response-time` rule.
#[derive(Debug)]
pub struct ResponseTime {
    measure: Measure,
    limit: Millis,
    confidence: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    First,
    Later,
    Hold,
}

impl ResponseTime {
    pub(super) fn compile(rule: &Rule, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        Self {
            measure: [Measure::First, Measure::Later, Measure::Hold][parameters.choice("measure")],
            limit: parameters.duration("limit"),
            confidence: parameters.permille("confidence"),
        }
    }

    pub(super) fn judge(&self, view: &View<'_>, answers: &mut Answers) {
        let waits = match self.measure {
            Measure::First => view.waits.first.as_slice(),
            Measure::Later => view.waits.later.as_slice(),
            Measure::Hold => return self.judge_holds(view, answers),
        };
        for &wait in waits {
            let asked = view.messages[wait.asked.get()].time;
            let (until, late_at) = match (wait.answered, view.end) {
                (Some(answer), _) => (view.messages[answer.get()].time, answer),
                // Still waiting: provisional, and it will point at the answer once there is one.
                (None, End::Open(now)) => (Some(now), wait.asked),
                (None, End::Closed) => continue,
            };
            let (Some(asked_at), Some(until)) = (asked, until) else {
                let reason = if view.waits.any_time { NotEvaluated::MissingTime } else { NotEvaluated::NoMessageTimes };
                answers.not_evaluated.get_or_insert(reason);
                continue;
            };
            if until < asked_at {
                answers.not_evaluated.get_or_insert(NotEvaluated::ClockBackwards);
                continue;
            }
            if view.elapsed(asked_at, until) - view.slack <= self.limit {
                continue;
            }
            let finding = Finding {
                message: late_at,
                quotes: Vec::new(),
                anchor: Some(wait.asked),
                confidence: self.confidence,
                reasons: Vec::new(),
            };
            if wait.answered.is_some() {
                answers.settled.push(finding);
            } else {
                answers.provisional.push(finding);
            }
        }
    }

    fn judge_holds(&self, view: &View<'_>, answers: &mut Answers) {
        overruns(view, self.limit, |overrun| match overrun {
            Err(reason) => {
                answers.not_evaluated.get_or_insert(reason);
            }
            Ok(Overrun { hold, returned }) => {
                let finding = Finding {
                    message: returned.unwrap_or(hold),
                    quotes: Vec::new(),
                    anchor: Some(hold),
                    confidence: self.confidence,
                    reasons: Vec::new(),
                };
                let answers = if returned.is_some() { &mut answers.settled } else { &mut answers.provisional };
                answers.push(finding);
            }
        });
    }
}
