//! Explaining: everything that was seen in a conversation, what counted and what did not, and why.

use super::form::Screening;
use super::relabelling::Relabelling;
use super::rule_set::RuleSet;
use super::screener::{Screener, Witnessed};
use crate::conversation::{Conversation, Kind, Message, Millis, Role};
use crate::operator::{MessageIndex, Suppression};
use crate::text::{CharSpan, Origins, Stream};

/// A conversation explained.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Each message.
    pub messages: Vec<ExplainedMessage>,
    /// The waits that could be measured, the first one first.
    pub waits: Vec<ExplainedWait>,
    /// What came out.
    pub screening: Screening,
}

/// How long the customer waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExplainedWait {
    /// The first unanswered message.
    pub asked: MessageIndex,
    /// The answer.
    pub answered: MessageIndex,
    /// Milliseconds between them.
    pub waited: Millis,
}

/// A message explained.
#[derive(Debug, Clone)]
pub struct ExplainedMessage {
    /// Who speaks.
    pub role: Role,
    /// Why it counts as somebody else's, if it does.
    pub relabelling: Option<Relabelling>,
    /// What it was taken for.
    pub kind: Kind,
    /// Whether that was told from its text.
    pub kind_is_inferred: bool,
    /// When it was sent, as written.
    pub time: Option<String>,
    /// As written.
    pub original: String,
    /// Folded.
    pub folded: String,
    /// What is left when interference is dropped and look-alikes are merged.
    pub skeleton: String,
    /// jieba's tokens of the folded text.
    pub tokens: Vec<String>,
    /// Every hit, ordered by place.
    pub hits: Vec<ExplainedHit>,
}

/// A hit explained.
#[derive(Debug, Clone)]
pub struct ExplainedHit {
    /// The rule.
    pub rule: String,
    /// The term as written in the dictionary.
    pub term: String,
    /// First character in the original.
    pub start: u32,
    /// Character after the last.
    pub end: u32,
    /// The folded text that was matched.
    pub matched: String,
    /// Whether it was seen only through a disguise.
    pub disguised: bool,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is evidence.
    Counted,
    /// It did not count.
    Suppressed(Suppression),
}

impl Screener {
    /// Screens a conversation that is over and tells everything that was seen.
    pub fn explain(&mut self, conversation: &Conversation<'_>) -> Explanation {
        let screening = self.screen(conversation);
        let rules = std::sync::Arc::clone(&self.rules);
        let mut seen = Vec::new();
        self.witness(conversation, |hit| seen.push(hit));
        let messages = conversation.messages.iter().enumerate().map(|(index, message)| {
            let index = MessageIndex(index as u32);
            let hits: Vec<&Witnessed> = seen.iter().filter(|seen| seen.message == index).collect();
            self.explain_message(&rules, &screening, (index, message), &hits)
        });
        let messages = messages.collect();
        let waits =
            self.measured().map(|(wait, answered, waited)| ExplainedWait { asked: wait.asked, answered, waited });
        Explanation { messages, waits: waits.collect(), screening }
    }

    fn explain_message(
        &self,
        rules: &RuleSet,
        screening: &Screening,
        (index, message): (MessageIndex, &Message<'_>),
        hits: &[&Witnessed],
    ) -> ExplainedMessage {
        let original: &str = &message.text;
        let folded = rules.tables.fold.fold(original);
        let origins = Origins::trace(&rules.tables.fold, original);
        let mut hits: Vec<ExplainedHit> = hits
            .iter()
            .map(|seen| {
                let rule = &rules.rules[seen.slot as usize];
                let place = origins.original(seen.span);
                let fate = match &seen.suppression {
                    None if !is_evidence(screening, &rule.id, index, place) => Fate::Suppressed(Suppression::OtherRule),
                    None => Fate::Counted,
                    Some(by) => Fate::Suppressed(by.clone()),
                };
                ExplainedHit {
                    rule: rule.id.to_string(),
                    term: rule.terms[seen.term as usize].text.to_string(),
                    start: place.start,
                    end: place.end,
                    matched: folded.get(seen.span.range()).unwrap_or_default().to_owned(),
                    disguised: seen.stream > Stream::Folded,
                    fate,
                }
            })
            .collect();
        hits.sort_by(|a, b| (a.start, a.end, &a.rule).cmp(&(b.start, b.end, &b.rule)));
        ExplainedMessage {
            time: message.time.as_ref().map(|time| time.text.to_string()),
            role: message.role,
            relabelling: self.relabelling(index),
            kind: self.kind_of(index),
            kind_is_inferred: message.kind.is_none(),
            original: original.to_owned(),
            skeleton: rules.tables.skeleton.of(&folded),
            tokens: rules.tables.segmenter.tokens(&folded).into_iter().map(str::to_owned).collect(),
            folded,
            hits,
        }
    }
}

/// Whether these characters are evidence of the rule in what came out.
fn is_evidence(screening: &Screening, rule: &str, message: MessageIndex, place: CharSpan) -> bool {
    let candidates = screening.candidates.iter().chain(&screening.informational);
    let candidates = candidates.map(|found| (&found.rule, found.message, &found.spans));
    let signals = screening.signals.iter().map(|found| (&found.rule, found.message, &found.spans));
    candidates
        .chain(signals)
        .filter(|(found, at, _)| *found == rule && *at == message.0)
        .any(|(_, _, spans)| spans.iter().any(|span| (span.start, span.end) == (place.start, place.end)))
}
