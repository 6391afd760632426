//! Writing the native form: keys in the order of the form, absent fields left out, unknown keys at
//! the end as they were.

use std::borrow::Cow;

use serde::ser::{Error, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::conversation::record::{Agent, Conversation, Message};
use crate::conversation::time::Time;

impl Conversation<'_> {
    /// One line of the native form, without the line end.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

impl Serialize for Time<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl Serialize for Conversation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        entry(&mut map, "source", self.source.as_ref())?;
        entry(&mut map, "channel", self.channel.as_ref())?;
        entry(&mut map, "shop", self.shop.as_ref())?;
        entry(&mut map, "queue", self.queue.as_ref())?;
        if !self.tags.is_empty() {
            map.serialize_entry("tags", &self.tags)?;
        }
        entry(&mut map, "agent", self.agent.as_ref())?;
        entry(&mut map, "customer", self.customer.as_ref())?;
        entry(&mut map, "started_at", self.started_at.as_ref())?;
        entry(&mut map, "ended_at", self.ended_at.as_ref())?;
        entry(&mut map, "closed_by", self.closed_by.as_ref())?;
        map.serialize_entry("messages", &self.messages)?;
        if let Some(meta) = self.meta {
            raw_entry(&mut map, "meta", meta)?;
        }
        extra(&mut map, &self.extra)?;
        map.end()
    }
}

impl Serialize for Agent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        entry(&mut map, "name", self.name.as_ref())?;
        entry(&mut map, "team", self.team.as_ref())?;
        extra(&mut map, &self.extra)?;
        map.end()
    }
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "id", self.id.as_ref())?;
        map.serialize_entry("role", &self.role)?;
        entry(&mut map, "kind", self.kind.as_ref())?;
        entry(&mut map, "agent", self.agent.as_ref())?;
        entry(&mut map, "time", self.time.as_ref())?;
        map.serialize_entry("text", &self.text)?;
        extra(&mut map, &self.extra)?;
        map.end()
    }
}

fn entry<M: SerializeMap, T: Serialize>(map: &mut M, key: &str, value: Option<&T>) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(key, value),
        None => Ok(()),
    }
}

fn extra<M: SerializeMap>(map: &mut M, extra: &[(Cow<'_, str>, &RawValue)]) -> Result<(), M::Error> {
    for (key, value) in extra {
        raw_entry(map, key, value)?;
    }
    Ok(())
}

/// A raw value may span lines if its record did. In JSON a line end can only stand between tokens,
/// so blanks in its place keep the meaning, and the record on one line.
fn raw_entry<M: SerializeMap>(map: &mut M, key: &str, value: &RawValue) -> Result<(), M::Error> {
    if !value.get().contains(['\n', '\r']) {
        return map.serialize_entry(key, value);
    }
    let line = value.get().replace(['\n', '\r'], " ");
    let value = RawValue::from_string(line).map_err(M::Error::custom)?;
    map.serialize_entry(key, &value)
}
