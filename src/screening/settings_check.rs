//! What is wrong with settings and only shows beside the dictionaries: names of rules, packs and terms that are not there, and
//! profiles that never hold.

use std::collections::BTreeSet;

use super::profiles::matches;
use super::resolve::conditions;
use crate::conversation::Zone;
use crate::dictionary::settings::{Changes, Export, ProfileTable, Settings, Stated, code};
use crate::dictionary::{Diagnostic, Dictionary, Rule, Value, nearest};
use crate::operator::{Operator, ParameterKind};
use crate::scoring::Rulebooks;

/// What stands for no rulebook.
const NO_RULEBOOK: &str = "none";

/// Everything that is wrong with settings beside a dictionary, in the order of the file.
pub fn check_settings(settings: &Settings, dictionary: &Dictionary, rulebooks: &Rulebooks) -> Vec<Diagnostic> {
    let mut check = Check { dictionary, rulebooks, problems: Vec::new() };
    let option = |name: &str| settings.options.single.get(name);
    if let Some(zone) = option("time-zone") {
        check.zone(zone);
    }
    if let Some(rulebook) = option("rulebook") {
        check.rulebook(rulebook);
    }
    check.changes(&settings.options.changes);
    for profile in &settings.profiles {
        check.profile(profile);
    }
    check.problems.extend(idle_profiles(&settings.profiles));
    check.problems.extend(idle_exports(&settings.exports));
    check.problems
}

struct Check<'c> {
    dictionary: &'c Dictionary,
    rulebooks: &'c Rulebooks,
    problems: Vec<Diagnostic>,
}

impl<'c> Check<'c> {
    fn profile(&mut self, profile: &ProfileTable) {
        let packs: Vec<&str> = self.dictionary.packs.iter().map(|pack| pack.id.as_str()).collect();
        for pack in profile.packs.iter().flatten() {
            if !packs.contains(&pack.value.as_str()) {
                let message = format!("there is no pack `{}`", pack.value);
                self.problems.push(pack.error(code::UNKNOWN_PACK, message).advise(meant(&pack.value, &packs)));
            }
        }
        if let Some(rulebook) = &profile.rulebook {
            self.rulebook(rulebook);
        }
        if let Some(zone) = profile.hours.as_ref().and_then(|hours| hours.zone.as_ref()) {
            self.zone(zone);
        }
        self.changes(&profile.changes);
        for suggestion in &profile.suggestions {
            let (rule, term) = (&suggestion.value.rule, &suggestion.value.term);
            let Some(rule) = self.rule(rule, suggestion) else { continue };
            if !rule.terms.iter().any(|known| known.text == *term) {
                let terms: Vec<&str> = rule.terms.iter().map(|known| known.text.as_str()).collect();
                let advice = match nearest(term, terms.iter().copied()) {
                    Some(term) => format!("did you mean `{term}`?"),
                    None => "write the term as its own line of the dictionary does; a suggestion changes nothing about what is found".to_owned(),
                };
                let message = format!("rule `{}` has no term `{term}`", rule.id);
                self.problems.push(suggestion.error(code::UNKNOWN_TERM, message).advise(advice));
            }
        }
    }

    fn changes(&mut self, changes: &Changes) {
        for name in changes.enable.iter().chain(&changes.disable) {
            let is_all = name.value == "*" && changes.disable.contains(name);
            if !is_all {
                self.rule(&name.value, name);
            }
        }
        for setting in &changes.set {
            let Some(rule) = self.rule(&setting.value.rule, setting) else { continue };
            let specs = Operator::parameters(rule.operator).iter().filter(|spec| spec.kind != ParameterKind::Files);
            let known: Vec<&str> = specs.clone().map(|spec| spec.name).collect();
            let name = &setting.value.parameter;
            match specs.into_iter().find(|spec| spec.name == *name) {
                None => {
                    let message = format!("rule `{}` has no parameter `{name}`", rule.id);
                    self.problems.push(setting.error(code::UNKNOWN_PARAMETER, message).advise(meant(name, &known)));
                }
                Some(spec) if !spec.kind.accepts(&Value::Text(setting.value.value.clone())) => {
                    let message = format!("`{}.{name}` does not take this value", rule.id);
                    let advice = format!("write {}", spec.kind.expected());
                    self.problems.push(setting.error(code::BAD_VALUE, message).advise(advice));
                }
                Some(_) => {}
            }
        }
    }

