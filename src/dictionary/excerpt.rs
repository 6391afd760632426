//! A line of a file as it is shown on a terminal, with marks under the characters that are meant.

use unicode_width::UnicodeWidthChar;

/// Terminal columns that an excerpt may take; a longer line is cut around the marks.
const COLUMNS: usize = 100;

/// Terminal columns of a long line that are kept before the marks.
const BEFORE: usize = 40;

/// What a tab is shown as: its true width depends on where it stands, which would move the marks.
const TAB: &str = "    ";

/// A line and the marks below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The line, without anything that would move a cursor.
    pub(super) line: String,
    /// Spaces and carets; empty when the line as a whole is meant.
    pub(super) marks: String,
}

impl Excerpt {
    /// Shows `line` with `length` characters marked from `column` (1-based, 0 for the whole line) on.
    pub(super) fn of(line: &str, column: u32, length: u32) -> Self {
        let cells: Vec<(String, usize)> = line.chars().map(cell).collect();
        let (start, end) = match (column as usize).checked_sub(1) {
            Some(start) => {
                let start = start.min(cells.len());
                (start, start.saturating_add(length as usize).min(cells.len()))
            }
            None => (0, 0),
        };
        let window = window(&cells, start);
        let mut shown = String::new();
        let mut marks = String::new();
        if window.start > 0 {
            shown.push('…');
            marks.push(' ');
        }
        for (index, (text, width)) in cells.iter().enumerate().take(window.end).skip(window.start) {
            shown.push_str(text);
            if index < start {
                marks.extend(std::iter::repeat_n(' ', *width));
            } else if index < end {
                marks.extend(std::iter::repeat_n('^', *width));
            }
        }
        if window.end < cells.len() {
            shown.push('…');
        }
        shown.truncate(shown.trim_end().len());
        if column == 0 {
            marks.clear();
        } else if !marks.ends_with('^') {
            // The end of the line, or a character without width, is meant.
            marks.push('^');
        }
        Self { line: shown, marks }
    }
}

/// A character as shown and its width. Control, formatting and other invisible characters are spelt out: they are often
/// what is wrong, and a terminal must not obey a file.
fn cell(character: char) -> (String, usize) {
    if character == '\t' {
        return (TAB.to_owned(), TAB.len());
    }
    match character.width() {
        Some(width) if width > 0 && !is_unsafe(character) => (character.to_string(), width),
        _ => {
            let text = character.escape_unicode().to_string();
            let width = text.len();
            (text, width)
        }
    }
}

/// Characters with a width that nevertheless change how others are shown.
fn is_unsafe(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The cells to show: all of a short line, otherwise those around `start`.
fn window(cells: &[(String, usize)], start: usize) -> std::ops::Range<usize> {
    let total: usize = cells.iter().map(|(_, width)| width).sum();
    if total <= COLUMNS {
        return 0..cells.len();
    }
    let mut first = start;
    let mut before = 0;
    while first > 0 && before + cells[first - 1].1 <= BEFORE {
        first -= 1;
        before += cells[first].1;
    }
    let mut last = first;
    let mut width = 0;
    while last < cells.len() && width + cells[last].1 <= COLUMNS {
        width += cells[last].1;
        last += 1;
    }
    first..last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(line: &str, column: u32, length: u32) -> (String, String) {
        let excerpt = Excerpt::of(line, column, length);
        (excerpt.line, excerpt.marks)
    }

    #[test]
    fn invisible_characters_are_spelt_out() {
        assert_eq!(shown("a\u{200b}b", 2, 1), ("a\\u{200b}b".into(), " ^^^^^^^^".into()));
        assert_eq!(shown("\u{1b}[31m", 1, 1).0, "\\u{1b}[31m");
        assert_eq!(shown("\u{202e}x", 2, 1), ("\\u{202e}x".into(), "        ^".into()));
    }

    #[test]
    fn end_of_line_can_be_meant() {
        assert_eq!(shown("后台", 3, 1), ("后台".into(), "    ^".into()));
        assert_eq!(shown("后台", 99, 7), ("后台".into(), "    ^".into()));
        assert_eq!(shown("", 1, 1), (String::new(), "^".into()));
    }

    #[test]
    fn whole_line_has_no_marks() {
        assert_eq!(shown("后台", 0, 1), ("后台".into(), String::new()));
    }

    #[test]
    fn long_line_is_cut_around_the_marks() {
        let line = "字".repeat(500);
        let (text, marks) = shown(&line, 301, 2);
        assert!(text.starts_with('…') && text.ends_with('…'), "{text}");
        assert_eq!(text.chars().count(), 52);
        assert_eq!(marks, format!("{}^^^^", " ".repeat(41)));
    }

    #[test]
    fn marks_longer_than_the_line_stop_with_it() {
        assert_eq!(shown("后台", 2, u32::MAX), ("后台".into(), "  ^^".into()));
    }

    proptest! {
        #[test]
        fn marks_follow_the_width_of_what_stands_before(before in "[a-z后台，。＃\t]{0,19}", marked in "[a-z后台]{1,5}") {
            let column = u32::try_from(before.chars().count() + 1).unwrap_or_default();
            let length = u32::try_from(marked.chars().count()).unwrap_or_default();
            let (_, marks) = shown(&format!("{before}{marked}x"), column, length);
            let width = |text: &str| text.chars().map(|c| cell(c).1).sum::<usize>();
            prop_assert_eq!(marks, format!("{}{}", " ".repeat(width(&before)), "^".repeat(width(&marked))));
        }

        #[test]
        fn no_line_panics_or_moves_the_cursor(line in any::<String>(), column in any::<u32>(), length in any::<u32>()) {
            let (line, marks) = shown(&line, column, length);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert!(marks.len() <= COLUMNS + 12);
        }
    }
}
