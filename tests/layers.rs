//! Each layer uses only the layers below it that DESIGN.md names, and below the doors nothing depends on the moment, the
//! machine or chance.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom. Everybody may use themselves; `ground` uses nobody.
const TABLE: &[(&str, &[&str])] = &[
    ("cli", &["screening", "operator", "dictionary", "conversation", "text", "scoring"]),
    ("screening", &["operator", "dictionary", "conversation", "text", "scoring"]),
    ("operator", &["dictionary", "conversation", "text"]),
    ("dictionary", &["scoring", "workbook"]),
    ("conversation", &["columnar", "workbook"]),
    ("columnar", &["workbook"]),
    ("text", &[]),
    ("scoring", &[]),
    ("workbook", &[]),
];

/// What makes a result depend on the moment, the machine or chance, or talks past the door.
const IMPURE: &[&str] = &[
    "std::time",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "env::",
    "rand::",
    "fastrand",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "dbg!",
    "std::process",
    "std::thread",
    "thread_rng",
    "RandomState",
];

/// What reads or writes files.
const FILES: &[&str] = &["std::fs", "File::", "fs::", "tempfile", "std::net", "stdin()", "stdout()", "stderr()"];

/// Where that is the purpose: the one place of the dictionaries, and the readers of conversations.
const READERS: &[&str] =
    &["dictionary/disk.rs", "conversation/input/", "conversation/table/partition.rs", "conversation/table/merge.rs"];

/// Impure and yet right, each with its reason. One that is not needed any more fails the test.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "conversation/table/gather.rs",
        "env::",
        "where rows are put aside when no --temp-dir is given; no result depends on it",
    ),
    (
        "screening/reading.rs",
        "std::thread",
        "input may be slow to come; what is read is taken in its order, and no result depends on the moment",
    ),
    ("operator/ahead.rs", "std::thread", "patterns are read by several threads; what is read is the same"),
    ("screening/rule_sets.rs", "std::thread", "the hash is taken beside the matchers; it is the same"),
    ("screening/reading.rs", "std::time", "how soon an interruption is noticed; no result depends on it"),
];

/// A source file.
struct Source {
    /// Below `src/`, with `/`.
    path: String,
    /// Without comments and strings.
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), code: without_comments_and_strings(text) }
    }

    fn layer(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// How many modules deep the file is: 1 for `text/mod.rs`, 2 for `text/fold.rs`.
    fn depth(&self) -> usize {
        self.path.split('/').count() - usize::from(self.path.ends_with("/mod.rs"))
    }

    /// The layers that it names after `crate::`, after as many `super::` as lead to the root, or as `zhijian::`.
    fn uses(&self) -> BTreeSet<String> {
        let compact: String =
            self.code.split_whitespace().collect::<Vec<_>>().join(" ").replace(":: ", "::").replace(" ::", "::");
        let mut used = BTreeSet::new();
        let roots = ["crate::".to_owned(), "zhijian::".to_owned(), "super::".repeat(self.depth())];
        for root in roots {
            for (at, _) in compact.match_indices(&root) {
                let before = compact[..at].chars().next_back();
                if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                    used.extend(heads(&compact[at + root.len()..]));
                }
            }
        }
        used.retain(|name| TABLE.iter().any(|(layer, _)| layer == name));
        used
    }

    /// The code that is not compiled for tests only.
    fn shipped(&self) -> String {
        let is_test_file = self.path.ends_with("_tests.rs") || self.path.contains("/tests/");
        if is_test_file { String::new() } else { without_test_modules(&self.code) }
    }
}

/// The first names of a path or of a braced list of paths.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(list) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.push(name(&list[start..at]));
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

fn without_comments_and_strings(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            '/' if at(i + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= chars.len() {
                        break;
                    }
                }
            }
            'r' if matches!(at(i + 1), '"' | '#') && !at(i.wrapping_sub(1)).is_alphanumeric() => {
                let hashes = (i + 1..chars.len()).take_while(|&j| at(j) == '#').count();
                if at(i + 1 + hashes) != '"' {
                    out.push('r');
                    i += 1;
                    continue;
                }
                i += hashes + 2;
                while i < chars.len() && !(at(i) == '"' && (1..=hashes).all(|j| at(i + j) == '#')) {
                    i += 1;
                }
                i += hashes + 1;
                out.push_str("\"\"");
            }
            '"' => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
                out.push_str("\"\"");
            }
            // A character, not a lifetime.
            '\'' if at(i + 1) == '\\' || at(i + 2) == '\'' => {
                i += if at(i + 1) == '\\' { 3 } else { 2 };
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
                out.push_str("' '");
            }
            other => {
                out.push(other);
                i += 1;
            }
        }
    }
    out
}

fn without_test_modules(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..start]);
        let item = &rest[start..];
        let end = match (item.find('{'), item.find(';')) {
            (Some(open), semicolon) if semicolon.is_none_or(|semicolon| open < semicolon) => {
                let mut depth = 0;
                let close = item[open..].char_indices().find(|&(_, character)| {
                    depth += i32::from(character == '{') - i32::from(character == '}');
                    depth == 0
                });
                close.map_or(item.len(), |(at, _)| open + at + 1)
            }
            (_, Some(semicolon)) => semicolon + 1,
            _ => item.len(),
        };
        rest = &item[end..];
    }
    out + rest
}

