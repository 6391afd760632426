//! Folding: width, case, traditional forms, compatibility forms, white space, invisible characters.
//!
//! Most characters fold to themselves or to one other character, so the tables of the Basic Multilingual Plane are one
//! array of code units, and what is unusual (dropped, expanded, decided by the character before) is a marked entry.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::alphabet::Alphabet;
use super::span::Span;

/// One row of a character table: `from` becomes `to`.
///
/// One character in `from` is mapped wherever it stands; two are a context: the second character is mapped to the
/// second of `to` when the first precedes it (看著 → 看着, but 著名 stays). An empty `to` drops the character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldRow {
    /// What is written.
    pub from: String,
    /// What it becomes.
    pub to: String,
}

/// Marks a character that does not fold to one character of the Basic Multilingual Plane: [`Fold::special`] tells what
/// becomes of it. A surrogate, so that no character folds to it.
const SPECIAL: u16 = 0xD800;

/// Letters that are shown at a time: few enough to stay in the first-level cache, more than most messages have.
const BLOCK: usize = 1024;

/// A folded character, and the byte of the folded text at which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// The character; [`Letter::NONE`] after the last one.
    pub character: char,
    /// Where it begins.
    pub at: u32,
}

impl Letter {
    /// Stands where a text has ended.
    pub const NONE: char = '\0';
    /// How many letters of a block are shown only so that what begins before them can be looked at whole.
    pub const AHEAD: usize = 2;
}

#[derive(Debug, Clone)]
enum Special {
    /// It becomes this text; dropped, where it is empty.
    Text(Box<str>),
    /// It becomes the plain character, but another one after some.
    Context { plain: char, after: HashMap<char, char> },
}

/// The compiled fold tables.
pub struct Fold {
    bmp: Box<[u16]>,
    /// A bit for each character of the plane that stays what it is: small enough for the first-level cache.
    own: Box<[u64]>,
    special: HashMap<char, Special>,
}

impl std::fmt::Debug for Fold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fold").field("special", &self.special.len()).finish_non_exhaustive()
    }
}

impl Default for Fold {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Fold {
    /// Unicode's compatibility and case folding, a space for other white space, then the given rows over it, in their order.
    pub fn new(rows: &[FoldRow]) -> Self {
        let mut single: HashMap<char, String> = HashMap::new();
        let mut contexts: Vec<(char, char, char)> = Vec::new();
        for row in rows {
            let mut from = row.from.chars();
            match (from.next(), from.next()) {
                (Some(character), None) => {
                    single.insert(character, row.to.clone());
                }
                (Some(before), Some(character)) => {
                    if let Some(to) = row.to.chars().nth(1) {
                        contexts.push((before, character, to));
                    }
                }
                _ => {}
            }
        }
        let bmp = (0..=u16::MAX).map(|code| match u8::try_from(code) {
            Ok(byte) => u16::from(byte.to_ascii_lowercase()),
            Err(_) => code,
        });
        let mut fold = Self { bmp: bmp.collect(), own: Box::default(), special: HashMap::new() };
        for code in (0x80..0x1_0000).chain(0x1_D400..0x1_D800).chain(0x1_F100..0x1_F200).chain(0x2_F800..0x2_FA20) {
            if let Some(character) = char::from_u32(code) {
                fold.compile(character, &single);
            }
        }
        for &character in single.keys() {
            if u32::from(character) >= 0x1_0000 {
                fold.compile(character, &single);
            }
        }
        // Contexts are written in folded characters; both sides fold alike.
        for (before, character, to) in contexts {
            fold.add_context(before, character, to);
        }
        // The mark of special ones is no character, so it is never one's own form.
        let own = fold.bmp.chunks(64).zip((0..).step_by(64)).map(|(entries, first)| {
            let is_own =
                |(at, &entry): (usize, &u16)| u64::from(usize::from(entry) == first + at && entry != SPECIAL) << at;
            entries.iter().enumerate().map(is_own).sum()
        });
        fold.own = own.collect();
        fold
    }

    fn compile(&mut self, character: char, single: &HashMap<char, String>) {
        // Han ideographs and Hangul syllables are their own compatibility form: only the tables can change them.
        let own_form = matches!(character, '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}');
        if own_form && !single.contains_key(&character) {
            return;
        }
        let mut folded = String::new();
        for compatible in std::iter::once(character).nfkc() {
            for lower in compatible.to_lowercase() {
                match single.get(&lower).or_else(|| single.get(&compatible)) {
                    Some(to) => folded.push_str(to),
                    None => folded.push(if lower.is_whitespace() { ' ' } else { lower }),
                }
            }
        }
        if let Some(to) = single.get(&character) {
            folded.clone_from(to);
        }
        self.set(character, &folded);
    }

