//! Cells as text.

#[cfg(feature = "tables")]
use calamine::{CellErrorType, DataRef};

/// Characters of a cell, as spreadsheets bound them.
pub const MAX_CELL: usize = 32_767;

/// Digits that a number in a workbook holds without loss.
#[cfg(feature = "tables")]
const EXACT_DIGITS: f64 = 999_999_999_999_999.0;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text; numbers and days are written out.
    Text(String),
    /// Something that is no text, or not the text that was meant: what is wrong with it.
    Unreadable(&'static str),
}

impl Default for Cell {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// A cell as text: what the spreadsheet shows, as far as a row can mean it.
#[cfg(feature = "tables")]
pub(super) fn written(value: &DataRef<'_>) -> Cell {
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::SharedString(text) => return bounded(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) => return bounded(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() > EXACT_DIGITS => {
            return Cell::Unreadable("a number of more than 15 digits, of which a spreadsheet drops the last ones");
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
            match (hour, minute, second, milli) {
                (0, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                (.., 0) => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
            }
        }
        DataRef::DateTime(_) | DataRef::DurationIso(_) => {
            return Cell::Unreadable("a span of time, which no column takes");
        }
        DataRef::Error(error) => return Cell::Unreadable(fault(error)),
    };
    Cell::Text(text)
}

#[cfg(feature = "tables")]
pub(super) fn bounded(text: &str) -> Cell {
    // A cell has at most as many characters as bytes.
    if text.len() > MAX_CELL && text.chars().count() > MAX_CELL {
        Cell::Unreadable("a cell of more than 32,767 characters, which no spreadsheet has")
    } else {
        Cell::Text(text.to_owned())
    }
}

#[cfg(feature = "tables")]
fn fault(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Name => "#NAME?: the cell was taken for a formula",
        CellErrorType::NA => "#N/A: a formula found nothing",
        CellErrorType::Ref => "#REF!: a formula points at a cell that is gone",
        CellErrorType::Value => "#VALUE!: a formula has a value of the wrong kind",
        _ => "a formula ended in an error",
    }
}
