//! Runs of Latin letters: where in them syllables can begin and end.

use super::readings::{Sound, Syllables, latin};

/// What the characters of a text are to a reader of syllables.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Letters of the runs; 0 elsewhere.
    letters: Vec<u8>,
    /// Whether what stands before this character in its run is made of whole syllables; outside of runs, always.
    begins: Vec<bool>,
    /// The same for the rest of its run from this character on.
    ends: Vec<bool>,
}

impl Runs {
    /// Reads a text. A digit after a syllable is its tone; with any other digit or letter a run is no run of syllables.
    pub(super) fn new(syllables: &Syllables, text: &[char]) -> Self {
        let mut runs =
            Self { letters: vec![0; text.len()], begins: vec![true; text.len() + 1], ends: vec![true; text.len() + 1] };
        let mut at = 0;
        while at < text.len() {
            let length = text[at..].iter().take_while(|&&character| is_latin(character)).count();
            if length > 0 {
                runs.read(syllables, text, at, at + length);
            }
            at += length.max(1);
        }
        runs
    }

    fn read(&mut self, syllables: &Syllables, text: &[char], start: usize, end: usize) {
        for (letter, &written) in self.letters[start..end].iter_mut().zip(&text[start..end]) {
            // A tone is a letter that no syllable has.
            *letter = latin(written).unwrap_or(b'0');
        }
        self.begins[start + 1..end].fill(false);
        self.ends[start..end].fill(false);
        for at in start..end {
            if self.begins[at] {
                for (length, _) in syllables.at(&self.letters[at..end]) {
                    let next = after_tone(text, at + length, end);
                    if next < end && (next > at + length || self.may_follow(next)) {
                        self.begins[next] = true;
                    }
                }
            }
        }
        for at in (start..end).rev() {
            self.ends[at] = syllables.at(&self.letters[at..end]).any(|(length, _)| {
                let next = after_tone(text, at + length, end);
                next == end || self.ends[next] && (next > at + length || self.may_follow(next))
            });
        }
        // Only runs that are syllables from one end to the other hold any.
        if !self.ends[start] {
            self.begins[start..end].fill(false);
            self.letters[start..end].fill(0);
        }
    }

    /// Whether a syllable that begins here can follow another without a sign between: with a vowel in front it cannot, 别人
    /// has no 鹅人 in it.
    fn may_follow(&self, at: usize) -> bool {
        !matches!(self.letters[at], b'a' | b'e' | b'o')
    }

    /// Whether a character belongs to a run of syllables.
    pub(super) fn has(&self, at: usize) -> bool {
        self.letters[at] != 0
    }

    /// Whether any run is made of syllables, single letters aside.
    pub(super) fn any(&self) -> bool {
        self.letters.windows(2).any(|pair| pair.iter().all(|&letter| letter != 0))
    }

    /// The syllables that begin here, each with the place after it and its tone. None in the middle of another.
    pub(super) fn at<'s>(
        &'s self,
        syllables: &'s Syllables,
        text: &'s [char],
        at: usize,
    ) -> impl Iterator<Item = (usize, Sound)> + 's {
        let open = self.letters[at] != 0 && self.begins[at];
        let rest = if open { &self.letters[at..] } else { &[] };
        syllables.at(rest).filter_map(move |(length, sound)| {
            let next = after_tone(text, at + length, text.len());
            let whole = self.letters.get(next).is_none_or(|&letter| letter == 0) || self.ends[next];
            whole.then_some((next, sound))
        })
    }
}

/// Whether [`Runs::any`] may hold of a text: a letter stands before another or before a tone.
pub(super) fn may_be_any(text: &str) -> bool {
    let mut after_letter = false;
    text.chars().any(|character| {
        let (was, is) = (after_letter, latin(character).is_some());
        after_letter = is;
        was && (is || character.is_ascii_digit())
    })
}

/// The place after the tone that may stand here.
fn after_tone(text: &[char], at: usize, end: usize) -> usize {
    at + usize::from(at < end && matches!(text[at], '0'..='5'))
}

/// Whether a character belongs to a run: a Latin letter or a digit.
fn is_latin(character: char) -> bool {
    character.is_ascii_digit() || latin(character).is_some()
}
