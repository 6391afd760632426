//! Service hours: when a shop answers, and how much of a span of time lies within.

use std::sync::OnceLock;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::time::{Clock, Millis};
use super::zone::Zone;

/// Minutes of a day.
pub const DAY_MINUTES: u16 = 24 * 60;

const MINUTE: Millis = 60_000;

/// Before the first and after the last of these days there is no service.
const YEARS: (i16, i16) = (1990, 2069);

/// A shift, in minutes since the midnight at which its day begins. One that ends after midnight ends beyond [`DAY_MINUTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shift {
    /// When it begins, less than [`DAY_MINUTES`].
    pub from: u16,
    /// When it ends, later than it begins, at most a day later.
    pub to: u16,
}

impl Shift {
    /// A shift from one time of day to another; where that is not later, it ends on the next day. `None`: it is empty, or a
    /// time is beyond 24:00.
    pub fn new(from: u16, to: u16) -> Option<Self> {
        let to = if to < from { to + DAY_MINUTES } else { to };
        (from < DAY_MINUTES && from < to && to - from <= DAY_MINUTES).then_some(Self { from, to })
    }
}

/// When a shop answers. A shift belongs to the day on which it begins.
#[derive(Debug, Clone)]
pub struct ServiceHours {
    zone: Zone,
    week: [Vec<Shift>; 7],
    closed: Vec<(Date, Date)>,
    extra: Vec<(Date, Shift)>,
    /// All time of service, in order and apart; laid out when it is first asked for.
    spans: OnceLock<Vec<Open>>,
}

/// A span of service, and how much service there was before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    start: Millis,
    end: Millis,
    before: Millis,
}

impl ServiceHours {
    /// `week`: from Monday on. `closed`: first and last day of each holiday. `extra` beats both for its day.
    pub fn new(
        zone: Zone,
        mut week: [Vec<Shift>; 7],
        mut closed: Vec<(Date, Date)>,
        mut extra: Vec<(Date, Shift)>,
    ) -> Self {
        for day in &mut week {
            day.sort_unstable();
            day.dedup();
        }
        closed.sort_unstable();
        closed.dedup();
        extra.sort_unstable();
        extra.dedup();
        Self { zone, week, closed, extra, spans: OnceLock::new() }
    }

    /// The service between two instants, in milliseconds; negative where the second comes first.
    pub fn elapsed(&self, from: Millis, to: Millis) -> Millis {
        self.until(to) - self.until(from)
    }

    /// The zone in which the times of day are meant.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The shifts of each day, from Monday on.
    pub fn week(&self) -> &[Vec<Shift>; 7] {
        &self.week
    }

    /// First and last day of each holiday.
    pub fn closed(&self) -> &[(Date, Date)] {
        &self.closed
    }

    /// Shifts of single days, in place of those of the week.
    pub fn extra(&self) -> &[(Date, Shift)] {
        &self.extra
    }

    /// All service up to an instant.
    fn until(&self, instant: Millis) -> Millis {
        let spans = self.spans.get_or_init(|| self.open());
        let begun = spans.partition_point(|span| span.start <= instant);
        let Some(span) = begun.checked_sub(1).and_then(|last| spans.get(last)) else { return 0 };
        span.before + instant.min(span.end) - span.start
    }

