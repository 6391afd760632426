//! Why input cannot be read.

use std::io;
use std::sync::Arc;

use thiserror::Error;

#[cfg(feature = "tables")]
use crate::columnar::ColumnarError;
use crate::workbook::WorkbookError;

use super::format::Document;

/// Why input, or the rest of a file, cannot be read. What was read before stays good.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InputError {
    /// No argument.
    #[error("no input; name files or folders, or `-` for standard input")]
    NoInput,
    /// Neither a file, a folder nor a pattern that matches.
    #[error("`{argument}`: no such file or folder, and nothing matches it as a pattern; check the path")]
    NoSuchFile {
        /// The argument.
        argument: String,
    },
    /// No pattern.
    #[error("`{argument}`: no valid pattern ({reason}); correct it, or name the files")]
    BadPattern {
        /// The argument.
        argument: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder without files that could be read.
    #[error(
        "`{argument}`: the folder has no .jsonl, .ndjson, .json, .csv, .tsv, .xlsx, .xls, .ods, .parquet or .txt files (plain, .gz \
         or .zst); name a file of another kind itself"
    )]
    EmptyFolder {
        /// The argument.
        argument: String,
    },
    /// A file or folder that cannot be opened.
    #[error("`{file}`: cannot be opened ({source}); check that it exists and may be read")]
    CannotOpen {
        /// The file.
        file: Arc<str>,
        /// What the system said.
        source: io::Error,
    },
    /// Reading failed on the way.
    #[error("`{file}`: reading failed ({source}); the rows before it were kept")]
    CannotRead {
        /// The file.
        file: Arc<str>,
        /// What the system said.
        source: io::Error,
    },
    /// A compressed file that ends too early.
    #[error("`{file}`: the compressed file is cut short; the rows before the cut were kept, fetch it again")]
    Truncated {
        /// The file.
        file: Arc<str>,
    },
    /// A compressed file that is damaged.
    #[error("`{file}`: the compressed file is damaged ({reason}); the rows before it were kept, fetch it again")]
    BrokenCompression {
        /// The file.
        file: Arc<str>,
        /// What the decoder said.
        reason: String,
    },
    /// More text than a compressed file may hold.
    #[error(
        "`{file}`: unpacks to more than {ratio} times its size, as a decompression bomb does; if the \
         file is sound, give a higher `--max-ratio`, or 0 for no bound"
    )]
    RatioExceeded {
        /// The file.
        file: Arc<str>,
        /// The ratio allowed.
        ratio: u32,
    },
    /// A kind of file that is not read.
    #[error("`{file}`: {found} is not read here; {advice}")]
    UnsupportedFormat {
        /// The file.
        file: Arc<str>,
        /// What it is.
        found: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// A workbook that cannot be read.
    #[error("`{file}`: {source}")]
    BadWorkbook {
        /// The file.
        file: Arc<str>,
        /// What is wrong with it.
        source: WorkbookError,
    },
    /// A Parquet file that cannot be read.
    #[cfg(feature = "tables")]
    #[error("`{file}`: {source}")]
    BadParquet {
        /// The file.
        file: Arc<str>,
        /// What is wrong with it.
        source: ColumnarError,
    },
    /// A workbook without the sheet that was asked for.
    #[error("`{file}`: no sheet of that name; --sheet takes one of: {}", sheets.join(", "))]
    NoSuchSheet {
        /// The file.
        file: Arc<str>,
        /// The sheets that are there.
        sheets: Vec<String>,
    },
    /// A workbook in which several sheets could be meant.
    #[error("`{file}`: several sheets have the columns; say with --sheet which one is meant: {}", sheets.join(", "))]
    SeveralSheets {
        /// The file.
        file: Arc<str>,
        /// Those that have them.
        sheets: Vec<String>,
    },
    /// A workbook whose sheets hold nothing.
    #[error("`{file}`: its sheets are empty or hidden; save the rows in a sheet that is shown")]
    EmptySheets {
        /// The file.
        file: Arc<str>,
    },
    /// One JSON document instead of lines.
    #[error("`{file}`: {document}")]
    NotLines {
        /// The file.
        file: Arc<str>,
        /// What it is.
        document: Document,
    },
    /// A text that is neither lines of the native form nor a table nor a chat of a known shape.
    #[error(
        "`{file}`: neither a table nor a chat in a shape that is known; say how a message begins, for instance \
         --template '{{speaker}} {{time}}'"
    )]
    UnknownShape {
        /// The file.
        file: Arc<str>,
    },
    /// A file of no kind that is known, and no text either.
    #[error(
        "`{file}`: it is no text, and no workbook, Parquet or compressed file either, whatever its name says; fetch or export it \
         again, or say --encoding if it is a text after all"
    )]
    NotText {
        /// The file.
        file: Arc<str>,
    },
    /// A chat whose days can be read in several ways.
    #[error(
        "`{file}`: its days can be read in several ways, as 5 March or as May 3rd; say which one is meant with --template {}",
        presets.join(" or --template ")
    )]
    SeveralShapes {
        /// The file.
        file: Arc<str>,
        /// The presets.
        presets: Vec<&'static str>,
    },
    /// An unknown encoding.
    #[error(
        "`{label}` is no known encoding; give one like utf-8, gb18030, big5 or utf-16le, or none to have it recognised"
    )]
    UnknownEncoding {
        /// The label given.
        label: String,
    },
    /// A table without a line of column names.
    #[error(
        "`{file}`: line {line} should name the columns, but holds data or an open quote; put a line of names first"
    )]
    MissingHeader {
        /// The file.
        file: Arc<str>,
        /// The line.
        line: u64,
    },
    /// A table in which needed columns are not recognised.
    #[error(
        "`{file}`: no column for {}; the columns are {}; {}",
        missing.join(", "), found.join(", "), how_to_map(missing, suggestion)
    )]
    MissingColumns {
        /// The file.
        file: Arc<str>,
        /// The line of names.
        line: u64,
        /// The fields without a column; `time` among them if it is merely of use.
        missing: Vec<String>,
        /// The columns found.
        found: Vec<String>,
        /// What could be given to `--map`; empty if no column is left over.
        suggestion: String,
    },
    /// Two columns of one name, of which one would never be read.
    #[error("`{file}`: line {line}: two columns are named `{name}`; rename or remove the one that is not meant")]
    DuplicateColumn {
        /// The file.
        file: Arc<str>,
        /// The line of names.
        line: u64,
        /// The name.
        name: String,
    },
    /// Room for sorting a large table is lacking.
    #[error(
        "`{file}`: rows of scattered conversations could not be put aside in `{folder}` ({source}); \
         free some space, give another `--temp-dir`, or `--grouped` if each conversation's rows stand together"
    )]
    CannotSpill {
        /// The file that is read.
        file: Arc<str>,
        /// The folder for temporary files.
        folder: String,
        /// What the system said.
        source: io::Error,
    },
}

