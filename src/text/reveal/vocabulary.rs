//! The literals that are looked for in disguise, as a tree of their characters.

use std::collections::{BTreeSet, HashMap};

use super::super::stream::Stream;
use super::readings::{Readings, Sound, Syllables};

/// A place in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Node(u32);

impl Node {
    pub(super) const ROOT: Self = Self(0);
}

/// A first part as rare as this, in quarters of a power of ten, is written for no other reason than to hide: 亻.
const BARE: u8 = 24;

/// A character and its parts after the first.
#[derive(Debug)]
struct Whole {
    rest: Box<[char]>,
    character: char,
    /// Whether its first part is [`BARE`].
    is_bare: bool,
}

/// The compiled literals, and what each of their characters can be written as.
#[derive(Debug)]
pub(super) struct Vocabulary {
    children: HashMap<(Node, char), Node>,
    by_sound: HashMap<(Node, Sound), Vec<(char, Node)>>,
    /// The loosest stream in which the literal that ends at a node is looked for; `None`: none ends there.
    ends: Vec<Option<Stream>>,
    /// Characters by the first of their parts: the other parts and the character.
    parts: HashMap<char, Vec<Whole>>,
    pub(super) syllables: Syllables,
}

impl Vocabulary {
    /// The literals, each with the loosest stream in which it is looked for.
    pub(super) fn new<'l>(literals: impl Iterator<Item = (&'l str, Stream)>, readings: &Readings) -> Self {
        let mut tree = Self {
            children: HashMap::new(),
            by_sound: HashMap::new(),
            ends: vec![None],
            parts: HashMap::new(),
            syllables: Syllables::new(readings),
        };
        for (literal, loosest) in literals {
            tree.add(literal, loosest);
        }
        let alphabet: BTreeSet<char> = tree.children.keys().map(|&(_, character)| character).collect();
        let told = readings.rarity.iter().flat_map(|(rarity, to)| to.chars().map(move |one| (one, *rarity)));
        let rarity: HashMap<char, u8> = told.collect();
        for (parts, characters) in &readings.parts {
            for whole in characters.chars().filter(|character| alphabet.contains(character)) {
                let mut parts = parts.chars();
                if let Some(first) = parts.next() {
                    let is_bare = rarity.get(&first).is_none_or(|&rarity| rarity >= BARE);
                    let whole = Whole { rest: parts.collect(), character: whole, is_bare };
                    tree.parts.entry(first).or_default().push(whole);
                }
            }
        }
        let mut sounds: HashMap<char, Vec<Sound>> = HashMap::new();
        for (syllable, characters) in &readings.syllables {
            let sound = tree.syllables.at(syllable.as_bytes()).last().map(|(_, sound)| sound);
            for character in characters.chars().filter(|character| alphabet.contains(character)) {
                sounds.entry(character).or_default().extend(sound);
            }
        }
        // In the order of the nodes, so that nothing depends on the order of a map.
        let mut edges: Vec<_> = tree.children.iter().map(|(&(from, character), &to)| (to, from, character)).collect();
        edges.sort_unstable();
        for (to, from, character) in edges {
            for &sound in sounds.get(&character).into_iter().flatten() {
                tree.by_sound.entry((from, sound)).or_default().push((character, to));
            }
        }
        tree
    }

    fn add(&mut self, literal: &str, loosest: Stream) {
        let mut node = Node::ROOT;
        for character in literal.chars() {
            let fresh = Node(self.ends.len() as u32);
            node = *self.children.entry((node, character)).or_insert(fresh);
            if node == fresh {
                self.ends.push(None);
            }
        }
        let end = &mut self.ends[node.0 as usize];
        *end = (*end).max(Some(loosest));
    }

    /// Where a character leads to.
    pub(super) fn child(&self, node: Node, character: char) -> Option<Node> {
        self.children.get(&(node, character)).copied()
    }

    /// Where the characters of a sound lead to.
    pub(super) fn sounding(&self, node: Node, sound: Sound) -> &[(char, Node)] {
        self.by_sound.get(&(node, sound)).map_or(&[], Vec::as_slice)
    }

    /// The characters of which all parts stand at the start of a text, with how many these are.
    pub(super) fn joined<'t>(&'t self, text: &'t [char]) -> impl Iterator<Item = (usize, char)> + 't {
        self.wholes(text).map(|whole| (1 + whole.rest.len(), whole.character))
    }

    /// Those of them whose first part is written to hide and for nothing else.
    pub(super) fn joined_barely<'t>(&'t self, text: &'t [char]) -> impl Iterator<Item = (usize, char)> + 't {
        self.wholes(text).filter(|whole| whole.is_bare).map(|whole| (1 + whole.rest.len(), whole.character))
    }

    fn wholes<'t>(&'t self, text: &'t [char]) -> impl Iterator<Item = &'t Whole> {
        let candidates = text.first().and_then(|first| self.parts.get(first)).map_or(&[][..], Vec::as_slice);
        let rest = text.get(1..).unwrap_or_default();
        candidates.iter().filter(move |whole| rest.starts_with(&whole.rest))
    }

    /// Whether a character of the literals is written as its parts somewhere.
    pub(super) fn has_parts(&self, text: &[char]) -> bool {
        (0..text.len()).any(|at| self.joined(&text[at..]).next().is_some())
    }

    /// The loosest stream of the literal that ends at a node.
    pub(super) fn end(&self, node: Node) -> Option<Stream> {
        self.ends[node.0 as usize]
    }
}
