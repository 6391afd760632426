//! Reading a TOML table key by key: each problem is reported at its place, and the next key is read.

use std::ops::Range;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::code;
use super::diagnostic::Diagnostic;
use super::name::named;
use super::nearest;
use super::pack::Value;
use super::problems::Problems;
use super::source::SourceText;

/// What a switch has to be.
const SWITCH: &str = "true or false";

/// What a list has to be.
const TEXTS: &str = "a list of texts";

/// A text and where its value stands.
pub(super) type Placed<T> = (T, Range<usize>);

/// A table that is being read.
#[derive(Debug)]
pub(super) struct Keys<'s> {
    source: &'s SourceText<'s>,
    table: &'s DeTable<'s>,
    /// Where the table begins; what is missing is reported here.
    header: Range<usize>,
    /// What the table is, for messages.
    what: &'static str,
}

impl<'s> Keys<'s> {
    /// Begins to read a table, and reports the keys that are not among those known.
    pub(super) fn new(
        source: &'s SourceText<'s>,
        table: &'s Spanned<DeTable<'s>>,
        what: &'static str,
        known: &[&str],
        problems: &mut Problems,
    ) -> Self {
        Self::from_parts(source, table.get_ref(), table.span(), what, known, problems)
    }

    /// Like [`Keys::new`], from a table inside a value.
    pub(super) fn from_parts(
        source: &'s SourceText<'s>,
        table: &'s DeTable<'s>,
        header: Range<usize>,
        what: &'static str,
        known: &[&str],
        problems: &mut Problems,
    ) -> Self {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                problems.push(
                    source
                        .error(code::UNKNOWN_KEY, &key.span(), format!("unknown key `{name}` in {what}"))
                        .advise(nearest::advice(name, known)),
                );
            }
        }
        Self { source, table, header, what }
    }

    /// A key's value as written.
    pub(super) fn value(&self, key: &str) -> Option<&'s Spanned<DeValue<'s>>> {
        self.table.get(key)
    }

    /// A text that has to be there and must not be blank.
    pub(super) fn required(&self, key: &'static str, problems: &mut Problems) -> Option<Placed<String>> {
        if self.value(key).is_none() {
            problems.push(
                self.source
                    .error(code::MISSING_KEY, &self.header, format!("{} lacks `{key}`", self.what))
                    .advise(format!("add a line `{key} = \"…\"`")),
            );
            return None;
        }
        let (text, span) = self.text(key, problems)?;
        if text.is_empty() {
            problems.push(
                self.source
                    .error(code::MISSING_KEY, &span, format!("`{key}` is empty"))
                    .advise("write something between the quotes"),
            );
            return None;
        }
        Some((text, span))
    }

    /// A text, trimmed.
    pub(super) fn text(&self, key: &'static str, problems: &mut Problems) -> Option<Placed<String>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text.trim().to_owned(), value.span())),
            other => self.wrong_type(key, "a text in quotes", other, value.span(), problems),
        }
    }

    /// A switch.
    pub(super) fn flag(&self, key: &'static str, problems: &mut Problems) -> Option<bool> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            other => self.wrong_type(key, SWITCH, other, value.span(), problems),
        }
    }

    /// A list of texts.
    pub(super) fn list(&self, key: &'static str, problems: &mut Problems) -> Vec<Placed<String>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(entries) = value.get_ref() else {
            let _: Option<()> = self.wrong_type(key, TEXTS, value.get_ref(), value.span(), problems);
            return Vec::new();
        };
        let mut all = Vec::new();
        for entry in entries {
            match entry.get_ref() {
                DeValue::String(text) => all.push((text.trim().to_owned(), entry.span())),
                other => {
                    let _: Option<()> = self.wrong_type(key, TEXTS, other, entry.span(), problems);
                }
            }
        }
        all
    }

    /// One of the names of an enum.
    pub(super) fn one_of<T: DeserializeOwned>(
        &self,
        key: &'static str,
        code: &'static str,
        problems: &mut Problems,
    ) -> Option<T> {
        let (name, span) = self.text(key, problems)?;
        match named(&name) {
            Ok(value) => Some(value),
            Err(unknown) => {
                problems.push(
                    self.source
                        .error(code, &span, format!("unknown {key} `{name}`"))
                        .advise(nearest::advice(&name, unknown.known)),
                );
                None
            }
        }
    }

    /// A day.
    pub(super) fn day(&self, key: &'static str, problems: &mut Problems) -> Option<Date> {
        let (text, span) = self.text(key, problems)?;
        let day = day(&text);
        if day.is_none() {
            problems.push(self.source.error(code::BAD_DAY, &span, not_a_day(&text)).advise(DAY_ADVICE));
        }
        day
    }

    /// What is wrong with the value of a key.
    pub(super) fn error(&self, span: &Range<usize>, code: &'static str, message: String) -> Diagnostic {
        self.source.error(code, span, message)
    }

    fn wrong_type<T>(
        &self,
        key: &str,
        wanted: &str,
        found: &DeValue<'_>,
        span: Range<usize>,
        problems: &mut Problems,
    ) -> Option<T> {
        problems.push(wrong_type(self.source, key, wanted, found, &span));
        None
    }
}

