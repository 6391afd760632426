//! What a pattern can match and what it costs, as far as its expression tells: for those who check dictionaries.

use std::ops::ControlFlow;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::alphabet::Alphabet;
use super::everyday::frequency;
use super::literal::{contained, exact};
use super::pattern::{Pattern, Places};
use super::span::Span;

/// Whether a pattern can match a text that is made of certain characters alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reachable {
    /// As far as can be told, in all its branches.
    Wholly,
    /// Not in a branch that wants this text.
    InPart(String),
    /// Not at all; what it wants, where that can be named.
    Never(Option<String>),
}

impl Pattern {
    /// Whether a text of these characters can be matched.
    pub fn reachable(&self, characters: &Alphabet) -> Reachable {
        let Some(hir) = self.hir() else { return Reachable::Wholly };
        let mut wanted = None;
        if can_match(&hir, characters, &mut wanted) && hir.properties().minimum_len().is_some() {
            wanted.map_or(Reachable::Wholly, Reachable::InPart)
        } else {
            Reachable::Never(wanted)
        }
    }

    /// Whether the evidence of a match can be empty, in which case the match counts for nothing.
    pub fn evidence_may_be_empty(&self) -> bool {
        let is_empty = |hir: &Hir| hir.properties().minimum_len() == Some(0);
        self.hir().is_some_and(|hir| group(&hir, "hit").is_some_and(|(evidence, _)| is_empty(evidence)))
    }

    /// What is known of the evidence of each match.
    pub fn evidence(&self) -> Evidence {
        let Some(hir) = self.hir() else { return Evidence::default() };
        let part = match group(&hir, "hit") {
            Some((part, Presence::Always)) => part,
            // Of some matches the evidence is the group, of others all of the match.
            Some((_, Presence::Sometimes)) => return Evidence::default(),
            None => &hir,
        };
        Evidence { literals: contained(part), least: part.properties().minimum_len().unwrap_or(0) }
    }

    /// All texts that it matches, where they are few and nothing around them matters.
    pub fn texts(&self) -> Option<Vec<String>> {
        let hir = self.hir()?;
        if hir.properties().look_set().is_empty() { exact(&hir) } else { None }
    }

    /// The evidence of its matches in a text.
    pub fn evidence_in(&self, text: &str) -> Vec<Span> {
        let mut all = Vec::new();
        // It is never told to stop.
        let _ = self.find_around(text, Places::anywhere(text), |span| {
            all.push(span);
            ControlFlow::Continue(())
        });
        all
    }

    /// How often what sets the pattern off occurs in a hundred thousand characters of service chat, very roughly.
    pub fn commonness(&self) -> u64 {
        frequency(&self.required().literals)
    }

    /// A literal that sets the pattern off and over which an unbounded part of it can run: a message made of such literals
    /// is read once for each of them, which takes the square of its length. Every other unbounded part stops at the next
    /// literal, and what can begin only where the text begins is read once.
    pub fn runaway(&self) -> Option<String> {
        let hir = self.hir()?;
        if hir.properties().look_set_prefix().contains(Look::Start) {
            return None;
        }
        let mut loops = Vec::new();
        unbounded(&hir, &mut loops);
        self.required_literals().into_iter().find(|trigger| loops.iter().any(|characters| characters.has_all(trigger)))
    }

    fn hir(&self) -> Option<Hir> {
        regex_syntax::parse(self.expanded()).ok()
    }
}

/// What is known of the evidence of a pattern's matches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Sets of literals, be they single characters: each evidence contains one of every set.
    pub literals: Vec<Vec<String>>,
    /// The fewest bytes that it has.
    pub least: usize,
}

/// Whether each match has a group. Where one has not, its evidence is the whole match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    Sometimes,
}

/// The expression inside a named group.
fn group<'h>(hir: &'h Hir, name: &str) -> Option<(&'h Hir, Presence)> {
    let sometimes = |(found, _)| (found, Presence::Sometimes);
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some(name) => Some((&capture.sub, Presence::Always)),
        HirKind::Capture(capture) => group(&capture.sub, name),
        HirKind::Repetition(repetition) if repetition.min > 0 => group(&repetition.sub, name),
        HirKind::Repetition(repetition) => group(&repetition.sub, name).map(sometimes),
        HirKind::Concat(parts) => parts.iter().find_map(|part| group(part, name)),
        HirKind::Alternation(parts) => parts.iter().find_map(|part| group(part, name)).map(sometimes),
        _ => None,
    }
}

