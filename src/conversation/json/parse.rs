//! Reading one line of the native form, borrowing from it.
//!
//! The visitors are written by hand: keys are matched as bytes, nothing is built in between, and a
//! [`Trail`] says where the reader is, so that an error names the field and never the content.
//! Unknown values are skipped without recursion and known ones nest four levels deep, so no input
//! can exhaust the stack; `serde_json` refuses more than 128 levels besides.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::key::{AgentKey, ConversationKey, KnownKey, MessageKey, Name};
use super::scan;
use super::value::{Label, Text, TimeText, Word};
use crate::conversation::record::{Agent, ClosedBy, Conversation, Kind, Message, Role};
use crate::conversation::record_error::RecordError;

/// The longest line that is read, in bytes.
pub const MAX_LINE_BYTES: usize = 256 << 20;

/// The most messages that a conversation may have.
pub const MAX_MESSAGES: usize = 1_000_000;

/// Room for an ordinary conversation, so that its list is not moved while it grows.
pub(super) const USUAL_MESSAGES: usize = 16;

impl<'a> Conversation<'a> {
    /// Reads one line of the native form.
    pub fn from_json(line: &'a str) -> Result<Conversation<'a>, RecordError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(RecordError::LineTooLong { bytes: line.len(), limit: MAX_LINE_BYTES });
        }
        scan::conversation(line).or_else(|scan::GiveUp| by_visitors(line))
    }
}

/// Reads any line, and tells what is wrong with it.
pub(super) fn by_visitors(line: &str) -> Result<Conversation<'_>, RecordError> {
    let trail = Trail::default();
    let mut json = serde_json::Deserializer::from_str(line);
    let read =
        ConversationSeed(&trail).deserialize(&mut json).and_then(|conversation| json.end().map(|()| conversation));
    read.map_err(|error| trail.explain(&error))
}

impl<'de> Deserialize<'de> for Conversation<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let trail = Trail::default();
        let read = ConversationSeed(&trail).deserialize(deserializer);
        read.map_err(|error| match trail.fault.take() {
            Some(fault) => D::Error::custom(fault),
            None => error,
        })
    }
}

/// Where the reader is, and what it found wrong there.
#[derive(Default)]
pub(super) struct Trail {
    place: Cell<Option<&'static Place>>,
    message: Cell<Option<usize>>,
    fault: Cell<Option<RecordError>>,
}

/// A field, and what may stand there.
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) expected: &'static str,
}

impl Trail {
    fn at(&self, place: &'static Place) {
        self.place.set(Some(place));
    }

    fn field(&self) -> String {
        let name = self.place.get().map_or("", |place| place.name);
        match self.message.get() {
            Some(message) if name.is_empty() => format!("messages[{message}]"),
            Some(message) => format!("messages[{message}].{name}"),
            None => name.to_owned(),
        }
    }

    /// Keeps what is wrong, and gives the error that makes the reader stop.
    pub(super) fn fault<E: Error>(&self, fault: RecordError) -> E {
        self.fault.set(Some(fault));
        E::custom("see the trail")
    }

    pub(super) fn fault_here<E: Error>(&self, fault: impl FnOnce(String) -> RecordError) -> E {
        self.fault(fault(self.field()))
    }

    pub(super) fn message(&self) -> usize {
        self.message.get().unwrap_or(0)
    }

    fn explain(&self, error: &serde_json::Error) -> RecordError {
        if let Some(fault) = self.fault.take() {
            return fault;
        }
        if error.is_data() {
            // The text of a data error quotes the value: it must not be shown.
            return match self.place.get() {
                None if self.message.get().is_none() => RecordError::NotAnObject,
                place => RecordError::WrongType {
                    field: self.field(),
                    expected: place.map_or("an object", |place| place.expected),
                },
            };
        }
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or_default();
        RecordError::BrokenJson { column: error.column(), reason: reason.to_owned() }
    }
}

/// Marks a key as seen; the second time is a fault.
fn once<E: Error>(seen: &mut u32, key: impl KnownKey, trail: &Trail) -> Result<(), E> {
    trail.at(key.place());
    let bit = 1 << key.number();
    if *seen & bit != 0 {
        return Err(trail.fault_here(|field| RecordError::DuplicateKey { field }));
    }
    *seen |= bit;
    Ok(())
}

struct ConversationSeed<'t>(&'t Trail);

impl<'de> DeserializeSeed<'de> for ConversationSeed<'_> {
    type Value = Conversation<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ConversationSeed<'_> {
    type Value = Conversation<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a conversation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let trail = self.0;
        let mut seen = 0;
        let mut conversation = Conversation::default();
        let mut id = None;
        let mut messages = None;
        while let Some(name) = map.next_key::<Name<'de, ConversationKey>>()? {
            let key = match name {
                Name::Known(key) => key,
                Name::Other(name) => {
                    conversation.extra.push((name, map.next_value()?));
                    continue;
                }
            };
            once(&mut seen, key, trail)?;
            match key {
                ConversationKey::Id => id = map.next_value_seed(Label)?,
                ConversationKey::Source => conversation.source = map.next_value_seed(Label)?,
                ConversationKey::Channel => conversation.channel = map.next_value_seed(Label)?,
                ConversationKey::Shop => conversation.shop = map.next_value_seed(Label)?,
                ConversationKey::Queue => conversation.queue = map.next_value_seed(Label)?,
                ConversationKey::Tags => conversation.tags = map.next_value_seed(Tags)?,
                ConversationKey::Agent => {
                    conversation.agent = map.next_value_seed(AgentSeed(trail))?;
                }
                ConversationKey::Customer => conversation.customer = map.next_value_seed(Label)?,
                ConversationKey::StartedAt => {
                    conversation.started_at = map.next_value_seed(TimeText(trail))?;
                }
                ConversationKey::EndedAt => {
                    conversation.ended_at = map.next_value_seed(TimeText(trail))?;
                }
                ConversationKey::ClosedBy => {
                    conversation.closed_by = map.next_value_seed(Word::<ClosedBy>::new(trail))?;
                }
                ConversationKey::Messages => {
                    messages = map.next_value_seed(MessagesSeed(trail))?;
                }
                ConversationKey::Meta => {
                    let raw: &'de RawValue = map.next_value()?;
                    conversation.meta = Some(raw).filter(|raw| raw.get() != "null");
                }
            }
        }
        conversation.id = match id {
            Some(id) if !id.is_empty() => id,
            _ => return Err(trail.fault(RecordError::MissingId)),
        };
        conversation.messages = messages.ok_or_else(|| trail.fault(RecordError::MissingMessages))?;
        Ok(conversation)
    }
}

