//! The text of a file as a stream of UTF-8.
//!
//! Bytes that are UTF-8 already are read straight into the caller's buffer; others are decoded on
//! the way. What is no character becomes U+FFFD and is counted.

use std::io::{self, Read};
use std::sync::Arc;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use super::compression::Unpacked;
use super::encoding::{self, SAMPLE_BYTES, SampleEnd};
use super::error::InputError;

/// How bytes come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conversation) enum Flow {
    /// From a file: a read waits for as much as was asked for.
    File,
    /// From someone who may wait for answers: a read gives what is there.
    Live,
}

/// The text of a file.
pub(super) struct TextSource {
    file: Arc<str>,
    source: Unpacked,
    flow: Flow,
    state: State,
    replaced: u64,
    ended: bool,
    fault: Option<InputError>,
}

enum State {
    /// Nothing has been read; the encoding may have been given.
    Start(Option<&'static Encoding>),
    /// All was ASCII so far.
    Ascii,
    Utf8,
    Decoded(Box<Decoding>),
}

struct Decoding {
    decoder: Decoder,
    raw: Vec<u8>,
    scratch: Vec<u8>,
}

impl TextSource {
    pub(super) fn new(file: Arc<str>, source: Unpacked, flow: Flow, encoding: Option<&'static Encoding>) -> TextSource {
        TextSource { file, source, flow, state: State::Start(encoding), replaced: 0, ended: false, fault: None }
    }

    pub(super) fn flow(&self) -> Flow {
        self.flow
    }

    /// Whether nothing more will come, be it that all was read or that reading failed.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Why reading failed, if it did.
    pub(super) fn has_failed(&self) -> bool {
        self.fault.is_some()
    }

    pub(super) fn take_fault(&mut self) -> Option<InputError> {
        self.fault.take()
    }

    /// The encoding, as far as it is known by now.
    pub(super) fn encoding(&self) -> &'static str {
        match &self.state {
            State::Decoded(decoding) => decoding.decoder.encoding().name(),
            State::Start(_) | State::Ascii | State::Utf8 => UTF_8.name(),
        }
    }

    /// How many byte sequences became U+FFFD since the last call.
    pub(super) fn take_replaced(&mut self) -> u64 {
        std::mem::take(&mut self.replaced)
    }

    /// Appends about `want` more bytes. They are UTF-8, but for errors in what is taken for UTF-8,
    /// which [`TextSource::text`] replaces.
    pub(super) fn fill(&mut self, out: &mut Vec<u8>, want: usize) {
        let start = out.len();
        match &mut self.state {
            State::Start(given) => {
                let given = *given;
                self.begin(out, want, given);
            }
            State::Ascii => {
                self.read(out, want);
                self.judge(out, start);
            }
            State::Utf8 => self.read(out, want),
            State::Decoded(decoding) => {
                let mut raw = std::mem::take(&mut decoding.raw);
                raw.clear();
                self.read(&mut raw, want);
                self.decode(raw, out);
            }
        }
    }

    /// Makes text of whole lines of what was filled in.
    pub(super) fn text(&mut self, bytes: &[u8]) -> String {
        // Checking takes far longer than copying where it is not done many bytes at a time.
        if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
            return text.to_owned();
        }
        let mut text = String::with_capacity(bytes.len());
        for piece in bytes.utf8_chunks() {
            text.push_str(piece.valid());
            if !piece.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                self.replaced += 1;
            }
        }
        text
    }

    fn begin(&mut self, out: &mut Vec<u8>, want: usize, given: Option<&'static Encoding>) {
        let start = out.len();
        let want = want.max(SAMPLE_BYTES);
        // Marks have up to four bytes; a live source may give them one by one.
        while !self.ended && out.len() - start < 4 {
            self.read(out, want);
        }
        let told = match given {
            Some(given) => {
                let mark = Encoding::for_bom(&out[start..]).filter(|marked| marked.0 == given);
                Some((given, mark.map_or(0, |marked| marked.1)))
            }
            None => encoding::of_start(&out[start..]),
        };
        if let Some((encoding, mark)) = told {
            out.drain(start..start + mark);
            self.settle(out, start, encoding);
        } else {
            self.state = State::Ascii;
            self.judge(out, start);
        }
    }

    /// Settles the encoding if there is a byte beyond ASCII from `start` on.
    fn judge(&mut self, out: &mut Vec<u8>, start: usize) {
        let Some(from) = out[start..].iter().position(|byte| !byte.is_ascii()) else {
            return;
        };
        let from = start + from;
        loop {
            let end = if self.ended { SampleEnd::Text } else { SampleEnd::Cut };
            if let Some(encoding) = encoding::of_sample(&out[from..], end) {
                return self.settle(out, from, encoding);
            }
            self.read(out, SAMPLE_BYTES);
        }
    }

    fn settle(&mut self, out: &mut Vec<u8>, from: usize, encoding: &'static Encoding) {
        if encoding == UTF_8 {
            self.state = State::Utf8;
            return;
        }
        let raw = out.split_off(from);
        self.state = State::Decoded(Box::new(Decoding {
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: Vec::new(),
            scratch: vec![0; 1 << 16],
        }));
        self.decode(raw, out);
    }

    fn decode(&mut self, raw: Vec<u8>, out: &mut Vec<u8>) {
        let State::Decoded(decoding) = &mut self.state else {
            return;
        };
        let mut rest = raw.as_slice();
        loop {
            let (result, read, written) =
                decoding.decoder.decode_to_utf8_without_replacement(rest, &mut decoding.scratch, self.ended);
            rest = &rest[read..];
            out.extend_from_slice(&decoding.scratch[..written]);
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    out.extend_from_slice("\u{FFFD}".as_bytes());
                    self.replaced += 1;
                }
            }
        }
        decoding.raw = raw;
    }

    fn read(&mut self, out: &mut Vec<u8>, want: usize) {
        let read = match self.flow {
            Flow::File => (&mut self.source).take(want as u64).read_to_end(out),
            Flow::Live => read_once(&mut self.source, out, want.min(1 << 16)),
        };
        match read {
            Ok(0) => self.ended = true,
            Ok(_) => {}
            Err(error) => {
                self.fault = Some(self.source.explain(&self.file, error));
                self.ended = true;
            }
        }
    }
}

fn read_once(source: &mut impl Read, out: &mut Vec<u8>, want: usize) -> io::Result<usize> {
    let start = out.len();
    out.resize(start + want, 0);
    let read = loop {
        match source.read(&mut out[start..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    out.truncate(start + read.as_ref().map_or(0, |count| *count));
    read
}
