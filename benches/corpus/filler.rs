//! Terms that fill a dictionary up to a size: like real ones where the matcher looks, and hardly ever found.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use super::chat::Chat;
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
const BEGINS_LIKE_TEXT_IN: u64 = 24;
/// Conversations from which it is learnt what stands together.
const SAMPLE: usize = 4_000;

/// So many terms: first the planted ones, then combinations of characters that stand nowhere in the corpus.
pub(crate) fn filler(count: usize, seed: u64) -> Vec<Filler> {
    let mut random = Random::new(seed ^ 0x5EED);
    let mut chat = Chat::new(seed);
    let together = pairs(&mut chat);
    let pairs: Vec<(char, char)> = together.iter().copied().collect();
    let characters: BTreeSet<char> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    let characters: Vec<char> = characters.into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut terms: Vec<Filler> = Vec::with_capacity(count);
    for text in chat.phrases().texts("planted").into_iter().take(count) {
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
            if last.is_some_and(|last| together.contains(&(last, next))) {
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

/// The ideographs that stand next to each other in a sample of the corpus.
fn pairs(chat: &mut Chat) -> BTreeSet<(char, char)> {
    let is_han = |character: char| matches!(character, '\u{4E00}'..='\u{9FFF}');
    let mut pairs = BTreeSet::new();
    let mut text = String::new();
    for _ in 0..SAMPLE {
        text.clear();
        chat.push(&mut text);
        pairs.extend(text.chars().zip(text.chars().skip(1)).filter(|&(a, b)| is_han(a) && is_han(b)));
    }
    pairs
}

/// Writes these terms as the pack `filler` into a folder of that name.
pub(crate) fn write_pack(folder: &Path, terms: &[Filler]) -> io::Result<()> {
    let mut table = String::from("term\tmode\n");
    for term in terms {
        let mode = if term.is_word { "word" } else { "substring" };
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{}\t{mode}", term.text);
    }
    fs::create_dir_all(folder.join("terms"))?;
    fs::write(folder.join("pack.toml"), include_str!("../data/filler.toml"))?;
    fs::write(folder.join("terms/filler.tsv"), table)
}