fn all_sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut pending: Vec<PathBuf> = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            sources.push(Source::new(&below, &fs::read_to_string(&path).unwrap()));
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// Everything in these files that the house does not allow.
fn complaints(sources: &[Source]) -> String {
    let mut out = String::new();
    for source in sources.iter().filter(|source| !matches!(source.path.as_str(), "lib.rs" | "main.rs")) {
        let layer = source.layer();
        let Some((_, allowed)) = TABLE.iter().find(|(known, _)| *known == layer) else {
            let _ = writeln!(out, "{}: the layer `{layer}` is not in the table", source.path);
            continue;
        };
        for used in source.uses().iter().filter(|used| *used != layer && !allowed.contains(&used.as_str())) {
            let _ = writeln!(out, "{}: {layer} may not use {used}", source.path);
        }
        if layer == "cli" {
            continue;
        }
        let shipped = source.shipped();
        let is_allowed = |word: &str| ALLOWED.iter().any(|(path, allowed, _)| *path == source.path && *allowed == word);
        for word in IMPURE.iter().filter(|word| occurs(&shipped, word) && !is_allowed(word)) {
            let _ = writeln!(out, "{}: `{word}` below the doors", source.path);
        }
        let reads = READERS.iter().any(|reader| source.path.starts_with(reader));
        for word in FILES.iter().filter(|word| !reads && occurs(&shipped, word)) {
            let _ = writeln!(out, "{}: `{word}` outside the readers", source.path);
        }
    }
    out
}

/// Whether the word occurs and does not merely end a longer one.
fn occurs(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn every_layer_keeps_to_the_table() {
    let sources = all_sources();
    assert!(sources.len() > 80, "the sources were found: {}", sources.len());
    for (layer, _) in TABLE {
        assert!(sources.iter().any(|source| source.layer() == *layer), "the layer {layer} is gone; mend the table");
    }
    let complaints = complaints(&sources);
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn every_exception_is_still_needed() {
    let sources = all_sources();
    for (path, word, reason) in ALLOWED {
        let source = sources.iter().find(|source| source.path == *path);
        assert!(
            source.is_some_and(|source| occurs(&source.shipped(), word)),
            "{path} needs no `{word}` any more ({reason})"
        );
    }
}

#[test]
fn imports_that_are_used_by_the_table_are_seen() {
    let sources = all_sources();
    let all: BTreeSet<(String, String)> =
        sources.iter().flat_map(|s| s.uses().into_iter().map(|used| (s.layer().to_owned(), used))).collect();
    for pair in [("cli", "screening"), ("screening", "operator"), ("operator", "text"), ("dictionary", "scoring")] {
        assert!(all.contains(&(pair.0.to_owned(), pair.1.to_owned())), "{pair:?} was not seen");
    }
}

#[test]
fn offences_are_found() {
    let bad = [
        ("text/fold.rs", "use crate::dictionary::Rule;", "text may not use dictionary"),
        ("conversation/record.rs", "fn f(_: crate::text::Span) {}", "conversation may not use text"),
        (
            "operator/view.rs",
            "use crate::{conversation::Role, screening::{Screener, RuleSet}};",
            "operator may not use screening",
        ),
        ("operator/mod.rs", "use super::scoring::Points;", "operator may not use scoring"),
        ("conversation/json/parse.rs", "use super::super::super::text::Span;", "conversation may not use text"),
        ("dictionary/load.rs", "use crate::\n    operator::View;", "dictionary may not use operator"),
        ("screening/trial.rs", "use crate::cli::run;", "screening may not use cli"),
        ("report/mod.rs", "", "the layer `report` is not in the table"),
        ("operator/waits.rs", "let now = std::time::Instant::now();", "`std::time` below the doors"),
        ("text/fold.rs", "if env::var(\"X\").is_ok() {}", "`env::` below the doors"),
        ("screening/tally.rs", "println!(\"{}\", 1);", "`println!` below the doors"),
        ("dictionary/load.rs", "std::fs::read(path)", "`std::fs` outside the readers"),
        ("text/fold.rs", "#[cfg(test)]\nmod tests { fn f() {} }\nfn g() { dbg!(1); }", "`dbg!` below the doors"),
    ];
    for (path, text, expected) in bad {
        let found = complaints(&[Source::new(path, text)]);
        assert!(found.contains(expected), "{path} {text:?} gives {found:?}");
    }
}

#[test]
fn what_is_allowed_is_not_complained_about() {
    let good = [
        (
            "text/fold.rs",
            "// use crate::dictionary::Rule;\nconst A: &str = \"crate::cli println!\"; const B: char = '\"';",
        ),
        ("text/fold.rs", "/* crate::cli /* nested */ println! */ const R: &str = r#\"std::time \"x\" \"#;"),
        ("text/phrases.rs", "mod tests { use super::super::pattern::Classes; }"),
        ("dictionary/load.rs", "use crate::scoring::Problem;\n#[cfg(test)]\nmod tests { fn f() { println!(); } }"),
        ("dictionary/disk.rs", "use std::fs::File;"),
        ("operator/wording.rs", "let operands = brand::of(x); struct Fingerprint;"),
        ("cli/screen.rs", "use std::time::Instant; println!();"),
    ];
    for (path, text) in good {
        assert_eq!(complaints(&[Source::new(path, text)]), "", "{path} {text:?}");
    }
}
