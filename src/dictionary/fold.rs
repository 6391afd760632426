//! `fold/*.tsv`: what characters become before anything is looked for.

use std::collections::BTreeSet;

use super::code;
use super::pack::FoldTable;
use super::problems::Problems;
use super::table::{Form, Row, rows};

/// Code points in one range; all planes together would be a mistake.
const RANGE: u32 = 0x1_0000;

/// Only blanks of ASCII are trimmed: the ideographic space is something to fold.
const FORM: Form =
    Form { columns: &["from", "to", "note"], required: 2, trim: |cell| cell.trim_matches([' ', '\u{b}', '\u{c}']) };

/// The table of a file, named after it.
pub(super) fn fold_table(name: &str, file: &str, bytes: &[u8], problems: &mut Problems) -> FoldTable {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for row in rows(file, bytes, &FORM, problems) {
        let Some((froms, to)) = read(&row, problems) else { continue };
        let mut repeated = None;
        for from in froms {
            if seen.insert(from.clone()) {
                all.push((from, to.clone()));
            } else {
                repeated.get_or_insert(from);
            }
        }
        if let Some(from) = repeated {
            problems.push(
                row.error(0, code::DUPLICATE_CHARACTER, format!("`{}` occurs twice", from.escape_debug()))
                    .advise("one row for each; the first one is used"),
            );
        }
    }
    FoldTable { name: name.to_owned(), rows: all }
}

fn read(row: &Row<'_>, problems: &mut Problems) -> Option<(Vec<String>, String)> {
    let mut part = |column: usize, read: Option<Vec<String>>, advice: &str| {
        if read.is_none() {
            let message = format!("`{}` is not a character", row.cell(column));
            problems.push(row.error(column, code::BAD_CODE_POINT, message).advise(advice));
        }
        read
    };
    let from = part(
        0,
        characters(row.cell(0)).filter(|from| !from.is_empty()),
        "write the character itself, U+200B, or a range U+200B..U+200F of at most 65,536",
    );
    let to = part(
        1,
        characters(row.cell(1)).filter(|to| to.len() <= 1),
        "write what it becomes, as text or as U+0020; an empty cell drops it",
    );
    Some((from?, to?.pop().unwrap_or_default()))
}

/// A cell as texts: none if it is empty, several for a range.
fn characters(cell: &str) -> Option<Vec<String>> {
    if cell.is_empty() {
        return Some(Vec::new());
    }
    if !cell.starts_with("U+") {
        return Some(vec![cell.to_owned()]);
    }
    let (first, last) = match cell.split_once("..") {
        Some((first, last)) => (code_point(first)?, code_point(last)?),
        None => (code_point(cell)?, code_point(cell)?),
    };
    if first > last || u32::from(last) - u32::from(first) >= RANGE {
        return None;
    }
    Some((first..=last).map(String::from).collect())
}

fn code_point(text: &str) -> Option<char> {
    let digits = text.strip_prefix("U+")?;
    let proper = (4..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if proper { u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = (Vec<(String, String)>, Vec<(&'static str, u32)>);

    fn table(text: &str) -> Found {
        let mut problems = Problems::default();
        let found = fold_table("t", "fold/t.tsv", text.as_bytes(), &mut problems);
        let all = problems.finish(&super::super::files::Files::default());
        (found.rows, all.iter().map(|one| (one.code, one.origin.line)).collect())
    }

    fn row(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn characters_texts_code_points_and_ranges() {
        let (rows, problems) =
            table("from\tto\n著\t着\n看著\t看着\nU+200B..U+200D\t\nU+3000\tU+0020\n\u{3000}\u{3000}\tx\n");
        assert_eq!(problems, []);
        assert_eq!(
            rows,
            [
                row("著", "着"),
                row("看著", "看着"),
                row("\u{200b}", ""),
                row("\u{200c}", ""),
                row("\u{200d}", ""),
                row("\u{3000}", " "),
                row("\u{3000}\u{3000}", "x")
            ]
        );
    }

    #[test]
    fn wrong_code_points_are_left_out() {
        let text =
            "from\tto\nU+D800\ta\nU+20..U+30\ta\nU+0030..U+0020\ta\n\ta\nU+0000..U+10FFFF\t\na\tU+0030..U+0032\n";
        let (rows, problems) = table(text);
        assert_eq!(rows, []);
        assert_eq!(problems.len(), 6);
        assert!(problems.iter().all(|(code, _)| *code == "bad-code-point"));
    }

    #[test]
    fn second_row_of_a_character_is_left_out() {
        assert_eq!(
            table("from\tto\na\tb\nU+0061..U+0062\tc\n"),
            (vec![row("a", "b"), row("b", "c")], vec![("duplicate-character", 3)])
        );
    }
}
