//! Entities: numbers and addresses that mean a person or a way to reach one, found in folded text.
//!
//! Numbers are read in digits, with up to two signs between them (138-0013 8000), and in Chinese numerals (一三八…, 幺 for
//! one). What has a checksum is only taken where it holds.

use super::span::Span;

/// What is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// A mobile number of mainland China.
    Mobile,
    /// A landline number with its area code.
    Landline,
    /// A resident identity card (GB 11643): 18 characters whose checksum holds.
    IdCard,
    /// A bank card: 16 to 19 digits with a known beginning, whose Luhn checksum holds.
    BankCard,
    /// An e-mail address.
    Email,
    /// An address on the web.
    Url,
    /// A handle after the name of `WeChat`.
    WeChat,
    /// A number after QQ's name.
    Qq,
    /// A number after the word for an order.
    Order,
    /// A number after the word for a waybill.
    Waybill,
    /// A street address.
    Address,
}

impl EntityKind {
    /// Every one.
    pub const ALL: [Self; 11] = [
        Self::Mobile,
        Self::Landline,
        Self::IdCard,
        Self::BankCard,
        Self::Email,
        Self::Url,
        Self::WeChat,
        Self::Qq,
        Self::Order,
        Self::Waybill,
        Self::Address,
    ];

    /// The word of the parameter `entities`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Landline => "landline",
            Self::IdCard => "id-card",
            Self::BankCard => "bank-card",
            Self::Email => "email",
            Self::Url => "url",
            Self::WeChat => "wechat",
            Self::Qq => "qq",
            Self::Order => "order",
            Self::Waybill => "waybill",
            Self::Address => "address",
        }
    }

    /// Reads the word of the parameter.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The folded words by which numbers and addresses are told apart.
#[derive(Debug, Clone, Default)]
pub struct EntityWords {
    /// What stands before a waybill number.
    pub waybill: Vec<String>,
    /// What stands before an order number.
    pub order: Vec<String>,
    /// What stands before a telephone number.
    pub phone: Vec<String>,
    /// Names of `WeChat`.
    pub wechat: Vec<String>,
    /// Names of QQ.
    pub qq: Vec<String>,
    /// What may stand between such a name and a handle.
    pub between: Vec<char>,
    /// Signs of places, as 市 and 路.
    pub places: Vec<char>,
    /// Signs after a number within an address, as 号 and 室.
    pub units: Vec<char>,
}

/// An entity in a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where.
    pub span: Span,
    /// Without what stands between its signs: for numbers the digits.
    pub value: String,
}

/// How many characters before a number say what number it is.
const NAMED_WITHIN: usize = 12;

/// A run of digits, and the bytes of each.
#[derive(Debug, Default)]
struct Run {
    digits: Vec<u8>,
    spans: Vec<Span>,
}

/// The digit that a character of a folded text stands for, and whether it is a Chinese numeral.
fn digit(character: char) -> Option<(u8, bool)> {
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

/// Digits of the shortest run that is looked at.
const SHORTEST_RUN: usize = 5;
/// The same where some are Chinese numerals: shorter ones are figures of speech.
const SHORTEST_CHINESE_RUN: usize = 7;

/// What one pass over a text tells.
#[derive(Debug, Clone, Copy)]
struct Glance {
    /// Whether there are digits enough for a run.
    has_run: bool,
    has_latin: bool,
    /// Whether a unit stands right after a figure, as in each address.
    has_unit: bool,
}

impl Glance {
    fn at(text: &str, units: &[char]) -> Self {
        let (mut plain, mut chinese) = (0, 0);
        let (mut has_latin, mut has_unit, mut after_figure) = (false, false, false);
        for character in text.chars() {
            let is_latin = character.is_ascii_alphabetic();
            has_latin |= is_latin;
            let is_figure = match digit(character) {
                Some((_, true)) => {
                    chinese += 1;
                    true
                }
                Some((_, false)) => {
                    plain += 1;
                    true
                }
                None => is_latin,
            };
            has_unit |= after_figure && !is_figure && units.contains(&character);
            after_figure = is_figure;
        }
        let has_run = plain >= SHORTEST_RUN || (chinese > 0 && plain + chinese >= SHORTEST_CHINESE_RUN);
        Self { has_run, has_latin, has_unit }
    }
}

/// The runs of digits of a text.
fn runs(text: &str, mut show: impl FnMut(&Run)) {
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
        } else if character == 'x' && run.digits.len() == 17 && gap == 0 {
            // The check character of an identity card.
            run.digits.push(b'x');
            run.spans.push(span);
            end(&mut run, &mut chinese);
        } else if matches!(character, ' ' | '-' | '—' | '_' | '·' | '.' | ',') && gap < 2 && !run.digits.is_empty() {
            gap += 1;
        } else {
            end(&mut run, &mut chinese);
            gap = 0;
        }
    }
    end(&mut run, &mut chinese);
}

