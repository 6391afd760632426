//! Times as written and as instants.

use std::borrow::Cow;

/// Milliseconds since the Unix epoch.
pub type Millis = i64;

/// A time as written, and what it means.
///
/// RFC 3339; without an offset it is a wall clock, and the zone decides which instant it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time<'a> {
    /// As written, so that a record survives a round trip.
    pub text: Cow<'a, str>,
    /// What it means.
    pub clock: Clock,
}

/// The meaning of a written time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// An instant: the text has an offset.
    Instant(Millis),
    /// A wall clock without an offset, as milliseconds since 1970-01-01T00:00 on that clock.
    Wall(Millis),
}
