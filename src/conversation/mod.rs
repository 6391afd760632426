//! Conversations: the record, its times, and the readers that turn files into records.
//!
//! Everything that can be read ends up as lines of the native form (one JSON object a
//! conversation, see [`Conversation`]), so what comes after has one path.
//! [`Conversation::from_json`] reads one line, borrowing from it.

mod fingerprint;
mod json;
mod record;
mod record_error;
mod time;
mod zone;

pub use json::{MAX_LINE_BYTES, MAX_MESSAGES};
pub use record::{Agent, ClosedBy, Conversation, Kind, Message, Role};
pub use record_error::{RecordError, Shown};
pub use time::{Clock, Millis, Time};
pub use zone::{Zone, ZoneError};

#[cfg(test)]
mod tests;
