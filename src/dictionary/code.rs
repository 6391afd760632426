//! The stable codes of all problems; `docs/lint.md` has one section for each.

macro_rules! codes {
    ($($name:ident = $code:literal: $what:literal;)+) => {
        $(#[doc = $what] pub const $name: &str = $code;)+

        /// All codes of this layer, ordered as declared.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

codes! {
    UNREADABLE = "unreadable": "A file or folder cannot be read.";
    TOO_LARGE = "too-large": "A file is larger than a dictionary file may be.";
    TOO_MANY_FILES = "too-many-files": "The folder holds more files than a dictionaries folder may.";
    TOO_DEEP = "too-deep": "Folders are nested too deeply.";
    LINK_OUTSIDE = "link-outside": "A symbolic link leads out of the folder.";
    NOT_UTF8 = "not-utf8": "A file or a file name is not UTF-8.";
    TOO_MANY_PROBLEMS = "too-many-problems": "One file has more problems than are listed.";
    MISSING_FILE = "missing-file": "A file that is named, or that belongs there, is missing.";
    UNUSED_FILE = "unused-file": "A file that nothing names.";
    TOML_SYNTAX = "toml-syntax": "Not TOML.";
    UNKNOWN_KEY = "unknown-key": "A key that nobody reads.";
    MISSING_KEY = "missing-key": "A required key is missing or empty.";
    WRONG_TYPE = "wrong-type": "A value of the wrong type.";
    BAD_ID = "bad-id": "A name that is not of the form of an id.";
    BAD_KIND = "bad-kind": "Neither violation nor signal.";
    BAD_QUEUE = "bad-queue": "An unknown queue class.";
    UNKNOWN_OPERATOR = "unknown-operator": "An operator that the engine does not have.";
    DUPLICATE_PACK = "duplicate-pack": "Two packs with one id.";
    DUPLICATE_RULE = "duplicate-rule": "Two rules with one id or alias.";
    UNKNOWN_COLUMN = "unknown-column": "A column that nobody reads.";
    MISSING_COLUMN = "missing-column": "A required column is missing.";
    DUPLICATE_COLUMN = "duplicate-column": "A column that occurs twice.";
    TOO_MANY_CELLS = "too-many-cells": "A row with more cells than the header has columns.";
    EMPTY_TERM = "empty-term": "A row without its first and only indispensable cell.";
    TERM_TOO_LONG = "term-too-long": "A term with more characters than anybody writes in one go.";
    BAD_MODE = "bad-mode": "An unknown mode, or one that does not go here.";
    BAD_DAY = "bad-day": "Not a day of the calendar, written YYYY-MM-DD.";
    BAD_CONFIDENCE = "bad-confidence": "Not a whole number from 0 to 1000.";
    BAD_DISGUISE = "bad-disguise": "Not `no`, `yes`, `look-alike`, `pinyin` or `homophone`, or on a `word` term.";
    BAD_ECHO = "bad-echo": "An unknown treatment of echoes.";
    BAD_PLACE = "bad-place": "An unknown place.";
    BAD_CLASS = "bad-class": "A word class without a proper name or without words.";
    DUPLICATE_CLASS = "duplicate-class": "Two word classes with one name.";
    BAD_CODE_POINT = "bad-code-point": "Not a code point or a range of code points.";
    DUPLICATE_CHARACTER = "duplicate-character": "A character table with two rows for one character.";
    BAD_FREQUENCY = "bad-frequency": "A word for segmentation without a proper frequency.";
    DUPLICATE_WORD = "duplicate-word": "A word for segmentation that occurs twice.";
    SINGLE_CHARACTER_TERM = "single-character-term": "A term of one character.";
    PATTERN_SIGNS = "pattern-signs": "A literal that has the signs of a pattern.";
    JOINED_EXCEPTIONS = "joined-exceptions": "Several exceptions written as one.";
    FEW_EXAMPLES = "few-examples": "A rule with fewer than ten hits or ten misses.";
    BAD_EXAMPLE = "bad-example": "An example that cannot be read.";
    UNKNOWN_RULE = "unknown-rule": "An example for a rule that no pack has.";
    MISSING_SOURCE = "missing-source": "A rule that does not say where it comes from.";
    MISSING_EXAMPLES = "missing-examples": "A rule without any hit or any miss among the examples.";
    RULE_WITHOUT_TERMS = "rule-without-terms": "A rule about wording that has no term.";
    RULE_WITHOUT_ITEM = "rule-without-item": "A violation that no edition of a rulebook scores.";
    ITEM_WITHOUT_RULE = "item-without-rule": "An item of a rulebook that scores a rule that nobody has.";
    EXAMPLES_NOT_TRIED = "examples-not-tried": "Examples of a rule that has errors.";
    IDLE_ALLOW = "idle-allow": "An allowance that allows nothing.";
    MISSING_MANUAL = "missing-manual": "A rule whose manual page has a gap.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use std::{fs, io};

    use super::ALL;

    const MANUAL: &str = include_str!("../../docs/lint.md");

    /// The text of all source files without their tests.
    fn sources() -> io::Result<Vec<String>> {
        let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut texts = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = fs::read_to_string(path)?;
                    texts.push(text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned());
                }
            }
        }
        Ok(texts)
    }

    /// Codes that a source file writes down right where it makes a diagnostic.
    fn literal_codes(source: &str) -> impl Iterator<Item = &str> {
        ["Diagnostic::error(", "Diagnostic::warning("]
            .into_iter()
            .flat_map(|call| source.split(call).skip(1))
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
    }

    /// Higher layers have codes of their own, so the sections are held to all sources.
    #[test]
    fn every_code_has_a_section_and_every_section_a_code() -> io::Result<()> {
        let sources = sources()?;
        let sections: BTreeSet<&str> = MANUAL.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        let own = ALL.iter().chain(crate::scoring::CODES).copied();
        let codes: BTreeSet<&str> = own.chain(sources.iter().flat_map(|source| literal_codes(source))).collect();
        let missing: Vec<_> = codes.difference(&sections).collect();
        let is_stale = |section: &&&str| {
            let quoted = format!("\"{section}\"");
            !sources.iter().any(|source| source.contains(&quoted))
        };
        let stale: Vec<_> = sections.iter().filter(is_stale).collect();
        assert!(missing.is_empty() && stale.is_empty(), "docs/lint.md lacks {missing:?}, has no use for {stale:?}");
        Ok(())
    }

    #[test]
    fn every_section_has_an_example_and_advice() {
        for section in MANUAL.split("\n### ").skip(1) {
            let name = section.lines().next().unwrap_or_default();
            let body = section.split("\n## ").next().unwrap_or_default();
            assert!(body.contains("```"), "{name} has no example");
            assert!(body.contains("**Do:**"), "{name} does not say what to do");
        }
    }

    #[test]
    fn codes_are_distinct_and_kebab_case() {
        let distinct: BTreeSet<&str> = ALL.iter().copied().collect();
        assert_eq!(distinct.len(), ALL.len());
        for code in ALL {
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{code}");
        }
    }

    #[test]
    fn every_code_is_reported_somewhere() {
        let sources = [
            include_str!("allow.rs"),
            include_str!("classes.rs"),
            include_str!("disk.rs"),
            include_str!("examples.rs"),
            include_str!("files.rs"),
            include_str!("fold.rs"),
            include_str!("follow.rs"),
            include_str!("keys.rs"),
            include_str!("lines.rs"),
            include_str!("lint.rs"),
            include_str!("literals.rs"),
            include_str!("load.rs"),
            include_str!("manifest.rs"),
            include_str!("parameters.rs"),
            include_str!("problems.rs"),
            include_str!("rule.rs"),
            include_str!("rulebooks.rs"),
            include_str!("segmentation.rs"),
            include_str!("source.rs"),
            include_str!("table.rs"),
            include_str!("terms.rs"),
        ]
        .concat();
        let declared = include_str!("code.rs");
        for line in declared.lines().filter(|line| line.ends_with("\";") && line.contains("\": \"")) {
            let name = line.trim().split(' ').next().unwrap_or_default();
            assert!(sources.contains(&format!("code::{name}")), "nothing reports {name}");
        }
    }
}
