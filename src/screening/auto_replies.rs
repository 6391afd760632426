//! Texts that a machine sends as the agent.

use std::collections::HashMap;

use crate::text::Fold;

/// The longest text, in bytes of the message as it is written; a longer one was written by nobody's machine.
const LONGEST: usize = 4_096;

/// Texts that a machine sends as the agent, compared as whole messages, folded and without blanks at their ends. `*` stands for a
/// run of anything, such as the customer's name.
#[derive(Debug, Clone, Default)]
pub(super) struct AutoReplies {
    /// The entry of the list that each is.
    whole: HashMap<String, u32>,
    /// What stands before, between and behind the stars.
    parted: Vec<(Vec<String>, u32)>,
}

impl AutoReplies {
    pub(super) fn new(texts: &[String], fold: &Fold) -> Self {
        let mut replies = Self::default();
        for (entry, text) in (0..).zip(texts) {
            let parts: Vec<String> = text.trim().split('*').map(|part| fold.fold(part)).collect();
            // Stars alone would take in everything.
            if parts.iter().all(|part| part.trim().is_empty()) {
                continue;
            }
            match parts.as_slice() {
                [whole] => _ = replies.whole.entry(whole.clone()).or_insert(entry),
                _ => replies.parted.push((parts, entry)),
            }
        }
        replies
    }

    /// Whether there is any.
    pub(super) fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.parted.is_empty()
    }

    /// Which entry of the list a message is.
    pub(super) fn entry(&self, original: &str, fold: &Fold) -> Option<u32> {
        if original.len() > LONGEST {
            return None;
        }
        let folded = fold.fold(original.trim());
        let parted = || self.parted.iter().find(|(parts, _)| covers(parts, &folded)).map(|(_, entry)| *entry);
        self.whole.get(&folded).copied().or_else(parted)
    }
}

/// Whether a text is these parts with anything between them.
fn covers(parts: &[String], text: &str) -> bool {
    let [first, between @ .., last] = parts else { return false };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in between {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_messages_are_compared_folded() {
        let texts = ["亲，您好！", "亲爱的*，欢迎光临*本店", "**", "a*a"].map(str::to_owned);
        let fold = Fold::new(&[]);
        let replies = AutoReplies::new(&texts, &fold);
        for (text, entry) in [
            (" 亲，您好！\n", Some(0)),
            ("亲，您好", None),
            ("亲爱的tb123，欢迎光临云杉家居本店", Some(1)),
            ("亲爱的，欢迎光临本店", Some(1)),
            ("亲爱的tb123，欢迎光临云杉家居本店哦", None),
            ("aa", Some(3)),
            ("a", None),
        ] {
            assert_eq!(replies.entry(text, &fold), entry, "{text}");
        }
        assert!(AutoReplies::new(&["*".to_owned()], &fold).is_empty());
    }
}
