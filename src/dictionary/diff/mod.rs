//! What changed between two dictionaries, as a list that people and programs can read.
//!
//! Comments, layout, the order of rows and the names of files do not count, as in [`canonical`](super::canonical); what only
//! people read (titles, notes, sources, manual pages) does, since whoever releases an edition answers for that too. So
//! dictionaries without a difference find the same, and some that find the same differ.

mod packs;
mod rows;
mod rulebooks;
mod rules;
mod shared;

use serde::Serialize;

use super::pack::Dictionary;
use crate::scoring::Rulebooks;

/// The version of the form in which differences are written.
pub const FORMAT: u32 = 1;

/// What happened to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Only the new dictionary has it.
    Added,
    /// Only the old dictionary has it.
    Removed,
    /// Both have it, and it is not the same.
    Changed,
}

/// A field that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its name as the files write it; a rule's parameter as `parameters.NAME`.
    pub field: String,
    /// What it was; absent where it was not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it is; absent where it is not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowChange {
    /// What happened to it.
    pub change: Change,
    /// Its first cell: the term, the exception, the cue, the class, the character, the word.
    pub text: String,
    /// Its other cells, as far as they differ; blank ones are left out.
    pub fields: Vec<FieldChange>,
}

/// The rows of a table, of a rule or shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableChange {
    /// What happened to the table: one whose rows differ has changed.
    pub change: Change,
    /// What the rows are for: `terms`, `exceptions`, `not-when`, `cues`, or the file of a shared table.
    pub table: String,
    /// The file that holds them, below the pack's folder; a removed row's is the old one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How many rows there were.
    pub old: usize,
    /// How many rows there are.
    pub new: usize,
    /// Those that differ, ordered by text; of a table that was added or removed as a whole none is listed.
    pub rows: Vec<RowChange>,
}

/// How a pack's examples changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ExamplesChange {
    /// How many there were.
    pub old: usize,
    /// How many there are.
    pub new: usize,
    /// How many are only in the new pack.
    pub added: usize,
    /// How many are only in the old pack.
    pub removed: usize,
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackChange {
    /// What happened to it.
    pub change: Change,
    /// Its id.
    pub pack: String,
    /// Its title, the new one where both have it.
    pub title: String,
    /// `edition`, `title`, `owner`, `source`, as far as they differ.
    pub fields: Vec<FieldChange>,
    /// Its examples; absent where they are the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub examples: Option<ExamplesChange>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    /// What happened to it.
    pub change: Change,
    /// Its id, the new one where it was renamed.
    pub rule: String,
    /// Its title, the new one where both have it.
    pub title: String,
    /// Its pack.
    pub pack: String,
    /// The id that it had, where an alias says that it is the same rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The pack that it was in, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// Everything that is written in one line, as far as it differs.
    pub fields: Vec<FieldChange>,
    /// Which texts of its manual page differ: `what`, `why`, `how`, `misses`.
    pub manual: Vec<String>,
    /// Its terms, exceptions and cues, by file, as far as they differ.
    pub tables: Vec<TableChange>,
}

/// An edition of a rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulebookChange {
    /// What happened to it.
    pub change: Change,
    /// The rulebook's id.
    pub rulebook: String,
    /// The edition's name.
    pub edition: String,
    /// Its head, as far as it differs.
    pub fields: Vec<FieldChange>,
    /// Its items, as far as they differ; of an edition that was added or removed as a whole none is listed.
    pub items: Vec<RowChange>,
}

/// What changed between two dictionaries. The order is that of the names, whatever the order in the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The version of this form.
    pub format: u32,
    /// Packs, ordered by id.
    pub packs: Vec<PackChange>,
    /// Rules, ordered by pack and id.
    pub rules: Vec<RuleChange>,
    /// Shared tables: word classes, cues, folding, segmentation.
    pub tables: Vec<TableChange>,
    /// Editions of rulebooks, ordered by rulebook and edition.
    pub rulebooks: Vec<RulebookChange>,
}

impl Diff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.packs.is_empty() && self.rules.is_empty() && self.tables.is_empty() && self.rulebooks.is_empty()
    }
}

/// Compares two dictionaries. What could not be read of one of them is missing in it: look at its problems first.
pub fn diff(old: &Dictionary, new: &Dictionary) -> Diff {
    let editions = |dictionary: &Dictionary| Rulebooks::load(&dictionary.rulebooks).0;
    Diff {
        format: FORMAT,
        packs: packs::changes(&old.packs, &new.packs),
        rules: rules::changes(&old.packs, &new.packs),
        tables: shared::changes(old, new),
        rulebooks: rulebooks::changes(&editions(old), &editions(new)),
    }
}

/// The fields of two things, given in the same order, that differ. A blank one is as good as none.
fn fields<const N: usize>(names: [&str; N], old: [&str; N], new: [&str; N]) -> Vec<FieldChange> {
    let written = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let pairs = names.into_iter().zip(old.into_iter().zip(new));
    let differ = pairs.filter(|(_, (old, new))| old != new);
    differ
        .map(|(name, (old, new))| FieldChange { field: name.to_owned(), old: written(old), new: written(new) })
        .collect()
}

/// Pairs things of two lists by a key; each list has a key once. Ordered by key.
fn paired<'t, T, K: Ord>(
    old: impl IntoIterator<Item = &'t T>,
    new: impl IntoIterator<Item = &'t T>,
    key: impl Fn(&'t T) -> K,
) -> Vec<(Option<&'t T>, Option<&'t T>)> {
    let mut all = std::collections::BTreeMap::<K, (Option<&'t T>, Option<&'t T>)>::new();
    for thing in old {
        all.entry(key(thing)).or_default().0 = Some(thing);
    }
    for thing in new {
        all.entry(key(thing)).or_default().1 = Some(thing);
    }
    all.into_values().collect()
}

/// What happened to a thing, given whether the dictionaries have it.
fn change_of<T>(old: Option<&T>, new: Option<&T>) -> Change {
    match (old.is_some(), new.is_some()) {
        (false, _) => Change::Added,
        (true, false) => Change::Removed,
        (true, true) => Change::Changed,
    }
}

#[cfg(test)]
mod tests;
