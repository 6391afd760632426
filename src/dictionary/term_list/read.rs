//! From sheets to terms: which row names the columns, what each cell says, and which rows are wrong.

use std::sync::Arc;

use super::super::pack::Term;
use super::super::terms::from_cells;
use super::Cell;
use super::inert::restored;
use super::sheet::{Heading, ListProblem, Place, Sheet, SheetRow};
use super::vocabulary::{COUNT, OWN, column, column_named, field, heading, value, words};

/// How many rows may stand above the one that names the columns.
pub(super) const HEADING_ROWS: usize = 20;

/// Columns without which there is no list.
const REQUIRED: [usize; 2] = [column::TERM, column::TERM + 1];

/// Problems that are listed.
const LISTED: usize = 1_000;

/// A row that is a term.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) place: Place,
    /// The columns of the sheet by column of the list.
    pub(super) headings: Arc<[Option<Heading>; COUNT]>,
    pub(super) pack: String,
    pub(super) rule: String,
    pub(super) file: String,
    pub(super) term: Term,
}

/// What was understood of a file.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub(super) rows: Vec<Row>,
    /// What is wrong, in the order of the file; at most 1,000 problems are listed.
    pub problems: Vec<ListProblem>,
    /// Rows that are left out.
    pub bad_rows: usize,
    /// Sheets without a row that names the columns.
    pub passed_over: Vec<String>,
    /// Columns that no list has; they are not read.
    pub unknown_columns: Vec<String>,
}

impl Reading {
    /// Reads sheets; `problems` are those that reading the file found, of rows that are not among the sheets' any more.
    pub fn new(sheets: &[Sheet], problems: Vec<ListProblem>) -> Self {
        let mut reading = Self { bad_rows: problems.len(), problems, ..Self::default() };
        for sheet in sheets {
            reading.sheet(sheet);
        }
        if reading.rows.is_empty() && reading.problems.is_empty() {
            let names =
                |columns: &[usize]| columns.iter().map(|column| heading(*column)).collect::<Vec<_>>().join(", ");
            reading.problem(ListProblem {
                code: "missing-header",
                place: Place { sheet: None, row: 0, column: None },
                message: "no row names the columns of a list, or nothing stands below it".to_owned(),
                advice: format!("begin with a row of names, at least {}", names(&REQUIRED)),
            });
        }
        reading
    }

    /// How many rows are terms.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row is a term.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn problem(&mut self, problem: ListProblem) {
        if self.problems.len() < LISTED {
            self.problems.push(problem);
        }
    }

    fn sheet(&mut self, sheet: &Sheet) {
        let mut rows = sheet.rows.iter().filter(|row| !row.is_blank());
        let mut first = rows.by_ref().take(HEADING_ROWS);
        let names_the_columns = |row: &&SheetRow| row.cells.iter().any(|cell| names(cell) == Some(column::TERM));
        let Some(head) = first.find(names_the_columns) else {
            self.passed_over.extend(sheet.name.as_ref().map(ToString::to_string));
            return;
        };
        let place = Place { sheet: sheet.name.clone(), row: head.number, column: None };
        let headings = self.headings(head, &place);
        let missing: Vec<&str> =
            REQUIRED.into_iter().filter(|column| headings[*column].is_none()).map(heading).collect();
        if !missing.is_empty() {
            self.bad_rows += 1;
            return self.problem(ListProblem {
                code: "missing-column",
                place,
                message: format!("the list has no column {}", missing.join(", ")),
                advice: format!("add it; {} is one of {}", heading(REQUIRED[1]), words(REQUIRED[1]).join(", ")),
            });
        }
        let headings = Arc::new(headings);
        for row in rows {
            let place = Place { sheet: sheet.name.clone(), row: row.number, column: None };
            match read(row, &headings, &place) {
                Ok(row) => self.rows.push(row),
                Err(problems) => {
                    self.bad_rows += 1;
                    for problem in problems {
                        self.problem(problem);
                    }
                }
            }
        }
    }

    /// The columns of a sheet by column of the list.
    fn headings(&mut self, head: &SheetRow, place: &Place) -> [Option<Heading>; COUNT] {
        let mut headings = [const { None }; COUNT];
        for (index, cell) in head.cells.iter().enumerate() {
            let Cell::Text(name) = cell else { continue };
            let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
            let found = Heading { number, name: name.trim().into() };
            match names(cell).and_then(|column| headings.get_mut(column)) {
                Some(heading @ None) => *heading = Some(found),
                Some(Some(first)) => {
                    let advice = format!("column {} `{}` is used; remove the other", first.number, first.name);
                    self.problem(ListProblem {
                        code: "duplicate-column",
                        place: Place { column: Some(found), ..place.clone() },
                        message: "two columns say the same".to_owned(),
                        advice,
                    });
                }
                None if found.name.is_empty() => {}
                None => self.unknown_columns.push(found.name.to_string()),
            }
        }
        headings
    }
}

fn names(cell: &Cell) -> Option<usize> {
    match cell {
        Cell::Text(name) => column_named(name),
        Cell::Unreadable(_) => None,
    }
}

