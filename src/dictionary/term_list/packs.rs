//! Which packs, rules and term files a list may name, and what a pack that is not there yet is made from.

use std::collections::{BTreeMap, BTreeSet};

use super::super::files::{Files, MANIFEST};
use super::super::manifest::{is_pack_id, is_rule_id};
use super::super::nearest::{listed, nearest};
use super::super::pack::{Dictionary, Pack};
use super::super::scaffold::pack_of_lists;
use super::export::term_files;
use super::read::Row;
use super::vocabulary::column;

/// What a pack was made from that was not there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// The built-in pack of this id: what a list does not hold is taken from it.
    BuiltIn,
    /// Nothing: its rules look for the list's terms and wait for their manual pages.
    List,
}

/// A pack that rows may name.
#[derive(Debug)]
struct Known {
    folder: String,
    /// Term files by rule and alias.
    rules: BTreeMap<String, Vec<String>>,
    /// Term files that rules name, in their order.
    files: Vec<String>,
}

impl Known {
    fn new(pack: &Pack) -> Self {
        let folder = pack.origin.file.split_once('/').map_or("", |(folder, _)| folder).to_owned();
        let mut known = Self { folder, rules: BTreeMap::new(), files: Vec::new() };
        for rule in &pack.rules {
            let files: Vec<String> = term_files(rule).map(str::to_owned).collect();
            for name in std::iter::once(&rule.id).chain(&rule.aliases) {
                known.rules.insert(name.clone(), files.clone());
            }
            for file in files {
                if !known.files.contains(&file) {
                    known.files.push(file);
                }
            }
        }
        known
    }
}

/// A problem with where a row belongs: the column, the code, the message, the advice.
pub(super) type Misplaced = (usize, &'static str, String, String);

/// The packs of a dictionary, and those that come into being.
#[derive(Debug)]
pub(super) struct Packs<'f> {
    known: BTreeMap<String, Known>,
    built_in: &'f Files,
    built_in_dictionary: Option<Dictionary>,
    /// The pack of rows that name none.
    usual: Option<String>,
    /// The only pack that may be named.
    only: Option<String>,
    /// New packs made of lists: files by rule.
    fresh: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    pub(super) made: BTreeMap<String, Base>,
}

impl<'f> Packs<'f> {
    pub(super) fn new(dictionary: &Dictionary, built_in: &'f Files, usual: Option<&str>, only: Option<&str>) -> Self {
        let known: BTreeMap<String, Known> =
            dictionary.packs.iter().map(|pack| (pack.id.clone(), Known::new(pack))).collect();
        let alone = (known.len() == 1).then(|| known.keys().next().cloned()).flatten();
        Self {
            known,
            built_in,
            built_in_dictionary: None,
            usual: usual.map(str::to_owned).or(alone),
            only: only.map(str::to_owned),
            fresh: BTreeMap::new(),
            made: BTreeMap::new(),
        }
    }

    /// The path of the file to which a row belongs.
    pub(super) fn file_of(&mut self, row: &Row) -> Result<String, Misplaced> {
        let id = self.pack_of(row)?;
        let (folder, file) = match self.known.get(&id) {
            Some(known) => (known.folder.clone(), known_file(&id, known, row)?),
            None => (id.clone(), self.new_file(&id, row)?),
        };
        Ok(format!("{folder}/{file}"))
    }

    fn pack_of(&mut self, row: &Row) -> Result<String, Misplaced> {
        let named = match (row.pack.as_str(), &self.usual) {
            ("", Some(usual)) => usual.clone(),
            ("", None) => {
                let advice = "write the pack's id into the row, or give --id for rows that name none".to_owned();
                return Err((column::PACK, "missing-pack", "the row names no pack".to_owned(), advice));
            }
            (named, _) => named.to_owned(),
        };
        let only = self.only.as_ref().filter(|only| **only != named);
        if let Some(only) = only {
            let message = format!("the row belongs to the pack `{named}`, and the folder holds `{only}`");
            let advice = "give the folder that holds both, or import the packs one by one".to_owned();
            return Err((column::PACK, "unknown-pack", message, advice));
        }
        if !is_pack_id(&named) {
            let message = format!("`{named}` is not a pack id");
            let advice = "use a-z, 0-9 and `-`, for instance `cloud-cs`".to_owned();
            return Err((column::PACK, "unknown-pack", message, advice));
        }
        if !self.known.contains_key(&named) && !self.fresh.contains_key(&named) {
            self.make(&named);
        }
        Ok(named)
    }

    /// A pack that is not there yet begins as the built-in one of its id, or with nothing.
    fn make(&mut self, id: &str) {
        let built_in = self.built_in;
        let dictionary = self.built_in_dictionary.get_or_insert_with(|| Dictionary::load(built_in).0);
        if let Some(pack) = dictionary.packs.iter().find(|pack| pack.id == id) {
            self.known.insert(id.to_owned(), Known::new(pack));
            self.made.insert(id.to_owned(), Base::BuiltIn);
        } else {
            self.fresh.insert(id.to_owned(), BTreeMap::new());
            self.made.insert(id.to_owned(), Base::List);
        }
    }

