//! Numbers: runs of digits, in whatever characters, and what they are by length, checksum and the word before them.

use super::super::span::Span;
use super::{Entity, EntityKind, EntityWords};

/// How many characters before a number say what number it is.
const NAMED_WITHIN: usize = 12;

/// A run of digits, and the bytes of each.
#[derive(Debug, Default)]
pub(super) struct Run {
    digits: Vec<u8>,
    spans: Vec<Span>,
}

impl Run {
    /// Where the first digit stands.
    pub(super) fn start(&self) -> u32 {
        self.spans[0].start
    }
}

/// So many signs may stand between two digits of a number: 138 - 0013 - 8000.
const MAX_BETWEEN: usize = 3;

/// Whether a sign may stand between digits.
fn is_between(character: char) -> bool {
    matches!(character, ' ' | '-' | '—' | '_' | '·' | '.' | ',' | '、' | ')')
}

/// The digit that a character of a folded text stands for, and whether it is a Chinese numeral.
pub(super) fn digit(character: char) -> Option<(u8, bool)> {
    let chinese = |digit: u8| Some((digit, true));
    match character {
        '0'..='9' => Some((character as u8, false)),
        '零' | '〇' => chinese(b'0'),
        '一' | '幺' | '壹' => chinese(b'1'),
        '二' | '两' | '贰' => chinese(b'2'),
        '三' | '叁' => chinese(b'3'),
        '四' | '肆' => chinese(b'4'),
        '五' | '伍' => chinese(b'5'),
        '六' | '陆' => chinese(b'6'),
        '七' | '柒' => chinese(b'7'),
        '八' | '捌' => chinese(b'8'),
        '九' | '玖' => chinese(b'9'),
        _ => None,
    }
}

/// Whether a character can be part of the number of a house or a room.
pub(super) fn is_figure(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '十' | '百') || digit(character).is_some()
}

/// Digits of the shortest run that is looked at.
pub(super) const SHORTEST_RUN: usize = 5;
/// The same where some are Chinese numerals: shorter ones are figures of speech.
pub(super) const SHORTEST_CHINESE_RUN: usize = 7;

/// The runs of digits of a text.
pub(super) fn runs(text: &str, mut show: impl FnMut(&Run)) {
    let mut run = Run::default();
    let mut gap = 0;
    let mut chinese = 0;
    let mut end = |run: &mut Run, chinese: &mut usize| {
        let shortest = if *chinese == 0 { SHORTEST_RUN } else { SHORTEST_CHINESE_RUN };
        if run.digits.len() >= shortest {
            show(run);
        }
        run.digits.clear();
        run.spans.clear();
        *chinese = 0;
    };
    for (at, character) in text.char_indices() {
        let span = Span::new(at, at + character.len_utf8());
        if let Some((digit, is_chinese)) = digit(character) {
            run.digits.push(digit);
            run.spans.push(span);
            chinese += usize::from(is_chinese);
            gap = 0;
        } else if character == 'x'
            && run.digits.len() == 17
            && (gap == 0 || !text[span.end as usize..].starts_with(|next: char| next.is_ascii_alphanumeric()))
        {
            // The check character of an identity card.
            run.digits.push(b'x');
            run.spans.push(span);
            end(&mut run, &mut chinese);
        } else if is_between(character) && gap < MAX_BETWEEN && !run.digits.is_empty() {
            gap += 1;
        } else {
            end(&mut run, &mut chinese);
            gap = 0;
        }
    }
    end(&mut run, &mut chinese);
}

/// The digits with which a text begins, and the bytes that they take; signs may stand between them.
pub(super) fn leading_digits(text: &str) -> (String, usize) {
    let (mut digits, mut end, mut gap) = (String::new(), 0, 0);
    for (at, character) in text.char_indices() {
        if let Some((digit, _)) = digit(character) {
            digits.push(char::from(digit));
            (end, gap) = (at + character.len_utf8(), 0);
        } else if gap < MAX_BETWEEN && is_between(character) {
            gap += 1;
        } else {
            break;
        }
    }
    (digits, end)
}

/// The digits of a text, one after the other, whatever stands between them and however they are written.
pub fn digits(text: &str) -> String {
    text.chars().filter_map(digit).map(|(digit, _)| char::from(digit)).collect()
}

