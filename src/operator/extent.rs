//! `extent`: how long a conversation is, or how full a message.

use super::answer::{Answers, Finding, NotEvaluated};
use super::compile::{Compilation, Lane};
use super::parameters::{ParameterKind, ParameterSpec, Parameters};
use super::view::{End, MessageIndex, View};
use crate::conversation::{Kind, Millis, Role};
use crate::dictionary::Rule;
use crate::text::Phrases;

const MEASURES: &[&str] = &["duration", "messages", "turns", "characters", "occurrences"];
const COMPARISONS: &[&str] = &["over", "under"];
/// The channel whose limits are its own.
const TELEPHONE: &str = "telephone";

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec { name: "measure", kind: ParameterKind::Choice(MEASURES), default: None },
    ParameterSpec { name: "compare", kind: ParameterKind::Choice(COMPARISONS), default: Some("over") },
    ParameterSpec { name: "limit", kind: ParameterKind::OptionalDuration, default: Some("none") },
    ParameterSpec { name: "limit.telephone", kind: ParameterKind::OptionalDuration, default: Some("none") },
    ParameterSpec { name: "limit.chat", kind: ParameterKind::OptionalDuration, default: Some("none") },
    ParameterSpec { name: "count", kind: ParameterKind::Integer(0, 1_000_000), default: Some("0") },
    ParameterSpec { name: "count-in-all", kind: ParameterKind::Integer(0, 1_000_000), default: Some("0") },
    ParameterSpec { name: "speaker", kind: ParameterKind::Choice(Lane::WORDS), default: Some("agent") },
    ParameterSpec { name: "terms", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "confidence", kind: ParameterKind::Integer(1, 1000), default: Some("950") },
];

/// A compiled `extent` rule.
#[derive(Debug)]
pub struct Extent {
    measure: Measure,
    over: bool,
    telephone: Option<Millis>,
    chat: Option<Millis>,
    /// Of one message, or of the conversation for measures of the whole; 0: not asked for.
    count: usize,
    count_in_all: usize,
    role: Role,
    counted: Phrases,
    confidence: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Duration,
    Messages,
    Turns,
    Characters,
    Occurrences,
}

impl Extent {
    pub(super) fn compile(rule: &Rule, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        let measures =
            [Measure::Duration, Measure::Messages, Measure::Turns, Measure::Characters, Measure::Occurrences];
        let limit = |name| parameters.optional_duration("limit").or_else(|| parameters.optional_duration(name));
        let count = |name| usize::try_from(parameters.integer(name)).unwrap_or(0);
        let counted =
            rule.terms.iter().filter_map(|term| compilation.phrase(&term.text, term.mode, &term.origin)).collect();
        let made = Self {
            measure: measures[parameters.choice("measure")],
            over: parameters.choice("compare") == 0,
            telephone: limit("limit.telephone"),
            chat: limit("limit.chat"),
            count: count("count"),
            count_in_all: count("count-in-all"),
            role: Lane::ALL[parameters.choice("speaker")].role(),
            counted: Phrases::new(counted),
            confidence: parameters.permille("confidence"),
        };
        if parameters.is_set("measure") {
            made.demand_limits(rule, compilation);
        }
        made
    }

    /// Without a limit a rule holds nowhere, or everywhere.
    fn demand_limits(&self, rule: &Rule, compilation: &mut Compilation<'_>) {
        let has_limit = match self.measure {
            Measure::Duration => self.telephone.or(self.chat).is_some(),
            Measure::Messages | Measure::Turns => self.count > 0,
            Measure::Characters | Measure::Occurrences => self.count > 0 || self.count_in_all > 0,
        };
        if !has_limit && self.measure == Measure::Duration {
            compilation.lacks(rule, "limit", "a duration is compared with nothing", "write a duration such as 30m");
        } else if !has_limit {
            compilation.lacks(rule, "count", "what is measured is compared with nothing", "write a number from 1");
        }
        if self.measure == Measure::Occurrences && rule.terms.is_empty() {
            compilation.lacks(rule, "terms", "nothing is counted", "name a file of the terms that are counted");
        }
    }

    pub(super) fn judge(&self, view: &View<'_>, answers: &mut Answers) {
        match self.measure {
            Measure::Duration => self.judge_duration(view, answers),
            Measure::Messages => {
                self.judge_whole(
                    view,
                    answers,
                    view.messages.iter().filter(|message| message.role == self.role).count(),
                );
            }
            Measure::Turns => self.judge_whole(view, answers, turns(view, self.role)),
            Measure::Characters => self.judge_messages(view, answers, |text| text.chars().count()),
            Measure::Occurrences => self.judge_messages(view, answers, |text| {
                let mut count = 0;
                self.counted.find_all(text, |_, _| count += 1);
                count
            }),
        }
    }

    fn judge_duration(&self, view: &View<'_>, answers: &mut Answers) {
        if view.end != End::Closed {
            return;
        }
        let is_telephone = view.is_telephone || view.conversation.channel.as_deref() == Some(TELEPHONE);
        let limit = if is_telephone { self.telephone } else { self.chat };
        let (Some(limit), Some(last)) = (limit, view.messages.len().checked_sub(1)) else { return };
        let zone =
            |time: &Option<crate::conversation::Time<'_>>| time.as_ref().map(|time| view.zone.instant(time.clock));
        let times = || view.messages.iter().filter_map(|message| message.time);
        let began = zone(&view.conversation.started_at).or_else(|| times().next());
        let ended = zone(&view.conversation.ended_at).or_else(|| times().next_back());
        let (Some(began), Some(ended)) = (began, ended) else {
            answers.not_evaluated = Some(NotEvaluated::NoMessageTimes);
            return;
        };
        if ended < began {
            answers.not_evaluated = Some(NotEvaluated::ClockBackwards);
        } else if self.is_beyond(ended - began, limit) {
            answers.settled.push(self.finding(MessageIndex(last as u32), None));
        }
    }

    /// Judges a count of the whole conversation.
    fn judge_whole(&self, view: &View<'_>, answers: &mut Answers, count: usize) {
        let Some(last) = view.messages.len().checked_sub(1) else { return };
        if view.end == End::Closed && self.is_beyond(count, self.count) {
            answers.settled.push(self.finding(MessageIndex(last as u32), None));
        }
    }

    /// Judges a count of each message, and the sum where that is asked for.
    fn judge_messages(&self, view: &View<'_>, answers: &mut Answers, measure: impl Fn(&str) -> usize) {
        let mut all = 0;
        for (index, message) in view.indexed() {
            if message.role != self.role || message.kind != Kind::Text {
                continue;
            }
            let count = measure(view.text(index));
            let before = all;
            all += count;
            let passes = self.count_in_all > 0 && before <= self.count_in_all && all > self.count_in_all && self.over;
            if passes || (self.count > 0 && self.is_beyond(count, self.count)) {
                answers.settled.push(self.finding(index, Some(index)));
            }
        }
    }

    fn is_beyond<T: PartialOrd + Copy>(&self, measured: T, limit: T) -> bool {
        if self.over { measured > limit } else { measured < limit }
    }

    fn finding(&self, message: MessageIndex, anchor: Option<MessageIndex>) -> Finding {
        Finding { message, quotes: Vec::new(), anchor, confidence: self.confidence, reasons: Vec::new() }
    }
}

/// How many turns a role has.
fn turns(view: &View<'_>, role: Role) -> usize {
    let sides: Vec<Role> =
        view.messages.iter().map(|message| message.role).filter(|&role| role != Role::System).collect();
    sides.chunk_by(|a, b| a == b).filter(|turn| turn[0] == role).count()
}
