//! `combination`: a condition over what other rules found and what the record says.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::answer::{Answers, Finding, NotEvaluated};
use super::compile::Compilation;
use super::condition::{Condition, Distance, Field, Order, Place, Stretch};
use super::parameters::{ParameterKind, ParameterSpec, Parameters};
use super::view::{End, MessageIndex, MessageView, View};
use crate::dictionary::{Diagnostic, Rule};
use crate::text::Phrase;

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec { name: "condition", kind: ParameterKind::Text, default: None },
    ParameterSpec { name: "terms", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "confidence", kind: ParameterKind::Integer(1, 1000), default: Some("900") },
];

/// A compiled `combination` rule.
#[derive(Debug)]
pub struct Combination {
    condition: Condition,
    /// The slots of the rules that it names, with their ids; rules that are off have none.
    slots: Vec<(String, Option<u32>)>,
    terms: Vec<Phrase>,
    confidence: u16,
}

/// What is known of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    No,
    Unknown(NotEvaluated),
    Yes,
}

impl Combination {
    pub(super) fn compile(rule: &Rule, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        // A condition that is missing, or no text, was named with the parameters.
        let read = if parameters.is_set("condition") {
            Condition::parse(parameters.text("condition"))
        } else {
            Ok(Condition::Any(Vec::new()))
        };
        let condition = read.unwrap_or_else(|reason| {
            let written = rule.parameters.iter().find(|parameter| parameter.name == "condition");
            let origin = written.map_or(&rule.origin, |parameter| &parameter.origin).clone();
            compilation.diagnostics.push(
                Diagnostic::error("bad-condition", origin, format!("this is no condition: {reason}"))
                    .advise("docs/rules.md shows what a condition can say"),
            );
            Condition::Any(Vec::new())
        });
        let mut names: Vec<String> = Vec::new();
        condition.rules(&mut |name| {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        });
        let slots = names
            .into_iter()
            .map(|name| {
                let slot = compilation.slots_of(rule, std::slice::from_ref(&name)).first().copied();
                (name, slot)
            })
            .collect();
        let terms: Vec<Phrase> =
            rule.terms.iter().filter_map(|term| compilation.phrase(&term.text, term.mode, &term.origin)).collect();
        if condition.asks_for_terms() && rule.terms.is_empty() {
            let why = "`~ terms` never holds without terms";
            compilation.lacks(rule, "terms", why, "name a file of the terms that the field is compared with");
        }
        Self { condition, slots, terms, confidence: parameters.permille("confidence") }
    }

    pub(super) fn judge(&self, view: &View<'_>, answers: &mut Answers) {
        match self.truth(&self.condition, view) {
            Truth::No => {}
            Truth::Unknown(reason) => answers.not_evaluated = Some(reason),
            Truth::Yes => {
                // It points at the first place that it names and that holds, else at what any rule that it names found.
                let any = || self.slots.iter().find_map(|(name, _)| self.found_by(name, view).first().copied());
                let place = self.holding(&self.condition, view).or_else(any);
                let Some(last) = view.messages.len().checked_sub(1) else { return };
                let finding = Finding {
                    message: place.unwrap_or(MessageIndex(last as u32)),
                    quotes: Vec::new(),
                    anchor: place,
                    confidence: self.confidence,
                    reasons: Vec::new(),
                };
                // What holds now may be undone by what is still to come.
                let settled = view.end == End::Closed;
                if settled { &mut answers.settled } else { &mut answers.provisional }.push(finding);
            }
        }
    }

    fn is_off(&self, place: &Place) -> bool {
        !self.slots.iter().any(|(name, slot)| *name == place.rule && slot.is_some())
    }

    /// Where a rule found something, in the order of the messages.
    fn found_by(&self, rule: &str, view: &View<'_>) -> Vec<MessageIndex> {
        let slot = self.slots.iter().find(|(name, _)| name == rule).and_then(|(_, slot)| *slot);
        let found = view.found.iter().filter(|(known, _)| Some(*known) == slot);
        let mut places: Vec<MessageIndex> = found.map(|(_, finding)| finding.message).collect();
        places.sort_unstable();
        places
    }

    /// What a place of the condition stands for.
    fn places(&self, place: &Place, view: &View<'_>) -> Vec<MessageIndex> {
        let mut places = self.found_by(&place.rule, view);
        if let Some(nth) = place.nth {
            places = places.get(nth - 1).copied().into_iter().collect();
        }
        if let Some(stretch) = place.stretch {
            places.retain(|&message| is_in(stretch, message, view));
        }
        places
    }

