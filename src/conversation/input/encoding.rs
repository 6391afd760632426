//! Which encoding bytes are in.
//!
//! In this order: a byte order mark; the plain NUL pattern of UTF-16; UTF-8 without error, or with
//! so few that the rest proves it; GB18030 without error; what chardetng makes of it. ASCII stands
//! for itself in all of these but UTF-16, so the judging waits until the first byte beyond it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

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
    if utf8.long_characters >= 3 && utf8.long_characters >= 4 * utf8.invalid {
        return Some(UTF_8);
    }
    if is_gb18030(sample, end) {
        return Some(GB18030);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, end == SampleEnd::Text);
    Some(detector.guess(None, Utf8Detection::Deny))
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

fn is_gb18030(sample: &[u8], end: SampleEnd) -> bool {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut scratch = vec![0; 8192];
    let mut rest = sample;
    loop {
        let last = end == SampleEnd::Text;
        let (result, read, _) =
            decoder.decode_to_utf8_without_replacement(rest, &mut scratch, last);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return false,
        }
    }
}
