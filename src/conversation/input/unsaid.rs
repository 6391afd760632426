//! What a file does not say of its conversations, because everybody who exports it knows.

use std::borrow::Cow;

use crate::conversation::Conversation;

/// What is taken for what conversations do not say themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsaid {
    /// Their source.
    pub source: Option<String>,
    /// Their shop.
    pub shop: Option<String>,
    /// Their channel.
    pub channel: Option<String>,
    /// Their queue.
    pub queue: Option<String>,
}

impl Unsaid {
    /// Fills in what a conversation lacks.
    pub fn complete<'c>(&'c self, conversation: &mut Conversation<'c>) {
        let Conversation { source, shop, channel, queue, .. } = conversation;
        for (field, known) in
            [(source, &self.source), (shop, &self.shop), (channel, &self.channel), (queue, &self.queue)]
        {
            if field.is_none() {
                *field = known.as_deref().map(Cow::Borrowed);
            }
        }
    }
}
