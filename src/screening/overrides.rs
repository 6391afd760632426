//! What a user changes about the rules for one run: parameters, and which rules are on.

use std::collections::BTreeSet;

use super::rule_set::RuleSetError;
use crate::dictionary::{Dictionary, Origin, Parameter, Rule, Value};
use crate::operator::{Operator, ParameterKind};

/// Changes to the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Rule, parameter, value as text.
    pub set: Vec<(String, String, String)>,
    /// Rules to turn on.
    pub enable: Vec<String>,
    /// Rules to turn off; `*` turns off all that are not turned on by name.
    pub disable: Vec<String>,
}

impl Overrides {
    /// Reads `RULE.PARAMETER=VALUE`.
    pub fn parse_set(text: &str) -> Result<(String, String, String), String> {
        let expected = "expected RULE.PARAMETER=VALUE, for instance slow-response.limit=60s";
        let (place, value) = text.split_once('=').ok_or(expected)?;
        let (rule, parameter) = place.split_once('.').ok_or(expected)?;
        if rule.is_empty() || parameter.is_empty() {
            return Err(expected.to_owned());
        }
        Ok((rule.to_owned(), parameter.to_owned(), value.to_owned()))
    }

    /// These changes and then others, which beat them.
    #[must_use]
    pub fn then(mut self, later: &Self, dictionary: &Dictionary) -> Self {
        let id = |name: &str| {
            let mut rules = dictionary.packs.iter().flat_map(|pack| &pack.rules);
            rules.find(|rule| rule.is_called(name)).map_or_else(|| name.to_owned(), |rule| rule.id.clone())
        };
        let ids = |names: &[String]| names.iter().map(|name| id(name)).collect::<BTreeSet<_>>();
        let (off, on) = (ids(&later.disable), ids(&later.enable));
        if off.contains("*") {
            self.enable.clear();
            self.disable.clear();
        }
        self.enable.retain(|name| !off.contains(&id(name)));
        self.disable.retain(|name| !on.contains(&id(name)));
        self.enable.extend(later.enable.iter().cloned());
        self.disable.extend(later.disable.iter().cloned());
        for (rule, parameter, value) in &later.set {
            // A limit of one channel would lose to one of all channels, which was written before it.
            if parameter.starts_with("limit.") {
                let (rule, mut parted) = (id(rule), Vec::new());
                self.set.retain(|(other, name, value)| {
                    let is_plain = name == "limit" && id(other) == rule;
                    if is_plain {
                        let of = |channel: &str| (rule.clone(), format!("limit.{channel}"), value.clone());
                        parted.extend([of("telephone"), of("chat")]);
                    }
                    !is_plain
                });
                self.set.extend(parted);
            }
            self.set.push((rule.clone(), parameter.clone(), value.clone()));
        }
        self
    }
}

/// The enabled rules with the changes applied, each with its `pack@edition`, ordered by rule id.
pub(super) fn resolve(dictionary: &Dictionary, overrides: &Overrides) -> Result<Vec<(String, Rule)>, RuleSetError> {
    let mut rules: Vec<(String, Rule)> = Vec::new();
    for pack in &dictionary.packs {
        let edition = format!("{}@{}", pack.id, pack.edition);
        rules.extend(pack.rules.iter().map(|rule| (edition.clone(), rule.clone())));
    }
    rules.sort_by(|a, b| a.1.id.cmp(&b.1.id));
    if overrides.disable.iter().any(|rule| rule == "*") {
        for (_, rule) in &mut rules {
            rule.enabled = false;
        }
    }
    for name in overrides.disable.iter().filter(|rule| *rule != "*") {
        find(&mut rules, name)?.enabled = false;
    }
    for name in &overrides.enable {
        find(&mut rules, name)?.enabled = true;
    }
    for (name, parameter, value) in &overrides.set {
        set(find(&mut rules, name)?, parameter, value)?;
    }
    rules.retain(|(_, rule)| rule.enabled);
    Ok(rules)
}

fn find<'r>(rules: &'r mut [(String, Rule)], name: &str) -> Result<&'r mut Rule, RuleSetError> {
    let at = rules.iter().position(|(_, rule)| rule.is_called(name)).ok_or_else(|| RuleSetError::UnknownRule {
        rule: name.to_owned(),
        known: rules.iter().map(|(_, rule)| rule.id.clone()).collect(),
    })?;
    Ok(&mut rules[at].1)
}

fn set(rule: &mut Rule, name: &str, value: &str) -> Result<(), RuleSetError> {
    let specs = Operator::parameters(rule.operator);
    let settable = || specs.iter().filter(|spec| spec.kind != ParameterKind::Files);
    let spec = settable().find(|spec| spec.name == name).ok_or_else(|| RuleSetError::UnknownParameter {
        rule: rule.id.clone(),
        parameter: name.to_owned(),
        known: settable().map(|spec| spec.name.to_owned()).collect(),
    })?;
    let value = Value::Text(value.to_owned());
    if !spec.kind.accepts(&value) {
        return Err(RuleSetError::BadValue {
            rule: rule.id.clone(),
            parameter: name.to_owned(),
            reason: format!("write {}", spec.kind.expected()),
        });
    }
    rule.parameters.retain(|parameter| parameter.name != name);
    let origin = Origin { file: "--set".into(), line: 0, column: 0 };
    rule.parameters.push(Parameter { name: name.to_owned(), value, origin });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(enable: &[&str], disable: &[&str], set: &[(&str, &str, &str)]) -> Overrides {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let set = set.iter().map(|&(rule, name, value)| (rule.to_owned(), name.to_owned(), value.to_owned()));
        Overrides { set: set.collect(), enable: names(enable), disable: names(disable) }
    }

    #[test]
    fn what_comes_later_wins() {
        let none = Dictionary::default();
        let then = |one: Overrides, other: Overrides| one.then(&other, &none);
        let both = then(changes(&["a"], &["b"], &[]), changes(&["b"], &["a"], &[]));
        assert_eq!(both, changes(&["b"], &["a"], &[]));
        let all_off = then(changes(&["a", "b"], &["c"], &[]), changes(&["a"], &["*"], &[]));
        assert_eq!(all_off, changes(&["a"], &["*"], &[]));
        let one_on = then(changes(&["a"], &["*"], &[]), changes(&["b"], &[], &[]));
        assert_eq!(one_on, changes(&["a", "b"], &["*"], &[]));
    }

    #[test]
    fn a_later_limit_of_one_channel_beats_an_earlier_one_of_all() {
        let earlier = changes(&[], &[], &[("x", "limit", "1m"), ("y", "limit", "2m")]);
        let both = earlier.then(&changes(&[], &[], &[("x", "limit.chat", "3m")]), &Dictionary::default());
        let expected = [
            ("y", "limit", "2m"),
            ("x", "limit.telephone", "1m"),
            ("x", "limit.chat", "1m"),
            ("x", "limit.chat", "3m"),
        ];
        assert_eq!(both, changes(&[], &[], &expected));
    }
}
