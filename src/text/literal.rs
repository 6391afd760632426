//! Literals that every match of a pattern must contain: the matcher looks for these first and runs the regular
//! expression only where one is found.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::filter::StartFilter;
use super::fold::Letter;

/// More alternatives than this are not multiplied out.
const MAX_LITERALS: usize = 512;
/// A class with more characters than this counts as "anything".
const MAX_CLASS: usize = 24;
/// So many sets are kept for one pattern, and so many literals in each but the first.
const MAX_SETS: usize = 4;
const MAX_MORE_LITERALS: usize = 512;

/// Sets of literals: each match contains one of every set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Required {
    /// The first is the one to look for; the others, of two characters and more, tell that a match is impossible. Empty:
    /// there is no first.
    pub(super) sets: Vec<Vec<String>>,
    /// How many bytes of a match can stand before the first of its literals of the first set; `None`: any number.
    pub(super) lead: Option<usize>,
}

/// Literals of which each match contains one; empty: nothing is known.
#[derive(Debug, Clone, Default)]
struct Set {
    literals: Vec<String>,
    /// As in [`Required`].
    lead: Option<usize>,
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
            Self::Exact(literals) => Set { literals, lead: Some(0) },
            Self::Contains(set) => set,
        }
    }
}

/// What each match contains. The literals of the first set have at least `min_chars` characters.
pub(super) fn required(hir: &Hir, min_chars: usize) -> Required {
    let best = known(hir).into_set();
    if score(&best.literals) < min_chars {
        return Required::default();
    }
    let (best, lead) = least(best.literals, best.lead);
    let mut sets = vec![best];
    let mut whole = hir;
    while let HirKind::Capture(capture) = whole.kind() {
        whole = &capture.sub;
    }
    if let HirKind::Concat(parts) = whole.kind() {
        for Set { literals, .. } in concat(parts).0 {
            if score(&literals) >= 2 && literals.len() <= MAX_MORE_LITERALS && sets.len() < MAX_SETS {
                let (set, _) = least(literals, None);
                if !sets.contains(&set) {
                    sets.push(set);
                }
            }
        }
    }
    Required { sets, lead }
}

/// The same set, ordered, without what adds nothing: literals that contain another. What they begin with leads to the
/// other one then.
fn least(mut set: Vec<String>, lead: Option<usize>) -> (Vec<String>, Option<usize>) {
    set.sort_unstable();
    set.dedup();
    let mut lengths: Vec<usize> = set.iter().map(String::len).collect();
    lengths.sort_unstable();
    lengths.dedup();
    if lengths.len() < 2 {
        return (set, lead);
    }
    // Few places of a literal begin another one, and one look tells.
    let starts = StartFilter::<1024>::new(set.iter().map(String::as_str));
    let shorter_at = |set: &[String], literal: &str| {
        let has = |part: &str| set.binary_search_by(|other| other.as_str().cmp(part)).is_ok();
        let begins_one = |&(at, first): &(usize, char)| {
            let rest = &literal[at..];
            let second = rest[first.len_utf8()..].chars().next().unwrap_or(Letter::NONE);
            starts.may_begin(first, second)
                && lengths.iter().any(|&length| length < literal.len() && rest.get(..length).is_some_and(has))
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

fn better(a: Set, b: Set) -> Set {
    let (score_a, score_b) = (score(&a.literals), score(&b.literals));
    let (count_a, count_b) = (a.literals.len(), b.literals.len());
    // Beyond three characters length buys nothing; fewer literals do.
    if (score_b.min(3), count_b) == (score_a.min(3), count_a) {
        return if score_b > score_a { b } else { a };
    }
    if score_b.min(3) > score_a.min(3) || (score_b.min(3) == score_a.min(3) && count_b < count_a) { b } else { a }
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
            (sets, false) => Known::Contains(sets.into_iter().fold(Set::default(), better)),
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
    let mut run = Set { literals: vec![String::new()], lead: Some(0) };
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
                sets.push(std::mem::replace(&mut run, Set { literals, lead: before }));
            }
            Known::Contains(Set { literals, lead }) => {
                exact = false;
                sets.push(std::mem::replace(&mut run, Set { literals: vec![String::new()], lead: after }));
                let lead = lead.zip(before).map(|(inside, before)| before + inside);
                sets.push(Set { literals, lead });
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
    let mut all = Set { literals: Vec::new(), lead: Some(0) };
    let mut exact = true;
    for branch in branches {
        let branch = known(branch);
        exact &= matches!(branch, Known::Exact(_));
        let Set { literals, lead } = branch.into_set();
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
        required(&regex_syntax::parse(pattern).unwrap(), 2).sets.into_iter().next()
    }

    #[test]
    fn the_most_selective_part_is_chosen() {
        assert_eq!(literals("(你|您).{0,6}?说了多少遍").unwrap(), ["说了多少遍"]);
        assert_eq!(literals("(怎|咋)(么|个)[^,]{0,3}笨").unwrap(), ["咋个", "咋么", "怎个", "怎么"]);
        assert_eq!(literals("爱买不买|爱信不信").unwrap(), ["爱买不买", "爱信不信"]);
    }

    #[test]
    fn every_part_that_must_occur_is_told() {
        let sets = |pattern: &str| required(&regex_syntax::parse(pattern).unwrap(), 1).sets;
        assert_eq!(sets("前台.{0,9}(?:入住|退房)"), [vec!["前台"], vec!["入住", "退房"]]);
        assert_eq!(sets("(?<hit>前台.{0,9}(?:入住|退)).*的人"), [vec!["前台"], vec!["的人"]]);
        assert!(sets(".{2}").is_empty());
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
        fn every_match_contains_one_of_every_set(
            parts in proptest::collection::vec(
                proptest::sample::select(&["一", "二三", "(?:四|五六)", "(?:一二)?", "[三四]", ".{0,2}", "(?:五)+", "(?:一|.)", "^", "(?:二.)", "(?:一二|.四三|四三)"]),
                1..6,
            ),
            text in "[一二三四五六]{0,12}",
        ) {
            let pattern = parts.concat();
            let found = regex_automata::meta::Regex::new(&pattern).unwrap().find(text.as_str());
            if let Some(found) = found {
                let matched = &text[found.range()];
                let Required { sets, lead } = required(&regex_syntax::parse(&pattern).unwrap(), 1);
                for set in &sets {
                    proptest::prop_assert!(set.iter().any(|literal| matched.contains(literal.as_str())), "{pattern} {matched} {set:?}");
                }
                if let (Some(first), Some(lead)) = (sets.first(), lead) {
                    let least = first.iter().filter_map(|literal| matched.find(literal.as_str())).min();
                    proptest::prop_assert!(least.is_some_and(|least| least <= lead), "{pattern} {matched} {first:?} {lead}");
                }
            }
        }
    }
}
