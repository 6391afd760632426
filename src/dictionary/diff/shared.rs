//! Tables that belong to no pack.

use std::collections::BTreeMap;

use super::super::pack::Dictionary;
use super::rows::{Written, changes as row_changes, set, written};
use super::{TableChange, change_of};

/// Tables by file name.
type Tables<'d> = BTreeMap<String, Vec<Written<'d>>>;

pub(super) fn changes(old: &Dictionary, new: &Dictionary) -> Vec<TableChange> {
    let (mut old, mut new) = (tables(old), tables(new));
    let names: std::collections::BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
    names.into_iter().filter_map(|name| change(old.remove(&name), new.remove(&name), name)).collect()
}

/// Tables without rows are as good as none.
fn tables(dictionary: &Dictionary) -> Tables<'_> {
    let mut all = Tables::new();
    let classes = dictionary.classes.iter().map(|class| written(&class.name, [("words", set(&class.words))], ""));
    all.insert("classes.tsv".to_owned(), classes.collect());
    let words = dictionary.segmentation.iter();
    let words = words.map(|word| written(&word.word, [("frequency", word.frequency.to_string())], ""));
    all.insert("segmentation.txt".to_owned(), words.collect());
    for (name, cues) in &dictionary.cues {
        all.insert(format!("cues/{name}.tsv"), cues.iter().map(Written::from).collect());
    }
    for table in &dictionary.fold {
        let rows = table.rows.iter().map(|(from, to)| written(from, [("to", to.clone())], ""));
        all.insert(format!("fold/{}.tsv", table.name), rows.collect());
    }
    all.retain(|_, rows| !rows.is_empty());
    all
}

fn change(old: Option<Vec<Written<'_>>>, new: Option<Vec<Written<'_>>>, table: String) -> Option<TableChange> {
    let count = |rows: &Option<Vec<Written<'_>>>| rows.as_ref().map_or(0, Vec::len);
    let (before, after) = (count(&old), count(&new));
    let change = change_of(old.as_ref(), new.as_ref());
    let rows = match (old, new) {
        (Some(old), Some(new)) => {
            let rows: Vec<_> = row_changes(old, new).into_iter().map(|(_, row)| row).collect();
            if rows.is_empty() {
                return None;
            }
            rows
        }
        _ => Vec::new(),
    };
    Some(TableChange { change, table, file: None, old: before, new: after, rows })
}
