//! The rules of a run, by profile, as arguments and settings say.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::arguments::RuleArguments;
use super::dictionaries::{self, Loaded};
use super::settled::Settled;
use crate::conversation::Zone;
use crate::dictionary::Severity;
use crate::scoring::{Rulebook, Rulebooks};
use crate::screening::{
    Common, Overrides, Profile, Profiles, ProfilesError, RuleSet, RuleSetError, Screening, Wanted, check_settings,
    join_preview,
};

/// The rulebook of the preview where none is named.
const DEFAULT_RULEBOOK: &str = "cloud-cs";

/// The rules of a run.
pub(super) struct Ready {
    pub(super) profiles: Profiles,
    pub(super) loaded: Loaded,
}

impl Ready {
    /// The rules where there is one set of them: that of the profile that was asked for, or what holds where none does.
    pub(super) fn rules(&self) -> &Arc<RuleSet> {
        &self.profiles.otherwise().rules
    }
}

/// Loads dictionaries and compiles the rules of all profiles, of one, or of none.
pub(super) fn ready(settled: &Settled, arguments: &RuleArguments, wanted: Wanted<'_>) -> anyhow::Result<Ready> {
    let folders = settled.dictionaries(arguments);
    let no_built_in = settled.is_on("no-built-in");
    if no_built_in && folders.is_empty() {
        bail!("--no-built-in leaves no rules; name dictionaries with --dictionaries, or in the settings");
    }
    let mut loaded = dictionaries::load(&folders, !no_built_in)?;
    let rulebooks = dictionaries::rulebooks(&loaded)?;
    if let Some(file) = &settled.file {
        let mut problems = check_settings(&file.settings, &loaded.dictionary, &rulebooks);
        problems.retain(|problem| problem.severity == Severity::Error);
        if !problems.is_empty() {
            file.print(&mut problems);
            bail!("{}: the settings have errors; `zhijian settings check` lists them", file.path.display());
        }
    }
    let common = Common {
        zone: zone(settled)?,
        overrides: overrides(arguments)?,
        rulebook: rulebook(&rulebooks, settled)?,
        is_rulebook_fixed: settled.value("rulebook").is_some_and(|(_, said)| said.is_for_the_run()),
        source: settled.text("source").map(str::to_owned),
    };
    let resolved = Profiles::resolve(settled.settings(), &loaded.dictionary, &rulebooks, &common, wanted);
    let (profiles, problems) = match resolved {
        Ok(resolved) => resolved,
        // What is wrong with flags is said as it always was.
        Err(ProfilesError::Rules { profile: None, source }) => return Err(source.into()),
        Err(ProfilesError::Rules { profile: Some(name), source: RuleSetError::Dictionary(problems) }) => {
            loaded.diagnostics.extend(problems);
            dictionaries::print_diagnostics(&mut loaded, Severity::Error);
            bail!("profile `{name}`: its rules have errors; look at its `set`, and run `zhijian dictionary check`");
        }
        Err(error @ ProfilesError::UnknownProfile { .. }) if settled.file.is_none() => {
            return Err(error).context("--profile: no settings file is in use; name one with --settings");
        }
        Err(error) => return Err(error).context("settings"),
    };
    loaded.diagnostics.extend(problems);
    if loaded.diagnostics.iter().any(|problem| problem.severity == Severity::Error) {
        dictionaries::print_diagnostics(&mut loaded, Severity::Error);
        bail!("the dictionaries have errors; mend them, or run `zhijian dictionary check` for the whole list");
    }
    Ok(Ready { profiles, loaded })
}

/// The profile that is asked for, or else all.
pub(super) fn wanted(profile: Option<&str>) -> Wanted<'_> {
    profile.map_or(Wanted::All, Wanted::Named)
}

/// The profile that is asked for, or else what holds where none does.
pub(super) fn wanted_alone(profile: Option<&str>) -> Wanted<'_> {
    profile.map_or(Wanted::Otherwise, Wanted::Named)
}

/// The zone of wall clocks and days.
pub(super) fn zone(settled: &Settled) -> anyhow::Result<Zone> {
    let (name, said) = settled.value("time-zone").context("time-zone: there is no zone")?;
    Zone::named(name).with_context(|| format!("{} {name}", said.place("time-zone")))
}

/// Gives a screening the points and the preview of its profile.
pub(super) fn join(screening: &mut Screening, profile: &Profile, day: Option<jiff::civil::Date>) {
    if let Some(rulebook) = &profile.rulebook {
        join_preview(rulebook, day, screening);
    }
}

/// What the flags change about the rules.
fn overrides(arguments: &RuleArguments) -> anyhow::Result<Overrides> {
    let mut set = Vec::new();
    for text in &arguments.set {
        set.push(Overrides::parse_set(text).map_err(|reason| anyhow::anyhow!("--set {text}: {reason}"))?);
    }
    Ok(Overrides { set, enable: arguments.enable.clone(), disable: arguments.disable.clone() })
}

/// The rulebook that flags, environment or options name.
fn rulebook(rulebooks: &Rulebooks, settled: &Settled) -> anyhow::Result<Option<Arc<Rulebook>>> {
    let arc = |rulebook: &Rulebook| Arc::new(rulebook.clone());
    match settled.value("rulebook") {
        // Who brings dictionaries without a rulebook is screened without a preview.
        None => Ok(rulebooks.get(DEFAULT_RULEBOOK).map(arc)),
        Some(("none", _)) => Ok(None),
        Some((id, said)) => rulebooks.get(id).map(arc).map(Some).with_context(|| {
            let known = rulebooks.iter().map(|rulebook| rulebook.id.as_str()).chain(["none"]);
            let known = known.collect::<Vec<_>>().join(", ");
            format!("{} {id}: there is no such rulebook; known are {known}", said.place("rulebook"))
        }),
    }
}
