//! The skeleton: what is left of a folded text when interference is dropped and repeats and look-alikes are merged.
//!
//! Only terms that ask for disguise are looked up in it, folded to their own skeleton.

use super::fold::FoldRow;
use super::span::Span;

/// Stands in the skeleton where a term cannot reach across.
pub(super) const BREAK: char = '\n';
const DROPPED: u16 = 0;
const BREAKING: u16 = 1;

/// Whether a character is neither a letter nor a mark that ends a clause.
pub(super) fn is_sign(character: char) -> bool {
    !character.is_alphanumeric() && !matches!(character, '\n' | '\r' | ',' | '!' | '?' | ';' | ':' | '。')
}

/// The compiled skeleton tables.
pub struct Skeleton {
    map: Box<[u16]>,
}

impl std::fmt::Debug for Skeleton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Skeleton").finish_non_exhaustive()
    }
}

/// Where the walk along a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    previous: char,
    interference: u32,
}

impl Walk {
    pub(super) const START: Self = Self { previous: BREAK, interference: 0 };

    /// The last character of the skeleton so far.
    pub(super) fn previous(self) -> char {
        self.previous
    }
}

/// The skeleton of one message, with the folded bytes behind each character.
#[derive(Debug, Clone, Default)]
pub(super) struct SkeletonText {
    pub(super) text: String,
    /// Byte in `text` and folded range, for each character.
    origins: Vec<(u32, Span)>,
}

impl SkeletonText {
    /// The folded bytes behind a range of the skeleton.
    pub(super) fn folded(&self, start: usize, end: usize) -> Span {
        let at = |byte: usize| self.origins.partition_point(|&(from, _)| from as usize <= byte).saturating_sub(1);
        match (self.origins.get(at(start)), self.origins.get(at(end.saturating_sub(1)))) {
            (Some((_, first)), Some((_, last))) => Span { start: first.start, end: last.end },
            _ => Span::new(0, 0),
        }
    }
}

impl Skeleton {
    /// More interference in a row than this separates.
    pub(super) const MAX_INTERFERENCE: u32 = 3;

    /// The tables: rows of look-alikes over the rule that signs, spaces and emoji are interference and the marks that
    /// end a sentence part it.
    pub fn new(look_alikes: &[FoldRow]) -> Self {
        let mut map: Box<[u16]> = (0..0x1_0000_u32)
            .map(|code| match char::from_u32(code) {
                Some(character) if character.is_alphanumeric() => code as u16,
                Some(character) if !is_sign(character) => BREAKING,
                _ => DROPPED,
            })
            .collect();
        for row in look_alikes {
            if let (Some(from), Some(to)) = (row.from.chars().next(), row.to.chars().next())
                && let (Some(slot), Ok(to)) = (map.get_mut(from as usize), u16::try_from(u32::from(to)))
            {
                *slot = to;
            }
        }
        Self { map }
    }

    /// Takes one folded character; returns the skeleton's next character where it has one.
    #[inline]
    pub(super) fn step(&self, walk: &mut Walk, character: char) -> Option<char> {
        let mapped = self.map.get(character as usize).copied().unwrap_or(DROPPED);
        let next = match mapped {
            DROPPED => {
                walk.interference += 1;
                if walk.interference <= Self::MAX_INTERFERENCE {
                    return None;
                }
                BREAK
            }
            BREAKING => BREAK,
            code => char::from_u32(u32::from(code)).unwrap_or(BREAK),
        };
        if next != BREAK {
            walk.interference = 0;
        }
        if next == walk.previous {
            return None;
        }
        walk.previous = next;
        Some(next)
    }

    /// Whether a folded character is interference.
    pub(super) fn drops(&self, character: char) -> bool {
        self.map.get(character as usize).is_none_or(|&mapped| mapped == DROPPED)
    }

    /// What a folded character is in the skeleton; `None`: nothing of its own.
    pub(super) fn letter(&self, character: char) -> Option<char> {
        let mapped = self.map.get(character as usize).copied().filter(|&mapped| mapped > BREAKING)?;
        char::from_u32(u32::from(mapped))
    }

    /// The skeleton of a folded text.
    pub fn of(&self, folded: &str) -> String {
        self.trace(folded).text
    }

    pub(super) fn trace(&self, folded: &str) -> SkeletonText {
        let mut out =
            SkeletonText { text: String::with_capacity(folded.len()), origins: Vec::with_capacity(folded.len() / 2) };
        let mut walk = Walk::START;
        for (at, character) in folded.char_indices() {
            let span = Span::new(at, at + character.len_utf8());
            if let Some(next) = self.step(&mut walk, character) {
                out.origins.push((out.text.len() as u32, span));
                out.text.push(next);
            } else if self.map.get(character as usize).is_some_and(|&mapped| mapped > BREAKING)
                && let Some((_, last)) = out.origins.last_mut()
            {
                // A repeat belongs to the character that it repeats.
                last.end = span.end;
            }
        }
        out
    }

    /// The tables as text, for the rule-set hash.
    pub fn describe(&self, mut field: impl FnMut(&str)) {
        for (code, &to) in self.map.iter().enumerate() {
            if to > BREAKING && to as usize != code {
                field(&format!("{code:x}~{to:x}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interference_repeats_and_look_alikes_vanish() {
        let row = |from: &str, to: &str| FoldRow { from: from.into(), to: to.into() };
        let skeleton = Skeleton::new(&[row("0", "o"), row("莎", "傻")]);
        assert_eq!(skeleton.of("莎 *莎..逼😀b0"), "傻逼bo");
        let traced = skeleton.trace("啊莎 *莎..逼");
        assert_eq!(traced.text, "啊傻逼");
        assert_eq!(traced.folded(3, 9), Span::new(3, 16));
    }

    #[test]
    fn sentence_marks_and_long_interference_part() {
        let skeleton = Skeleton::new(&[]);
        assert_eq!(skeleton.of("傻。逼"), "傻\n逼");
        assert_eq!(skeleton.of("傻----逼"), "傻\n逼");
        assert_eq!(skeleton.of("傻---逼"), "傻逼");
    }
}
