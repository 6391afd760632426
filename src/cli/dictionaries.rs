//! Loading dictionaries as the arguments say.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::arguments::{ContextArguments, RuleArguments};
use crate::conversation::Zone;
use crate::dictionary::{Diagnostic, Dictionary, Files, Severity, code};
use crate::scoring::{Rulebook, Rulebooks};
use crate::screening::{Overrides, RuleSet, RuleSetOptions};

/// The rulebook of the preview where none is named.
const DEFAULT_RULEBOOK: &str = "cloud-cs";

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

/// The rule set that the arguments ask for; problems of the dictionaries are printed.
pub(super) fn rule_set(arguments: &RuleArguments) -> anyhow::Result<(Arc<RuleSet>, Loaded)> {
    let mut loaded = load(&arguments.dictionaries, !arguments.no_built_in)?;
    let mut set = Vec::new();
    for text in &arguments.set {
        set.push(Overrides::parse_set(text).map_err(|reason| anyhow::anyhow!("--set {text}: {reason}"))?);
    }
    let options = RuleSetOptions {
        zone: zone(&arguments.time_zone)?,
        overrides: Overrides { set, enable: arguments.enable.clone(), disable: arguments.disable.clone() },
    };
    let (rules, problems) = RuleSet::compile(&loaded.dictionary, &options)?;
    loaded.diagnostics.extend(problems);
    if loaded.diagnostics.iter().any(|problem| problem.severity == Severity::Error) {
        print_diagnostics(&mut loaded, Severity::Error);
        bail!("the dictionaries have errors; mend them, or run `zhijian dictionary check` for the whole list");
    }
    Ok((Arc::new(rules), loaded))
}

/// The rulebooks of the dictionaries.
pub(super) fn rulebooks(loaded: &Loaded) -> anyhow::Result<Rulebooks> {
    let (rulebooks, problems) = loaded.dictionary.read_rulebooks(&loaded.files);
    match problems.first() {
        Some(problem) => bail!("a rulebook has errors:\n{problem}"),
        None => Ok(rulebooks),
    }
}

/// The rulebook that the arguments ask for.
pub(super) fn rulebook<'r>(
    rulebooks: &'r Rulebooks,
    arguments: &ContextArguments,
) -> anyhow::Result<Option<&'r Rulebook>> {
    match arguments.rulebook.as_deref() {
        // Who brings dictionaries without a rulebook is screened without a preview.
        None => Ok(rulebooks.get(DEFAULT_RULEBOOK)),
        Some("none") => Ok(None),
        Some(id) => rulebooks.get(id).map(Some).with_context(|| {
            let known = rulebooks.iter().map(|rulebook| rulebook.id.as_str()).chain(["none"]);
            format!("--rulebook {id}: there is no such rulebook; known are {}", known.collect::<Vec<_>>().join(", "))
        }),
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
