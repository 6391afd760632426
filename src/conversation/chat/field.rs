//! What a line template can ask for.

use crate::conversation::written_time::DayOrder;

macro_rules! fields {
    ($($(#[$note:meta])* $name:ident $word:literal $expression:expr;)*) => {
        /// What a template can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Field {
            $($(#[$note])* $name,)*
        }

        impl Field {
            pub(super) const ALL: &'static [Field] = &[$(Field::$name,)*];

            pub(super) fn word(self) -> &'static str {
                match self {
                    $(Field::$name => $word,)*
                }
            }

            /// What it looks like; empty for what has a shape of its own.
            pub(super) fn expression(self) -> &'static str {
                match self {
                    $(Field::$name => $expression,)*
                }
            }
        }
    };
}

/// A name: not empty, no blank at its ends, as short as what follows allows.
const NAME: &str = r"\S(?:.{0,62}?\S)??";

fields! {
    /// Who speaks; the words for roles say which side that is.
    Speaker "speaker" NAME;
    /// An agent who speaks.
    Agent "agent" NAME;
    /// A customer who speaks, or whose conversation begins.
    Customer "customer" NAME;
    /// A word for the speaker's role.
    Role "role" r"\S{1,12}?";
    /// The speaker's account, a better id than the name.
    Account "account" r"\S{1,64}?";
    Shop "shop" NAME;
    Conversation "conversation" r"\S{1,128}?";
    /// When it was said.
    Time "time" "";
    /// A day that holds for the times after it.
    Day "day" "";
    /// The message, or its first line; nothing can follow.
    Text "text" "";
    /// Anything, which is left aside.
    Anything "*" ".{0,200}?";
}

/// The field of a word, and how its days are read.
pub(super) fn field_of(word: &str) -> Option<(Field, Option<DayOrder>)> {
    match word {
        "time:dmy" => Some((Field::Time, Some(DayOrder::DayFirst))),
        "time:mdy" => Some((Field::Time, Some(DayOrder::MonthFirst))),
        _ => Field::ALL.iter().find(|field| field.word() == word).map(|field| (*field, None)),
    }
}
