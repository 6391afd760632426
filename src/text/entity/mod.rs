//! Entities: numbers and addresses that mean a person or a way to reach one, found in folded text.
//!
//! Numbers are read in digits, with up to two signs between them (138-0013 8000), and in Chinese numerals (一三八…, 幺 for
//! one). What has a checksum is only taken where it holds.

mod address;
mod contact;
mod number;

use super::span::Span;
use address::addresses;
use contact::{emails, handles, urls};
pub use number::digits;
use number::{SHORTEST_CHINESE_RUN, SHORTEST_RUN, digit, is_figure, numbers, runs};

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
    /// Letters that may stand right before the digits of a telephone number: `tel`.
    pub reach: Vec<String>,
    /// Names of `WeChat`.
    pub wechat: Vec<String>,
    /// Names of QQ.
    pub qq: Vec<String>,
    /// How names of hosts end: `com`, `cn`.
    pub domains: Vec<String>,
    /// What may stand between such a name and a handle.
    pub between: Vec<char>,
    /// Signs of places, as 市 and 路.
    pub places: Vec<char>,
    /// Characters that the name of a place does not hold, and begins after: 送到杭州市.
    pub not_in_names: Vec<char>,
    /// Signs after a number within an address, as 号 and 室.
    pub units: Vec<char>,
}

impl EntityWords {
    /// Whether nothing stands in a text but what may stand between a name and its number.
    fn is_between(&self, text: &str) -> bool {
        text.chars().all(|one| one == ' ' || one.is_ascii_punctuation() || self.between.contains(&one))
    }

