//! Token borders by jieba, for the block around a hit only.
//!
//! jieba cuts a text into blocks (runs of Han characters, Latin letters, digits and a few signs) and segments each by
//! itself, so the borders inside one block are those of the whole text.

use std::sync::{Arc, OnceLock};

use jieba_rs::Jieba;

use super::span::Span;

/// Whether jieba guesses words that its dictionary lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hmm {
    /// Dictionary words only.
    Off,
    /// The hidden Markov model joins unknown characters.
    On,
}

/// jieba with our own words, loaded when a border must first be checked.
pub struct Segmenter {
    words: Vec<(String, usize)>,
    hmm: Hmm,
    jieba: OnceLock<Arc<Jieba>>,
}

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segmenter").field("words", &self.words.len()).field("hmm", &self.hmm).finish_non_exhaustive()
    }
}

/// jieba's own dictionary, shared by all rule sets of the process that add no words to it.
static PLAIN: OnceLock<Arc<Jieba>> = OnceLock::new();

impl Segmenter {
    /// A segmenter that also knows these words with these frequencies.
    pub fn new(words: Vec<(String, usize)>, hmm: Hmm) -> Self {
        Self { words, hmm, jieba: OnceLock::new() }
    }

    /// Loads jieba's own dictionary, which is otherwise done when it is first asked; it takes a moment.
    pub fn load() {
        PLAIN.get_or_init(|| Arc::new(Jieba::new()));
    }

    /// Whether unknown words are guessed.
    pub fn hmm(&self) -> Hmm {
        self.hmm
    }

    fn jieba(&self) -> &Jieba {
        self.jieba.get_or_init(|| {
            let plain = PLAIN.get_or_init(|| Arc::new(Jieba::new()));
            if self.words.is_empty() {
                return Arc::clone(plain);
            }
            let mut own = Jieba::clone(plain);
            for (word, frequency) in &self.words {
                own.add_word(word, Some(*frequency), None);
            }
            Arc::new(own)
        })
    }

    /// The tokens of a folded text.
    pub fn tokens<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.jieba().cut(text, self.hmm == Hmm::On).into_iter().map(|token| token.word).collect()
    }

    /// Whether a folded text is a word of the dictionary, or one of those added.
    pub fn has(&self, word: &str) -> bool {
        self.jieba().has_word(word)
    }

    /// How often jieba's own dictionary counts a folded text as a word, of some 60 million words; 0: it is none. Words that
    /// were added do not matter here: their frequencies are made up.
    pub fn frequency(word: &str) -> usize {
        let plain = PLAIN.get_or_init(|| Arc::new(Jieba::new()));
        // Where the word is cut as one, what is suggested is one more than what is counted.
        if plain.has_word(word) { plain.suggest_freq(word).saturating_sub(1) } else { 0 }
    }

    /// The ends of the tokens of `text`, in bytes from `base`.
    fn cut(&self, text: &str, base: usize, ends: &mut Vec<u32>) {
        ends.clear();
        ends.extend(self.jieba().cut(text, self.hmm == Hmm::On).iter().map(|token| (base + token.byte_end) as u32));
    }
}

/// The borders of the block that was last asked for, so that many hits in one block cost one segmentation.
#[derive(Debug, Default)]
pub struct TokenBorders {
    block: Option<Span>,
    ends: Vec<u32>,
}

impl TokenBorders {
    /// Forgets the last text.
    pub fn reset(&mut self) {
        self.block = None;
    }

    /// Whether both ends of the span fall on token borders of the text.
    pub fn are_borders(&mut self, segmenter: &Segmenter, text: &str, span: Span) -> bool {
        self.is_border(segmenter, text, span.start) && self.is_border(segmenter, text, span.end)
    }

    fn is_border(&mut self, segmenter: &Segmenter, text: &str, at: u32) -> bool {
        let position = at as usize;
        let before = text[..position].chars().next_back();
        let after = text[position..].chars().next();
        // Between two blocks, and around every character that belongs to none, there is always a border; only
        // "\r\n" stays together, and no term ends inside it.
        let (Some(before), Some(after)) = (before, after) else { return true };
        if !in_block(before) || !in_block(after) {
            return true;
        }
        let known = self.block.is_some_and(|block| block.start < at && at < block.end);
        if !known {
            let start = text[..position].char_indices().rev().find(|(_, c)| !in_block(*c));
            let start = start.map_or(0, |(at, c)| at + c.len_utf8());
            let end = text[position..].find(|c| !in_block(c)).map_or(text.len(), |length| position + length);
            segmenter.cut(&text[start..end], start, &mut self.ends);
            self.block = Some(Span::new(start, end));
        }
        self.ends.binary_search(&at).is_ok()
    }
}

/// Whether jieba takes the character into a block that it segments as one.
fn in_block(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || matches!(character, '+' | '#' | '&' | '.' | '_' | '%' | '-');
    }
    matches!(character,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2A6DF}'
        | '\u{2A700}'..='\u{2EBEF}'
        | '\u{2F800}'..='\u{2FA1F}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn borders_of_whole(segmenter: &Segmenter, text: &str) -> Vec<u32> {
        let mut ends = vec![0];
        let mut at = 0;
        for token in segmenter.tokens(text) {
            at += token.len() as u32;
            ends.push(at);
        }
        ends
    }

    fn assert_lazy_equals_whole(segmenter: &Segmenter, text: &str) {
        let whole = borders_of_whole(segmenter, text);
        let mut lazy = TokenBorders::default();
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            // A border is asked for in any order, so start from a fresh block now and then.
            if at % 7 == 0 {
                lazy.reset();
            }
            let expected = whole.binary_search(&(at as u32)).is_ok();
            let inside_crlf = text[..at].ends_with('\r') && text[at..].starts_with('\n');
            assert_eq!(lazy.is_border(segmenter, text, at as u32) && !inside_crlf, expected, "{text:?} at {at}");
        }
    }

    #[test]
    fn a_term_across_a_word_border_is_none() {
        let segmenter = Segmenter::new(Vec::new(), Hmm::Off);
        let text = "签收后台灯不亮";
        assert!(!TokenBorders::default().are_borders(&segmenter, "目前台州", Span::new(3, 9)));
        assert!(TokenBorders::default().are_borders(&segmenter, "请看后台数据", Span::new(6, 12)));
        assert_lazy_equals_whole(&segmenter, text);
    }

    proptest! {
        #[test]
        fn lazy_equals_whole(pieces in proptest::collection::vec(prop_oneof![
            "[的一是在不了有和人这中大为上个国我以要他后台前你好发货快递签收]{1,6}", "[a-z0-9.%+]{1,4}", "[,。!? \r\n]{1,2}",
            "[\u{3400}-\u{3410}\u{20000}-\u{20010}\u{9fa6}-\u{9fff}]", Just("😀".to_owned()),
        ], 0..12)) {
            let text = pieces.concat();
            for hmm in [Hmm::Off, Hmm::On] {
                assert_lazy_equals_whole(&Segmenter::new(Vec::new(), hmm), &text);
            }
        }
    }
}
