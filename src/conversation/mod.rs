//! Conversations: the record, its times, and the readers that turn files into records.
//!
//! Everything that can be read ends up as lines of the native form (one JSON object a
//! conversation, see [`Conversation`]), so what comes after has one path.
//! [`Inputs`] finds the files, [`Chunks`] yields their lines with physical line numbers, and
//! [`Conversation::from_json`] reads one line, borrowing from it.

mod auto_reply_finder;
mod chat;
mod fingerprint;
mod hours;
mod input;
mod json;
mod mask;
mod record;
mod record_error;
mod survey;
mod table;
mod time;
mod written_time;
mod zone;

pub use auto_reply_finder::{AutoReply, AutoReplyFinder};
pub use chat::{Preset, Recognised, Template, TemplateError, Templates, TemplatesError};
pub use hours::{DAY_MINUTES, ServiceHours, Shift};
pub use input::{
    BadRow, Chunk, ChunkLines, Chunks, Document, Format, InputError, InputOptions, Inputs, LineNumbers, RowOrder,
    Unsaid, decoded, is_encoding, unpacked,
};
pub use json::{MAX_LINE_BYTES, MAX_MESSAGES};
pub use mask::mask_numbers;
pub use record::{Agent, ClosedBy, Conversation, Kind, Message, Role};
pub use record_error::{RecordError, Shown};
pub use survey::{Notes, Survey};
pub use table::{Mapping, MappingError, Sessions, SessionsError};
pub use time::{Clock, Millis, Time, duration, written_duration};
pub use zone::{Zone, ZoneError};

#[cfg(test)]
mod tests;
