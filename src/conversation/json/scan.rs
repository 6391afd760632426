//! The fast way through a line of the native form.
//!
//! Nearly all lines are plain: no value has an escape, none is null or of an unusual type. What is plain is read here, a
//! single value that is not goes to the visitors in [`super::value`], and a line with anything wrong in it is given up:
//! it is read again by [`super::parse`], which knows how to say what is wrong. So this never decides what is an error,
//! and a test holds it to what the other way reads.

use std::borrow::Cow;

use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::key::{AgentKey, ConversationKey, KnownKey, MessageKey};
use super::parse::{MAX_MESSAGES, Tags, Trail, USUAL_MESSAGES};
use super::value::{Label, Text, TimeText, Word};
use crate::conversation::record::{Agent, ClosedBy, Conversation, Kind, Message, Role};
use crate::conversation::time::{Clock, Time};

/// Something is wrong, or may be: the line has to be read the other way.
pub(super) struct GiveUp;

/// Reads a line.
pub(super) fn conversation(line: &str) -> Result<Conversation<'_>, GiveUp> {
    let mut cursor = Cursor { line, at: 0 };
    let conversation = cursor.conversation()?;
    cursor.skip_space();
    if cursor.at == line.len() { Ok(conversation) } else { Err(GiveUp) }
}

/// A place in the line.
struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

