//! The texts that the corpus is made of, read from `benches/data/phrases.tsv`.

use std::collections::BTreeMap;

use super::random::Random;

/// Lists of texts with slots.
#[derive(Debug)]
pub(crate) struct Phrases {
    lists: Vec<Vec<Vec<Piece>>>,
    names: BTreeMap<String, usize>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    /// One text of a list.
    Slot(usize),
    /// So many digits.
    Digits(u64),
    Number(u64, u64),
}

impl Phrases {
    /// The phrases in the repository.
    pub(crate) fn shipped() -> Self {
        Self::parse(include_str!("../data/phrases.tsv"))
    }

    fn parse(table: &str) -> Self {
        let rows: Vec<(&str, &str)> =
            table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')).collect();
        let mut names = BTreeMap::new();
        for (list, _) in &rows {
            let next = names.len();
            names.entry((*list).to_owned()).or_insert(next);
        }
        let mut lists: Vec<Vec<Vec<Piece>>> = names.iter().map(|_| Vec::new()).collect();
        for (list, text) in rows {
            lists[names[list]].push(pieces(text, &names));
        }
        Self { lists, names }
    }

    /// The number of a list.
    pub(crate) fn list(&self, name: &str) -> usize {
        *self.names.get(name).unwrap_or_else(|| panic!("phrases.tsv has no list `{name}`"))
    }

    /// Appends one text of a list with all its slots filled.
    pub(crate) fn say(&self, list: usize, random: &mut Random, out: &mut String) {
        for piece in random.pick(&self.lists[list]) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Slot(list) => self.say(*list, random, out),
                Piece::Digits(count) => {
                    for _ in 0..*count {
                        out.push(char::from(b'0' + random.below(10) as u8));
                    }
                }
                Piece::Number(least, most) => push_number(out, random.between(*least, *most)),
            }
        }
    }

    /// The texts of a list that has no slots.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let text = |pieces: &Vec<Piece>| match pieces.as_slice() {
            [Piece::Text(text)] => Some(text.clone()),
            _ => None,
        };
        self.lists[self.list(name)].iter().filter_map(text).collect()
    }
}

/// Appends a number; `write!` takes a good part of the time of a corpus.
pub(crate) fn push_number(out: &mut String, number: u64) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

fn pieces(text: &str, names: &BTreeMap<String, usize>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (slot, tail) = after.split_once('}').unwrap_or_else(|| panic!("a slot is not closed: {text}"));
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(piece(slot, names).unwrap_or_else(|| panic!("no such slot `{slot}`: {text}")));
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

fn piece(slot: &str, names: &BTreeMap<String, usize>) -> Option<Piece> {
    if let Some(digits) = slot.strip_prefix('#') {
        return Some(Piece::Digits(digits.parse().ok()?));
    }
    if let Some((least, most)) = slot.split_once('-') {
        return Some(Piece::Number(least.parse().ok()?, most.parse().ok()?));
    }
    names.get(slot).copied().map(Piece::Slot)
}
