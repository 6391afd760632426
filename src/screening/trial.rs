//! Trying a dictionary: it is compiled and looked over, every example of the packs is screened, and what does not come out
//! as written is reported.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::form::{Evidence, Screening};
use super::lint;
use super::overrides::Overrides;
use super::rule_set::{RuleSet, RuleSetError, RuleSetOptions};
use super::screener::Screener;
use crate::conversation::{Conversation, Message, Role, Zone};
use crate::dictionary::{Diagnostic, Dictionary, ExampleLine, RuleKind, reason};

/// An example as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object such as {\"say\": \"…\", \"expect\": […]}")]
pub struct Example<'e> {
    /// A conversation; its id may be left out.
    #[serde(borrow, default)]
    conversation: Option<&'e RawValue>,
    /// One message in place of a conversation.
    #[serde(default)]
    say: Option<String>,
    /// What has to be found.
    #[serde(default)]
    pub expect: Vec<Expected>,
    /// Rules of which nothing may be found.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Why it is there.
    #[serde(default)]
    #[allow(dead_code, reason = "read by people")]
    note: String,
}

/// A finding that an example expects.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object such as {\"rule\": \"…\", \"message\": 0}")]
pub struct Expected {
    /// The rule.
    pub rule: String,
    /// 0-based index of the message.
    #[serde(default)]
    pub message: u32,
    /// The evidence to the character; absent: the place is enough.
    #[serde(default)]
    pub quote: Option<String>,
}

/// What an example did not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shortfall {
    /// Nothing was found where something is expected.
    Missed(Expected),
    /// Something was found, with other evidence.
    OtherEvidence {
        /// What was expected.
        expected: Expected,
        /// What was quoted.
        found: Vec<String>,
    },
    /// Something was found that must not be.
    FalseAlarm {
        /// The rule.
        rule: String,
        /// Where.
        message: u32,
        /// What was quoted.
        found: Vec<String>,
    },
}

impl<'e> Example<'e> {
    /// Reads one line.
    pub fn parse(json: &'e str) -> Result<Self, String> {
        let example: Self = serde_json::from_str(json).map_err(|error| reason(&error))?;
        if example.conversation.is_some() == example.say.is_some() {
            return Err("an example has either `conversation` or `say`".to_owned());
        }
        if example.expect.is_empty() && example.absent.is_empty() {
            return Err("an example expects something or names what must be absent".to_owned());
        }
        Ok(example)
    }

    /// Whether it shows that something is found.
    pub fn is_hit(&self) -> bool {
        !self.expect.is_empty()
    }

    /// Screens it and compares; `kind_of` tells which side a `say` is spoken by.
    pub fn try_with(&self, screener: &mut Screener) -> Result<Vec<Shortfall>, String> {
        let first_rule = self.expect.first().map(|expected| &expected.rule).or(self.absent.first());
        let written = self.conversation.map(RawValue::get);
        let with_id = written.filter(|json| !json.contains("\"id\"") || Conversation::from_json(json).is_err());
        let with_id =
            with_id.and_then(|json| Some(format!("{{\"id\":\"example\",{}", json.trim_start().strip_prefix('{')?)));
        let conversation = match (self.say.as_deref(), with_id.as_deref(), written) {
            (Some(text), ..) => spoken(screener.rules(), first_rule.map_or("", String::as_str), text),
            (None, Some(json), _) | (None, None, Some(json)) => {
                Conversation::from_json(json).map_err(|error| error.to_string())?
            }
            (None, None, None) => return Err("an example has either `conversation` or `say`".to_owned()),
        };
        let screening = screener.screen(&conversation);
        Ok(self.compare(&screening))
    }

