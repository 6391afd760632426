//! Reading an operator's parameters: every name is known, every value has a type, a default and a meaning.

use std::collections::BTreeMap;

use crate::conversation::{Millis, duration};
use crate::dictionary::{Diagnostic, Parameter, Rule, Value, nearest};

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number between these bounds.
    Integer(i64, i64),
    /// `true` or `false`.
    Switch,
    /// A duration such as `30s`, `3m`, `24h`.
    Duration,
    /// A duration, or `none`.
    OptionalDuration,
    /// Names: rule ids, keys.
    Names,
    /// Any text.
    Text,
    /// File names; read by the loader.
    Files,
}

/// One parameter of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParameterSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: ParameterKind,
    /// Its default as one would write it; `None`: it must be given.
    pub default: Option<&'static str>,
}

impl ParameterKind {
    /// What to write, for error messages.
    pub fn expected(self) -> String {
        match self {
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Integer(low, high) => format!("a whole number from {low} to {high}"),
            Self::Switch => "true or false".to_owned(),
            Self::Duration => "a duration such as 30s, 3m or 24h".to_owned(),
            Self::OptionalDuration => "a duration such as 30s, 3m or 24h, or none".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Names => "a list of names".to_owned(),
            Self::Files => "a list of file names".to_owned(),
        }
    }

    /// Whether the value has this type.
    pub fn accepts(self, value: &Value) -> bool {
        self.read(value).is_some()
    }

