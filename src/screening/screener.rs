//! The screener: one conversation in, one screening out. One a thread; its scratch is reused.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::form::{FORMAT, Outcome, RuleNotEvaluated, Screening};
use super::relabelling::{Relabelled, Relabelling};
use super::report::Report;
use super::rule_set::RuleSet;
use super::separate::keep_separate;
use crate::conversation::{Conversation, Kind, Millis, Role};
use crate::operator::{
    Answers, End, Finding, Lane, LocatedHit, MessageIndex, MessageView, Suppression, View, Wait, Waits,
};
use crate::text::{Hit, Letter, Probe, Span, Stream, TokenBorders};

/// What a time that is cut to the minute leaves out, at most.
const LESS_THAN_A_MINUTE: Millis = 59_999;

/// Screens one conversation after the other with one rule set.
#[derive(Debug)]
pub struct Screener {
    pub(super) rules: Arc<RuleSet>,
    default_day: Option<Date>,
    scratch: Scratch,
}

#[derive(Debug, Default)]
struct Scratch {
    folded: String,
    letters: Vec<Letter>,
    messages: Vec<MessageView>,
    /// Messages that count as somebody else's.
    relabelled: Vec<(MessageIndex, Relabelling)>,
    counts: Relabelled,
    hits: Vec<LocatedHit>,
    lane_hits: Vec<Hit>,
    probe: Probe,
    borders: TokenBorders,
    waits: Waits,
    slack: Millis,
    answers: Answers,
    found: Vec<(u32, Finding)>,
}

/// What screening a conversation that goes on says so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveScreening {
    /// What holds whatever comes.
    pub settled: Screening,
    /// Rule and message of what holds for now.
    pub provisional: Vec<(String, MessageIndex)>,
}

/// A hit and what became of it.
pub(super) struct Witnessed {
    pub(super) slot: u32,
    pub(super) message: MessageIndex,
    pub(super) span: Span,
    pub(super) term: u32,
    pub(super) stream: Stream,
    /// Why it did not count; `None`: it counted.
    pub(super) suppression: Option<Suppression>,
}

/// How long the customer of one conversation waited, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseTimes {
    /// To the first human answer.
    pub first: Option<Millis>,
    /// Each later wait.
    pub later: Vec<Millis>,
}

impl Screener {
    /// A screener with its own scratch.
    pub fn new(rules: Arc<RuleSet>) -> Self {
        Self { rules, default_day: None, scratch: Scratch::default() }
    }

    /// The day of conversations that do not say when they began.
    #[must_use]
    pub fn with_day(mut self, day: Option<Date>) -> Self {
        self.default_day = day;
        self
    }

    /// Screens with another rule set from now on.
    pub fn turn_to(&mut self, rules: &Arc<RuleSet>) {
        if !Arc::ptr_eq(&self.rules, rules) {
            self.rules = Arc::clone(rules);
        }
    }

    /// The rule set.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Screens a conversation that is over.
    pub fn screen(&mut self, conversation: &Conversation<'_>) -> Screening {
        self.run(conversation, End::Closed).settled
    }

    /// Screens a conversation that may go on, as it stands at `now`.
    pub fn screen_live(&mut self, conversation: &Conversation<'_>, now: Millis) -> LiveScreening {
        self.run(conversation, End::Open(now))
    }

    /// The response times of the conversation screened last.
    pub fn response_times(&self) -> ResponseTimes {
        let mut times = ResponseTimes::default();
        let first = self.scratch.waits.first.first();
        for (wait, _, waited) in self.measured() {
            if Some(wait) == first {
                times.first = Some(waited);
            } else {
                times.later.push(waited);
            }
        }
        times
    }

    /// The waits of the conversation screened last that ended and can be measured, with the answer.
    pub(super) fn measured(&self) -> impl Iterator<Item = (&Wait, MessageIndex, Millis)> {
        let time = |index: MessageIndex| self.scratch.messages.get(index.get()).and_then(|message| message.time);
        let waits = &self.scratch.waits;
        waits.first.iter().chain(&waits.later).filter(|_| waits.any_time).filter_map(move |wait| {
            let answered = wait.answered?;
            let (asked_at, answered_at) = (time(wait.asked)?, time(answered)?);
            let hours = self.rules.practice.hours.as_ref();
            let waited = hours.map_or(answered_at - asked_at, |hours| hours.elapsed(asked_at, answered_at));
            (asked_at <= answered_at).then_some((wait, answered, waited))
        })
    }