    fn new_file(&mut self, pack: &str, row: &Row) -> Result<String, Misplaced> {
        let rules: Vec<&str> = row.rule.split('|').map(str::trim).filter(|rule| !rule.is_empty()).collect();
        let rules = if rules.is_empty() { vec![pack] } else { rules };
        if let Some(wrong) = rules.iter().find(|rule| !is_rule_id(rule)) {
            let message = format!("`{wrong}` is not a rule id");
            let advice = "use a-z, 0-9 and `-`, with at most one `/`, for instance `internal-jargon`".to_owned();
            return Err((column::RULE, "bad-id", message, advice));
        }
        let file = match row.file.as_str() {
            "" => format!("terms/{}.tsv", rules.first().map_or("terms", |rule| rule).replace('/', "-")),
            file => file.to_owned(),
        };
        if !is_term_file(&file) {
            let message = format!("`{file}` is no name for a term file");
            let advice = "write it like `terms/jargon.tsv`, or leave the cell empty".to_owned();
            return Err((column::FILE, "unknown-list", message, advice));
        }
        let lists = self.fresh.entry(pack.to_owned()).or_default();
        for rule in rules {
            lists.entry(rule.to_owned()).or_default().insert(file.clone());
        }
        Ok(file)
    }

    /// The files with which the packs that were not there begin, apart from lists; of a built-in one its lists too.
    pub(super) fn begin(&self, files: &mut Files, title: Option<&str>, source: &str) {
        for (id, base) in &self.made {
            match base {
                Base::BuiltIn => {
                    let Some(known) = self.known.get(id) else { continue };
                    let below = format!("{}/", known.folder);
                    for (path, bytes) in self.built_in.iter().filter(|(path, _)| path.starts_with(&below)) {
                        files.insert(path, bytes);
                    }
                }
                Base::List => {
                    let lists = self.fresh.get(id).cloned().unwrap_or_default();
                    files.insert(format!("{id}/{MANIFEST}"), pack_of_lists(id, title, source, &lists));
                }
            }
        }
    }
}

fn known_file(pack: &str, known: &Known, row: &Row) -> Result<String, Misplaced> {
    let all: Vec<&str> = known.files.iter().map(String::as_str).collect();
    if !row.file.is_empty() {
        if let Some(file) = known.files.iter().find(|file| **file == row.file) {
            return Ok(file.clone());
        }
        let advice = match nearest(&row.file, all.iter().copied()) {
            Some(file) => format!("did you mean `{file}`?"),
            None => format!("name it in `terms` of a rule in pack.toml first; there are {}", listed(&all)),
        };
        return Err((
            column::FILE,
            "unknown-list",
            format!("no rule of `{pack}` names the file `{}`", row.file),
            advice,
        ));
    }
    let candidates: Vec<&str> = match row.rule.as_str() {
        "" => all,
        rule => {
            known.rules.get(rule).ok_or_else(|| unknown_rule(pack, known, rule))?.iter().map(String::as_str).collect()
        }
    };
    match candidates.as_slice() {
        [file] => Ok((*file).to_owned()),
        [] => Err((
            column::RULE,
            "unknown-list",
            "the rule has no list of terms".to_owned(),
            "write the row for a rule that has one".to_owned(),
        )),
        several => Err((
            column::FILE,
            "missing-list",
            "the row does not say to which file it belongs".to_owned(),
            format!("write one of {}", listed(several)),
        )),
    }
}

fn unknown_rule(pack: &str, known: &Known, rule: &str) -> Misplaced {
    let names: Vec<&str> = known.rules.keys().map(String::as_str).collect();
    let advice = match nearest(rule, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("add it to pack.toml first; there are {}", listed(&names)),
    };
    (column::RULE, "unknown-rule", format!("`{pack}` has no rule `{rule}`"), advice)
}

/// Whether a text names a term file of a pack and nothing outside of it.
fn is_term_file(file: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.contains(['\\', ':', '"'])
            && !part.contains(char::is_control)
    };
    file.rsplit_once('.').is_some_and(|(_, ending)| ending == "tsv") && file.contains('/') && file.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn term_files_lie_in_the_pack() {
        for file in ["terms/a.tsv", "terms/x/a.tsv", "cues/线索.tsv"] {
            assert!(is_term_file(file), "{file}");
        }
        for file in [
            "",
            "a.tsv",
            "../a.tsv",
            "terms/../../a.tsv",
            "/terms/a.tsv",
            "terms//a.tsv",
            "terms/.a.tsv",
            "c:/a.tsv",
            "terms\\a.tsv",
            "terms/a.toml",
            "terms/a\n.tsv",
        ] {
            assert!(!is_term_file(file), "{file}");
        }
    }
}
