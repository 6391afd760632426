//! The arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::dictionary_arguments::DictionaryCommand;
use super::settings_arguments::{ProfileArguments, SettingsArguments, SettingsCommand};

/// The zone where none is named.
pub(super) const ZONE: &str = "Asia/Shanghai";

/// Screens every customer-service conversation for breaches of the service rules.
#[derive(Debug, Parser)]
#[command(name = "zhijian", version, about, max_term_width = 110)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Screen conversations and say which break which rule, where and why
    Screen(Box<ScreenArguments>),
    /// Turn exports into the native form: one conversation a line, JSONL
    Convert(Box<ConvertArguments>),
    /// Say how files are understood: encoding, format, columns, who speaks, times, sessions; and what to write to be sure
    Inspect(Box<InspectArguments>),
    /// Show everything the engine sees in a message or a conversation: folding, tokens, hits, what was suppressed and why
    Explain(Box<ExplainArguments>),
    /// Hold what is found against what a person found: precision, recall and F1 a rule, each miss and false alarm
    Evaluate(Box<EvaluateArguments>),
    /// Work on dictionaries
    Dictionary {
        #[command(subcommand)]
        command: Box<DictionaryCommand>,
    },
    /// List the rules, or show the manual page of one
    Rules(Box<RulesArguments>),
    /// Work on settings files
    Settings {
        #[command(subcommand)]
        command: SettingsCommand,
    },
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct RulesArguments {
    #[command(subcommand)]
    pub(super) command: Option<RulesCommand>,
    #[command(flatten)]
    pub(super) rules: RuleArguments,
    #[command(flatten)]
    pub(super) profile: ProfileArguments,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Show the manual page of a rule: what, why, how it is found, what it misses, source
    Show {
        /// The rule's id, for instance internal-jargon
        id: String,
        #[command(flatten)]
        rules: RuleArguments,
        #[command(flatten)]
        profile: ProfileArguments,
    },
}

/// What is evaluated.
#[derive(Debug, Args)]
pub(super) struct EvaluateArguments {
    /// Labels, JSONL: whole conversations with `expect`, or ids with `labels`; see docs/formats.md
    pub(super) labels: PathBuf,
    /// Where the conversations are that the labels name by id; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) data: Vec<String>,
    /// Exit with 1 where the F1 of all violations together (0.9), or of one rule (RULE=0.9), is lower; repeatable
    #[arg(long, value_name = "[RULE=]F1")]
    pub(super) fail_under: Vec<String>,
    /// Leave out the single differences
    #[arg(long)]
    pub(super) brief: bool,
    /// The day of conversations that do not say when they began
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) day: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) rules: RuleArguments,
    #[command(flatten)]
    pub(super) profile: ProfileArguments,
}

/// Which rules there are.
#[derive(Debug, Default, Args)]
pub(super) struct RuleArguments {
    /// A folder of dictionaries, or of one pack, beside or in place of the built-in ones (same pack: replaced); repeatable
    #[arg(long, value_name = "DIR")]
    pub(super) dictionaries: Vec<PathBuf>,
    /// Use nothing but --dictionaries
    #[arg(long)]
    pub(super) no_built_in: bool,
    /// Set a parameter of a rule, for instance slow-response.limit=60s; repeatable
    #[arg(long, value_name = "RULE.PARAMETER=VALUE")]
    pub(super) set: Vec<String>,
    /// Turn a rule on; repeatable
    #[arg(long, value_name = "RULE")]
    pub(super) enable: Vec<String>,
    /// Turn a rule off ('*': all that are not turned on by name); repeatable
    #[arg(long, value_name = "RULE")]
    pub(super) disable: Vec<String>,
    /// The zone of times without an offset, and of days [default: Asia/Shanghai]
    #[arg(long, value_name = "ZONE")]
    pub(super) time_zone: Option<String>,
}

/// How input is read.
#[derive(Debug, Args)]
pub(super) struct InputArguments {
    /// The encoding of all files (utf-8, gb18030, utf-16le, big5, …); otherwise recognised
    #[arg(long, value_name = "LABEL")]
    pub(super) encoding: Option<String>,
    /// The format of all files; otherwise by name, then by content
    #[arg(long, value_name = "FORMAT")]
    pub(super) input_format: Option<InputFormat>,
    /// Which column of a table is which field: role=发送方,text=内容,id=会话ID,…
    #[arg(long, value_name = "FIELD=COLUMN,…")]
    pub(super) map: Option<String>,
    /// More words for roles: agent=小二|店小二,customer=会员
    #[arg(long, value_name = "ROLE=WORD|WORD,…")]
    pub(super) role_words: Option<String>,
    /// How a message begins in a plain chat export: a preset (qianniu, wechat, …) or a template such as '{speaker} ({time}):{text}';
    /// repeatable
    #[arg(long, value_name = "PRESET|TEMPLATE")]
    pub(super) template: Vec<String>,
    /// Which sheet of a workbook is read, where several have the columns
    #[arg(long, value_name = "NAME")]
    pub(super) sheet: Option<String>,
    /// Tables without conversation ids: whose rows belong together, by shop,customer or the like
    #[arg(long, value_name = "FIELD,…")]
    pub(super) session_by: Option<String>,
    /// With --session-by and in plain chat exports: after how long a silence another conversation begins (90s, 30m, 2h)
    /// [default: 30m]
    #[arg(long, value_name = "DURATION")]
    pub(super) session_gap: Option<String>,
    /// Rows of one conversation stand together: read tables as a stream
    #[arg(long)]
    pub(super) grouped: bool,
    /// Where rows of large tables are put aside
    #[arg(long, value_name = "DIR")]
    pub(super) temp_dir: Option<PathBuf>,
    /// How many times its size a compressed file may unpack to; 0: no bound [default: 200]
    #[arg(long, value_name = "N")]
    pub(super) max_ratio: Option<u32>,
}

