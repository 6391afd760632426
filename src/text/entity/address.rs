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
    // The digits that stand before the character, but for blanks: how many, where they begin and where they end.
    let mut figure = Figure::default();
    // How many characters stand between the last numbered unit and here: 2 单|元|1103.
    let mut since_unit = usize::MAX;
    for (at, character) in clause.char_indices().chain(std::iter::once((clause.len(), ' '))) {
        let after = at + character.len_utf8();
        if character == ' ' && at < clause.len() {
            continue;
        }
        if is_figure(character) {
            let goes_on = figure.length > 0 && figure.end == at;
            let (length, start) = if goes_on { (figure.length + 1, figure.start) } else { (1, at) };
            figure = Figure { length, start, end: after };
            continue;
        }
        if figure.length > 0 && words.units.contains(&character) {
            numbered += 1;
            first.get_or_insert(figure.start);
            (since_unit, end) = (0, after);
            figure = Figure::default();
            continue;
        }
        if ROOM.contains(&figure.length) && since_unit <= 1 {
            rooms += 1;
            end = figure.end;
        } else if words.places.contains(&character) {
            places += 1;
            first.get_or_insert(at);
        }
        since_unit = since_unit.saturating_add(1);
        figure = Figure::default();
    }
    let is_address = (places >= 2 && numbered >= 1) || (numbered + rooms >= 2 && places + rooms >= 1);
    // The name of the place before its sign.
    let head = |first: usize| {
        let in_name = |&(_, c): &(usize, char)| c.is_alphabetic() && !c.is_ascii() && !words.not_in_names.contains(&c);
        let name = clause[..first].char_indices().rev().take(NAME).take_while(in_name);
        name.last().map_or(first, |(at, _)| at)
    };
    let span = first.map(|first| Span::new(head(first), end)).filter(|span| is_address && !span.is_empty())?;
    Some(span)
}

/// So many characters before its sign has the name of a place: 呼和浩特市.
const NAME: usize = 4;

/// Digits side by side.
#[derive(Debug, Clone, Copy, Default)]
struct Figure {
    length: usize,
    start: usize,
    end: usize,
}
