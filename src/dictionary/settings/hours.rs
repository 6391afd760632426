//! `[profile.hours]`.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::{Date, Weekday};
use toml::de::{DeTable, DeValue};

use super::super::code as any;
use super::super::keys::{DAY_ADVICE, Keys, day, not_a_day};
use super::super::nearest;
use super::reader::Reader;
use super::{ExtraShift, HoursTable, MAX_ENTRIES, WeeklyShift, code};

pub(super) const KEYS: &[&str] = &["zone", "weekly", "closed", "extra"];
pub(super) const WEEKLY_KEYS: &[&str] = &["days", "from", "to"];
pub(super) const EXTRA_KEYS: &[&str] = &["day", "from", "to"];

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Shifts of one day.
const MOST_SHIFTS: usize = 24;

/// A day has so many minutes; a shift can end with it.
const MIDNIGHT: u16 = 24 * 60;

pub(super) fn hours<'s>(reader: &mut Reader<'s, '_>, profile: &Keys<'s>) -> Option<HoursTable> {
    let value = profile.value("hours")?;
    let DeValue::Table(table) = value.get_ref() else {
        reader.wrong(&value.span(), "`hours` has to be a table", "write its header as `[profile.hours]`");
        return None;
    };
    let header = value.span();
    let keys = Keys::from_parts(reader.source, table, header.clone(), "`[profile.hours]`", KEYS, reader.problems);
    let mut read = HoursTable {
        header: reader.stated((), &header),
        zone: reader.text(&keys, "zone"),
        weekly: Vec::new(),
        closed: Vec::new(),
        extra: Vec::new(),
    };
    for (table, span) in shifts(reader, &keys, "weekly", "{ days = \"mon-fri\", from = \"09:00\", to = \"22:00\" }") {
        let keys = Keys::from_parts(reader.source, table, span.clone(), "`weekly`", WEEKLY_KEYS, reader.problems);
        let days = weekdays(reader, &keys, &span);
        if let (Some(days), Some((from, to))) = (days, times(reader, &keys, &span)) {
            read.weekly.push(reader.stated(WeeklyShift { days, from, to }, &span));
        }
    }
    for (table, span) in shifts(reader, &keys, "extra", "{ day = \"2018-09-29\", from = \"09:00\", to = \"18:00\" }") {
        let keys = Keys::from_parts(reader.source, table, span.clone(), "`extra`", EXTRA_KEYS, reader.problems);
        let day = keys.required("day", reader.problems).and_then(|(text, span)| a_day(reader, &text, &span));
        if let (Some(day), Some((from, to))) = (day, times(reader, &keys, &span)) {
            read.extra.push(reader.stated(ExtraShift { day, from, to }, &span));
        }
    }
    too_many_a_day(reader, &read);
    for closed in reader.list(&keys, "closed").unwrap_or_default() {
        let (first, last) = closed.value.split_once("..").unwrap_or((&closed.value, &closed.value));
        let days = [first, last].map(|text| day(text.trim()));
        match days {
            [Some(first), Some(last)] if first <= last => read.closed.push(closed.with((first, last))),
            [Some(_), Some(_)] => {
                let problem = closed.error(code::BAD_HOURS, "these days end before they begin");
                reader.problems.push(problem.advise("write the first day, `..` and the last day"));
            }
            _ => {
                let problem = closed.error(any::BAD_DAY, not_a_day(&closed.value));
                reader
                    .problems
                    .push(problem.advise("write one day as 2018-12-30, or several as 2018-10-01..2018-10-07"));
            }
        }
    }
    if read.weekly.is_empty() && read.extra.is_empty() {
        // Where a shift is written and wrong, that was said.
        if keys.value("weekly").is_none() && keys.value("extra").is_none() {
            let problem =
                reader.error(code::BAD_HOURS, &header, "these hours have no shift, so no clock would ever run");
            reader
                .problems
                .push(problem.advise("add weekly = [ { days = \"mon-sun\", from = \"09:00\", to = \"22:00\" } ]"));
        }
        return None;
    }
    Some(read)
}

/// Nobody works more shifts a day, and each is laid out for every day of some decades.
fn too_many_a_day(reader: &mut Reader<'_, '_>, hours: &HoursTable) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let weekly =
        hours.weekly.iter().flat_map(|shift| shift.value.days.iter().map(|day| (format!("{day:?}"), shift.with(()))));
    let extra = hours.extra.iter().map(|shift| (shift.value.day.to_string(), shift.with(())));
    let mut problems = Vec::new();
    for (day, shift) in weekly.chain(extra) {
        let count = counts.entry(day).or_default();
        *count += 1;
        if *count == MOST_SHIFTS + 1 {
            let message = format!("more than {MOST_SHIFTS} shifts for one day");
            problems.push(shift.error(code::TOO_MANY, message).advise("join shifts that touch each other"));
        }
    }
    reader.problems.extend(problems);
}

