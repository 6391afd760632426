//! Ways to reach somebody that are no numbers: e-mail addresses, links, handles.

use super::super::span::Span;
use super::number::{digit, leading_digits};
use super::{Entity, EntityKind, EntityWords};

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

/// Links, and names of hosts that end like one: `example.com/a`.
pub(super) fn urls(text: &str, domains: &[String], show: &mut impl FnMut(Entity)) {
    let mut from = 0;
    while let Some((start, length)) = url(&text[from..], domains) {
        let span = Span::new(from + start, from + start + length);
        show(Entity { kind: EntityKind::Url, span, value: text[span.range()].to_owned() });
        from = span.end as usize;
    }
}

/// Where the first link stands, and its length.
fn url(text: &str, domains: &[String]) -> Option<(usize, usize)> {
    let graphic = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_graphic()).unwrap_or(text.len());
        text[..end].trim_end_matches([',', '.', '!', '?', ';', ':', ')']).len()
    };
    let head = ["http://", "https://", "www."].iter().filter_map(|head| text.find(head)).min();
    let bare = text.match_indices('.').find_map(|(dot, _)| {
        let in_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
        let name = text[..dot].bytes().rev().take_while(in_name).count();
        let rest = &text[dot + 1..];
        let label = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let ends_so = domains.iter().any(|domain| *domain == rest[..label]);
        let is_host = name > 0 && ends_so && !text[..dot - name].ends_with('@');
        is_host.then(|| {
            let path = &rest[label..];
            let length = if path.starts_with(['/', '?', '#']) { graphic(path) } else { 0 };
            (dot - name, name + 1 + label + length)
        })
    });
    let head = head.map(|start| (start, graphic(&text[start..])));
    head.into_iter().chain(bare).min()
}

/// Handles stand right after the name of the service, with a few words or signs between.
pub(super) fn handles(text: &str, kind: EntityKind, words: &EntityWords, show: &mut impl FnMut(Entity)) {
    let names = if kind == EntityKind::Qq { &words.qq } else { &words.wechat };
    for name in names {
        for (at, _) in text.match_indices(name.as_str()) {
            let rest = &text[at + name.len()..];
            let is_handle = |c: char| match kind {
                EntityKind::Qq => digit(c).is_some(),
                _ => c.is_ascii_alphanumeric(),
            };
            let Some((skip, _)) = rest.char_indices().take(6).find(|&(_, c)| is_handle(c)) else {
                continue;
            };
            if !words.is_between(&rest[..skip]) {
                continue;
            }
            let rest = &rest[skip..];
            let (value, length) = if kind == EntityKind::Qq {
                leading_digits(rest)
            } else {
                let is_sign = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                let length = rest.chars().take_while(is_sign).count();
                (rest[..length].to_owned(), length)
            };
            let fits = match kind {
                EntityKind::Qq => (5..=11).contains(&value.len()),
                _ => (6..=20).contains(&length),
            };
            if fits {
                let start = at + name.len() + skip;
                show(Entity { kind, span: Span::new(start, start + length), value });
            }
        }
    }
}
