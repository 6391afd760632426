//! A table as a spreadsheet or a text file holds it: rows of cells, with the places that people know them by.

use std::fmt;
use std::sync::Arc;

use crate::workbook::Cell;

/// Rows of all sheets of a file: twice as many as the largest lists that are known have.
pub const MAX_ROWS: usize = 200_000;

/// Cells of a row that are looked at.
pub(super) const MAX_COLUMNS: usize = 256;

/// A sheet of a workbook, or a text file as the only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name; a text file has none.
    pub name: Option<Arc<str>>,
    /// Rows with something in them.
    pub rows: Vec<SheetRow>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// 1-based number of the row, or of the line on which it begins.
    pub number: u32,
    /// Its cells from the first column on.
    pub cells: Vec<Cell>,
}

impl SheetRow {
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| matches!(cell, Cell::Text(text) if text.trim().is_empty()))
    }
}

/// The heading of a column, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heading {
    /// 1-based number of the column.
    pub number: u32,
    /// Its name as written.
    pub name: Arc<str>,
}

/// Where something is in a file that a spreadsheet program shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The sheet; a text file has none.
    pub sheet: Option<Arc<str>>,
    /// 1-based number of the row or line; 0 for the whole sheet.
    pub row: u32,
    /// The column, where it is about one.
    pub column: Option<Heading>,
}

/// `sheet 词条, row 12, column E 匹配方式`, or `line 12, column 5 匹配方式`.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(sheet) = &self.sheet {
            parts.push(format!("sheet {sheet}"));
        }
        if self.row > 0 {
            parts.push(format!("{} {}", if self.sheet.is_some() { "row" } else { "line" }, self.row));
        }
        if let Some(Heading { number, name }) = &self.column {
            let column = if self.sheet.is_some() { letters(*number) } else { number.to_string() };
            parts.push(format!("column {column} {name}").trim_end().to_owned());
        }
        formatter.write_str(&parts.join(", "))
    }
}

/// The name that a spreadsheet gives a column: A, …, Z, AA, ….
fn letters(number: u32) -> String {
    let mut rest = number;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// What is wrong with a list, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListProblem {
    /// Stable code in kebab case; docs/formats.md lists those that are not in docs/lint.md.
    pub code: &'static str,
    /// Where it is.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

impl ListProblem {
    /// The text to show, with the name of the file.
    pub fn render(&self, file: &str) -> String {
        let place = self.place.to_string();
        let place = if place.is_empty() { file.to_owned() } else { format!("{file}: {place}") };
        format!("error[{}]: {}\n --> {place}\n  = help: {}", self.code, self.message, self.advice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_called_as_the_program_calls_them() {
        for (number, name) in [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA"), (16_384, "XFD")] {
            assert_eq!(letters(number), name);
        }
        let column = Some(Heading { number: 5, name: "匹配方式".into() });
        let place = Place { sheet: Some("词条".into()), row: 12, column: column.clone() };
        assert_eq!(place.to_string(), "sheet 词条, row 12, column E 匹配方式");
        assert_eq!(Place { sheet: None, row: 12, column }.to_string(), "line 12, column 5 匹配方式");
        assert_eq!(Place { sheet: None, row: 0, column: None }.to_string(), "");
    }
}
