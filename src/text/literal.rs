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
const MAX_MORE_LITERALS: usize = 64;

/// What is known of the texts a sub-expression matches.
#[derive(Debug, Clone)]
enum Known {
    /// Exactly these.
    Exact(Vec<String>),
    /// Each contains one of these; empty: nothing is known.
    Contains(Vec<String>),
}

/// A set of literals of which each match contains at least one, best first choice by length; `None` when there is no
/// such set with at least `min_chars` characters in each literal.
fn required_literals(hir: &Hir, min_chars: usize) -> Option<Vec<String>> {
    let set = match known(hir) {
        Known::Exact(set) | Known::Contains(set) => set,
    };
    (score(&set) >= min_chars).then(|| least(set))
}

/// Sets of literals: each match contains one of every set. The first, of literals of at least `min_chars` characters, is
/// the one to look for; the others, of two characters and more, tell that a match is impossible. Empty: there is no
/// first.
pub(super) fn required_sets(hir: &Hir, min_chars: usize) -> Vec<Vec<String>> {
    let Some(best) = required_literals(hir, min_chars) else { return Vec::new() };
    let mut sets = vec![best];
    let mut whole = hir;
    while let HirKind::Capture(capture) = whole.kind() {
        whole = &capture.sub;
    }
    if let HirKind::Concat(parts) = whole.kind() {
        for set in concat(parts).0 {
            if score(&set) >= 2 && set.len() <= MAX_MORE_LITERALS && sets.len() < MAX_SETS {
                let set = least(set);
                if !sets.contains(&set) {
                    sets.push(set);
                }
            }
        }
    }
    sets
}

/// The same set, ordered, without what adds nothing: literals that contain another.
fn least(mut set: Vec<String>) -> Vec<String> {
    set.sort_unstable();
    set.dedup();
    let mut lengths: Vec<usize> = set.iter().map(String::len).collect();
    lengths.sort_unstable();
    lengths.dedup();
    if lengths.len() < 2 {
        return set;
    }
    // Few places of a literal begin another one, and one look tells.
    let starts = StartFilter::<1024>::new(set.iter().map(String::as_str));
    let has = |part: &str| set.binary_search_by(|other| other.as_str().cmp(part)).is_ok();
    let contains_another = |literal: &str| {
        literal.char_indices().any(|(at, first)| {
            let rest = &literal[at..];
            let second = rest[first.len_utf8()..].chars().next().unwrap_or(Letter::NONE);
            starts.may_begin(first, second)
                && lengths.iter().any(|&length| length < literal.len() && rest.get(..length).is_some_and(has))
        })
    };
    let adds: Vec<bool> = set.iter().map(|literal| !contains_another(literal)).collect();
    set.into_iter().zip(adds).filter_map(|(literal, adds)| adds.then_some(literal)).collect()
}

/// The length of the shortest literal: a set is as selective as its weakest member. 0: useless.
fn score(set: &[String]) -> usize {
    set.iter().map(|literal| literal.chars().count()).min().unwrap_or(0)
}

fn better(a: Vec<String>, b: Vec<String>) -> Vec<String> {
    let (score_a, score_b) = (score(&a), score(&b));
    // Beyond three characters length buys nothing; fewer literals do.
    if (score_b.min(3), b.len()) == (score_a.min(3), a.len()) {
        return if score_b > score_a { b } else { a };
    }
    if score_b.min(3) > score_a.min(3) || (score_b.min(3) == score_a.min(3) && b.len() < a.len()) { b } else { a }
}

