//! The single values of the native form: labels, texts, times, words of a closed list.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

use super::parse::Trail;
use crate::conversation::record::{ClosedBy, Kind, Role};
use crate::conversation::record_error::{RecordError, Shown};
use crate::conversation::time::{Clock, Time};

/// Text that may also be a whole number, as ids often are; null is nothing.
pub(super) struct Label;

impl<'de> DeserializeSeed<'de> for Label {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Label {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text or a whole number")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_owned())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_string())))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// Text; null is nothing.
pub(super) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(value.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// A time; null is nothing.
pub(super) struct TimeText<'t>(pub(super) &'t Trail);

impl<'de> TimeText<'_> {
    fn read<E: Error>(&self, text: Cow<'de, str>) -> Result<Option<Time<'de>>, E> {
        if let Some(clock) = Clock::parse(&text) {
            return Ok(Some(Time { text, clock }));
        }
        let found = Shown::time(&text);
        let fault = |field| RecordError::BadTime { field, found };
        Err(self.0.fault_here(fault))
    }
}

impl<'de> DeserializeSeed<'de> for TimeText<'_> {
    type Value = Option<Time<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TimeText<'_> {
    type Value = Option<Time<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a time")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        self.read(Cow::Borrowed(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        self.read(Cow::Owned(value.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// A closed list of words.
pub(super) trait ClosedList: Sized {
    fn read(word: &str) -> Option<Self>;

    fn fault(message: usize, found: Shown) -> RecordError;
}

impl ClosedList for Role {
    fn read(word: &str) -> Option<Role> {
        Role::from_word(word)
    }

    fn fault(message: usize, found: Shown) -> RecordError {
        RecordError::UnknownRole { message, found }
    }
}

impl ClosedList for Kind {
    fn read(word: &str) -> Option<Kind> {
        Kind::from_word(word)
    }

    fn fault(message: usize, found: Shown) -> RecordError {
        RecordError::BadKind { message, found }
    }
}

impl ClosedList for ClosedBy {
    fn read(word: &str) -> Option<ClosedBy> {
        ClosedBy::from_word(word)
    }

    fn fault(_: usize, found: Shown) -> RecordError {
        RecordError::BadClosedBy { found }
    }
}

/// A word of a closed list; null is nothing.
pub(super) struct Word<'t, T>(&'t Trail, PhantomData<T>);

impl<'t, T> Word<'t, T> {
    pub(super) fn new(trail: &'t Trail) -> Word<'t, T> {
        Word(trail, PhantomData)
    }
}

impl<'de, T: ClosedList> DeserializeSeed<'de> for Word<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<T: ClosedList> Visitor<'_> for Word<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a word")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
        if let Some(value) = T::read(word) {
            return Ok(Some(value));
        }
        let fault = T::fault(self.0.message(), Shown::word(word));
        Err(self.0.fault(fault))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