    /// The first place that the condition names and that holds.
    fn holding(&self, condition: &Condition, view: &View<'_>) -> Option<MessageIndex> {
        match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::Some(_, parts) => {
                parts.iter().find_map(|part| self.holding(part, view))
            }
            Condition::Rule(place) => self.places(place, view).first().copied(),
            Condition::Pair { one, order, other, within } => {
                let others = self.places(other, view);
                let pairs = |a: MessageIndex, b: MessageIndex| {
                    let in_order = match order {
                        Order::Before => a <= b,
                        Order::After => a >= b,
                        Order::Near => true,
                    };
                    in_order && is_within(view, a, b, *within)
                };
                self.places(one, view).into_iter().find(|&a| others.iter().any(|&b| pairs(a, b)))
            }
            Condition::Not(_) | Condition::Is { .. } | Condition::Length { .. } | Condition::IsTerm(_) => None,
        }
    }

    fn truth(&self, condition: &Condition, view: &View<'_>) -> Truth {
        match condition {
            // What is cheap to know stands first in most conditions, and decides.
            Condition::All(parts) => {
                let mut all = Truth::Yes;
                for part in parts {
                    match self.truth(part, view) {
                        Truth::No => return Truth::No,
                        Truth::Unknown(reason) => all = Truth::Unknown(reason),
                        Truth::Yes => {}
                    }
                }
                all
            }
            Condition::Any(parts) => self.at_least(1, parts, view),
            Condition::Some(least, parts) => self.at_least(*least, parts, view),
            Condition::Not(part) => match self.truth(part, view) {
                Truth::No => Truth::Yes,
                Truth::Yes => Truth::No,
                unknown @ Truth::Unknown(_) => unknown,
            },
            // What a rule that is off would have found, nobody knows.
            Condition::Rule(place) if self.is_off(place) => Truth::Unknown(NotEvaluated::CueRuleDisabled),
            Condition::Rule(place) => known(!self.places(place, view).is_empty()),
            Condition::Pair { one, other, .. } if self.is_off(one) || self.is_off(other) => {
                Truth::Unknown(NotEvaluated::CueRuleDisabled)
            }
            Condition::Pair { .. } => known(self.holding(condition, view).is_some()),
            Condition::Is { field, value, equal } => match values(field, view) {
                Err(reason) => Truth::Unknown(reason),
                Ok(values) => known(values.iter().any(|known| *known == value.as_str()) == *equal),
            },
            Condition::Length { field, limit, below } => match values(field, view) {
                Err(reason) => Truth::Unknown(reason),
                Ok(values) => {
                    let length = values.first().map_or(0, |value| value.trim().chars().count());
                    known(if *below { length < *limit } else { length > *limit })
                }
            },
            Condition::IsTerm(field) => match values(field, view) {
                Err(reason) => Truth::Unknown(reason),
                Ok(values) => known(values.iter().any(|value| {
                    let written = value.trim().trim_end_matches(['。', '.', '!', '！', '~']).to_lowercase();
                    self.terms.iter().any(|term| match term {
                        Phrase::Literal(text) => *text == written,
                        Phrase::Pattern(pattern) => pattern.covers(&written),
                    })
                })),
            },
        }
    }

    fn at_least(&self, least: usize, parts: &[Condition], view: &View<'_>) -> Truth {
        let (mut yes, mut unknown, mut reason) = (0, 0, NotEvaluated::NoMeta);
        for part in parts {
            match self.truth(part, view) {
                Truth::Yes => yes += 1,
                Truth::No => {}
                Truth::Unknown(why) => {
                    unknown += 1;
                    reason = why;
                }
            }
        }
        if yes >= least {
            Truth::Yes
        } else if yes + unknown >= least {
            Truth::Unknown(reason)
        } else {
            Truth::No
        }
    }
}

fn known(holds: bool) -> Truth {
    if holds { Truth::Yes } else { Truth::No }
}

/// Whether a message is one of the first or the last of its speaker.
fn is_in(stretch: Stretch, message: MessageIndex, view: &View<'_>) -> bool {
    let role = view.messages[message.get()].role;
    let of_speaker = |messages: &[MessageView]| messages.iter().filter(|other| other.role == role).count();
    match stretch {
        Stretch::First(most) => of_speaker(&view.messages[..message.get()]) < most,
        Stretch::Last(most) => of_speaker(&view.messages[message.get() + 1..]) < most,
    }
}

fn is_within(view: &View<'_>, a: MessageIndex, b: MessageIndex, within: Option<Distance>) -> bool {
    match within {
        None => true,
        Some(Distance::Messages(most)) => a.0.abs_diff(b.0) <= most,
        Some(Distance::Millis(most)) => {
            let times = view.messages[a.get()].time.zip(view.messages[b.get()].time);
            times.is_some_and(|(a, b)| (a - b).abs() <= most)
        }
    }
}

/// The values of a field; none where the record leaves an ordinary field out, an error where it lacks the key of `meta`.
fn values<'c>(field: &Field, view: &View<'c>) -> Result<Vec<Cow<'c, str>>, NotEvaluated> {
    let record = view.conversation;
    let one = |value: Option<&'c Cow<'c, str>>| Ok(value.map(|value| Cow::Borrowed(&**value)).into_iter().collect());
    match field {
        Field::Channel => one(record.channel.as_ref()),
        Field::Shop => one(record.shop.as_ref()),
        Field::Queue => one(record.queue.as_ref()),
        Field::Source => one(record.source.as_ref()),
        Field::Team => one(record.agent.as_ref().and_then(|agent| agent.team.as_ref())),
        Field::Tag => Ok(record.tags.iter().map(|tag| Cow::Borrowed(&**tag)).collect()),
        Field::Meta(key) => {
            let meta =
                record.meta.map(RawValue::get).and_then(|meta| serde_json::from_str::<serde_json::Value>(meta).ok());
            // `order.state` is a key of that name, or else the `state` within `order`.
            let within = |meta| key.split('.').try_fold(meta, serde_json::Value::get);
            let value = meta.as_ref().and_then(|meta| meta.get(key).or_else(|| within(meta)));
            match value {
                None | Some(serde_json::Value::Null) => Err(NotEvaluated::NoMeta),
                Some(serde_json::Value::Array(several)) => Ok(several.iter().map(written).collect()),
                Some(one) => Ok(vec![written(one)]),
            }
        }
    }
}

/// A value of `meta` as a condition writes it.
fn written<'c>(value: &serde_json::Value) -> Cow<'c, str> {
    Cow::Owned(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}
