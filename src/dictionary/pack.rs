//! Packs as written: rules, terms and exceptions with the file and line they come from.
//!
//! Nothing is compiled here. The operators compile their own parameters and report what is wrong with them by the
//! [`Origin`] that each value carries.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a value was written: file, 1-based line and 1-based column in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Path below the dictionaries folder, with `/`.
    pub file: Arc<str>,
    /// 1-based line; 0 when the file as a whole is meant.
    pub line: u32,
    /// 1-based column in characters; 0 when the line as a whole is meant.
    pub column: u32,
}

/// A folder of rules, terms and examples that are versioned together.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Stable name, the first half of `pack@edition`.
    pub id: String,
    /// Edition, the second half of `pack@edition`.
    pub edition: String,
    /// Chinese title.
    pub title: String,
    /// Who answers for it.
    pub owner: String,
    /// Document or practice it comes from.
    pub source: String,
    /// Its `pack.toml`.
    pub origin: Origin,
    /// Its rules in the order written.
    pub rules: Vec<Rule>,
    /// `examples.jsonl`, line by line, unparsed (they hold conversations); empty lines left out.
    pub examples: Vec<ExampleLine>,
    /// The warnings that are meant.
    pub allows: Vec<Allow>,
}

impl Pack {
    /// `pack@edition`, as it is stored with each finding.
    pub fn label(&self) -> String {
        format!("{}@{}", self.id, self.edition)
    }
}

/// A warning that the owner of a pack knows of and means to keep, with the reason. What is not stated is not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The code of the warning.
    pub code: String,
    /// Only where it is about this rule.
    pub rule: Option<String>,
    /// Only where it is about this term or exception, as written.
    pub term: Option<String>,
    /// Why it is meant.
    pub reason: String,
    /// Where it is written.
    pub origin: Origin,
}

/// One line of `examples.jsonl`.
#[derive(Debug, Clone)]
pub struct ExampleLine {
    /// Where it stands.
    pub origin: Origin,
    /// The JSON text.
    pub json: String,
}

/// Whether a finding of the rule is a candidate or a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// A candidate violation, for an inspector to judge.
    Violation,
    /// A customer signal: never a violation, it steers queue and sample.
    Signal,
}

/// How a candidate reaches the inspectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Queue {
    /// A case by itself.
    Always,
    /// Shown in cases that something else opened, and counted.
    With,
    /// Counted only.
    Stat,
}

/// The engine's whole vocabulary; a rule names one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OperatorKind {
    /// Terms and patterns that were said.
    Wording,
    /// Something that has to be said.
    RequiredWording,
    /// How long the customer waited.
    ResponseTime,
    /// The same said again and again.
    Repetition,
    /// In what state a conversation ended, and who closed it.
    Closure,
    /// How long or how full it is.
    Extent,
    /// A condition over other rules and the record.
    Combination,
    /// A number or an address that means a person.
    Entity,
}

/// A rule as written.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Stable public name, stored with every human decision.
    pub id: String,
    /// Where the rule starts.
    pub origin: Origin,
    /// Chinese title.
    pub title: String,
    /// The operator that finds it.
    pub operator: OperatorKind,
    /// Violation or signal.
    pub kind: RuleKind,
    /// Queue class.
    pub queue: Queue,
    /// The day from which it holds.
    pub since: Option<Date>,
    /// Ids it had before.
    pub aliases: Vec<String>,
    /// Whether it is on by default.
    pub enabled: bool,
    /// Source document or practice.
    pub source: String,
    /// The manual page, in Chinese.
    pub manual: Manual,
    /// All of the operator's parameters as written, in their order, with those that name files among them
    /// (lists of file names: whether the operator takes them is for the operator to say).
    pub parameters: Vec<Parameter>,
    /// The term files named by the parameter `terms`, read.
    pub terms: Vec<Term>,
    /// The exception files named by the parameter `exceptions`, read.
    pub exceptions: Vec<Exception>,
    /// The cue files named by the parameter `not-when`, read.
    pub not_when: Vec<Cue>,
    /// The term files named by the parameter `cues`, read.
    pub cues: Vec<Term>,
    /// The term files named by the parameter `earlier-terms`, read.
    pub earlier_terms: Vec<Term>,
}

impl Rule {
    /// Whether this is its id, or one that it had before.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.aliases.iter().any(|alias| alias == name)
    }
}

/// The manual page of a rule, in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manual {
    /// What it is.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// How it is found.
    pub how: String,
    /// What it misses.
    pub misses: String,
    /// Wording to use instead, where there is one.
    pub suggestion: Option<String>,
}

/// One operator parameter as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Where it is written.
    pub origin: Origin,
}

/// The value of an operator parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string, a day or a duration.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A switch.
    Boolean(bool),
    /// A list of strings.
    List(Vec<String>),
}

