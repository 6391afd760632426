//! Which encoding bytes are in.
//!
//! In this order: a byte order mark; the plain NUL pattern of UTF-16; UTF-8 without error, or with
//! errors but more that proves it; GB18030 without error; what chardetng makes of it. ASCII stands
//! for itself in all of these but UTF-16, so the judging waits until the first byte beyond it.
//!
//! Two exceptions to GB18030, since its form is that of nearly all double-byte encodings and its
//! users' files are the ones that break: without error, but mostly of characters that hardly
//! anybody writes, chardetng is asked (every Big5 text has the form of GB18030); with errors, but
//! nearly all of characters in daily use, it is GB18030 all the same.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes are judged by.
pub(super) const SAMPLE_BYTES: usize = 1 << 20;

/// The encoding that the first bytes of a file tell, and how many of them are its mark.
pub(super) fn of_start(start: &[u8]) -> Option<(&'static Encoding, usize)> {
    if let Some(marked) = Encoding::for_bom(start) {
        return Some(marked);
    }
    if start.starts_with(b"\x84\x31\x95\x33") {
        return Some((GB18030, 4));
    }
    wide(start).map(|encoding| (encoding, 0))
}

/// UTF-16 without a mark: NULs in one half of every pair, since the signs of JSON and CSV are ASCII.
/// A few stand in the other half too: 一 is U+4E00.
fn wide(start: &[u8]) -> Option<&'static Encoding> {
    let start = &start[..start.len().min(4096)];
    let pairs = start.chunks_exact(2);
    let count = pairs.len();
    let (mut high, mut low) = (0, 0);
    for pair in pairs {
        high += usize::from(pair[0] == 0);
        low += usize::from(pair[1] == 0);
    }
    if low > count / 16 && high * 4 < low {
        Some(UTF_16LE)
    } else if high > count / 16 && low * 4 < high {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding of a sample that begins with a byte beyond ASCII; nothing if the sample is only a
/// part of a character.
pub(super) fn of_sample(sample: &[u8], end: SampleEnd) -> Option<&'static Encoding> {
    let sample = &sample[..sample.len().min(SAMPLE_BYTES)];
    let utf8 = Utf8Evidence::of(sample, end);
    if utf8.invalid == 0 {
        return (utf8.characters > 0 || end == SampleEnd::Text).then_some(UTF_8);
    }
    // Chinese in another encoding hardly ever has the form of three-byte characters.
    if utf8.long_characters > 0 && utf8.long_characters >= 2 * utf8.invalid {
        return Some(UTF_8);
    }
    let chinese = ChineseEvidence::of(sample, end);
    if chinese.is_likely() {
        return Some(GB18030);
    }
    if utf8.long_characters > 0 && utf8.long_characters >= utf8.invalid {
        return Some(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, end == SampleEnd::Text);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // A guess at a single-byte encoding never fails, so it says nothing against what has a form.
    let is_guess_weak = guess.is_single_byte() && chinese.invalid == 0;
    Some(if is_guess_weak { GB18030 } else { guess })
}

/// Where a sample ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SampleEnd {
    /// Anywhere: its last character may be cut.
    Cut,
    /// With the text.
    Text,
}

/// How far bytes are UTF-8.
#[derive(Default)]
struct Utf8Evidence {
    characters: usize,
    long_characters: usize,
    invalid: usize,
}

impl Utf8Evidence {
    fn of(sample: &[u8], end: SampleEnd) -> Utf8Evidence {
        let mut evidence = Utf8Evidence::default();
        let mut rest = sample;
        loop {
            let (valid, error) = match std::str::from_utf8(rest) {
                Ok(valid) => (valid, None),
                Err(error) => {
                    let (valid, _) = rest.split_at(error.valid_up_to());
                    (std::str::from_utf8(valid).unwrap_or_default(), Some(error))
                }
            };
            for character in valid.chars().filter(|character| !character.is_ascii()) {
                evidence.characters += 1;
                evidence.long_characters += usize::from(character.len_utf8() > 2);
            }
            let Some(error) = error else { break };
            let Some(length) = error.error_len() else {
                evidence.invalid += usize::from(end == SampleEnd::Text);
                break;
            };
            evidence.invalid += 1;
            rest = &rest[error.valid_up_to() + length..];
        }
        evidence
    }
}

/// How far bytes are Chinese in GB18030.
#[derive(Default)]
struct ChineseEvidence {
    /// Characters of two bytes.
    pairs: usize,
    /// Those of them that are in daily use: the first level of GB 2312, and its punctuation.
    usual: usize,
    invalid: usize,
}

impl ChineseEvidence {
    fn of(sample: &[u8], end: SampleEnd) -> ChineseEvidence {
        let mut evidence = ChineseEvidence::default();
        let mut rest = sample;
        while let Some((&lead, behind)) = rest.split_first() {
            let used = match (lead, behind) {
                (0..=0x80, _) => 1,
                (0x81..=0xFE, [0x40..=0x7E | 0x80..=0xFE, ..]) => {
                    evidence.pairs += 1;
                    let is_usual = matches!(lead, 0xA1..=0xA3 | 0xB0..=0xD7) && behind[0] > 0xA0;
                    evidence.usual += usize::from(is_usual);
                    2
                }
                (0x81..=0xFE, [0x30..=0x39, 0x81..=0xFE, 0x30..=0x39, ..]) => 4,
                // At the end of a sample that is cut, a character may be.
                (0x81..=0xFE, [] | [0x30..=0x39] | [0x30..=0x39, 0x81..=0xFE]) if end == SampleEnd::Cut => {
                    break;
                }
                _ => {
                    evidence.invalid += 1;
                    1
                }
            };
            rest = &rest[used..];
        }
        evidence
    }

    fn is_likely(&self) -> bool {
        if self.invalid == 0 {
            self.usual * 5 >= self.pairs * 3
        } else {
            self.usual >= 4 * self.invalid && self.usual * 5 >= self.pairs * 4
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, SHIFT_JIS, WINDOWS_1252};

    #[test]
    fn samples_tell_their_encoding() {
        let cases = [
            (GB18030, "亲，您好，请问有什么可以帮您？"),
            (GB18030, "好"),
            (GB18030, "朤氺喆犇"),
            (BIG5, "您好，請問有什麼可以為您服務？謝謝您的耐心等候，稍後回覆您。"),
            (SHIFT_JIS, "ご返信ありがとうございます。確認いたします。"),
            (WINDOWS_1252, "Où est passé mon colis ? J'ai déjà payé, très déçu."),
            (UTF_8, "é"),
        ];
        for (encoding, text) in cases {
            let bytes = encoding.encode(text).0;
            let from = bytes.iter().position(|byte| !byte.is_ascii()).unwrap();
            let found = of_sample(&bytes[from..], SampleEnd::Text);
            assert_eq!(found, Some(encoding), "{text}");
        }
    }

    #[test]
    fn a_cut_sample_is_judged_by_what_is_whole() {
        for encoding in [UTF_8, GB18030] {
            let bytes = encoding.encode("您好，请问有什么可以帮您😀").0;
            for end in 8..bytes.len() {
                assert_eq!(of_sample(&bytes[..end], SampleEnd::Cut), Some(encoding), "{end}");
            }
        }
        assert_eq!(of_sample(b"\xE4\xBD", SampleEnd::Cut), None);
    }
}
