//! Loading dictionaries as the arguments say.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::conversation::Zone;
use crate::dictionary::{Diagnostic, Dictionary, Files, Severity, code};
use crate::scoring::Rulebooks;

/// What names the dictionaries that are compiled in, where a folder could be given.
pub(super) const BUILT_IN: &str = "built-in";

/// Dictionaries with the files they came from and everything that is wrong with them.
pub(super) struct Loaded {
    pub(super) dictionary: Dictionary,
    pub(super) files: Files,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads a folder, in which something has to be.
fn read(folder: &Path) -> anyhow::Result<(Files, Vec<Diagnostic>)> {
    if !folder.is_dir() {
        bail!("{}: no such folder; give a folder of dictionaries or of one pack", folder.display());
    }
    let (read, problems) = Files::read(folder);
    if read.iter().next().is_none() && problems.is_empty() {
        bail!("{}: no pack and no shared file of dictionaries is in this folder", folder.display());
    }
    Ok((read, problems))
}

/// The dictionaries that an argument names alone: a folder, or those that are compiled in. Errors are printed and keep
/// them from being used.
pub(super) fn load_alone(named: &Path) -> anyhow::Result<Loaded> {
    let (files, mut diagnostics) =
        if named.as_os_str() == BUILT_IN { (Files::built_in(), Vec::new()) } else { read(named)? };
    let (dictionary, problems) = Dictionary::load(&files);
    diagnostics.extend(problems);
    diagnostics.extend(dictionary.read_rulebooks(&files).1);
    let mut loaded = Loaded { dictionary, files, diagnostics };
    if loaded.diagnostics.iter().any(|problem| problem.severity == Severity::Error) {
        print_diagnostics(&mut loaded, Severity::Error);
        bail!("{}: the dictionaries have errors; mend them first", named.display());
    }
    Ok(loaded)
}

/// Loads the built-in dictionaries and lays the folders over them.
pub(super) fn load(folders: &[PathBuf], built_in: bool) -> anyhow::Result<Loaded> {
    let mut files = if built_in { Files::built_in() } else { Files::default() };
    let mut diagnostics = Vec::new();
    for folder in folders {
        let (read, problems) = read(folder)?;
        diagnostics.extend(problems);
        diagnostics.extend(files.overlay(read));
    }
    let (dictionary, problems) = Dictionary::load(&files);
    diagnostics.extend(problems);
    Ok(Loaded { dictionary, files, diagnostics })
}

pub(super) fn zone(name: &str) -> anyhow::Result<Zone> {
    Zone::named(name).with_context(|| format!("--time-zone {name}"))
}

/// The rulebooks of the dictionaries.
pub(super) fn rulebooks(loaded: &Loaded) -> anyhow::Result<Rulebooks> {
    let (rulebooks, problems) = loaded.dictionary.read_rulebooks(&loaded.files);
    match problems.first() {
        Some(problem) => bail!("a rulebook has errors:\n{problem}"),
        None => Ok(rulebooks),
    }
}

/// Prints the problems that are at least this grave.
pub(super) fn print_diagnostics(loaded: &mut Loaded, least: Severity) -> (usize, usize) {
    crate::dictionary::diagnostic::sort(&mut loaded.diagnostics);
    loaded.diagnostics.dedup_by(|a, b| a.reads_like(b));
    // What follows from another problem comes after it.
    loaded.diagnostics.sort_by_key(|problem| {
        problem.code.starts_with("example-") || matches!(problem.code, "unknown-term" | code::UNKNOWN_RULE)
    });
    loaded.files.show_lines(&mut loaded.diagnostics);
    let (mut errors, mut warnings) = (0, 0);
    let mut text = String::new();
    for problem in &loaded.diagnostics {
        match problem.severity {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
        }
        if problem.severity == Severity::Error || least == Severity::Warning {
            let _ = writeln!(text, "{}\n", problem.render(&loaded.files.shown(&problem.origin.file)));
        }
    }
    super::complain(format_args!("{text}"));
    (errors, warnings)
}
