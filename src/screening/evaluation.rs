//! Evaluation: what was found is held against what a person found.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::form::Screening;
use super::trial::Expected;
use crate::conversation::{Conversation, RecordError};
use crate::dictionary::{character_column, reason};

/// What a person found in one conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object such as {\"id\": …, \"labels\": […]}")]
pub struct Label<'l> {
    /// The conversation's id, where the conversation stands elsewhere.
    #[serde(default)]
    pub id: Option<String>,
    /// The conversation itself.
    #[serde(borrow, default)]
    pub conversation: Option<&'l RawValue>,
    /// What has to be found.
    #[serde(default, alias = "expect")]
    pub labels: Vec<Expected>,
    /// What counts neither way.
    #[serde(default)]
    pub doubtful: Vec<Expected>,
    /// Rules of which nothing may be found: they are judged even where `judged` does not name them.
    #[serde(default)]
    pub absent: Vec<String>,
    /// What was looked at; absent: everything.
    #[serde(default)]
    pub judged: Option<Judged>,
    /// What other lines about the same conversation looked at.
    #[serde(skip)]
    judged_elsewhere: Vec<Judged>,
    /// Read by people.
    #[serde(default)]
    #[allow(dead_code, reason = "read by people")]
    note: String,
    /// How the messages were chosen; read by people.
    #[serde(borrow, default)]
    #[allow(dead_code, reason = "read by people")]
    draw: Option<&'l RawValue>,
}

/// What a person looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object such as {\"rules\": […], \"messages\": […]}")]
pub struct Judged {
    /// The rules; empty: all.
    #[serde(default)]
    pub rules: Vec<String>,
    /// The messages; empty: all.
    #[serde(default)]
    pub messages: Vec<u32>,
}

/// Where finding and label part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which way.
    pub kind: DifferenceKind,
    /// The rule.
    pub rule: String,
    /// 0-based index of the message.
    pub message: u32,
}

/// How finding and label differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DifferenceKind {
    /// Labelled and not found.
    Missed,
    /// Found and not labelled.
    FalseAlarm,
    /// Found where it is labelled, with other evidence.
    OtherEvidence {
        /// What the label quotes.
        expected: String,
        /// What was quoted.
        found: Vec<String>,
    },
}

/// Counts of one rule, or of several together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Found and labelled.
    pub hits: u64,
    /// Labelled and not found.
    pub misses: u64,
    /// Found and not labelled.
    pub false_alarms: u64,
    /// Among the hits, those with other evidence than the label's.
    pub other_evidence: u64,
}

/// A share with its 95 % Wilson interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share itself.
    pub share: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

/// Counts by rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// By rule.
    pub rules: BTreeMap<String, Score>,
    /// Labels that were compared.
    pub conversations: u64,
}

impl<'l> Label<'l> {
    /// Reads one line of a label file.
    pub fn parse(json: &'l str) -> Result<Self, String> {
        if !json.trim_start().starts_with('{') {
            return Err("a label is a JSON object on a line of its own".to_owned());
        }
        let label: Self = serde_json::from_str(json).map_err(|error| {
            let column = character_column(json, error.column());
            format!("this is no label: {} at character {column}", reason(&error))
        })?;
        if let Some(rule) = label.contradiction() {
            return Err(format!("`{rule}` is labelled, and said to be absent or doubtful as well"));
        }
        match (&label.id, label.conversation) {
            (Some(_), None) | (None, Some(_)) => Ok(label),
            _ => Err("a label has either `id` or `conversation`".to_owned()),
        }
    }

    /// The first rule of which the label says two things.
    fn contradiction(&self) -> Option<&str> {
        let is_same = |one: &Expected, other: &Expected| one.rule == other.rule && one.message == other.message;
        let contradicts = |place: &&Expected| {
            self.absent.contains(&place.rule) || self.doubtful.iter().any(|other| is_same(place, other))
        };
        self.labels.iter().find(contradicts).map(|place| place.rule.as_str())
    }

    /// Takes in what another line says of the same conversation: what either wants found has to be found, and what either
    /// looked at was looked at. The rule of which the two say opposite things is given back, and nothing is taken in.
    pub fn merge(&mut self, other: Self) -> Result<(), String> {
        let before = (self.labels.len(), self.doubtful.len(), self.absent.len());
        self.labels.extend(other.labels);
        self.doubtful.extend(other.doubtful);
        self.absent.extend(other.absent);
        if let Some(rule) = self.contradiction().map(str::to_owned) {
            self.labels.truncate(before.0);
            self.doubtful.truncate(before.1);
            self.absent.truncate(before.2);
            return Err(rule);
        }
        // Who says nothing looked at everything, whatever the other looked at.
        match (&self.judged, other.judged) {
            (Some(_), Some(judged)) => self.judged_elsewhere.push(judged),
            _ => self.judged = None,
        }
        self.judged_elsewhere.extend(other.judged_elsewhere);
        Ok(())
    }

