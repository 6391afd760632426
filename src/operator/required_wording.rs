//! `required-wording`: something has to be said at the opening or the closing, and was not. What has to follow a cue is in
//! [`super::after`].

use std::ops::ControlFlow;

use super::answer::{Answers, Finding, Suppressed, Suppression};
use super::compile::{Compilation, Lane};
use super::exceptions::{Exceptions, Occurrences};
use super::parameters::{ParameterKind, ParameterSpec, Parameters};
use super::view::{End, MessageIndex, MessageView, OpenEnd, View};
use crate::conversation::{Kind, Role};
use crate::dictionary::{Exception, Rule, Term};
use crate::text::Phrases;

pub(super) const PLACES: &[&str] = &["opening", "closing", "after"];

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec { name: "speaker", kind: ParameterKind::Choice(Lane::WORDS), default: Some("agent") },
    ParameterSpec { name: "place", kind: ParameterKind::Choice(PLACES), default: None },
    ParameterSpec { name: "messages", kind: ParameterKind::Integer(1, 100), default: Some("2") },
    ParameterSpec { name: "terms", kind: ParameterKind::Files, default: None },
    ParameterSpec { name: "exceptions", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "not-when", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec {
        name: "transfer-in",
        kind: ParameterKind::Choice(&["judged", "excused"]),
        default: Some("excused"),
    },
    ParameterSpec { name: "unless-open", kind: ParameterKind::Switch, default: Some("true") },
    ParameterSpec { name: "cues", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "cue-speaker", kind: ParameterKind::Choice(Lane::WORDS), default: Some("customer") },
    ParameterSpec { name: "cue-rules", kind: ParameterKind::Names, default: Some("") },
    ParameterSpec { name: "negation", kind: ParameterKind::Choice(&["ignore", "suppress"]), default: Some("suppress") },
    ParameterSpec { name: "within", kind: ParameterKind::OptionalDuration, default: Some("none") },
    ParameterSpec { name: "turn", kind: ParameterKind::Switch, default: Some("false") },
    ParameterSpec { name: "earlier", kind: ParameterKind::Integer(0, 10), default: Some("0") },
    ParameterSpec { name: "earlier-terms", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "confidence", kind: ParameterKind::Integer(1, 1000), default: Some("900") },
];

/// A compiled `required-wording` rule.
#[derive(Debug)]
pub struct RequiredWording {
    role: Role,
    place: Place,
    messages: usize,
    required: Required,
    not_when: Phrases,
    judges_takeovers: bool,
    unless_open: bool,
    confidence: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Opening,
    Closing,
}

impl RequiredWording {
    pub(super) fn compile(rule: &Rule, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        let not_when =
            rule.not_when.iter().filter_map(|cue| compilation.phrase(&cue.text, cue.mode, &cue.origin)).collect();
        Self {
            role: Lane::ALL[parameters.choice("speaker")].role(),
            place: if parameters.choice("place") == 0 { Place::Opening } else { Place::Closing },
            messages: usize::try_from(parameters.integer("messages")).unwrap_or(2),
            required: Required::compile(rule, compilation),
            not_when: Phrases::new(not_when),
            judges_takeovers: parameters.choice("transfer-in") == 0,
            unless_open: parameters.switch("unless-open"),
            confidence: parameters.permille("confidence"),
        }
    }

    pub(super) fn judge(&self, view: &View<'_>, answers: &mut Answers) {
        match self.place {
            Place::Opening => self.judge_opening(view, answers),
            Place::Closing => self.judge_closing(view, answers),
        }
    }

    fn judge_opening(&self, view: &View<'_>, answers: &mut Answers) {
        let Some((first, _)) = view.indexed().find(|(_, message)| message.role == self.role) else { return };
        // One finding a conversation: of several agents who left it out, the first.
        if !self.is_opened(view, first, answers) && !self.starts_midway(view, first) {
            return self.report_opening(view, first, answers);
        }
        if !self.judges_takeovers {
            return;
        }
        let unopened = view
            .takeovers(self.role)
            .find(|&takeover| !self.is_opened(view, takeover, answers) && !self.not_when.is_match(view.text(takeover)));
        if let Some(takeover) = unopened {
            self.report_opening(view, takeover, answers);
        }
    }

    /// The first messages of whoever speaks here.
    fn opening(&self, view: &View<'_>, first: MessageIndex) -> impl Iterator<Item = MessageIndex> {
        let role = self.role;
        let spoken = view.indexed().skip(first.get()).filter(move |(_, message)| message.role == role);
        spoken.map(|(index, _)| index).take(self.messages)
    }

