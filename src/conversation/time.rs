//! Times as written and as instants.
//!
//! Read are RFC 3339 and what exports write: `2018-03-05T10:00:12+08:00`, `2018-03-05 10:00:12`,
//! `2018-03-05 10:00`, `2018/3/5 10:00`, with a fraction of any length (cut to milliseconds) and an
//! offset `Z`, `+08:00`, `+0800` or `+08`. A day without a time of day is no time.

use std::borrow::Cow;

/// Milliseconds since the Unix epoch.
pub type Millis = i64;

/// A time as written, and what it means.
///
/// RFC 3339; without an offset it is a wall clock, and the zone decides which instant it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time<'a> {
    /// As written, so that a record survives a round trip.
    pub text: Cow<'a, str>,
    /// What it means.
    pub clock: Clock,
}

/// The meaning of a written time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// An instant: the text has an offset.
    Instant(Millis),
    /// A wall clock without an offset, as milliseconds since 1970-01-01T00:00 on that clock.
    Wall(Millis),
}

/// A duration as people write it, in milliseconds: a whole number above 0 and `s`, `m` or `h`.
pub fn duration(text: &str) -> Option<Millis> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let figure: i64 = text[..unit_at].parse().ok()?;
    let unit = match &text[unit_at..] {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    figure.checked_mul(unit).filter(|&millis| millis > 0)
}

/// Writes a duration as [`duration`] reads it, in the largest unit that leaves nothing over; below a second nothing is left.
pub fn written_duration(millis: Millis) -> String {
    let seconds = millis / 1_000;
    let units = [(3_600, 'h'), (60, 'm'), (1, 's')];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds % size == 0).unwrap_or((1, 's'));
    format!("{}{unit}", seconds / size)
}

impl<'a> Time<'a> {
    /// Reads a written time; nothing if it is none.
    pub fn parse(text: Cow<'a, str>) -> Option<Time<'a>> {
        let clock = Clock::parse(&text)?;
        Some(Time { text, clock })
    }

    /// Whether the text tells seconds; many exports cut a time to the minute.
    pub fn has_seconds(&self) -> bool {
        // The usual form is 2018-03-05T10:00:00.
        if self.text.as_bytes().get(16) == Some(&b':') {
            return true;
        }
        let time_of_day = self.text.split(['T', 't', ' ']).nth(1).unwrap_or_default();
        let without_offset = time_of_day.split(['+', '-', 'Z', 'z']).next().unwrap_or_default();
        without_offset.matches(':').count() > 1
    }
}

impl Clock {
    /// Reads a written time; nothing if it is none.
    pub fn parse(text: &str) -> Option<Clock> {
        let mut rest = Rest(text.as_bytes());
        let [year, month, day, hour, minute, second] = match rest.usual() {
            Some(fields) => fields,
            None => rest.fields()?,
        };
        let fraction = rest.fraction()?;
        // A leap second is the last instant of its minute: clocks of shops do not count it.
        let (second, fraction) = if second == 60 { (59, 999) } else { (second, fraction) };
        let wall = wall([year, month, day, hour, minute, second], fraction)?;
        if rest.0.is_empty() {
            return Some(Clock::Wall(wall));
        }
        let offset = rest.offset()?;
        rest.0.is_empty().then_some(Clock::Instant(wall - offset))
    }
}

/// Milliseconds since 1970-01-01T00:00 on the same clock; nothing if there is no such moment.
fn wall(fields: [u16; 6], fraction: u16) -> Option<Millis> {
    let [year, month, day, hour, minute, second] = fields.map(Millis::from);
    let there = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    there.then(|| seconds * 1000 + Millis::from(fraction))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the calendar of today, carried back. Read of every message, so it is
/// arithmetic: jiff takes a tenth of the whole reading for it. The tests hold it to jiff.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // A year from March on has its leap day at the end, and months of 153 days in five.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * month + 2) / 5 + day - 719_469
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// The fields of the form that nearly all times have, `2018-03-05T10:00:00` with whatever
    /// separators are allowed, in one look.
    #[inline]
    fn usual(&mut self) -> Option<[u16; 6]> {
        let (text, rest) = self.0.split_first_chunk::<19>()?;
        let digit = |at: usize| text[at].wrapping_sub(b'0');
        let two = |at: usize| u16::from(digit(at)) * 10 + u16::from(digit(at + 1));
        let digits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
        let is_usual = digits.iter().fold(0, |most, at| digit(*at).max(most)) <= 9
            && matches!((text[4], text[7]), (b'-', b'-') | (b'/', b'/'))
            && matches!(text[10], b'T' | b' ' | b't')
            && (text[13], text[16]) == (b':', b':');
        if !is_usual {
            return None;
        }
        self.0 = rest;
        Some([two(0) * 100 + two(2), two(5), two(8), two(11), two(14), two(17)])
    }

    /// The fields of a time in any of the forms.
    fn fields(&mut self) -> Option<[u16; 6]> {
        let year = self.digits(4, 4)?;
        let separator = self.one_of(b"-/")?;
        let month = self.digits(1, 2)?;
        self.one_of(&[separator])?;
        let day = self.digits(1, 2)?;
        self.one_of(b"T t")?;
        let hour = self.digits(1, 2)?;
        self.one_of(b":")?;
        let minute = self.digits(2, 2)?;
        let second = match self.one_of(b":") {
            Some(_) => self.digits(2, 2)?,
            // A fraction is one of a second.
            None if matches!(self.0.first(), Some(b'.' | b',')) => return None,
            None => 0,
        };
        Some([year, month, day, hour, minute, second])
    }

    /// A number of `least` to `most` digits.
    #[inline]
    fn digits(&mut self, least: usize, most: usize) -> Option<u16> {
        let mut value = 0;
        let mut count = 0;
        while let Some(digit) = self.0.get(count).filter(|_| count < most) {
            if !digit.is_ascii_digit() {
                break;
            }
            value = value * 10 + u16::from(digit - b'0');
            count += 1;
        }
        self.0 = &self.0[count..];
        (count >= least).then_some(value)
    }

    #[inline]
    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        if !allowed.contains(first) {
            return None;
        }
        self.0 = rest;
        Some(*first)
    }

