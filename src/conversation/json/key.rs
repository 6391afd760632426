//! The keys of the native form.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::parse::Place;

/// A key of one kind of object.
pub(super) trait KnownKey: Copy {
    fn from_bytes(name: &[u8]) -> Option<Self>;

    /// From 0, in the order of the form.
    fn number(self) -> u32;

    fn place(self) -> &'static Place;
}

/// A key as it stands in an object.
pub(super) enum Name<'a, K> {
    Known(K),
    Other(Cow<'a, str>),
}

impl<'de, K: KnownKey> Deserialize<'de> for Name<'de, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor(PhantomData))
    }
}

struct NameVisitor<K>(PhantomData<K>);

impl<'de, K: KnownKey> Visitor<'de> for NameVisitor<K> {
    type Value = Name<'de, K>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(K::from_bytes(name.as_bytes()).map_or(Name::Other(Cow::Borrowed(name)), Name::Known))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(match K::from_bytes(name.as_bytes()) {
            Some(key) => Name::Known(key),
            None => Name::Other(Cow::Owned(name.to_owned())),
        })
    }
}

const LABEL: &str = "text in quotes, or a whole number of at most 19 digits,";
const TIME: &str = "a time in quotes such as \"2018-03-05T10:00:00+08:00\"";
const WORD: &str = "a word in quotes";

macro_rules! keys {
    ($(#[$note:meta])* $kind:ident { $($key:ident $word:literal $path:literal $expected:expr;)* }) => {
        $(#[$note])*
        #[derive(Clone, Copy)]
        pub(super) enum $kind {
            $($key,)*
        }

        impl KnownKey for $kind {
            #[inline]
            fn from_bytes(name: &[u8]) -> Option<$kind> {
                match name {
                    $($word => Some($kind::$key),)*
                    _ => None,
                }
            }

            fn number(self) -> u32 {
                self as u32
            }

            fn place(self) -> &'static Place {
                match self {
                    $($kind::$key => &Place { name: $path, expected: $expected },)*
                }
            }
        }
    };
}

keys! {
    /// The keys of a conversation.
    ConversationKey {
        Id b"id" "id" LABEL;
        Source b"source" "source" LABEL;
        Channel b"channel" "channel" LABEL;
        Shop b"shop" "shop" LABEL;
        Queue b"queue" "queue" LABEL;
        Tags b"tags" "tags" "a list of texts";
        Agent b"agent" "agent" "the agent's id, or an object with an id or a name";
        Customer b"customer" "customer" LABEL;
        StartedAt b"started_at" "started_at" TIME;
        EndedAt b"ended_at" "ended_at" TIME;
        ClosedBy b"closed_by" "closed_by" WORD;
        Messages b"messages" "messages" "a list of messages";
        Meta b"meta" "meta" "any value";
    }
}

keys! {
    /// The keys of a message.
    MessageKey {
        Id b"id" "id" LABEL;
        Role b"role" "role" WORD;
        Kind b"kind" "kind" WORD;
        Agent b"agent" "agent" LABEL;
        Time b"time" "time" TIME;
        Text b"text" "text" "text in quotes";
    }
}

keys! {
    /// The keys of an agent.
    AgentKey {
        Id b"id" "agent.id" LABEL;
        Name b"name" "agent.name" LABEL;
        Team b"team" "agent.team" LABEL;
    }
}