    /// The day of a conversation: of its start, else of its first timed message, else the default.
    pub fn day(&self, conversation: &Conversation<'_>) -> Option<Date> {
        day_of(&self.rules, conversation).or(self.default_day)
    }

    /// Why a message of the conversation screened last counts as somebody else's.
    pub(super) fn relabelling(&self, message: MessageIndex) -> Option<Relabelling> {
        self.scratch.relabelled.iter().find(|(index, _)| *index == message).map(|(_, why)| *why)
    }

    /// How many messages of the conversation screened last were taken for something else than they are said to be.
    pub fn relabelled(&self) -> Relabelled {
        self.scratch.counts.clone()
    }

    /// What a message of the conversation screened last was taken for.
    pub(super) fn kind_of(&self, message: MessageIndex) -> Kind {
        self.scratch.messages.get(message.get()).map_or(Kind::Text, |message| message.kind)
    }

    /// Judges the conversation screened last once more and shows each hit with what became of it.
    pub(super) fn witness(&self, conversation: &Conversation<'_>, mut show: impl FnMut(Witnessed)) {
        let scratch = &self.scratch;
        let view = View {
            conversation,
            messages: &scratch.messages,
            folded: &scratch.folded,
            hits: &scratch.hits,
            dialogue: &self.rules.tables.dialogue,
            waits: &scratch.waits,
            end: End::Closed,
            slack: scratch.slack,
            zone: &self.rules.zone,
            hours: self.rules.practice.hours.as_deref(),
            is_telephone: self.rules.practice.is_telephone,
            found: &scratch.found,
        };
        for (slot, rule) in (0..).zip(&self.rules.rules) {
            let mut answers = Answers::explaining();
            rule.operator.judge(slot, &view, &mut answers);
            let suppressed = answers.suppressed.take().unwrap_or_default();
            for located in view.hits_of(slot) {
                let fate = suppressed.iter().find(|suppressed| {
                    (suppressed.message, suppressed.span, suppressed.term)
                        == (located.message, located.hit.span, located.term)
                });
                show(Witnessed {
                    slot,
                    message: located.message,
                    span: located.hit.span,
                    term: located.term,
                    stream: located.hit.stream,
                    suppression: fate.map(|suppressed| suppressed.by.clone()),
                });
            }
            // Entities and required wordings are found by their operators, not by the matcher.
            let counted = answers
                .settled
                .iter()
                .flat_map(|finding| finding.quotes.iter().map(|quote| (finding.message, quote.span, quote.term, None)));
            let others = suppressed.iter().map(|not| (not.message, not.span, not.term, Some(not.by.clone())));
            let hits = view.hits_of(slot).iter().map(|hit| (hit.message, hit.hit.span, hit.term));
            let hits: BTreeSet<_> = hits.collect();
            for (message, span, term, suppression) in counted.chain(others) {
                if !hits.contains(&(message, span, term)) {
                    show(Witnessed { slot, message, span, term, stream: Stream::Folded, suppression });
                }
            }
        }
    }