/// Shows every entity of these kinds in a folded text.
pub fn entities(text: &str, words: &EntityWords, kinds: &[EntityKind], mut show: impl FnMut(Entity)) {
    let wants = |kind: EntityKind| kinds.contains(&kind);
    // Nearly all messages hold nothing, and a quick look tells for each kind.
    let glance = Glance::at(text, &words.units);
    let is_number = |kind: &EntityKind| {
        use EntityKind::{BankCard, IdCard, Landline, Mobile, Order, Waybill};
        matches!(kind, Mobile | Landline | IdCard | BankCard | Order | Waybill)
    };
    if glance.has_run && kinds.iter().any(is_number) {
        runs(text, |run| {
            numbers(text, words, run, &mut |entity: Entity| {
                if wants(entity.kind) {
                    show(entity);
                }
            });
        });
    }
    if wants(EntityKind::Email) && text.contains('@') {
        emails(text, &mut show);
    }
    if wants(EntityKind::Url) && glance.has_latin {
        urls(text, &mut show);
    }
    for (kind, names) in [(EntityKind::WeChat, &words.wechat), (EntityKind::Qq, &words.qq)] {
        if wants(kind) && (glance.has_latin || glance.has_run) {
            handles(text, kind, names, &words.between, &mut show);
        }
    }
    if wants(EntityKind::Address) && glance.has_unit {
        addresses(text, words, &mut show);
    }
}

/// The digits of a text, one after the other, whatever stands between them and however they are written.
pub fn digits(text: &str) -> String {
    text.chars().filter_map(digit).map(|(digit, _)| char::from(digit)).collect()
}

/// Shows what a run of digits is.
fn numbers(text: &str, words: &EntityWords, run: &Run, show: &mut impl FnMut(Entity)) {
    let all = run.digits.as_slice();
    let mut entity = |kind, from: usize, to: usize| {
        let value = all[from..to].iter().map(|&digit| char::from(digit)).collect();
        show(Entity { kind, span: Span { start: run.spans[from].start, end: run.spans[to - 1].end }, value });
    };
    let before = &text[..run.spans[0].start as usize];
    let tail = &before[before.char_indices().rev().nth(NAMED_WITHIN - 1).map_or(0, |(at, _)| at)..];
    let named = |words: &[String]| words.iter().filter_map(|word| tail.rfind(word.as_str())).max();
    // The word nearest to the number names it; a checksum that holds says more than any word.
    let (waybill, order, phone) = (named(&words.waybill), named(&words.order), named(&words.phone));
    let has_checksum = is_id_card(all) || bank_card(all).is_some();
    if !has_checksum && waybill.max(order) > phone {
        let kind = if waybill >= order { EntityKind::Waybill } else { EntityKind::Order };
        return entity(kind, 0, all.len());
    }
    // A run may hold several numbers side by side; each beginning at which one stands is tried.
    let mut at = 0;
    while at < all.len() {
        let rest = &all[at..];
        let found = if is_id_card(rest.get(..18).unwrap_or_default()) {
            Some((EntityKind::IdCard, 18))
        } else if let Some(length) = bank_card(rest) {
            Some((EntityKind::BankCard, length))
        } else if is_mobile(rest) {
            Some((EntityKind::Mobile, 11))
        } else {
            None
        };
        let whole = at == 0 || run.spans[at - 1].end != run.spans[at].start;
        match found {
            // A number inside a longer unbroken one is none: order numbers hold anything.
            Some((kind, length))
                if whole
                    && run.spans.get(at + length).is_none_or(|next| next.start != run.spans[at + length - 1].end) =>
            {
                entity(kind, at, at + length);
                at += length;
            }
            _ => {
                // On to the next part.
                let next = (at + 1..all.len()).find(|&next| run.spans[next - 1].end != run.spans[next].start);
                // A country code stands before a number without a gap as well.
                let coded = at == 0 && all.len() == 13 && all.starts_with(b"86") && is_mobile(&all[2..]);
                if coded {
                    return entity(EntityKind::Mobile, 2, 13);
                }
                at = next.unwrap_or(all.len());
            }
        }
    }
    if is_landline(all) {
        entity(EntityKind::Landline, 0, all.len());
    }
}

fn is_mobile(digits: &[u8]) -> bool {
    digits.len() >= 11
        && digits[0] == b'1'
        && (b'3'..=b'9').contains(&digits[1])
        && digits[..11].iter().all(u8::is_ascii_digit)
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

fn is_address_sign(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '+')
}