    /// The value in canonical form, if it has this type.
    fn read(self, value: &Value) -> Option<Setting> {
        match (self, value) {
            (Self::Choice(words), Value::Text(text)) => words.iter().position(|word| word == text).map(Setting::Choice),
            (Self::Integer(low, high), &Value::Integer(number)) if (low..=high).contains(&number) => {
                Some(Setting::Integer(number))
            }
            (Self::Integer(..), Value::Text(text)) => self.read(&Value::Integer(text.parse().ok()?)),
            (Self::Switch, &Value::Boolean(on)) => Some(Setting::Switch(on)),
            (Self::Switch, Value::Text(text)) => Some(Setting::Switch(text.parse().ok()?)),
            (Self::OptionalDuration, Value::Text(text)) if text == "none" => Some(Setting::Duration(0)),
            (Self::Duration | Self::OptionalDuration, Value::Text(text)) => duration(text).map(Setting::Duration),
            (Self::Text, Value::Text(text)) => Some(Setting::Text(text.clone())),
            (Self::Names, Value::List(names)) => Some(Setting::Names(names.clone())),
            (Self::Names, Value::Text(text)) => {
                let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                Some(Setting::Names(names.map(str::to_owned).collect()))
            }
            (Self::Files, Value::List(_)) => Some(Setting::Files),
            // The default where no file has to be named.
            (Self::Files, Value::Text(text)) if text.is_empty() => Some(Setting::Files),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    Choice(usize),
    Integer(i64),
    Switch(bool),
    Duration(Millis),
    Names(Vec<String>),
    Text(String),
    Files,
}

/// The parameters of one rule, checked, with defaults filled in.
#[derive(Debug, Clone)]
pub struct Parameters {
    settings: BTreeMap<&'static str, Setting>,
    specs: &'static [ParameterSpec],
}

impl Parameters {
    /// Reads a rule's parameters; problems become diagnostics and the default stands in.
    pub fn read(rule: &Rule, specs: &'static [ParameterSpec], diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut settings = BTreeMap::new();
        for spec in specs {
            if let Some(default) = spec.default
                && let Some(setting) = spec.kind.read(&Value::Text(default.to_owned()))
            {
                settings.insert(spec.name, setting);
            }
        }
        for parameter in &rule.parameters {
            let Some(spec) = specs.iter().find(|spec| spec.name == parameter.name) else {
                diagnostics.push(unknown(parameter, specs));
                continue;
            };
            match spec.kind.read(&parameter.value) {
                // An empty list where one is required says nothing: it is missing.
                Some(Setting::Names(names)) if names.is_empty() && spec.default.is_none() => {}
                Some(setting) => {
                    settings.insert(spec.name, setting);
                }
                None => diagnostics.push(
                    Diagnostic::error(
                        "bad-parameter",
                        parameter.origin.clone(),
                        format!("`{}` has the wrong value", parameter.name),
                    )
                    .advise(format!("write {}", spec.kind.expected())),
                ),
            }
        }
        // What is written and wrong was named above.
        let is_refused = |spec: &ParameterSpec| {
            let written = rule.parameters.iter().find(|parameter| parameter.name == spec.name);
            written.is_some_and(|parameter| spec.kind.read(&parameter.value).is_none())
        };
        for spec in specs.iter().filter(|spec| !settings.contains_key(spec.name) && !is_refused(spec)) {
            diagnostics.push(
                Diagnostic::error(
                    "missing-parameter",
                    rule.origin.clone(),
                    format!("rule `{}` lacks the parameter `{}`", rule.id, spec.name),
                )
                .advise(format!("give it {}", spec.kind.expected())),
            );
        }
        Self { settings, specs }
    }

    /// Whether there is a value, be it the default.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.settings.contains_key(name)
    }

    /// The index of the chosen word; 0 where the parameter is missing.
    pub(super) fn choice(&self, name: &str) -> usize {
        match self.settings.get(name) {
            Some(&Setting::Choice(index)) => index,
            _ => 0,
        }
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> i64 {
        match self.settings.get(name) {
            Some(&Setting::Integer(number)) => number,
            _ => 0,
        }
    }

    /// A number of permille.
    pub(super) fn permille(&self, name: &str) -> u16 {
        u16::try_from(self.integer(name)).unwrap_or(1000)
    }

    /// A switch.
    pub(super) fn switch(&self, name: &str) -> bool {
        matches!(self.settings.get(name), Some(Setting::Switch(true)))
    }

    /// A duration in milliseconds.
    pub(super) fn duration(&self, name: &str) -> Millis {
        match self.settings.get(name) {
            Some(&Setting::Duration(millis)) => millis,
            _ => 0,
        }
    }

    /// A duration in milliseconds, where one is set.
    pub(super) fn optional_duration(&self, name: &str) -> Option<Millis> {
        Some(self.duration(name)).filter(|&millis| millis > 0)
    }

    /// A text; empty where the parameter is missing.
    pub(super) fn text(&self, name: &str) -> &str {
        match self.settings.get(name) {
            Some(Setting::Text(text)) => text,
            _ => "",
        }
    }

    /// A list of names.
    pub(super) fn names(&self, name: &str) -> &[String] {
        match self.settings.get(name) {
            Some(Setting::Names(names)) => names,
            _ => &[],
        }
    }

    /// Name and value of each parameter in canonical form, ordered by name, for the rule-set hash and manual pages.
    pub fn canonical(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        self.settings.iter().filter_map(|(&name, setting)| {
            let value = match setting {
                &Setting::Choice(index) => match self.specs.iter().find(|spec| spec.name == name)?.kind {
                    ParameterKind::Choice(words) => (*words.get(index)?).to_owned(),
                    _ => return None,
                },
                Setting::Integer(number) => number.to_string(),
                Setting::Switch(on) => on.to_string(),
                Setting::Duration(0) => "none".to_owned(),
                Setting::Duration(millis) => format!("{}s", millis / 1000),
                Setting::Names(names) => names.join(","),
                Setting::Text(text) => text.clone(),
                Setting::Files => return None,
            };
            Some((name, value))
        })
    }
}

fn unknown(parameter: &Parameter, specs: &[ParameterSpec]) -> Diagnostic {
    let known: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
    Diagnostic::error(
        "unknown-parameter",
        parameter.origin.clone(),
        format!("the operator has no parameter `{}`", parameter.name),
    )
    .underline(parameter.name.chars().count())
    .advise(match nearest(&parameter.name, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", known.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_with_a_unit() {
        assert_eq!(duration("30s"), Some(30_000));
        assert_eq!(duration("3m"), Some(180_000));
        assert_eq!(duration("24h"), Some(86_400_000));
        for wrong in ["30", "s", "-3m", "0s", "3 m", "9999999999999999999h"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
