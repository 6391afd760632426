//! Line templates: how a line of a chat export tells who spoke and when.
//!
//! `{speaker} ({time}):` matches `小柚 (2018-03-05 10:00:12)：`. A blank stands for any run of blanks, and beside a sign for none as
//! well; ASCII signs stand for their wide forms too. What follows the line belongs to the message until another line matches.

use std::fmt;

use jiff::civil::Date;
use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;

use crate::conversation::written_time::{DayOrder, day_of, day_shape, shape, time_of};

use super::field::{Field, field_of};
use super::line::{Head, HeadTime, Line, Who};
use super::template_error::TemplateError;
/// Characters of a template.
const LONGEST: usize = 200;

/// So many bytes of a line are looked at for a head; names, times and signs need far less.
const LONGEST_HEAD: usize = 1_024;

/// A line template.
#[derive(Clone)]
pub struct Template {
    written: String,
    regex: Regex,
    fields: Vec<Field>,
    order: Option<DayOrder>,
}

impl Template {
    /// Reads a template.
    pub fn parse(written: &str) -> Result<Template, TemplateError> {
        let template = || written.chars().take(LONGEST).collect::<String>();
        let written = written.trim();
        if written.is_empty() || written.chars().count() > LONGEST {
            return Err(TemplateError::Length { template: template() });
        }
        let mut expression = String::from(r"^\s*");
        let (mut fields, mut order): (Vec<Field>, _) = (Vec::new(), None);
        let mut previous: Option<Field> = None;
        let mut rest = written;
        while let Some(first) = rest.chars().next() {
            if fields.last() == Some(&Field::Text) {
                return Err(TemplateError::TextNotLast { template: template() });
            }
            if first != '{' {
                let end = rest.find('{').unwrap_or(rest.len());
                push_literal(&mut expression, &rest[..end]);
                rest = &rest[end..];
                previous = None;
                continue;
            }
            let end = rest.find('}').ok_or_else(|| TemplateError::OpenBrace { template: template() })?;
            let (field, told) = field_of(&rest[1..end]).ok_or_else(|| TemplateError::UnknownField {
                template: template(),
                field: rest[1..end].chars().take(32).collect(),
            })?;
            order = order.or(told);
            if field != Field::Anything && fields.contains(&field) {
                return Err(TemplateError::Twice { template: template(), field: field.word() });
            }
            let is_shaped = |field: Field| matches!(field, Field::Time | Field::Day);
            if let Some(one) = previous
                && !is_shaped(one)
                && !is_shaped(field)
            {
                return Err(TemplateError::Adjacent { template: template(), one: one.word(), next: field.word() });
            }
            match field {
                Field::Time => expression.push_str(&shape(told)),
                Field::Day => expression.push_str(&day_shape()),
                Field::Text => {}
                Field::Anything => expression.push_str(field.expression()),
                _ => expression.extend(["(?<", field.word(), ">", field.expression(), ")"]),
            }
            fields.push(field);
            previous = Some(field);
            rest = &rest[end + 1..];
        }
        if !fields.contains(&Field::Text) {
            expression.push_str(r"\s*$");
        }
        let has = |field| fields.contains(&field);
        let speaks = has(Field::Speaker) || has(Field::Agent) || has(Field::Customer) || has(Field::Role);
        if (has(Field::Time) || has(Field::Text)) && !speaks {
            return Err(TemplateError::NobodySpeaks { template: template() });
        }
        let regex = Regex::new(&expression).map_err(|_| TemplateError::Length { template: template() })?;
        Ok(Template { written: written.to_owned(), regex, fields, order })
    }

    /// As it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether it is the head of a message that tells no time: then only a speaker who is known begins one, since any line may have
    /// a colon.
    pub(crate) fn is_timeless(&self) -> bool {
        !self.fields.contains(&Field::Time)
    }

    /// Whether it is the head of a message.
    pub(crate) fn begins_messages(&self) -> bool {
        // A customer alone heads a conversation.
        let heads = [Field::Time, Field::Text, Field::Speaker, Field::Agent, Field::Role];
        heads.iter().any(|field| self.fields.contains(field))
    }

    /// Whether it tells agents from others by how their names look.
    pub(crate) fn names_agents(&self) -> bool {
        self.fields.contains(&Field::Agent)
    }

    /// Whether conversations have ids here.
    pub(crate) fn tells_conversations(&self) -> bool {
        self.fields.contains(&Field::Conversation)
    }

