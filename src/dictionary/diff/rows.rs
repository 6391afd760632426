//! Rows of tables: the same text is the same row, and what else it says is compared.

use std::collections::{BTreeMap, BTreeSet};

use super::super::pack::{Cue, Exception, Mode, Term, TermPlace};
use super::{Change, FieldChange, RowChange, TableChange};

/// A row as it is compared. Ordered by its cells first, so that its file decides nothing but ties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Written<'t> {
    pub(super) text: &'t str,
    /// Cells by name, in a fixed order, blank ones left out.
    pub(super) cells: Vec<(&'static str, String)>,
    /// Below the pack's folder.
    pub(super) file: &'t str,
}

impl<'t> From<&'t Term> for Written<'t> {
    fn from(term: &'t Term) -> Self {
        let place = (term.place != TermPlace::Anywhere).then(|| term.place.to_string());
        let cells = [
            ("mode", term.mode.to_string()),
            ("exceptions", set(&term.exceptions)),
            ("suggestion", term.suggestion.clone().unwrap_or_default()),
            ("since", term.since.map(|day| day.to_string()).unwrap_or_default()),
            ("confidence", term.confidence.map(|permille| permille.to_string()).unwrap_or_default()),
            ("disguise", term.disguise.map(|disguise| disguise.to_string()).unwrap_or_default()),
            ("echo", term.echo.map(|echo| echo.to_string()).unwrap_or_default()),
            ("place", place.unwrap_or_default()),
            ("note", term.note.clone()),
            ("source", term.source.clone()),
        ];
        written(&term.text, cells, &term.origin.file)
    }
}

impl<'t> From<&'t Exception> for Written<'t> {
    fn from(exception: &'t Exception) -> Self {
        let cells =
            [("mode", mode(exception.mode)), ("terms", set(&exception.terms)), ("note", exception.note.clone())];
        written(&exception.text, cells, &exception.origin.file)
    }
}

impl<'t> From<&'t Cue> for Written<'t> {
    fn from(cue: &'t Cue) -> Self {
        let cells = [("mode", mode(cue.mode)), ("value", cue.value.clone()), ("note", cue.note.clone())];
        written(&cue.text, cells, &cue.origin.file)
    }
}

fn mode(mode: Mode) -> String {
    mode.to_string()
}

pub(super) fn written<'t, const N: usize>(
    text: &'t str,
    cells: [(&'static str, String); N],
    file: &'t str,
) -> Written<'t> {
    let cells = cells.into_iter().filter(|(_, cell)| !cell.is_empty()).collect();
    Written { text, cells, file: file.split_once('/').map_or(file, |(_, below)| below) }
}

/// Words whose order and repetition do not count.
pub(super) fn set(words: &[String]) -> String {
    let words: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    words.into_iter().collect::<Vec<_>>().join(" | ")
}

/// Rows of one kind, by text. One that is written twice counts once.
fn by_text(rows: Vec<Written<'_>>) -> BTreeMap<&str, Vec<Written<'_>>> {
    let mut all = BTreeMap::<&str, Vec<Written<'_>>>::new();
    for row in rows.into_iter().collect::<BTreeSet<_>>() {
        let same = all.entry(row.text).or_default();
        if same.last().is_none_or(|last| last.cells != row.cells) {
            same.push(row);
        }
    }
    all
}

/// The rows that differ, ordered by text, each with its file.
pub(super) fn changes<'t>(old: Vec<Written<'t>>, new: Vec<Written<'t>>) -> Vec<(&'t str, RowChange)> {
    let (mut old, new) = (by_text(old), by_text(new));
    let mut found = Vec::new();
    let texts: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut new = new;
    for text in texts {
        let mut before = old.remove(text).unwrap_or_default();
        let mut after = new.remove(text).unwrap_or_default();
        // Rows that are the same belong together, whatever else has this text.
        before.retain(|row| match after.iter().position(|other| other.cells == row.cells) {
            Some(at) => {
                after.remove(at);
                false
            }
            None => true,
        });
        let (mut before, mut after) = (before.into_iter(), after.into_iter());
        loop {
            let (file, change) = match (before.next(), after.next()) {
                (None, None) => break,
                (Some(old), Some(new)) => (new.file, row(Change::Changed, text, &old.cells, &new.cells)),
                (None, Some(new)) => (new.file, row(Change::Added, text, &[], &new.cells)),
                (Some(old), None) => (old.file, row(Change::Removed, text, &old.cells, &[])),
            };
            found.push((file, change));
        }
    }
    found
}

fn row(change: Change, text: &str, old: &[(&'static str, String)], new: &[(&'static str, String)]) -> RowChange {
    let value = |cells: &[(&'static str, String)], name: &str| {
        cells.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone())
    };
    let mut fields: Vec<FieldChange> = Vec::new();
    for (name, _) in new.iter().chain(old) {
        let (old, new) = (value(old, name), value(new, name));
        if old != new && fields.iter().all(|field| field.field != *name) {
            fields.push(FieldChange { field: (*name).to_owned(), old, new });
        }
    }
    RowChange { change, text: text.to_owned(), fields }
}

/// The rows of one of a rule's lists, by file. Where the rule itself was added or removed only the rows are counted.
pub(super) fn tables(table: &str, old: Option<Vec<Written<'_>>>, new: Option<Vec<Written<'_>>>) -> Vec<TableChange> {
    let mut files = BTreeMap::<&str, (usize, usize, Vec<RowChange>)>::new();
    for row in old.iter().flatten() {
        files.entry(row.file).or_default().0 += 1;
    }
    for row in new.iter().flatten() {
        files.entry(row.file).or_default().1 += 1;
    }
    let both = old.is_some() && new.is_some();
    let whole = super::change_of(old.as_ref(), new.as_ref());
    if both {
        for (file, row) in changes(old.unwrap_or_default(), new.unwrap_or_default()) {
            files.entry(file).or_default().2.push(row);
        }
    }
    let listed = files.into_iter().filter(|(_, (_, _, rows))| !both || !rows.is_empty());
    listed
        .map(|(file, (old, new, rows))| TableChange {
            change: whole,
            table: table.to_owned(),
            file: Some(file.to_owned()),
            old,
            new,
            rows,
        })
        .collect()
}