    fn run(&mut self, conversation: &Conversation<'_>, end: End) -> LiveScreening {
        let rules = Arc::clone(&self.rules);
        let default_day = self.default_day;
        let scratch = &mut self.scratch;
        scratch.prepare(&rules, conversation);
        let no_waits = Waits::default();
        let mut view = View {
            conversation,
            messages: &scratch.messages,
            folded: &scratch.folded,
            hits: &scratch.hits,
            dialogue: &rules.tables.dialogue,
            waits: &no_waits,
            end,
            slack: scratch.slack,
            zone: &rules.zone,
            hours: rules.practice.hours.as_deref(),
            is_telephone: rules.practice.is_telephone,
            found: &[],
        };
        scratch.waits.measure(&view);
        view.waits = &scratch.waits;

        let mut found = std::mem::take(&mut scratch.found);
        found.clear();
        let mut not_evaluated = Vec::new();
        let mut provisional = Vec::new();
        for &slot in &rules.order {
            let rule = &rules.rules[slot as usize];
            let answers = &mut scratch.answers;
            answers.clear();
            rule.operator.judge(slot, &View { found: &found, ..view }, answers);
            provisional.extend(answers.provisional.drain(..).map(|finding| (rule.id.to_string(), finding.message)));
            match answers.not_evaluated {
                Some(reason) if answers.settled.is_empty() => not_evaluated
                    .push(RuleNotEvaluated { rule: Arc::clone(&rule.id), reason: Cow::Borrowed(reason.as_str()) }),
                _ => {}
            }
            found.extend(answers.settled.drain(..).map(|finding| (slot, finding)));
        }
        not_evaluated.sort_by(|a: &RuleNotEvaluated, b| a.rule.cmp(&b.rule));
        keep_separate(&rules, &mut found);
        found.sort_by_key(|(slot, finding)| (finding.message, *slot));
        scratch.found = found;

        let mut screening = Screening {
            format: FORMAT,
            ruleset: Arc::clone(&rules.hash),
            conversation: conversation.id.clone().into_owned(),
            source: conversation.source.as_deref().unwrap_or_default().to_owned(),
            agent: conversation.agent.as_ref().map(|agent| agent.id.clone().into_owned()),
            outcome: Outcome::Clean,
            candidates: Vec::new(),
            signals: Vec::new(),
            informational: Vec::new(),
            not_evaluated,
            preview: None,
        };
        if !scratch.found.is_empty() {
            let day = day_of(&rules, conversation).or(default_day);
            let mut report = Report::new(&rules, conversation, day);
            for (slot, finding) in &scratch.found {
                report.add(&rules.rules[*slot as usize], finding, &mut screening);
            }
        }
        screening.outcome = screening.judged(rules.rules.len());
        LiveScreening { settled: screening, provisional }
    }
}

impl Scratch {
    /// Folds every message, probing it while it is folded, and collects the hits.
    fn prepare(&mut self, rules: &RuleSet, conversation: &Conversation<'_>) {
        self.folded.clear();
        self.messages.clear();
        self.relabelled.clear();
        self.counts = Relabelled::default();
        self.hits.clear();
        self.slack = 0;
        for (index, message) in conversation.messages.iter().enumerate() {
            let kind = message.kind.unwrap_or_else(|| rules.tables.dialogue.kind_of(&message.text));
            let time = message.time.as_ref().map(|time| rules.zone.instant(time.clock));
            if message.time.as_ref().is_some_and(|time| !time.has_seconds()) {
                self.slack = LESS_THAN_A_MINUTE;
            }
            let index = MessageIndex(index as u32);
            let relabelling = Relabelling::of(message, kind, rules);
            let role = relabelling.map_or(message.role, Relabelling::role);
            self.relabelled.extend(relabelling.map(|why| (index, why)));
            self.counts.count(message, kind, relabelling);
            let mut folded = Span::new(self.folded.len(), self.folded.len());
            if kind == Kind::Text {
                folded = self.fold(rules, index, role, &message.text);
            }
            self.messages.push(MessageView { role, kind, time, folded });
        }
        // Operators ask for the hits of one rule at a time; the sort is stable, so places stay in order.
        self.hits.sort_by_key(|hit| (hit.slot, hit.message));
    }

    #[inline]
    fn fold(&mut self, rules: &RuleSet, index: MessageIndex, role: Role, text: &str) -> Span {
        let lane = Lane::of(role).and_then(|lane| rules.lanes[lane as usize].as_ref());
        let letters = &mut self.letters;
        let Some(lane) = lane else { return rules.tables.fold.fold_into(text, &mut self.folded, letters, |_| {}) };
        let probe = &mut self.probe;
        probe.reset();
        let span = rules.tables.fold.fold_into(text, &mut self.folded, letters, |letters| {
            lane.matcher.probe(probe, letters);
        });
        if lane.matcher.is_hot(probe) {
            self.lane_hits.clear();
            lane.matcher.confirm(
                &self.folded[span.range()],
                span.start,
                probe,
                &rules.tables.skeleton,
                &rules.tables.segmenter,
                &mut self.borders,
                &mut self.lane_hits,
            );
            self.hits.extend(self.lane_hits.iter().map(|&hit| {
                let owner = lane.owners[hit.entry as usize];
                LocatedHit { slot: owner.slot, message: index, term: owner.term, hit }
            }));
        }
        span
    }
}

/// The day on which a conversation began, where it says so.
fn day_of(rules: &RuleSet, conversation: &Conversation<'_>) -> Option<Date> {
    let first_message = || conversation.messages.iter().find_map(|message| message.time.as_ref());
    let start = conversation.started_at.as_ref().or_else(first_message)?;
    Some(rules.zone.day(rules.zone.instant(start.clock)))
}
