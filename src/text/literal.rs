//! Literals that every match of a pattern must contain: the matcher looks for these first and runs the regular
//! expression only where one is found.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::everyday::frequency;
use super::filter::StartFilter;
use super::fold::Letter;
use super::vicinity::Vicinity;

/// More alternatives than this are not multiplied out.
const MAX_LITERALS: usize = 512;
/// A class with more characters than this counts as "anything".
const MAX_CLASS: usize = 24;
/// Clues with more literals than this tell little and take memory.
const MAX_CLUE: usize = 512;

/// Literals of which each match contains one, and what must stand around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Required {
    /// What to look for; empty: each match contains nothing for certain.
    pub(super) literals: Vec<String>,
    /// How many bytes of a match can stand before the first of its literals; `None`: any number.
    pub(super) lead: Option<usize>,
    /// Which of the literals that occur may belong to a match.
    pub(super) vicinity: Vicinity,
}

/// Literals of which each match contains one; empty: nothing is known.
#[derive(Debug, Clone, Default)]
struct Set {
    literals: Vec<String>,
    /// As in [`Required`].
    lead: Option<usize>,
    /// The most bytes that can stand before the part of which each match contains these literals.
    before: Option<usize>,
}

/// What is known of the texts a sub-expression matches.
#[derive(Debug, Clone)]
enum Known {
    /// Exactly these.
    Exact(Vec<String>),
    /// What each contains.
    Contains(Set),
}

impl Known {
    fn into_set(self) -> Set {
        match self {
            Self::Exact(literals) => Set { literals, lead: Some(0), before: Some(0) },
            Self::Contains(set) => set,
        }
    }
}

/// What each match contains, in literals of `min_chars` characters and more.
pub(super) fn required(hir: &Hir, min_chars: usize) -> Required {
    let mut whole = hir;
    while let HirKind::Capture(capture) = whole.kind() {
        whole = &capture.sub;
    }
    let mut sets = match whole.kind() {
        HirKind::Concat(parts) => concat(parts).0,
        _ => vec![known(whole).into_set()],
    };
    let long_enough = sets.iter().enumerate().filter(|(_, set)| score(&set.literals) >= min_chars);
    let Some(chosen) = best(long_enough) else { return Required::default() };
    let mut vicinity = Vicinity::default();
    let best = std::mem::take(&mut sets[chosen]);
    // What can stand between two literals, at most, is what can stand between the starts of their parts and what the later
    // one's part can have before it.
    let between = |first: Option<usize>, second: Option<usize>| second.zip(first).map(|(second, first)| second - first);
    for (at, set) in sets.iter().enumerate() {
        if score(&set.literals) == 0 || set.literals.len() > MAX_CLUE {
            continue;
        }
        let within = if at < chosen { between(set.before, best.lead) } else { between(best.before, set.lead) };
        if at < chosen {
            vicinity.demand_before(&set.literals, within);
        } else {
            vicinity.demand_after(&set.literals, within);
        }
    }
    vicinity.order();
    let (literals, lead) = least(best.literals, best.lead);
    Required { literals, lead, vicinity }
}

/// All texts that an expression matches, where they are few; what it asks of their surroundings is passed over.
pub(super) fn exact(hir: &Hir) -> Option<Vec<String>> {
    match known(hir) {
        Known::Exact(texts) => Some(texts),
        Known::Contains(_) => None,
    }
}

/// Sets of literals, be they single characters: each match contains one of every set.
pub(super) fn contained(hir: &Hir) -> Vec<Vec<String>> {
    let sets = match hir.kind() {
        HirKind::Capture(capture) => return contained(&capture.sub),
        HirKind::Concat(parts) => concat(parts).0,
        _ => vec![known(hir).into_set()],
    };
    sets.into_iter().map(|set| set.literals).filter(|literals| score(literals) > 0).collect()
}

/// The same set, ordered, without what adds nothing: literals that contain another. What they begin with leads to the
/// other one then.
fn least(mut set: Vec<String>, lead: Option<usize>) -> (Vec<String>, Option<usize>) {
    set.sort_unstable();
    // What begins with a literal comes right after it.
    set.dedup_by(|next, before| next.starts_with(before.as_str()));
    // Few places of a literal begin another one, and a look or two tell.
    let starts = StartFilter::<1024>::new(set.iter().map(String::as_str));
    let shorter_at = |set: &[String], literal: &str| {
        let mut chars = literal.chars().skip(1);
        let begins_one = |&(at, first): &(usize, char)| {
            let (second, third) = (chars.next().unwrap_or(Letter::NONE), chars.clone().next().unwrap_or(Letter::NONE));
            let rest = &literal[at..];
            // None of them begins another one, so the last one that is not beyond the rest is the only one it can begin with.
            let last = || set[..set.partition_point(|other| other.as_str() <= rest)].last();
            at > 0
                && starts.may_begin(first, second)
                && starts.begins(first, second, third)
                && last().is_some_and(|last| rest.starts_with(last.as_str()))
        };
        literal.char_indices().find(begins_one).map(|(at, _)| at)
    };
    let adds: Vec<bool> = set.iter().map(|literal| shorter_at(&set, literal).is_none()).collect();
    let (kept, dropped): (Vec<_>, Vec<_>) = set.into_iter().zip(adds).partition(|&(_, adds)| adds);
    let kept: Vec<String> = kept.into_iter().map(|(literal, _)| literal).collect();
    let more = dropped.iter().filter_map(|(literal, _)| shorter_at(&kept, literal)).max().unwrap_or(0);
    (kept, lead.map(|lead| lead + more))
}