/// The characters of each part that can be repeated without end.
fn unbounded(hir: &Hir, loops: &mut Vec<Alphabet>) {
    match hir.kind() {
        HirKind::Repetition(repetition) if repetition.max.is_none() => loops.push(Alphabet::of(&repetition.sub)),
        HirKind::Repetition(repetition) => unbounded(&repetition.sub, loops),
        HirKind::Capture(capture) => unbounded(&capture.sub, loops),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| unbounded(part, loops)),
        _ => {}
    }
}

/// Whether an expression can match a text of these characters; `wanted` is the first literal that stands in the way
/// somewhere.
fn can_match(hir: &Hir, characters: &Alphabet, wanted: &mut Option<String>) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            let can = characters.has_all(&text);
            if !can {
                wanted.get_or_insert_with(|| text.into_owned());
            }
            can
        }
        HirKind::Class(Class::Unicode(class)) => {
            let can = class.ranges().iter().any(|range| (range.start()..=range.end()).any(|one| characters.has(one)));
            if !can && let Some(range) = class.ranges().first() {
                wanted.get_or_insert_with(|| range.start().to_string());
            }
            can
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().any(|range| (range.start()..=range.end()).any(|one| characters.has(one.into())))
        }
        HirKind::Capture(capture) => can_match(&capture.sub, characters, wanted),
        HirKind::Repetition(repetition) => can_match(&repetition.sub, characters, wanted) || repetition.min == 0,
        HirKind::Concat(parts) => parts.iter().all(|part| can_match(part, characters, wanted)),
        // All branches are looked at, to name one that cannot match beside one that can.
        HirKind::Alternation(parts) => parts.iter().filter(|part| can_match(part, characters, wanted)).count() > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::classes::Classes;
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text, &Classes::default()).unwrap()
    }

    #[test]
    fn what_wants_other_characters_is_out_of_reach() {
        let mut characters = Alphabet::default();
        characters.add_text("后台前bug,");
        let reachable = |text: &str| pattern(text).reachable(&characters);
        assert_eq!(reachable("后台|[前後]台(?:臺)?"), Reachable::InPart("臺".into()));
        assert_eq!(reachable("后台[,，]前"), Reachable::Wholly);
        assert_eq!(reachable("(?i)BUG"), Reachable::Wholly);
        assert_eq!(reachable("BUG{1,2}"), Reachable::Never(Some("BU".into())));
        assert_eq!(reachable("(?:後|臺)台"), Reachable::Never(Some("後".into())));
        assert_eq!(reachable("后台(?:,|，)前"), Reachable::Wholly, "characters in one place are one class");
        assert_eq!(reachable("后[a&&b]"), Reachable::Never(None));
    }

    #[test]
    fn evidence_is_the_group_or_the_match() {
        assert!(pattern("后台(?<hit>前?)").evidence_may_be_empty());
        assert!(!pattern("后台(?<hit>前)?").evidence_may_be_empty() && !pattern("后台前?").evidence_may_be_empty());
        assert_eq!(pattern("手机(?<hit>后台|前台)").evidence().literals, [["后台", "前台"]]);
        assert!(pattern("手机(?<hit>后台)?灯").evidence().literals.is_empty());
        let least = |text: &str| pattern(text).evidence().least;
        assert_eq!((least("手机(?<hit>后台)"), least("手机后台")), (6, 12));
    }

    #[test]
    fn a_loop_that_runs_over_what_sets_it_off_is_found() {
        let runaway = |text: &str| Pattern::new(text, &Classes::default()).unwrap().runaway();
        assert_eq!(runaway("后台.*前"), Some("后台".into()));
        assert_eq!(runaway("后台(?:[后台]+前)?"), Some("后台".into()));
        for bounded in ["后台.{0,20}前", "后台(?:真|就)*前", "^后台.*前", "后台[^\\p{Han}]*前", "后台[后前]+"]
        {
            assert_eq!(runaway(bounded), None, "{bounded}");
        }
    }

    #[test]
    fn few_texts_are_counted_out() {
        assert_eq!(pattern("手机(?<hit>后台|前台)").texts().unwrap(), ["手机后台", "手机前台"]);
        assert!(pattern("手机.台").texts().is_none() && pattern("^手机").texts().is_none());
    }
}
