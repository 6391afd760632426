//! The settings file (`zhijian.toml`) as written: what every run uses, how exports are read, and which shop has which rules,
//! limits and hours. Nothing is looked up here; every value knows where it stands, so that whoever does can point at it.

pub mod code;
mod export;
mod hours;
mod options;
mod profile;
mod reader;
pub mod written;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

use super::diagnostic::Diagnostic;
use super::files::Files;
use super::pack::Origin;
use super::problems::Problems;
use super::source::SourceText;

pub use options::{OPTIONS, OptionKind, OptionSpec};

/// A file of settings has at most so many bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// Profiles, exports, and entries of one list.
pub const MAX_ENTRIES: usize = 1_000;

/// A value, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<T> {
    /// What is written.
    pub value: T,
    /// Where.
    pub origin: Origin,
    /// How many characters of its line it takes.
    pub length: u32,
}

impl<T> Stated<T> {
    /// Another value in the same place.
    pub fn with<U>(&self, value: U) -> Stated<U> {
        Stated { value, origin: self.origin.clone(), length: self.length }
    }

    /// An error about it.
    pub fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.origin.clone(), message).underline(self.length as usize)
    }

    /// A warning about it.
    pub fn warning(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(code, self.origin.clone(), message).underline(self.length as usize)
    }
}

/// A settings file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What every run uses.
    pub options: Options,
    /// How files are read; the first whose files match holds.
    pub exports: Vec<Export>,
    /// What holds for which conversations; the first whose conditions all hold.
    pub profiles: Vec<ProfileTable>,
}

/// `[options]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Options of one value, by the names of [`OPTIONS`], in canonical form.
    pub single: BTreeMap<&'static str, Stated<String>>,
    /// Folders of dictionaries.
    pub dictionaries: Vec<Stated<String>>,
    /// Changes to the rules.
    pub changes: Changes,
}

/// Changes to the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Parameters.
    pub set: Vec<Stated<Setting>>,
    /// Rules to turn on.
    pub enable: Vec<Stated<String>>,
    /// Rules to turn off.
    pub disable: Vec<Stated<String>>,
}

/// A parameter of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The rule.
    pub rule: String,
    /// The parameter.
    pub parameter: String,
    /// Its value as text.
    pub value: String,
}

/// `[[export]]`: how files are read, and what they do not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its header.
    pub header: Stated<()>,
    /// Patterns of file names; `None`: all files.
    pub files: Option<Vec<Stated<String>>>,
    /// Keys of one text, by their names.
    pub texts: BTreeMap<&'static str, Stated<String>>,
    /// Field and column.
    pub map: Vec<Stated<(String, String)>>,
    /// Role and word.
    pub role_words: Vec<Stated<(String, String)>>,
    /// Presets and line templates of plain chat exports.
    pub template: Vec<Stated<String>>,
    /// Fields that tell conversations apart.
    pub session_by: Vec<Stated<String>>,
    /// Whether the rows of a conversation stand together.
    pub grouped: Option<Stated<bool>>,
}

/// `[[profile]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileTable {
    /// Its name.
    pub name: Stated<String>,
    /// Conditions by field (`shop`, `channel`, `queue`, `team`): any of these patterns.
    pub conditions: BTreeMap<&'static str, Vec<Stated<String>>>,
    /// The packs that are used; `None`: all.
    pub packs: Option<Vec<Stated<String>>>,
    /// The rulebook of the preview.
    pub rulebook: Option<Stated<String>>,
    /// The source of conversations that name none.
    pub source: Option<Stated<String>>,
    /// Changes to the rules.
    pub changes: Changes,
    /// Wording to use instead of a term of a rule.
    pub suggestions: Vec<Stated<Suggestion>>,
    /// Texts that a machine sends as the agent.
    pub auto_replies: Vec<Stated<String>>,
    /// Whether its conversations are telephone calls.
    pub telephone: Option<Stated<bool>>,
    /// When its clocks run.
    pub hours: Option<HoursTable>,
}

/// Wording to use instead of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The rule.
    pub rule: String,
    /// The term, as the dictionary writes it.
    pub term: String,
    /// What to say instead.
    pub wording: String,
}

/// `[profile.hours]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursTable {
    /// Its header.
    pub header: Stated<()>,
    /// The zone of its times of day; `None`: that of the run.
    pub zone: Option<Stated<String>>,
    /// Shifts of the days of the week.
    pub weekly: Vec<Stated<WeeklyShift>>,
    /// First and last day of each holiday.
    pub closed: Vec<Stated<(Date, Date)>>,
    /// Shifts of single days.
    pub extra: Vec<Stated<ExtraShift>>,
}

/// A shift of some days of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyShift {
    /// The days.
    pub days: Vec<Weekday>,
    /// When it begins, in minutes of the day.
    pub from: u16,
    /// When it ends; where that is not later, on the next day.
    pub to: u16,
}

/// A shift of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraShift {
    /// The day.
    pub day: Date,
    /// When it begins, in minutes of the day.
    pub from: u16,
    /// When it ends; where that is not later, on the next day.
    pub to: u16,
}

impl Settings {
    /// The fields by which profiles are chosen.
    pub const CONDITIONS: [&'static str; 4] = ["shop", "channel", "queue", "team"];

    /// Reads a file of this name. What is wrong is reported, all in one go, and left out.
    pub fn read(file: &str, bytes: &[u8]) -> (Self, Vec<Diagnostic>) {
        let mut problems = Problems::default();
        let mut settings = Self::default();
        if bytes.len() > MAX_BYTES {
            let origin = Origin { file: file.into(), line: 0, column: 0 };
            let message = format!("the settings are larger than {} KiB", MAX_BYTES >> 10);
            problems.push(Diagnostic::error(code::TOO_LARGE, origin, message).advise("is this the right file?"));
        } else if let Some(source) = SourceText::read(file, bytes, &mut problems) {
            settings = reader::settings(&source, &mut problems);
        }
        let files: Files = [(file.to_owned(), bytes.to_vec())].into_iter().collect();
        (settings, problems.finish(&files))
    }

    /// Fills in the lines that problems found later point at.
    pub fn show_lines(file: &str, bytes: &[u8], problems: &mut [Diagnostic]) {
        let files: Files = [(file.to_owned(), bytes.to_vec())].into_iter().collect();
        files.show_lines(problems);
    }
}
