//! Putting a list into a term file line by line: comments, the order and every line that says the same stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lines::{Comments, lines};
use super::super::pack::Term;
use super::super::problems::Problems;
use super::super::terms::{COLUMNS, cells, header_columns, terms};

/// What a term file says of a term.
type Cells = [String; COLUMNS.len()];

/// The column that is never blank and never begins like a comment.
const MODE: usize = 1;

/// A term file with a list in it.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) bytes: Vec<u8>,
    /// The index of the list's term by line.
    pub(super) lines: BTreeMap<u32, usize>,
    /// Terms that the list does not have and that stay.
    pub(super) kept: usize,
}

/// What becomes of terms that the list does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// They were taken out of the list, so they go.
    Removed,
    /// Rows of the list could not be read, and may have been these.
    Kept,
}

/// Puts a list into a file that reads without a problem, or into none.
pub(super) fn merge(old: Option<&[u8]>, list: &[&Term], missing: Missing) -> Merged {
    let wanted: Vec<Cells> = list.iter().map(|term| cells(term)).collect();
    let Some(old) = old else { return fresh(&wanted) };
    let written: BTreeMap<u32, Cells> =
        terms("", old, &mut Problems::default()).iter().map(|term| (term.origin.line, cells(term))).collect();
    let pairs = paired(&written, &wanted);
    let all = lines(&"".into(), old, Comments::Kept, &mut Problems::default());
    let head = all.iter().find(|line| !line.text.starts_with('#')).copied();
    let Some((head, old_columns)) = head.and_then(|head| Some((head, header_columns(head)?))) else {
        return fresh(&wanted);
    };
    let columns = columns(&old_columns, &wanted, &written);
    let same_head = columns == old_columns;
    let mut out = Vec::with_capacity(old.len());
    let mut found = Merged { bytes: Vec::new(), lines: BTreeMap::new(), kept: 0 };
    let end: &[u8] = if old.windows(2).any(|two| two == b"\r\n") { b"\r\n" } else { b"\n" };
    let mut number = 0;
    for (used, raw) in (1..).zip(old.split_inclusive(|byte| *byte == b'\n')) {
        let index = pairs.get(&used).copied();
        let row = written.get(&used);
        if used == head.number {
            number += 1;
            if same_head {
                out.extend_from_slice(raw);
            } else {
                let mark: &[u8] = b"\xef\xbb\xbf";
                out.extend_from_slice(if raw.starts_with(mark) { mark } else { b"" });
                push_line(&mut out, &columns, |column| COLUMNS.get(column).copied().unwrap_or_default(), end);
            }
        } else if let Some(row) = row {
            let term = match index {
                Some(index) => wanted.get(index),
                None if missing == Missing::Removed => continue,
                None => {
                    found.kept += 1;
                    Some(row)
                }
            };
            let term = term.unwrap_or(row);
            number += 1;
            if term == row && same_head {
                out.extend_from_slice(raw);
            } else {
                push_row(&mut out, &columns, term, end);
            }
            if let Some(index) = index {
                found.lines.insert(number, index);
            }
        } else {
            number += 1;
            out.extend_from_slice(raw);
        }
    }
    let taken: BTreeSet<usize> = pairs.into_values().collect();
    for (index, term) in wanted.iter().enumerate().filter(|(index, _)| !taken.contains(index)) {
        if out.last().is_some_and(|last| *last != b'\n') {
            out.extend_from_slice(end);
        }
        push_row(&mut out, &columns, term, end);
        number += 1;
        found.lines.insert(number, index);
    }
    Merged { bytes: out, ..found }
}

/// A file of its own, with the columns that some term needs.
fn fresh(wanted: &[Cells]) -> Merged {
    let columns = columns(&[Some(0), Some(MODE)], wanted, &BTreeMap::new());
    let mut bytes = Vec::new();
    push_line(&mut bytes, &columns, |column| COLUMNS.get(column).copied().unwrap_or_default(), b"\n");
    let mut lines = BTreeMap::new();
    for ((index, term), number) in wanted.iter().enumerate().zip(2..) {
        push_row(&mut bytes, &columns, term, b"\n");
        lines.insert(number, index);
    }
    Merged { bytes, lines, kept: 0 }
}

/// Which term of the list is which line of the file: first those that say the same, then those with the same text in the
/// same mode, then those with the same text.
fn paired(written: &BTreeMap<u32, Cells>, wanted: &[Cells]) -> BTreeMap<u32, usize> {
    let mut pairs = BTreeMap::new();
    let mut taken = vec![false; wanted.len()];
    for length in [COLUMNS.len(), MODE + 1, 1] {
        // The last is taken first.
        let mut free: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
        for (index, term) in
            wanted.iter().enumerate().filter(|(index, _)| !taken.get(*index).copied().unwrap_or(true)).rev()
        {
            free.entry(term.get(..length).unwrap_or_default()).or_default().push(index);
        }
        for (line, row) in written {
            if pairs.contains_key(line) {
                continue;
            }
            let same = free.get_mut(row.get(..length).unwrap_or_default());
            if let Some(index) = same.and_then(Vec::pop) {
                pairs.insert(*line, index);
                if let Some(taken) = taken.get_mut(index) {
                    *taken = true;
                }
            }
        }
    }
    pairs
}

