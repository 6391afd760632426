//! Terms that fill a dictionary up to a size: like real ones where the matcher looks, and hardly ever found.

use std::collections::BTreeSet;

use super::phrases::Phrases;
use super::random::Random;

/// A generated term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filler {
    /// The literal.
    pub(crate) text: String,
    /// Whether both its ends have to be word borders.
    pub(crate) is_word: bool,
}

/// Of this many terms one begins with two characters that stand together in the corpus as well, so that the matcher's
/// first look passes about as often as it does with real terms (1.2 % of places with 1,000 terms, 5.5 % with 10,000).
const BEGINS_LIKE_TEXT_IN: u64 = 12;

/// So many terms: first the planted ones, then combinations of characters that stand nowhere in the corpus.
pub(crate) fn filler(phrases: &Phrases, count: usize, seed: u64) -> Vec<Filler> {
    let mut random = Random::new(seed ^ 0x5EED);
    let pairs: Vec<(char, char)> = phrases.pairs().iter().copied().filter(|&(a, b)| is_han(a) && is_han(b)).collect();
    let characters: BTreeSet<char> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    let characters: Vec<char> = characters.into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut terms: Vec<Filler> = Vec::with_capacity(count);
    for text in phrases.texts("planted").into_iter().take(count) {
        seen.insert(text.clone());
        // jieba does not know these words: found anywhere.
        terms.push(Filler { text, is_word: false });
    }
    while terms.len() < count {
        let length = *random.pick(&[2, 2, 3, 3, 4, 4, 4, 5]);
        let mut text = String::new();
        let mut last = None;
        if length > 2 && random.happens(1, BEGINS_LIKE_TEXT_IN) {
            let &(first, second) = random.pick(&pairs);
            text.extend([first, second]);
            last = Some(second);
        }
        while text.chars().count() < length {
            let next = *random.pick(&characters);
            // Two that stand together somewhere may only be the beginning: the term as a whole stands nowhere.
            if last.is_some_and(|last| phrases.pairs().contains(&(last, next))) {
                continue;
            }
            text.push(next);
            last = Some(next);
        }
        let is_word = random.happens(1, 2);
        if seen.insert(text.clone()) {
            terms.push(Filler { text, is_word });
        }
    }
    terms
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{4E00}'..='\u{9FFF}')
}
