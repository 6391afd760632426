//! How much a Parquet file may be.

use super::ColumnarError;

/// What may be unpacked whatever the ratio.
const ALWAYS_ALLOWED: u64 = 16 << 20;

/// How much a Parquet file may unpack to: what its pages hold, and what its cells say, since a few bytes may say a long text many
/// times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How many times its size, beyond 16 MiB; `None`: no bound.
    pub ratio: Option<u64>,
}

/// What was unpacked so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    times: u64,
    left: u64,
}

impl Bounds {
    pub(super) fn of_size(self, size: u64) -> Allowance {
        let left = self.ratio.map_or(u64::MAX, |ratio| size.saturating_mul(ratio).max(ALWAYS_ALLOWED));
        Allowance { times: self.ratio.unwrap_or(0), left }
    }
}

impl Allowance {
    pub(super) fn take(&mut self, bytes: u64) -> Result<(), ColumnarError> {
        self.left = self.left.checked_sub(bytes).ok_or(ColumnarError::RatioExceeded { times: self.times })?;
        Ok(())
    }
}
