//! Rows that could not be read: the first ones on standard error, all of them in a file.

use std::path::Path;

use super::output::Output;
use super::progress::Progress;
use crate::conversation::BadRow;

/// So many are shown on standard error; all are counted, and `--bad-rows` writes all.
pub(super) const SHOWN: u64 = 20;

/// Takes bad rows as they come.
pub(super) struct BadRows {
    file: Option<Output>,
    count: u64,
}

impl BadRows {
    /// `path`: where all of them are written.
    pub(super) fn create(path: Option<&Path>) -> anyhow::Result<Self> {
        Ok(Self { file: path.map(Output::create).transpose()?, count: 0 })
    }

    pub(super) fn take(&mut self, row: &BadRow, progress: &Progress) -> anyhow::Result<()> {
        self.count += 1;
        if self.count <= SHOWN {
            let field = row.field.as_ref().map_or(String::new(), |field| format!(" {field}:"));
            progress.say(&format!("{}:{}: {}:{field} {}", row.file, row.line, row.code, row.reason));
        }
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_vec(row)?;
            line.push(b'\n');
            file.write(&line)?;
        }
        Ok(())
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn say_how_many_more(&self) {
        if self.count > SHOWN {
            let more = self.count - SHOWN;
            super::complain(format_args!("{more} more bad rows; --bad-rows FILE writes them all\n"));
        }
    }

    pub(super) fn output(&mut self) -> Option<&mut Output> {
        self.file.as_mut()
    }

    pub(super) fn into_output(self) -> Option<Output> {
        self.file
    }
}
