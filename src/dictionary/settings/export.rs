//! `[[export]]`.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::super::keys::Keys;
use super::reader::Reader;
use super::{Export, code};

/// The keys of one text. What they mean is for the readers of conversations to say.
pub(super) const TEXTS: &[&str] = &["encoding", "format", "sheet", "session-gap", "source", "shop", "channel", "queue"];

/// The others.
pub(super) const OTHERS: &[&str] = &["files", "map", "role-words", "template", "session-by", "grouped"];

pub(super) fn export<'s>(reader: &mut Reader<'s, '_>, table: &'s DeTable<'s>, header: Range<usize>) -> Export {
    let known: Vec<&str> = TEXTS.iter().chain(OTHERS).copied().collect();
    let keys = Keys::from_parts(reader.source, table, header.clone(), "`[[export]]`", &known, reader.problems);
    let mut texts = BTreeMap::new();
    for key in TEXTS {
        texts.extend(reader.text(&keys, key).map(|text| (*key, text)));
    }
    let files = reader.list(&keys, "files");
    for pattern in files.iter().flatten() {
        if let Err(error) = glob::Pattern::new(&pattern.value) {
            let problem = pattern.error(code::BAD_PATTERN, format!("this is no pattern of file names: {}", error.msg));
            reader
                .problems
                .push(problem.advise("`*` stands for anything within a name, `?` for one character, `**` for folders"));
        }
    }
    let mut map = Vec::new();
    for (field, span, value) in
        reader.entries(&keys, "map", "{ text = \"内容\", role = \"发送方\" }").unwrap_or_default()
    {
        // An empty column leaves the field unread.
        let column = reader.entry(field, value);
        map.extend(column.map(|column| reader.stated((field.to_owned(), column), &span)));
    }
    let mut role_words = Vec::new();
    let example = "{ agent = [\"小二\"], customer = [\"会员\"] }";
    for (role, span, value) in reader.entries(&keys, "role-words", example).unwrap_or_default() {
        let words = match value.get_ref() {
            DeValue::String(word) => vec![word.trim().to_owned()],
            DeValue::Array(words) => words.iter().filter_map(|word| reader.entry(role, word)).collect(),
            _ => {
                reader.wrong(&value.span(), format!("`{role}` has to be a list of texts"), format!("write {example}"));
                continue;
            }
        };
        role_words.extend(words.into_iter().map(|word| reader.stated((role.to_owned(), word), &span)));
    }
    Export {
        header: reader.stated((), &header),
        files,
        texts,
        map,
        role_words,
        template: reader.list(&keys, "template").unwrap_or_default(),
        session_by: reader.list(&keys, "session-by").unwrap_or_default(),
        grouped: reader.flag(&keys, "grouped"),
    }
}