fn how_to_map(missing: &[String], suggestion: &str) -> String {
    let lacks = |name: &str| missing.iter().any(|field| field == name);
    let note = match (lacks("time"), lacks("id")) {
        (true, _) => " (without time no wait is judged)",
        (false, true) => " (rows without ids are parted with --session-by shop,customer)",
        (false, false) => "",
    };
    if suggestion.is_empty() {
        format!("say with --map FIELD=COLUMN,… which is which, or add the columns{note}")
    } else {
        format!("say which is which, for instance: --map '{suggestion}'{note}")
    }
}

impl InputError {
    /// A code that stays the same across versions.
    pub fn code(&self) -> &'static str {
        match self {
            InputError::NoInput => "no-input",
            InputError::NoSuchFile { .. } => "no-such-file",
            InputError::BadPattern { .. } => "bad-pattern",
            InputError::EmptyFolder { .. } => "empty-folder",
            InputError::CannotOpen { .. } => "cannot-open",
            InputError::CannotRead { .. } => "cannot-read",
            InputError::Truncated { .. } => "truncated",
            InputError::BrokenCompression { .. } => "broken-compression",
            InputError::RatioExceeded { .. } => "ratio-exceeded",
            InputError::UnsupportedFormat { .. } => "unsupported-format",
            InputError::BadWorkbook { .. } => "bad-workbook",
            #[cfg(feature = "tables")]
            InputError::BadParquet { .. } => "bad-parquet",
            InputError::NoSuchSheet { .. } => "no-such-sheet",
            InputError::SeveralSheets { .. } => "several-sheets",
            InputError::EmptySheets { .. } => "empty-sheets",
            InputError::NotLines { .. } => "not-lines",
            InputError::UnknownShape { .. } => "unknown-shape",
            InputError::NotText { .. } => "not-text",
            InputError::SeveralShapes { .. } => "several-shapes",
            InputError::UnknownEncoding { .. } => "unknown-encoding",
            InputError::MissingHeader { .. } => "missing-header",
            InputError::DuplicateColumn { .. } => "duplicate-column",
            InputError::MissingColumns { .. } => "missing-columns",
            InputError::CannotSpill { .. } => "cannot-spill",
        }
    }

    /// The file it is about.
    pub fn file(&self) -> Option<&str> {
        match self {
            #[cfg(feature = "tables")]
            InputError::BadParquet { file, .. } => Some(file),
            InputError::NoInput | InputError::UnknownEncoding { .. } => None,
            InputError::NoSuchFile { argument }
            | InputError::BadPattern { argument, .. }
            | InputError::EmptyFolder { argument } => Some(argument),
            InputError::CannotOpen { file, .. }
            | InputError::CannotRead { file, .. }
            | InputError::Truncated { file }
            | InputError::BrokenCompression { file, .. }
            | InputError::RatioExceeded { file, .. }
            | InputError::UnsupportedFormat { file, .. }
            | InputError::BadWorkbook { file, .. }
            | InputError::NoSuchSheet { file, .. }
            | InputError::SeveralSheets { file, .. }
            | InputError::EmptySheets { file }
            | InputError::NotLines { file, .. }
            | InputError::UnknownShape { file }
            | InputError::NotText { file }
            | InputError::SeveralShapes { file, .. }
            | InputError::MissingHeader { file, .. }
            | InputError::DuplicateColumn { file, .. }
            | InputError::MissingColumns { file, .. }
            | InputError::CannotSpill { file, .. } => Some(file),
        }
    }
}
