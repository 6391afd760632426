//! What holds for a run: flags beat the environment, which beats the settings file, which beats what holds otherwise. Of every
//! value it is known who said it.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::arguments::{ContextArguments, InputArguments, RuleArguments};
use super::settings_arguments::SettingsArguments;
use crate::dictionary::settings::{MAX_BYTES, OPTIONS, OptionKind, OptionSpec, Settings};
use crate::dictionary::{Diagnostic, Severity};

/// The file that is used where none is named and it is there.
const USUAL: &str = "zhijian.toml";
/// The variable that names another.
pub(super) const VARIABLE: &str = "ZHIJIAN_SETTINGS";

/// Who said a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// This flag.
    Flag(&'static str),
    /// This variable of the environment.
    Environment(&'static str),
    /// This line of the settings file.
    File(u32),
    /// Nobody: it holds where nobody says otherwise.
    Nobody,
}

impl Said {
    /// Whether it was said for this run, and so beats what files say of some conversations.
    pub(super) fn is_for_the_run(&self) -> bool {
        matches!(self, Self::Flag(_) | Self::Environment(_))
    }
}

impl Said {
    /// What to look at where a value of an option is wrong.
    pub(super) fn place(&self, option: &str) -> String {
        match self {
            Self::Flag(name) => format!("--{name}"),
            Self::Environment(name) => (*name).to_owned(),
            Self::File(line) => format!("settings, line {line}: {option}"),
            Self::Nobody => option.to_owned(),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(formatter, "flag --{name}"),
            Self::Environment(name) => write!(formatter, "environment {name}"),
            Self::File(line) => write!(formatter, "line {line}"),
            Self::Nobody => formatter.write_str("default"),
        }
    }
}

/// A settings file that was read.
#[derive(Debug)]
pub(super) struct SettingsFile {
    /// As it was named.
    pub(super) path: PathBuf,
    /// Its folder: paths in it begin there.
    pub(super) folder: PathBuf,
    pub(super) bytes: Vec<u8>,
    pub(super) settings: Settings,
}

/// What holds for a run.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) file: Option<SettingsFile>,
    values: BTreeMap<&'static str, (String, Said)>,
}

/// What flags say, by the names of options.
pub(super) type Flags = Vec<(&'static str, Option<String>)>;

/// What a switch says: it can only be given.
pub(super) fn switch(given: bool) -> Option<String> {
    given.then(|| "true".to_owned())
}

impl RuleArguments {
    pub(super) fn flags(&self) -> Flags {
        vec![("time-zone", self.time_zone.clone()), ("no-built-in", switch(self.no_built_in))]
    }
}

impl ContextArguments {
    pub(super) fn flags(&self) -> Flags {
        let day = self.day.map(|day| day.to_string());
        vec![("rulebook", self.rulebook.clone()), ("source", self.source.clone()), ("day", day)]
    }
}

impl InputArguments {
    pub(super) fn flags(&self) -> Flags {
        let folder = self.temp_dir.as_ref().map(|folder| folder.display().to_string());
        vec![("temp-dir", folder), ("max-ratio", self.max_ratio.map(|ratio| ratio.to_string()))]
    }
}

impl Settled {
    /// Finds and reads the settings, and lays flags and environment over them. Errors in the file are printed, and keep it
    /// from being used.
    pub(super) fn new(arguments: &SettingsArguments, flags: impl IntoIterator<Item = Flags>) -> anyhow::Result<Self> {
        let file = match named(arguments) {
            Some(path) => {
                let (file, mut problems) = SettingsFile::read(path)?;
                if problems.iter().any(|problem| problem.severity == Severity::Error) {
                    file.print(&mut problems);
                    bail!(
                        "{}: the settings have errors; mend them, or leave them out with --no-settings",
                        file.path.display()
                    );
                }
                Some(file)
            }
            None => None,
        };
        Self::with(file, flags)
    }

    /// Lays flags and environment over a file.
    pub(super) fn with(file: Option<SettingsFile>, flags: impl IntoIterator<Item = Flags>) -> anyhow::Result<Self> {
        let flags: BTreeMap<&str, String> =
            flags.into_iter().flatten().filter_map(|(name, value)| Some((name, value?))).collect();
        let mut values = BTreeMap::new();
        for option in OPTIONS {
            let value = match flags.get(option.name) {
                Some(value) => Some((value.clone(), Said::Flag(option.name))),
                None => said(option, file.as_ref())?,
            };
            values.extend(value.map(|value| (option.name, value)));
        }
        Ok(Self { file, values })
    }

    /// The settings as written; without a file, those that say nothing.
    pub(super) fn settings(&self) -> &Settings {
        static NONE: std::sync::LazyLock<Settings> = std::sync::LazyLock::new(Settings::default);
        self.file.as_ref().map_or(&NONE, |file| &file.settings)
    }

    /// The value of an option and who said it.
    pub(super) fn value(&self, name: &str) -> Option<(&str, &Said)> {
        self.values.get(name).map(|(value, said)| (value.as_str(), said))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.value(name).map(|(value, _)| value)
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    pub(super) fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.text(name)?.parse().ok()
    }

    /// The folders of dictionaries: those of flags, else those of the file.
    pub(super) fn dictionaries(&self, arguments: &RuleArguments) -> Vec<PathBuf> {
        match &self.file {
            Some(file) if arguments.dictionaries.is_empty() => {
                let written = &file.settings.options.dictionaries;
                written.iter().map(|folder| file.folder.join(&folder.value)).collect()
            }
            _ => arguments.dictionaries.clone(),
        }
    }

    /// Names the file in use: one that is picked up in silence surprises.
    pub(super) fn say(&self) {
        if let Some(file) = &self.file {
            super::complain(format_args!("settings: {}\n", file.path.display()));
        }
    }
}

/// The file that is asked for, or found.
fn named(arguments: &SettingsArguments) -> Option<PathBuf> {
    if arguments.no_settings {
        return None;
    }
    if let Some(path) = &arguments.settings {
        return Some(path.clone());
    }
    match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        Some(path) => Some(PathBuf::from(path)),
        None => Path::new(USUAL).is_file().then(|| PathBuf::from(USUAL)),
    }
}

