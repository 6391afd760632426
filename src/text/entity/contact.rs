//! Ways to reach somebody that are no numbers: e-mail addresses, links, handles.

use super::super::span::Span;
use super::{Entity, EntityKind};

fn is_address_sign(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '+')
}

pub(super) fn emails(text: &str, show: &mut impl FnMut(Entity)) {
    for (at, _) in text.match_indices('@') {
        let name = text[..at].chars().rev().take_while(|&c| is_address_sign(c)).count();
        let host = text[at + 1..].chars().take_while(|&c| is_address_sign(c)).count();
        let host_text = text[at + 1..at + 1 + host].trim_end_matches('.');
        if name > 0 && host_text.split_once('.').is_some_and(|(first, rest)| !first.is_empty() && rest.len() > 1) {
            let span = Span::new(at - name, at + 1 + host_text.len());
            show(Entity { kind: EntityKind::Email, span, value: text[span.range()].to_owned() });
        }
    }
}

pub(super) fn urls(text: &str, show: &mut impl FnMut(Entity)) {
    let mut from = 0;
    while let Some(at) = ["http://", "https://", "www."].iter().filter_map(|head| text[from..].find(head)).min() {
        let start = from + at;
        let length = text[start..].find(|c: char| !c.is_ascii_graphic()).unwrap_or(text.len() - start);
        let span = Span::new(start, start + length);
        show(Entity { kind: EntityKind::Url, span, value: text[span.range()].to_owned() });
        from = start + length;
    }
}

/// Handles stand right after the name of the service, with a few words or signs between.
pub(super) fn handles(text: &str, kind: EntityKind, names: &[String], between: &[char], show: &mut impl FnMut(Entity)) {
    for name in names {
        for (at, _) in text.match_indices(name.as_str()) {
            let rest = &text[at + name.len()..];
            let Some((skip, _)) = rest.char_indices().take(6).find(|&(_, c)| c.is_ascii_alphanumeric()) else {
                continue;
            };
            if !rest[..skip].chars().all(|c| c == ' ' || c.is_ascii_punctuation() || between.contains(&c)) {
                continue;
            }
            let is_sign = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            let length = rest[skip..].chars().take_while(is_sign).count();
            let value = &rest[skip..skip + length];
            let fits = match kind {
                EntityKind::Qq => (5..=11).contains(&length) && value.bytes().all(|byte| byte.is_ascii_digit()),
                _ => (6..=20).contains(&length),
            };
            if fits {
                let start = at + name.len() + skip;
                show(Entity { kind, span: Span::new(start, start + length), value: value.to_owned() });
            }
        }
    }
}