    fn set(&mut self, character: char, folded: &str) {
        let mut chars = folded.chars();
        let one = chars.next().filter(|_| chars.next().is_none()).and_then(|one| u16::try_from(u32::from(one)).ok());
        let slot = self.bmp.get_mut(character as usize);
        if let Some(slot) = slot {
            *slot = one.unwrap_or(SPECIAL);
            if one.is_some() {
                return;
            }
        }
        self.special.insert(character, Special::Text(folded.into()));
    }

    fn add_context(&mut self, before: char, character: char, to: char) {
        let Some(slot) = self.bmp.get_mut(character as usize).filter(|_| !character.is_ascii()) else { return };
        let plain = char::from_u32(u32::from(*slot)).unwrap_or(character);
        let unless = Special::Context { plain, after: HashMap::new() };
        if *slot != SPECIAL {
            self.special.insert(character, unless);
            *slot = SPECIAL;
        }
        if let Some(Special::Context { after, .. }) = self.special.get_mut(&character) {
            after.insert(before, to);
        }
    }

    /// What a character becomes by itself; `None`: look among the special ones.
    #[inline]
    fn plain(&self, character: char) -> Option<char> {
        let entry = *self.bmp.get(character as usize)?;
        if entry == SPECIAL { None } else { char::from_u32(u32::from(entry)) }
    }

    /// Appends the folded form of `text` to `out`, and shows its letters in blocks: each letter is shown once with
    /// [`Letter::AHEAD`] letters after it, for which [`Letter::NONE`] stands in at the end. `letters` is scratch.
    ///
    /// Returns the range of `out` that was written.
    #[inline]
    pub fn fold_into(
        &self,
        text: &str,
        out: &mut String,
        letters: &mut Vec<Letter>,
        mut show: impl FnMut(&[Letter]),
    ) -> Span {
        let start = out.len();
        // Folding shrinks or keeps nearly every text; expansions grow the buffer as they come.
        out.reserve(text.len());
        // Room for what is left of the block before, and for the end.
        letters.resize(BLOCK + 2 * Letter::AHEAD, Letter { character: Letter::NONE, at: 0 });
        let mut count = 0;
        // What folds to itself is copied in runs. `shift` leads from a place in the text to the place in `out`.
        let mut run = 0;
        let mut shift = start;
        for (at, character) in text.char_indices() {
            if count >= BLOCK {
                show(&letters[..count]);
                letters.copy_within(count - Letter::AHEAD..count, 0);
                count = Letter::AHEAD;
            }
            if self.is_own_form(character) {
                letters[count] = Letter { character, at: shift.wrapping_add(at) as u32 };
                count += 1;
                continue;
            }
            out.push_str(&text[run..at]);
            count = self.push_changed(character, out, letters, count);
            run = at + character.len_utf8();
            shift = out.len().wrapping_sub(run);
        }
        out.push_str(&text[run..]);
        let end = Letter { character: Letter::NONE, at: out.len() as u32 };
        letters.resize(letters.len().max(count + Letter::AHEAD), end);
        letters[count..count + Letter::AHEAD].fill(end);
        show(&letters[..count + Letter::AHEAD]);
        Span::new(start, out.len())
    }

    /// Appends what a character becomes, after the first `count` letters; returns how many there are then.
    #[inline(never)]
    fn push_changed(&self, character: char, out: &mut String, letters: &mut Vec<Letter>, mut count: usize) -> usize {
        let previous = count.checked_sub(1).map_or(Letter::NONE, |last| letters[last].character);
        self.changed(character, previous, |folded| {
            let letter = Letter { character: folded, at: out.len() as u32 };
            match letters.get_mut(count) {
                Some(slot) => *slot = letter,
                // Only an expansion gets here.
                None => letters.push(letter),
            }
            count += 1;
            out.push(folded);
        });
        count
    }