struct MessagesSeed<'t>(&'t Trail);

impl<'de> DeserializeSeed<'de> for MessagesSeed<'_> {
    type Value = Option<Vec<Message<'de>>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for MessagesSeed<'_> {
    type Value = Option<Vec<Message<'de>>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of messages")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let trail = self.0;
        let mut messages = Vec::with_capacity(USUAL_MESSAGES);
        trail.message.set(Some(0));
        trail.place.set(None);
        while let Some(message) = list.next_element_seed(MessageSeed(trail))? {
            messages.push(message);
            if messages.len() > MAX_MESSAGES {
                let limit = MAX_MESSAGES;
                return Err(trail.fault(RecordError::TooManyMessages { limit }));
            }
            trail.message.set(Some(messages.len()));
            trail.place.set(None);
        }
        trail.message.set(None);
        Ok(Some(messages))
    }
}

struct MessageSeed<'t>(&'t Trail);

impl<'de> DeserializeSeed<'de> for MessageSeed<'_> {
    type Value = Message<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_> {
    type Value = Message<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let trail = self.0;
        let mut seen = 0;
        let (mut id, mut role, mut kind, mut agent, mut time, mut text) = (None, None, None, None, None, None);
        let mut extra = Vec::new();
        while let Some(name) = map.next_key::<Name<'de, MessageKey>>()? {
            let key = match name {
                Name::Known(key) => key,
                Name::Other(name) => {
                    extra.push((name, map.next_value()?));
                    continue;
                }
            };
            once(&mut seen, key, trail)?;
            match key {
                MessageKey::Id => id = map.next_value_seed(Label)?,
                MessageKey::Role => role = map.next_value_seed(Word::<Role>::new(trail))?,
                MessageKey::Kind => kind = map.next_value_seed(Word::<Kind>::new(trail))?,
                MessageKey::Agent => agent = map.next_value_seed(Label)?,
                MessageKey::Time => time = map.next_value_seed(TimeText(trail))?,
                MessageKey::Text => text = map.next_value_seed(Text)?,
            }
        }
        let message = trail.message();
        Ok(Message {
            // An empty id would make all messages of the conversation one place.
            id: id.filter(|id: &Cow<'de, str>| !id.is_empty()),
            role: role.ok_or_else(|| trail.fault(RecordError::MissingRole { message }))?,
            kind,
            agent,
            time,
            text: text.ok_or_else(|| trail.fault(RecordError::MissingText { message }))?,
            extra,
        })
    }
}

struct AgentSeed<'t>(&'t Trail);

impl<'de> DeserializeSeed<'de> for AgentSeed<'_> {
    type Value = Option<Agent<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AgentSeed<'_> {
    type Value = Option<Agent<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an agent")
    }

    fn visit_borrowed_str<E: Error>(self, id: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Agent { id: Cow::Borrowed(id), ..Agent::default() }))
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<Self::Value, E> {
        Ok(Some(Agent { id: Cow::Owned(id.to_owned()), ..Agent::default() }))
    }

    fn visit_u64<E: Error>(self, id: u64) -> Result<Self::Value, E> {
        Ok(Some(Agent { id: Cow::Owned(id.to_string()), ..Agent::default() }))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let trail = self.0;
        let mut seen = 0;
        let mut agent = Agent::default();
        let mut id = None;
        while let Some(name) = map.next_key::<Name<'de, AgentKey>>()? {
            let key = match name {
                Name::Known(key) => key,
                Name::Other(name) => {
                    agent.extra.push((name, map.next_value()?));
                    continue;
                }
            };
            once(&mut seen, key, trail)?;
            match key {
                AgentKey::Id => id = map.next_value_seed(Label)?,
                AgentKey::Name => agent.name = map.next_value_seed(Label)?,
                AgentKey::Team => agent.team = map.next_value_seed(Label)?,
            }
        }
        agent.id = id.or_else(|| agent.name.clone()).ok_or_else(|| trail.fault(RecordError::MissingAgentId))?;
        Ok(Some(agent))
    }
}

pub(super) struct Tags;

impl<'de> DeserializeSeed<'de> for Tags {
    type Value = Vec<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tags {
    type Value = Vec<Cow<'de, str>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of tags")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut tags = Vec::new();
        while let Some(tag) = list.next_element_seed(Label)? {
            tags.extend(tag);
        }
        Ok(tags)
    }
}
