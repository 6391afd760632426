//! From a dictionary to the rows of a list.

use std::collections::BTreeMap;

use super::super::pack::{Dictionary, Pack, Rule, Term, Value};
use super::super::terms::cells;
use super::vocabulary::{COUNT, OWN, word};

/// A row of a list: the pack, the rules that use the term's file, the file, and what the file says of the term.
pub type ListRow = [String; COUNT];

/// The terms of the packs that `wanted` takes, file by file, in the order in which rules name files and files hold terms.
pub fn export(dictionary: &Dictionary, wanted: impl Fn(&Pack) -> bool) -> Vec<ListRow> {
    let mut all = Vec::new();
    for pack in dictionary.packs.iter().filter(|pack| wanted(pack)) {
        let mut files: Vec<&str> = Vec::new();
        for file in pack.rules.iter().flat_map(term_files) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        let terms = terms_by_file(pack);
        for file in files {
            let users = pack.rules.iter().filter(|rule| term_files(rule).any(|named| named == file));
            let users: Vec<&str> = users.map(|rule| rule.id.as_str()).collect();
            for term in terms.get(file).into_iter().flatten() {
                all.push(row(&pack.id, &users.join(" | "), file, term));
            }
        }
    }
    all
}

fn row(pack: &str, rules: &str, file: &str, term: &Term) -> ListRow {
    let mut row = [const { String::new() }; COUNT];
    let own = [pack, rules, file].map(str::to_owned);
    let written = cells(term).into_iter().enumerate().map(|(column, cell)| word(OWN + column, &cell));
    for (place, cell) in row.iter_mut().zip(own.into_iter().chain(written)) {
        *place = cell;
    }
    row
}

/// The term files that a rule names, for its terms and for its cues.
pub(super) fn term_files(rule: &Rule) -> impl Iterator<Item = &str> {
    let named = rule.parameters.iter().filter(|parameter| matches!(parameter.name.as_str(), "terms" | "cues"));
    named
        .flat_map(|parameter| match &parameter.value {
            Value::List(files) => files.as_slice(),
            _ => &[],
        })
        .map(String::as_str)
}

/// Each file's terms once, though several rules may name it.
fn terms_by_file(pack: &Pack) -> BTreeMap<&str, Vec<&Term>> {
    let mut files = BTreeMap::<&str, BTreeMap<u32, &Term>>::new();
    for term in pack.rules.iter().flat_map(|rule| rule.terms.iter().chain(&rule.cues)) {
        let file = term.origin.file.split_once('/').map_or(&*term.origin.file, |(_, below)| below);
        files.entry(file).or_default().insert(term.origin.line, term);
    }
    files.into_iter().map(|(file, terms)| (file, terms.into_values().collect())).collect()
}
