//! How often a literal is likely to occur in service chat, so that of all that a pattern requires the rarest is looked for.
//!
//! The table is only a hint: it changes what a message costs, never what is found in it.

use std::sync::LazyLock;

/// Pairs of characters, ascending, with their count in a hundred thousand pairs; see `benches/everyday.py`.
static PAIRS: LazyLock<Vec<([char; 2], u32)>> = LazyLock::new(|| {
    let rows = include_str!("everyday.tsv").lines().filter(|line| !line.starts_with('#')).skip(1);
    let pairs = rows.filter_map(|row| {
        let (pair, count) = row.split_once('\t')?;
        let mut chars = pair.chars();
        Some(([chars.next()?, chars.next()?], count.parse().ok()?))
    });
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    pairs
});

/// A pair that is not in the table.
const RARE: u32 = 1;
/// A single character: more than nearly any pair.
const SINGLE: u32 = 1_000;

/// How often one of the literals occurs in a hundred thousand characters, very roughly.
pub(super) fn frequency(literals: &[String]) -> u64 {
    literals.iter().map(|literal| u64::from(one(literal))).sum()
}

/// A literal is no more frequent than the rarest of its pairs.
fn one(literal: &str) -> u32 {
    let pairs = literal.chars().zip(literal.chars().skip(1));
    let count = |pair: [char; 2]| PAIRS.binary_search_by_key(&pair, |&(pair, _)| pair).map_or(RARE, |at| PAIRS[at].1);
    pairs.map(|(first, second)| count([first, second])).min().unwrap_or(SINGLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_literals_are_frequent() {
        let of = |literal: &str| frequency(&[literal.to_owned()]);
        assert!(of("我们") > 50 * of("吊打"));
        assert!(of("我们吊打") == of("吊打") && of("我") > of("我们"));
        assert!(frequency(&["我们".to_owned(), "吊打".to_owned()]) > of("我们"));
    }
}