    /// Whether the conversation that it carries has a name of its own.
    pub fn is_named(&self) -> bool {
        self.conversation
            .is_none_or(|carried| !matches!(Conversation::from_json(carried.get()), Err(RecordError::MissingId)))
    }

    /// The conversation that the label carries; one without an id gets `label`.
    pub fn carried(&self) -> Option<String> {
        let json = self.conversation?.get();
        if !matches!(Conversation::from_json(json), Err(RecordError::MissingId)) {
            return Some(json.to_owned());
        }
        Some(format!("{{\"id\":\"label\",{}", json.trim_start().strip_prefix('{')?))
    }

    /// The rules that it names anywhere.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        let places = self.labels.iter().chain(&self.doubtful).map(|place| &place.rule);
        let judged = self.looked_at().flat_map(|judged| &judged.rules);
        places.chain(&self.absent).chain(judged).map(String::as_str)
    }

    /// The first message that it names and a conversation of so many messages does not have.
    pub fn beyond(&self, messages: usize) -> Option<u32> {
        let places = self.labels.iter().chain(&self.doubtful).map(|place| place.message);
        let judged = self.looked_at().flat_map(|judged| judged.messages.iter().copied());
        places.chain(judged).find(|&message| message as usize >= messages)
    }

    /// What was looked at, line by line; none where that is everything.
    fn looked_at(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().chain(self.judged.iter().flat_map(|_| &self.judged_elsewhere))
    }

    fn judges(&self, rule: &str, message: u32) -> bool {
        self.judged.is_none()
            || self.looked_at().any(|judged| judged.covers(rule, message))
            || self.absent.iter().any(|known| known == rule)
    }
}

impl Judged {
    fn covers(&self, rule: &str, message: u32) -> bool {
        (self.rules.is_empty() || self.rules.iter().any(|known| known == rule))
            && (self.messages.is_empty() || self.messages.contains(&message))
    }
}

impl Evaluation {
    /// Compares a screening with its label. `is_known` tells the rules that were screened for: labels of others are left
    /// out, since nothing could be found.
    pub fn add(
        &mut self,
        label: &Label<'_>,
        screening: &Screening,
        is_known: impl Fn(&str) -> bool,
    ) -> Vec<Difference> {
        self.conversations += 1;
        let mut differences = Vec::new();
        let mut labelled: BTreeSet<(&str, u32)> = BTreeSet::new();
        let found: BTreeMap<(&str, u32), Vec<&str>> = screening
            .candidates
            .iter()
            .map(|found| (found.rule.as_str(), found.message, &found.spans))
            .chain(screening.signals.iter().map(|found| (found.rule.as_str(), found.message, &found.spans)))
            .map(|(rule, message, spans)| ((rule, message), spans.iter().map(|span| span.quote.as_str()).collect()))
            .collect();
        for place in label.labels.iter().filter(|place| is_known(&place.rule)) {
            if !labelled.insert((&place.rule, place.message)) {
                continue;
            }
            let score = self.rules.entry(place.rule.clone()).or_default();
            let mut differ =
                |kind| differences.push(Difference { kind, rule: place.rule.clone(), message: place.message });
            match found.get(&(place.rule.as_str(), place.message)) {
                None => {
                    score.misses += 1;
                    differ(DifferenceKind::Missed);
                }
                Some(quotes) => {
                    score.hits += 1;
                    if let Some(expected) = place.quote.as_ref().filter(|quote| !quotes.contains(&quote.as_str())) {
                        score.other_evidence += 1;
                        let found = quotes.iter().map(|&quote| quote.to_owned()).collect();
                        differ(DifferenceKind::OtherEvidence { expected: expected.clone(), found });
                    }
                }
            }
        }
        let is_doubtful = |rule: &str, message: u32| {
            label.doubtful.iter().any(|place| place.rule == rule && place.message == message)
        };
        for &(rule, message) in found.keys() {
            if labelled.contains(&(rule, message)) || is_doubtful(rule, message) || !label.judges(rule, message) {
                continue;
            }
            self.rules.entry(rule.to_owned()).or_default().false_alarms += 1;
            differences.push(Difference { kind: DifferenceKind::FalseAlarm, rule: rule.to_owned(), message });
        }
        differences
    }

