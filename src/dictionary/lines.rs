//! Files that are read line by line.

use std::sync::Arc;

use super::code;
use super::diagnostic::Diagnostic;
use super::pack::Origin;
use super::problems::Problems;
use super::source::{NOT_UTF8_ADVICE, number, without_mark};

/// Whether a line that starts with `#` is a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// It is, and is skipped.
    Skipped,
    /// It is content like any other.
    Kept,
}

/// A line with content, without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) number: u32,
    pub(super) text: &'t str,
}

impl<'t> Line<'t> {
    /// The place of a part of this line.
    pub(super) fn origin(&self, file: &Arc<str>, offset: usize) -> Origin {
        let before = self.text.get(..offset).map_or(0, |before| before.chars().count());
        Origin { file: Arc::clone(file), line: self.number, column: number(before) }
    }

    /// Its cells between tabs with the byte offsets at which they start, trimmed by `trim`.
    pub(super) fn cells(&self, trim: fn(&str) -> &str) -> impl Iterator<Item = (usize, &'t str)> {
        let text = self.text;
        let mut next = 0;
        text.split('\t').map(move |raw| {
            let start = next;
            next += raw.len() + 1;
            let cell = trim(raw);
            // A cell without content is meant where it starts, not where the next one does.
            let lead = if cell.is_empty() { 0 } else { raw.find(cell).unwrap_or_default() };
            (start + lead, cell)
        })
    }
}

/// The lines with content. Lines that are not UTF-8 are left out and reported once a file.
pub(super) fn lines<'t>(
    file: &Arc<str>,
    bytes: &'t [u8],
    comments: Comments,
    problems: &mut Problems,
) -> Vec<Line<'t>> {
    let mut broken: Option<(Origin, usize)> = None;
    let mut found = Vec::new();
    for (index, line) in without_mark(bytes).split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = match std::str::from_utf8(line) {
            Ok(text) => text,
            Err(error) => {
                let valid = line.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok());
                let column = number(valid.map_or(0, |valid| valid.chars().count()));
                let first = Origin { file: Arc::clone(file), line: number(index), column };
                broken.get_or_insert((first, 0)).1 += 1;
                continue;
            }
        };
        let skipped = comments == Comments::Skipped && text.starts_with('#');
        if !skipped && !text.trim().is_empty() {
            found.push(Line { number: number(index), text });
        }
    }
    if let Some((origin, count)) = broken {
        let message = match count {
            1 => "this line is not UTF-8".to_owned(),
            _ => format!("this line and {} more are not UTF-8", count - 1),
        };
        problems.push(Diagnostic::error(code::NOT_UTF8, origin, message).advise(NOT_UTF8_ADVICE));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], comments: Comments) -> (Vec<(u32, &str)>, usize) {
        let mut problems = Problems::default();
        let found = lines(&"a.tsv".into(), bytes, comments, &mut problems);
        (found.into_iter().map(|line| (line.number, line.text)).collect(), problems.count())
    }

    #[test]
    fn marks_ends_comments_and_blanks_are_passed_over() {
        let bytes = b"\xef\xbb\xbf# why\r\n\r\na\tb\r\n \t \n#c\nd";
        assert_eq!(read(bytes, Comments::Skipped), (vec![(3, "a\tb"), (6, "d")], 0));
        assert_eq!(read(b"#c\n{}", Comments::Kept), (vec![(1, "#c"), (2, "{}")], 0));
    }

    #[test]
    fn lines_that_are_not_utf8_are_left_out() {
        assert_eq!(read(b"a\n\xba\xf3\nb\n\xff\n", Comments::Skipped), (vec![(1, "a"), (3, "b")], 1));
    }

    #[test]
    fn cells_know_where_they_start() {
        let line = Line { number: 1, text: " 后台\t\t word " };
        let cells: Vec<_> = line.cells(str::trim).collect();
        assert_eq!(cells, [(1, "后台"), (8, ""), (10, "word")]);
        assert_eq!(line.origin(&"a.tsv".into(), 10).column, 7);
    }
}
