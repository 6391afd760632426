//! Tables of tab-separated cells with a header, as `docs/packs.md` describes them.

use std::sync::Arc;

use super::code;
use super::diagnostic::Diagnostic;
use super::lines::{Comments, Line, lines};
use super::nearest;
use super::pack::Origin;
use super::problems::Problems;

/// The columns that a table may have, and how its cells are trimmed.
#[derive(Debug)]
pub(super) struct Form {
    /// Their names; `Row::cell` takes an index into this list.
    pub(super) columns: &'static [&'static str],
    /// The first so many of them must be there.
    pub(super) required: usize,
    /// Cuts blanks off a cell.
    pub(super) trim: fn(&str) -> &str,
}

/// A cell and where it starts in its line.
#[derive(Debug, Clone, Copy, Default)]
struct Cell<'t> {
    offset: usize,
    text: &'t str,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row<'t> {
    file: Arc<str>,
    line: Line<'t>,
    /// By index into the form's columns.
    cells: Vec<Cell<'t>>,
}

impl<'t> Row<'t> {
    /// A row that stood elsewhere: `joined` are its cells with one character between them.
    pub(super) fn of_cells(number: u32, joined: &'t str, cells: &'t [String]) -> Self {
        let mut next = 0;
        let mut place = |text: &'t String| {
            let offset = next;
            next += text.len() + 1;
            Cell { offset, text }
        };
        let cells = cells.iter().map(&mut place).collect();
        Self { file: "list".into(), line: Line { number, text: joined }, cells }
    }

    /// The text of a column; empty if the row or the table does not have it.
    pub(super) fn cell(&self, column: usize) -> &'t str {
        self.cells.get(column).copied().unwrap_or_default().text
    }

    /// The place of a column's cell.
    pub(super) fn origin(&self, column: usize) -> Origin {
        self.line.origin(&self.file, self.cells.get(column).copied().unwrap_or_default().offset)
    }

    /// A problem with the cell of a column.
    pub(super) fn error(&self, column: usize, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.origin(column), message).underline(self.cell(column).chars().count())
    }

    /// The parts of a cell between bars, without blank ones.
    pub(super) fn parts(&self, column: usize) -> Vec<String> {
        self.cell(column).split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

/// The rows of a table. Rows and columns that cannot be understood are reported and left out; without a required column
/// there are no rows.
pub(super) fn rows<'t>(file: &str, bytes: &'t [u8], form: &Form, problems: &mut Problems) -> Vec<Row<'t>> {
    let file: Arc<str> = file.into();
    let all = lines(&file, bytes, Comments::Skipped, problems);
    let Some((header, content)) = all.split_first() else {
        problems.push(
            Diagnostic::error(code::MISSING_COLUMN, Origin { file, line: 0, column: 0 }, "the file has no header line")
                .advise(format!("begin it with the names of its columns: {}", form.columns.join(" TAB "))),
        );
        return Vec::new();
    };
    let Some(places) = header_places(&file, *header, form, problems) else { return Vec::new() };
    content.iter().filter_map(|line| row(&file, *line, &places, form, problems)).collect()
}

/// For each cell of the header the column that it names, if it is one.
pub(super) fn header_places(
    file: &Arc<str>,
    header: Line<'_>,
    form: &Form,
    problems: &mut Problems,
) -> Option<Vec<Option<usize>>> {
    let mut names: Vec<(usize, &str)> = header.cells(str::trim).collect();
    // Spreadsheets end lines with tabs; what stands below those belongs to no column.
    while names.last().is_some_and(|(_, name)| name.is_empty()) {
        names.pop();
    }
    let mut places: Vec<Option<usize>> = Vec::new();
    for (offset, name) in names {
        let found = form.columns.iter().position(|column| *column == name);
        let problem = |code, message: String| {
            Diagnostic::error(code, header.origin(file, offset), message).underline(name.chars().count())
        };
        let place = match found {
            Some(column) if places.contains(&Some(column)) => {
                problems.push(
                    problem(code::DUPLICATE_COLUMN, format!("the column `{name}` occurs twice"))
                        .advise("the first one is used; remove the other"),
                );
                None
            }
            None if name.is_empty() => None,
            None => {
                problems.push(
                    problem(code::UNKNOWN_COLUMN, format!("unknown column `{name}`"))
                        .advise(nearest::advice(name, form.columns)),
                );
                None
            }
            found => found,
        };
        places.push(place);
    }
    let missing: Vec<&str> = (0..form.required)
        .filter(|column| !places.contains(&Some(*column)))
        .filter_map(|column| form.columns.get(column).copied())
        .collect();
    if missing.is_empty() {
        return Some(places);
    }
    problems.push(
        Diagnostic::error(
            code::MISSING_COLUMN,
            Origin { file: Arc::clone(file), line: header.number, column: 0 },
            format!("the header lacks {}", nearest::listed(&missing)),
        )
        .advise(if header.text.contains([',', '，']) && !header.text.contains('\t') {
            "its columns are separated by commas: a term list for this folder is separated by tabs; save it as \
             tab-separated text, or read it with `zhijian dictionary import`"
        } else {
            "the first line that is no comment names the columns, separated by tabs; nothing else of the file is read"
        }),
    );
    None
}

