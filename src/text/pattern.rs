//! Patterns: regular expressions over folded text with word classes, compiled when first needed.

use std::fmt::Write as _;
use std::sync::OnceLock;

use regex_automata::{Input, meta, util::captures::Captures};
use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use super::literal::required_sets;
use super::span::Span;

/// Bytes that a compiled pattern may take.
const SIZE_LIMIT: usize = 1 << 20;
/// What `{gap}` may span, in characters.
const DEFAULT_GAP: u32 = 6;
/// The longest `{gap:N}`.
const MAX_GAP: u32 = 64;

/// Word classes by name, put into patterns in place of `{name}`.
#[derive(Debug, Clone, Default)]
pub struct Classes(std::collections::BTreeMap<String, String>);

/// Why a pattern cannot be used.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// A class that `classes.tsv` does not define.
    #[error("there is no word class `{name}`")]
    UnknownClass {
        /// Its name.
        name: String,
    },
    /// Not a regular expression.
    #[error("this is not a regular expression: {reason}")]
    Syntax {
        /// What the parser says.
        reason: String,
    },
    /// Nothing to look for first.
    #[error("some branch has no literal part of two characters")]
    NoLiteral,
    /// It matches nothing at all.
    #[error("it matches the empty string")]
    MatchesEmpty,
    /// Too large once compiled.
    #[error("it takes more than 1 MiB compiled")]
    TooLarge,
}

impl PatternError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownClass { .. } => "unknown-class",
            Self::Syntax { .. } => "pattern-syntax",
            Self::NoLiteral => "pattern-without-literal",
            Self::MatchesEmpty => "pattern-matches-empty",
            Self::TooLarge => "pattern-too-large",
        }
    }

    /// What to do.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::UnknownClass { .. } => "define it in classes.tsv, or write the words as (?:a|b)",
            Self::Syntax { .. } => "see docs/packs.md, Patterns; look-around and back-references do not exist",
            Self::NoLiteral => "add words that must occur, or split the pattern into several terms",
            Self::MatchesEmpty => "make at least one part of it required",
            Self::TooLarge => "shorten the repetitions: {0,6} instead of {0,100}, a word list instead of \\w",
        }
    }
}

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
            } else {
                return Err(PatternError::UnknownClass { name: name.chars().take(40).collect() });
            }
            rest = &rest[close + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }
}

fn gap(name: &str) -> Option<u32> {
    match name.strip_prefix("gap")? {
        "" => Some(DEFAULT_GAP),
        figure => figure.strip_prefix(':')?.parse().ok().filter(|&gap| gap <= MAX_GAP),
    }
}

/// One pattern. Its syntax is known to be right; the machine is built at the first use.
pub struct Pattern {
    expanded: String,
    literals: Vec<Vec<String>>,
    /// The most bytes a match can span; `None`: unbounded.
    reach: Option<usize>,
    hit_group: Option<usize>,
    machine: OnceLock<Option<meta::Regex>>,
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pattern").field("expanded", &self.expanded).finish_non_exhaustive()
    }
}

impl Pattern {
    /// Parses a pattern that is looked for in every message, so that it needs a literal part.
    pub fn new(pattern: &str, classes: &Classes) -> Result<Self, PatternError> {
        let (mut made, hir) = Self::read(pattern, classes)?;
        made.literals = required_sets(&hir, 2);
        if made.literals.is_empty() { Err(PatternError::NoLiteral) } else { Ok(made) }
    }

    /// Parses a pattern that is only run over a few chosen messages.
    pub fn parse(pattern: &str, classes: &Classes) -> Result<Self, PatternError> {
        Self::read(pattern, classes).map(|(pattern, _)| pattern)
    }

    fn read(pattern: &str, classes: &Classes) -> Result<(Self, Hir), PatternError> {
        let expanded = classes.expand(pattern)?;
        let hir = parse(&expanded)?;
        let properties = hir.properties();
        if properties.minimum_len() == Some(0) {
            return Err(PatternError::MatchesEmpty);
        }
        let made = Self {
            reach: properties.maximum_len(),
            literals: Vec::new(),
            hit_group: group_index(&hir, "hit"),
            machine: OnceLock::new(),
            expanded,
        };
        Ok((made, hir))
    }

    /// Sets of literals of two characters and more: each match contains one of every set. The first set is that to look
    /// for.
    pub fn literals(&self) -> &[Vec<String>] {
        &self.literals
    }

    /// Sets of literals, be they a single character: each match contains one of every set. Empty: there are no such.
    pub(super) fn required_sets(&self) -> Vec<Vec<String>> {
        parse(&self.expanded).map(|hir| required_sets(&hir, 1)).unwrap_or_default()
    }

    /// Texts of which every match begins with one; `None`: there are no such.
    pub fn beginnings(&self) -> Option<Vec<String>> {
        edges(&parse(&self.expanded).ok()?, ExtractKind::Prefix)
    }

    /// Texts of which every match ends with one; `None`: there are no such.
    pub fn endings(&self) -> Option<Vec<String>> {
        edges(&parse(&self.expanded).ok()?, ExtractKind::Suffix)
    }

