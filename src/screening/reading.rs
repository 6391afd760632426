//! Reading on a thread of its own, so that neither results nor an interruption wait for input that is slow to come.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::conversation::{Chunk, InputError};

/// How soon an interruption is noticed.
const PATIENCE: Duration = Duration::from_millis(50);

/// What a run waits for: reading and screening report to the same place, so that waiting for one never holds up the other.
pub(super) enum Event<S> {
    /// The next chunk, as it was ordered; none at the end of the input.
    Read(Option<Result<Chunk, InputError>>),
    /// A chunk is screened.
    Screened(S),
    /// A thread failed. Its work must not look like the end of the input.
    Failed(Box<dyn Any + Send>),
}

/// The reader, and where everything is reported.
pub(super) struct Reading<S> {
    orders: Sender<()>,
    /// Orders that were not answered yet.
    ordered: usize,
    reports: Sender<Event<S>>,
    events: Receiver<Event<S>>,
}

impl<S: Send + 'static> Reading<S> {
    /// Starts the thread. It reads only what is ordered. It is left behind when it waits for input that nobody wants any
    /// more, and ends with the process or the input.
    pub(super) fn start(chunks: impl Iterator<Item = Result<Chunk, InputError>> + Send + 'static) -> Self {
        let (orders, taken) = channel();
        let (reports, events) = channel();
        let report = reports.clone();
        std::thread::spawn(move || {
            let read = catch_unwind(AssertUnwindSafe(|| read(chunks, &taken, &report)));
            if let Err(failure) = read {
                let _ = report.send(Event::Failed(failure));
            }
        });
        Self { orders, ordered: 0, reports, events }
    }

    /// Orders chunks until `wanted` are under way.
    pub(super) fn order(&mut self, wanted: usize) {
        while self.ordered < wanted {
            // A reader that is gone has reported why.
            let _ = self.orders.send(());
            self.ordered += 1;
        }
    }

    /// Where the threads report.
    pub(super) fn reports(&self) -> Sender<Event<S>> {
        self.reports.clone()
    }

    /// What happened next; nothing if nothing did for a while.
    pub(super) fn wait(&mut self) -> Option<Event<S>> {
        match self.events.recv_timeout(PATIENCE) {
            Ok(event) => {
                self.ordered -= usize::from(matches!(event, Event::Read(_)));
                Some(event)
            }
            // A sender lives here too, so there is always somebody who could report.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }
}

fn read<S>(
    mut chunks: impl Iterator<Item = Result<Chunk, InputError>>,
    orders: &Receiver<()>,
    report: &Sender<Event<S>>,
) {
    while orders.recv().is_ok() {
        let chunk = chunks.next();
        let is_end = chunk.is_none();
        if report.send(Event::Read(chunk)).is_err() || is_end {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::LineNumbers;

    fn chunk() -> Chunk {
        Chunk {
            file: "f".into(),
            text: String::new(),
            lines: LineNumbers::Each(Vec::new()),
            incomplete: Vec::new(),
            bad: Vec::new(),
            replaced: 0,
            encoding: "UTF-8",
            unsaid: std::sync::Arc::default(),
        }
    }

    fn next(reading: &mut Reading<()>) -> Event<()> {
        std::iter::repeat_with(|| reading.wait()).flatten().next().unwrap()
    }

    #[test]
    fn no_more_is_read_than_was_ordered() {
        let (sender, read) = channel();
        let chunks = std::iter::repeat_with(move || sender.send(()).map(|()| Ok(chunk())).unwrap());
        let mut reading = Reading::start(chunks);
        reading.order(2);
        reading.order(2);
        for _ in 0..2 {
            assert!(matches!(next(&mut reading), Event::Read(Some(Ok(_)))));
        }
        assert!(reading.wait().is_none());
        assert_eq!(read.try_iter().count(), 2);
    }

    #[test]
    fn a_reader_that_fails_is_no_end_of_input() {
        let chunks = std::iter::once(Ok(chunk())).chain(std::iter::from_fn(|| panic!("a defect, for the test")));
        let mut reading = Reading::start(chunks);
        reading.order(3);
        assert!(matches!(next(&mut reading), Event::Read(Some(Ok(_)))));
        assert!(matches!(next(&mut reading), Event::Failed(_)));
    }
}