fn row<'t>(
    file: &Arc<str>,
    line: Line<'t>,
    places: &[Option<usize>],
    form: &Form,
    problems: &mut Problems,
) -> Option<Row<'t>> {
    // A cell that a short row lacks is meant at its end.
    let missing = Cell { offset: line.text.len(), text: "" };
    let mut cells = vec![missing; form.columns.len()];
    for (index, (offset, text)) in line.cells(form.trim).enumerate() {
        match places.get(index) {
            Some(Some(column)) => {
                if let Some(cell) = cells.get_mut(*column) {
                    *cell = Cell { offset, text };
                }
            }
            Some(None) => {}
            None if text.is_empty() => {}
            None => {
                problems.push(
                    Diagnostic::error(
                        code::TOO_MANY_CELLS,
                        line.origin(file, offset),
                        format!("the row has more cells than the header's {}", places.len()),
                    )
                    .underline(text.chars().count())
                    .advise("cells are separated by single tabs, and an empty cell needs its tab too"),
                );
                return None;
            }
        }
    }
    Some(Row { file: Arc::clone(file), line, cells })
}

#[cfg(test)]
mod tests {
    use super::super::files::Files;
    use super::*;

    const FORM: Form = Form { columns: &["term", "mode", "note"], required: 2, trim: str::trim };

    type Found = (Vec<[String; 3]>, Vec<(&'static str, u32, u32)>);

    fn read(text: &str) -> Found {
        let mut problems = Problems::default();
        let found = rows("a.tsv", text.as_bytes(), &FORM, &mut problems)
            .iter()
            .map(|row| [0, 1, 2].map(|column| row.cell(column).to_owned()))
            .collect();
        let all = problems.finish(&Files::default());
        (found, all.iter().map(|one| (one.code, one.origin.line, one.origin.column)).collect())
    }

    fn row_of(cells: [&str; 3]) -> [String; 3] {
        cells.map(str::to_owned)
    }

    #[test]
    fn columns_come_in_any_order() {
        let (rows, problems) = read("mode\tterm\nword\t 后台 \nword\n");
        assert_eq!(rows, [row_of(["后台", "word", ""]), row_of(["", "word", ""])]);
        assert_eq!(problems, []);
    }

    #[test]
    fn quotes_are_ordinary_characters() {
        assert_eq!(read("term\tmode\n\"a\t\"b\n").0, [row_of(["\"a", "\"b", ""])]);
    }

    #[test]
    fn unknown_and_repeated_columns_are_left_out() {
        let (rows, problems) = read("term\ttrem\tmode\tterm\na\tb\tc\td\n");
        assert_eq!(rows, [row_of(["a", "c", ""])]);
        assert_eq!(problems, [("unknown-column", 1, 6), ("duplicate-column", 1, 16)]);
    }

    #[test]
    fn row_with_a_cell_too_many_is_left_out() {
        let (rows, problems) = read("term\tmode\na\tb\t\t\na\tb\tc\nd\te\n");
        assert_eq!(rows, [row_of(["a", "b", ""]), row_of(["d", "e", ""])]);
        assert_eq!(problems, [("too-many-cells", 3, 5)]);
    }

    #[test]
    fn tabs_at_the_end_of_the_header_make_no_column() {
        let (rows, problems) = read("term\tmode\t\t\na\tb\t\t\nc\td\t\te\n");
        assert_eq!(rows, [row_of(["a", "b", ""])]);
        assert_eq!(problems, [("too-many-cells", 3, 6)]);
    }

    #[test]
    fn without_a_required_column_there_are_no_rows() {
        assert_eq!(read("term\tnote\na\tb\n"), (vec![], vec![("missing-column", 1, 0)]));
        assert_eq!(read("# nothing\n\n"), (vec![], vec![("missing-column", 0, 0)]));
    }
}
