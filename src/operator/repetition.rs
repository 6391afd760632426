//! `repetition`: the same, or nearly the same, said again and again.
//!
//! Messages are compared without what tells nothing (greetings, forms of address, particles, signs, clauses that are
//! holds or farewells). Two that are alike but for a fact (a figure, a day, another noun, a negation) are no repetition.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use smallvec::SmallVec;

use super::answer::{Answers, Finding};
use super::compile::{Compilation, Lane};
use super::parameters::{ParameterKind, ParameterSpec, Parameters};
use super::view::{MessageIndex, View};
use crate::conversation::{Kind, Role};
use crate::dictionary::Rule;
use crate::text::{Phrases, is_clause_border};

/// By how many classes of characters two messages may differ in greetings, particles and farewells alone, for the quick look.
/// Longer courtesies around the same few words are passed over.
const MOST_FILLERS: usize = 10;

/// The quick look goes back so many times the window: messages that say nothing stand between.
const QUICK_WINDOWS: usize = 4;

/// Longer messages are compared by their first characters, so that the comparison of two stays below a millisecond.
const LONGEST: usize = 400;

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec { name: "speaker", kind: ParameterKind::Choice(Lane::WORDS), default: Some("agent") },
    ParameterSpec { name: "times", kind: ParameterKind::Integer(2, 100), default: Some("3") },
    ParameterSpec { name: "similarity", kind: ParameterKind::Integer(500, 1000), default: Some("900") },
    ParameterSpec { name: "characters", kind: ParameterKind::Integer(1, 1000), default: Some("8") },
    ParameterSpec { name: "window", kind: ParameterKind::Integer(2, 1000), default: Some("50") },
    ParameterSpec { name: "exceptions", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "confidence", kind: ParameterKind::Integer(1, 1000), default: Some("900") },
];

/// A compiled `repetition` rule.
#[derive(Debug)]
pub struct Repetition {
    role: Role,
    times: usize,
    similarity: u16,
    characters: usize,
    window: usize,
    exceptions: Phrases,
    confidence: u16,
}

/// A quick look at a message.
#[derive(Debug, Clone, Copy)]
struct Look {
    message: MessageIndex,
    characters: usize,
    /// Which characters occur, 64 classes of them: two texts that are nearly the same have nearly the same.
    kinds: u64,
    /// The same with digits and Latin letters.
    all_kinds: u64,
}

/// What was said first, and how often since.
struct Saying {
    look: Look,
    /// The characters that say something, once it was compared.
    essence: Option<Essence>,
    times: usize,
}

/// The characters of a message that say something.
struct Essence {
    characters: Vec<char>,
    kinds: u64,
}

impl Repetition {
    pub(super) fn compile(rule: &Rule, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        let exceptions = &rule.exceptions;
        let exceptions =
            exceptions.iter().filter_map(|one| compilation.phrase(&one.text, one.mode, &one.origin)).collect();
        let whole = |name| usize::try_from(parameters.integer(name)).unwrap_or(1);
        Self {
            role: Lane::ALL[parameters.choice("speaker")].role(),
            times: whole("times"),
            similarity: parameters.permille("similarity"),
            characters: whole("characters"),
            window: whole("window"),
            exceptions: Phrases::new(exceptions),
            confidence: parameters.permille("confidence"),
        }
    }

    pub(super) fn judge(&self, view: &View<'_>, answers: &mut Answers) {
        let spoken = view.indexed().filter(|(_, message)| message.role == self.role && message.kind == Kind::Text);
        // A text that is too short as it stands is too short without its particles.
        let looks: SmallVec<[Look; 16]> = spoken
            .filter(|(_, message)| message.folded.len() as usize >= self.characters)
            .map(|(index, _)| Look::at(index, view.text(index)))
            .filter(|look| look.characters >= self.characters)
            .collect();
        let mut sayings: Vec<Saying> = Vec::new();
        for look in self.may_repeat(&looks) {
            let mut mine = None;
            let recent = sayings.len().saturating_sub(self.window);
            let mut resembling = sayings[recent..].iter_mut().filter(|said| self.resemble(&said.look, &look));
            let same = resembling.find_map(|said| {
                let mine = mine.get_or_insert_with(|| self.essence(view, look.message));
                let first = said.essence.get_or_insert_with(|| self.essence(view, said.look.message));
                self.is_same(view, first, mine).then_some(said)
            });
            match same {
                None => sayings.push(Saying { look, essence: mine, times: 1 }),
                Some(said) => {
                    said.times += 1;
                    if said.times == self.times {
                        // The conversation has one finding: it is the habit that counts.
                        answers.settled.push(Finding {
                            message: look.message,
                            quotes: Vec::new(),
                            anchor: None,
                            confidence: self.confidence,
                            reasons: Vec::new(),
                        });
                        return;
                    }
                }
            }
        }
    }

