//! Times in the ways in which exports write them, put into the form that records have.
//!
//! Beside what [`Clock::parse`] reads: `2018年3月5日 下午2:05`, `2018.3.5 14:05`, seconds or milliseconds since 1970, and where
//! the caller says how: days before months (`5/3/2018, 14:05`), or times whose day stands elsewhere (`3月5日 14:05`, `14:05:12`).

use std::sync::LazyLock;

use jiff::civil::Date;
use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;

use super::time::Clock;

/// Which number of `3/5/2018` is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayOrder {
    /// The second.
    DayFirst,
    /// The first.
    MonthFirst,
}

const DATE: &str = r"(?<year>[0-9]{4})\s*[-/.年]\s*(?<month>[0-9]{1,2})\s*[-/.月]\s*(?<day>[0-9]{1,2})\s*[日号]?";
const YEAR_LAST: &str = r"(?<one>[0-9]{1,2})[-/.](?<two>[0-9]{1,2})[-/.](?<last>[0-9]{4}|[0-9]{2})";
const YEARLESS: &str = r"(?<only_month>[0-9]{1,2})\s*[-/月]\s*(?<only_day>[0-9]{1,2})\s*[日号]?";
const WEEKDAY: &str = r"(?:\s*[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)?";
const PART_OF_DAY: &str = r"[上中下][午]|凌晨|清晨|早上|早晨|傍晚|晚上|[AaPp]\.?[Mm]\.?";
const CLOCK: &str = r"(?<hour>[0-9]{1,2})\s*[:：时点]\s*(?<minute>[0-9]{2})(?:\s*[:：分]\s*(?<second>[0-9]{2})(?<fraction>[.,][0-9]{1,9})?)?\s*[秒分]?";
const OFFSET: &str = r"(?:\s*(?<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?))?";

/// An expression for a time of day, with its day or without. `order`: whether the year may come last.
pub(super) fn shape(order: Option<DayOrder>) -> String {
    let year_last = order.map(|_| format!("|{YEAR_LAST}")).unwrap_or_default();
    format!(
        r"(?:(?:{DATE}{year_last}|{YEARLESS}){WEEKDAY}\s*[T,，]?\s*)?(?:(?<before>{PART_OF_DAY})\s*)?{CLOCK}(?:\s*(?<after>{PART_OF_DAY}))?{OFFSET}"
    )
}

/// An expression for a day.
pub(super) fn day_shape() -> String {
    format!("(?:{DATE}){WEEKDAY}")
}

/// The day that a match of [`day_shape`] tells.
pub(super) fn day_of(captures: &Captures, text: &str) -> Option<Date> {
    let field = |name: &str| captures.get_group_by_name(name).and_then(|span| text.get(span.range()));
    Date::new(field("year")?.parse().ok()?, field("month")?.parse().ok()?, field("day")?.parse().ok()?).ok()
}

/// The time that a match of [`shape`] tells, as records write it; nothing if there is no such time. `day`: the one of times that
/// tell none, or only its month and day.
pub(super) fn time_of(captures: &Captures, text: &str, order: Option<DayOrder>, day: Option<Date>) -> Option<String> {
    let field = |name: &str| captures.get_group_by_name(name).and_then(|span| text.get(span.range()));
    let number = |name: &str| field(name).and_then(|digits| digits.parse::<i16>().ok());
    let (year, month, day) = if let Some(year) = number("year") {
        (year, number("month")?, number("day")?)
    } else if let Some(last) = number("last") {
        let (one, two) = (number("one")?, number("two")?);
        // Two digits are of this century: nobody kept chats before.
        let year = if last < 100 { 2000 + last } else { last };
        match order? {
            DayOrder::DayFirst => (year, two, one),
            DayOrder::MonthFirst => (year, one, two),
        }
    } else if let Some(month) = number("only_month") {
        (day?.year(), month, number("only_day")?)
    } else {
        let day = day?;
        (day.year(), day.month().into(), day.day().into())
    };
    let hour = of_24(number("hour")?, field("before").or(field("after")))?;
    let second = field("second").map(|second| format!(":{second}")).unwrap_or_default();
    let fraction = field("fraction").unwrap_or_default().replace(',', ".");
    let (minute, offset) = (field("minute")?, field("offset").unwrap_or_default());
    let written = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute}{second}{fraction}{offset}");
    Clock::parse(&written).map(|_| written)
}

