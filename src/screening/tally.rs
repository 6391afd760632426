//! Counting: what a team lead wants to know of many screenings.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::form::{Outcome, Screening};
use super::relabelling::Relabelled;
use super::screener::ResponseTimes;
use crate::conversation::{Conversation, Millis};

/// What one conversation adds to the counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    messages: u64,
    outcome: Outcome,
    agent: Option<(String, Option<String>)>,
    /// Rule ids of candidates, with who is charged.
    candidates: Vec<(String, Option<String>)>,
    signals: Vec<String>,
    informational: Vec<String>,
    not_evaluated: Vec<(Arc<str>, Cow<'static, str>)>,
    times: ResponseTimes,
    relabelled: Relabelled,
}

impl Tally {
    /// Counts one screening.
    pub fn new(
        conversation: &Conversation<'_>,
        screening: &Screening,
        times: ResponseTimes,
        relabelled: Relabelled,
    ) -> Self {
        Self {
            messages: conversation.messages.len() as u64,
            outcome: screening.outcome,
            agent: conversation
                .agent
                .as_ref()
                .map(|agent| (agent.id.clone().into_owned(), agent.name.as_deref().map(str::to_owned))),
            candidates: screening.candidates.iter().map(|found| (found.rule.clone(), found.agent.clone())).collect(),
            signals: screening.signals.iter().map(|found| found.rule.clone()).collect(),
            informational: screening.informational.iter().map(|found| found.rule.clone()).collect(),
            not_evaluated: screening
                .not_evaluated
                .iter()
                .map(|rule| (Arc::clone(&rule.rule), rule.reason.clone()))
                .collect(),
            times,
            relabelled,
        }
    }
}

/// Counts over many conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Conversations screened.
    pub conversations: u64,
    /// Their messages.
    pub messages: u64,
    /// Conversations by profile; the empty name stands for those of none.
    pub profiles: BTreeMap<Arc<str>, u64>,
    /// Conversations by outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// By rule, for candidates, signals and informational findings alike.
    pub rules: BTreeMap<String, RuleCount>,
    /// By agent id; the empty id stands for conversations that name no agent.
    pub agents: BTreeMap<String, AgentCount>,
    /// Conversations by rule and reason that could not be judged.
    pub not_evaluated: BTreeMap<(Arc<str>, Cow<'static, str>), u64>,
    /// Waits for the first human answer.
    pub first_response: Waiting,
    /// Later waits.
    pub later_response: Waiting,
    /// Messages that were taken for something else than they are said to be.
    pub relabelled: Relabelled,
    /// Conversations that repeated an earlier one exactly, and were skipped.
    pub repeats: u64,
    /// Bad rows by reason code.
    pub bad_rows: BTreeMap<String, u64>,
    /// Byte sequences that were no text in the file's encoding and became U+FFFD.
    pub replaced: u64,
}

/// Counts of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Findings that count.
    pub findings: u64,
    /// Conversations with at least one.
    pub conversations: u64,
    /// Findings from before the rule or the term held.
    pub informational: u64,
}

/// Counts of one agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentCount {
    /// Display name, where known.
    pub name: Option<String>,
    /// Conversations in the agent's charge.
    pub conversations: u64,
    /// Candidates charged to the agent.
    pub candidates: u64,
}

/// A distribution of waits, to the second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    seconds: BTreeMap<u64, u64>,
    count: u64,
    total_millis: i128,
}

impl Waiting {
    fn add(&mut self, wait: Millis) {
        *self.seconds.entry(u64::try_from(wait / 1000).unwrap_or(0)).or_default() += 1;
        self.count += 1;
        self.total_millis += i128::from(wait);
    }

    /// How many waits.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Mean in whole seconds, rounded half up; `None` without waits.
    pub fn mean(&self) -> Option<u64> {
        let divisor = i128::from(self.count) * 1000;
        (self.count > 0).then(|| u64::try_from((self.total_millis + divisor / 2) / divisor).unwrap_or(0))
    }

    /// The lower median, in whole seconds; `None` without waits.
    pub fn median(&self) -> Option<u64> {
        self.percentile(50)
    }

    /// The least wait, in whole seconds, that `percent` of the waits do not exceed.
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        self.seconds.iter().find_map(|(&seconds, &count)| {
            seen += count;
            (seen >= rank).then_some(seconds)
        })
    }
}

impl Summary {
    /// Adds one conversation.
    pub fn add(&mut self, tally: &Tally) {
        self.conversations += 1;
        self.messages += tally.messages;
        *self.outcomes.entry(tally.outcome).or_default() += 1;
        let in_charge = tally.agent.as_ref().map_or("", |(id, _)| id.as_str());
        self.count(in_charge, |agent| {
            agent.conversations += 1;
            if let Some((_, Some(name))) = &tally.agent {
                agent.name.get_or_insert_with(|| name.clone());
            }
        });
        for (_, charged) in &tally.candidates {
            self.count(charged.as_deref().unwrap_or_default(), |agent| agent.candidates += 1);
        }
        let mut rules: Vec<&String> = tally.candidates.iter().map(|(rule, _)| rule).chain(&tally.signals).collect();
        rules.sort_unstable();
        for same in rules.chunk_by(|a, b| a == b) {
            let count = self.rules.entry(same[0].clone()).or_default();
            count.findings += same.len() as u64;
            count.conversations += 1;
        }
        for rule in &tally.informational {
            self.rules.entry(rule.clone()).or_default().informational += 1;
        }
        for reason in &tally.not_evaluated {
            match self.not_evaluated.get_mut(reason) {
                Some(count) => *count += 1,
                None => {
                    self.not_evaluated.insert(reason.clone(), 1);
                }
            }
        }
        self.relabelled.add(&tally.relabelled);
        if let Some(wait) = tally.times.first {
            self.first_response.add(wait);
        }
        for &wait in &tally.times.later {
            self.later_response.add(wait);
        }
    }

    /// Counts something of an agent.
    fn count(&mut self, id: &str, count: impl FnOnce(&mut AgentCount)) {
        // Few agents have many conversations: an id is copied once.
        match self.agents.get_mut(id) {
            Some(agent) => count(agent),
            None => count(self.agents.entry(id.to_owned()).or_default()),
        }
    }

    /// Conversations with this outcome.
    pub fn with_outcome(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// All bad rows.
    pub fn all_bad_rows(&self) -> u64 {
        self.bad_rows.values().sum()
    }
}
