//! Rulebooks, their editions and items.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::edition::CasePolicy;
use super::points::Points;

/// All rulebooks that are known.
#[derive(Debug, Clone, Default)]
pub struct Rulebooks {
    pub(super) all: BTreeMap<String, Rulebook>,
}

impl Rulebooks {
    /// The rulebook with this id.
    pub fn get(&self, id: &str) -> Option<&Rulebook> {
        self.all.get(id)
    }

    /// All of them, ordered by id.
    pub fn iter(&self) -> impl Iterator<Item = &Rulebook> {
        self.all.values()
    }
}

/// A rulebook: one or more editions.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// Stable name.
    pub id: String,
    /// Ordered by the day they take effect.
    pub(super) editions: Vec<Edition>,
}

impl Rulebook {
    /// The edition in force on a day; none before the first.
    pub fn edition_on(&self, day: Date) -> Option<&Edition> {
        let after = self.editions.partition_point(|edition| edition.effective_from <= day);
        self.editions.get(after.checked_sub(1)?)
    }

    /// All editions, ordered by the day they take effect.
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }
}

/// An edition of a rulebook.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The rulebook's id.
    pub rulebook: String,
    /// Its name.
    pub name: String,
    /// Chinese title.
    pub title: String,
    /// Document that it comes from.
    pub source: String,
    /// What readers should know.
    pub notes: String,
    /// First day on which it is in force.
    pub effective_from: Date,
    /// What a case with several violations costs.
    pub case_policy: CasePolicy,
    /// In the order written.
    pub items: Vec<Item>,
    /// The file it was read from, below the dictionaries folder.
    pub file: String,
    /// Index into `items` by id of the rule or manual violation.
    pub(super) by_rule: BTreeMap<String, usize>,
}

impl Edition {
    /// The item that scores a rule or a violation that only a person finds. A rule `a/b` without an item of its own is
    /// scored like `a`.
    pub fn item(&self, rule: &str) -> Option<&Item> {
        let group = rule.split_once('/').map(|(group, _)| group);
        let index = self.by_rule.get(rule).or_else(|| self.by_rule.get(group?))?;
        self.items.get(*index)
    }

    /// What a rule costs; none if it has no item, or a manual one without a figure.
    pub fn points(&self, rule: &str) -> Option<Points> {
        self.item(rule)?.points
    }
}

/// What one kind of violation costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Stable name; for a manual item the id of the violation.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Rules that it scores; empty for a manual one.
    pub rules: Vec<String>,
    /// Whether only a person finds it.
    pub manual: bool,
    /// The deduction; none if the source states no figure for a manual item.
    pub points: Option<Points>,
    /// Whether the figure is a default that no source states.
    pub assumed: bool,
    /// Where it comes from.
    pub source: String,
    /// 1-based line of the file where it starts.
    pub line: u32,
}
