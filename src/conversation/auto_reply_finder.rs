//! Texts that a machine seems to send as the agent: the same at once after customers' messages, in conversation after
//! conversation.

use std::collections::HashMap;

use super::{Clock, Conversation, Millis, Role};

/// A person does not answer so soon.
const AT_ONCE: Millis = 2_000;

/// In so many conversations a text is no chance.
const LEAST_CONVERSATIONS: u64 = 5;

/// Different texts that are kept; an export whose agents answer so much so fast says nothing.
const MOST_TEXTS: usize = 20_000;

/// The longest text that is kept, in bytes.
const LONGEST: usize = 2_000;

/// Finds texts that a machine seems to send as the agent.
#[derive(Debug, Default)]
pub struct AutoReplyFinder {
    /// By text, without blanks at its ends: in how many conversations it came at once, and in which one last.
    texts: HashMap<String, (u64, u64)>,
    conversations: u64,
}

/// A text that a machine seems to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoReply {
    /// The text.
    pub text: String,
    /// In how many conversations it came at once.
    pub conversations: u64,
}

impl AutoReplyFinder {
    /// Looks at a conversation.
    pub fn take(&mut self, conversation: &Conversation<'_>) {
        self.conversations += 1;
        for pair in conversation.messages.windows(2) {
            let [before, message] = pair else { continue };
            let is_answer = before.role == Role::Customer && message.role == Role::Agent;
            let times = before.time.as_ref().zip(message.time.as_ref());
            let Some((asked, answered)) = times.filter(|_| is_answer) else { continue };
            // Of times that are cut to the minute nobody can tell.
            let waited = match (asked.clock, answered.clock) {
                _ if !asked.has_seconds() || !answered.has_seconds() => continue,
                (Clock::Instant(asked), Clock::Instant(answered)) | (Clock::Wall(asked), Clock::Wall(answered)) => {
                    answered.saturating_sub(asked)
                }
                _ => continue,
            };
            let text = message.text.trim();
            if !(0..=AT_ONCE).contains(&waited) || text.is_empty() || text.len() > LONGEST {
                continue;
            }
            if let Some((count, last)) = self.texts.get_mut(text) {
                *count += u64::from(*last != self.conversations);
                *last = self.conversations;
            } else if self.texts.len() < MOST_TEXTS {
                self.texts.insert(text.to_owned(), (1, self.conversations));
            }
        }
    }

    /// What it found, the commonest first.
    pub fn found(&self) -> Vec<AutoReply> {
        let often = self.texts.iter().filter(|(_, (count, _))| *count >= LEAST_CONVERSATIONS);
        let mut found: Vec<_> =
            often.map(|(text, (count, _))| AutoReply { text: text.clone(), conversations: *count }).collect();
        found.sort_by(|a, b| b.conversations.cmp(&a.conversations).then_with(|| a.text.cmp(&b.text)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finder(conversations: usize, answered: &str) -> Vec<AutoReply> {
        let mut finder = AutoReplyFinder::default();
        for id in 0..conversations {
            let line = format!(
                r#"{{"id":"c{id}","messages":[{{"role":"customer","time":"2018-03-05T10:00:00+08:00","text":"在吗"}},{{"role":"agent","time":"{answered}","text":" 亲，您好 "}},{{"role":"customer","time":"2018-03-05T10:00:30+08:00","text":"在吗"}},{{"role":"agent","time":"2018-03-05T10:00:31+08:00","text":"第{id}"}}]}}"#
            );
            finder.take(&Conversation::from_json(&line).unwrap());
        }
        finder.found()
    }

    #[test]
    fn the_same_at_once_in_five_conversations_is_a_machine() {
        let found = [AutoReply { text: "亲，您好".to_owned(), conversations: 5 }];
        assert_eq!(finder(5, "2018-03-05T10:00:02+08:00"), found);
        assert_eq!(finder(4, "2018-03-05T10:00:02+08:00"), []);
        assert_eq!(finder(9, "2018-03-05T10:00:03+08:00"), []);
        assert_eq!(finder(9, "2018-03-05T10:00+08:00"), []);
    }
}
