//! Packs: their heads and examples.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::pack::{ExampleLine, Pack};
use super::{Change, ExamplesChange, PackChange, change_of, fields, paired};

pub(super) fn changes(old: &[Pack], new: &[Pack]) -> Vec<PackChange> {
    paired(old, new, |pack| pack.id.as_str()).into_iter().filter_map(|(old, new)| change(old, new)).collect()
}

fn change(old: Option<&Pack>, new: Option<&Pack>) -> Option<PackChange> {
    let shown = new.or(old)?;
    let head = |pack: Option<&Pack>| {
        pack.map_or([const { String::new() }; 4], |pack| {
            [&pack.edition, &pack.title, &pack.owner, &pack.source].map(Clone::clone)
        })
    };
    let (before, after) = (head(old), head(new));
    let change = PackChange {
        change: change_of(old, new),
        pack: shown.id.clone(),
        title: shown.title.clone(),
        fields: fields(
            ["edition", "title", "owner", "source"],
            before.each_ref().map(String::as_str),
            after.each_ref().map(String::as_str),
        ),
        examples: examples(old.map_or(&[], |pack| &pack.examples), new.map_or(&[], |pack| &pack.examples)),
    };
    let same = change.change == Change::Changed && change.fields.is_empty() && change.examples.is_none();
    (!same).then_some(change)
}

fn examples(old: &[ExampleLine], new: &[ExampleLine]) -> Option<ExamplesChange> {
    let mut balance = BTreeMap::<String, i64>::new();
    for line in old {
        *balance.entry(meaning(&line.json)).or_default() -= 1;
    }
    for line in new {
        *balance.entry(meaning(&line.json)).or_default() += 1;
    }
    let sum = |of: fn(i64) -> i64| balance.values().map(|count| of(*count).max(0)).sum::<i64>();
    let (added, removed) = (sum(|count| count), sum(|count| -count));
    (added + removed > 0).then(|| ExamplesChange {
        old: old.len(),
        new: new.len(),
        added: usize::try_from(added).unwrap_or(usize::MAX),
        removed: usize::try_from(removed).unwrap_or(usize::MAX),
    })
}

/// An example without its layout; one that is no JSON stands for itself.
fn meaning(json: &str) -> String {
    serde_json::from_str::<Value>(json).map_or_else(|_| json.to_owned(), |value| value.to_string())
}
