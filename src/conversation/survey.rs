//! What is noted of files while they are read, for whoever wants to know how they were understood.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{Format, Millis, Role, Sessions};

/// Rows of which the cells are kept.
const SAMPLES: usize = 3;

/// Different speakers that are counted; a column of messages taken for that of speakers has no end of them.
const MOST_SPEAKERS: usize = 2_000;

/// Notes that readers take of one file.
#[derive(Debug, Default)]
pub struct Survey {
    notes: Mutex<Notes>,
}

/// How a file was understood.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    /// The format; `None`: nothing could be told.
    pub format: Option<Format>,
    /// Whether it was packed.
    pub is_packed: bool,
    /// The preset of a chat that was recognised.
    pub preset: Option<&'static str>,
    /// The sheet that was read.
    pub sheet: Option<String>,
    /// The other sheets of the workbook.
    pub other_sheets: Vec<String>,
    /// How conversations without ids were parted: by which fields (none: by the customer of a chat), and after how long a
    /// silence.
    pub parted: Option<(Vec<&'static str>, Millis)>,
    /// The columns of a table, as they are named, with the field that each is read as.
    pub columns: Vec<(String, Option<&'static str>)>,
    /// The cells of the first rows.
    pub samples: Vec<Vec<String>>,
    /// The words or names that say who speaks: as whom they are known, and how often they stand.
    pub speakers: BTreeMap<String, (Option<Role>, u64)>,
    /// Messages of speakers beyond those that are counted.
    pub other_speakers: u64,
}

impl Survey {
    /// What was noted so far.
    pub fn notes(&self) -> Notes {
        self.note(|notes| notes.clone())
    }

    pub(super) fn file(&self, format: Format, is_packed: bool, preset: Option<&'static str>) {
        self.note(|notes| {
            notes.format = Some(format);
            notes.is_packed = is_packed;
            notes.preset = preset;
        });
    }

    #[cfg_attr(not(feature = "tables"), allow(dead_code, reason = "only the build that reads workbooks has sheets"))]
    pub(super) fn sheet(&self, name: &str, all: &[String]) {
        self.note(|notes| {
            notes.sheet = Some(name.to_owned());
            notes.other_sheets = all.iter().filter(|other| *other != name).cloned().collect();
        });
    }

    pub(super) fn sessions(&self, sessions: &Sessions) {
        self.note(|notes| notes.parted = Some(sessions.told()));
    }

    pub(super) fn columns(&self, columns: Vec<(String, Option<&'static str>)>) {
        self.note(|notes| notes.columns = columns);
    }

    /// Whether more rows are kept.
    pub(super) fn wants_samples(&self) -> bool {
        self.note(|notes| notes.samples.len() < SAMPLES)
    }

    /// Keeps the cells of a row, if it is one of the first.
    pub(super) fn sample(&self, cells: impl FnOnce() -> Vec<String>) {
        self.note(|notes| {
            if notes.samples.len() < SAMPLES {
                notes.samples.push(cells());
            }
        });
    }

    pub(super) fn speaker(&self, name: &str, role: Option<Role>) {
        self.note(|notes| {
            if let Some((_, count)) = notes.speakers.get_mut(name) {
                *count += 1;
            } else if notes.speakers.len() < MOST_SPEAKERS {
                notes.speakers.insert(name.to_owned(), (role, 1));
            } else {
                notes.other_speakers += 1;
            }
        });
    }

    fn note<T>(&self, with: impl FnOnce(&mut Notes) -> T) -> T {
        with(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