    fn rule<T>(&mut self, name: &str, place: &Stated<T>) -> Option<&'c Rule> {
        let dictionary = self.dictionary;
        let mut rules = dictionary.packs.iter().flat_map(|pack| &pack.rules);
        let found = rules.find(|rule| rule.is_called(name));
        if found.is_none() {
            let ids = dictionary.packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.id.as_str());
            let advice = match nearest(name, ids) {
                Some(id) => format!("did you mean `{id}`?"),
                None => "`zhijian rules` lists them".to_owned(),
            };
            let message = format!("there is no rule `{name}`");
            self.problems.push(place.error(code::UNKNOWN_RULE, message).advise(advice));
        }
        found
    }

    fn rulebook(&mut self, rulebook: &Stated<String>) {
        let known: Vec<&str> =
            self.rulebooks.iter().map(|rulebook| rulebook.id.as_str()).chain([NO_RULEBOOK]).collect();
        if !known.contains(&rulebook.value.as_str()) {
            let message = format!("there is no rulebook `{}`", rulebook.value);
            let problem = rulebook.error(code::UNKNOWN_RULEBOOK, message).advise(meant(&rulebook.value, &known));
            self.problems.push(problem);
        }
    }

    fn zone(&mut self, zone: &Stated<String>) {
        if Zone::named(&zone.value).is_err() {
            let problem = zone.error(code::UNKNOWN_ZONE, format!("there is no time zone `{}`", zone.value));
            self.problems.push(problem.advise("write a name like `Asia/Shanghai` or an offset like `+08:00`"));
        }
    }
}

fn meant(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}

/// Profiles whose conversations all belong to an earlier one.
fn idle_profiles(profiles: &[ProfileTable]) -> Vec<Diagnostic> {
    let conditions: Vec<_> = profiles.iter().map(conditions).collect();
    let mut problems = Vec::new();
    for (later, profile) in profiles.iter().enumerate() {
        let takes_all = |earlier: &usize| {
            let is_met = |own: &super::profiles::Condition| conditions[later].iter().any(|other| own.covers(other));
            conditions[*earlier].iter().all(is_met)
        };
        if let Some(earlier) = (0..later).find(takes_all) {
            let earlier = &profiles[earlier].name.value;
            let message =
                format!("`{}` never holds: `{earlier}` before it takes all of its conversations", profile.name.value);
            let advice = "put the narrower profile first; one that is only asked for with `--profile` may stay";
            problems.push(profile.name.warning(code::IDLE_PROFILE, message).advise(advice));
        }
    }
    problems
}

/// Exports whose files all belong to an earlier one.
fn idle_exports(exports: &[Export]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (later, export) in exports.iter().enumerate() {
        let takes_all = |earlier: &&Export| match (&earlier.files, &export.files) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(earlier), Some(files)) => {
                let known: BTreeSet<&str> = earlier.iter().map(|pattern| pattern.value.as_str()).collect();
                files.iter().all(|pattern| {
                    // `*.csv` takes in `三月*.csv`; across folders it does not reach.
                    let within = |known: &&&str| !pattern.value.contains('/') && matches(known, &pattern.value);
                    let has_classes = |text: &str| text.contains(['[', '?']);
                    let text = pattern.value.as_str();
                    known.contains(text)
                        || (!has_classes(text) && known.iter().filter(|k| !has_classes(k)).any(|k| within(&k)))
                })
            }
        };
        if exports[..later].iter().any(|earlier| takes_all(&earlier)) {
            let message = "this export never holds: an earlier one takes all of its files";
            let advice = "put the narrower `files` first";
            problems.push(export.header.warning(code::IDLE_EXPORT, message).advise(advice));
        }
    }
    problems
}
