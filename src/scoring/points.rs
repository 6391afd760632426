//! Exact points.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Places after the point.
const PLACES: usize = 3;
const UNIT: i64 = 1_000;

/// A number of points, exact to a thousandth. Printed without superfluous zeros: `5`, `2.5`, `-0.125`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Points(i64);

/// Why a text is no number of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PointsError {
    /// Something other than digits with at most one point between them.
    #[error("not a decimal number")]
    NotDecimal,
    /// A fraction finer than thousandths.
    #[error("more than {PLACES} places after the point")]
    TooFine,
    /// Beyond what can be counted.
    #[error("too large")]
    TooLarge,
}

impl Points {
    /// From thousandths of a point.
    pub fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// In thousandths of a point.
    pub fn thousandths(self) -> i64 {
        self.0
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl FromStr for Points {
    type Err = PointsError;

    fn from_str(text: &str) -> Result<Self, PointsError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(PointsError::NotDecimal),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(PointsError::NotDecimal);
        }
        if fraction.len() > PLACES {
            return Err(PointsError::TooFine);
        }
        let thousandths: i64 = format!("{whole}{fraction:0<PLACES$}").parse().map_err(|_| PointsError::TooLarge)?;
        Ok(Self(if negative { -thousandths } else { thousandths }))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let thousandths = self.0.unsigned_abs();
        let unit = UNIT.unsigned_abs();
        let fraction = format!("{:0PLACES$}", thousandths % unit);
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        formatter.pad(&format!("{sign}{}{point}{fraction}", thousandths / unit))
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|error: PointsError| de::Error::custom(format!("`{text}`: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, thousandths, shown) in [
            ("5", 5_000, "5"),
            ("2.5", 2_500, "2.5"),
            ("0.125", 125, "0.125"),
            ("-0.5", -500, "-0.5"),
            ("007.100", 7_100, "7.1"),
            ("0", 0, "0"),
            ("-0", 0, "0"),
            ("9223372036854775.807", i64::MAX, "9223372036854775.807"),
        ] {
            let points: Result<Points, _> = text.parse();
            assert_eq!(points, Ok(Points::from_thousandths(thousandths)));
            assert_eq!(Points::from_thousandths(thousandths).to_string(), shown);
        }
        assert_eq!(Points::from_thousandths(i64::MIN).to_string(), "-9223372036854775.808");
    }

    #[test]
    fn anything_else_is_refused() {
        for (text, error) in [
            ("", PointsError::NotDecimal),
            ("-", PointsError::NotDecimal),
            ("+5", PointsError::NotDecimal),
            ("5.", PointsError::NotDecimal),
            (".5", PointsError::NotDecimal),
            ("1.2.3", PointsError::NotDecimal),
            ("1e3", PointsError::NotDecimal),
            (" 5", PointsError::NotDecimal),
            ("５", PointsError::NotDecimal),
            ("--5", PointsError::NotDecimal),
            ("0.1234", PointsError::TooFine),
            ("9223372036854775.808", PointsError::TooLarge),
        ] {
            assert_eq!(text.parse::<Points>(), Err(error), "{text}");
        }
    }

    #[test]
    fn json_holds_a_text() -> serde_json::Result<()> {
        assert_eq!(serde_json::to_string(&Points::from_thousandths(2_500))?, "\"2.5\"");
        assert_eq!(serde_json::from_str::<Points>("\"2.50\"")?, Points::from_thousandths(2_500));
        assert!(serde_json::from_str::<Points>("2.5").is_err());
        Ok(())
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(thousandths in (i64::MIN + 1)..=i64::MAX) {
            let points = Points::from_thousandths(thousandths);
            prop_assert_eq!(points.to_string().parse(), Ok(points));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Points>();
        }
    }
}
