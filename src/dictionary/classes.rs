//! `classes.tsv`: words that stand for each other in patterns.

use std::collections::BTreeSet;

use super::code;
use super::pack::WordClass;
use super::problems::Problems;
use super::table::{Form, rows};

/// Names in braces that are no classes.
const RESERVED: [&str; 2] = ["border", "gap"];

const FORM: Form = Form { columns: &["class", "words", "note"], required: 2, trim: str::trim };

/// The word classes of a file.
pub(super) fn classes(file: &str, bytes: &[u8], problems: &mut Problems) -> Vec<WordClass> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for row in rows(file, bytes, &FORM, problems) {
        let name = row.cell(0);
        let words = row.parts(1);
        if !is_name(name) || RESERVED.contains(&name) {
            problems.push(
                row.error(0, code::BAD_CLASS, format!("`{name}` is not a name for a class"))
                    .advise("use a-z, 0-9 and `-`, beginning with a letter; `gap` and `border` are taken"),
            );
        } else if words.is_empty() {
            problems.push(
                row.error(1, code::BAD_CLASS, format!("the class `{name}` has no words"))
                    .advise("write its words with `|` between them"),
            );
        } else if seen.insert(name) {
            all.push(WordClass { name: name.to_owned(), words, origin: row.origin(0) });
        } else {
            problems.push(
                row.error(0, code::DUPLICATE_CLASS, format!("the class `{name}` occurs twice"))
                    .advise("put all its words into one row; the first row is used"),
            );
        }
    }
    all
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_distinct_names_and_words() {
        let mut problems = Problems::default();
        let text = "class\twords\tnote\nyou\t你们|您们|你|您\t\ngap\ta\t\nYou\ta\t\nme\t | \t\nyou\t俺\t\n";
        let found = classes("classes.tsv", text.as_bytes(), &mut problems);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].words, ["你们", "您们", "你", "您"]);
        let all = problems.finish(&super::super::files::Files::default());
        let codes: Vec<_> = all.iter().map(|one| (one.code, one.origin.line)).collect();
        assert_eq!(codes, [("bad-class", 3), ("bad-class", 4), ("bad-class", 5), ("duplicate-class", 6)]);
    }
}
