//! Literals that every match of a pattern must contain: the matcher looks for these first and runs the regular
//! expression only where one is found.

use std::collections::HashSet;

use regex_syntax::hir::{Class, Hir, HirKind};

/// More alternatives than this are not multiplied out.
const MAX_LITERALS: usize = 512;
/// A class with more characters than this counts as "anything".
const MAX_CLASS: usize = 24;

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
pub fn required_literals(hir: &Hir, min_chars: usize) -> Option<Vec<String>> {
    let mut set = match known(hir) {
        Known::Exact(set) | Known::Contains(set) => set,
    };
    if score(&set) < min_chars {
        return None;
    }
    set.sort_unstable();
    set.dedup();
    // A literal that contains another adds nothing.
    let all: HashSet<String> = set.iter().cloned().collect();
    set.retain(|literal| !parts(literal).any(|part| all.contains(part)));
    Some(set)
}

/// Everything that a literal contains, but itself.
fn parts(literal: &str) -> impl Iterator<Item = &str> {
    let borders = || literal.char_indices().map(|(at, _)| at).chain([literal.len()]);
    borders()
        .flat_map(move |start| borders().filter(move |&end| end > start).map(move |end| &literal[start..end]))
        .filter(|part| part.len() < literal.len())
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
        HirKind::Concat(parts) => concat(parts),
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

fn concat(parts: &[Hir]) -> Known {
    let mut best: Vec<String> = Vec::new();
    // The texts that may end here, as far as they are exactly known since the last gap.
    let mut run = vec![String::new()];
    let mut exact = true;
    for part in parts {
        match known(part) {
            Known::Exact(set) if run.len() * set.len() <= MAX_LITERALS => {
                run = run.iter().flat_map(|head| set.iter().map(move |tail| format!("{head}{tail}"))).collect();
            }
            Known::Exact(set) => {
                exact = false;
                best = better(best, std::mem::replace(&mut run, set));
            }
            Known::Contains(set) => {
                exact = false;
                best = better(best, std::mem::replace(&mut run, vec![String::new()]));
                best = better(best, set);
            }
        }
    }
    if exact { Known::Exact(run) } else { Known::Contains(better(best, run)) }
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
    fn optional_parts_and_open_branches_promise_nothing() {
        assert_eq!(literals("(自己)?看"), None);
        assert_eq!(literals("自己看|.看"), None);
        assert_eq!(literals("(自己){0,2}"), None);
        assert_eq!(literals("(自己)+看").unwrap(), ["自己"]);
        // Anchors and optional particles between are multiplied out.
        assert_eq!(literals("^嗯[嗯哦]?[。!]?$"), None);
    }
}
