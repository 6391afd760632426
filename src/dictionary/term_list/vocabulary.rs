//! The names of columns and the words for values by which a list is understood, from `dictionaries/readers/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::terms::COLUMNS as TERM_COLUMNS;

const NAMES: &str = include_str!("../../../dictionaries/readers/term-columns.tsv");
const WORDS: &str = include_str!("../../../dictionaries/readers/term-words.tsv");

/// Columns before those of a term file.
pub(super) const OWN: usize = 3;

/// Columns of a list.
pub(super) const COUNT: usize = OWN + TERM_COLUMNS.len();

/// Indices into the columns of a list.
pub(super) mod column {
    pub(in super::super) const PACK: usize = 0;
    pub(in super::super) const RULE: usize = 1;
    pub(in super::super) const FILE: usize = 2;
    /// The first one of a term file.
    pub(in super::super) const TERM: usize = super::OWN;
}

/// The columns of a list, in the order in which they are written: where a term belongs, then what a term file says of it.
pub(super) fn columns() -> impl Iterator<Item = &'static str> {
    ["pack", "rule", "file"].into_iter().chain(TERM_COLUMNS.iter().copied())
}

/// The name of a column in a term file or in this list of columns.
pub(super) fn field(column: usize) -> &'static str {
    columns().nth(column).unwrap_or_default()
}

struct Vocabulary {
    /// Columns by name as it is compared.
    columns: HashMap<String, usize>,
    /// The name of each column as it is written.
    headings: [&'static str; COUNT],
    /// Values by column and word.
    values: HashMap<(usize, String), &'static str>,
    /// The word that is written for a value.
    words: HashMap<(usize, &'static str), &'static str>,
}

/// A test reads every line of the files.
static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut vocabulary =
        Vocabulary { columns: HashMap::new(), headings: [""; COUNT], values: HashMap::new(), words: HashMap::new() };
    let index = |name: &str| columns().position(|column| column == name);
    for (column, name) in lines(NAMES).filter_map(|line| line.split_once('\t')) {
        let Some(column) = index(column) else { continue };
        vocabulary.columns.insert(compared(name), column);
        if let Some(heading) = vocabulary.headings.get_mut(column).filter(|heading| heading.is_empty()) {
            *heading = name;
        }
    }
    for line in lines(WORDS) {
        let mut parts = line.splitn(3, '\t');
        let (Some(column), Some(value), Some(word)) = (parts.next().and_then(index), parts.next(), parts.next()) else {
            continue;
        };
        vocabulary.values.insert((column, word.to_lowercase()), value);
        vocabulary.words.entry((column, value)).or_insert(word);
    }
    vocabulary
});

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// A name of a column as it is compared.
fn compared(name: &str) -> String {
    name.chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-' | '\u{FEFF}' | '*'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The column that a heading names.
pub(super) fn column_named(heading: &str) -> Option<usize> {
    BUILT_IN.columns.get(&compared(heading)).copied()
}

/// What a column is called where it is written.
pub(super) fn heading(column: usize) -> &'static str {
    BUILT_IN.headings.get(column).copied().unwrap_or_default()
}

/// What a term file writes for a word; a word that is not known stays what it is.
pub(super) fn value(column: usize, word: &str) -> String {
    let lower = word.to_lowercase();
    BUILT_IN.values.get(&(column, lower)).map_or_else(|| word.to_owned(), |value| (*value).to_owned())
}

/// The word for what a term file writes.
pub(super) fn word(column: usize, value: &str) -> String {
    let known = BUILT_IN.words.iter().find(|((of, written), _)| *of == column && *written == value);
    known.map_or_else(|| value.to_owned(), |(_, word)| (*word).to_owned())
}

/// The words that are written for the values of a column.
pub(super) fn words(column: usize) -> Vec<&'static str> {
    let mut words: Vec<_> = BUILT_IN.words.iter().filter(|((of, _), _)| *of == column).map(|(_, word)| *word).collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood_and_none_stands_twice() {
        assert_eq!(BUILT_IN.columns.len(), lines(NAMES).count());
        assert_eq!(BUILT_IN.values.len(), lines(WORDS).count());
        for (index, name) in columns().enumerate() {
            assert!(!heading(index).is_empty(), "{name}");
            assert_eq!(column_named(name), Some(index), "the form's own name");
            assert_eq!(column_named(heading(index)), Some(index));
        }
        assert_eq!(columns().count(), COUNT);
    }

    #[test]
    fn words_lead_to_values_and_back() {
        for ((column, value), word) in &BUILT_IN.words {
            assert_eq!(super::value(*column, word), *value);
            assert_eq!(super::word(*column, value), *word);
            assert_eq!(super::value(*column, value), *value, "what the file writes is no word for something else");
        }
        assert_eq!(column_named(" 匹配_方式"), column_named("mode"));
        assert_eq!(value(column::TERM, "词"), "词", "a term is never a word for something");
    }
}
