//! Reading the tables of a settings file: the whole, `[options]`, and what tables have in common.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::code as any;
use super::super::diagnostic::Diagnostic;
use super::super::keys::{Keys, parameter_value};
use super::super::manifest::{parse, tables};
use super::super::pack::Value;
use super::super::problems::Problems;
use super::super::source::SourceText;
use super::export::export;
use super::options::{OPTIONS, OptionKind, OptionSpec};
use super::profile::profile;
use super::{Changes, MAX_ENTRIES, Options, Setting, Settings, Stated, code};

/// The keys of the whole.
pub(super) const KEYS: &[&str] = &["format", "options", "export", "profile"];

/// The version of the form.
const FORMAT: i64 = 1;

/// Rules and parameters may be written as keys inside keys; more than these are no parameter.
const DEEPEST: usize = 4;

/// A file that is being read.
pub(super) struct Reader<'s, 'p> {
    pub(super) source: &'s SourceText<'s>,
    pub(super) problems: &'p mut Problems,
}

/// Keys and values in the order written.
pub(super) type Entries<'s> = Vec<(&'s str, Range<usize>, &'s Spanned<DeValue<'s>>)>;

pub(super) fn settings(source: &SourceText<'_>, problems: &mut Problems) -> Settings {
    let manifest = parse(source, problems);
    let keys = Keys::new(source, &manifest.root, "the settings", KEYS, problems);
    let mut reader = Reader { source, problems };
    reader.format(&keys, manifest.whole);
    let mut options = Options::default();
    if let Some(value) = keys.value("options") {
        if let DeValue::Table(table) = value.get_ref() {
            options = reader.options(table, value.span());
        } else {
            reader.wrong(&value.span(), "`options` has to be a table", "write its header as `[options]`");
        }
    }
    let mut exports = Vec::new();
    for (table, span) in reader.tables(&keys, "export") {
        exports.push(export(&mut reader, table, span));
    }
    let mut profiles: Vec<super::ProfileTable> = Vec::new();
    for (table, span) in reader.tables(&keys, "profile") {
        let Some(profile) = profile(&mut reader, table, span) else { continue };
        if profiles.iter().any(|other| other.name.value == profile.name.value) {
            let message = format!("there is another profile `{}`", profile.name.value);
            let advice = "give it another name: `--profile` asks for one by its name";
            reader.problems.push(profile.name.error(code::DUPLICATE_PROFILE, message).advise(advice));
        } else {
            profiles.push(profile);
        }
    }
    Settings { options, exports, profiles }
}