    /// The counts of several rules together.
    pub fn together(&self, counts: impl Fn(&str) -> bool) -> Score {
        let scores = self.rules.iter().filter(|(rule, _)| counts(rule)).map(|(_, score)| score);
        scores.fold(Score::default(), |sum, score| Score {
            hits: sum.hits + score.hits,
            misses: sum.misses + score.misses,
            false_alarms: sum.false_alarms + score.false_alarms,
            other_evidence: sum.other_evidence + score.other_evidence,
        })
    }
}

impl Score {
    /// Of what was found, the share that is labelled; `None` where nothing was found.
    pub fn precision(&self) -> Option<Share> {
        Share::of(self.hits, self.hits + self.false_alarms)
    }

    /// Of what is labelled, the share that was found; `None` where nothing is labelled.
    pub fn recall(&self) -> Option<Share> {
        Share::of(self.hits, self.hits + self.misses)
    }

    /// The harmonic mean of both; `None` where there is neither finding nor label.
    #[allow(clippy::cast_precision_loss, reason = "counts of labels")]
    pub fn f1(&self) -> Option<f64> {
        let all = 2 * self.hits + self.misses + self.false_alarms;
        (all > 0).then(|| 2.0 * self.hits as f64 / all as f64)
    }
}

impl Share {
    /// Wilson's score interval for `part` of `whole`.
    #[allow(clippy::cast_precision_loss, reason = "counts of labels")]
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        /// The normal distribution's 97.5 % quantile.
        const Z: f64 = 1.959_963_984_540_054;
        if whole == 0 {
            return None;
        }
        let (count, share) = (whole as f64, part as f64 / whole as f64);
        let scale = 1.0 + Z * Z / count;
        let centre = (share + Z * Z / (2.0 * count)) / scale;
        let reach = Z * (share * (1.0 - share) / count + Z * Z / (4.0 * count * count)).sqrt() / scale;
        Some(Self { share, low: (centre - reach).max(0.0), high: (centre + reach).min(1.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        let share = Share::of(24, 25).unwrap();
        assert!((share.low - 0.8046).abs() < 1e-4 && (share.high - 0.9929).abs() < 1e-4, "{share:?}");
        let all = Share::of(10, 10).unwrap();
        assert!((all.low - 0.7225).abs() < 1e-4 && (all.high - 1.0).abs() < f64::EPSILON);
        assert_eq!(Share::of(0, 0), None);
    }

    #[test]
    fn what_was_not_judged_is_no_false_alarm() {
        let json = r#"{"id":"1","labels":[{"rule":"a","message":1}],"doubtful":[{"rule":"a","message":2}],
            "judged":{"rules":["a","b"],"messages":[1,2,3]}}"#;
        let label = Label::parse(json).unwrap();
        assert!(label.judges("b", 3) && !label.judges("b", 4) && !label.judges("c", 1));
        assert!(Label::parse(r#"{"labels":[]}"#).is_err());
        assert!(Label::parse(r#"{"id":"1","conversation":{},"labels":[]}"#).is_err());
    }

    #[test]
    fn lines_about_one_conversation_are_taken_together() {
        let read = |more: &str| {
            let json: &'static str = Box::leak(format!(r#"{{"id":"1",{more}}}"#).into_boxed_str());
            Label::parse(json).unwrap()
        };
        let mut label = read(r#""labels":[{"rule":"a","message":1}],"judged":{"rules":["a"],"messages":[1]}"#);
        let second = read(r#""labels":[{"rule":"b","message":2}],"judged":{"rules":["b"],"messages":[2]}"#);
        label.merge(second).unwrap();
        assert_eq!(label.labels.len(), 2);
        assert!(label.judges("a", 1) && label.judges("b", 2));
        assert!(!label.judges("a", 2) && !label.judges("b", 1), "nobody looked there");
        assert_eq!(label.merge(read(r#""labels":[],"absent":["b"]"#)), Err("b".to_owned()));
        let doubtful = read(r#""labels":[],"doubtful":[{"rule":"a","message":1}]"#);
        assert_eq!(label.merge(doubtful), Err("a".to_owned()));
        assert!(!label.judges("a", 2), "nothing is taken in of what contradicts");
        label.merge(read(r#""labels":[]"#)).unwrap();
        assert!(label.judges("c", 7), "a line without `judged` looked at everything");
    }

    #[test]
    fn scores_without_a_denominator_are_none() {
        let score = Score { hits: 0, misses: 2, false_alarms: 0, other_evidence: 0 };
        assert_eq!(score.precision(), None);
        assert_eq!(score.recall().map(|share| share.share), Some(0.0));
        assert_eq!(score.f1(), Some(0.0));
        assert_eq!(Score::default().f1(), None);
    }
}
