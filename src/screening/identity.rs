//! Identity of findings: the same place in the same conversation under the same rule, whatever the dictionary says.

use sha2::{Digest, Sha256};

use super::hash::hex;
use crate::conversation::Conversation;
use crate::operator::MessageIndex;

/// Hexadecimal of the first 16 bytes of SHA-256 over the fields "v1", source, conversation, rule, anchor; each field
/// is preceded by its length in bytes as an unsigned 64-bit little-endian number.
///
/// The anchor is `id:` and the message's own id, `index:` and its 0-based index where it has none, or `conversation`.
pub fn finding_id(source: &str, conversation: &str, rule: &str, anchor: &str) -> String {
    let mut digest = Sha256::new();
    for field in ["v1", source, conversation, rule, anchor] {
        digest.update((field.len() as u64).to_le_bytes());
        digest.update(field.as_bytes());
    }
    hex(&digest.finalize()[..16])
}

/// The anchor of a finding in its conversation.
pub(super) fn anchor(conversation: &Conversation<'_>, message: Option<MessageIndex>) -> String {
    match message {
        None => "conversation".to_owned(),
        Some(index) => match conversation.messages.get(index.get()).and_then(|message| message.id.as_deref()) {
            Some(id) => format!("id:{id}"),
            None => format!("index:{}", index.0),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids are stored with human decisions: these vectors never change.
    #[test]
    fn golden_vectors() {
        let id = finding_id("", "c-001", "internal-jargon", "index:5");
        assert_eq!(id.len(), 32);
        assert_eq!(
            [
                id.as_str(),
                &finding_id("shop-1", "c-001", "missing-greeting", "conversation"),
                &finding_id("shop-1", "c-001", "slow-response", "id:m7")
            ],
            [
                "64e8759b21c1e70e3d9b68aa2c6d1695",
                "17c429fbd6ad2385733887f850663cf8",
                "ac16d2053c4e8b9a1c2cbb08dd1f5da3"
            ],
        );
    }

    #[test]
    fn fields_do_not_run_together() {
        assert_ne!(finding_id("a", "bc", "r", "x"), finding_id("ab", "c", "r", "x"));
    }
}
