//! What the lines of a chat export are.

use jiff::civil::Date;

/// What a line of a chat export is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line<'t> {
    /// The head of a message.
    Head(Head<'t>),
    /// Another conversation begins, of this id or customer.
    Conversation { id: Option<&'t str>, customer: Option<&'t str>, shop: Option<&'t str> },
    /// The day of what follows.
    Day(Date),
    /// Nothing of the chat.
    Aside,
}

/// The head of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head<'t> {
    pub(crate) who: Who<'t>,
    pub(crate) account: Option<&'t str>,
    pub(crate) shop: Option<&'t str>,
    pub(crate) conversation: Option<&'t str>,
    pub(crate) time: HeadTime<'t>,
    /// The first line of the message, where it stands on the line of its head.
    pub(crate) text: Option<&'t str>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who<'t> {
    /// Somebody by name.
    Speaker(&'t str),
    /// An agent by name.
    Agent(&'t str),
    /// A customer by name.
    Customer(&'t str),
    /// A word for a role, and perhaps a name.
    Role(&'t str, Option<&'t str>),
}

/// When it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeadTime<'t> {
    /// The template asks for no time.
    None,
    At(String),
    /// It has the look of a time and is none, or lacks its day.
    Bad(&'t str),
}

impl<'t> Who<'t> {
    /// The name; empty where only a role is known.
    pub(crate) fn name(self) -> &'t str {
        match self {
            Who::Speaker(name) | Who::Agent(name) | Who::Customer(name) => name,
            Who::Role(_, name) => name.unwrap_or_default(),
        }
    }
}
