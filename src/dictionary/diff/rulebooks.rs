//! Editions of rulebooks and their items.

use super::rows::{Written, changes as row_changes, set, written};
use super::{Change, RulebookChange, change_of, fields, paired};
use crate::scoring::{Edition, Item, Rulebook, Rulebooks};

pub(super) fn changes(old: &Rulebooks, new: &Rulebooks) -> Vec<RulebookChange> {
    let editions =
        |rulebooks: &'_ Rulebooks| -> Vec<Edition> { rulebooks.iter().flat_map(Rulebook::editions).cloned().collect() };
    let (old, new) = (editions(old), editions(new));
    let pairs = paired(&old, &new, |edition| (edition.rulebook.as_str(), edition.name.as_str()));
    pairs.into_iter().filter_map(|(old, new)| change(old, new)).collect()
}

fn change(old: Option<&Edition>, new: Option<&Edition>) -> Option<RulebookChange> {
    let shown = new.or(old)?;
    let head = |edition: Option<&Edition>| {
        edition.map_or([const { String::new() }; 5], |edition| {
            [
                edition.effective_from.to_string(),
                case_policy(edition),
                edition.title.clone(),
                edition.source.clone(),
                edition.notes.clone(),
            ]
        })
    };
    let (before, after) = (head(old), head(new));
    let names = ["effective_from", "case_policy", "title", "source", "notes"];
    let items = match (old, new) {
        (Some(old), Some(new)) => {
            let rows = |edition: &'_ Edition| edition.items.clone();
            let (old, new) = (rows(old), rows(new));
            let (old, new) = (old.iter().map(item).collect(), new.iter().map(item).collect());
            row_changes(old, new).into_iter().map(|(_, row)| row).collect()
        }
        _ => Vec::new(),
    };
    let change = RulebookChange {
        change: change_of(old, new),
        rulebook: shown.rulebook.clone(),
        edition: shown.name.clone(),
        fields: fields(names, before.each_ref().map(String::as_str), after.each_ref().map(String::as_str)),
        items,
    };
    let same = change.change == Change::Changed && change.fields.is_empty() && change.items.is_empty();
    (!same).then_some(change)
}

/// The name that the files use.
fn case_policy(edition: &Edition) -> String {
    let name = serde_json::to_value(edition.case_policy);
    name.ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn item(item: &Item) -> Written<'_> {
    let flag = |flag: bool| if flag { "true".to_owned() } else { String::new() };
    let cells = [
        ("title", item.title.clone()),
        ("points", item.points.map(|points| points.to_string()).unwrap_or_default()),
        ("rules", set(&item.rules)),
        ("manual", flag(item.manual)),
        ("assumed", flag(item.assumed)),
        ("source", item.source.clone()),
    ];
    written(&item.id, cells, "")
}
