//! The values of a column in a batch of rows.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, BinaryViewArray, BooleanArray, ListArray, MapArray, StringViewArray, StructArray};
use arrow_schema::{DataType, TimeUnit};

use super::cell::Offset;

/// The values of a column in a batch of rows.
#[derive(Debug)]
pub struct Values<'a>(pub(super) Held<'a>);

/// What holds them.
#[derive(Debug)]
pub(super) enum Held<'a> {
    /// Nothing in any row.
    Nothing,
    Text(&'a StringViewArray),
    Bytes(&'a BinaryViewArray),
    Flag(&'a BooleanArray),
    Ints(&'a dyn Array, fn(&dyn Array, usize) -> i128),
    Floats(&'a dyn Array, fn(&dyn Array, usize) -> f64, Exact),
    Decimals(&'a dyn Array, fn(&dyn Array, usize) -> String),
    /// Days since 1970.
    Days(&'a dyn Array),
    /// Moments, in parts of a second.
    Moments {
        array: &'a dyn Array,
        value: fn(&dyn Array, usize) -> i64,
        per_second: i64,
        offset: Offset,
    },
    Fields(&'a StructArray, Vec<(&'a str, Values<'a>)>),
    List(&'a ListArray, Box<Values<'a>>),
    Map(&'a MapArray, Box<[Values<'a>; 2]>),
    Unreadable(&'a dyn Array, &'static str),
}

/// Whole numbers up to this are exact.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact(pub(super) f64);

macro_rules! int {
    ($array:expr, $kind:ty) => {
        Held::Ints($array, |array, row| array.as_primitive::<$kind>().value(row).into())
    };
}

macro_rules! decimal {
    ($array:expr, $kind:ty) => {
        Held::Decimals($array, |array, row| array.as_primitive::<$kind>().value_as_string(row))
    };
}

macro_rules! float {
    ($array:expr, $kind:ty, $exact:expr) => {
        Held::Floats($array, |array, row| array.as_primitive::<$kind>().value(row).into(), Exact($exact))
    };
}

macro_rules! moment {
    ($array:expr, $kind:ty, $per_second:expr, $zone:expr) => {
        Held::Moments {
            array: $array,
            value: |array, row| array.as_primitive::<$kind>().value(row),
            per_second: $per_second,
            offset: Offset::of($zone),
        }
    };
}

impl<'a> Values<'a> {
    pub(super) fn of(array: &'a dyn Array) -> Values<'a> {
        Values(match array.data_type() {
            DataType::Null => Held::Nothing,
            DataType::Utf8View => Held::Text(array.as_string_view()),
            DataType::BinaryView => Held::Bytes(array.as_binary_view()),
            DataType::Boolean => Held::Flag(array.as_boolean()),
            DataType::Int8 => int!(array, Int8Type),
            DataType::Int16 => int!(array, Int16Type),
            DataType::Int32 => int!(array, Int32Type),
            DataType::Int64 => int!(array, Int64Type),
            DataType::UInt8 => int!(array, UInt8Type),
            DataType::UInt16 => int!(array, UInt16Type),
            DataType::UInt32 => int!(array, UInt32Type),
            DataType::UInt64 => int!(array, UInt64Type),
            DataType::Float16 => float!(array, Float16Type, 2_048.0),
            DataType::Float32 => float!(array, Float32Type, 16_777_216.0),
            DataType::Float64 => float!(array, Float64Type, 9_007_199_254_740_992.0),
            DataType::Decimal32(..) => decimal!(array, Decimal32Type),
            DataType::Decimal64(..) => decimal!(array, Decimal64Type),
            DataType::Decimal128(..) => decimal!(array, Decimal128Type),
            DataType::Decimal256(..) => decimal!(array, Decimal256Type),
            DataType::Date32 => Held::Days(array),
            DataType::Date64 => moment!(array, Date64Type, 1_000, None),
            DataType::Timestamp(unit, zone) => {
                let zone = zone.as_deref();
                match unit {
                    TimeUnit::Second => moment!(array, TimestampSecondType, 1, zone),
                    TimeUnit::Millisecond => moment!(array, TimestampMillisecondType, 1_000, zone),
                    TimeUnit::Microsecond => moment!(array, TimestampMicrosecondType, 1_000_000, zone),
                    TimeUnit::Nanosecond => moment!(array, TimestampNanosecondType, 1_000_000_000, zone),
                }
            }
            DataType::Struct(_) => {
                let fields = array.as_struct();
                let values = fields.column_names().into_iter().zip(fields.columns());
                Held::Fields(fields, values.map(|(name, values)| (name, Values::of(values))).collect())
            }
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                Held::List(list, Box::new(Values::of(list.values())))
            }
            DataType::Map(..) => {
                let map = array.as_map();
                Held::Map(map, Box::new([Values::of(map.keys()), Values::of(map.values())]))
            }
            _ => Held::Unreadable(array, "a value of a kind that no column takes"),
        })
    }

    /// Whether a row has no value.
    pub fn is_null(&self, row: usize) -> bool {
        match &self.0 {
            Held::Nothing => true,
            Held::Text(array) => array.is_null(row),
            Held::Bytes(array) => array.is_null(row),
            Held::Flag(array) => array.is_null(row),
            Held::Ints(array, _)
            | Held::Floats(array, ..)
            | Held::Decimals(array, _)
            | Held::Days(array)
            | Held::Moments { array, .. }
            | Held::Unreadable(array, _) => array.is_null(row),
            Held::Fields(array, _) => array.is_null(row),
            Held::List(array, _) => array.is_null(row),
            Held::Map(array, _) => array.is_null(row),
        }
    }

    /// The values of a list, and which of them are those of a row. `None`: it is no list.
    pub fn items(&self, row: usize) -> Option<(&Values<'a>, Range<usize>)> {
        let Held::List(list, items) = &self.0 else { return None };
        Some((items, range(list.value_offsets(), row)))
    }

    /// The fields of a structure. `None`: it is none.
    pub fn fields(&self) -> Option<&[(&'a str, Values<'a>)]> {
        match &self.0 {
            Held::Fields(_, fields) => Some(fields),
            _ => None,
        }
    }
}

/// Which values are those of a row.
pub(super) fn range(offsets: &[i32], row: usize) -> Range<usize> {
    let at = |row: usize| offsets.get(row).and_then(|at| usize::try_from(*at).ok()).unwrap_or(0);
    at(row)..at(row + 1)
}
