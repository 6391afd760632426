//! What an agent may repeat: what the customer wrote before, and what the record says of the customer.

use std::collections::{HashMap, HashSet};

use serde_json::value::RawValue;

use super::view::{MessageIndex, Side, View};
use crate::conversation::Kind;
use crate::text::{Entity, digits};

/// What was written so far, asked for by pieces of certain lengths. However many entities a conversation has, each of its
/// messages is cut up once for each length that occurs.
#[derive(Debug, Default)]
pub(super) struct Known {
    pieces: HashMap<Shape, Pieces>,
}

/// Which pieces: of the digits alone, or of the text without spaces; and of how many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Shape {
    digits: bool,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Pieces {
    seen: HashSet<Box<str>>,
    /// The first message that was not cut up yet.
    next: usize,
}

impl Known {
    /// Whether the customer gave it before this message, or the record says that it is the customer's.
    pub(super) fn is_known(&mut self, view: &View<'_>, message: MessageIndex, entity: &Entity) -> bool {
        let is_number = entity.value.bytes().all(|byte| byte.is_ascii_digit());
        let plain = |text: &str| if is_number { digits(text) } else { text.replace(' ', "") };
        let value = plain(&entity.value);
        let shape = Shape { digits: is_number, bytes: value.len() };
        let pieces = self.pieces.entry(shape).or_insert_with(|| {
            let meta = view.conversation.meta.map(|meta| plain(RawValue::get(meta)));
            let mut pieces = Pieces::default();
            pieces.cut(meta.as_deref().unwrap_or_default(), shape.bytes);
            pieces
        });
        for (index, earlier) in view.indexed().take(message.get()).skip(pieces.next) {
            if earlier.side() == Some(Side::Customer) && earlier.kind == Kind::Text {
                pieces.cut(&plain(view.text(index)), shape.bytes);
            }
        }
        pieces.next = pieces.next.max(message.get());
        pieces.seen.contains(value.as_str())
    }
}

impl Pieces {
    /// Notes every piece of so many bytes.
    fn cut(&mut self, text: &str, bytes: usize) {
        let pieces = text.char_indices().filter_map(|(start, _)| text.get(start..start + bytes));
        self.seen.extend(pieces.map(Box::from));
    }
}