/// Where a run of plain bytes ends: at a quotation mark, a backslash or a control character.
///
/// Eight bytes are looked at together. A byte below another has the top bit of its difference set, unless it had that bit
/// itself; a borrow can only spoil bytes above the first that is found.
#[inline]
fn end_of_plain(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |word: u64, sign: u8| below(word ^ (ONES * u64::from(sign)), 1);
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, &word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(word);
        let found = (below(word, b' ') | equal(word, b'"') | equal(word, b'\\')) & (ONES << 7);
        if found != 0 {
            return Some(at * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let within = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
    Some(words.len() * 8 + within)
}

impl<'a> Cursor<'a> {
    fn bytes(&self) -> &'a [u8] {
        self.line.as_bytes()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    #[inline]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes one sign, and the space before it.
    #[inline]
    fn take(&mut self, sign: u8) -> Result<(), GiveUp> {
        if self.takes(sign) { Ok(()) } else { Err(GiveUp) }
    }

    #[inline]
    fn takes(&mut self, sign: u8) -> bool {
        self.skip_space();
        let is_there = self.peek() == Some(sign);
        self.at += usize::from(is_there);
        is_there
    }

    /// A string without escapes. Where there is none, the place is kept.
    #[inline]
    fn plain(&mut self) -> Option<&'a str> {
        self.skip_space();
        let bytes = self.bytes();
        if self.peek()? != b'"' {
            return None;
        }
        let start = self.at + 1;
        let end = start + end_of_plain(&bytes[start..])?;
        if bytes[end] != b'"' {
            return None;
        }
        self.at = end + 1;
        self.line.get(start..end)
    }

    /// A value of any kind, as it is written.
    fn raw(&mut self) -> Result<&'a RawValue, GiveUp> {
        let mut values = serde_json::Deserializer::from_str(&self.line[self.at..]).into_iter::<&'a RawValue>();
        let Some(Ok(value)) = values.next() else { return Err(GiveUp) };
        self.at += values.byte_offset();
        Ok(value)
    }

    /// A value that is not plain, read by its visitor.
    fn unusual<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, GiveUp> {
        let raw = self.raw()?;
        seed.deserialize(&mut serde_json::Deserializer::from_str(raw.get())).map_err(|_| GiveUp)
    }

    #[inline]
    fn label(&mut self) -> Result<Option<Cow<'a, str>>, GiveUp> {
        match self.plain() {
            Some(text) => Ok(Some(Cow::Borrowed(text))),
            None => self.unusual(Label),
        }
    }

    #[inline]
    fn text(&mut self) -> Result<Option<Cow<'a, str>>, GiveUp> {
        match self.plain() {
            Some(text) => Ok(Some(Cow::Borrowed(text))),
            None => self.unusual(Text),
        }
    }

    #[inline]
    fn time(&mut self) -> Result<Option<Time<'a>>, GiveUp> {
        match self.plain() {
            Some(text) => {
                let clock = Clock::parse(text).ok_or(GiveUp)?;
                Ok(Some(Time { text: Cow::Borrowed(text), clock }))
            }
            None => self.unusual(TimeText(&Trail::default())),
        }
    }

    /// The fields of an object. Each has to take its value.
    #[inline]
    fn object(&mut self, mut field: impl FnMut(&mut Self, &'a str) -> Result<(), GiveUp>) -> Result<(), GiveUp> {
        self.take(b'{')?;
        if self.takes(b'}') {
            return Ok(());
        }
        loop {
            let key = self.plain().ok_or(GiveUp)?;
            self.take(b':')?;
            field(self, key)?;
            if !self.takes(b',') {
                return self.take(b'}');
            }
        }
    }

    fn conversation(&mut self) -> Result<Conversation<'a>, GiveUp> {
        let mut conversation = Conversation::default();
        let mut seen = Seen::default();
        let mut messages = None;
        self.object(|cursor, name| {
            let Some(key) = ConversationKey::from_bytes(name.as_bytes()) else {
                conversation.extra.push((Cow::Borrowed(name), cursor.raw()?));
                return Ok(());
            };
            seen.once(key)?;
            match key {
                ConversationKey::Id => conversation.id = cursor.label()?.ok_or(GiveUp)?,
                ConversationKey::Source => conversation.source = cursor.label()?,
                ConversationKey::Channel => conversation.channel = cursor.label()?,
                ConversationKey::Shop => conversation.shop = cursor.label()?,
                ConversationKey::Queue => conversation.queue = cursor.label()?,
                ConversationKey::Tags => conversation.tags = cursor.unusual(Tags)?,
                ConversationKey::Agent => conversation.agent = cursor.agent()?,
                ConversationKey::Customer => conversation.customer = cursor.label()?,
                ConversationKey::StartedAt => conversation.started_at = cursor.time()?,
                ConversationKey::EndedAt => conversation.ended_at = cursor.time()?,
                ConversationKey::ClosedBy => {
                    conversation.closed_by = match cursor.plain() {
                        Some(word) => Some(ClosedBy::from_word(word).ok_or(GiveUp)?),
                        None => cursor.unusual(Word::<ClosedBy>::new(&Trail::default()))?,
                    }
                }
                ConversationKey::Messages => messages = Some(cursor.messages()?),
                ConversationKey::Meta => {
                    conversation.meta = Some(cursor.raw()?).filter(|raw| raw.get() != "null");
                }
            }
            Ok(())
        })?;
        conversation.messages = messages.ok_or(GiveUp)?;
        if conversation.id.is_empty() { Err(GiveUp) } else { Ok(conversation) }
    }

    fn agent(&mut self) -> Result<Option<Agent<'a>>, GiveUp> {
        self.skip_space();
        if self.peek() == Some(b'n') {
            // It can be nothing else but null.
            return self.raw().map(|_| None);
        }
        if let Some(id) = self.plain() {
            return Ok(Some(Agent { id: Cow::Borrowed(id), ..Agent::default() }));
        }
        let mut agent = Agent::default();
        let mut seen = Seen::default();
        let mut id = None;
        self.object(|cursor, name| {
            let Some(key) = AgentKey::from_bytes(name.as_bytes()) else {
                agent.extra.push((Cow::Borrowed(name), cursor.raw()?));
                return Ok(());
            };
            seen.once(key)?;
            match key {
                AgentKey::Id => id = cursor.label()?,
                AgentKey::Name => agent.name = cursor.label()?,
                AgentKey::Team => agent.team = cursor.label()?,
            }
            Ok(())
        })?;
        agent.id = id.or_else(|| agent.name.clone()).ok_or(GiveUp)?;
        Ok(Some(agent))
    }

    fn messages(&mut self) -> Result<Vec<Message<'a>>, GiveUp> {
        self.take(b'[')?;
        let mut messages = Vec::with_capacity(USUAL_MESSAGES);
        if self.takes(b']') {
            return Ok(messages);
        }
        while messages.len() < MAX_MESSAGES {
            messages.push(self.message()?);
            if !self.takes(b',') {
                return self.take(b']').map(|()| messages);
            }
        }
        Err(GiveUp)
    }

    #[inline]
    fn message(&mut self) -> Result<Message<'a>, GiveUp> {
        let (mut id, mut role, mut kind, mut agent, mut time, mut text) = (None, None, None, None, None, None);
        let mut extra = Vec::new();
        let mut seen = Seen::default();
        self.object(|cursor, name| {
            let Some(key) = MessageKey::from_bytes(name.as_bytes()) else {
                extra.push((Cow::Borrowed(name), cursor.raw()?));
                return Ok(());
            };
            seen.once(key)?;
            match key {
                MessageKey::Id => id = cursor.label()?,
                MessageKey::Role => role = cursor.plain().and_then(Role::from_word),
                MessageKey::Kind => {
                    kind = match cursor.plain() {
                        Some(word) => Some(Kind::from_word(word).ok_or(GiveUp)?),
                        None => cursor.unusual(Word::<Kind>::new(&Trail::default()))?,
                    }
                }
                MessageKey::Agent => agent = cursor.label()?,
                MessageKey::Time => time = cursor.time()?,
                MessageKey::Text => text = cursor.text()?,
            }
            Ok(())
        })?;
        let id = id.filter(|id: &Cow<'a, str>| !id.is_empty());
        let (role, text) = (role.ok_or(GiveUp)?, text.ok_or(GiveUp)?);
        Ok(Message { id, role, kind, agent, time, text, extra })
    }
}

