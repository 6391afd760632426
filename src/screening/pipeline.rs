//! Whole files in parallel: chunks of lines go to the threads, results come back in input order.
//!
//! Memory is bounded by the chunks in flight, and by 16 bytes a conversation that tell repeats from differing ones.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::collector::{Collector, Item, Screened, ScreenedChunk};
use super::form::Screening;
use super::incomplete::leave_course_open;
use super::profiles::{Profile, Profiles};
use super::reading::{Event, Reading};
use super::screener::{ResponseTimes, Screener};
use super::tally::{Summary, Tally};
use crate::conversation::{BadRow, Chunk, Conversation, InputError, LineNumbers, RowOrder};

/// How many chunks may be read and not yet given out, for each thread.
const CHUNKS_A_THREAD: usize = 3;

const REPEAT: &str = "keep one of the two; where both are parts of one conversation, put their rows into one file; where they \
                      are two shops', screen each with its own --source";

const REPEAT_IN_GROUPED_ROWS: &str = "if the rows of this conversation are not next to each other, leave out \
                                      --grouped, else keep one of the two; where they are two shops', screen each with its own \
                                      --source";

/// Writes a screening to each of the outputs.
pub type Render<'r> = dyn Fn(&Conversation<'_>, &Screening, &mut [Vec<u8>]) + Sync + 'r;

/// How a run goes.
pub struct Pipeline<'p> {
    /// The rules, by profile.
    pub profiles: Profiles,
    /// Threads that screen; 1 screens on the calling thread.
    pub threads: usize,
    /// The source of conversations that name none, before that of their file or profile.
    pub source: Option<String>,
    /// The day of conversations that do not say when they began.
    pub day: Option<Date>,
    /// Joins what comes from elsewhere (points, preview) to a screening, by its profile.
    pub join: &'p (dyn Fn(&mut Screening, &Profile, Option<Date>) + Sync),
    /// Writes a screening to each of the outputs.
    pub render: &'p Render<'p>,
    /// How many outputs there are.
    pub outputs: usize,
    /// How the rows of tables were said to lie: what to do about a repeat that differs depends on it.
    pub rows: RowOrder,
    /// Whether the first bad row stops the run.
    pub strict: bool,
    /// Set from outside to stop early.
    pub interrupted: &'p AtomicBool,
}

/// What comes out of a run, in input order.
pub trait Sink {
    /// Why the sink can take no more.
    type Error;
    /// What one conversation wrote to output `output`.
    fn write(&mut self, output: usize, bytes: &[u8]) -> Result<(), Self::Error>;
    /// A row that could not be used.
    fn bad_row(&mut self, row: &BadRow) -> Result<(), Self::Error>;
    /// A file that could not be read to its end.
    fn unreadable(&mut self, error: &InputError) -> Result<(), Self::Error>;
    /// A chunk is done: whoever waits for answers may be given them.
    fn progress(&mut self, _summary: &Summary) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    /// The counts.
    pub summary: Summary,
    /// Whether it was stopped before the end of the input.
    pub stopped: Option<Stop>,
}

/// Why a run stopped early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It was interrupted from outside.
    Interrupted,
    /// A bad row, and the run was strict.
    BadRow,
}