/// The file that a run without flags would use.
pub(super) fn usual() -> anyhow::Result<PathBuf> {
    named(&SettingsArguments::default())
        .with_context(|| format!("there is no {USUAL} in this folder, and {VARIABLE} names none; name the file"))
}

/// What environment, file, and the option itself say.
fn said(option: &OptionSpec, file: Option<&SettingsFile>) -> anyhow::Result<Option<(String, Said)>> {
    if let Some(value) = env::var_os(option.variable).filter(|value| !value.is_empty()) {
        let text = value.to_str().and_then(|text| option.read(text));
        let text =
            text.with_context(|| format!("{}: the value is not one; write {}", option.variable, option.expected()))?;
        return Ok(Some((text, Said::Environment(option.variable))));
    }
    if let Some((file, stated)) = file.and_then(|file| Some((file, file.settings.options.single.get(option.name)?))) {
        let value = match option.kind {
            OptionKind::Path => file.folder.join(&stated.value).display().to_string(),
            _ => stated.value.clone(),
        };
        return Ok(Some((value, Said::File(stated.origin.line))));
    }
    Ok(option.default.map(|value| (value.to_owned(), Said::Nobody)))
}

impl SettingsFile {
    /// Reads a file as far as it goes.
    pub(super) fn read(path: PathBuf) -> anyhow::Result<(Self, Vec<Diagnostic>)> {
        let mut bytes = Vec::new();
        let cannot = || format!("{}: the settings cannot be read; check the path and who may read it", path.display());
        let file = File::open(&path).with_context(cannot)?;
        // One byte more than allowed tells a file that is too large.
        file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(cannot)?;
        let (settings, problems) = Settings::read(&path.display().to_string(), &bytes);
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok((Self { path, folder, bytes, settings }, problems))
    }

    /// Prints problems with their lines; returns how many errors and warnings there are.
    pub(super) fn print(&self, problems: &mut [Diagnostic]) -> (usize, usize) {
        crate::dictionary::diagnostic::sort(problems);
        Settings::show_lines(&self.path.display().to_string(), &self.bytes, problems);
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        for problem in problems.iter() {
            super::complain(format_args!("{problem}\n\n"));
        }
        (errors, problems.len() - errors)
    }
}
