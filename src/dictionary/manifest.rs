//! `pack.toml`: the pack and its rules as written.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::code;
use super::keys::{Keys, Placed};
use super::problems::Problems;
use super::source::{SourceText, without_mark};

/// Keys of a pack; a test compares them with the JSON Schema.
pub(super) const KEYS: &[&str] = &["id", "edition", "title", "owner", "source", "rule", "allow"];

/// A parsed `pack.toml`.
#[derive(Debug)]
pub(super) struct Manifest<'s> {
    pub(super) root: Spanned<DeTable<'s>>,
    /// Whether the whole file was TOML. If not, what could be understood is used, but what seems to be missing may just
    /// not have been understood.
    pub(super) whole: bool,
}

/// What a pack says about itself.
#[derive(Debug)]
pub(super) struct Title {
    pub(super) id: Placed<String>,
    pub(super) edition: String,
    pub(super) heading: String,
    pub(super) owner: String,
    pub(super) source: String,
}

/// Parses TOML as far as it goes.
pub(super) fn parse<'s>(source: &SourceText<'s>, problems: &mut Problems) -> Manifest<'s> {
    let (root, errors) = DeTable::parse_recoverable(source.text);
    for error in &errors {
        let end = source.text.len();
        let span = error.span().unwrap_or(end..end);
        problems.push(
            source
                .error(code::TOML_SYNTAX, &span, format!("not TOML: {}", error.message()))
                .advise("texts stand in double quotes, lists in brackets, `\\` is written `\\\\`"),
        );
    }
    Manifest { root, whole: errors.is_empty() }
}

/// The id that the bytes of a `pack.toml` state, if they state a proper one.
pub(super) fn declared_id(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(without_mark(bytes)).ok()?;
    let (root, _) = DeTable::parse_recoverable(text);
    let id = root.get_ref().get("id")?.get_ref().as_str()?.trim().to_owned();
    is_pack_id(&id).then_some(id)
}

/// The keys at the top of a pack. Without id, edition or title there is no pack to speak of.
pub(super) fn title(keys: &Keys<'_>, problems: &mut Problems) -> Option<Title> {
    let id = keys.required("id", problems);
    let edition = keys.required("edition", problems);
    let title = keys.required("title", problems);
    let owner = keys.required("owner", problems);
    let source = keys.required("source", problems);
    let id = id.filter(|(id, span)| {
        let proper = is_pack_id(id);
        if !proper {
            problems.push(
                keys.error(span, code::BAD_ID, format!("`{id}` is not a pack id"))
                    .advise("use a-z, 0-9 and `-`, and not the name of a shared folder, for instance `cloud-cs`"),
            );
        }
        proper
    });
    Some(Title { id: id?, edition: edition?.0, heading: title?.0, owner: owner?.0, source: source?.0 })
}

/// The tables under `[[rule]]`, or those of another name, in the order written, each with the place of its header.
pub(super) fn tables<'s>(keys: &Keys<'s>, name: &str, problems: &mut Problems) -> Vec<(&'s DeTable<'s>, Range<usize>)> {
    let Some(value) = keys.value(name) else { return Vec::new() };
    let DeValue::Array(entries) = value.get_ref() else {
        problems.push(
            keys.error(&value.span(), code::WRONG_TYPE, format!("`{name}` has to be a list of tables"))
                .advise(format!("write its header as `[[{name}]]`, with two brackets on each side")),
        );
        return Vec::new();
    };
    let mut tables = Vec::new();
    for entry in entries {
        match entry.get_ref() {
            DeValue::Table(table) => tables.push((table, entry.span())),
            _ => problems.push(
                keys.error(&entry.span(), code::WRONG_TYPE, format!("`{name}` has to be a list of tables"))
                    .advise(format!("write its header as `[[{name}]]`")),
            ),
        }
    }
    tables
}

/// Whether a text is of the form of a pack's id.
pub(super) fn is_pack_id(id: &str) -> bool {
    is_id_part(id) && !super::files::is_shared(id)
}

/// Whether a text is of the form of a rule's id: one part, or two with a `/` between them.
pub(super) fn is_rule_id(id: &str) -> bool {
    match id.split_once('/') {
        Some((group, name)) => is_id_part(group) && is_id_part(name),
        None => is_id_part(id),
    }
}

fn is_id_part(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain() {
        for id in ["internal-jargon", "sop-step-missed/transfer-need", "a1"] {
            assert!(is_rule_id(id), "{id}");
        }
        for id in ["", "Jargon", "a/b/c", "/a", "a/", "a_b", "内部"] {
            assert!(!is_rule_id(id), "{id}");
        }
    }

    #[test]
    fn declared_id_survives_what_else_is_wrong() {
        assert_eq!(declared_id(b"\xef\xbb\xbfid = \"shop\"\ntitle = \n").as_deref(), Some("shop"));
        assert_eq!(declared_id(b"id = \"cues\""), None);
        assert_eq!(declared_id(b"id = 3"), None);
        assert_eq!(declared_id(b"\xff"), None);
    }
}
