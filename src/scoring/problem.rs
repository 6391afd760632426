//! What can be wrong with a rulebook file.

use std::fmt;

use super::points::PointsError;

/// The codes of all problems, as documented in `docs/lint.md`.
pub const CODES: &[&str] = &[
    "toml-syntax",
    "rulebook-form",
    "misplaced-rulebook",
    "bad-day",
    "bad-points",
    "missing-points",
    "missing-rules",
    "duplicate-edition",
    "duplicate-item",
    "ambiguous-rule",
];

/// A problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Path below the dictionaries folder.
    pub file: String,
    /// 1-based line; 0 for the file as a whole.
    pub line: u32,
    /// 1-based column in characters; 0 for the line as a whole.
    pub column: u32,
    /// Characters to underline.
    pub length: u32,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}: {} [{}]", self.file, self.line, self.column, self.kind, self.kind.code())
    }
}

impl std::error::Error for Problem {}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The file is not TOML.
    #[error("not TOML: {0}")]
    Syntax(String),
    /// A key is unknown, missing or of the wrong type.
    #[error("not a rulebook: {0}")]
    Form(String),
    /// The file lies in another rulebook's folder.
    #[error("the rulebook `{id}` lies in {folder}")]
    Misplaced {
        /// Its id.
        id: String,
        /// The folder.
        folder: String,
    },
    /// The effective day is none.
    #[error("`{0}` is not a day")]
    Day(String),
    /// Points are no number.
    #[error("`{text}` is not a number of points")]
    Points {
        /// As written.
        text: String,
        /// Why not.
        #[source]
        reason: PointsError,
    },
    /// A deduction below zero.
    #[error("a deduction of `{0}` would add points")]
    Negative(String),
    /// An item that the engine has to score has no figure, or an assumption has none.
    #[error("the item `{0}` has no points")]
    MissingPoints(String),
    /// An item has neither rules nor `manual`, or both.
    #[error("the item `{0}` has to have either rules or `manual = true`")]
    Rules(String),
    /// Two editions with one name, or from one day on.
    #[error("the edition `{edition}` has the name or the effective day of the one in {other}")]
    DuplicateEdition {
        /// The later one.
        edition: String,
        /// File of the other.
        other: String,
    },
    /// Two items with one id.
    #[error("the item `{0}` occurs twice")]
    DuplicateItem(String),
    /// A rule in two items.
    #[error("`{rule}` is scored by the item `{item}` already")]
    AmbiguousRule {
        /// The rule.
        rule: String,
        /// The other item.
        item: String,
    },
}

impl ProblemKind {
    /// Stable code in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "toml-syntax",
            Self::Form(_) => "rulebook-form",
            Self::Misplaced { .. } => "misplaced-rulebook",
            Self::Day(_) => "bad-day",
            Self::Points { .. } | Self::Negative(_) => "bad-points",
            Self::MissingPoints(_) => "missing-points",
            Self::Rules(_) => "missing-rules",
            Self::DuplicateEdition { .. } => "duplicate-edition",
            Self::DuplicateItem(_) => "duplicate-item",
            Self::AmbiguousRule { .. } => "ambiguous-rule",
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "texts stand in double quotes, lists in brackets",
            Self::Form(_) => "docs/schema/rulebook.schema.json describes the form",
            Self::Misplaced { .. } => "editions of a rulebook lie in rulebooks/<id>/",
            Self::Day(_) => "write YYYY-MM-DD in quotes, for instance \"2018-02-01\"",
            Self::Points { .. } => "write a decimal with at most 3 places in quotes, for instance \"5\" or \"2.5\"",
            Self::Negative(_) => "write how much is taken off, without a sign",
            Self::MissingPoints(_) => {
                "give a figure, with `assumed = true` if no source states it; only a manual item may go without"
            }
            Self::Rules(_) => "list the rules that the item scores, or say `manual = true` if only a person finds it",
            Self::DuplicateEdition { .. } => "editions of a rulebook need names and effective days of their own",
            Self::DuplicateItem(_) => "item ids are distinct within an edition; the first one is used",
            Self::AmbiguousRule { .. } => "a rule belongs to one item; the first one is used",
        }
    }
}