/// Shows what a run of digits is.
pub(super) fn numbers(text: &str, words: &EntityWords, run: &Run, show: &mut impl FnMut(Entity)) {
    let all = run.digits.as_slice();
    let before = &text[..run.start() as usize];
    // `letters`: so many bytes before the digits are part of the number, as the carrier's in SF1234567890.
    let mut entity = |kind, letters: usize, from: usize, to: usize| {
        let digits = all[from..to].iter().map(|&digit| char::from(digit));
        let value = before[before.len() - letters..].chars().chain(digits).collect();
        let start = run.spans[from].start - letters as u32;
        show(Entity { kind, span: Span { start, end: run.spans[to - 1].end }, value });
    };
    let tail = &before[before.char_indices().rev().nth(NAMED_WITHIN - 1).map_or(0, |(at, _)| at)..];
    // Where a word ends nearest to the number, and its length: 运单号 says more than the 单号 in it.
    let nearest = |word: &String| tail.rfind(word.as_str()).map(|at| (at + word.len(), word.len()));
    let named = |words: &[String]| words.iter().filter_map(nearest).max();
    // The word nearest to the number names it. A checksum says more than a word that stands elsewhere in the clause; one
    // number in ten has Luhn's by chance, which is too many against a word right before it.
    let (waybill, order, phone) = (named(&words.waybill), named(&words.order), named(&words.phone));
    let name = waybill.max(order);
    let names_it = |(end, _): (usize, usize)| words.is_between(tail[end..].trim_end_matches(is_letter));
    let has_checksum = is_id_card(all) || bank_card(all).is_some() && !name.is_some_and(names_it);
    let letters = before.len() - before.trim_end_matches(is_letter).len();
    if !has_checksum && name > phone {
        let kind = if waybill >= order { EntityKind::Waybill } else { EntityKind::Order };
        return entity(kind, letters, 0, all.len());
    }
    // Letters right before a number are part of it, as in SN13912345678, unless they say how to reach somebody.
    if letters > 0 && !words.reach(&before[before.len() - letters..]) {
        return;
    }
    // A run may hold several numbers side by side; each beginning at which one stands is tried.
    let mut at = 0;
    while at < all.len() {
        let rest = &all[at..];
        let found = if is_id_card(rest.get(..18).unwrap_or_default()) {
            Some((EntityKind::IdCard, 18))
        } else if let Some(length) = bank_card(rest) {
            Some((EntityKind::BankCard, length))
        } else if is_mobile(rest) && is_grouped(&run.spans[at..at + 11]) {
            Some((EntityKind::Mobile, 11))
        } else {
            None
        };
        let whole = at == 0 || run.spans[at - 1].end != run.spans[at].start;
        match found {
            // A number inside a longer unbroken one is none: order numbers hold anything. Nor is the number of a model.
            Some((kind, length))
                if whole
                    && !(kind == EntityKind::Mobile && is_model(&text[run.spans[at + length - 1].end as usize..]))
                    && run.spans.get(at + length).is_none_or(|next| next.start != run.spans[at + length - 1].end) =>
            {
                entity(kind, 0, at, at + length);
                at += length;
            }
            _ => {
                // On to the next part.
                let next = (at + 1..all.len()).find(|&next| run.spans[next - 1].end != run.spans[next].start);
                // A country code stands before a number without a gap as well.
                let coded = at == 0 && all.len() == 13 && all.starts_with(b"86") && is_mobile(&all[2..]);
                if coded {
                    return entity(EntityKind::Mobile, 0, 2, 13);
                }
                at = next.unwrap_or(all.len());
            }
        }
    }
    // An extension may stand after it, parted by a sign.
    let parted = (10..all.len()).rev().filter(|&end| run.spans[end - 1].end != run.spans[end].start);
    if let Some(end) = std::iter::once(all.len()).chain(parted).find(|&end| is_landline(&all[..end])) {
        entity(EntityKind::Landline, 0, 0, end);
    }
}

fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic()
}

/// Whether what follows a number makes it that of a model: a dash and one letter.
fn is_model(rest: &str) -> bool {
    let mut rest = rest.bytes();
    rest.next() == Some(b'-')
        && rest.next().is_some_and(|letter| letter.is_ascii_lowercase())
        && !rest.next().is_some_and(|next| next.is_ascii_lowercase())
}

fn is_mobile(digits: &[u8]) -> bool {
    digits.len() >= 11
        && digits[0] == b'1'
        && (b'3'..=b'9').contains(&digits[1])
        && digits[..11].iter().all(u8::is_ascii_digit)
}

/// Whether signs part the digits as people part a telephone number: into one at a time, two at a time, or with at least three
/// first. Dates and times begin with one or two.
fn is_grouped(digits: &[Span]) -> bool {
    let first = 1 + digits.windows(2).take_while(|pair| pair[0].end == pair[1].start).count();
    let parts: Vec<_> = digits.chunk_by(|digit, next| digit.end == next.start).map(<[Span]>::len).collect();
    let (_, all_but_last) = parts.split_last().unwrap_or((&0, &[]));
    first >= 3 || all_but_last.iter().all(|&length| length == first)
}

/// An area code of three or four digits and a number of seven or eight. The public numbers 400, 800, 95xxx have none.
fn is_landline(digits: &[u8]) -> bool {
    (10..=12).contains(&digits.len()) && digits[0] == b'0' && digits[1] != b'0' && digits.iter().all(u8::is_ascii_digit)
}

/// GB 11643-1999: a birthday, and a check character over weighted digits modulo 11.
fn is_id_card(characters: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10x98765432";
    let Some((body, check)) = characters.split_first_chunk::<17>() else { return false };
    if !body.iter().all(u8::is_ascii_digit) || check.len() != 1 {
        return false;
    }
    let number =
        |range: std::ops::Range<usize>| body[range].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let days = match number(10..12) {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 29,
        _ => 0,
    };
    let born = (1900..2100).contains(&number(6..10)) && (1..=days).contains(&number(12..14));
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    born && body[0] != b'0' && CHECKS[(sum % 11) as usize] == check[0]
}

/// The length of the bank card that begins here: those of `UnionPay` begin with 62 and have 16 to 19 digits, others with 4 or
/// 5 and have 16; Luhn's checksum holds.
fn bank_card(digits: &[u8]) -> Option<usize> {
    let lengths: &[usize] = match digits {
        [b'6', b'2', ..] => &[19, 18, 17, 16],
        [b'4', ..] | [b'5', b'1'..=b'5', ..] => &[16],
        _ => return None,
    };
    lengths.iter().copied().find(|&length| digits.len() == length && luhn_holds(&digits[..length]))
}

fn luhn_holds(digits: &[u8]) -> bool {
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let digit = u32::from(digit - b'0');
            if index % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}