    /// What a line is by this template. `day`: that of times which tell none.
    pub(crate) fn read<'t>(&self, line: &'t str, day: Option<Date>) -> Option<Line<'t>> {
        let has_text = self.fields.contains(&Field::Text);
        let head = match line.len() {
            0..=LONGEST_HEAD => line,
            _ if has_text => &line[..line.floor_char_boundary(LONGEST_HEAD)],
            _ => return None,
        };
        let mut captures = self.regex.create_captures();
        self.regex.captures(head, &mut captures);
        let whole = captures.get_match()?;
        let field = |field: Field| captures.get_group_by_name(field.word()).and_then(|span| head.get(span.range()));
        if !self.is_timeless()
            && is_torn(&captures, head, field(Field::Speaker).or(field(Field::Agent)).or(field(Field::Customer)))
        {
            return None;
        }
        let text = has_text.then(|| &line[whole.end()..]);
        let is_message = self.begins_messages();
        let named = || {
            let speaker = field(Field::Speaker).map(Who::Speaker);
            let agent = || field(Field::Agent).map(Who::Agent);
            speaker.or_else(agent).or_else(|| field(Field::Customer).map(Who::Customer))
        };
        let who = match (field(Field::Role), named()) {
            (Some(role), name) => Some(Who::Role(role, name.map(Who::name))),
            (None, name) => name,
        };
        let (conversation, shop) = (field(Field::Conversation), field(Field::Shop));
        Some(match who {
            Some(who) if is_message => {
                let time = self.time(&captures, head, day);
                Line::Head(Head { who, account: field(Field::Account), shop, conversation, time, text })
            }
            _ if conversation.is_some() || field(Field::Customer).is_some() => {
                Line::Conversation { id: conversation, customer: field(Field::Customer), shop }
            }
            _ if self.fields.contains(&Field::Day) => Line::Day(day_of(&captures, head)?),
            _ => Line::Aside,
        })
    }

    fn time<'t>(&self, captures: &Captures, head: &'t str, day: Option<Date>) -> HeadTime<'t> {
        if self.is_timeless() {
            return HeadTime::None;
        }
        // A day on the line itself is that of its time.
        let day = if self.fields.contains(&Field::Day) { day_of(captures, head) } else { day };
        let at = captures.get_group_by_name("hour").and_then(|span| head.get(span.start..));
        time_of(captures, head, self.order, day).map_or(HeadTime::Bad(at.unwrap_or_default()), HeadTime::At)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Template").field(&self.written).finish()
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Template) -> bool {
        self.written == other.written
    }
}

/// Whether a part of the time was taken for something else: its seconds for text, or its day for the end of a name.
fn is_torn(captures: &Captures, head: &str, name: Option<&str>) -> bool {
    let group = |name: &str| captures.get_group_by_name(name);
    let behind = group("minute").and_then(|minute| head.get(minute.end..)).unwrap_or_default();
    let mut behind = behind.trim_start().chars();
    let seconds = matches!(behind.next(), Some(':' | '：')) && behind.next().is_some_and(|next| next.is_ascii_digit());
    let has_day = ["year", "last", "only_month"].iter().any(|part| group(part).is_some());
    let mut end = name.unwrap_or_default().chars().rev();
    let day = matches!(end.next(), Some('0'..='9' | '日' | '号'))
        && end.take(3).any(|sign| matches!(sign, '-' | '/' | '.' | '月'));
    (group("second").is_none() && seconds) || (!has_day && day)
}