    /// Lays the shifts of all days on one line.
    fn open(&self) -> Vec<Open> {
        let mut spans = Vec::new();
        // Holidays may overlap: of those that have begun, the one that ends last tells.
        let mut closed = self.closed.iter().peekable();
        let mut closed_until: Option<Date> = None;
        let mut day = date(YEARS.0, 1, 1);
        while day.year() <= YEARS.1 {
            while let Some((_, last)) = closed.next_if(|(first, _)| *first <= day) {
                closed_until = closed_until.max(Some(*last));
            }
            let extra = self.extra.partition_point(|(other, _)| *other < day);
            let extra = self.extra[extra..].iter().take_while(|(other, _)| *other == day).map(|(_, shift)| *shift);
            let extra: Vec<Shift> = extra.collect();
            if !extra.is_empty() {
                spans.extend(extra.into_iter().map(|shift| self.span(day, shift)));
            } else if closed_until.is_none_or(|last| last < day) {
                let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
                spans.extend(self.week[weekday].iter().map(|&shift| self.span(day, shift)));
            }
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
        spans.sort_unstable();
        let mut open: Vec<Open> = Vec::with_capacity(spans.len());
        for (start, end) in spans {
            match open.last_mut() {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => open.push(Open { start, end, before: 0 }),
            }
        }
        let mut before = 0;
        for span in &mut open {
            span.before = before;
            before += span.end - span.start;
        }
        open
    }

    /// The instants of a shift. Where clocks are put forward or back it is as much shorter or longer.
    fn span(&self, day: Date, shift: Shift) -> (Millis, Millis) {
        let midnight = Millis::from(day.since(date(1970, 1, 1)).map_or(0, |span| span.get_days()));
        let at = |minute: u16| {
            let wall = midnight * Millis::from(DAY_MINUTES) + Millis::from(minute);
            self.zone.instant(Clock::Wall(wall * MINUTE))
        };
        (at(shift.from), at(shift.to))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHANGHAI: &str = "Asia/Shanghai";

    fn week(days: &[usize], from: u16, to: u16) -> [Vec<Shift>; 7] {
        let mut week: [Vec<Shift>; 7] = Default::default();
        for &day in days {
            week[day].push(Shift::new(from * 60, to * 60).unwrap());
        }
        week
    }

    fn at(zone: &str, text: &str) -> Millis {
        Zone::named(zone).unwrap().instant(Clock::parse(text).unwrap())
    }

    fn minutes(hours: &ServiceHours, from: &str, to: &str) -> Millis {
        let zone = hours.zone().name();
        hours.elapsed(at(zone, from), at(zone, to)) / MINUTE
    }

    fn shop(closed: &[(Date, Date)], extra: &[(Date, Shift)]) -> ServiceHours {
        let zone = Zone::named(SHANGHAI).unwrap();
        ServiceHours::new(zone, week(&[0, 1, 2, 3, 4], 9, 18), closed.to_vec(), extra.to_vec())
    }

    #[test]
    fn nights_weekends_and_holidays_do_not_count() {
        let hours = shop(&[(date(2018, 10, 1), date(2018, 10, 7))], &[]);
        // A Friday evening and the Monday after it.
        assert_eq!(minutes(&hours, "2018-03-09 17:30", "2018-03-09 18:30"), 30);
        assert_eq!(minutes(&hours, "2018-03-09 20:00", "2018-03-12 09:01"), 1);
        assert_eq!(minutes(&hours, "2018-09-28 18:00", "2018-10-08 09:05"), 5);
        assert_eq!(minutes(&hours, "2018-03-05 08:00", "2018-03-06 19:00"), 18 * 60);
    }

    #[test]
    fn an_extra_day_beats_the_week_and_the_holiday() {
        let holiday = (date(2018, 9, 29), date(2018, 9, 30));
        let hours = shop(&[holiday], &[(date(2018, 9, 29), Shift::new(600, 720).unwrap())]);
        assert_eq!(minutes(&hours, "2018-09-29 00:00", "2018-09-30 24:00".replace("24:00", "23:59").as_str()), 120);
        let ordinary = shop(&[], &[(date(2018, 3, 5), Shift::new(600, 660).unwrap())]);
        assert_eq!(minutes(&ordinary, "2018-03-05 00:00", "2018-03-06 00:00"), 60);
    }

    #[test]
    fn shifts_may_end_on_the_next_day_and_overlap() {
        let zone = Zone::named(SHANGHAI).unwrap();
        let mut night = week(&[4], 22, 6);
        night[5].push(Shift::new(5 * 60, 13 * 60).unwrap());
        let hours = ServiceHours::new(zone, night, Vec::new(), Vec::new());
        assert_eq!(minutes(&hours, "2018-03-09 21:00", "2018-03-10 14:00"), 15 * 60);
        assert_eq!(minutes(&hours, "2018-03-09 23:59", "2018-03-10 00:01"), 2);
        assert_eq!(Shift::new(0, 1440), Some(Shift { from: 0, to: 1440 }));
        assert_eq!((Shift::new(540, 540), Shift::new(1440, 60)), (None, None));
    }

    #[test]
    fn the_night_on_which_clocks_are_changed_is_shorter_or_longer() {
        let zone = Zone::named("America/New_York").unwrap();
        let hours = ServiceHours::new(zone, week(&[5], 22, 6), Vec::new(), Vec::new());
        assert_eq!(minutes(&hours, "2018-03-10 12:00", "2018-03-11 12:00"), 7 * 60);
        assert_eq!(minutes(&hours, "2018-11-03 12:00", "2018-11-04 12:00"), 9 * 60);
        assert_eq!(minutes(&hours, "2018-06-02 12:00", "2018-06-03 12:00"), 8 * 60);
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        let hours = shop(&[], &[]);
        assert_eq!(hours.elapsed(Millis::MIN, 0), 0);
        let all = hours.elapsed(Millis::MIN, Millis::MAX);
        assert!(all > 0 && hours.elapsed(Millis::MAX, Millis::MIN) == -all);
        let none = ServiceHours::new(Zone::named("UTC").unwrap(), Default::default(), Vec::new(), Vec::new());
        assert_eq!(none.elapsed(0, Millis::MAX), 0);
    }

    /// Whether there is service in a minute, by looking at the clock on the wall.
    fn is_open(hours: &ServiceHours, minute: Millis) -> bool {
        let zone = hours.zone();
        let day = zone.day(minute);
        let written = zone.written(minute);
        let clock: Vec<u16> = written[11..16].split(':').map(|part| part.parse().unwrap()).collect();
        let now = clock[0] * 60 + clock[1];
        let shifts = |day: Date| -> Vec<Shift> {
            let extra: Vec<Shift> =
                hours.extra.iter().filter(|(other, _)| *other == day).map(|(_, shift)| *shift).collect();
            let closed = hours.closed.iter().any(|(first, last)| *first <= day && day <= *last);
            match (extra.is_empty(), closed) {
                (false, _) => extra,
                (true, true) => Vec::new(),
                (true, false) => hours.week[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())].clone(),
            }
        };
        let yesterday = day.yesterday().unwrap();
        shifts(day).iter().any(|shift| shift.from <= now && now < shift.to)
            || shifts(yesterday).iter().any(|shift| now + DAY_MINUTES < shift.to)
    }

    fn a_shift() -> impl Strategy<Value = Shift> {
        // Not in the hours in which clocks are changed: what is meant there no wall can tell.
        (240_u16..1440, 240_u16..=1440).prop_filter_map("an empty one", |(from, to)| Shift::new(from, to))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn counting_minutes_comes_to_the_same(
            zone in prop_oneof![Just(SHANGHAI), Just("America/New_York"), Just("Australia/Lord_Howe"), Just("+05:45")],
            week in proptest::array::uniform7(proptest::collection::vec(a_shift(), 0..3)),
            closed in proptest::collection::vec((0_i64..20, 0_i64..4), 0..3),
            extra in proptest::collection::vec((0_i64..20, a_shift()), 0..3),
            start in 0_i64..8_000,
            length in 0_i64..12_000,
            summer in any::<bool>(),
        ) {
            let first = if summer { date(2018, 3, 5) } else { date(2018, 10, 29) };
            let after = |days: i64| first.checked_add(days.days()).unwrap();
            let closed = closed.into_iter().map(|(day, more)| (after(day), after(day + more))).collect();
            let extra = extra.into_iter().map(|(day, shift)| (after(day), shift)).collect();
            let hours = ServiceHours::new(Zone::named(zone).unwrap(), week, closed, extra);
            let from = at(zone, &format!("{first} 00:00")) + start * MINUTE;
            let to = from + length * MINUTE;
            let counted: Millis = (0..length).map(|minute| Millis::from(is_open(&hours, from + minute * MINUTE))).sum();
            prop_assert_eq!(hours.elapsed(from, to), counted * MINUTE);
            let between = from + length / 2 * MINUTE + 7;
            prop_assert_eq!(hours.elapsed(from, between) + hours.elapsed(between, to), hours.elapsed(from, to));
        }
    }
}
