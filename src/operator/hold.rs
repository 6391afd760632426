//! Holds: requests to wait, and for how long.

use std::ops::ControlFlow;

use crate::conversation::Millis;
use crate::text::{Phrase, Phrases};

/// Promises of more than this are no holds but dates.
const LONGEST_HOLD: Millis = 30 * 60 * 1000;

/// How long an agent asked to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// No figure was given.
    Unstated,
    /// This long.
    For(Millis),
}

/// The cues by which an agent asks to wait.
#[derive(Debug)]
pub(super) struct Holds {
    cues: Vec<HoldCue>,
    any: Phrases,
}

#[derive(Debug)]
struct HoldCue {
    /// A regular expression with the groups `hours`, `minutes`, `seconds`, where the cue has any.
    figure: Option<regex_automata::meta::Regex>,
}

impl Holds {
    pub(super) fn new(phrases: Vec<Phrase>) -> Self {
        Self { cues: phrases.iter().map(HoldCue::new).collect(), any: Phrases::new(phrases) }
    }

    /// Whether a folded text asks to wait, be it for days.
    pub(super) fn is_asked(&self, folded: &str) -> bool {
        self.any.is_match(folded)
    }

    /// How long a folded text asks to wait. Promises of more than half an hour are no holds.
    pub(super) fn asked(&self, folded: &str) -> Option<Hold> {
        let mut asks_to_wait = false;
        let mut longest = None;
        let too_long = self.any.which(folded, |index| {
            asks_to_wait = true;
            match self.cues.get(index).and_then(|cue| cue.figure(folded)) {
                Some(figure) if figure > LONGEST_HOLD => return ControlFlow::Break(()),
                Some(figure) => longest = longest.max(Some(figure)),
                None => {}
            }
            ControlFlow::Continue(())
        });
        (asks_to_wait && too_long.is_continue()).then(|| longest.map_or(Hold::Unstated, Hold::For))
    }
}

impl HoldCue {
    fn new(phrase: &Phrase) -> Self {
        let figure = match phrase {
            Phrase::Pattern(pattern) if pattern.expanded().contains("(?<") => {
                regex_automata::meta::Regex::new(pattern.expanded()).ok()
            }
            _ => None,
        };
        Self { figure }
    }

    fn figure(&self, folded: &str) -> Option<Millis> {
        let regex = self.figure.as_ref()?;
        let mut captures = regex.create_captures();
        regex.captures(folded, &mut captures);
        let read = |name: &str, unit: Millis| -> Option<Millis> {
            let span = captures.get_group_by_name(name)?;
            Some(tenths(&folded[span.range()])?.saturating_mul(unit) / 10)
        };
        read("hours", 3_600_000).or_else(|| read("minutes", 60_000)).or_else(|| read("seconds", 1_000))
    }
}

/// A small number in digits or Chinese numerals (3, 1.5, 十, 二十, 半), in tenths.
fn tenths(text: &str) -> Option<i64> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let tenth = fraction.chars().next()?.to_digit(10)?;
        return whole.parse::<i64>().ok()?.checked_mul(10)?.checked_add(tenth.into());
    }
    let digit =
        |character| "零一二三四五六七八九".chars().zip(0..).find(|&(c, _)| c == character).map(|(_, value)| value);
    let (mut total, mut last) = (0_i64, None);
    for character in text.chars() {
        match character {
            '半' => return Some((total + last.unwrap_or(0)) * 10 + 5),
            '两' => last = Some(2),
            '几' => last = Some(5),
            '十' => total += last.take().unwrap_or(1) * 10,
            '百' => total += last.take().unwrap_or(1) * 100,
            _ => last = Some(digit(character)?),
        }
    }
    Some((total + last.unwrap_or(0)) * 10).filter(|&number| number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_in_digits_and_in_chinese() {
        for (text, expected) in [
            ("3", 30),
            ("1.5", 15),
            ("十", 100),
            ("二十五", 250),
            ("两", 20),
            ("半", 5),
            ("一百二十", 1200),
            ("一半", 15),
        ] {
            assert_eq!(tenths(text), Some(expected), "{text}");
        }
        assert_eq!(tenths("很多"), None);
        assert_eq!(tenths("99999999999999999999"), None);
    }
}
