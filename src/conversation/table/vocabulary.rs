//! The words by which tables are understood, from `dictionaries/readers/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::conversation::{ClosedBy, Kind, Role};

use super::column::Column;

/// The words by which tables are understood.
pub(super) struct Vocabulary {
    /// Names of columns, the preferred ones first.
    pub(super) columns: Vec<(Column, String)>,
    pub(super) roles: HashMap<String, Role>,
    /// Names of speakers with `*`, in the order in which they are asked.
    pub(super) speakers: Vec<(String, Role)>,
    pub(super) kinds: HashMap<String, Kind>,
    pub(super) closers: HashMap<String, ClosedBy>,
}

/// The words that are compiled in; a test reads every line of them.
pub(super) static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary {
    columns: pairs(include_str!("../../../dictionaries/readers/columns.tsv"))
        .filter_map(|(field, name)| Some((Column::from_word(field)?, column_name(name))))
        .collect(),
    roles: words(include_str!("../../../dictionaries/readers/roles.tsv"), Role::from_word),
    speakers: pairs(include_str!("../../../dictionaries/readers/speakers.tsv"))
        .filter_map(|(role, name)| Some((word(name), Role::from_word(role)?)))
        .collect(),
    kinds: words(include_str!("../../../dictionaries/readers/kinds.tsv"), Kind::from_word),
    closers: words(include_str!("../../../dictionaries/readers/closers.tsv"), ClosedBy::from_word),
});

fn words<T>(text: &str, meaning: impl Fn(&str) -> Option<T>) -> HashMap<String, T> {
    pairs(text).filter_map(|(known, written)| Some((word(written), meaning(known)?))).collect()
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// A word as it is compared.
pub(super) fn word(written: &str) -> String {
    written.trim().to_lowercase()
}

/// A name of a column as it is compared.
pub(super) fn column_name(written: &str) -> String {
    written
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-' | '\u{FEFF}'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> usize {
        text.lines().filter(|line| !line.starts_with('#')).count()
    }

    #[test]
    fn every_line_is_understood_and_none_stands_twice() {
        let columns = include_str!("../../../dictionaries/readers/columns.tsv");
        assert_eq!(BUILT_IN.columns.len(), entries(columns));
        let mut names: Vec<_> = BUILT_IN.columns.iter().map(|entry| &entry.1).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), entries(columns));
        let roles = include_str!("../../../dictionaries/readers/roles.tsv");
        assert_eq!(BUILT_IN.roles.len(), entries(roles));
        let speakers = include_str!("../../../dictionaries/readers/speakers.tsv");
        assert_eq!(BUILT_IN.speakers.len(), entries(speakers));
        let kinds = include_str!("../../../dictionaries/readers/kinds.tsv");
        assert_eq!(BUILT_IN.kinds.len(), entries(kinds));
        let closers = include_str!("../../../dictionaries/readers/closers.tsv");
        assert_eq!(BUILT_IN.closers.len(), entries(closers));
    }

    #[test]
    fn the_words_of_the_native_form_are_known() {
        for role in Role::ALL {
            assert_eq!(BUILT_IN.roles.get(role.as_str()), Some(&role));
        }
        for kind in Kind::ALL {
            assert_eq!(BUILT_IN.kinds.get(kind.as_str()), Some(&kind));
        }
        for closer in ClosedBy::ALL {
            assert_eq!(BUILT_IN.closers.get(closer.as_str()), Some(&closer));
        }
        for column in Column::ALL.iter().copied().filter(|column| !column.as_str().contains('.')) {
            let name = column_name(column.as_str());
            assert!(BUILT_IN.columns.contains(&(column, name)), "{column:?}");
        }
    }
}
