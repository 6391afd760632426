//! What can be wrong with one line of the native form.

use std::fmt;

use thiserror::Error;

use super::{ClosedBy, Kind, Role, mask_numbers};

/// Why a line is no conversation. Says the field, what was expected and what to do; quotes no
/// message text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The text is not JSON.
    #[error("not valid JSON at byte {column}: {reason}; write one complete JSON object a line")]
    BrokenJson {
        /// Bytes from the start of the line, from 1.
        column: usize,
        /// What the JSON reader met.
        reason: String,
    },
    /// JSON, but no object.
    #[error(
        "a JSON object was expected; write one conversation a line (an array becomes lines with \
         `jq -c '.[]'`)"
    )]
    NotAnObject,
    /// Longer than a line may be.
    #[error("the line has {bytes} bytes, more than {limit}; split the conversation")]
    LineTooLong {
        /// The length found.
        bytes: usize,
        /// The length allowed.
        limit: usize,
    },
    /// More messages than a conversation may have.
    #[error("more than {limit} messages; split the conversation")]
    TooManyMessages {
        /// The number allowed.
        limit: usize,
    },
    /// A value of another type than the field has.
    #[error("{expected} was expected")]
    WrongType {
        /// The field.
        field: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A known key twice in one object.
    #[error("the key stands twice in one object; keep one of them")]
    DuplicateKey {
        /// The field.
        field: String,
    },
    /// No id, or an empty one.
    #[error("the conversation has no id; give each conversation of a source its own")]
    MissingId,
    /// No messages key.
    #[error("the conversation has no list of messages; write `\"messages\":[…]`, empty if need be")]
    MissingMessages,
    /// An agent with neither id nor name.
    #[error("the agent has neither id nor name; give one, or leave the agent out")]
    MissingAgentId,
    /// A message without a role.
    #[error("the message has no role; write one of {}", Role::ALL.map(Role::as_str).join(", "))]
    MissingRole {
        /// The message's index.
        message: usize,
    },
    /// A message without text.
    #[error("the message has no text; write `\"text\":\"\"` where there is none")]
    MissingText {
        /// The message's index.
        message: usize,
    },
    /// A role that is none of the four.
    #[error("{found} is no role; write one of {}", Role::ALL.map(Role::as_str).join(", "))]
    UnknownRole {
        /// The message's index.
        message: usize,
        /// What stands there.
        found: Shown,
    },
    /// An unknown kind of message.
    #[error("{found} is no kind of message; write one of {}, or leave it out", Kind::ALL.map(Kind::as_str).join(", "))]
    BadKind {
        /// The message's index.
        message: usize,
        /// What stands there.
        found: Shown,
    },
    /// An unknown closer.
    #[error(
        "{found} cannot have closed a conversation; write one of {}, or leave it out",
        ClosedBy::ALL.map(ClosedBy::as_str).join(", ")
    )]
    BadClosedBy {
        /// What stands there.
        found: Shown,
    },
    /// No time.
    #[error("{found} is no time; write it like 2018-03-05T10:00:00+08:00")]
    BadTime {
        /// The field.
        field: String,
        /// What stands there.
        found: Shown,
    },
}

impl RecordError {
    /// A code that stays the same across versions.
    pub fn code(&self) -> &'static str {
        match self {
            RecordError::BrokenJson { .. } => "broken-json",
            RecordError::NotAnObject => "not-an-object",
            RecordError::LineTooLong { .. } => "line-too-long",
            RecordError::TooManyMessages { .. } => "too-many-messages",
            RecordError::WrongType { .. } => "wrong-type",
            RecordError::DuplicateKey { .. } => "duplicate-key",
            RecordError::MissingId => "missing-id",
            RecordError::MissingMessages => "missing-messages",
            RecordError::MissingAgentId => "missing-agent-id",
            RecordError::MissingRole { .. } => "missing-role",
            RecordError::MissingText { .. } => "missing-text",
            RecordError::UnknownRole { .. } => "unknown-role",
            RecordError::BadKind { .. } => "bad-kind",
            RecordError::BadClosedBy { .. } => "bad-closed-by",
            RecordError::BadTime { .. } => "bad-time",
        }
    }

    /// The field it is about, such as `messages[3].time`.
    pub fn field(&self) -> Option<String> {
        match self {
            RecordError::BrokenJson { .. } | RecordError::NotAnObject | RecordError::LineTooLong { .. } => None,
            RecordError::WrongType { field, .. }
            | RecordError::DuplicateKey { field }
            | RecordError::BadTime { field, .. } => Some(field.clone()),
            RecordError::MissingId => Some("id".to_owned()),
            RecordError::MissingMessages | RecordError::TooManyMessages { .. } => Some("messages".to_owned()),
            RecordError::MissingAgentId => Some("agent.id".to_owned()),
            RecordError::MissingRole { message } | RecordError::UnknownRole { message, .. } => {
                Some(format!("messages[{message}].role"))
            }
            RecordError::MissingText { message } => Some(format!("messages[{message}].text")),
            RecordError::BadKind { message, .. } => Some(format!("messages[{message}].kind")),
            RecordError::BadClosedBy { .. } => Some("closed_by".to_owned()),
        }
    }
}

/// A value that an error may show: a short word in quotes, escaped for terminals, its long numbers
/// masked. Of a longer one only the length is kept, since it may be message text in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    pub(super) fn word(word: &str) -> Shown {
        // Words for who speaks are short; what is longer may be a message.
        Shown::up_to(&mask_numbers(word), if word.is_ascii() { 20 } else { 6 })
    }

    pub(super) fn time(value: &str) -> Shown {
        // RFC 3339 needs 25 characters of ASCII; anything else may be a message, and a mere number a telephone's.
        let shown = if value.contains(':') { value.to_owned() } else { mask_numbers(value) };
        Shown::up_to(&shown, if value.is_ascii() { 32 } else { 0 })
    }

    fn up_to(word: &str, longest: usize) -> Shown {
        let chars = word.chars().count();
        if chars == 0 {
            Shown("an empty value".to_owned())
        } else if chars <= longest {
            Shown(format!("{word:?}"))
        } else {
            Shown(format!("a value of {chars} characters"))
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_word_is_short_and_has_no_long_number() {
        let shown = |word: &str| Shown::word(word).to_string();
        assert_eq!(shown("阿里"), "\"阿里\"");
        assert_eq!(shown("tel:13800001111"), "\"tel:138******11\"");
        assert_eq!(shown("11010119900101123x"), "\"110************23x\"");
        assert_eq!(shown(&"长".repeat(6)), format!("\"{}\"", "长".repeat(6)));
        assert_eq!(shown(&"长".repeat(7)), "a value of 7 characters");
        assert_eq!(shown(&"x".repeat(21)), "a value of 21 characters");
        assert_eq!(shown(""), "an empty value");
    }
}
