//! Columns on a terminal, where a Han character is two wide.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

/// Which side a column's text keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows with a heading, written in aligned columns.
#[derive(Debug)]
pub(super) struct Columns {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    pub(super) fn new(heading: &[(&str, Align)]) -> Self {
        let first = heading.iter().map(|(text, _)| (*text).to_owned()).collect();
        Self { align: heading.iter().map(|&(_, align)| align).collect(), rows: vec![first] }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(|cell| printable(&cell)).collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    pub(super) fn write(&self, out: &mut String) {
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.align.len()).map(width).collect();
        for row in &self.rows {
            let mut line = String::from("  ");
            for ((cell, &width), align) in row.iter().zip(&widths).zip(&self.align) {
                let padding = " ".repeat(width.saturating_sub(cell.width()));
                let _ = match align {
                    Align::Left => write!(line, "{cell}{padding}  "),
                    Align::Right => write!(line, "{padding}{cell}  "),
                };
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// A text with nothing in it that moves a terminal's cursor, turns its direction, breaks a line or cannot be seen.
pub(super) fn printable(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c,
                // The soft hyphen, fillers and vowel separators that show nothing.
                '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}' | '\u{3164}' | '\u{FFA0}'
                // Zero widths, line and paragraph ends, and all that turns the direction.
                | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
                // Annotations and tags.
                | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
    };
    text.chars().map(|c| if hidden(c) { ' ' } else { c }).collect()
}

/// A number with a comma every three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_characters_are_two_wide() {
        let mut columns = Columns::new(&[("规则", Align::Left), ("n", Align::Right)]);
        columns.row(["ab".to_owned(), "12".to_owned()]);
        let mut out = String::new();
        columns.write(&mut out);
        assert_eq!(out, "  规则   n\n  ab    12\n");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(printable("a\u{1b}[31m\u{202e}"), "a [31m ");
        assert_eq!(printable("a\u{ad}\u{61c}\u{2028}\u{e0041}后"), "a    后");
    }
}