    /// Whether letters say how to reach somebody.
    fn reach(&self, letters: &str) -> bool {
        self.reach.iter().chain(&self.wechat).chain(&self.qq).any(|name| name == letters)
    }
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
            let figure = match digit(character) {
                Some((_, true)) => {
                    chinese += 1;
                    true
                }
                Some((_, false)) => {
                    plain += 1;
                    true
                }
                None => is_latin || is_figure(character),
            };
            // 88 号 as well as 88号.
            let figure = figure || (character == ' ' && after_figure);
            has_unit |= after_figure && !figure && units.contains(&character);
            after_figure = figure;
        }
        let has_run = plain >= SHORTEST_RUN || (chinese > 0 && plain + chinese >= SHORTEST_CHINESE_RUN);
        Self { has_run, has_latin, has_unit }
    }
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
        // The digits of a link are a part of it.
        let mut links: Vec<Span> = Vec::new();
        if glance.has_latin {
            urls(text, &words.domains, &mut |link: Entity| links.push(link.span));
        }
        let in_link = |at: u32| {
            let parted = text[..at as usize].ends_with([',', ';', ')', '!']);
            !parted && links.iter().any(|link| link.start <= at && at < link.end)
        };
        runs(text, |run| {
            if in_link(run.start()) {
                return;
            }
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
        urls(text, &words.domains, &mut show);
    }
    for kind in [EntityKind::WeChat, EntityKind::Qq] {
        if wants(kind) && (glance.has_latin || glance.has_run) {
            handles(text, kind, words, &mut show);
        }
    }
    if wants(EntityKind::Address) && glance.has_unit {
        addresses(text, words, &mut show);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> EntityWords {
        let list = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        EntityWords {
            waybill: list(&["运单", "运单号"]),
            order: list(&["订单", "单号"]),
            phone: list(&["电话"]),
            reach: list(&["tel"]),
            wechat: list(&["微信", "vx"]),
            qq: list(&["qq"]),
            domains: list(&["com", "cn"]),
            between: "号是".chars().collect(),
            places: "市区路".chars().collect(),
            not_in_names: "送到住在".chars().collect(),
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
            "138 - 0013 - 8000",
            "一三八、零零一三、八零零零",
            "+86 13800138000",
            "8613800138000",
            "tel13800138000",
            "1 3 8 0 0 1 3 8 0 0 0",
            "13 80 01 38 00 0",
        ] {
            assert_eq!(found(text), [(EntityKind::Mobile, "13800138000".to_owned())], "{text}");
        }
        assert_eq!(
            found("看https://example.com/a,13800138000")[0].0,
            EntityKind::Mobile,
            "a comma parts it from the link"
        );
        for text in [
            "138****8000",
            "1380013800",
            "订单号13800138000",
            "213800138000123",
            "一共一三八",
            "12800138000",
            "型号13800138000-a",
            "https://example.com/item?id=13800138000",
            "example.com/13800138000.html",
            "sn13800138000",
            "在13-8001-38000",
            "订单13800138000",
        ] {
            assert!(!found(text).iter().any(|(kind, _)| *kind == EntityKind::Mobile), "{text}");
        }
    }

    #[test]
    fn checksums_decide() {
        assert_eq!(found("身份证11010519491231002x")[0].0, EntityKind::IdCard);
        assert!(found("身份证110105194912310021").is_empty());
        assert_eq!(found("订单退到6222021234567894")[0].0, EntityKind::BankCard);
        assert_eq!(found("订单电话13800138000")[0].0, EntityKind::Mobile);
        assert_eq!(found("身份证110105 1949 1231 002 x"), [(EntityKind::IdCard, "11010519491231002x".to_owned())]);
        assert_eq!(found("单号是6222021234567894")[0].0, EntityKind::Order);
        assert_eq!(found("卡号6222 0212 3456 7894")[0].0, EntityKind::BankCard);
        assert!(found("卡号6222 0212 3456 7891").is_empty());
    }

    #[test]
    fn the_nearest_and_longest_word_names_a_number() {
        assert_eq!(found("运单号773012345678901")[0].0, EntityKind::Waybill);
        assert_eq!(found("运单号sf1234567890123"), [(EntityKind::Waybill, "sf1234567890123".to_owned())]);
        assert_eq!(found("运单查到了,单号773012345678901")[0].0, EntityKind::Order);
    }

    #[test]
    fn ways_to_reach_somebody() {
        assert_eq!(found("发到 a.b@mail.example.com。"), [(EntityKind::Email, "a.b@mail.example.com".to_owned())]);
        assert_eq!(found("微信号:abc_123456"), [(EntityKind::WeChat, "abc_123456".to_owned())]);
        for text in ["加qq 1234567", "加qq号1 2 3 4 5 6 7", "加qq一二三四五六七"] {
            assert_eq!(found(text), [(EntityKind::Qq, "1234567".to_owned())], "{text}");
        }
        for landline in ["座机010-62345678", "座机(010)6234 5678", "座机010 62345678转801", "010-62345678-801"] {
            assert_eq!(found(landline)[0], (EntityKind::Landline, "01062345678".to_owned()), "{landline}");
        }
        assert_eq!(found("看https://example.com/a?b=1 这里")[0].1, "https://example.com/a?b=1");
        assert_eq!(found("看shop.example.com/a,还有a.b@example.com")[1].1, "shop.example.com/a");
        assert!(found("用.com结尾,版本v2.0").is_empty());
        assert!(found("拨打400-820-8820或95533").is_empty());
    }

    #[test]
    fn an_address_has_a_number() {
        assert_eq!(found("送到杭州市西湖区文三路88号2栋可以吗")[0].0, EntityKind::Address);
        assert_eq!(
            found("住学府花园7栋2单元1103,离您家不远"),
            [(EntityKind::Address, "学府花园7栋2单元1103".to_owned())]
        );
        assert_eq!(found("在云杉小区十二栋九零四室")[0].1, "云杉小区十二栋九零四室");
        assert_eq!(found("送到石家庄市云杉路 88 号 2 栋 502 谢谢")[0].1, "石家庄市云杉路 88 号 2 栋 502");
        assert_eq!(found("送到杭州市文三路一百二十号")[0].1, "杭州市文三路一百二十号");
        assert!(found("杭州市西湖区的快递今天停运").is_empty());
        assert!(found("wx号 13800138000").iter().all(|(kind, _)| *kind != EntityKind::Address));
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