/// The keys of one object so far.
#[derive(Default)]
struct Seen(u32);

impl Seen {
    /// A key that comes twice is for the other way to refuse.
    fn once(&mut self, key: impl KnownKey) -> Result<(), GiveUp> {
        let bit = 1 << key.number();
        let is_new = self.0 & bit == 0;
        self.0 |= bit;
        if is_new { Ok(()) } else { Err(GiveUp) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parse::by_visitors;
    use super::*;

    const LINE: &str = r#" {"id":"一","shop":"甲","agent":{"id":7,"name":"王","x":[1]},"tags":["a",2],"meta":{"a":[null]},
        "started_at":"2018-03-05T10:00:00+08:00","closed_by":"agent","更多":true,"messages":[{"role":"customer","text":
        "你好，请问一下这个东西现在还有没有货呢","time":"2018-03-05T10:00:00+08:00"} , {"role":"agent","text":"有\n的",
        "kind":null,"agent":"b","id":"","z":"\""}]} "#;

    #[test]
    fn reads_what_the_visitors_read() {
        let plain = conversation(LINE).ok().unwrap();
        assert_eq!(format!("{plain:?}"), format!("{:?}", by_visitors(LINE).unwrap()));
        assert_eq!(plain.messages[1].text, "有\n的");
        assert_eq!(plain.agent.unwrap().id, "7");
    }

    #[test]
    fn anything_wrong_is_left_to_the_visitors() {
        for line in [
            "",
            "[]",
            r#"{"id":"1","messages":[]"#,
            r#"{"id":"1","messages":[]} x"#,
            r#"{"id":"1","messages":[],}"#,
            r#"{"id":"1","messages":[{"role":"agent","text":"a"},]}"#,
            r#"{"id":"1","id":"1","messages":[]}"#,
            r#"{"id":"1","messages":[{"role":"nobody","text":"a"}]}"#,
            r#"{"id":"1","messages":[{"role":"agent"}]}"#,
            r#"{"id":"","messages":[]}"#,
            "{\"id\":\"a\u{1}\",\"messages\":[]}",
            r#"{"id":"1","messages":[],"started_at":"gestern"}"#,
        ] {
            assert!(conversation(line).is_err(), "{line}");
        }
    }

    #[test]
    fn the_end_of_what_is_plain_is_found_byte_by_byte_as_well() {
        for length in 0..20 {
            for at in 0..length {
                for sign in 0..=255 {
                    let mut bytes = vec![b'!'; length];
                    bytes[at] = sign;
                    let expected = matches!(sign, 0..0x20 | b'"' | b'\\').then_some(at);
                    assert_eq!(end_of_plain(&bytes), expected, "{bytes:?}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn never_reads_what_the_visitors_refuse_or_read_otherwise(
            at in 0..LINE.len(), length in 0..12_usize, put in "[{}\\[\\],:\"\\\\nul0-9a \u{1}你]{0,4}",
        ) {
            let mut line = LINE.to_owned();
            let floor = |mut at: usize| { while !LINE.is_char_boundary(at) { at -= 1 } at };
            line.replace_range(floor(at)..floor((at + length).min(LINE.len())).max(floor(at)), &put);
            if let Ok(read) = conversation(&line) {
                let other = by_visitors(&line);
                prop_assert!(other.is_ok(), "{line}");
                prop_assert_eq!(format!("{read:?}"), format!("{:?}", other.unwrap()));
            }
        }
    }
}