impl Pipeline<'_> {
    /// Screens all chunks. What is screened is given out without waiting for more input.
    ///
    /// The chunks are read on a thread of their own. It is left behind when the run ends while it waits for input.
    pub fn run<S: Sink>(
        &self,
        chunks: impl Iterator<Item = Result<Chunk, InputError>> + Send + 'static,
        sink: &mut S,
    ) -> Result<Run, S::Error> {
        let mut collector = Collector::new(self.strict);
        let reading = Reading::start(chunks);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads);
        let stopped = match (self.threads > 1).then(|| pool.build()) {
            // Where no threads are to be had, the work is done here.
            None | Some(Err(_)) => {
                let mut screener = self.screener();
                self.drive(reading, 1, &mut collector, sink, |number, chunk| {
                    let screened = self.screen(&mut screener, &chunk);
                    Some(ScreenedChunk { number, file: chunk.file, screened })
                })?
            }
            Some(Ok(pool)) => {
                let screeners: Mutex<Vec<Screener>> = Mutex::new(Vec::new());
                let reports = reading.reports();
                pool.in_place_scope(|scope| {
                    self.drive(reading, self.threads, &mut collector, sink, |number, chunk| {
                        let (reports, screeners) = (reports.clone(), &screeners);
                        scope.spawn(move |_| {
                            let work = AssertUnwindSafe(|| self.screen_pooled(screeners, &chunk));
                            // The receiver is gone only when the run has stopped.
                            let _ = reports.send(match catch_unwind(work) {
                                Ok(screened) => Event::Screened(ScreenedChunk { number, file: chunk.file, screened }),
                                Err(failure) => Event::Failed(failure),
                            });
                        });
                        None
                    })
                })?
            }
        };
        Ok(Run { summary: collector.summary, stopped })
    }

    /// Hands chunks to `screen` and takes the results in input order. `screen` gives the result back, or lets it be
    /// reported.
    fn drive<S: Sink>(
        &self,
        mut reading: Reading<ScreenedChunk>,
        threads: usize,
        collector: &mut Collector,
        sink: &mut S,
        mut screen: impl FnMut(u64, Chunk) -> Option<ScreenedChunk>,
    ) -> Result<Option<Stop>, S::Error> {
        let mut waiting = BTreeMap::new();
        let (mut read, mut taken, mut exhausted) = (0_u64, 0_u64, false);
        loop {
            let interrupted = self.interrupted.load(Ordering::Relaxed);
            if taken == read && (exhausted || interrupted) {
                return Ok(interrupted.then_some(Stop::Interrupted));
            }
            if !exhausted && !interrupted {
                reading.order((threads * CHUNKS_A_THREAD).saturating_sub((read - taken) as usize));
            }
            match reading.wait() {
                None => continue,
                Some(Event::Failed(failure)) => resume_unwind(failure),
                Some(Event::Read(None)) => exhausted = true,
                // What comes in after an interruption is not wanted any more.
                Some(Event::Read(Some(_))) if interrupted => {}
                Some(Event::Read(Some(chunk))) => {
                    let number = read;
                    read += 1;
                    match chunk {
                        Err(error) => {
                            waiting.insert(number, Err(error));
                        }
                        Ok(chunk) => {
                            waiting.extend(screen(number, chunk).map(|screened| (number, Ok(screened))));
                        }
                    }
                }
                Some(Event::Screened(screened)) => {
                    waiting.insert(screened.number, Ok(screened));
                }
            }
            while let Some(screened) = waiting.remove(&taken) {
                taken += 1;
                if let ControlFlow::Break(stop) = collector.collect(screened, sink)? {
                    return Ok(Some(stop));
                }
            }
        }
    }

    fn screen_pooled(&self, screeners: &Mutex<Vec<Screener>>, chunk: &Chunk) -> Screened {
        let pooled = screeners.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut screener = pooled.unwrap_or_else(|| self.screener());
        let screened = self.screen(&mut screener, chunk);
        screeners.lock().unwrap_or_else(PoisonError::into_inner).push(screener);
        screened
    }

    fn screener(&self) -> Screener {
        Screener::new(Arc::clone(&self.profiles.otherwise().rules)).with_day(self.day)
    }

    fn screen(&self, screener: &mut Screener, chunk: &Chunk) -> Screened {
        let mut screened = Screened {
            items: Vec::new(),
            outputs: vec![Vec::new(); self.outputs],
            replaced: chunk.replaced,
            repeat_advice: match (&chunk.lines, self.rows) {
                (LineNumbers::Each(_), RowOrder::Grouped) => REPEAT_IN_GROUPED_ROWS,
                (LineNumbers::Consecutive { .. }, _) | (_, RowOrder::Scattered) => REPEAT,
            },
        };
        let mut bad = chunk.bad.iter().peekable();
        for (line, text) in chunk.lines() {
            while let Some(row) = bad.next_if(|row| row.line <= line) {
                screened.items.push(Item::Bad(row.clone()));
            }
            match Conversation::from_json(text) {
                Err(error) => screened.items.push(Item::Bad(BadRow::of_record(&chunk.file, line, &error))),
                Ok(mut conversation) => {
                    let profile = self.profiles.complete(&mut conversation, self.source.as_deref(), chunk);
                    screener.turn_to(&profile.rules);
                    let mut screening = screener.screen(&conversation);
                    let mut times = screener.response_times();
                    if chunk.lost_rows(line) {
                        leave_course_open(&profile.rules, &mut screening);
                        times = ResponseTimes::default();
                    }
                    (self.join)(&mut screening, profile, screener.day(&conversation));
                    let starts: Vec<usize> = screened.outputs.iter().map(Vec::len).collect();
                    (self.render)(&conversation, &screening, &mut screened.outputs);
                    let written = starts.iter().zip(&screened.outputs).map(|(&start, output)| start..output.len());
                    screened.items.push(Item::Conversation {
                        key: conversation.key_hash(),
                        fingerprint: conversation.fingerprint(),
                        line,
                        written: written.collect(),
                        profile: profile.name.clone(),
                        tally: Box::new(Tally::new(&conversation, &screening, times, screener.relabelled())),
                    });
                }
            }
        }
        screened.items.extend(bad.cloned().map(Item::Bad));
        screened
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Zone;
    use crate::dictionary::Dictionary;
    use crate::screening::{Overrides, RuleSet, RuleSetOptions};

    struct Nowhere;

    impl Sink for Nowhere {
        type Error = std::convert::Infallible;
        fn write(&mut self, _: usize, _: &[u8]) -> Result<(), Self::Error> {
            Ok(())
        }
        fn bad_row(&mut self, _: &BadRow) -> Result<(), Self::Error> {
            Ok(())
        }
        fn unreadable(&mut self, _: &InputError) -> Result<(), Self::Error> {
            Ok(())
        }
    }

    #[test]
    fn a_thread_that_fails_ends_the_run() {
        let options = RuleSetOptions { zone: Zone::named("Asia/Shanghai").unwrap(), overrides: Overrides::default() };
        let rules = Arc::new(RuleSet::new(&Dictionary::default(), &options).unwrap());
        let chunk = Chunk {
            file: "f".into(),
            text: "{\"id\":\"c\",\"messages\":[]}\n".to_owned(),
            lines: LineNumbers::Consecutive { first: 1 },
            incomplete: Vec::new(),
            bad: Vec::new(),
            replaced: 0,
            encoding: "UTF-8",
            unsaid: Arc::default(),
        };
        for threads in [1, 2] {
            let pipeline = Pipeline {
                profiles: Profiles::from(Arc::clone(&rules)),
                threads,
                source: None,
                day: None,
                join: &|_, _, _| panic!("a defect, for the test"),
                render: &|_, _, _| {},
                outputs: 0,
                rows: RowOrder::Scattered,
                strict: false,
                interrupted: &AtomicBool::new(false),
            };
            let chunks = std::iter::once(Ok(chunk.clone()));
            let run = catch_unwind(AssertUnwindSafe(|| pipeline.run(chunks, &mut Nowhere)));
            assert!(run.is_err(), "{threads} threads");
        }
    }
}