/// What the conversations themselves do not say.
#[derive(Debug, Args)]
pub(super) struct ContextArguments {
    /// The rulebook of the preview; none: no preview [default: cloud-cs, where the dictionaries have it]
    #[arg(long, value_name = "ID")]
    pub(super) rulebook: Option<String>,
    /// The source (shop or export) of conversations that name none
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// The day of conversations that do not say when they began (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    pub(super) day: Option<jiff::civil::Date>,
}

#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    /// Files (.jsonl, .csv, .tsv, .xlsx, .xls, .ods, .parquet, .txt, plain or .gz or .zst), folders or globs
    #[arg(required = true, value_name = "FILE")]
    pub(super) inputs: Vec<String>,
    /// The zone of times without an offset [default: Asia/Shanghai]
    #[arg(long, value_name = "ZONE")]
    pub(super) time_zone: Option<String>,
    /// The day of times in chat exports that tell none (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    pub(super) day: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
}

#[derive(Debug, Args)]
pub(super) struct ConvertArguments {
    /// Files (.jsonl, .csv, .tsv, .xlsx, .xls, .ods, .parquet, .txt, plain or .gz or .zst), folders, globs, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) inputs: Vec<String>,
    /// Write the conversations here, and not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// The zone of times without an offset, for --session-by [default: Asia/Shanghai]
    #[arg(long, value_name = "ZONE")]
    pub(super) time_zone: Option<String>,
    /// The day of times in chat exports that tell none (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    pub(super) day: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
    /// Stop at the first bad row
    #[arg(long)]
    pub(super) strict: bool,
    /// Write every bad row here as JSONL; standard error shows the first ones
    #[arg(long, value_name = "FILE")]
    pub(super) bad_rows: Option<PathBuf>,
    /// No progress bar and no summary on standard error
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// What each exit code means, for `--help`.
const EXIT_CODES: &str = "\
Exit codes:
    0  the work was done; findings and skipped rows are no failure
    1  --fail-on flagged was given, and a conversation is flagged
    2  it was not done: wrong arguments, an unreadable file, broken dictionaries, a bad row with --strict,
       or nothing but bad rows
  130  interrupted";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct ScreenArguments {
    /// Files (.jsonl, .csv, .tsv, .xlsx, .xls, .ods, .parquet, .txt, plain or .gz or .zst), folders, globs, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) inputs: Vec<String>,
    /// Write the screenings here as JSONL (or as CSV where the name ends in .csv, as a workbook where it ends in .xlsx)
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// What goes to standard output [default: table; jsonl when standard input is screened]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<OutputFormat>,
    /// Write every conversation, not only those with a candidate or a signal
    #[arg(long)]
    pub(super) all: bool,
    /// Threads that screen [default: one a processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    #[command(flatten)]
    pub(super) rules: RuleArguments,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) context: ContextArguments,
    #[command(flatten)]
    pub(super) profile: ProfileArguments,
    /// Stop at the first bad row
    #[arg(long)]
    pub(super) strict: bool,
    /// Write every bad row here as JSONL; standard error shows the first ones
    #[arg(long, value_name = "FILE")]
    pub(super) bad_rows: Option<PathBuf>,
    /// End with exit code 1 when this holds
    #[arg(long, value_enum, value_name = "CONDITION")]
    pub(super) fail_on: Option<FailOn>,
    /// No progress bar and no summary on standard error
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// A summary for people
    Table,
    /// One screening a line
    Jsonl,
    /// One candidate a row, for Excel
    Csv,
    /// An Excel workbook: sheets of candidates, conversations and agents
    Xlsx,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum InputFormat {
    /// One conversation a line
    Jsonl,
    /// One message a row, separated by commas or semicolons
    Csv,
    /// One message a row, separated by tabs
    Tsv,
    /// One message a row of a sheet of an Excel workbook
    Xlsx,
    /// A plain chat export: lines that tell who speaks, and what is said
    Chat,
    /// One message a row of a Parquet file, or one conversation a row with a list of messages
    Parquet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// A conversation is flagged
    Flagged,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The message to explain
    #[arg(value_name = "TEXT", required_unless_present = "file", conflicts_with = "file")]
    pub(super) text: Option<String>,
    /// Who says it
    #[arg(long, value_enum, default_value = "agent", conflicts_with = "file")]
    pub(super) role: ExplainRole,
    /// Explain the conversations of a file instead
    #[arg(long, value_name = "FILE")]
    pub(super) file: Option<String>,
    /// Only this conversation of the file
    #[arg(long, value_name = "ID", requires = "file")]
    pub(super) id: Option<String>,
    #[command(flatten)]
    pub(super) context: ContextArguments,
    #[command(flatten)]
    pub(super) rules: RuleArguments,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) profile: ProfileArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainRole {
    /// A human agent
    Agent,
    /// The customer
    Customer,
    /// A bot
    Bot,
}
