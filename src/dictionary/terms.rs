//! Rows of term, exception and cue files.

use super::code;
use super::diagnostic::Diagnostic;
use super::files::Files;
use super::keys::{DAY_ADVICE, day, not_a_day};
use super::lines::Line;
use super::name::named;
use super::nearest;
use super::pack::{Cue, Disguise, Echo, Exception, Mode, Term, TermPlace};
use super::problems::Problems;
use super::table::{Form, Row, header_places, rows};

/// Permille.
const FULL_CONFIDENCE: u16 = 1_000;

/// Characters of the longest term, exception or cue that is no pattern: nobody says more in the same words.
const LONGEST_TERM: usize = 1_000;

mod column {
    //! Indices into the columns of term files.
    pub(super) const TEXT: usize = 0;
    pub(super) const MODE: usize = 1;
    pub(super) const EXCEPTIONS: usize = 2;
    pub(super) const SUGGESTION: usize = 3;
    pub(super) const SINCE: usize = 4;
    pub(super) const CONFIDENCE: usize = 5;
    pub(super) const DISGUISE: usize = 6;
    pub(super) const ECHO: usize = 7;
    pub(super) const PLACE: usize = 8;
    pub(super) const NOTE: usize = 9;
    pub(super) const SOURCE: usize = 10;
}

/// The columns of term files.
pub(super) const COLUMNS: &[&str] =
    &["term", "mode", "exceptions", "suggestion", "since", "confidence", "disguise", "echo", "place", "note", "source"];

const TERM_FORM: Form = Form { columns: COLUMNS, required: 2, trim: str::trim };

const EXCEPTION_FORM: Form =
    Form { columns: &["exception", "mode", "terms", "note", "source"], required: 2, trim: str::trim };

const CUE_FORM: Form = Form { columns: &["cue", "mode", "value", "note", "source"], required: 2, trim: str::trim };

/// The terms of a file.
pub(super) fn terms(file: &str, bytes: &[u8], problems: &mut Problems) -> Vec<Term> {
    rows(file, bytes, &TERM_FORM, problems).iter().filter_map(|row| term(row, problems)).collect()
}

/// The columns that a header names, by their place in it; none if it lacks one that is required.
pub(super) fn header_columns(header: Line<'_>) -> Option<Vec<Option<usize>>> {
    header_places(&"".into(), header, &TERM_FORM, &mut Problems::default())
}

/// A term from cells that stood elsewhere, in the order of the columns and trimmed; what is wrong comes with the index of its
/// column.
pub(super) fn from_cells(cells: &[String], number: u32) -> Result<Term, Vec<(usize, Diagnostic)>> {
    let joined = cells.join("\t");
    let row = Row::of_cells(number, &joined, cells);
    let mut problems = Problems::default();
    let term = term(&row, &mut problems);
    let column = |problem: &Diagnostic| (0..cells.len()).find(|column| row.origin(*column) == problem.origin);
    term.ok_or_else(|| {
        let found = problems.finish(&Files::default()).into_iter();
        found.map(|problem| (column(&problem).unwrap_or_default(), problem)).collect()
    })
}

/// What a term file says of a term, in the order of the columns; what goes without saying is left blank.
pub(super) fn cells(term: &Term) -> [String; COLUMNS.len()] {
    let shown = |value: Option<String>| value.unwrap_or_default();
    [
        term.text.clone(),
        term.mode.to_string(),
        term.exceptions.join("|"),
        shown(term.suggestion.clone()),
        shown(term.since.map(|day| day.to_string())),
        shown(term.confidence.map(|permille| permille.to_string())),
        term.disguise.map(|disguise| disguise.to_string()).unwrap_or_default(),
        shown(term.echo.map(|echo| echo.to_string())),
        if term.place == TermPlace::Anywhere { String::new() } else { term.place.to_string() },
        term.note.clone(),
        term.source.clone(),
    ]
}

/// The exceptions of a file.
pub(super) fn exceptions(file: &str, bytes: &[u8], problems: &mut Problems) -> Vec<Exception> {
    let read = |row: &Row<'_>, problems: &mut Problems| {
        let (text, mode) = text_and_mode(row, Words::Refused, problems)?;
        Some(Exception { text, mode, terms: row.parts(2), note: row.cell(3).to_owned(), origin: row.origin(0) })
    };
    rows(file, bytes, &EXCEPTION_FORM, problems).iter().filter_map(|row| read(row, problems)).collect()
}

