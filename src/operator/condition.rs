//! Conditions over what other rules found and what the record says: `customer-complaint && meta.complaint_filed = false`.
//!
//! ```text
//! condition = and { "||" and }            and = not { "&&" not }          not = [ "!" ] atom
//! atom      = "(" condition ")" | N "of" "(" condition { "," condition } ")"
//!           | PLACE [ ("then" | "before" | "after" | "near") PLACE [ "within" N ("messages" | "s" | "m") ] ]
//!           | FIELD ("=" | "!=") VALUE | FIELD ".length" ("<" | ">") N | FIELD "~" "terms"
//! PLACE     = RULE [ "#" N ] [ "in" ("first" | "last") N "messages" ]
//! FIELD     = channel | shop | queue | team | source | tag | meta.KEY
//! ```
//! A word or a value with other signs than letters, digits, `-`, `_`, `/` and `.` stands in single quotes.

use crate::dictionary::nearest;

/// How deep conditions may nest.
const DEEPEST: usize = 32;

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// At least so many of these.
    Some(usize, Vec<Condition>),
    /// The rule found something there.
    Rule(Place),
    /// Both found something, no further apart than this.
    Pair {
        one: Place,
        order: Order,
        other: Place,
        within: Option<Distance>,
    },
    /// A field has this value, or has not.
    Is {
        field: Field,
        value: String,
        equal: bool,
    },
    /// A field has fewer characters than this, or more.
    Length {
        field: Field,
        limit: usize,
        below: bool,
    },
    /// A field consists of one of the rule's terms.
    IsTerm(Field),
}

/// What a rule found, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) rule: String,
    /// Only its so-manieth finding, from 1.
    pub(super) nth: Option<usize>,
    /// Only what stands so near to an end.
    pub(super) stretch: Option<Stretch>,
}

/// So many messages of a speaker, from the beginning or from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch {
    First(usize),
    Last(usize),
}

/// How the one finding of a pair stands to the other; in the same message, each of these holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Not after it.
    Before,
    /// Not before it.
    After,
    /// On either side of it.
    Near,
}

/// How far apart two findings may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Distance {
    Messages(u32),
    Millis(i64),
}

/// What the record says beside its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Channel,
    Shop,
    Queue,
    Team,
    Source,
    Tag,
    Meta(String),
}

impl Condition {
    /// Reads a condition. The error says what was expected, and after which character.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
        let condition = parser.any()?;
        match parser.peek() {
            None => Ok(condition),
            Some(token) => Err(format!("`{token}` is not expected here; join conditions by && or ||")),
        }
    }

    /// Whether it compares a field with the rule's terms.
    pub(super) fn asks_for_terms(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::Some(_, parts) => parts.iter().any(Self::asks_for_terms),
            Self::Not(part) => part.asks_for_terms(),
            Self::IsTerm(_) => true,
            Self::Rule(_) | Self::Pair { .. } | Self::Is { .. } | Self::Length { .. } => false,
        }
    }

    /// Shows the ids of the rules it builds on, in the order written.
    pub(super) fn rules(&self, show: &mut impl FnMut(&str)) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::Some(_, parts) => {
                for part in parts {
                    part.rules(show);
                }
            }
            Self::Not(part) => part.rules(show),
            Self::Rule(place) => show(&place.rule),
            Self::Pair { one, other, .. } => {
                show(&one.rule);
                show(&other.rule);
            }
            Self::Is { .. } | Self::Length { .. } | Self::IsTerm(_) => {}
        }
    }
}

fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let signs = ["&&", "||", "!=", "!", "(", ")", ",", "=", "<", ">", "~", "#"];
        let length = if let Some(sign) = signs.iter().find(|sign| rest.starts_with(**sign)) {
            sign.len()
        } else if first == '\'' {
            2 + rest[1..].find('\'').ok_or("a quoted value is not closed; end it with '")?
        } else {
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("`{first}` means nothing here; put values with such signs into single quotes"));
            }
            end
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Parser<'t> {
    tokens: &'t [String],
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn takes(&mut self, token: &str) -> bool {
        let is_there = self.peek() == Some(token);
        self.at += usize::from(is_there);
        is_there
    }

    fn take(&mut self, token: &str) -> Result<(), String> {
        if self.takes(token) { Ok(()) } else { Err(format!("`{token}` is expected {}", self.place())) }
    }

    fn place(&self) -> String {
        match self.peek() {
            Some(token) => format!("before `{token}`"),
            None => "at the end".to_owned(),
        }
    }

    fn word(&mut self, what: &str) -> Result<&'t str, String> {
        let is_word = |token: &&str| token.starts_with(|c: char| c.is_alphanumeric() || c == '\'');
        let Some(word) = self.peek().filter(is_word) else {
            return Err(format!("{what} is expected {}", self.place()));
        };
        self.at += 1;
        Ok(word.trim_matches('\''))
    }

    fn number(&mut self, what: &str) -> Result<usize, String> {
        let word = self.word(what)?;
        word.parse().map_err(|_| format!("{what} is expected in place of `{word}`"))
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.all()?];
        while self.takes("||") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.not()?];
        while self.takes("&&") {
            parts.push(self.not()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn not(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("conditions may nest {DEEPEST} deep"));
        }
        let made = if self.takes("!") { Condition::Not(Box::new(self.not()?)) } else { self.atom()? };
        self.depth -= 1;
        Ok(made)
    }

    fn atom(&mut self) -> Result<Condition, String> {
        if self.takes("(") {
            let inside = self.any()?;
            self.take(")")?;
            return Ok(inside);
        }
        let word = self.word("a rule, a field or a condition in brackets")?;
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.some(word);
        }
        let (name, is_length) = word.strip_suffix(".length").map_or((word, false), |name| (name, true));
        match field(name) {
            Some(field) if is_length => {
                let below = self.takes("<");
                if !below {
                    self.take(">")?;
                }
                Ok(Condition::Length { field, limit: self.number("a number of characters")?, below })
            }
            Some(field) if self.takes("~") => self.take("terms").map(|()| Condition::IsTerm(field)),
            Some(field) => {
                let equal = !self.takes("!=");
                if equal {
                    self.take("=")?;
                }
                Ok(Condition::Is { field, value: self.word("a value")?.to_owned(), equal })
            }
            None if matches!(self.peek(), Some("=" | "!=" | "<" | ">" | "~")) => Err(unknown_field(name)),
            None => self.rule(word),
        }
    }

    /// `N of (…)`, after the number.
    fn some(&mut self, least: &str) -> Result<Condition, String> {
        self.take("of")?;
        self.take("(")?;
        let mut parts = vec![self.any()?];
        while self.takes(",") {
            parts.push(self.any()?);
        }
        self.take(")")?;
        match least.parse() {
            Ok(count) if (1..=parts.len()).contains(&count) => Ok(Condition::Some(count, parts)),
            _ => Err(format!("`{least} of` {} conditions says nothing; write 1 to {0}", parts.len())),
        }
    }

    fn rule(&mut self, one: &str) -> Result<Condition, String> {
        let one = self.rest_of_place(one)?;
        let order = if self.takes("then") || self.takes("before") {
            Order::Before
        } else if self.takes("after") {
            Order::After
        } else if self.takes("near") {
            Order::Near
        } else {
            return Ok(Condition::Rule(one));
        };
        let other = self.word("a rule")?;
        let other = self.rest_of_place(other)?;
        let within = if self.takes("within") { Some(self.distance()?) } else { None };
        Ok(Condition::Pair { one, order, other, within })
    }

    /// A place, after its rule.
    fn rest_of_place(&mut self, rule: &str) -> Result<Place, String> {
        let nth = if self.takes("#") { Some(self.count("a number such as `#2`")?) } else { None };
        let stretch = if self.takes("in") {
            const WHAT: &str = "`first 3 messages` or `last 3 messages`";
            let is_first = self.takes("first");
            if !is_first && !self.takes("last") {
                return Err(format!("{WHAT} is expected {}", self.place()));
            }
            let count = self.count(WHAT)?;
            self.take("messages")?;
            Some(if is_first { Stretch::First(count) } else { Stretch::Last(count) })
        } else {
            None
        };
        Ok(Place { rule: rule.to_owned(), nth, stretch })
    }

    /// A number from 1.
    fn count(&mut self, what: &str) -> Result<usize, String> {
        match self.number(what)? {
            0 => Err(format!("{what} is expected in place of `0`; it is counted from 1")),
            count => Ok(count),
        }
    }

    fn distance(&mut self) -> Result<Distance, String> {
        const WHAT: &str = "a distance such as `3 messages`, `30s` or `5m`";
        let word = self.word(WHAT)?;
        let (figure, unit) = match (word.strip_suffix('s'), word.strip_suffix('m')) {
            (Some(seconds), _) => (seconds, Some(1_000)),
            (_, Some(minutes)) => (minutes, Some(60_000)),
            _ => (word, None),
        };
        let figure = figure.parse::<u32>().ok().filter(|&figure| figure > 0);
        let Some(figure) = figure else { return Err(format!("{WHAT} is expected in place of `{word}`")) };
        Ok(if let Some(unit) = unit {
            Distance::Millis(i64::from(figure) * unit)
        } else {
            self.take("messages")?;
            Distance::Messages(figure)
        })
    }
}

/// What conditions call the fields of a record; any key may stand for `KEY`.
const FIELDS: [&str; 7] = ["channel", "shop", "queue", "team", "source", "tag", "meta.KEY"];