/// The length of the shortest literal: a set is as selective as its weakest member. 0: useless.
fn score(set: &[String]) -> usize {
    set.iter().map(|literal| literal.chars().count()).min().unwrap_or(0)
}

/// The index of the set that tells most; of equals the first.
fn best<'s>(sets: impl Iterator<Item = (usize, &'s Set)>) -> Option<usize> {
    // A set without literals, or with an empty one, tells nothing; of the others the rarer, then the one with fewer and
    // longer literals.
    let rank = |&(_, set): &(usize, &Set)| {
        let score = score(&set.literals);
        let frequency = if score == 0 { u64::MAX } else { frequency(&set.literals) };
        (std::cmp::Reverse(frequency), std::cmp::Reverse(set.literals.len()), score)
    };
    let mut sets = sets.filter(|(_, set)| score(&set.literals) > 0);
    // Most often there is but one, and nothing to be ranked.
    let first = sets.next()?;
    let Some(second) = sets.next() else { return Some(first.0) };
    let mut best = (first.0, rank(&first));
    for set in std::iter::once(second).chain(sets) {
        let rank = rank(&set);
        if rank > best.1 {
            best = (set.0, rank);
        }
    }
    Some(best.0)
}

fn known(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Known::Exact(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Known::Exact(vec![text.to_owned()]),
            Err(_) => Known::Contains(Set::default()),
        },
        HirKind::Class(class) => class_members(class).map_or(Known::Contains(Set::default()), Known::Exact),
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Repetition(repetition) => match (repetition.min, repetition.max) {
            (0, Some(1)) => match known(&repetition.sub) {
                Known::Exact(mut set) if set.len() < MAX_LITERALS => {
                    set.push(String::new());
                    Known::Exact(set)
                }
                _ => Known::Contains(Set::default()),
            },
            (0, _) => Known::Contains(Set::default()),
            (1, Some(1)) => known(&repetition.sub),
            _ => Known::Contains(known(&repetition.sub).into_set()),
        },
        HirKind::Concat(parts) => match concat(parts) {
            (sets, true) => Known::Exact(sets.into_iter().next().unwrap_or_default().literals),
            (mut sets, false) => {
                Known::Contains(best(sets.iter().enumerate()).map(|best| sets.swap_remove(best)).unwrap_or_default())
            }
        },
        HirKind::Alternation(branches) => alternation(branches),
    }
}

fn class_members(class: &Class) -> Option<Vec<String>> {
    let Class::Unicode(class) = class else { return None };
    let count: usize = class.ranges().iter().map(|range| range.end() as usize - range.start() as usize + 1).sum();
    if count > MAX_CLASS {
        return None;
    }
    Some(class.ranges().iter().flat_map(|range| (range.start()..=range.end()).map(String::from)).collect())
}

/// What each match of these parts contains, one of every set; or, where that is known, all that they match exactly.
fn concat(parts: &[Hir]) -> (Vec<Set>, bool) {
    let mut sets: Vec<Set> = Vec::new();
    // The texts that may end here, as far as they are exactly known since the last gap.
    let mut run = Set { literals: vec![String::new()], lead: Some(0), before: Some(0) };
    let mut exact = true;
    // The most bytes that the parts so far can match.
    let mut before = Some(0);
    for part in parts.iter().flat_map(inside) {
        let after = part.properties().maximum_len().zip(before).map(|(more, before)| before + more);
        match known(part) {
            Known::Exact(set) if run.literals.len() * set.len() <= MAX_LITERALS => {
                let with_tails = |head: &String| set.iter().map(|tail| [head.as_str(), tail].concat()).collect();
                run.literals = run.literals.iter().flat_map::<Vec<String>, _>(with_tails).collect();
            }
            Known::Exact(literals) => {
                exact = false;
                sets.push(std::mem::replace(&mut run, Set { literals, lead: before, before }));
            }
            Known::Contains(Set { literals, lead, .. }) => {
                exact = false;
                let next = Set { literals: vec![String::new()], lead: after, before: after };
                sets.push(std::mem::replace(&mut run, next));
                let lead = lead.zip(before).map(|(inside, before)| before + inside);
                sets.push(Set { literals, lead, before });
            }
        }
        before = after;
    }
    sets.push(run);
    (sets, exact)
}

