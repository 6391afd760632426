//! Profiles as written become profiles that hold: their changes laid over each other, compiled, with hours and rulebook.

use std::sync::Arc;

use super::overrides::Overrides;
use super::practice::Practice;
use super::profiles::{Condition, Field, Profile, Profiles};
use super::rule_set::{RuleSetError, RuleSetOptions};
use super::rule_sets::RuleSets;
use crate::conversation::{ServiceHours, Shift, Zone};
use crate::dictionary::settings::{Changes, HoursTable, ProfileTable, Settings};
use crate::dictionary::{Diagnostic, Dictionary, Severity};
use crate::scoring::{Rulebook, Rulebooks};

/// What holds for all profiles.
#[derive(Debug, Clone)]
pub struct Common {
    /// The zone of wall clocks and days.
    pub zone: Zone,
    /// Changes that beat those of the settings.
    pub overrides: Overrides,
    /// The rulebook.
    pub rulebook: Option<Arc<Rulebook>>,
    /// Whether it beats those of profiles.
    pub is_rulebook_fixed: bool,
    /// The source of conversations that name none, where neither file nor profile says it.
    pub source: Option<String>,
}

/// Which profiles are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'w> {
    /// Those that conversations choose.
    All,
    /// This one, for everything.
    Named(&'w str),
    /// None: what holds where no profile does.
    Otherwise,
}

/// Why there are no profiles.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfilesError {
    /// There is none of this name.
    #[error("there is no profile `{name}`; known are {}", known.join(", "))]
    UnknownProfile {
        /// As given.
        name: String,
        /// The names of all.
        known: Vec<String>,
    },
    /// The rules of a profile are in error.
    #[error("{}{source}", profile.as_ref().map_or(String::new(), |name| format!("profile `{name}`: ")))]
    Rules {
        /// The profile; `None`: what holds where none does.
        profile: Option<String>,
        /// What is wrong.
        source: RuleSetError,
    },
}

impl Profiles {
    /// Compiles what is wanted; returns the warnings of the rules as well. The settings have been checked.
    pub fn resolve(
        settings: &Settings,
        dictionary: &Dictionary,
        rulebooks: &Rulebooks,
        common: &Common,
        wanted: Wanted<'_>,
    ) -> Result<(Self, Vec<Diagnostic>), ProfilesError> {
        let mut resolver = Resolver {
            settings,
            dictionary,
            rulebooks,
            common,
            sets: if settings.profiles.is_empty() || wanted != Wanted::All {
                RuleSets::alone(dictionary)
            } else {
                RuleSets::new(dictionary)
            },
            problems: Vec::new(),
        };
        let profiles = match wanted {
            Wanted::Otherwise => Self::forced(resolver.otherwise()?),
            Wanted::Named(name) => {
                let known = || settings.profiles.iter().map(|profile| profile.name.value.clone()).collect();
                let table = settings.profiles.iter().find(|profile| profile.name.value == name);
                let unknown = || ProfilesError::UnknownProfile { name: name.to_owned(), known: known() };
                Self::forced(resolver.profile(table.ok_or_else(unknown)?)?)
            }
            Wanted::All => {
                let otherwise = resolver.otherwise()?;
                let tables = settings.profiles.iter();
                let named = tables.map(|table| resolver.profile(table)).collect::<Result<Vec<_>, _>>()?;
                Self::new(named, otherwise)
            }
        };
        Ok((profiles, resolver.problems))
    }
}

/// The conditions of a profile.
pub(super) fn conditions(table: &ProfileTable) -> Vec<Condition> {
    let of = |field: Field| {
        let any_of = table.conditions.get(field.as_str())?;
        Some(Condition { field, any_of: any_of.iter().map(|pattern| pattern.value.clone()).collect() })
    };
    Field::ALL.into_iter().filter_map(of).collect()
}

impl From<&Changes> for Overrides {
    fn from(changes: &Changes) -> Self {
        let settings = changes.set.iter().map(|stated| stated.value.clone());
        Self {
            set: settings.map(|setting| (setting.rule, setting.parameter, setting.value)).collect(),
            enable: changes.enable.iter().map(|name| name.value.clone()).collect(),
            disable: changes.disable.iter().map(|name| name.value.clone()).collect(),
        }
    }
}