/// The columns of a file in which all of these can be written: what is needed is added, and if a line would begin like a
/// comment, the mode comes first.
fn columns(old: &[Option<usize>], wanted: &[Cells], written: &BTreeMap<u32, Cells>) -> Vec<Option<usize>> {
    let mut columns = old.to_vec();
    for column in 0..COLUMNS.len() {
        let needed = wanted.iter().any(|term| term.get(column).is_some_and(|cell| !cell.is_empty()));
        if needed && !columns.contains(&Some(column)) {
            columns.push(Some(column));
        }
    }
    let first = columns.first().copied().flatten().unwrap_or(COLUMNS.len());
    let like_a_comment =
        |term: &Cells| first < COLUMNS.len() && term.get(first).is_some_and(|cell| cell.starts_with('#'));
    if wanted.iter().chain(written.values()).any(like_a_comment) {
        columns.retain(|column| *column != Some(MODE));
        columns.insert(0, Some(MODE));
    }
    columns
}

fn push_row(out: &mut Vec<u8>, columns: &[Option<usize>], term: &Cells, end: &[u8]) {
    push_line(out, columns, |column| term.get(column).map_or("", String::as_str), end);
}

fn push_line<'c>(out: &mut Vec<u8>, columns: &[Option<usize>], cell: impl Fn(usize) -> &'c str, end: &[u8]) {
    let cells: Vec<&str> = columns.iter().map(|column| column.map_or("", &cell)).collect();
    out.extend_from_slice(cells.join("\t").as_bytes());
    out.extend_from_slice(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Term> {
        let mut problems = Problems::default();
        let found = terms("", text.as_bytes(), &mut problems);
        assert_eq!(problems.count(), 0, "{text:?}");
        found
    }

    fn merged(old: &str, list: &str, missing: Missing) -> (String, usize) {
        let list = read(list);
        let merged = merge(Some(old.as_bytes()), &list.iter().collect::<Vec<_>>(), missing);
        for (line, index) in &merged.lines {
            let text = String::from_utf8(merged.bytes.clone()).unwrap();
            let term = read(&text).into_iter().find(|term| term.origin.line == *line).unwrap();
            assert_eq!(cells(&term), cells(&list[*index]));
        }
        (String::from_utf8(merged.bytes).unwrap(), merged.kept)
    }

    const OLD: &str = "# why\nterm\tmode\tconfidence\n# people\n后台\tword\t850\n\n前台 \tword\nBUG\tsubstring\t900";

    #[test]
    fn the_same_list_changes_no_byte() {
        let (text, _) = merged(
            OLD,
            "mode\tterm\tconfidence\nsubstring\tBUG\t900\nword\t前台\t\nword\t后台\t850\n",
            Missing::Removed,
        );
        assert_eq!(text, OLD);
        let windows = OLD.replace('\n', "\r\n");
        assert_eq!(merged(&windows, OLD, Missing::Removed).0, windows);
    }

    #[test]
    fn what_was_not_touched_keeps_its_line_and_its_comments() {
        let list = "term\tmode\tconfidence\tnote\n后台\tword\t700\t\n工单\tword\t\tnew\n前台\tword\t\t\n";
        let (text, _) = merged(OLD, list, Missing::Removed);
        assert_eq!(
            text,
            "# why\nterm\tmode\tconfidence\tnote\n# people\n后台\tword\t700\t\n\n前台\tword\t\t\n工单\tword\t\tnew\n"
        );
        let list = "term\tmode\tconfidence\n后台\tword\t700\n工单\tword\t\n";
        let (text, kept) = merged(OLD, list, Missing::Kept);
        assert_eq!(kept, 2);
        assert_eq!(
            text,
            "# why\nterm\tmode\tconfidence\n# people\n后台\tword\t700\n\n前台 \tword\nBUG\tsubstring\t900\n工单\tword\t\n"
        );
    }

    #[test]
    fn a_term_that_looks_like_a_comment_is_written_behind_its_mode() {
        let (text, _) = merged(OLD, "mode\tterm\nsubstring\t#退款\nword\t后台\n", Missing::Removed);
        assert_eq!(text, "# why\nmode\tterm\tconfidence\n# people\nword\t后台\t\n\nsubstring\t#退款\t\n");
        let list = read("mode\tterm\nsubstring\t#退款\n");
        let merged = merge(None, &list.iter().collect::<Vec<_>>(), Missing::Removed);
        assert_eq!(merged.bytes, "mode\tterm\nsubstring\t#退款\n".as_bytes());
    }

    #[test]
    fn terms_written_twice_are_told_apart() {
        let old = "term\tmode\tnote\na\tsubstring\tx\na\tpattern\ty\na\tsubstring\tz\n";
        assert_eq!(merged(old, old, Missing::Removed).0, old);
        let list = "term\tmode\tnote\na\tsubstring\tz\na\tpattern\tw\n";
        assert_eq!(merged(old, list, Missing::Removed).0, "term\tmode\tnote\na\tpattern\tw\na\tsubstring\tz\n");
    }
}
