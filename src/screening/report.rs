//! From findings to the form: evidence, suggestion, and whether the rule held on that day.

use jiff::civil::Date;

use super::form::{Candidate, Evidence, Screening, Signal};
use super::identity::{anchor, finding_id};
use super::rule_set::{CompiledRule, RuleSet};
use crate::conversation::Conversation;
use crate::dictionary::RuleKind;
use crate::operator::{Finding, MessageIndex, Quote};
use crate::text::{CharSpan, Origins};

/// A whole message is quoted up to this many characters.
const LONGEST_QUOTE: usize = 200;

/// Turns findings into the form.
pub(super) struct Report<'r> {
    rules: &'r RuleSet,
    conversation: &'r Conversation<'r>,
    day: Option<Date>,
    /// The way back of the message traced last.
    traced: Option<(MessageIndex, Origins)>,
}

impl<'r> Report<'r> {
    pub(super) fn new(rules: &'r RuleSet, conversation: &'r Conversation<'r>, day: Option<Date>) -> Self {
        Self { rules, conversation, day, traced: None }
    }

    pub(super) fn add(&mut self, rule: &CompiledRule, finding: &Finding, screening: &mut Screening) {
        let holds = |since: Option<Date>| match (since, self.day) {
            (Some(since), Some(day)) => since <= day,
            // Without a day it is judged as if every notice had passed.
            _ => true,
        };
        let rule_holds = holds(rule.since);
        let (now, later): (Vec<&Quote>, Vec<&Quote>) =
            finding.quotes.iter().partition(|quote| rule_holds && holds(rule.terms[quote.term as usize].since));
        let effective = if finding.quotes.is_empty() { rule_holds } else { !now.is_empty() };
        let quotes = if effective { now } else { later };
        let source = self.conversation.source.as_deref().unwrap_or_default();
        let id = finding_id(source, &self.conversation.id, &rule.id, &anchor(self.conversation, finding.anchor));
        let spans = self.evidence(rule, finding, &quotes);
        if rule.kind == RuleKind::Signal {
            // A signal that did not hold yet steers nothing.
            if effective {
                screening.signals.push(Signal { id, rule: rule.id.to_string(), message: finding.message.0, spans });
            }
            return;
        }
        let strongest = quotes.iter().max_by_key(|quote| (quote.confidence, std::cmp::Reverse(quote.span)));
        let (confidence, reasons) = match strongest {
            Some(quote) => (quote.confidence, quote.reasons.clone()),
            None => (finding.confidence, finding.reasons.clone()),
        };
        let mut suggestions: Vec<&str> = Vec::new();
        for suggestion in quotes.iter().filter_map(|quote| rule.terms[quote.term as usize].suggestion.as_deref()) {
            if !suggestions.contains(&suggestion) {
                suggestions.push(suggestion);
            }
        }
        if suggestions.is_empty() {
            suggestions.extend(rule.suggestion.as_deref());
        }
        let message = &self.conversation.messages[finding.message.get()];
        let in_charge = self.conversation.agent.as_ref().map(|agent| &agent.id);
        let candidate = Candidate {
            id,
            rule: rule.id.to_string(),
            agent: message.agent.as_ref().or(in_charge).map(|agent| agent.clone().into_owned()),
            message: finding.message.0,
            spans,
            suggestion: (!suggestions.is_empty()).then(|| suggestions.join("；")),
            confidence,
            reasons,
            queue: rule.queue,
            pack: rule.pack.to_string(),
            points: None,
        };
        if effective {
            screening.candidates.push(candidate);
        } else {
            screening.informational.push(candidate);
        }
    }

    fn evidence(&mut self, rule: &CompiledRule, finding: &Finding, quotes: &[&Quote]) -> Vec<Evidence> {
        let original = &self.conversation.messages[finding.message.get()].text;
        if quotes.is_empty() {
            let quote = original.chars().take(LONGEST_QUOTE).collect();
            return vec![Evidence { start: 0, end: original.chars().count() as u32, quote, term: None }];
        }
        if self.traced.as_ref().is_none_or(|(message, _)| *message != finding.message) {
            self.traced = Some((finding.message, Origins::trace(&self.rules.tables.fold, original)));
        }
        let spans: Vec<CharSpan> = match &self.traced {
            Some((_, origins)) => quotes.iter().map(|quote| origins.original(quote.span)).collect(),
            None => Vec::new(),
        };
        let texts = slices(original, &spans);
        let evidence = spans.iter().zip(texts).zip(quotes).map(|((span, text), quote)| Evidence {
            start: span.start,
            end: span.end,
            quote: text.to_owned(),
            term: Some(rule.terms[quote.term as usize].text.to_string()),
        });
        evidence.collect()
    }
}

/// The texts of spans in ascending order, in one pass over the message.
fn slices<'t>(original: &'t str, spans: &[CharSpan]) -> Vec<&'t str> {
    let mut offsets =
        original.char_indices().map(|(at, _)| at).chain(std::iter::once(original.len())).enumerate().peekable();
    let mut byte_of = |character: u32| {
        while let Some(&(index, at)) = offsets.peek() {
            if index >= character as usize {
                return at;
            }
            offsets.next();
        }
        original.len()
    };
    // Spans never overlap, so starts and ends ascend together.
    spans
        .iter()
        .map(|span| {
            let start = byte_of(span.start);
            let end = byte_of(span.end);
            &original[start..end.max(start)]
        })
        .collect()
}
