//! Reading on a thread of its own, so that Ctrl-C is heard while standard input has nothing to give.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use crate::conversation::{Chunk, Chunks, InputError};

/// How many chunks are read ahead.
const AHEAD: usize = 2;

/// How soon an interruption is noticed.
const PATIENCE: Duration = Duration::from_millis(50);

/// The chunks of all inputs, until they end or the run is interrupted.
pub(super) struct Reading {
    chunks: Receiver<Result<Chunk, InputError>>,
    reader: Option<JoinHandle<()>>,
    interrupted: Arc<AtomicBool>,
}

impl Reading {
    /// Starts to read. The thread is left behind when it waits for input that nobody wants any more; it ends with the
    /// process.
    pub(super) fn start(chunks: Chunks, interrupted: &Arc<AtomicBool>) -> Self {
        let (sender, receiver) = sync_channel(AHEAD);
        let reader = spawn(move || {
            for chunk in chunks {
                if sender.send(chunk).is_err() {
                    break;
                }
            }
        });
        Self { chunks: receiver, reader: Some(reader), interrupted: Arc::clone(interrupted) }
    }
}

impl Iterator for Reading {
    type Item = Result<Chunk, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.chunks.recv_timeout(PATIENCE) {
                Ok(chunk) => return Some(chunk),
                Err(RecvTimeoutError::Timeout) if self.interrupted.load(Ordering::Relaxed) => return None,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    // A reader that failed must not look like the end of the input.
                    if let Some(Err(panic)) = self.reader.take().map(JoinHandle::join) {
                        resume_unwind(panic);
                    }
                    return None;
                }
            }
        }
    }
}