    fn compare(&self, screening: &Screening) -> Vec<Shortfall> {
        let mut shortfalls = Vec::new();
        for expected in &self.expect {
            let places: Vec<&[Evidence]> = findings(screening)
                .filter(|(rule, message, _)| *rule == expected.rule && *message == expected.message)
                .map(|(_, _, spans)| spans)
                .collect();
            let quoted = |quote: &String| places.iter().any(|spans| spans.iter().any(|span| span.quote == *quote));
            if places.is_empty() {
                shortfalls.push(Shortfall::Missed(expected.clone()));
            } else if expected.quote.as_ref().is_some_and(|quote| !quoted(quote)) {
                let found = places.iter().flat_map(|spans| spans.iter().map(|span| span.quote.clone())).collect();
                shortfalls.push(Shortfall::OtherEvidence { expected: expected.clone(), found });
            }
        }
        for (rule, message, spans) in findings(screening) {
            if self.absent.iter().any(|absent| absent == rule) {
                let found = spans.iter().map(|span| span.quote.clone()).collect();
                shortfalls.push(Shortfall::FalseAlarm { rule: rule.to_owned(), message, found });
            }
        }
        shortfalls
    }
}

fn findings(screening: &Screening) -> impl Iterator<Item = (&str, u32, &[Evidence])> {
    let candidates = screening.candidates.iter().chain(&screening.informational);
    let candidates = candidates.map(|found| (found.rule.as_str(), found.message, found.spans.as_slice()));
    candidates.chain(screening.signals.iter().map(|found| (found.rule.as_str(), found.message, found.spans.as_slice())))
}

/// A conversation of one message by the side that the rule is about.
fn spoken<'t>(rules: &RuleSet, rule: &str, text: &'t str) -> Conversation<'t> {
    let is_signal = rules.rules().iter().any(|known| *known.id == *rule && known.kind == RuleKind::Signal);
    let role = if is_signal { Role::Customer } else { Role::Agent };
    let message = Message { id: None, role, kind: None, agent: None, time: None, text: text.into(), extra: Vec::new() };
    Conversation { id: "example".into(), messages: vec![message], ..Conversation::default() }
}

/// Looks over what needs folding, jieba and the machines, and screens every example; returns what is wrong.
pub fn try_dictionary(dictionary: &Dictionary, zone: &Zone) -> Result<Vec<Diagnostic>, RuleSetError> {
    let every_rule = dictionary.packs.iter().flat_map(|pack| pack.rules.iter().map(|rule| rule.id.clone()));
    let overrides = Overrides { enable: every_rule.collect(), ..Overrides::default() };
    let options = RuleSetOptions { zone: zone.clone(), overrides };
    let (rules, mut diagnostics) = RuleSet::compile(dictionary, &options)?;
    diagnostics.extend(lint::lint(dictionary, &rules));
    let mut screener = Screener::new(Arc::new(rules));
    for line in dictionary.packs.iter().flat_map(|pack| &pack.examples) {
        diagnostics.extend(try_example(line, &mut screener));
    }
    Ok(diagnostics)
}

fn try_example(line: &ExampleLine, screener: &mut Screener) -> Vec<Diagnostic> {
    let error = |code, message: String| Diagnostic::error(code, line.origin.clone(), message);
    let shortfalls = match Example::parse(&line.json).and_then(|example| example.try_with(screener)) {
        Ok(shortfalls) => shortfalls,
        Err(reason) => {
            let advice = "see docs/packs.md, examples.jsonl";
            return vec![error("bad-example", format!("this example cannot be used: {reason}")).advise(advice)];
        }
    };
    let describe = |shortfall| match shortfall {
        Shortfall::Missed(expected) => error(
            "example-missed",
            format!("`{}` is expected in message {} and is not found", expected.rule, expected.message),
        )
        .advise("run `zhijian explain` on the message: it shows every hit and what suppressed it"),
        Shortfall::OtherEvidence { expected, found } => error(
            "example-evidence",
            format!("`{}` in message {} quotes {}", expected.rule, expected.message, found.join(" / ")),
        )
        .advise(format!("it should quote {}", expected.quote.unwrap_or_default())),
        Shortfall::FalseAlarm { rule, message, found } => {
            error("example-false-alarm", format!("`{rule}` is found in message {message}: {}", found.join(" / ")))
                .advise("add an exception, or narrow the term")
        }
    };
    shortfalls.into_iter().map(describe).collect()
}
