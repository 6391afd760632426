//! Names of the enums in `pack`, taken from their serde form so that there is one list of them.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Error, IntoDeserializer};
use serde::ser::StdError;

/// The names that would have been known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unknown {
    pub(super) known: &'static [&'static str],
}

impl fmt::Display for Unknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "unknown name, known are {}", self.known.join(", "))
    }
}

impl StdError for Unknown {}

impl Error for Unknown {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self { known: &[] }
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Self { known }
    }
}

/// The value that a name stands for.
pub(super) fn named<T: DeserializeOwned>(name: &str) -> Result<T, Unknown> {
    let deserializer: StrDeserializer<'_, Unknown> = name.into_deserializer();
    T::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use super::super::pack::{Mode, OperatorKind};
    use super::*;

    #[test]
    fn names_are_those_of_the_written_form() {
        assert_eq!(named("required-wording"), Ok(OperatorKind::RequiredWording));
        assert_eq!(OperatorKind::RequiredWording.to_string(), "required-wording");
        assert_eq!(named::<Mode>("Word"), Err(Unknown { known: &["word", "substring", "pattern"] }));
    }
}