/// What stands between fields: blanks beside a sign may be missing, and signs may be wide.
fn push_literal(expression: &mut String, literal: &str) {
    let is_sign = |letter: char| !letter.is_alphanumeric() && !letter.is_whitespace();
    let mut blank = false;
    for letter in literal.chars() {
        if letter.is_whitespace() {
            blank = true;
            continue;
        }
        if is_sign(letter) {
            expression.push_str(r"\s*");
        } else if blank {
            expression.push_str(r"\s+");
        }
        blank = false;
        let plain = letter.to_string();
        let wide = char::from_u32(u32::from(letter) + 0xFEE0).filter(|_| letter.is_ascii_graphic());
        let plain = regex_syntax::escape(&plain);
        match wide {
            Some(wide) => expression.extend(["(?:", &plain, "|", wide.encode_utf8(&mut [0; 4]), ")"]),
            None => expression.push_str(&plain),
        }
        if is_sign(letter) {
            expression.push_str(r"\s*");
        }
    }
    let after_sign = literal.trim_end().chars().next_back().is_some_and(is_sign);
    if blank && !after_sign {
        expression.push_str(r"\s+");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(written: &str) -> Template {
        Template::parse(written).unwrap()
    }

    fn head<'t>(template: &Template, line: &'t str) -> Option<Head<'t>> {
        match template.read(line, Some(Date::constant(2018, 3, 5)))? {
            Line::Head(head) => Some(head),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn heads_tell_who_and_when() {
        let brackets = template("{speaker} ({time}):{text}");
        for line in [
            "小柚 (2018-03-05 10:00:12):您好",
            "小柚(2018-03-05 10:00:12)：您好",
            "  小柚  （2018/3/5 10:00:12）: 您好",
        ] {
            let head = head(&brackets, line).unwrap();
            assert_eq!((head.who, head.text), (Who::Speaker("小柚"), Some("您好")), "{line}");
            assert_eq!(head.time, HeadTime::At("2018-03-05 10:00:12".to_owned()));
        }
        assert_eq!(brackets.read("小柚 10:00", None), None);
        let apart = template("{speaker} {time}");
        let named = head(&apart, "李 小 姐 2018年3月5日 下午2:05").unwrap();
        assert_eq!((named.who, named.text), (Who::Speaker("李 小 姐"), None));
        assert_eq!(named.time, HeadTime::At("2018-03-05 14:05".to_owned()));
        assert_eq!(apart.read("小柚2018-03-05 10:00", None), None);
        assert_eq!(head(&apart, "小柚 10:00").unwrap().time, HeadTime::At("2018-03-05 10:00".to_owned()));
        assert_eq!(head(&apart, "小柚 2018-02-30 10:00").unwrap().time, HeadTime::Bad("10:00"));
        let shop = template("{shop}:{agent} {time}");
        let agent = head(&shop, "云杉家居:小柚 2018-03-05 10:00:12").unwrap();
        assert_eq!((agent.who, agent.shop), (Who::Agent("小柚"), Some("云杉家居")));
        let account = template("{time} {speaker}({account})");
        let agent = head(&account, "2018-03-05 10:00:12 小柚(10086)").unwrap();
        assert_eq!((agent.who, agent.account), (Who::Speaker("小柚"), Some("10086")));
        let role = template("[{time:dmy}] {role} {speaker}: {text}");
        let agent = head(&role, "[5/3/2018, 10:00:12] 客服 小柚: 您好: 在的").unwrap();
        assert_eq!((agent.who, agent.text), (Who::Role("客服", Some("小柚")), Some("您好: 在的")));
    }

    #[test]
    fn other_lines_are_told_by_their_fields() {
        let conversation = template("会话:{conversation} 客户:{customer}");
        let found = conversation.read("会话：c-001  客户：tb123", None);
        assert_eq!(found, Some(Line::Conversation { id: Some("c-001"), customer: Some("tb123"), shop: None }));
        let day = template("—— {day} ——");
        assert_eq!(day.read("——2018年3月5日 星期一——", None), Some(Line::Day(Date::constant(2018, 3, 5))));
        assert_eq!(template("消息记录{*}").read("消息记录（文本）", None), Some(Line::Aside));
        assert!(template("{speaker}:{text}").is_timeless());
    }

    #[test]
    fn a_long_line_is_text_and_no_head() {
        let long = "长".repeat(10_000);
        assert_eq!(template("{speaker} {time}").read(&format!("小柚 {long} 2018-03-05 10:00"), None), None);
        let line = format!("小柚 (2018-03-05 10:00:12):{long}");
        assert_eq!(head(&template("{speaker} ({time}):{text}"), &line).unwrap().text, Some(long.as_str()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            ("{speaker", "template-brace"),
            ("{who} {time}", "template-field"),
            ("{time} {time}", "template-twice"),
            ("{speaker}{account}", "template-adjacent"),
            ("{text} {speaker}", "template-text"),
            ("{time}", "template-speaker"),
            ("", "template-length"),
        ];
        for (written, code) in cases {
            assert_eq!(Template::parse(written).unwrap_err().code(), code, "{written}");
        }
        assert_eq!(Template::parse(&"x".repeat(201)).unwrap_err().code(), "template-length");
    }
}