struct Resolver<'r> {
    settings: &'r Settings,
    dictionary: &'r Dictionary,
    rulebooks: &'r Rulebooks,
    common: &'r Common,
    sets: RuleSets<'r>,
    problems: Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn otherwise(&mut self) -> Result<Profile, ProfilesError> {
        let overrides = Overrides::from(&self.settings.options.changes);
        let overrides = overrides.then(&self.common.overrides, self.dictionary);
        let rules = self.compile(None, overrides, &Practice::default())?;
        let (rulebook, source) = (self.common.rulebook.clone(), self.common.source.clone());
        Ok(Profile { rulebook, source, ..Profile::of_all(rules) })
    }

    fn profile(&mut self, table: &ProfileTable) -> Result<Profile, ProfilesError> {
        let common = self.common;
        let overrides = Overrides::from(&self.settings.options.changes)
            .then(&self.outside(table), self.dictionary)
            .then(&Overrides::from(&table.changes), self.dictionary)
            .then(&common.overrides, self.dictionary);
        let suggestions = table.suggestions.iter().map(|stated| stated.value.clone());
        let practice = Practice {
            hours: table.hours.as_ref().map(|hours| Arc::new(service_hours(hours, &common.zone))),
            suggestions: suggestions.map(|one| (one.rule, one.term, one.wording)).collect(),
            auto_replies: table.auto_replies.iter().map(|text| text.value.clone()).collect(),
            is_telephone: table.telephone.as_ref().is_some_and(|telephone| telephone.value),
        };
        let rules = self.compile(Some(table), overrides, &practice)?;
        let rulebook = match &table.rulebook {
            Some(id) if !common.is_rulebook_fixed => self.rulebooks.get(&id.value).cloned().map(Arc::new),
            _ => common.rulebook.clone(),
        };
        let source = table.source.as_ref().map(|source| source.value.clone()).or_else(|| common.source.clone());
        let name = Some(table.name.value.as_str().into());
        Ok(Profile { name, conditions: conditions(table), rulebook, source, ..Profile::of_all(rules) })
    }

    /// The rules of packs that a profile does not use, turned off.
    fn outside(&self, table: &ProfileTable) -> Overrides {
        let Some(packs) = &table.packs else { return Overrides::default() };
        let is_outside = |id: &str| !packs.iter().any(|pack| pack.value == id);
        let outside = self.dictionary.packs.iter().filter(|pack| is_outside(&pack.id));
        let disable = outside.flat_map(|pack| &pack.rules).map(|rule| rule.id.clone()).collect();
        Overrides { disable, ..Overrides::default() }
    }

    fn compile(
        &mut self,
        table: Option<&ProfileTable>,
        overrides: Overrides,
        practice: &Practice,
    ) -> Result<Arc<super::rule_set::RuleSet>, ProfilesError> {
        let options = RuleSetOptions { zone: self.common.zone.clone(), overrides };
        let failed = |source| ProfilesError::Rules { profile: table.map(|table| table.name.value.clone()), source };
        let (rules, problems) = self.sets.compile(&options, practice).map_err(failed)?;
        // What is wrong with the dictionaries themselves is said by whoever loaded them.
        let is_error = |problem: &Diagnostic| problem.severity == Severity::Error;
        if table.is_some() && problems.iter().any(is_error) {
            return Err(failed(RuleSetError::Dictionary(problems)));
        }
        self.problems.extend(problems);
        Ok(Arc::new(rules))
    }
}

/// The hours of a profile. A zone that is not known was reported.
fn service_hours(table: &HoursTable, zone: &Zone) -> ServiceHours {
    let own = table.zone.as_ref().and_then(|name| Zone::named(&name.value).ok());
    let mut week: [Vec<Shift>; 7] = Default::default();
    for stated in &table.weekly {
        for day in &stated.value.days {
            let day = usize::from(day.to_monday_zero_offset().unsigned_abs());
            week[day].extend(Shift::new(stated.value.from, stated.value.to));
        }
    }
    let closed = table.closed.iter().map(|stated| stated.value).collect();
    let extra = table.extra.iter().filter_map(|stated| {
        let shift = Shift::new(stated.value.from, stated.value.to)?;
        Some((stated.value.day, shift))
    });
    ServiceHours::new(own.unwrap_or_else(|| zone.clone()), week, closed, extra.collect())
}
