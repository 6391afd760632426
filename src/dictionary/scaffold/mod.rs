//! A new pack to start from: one rule about wording and one about the course of a conversation, with terms, exceptions and
//! examples that pass the check as they are.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::files::{Files, MANIFEST};
use super::manifest::is_pack_id;

/// The template's files by their path in the pack.
const TEMPLATE: [(&str, &str); 6] = [
    (MANIFEST, include_str!("template/pack.toml")),
    ("terms/inner-price.tsv", include_str!("template/terms/inner-price.tsv")),
    ("terms/return-request.tsv", include_str!("template/terms/return-request.tsv")),
    ("terms/return-terms.tsv", include_str!("template/terms/return-terms.tsv")),
    ("exceptions/inner-price.tsv", include_str!("template/exceptions/inner-price.tsv")),
    ("examples.jsonl", include_str!("template/examples.jsonl")),
];

/// The head of a pack that is made of lists, and one of its rules.
const LIST_PACK: &str = include_str!("template/list-pack.toml");
const LIST_RULE: &str = include_str!("template/list-rule.toml");

/// Why there is no new pack.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScaffoldError {
    /// Not of the form of an id.
    #[error(
        "`{id}` is not a pack id; use a-z, 0-9 and `-`, and not the name of a shared folder, for instance `my-pack`"
    )]
    BadId {
        /// As given.
        id: String,
    },
}

/// The files of a new pack, by their path below its folder. Without a title the id stands in.
pub fn new_pack(id: &str, title: Option<&str>) -> Result<Files, ScaffoldError> {
    if !is_pack_id(id) {
        return Err(ScaffoldError::BadId { id: id.to_owned() });
    }
    let title = title.map(str::trim).filter(|title| !title.is_empty()).unwrap_or(id);
    // An id is plain, so it stands in JSON and TOML as it is; a title may hold anything.
    let filled = |text: &str| fill(&text.replace("{{rule}}", id), &[("{{id}}", id), ("{{title}}", title)]);
    Ok(TEMPLATE.into_iter().map(|(path, text)| (path, filled(text))).collect())
}

/// The `pack.toml` of a pack that is made of lists of terms: rules by id, each with the files that hold its terms.
pub(super) fn pack_of_lists(
    id: &str,
    title: Option<&str>,
    source: &str,
    rules: &BTreeMap<String, BTreeSet<String>>,
) -> String {
    let title = title.map(str::trim).filter(|title| !title.is_empty()).unwrap_or(id);
    let source = if source.trim().is_empty() { id } else { source };
    let mut text = fill(LIST_PACK, &[("{{id}}", id), ("{{title}}", title), ("{{source}}", source)]);
    for (rule, files) in rules {
        let files: Vec<String> = files.iter().map(|file| quoted(file)).collect();
        let rule = fill(LIST_RULE, &[("{{rule}}", rule), ("{{source}}", source)]);
        text.push_str(&rule.replace("{{terms}}", &files.join(", ")));
    }
    text
}

/// Puts quoted texts into a template; none of them is searched for places again.
fn fill(template: &str, texts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((at, place, text)) =
        texts.iter().filter_map(|(place, text)| Some((rest.find(place)?, *place, *text))).min()
    {
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str(&quoted(text));
        rest = rest.get(at + place.len()..).unwrap_or_default();
    }
    out + rest
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::pack::Dictionary;
    use super::*;

    #[test]
    fn a_new_pack_is_sound_whatever_its_title() {
        for title in ["我的规则", "a \"b\" \\ {{id}}", "两\n行", "'''"] {
            let files = new_pack("my-pack", Some(title)).unwrap().lift_single_pack("x");
            let (dictionary, problems) = Dictionary::load(&files);
            assert_eq!(problems, [], "{title}");
            assert_eq!(super::super::lint(&dictionary, &files), [], "{title}");
            let pack = &dictionary.packs[0];
            assert_eq!((pack.id.as_str(), pack.title.as_str(), pack.rules.len()), ("my-pack", title, 2));
        }
        let untitled = new_pack("a1", Some(" ")).unwrap().lift_single_pack("x");
        assert_eq!(Dictionary::load(&untitled).0.packs[0].title, "a1");
    }

    #[test]
    fn an_id_that_is_none_is_refused() {
        for id in ["", "My", "cues", "a/b", "a b", "包"] {
            assert_eq!(new_pack(id, None).unwrap_err(), ScaffoldError::BadId { id: id.to_owned() });
        }
    }
}