/// The tables of a list.
fn shifts<'s>(
    reader: &mut Reader<'s, '_>,
    keys: &Keys<'s>,
    key: &'static str,
    example: &str,
) -> Vec<(&'s DeTable<'s>, Range<usize>)> {
    let Some(value) = keys.value(key) else { return Vec::new() };
    let advice = format!("write {key} = [ {example} ]");
    let DeValue::Array(entries) = value.get_ref() else {
        reader.wrong(&value.span(), format!("`{key}` has to be a list of tables"), advice);
        return Vec::new();
    };
    let mut tables = Vec::new();
    for entry in entries.iter().take(MAX_ENTRIES) {
        match entry.get_ref() {
            DeValue::Table(table) => tables.push((table, entry.span())),
            _ => reader.wrong(&entry.span(), format!("`{key}` has to be a list of tables"), advice.as_str()),
        }
    }
    if let Some(entry) = entries.get(MAX_ENTRIES) {
        let message = format!("`{key}` has more than {MAX_ENTRIES} entries; the rest is not read");
        let problem = reader.error(code::TOO_MANY, &entry.span(), message).advise("is this the right file?");
        reader.problems.push(problem);
    }
    tables
}

fn weekdays<'s>(reader: &mut Reader<'s, '_>, keys: &Keys<'s>, shift: &Range<usize>) -> Option<Vec<Weekday>> {
    const ADVICE: &str = "write days = \"mon-fri\", or days = [\"sat\", \"sun\"]";
    if keys.value("days").is_none() {
        let problem = reader.error(any::MISSING_KEY, shift, "`weekly` lacks `days`").advise(ADVICE);
        reader.problems.push(problem);
        return None;
    }
    let written = reader.list(keys, "days")?;
    let mut days = Vec::new();
    let mut is_sound = true;
    for text in &written {
        let (first, last) = text.value.split_once('-').unwrap_or((&text.value, &text.value));
        let number = |name: &str| DAYS.iter().position(|day| *day == name.trim().to_lowercase());
        if let (Some(first), Some(last)) = (number(first), number(last)) {
            // `fri-mon` goes over the end of the week.
            let count = (last + 7 - first) % 7 + 1;
            days.extend((0..count).map(|more| (first + more) % 7));
        } else {
            is_sound = false;
            let problem = text.error(code::BAD_VALUE, format!("`{}` is no day of the week", text.value));
            let advice = nearest::nearest(&text.value, DAYS).map(|day| format!("did you mean `{day}`?"));
            reader.problems.push(problem.advise(advice.unwrap_or_else(|| ADVICE.to_owned())));
        }
    }
    days.sort_unstable();
    days.dedup();
    let weekday = |day: usize| Weekday::from_monday_zero_offset(i8::try_from(day).unwrap_or(0)).ok();
    is_sound.then(|| days.into_iter().filter_map(weekday).collect())
}

/// `from` and `to` in minutes.
fn times<'s>(reader: &mut Reader<'s, '_>, keys: &Keys<'s>, shift: &Range<usize>) -> Option<(u16, u16)> {
    let mut time = |key| {
        let (text, span) = keys.required(key, reader.problems)?;
        let minutes = minutes(&text);
        if minutes.is_none() {
            let problem = reader.error(code::BAD_HOURS, &span, format!("`{text}` is no time of day"));
            reader.problems.push(problem.advise("write hours and minutes, from 00:00 to 24:00"));
        }
        minutes
    };
    let (from, to) = (time("from"), time("to"));
    let (from, to) = (from?, to?);
    if from == to || from == MIDNIGHT {
        let problem = reader.error(code::BAD_HOURS, shift, "this shift is empty");
        reader.problems.push(problem.advise("a whole day is from = \"00:00\", to = \"24:00\"; what ends after midnight may end before it begins: 22:00 to 06:00"));
        return None;
    }
    Some((from, to))
}

/// A time of day in minutes; 24:00 is one.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| is_number)
    };
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|_| minutes.len() == 2)?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= MIDNIGHT).then_some(all)
}

fn a_day(reader: &mut Reader<'_, '_>, text: &str, span: &Range<usize>) -> Option<Date> {
    let read = day(text);
    if read.is_none() {
        let problem = reader.error(any::BAD_DAY, span, not_a_day(text)).advise(DAY_ADVICE);
        reader.problems.push(problem);
    }
    read
}
