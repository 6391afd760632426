//! `settings check` and `settings schema`.

use std::io::Write as _;

use super::Outcome;
use super::arguments::RuleArguments;
use super::settings_arguments::SettingsCheckArguments;
use super::settled::{SettingsFile, Settled, usual};
use super::{dictionaries, exports, profiles};
use crate::conversation::Zone;
use crate::dictionary::Severity;
use crate::screening::{Wanted, check_settings};

/// Checks a file by itself, then beside the dictionaries, then by compiling every profile.
pub(super) fn check(arguments: &SettingsCheckArguments) -> anyhow::Result<Outcome> {
    let path = arguments.file.clone().map_or_else(usual, Ok)?;
    let (file, mut problems) = SettingsFile::read(path)?;
    let shown = file.path.display().to_string();
    // As a run would: what the environment says of dictionaries and zone counts.
    let settled = Settled::with(Some(file), [])?;
    let rules = RuleArguments::default();
    let folders = settled.dictionaries(&rules);
    let mut loaded = dictionaries::load(&folders, !settled.is_on("no-built-in") || folders.is_empty())?;
    let is_error = |severity: Severity| severity == Severity::Error;
    if loaded.diagnostics.iter().any(|problem| is_error(problem.severity)) {
        dictionaries::print_diagnostics(&mut loaded, Severity::Error);
        anyhow::bail!("the dictionaries have errors; mend them first: `zhijian dictionary check`");
    }
    let rulebooks = dictionaries::rulebooks(&loaded)?;
    problems.extend(check_settings(settled.settings(), &loaded.dictionary, &rulebooks));
    let zone = profiles::zone(&settled).ok();
    let zone = zone.map_or_else(|| Zone::named(super::arguments::ZONE), Ok)?;
    problems.extend(exports::check(&settled.settings().exports, &zone));
    let Some(file) = &settled.file else { return Ok(Outcome::NotDone) };
    let (errors, warnings) = file.print(&mut problems);
    if errors == 0 {
        // What only shows when the rules are put together.
        profiles::ready(&settled, &rules, Wanted::All)?;
    }
    let settings = settled.settings();
    writeln!(
        std::io::stdout(),
        "{shown}: {} profile(s), {} export(s), {errors} error(s), {warnings} warning(s)",
        settings.profiles.len(),
        settings.exports.len(),
    )?;
    Ok(if errors > 0 || (arguments.strict && warnings > 0) { Outcome::NotDone } else { Outcome::Done })
}

/// The JSON Schema for editors.
pub(super) fn schema() -> anyhow::Result<Outcome> {
    std::io::stdout().write_all(crate::dictionary::settings::written::schema().as_bytes())?;
    Ok(Outcome::Done)
}
