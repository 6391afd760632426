//! The zone that turns wall clocks into instants, and instants into days.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use thiserror::Error;

use super::time::{Clock, Millis};

/// A time zone.
///
/// Only the database that is compiled in is asked, so that the same input gives the same answer on
/// every machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
    steady: Steady,
}

/// The last span over which the zone keeps one offset, found from its transitions. Asia/Shanghai has
/// kept its own since 1991, so its conversions are an addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Steady {
    since: Millis,
    until: Millis,
    offset: Millis,
}

/// Why there is no such zone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ZoneError {
    /// The name is not in the database.
    #[error("there is no time zone `{name}`; give a name like `Asia/Shanghai` or an offset like `+08:00`")]
    Unknown {
        /// The name asked for.
        name: String,
    },
}

impl ZoneError {
    /// A code that stays the same across versions.
    pub fn code(&self) -> &'static str {
        match self {
            ZoneError::Unknown { .. } => "unknown-zone",
        }
    }
}

impl Default for Zone {
    /// The zone of times without an offset where none is named.
    fn default() -> Zone {
        let eight = || {
            let rules = TimeZone::fixed(Offset::constant(8));
            Zone { name: "+08:00".to_owned(), steady: Steady::of(&rules), rules }
        };
        Zone::named("Asia/Shanghai").unwrap_or_else(|_| eight())
    }
}

const DAY: Millis = 24 * 60 * 60 * 1000;

impl Zone {
    /// The zone of an IANA name such as `Asia/Shanghai`, or of an offset such as `+08:00`.
    pub fn named(name: &str) -> Result<Zone, ZoneError> {
        let zone = fixed(name)
            .map(TimeZone::fixed)
            .or_else(|| TimeZoneDatabase::bundled().get(name).ok())
            .ok_or_else(|| ZoneError::Unknown { name: name.chars().take(64).collect() })?;
        Ok(Zone { name: zone.iana_name().unwrap_or(name).to_owned(), steady: Steady::of(&zone), rules: zone })
    }

    /// The name, spelt as the database does.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant of a written time. A wall clock that the zone skips counts as if the clock had
    /// not yet been put forward; of one that comes twice the first is meant.
    pub fn instant(&self, clock: Clock) -> Millis {
        let wall = match clock {
            Clock::Instant(instant) => return instant,
            Clock::Wall(wall) => wall,
        };
        // No offset is as long as a day: a wall clock near a transition does not get here.
        if wall.saturating_sub(DAY) >= self.steady.since && wall.saturating_add(DAY) <= self.steady.until {
            return wall - self.steady.offset;
        }
        let datetime = Offset::UTC.to_datetime(timestamp(wall));
        match self.rules.to_ambiguous_timestamp(datetime).compatible() {
            Ok(instant) => instant.as_millisecond(),
            Err(_) => wall,
        }
    }

    /// An instant as it is written here: `2018-03-05T10:00:00+08:00`, with milliseconds where there are some.
    pub fn written(&self, instant: Millis) -> String {
        let stamp = timestamp(instant);
        let offset = self.rules.to_offset(stamp);
        stamp.display_with_offset(offset).to_string()
    }

    /// The day on which an instant falls.
    pub fn day(&self, instant: Millis) -> Date {
        if (self.steady.since..=self.steady.until).contains(&instant) {
            return Offset::UTC.to_datetime(timestamp(instant + self.steady.offset)).date();
        }
        self.rules.to_datetime(timestamp(instant)).date()
    }
}

impl Steady {
    fn of(zone: &TimeZone) -> Steady {
        let last = zone.preceding(Timestamp::MAX).next();
        let start = last.map_or(Timestamp::MIN, |last| last.timestamp());
        Steady {
            // Within a day of the ends of time an offset leads out of it.
            since: start.as_millisecond().max(Timestamp::MIN.as_millisecond() + DAY),
            until: Timestamp::MAX.as_millisecond() - DAY,
            offset: Millis::from(zone.to_offset(Timestamp::MAX).seconds()) * 1000,
        }
    }
}

/// An instant within the years that have a name; others become the first or the last of them.
fn timestamp(millis: Millis) -> Timestamp {
    let end = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(millis).unwrap_or(end)
}

fn fixed(name: &str) -> Option<Offset> {
    let (sign, rest) = match name.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str| {
        let two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i32>().ok().filter(|_| two)
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then(|| Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn wall(text: &str) -> Clock {
        Clock::parse(text).unwrap()
    }

    #[test]
    fn shanghai_is_eight_hours_ahead() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        assert_eq!(zone.instant(wall("2018-03-05 10:00")), 1_520_215_200_000);
        assert_eq!(zone.instant(wall("2018-03-05 02:00Z")), 1_520_215_200_000);
        assert_eq!(zone.day(1_520_215_200_000), date(2018, 3, 5));
        assert_eq!(zone.day(zone.instant(wall("2018-03-05 00:00"))), date(2018, 3, 5));
        assert_eq!(zone.day(zone.instant(wall("2018-03-05 00:00")) - 1), date(2018, 3, 4));
    }

    #[test]
    fn summer_time_of_the_eighties_counts() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let summer = zone.instant(wall("1988-07-01 10:00"));
        assert_eq!(summer, zone.instant(wall("1988-07-01T10:00:00+09:00")));
    }

    #[test]
    fn skipped_and_repeated_hours() {
        let zone = Zone::named("America/New_York").unwrap();
        let skipped = zone.instant(wall("2018-03-11 02:30"));
        assert_eq!(skipped, zone.instant(wall("2018-03-11T03:30:00-04:00")));
        let repeated = zone.instant(wall("2018-11-04 01:30"));
        assert_eq!(repeated, zone.instant(wall("2018-11-04T01:30:00-04:00")));
    }

    #[test]
    fn offsets_are_zones() {
        let zone = Zone::named("-03:30").unwrap();
        assert_eq!(zone.instant(wall("2018-03-05 00:00")), zone.instant(wall("2018-03-05 03:30Z")));
    }

    #[test]
    fn unknown_zones_are_named() {
        for name in ["Asia/Peking", "", "+8", "+24:00", "北京"] {
            let error = Zone::named(name).unwrap_err();
            assert_eq!(error.code(), "unknown-zone");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_agrees_with_the_database(millis: i64, near in -700_000_000_000..5_000_000_000_000_i64) {
            for name in ["Asia/Shanghai", "America/New_York", "Africa/Casablanca", "UTC"] {
                let zone = Zone::named(name).unwrap();
                let slow = Zone { steady: Steady { since: Millis::MAX, until: Millis::MIN, offset: 0 }, ..zone.clone() };
                for instant in [millis, near] {
                    prop_assert_eq!(zone.day(instant), slow.day(instant));
                }
                let wall = Clock::Wall(near);
                prop_assert_eq!(zone.instant(wall), slow.instant(wall));
            }
        }
    }
}