/// The hour of a day of 24; nothing if the hour has no such part of the day.
fn of_24(hour: i16, part: Option<&str>) -> Option<i16> {
    let Some(part) = part else { return Some(hour) };
    let shifted = match part.chars().next()? {
        '上' | '凌' | '清' | '早' | 'A' | 'a' if hour == 12 => 0,
        '中' if (1..=2).contains(&hour) => hour + 12,
        // 晚上12点 is the next day to some and a mistake to others.
        '晚' if hour == 12 => return None,
        '下' | '傍' | '晚' | 'P' | 'p' if (1..12).contains(&hour) => hour + 12,
        _ => hour,
    };
    Some(shifted)
}

static WHOLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("^(?:{})$", shape(None))).ok());

/// A time that is none of [`Clock::parse`], as records write it; nothing if it is no time with its day.
pub(super) fn canonical(text: &str) -> Option<String> {
    if let Some(written) = since_1970(text) {
        return Some(written);
    }
    let whole = WHOLE.as_ref()?;
    let mut captures = whole.create_captures();
    whole.captures(text, &mut captures);
    captures.is_match().then(|| time_of(&captures, text, None, None)).flatten()
}

/// Seconds or milliseconds since 1970: ten and thirteen digits from 2001 to 2286. A telephone number has eleven.
fn since_1970(text: &str) -> Option<String> {
    let number: i64 = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()?;
    let moment = match text.len() {
        10 => jiff::Timestamp::from_second(number),
        13 => jiff::Timestamp::from_millisecond(number),
        _ => return None,
    };
    (!text.starts_with('0')).then(|| moment.ok().map(|moment| moment.to_string())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exports_write_is_read() {
        let cases = [
            ("2018年3月5日 下午2:05", "2018-03-05 14:05"),
            ("2018年03月05日 星期一 14:05:09", "2018-03-05 14:05:09"),
            ("2018.3.5 9:05", "2018-03-05 09:05"),
            ("2018/3/5 上午12:05:09", "2018-03-05 00:05:09"),
            ("2018/3/5, 12:05 PM", "2018-03-05 12:05"),
            ("2018-3-5 14点05分", "2018-03-05 14:05"),
            ("2018-03-05，14：05：09,25", "2018-03-05 14:05:09.25"),
            ("1520215200", "2018-03-05T02:00:00Z"),
            ("1520215200123", "2018-03-05T02:00:00.123Z"),
        ];
        for (text, written) in cases {
            assert_eq!(canonical(text).as_deref(), Some(written), "{text}");
            assert!(Clock::parse(written).is_some(), "{written}");
        }
        let not =
            ["14:05", "3月5日 14:05", "5/3/2018 14:05", "2018年2月30日 14:05", "13800001111", "晚上好", "2018年3月5日"];
        for text in not.into_iter().chain(["2018年3月5日 晚上12:30", "2018年3月5日 25:00", ""]) {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    fn read(text: &str, order: Option<DayOrder>, day: Option<Date>) -> Option<String> {
        let whole = Regex::new(&format!("^(?:{})$", shape(order))).unwrap();
        let mut captures = whole.create_captures();
        whole.captures(text, &mut captures);
        captures.is_match().then(|| time_of(&captures, text, order, day)).flatten()
    }

    #[test]
    fn what_the_text_does_not_say_comes_from_elsewhere() {
        let day = Some(Date::constant(2018, 3, 5));
        assert_eq!(read("14:05:09", None, day).as_deref(), Some("2018-03-05 14:05:09"));
        assert_eq!(read("4月1日 14:05", None, day).as_deref(), Some("2018-04-01 14:05"));
        assert_eq!(read("04-01 14:05", None, day).as_deref(), Some("2018-04-01 14:05"));
        assert_eq!(read("5/3/2018, 2:05 pm", Some(DayOrder::DayFirst), None).as_deref(), Some("2018-03-05 14:05"));
        assert_eq!(read("5/3/18, 14:05", Some(DayOrder::MonthFirst), None).as_deref(), Some("2018-05-03 14:05"));
        assert_eq!(read("13/3/18, 14:05", Some(DayOrder::MonthFirst), None), None);
        assert_eq!(read("5/3/2018, 14:05", None, None), None);
    }
}
