//! Rules: what is written in one line, the manual page, the lists.

use std::collections::{BTreeMap, BTreeSet};

use super::super::pack::{Pack, Parameter, Rule, Value};
use super::super::parameters::FILE_PARAMETERS;
use super::rows::{Written, set, tables};
use super::{Change, FieldChange, RuleChange, TableChange, change_of, fields};

/// A rule and its pack.
type Placed<'d> = (&'d Pack, &'d Rule);

pub(super) fn changes(old: &[Pack], new: &[Pack]) -> Vec<RuleChange> {
    let (old, new) = (by_id(old), by_id(new));
    let earlier = renamed(&old, &new);
    let mut gone: BTreeSet<&str> = old.keys().copied().collect();
    let mut found = Vec::new();
    for (id, rule) in &new {
        let before = earlier.get(id).copied().or_else(|| old.get_key_value(id).map(|(id, _)| *id));
        if let Some(before) = before {
            gone.remove(before);
        }
        found.extend(change(before.and_then(|id| old.get(id)).copied(), Some(*rule)));
    }
    found.extend(gone.into_iter().filter_map(|id| change(old.get(id).copied(), None)));
    found.sort_by(|a, b| (&a.pack, &a.rule, a.change).cmp(&(&b.pack, &b.rule, b.change)));
    found
}

fn by_id(packs: &[Pack]) -> BTreeMap<&str, Placed<'_>> {
    packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (rule.id.as_str(), (pack, rule)))).collect()
}

/// New ids of rules that had another one: an alias of one of them is the id of the other, and neither id is used by both
/// dictionaries. Going back to an earlier edition is a renaming too.
fn renamed<'d>(old: &BTreeMap<&'d str, Placed<'d>>, new: &BTreeMap<&'d str, Placed<'d>>) -> BTreeMap<&'d str, &'d str> {
    let mut pairs = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (id, (_, rule)) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
        let free = |candidate: &&str| !new.contains_key(*candidate);
        let named = rule.aliases.iter().map(String::as_str).filter(free).find_map(|alias| old.get_key_value(alias));
        let naming = || {
            let mut candidates = old.iter().filter(|(other, _)| free(other));
            candidates.find(|(_, (_, before))| before.aliases.iter().any(|alias| alias == id))
        };
        if let Some((before, _)) = named.or_else(naming)
            && taken.insert(*before)
        {
            pairs.insert(*id, *before);
        }
    }
    pairs
}

fn change(old: Option<Placed<'_>>, new: Option<Placed<'_>>) -> Option<RuleChange> {
    let (pack, rule) = new.or(old)?;
    let (before, after) = (old.map(|(_, rule)| rule), new.map(|(_, rule)| rule));
    let change = RuleChange {
        change: change_of(before, after),
        rule: rule.id.clone(),
        title: rule.title.clone(),
        pack: pack.id.clone(),
        renamed_from: old.filter(|(_, old)| old.id != rule.id).map(|(_, old)| old.id.clone()),
        moved_from: old.filter(|(old, _)| old.id != pack.id).map(|(old, _)| old.id.clone()),
        fields: heads(before, after),
        manual: manual(before, after),
        tables: lists(before, after),
    };
    let same = change.change == Change::Changed
        && change.renamed_from.is_none()
        && change.moved_from.is_none()
        && change.fields.is_empty()
        && change.manual.is_empty()
        && change.tables.is_empty();
    (!same).then_some(change)
}

/// Everything that is written in one line.
fn heads(old: Option<&Rule>, new: Option<&Rule>) -> Vec<FieldChange> {
    let head = |rule: Option<&Rule>| {
        rule.map_or([const { String::new() }; 9], |rule| {
            [
                rule.title.clone(),
                rule.operator.to_string(),
                rule.kind.to_string(),
                rule.queue.to_string(),
                rule.since.map(|day| day.to_string()).unwrap_or_default(),
                rule.enabled.to_string(),
                set(&rule.aliases),
                rule.manual.suggestion.clone().unwrap_or_default(),
                rule.source.clone(),
            ]
        })
    };
    let (before, after) = (head(old), head(new));
    let names = ["title", "operator", "kind", "queue", "since", "enabled", "aliases", "suggestion", "source"];
    let mut all = fields(names, before.each_ref().map(String::as_str), after.each_ref().map(String::as_str));
    all.extend(parameters(old.map_or(&[], |rule| &rule.parameters), new.map_or(&[], |rule| &rule.parameters)));
    all
}

/// Parameters as written: what the operator takes where nothing is written is for the operator to say. Those that name
/// files are left out, for what the files hold is compared.
fn parameters(old: &[Parameter], new: &[Parameter]) -> Vec<FieldChange> {
    let values = |parameters: &'_ [Parameter]| -> BTreeMap<String, Value> {
        let own = parameters.iter().filter(|parameter| !FILE_PARAMETERS.contains(&parameter.name.as_str()));
        own.map(|parameter| (parameter.name.clone(), parameter.value.clone())).collect()
    };
    let (old, new) = (values(old), values(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differ = names.into_iter().map(|name| (name, old.get(name), new.get(name))).filter(|(_, old, new)| old != new);
    differ
        .map(|(name, old, new)| {
            let (mut before, mut after) = (old.map(shown), new.map(shown));
            if before == after {
                // "150" and 150 are two things.
                (before, after) = (old.map(quoted), new.map(quoted));
            }
            FieldChange { field: format!("parameters.{name}"), old: before, new: after }
        })
        .collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::List(texts) => format!("[{}]", texts.join(", ")),
    }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("{text:?}"),
        Value::List(texts) => format!("{texts:?}"),
        Value::Integer(_) | Value::Boolean(_) => shown(value),
    }
}

fn manual(old: Option<&Rule>, new: Option<&Rule>) -> Vec<String> {
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    let (old, new) = (&old.manual, &new.manual);
    let texts = [
        ("what", &old.what, &new.what),
        ("why", &old.why, &new.why),
        ("how", &old.how, &new.how),
        ("misses", &old.misses, &new.misses),
    ];
    texts.into_iter().filter(|(_, old, new)| old != new).map(|(name, ..)| name.to_owned()).collect()
}

fn lists(old: Option<&Rule>, new: Option<&Rule>) -> Vec<TableChange> {
    fn of<'r, T>(rule: Option<&'r Rule>, list: fn(&'r Rule) -> &'r [T]) -> Option<Vec<Written<'r>>>
    where
        Written<'r>: From<&'r T>,
    {
        rule.map(|rule| list(rule).iter().map(Written::from).collect())
    }
    let mut all = tables("terms", of(old, |rule| &rule.terms), of(new, |rule| &rule.terms));
    all.extend(tables("exceptions", of(old, |rule| &rule.exceptions), of(new, |rule| &rule.exceptions)));
    all.extend(tables("not-when", of(old, |rule| &rule.not_when), of(new, |rule| &rule.not_when)));
    all.extend(tables("cues", of(old, |rule| &rule.cues), of(new, |rule| &rule.cues)));
    let earlier = |rule| of(rule, |rule| &rule.earlier_terms);
    all.extend(tables("earlier-terms", earlier(old), earlier(new)));
    all
}
