//! A file as text, and the places of its characters.

use std::ops::Range;
use std::sync::Arc;

use super::code;
use super::diagnostic::Diagnostic;
use super::pack::Origin;
use super::problems::Problems;

/// The bytes with which some editors begin a UTF-8 file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file without its byte order mark.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

/// A text and where its lines start.
#[derive(Debug)]
pub(super) struct SourceText<'t> {
    pub(super) file: Arc<str>,
    pub(super) text: &'t str,
    starts: Vec<usize>,
}

impl<'t> SourceText<'t> {
    /// Takes bytes for text; if they are not UTF-8 the file as a whole is left out.
    pub(super) fn read(file: &str, bytes: &'t [u8], problems: &mut Problems) -> Option<Self> {
        let bytes = without_mark(bytes);
        let file: Arc<str> = file.into();
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
                Some(Self { file, text, starts })
            }
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok());
                let (line, column) = valid.map_or((1, 1), end_of);
                problems.push(
                    Diagnostic::error(code::NOT_UTF8, Origin { file, line, column }, "the file is not UTF-8")
                        .advise(NOT_UTF8_ADVICE),
                );
                None
            }
        }
    }

    /// Line and column of a byte offset.
    pub(super) fn origin(&self, offset: usize) -> Origin {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        // An offset inside a character counts as that character's.
        let column = self.text.get(start..).map_or(0, |rest| {
            rest.char_indices().take_while(|(at, character)| start + at + character.len_utf8() <= offset).count()
        });
        Origin { file: Arc::clone(&self.file), line: number(line), column: number(column) }
    }

    /// Characters of a byte range that stand in its first line.
    pub(super) fn length(&self, span: &Range<usize>) -> usize {
        let text = self.text.get(span.clone()).unwrap_or_default();
        text.lines().next().unwrap_or_default().chars().count()
    }

    /// An error in a byte range.
    pub(super) fn error(&self, code: &'static str, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.origin(span.start), message).underline(self.length(span))
    }
}

/// What to do about a file in another encoding.
pub(super) const NOT_UTF8_ADVICE: &str = "save it as UTF-8 (a spreadsheet program may have written GBK)";

/// A 1-based number from an index.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

/// The place right after a text.
fn end_of(text: &str) -> (u32, u32) {
    let line = text.matches('\n').count();
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count();
    (number(line), number(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, offset: usize) -> (u32, u32) {
        let source = SourceText::read("a.toml", text.as_bytes(), &mut Problems::default());
        source.map_or((0, 0), |source| {
            let origin = source.origin(offset);
            (origin.line, origin.column)
        })
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(place("", 0), (1, 1));
        assert_eq!(place("后台 = 1\nb", 7), (1, 4));
        assert_eq!(place("后台 = 1\nb", 11), (2, 1));
        assert_eq!(place("后台", 4), (1, 2));
        assert_eq!(place("ab", 2), (1, 3));
        assert_eq!(place("ab\n", 3), (2, 1));
        assert_eq!(place("\u{feff}ab", 1), (1, 2));
    }

    #[test]
    fn first_byte_that_is_not_utf8_is_named() {
        let mut problems = Problems::default();
        assert!(SourceText::read("a.toml", b"id = 1\n\xe5\x90\x8e\xba\xf3", &mut problems).is_none());
        let all = problems.finish(&super::super::files::Files::default());
        assert_eq!((all[0].code, all[0].origin.line, all[0].origin.column), ("not-utf8", 2, 2));
    }
}