    /// The messages that may be said as often as matters, however their characters are arranged: those that resemble so many
    /// others, and those that resemble one of these.
    fn may_repeat(&self, looks: &[Look]) -> SmallVec<[Look; 16]> {
        let reach = QUICK_WINDOWS * self.window;
        // Shown twice rather than kept: there may be very many.
        let for_all_alike = |show: &mut dyn FnMut(usize, usize)| {
            for (later, look) in looks.iter().enumerate() {
                let first = later.saturating_sub(reach);
                for (earlier, other) in (first..).zip(&looks[first..later]) {
                    if self.resemble(other, look) {
                        show(earlier, later);
                    }
                }
            }
        };
        let mut resembling: SmallVec<[usize; 16]> = SmallVec::from_elem(0, looks.len());
        for_all_alike(&mut |earlier, later| {
            resembling[earlier] += 1;
            resembling[later] += 1;
        });
        let is_frequent = |at: usize| resembling[at] >= self.times - 1;
        if !(0..looks.len()).any(is_frequent) {
            return SmallVec::new();
        }
        let mut may: SmallVec<[bool; 16]> = SmallVec::from_elem(false, looks.len());
        for_all_alike(&mut |earlier, later| {
            if is_frequent(earlier) || is_frequent(later) {
                may[earlier] = true;
                may[later] = true;
            }
        });
        looks.iter().zip(&may).filter(|&(_, &may)| may).map(|(&look, _)| look).collect()
    }

    /// Whether two messages have nearly the same characters, and half as many different ones in common as have to be
    /// repeated. Who repeats one character over and over is passed over.
    fn resemble(&self, earlier: &Look, later: &Look) -> bool {
        // What differs has other characters in either text, and what is left out may differ altogether.
        let most = 2 * self.may_differ(later.characters) + MOST_FILLERS;
        let shared = (earlier.all_kinds & later.all_kinds).count_ones() as usize;
        (earlier.kinds ^ later.kinds).count_ones() as usize <= most && shared >= self.characters / 2
    }

    /// How many of so many characters may differ.
    fn may_differ(&self, characters: usize) -> usize {
        characters * usize::from(1_000 - self.similarity) / 1_000
    }

    /// The characters of a message that say something.
    fn essence(&self, view: &View<'_>, message: MessageIndex) -> Essence {
        let mut characters = Vec::new();
        for clause in view.text(message).split(is_clause_border) {
            let says_nothing_new = view.dialogue.says_farewell(clause)
                || view.dialogue.hold(clause).is_some()
                || self.exceptions.is_match(clause);
            if !says_nothing_new && characters.len() < LONGEST {
                view.dialogue.without_fillers(clause, |character| {
                    if character.is_alphanumeric() && characters.len() < LONGEST {
                        characters.push(character);
                    }
                });
            }
        }
        let kinds = characters.iter().fold(0, |kinds, &character| kinds | kind(character));
        Essence { characters, kinds }
    }

    fn is_same(&self, view: &View<'_>, one: &Essence, other: &Essence) -> bool {
        let (one, other, kinds) = (&one.characters, &other.characters, one.kinds ^ other.kinds);
        let most = self.may_differ(one.len().max(other.len()));
        if one.len().min(other.len()) < self.characters
            || one.len().abs_diff(other.len()) > most
            || kinds.count_ones() as usize > 2 * most
        {
            return false;
        }
        one == other
            || (strsim::generic_levenshtein(&CharSlice(one), &CharSlice(other)) <= most
                && !differ_in_a_fact(view, one, other))
    }
}

impl Look {
    fn at(message: MessageIndex, text: &str) -> Self {
        let (mut characters, mut kinds, mut plain) = (0, 0, 0);
        for character in text.chars() {
            characters += 1;
            if character.is_ascii() {
                plain |= kind(character);
            } else {
                kinds |= kind(character);
            }
        }
        Self { message, characters, kinds, all_kinds: kinds | plain }
    }
}

/// Characters that strsim can go through.
struct CharSlice<'c>(&'c [char]);

impl<'a> IntoIterator for &'a CharSlice<'_> {
    type Item = &'a char;
    type IntoIter = std::slice::Iter<'a, char>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// One of 64 classes of characters.
fn kind(character: char) -> u64 {
    1 << (u32::from(character).wrapping_mul(0x9E37_79B1) >> 26)
}

/// Whether two texts that are nearly the same differ in a figure, a negation or a word that is no function word.
fn differ_in_a_fact(view: &View<'_>, one: &[char], other: &[char]) -> bool {
    let is_fact = |characters: &[char]| characters.iter().any(|&c| view.dialogue.is_fact(c));
    let is_content = |characters: &[char]| characters.iter().any(|&c| !view.dialogue.is_function(c));
    capture_diff_slices(Algorithm::Myers, one, other).into_iter().any(|op| match op {
        DiffOp::Equal { .. } => false,
        DiffOp::Delete { old_index, old_len, .. } => is_fact(&one[old_index..old_index + old_len]),
        DiffOp::Insert { new_index, new_len, .. } => is_fact(&other[new_index..new_index + new_len]),
        DiffOp::Replace { old_index, old_len, new_index, new_len } => {
            let (was, is) = (&one[old_index..old_index + old_len], &other[new_index..new_index + new_len]);
            is_content(was) || is_content(is)
        }
    })
}
