//! Addresses: places and numbers within them.

use super::super::span::Span;
use super::number::is_figure;
use super::{Entity, EntityKind, EntityWords};

/// An address names two places and a number within them (…市…路 88 号), or two numbers within one (…小区 3 栋 502 室), the
/// last of which may be a bare room number (…花园 3 栋 2 单元 502).
pub(super) fn addresses(text: &str, words: &EntityWords, show: &mut impl FnMut(Entity)) {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '#' | ' ');
    let mut from = 0;
    for part in text.split_inclusive(|c: char| !is_part(c)) {
        let clean = part.trim_end_matches(|c: char| !is_part(c));
        if let Some(span) = address(clean, words) {
            let span = Span::new(from + span.start as usize, from + span.end as usize);
            show(Entity { kind: EntityKind::Address, span, value: text[span.range()].to_owned() });
        }
        from += part.len();
    }
}

/// Where an address stands in a clause.
fn address(clause: &str, words: &EntityWords) -> Option<Span> {
    /// So many digits has a room number.
    const ROOM: std::ops::RangeInclusive<usize> = 3..=5;
    let (mut places, mut numbered, mut rooms) = (0, 0, 0);
    let (mut first, mut end) = (None, 0);
    // The digits that stand right before the character: how many, and where they begin.
    let mut figure = (0, 0);
    // How many characters stand between the last numbered unit and here: 2 单|元|1103.
    let mut since_unit = usize::MAX;
    for (at, character) in clause.char_indices().chain(std::iter::once((clause.len(), ' '))) {
        if is_figure(character) {
            figure = (figure.0 + 1, if figure.0 == 0 { at } else { figure.1 });
            continue;
        }
        let after = at + character.len_utf8();
        if figure.0 > 0 && words.units.contains(&character) {
            numbered += 1;
            first.get_or_insert(figure.1);
            (since_unit, end) = (0, after);
            figure = (0, 0);
            continue;
        }
        if ROOM.contains(&figure.0) && since_unit <= 1 {
            rooms += 1;
            end = at;
        } else if words.places.contains(&character) {
            places += 1;
            first.get_or_insert(at);
        }
        since_unit = since_unit.saturating_add(1);
        figure = (0, 0);
    }
    let is_address = (places >= 2 && numbered >= 1) || (numbered + rooms >= 2 && places + rooms >= 1);
    // The name of the place before its sign.
    let head = |first: usize| clause[..first].char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    let span = first.map(|first| Span::new(head(first), end)).filter(|span| is_address && !span.is_empty())?;
    Some(span)
}
