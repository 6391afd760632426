//! Cells that no spreadsheet program takes for a formula, a number or a day, and the way back.

use super::vocabulary::field;

/// What marks a cell as text. A cell that begins with it gets another one, so that nothing is lost on the way back.
const MARK: char = '\'';

/// What formulas begin with, in full width too.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Digits that a spreadsheet shows as they are.
const DIGITS: usize = 11;

/// A cell of a column that stays what it is when a spreadsheet program opens it. Days and figures may be written in another
/// way, and are understood all the same.
pub(super) fn inert(column: usize, cell: &str) -> String {
    if matches!(field(column), "since" | "confidence") { cell.to_owned() } else { marked(cell) }
}

fn marked(cell: &str) -> String {
    if would_change(cell) { format!("{MARK}{cell}") } else { cell.to_owned() }
}

/// The cell that was marked. One that no export would have marked is left as it is: 'n Beetje begins with a quote.
pub(super) fn restored(cell: &str) -> &str {
    cell.strip_prefix(MARK).filter(|rest| would_change(rest)).unwrap_or(cell)
}

fn would_change(cell: &str) -> bool {
    cell.starts_with(FORMULA)
        || cell.starts_with(MARK)
        || is_like_a_number(cell)
        || cell.eq_ignore_ascii_case("true")
        || cell.eq_ignore_ascii_case("false")
}

/// Whether a spreadsheet may read a number, a share, a day or a time, and write it in another way.
fn is_like_a_number(cell: &str) -> bool {
    let begins = cell.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let of_a_number =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '/' | ':' | 'e' | 'E' | '+' | '%' | ' ');
    let plain = cell.len() <= DIGITS
        && cell.bytes().all(|byte| byte.is_ascii_digit())
        && (cell == "0" || !cell.starts_with('0'));
    begins && !plain && cell.chars().all(of_a_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_change_is_marked_and_comes_back() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@a",
            "\tx",
            "＝1",
            "007",
            "0.50",
            "1e5",
            "3-4",
            "1/2",
            "10:00",
            "123456789012",
            "'",
            "'a",
            "''=1",
            "TRUE",
            "false",
            ".5",
            "50%",
        ] {
            let marked = marked(cell);
            assert_eq!(marked, format!("'{cell}"));
            assert_eq!(restored(&marked), cell);
        }
    }

    #[test]
    fn what_would_not_change_stays() {
        for cell in ["", "0", "110", "12315", "后台", "a=b", "#退款", "3天", "90后", "e5", "(?:a|b)", "\"a\""] {
            assert_eq!(marked(cell), cell);
            assert_eq!(restored(cell), cell);
        }
        assert_eq!(restored("'90后"), "'90后", "typed by hand, and meant so");
    }
}
