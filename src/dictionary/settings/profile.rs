//! `[[profile]]`.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::super::keys::Keys;
use super::hours::hours;
use super::reader::Reader;
use super::{ProfileTable, Settings, Suggestion};

/// The keys beside the conditions.
pub(super) const OTHERS: &[&str] = &[
    "name",
    "packs",
    "rulebook",
    "source",
    "enable",
    "disable",
    "set",
    "suggestions",
    "auto-replies",
    "telephone",
    "hours",
];

pub(super) fn profile<'s>(
    reader: &mut Reader<'s, '_>,
    table: &'s DeTable<'s>,
    header: Range<usize>,
) -> Option<ProfileTable> {
    let known: Vec<&str> = OTHERS.iter().copied().chain(Settings::CONDITIONS).collect();
    let keys = Keys::from_parts(reader.source, table, header, "`[[profile]]`", &known, reader.problems);
    let name = keys.required("name", reader.problems).map(|(name, span)| reader.stated(name, &span));
    let mut conditions = BTreeMap::new();
    for field in Settings::CONDITIONS {
        conditions.extend(reader.list(&keys, field).map(|patterns| (field, patterns)));
    }
    let mut suggestions = Vec::new();
    let example = "{ internal-jargon = { \"后台\" = \"商家系统\" } }";
    for (rule, _, value) in reader.entries(&keys, "suggestions", example).unwrap_or_default() {
        let DeValue::Table(terms) = value.get_ref() else {
            let message = format!("`{rule}` has to be a table of terms");
            reader.wrong(&value.span(), message, format!("write suggestions = {example}"));
            continue;
        };
        for (key, value) in terms {
            let (term, span) = (key.get_ref().to_string(), key.span());
            let wording = reader.entry(&term, value);
            suggestions.extend(wording.map(|wording| {
                let suggestion = Suggestion { rule: rule.to_owned(), term, wording };
                (span.start, reader.stated(suggestion, &span))
            }));
        }
    }
    suggestions.sort_by_key(|(at, _)| *at);
    let read = ProfileTable {
        // A profile without a name is broken, and the rest of it is read for what else is wrong.
        name: name.clone().unwrap_or_else(|| reader.stated(String::new(), &(0..0))),
        conditions,
        packs: reader.list(&keys, "packs"),
        rulebook: reader.text(&keys, "rulebook"),
        source: reader.text(&keys, "source"),
        changes: reader.changes(&keys),
        suggestions: suggestions.into_iter().map(|(_, suggestion)| suggestion).collect(),
        auto_replies: reader.list(&keys, "auto-replies").unwrap_or_default(),
        telephone: reader.flag(&keys, "telephone"),
        hours: hours(reader, &keys),
    };
    name.map(|_| read)
}
