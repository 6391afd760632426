//! JSON written by hand where no value is at hand, only its text.

/// Appends `text`, which is UTF-8, as a JSON string.
pub(in crate::conversation) fn push_string(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    let mut written = 0;
    for (at, byte) in text.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..0x20 => b"\\u00",
            _ => continue,
        };
        out.extend_from_slice(&text[written..at]);
        out.extend_from_slice(escape);
        if escape.len() > 2 {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
        written = at + 1;
    }
    out.extend_from_slice(&text[written..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_back_as_written(text: String, control in "[\\x00-\\x7f你]{0,20}") {
            for text in [text, control] {
                let mut json = Vec::new();
                push_string(&mut json, text.as_bytes());
                prop_assert!(!json.contains(&b'\n'));
                prop_assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
            }
        }
    }
}