fn known(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Known::Exact(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Known::Exact(vec![text.to_owned()]),
            Err(_) => Known::Contains(Vec::new()),
        },
        HirKind::Class(class) => class_members(class).map_or(Known::Contains(Vec::new()), Known::Exact),
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Repetition(repetition) => match (repetition.min, repetition.max) {
            (0, Some(1)) => match known(&repetition.sub) {
                Known::Exact(mut set) if set.len() < MAX_LITERALS => {
                    set.push(String::new());
                    Known::Exact(set)
                }
                _ => Known::Contains(Vec::new()),
            },
            (0, _) => Known::Contains(Vec::new()),
            (1, Some(1)) => known(&repetition.sub),
            _ => match known(&repetition.sub) {
                Known::Exact(set) | Known::Contains(set) => Known::Contains(set),
            },
        },
        HirKind::Concat(parts) => match concat(parts) {
            (sets, true) => Known::Exact(sets.into_iter().next().unwrap_or_default()),
            (sets, false) => Known::Contains(sets.into_iter().fold(Vec::new(), better)),
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
fn concat(parts: &[Hir]) -> (Vec<Vec<String>>, bool) {
    let mut sets: Vec<Vec<String>> = Vec::new();
    // The texts that may end here, as far as they are exactly known since the last gap.
    let mut run = vec![String::new()];
    let mut exact = true;
    for part in parts {
        match known(part) {
            Known::Exact(set) if run.len() * set.len() <= MAX_LITERALS => {
                run = run.iter().flat_map(|head| set.iter().map(move |tail| [head.as_str(), tail].concat())).collect();
            }
            Known::Exact(set) => {
                exact = false;
                sets.push(std::mem::replace(&mut run, set));
            }
            Known::Contains(set) => {
                exact = false;
                sets.push(std::mem::replace(&mut run, vec![String::new()]));
                sets.push(set);
            }
        }
    }
    sets.push(run);
    (sets, exact)
}

fn alternation(branches: &[Hir]) -> Known {
    let mut all = Vec::new();
    let mut exact = true;
    for branch in branches {
        match known(branch) {
            Known::Exact(set) => all.extend(set),
            Known::Contains(set) => {
                if set.is_empty() {
                    return Known::Contains(Vec::new());
                }
                exact = false;
                all.extend(set);
            }
        }
        if all.len() > MAX_LITERALS {
            return Known::Contains(Vec::new());
        }
    }
    if exact { Known::Exact(all) } else { Known::Contains(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(pattern: &str) -> Option<Vec<String>> {
        required_literals(&regex_syntax::parse(pattern).unwrap(), 2)
    }

    #[test]
    fn the_most_selective_part_is_chosen() {
        assert_eq!(literals("(你|您).{0,6}?说了多少遍").unwrap(), ["说了多少遍"]);
        assert_eq!(literals("(怎|咋)(么|个)[^,]{0,3}笨").unwrap(), ["咋个", "咋么", "怎个", "怎么"]);
        assert_eq!(literals("爱买不买|爱信不信").unwrap(), ["爱买不买", "爱信不信"]);
    }

    #[test]
    fn every_part_that_must_occur_is_told() {
        let sets = |pattern: &str| required_sets(&regex_syntax::parse(pattern).unwrap(), 1);
        assert_eq!(sets("前台.{0,9}(?:入住|退房)"), [vec!["前台"], vec!["入住", "退房"]]);
        assert_eq!(sets("(?<hit>前台.{0,9}(?:入住|退)).*的人"), [vec!["前台"], vec!["的人"]]);
        assert!(sets(".{2}").is_empty());
    }

    #[test]
    fn optional_parts_and_open_branches_promise_nothing() {
        assert_eq!(literals("(自己)?看"), None);
        assert_eq!(literals("自己看|.看"), None);
        assert_eq!(literals("(自己){0,2}"), None);
        assert_eq!(literals("(自己)+看").unwrap(), ["自己"]);
        // Anchors and optional particles between are multiplied out.
        assert_eq!(literals("^嗯[嗯哦]?[。!]?$"), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4_000))]
        #[test]
        fn every_match_contains_one_of_every_set(
            parts in proptest::collection::vec(
                proptest::sample::select(&["一", "二三", "(?:四|五六)", "(?:一二)?", "[三四]", ".{0,2}", "(?:五)+", "(?:一|.)", "^", "(?:二.)"]),
                1..6,
            ),
            text in "[一二三四五六]{0,12}",
        ) {
            let pattern = parts.concat();
            let found = regex_automata::meta::Regex::new(&pattern).unwrap().find(text.as_str());
            if let Some(found) = found {
                let matched = &text[found.range()];
                for set in required_sets(&regex_syntax::parse(&pattern).unwrap(), 1) {
                    proptest::prop_assert!(set.iter().any(|literal| matched.contains(literal.as_str())), "{pattern} {matched} {set:?}");
                }
            }
        }
    }
}
