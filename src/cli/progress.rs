//! Progress of long work on a terminal: rate, share done, time left.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::columns::grouped;
use crate::screening::Summary;

/// A bar on standard error, where that is a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
}

impl Progress {
    /// `total` is the size of all input; unknown for standard input.
    pub(super) fn new(total: Option<u64>, read: Arc<AtomicU64>, quiet: bool) -> Self {
        let template = match total {
            Some(_) => "{spinner} {percent:>3}% [{bar:30}] {bytes}/{total_bytes} · {msg} · 剩余 {eta}",
            None => "{spinner} {bytes} · {msg} · {elapsed}",
        };
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(8) };
        let bar = ProgressBar::with_draw_target(total, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━─"));
        }
        Self { bar, read }
    }

    pub(super) fn show(&self, summary: &Summary) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        let millis = u64::try_from(self.bar.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = summary.messages.saturating_mul(1000) / millis;
        self.bar.set_message(format!("{} 条消息 · {} 条/秒", grouped(summary.messages), grouped(rate)));
    }

    /// Prints a line without breaking the bar.
    pub(super) fn say(&self, line: &str) {
        if self.bar.is_hidden() { super::complain(format_args!("{line}\n")) } else { self.bar.println(line) }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
