//! Patterns: regular expressions over folded text with word classes, compiled when first needed.

use std::ops::{ControlFlow, Range};
use std::sync::OnceLock;

use regex_automata::{Anchored, Input, meta, util::captures::Captures};
use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use super::alphabet::Alphabet;
use super::classes::Classes;
use super::literal::{Required, required};
use super::machine::Machine;
use super::span::Span;
use super::vicinity::Vicinity;

/// Bytes that a pattern may take, written out or compiled.
pub(super) const SIZE_LIMIT: usize = 1 << 20;
/// Where matches begin at most so many bytes before their literal, they are tried place by place.
const SHORT_LEAD: usize = 6;

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
    /// A gap of no length, or a longer one than there is.
    #[error("`{{{name}}}` is no gap")]
    BadGap {
        /// What stands between the braces.
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
    #[error("it takes more than 1 MiB, written out or compiled")]
    TooLarge,
}

impl PatternError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownClass { .. } | Self::BadGap { .. } => "unknown-class",
            Self::Syntax { .. } => "pattern-syntax",
            Self::NoLiteral => "pattern-without-literal",
            Self::MatchesEmpty => "pattern-matches-empty",
            Self::TooLarge => "pattern-too-large",
        }
    }

    /// What to do.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::BadGap { .. } => "write {gap}, or {gap:N} with N up to 64 characters",
            Self::UnknownClass { .. } => "define it in classes.tsv, or write the words as (?:a|b)",
            Self::Syntax { .. } => "see docs/packs.md, Patterns; look-around and back-references do not exist",
            Self::NoLiteral => "add words that must occur, or split the pattern into several terms",
            Self::MatchesEmpty => "make at least one part of it required",
            Self::TooLarge => "shorten the repetitions: {0,6} instead of {0,100}, a word list instead of \\w",
        }
    }
}