    /// A fraction of a second in milliseconds, 0 if there is none.
    fn fraction(&mut self) -> Option<u16> {
        if self.one_of(b".,").is_none() {
            return Some(0);
        }
        let before = self.0.len();
        let millis = self.digits(1, 3)?;
        let scale = [100, 10, 1][before - self.0.len() - 1];
        while self.0.first().is_some_and(u8::is_ascii_digit) {
            self.0 = &self.0[1..];
        }
        Some(millis * scale)
    }

    /// An offset from UTC, in milliseconds.
    fn offset(&mut self) -> Option<Millis> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.digits(2, 2)?;
        let minutes = if self.one_of(b":").is_none() && self.0.is_empty() { 0 } else { self.digits(2, 2)? };
        let minutes = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
        Some(sign * Millis::from(minutes) * 60_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::Offset;
    use proptest::prelude::*;

    const TEN: Millis = 1_520_215_200_000;

    #[test]
    fn forms_that_are_read() {
        let cases = [
            ("2018-03-05T10:00:00+08:00", Clock::Instant(TEN)),
            ("2018-03-05T10:00:00+0800", Clock::Instant(TEN)),
            ("2018-03-05T10:00:00+08", Clock::Instant(TEN)),
            ("2018-03-05T02:00:00Z", Clock::Instant(TEN)),
            ("2018-03-05t02:00:00z", Clock::Instant(TEN)),
            ("2018-03-04T21:30:00-04:30", Clock::Instant(TEN)),
            ("2018-03-05 10:00:00.5+08:00", Clock::Instant(TEN + 500)),
            ("2018-03-05 02:00:00", Clock::Wall(TEN)),
            ("2018-03-05 02:00", Clock::Wall(TEN)),
            ("2018/03/05 02:00", Clock::Wall(TEN)),
            ("2018/3/5 2:00", Clock::Wall(TEN)),
            ("2018/3/5 2:00:01", Clock::Wall(TEN + 1000)),
            ("2018-03-05T02:00:00.123456789", Clock::Wall(TEN + 123)),
            ("2018-03-05T02:00:00,01", Clock::Wall(TEN + 10)),
            ("2018-03-05T02:00:60", Clock::Wall(TEN + 59_999)),
            ("1970-01-01 00:00", Clock::Wall(0)),
            ("1969-12-31T23:59:59.999Z", Clock::Instant(-1)),
            ("2020-02-29 00:00", Clock::Wall(1_582_934_400_000)),
        ];
        for (text, clock) in cases {
            let time = Time::parse(Cow::Borrowed(text));
            assert_eq!(time.as_ref().map(|time| time.clock), Some(clock), "{text}");
            assert_eq!(time.map(|time| time.text), Some(Cow::Borrowed(text)));
        }
    }

    #[test]
    fn a_time_cut_to_the_minute_is_known() {
        let has_seconds = |text: &str| Time::parse(Cow::Owned(text.to_owned())).unwrap().has_seconds();
        for text in ["2018-03-05T10:00:00+08:00", "2018/3/5 2:00:01", "2018-03-05 02:00:00.5Z", "2018/3/5 12:00:01+08"]
        {
            assert!(has_seconds(text), "{text}");
        }
        for text in ["2018-03-05 02:00", "2018/3/5 2:00", "2018-03-05T02:00Z", "2018/03/05 12:00+08:00"] {
            assert!(!has_seconds(text), "{text}");
        }
    }

    #[test]
    fn forms_that_are_no_time() {
        let cases = [
            "",
            "10:00",
            "2018-03-05",
            "2018-02-30 10:00",
            "2019-02-29 10:00",
            "2018-13-01 10:00",
            "2018-00-01 10:00",
            "2018-03-05 24:00",
            "2018-03-05 10:60",
            "2018-03-05 10:00:61",
            "2018-03/05 10:00",
            "2018-03-05  10:00",
            "2018-03-05 10:00 ",
            "2018-03-05 10:00:00.",
            "2018-03-05 10:00.5",
            "2018-03-05T10:00:00+24:00",
            "2018-03-05T10:00:00+08:60",
            "2018-03-05T10:00:00+8",
            "2018-03-05T10:00:00Z1",
            "2018-03-05T10:00:00+08:",
            "18-03-05 10:00",
            "２０１８-03-05 10:00",
        ];
        for text in cases {
            assert_eq!(Clock::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_duration_is_read_as_it_is_written(seconds in 1..10_000_000_i64) {
            prop_assert_eq!(duration(&written_duration(seconds * 1_000)), Some(seconds * 1_000));
        }

        #[test]
        fn agrees_with_jiff(second in -62_000_000_000_i64..250_000_000_000, offset in -1439..1440_i64) {
            let instant = jiff::Timestamp::from_second(second).unwrap();
            let wall = jiff::Timestamp::from_second(second + offset * 60).unwrap();
            let sign = if offset < 0 { '-' } else { '+' };
            let text = format!(
                "{}{sign}{:02}:{:02}",
                Offset::UTC.to_datetime(wall).strftime("%Y-%m-%dT%H:%M:%S"),
                offset.abs() / 60,
                offset.abs() % 60,
            );
            prop_assert_eq!(Clock::parse(&text), Some(Clock::Instant(instant.as_millisecond())));
        }

        #[test]
        fn the_usual_form_is_read_as_the_others(text in "[0-3][0-9]{3}[/-][01][0-9][/-][0-3][0-9][T t][0-2][0-9]:[0-6][0-9]:[0-6][0-9.]") {
            let usual = Rest(text.as_bytes()).usual();
            let fields = Rest(text.as_bytes()).fields();
            prop_assert!(usual.is_none() || usual == fields);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9/:+.TZ \\-]{0,40}|\\PC{0,40}") {
            let _ = Clock::parse(&text);
        }
    }
}
