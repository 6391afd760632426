//! A value as text.

use std::fmt::Write as _;

use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset as Hours, TimeZone, TimeZoneDatabase};

use crate::workbook::Cell;

use super::values::{Held, Values};

/// How the moments of a column are written.
#[derive(Debug, Clone)]
pub(super) enum Offset {
    /// As the clock on the wall.
    None,
    /// With an offset that is always the same.
    Fixed(Hours),
    /// With that of a zone.
    Zone(TimeZone),
}

impl Offset {
    pub(super) fn of(zone: Option<&str>) -> Offset {
        let Some(zone) = zone else { return Offset::None };
        if let Ok(zone) = TimeZoneDatabase::bundled().get(zone) {
            return zone.to_fixed_offset().map_or(Offset::Zone(zone), Offset::Fixed);
        }
        // A zone that nobody knows still leaves the instant.
        Offset::Fixed(fixed(zone).unwrap_or(Hours::UTC))
    }
}

/// `+08:00`, `+0800` or `+08`.
fn fixed(zone: &str) -> Option<Hours> {
    let sign = match zone.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = zone.chars().skip(1).filter(|c| *c != ':').collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Some(0), |rest| rest.parse().ok())?;
    Hours::from_seconds(sign * (hours * 3_600 + minutes.min(59) * 60)).ok()
}

impl Values<'_> {
    /// Writes the value of a row into a cell; no value is empty text.
    pub fn write(&self, row: usize, cell: &mut Cell) {
        if !matches!(cell, Cell::Text(_)) {
            *cell = Cell::default();
        }
        if let Cell::Text(text) = cell {
            text.clear();
            if let Err(reason) = self.push(row, text) {
                *cell = Cell::Unreadable(reason);
            }
        }
    }

    /// Appends the value of a row as text; no value is nothing. An error says what it is instead.
    pub fn push(&self, row: usize, out: &mut String) -> Result<(), &'static str> {
        if self.is_null(row) {
            return Ok(());
        }
        let written = match &self.0 {
            Held::Nothing => Ok(()),
            Held::Text(texts) => {
                out.push_str(texts.value(row));
                Ok(())
            }
            Held::Bytes(bytes) => {
                let text = std::str::from_utf8(bytes.value(row)).map_err(|_| "bytes that are no text in UTF-8")?;
                out.push_str(text);
                Ok(())
            }
            Held::Flag(flags) => {
                out.push_str(if flags.value(row) { "TRUE" } else { "FALSE" });
                Ok(())
            }
            Held::Ints(array, value) => write!(out, "{}", value(*array, row)),
            Held::Floats(array, value, exact) => {
                let number = value(*array, row);
                match number {
                    // What other programs write where there is no number.
                    _ if number.is_nan() => Ok(()),
                    _ if number.abs() > exact.0 => {
                        return Err("a number with a point that has more digits than it keeps exactly");
                    }
                    _ => write!(out, "{number}"),
                }
            }
            Held::Decimals(array, value) => {
                let text = value(*array, row);
                let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
                out.push_str(text);
                Ok(())
            }
            Held::Days(array) => {
                let days = array.as_primitive::<Date32Type>().value(row);
                let date = Hours::UTC.to_datetime(moment(i64::from(days), 0, 86_400)?).date();
                push_date(out, date)
            }
            Held::Moments { array, value, per_second, offset } => {
                let value = value(*array, row);
                let nanos = value.rem_euclid(*per_second) * (1_000_000_000 / per_second);
                push_moment(out, moment(value.div_euclid(*per_second), nanos, 1)?, offset)
            }
            Held::Fields(..) => return Err("a structure of several fields"),
            Held::List(..) => return Err("a list"),
            Held::Map(..) => return Err("a map"),
            Held::Unreadable(_, reason) => return Err(reason),
        };
        written.map_err(|_| "a value that cannot be written")
    }
}

const OUT_OF_RANGE: &str = "a time outside the years -9999 to 9999";

fn moment(count: i64, nanos: i64, seconds: i64) -> Result<Timestamp, &'static str> {
    let seconds = count.checked_mul(seconds).ok_or(OUT_OF_RANGE)?;
    Timestamp::new(seconds, i32::try_from(nanos).unwrap_or(0)).map_err(|_| OUT_OF_RANGE)
}