/// What is wrong where something is compared that is no field.
fn unknown_field(name: &str) -> String {
    match nearest(name, FIELDS) {
        Some(field) => format!("there is no field `{name}`, did you mean `{field}`?"),
        None => format!("there is no field `{name}`; known are {}", FIELDS.join(", ")),
    }
}

fn field(name: &str) -> Option<Field> {
    Some(match name {
        "channel" => Field::Channel,
        "shop" => Field::Shop,
        "queue" => Field::Queue,
        "team" => Field::Team,
        "source" => Field::Source,
        "tag" => Field::Tag,
        _ => Field::Meta(name.strip_prefix("meta.")?.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str) -> Place {
        Place { rule: id.to_owned(), nth: None, stretch: None }
    }

    fn rule(id: &str) -> Condition {
        Condition::Rule(place(id))
    }

    #[test]
    fn and_binds_closer_than_or_and_brackets_closest() {
        let read = Condition::parse("a && (b || !c) || d").unwrap();
        let inner = Condition::Any(vec![rule("b"), Condition::Not(Box::new(rule("c")))]);
        assert_eq!(read, Condition::Any(vec![Condition::All(vec![rule("a"), inner]), rule("d")]));
    }

    #[test]
    fn every_atom_is_read() {
        let pair = |one, order, other, within| Condition::Pair { one: place(one), order, other: place(other), within };
        let within = |within| pair("a", Order::Before, "b", within);
        assert_eq!(Condition::parse("a then b").unwrap(), within(None));
        assert_eq!(Condition::parse("a then b within 3 messages").unwrap(), within(Some(Distance::Messages(3))));
        assert_eq!(Condition::parse("a then b within 5m").unwrap(), within(Some(Distance::Millis(300_000))));
        let three = Some(Distance::Messages(3));
        assert_eq!(Condition::parse("a before b within 3 messages").unwrap(), within(three));
        assert_eq!(Condition::parse("b after a within 3 messages").unwrap(), pair("b", Order::After, "a", three));
        assert_eq!(
            Condition::parse("a#2 in last 3 messages").unwrap(),
            Condition::Rule(Place { nth: Some(2), stretch: Some(Stretch::Last(3)), ..place("a") })
        );
        let late = Place { stretch: Some(Stretch::First(1)), ..place("b") };
        assert_eq!(
            Condition::parse("a#2 near b in first 1 messages").unwrap(),
            Condition::Pair {
                one: Place { nth: Some(2), ..place("a") },
                order: Order::Near,
                other: late,
                within: None
            }
        );
        assert_eq!(
            Condition::parse("2 of (a, b, sop/c)").unwrap(),
            Condition::Some(2, vec![rule("a"), rule("b"), rule("sop/c")])
        );
        let filed = Field::Meta("complaint_filed".into());
        assert_eq!(
            Condition::parse("meta.complaint_filed = false").unwrap(),
            Condition::Is { field: filed, value: "false".into(), equal: true }
        );
        assert_eq!(
            Condition::parse("tag != '大客户 A'").unwrap(),
            Condition::Is { field: Field::Tag, value: "大客户 A".into(), equal: false }
        );
        let note = || Field::Meta("note".into());
        assert_eq!(
            Condition::parse("meta.note.length < 10").unwrap(),
            Condition::Length { field: note(), limit: 10, below: true }
        );
        assert_eq!(Condition::parse("meta.note ~ terms").unwrap(), Condition::IsTerm(note()));
    }

    #[test]
    fn a_field_that_is_not_there_is_named_with_its_nearest() {
        let said = |text: &str| Condition::parse(text).unwrap_err();
        assert_eq!(said("chanel = 'web'"), "there is no field `chanel`, did you mean `channel`?");
        assert_eq!(said("a && Team != b"), "there is no field `Team`, did you mean `team`?");
        assert_eq!(said("tagg.length > 3"), "there is no field `tagg`, did you mean `tag`?");
        assert_eq!(
            said("agent_name ~ terms"),
            "there is no field `agent_name`; known are channel, shop, queue, team, source, tag, meta.KEY"
        );
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in [
            "",
            "a &&",
            "a b",
            "(a",
            "2 of a",
            "channel",
            "channel = ",
            "a then",
            "a then b within",
            "a then b within 0 messages",
            "a then b within 0s",
            "a then b within 0m",
            "'a",
            "a & b",
            "meta.x.length = 3",
            "0 of (a, b)",
            "3 of (a, b)",
            "99999999999999999999 of (a, b)",
            "a#0",
            "a#b",
            "a in 3 messages",
            "a in first 0 messages",
            "a in last 3",
        ] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
        assert!(Condition::parse(&"!".repeat(100)).is_err());
        assert!(Condition::parse(&"(".repeat(100_000)).is_err());
    }
}