/// One pattern. Its syntax is known to be right; the machine is built at the first use.
pub struct Pattern {
    expanded: String,
    /// Of how many characters the literals must be by which it is found.
    least_literal: usize,
    required: OnceLock<Required>,
    /// The most bytes a match can span; `None`: unbounded.
    reach: Option<usize>,
    hit_group: Option<usize>,
    machine: Machine,
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
        let required = required(&hir, 2);
        if required.literals.is_empty() {
            return Err(PatternError::NoLiteral);
        }
        made.least_literal = 2;
        made.required = OnceLock::from(required);
        Ok(made)
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
            least_literal: 1,
            required: OnceLock::new(),
            hit_group: group_index(&hir, "hit"),
            machine: Machine::default(),
            expanded,
        };
        Ok((made, hir))
    }

    /// What each match contains; for what is run over chosen messages only, be the literals single characters.
    pub(super) fn required(&self) -> &Required {
        let read = || parse(&self.expanded).map(|hir| required(&hir, self.least_literal)).unwrap_or_default();
        self.required.get_or_init(read)
    }

    /// Forgets what its matches contain, once that is kept elsewhere; where it must stand is still known.
    pub(super) fn forget_literals(&mut self) {
        if let Some(required) = self.required.get_mut() {
            required.literals = Vec::new();
        }
    }

    /// The characters that it can match.
    pub fn alphabet(&self) -> Alphabet {
        parse(&self.expanded).map(|hir| Alphabet::of(&hir)).unwrap_or_default()
    }

    /// Literals, be they single characters, of which each match contains one; empty: there are no such.
    pub fn required_literals(&self) -> Vec<String> {
        self.required().literals.clone()
    }

    /// Texts of which every match begins with one; `None`: there are no such.
    pub fn beginnings(&self) -> Option<Vec<String>> {
        edges(&parse(&self.expanded).ok()?, ExtractKind::Prefix)
    }

    /// Texts of which every match ends with one; `None`: there are no such.
    pub fn endings(&self) -> Option<Vec<String>> {
        edges(&parse(&self.expanded).ok()?, ExtractKind::Suffix)
    }

    /// Whether it occurs in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.is_match_around(text, Places::anywhere(text))
    }

    /// Whether one of its matches is the whole text.
    pub fn covers(&self, text: &str) -> bool {
        let whole = Span::new(0, text.len());
        let is_whole = |span| if span == whole { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        self.find_around(text, Places::anywhere(text), is_whole).is_break()
    }

    /// Whether it matches the text from its start; for patterns that end in `$`: whether they match all of it.
    pub fn matches_from_start(&self, text: &str) -> bool {
        let input = Input::new(text).anchored(Anchored::Yes);
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
        self.machine.of(|| parse(&self.expanded).ok())
    }

    /// The memory that the machine takes, in bytes, without its caches; `None` where it cannot be built.
    pub fn size(&self) -> Option<usize> {
        self.machine().map(meta::Regex::memory_usage)
    }

    /// The most bytes that a match in a text of this length can span.
    pub fn reach(&self, text_len: usize) -> usize {
        self.reach.unwrap_or(text_len).min(text_len)
    }

    /// Whether it occurs around one of the places at which its literals begin, ascending.
    pub(super) fn is_match_around(&self, text: &str, places: Places<'_, impl Iterator<Item = u32>>) -> bool {
        let Some(machine) = self.machine() else { return false };
        self.windows(text, places).any(|window| machine.is_match(window))
    }

    /// Shows each match around the places at which its literals begin, ascending, until told to stop; every byte is looked at
    /// once. Of a match its evidence is shown; empty evidence is none.
    pub(super) fn find_around(
        &self,
        text: &str,
        places: Places<'_, impl Iterator<Item = u32>>,
        mut found: impl FnMut(Span) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(machine) = self.machine() else { return ControlFlow::Continue(()) };
        // Made at the first match: most texts that are looked at have none.
        let mut captures: Option<Captures> = None;
        let mut searched = 0;
        for mut window in self.windows(text, places) {
            // Where literals overlap, the match of the first may hold the second.
            if window.start() < searched {
                continue;
            }
            while let Some(matched) = machine.search(&window) {
                let whole = matched.span();
                let mut span = Span::new(whole.start, whole.end);
                if let Some(group) = self.hit_group {
                    let captures = captures.get_or_insert_with(|| machine.create_captures());
                    let exact = window.clone().span(whole.start..window.end()).anchored(Anchored::Yes);
                    machine.search_captures(&exact, captures);
                    if let Some(inner) = captures.get_group(group) {
                        span = Span::new(inner.start, inner.end);
                    }
                }
                if !span.is_empty() {
                    found(span)?;
                }
                searched = if whole.end > whole.start { whole.end } else { next_char(text, whole.end) };
                if searched > window.end() || window.get_anchored().is_anchored() {
                    break;
                }
                window.set_start(searched);
            }
        }
        ControlFlow::Continue(())
    }

    /// What to search for all matches; what stands around a window is seen by `^`, `$` and borders.
    fn windows<'t>(
        &self,
        text: &'t str,
        places: Places<'t, impl Iterator<Item = u32>>,
    ) -> impl Iterator<Item = Input<'t>> {
        let reach = self.reach(text.len());
        let lead = places.lead.map_or(text.len(), |lead| lead.min(text.len()));
        let admitted = move |&at: &usize| places.vicinity.is_none_or(|vicinity| vicinity.admits(text, at));
        let literals = places.literals.map(|literal| literal as usize).filter(admitted);
        let (few, many) = if lead <= SHORT_LEAD { (Some(literals), None) } else { (None, Some(literals)) };
        let few = few.into_iter().flat_map(move |literals| starts(text, literals, lead)).map(move |start| {
            let end = ceil_char(text, start.saturating_add(reach).min(text.len()));
            Input::new(text).span(start..end).anchored(Anchored::Yes)
        });
        let many = many.into_iter().flat_map(move |literals| joined(text, literals, lead, reach));
        few.chain(many.map(move |window| Input::new(text).span(window)))
    }
}

/// Each place at which a match can begin that has a literal up to `lead` bytes later, once.
fn starts(text: &str, mut literals: impl Iterator<Item = usize>, lead: usize) -> impl Iterator<Item = usize> {
    let mut next = 0;
    let mut last = None;
    std::iter::from_fn(move || {
        while last.is_none_or(|last| next > last) {
            let literal = literals.next()?;
            next = next.max(floor_char(text, literal.saturating_sub(lead)));
            last = Some(literal);
        }
        let start = next;
        next = text[start..].chars().next().map_or(usize::MAX, |character| start + character.len_utf8());
        Some(start)
    })
}

