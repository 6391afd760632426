//! Word classes, gaps and clause borders: what a pattern may say in braces.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::pattern::{PatternError, SIZE_LIMIT};

/// What `{gap}` may span, in characters.
const DEFAULT_GAP: u32 = 6;
/// The longest `{gap:N}`.
const MAX_GAP: u32 = 64;

/// Word classes by name, put into patterns in place of `{name}`.
#[derive(Debug, Clone, Default)]
pub struct Classes(BTreeMap<String, String>);

impl Classes {
    /// Adds a class; its words are folded literals.
    pub fn add(&mut self, name: &str, words: impl Iterator<Item = String>) {
        let mut words: Vec<String> = words.map(|word| regex_syntax::escape(&word)).collect();
        // Longest first, so that 你们 is taken before 你.
        words.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        self.0.insert(name.to_owned(), format!("(?:{})", words.join("|")));
    }

    /// Puts classes, gaps and borders into a pattern.
    pub fn expand(&self, pattern: &str) -> Result<String, PatternError> {
        let mut out = String::with_capacity(pattern.len() * 2);
        let mut rest = pattern;
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
            let name = &rest[open + 1..close];
            out.push_str(&rest[..open]);
            // `\p{…}` and repetitions such as `{2,4}` are the regular expression's own.
            let own = (out.ends_with('\\') && !out.ends_with("\\\\"))
                || name.starts_with(|c: char| c.is_ascii_digit() || c == ',')
                || out.ends_with("\\p")
                || out.ends_with("\\P")
                || out.ends_with("\\x")
                || out.ends_with("\\u");
            if own {
                out.push_str(&rest[open..=close]);
            } else if name == "border" {
                out.push_str(r"(?:^|$|[,.!?;:。~…\s])");
            } else if let Some(gap) = gap(name) {
                // Writing to a string cannot fail.
                let _ = write!(out, r"[^,.!?;:。~…\s]{{0,{gap}}}?");
            } else if let Some(class) = self.0.get(name) {
                out.push_str(class);
            } else if name.starts_with("gap") {
                return Err(PatternError::BadGap { name: name.chars().take(40).collect() });
            } else {
                return Err(PatternError::UnknownClass { name: name.chars().take(40).collect() });
            }
            rest = &rest[close + 1..];
            // Large classes in a long pattern multiply.
            if out.len() > SIZE_LIMIT {
                return Err(PatternError::TooLarge);
            }
        }
        out.push_str(rest);
        if out.len() > SIZE_LIMIT { Err(PatternError::TooLarge) } else { Ok(out) }
    }
}

fn gap(name: &str) -> Option<u32> {
    match name.strip_prefix("gap")? {
        "" => Some(DEFAULT_GAP),
        figure => figure.strip_prefix(':')?.parse().ok().filter(|&gap| gap <= MAX_GAP),
    }
}
