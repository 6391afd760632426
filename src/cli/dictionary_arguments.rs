//! The arguments of the commands that work on dictionaries.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::arguments::{InputArguments, ZONE};

/// What becomes of a list, for `--help`.
const IMPORT: &str = "\
The rows of a term file are all of its terms: a term without a row is removed. Files without any row stay as they
are, and nothing is removed while a row is bad. Comments, and lines that say the same, stay as they are.
docs/dictionaries.md shows it step by step.";

#[derive(Debug, Subcommand)]
pub(super) enum DictionaryCommand {
    /// Load packs, report every problem with file, line and column, and run every example
    Check(Box<CheckArguments>),
    /// Say what changed between two dictionaries
    Diff(DiffArguments),
    /// Write terms into a list for a spreadsheet program, one row a term
    Export(ExportArguments),
    /// Take terms from such a list, and say what changes
    #[command(after_help = IMPORT)]
    Import(ImportArguments),
    /// Make a pack to start from: two rules with terms, exceptions and examples
    New(NewArguments),
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// A folder of dictionaries or of one pack; without it the built-in ones are checked
    #[arg(value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
    /// Check DIR alone, without the built-in packs, cues and classes beside it
    #[arg(long, requires = "dir")]
    pub(super) no_built_in: bool,
    /// Warnings fail too
    #[arg(long)]
    pub(super) strict: bool,
    /// List the warnings that the packs allow, with the reasons
    #[arg(long)]
    pub(super) show_allowed: bool,
    /// Conversations in which nothing is to be found: name the terms that accuse somebody in them; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) clean: Vec<String>,
    /// Name only terms with more hits than this in the files of --clean
    #[arg(long, value_name = "N", default_value_t = 0, requires = "clean")]
    pub(super) clean_hits: u64,
    #[command(flatten)]
    pub(super) input: InputArguments,
    /// The zone of times without an offset
    #[arg(long, value_name = "ZONE", default_value = ZONE)]
    pub(super) time_zone: String,
}

#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The old one: a folder of dictionaries or of one pack, or `built-in`
    #[arg(value_name = "OLD")]
    pub(super) old: PathBuf,
    /// The new one. Where one of the two is a folder of one pack, only this pack is compared
    #[arg(value_name = "NEW")]
    pub(super) new: PathBuf,
    /// What goes to standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub(super) format: DiffFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For people
    Text,
    /// One JSON object; see docs/formats.md
    Json,
}

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// The folder to make; one that holds something is left alone
    #[arg(value_name = "DIR")]
    pub(super) dir: PathBuf,
    /// The pack's id: a-z, 0-9 and `-`
    #[arg(long, value_name = "ID")]
    pub(super) id: String,
    /// The pack's title [default: the id]
    #[arg(long, value_name = "TITLE")]
    pub(super) title: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// A folder of dictionaries or of one pack, or `built-in`
    #[arg(value_name = "DIR")]
    pub(super) dir: PathBuf,
    /// Only these packs
    #[arg(value_name = "PACK")]
    pub(super) packs: Vec<String>,
    /// The file to write: .xlsx or .csv
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The list: .xlsx, or text with commas, tabs or semicolons in any encoding that is recognised
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// A folder of dictionaries or of one pack; one that is not there is made
    #[arg(long, value_name = "DIR")]
    pub(super) into: PathBuf,
    /// The pack of rows that name none
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// The title of a pack that the list makes [default: its id]
    #[arg(long, value_name = "TITLE")]
    pub(super) title: Option<String>,
    /// Say what would change and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Write nothing if any row is bad
    #[arg(long)]
    pub(super) strict: bool,
}
