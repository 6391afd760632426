//! `required-wording` after a cue: when something was said or found, something has to be said next.

use super::answer::{Answers, Finding, NotEvaluated};
use super::compile::{Compilation, Lane, TermOwner};
use super::exceptions::{Exceptions, Occurrences};
use super::parameters::Parameters;
use super::required_wording::{PARAMETERS, PLACES, Required};
use super::view::{End, MessageIndex, View};
use crate::conversation::{Kind, Millis, Role};
use crate::dictionary::{Disguise, Parameter, Rule, Value};

/// A compiled `required-wording` rule with `place = "after"`.
#[derive(Debug)]
pub struct After {
    role: Role,
    required: Required,
    /// What may have been said before the cue already; `None`: all that satisfies the rule.
    earlier_required: Option<Required>,
    /// The terms of the cues come after those that satisfy the rule.
    first_cue: u32,
    cue_exceptions: Exceptions,
    negation: bool,
    /// The slots of the rules whose findings are cues; `None`: none is named.
    cue_rules: Option<Vec<u32>>,
    messages: usize,
    within: Option<Millis>,
    turn: bool,
    earlier: usize,
    confidence: u16,
}

/// What was said in answer to a cue.
struct Response {
    first: MessageIndex,
    /// The last message that was looked at.
    last: MessageIndex,
    satisfied: bool,
    /// Whether nothing that may still be said would count.
    over: bool,
}

impl After {
    /// Whether the rule asks for a wording after a cue.
    pub(super) fn is_meant(rule: &Rule) -> bool {
        rule.parameters.iter().any(|parameter| {
            parameter.name == "place" && matches!(&parameter.value, Value::Text(place) if place == PLACES[2])
        })
    }

    pub(super) fn compile(rule: &Rule, slot: u32, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        let lane = Lane::ALL[parameters.choice("cue-speaker")];
        let first_cue = rule.terms.len() as u32;
        for (term, cue) in (first_cue..).zip(&rule.cues) {
            compilation.look_up(lane, cue, Disguise::No, TermOwner { slot, term });
        }
        let names = parameters.names("cue-rules");
        if rule.cues.is_empty() && names.is_empty() {
            let why = "it waits for no cue, since `cues` and `cue-rules` are empty";
            compilation.lacks(rule, "cues", why, "name a file of cues, or the rules whose findings are cues");
        }
        Self {
            role: Lane::ALL[parameters.choice("speaker")].role(),
            required: Required::compile(rule, compilation),
            earlier_required: (!rule.earlier_terms.is_empty())
                .then(|| Required::of(&rule.earlier_terms, first_cue + rule.cues.len() as u32, &[], compilation)),
            first_cue,
            cue_exceptions: compilation.exceptions(&[], &rule.cues).seal(),
            negation: parameters.choice("negation") == 1,
            cue_rules: (!names.is_empty()).then(|| compilation.slots_of(rule, names)),
            messages: usize::try_from(parameters.integer("messages")).unwrap_or(1),
            within: parameters.optional_duration("within"),
            turn: parameters.switch("turn"),
            earlier: usize::try_from(parameters.integer("earlier")).unwrap_or(0),
            confidence: parameters.permille("confidence"),
        }
    }

    /// Whether a rule has the findings of other rules for cues.
    pub(super) fn builds_on_rules(rule: &Rule) -> bool {
        let names_some = |value: &Value| match value {
            Value::List(names) => !names.is_empty(),
            Value::Text(names) => !names.trim().is_empty(),
            Value::Integer(_) | Value::Boolean(_) => false,
        };
        let has = |parameter: &Parameter| parameter.name == "cue-rules" && names_some(&parameter.value);
        Self::is_meant(rule) && rule.parameters.iter().any(has)
    }

    pub(super) fn judge(&self, slot: u32, view: &View<'_>, answers: &mut Answers) {
        if self.cue_rules.as_ref().is_some_and(Vec::is_empty) && view.hits_of(slot).is_empty() {
            answers.not_evaluated = Some(NotEvaluated::CueRuleDisabled);
            return;
        }
        let mut missed: Option<Response> = None;
        for cue in self.cues(slot, view) {
            // Asked again while the answer is still due, it is the same omission.
            if missed.as_ref().is_some_and(|missed| cue <= missed.last) {
                continue;
            }
            let Some(response) = self.response(view, cue, answers) else { continue };
            if response.satisfied {
                continue;
            }
            let finding = Finding {
                message: response.first,
                quotes: Vec::new(),
                anchor: Some(cue),
                confidence: self.confidence,
                reasons: Vec::new(),
            };
            let over = response.over || view.end == End::Closed;
            if over { &mut answers.settled } else { &mut answers.provisional }.push(finding);
            missed = Some(response);
        }
    }

    /// The messages that ask for the wording, ascending.
    fn cues(&self, slot: u32, view: &View<'_>) -> Vec<MessageIndex> {
        let mut cues = Vec::new();
        for same in view.hits_of(slot).chunk_by(|a, b| a.message == b.message) {
            let message = same[0].message;
            let text = view.text(message);
            let mut occurrences = Occurrences::default();
            let counts = same.iter().any(|located| {
                let span = located.hit.span;
                let term = located.term.saturating_sub(self.first_cue);
                located.hit.borders_hold
                    && self.cue_exceptions.suppressing(&mut occurrences, text, term, span).is_none()
                    && !(self.negation && view.dialogue.negator(text, span).is_some())
            });
            if counts {
                cues.push(message);
            }
        }
        let slots = self.cue_rules.as_deref().unwrap_or_default();
        cues.extend(view.found.iter().filter(|(slot, _)| slots.contains(slot)).map(|(_, finding)| finding.message));
        cues.sort_unstable();
        cues.dedup();
        cues
    }

    /// What follows a cue; `None`: nothing did. What the cue's own message says counts where its speaker has to say it.
    fn response(&self, view: &View<'_>, cue: MessageIndex, answers: &mut Answers) -> Option<Response> {
        let own = view.messages[cue.get()].role == self.role;
        let from = cue.get() + usize::from(!own);
        let asked_at = view.messages[cue.get()].time;
        let earlier = view.indexed().take(cue.get()).rev().filter(|(_, message)| message.role == self.role);
        let required_earlier = self.earlier_required.as_ref().unwrap_or(&self.required);
        let mut satisfied =
            earlier.take(self.earlier).any(|(message, _)| required_earlier.is_said(view, message, answers));
        let (mut first, mut last, mut count, mut over) = (None, cue, 0, false);
        for (index, message) in view.indexed().skip(from) {
            if message.role != self.role || message.kind == Kind::Recalled {
                // Another speaker ends the turn.
                if self.turn && first.is_some() && message.side().is_some() && message.role != self.role {
                    over = true;
                    break;
                }
                continue;
            }
            let too_late = match (self.within, asked_at, message.time) {
                (Some(within), Some(asked), Some(said)) => said - asked > within,
                _ => false,
            };
            first.get_or_insert(index);
            if too_late {
                over = true;
                break;
            }
            satisfied |= self.required.is_said(view, index, answers);
            last = index;
            count += 1;
            if satisfied || count == self.messages {
                over = true;
                break;
            }
        }
        Some(Response { first: first?, last, satisfied, over })
    }
}