fn read(row: &SheetRow, headings: &Arc<[Option<Heading>; COUNT]>, place: &Place) -> Result<Row, Vec<ListProblem>> {
    let mut problems = Vec::new();
    let mut cells = [const { String::new() }; COUNT];
    let at = |column: usize| Place { column: headings.get(column).cloned().flatten(), ..place.clone() };
    for (column, (cell, heading)) in cells.iter_mut().zip(headings.iter()).enumerate() {
        let Some(heading) = heading else { continue };
        let index = heading.number.saturating_sub(1) as usize;
        match row.cells.get(index) {
            None => {}
            Some(Cell::Text(text)) => match written(column, text) {
                Ok(text) => *cell = text,
                Err((code, message, advice)) => {
                    problems.push(ListProblem { code, place: at(column), message, advice });
                }
            },
            Some(Cell::Unreadable(what)) => problems.push(ListProblem {
                code: "bad-cell",
                place: at(column),
                message: (*what).to_owned(),
                advice: "write the cell as text".to_owned(),
            }),
        }
    }
    let term = from_cells(&cells[OWN..], place.row);
    for (column, problem) in term.as_ref().err().into_iter().flatten() {
        let place = at(OWN + column);
        // A cell that could not be read is no empty one.
        if problems.iter().all(|other| other.place != place) {
            let advice = advice(OWN + column, &problem.advice);
            problems.push(ListProblem { code: problem.code, place, message: problem.message.clone(), advice });
        }
    }
    let [pack, rule, file, ..] = cells;
    match term {
        Ok(term) if problems.is_empty() => {
            Ok(Row { place: place.clone(), headings: Arc::clone(headings), pack, rule, file, term })
        }
        _ => Err(problems),
    }
}

/// What to do about a cell, with the words that are known in place of those that a term file has.
fn advice(column: usize, advice: &str) -> String {
    match words(column).as_slice() {
        [] => advice.to_owned(),
        known => format!("write one of {}", known.join(", ")),
    }
}

/// A cell as a term file writes it.
fn written(column: usize, text: &str) -> Result<String, (&'static str, String, String)> {
    let text = restored(text).trim();
    let field = field(column);
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err((
            "broken-character",
            "the cell holds a character that could not be read".to_owned(),
            "write it again, or save the file as UTF-8".to_owned(),
        ));
    }
    let breaks = text.contains(['\t', '\n']);
    match field {
        // Whoever writes several lines into such a cell means one text.
        "suggestion" | "note" | "source" if breaks => {
            let parts = text.split(['\t', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty());
            Ok(parts.collect::<Vec<_>>().join(" "))
        }
        "exceptions" if breaks => Ok(text.replace(['\t', '\n', '\r'], "|")),
        _ if breaks => Err((
            "line-break",
            "the cell holds a line end or a tab, which a term file cannot".to_owned(),
            "write one row for each term".to_owned(),
        )),
        "since" => Ok(day(text)),
        _ => Ok(value(column, text)),
    }
}

/// A day as spreadsheets and people write it, in the form of term files; what is none stays what it is.
fn day(text: &str) -> String {
    let date = text.split_once([' ', 'T']).map_or(text, |(date, time)| if is_midnight(time) { date } else { text });
    let parts: Vec<&str> =
        date.trim_end_matches(['日', '号']).split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let [year, month, day] = parts.as_slice() else { return text.to_owned() };
    let proper = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if proper(year, 4, 4) && proper(month, 1, 2) && proper(day, 1, 2) {
        format!("{year}-{month:0>2}-{day:0>2}")
    } else {
        text.to_owned()
    }
}

fn is_midnight(time: &str) -> bool {
    time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_spreadsheets_write_them() {
        for text in ["2018-02-01", "2018/2/1", "2018.2.1", "2018年2月1日", "2018-02-01 00:00:00", "2018/02/01 0:00"]
        {
            assert_eq!(day(text), "2018-02-01", "{text}");
        }
        for text in ["", "2月1日", "2018/2/1 10:00", "18/2/1", "soon", "2018-2"] {
            assert_eq!(day(text), text);
        }
    }

    #[test]
    fn cells_are_written_as_term_files_write_them() {
        let cell = |name: &str, text: &str| written(column_named(name).unwrap(), text).map_err(|(code, ..)| code);
        let ok = |text: &str| Ok(text.to_owned());
        assert_eq!(cell("mode", "句型"), ok("pattern"));
        assert_eq!(cell("mode", "Word"), ok("Word"), "left to the reader of terms");
        assert_eq!(cell("term", "句型"), ok("句型"));
        assert_eq!(cell("term", "'=1"), ok("=1"));
        assert_eq!(cell("term", "a\nb"), Err("line-break"));
        assert_eq!(cell("term", "a\u{fffd}"), Err("broken-character"));
        assert_eq!(cell("note", " a\r\n b\tc "), ok("a b c"));
        assert_eq!(cell("exceptions", "手机后台\n后台运行"), ok("手机后台|后台运行"));
    }
}