fn emails(text: &str, show: &mut impl FnMut(Entity)) {
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

fn urls(text: &str, show: &mut impl FnMut(Entity)) {
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
fn handles(text: &str, kind: EntityKind, names: &[String], between: &[char], show: &mut impl FnMut(Entity)) {
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

/// An address names two places and a number within them (…市…路 88 号), or two numbers within one (…小区 3 栋 502 室), the
/// last of which may be a bare room number (…花园 3 栋 2 单元 502).
fn addresses(text: &str, words: &EntityWords, show: &mut impl FnMut(Entity)) {
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
    /// A room number has at least so many digits.
    const ROOM: usize = 3;
    let (mut places, mut numbered, mut rooms) = (0, 0, 0);
    let (mut first, mut end) = (None, 0);
    // The digits that stand right before the character: how many, and where they begin.
    let mut figure = (0, 0);
    // How many characters stand between the last numbered unit and here: 2 单|元|1103.
    let mut since_unit = usize::MAX;
    let is_figure = |c: char| c.is_ascii_alphanumeric() || digit(c).is_some();
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
        if figure.0 >= ROOM && since_unit <= 1 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> EntityWords {
        let list = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        EntityWords {
            waybill: list(&["运单"]),
            order: list(&["订单"]),
            phone: list(&["电话"]),
            wechat: list(&["微信"]),
            qq: list(&["qq"]),
            between: "号是".chars().collect(),
            places: "市区路".chars().collect(),
            units: "号栋单室".chars().collect(),
        }
    }

    fn found(text: &str) -> Vec<(EntityKind, String)> {
        let mut found = Vec::new();
        entities(text, &words(), &EntityKind::ALL, |entity| found.push((entity.kind, entity.value)));
        found
    }

    #[test]
    fn mobile_numbers_are_read_in_every_spelling() {
        for text in [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "电话幺三八零零幺三八零零零",
            "壹叁捌零零壹叁捌零零零",
            "138.0013.8000",
            "+86 13800138000",
            "8613800138000",
        ] {
            assert_eq!(found(text), [(EntityKind::Mobile, "13800138000".to_owned())], "{text}");
        }
        for text in ["138****8000", "1380013800", "订单号13800138000", "213800138000123", "一共一三八", "12800138000"]
        {
            assert!(!found(text).iter().any(|(kind, _)| *kind == EntityKind::Mobile), "{text}");
        }
    }

    #[test]
    fn checksums_decide() {
        assert_eq!(found("身份证11010519491231002x")[0].0, EntityKind::IdCard);
        assert!(found("身份证110105194912310021").is_empty());
        assert_eq!(found("订单退到6222021234567894")[0].0, EntityKind::BankCard);
        assert_eq!(found("订单电话13800138000")[0].0, EntityKind::Mobile);
        assert_eq!(found("卡号6222 0212 3456 7894")[0].0, EntityKind::BankCard);
        assert!(found("卡号6222 0212 3456 7891").is_empty());
    }

    #[test]
    fn ways_to_reach_somebody() {
        assert_eq!(found("发到 a.b@mail.example.com。"), [(EntityKind::Email, "a.b@mail.example.com".to_owned())]);
        assert_eq!(found("微信号:abc_123456"), [(EntityKind::WeChat, "abc_123456".to_owned())]);
        assert_eq!(found("加qq 1234567"), [(EntityKind::Qq, "1234567".to_owned())]);
        assert_eq!(found("座机010-62345678")[0].0, EntityKind::Landline);
        assert_eq!(found("看https://example.com/a?b=1 这里")[0].1, "https://example.com/a?b=1");
        assert!(found("拨打400-820-8820或95533").is_empty());
    }

    #[test]
    fn an_address_has_a_number() {
        assert_eq!(found("送到杭州市西湖区文三路88号2栋可以吗")[0].0, EntityKind::Address);
        assert_eq!(found("住学府花园7栋2单元1103,离您家不远"), [(EntityKind::Address, "花园7栋2单元1103".to_owned())]);
        assert_eq!(found("在云杉小区十二栋九零四室")[0].1, "杉小区十二栋九零四室");
        assert!(found("杭州市西湖区的快递今天停运").is_empty());
        assert!(found("小区3号快递费用100").is_empty() && found("七号八号九号都可以").is_empty());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4_000))]
        #[test]
        fn spans_are_inside_the_text_and_at_characters(text in "[0-9x一幺三八零@.a-z微信q路市区号栋 -]{0,60}") {
            entities(&text, &words(), &EntityKind::ALL, |entity| {
                assert!(text.get(entity.span.range()).is_some_and(|quote| !quote.is_empty()), "{entity:?}");
            });
        }
    }
}
