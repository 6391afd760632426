//! The record of one conversation, borrowed from the line it was read from.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::time::Time;

/// One conversation in the native form. Only `id` and the messages' `role` and `text` are required.
#[derive(Debug, Clone, Default)]
pub struct Conversation<'a> {
    /// Unique within its source.
    pub id: Cow<'a, str>,
    /// Shop or export name; two sources may share ids.
    pub source: Option<Cow<'a, str>>,
    /// Channel, for instance `taobao` or `telephone`.
    pub channel: Option<Cow<'a, str>>,
    /// Shop.
    pub shop: Option<Cow<'a, str>>,
    /// Queue or skill group.
    pub queue: Option<Cow<'a, str>>,
    /// Tags.
    pub tags: Vec<Cow<'a, str>>,
    /// The agent in charge; a message may name another.
    pub agent: Option<Agent<'a>>,
    /// The customer's id.
    pub customer: Option<Cow<'a, str>>,
    /// When it began.
    pub started_at: Option<Time<'a>>,
    /// When it ended.
    pub ended_at: Option<Time<'a>>,
    /// Who closed it.
    pub closed_by: Option<ClosedBy>,
    /// The messages in their order.
    pub messages: Vec<Message<'a>>,
    /// What else the shop recorded (`complaint_filed`, `order`, …), unparsed.
    pub meta: Option<&'a RawValue>,
    /// Unknown keys, unparsed, in the order written.
    pub extra: Vec<(Cow<'a, str>, &'a RawValue)>,
}

/// The agent in charge.
#[derive(Debug, Clone, Default)]
pub struct Agent<'a> {
    /// Stable id; the name stands in where the record has only that.
    pub id: Cow<'a, str>,
    /// Display name.
    pub name: Option<Cow<'a, str>>,
    /// Team.
    pub team: Option<Cow<'a, str>>,
    /// Unknown keys, unparsed, in the order written.
    pub extra: Vec<(Cow<'a, str>, &'a RawValue)>,
}

/// One message.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// The message's own id, if it has one.
    pub id: Option<Cow<'a, str>>,
    /// Who speaks.
    pub role: Role,
    /// What it is; `None`: not stated, to be inferred from the text.
    pub kind: Option<Kind>,
    /// The agent who wrote it, where it is not the one in charge.
    pub agent: Option<Cow<'a, str>>,
    /// When it was sent.
    pub time: Option<Time<'a>>,
    /// What was written.
    pub text: Cow<'a, str>,
    /// Unknown keys, unparsed, in the order written.
    pub extra: Vec<(Cow<'a, str>, &'a RawValue)>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The customer.
    Customer,
    /// A human agent.
    Agent,
    /// A machine that speaks for the shop.
    Bot,
    /// A notice of the system; belongs to no side.
    System,
}

impl Role {
    /// Every one, in the order of the form.
    pub const ALL: [Role; 4] = [Role::Customer, Role::Agent, Role::Bot, Role::System];

    /// The word of the native form.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Customer => "customer",
            Role::Agent => "agent",
            Role::Bot => "bot",
            Role::System => "system",
        }
    }

    /// Reads the word of the native form.
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Written text.
    Text,
    /// A picture.
    Image,
    /// A link card: product, order, coupon.
    Card,
    /// A sticker.
    Sticker,
    /// A voice message.
    Voice,
    /// Taken back by its sender.
    Recalled,
}

impl Kind {
    /// Every one, in the order of the form.
    pub const ALL: [Kind; 6] = [Kind::Text, Kind::Image, Kind::Card, Kind::Sticker, Kind::Voice, Kind::Recalled];

    /// The word of the native form.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Image => "image",
            Kind::Card => "card",
            Kind::Sticker => "sticker",
            Kind::Voice => "voice",
            Kind::Recalled => "recalled",
        }
    }

    /// Reads the word of the native form.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// Who closed the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClosedBy {
    /// The customer.
    Customer,
    /// The agent.
    Agent,
    /// The system.
    System,
    /// Nobody spoke for too long.
    Timeout,
}

impl ClosedBy {
    /// Every one, in the order of the form.
    pub const ALL: [ClosedBy; 4] = [ClosedBy::Customer, ClosedBy::Agent, ClosedBy::System, ClosedBy::Timeout];

    /// The word of the native form.
    pub fn as_str(self) -> &'static str {
        match self {
            ClosedBy::Customer => "customer",
            ClosedBy::Agent => "agent",
            ClosedBy::System => "system",
            ClosedBy::Timeout => "timeout",
        }
    }

    /// Reads the word of the native form.
    pub fn from_word(word: &str) -> Option<ClosedBy> {
        ClosedBy::ALL.into_iter().find(|known| known.as_str() == word)
    }
}