/// How a term is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Both ends fall on token borders.
    Word,
    /// Anywhere.
    Substring,
    /// A regular expression over the folded text.
    Pattern,
}

/// What it means that the other side used the word before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Echo {
    /// Nothing.
    Ignore,
    /// A hit at lower confidence.
    Lower,
    /// No hit.
    Suppress,
}

/// How far a term is looked for in disguise; each goes further than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disguise {
    /// Only as it is written.
    No,
    /// With interference, and with characters written as their parts.
    Yes,
    /// With look-alikes.
    LookAlike,
    /// As syllables in Latin letters.
    Pinyin,
    /// With characters that sound alike.
    Homophone,
}

/// Where a term counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TermPlace {
    /// Anywhere in a message.
    Anywhere,
    /// Only where it is the whole answer to an open question.
    WholeReply,
}

/// A term as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The literal or the pattern.
    pub text: String,
    /// How it is looked up.
    pub mode: Mode,
    /// Literals that suppress a hit inside them.
    pub exceptions: Vec<String>,
    /// Wording to use instead.
    pub suggestion: Option<String>,
    /// The day from which it counts.
    pub since: Option<Date>,
    /// Prior confidence in permille, in place of the rule's.
    pub confidence: Option<u16>,
    /// How far it is looked for in disguise, in place of the rule's.
    pub disguise: Option<Disguise>,
    /// In place of the rule's.
    pub echo: Option<Echo>,
    /// Where it counts.
    pub place: TermPlace,
    /// Why it is there.
    pub note: String,
    /// Where it comes from.
    pub source: String,
    /// Where it is written (the column of the term itself).
    pub origin: Origin,
}

/// An exception of a whole rule, or of the terms it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// The literal or the pattern.
    pub text: String,
    /// `Substring` or `Pattern`.
    pub mode: Mode,
    /// Only for these terms; empty: for all of the rule.
    pub terms: Vec<String>,
    /// Why it is there.
    pub note: String,
    /// Where it is written.
    pub origin: Origin,
}

/// A word by which the view understands a dialogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    /// The literal or the pattern.
    pub text: String,
    /// `Substring` or `Pattern`.
    pub mode: Mode,
    /// What it stands for, where the file tells several things apart.
    pub value: String,
    /// Why it is there.
    pub note: String,
    /// Where it is written.
    pub origin: Origin,
}

/// A word class of `classes.tsv`.
#[derive(Debug, Clone, PartialEq)]
pub struct WordClass {
    /// The name used in braces.
    pub name: String,
    /// Its words.
    pub words: Vec<String>,
    /// Where it is written.
    pub origin: Origin,
}

/// A character table of `fold/*.tsv`: what is written, what it becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldTable {
    /// File name without folder and ending (`traditional`, `context`, `invisible`, `look-alike`).
    pub name: String,
    /// From and to.
    pub rows: Vec<(String, String)>,
}

impl FoldTable {
    /// Name of the table of characters that are taken for others in the skeleton only.
    pub const LOOK_ALIKE: &str = "look-alike";
    /// Name of the table of characters by their parts.
    pub const SPLIT: &str = "split";
    /// Name of the table of characters by their syllables.
    pub const PINYIN: &str = "pinyin";
    /// Name of the table of how rare characters are.
    pub const RARITY: &str = "rarity";

    /// True if text is folded by it; the tables of disguise only say what can stand for what.
    pub fn folds(&self) -> bool {
        ![Self::LOOK_ALIKE, Self::SPLIT, Self::PINYIN, Self::RARITY].contains(&self.name.as_str())
    }
}

/// A word for `segmentation.txt`, with its frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentationWord {
    /// The word.
    pub word: String,
    /// Its frequency.
    pub frequency: usize,
    /// Where it is written.
    pub origin: Origin,
}

/// All that was read from one dictionaries folder.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    /// Packs ordered by id.
    pub packs: Vec<Pack>,
    /// Word classes for patterns.
    pub classes: Vec<WordClass>,
    /// Cue files by name without ending, ordered by name.
    pub cues: Vec<(String, Vec<Cue>)>,
    /// Character tables ordered by name.
    pub fold: Vec<FoldTable>,
    /// Words jieba has to know.
    pub segmentation: Vec<SegmentationWord>,
    /// Rulebook files: path below the folder, text. Parsed by `scoring`.
    pub rulebooks: Vec<(String, String)>,
    /// The rules that are written and could not be taken.
    pub left_out: Vec<LeftOut>,
}

/// A rule that is left out, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its id and its aliases as written; none where nothing is written, or a whole stretch of the file cannot be read.
    pub names: Vec<String>,
    /// Where it is written.
    pub origin: Origin,
}

/// Prints the name that the files use.
macro_rules! written_name {
    ($($name:ident),+) => {
        $(impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(formatter)
            }
        })+
    };
}

written_name!(RuleKind, Queue, OperatorKind, Mode, Echo, Disguise, TermPlace);
