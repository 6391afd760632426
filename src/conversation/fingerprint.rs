//! What tells an identical repeat of a conversation from a differing one.
//!
//! The hash is XXH3 (64 bits), a published function that gives the same value on every machine and
//! in every process. It is no defence against someone who makes collisions on purpose; ids of
//! findings use SHA-256.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use twox_hash::XxHash3_64;

use super::record::{Agent, Conversation, Message};

impl Conversation<'_> {
    /// A hash over all that the record says. The order of keys and the layout of the line do not
    /// count; the order of messages and tags does.
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Chain::new(b"conversation 1");
        hash.text(&self.id);
        hash.label(self.source.as_ref());
        hash.label(self.channel.as_ref());
        hash.label(self.shop.as_ref());
        hash.label(self.queue.as_ref());
        hash.number(self.tags.len() as u64);
        for tag in &self.tags {
            hash.text(tag);
        }
        match &self.agent {
            Some(agent) => hash.agent(agent),
            None => hash.number(0),
        }
        hash.label(self.customer.as_ref());
        hash.label(self.started_at.as_ref().map(|time| &time.text));
        hash.label(self.ended_at.as_ref().map(|time| &time.text));
        hash.number(self.closed_by.map_or(0, |closed_by| closed_by as u64 + 1));
        hash.number(self.messages.len() as u64);
        for message in &self.messages {
            hash.message(message);
        }
        hash.number(self.meta.map_or(0, raw));
        hash.extra(&self.extra);
        hash.0
    }

    /// A hash over source and id: equal for all records of one conversation.
    pub fn key_hash(&self) -> u64 {
        let mut hash = Chain::new(b"key 1");
        hash.text(self.source.as_deref().unwrap_or_default());
        hash.text(&self.id);
        hash.0
    }
}

/// A hash of a sequence of values.
struct Chain(u64);

impl Chain {
    fn new(domain: &[u8]) -> Chain {
        Chain(XxHash3_64::oneshot(domain))
    }

    fn number(&mut self, value: u64) {
        // A full 128-bit product folded, so that every bit of both sides reaches every other.
        let left = u128::from(self.0.rotate_left(23) ^ 0x9E37_79B9_7F4A_7C15);
        let product = left * u128::from(value ^ 0xD6E8_FEB8_6659_FD93);
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ value;
    }

    fn text(&mut self, text: &str) {
        self.number(XxHash3_64::oneshot(text.as_bytes()));
    }

    fn label(&mut self, text: Option<&Cow<'_, str>>) {
        match text {
            Some(text) => self.text(text),
            None => self.number(0),
        }
    }

    fn agent(&mut self, agent: &Agent<'_>) {
        self.text(&agent.id);
        self.label(agent.name.as_ref());
        self.label(agent.team.as_ref());
        self.extra(&agent.extra);
    }

    fn message(&mut self, message: &Message<'_>) {
        self.label(message.id.as_ref());
        let kind = message.kind.map_or(0, |kind| kind as u64 + 1);
        self.number((message.role as u64) << 8 | kind);
        self.label(message.agent.as_ref());
        self.label(message.time.as_ref().map(|time| &time.text));
        self.text(&message.text);
        self.extra(&message.extra);
    }

    /// The values by key: their order does not count, so a sum joins them.
    fn extra(&mut self, extra: &[(Cow<'_, str>, &RawValue)]) {
        let sum = extra.iter().fold(0_u64, |sum, (key, value)| sum.wrapping_add(pair(key, raw(value))));
        self.number(sum);
    }
}

fn pair(key: &str, value: u64) -> u64 {
    let mut hash = Chain::new(b"pair");
    hash.text(key);
    hash.number(value);
    hash.0
}

/// A hash of what a raw value says, however it is laid out.
fn raw(value: &RawValue) -> u64 {
    match serde_json::from_str::<ValueHash>(value.get()) {
        Ok(hash) => hash.0,
        // Nested too deep to be followed, or a number too large: then its letters count.
        Err(_) => XxHash3_64::oneshot(value.get().as_bytes()),
    }
}

struct ValueHash(u64);

impl<'de> Deserialize<'de> for ValueHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueHashVisitor)
    }
}

struct ValueHashVisitor;

impl ValueHashVisitor {
    fn hash(domain: &[u8], value: u64) -> ValueHash {
        let mut hash = Chain::new(domain);
        hash.number(value);
        ValueHash(hash.0)
    }
}

impl<'de> Visitor<'de> for ValueHashVisitor {
    type Value = ValueHash;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<ValueHash, E> {
        Ok(Self::hash(b"bool", u64::from(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<ValueHash, E> {
        Ok(Self::hash(b"whole", value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<ValueHash, E> {
        Ok(Self::hash(b"below zero", value.cast_unsigned()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<ValueHash, E> {
        Ok(Self::hash(b"fraction", value.to_bits()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<ValueHash, E> {
        Ok(Self::hash(b"text", XxHash3_64::oneshot(value.as_bytes())))
    }

    fn visit_unit<E: Error>(self) -> Result<ValueHash, E> {
        Ok(Self::hash(b"null", 0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ValueHash, A::Error> {
        let mut hash = Chain::new(b"list");
        while let Some(value) = list.next_element::<ValueHash>()? {
            hash.number(value.0);
        }
        Ok(ValueHash(hash.0))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ValueHash, A::Error> {
        let mut sum = 0_u64;
        while let Some((key, value)) = map.next_entry::<Cow<'de, str>, ValueHash>()? {
            sum = sum.wrapping_add(pair(&key, value.0));
        }
        Ok(Self::hash(b"object", sum))
    }
}