/// The surroundings of the literals, joined where they overlap.
fn joined(
    text: &str,
    literals: impl Iterator<Item = usize>,
    lead: usize,
    reach: usize,
) -> impl Iterator<Item = Range<usize>> {
    let mut surroundings = literals.map(move |literal| around(text, literal, lead, reach)).peekable();
    std::iter::from_fn(move || {
        let mut window = surroundings.next()?;
        while let Some(next) = surroundings.next_if(|next| next.start <= window.end) {
            window.end = window.end.max(next.end);
        }
        Some(window)
    })
}

/// Where a match can be that begins up to `lead` bytes before a literal and has up to `reach` bytes.
fn around(text: &str, literal: usize, lead: usize, reach: usize) -> Range<usize> {
    let end = ceil_char(text, literal.saturating_add(reach).min(text.len()));
    floor_char(text, literal.saturating_sub(lead))..end
}

/// Where matches can be.
#[derive(Debug, Clone)]
pub(super) struct Places<'p, I> {
    /// Where its literals begin, ascending.
    literals: I,
    /// How far before them a match can begin; see [`Required`].
    lead: Option<usize>,
    /// What must stand around them.
    vicinity: Option<&'p Vicinity>,
}

impl<'p, I: Iterator<Item = u32>> Places<'p, I> {
    /// Around the literals that the pattern requires.
    pub(super) fn around(literals: I, required: &'p Required) -> Self {
        Self { literals, lead: required.lead, vicinity: Some(&required.vicinity) }
    }
}

impl Places<'_, std::iter::Once<u32>> {
    /// Anywhere in a text: as if a literal ended it, and matches began any number of bytes before.
    pub(super) fn anywhere(text: &str) -> Self {
        Self { literals: std::iter::once(text.len() as u32), lead: None, vicinity: None }
    }
}

pub(super) fn floor_char(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_char(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
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
    use proptest::prelude::*;

    use super::*;

    fn classes() -> Classes {
        let mut classes = Classes::default();
        classes.add("you", ["你", "您", "你们"].map(String::from).into_iter());
        classes
    }

    fn find(pattern: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let _ = Pattern::new(pattern, &classes()).unwrap().find_around(text, Places::anywhere(text), |span| {
            found.push(text[span.range()].to_owned());
            ControlFlow::Continue(())
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
        assert_eq!(refused(&"你好".repeat(200_000)), "pattern-too-large");
        assert_eq!(refused(&"{you}好".repeat(60_000)), "pattern-too-large");
    }

    #[test]
    fn a_window_sees_what_stands_around_it() {
        let pattern = Pattern::new("^自己看$", &classes()).unwrap();
        let text = "你自己看";
        assert!(!pattern.is_match_around(text, Places::around(std::iter::once(3), pattern.required())));
        assert!(pattern.is_match_around("自己看", Places::around(std::iter::once(0), pattern.required())));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn looking_around_the_literals_finds_what_looking_everywhere_finds(
            parts in proptest::collection::vec(
                proptest::sample::select(&[
                    "一二", "二三", "(?:四|五六)", "[^,]{0,3}?", "(?:一二)?", "[三四]", ".{0,2}", "(?:五)+", "^", "{border}",
                    "(?:二一|.二四|二四)", ".*", "(?<hit>三)",
                ]),
                1..5,
            ),
            text in "[一二三四五六,]{0,24}",
        ) {
            let Ok(pattern) = Pattern::parse(&parts.concat(), &Classes::default()) else { return Ok(()) };
            let required = pattern.required();
            prop_assume!(!required.literals.is_empty());
            let begins = |at: usize| required.literals.iter().any(|literal| text[at..].starts_with(literal.as_str()));
            let literals: Vec<u32> =
                text.char_indices().map(|(at, _)| at).filter(|&at| begins(at)).map(|at| at as u32).collect();
            let (mut around, mut everywhere) = (Vec::new(), Vec::new());
            let places = Places::around(literals.iter().copied(), required);
            prop_assert_eq!(
                pattern.is_match_around(&text, places.clone()),
                pattern.is_match_around(&text, Places::anywhere(&text))
            );
            let _ = pattern.find_around(&text, places, |span| { around.push(span); ControlFlow::Continue(()) });
            let _ = pattern.find_around(&text, Places::anywhere(&text), |span| {
                everywhere.push(span);
                ControlFlow::Continue(())
            });
            prop_assert_eq!(around, everywhere, "{} in {}", parts.concat(), text);
        }
    }
}