    /// Whether it occurs in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.machine().is_some_and(|machine| machine.is_match(text))
    }

    /// Whether it matches the text from its start; for patterns that end in `$`: whether they match all of it.
    pub fn matches_from_start(&self, text: &str) -> bool {
        let input = Input::new(text).anchored(regex_automata::Anchored::Yes);
        self.machine().is_some_and(|machine| machine.is_match(input))
    }

    /// The regular expression with all classes put in.
    pub fn expanded(&self) -> &str {
        &self.expanded
    }

    /// Builds the machine now, to know that it can be built.
    pub fn validate(&self) -> Result<(), PatternError> {
        self.machine().map(|_| ()).ok_or(PatternError::TooLarge)
    }

    fn machine(&self) -> Option<&meta::Regex> {
        self.machine.get_or_init(|| build(&self.expanded)).as_ref()
    }

    /// How far from one of its literals a match can reach, in bytes, within a text of this length.
    pub fn reach(&self, text_len: usize) -> usize {
        self.reach.unwrap_or(text_len).min(text_len)
    }

    /// Shows each match within `window` of the folded text; what stands around the window is seen by `^`, `$` and
    /// borders. An empty piece of evidence is none.
    pub fn find_in(&self, text: &str, window: Span, mut found: impl FnMut(Span)) {
        let Some(machine) = self.machine() else { return };
        let mut input = Input::new(text).span(window.range());
        // Made at the first match: most texts that are looked at have none.
        let mut captures: Option<Captures> = None;
        while let Some(matched) = machine.search(&input) {
            let whole = matched.span();
            let mut span = Span::new(whole.start, whole.end);
            if let Some(group) = self.hit_group {
                let captures = captures.get_or_insert_with(|| machine.create_captures());
                let exact = input.clone().span(whole.start..input.end()).anchored(regex_automata::Anchored::Yes);
                machine.search_captures(&exact, captures);
                if let Some(inner) = captures.get_group(group) {
                    span = Span::new(inner.start, inner.end);
                }
            }
            if !span.is_empty() {
                found(span);
            }
            let next = if whole.end > whole.start { whole.end } else { next_char(text, whole.end) };
            if next > input.end() {
                break;
            }
            input.set_start(next);
        }
    }
}

fn next_char(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

fn parse(expanded: &str) -> Result<Hir, PatternError> {
    regex_syntax::parse(expanded).map_err(|error| {
        // The parser's own picture of the pattern spans lines; its last line says what is wrong.
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        PatternError::Syntax { reason }
    })
}

fn edges(hir: &Hir, kind: ExtractKind) -> Option<Vec<String>> {
    let literals = Extractor::new().kind(kind).extract(hir);
    let texts =
        literals.literals()?.iter().map(|literal| std::str::from_utf8(literal.as_bytes()).ok().map(str::to_owned));
    texts.collect::<Option<Vec<String>>>().filter(|texts| texts.iter().all(|text| !text.is_empty()))
}

/// A machine for one expression, or `None` where it would be too large.
fn build(expression: &str) -> Option<meta::Regex> {
    // Whoever runs it has found its literals already, and looks at a message, not at a file.
    let config = meta::Config::new().nfa_size_limit(Some(SIZE_LIMIT)).auto_prefilter(false);
    meta::Builder::new().configure(config).build(expression).ok()
}

/// The index of a named group.
pub(super) fn group_index(hir: &Hir, name: &str) -> Option<usize> {
    use regex_syntax::hir::HirKind;
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some(name) => Some(capture.index as usize),
        HirKind::Capture(capture) => group_index(&capture.sub, name),
        HirKind::Repetition(repetition) => group_index(&repetition.sub, name),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(|part| group_index(part, name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Classes {
        let mut classes = Classes::default();
        classes.add("you", ["你", "您", "你们"].map(String::from).into_iter());
        classes
    }

    fn find(pattern: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        Pattern::new(pattern, &classes()).unwrap().find_in(text, Span::new(0, text.len()), |span| {
            found.push(text[span.range()].to_owned());
        });
        found
    }

    #[test]
    fn classes_gaps_and_borders() {
        assert_eq!(find("{you}{gap}自己看", "你们不会自己看吗,你啊,自己看"), ["你们不会自己看"]);
        assert_eq!(find("{border}(?<hit>随便你){border}", "好 随便你。"), ["随便你"]);
        assert_eq!(find("说了{gap:2}遍{1,2}", "说了多少遍遍"), ["说了多少遍遍"]);
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        let refused = |pattern: &str| Pattern::new(pattern, &classes()).unwrap_err().code();
        assert_eq!(refused("{nobody}你好"), "unknown-class");
        assert_eq!(refused("你好("), "pattern-syntax");
        assert_eq!(refused("你.{0,3}他"), "pattern-without-literal");
        assert_eq!(refused("(?:你好)?"), "pattern-matches-empty");
        let large = Pattern::new(r"你好\w{100}\w{100}", &classes()).unwrap();
        assert_eq!(large.validate().unwrap_err().code(), "pattern-too-large");
    }

    #[test]
    fn a_window_sees_what_stands_around_it() {
        let pattern = Pattern::new("^自己看$", &classes()).unwrap();
        let text = "你自己看";
        pattern.find_in(text, Span::new(3, text.len()), |_| panic!("the window's start is not the text's start"));
    }
}