/// The cues of a file.
pub(super) fn cues(file: &str, bytes: &[u8], problems: &mut Problems) -> Vec<Cue> {
    let read = |row: &Row<'_>, problems: &mut Problems| {
        let (text, mode) = text_and_mode(row, Words::Refused, problems)?;
        let value = row.cell(2).to_owned();
        Some(Cue { text, mode, value, note: row.cell(3).to_owned(), origin: row.origin(0) })
    };
    rows(file, bytes, &CUE_FORM, problems).iter().filter_map(|row| read(row, problems)).collect()
}

fn term(row: &Row<'_>, problems: &mut Problems) -> Option<Term> {
    let before = problems.count();
    let head = text_and_mode(row, Words::Taken, problems);
    let since = since(row, problems);
    let confidence = confidence(row, problems);
    let disguise = disguise(row, head.as_ref().map(|(_, mode)| *mode), problems);
    let echo: Option<Echo> = choice(row, column::ECHO, code::BAD_ECHO, "echo", problems);
    let place: Option<TermPlace> = choice(row, column::PLACE, code::BAD_PLACE, "place", problems);
    let (text, mode) = head?;
    if problems.count() > before {
        return None;
    }
    let suggestion = row.cell(column::SUGGESTION);
    Some(Term {
        text,
        mode,
        exceptions: row.parts(column::EXCEPTIONS),
        suggestion: (!suggestion.is_empty()).then(|| suggestion.to_owned()),
        since,
        confidence,
        disguise,
        echo,
        place: place.unwrap_or(TermPlace::Anywhere),
        note: row.cell(column::NOTE).to_owned(),
        source: row.cell(column::SOURCE).to_owned(),
        origin: row.origin(column::TEXT),
    })
}

/// Whether the mode `word` goes here: only terms are held to the borders of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Taken,
    Refused,
}

fn text_and_mode(row: &Row<'_>, words: Words, problems: &mut Problems) -> Option<(String, Mode)> {
    let text = row.cell(column::TEXT);
    if text.is_empty() {
        problems.push(
            row.error(column::TEXT, code::EMPTY_TERM, "the row has nothing to look for")
                .advise("fill the first column or remove the row"),
        );
    }
    let written = row.cell(column::MODE);
    let mode = match named::<Mode>(written) {
        Ok(Mode::Word) if words == Words::Refused => {
            problems.push(
                row.error(column::MODE, code::BAD_MODE, "`word` is only for terms")
                    .advise("write `substring` or `pattern`"),
            );
            None
        }
        Ok(mode) => Some(mode),
        Err(unknown) => {
            let message =
                if written.is_empty() { "the mode is missing".to_owned() } else { format!("unknown mode `{written}`") };
            problems
                .push(row.error(column::MODE, code::BAD_MODE, message).advise(nearest::advice(written, unknown.known)));
            None
        }
    };
    if mode.is_some_and(|mode| mode != Mode::Pattern) && text.chars().nth(LONGEST_TERM).is_some() {
        let characters = text.chars().count();
        let message = format!("it has {characters} characters, and a term has at most {LONGEST_TERM}");
        problems.push(
            row.error(column::TEXT, code::TERM_TOO_LONG, message)
                .advise("keep the words that tell; a phrase with something between its parts is a pattern with {gap}"),
        );
        return None;
    }
    mode.filter(|_| !text.is_empty()).map(|mode| (text.to_owned(), mode))
}

fn since(row: &Row<'_>, problems: &mut Problems) -> Option<jiff::civil::Date> {
    let written = row.cell(column::SINCE);
    let since = day(written);
    if since.is_none() && !written.is_empty() {
        problems.push(row.error(column::SINCE, code::BAD_DAY, not_a_day(written)).advise(DAY_ADVICE));
    }
    since
}

fn confidence(row: &Row<'_>, problems: &mut Problems) -> Option<u16> {
    let written = row.cell(column::CONFIDENCE);
    if written.is_empty() {
        return None;
    }
    // `parse` alone would take a plus sign.
    let digits = written.bytes().all(|byte| byte.is_ascii_digit());
    let value = written.parse().ok().filter(|value| digits && *value <= FULL_CONFIDENCE);
    if value.is_none() {
        problems.push(
            row.error(column::CONFIDENCE, code::BAD_CONFIDENCE, format!("`{written}` is not a confidence"))
                .advise("write permille, a whole number from 0 to 1000: 0.9 is 900"),
        );
    }
    value
}

fn disguise(row: &Row<'_>, mode: Option<Mode>, problems: &mut Problems) -> Option<Disguise> {
    let disguise = choice(row, column::DISGUISE, code::BAD_DISGUISE, "disguise", problems)?;
    if disguise > Disguise::No && mode == Some(Mode::Word) {
        problems.push(
            row.error(column::DISGUISE, code::BAD_DISGUISE, "a `word` term cannot be disguised")
                .advise("what is disguised has no token borders; make it a `substring` or leave the cell empty"),
        );
    }
    Some(disguise)
}