    /// Whether a character stays what it is.
    #[inline]
    fn is_own_form(&self, character: char) -> bool {
        let code = character as usize;
        self.own.get(code / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }

    /// Shows what a character becomes after the folded character before it.
    fn changed(&self, character: char, previous: char, mut show: impl FnMut(char)) {
        match self.plain(character) {
            Some(folded) => show(folded),
            None => self.fold_special(character, previous, show),
        }
    }

    /// Shows what a character that is no plain one becomes after the folded character before it.
    #[cold]
    fn fold_special(&self, character: char, previous: char, mut show: impl FnMut(char)) {
        match self.special.get(&character) {
            None => show(character),
            Some(Special::Text(text)) => text.chars().for_each(show),
            Some(Special::Context { plain, after }) => show(after.get(&previous).copied().unwrap_or(*plain)),
        }
    }

    /// Shows each folded character of `text` with the index of the original character it comes from.
    pub fn trace(&self, text: &str, mut show: impl FnMut(char, u32)) {
        let mut previous = Letter::NONE;
        for (index, character) in (0..).zip(text.chars()) {
            let before = previous;
            self.changed(character, before, |folded| {
                previous = folded;
                show(folded, index);
            });
        }
    }

    /// The folded form of a text.
    pub fn fold(&self, text: &str) -> String {
        let mut out = String::new();
        self.fold_into(text, &mut out, &mut Vec::new(), |_| {});
        out
    }

    /// The characters that folded texts are made of.
    pub fn alphabet(&self) -> Alphabet {
        let mut alphabet = Alphabet::default();
        // A surrogate, which the mark of special ones is, is no character.
        self.bmp
            .iter()
            .filter_map(|&entry| char::from_u32(entry.into()))
            .for_each(|folded| alphabet.add(folded, folded));
        for becomes in self.special.values() {
            match becomes {
                Special::Text(text) => alphabet.add_text(text),
                Special::Context { plain, after } => {
                    after.values().chain([plain]).for_each(|&folded| alphabet.add(folded, folded));
                }
            }
        }
        alphabet.add_beyond();
        alphabet
    }

    /// The tables as text, for the rule-set hash: what every character that changes becomes.
    pub fn describe(&self, mut field: impl FnMut(&str)) {
        // That ASCII letters fold to small ones is no table's doing.
        let changed = (0x80..=u16::MAX).zip(&self.bmp[0x80..]).filter(|(code, entry)| code != *entry);
        for (code, &entry) in changed.filter(|(_, entry)| **entry != SPECIAL) {
            field(&format!("{code:x}>{entry:x}"));
        }
        let mut special: Vec<_> = self.special.iter().collect();
        special.sort_unstable_by_key(|(character, _)| **character);
        for (&character, becomes) in special {
            let code = u32::from(character);
            match becomes {
                Special::Text(text) => field(&format!("{code:x}>{text}")),
                Special::Context { plain, after } => {
                    let mut after: Vec<_> = after.iter().map(|(before, to)| format!(" {before}{to}")).collect();
                    after.sort_unstable();
                    field(&format!("{code:x}>{plain}{}", after.concat()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(pairs: &[(&str, &str)]) -> Vec<FoldRow> {
        pairs.iter().map(|(from, to)| FoldRow { from: (*from).into(), to: (*to).into() }).collect()
    }

    #[test]
    fn width_case_and_compatibility_forms_fold() {
        let fold = Fold::default();
        assert_eq!(fold.fold("ＢＵＧ，Bug！㎏①…"), "bug,bug!kg1...");
    }

    #[test]
    fn tables_map_drop_and_look_at_the_character_before() {
        let fold = Fold::new(&rows(&[("後", "后"), ("臺", "台"), ("\u{200b}", ""), ("看著", "看着")]));
        assert_eq!(fold.fold("後\u{200b}臺"), "后台");
        assert_eq!(fold.fold("看著著名"), "看着著名");
    }

    #[test]
    fn alphabet_has_what_folded_texts_can_hold() {
        let alphabet = Fold::new(&rows(&[("後", "后"), ("\u{200b}", ""), ("看著", "看着")])).alphabet();
        assert!(alphabet.has_all("看着著名后台bug,😀"));
        for folded_away in ["後", "B", "，", "ａ", "\u{200b}"] {
            assert!(!alphabet.has_any(folded_away), "{folded_away}");
        }
    }

    #[test]
    fn every_letter_is_shown_with_two_after_it() {
        let fold = Fold::new(&rows(&[("\u{200b}", "")]));
        let mut out = String::from("x");
        let mut shown = Vec::new();
        let span = fold.fold_into("A\u{200b}后㎏", &mut out, &mut Vec::new(), |letters| {
            shown.extend(letters.windows(3).map(|w| (w[0].at, w.iter().map(|letter| letter.character).collect())));
        });
        assert_eq!(&out[span.range()], "a后kg");
        let expected: [(u32, String); 4] =
            [(1, "a后k".into()), (2, "后kg".into()), (5, "kg\0".into()), (6, "g\0\0".into())];
        assert_eq!(shown, expected);
    }

    #[test]
    fn blocks_leave_no_gap() {
        let fold = Fold::default();
        let text = "ＡＢ后，".repeat(BLOCK);
        let (mut out, mut shown) = (String::new(), String::new());
        fold.fold_into(&text, &mut out, &mut Vec::new(), |letters| {
            for window in letters.windows(3) {
                assert_eq!(window[0].at as usize, shown.len());
                shown.push(window[0].character);
            }
        });
        assert_eq!(shown, out);
        assert_eq!(out, "ab后,".repeat(BLOCK));
    }
}
