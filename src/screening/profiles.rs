//! Profiles: which rules, limits and hours hold for which conversation.

use std::borrow::Cow;
use std::sync::Arc;

use super::rule_set::{CompiledRule, RuleSet};
use crate::conversation::{Chunk, Conversation};
use crate::scoring::Rulebook;

/// What a conversation says of itself, by which a profile is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The shop.
    Shop,
    /// The channel.
    Channel,
    /// The queue.
    Queue,
    /// The team of the agent in charge.
    Team,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Shop, Self::Channel, Self::Queue, Self::Team];

    /// Its name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Channel => "channel",
            Self::Queue => "queue",
            Self::Team => "team",
        }
    }

    /// What a conversation says of it.
    pub fn of<'c>(self, conversation: &'c Conversation<'_>) -> Option<&'c str> {
        match self {
            Self::Shop => conversation.shop.as_deref(),
            Self::Channel => conversation.channel.as_deref(),
            Self::Queue => conversation.queue.as_deref(),
            Self::Team => conversation.agent.as_ref()?.team.as_deref(),
        }
    }
}

/// One thing that must hold: the field says one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field.
    pub field: Field,
    /// Any of these; `*` stands for anything.
    pub any_of: Vec<String>,
}

impl Condition {
    /// The pattern that holds for a conversation, and what it says; a conversation that does not say it is not meant.
    pub fn holds<'a>(&'a self, conversation: &'a Conversation<'_>) -> Option<(&'a str, &'a str)> {
        let said = self.field.of(conversation)?;
        let pattern = self.any_of.iter().find(|pattern| matches(pattern, said))?;
        Some((pattern, said))
    }

    /// Whether it holds wherever another one does.
    pub(super) fn covers(&self, other: &Self) -> bool {
        // A `*` of the other is a character like any other here, which only a `*` of this one can take in.
        let is_covered = |pattern: &String| self.any_of.iter().any(|own| matches(own, pattern));
        self.field == other.field && other.any_of.iter().all(is_covered)
    }
}

/// Whether a text is as a pattern says, in which `*` stands for anything.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').map_or((None, rest), |(middle, last)| (Some(middle), last));
    for part in middle.into_iter().flat_map(|middle| middle.split('*')) {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(last)
}

/// What holds for some conversations.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name; `None`: it is what holds where no profile does.
    pub name: Option<Arc<str>>,
    /// All of these have to hold.
    pub conditions: Vec<Condition>,
    /// Its rules.
    pub rules: Arc<RuleSet>,
    /// The rulebook of its preview.
    pub rulebook: Option<Arc<Rulebook>>,
    /// The source of conversations that name none.
    pub source: Option<String>,
}

impl Profile {
    /// What holds for everything.
    pub fn of_all(rules: Arc<RuleSet>) -> Self {
        Self { name: None, conditions: Vec::new(), rules, rulebook: None, source: None }
    }

    /// Whether it is meant for a conversation.
    pub fn holds(&self, conversation: &Conversation<'_>) -> bool {
        self.conditions.iter().all(|condition| condition.holds(conversation).is_some())
    }
}

/// All profiles of a run.
#[derive(Debug, Clone)]
pub struct Profiles {
    /// In their order.
    named: Vec<Profile>,
    /// What holds where none of them does.
    otherwise: Profile,
    is_forced: bool,
}

impl From<Arc<RuleSet>> for Profiles {
    fn from(rules: Arc<RuleSet>) -> Self {
        Self::forced(Profile::of_all(rules))
    }
}

impl Profiles {
    /// The first whose conditions hold; where none do, `otherwise`.
    pub fn new(named: Vec<Profile>, otherwise: Profile) -> Self {
        Self { named, otherwise, is_forced: false }
    }

    /// One for everything.
    pub fn forced(profile: Profile) -> Self {
        Self { named: Vec::new(), otherwise: profile, is_forced: true }
    }

    /// Whether there is no choice.
    pub fn is_forced(&self) -> bool {
        self.is_forced
    }

    /// The profile of a conversation.
    pub fn choose(&self, conversation: &Conversation<'_>) -> &Profile {
        self.named.iter().find(|profile| profile.holds(conversation)).unwrap_or(&self.otherwise)
    }

    /// Fills in what a conversation does not say, from what was given for all, for its file and in its profile, in this
    /// order, and says which profile holds.
    pub fn complete<'p, 'c>(
        &'p self,
        conversation: &mut Conversation<'c>,
        source: Option<&'c str>,
        chunk: &'c Chunk,
    ) -> &'p Profile
    where
        'p: 'c,
    {
        if conversation.source.is_none() {
            conversation.source = source.map(Cow::Borrowed);
        }
        chunk.unsaid.complete(conversation);
        let profile = self.choose(conversation);
        if conversation.source.is_none() {
            conversation.source = profile.source.as_deref().map(Cow::Borrowed);
        }
        profile
    }

    /// All of them, what holds for everything last.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Profile> + Clone {
        self.named.iter().chain([&self.otherwise])
    }

    /// What holds where no profile does.
    pub fn otherwise(&self) -> &Profile {
        &self.otherwise
    }

    /// All rules of all profiles, each once, ordered by id.
    pub fn rules(&self) -> Vec<&CompiledRule> {
        let mut rules: Vec<&CompiledRule> = Vec::new();
        for profile in self.all().rev() {
            for rule in profile.rules.rules() {
                if let Err(at) = rules.binary_search_by(|known| known.id.cmp(&rule.id)) {
                    rules.insert(at, rule);
                }
            }
        }
        rules
    }

    /// The rule of this id, of whatever profile.
    pub fn rule(&self, id: &str) -> Option<&CompiledRule> {
        let mut sets = self.all().rev().map(|profile| profile.rules.rules());
        sets.find_map(|rules| rules.iter().find(|rule| *rule.id == *id)).map(|rule| &**rule)
    }

    /// The Chinese title of a rule; the id itself where no profile has it on.
    pub fn title<'s>(&'s self, id: &'s str) -> &'s str {
        self.rule(id).map_or(id, |rule| rule.title.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What `matches` says, found by trying everything.
    fn slowly(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((&'*', rest)) => (0..=text.len()).any(|at| slowly(rest, &text[at..])),
            Some((first, rest)) => text.first() == Some(first) && slowly(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn a_star_stands_for_anything(pattern in "[云杉*]{0,6}", text in "[云杉]{0,7}") {
            let (slow, shown) = (pattern.chars().collect::<Vec<_>>(), text.chars().collect::<Vec<_>>());
            prop_assert_eq!(matches(&pattern, &text), slowly(&slow, &shown));
        }

        #[test]
        fn what_is_covered_holds_nowhere_else(
            one in proptest::collection::vec("[云*]{0,4}", 1..3),
            other in proptest::collection::vec("[云*]{0,4}", 1..3),
            text in "[云]{0,5}",
        ) {
            let [one, other] = [one, other].map(|any_of| Condition { field: Field::Shop, any_of });
            let conversation = Conversation { shop: Some(text.into()), ..Conversation::default() };
            let both = (one.holds(&conversation).is_some(), other.holds(&conversation).is_some());
            prop_assert!(!one.covers(&other) || both != (false, true));
        }
    }
}