    fn is_opened(&self, view: &View<'_>, first: MessageIndex, answers: &mut Answers) -> bool {
        self.opening(view, first).any(|message| self.required.is_said(view, message, answers))
    }

    fn report_opening(&self, view: &View<'_>, first: MessageIndex, answers: &mut Answers) {
        if self.opening(view, first).count() < self.messages && view.end != End::Closed {
            answers.provisional.push(self.finding(first));
        } else {
            answers.settled.push(self.finding(first));
        }
    }

    fn judge_closing(&self, view: &View<'_>, answers: &mut Answers) {
        // While the conversation goes on, the last message is not known.
        if view.end != End::Closed {
            return;
        }
        let mut spoken = view.indexed().rev().filter(|(_, message)| message.role == self.role);
        let Some((last, _)) = spoken.next() else { return };
        // Who has said more than one thing has not taken leave with the first: 很高兴为您服务 is a greeting there.
        let first = view.indexed().find(|(_, message)| message.role == self.role).map(|(index, _)| index);
        let said = std::iter::once(last)
            .chain(spoken.map(|(index, _)| index).filter(|&index| Some(index) != first))
            .take(self.messages)
            .any(|message| self.required.is_said(view, message, answers));
        if said {
            return;
        }
        let excused = self.unless_open
            && match view.open_end() {
                OpenEnd::Question => true,
                OpenEnd::UnderWay => !view.closed_by_agent(),
                OpenEnd::Settled => false,
            };
        if !excused {
            answers.settled.push(self.finding(last));
        }
    }

    fn finding(&self, message: MessageIndex) -> Finding {
        Finding { message, quotes: Vec::new(), anchor: None, confidence: self.confidence, reasons: Vec::new() }
    }

    /// Whether the first words of either side show that the conversation began before the record does.
    fn starts_midway(&self, view: &View<'_>, first_spoken: MessageIndex) -> bool {
        let is_customer = |message: &MessageView| message.role == Role::Customer;
        let first_customer =
            view.indexed().take_while(|(index, _)| *index < first_spoken).find(|(_, m)| is_customer(m));
        let looked_at = [first_customer.map(|(index, _)| index), Some(first_spoken)];
        looked_at.into_iter().flatten().any(|index| self.not_when.is_match(view.text(index)))
    }
}

/// What satisfies a rule.
#[derive(Debug)]
pub(super) struct Required {
    wording: Phrases,
    /// The index of the term behind each phrase, among those that were given.
    terms: Vec<u32>,
    /// The index of the first of these among all of the rule's.
    first: u32,
    exceptions: Exceptions,
}

impl Required {
    /// What a rule's terms say, outside its exceptions.
    pub(super) fn compile(rule: &Rule, compilation: &mut Compilation<'_>) -> Self {
        Self::of(&rule.terms, 0, &rule.exceptions, compilation)
    }

    /// `first`: the index of the first of these terms among all of the rule's.
    pub(super) fn of(
        written: &[Term],
        first: u32,
        exceptions: &[Exception],
        compilation: &mut Compilation<'_>,
    ) -> Self {
        let mut phrases = Vec::new();
        let mut terms = Vec::new();
        for (index, term) in (0..).zip(written) {
            if let Some(phrase) = compilation.phrase(&term.text, term.mode, &term.origin) {
                phrases.push(phrase);
                terms.push(index);
            }
        }
        Self {
            wording: Phrases::new(phrases),
            terms,
            first,
            exceptions: compilation.exceptions(exceptions, written).seal(),
        }
    }

    /// Whether the message holds one of the wordings, outside every exception.
    pub(super) fn is_said(&self, view: &View<'_>, message: MessageIndex, answers: &mut Answers) -> bool {
        if view.messages[message.get()].kind != Kind::Text {
            return false;
        }
        let text = view.text(message);
        let mut occurrences = Occurrences::default();
        let mut said = false;
        // What it says is known from `said`.
        let _ = self.wording.find_until(text, |index, span| {
            let term = self.terms[index];
            let exception = self.exceptions.suppressing(&mut occurrences, text, term, span);
            said |= exception.is_none();
            let by = match exception {
                None => Suppression::Satisfied,
                Some((exception, span)) => Suppression::Exception { exception, span },
            };
            answers.suppress(|| Suppressed { message, span, term: self.first + term, by });
            // One wording is enough, but for an explanation, which shows them all.
            if said && !answers.explains() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        said
    }
}