impl<'s> Reader<'s, '_> {
    pub(super) fn stated<T>(&self, value: T, span: &Range<usize>) -> Stated<T> {
        let length = u32::try_from(self.source.length(span)).unwrap_or(u32::MAX);
        Stated { value, origin: self.source.origin(span.start), length }
    }

    pub(super) fn error(&self, code: &'static str, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        self.source.error(code, span, message)
    }

    pub(super) fn wrong(&mut self, span: &Range<usize>, message: impl Into<String>, advice: impl Into<String>) {
        let problem = self.error(any::WRONG_TYPE, span, message).advise(advice);
        self.problems.push(problem);
    }

    /// Without a number in `format` nobody knows what a later version will make of the file.
    fn format(&mut self, keys: &Keys<'s>, whole: bool) {
        let Some(value) = keys.value("format") else {
            if whole {
                let problem = self.error(any::MISSING_KEY, &(0..0), "the settings lack `format`");
                self.problems.push(problem.advise("begin the file with the line `format = 1`"));
            }
            return;
        };
        let is_known = matches!(value.get_ref(), DeValue::Integer(number)
            if i64::from_str_radix(number.as_str(), number.radix()).ok() == Some(FORMAT));
        if !is_known {
            let problem = self.error(code::UNKNOWN_FORMAT, &value.span(), "this form of settings is not known");
            self.problems.push(problem.advise("write `format = 1`, or take the program that wrote the file"));
        }
    }

    fn tables(&mut self, keys: &Keys<'s>, name: &'static str) -> Vec<(&'s DeTable<'s>, Range<usize>)> {
        let mut all = tables(keys, name, self.problems);
        if let Some((_, span)) = all.get(MAX_ENTRIES) {
            let message = format!("more than {MAX_ENTRIES} of `[[{name}]]`; the rest is not read");
            let problem = self.error(code::TOO_MANY, span, message).advise("is this the right file?");
            self.problems.push(problem);
            all.truncate(MAX_ENTRIES);
        }
        all
    }

    fn options(&mut self, table: &'s DeTable<'s>, header: Range<usize>) -> Options {
        let known: Vec<&str> = option_keys().collect();
        let keys = Keys::from_parts(self.source, table, header, "`[options]`", &known, self.problems);
        let mut single = BTreeMap::new();
        for spec in OPTIONS {
            single.extend(self.option(&keys, spec).map(|stated| (spec.name, stated)));
        }
        let dictionaries = self.list(&keys, "dictionaries").unwrap_or_default();
        Options { single, dictionaries, changes: self.changes(&keys) }
    }

    fn option(&mut self, keys: &Keys<'s>, spec: &OptionSpec) -> Option<Stated<String>> {
        let value = keys.value(spec.name)?;
        let span = value.span();
        let text = match (spec.kind, value.get_ref()) {
            (OptionKind::Integer(..), DeValue::Integer(number)) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string())
            }
            (OptionKind::Switch, DeValue::Boolean(on)) => Some(on.to_string()),
            (OptionKind::Text | OptionKind::Path | OptionKind::Day, DeValue::String(text)) => Some(text.to_string()),
            _ => {
                self.wrong(
                    &span,
                    format!("`{}` has to be {}", spec.name, spec.expected()),
                    match spec.kind {
                        OptionKind::Integer(..) | OptionKind::Switch => "write it without quotes",
                        _ => "put it in quotes",
                    },
                );
                return None;
            }
        };
        let read = text.as_deref().and_then(|text| spec.read(text));
        if read.is_none() {
            let message = format!("`{}` does not take this value", spec.name);
            let problem = self.error(code::BAD_VALUE, &span, message).advise(format!("write {}", spec.expected()));
            self.problems.push(problem);
        }
        Some(self.stated(read?, &span))
    }

    /// `set`, `enable` and `disable`.
    pub(super) fn changes(&mut self, keys: &Keys<'s>) -> Changes {
        let mut set = Vec::new();
        if let Some(entries) = self.entries(keys, "set", "{ \"slow-response.limit\" = \"60s\" }") {
            for (key, span, value) in entries {
                self.setting(key, &span, value, 1, &mut set);
            }
        }
        Changes {
            set,
            enable: self.list(keys, "enable").unwrap_or_default(),
            disable: self.list(keys, "disable").unwrap_or_default(),
        }
    }

    fn setting(
        &mut self,
        key: &str,
        span: &Range<usize>,
        value: &'s Spanned<DeValue<'s>>,
        depth: usize,
        set: &mut Vec<Stated<Setting>>,
    ) {
        if let DeValue::Table(table) = value.get_ref()
            && depth < DEEPEST
        {
            for (inner, span, value) in in_order(table) {
                self.setting(&format!("{key}.{inner}"), &span, value, depth + 1, set);
            }
            return;
        }
        let Some((rule, parameter)) = key.split_once('.').filter(|(rule, name)| !rule.is_empty() && !name.is_empty())
        else {
            let problem = self.error(code::BAD_VALUE, span, format!("`{key}` names no parameter of a rule"));
            self.problems.push(
                problem.advise("write \"RULE.PARAMETER\" = \"VALUE\", such as \"slow-response.limit\" = \"60s\""),
            );
            return;
        };
        let value = match parameter_value(self.source, key, value) {
            Ok(Value::Text(text)) => text,
            Ok(Value::Integer(number)) => number.to_string(),
            Ok(Value::Boolean(on)) => on.to_string(),
            Ok(Value::List(names)) => names.join(","),
            Err(problem) => return self.problems.push(problem),
        };
        let setting = Setting { rule: rule.to_owned(), parameter: parameter.to_owned(), value };
        set.push(self.stated(setting, span));
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, keys: &Keys<'s>, key: &'static str) -> Option<Stated<String>> {
        let (text, span) = keys.text(key, self.problems)?;
        if text.is_empty() {
            let problem = self.error(code::BAD_VALUE, &span, format!("`{key}` is empty"));
            self.problems.push(problem.advise("write something between the quotes, or leave the line out"));
            return None;
        }
        Some(self.stated(text, &span))
    }

    /// A switch.
    pub(super) fn flag(&mut self, keys: &Keys<'s>, key: &'static str) -> Option<Stated<bool>> {
        let span = keys.value(key)?.span();
        keys.flag(key, self.problems).map(|on| self.stated(on, &span))
    }

    /// A list of texts that are not empty; a lone text is a list of one.
    pub(super) fn list(&mut self, keys: &Keys<'s>, key: &'static str) -> Option<Vec<Stated<String>>> {
        let value = keys.value(key)?;
        if matches!(value.get_ref(), DeValue::String(_)) {
            return Some(self.text(keys, key).into_iter().collect());
        }
        let mut all = keys.list(key, self.problems);
        if let Some((_, span)) = all.get(MAX_ENTRIES) {
            let message = format!("`{key}` has more than {MAX_ENTRIES} entries; the rest is not read");
            let problem = self.error(code::TOO_MANY, span, message).advise("split it, or use `*`");
            self.problems.push(problem);
            all.truncate(MAX_ENTRIES);
        }
        let mut list = Vec::new();
        for (text, span) in all {
            if text.is_empty() {
                let problem = self.error(code::BAD_VALUE, &span, format!("`{key}` has an empty entry"));
                self.problems.push(problem.advise("write something between the quotes, or take the entry out"));
            } else {
                list.push(self.stated(text, &span));
            }
        }
        Some(list)
    }

    /// The keys and values of a table inside, in the order written.
    pub(super) fn entries(&mut self, keys: &Keys<'s>, key: &'static str, example: &str) -> Option<Entries<'s>> {
        let value = keys.value(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(&value.span(), format!("`{key}` has to be a table"), format!("write {key} = {example}"));
            return None;
        };
        let mut all = in_order(table);
        if let Some((_, span, _)) = all.get(MAX_ENTRIES) {
            let message = format!("`{key}` has more than {MAX_ENTRIES} entries; the rest is not read");
            let problem = self.error(code::TOO_MANY, span, message).advise("is this the right file?");
            self.problems.push(problem);
            all.truncate(MAX_ENTRIES);
        }
        Some(all)
    }

    /// The text of an entry of a table.
    pub(super) fn entry(&mut self, key: &str, value: &'s Spanned<DeValue<'s>>) -> Option<String> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text.trim().to_owned());
        }
        self.wrong(&value.span(), format!("`{key}` has to be a text"), "put it in quotes");
        None
    }
}

fn in_order<'s>(table: &'s DeTable<'s>) -> Entries<'s> {
    let entries = table.iter().map(|(key, value)| (&**key.get_ref(), key.span(), value));
    let mut entries: Entries<'s> = entries.collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

/// The keys of `[options]`.
pub(super) fn option_keys() -> impl Iterator<Item = &'static str> {
    OPTIONS.iter().map(|option| option.name).chain(["dictionaries", "set", "enable", "disable"])
}
