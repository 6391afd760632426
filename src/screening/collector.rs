//! Screened chunks in input order: what is written, what is counted, and which conversations come again.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use super::pipeline::{Sink, Stop};
use super::seen::Seen;
use super::tally::{Summary, Tally};
use crate::conversation::{BadRow, InputError};

/// A screened chunk, with where it belongs.
#[derive(Debug)]
pub(super) struct ScreenedChunk {
    /// Its place in the input.
    pub(super) number: u64,
    pub(super) file: Arc<str>,
    pub(super) screened: Screened,
}

/// What became of a chunk.
#[derive(Debug, Default)]
pub(super) struct Screened {
    pub(super) items: Vec<Item>,
    pub(super) outputs: Vec<Vec<u8>>,
    pub(super) replaced: u64,
    /// What to do about a conversation in it that was read before and differs.
    pub(super) repeat_advice: &'static str,
}

#[derive(Debug)]
pub(super) enum Item {
    Bad(BadRow),
    Conversation {
        key: u64,
        fingerprint: u64,
        line: u64,
        written: Vec<Range<usize>>,
        profile: Option<Arc<str>>,
        tally: Box<Tally>,
    },
}

/// Takes the screened chunks in input order.
pub(super) struct Collector {
    pub(super) summary: Summary,
    strict: bool,
    seen: Seen,
}

impl Collector {
    pub(super) fn new(strict: bool) -> Self {
        Self { summary: Summary::default(), strict, seen: Seen::default() }
    }

    pub(super) fn collect<S: Sink>(
        &mut self,
        screened: Result<ScreenedChunk, InputError>,
        sink: &mut S,
    ) -> Result<ControlFlow<Stop>, S::Error> {
        let ScreenedChunk { file, screened, .. } = match screened {
            Ok(screened) => screened,
            Err(error) => {
                sink.unreadable(&error)?;
                return Ok(if self.strict { ControlFlow::Break(Stop::BadRow) } else { ControlFlow::Continue(()) });
            }
        };
        self.summary.replaced += screened.replaced;
        // What stands next to each other is written at once.
        let mut pending: Vec<Range<usize>> = vec![0..0; screened.outputs.len()];
        for item in screened.items {
            let bad = match item {
                Item::Bad(row) => row,
                Item::Conversation { key, fingerprint, line, written, profile, tally } => {
                    match self.seen.insert(key, fingerprint) {
                        None => {
                            self.summary.add(&tally);
                            *self.summary.profiles.entry(profile.unwrap_or_default()).or_default() += 1;
                            for (output, range) in written.into_iter().enumerate() {
                                if range.start != pending[output].end {
                                    sink.write(output, &screened.outputs[output][pending[output].clone()])?;
                                    pending[output].start = range.start;
                                }
                                pending[output].end = range.end;
                            }
                            continue;
                        }
                        Some(first) if first == fingerprint => {
                            self.summary.repeats += 1;
                            continue;
                        }
                        Some(_) => differing(&file, line, screened.repeat_advice),
                    }
                }
            };
            for (output, range) in pending.iter_mut().enumerate() {
                sink.write(output, &screened.outputs[output][range.clone()])?;
                range.start = range.end;
            }
            *self.summary.bad_rows.entry(bad.code.to_string()).or_default() += 1;
            sink.bad_row(&bad)?;
            if self.strict {
                return Ok(ControlFlow::Break(Stop::BadRow));
            }
        }
        for (output, range) in pending.into_iter().enumerate() {
            sink.write(output, &screened.outputs[output][range])?;
        }
        sink.progress(&self.summary)?;
        Ok(ControlFlow::Continue(()))
    }
}

/// The bad row that a second conversation of the same id is, when it differs.
fn differing(file: &Arc<str>, line: u64, advice: &str) -> BadRow {
    BadRow {
        file: Arc::clone(file),
        line,
        code: "differing-repeat",
        field: Some("id".to_owned()),
        reason: format!("a conversation with this id was read before and differs; {advice}"),
    }
}
