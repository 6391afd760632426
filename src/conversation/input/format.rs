//! Which format a file has.

use std::fmt;
use std::path::Path;

use crate::workbook::OLD_FORM;

/// A format of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The native form: one JSON object a line.
    Jsonl,
    /// Cells between commas or semicolons, one message a row.
    Csv,
    /// Cells between tabs, one message a row.
    Tsv,
    /// A sheet of a workbook of Excel or `OpenDocument`, one message a row. Needs the feature `tables`.
    Workbook,
    /// A plain chat export: lines that tell who speaks, and what is said behind or below them.
    Chat,
    /// A Parquet file, one message a row, or one conversation a row with a list of messages. Needs the feature `tables`.
    Parquet,
}

impl Format {
    /// Every one.
    pub const ALL: [Format; 6] =
        [Format::Jsonl, Format::Csv, Format::Tsv, Format::Workbook, Format::Chat, Format::Parquet];

    /// The word for it in options.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Workbook => "xlsx",
            Format::Chat => "chat",
            Format::Parquet => "parquet",
        }
    }

    /// Reads the word for it in options.
    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.as_str() == word)
    }

    /// The format that a file's name tells, leaving the ending of a compression aside.
    pub fn of_path(path: &Path) -> Option<Format> {
        let ending = |path: &Path| Some(path.extension()?.to_str()?.to_ascii_lowercase());
        let whole = ending(path)?;
        let inner = match whole.as_str() {
            "gz" | "zst" => ending(Path::new(path.file_stem()?))?,
            _ => whole,
        };
        match inner.as_str() {
            "jsonl" | "ndjson" | "json" => Some(Format::Jsonl),
            "csv" => Some(Format::Csv),
            "tsv" => Some(Format::Tsv),
            "xlsx" | "xlsm" | "xls" | "ods" => Some(Format::Workbook),
            "parquet" | "pq" => Some(Format::Parquet),
            _ => None,
        }
    }

    /// Whether a file in a folder is taken: those whose names tell a format, and texts.
    pub(super) fn is_of_folder(path: &Path) -> bool {
        let is_text = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        let is_packed = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("gz") || ending.eq_ignore_ascii_case("zst"));
        let inner = path.file_stem().map(Path::new).filter(|_| is_packed);
        Format::of_path(path).is_some() || is_text(path) || inner.is_some_and(is_text)
    }
}

/// One JSON document in place of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// An array, on one line or many.
    Array,
    /// An object, laid out over lines.
    Object,
}

impl Document {
    /// What a text is that would be refused line by line, since it is one document.
    pub(super) fn of_text(text: &str) -> Option<Document> {
        let mut lines = text.trim_start().lines();
        let line = lines.next().unwrap_or_default().trim_end();
        if let Some(rest) = line.strip_prefix('[') {
            let is_array = rest.is_empty() || rest.trim_start().starts_with('{');
            return is_array.then_some(Document::Array);
        }
        // A broken first line may be a lone brace too; only a layout is indented.
        let is_laid_out = line == "{" && lines.next().is_some_and(|line| line.starts_with([' ', '\t']));
        is_laid_out.then_some(Document::Object)
    }
}

impl fmt::Display for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Document::Array => "this is one JSON array; write one conversation a line (jq -c '.[]' FILE)",
            Document::Object => {
                "this is one JSON object laid out over several lines; write one conversation a line (jq -c . FILE)"
            }
        })
    }
}

/// With these bytes begin zip files, and so workbooks.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";

/// With these bytes begin Parquet files.
pub(super) const PARQUET: &[u8] = b"PAR1";

/// Whether a workbook begins so.
pub(super) fn is_workbook(head: &[u8]) -> bool {
    head.starts_with(ZIP) || head.starts_with(&OLD_FORM)
}

/// What a file is, if it is of a kind that is not read: found by its first bytes, so that such a
/// file is refused by name instead of being taken for broken text.
pub(super) fn unsupported(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "unpack it first; gzip and zstd are read as they are";
    const LACKS: &str = "this build lacks the feature `tables`: cargo install --path . --features tables; or save it as CSV \
                         (UTF-8)";
    let mut kinds: Vec<(&[u8], &str, &str)> = vec![
        (b"BZh", "a bzip2 file", UNPACK),
        (b"\xFD7zXZ", "an xz file", UNPACK),
        (b"7z\xBC\xAF", "a 7z file", UNPACK),
        (b"%PDF", "a PDF file", "write it as JSONL or CSV"),
    ];
    if cfg!(not(feature = "tables")) {
        kinds.push((ZIP, "an Excel workbook", LACKS));
        kinds.push((&OLD_FORM, "an old Excel workbook", LACKS));
        kinds.push((PARQUET, "a Parquet file", LACKS));
    }
    let kind = kinds.iter().find(|kind| head.starts_with(kind.0))?;
    Some((kind.1, kind.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_not_lines() {
        for text in ["[\n{}]", "\n[ {\"id\":1}]", "[{\"id\":1},{\"id\":2}]\n"] {
            assert_eq!(Document::of_text(text), Some(Document::Array), "{text}");
        }
        assert_eq!(Document::of_text("{\n \"id\": 1}"), Some(Document::Object));
        for text in ["", "{\n\"id\": 1}", "{\"id\":1}\n", "[1]", "{}"] {
            assert_eq!(Document::of_text(text), None, "{text}");
        }
        assert!(Document::Array.to_string().contains("one JSON array"));
        assert!(Document::Object.to_string().contains("one JSON object"));
    }

    #[test]
    fn names_tell_the_format() {
        let cases = [
            ("a.jsonl", Some(Format::Jsonl)),
            ("a.CSV.GZ", Some(Format::Csv)),
            ("b/a.b.tsv.zst", Some(Format::Tsv)),
            ("a.ndjson", Some(Format::Jsonl)),
            ("a.gz", None),
            ("csv", None),
            ("a.txt", None),
            ("a.pq", Some(Format::Parquet)),
            ("a.parquet.gz", Some(Format::Parquet)),
        ];
        for (name, format) in cases {
            assert_eq!(Format::of_path(Path::new(name)), format, "{name}");
        }
        for format in Format::ALL {
            assert_eq!(Format::from_word(format.as_str()), Some(format));
        }
    }
}
