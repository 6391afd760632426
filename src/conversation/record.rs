//! The record of one conversation, borrowed from the line it was read from.

use std::borrow::Cow;

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agent<'a> {
    /// Stable id.
    pub id: Cow<'a, str>,
    /// Display name.
    pub name: Option<Cow<'a, str>>,
    /// Team.
    pub team: Option<Cow<'a, str>>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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

/// Who closed the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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