fn choice<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
    code: &'static str,
    what: &str,
    problems: &mut Problems,
) -> Option<T> {
    let written = row.cell(column);
    if written.is_empty() {
        return None;
    }
    match named(written) {
        Ok(value) => Some(value),
        Err(unknown) => {
            problems.push(
                row.error(column, code, format!("unknown {what} `{written}`"))
                    .advise(nearest::advice(written, unknown.known)),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Term>, Vec<(&'static str, u32, u32)>) {
        let mut problems = Problems::default();
        let found = terms("a.tsv", text.as_bytes(), &mut problems);
        let all = problems.finish(&Files::default());
        (found, all.iter().map(|one| (one.code, one.origin.line, one.origin.column)).collect())
    }

    #[test]
    fn all_columns_are_read() {
        let (found, problems) = read(
            "term\tmode\texceptions\tsuggestion\tsince\tconfidence\tdisguise\techo\tplace\tnote\tsource\n\
             后台\tsubstring\t手机后台 | 后台运行|\t操作系统\t2018-02-01\t850\tyes\tlower\twhole-reply\twhy\tnorm J.4\n",
        );
        assert_eq!(problems, []);
        let term = &found[0];
        assert_eq!(term.exceptions, ["手机后台", "后台运行"]);
        assert_eq!(term.suggestion.as_deref(), Some("操作系统"));
        assert_eq!(term.since, day("2018-02-01"));
        assert_eq!((term.confidence, term.disguise), (Some(850), Some(Disguise::Yes)));
        assert_eq!((term.echo, term.place), (Some(Echo::Lower), TermPlace::WholeReply));
        assert_eq!((&*term.note, &*term.source), ("why", "norm J.4"));
        assert_eq!((term.origin.line, term.origin.column), (2, 1));
    }

    #[test]
    fn broken_rows_are_left_out_with_all_their_problems() {
        let header = "term\tmode\tsince\tconfidence\tdisguise\techo\tplace\n";
        let (found, problems) = read(&format!("{header}a\twrod\t2018-2-1\t0.9\tja\tlow\thead\n\nb\tword\n"));
        assert_eq!(found.len(), 1);
        assert_eq!(
            problems,
            [
                ("bad-mode", 2, 3),
                ("bad-day", 2, 8),
                ("bad-confidence", 2, 17),
                ("bad-disguise", 2, 21),
                ("bad-echo", 2, 24),
                ("bad-place", 2, 28)
            ]
        );
    }

    #[test]
    fn confidence_is_a_whole_number_of_permille() {
        for wrong in ["1001", "-1", "+5", "900.0", "９００"] {
            assert_eq!(read(&format!("term\tmode\tconfidence\na\tword\t{wrong}\n")).1.len(), 1, "{wrong}");
        }
        assert_eq!(read("term\tmode\tconfidence\na\tword\t1000\n").0[0].confidence, Some(1000));
    }

    #[test]
    fn words_cannot_be_disguised() {
        let (found, problems) = read("term\tmode\tdisguise\na\tword\tyes\n");
        assert_eq!((found.len(), problems[0].0), (0, "bad-disguise"));
        let (found, problems) =
            read("term\tmode\tdisguise\na\tword\tno\nb\tpattern\tpinyin\nc\tsubstring\tlook-alike\n");
        assert_eq!(problems, []);
        let read: Vec<_> = found.iter().map(|term| term.disguise).collect();
        assert_eq!(read, [Some(Disguise::No), Some(Disguise::Pinyin), Some(Disguise::LookAlike)]);
    }

    #[test]
    fn missing_term_and_mode_are_named() {
        assert_eq!(read("term\tmode\n\tword\na\n").1, [("empty-term", 2, 1), ("bad-mode", 3, 2)]);
    }

    #[test]
    fn exceptions_and_cues_are_no_words() {
        let mut problems = Problems::default();
        let text = "exception\tmode\tterms\n手机后台\tsubstring\t后台|BUG\nx\tword\n";
        let found = exceptions("a.tsv", text.as_bytes(), &mut problems);
        assert_eq!(found[0].terms, ["后台", "BUG"]);
        let found = cues("b.tsv", b"cue\tmode\tvalue\n\xe4\xb8\x8d\tsubstring\tnegator\n", &mut problems);
        assert_eq!((&*found[0].text, &*found[0].value), ("不", "negator"));
        assert_eq!(problems.count(), 1);
    }
}
