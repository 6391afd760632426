//! Folding: width, case, traditional forms, compatibility forms, invisible characters.
//!
//! Most characters fold to themselves or to one other character, so the tables of the Basic Multilingual Plane are one
//! array of code points, and what is unusual (dropped, expanded, decided by the character before) is a marked entry.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

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

/// Marks an entry that is not a plain character; the rest of the word is an index into [`Fold::special`].
const SPECIAL: u32 = 1 << 31;

#[derive(Debug, Clone)]
enum Special {
    Drop,
    Expand(Box<str>),
    Context { plain: char, after: HashMap<char, char> },
}

/// The compiled fold tables.
pub struct Fold {
    bmp: Box<[u32]>,
    astral: HashMap<char, u32>,
    special: Vec<Special>,
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
    /// Unicode's compatibility and case folding, then the given rows over it, in their order.
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
        let mut fold = Self {
            bmp: (0..0x1_0000)
                .map(|code| if code < 0x80 { u32::from((code as u8).to_ascii_lowercase()) } else { code })
                .collect(),
            astral: HashMap::new(),
            special: vec![Special::Drop],
        };
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
                    None => folded.push(lower),
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
        let entry = match (chars.next(), chars.next()) {
            (None, _) => SPECIAL,
            (Some(one), None) => u32::from(one),
            _ => {
                self.special.push(Special::Expand(folded.into()));
                SPECIAL | (self.special.len() - 1) as u32
            }
        };
        self.store(character, entry);
    }

    fn store(&mut self, character: char, entry: u32) {
        match self.bmp.get_mut(u32::from(character) as usize) {
            Some(slot) => *slot = entry,
            None => {
                self.astral.insert(character, entry);
            }
        }
    }

    fn add_context(&mut self, before: char, character: char, to: char) {
        if character.is_ascii() {
            return;
        }
        let entry = self.entry(character);
        if entry & SPECIAL == 0 {
            let plain = char::from_u32(entry).unwrap_or(character);
            self.special.push(Special::Context { plain, after: HashMap::from([(before, to)]) });
            self.store(character, SPECIAL | (self.special.len() - 1) as u32);
        } else if let Some(Special::Context { after, .. }) = self.special.get_mut((entry & !SPECIAL) as usize) {
            after.insert(before, to);
        }
    }

    #[inline]
    fn entry(&self, character: char) -> u32 {
        match self.bmp.get(u32::from(character) as usize) {
            Some(&entry) => entry,
            None => self.astral.get(&character).copied().unwrap_or(u32::from(character)),
        }
    }

    /// Appends the folded form of `text` to `out`, and shows each folded character to `probe` with the one before it
    /// (`\0` at the start) and the byte of `out` at which that one begins.
    ///
    /// Returns the range of `out` that was written.
    #[inline]
    pub fn fold_into(&self, text: &str, out: &mut String, mut probe: impl FnMut(char, char, u32)) -> Span {
        let start = out.len();
        // Folding shrinks or keeps nearly every text; expansions grow the buffer as they come.
        out.reserve(text.len());
        let mut previous = '\0';
        let mut previous_at = start as u32;
        for character in text.chars() {
            let entry = self.entry(character);
            let (mut folded, rest) = if entry & SPECIAL == 0 {
                // Entries are made from characters, so the fallback is never taken.
                (char::from_u32(entry).unwrap_or(character), "")
            } else {
                match self.fold_special(entry, previous) {
                    Some(folded) => folded,
                    None => continue,
                }
            };
            // Once for nearly every character; one place for all of them lets the probe be built into this loop.
            let mut rest = rest.chars();
            loop {
                let at = out.len() as u32;
                out.push(folded);
                probe(previous, folded, previous_at);
                previous = folded;
                previous_at = at;
                match rest.next() {
                    Some(next) => folded = next,
                    None => break,
                }
            }
        }
        Span::new(start, out.len())
    }

    /// What a character with a special entry becomes: the first character, and the others.
    #[cold]
    fn fold_special(&self, entry: u32, previous: char) -> Option<(char, &str)> {
        match &self.special[(entry & !SPECIAL) as usize] {
            Special::Drop => None,
            Special::Expand(text) => {
                let mut chars = text.chars();
                Some((chars.next()?, chars.as_str()))
            }
            Special::Context { plain, after } => Some((after.get(&previous).copied().unwrap_or(*plain), "")),
        }
    }

    /// Shows each folded character of `text` with the index of the original character it comes from.
    pub fn trace(&self, text: &str, mut show: impl FnMut(char, u32)) {
        let mut previous = '\0';
        for (index, character) in text.chars().enumerate() {
            let entry = self.entry(character);
            let (first, rest) = if entry & SPECIAL == 0 {
                (char::from_u32(entry).unwrap_or(character), "")
            } else {
                match self.fold_special(entry, previous) {
                    Some(folded) => folded,
                    None => continue,
                }
            };
            for folded in std::iter::once(first).chain(rest.chars()) {
                previous = folded;
                show(folded, index as u32);
            }
        }
    }

    /// The folded form of a text.
    pub fn fold(&self, text: &str) -> String {
        let mut out = String::new();
        self.fold_into(text, &mut out, |_, _, _| {});
        out
    }

    /// The tables as text, for the rule-set hash: what every character that changes becomes.
    pub fn describe(&self, mut field: impl FnMut(&str)) {
        let mut buffer = String::new();
        // That ASCII letters fold to small ones is no table's doing.
        for (code, &entry) in self.bmp.iter().enumerate().skip(0x80) {
            if entry != code as u32 {
                self.describe_entry(code as u32, entry, &mut buffer);
                field(&buffer);
            }
        }
        let mut astral: Vec<_> = self.astral.iter().collect();
        astral.sort_unstable();
        for (&character, &entry) in astral {
            if entry != u32::from(character) {
                self.describe_entry(u32::from(character), entry, &mut buffer);
                field(&buffer);
            }
        }
    }

    fn describe_entry(&self, code: u32, entry: u32, buffer: &mut String) {
        use std::fmt::Write as _;
        buffer.clear();
        // Writing to a string cannot fail.
        let _ = write!(buffer, "{code:x}>");
        if entry & SPECIAL == 0 {
            let _ = write!(buffer, "{entry:x}");
            return;
        }
        match &self.special[(entry & !SPECIAL) as usize] {
            Special::Drop => {}
            Special::Expand(text) => buffer.push_str(text),
            Special::Context { plain, after } => {
                let mut after: Vec<_> = after.iter().collect();
                after.sort_unstable();
                let _ = write!(buffer, "{plain}");
                for (before, to) in after {
                    let _ = write!(buffer, " {before}{to}");
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
    fn probe_sees_every_adjacent_pair_of_the_folded_text() {
        let fold = Fold::new(&rows(&[("\u{200b}", "")]));
        let mut out = String::from("x");
        let mut pairs = Vec::new();
        let span = fold.fold_into("A\u{200b}后Ｂ", &mut out, |a, b, at| pairs.push((a, b, at)));
        assert_eq!(&out[span.range()], "a后b");
        assert_eq!(pairs, [('\0', 'a', 1), ('a', '后', 1), ('后', 'b', 2)]);
    }
}