/// The parts of a group that is a sequence itself, so that literals run on across its ends; else the part itself.
fn inside(part: &Hir) -> Vec<&Hir> {
    match part.kind() {
        HirKind::Capture(capture) => inside(&capture.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(inside).collect(),
        _ => vec![part],
    }
}

fn alternation(branches: &[Hir]) -> Known {
    let mut all = Set { literals: Vec::new(), lead: Some(0), before: Some(0) };
    let mut exact = true;
    for branch in branches {
        let branch = known(branch);
        exact &= matches!(branch, Known::Exact(_));
        let Set { literals, lead, .. } = branch.into_set();
        if literals.is_empty() || all.literals.len() + literals.len() > MAX_LITERALS {
            return Known::Contains(Set::default());
        }
        all.literals.extend(literals);
        all.lead = all.lead.zip(lead).map(|(a, b)| a.max(b));
    }
    if exact { Known::Exact(all.literals) } else { Known::Contains(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(pattern: &str) -> Option<Vec<String>> {
        Some(required(&regex_syntax::parse(pattern).unwrap(), 2).literals).filter(|literals| !literals.is_empty())
    }

    #[test]
    fn the_most_selective_part_is_chosen() {
        assert_eq!(literals("(你|您).{0,6}?说了多少遍").unwrap(), ["说了多少遍"]);
        assert_eq!(literals("(怎|咋)(么|个)[^,]{0,3}笨").unwrap(), ["咋个", "咋么", "怎个", "怎么"]);
        assert_eq!(literals("爱买不买|爱信不信").unwrap(), ["爱买不买", "爱信不信"]);
    }

    #[test]
    fn what_the_other_parts_require_must_stand_near() {
        let admits = |pattern: &str, text: &str| {
            let required = required(&regex_syntax::parse(pattern).unwrap(), 2);
            let mut places = required.literals.iter().filter_map(|literal| text.find(literal.as_str()));
            places.any(|at| required.vicinity.admits(text, at))
        };
        assert!(admits("前台.{0,3}(?:入住|退房)", "前台可以退房"));
        assert!(!admits("前台.{0,3}(?:入住|退房)", "退房找前台"));
        assert!(!admits("前台.{0,3}(?:入住|退房)", "前台在那边的话可以退房"));
        assert!(admits("(?:甩|秒杀)(?:开|了)?.{0,2}(?:快递|物流)", "甩开了快递"));
        assert!(!admits("(?:甩|秒杀)(?:开|了)?.{0,2}(?:快递|物流)", "我们的快递"));
        assert!(admits("(?<hit>(?:前台|后台).{0,9}(?:入住|退)).*的人", "后台可以退呢是不是你们那边的人"));
    }

    #[test]
    fn how_far_a_match_begins_before_its_literal_is_told() {
        let lead = |pattern: &str| required(&regex_syntax::parse(pattern).unwrap(), 2).lead;
        assert_eq!(lead("说了(?:多少|几)[遍次]"), Some(0));
        assert_eq!(lead("[^,]{0,2}说了"), Some(8));
        assert_eq!(lead("(?:^|[,。])(?:不|再)?.{1,2}?说了"), Some(3 + 3 + 8));
        assert_eq!(lead(".*说了"), None);
        // 您不说了 is found by its 说了.
        assert_eq!(lead("您不说了|说了|.说了"), Some(4 + 6));
        assert_eq!(lead("说了|说了吗"), Some(0));
    }

    #[test]
    fn optional_parts_and_open_branches_promise_nothing() {
        assert_eq!(literals("(自己)?看"), None);
        assert_eq!(literals("自己看|.看"), None);
        assert_eq!(literals("(自己){0,2}"), None);
        assert_eq!(literals("(自己)+看").unwrap(), ["自己"]);
        assert_eq!(literals("(?<hit>.{1,2}(?:总|哥))[,:]").unwrap(), ["哥,", "哥:", "总,", "总:"]);
        // Anchors and optional particles between are multiplied out.
        assert_eq!(literals("^嗯[嗯哦]?[。!]?$"), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4_000))]
        #[test]
        fn every_match_contains_a_literal_that_its_vicinity_admits(
            parts in proptest::collection::vec(
                proptest::sample::select(&["一", "二三", "(?:四|五六)", "(?:一二)?", "[三四]", ".{0,2}", "(?:五)+", "(?:一|.)", "^", "(?:二.)", "(?:一二|.四三|四三)"]),
                1..6,
            ),
            text in "[一二三四五六]{0,12}",
        ) {
            let pattern = parts.concat();
            let found = regex_automata::meta::Regex::new(&pattern).unwrap().find(text.as_str());
            if let Some(found) = found {
                let Required { literals, lead, vicinity } = required(&regex_syntax::parse(&pattern).unwrap(), 1);
                let begins = |at: usize| literals.iter().any(|literal| text[at..].starts_with(literal.as_str()));
                let is_near = |at: usize| lead.is_none_or(|lead| at <= found.start() + lead);
                let seen = literals.is_empty()
                    || text.char_indices().map(|(at, _)| at).filter(|at| found.range().contains(at)).any(|at| {
                        begins(at) && is_near(at) && vicinity.admits(&text, at)
                    });
                proptest::prop_assert!(seen, "{pattern} {text} {literals:?} {lead:?} {vicinity:?}");
            }
        }
    }
}