fn push_date(out: &mut String, date: Date) -> std::fmt::Result {
    write!(out, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

fn push_moment(out: &mut String, at: Timestamp, offset: &Offset) -> std::fmt::Result {
    match offset {
        Offset::None => push_clock(out, Hours::UTC.to_datetime(at), ' '),
        Offset::Fixed(hours) => {
            push_clock(out, hours.to_datetime(at), 'T')?;
            push_offset(out, *hours)
        }
        Offset::Zone(zone) => {
            let hours = zone.to_offset(at);
            push_clock(out, hours.to_datetime(at), 'T')?;
            push_offset(out, hours)
        }
    }
}

fn push_clock(out: &mut String, clock: DateTime, between: char) -> std::fmt::Result {
    push_date(out, clock.date())?;
    write!(out, "{between}{:02}:{:02}:{:02}", clock.hour(), clock.minute(), clock.second())?;
    match clock.subsec_nanosecond() {
        0 => Ok(()),
        nanos if nanos % 1_000_000 == 0 => write!(out, ".{:03}", nanos / 1_000_000),
        nanos if nanos % 1_000 == 0 => write!(out, ".{:06}", nanos / 1_000),
        nanos => write!(out, ".{nanos:09}"),
    }
}

fn push_offset(out: &mut String, hours: Hours) -> std::fmt::Result {
    let minutes = hours.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    write!(out, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
#[allow(clippy::needless_pass_by_value, reason = "arrays are made where they are given")]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BinaryViewArray, BooleanArray, Date32Array, Date64Array, Decimal128Array, Float32Array, Float64Array,
        Int64Array, NullArray, StringViewArray, TimestampMillisecondArray, TimestampNanosecondArray,
        TimestampSecondArray, UInt64Array,
    };

    use super::*;

    fn written(array: ArrayRef) -> Vec<Cell> {
        let values = Values::of(&array);
        let mut cell = Cell::default();
        (0..array.len())
            .map(|row| {
                values.write(row, &mut cell);
                cell.clone()
            })
            .collect()
    }

    fn texts(array: ArrayRef) -> Vec<String> {
        let text = |cell| match cell {
            Cell::Text(text) => text,
            Cell::Unreadable(reason) => format!("!{reason}"),
        };
        written(array).into_iter().map(text).collect()
    }

    #[test]
    fn values_are_written_as_a_row_can_mean_them() {
        assert_eq!(texts(Arc::new(StringViewArray::from(vec![Some("在吗"), None]))), ["在吗", ""]);
        assert_eq!(texts(Arc::new(Int64Array::from(vec![i64::MIN, 13]))), ["-9223372036854775808", "13"]);
        assert_eq!(texts(Arc::new(UInt64Array::from(vec![u64::MAX]))), ["18446744073709551615"]);
        assert_eq!(texts(Arc::new(Float64Array::from(vec![13.0, 0.5, f64::NAN]))), ["13", "0.5", ""]);
        assert_eq!(texts(Arc::new(Float32Array::from(vec![0.25, 7.0]))), ["0.25", "7"]);
        assert_eq!(texts(Arc::new(BooleanArray::from(vec![true, false]))), ["TRUE", "FALSE"]);
        let decimals = Decimal128Array::from(vec![1_300, 1_350]).with_precision_and_scale(10, 2).unwrap();
        assert_eq!(texts(Arc::new(decimals)), ["13", "13.5"]);
        assert_eq!(texts(Arc::new(NullArray::new(1))), [""]);
    }

    #[test]
    fn what_lost_digits_or_is_no_text_says_so() {
        for cell in written(Arc::new(Float64Array::from(vec![1e16, f64::INFINITY, -1e300]))) {
            assert!(matches!(cell, Cell::Unreadable(_)), "{cell:?}");
        }
        assert!(matches!(written(Arc::new(Float32Array::from(vec![2e7]))).as_slice(), [Cell::Unreadable(_)]));
        let bytes = BinaryViewArray::from(vec![&b"\xFF"[..], "后台".as_bytes()]);
        assert!(
            matches!(written(Arc::new(bytes)).as_slice(), [Cell::Unreadable(_), Cell::Text(text)] if text == "后台")
        );
        let far = TimestampSecondArray::from(vec![i64::MAX]);
        assert!(matches!(written(Arc::new(far)).as_slice(), [Cell::Unreadable(OUT_OF_RANGE)]));
    }

    #[test]
    fn times_are_instants_where_the_column_says_so_and_clocks_elsewhere() {
        // 2018-03-05T10:00:12Z.
        let at = 1_520_244_012;
        let plain = TimestampSecondArray::from(vec![at, -1]);
        assert_eq!(texts(Arc::new(plain)), ["2018-03-05 10:00:12", "1969-12-31 23:59:59"]);
        let millis = |zone: &str| {
            let array = TimestampMillisecondArray::from(vec![at * 1_000 + 5]).with_timezone(zone);
            texts(Arc::new(array)).remove(0)
        };
        assert_eq!(millis("UTC"), "2018-03-05T10:00:12.005+00:00");
        assert_eq!(millis("+08:00"), "2018-03-05T18:00:12.005+08:00");
        assert_eq!(millis("-0330"), "2018-03-05T06:30:12.005-03:30");
        assert_eq!(millis("Asia/Shanghai"), "2018-03-05T18:00:12.005+08:00");
        assert_eq!(millis("nowhere"), "2018-03-05T10:00:12.005+00:00");
        let nanos = TimestampNanosecondArray::from(vec![at * 1_000_000_000 + 1, at * 1_000_000_000 + 1_000]);
        assert_eq!(texts(Arc::new(nanos)), ["2018-03-05 10:00:12.000000001", "2018-03-05 10:00:12.000001"]);
        assert_eq!(texts(Arc::new(Date32Array::from(vec![17_595]))), ["2018-03-05"]);
        assert_eq!(texts(Arc::new(Date64Array::from(vec![at * 1_000]))), ["2018-03-05 10:00:12"]);
    }
}
