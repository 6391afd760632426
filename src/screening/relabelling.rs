//! Messages that are not what they are said to be: who wrote them, and what they are.

use std::collections::BTreeMap;

use super::rule_set::RuleSet;
use crate::conversation::{Kind, Message, Role};

/// Why a message counts as somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relabelling {
    /// A machine sends this text as the agent: the entry of the list, from 0.
    AutoReply(u32),
    /// The system writes this, whoever it is said to be from.
    Notice,
}

impl Relabelling {
    /// Whose the message is.
    pub fn role(self) -> Role {
        match self {
            Self::AutoReply(_) => Role::Bot,
            Self::Notice => Role::System,
        }
    }

    pub(super) fn of(message: &Message<'_>, kind: Kind, rules: &RuleSet) -> Option<Self> {
        if kind != Kind::Text || message.role == Role::System {
            return None;
        }
        if rules.tables.dialogue.is_notice(&message.text) {
            return Some(Self::Notice);
        }
        if message.role != Role::Agent || rules.auto_replies.is_empty() {
            return None;
        }
        rules.auto_replies.entry(&message.text, &rules.tables.fold).map(Self::AutoReply)
    }
}

/// How many messages were taken for something else than they are said to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relabelled {
    /// Messages of agents that a machine sends.
    pub auto_replies: u64,
    /// Notices, by whom they are said to be from.
    pub notices: BTreeMap<Role, u64>,
    /// Messages that state no kind and stand for something, by what it is.
    pub kinds: BTreeMap<Kind, u64>,
}

impl Relabelled {
    /// Counts one message. `kind`: what it is taken for.
    pub(super) fn count(&mut self, message: &Message<'_>, kind: Kind, relabelling: Option<Relabelling>) {
        match relabelling {
            Some(Relabelling::AutoReply(_)) => self.auto_replies += 1,
            Some(Relabelling::Notice) => *self.notices.entry(message.role).or_default() += 1,
            None => {}
        }
        if message.kind.is_none() && kind != Kind::Text {
            *self.kinds.entry(kind).or_default() += 1;
        }
    }

    /// Adds the counts of another.
    pub(super) fn add(&mut self, other: &Self) {
        self.auto_replies += other.auto_replies;
        for (role, count) in &other.notices {
            *self.notices.entry(*role).or_default() += count;
        }
        for (kind, count) in &other.kinds {
            *self.kinds.entry(*kind).or_default() += count;
        }
    }

    /// Whether every message is what it is said to be.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