/// The value of an operator parameter, or what is wrong with it.
pub(super) fn parameter_value(
    source: &SourceText<'_>,
    name: &str,
    value: &Spanned<DeValue<'_>>,
) -> Result<Value, Diagnostic> {
    const WANTED: &str = "a text, a whole number, true or false, or a list of texts";
    let refused = |found, span| Err(wrong_type(source, name, WANTED, found, &span));
    match value.get_ref() {
        DeValue::String(text) => Ok(Value::Text(text.to_string())),
        DeValue::Boolean(flag) => Ok(Value::Boolean(*flag)),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Ok(Value::Integer(number)),
            Err(_) => refused(value.get_ref(), value.span()),
        },
        DeValue::Array(entries) => {
            let mut all = Vec::new();
            for entry in entries {
                match entry.get_ref() {
                    DeValue::String(text) => all.push(text.to_string()),
                    other => return refused(other, entry.span()),
                }
            }
            Ok(Value::List(all))
        }
        other => refused(other, value.span()),
    }
}

fn wrong_type(
    source: &SourceText<'_>,
    key: &str,
    wanted: &str,
    found: &DeValue<'_>,
    span: &Range<usize>,
) -> Diagnostic {
    let (found, advice) = match found {
        DeValue::String(_) => ("a text", "take the quotes away"),
        DeValue::Integer(_) => {
            ("a whole number", "put it in quotes if it is a text; whole numbers have at most 63 bits")
        }
        DeValue::Float(_) => ("a number with a fraction", "shares are whole numbers in permille: 0.9 is 900"),
        DeValue::Boolean(_) => ("true or false", "put it in quotes if it is a text"),
        DeValue::Datetime(_) => ("a date", "put it in quotes"),
        DeValue::Array(_) => ("a list", "take the brackets away"),
        DeValue::Table(_) => ("a table", "is a header line `[…]` or a brace too many?"),
    };
    // Quotes taken away from a word, or put around it, make neither a switch nor a list.
    let advice = match wanted {
        SWITCH => format!("write {key} = true or {key} = false, without quotes"),
        TEXTS => format!("write {key} = [\"…\"], each text in quotes of its own"),
        _ => advice.to_owned(),
    };
    source.error(code::WRONG_TYPE, span, format!("`{key}` is {found}, but has to be {wanted}")).advise(advice)
}

/// A day of the calendar in the one form that files use.
pub(super) fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    if shape { text.parse().ok() } else { None }
}

/// What is wrong with a text that is no day.
pub(super) fn not_a_day(text: &str) -> String {
    format!("`{text}` is not a day")
}

/// What to do about it.
pub(super) const DAY_ADVICE: &str = "write YYYY-MM-DD, for instance 2018-02-01";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_about_a_type_leads_to_what_is_wanted() {
        let advice = |line: &str| {
            let pack = format!(
                "id = \"shop\"\nedition = \"1\"\ntitle = \"x\"\nowner = \"x\"\nsource = \"x\"\n[[rule]]\nid = \"a\"\n\
                 title = \"x\"\noperator = \"wording\"\nqueue = \"with\"\n{line}\n"
            );
            let files = [("shop/pack.toml", pack)].into_iter().collect();
            super::super::Dictionary::load(&files).1.into_iter().map(|one| one.advice).collect::<Vec<_>>()
        };
        for value in ["\"yes\"", "1", "[true]"] {
            let said = advice(&format!("enabled = {value}"));
            assert_eq!(said, ["write enabled = true or enabled = false, without quotes"], "{value}");
        }
        assert_eq!(advice("aliases = \"b\""), ["write aliases = [\"…\"], each text in quotes of its own"]);
        assert_eq!(advice("since = 2018-02-01"), ["put it in quotes"]);
    }

    #[test]
    fn days_have_one_form() {
        assert!(day("2018-02-01").is_some());
        for text in ["2018-02-30", "20180201", "2018-2-1", "2018/02/01", "2018-02-01T00:00:00", "+02018-02", ""] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
