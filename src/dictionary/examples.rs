//! What the lint has to know of `examples.jsonl`: which rules each line is a hit or a miss for.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::code;
use super::diagnostic::Diagnostic;
use super::pack::{ExampleLine, Origin};
use super::source::number;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object such as {\"say\": \"…\", \"expect\": […]}")]
struct Written {
    conversation: Option<IgnoredAny>,
    say: Option<String>,
    #[serde(default)]
    expect: Vec<Expected>,
    #[serde(default)]
    absent: Vec<String>,
    // Of labels and of no interest here, but an example may have been taken from there.
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(rename = "note")]
    _note: Option<IgnoredAny>,
    #[serde(rename = "doubtful")]
    _doubtful: Option<IgnoredAny>,
    #[serde(rename = "judged")]
    _judged: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object such as {\"rule\": \"…\", \"message\": 0}")]
struct Expected {
    rule: String,
    #[serde(rename = "message")]
    _message: Option<u32>,
    #[serde(rename = "quote")]
    _quote: Option<String>,
}

/// The rules that a line speaks of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Example {
    /// Rules with a finding in it.
    pub(super) hits: BTreeSet<String>,
    /// Rules without one.
    pub(super) misses: BTreeSet<String>,
}

/// Reads a line as far as the lint needs it.
pub(super) fn example(line: &ExampleLine) -> Result<Example, Diagnostic> {
    let written: Written = serde_json::from_str(&line.json).map_err(|error| {
        let column = character_column(&line.json, error.column());
        bad(line, column, format!("not an example: {}", reason(&error)))
    })?;
    if written.conversation.is_some() == written.say.is_some() {
        return Err(bad(line, 1, "an example has either `conversation` or `say`".to_owned()));
    }
    let example = Example {
        hits: written.expect.into_iter().map(|expected| expected.rule).collect(),
        misses: written.absent.into_iter().collect(),
    };
    match example.hits.intersection(&example.misses).next() {
        Some(rule) => Err(mention(line, rule, code::BAD_EXAMPLE, format!("`{rule}` is expected and absent at once"))
            .advise("keep it in `expect` or in `absent`")),
        None => Ok(example),
    }
}

/// A problem with a rule's name in a line.
pub(super) fn mention(line: &ExampleLine, rule: &str, code: &'static str, message: String) -> Diagnostic {
    let quoted = format!("\"{rule}\"");
    let at = line.json.find(&quoted).and_then(|at| line.json.get(..at));
    let column = at.map_or(1, |before| number(before.chars().count()));
    Diagnostic::error(code, Origin { column, ..line.origin.clone() }, message).underline(quoted.chars().count())
}

fn bad(line: &ExampleLine, column: u32, message: String) -> Diagnostic {
    Diagnostic::error(code::BAD_EXAMPLE, Origin { column, ..line.origin.clone() }, message)
        .advise("docs/packs.md shows the form of an example; one line holds one")
}

/// What is wrong with a piece of JSON, without the place, which is told better, and without what is written there, which may be
/// a message.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    if let Some((_, expected)) = text.rsplit_once(", expected ") {
        return format!("{} is expected", plain(expected));
    }
    if let Some((kind, field)) = text.split_once(" field ") {
        match kind {
            "missing" => return format!("the field {field} is missing"),
            "duplicate" => return format!("the field {field} occurs twice"),
            _ => {}
        }
    }
    text.replace("EOF while parsing", "it ends in the middle of")
}

/// What a reader of JSON expects, in words for those who write it.
fn plain(expected: &str) -> &str {
    match expected {
        "a sequence" => "a list",
        "a map" => "an object",
        "a string" | "a borrowed string" | "str" | "string" => "a text in quotes",
        "a boolean" => "true or false",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 on",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        other => other,
    }
}

/// `serde_json` counts columns in bytes.
pub(crate) fn character_column(json: &str, bytes: usize) -> u32 {
    let before = bytes.saturating_sub(1);
    number(json.char_indices().take_while(|(at, character)| at + character.len_utf8() <= before).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Example, (&'static str, u32)> {
        let origin = Origin { file: "examples.jsonl".into(), line: 4, column: 1 };
        example(&ExampleLine { origin, json: json.to_owned() }).map_err(|problem| (problem.code, problem.origin.column))
    }

    #[test]
    fn what_is_wrong_is_told_without_what_is_written() {
        let of = |json: &str| reason(&serde_json::from_str::<Written>(json).map(|_| ()).unwrap_err());
        assert_eq!(of(r#"{"say":"x","expect":"张三, expected at line 3"}"#), "a list is expected");
        assert!(!of(r#"{"张三":1}"#).contains("张三"));
        assert_eq!(of(r#"{"expect":[{}]}"#), "the field `rule` is missing");
        assert_eq!(of(r#"{"say":"x","say":"y"}"#), "the field `say` occurs twice");
        assert_eq!(of("{"), "it ends in the middle of an object");
    }

    #[test]
    fn what_is_expected_is_told_without_words_of_the_program() {
        let of = |json: &str| reason(&serde_json::from_str::<Written>(json).map(|_| ()).unwrap_err());
        let place = r#"an object such as {"rule": "…", "message": 0} is expected"#;
        assert_eq!(of(r#"{"say":"x","expect":["a"]}"#), place);
        assert_eq!(of(r#""x""#), r#"an object such as {"say": "…", "expect": […]} is expected"#);
        for number in ["-1", "1.5", "\"1\"", "4294967296"] {
            let json = format!(r#"{{"say":"x","expect":[{{"rule":"a","message":{number}}}]}}"#);
            assert_eq!(of(&json), "a whole number from 0 on is expected", "{number}");
        }
        assert_eq!(of(r#"{"say":"x","absent":[1]}"#), "a text in quotes is expected");
    }

    #[test]
    fn hits_and_misses_are_counted_once_a_line() {
        let found = read(
            r#"{"conversation":{"messages":[]},"expect":[{"rule":"a","message":0,"quote":"x"},{"rule":"a"}],"absent":["b"]}"#,
        );
        let set = |name: &str| BTreeSet::from([name.to_owned()]);
        assert_eq!(found, Ok(Example { hits: set("a"), misses: set("b") }));
    }

    #[test]
    fn broken_lines_are_named() {
        assert_eq!(read(r#"{"say":"后台","expct":[]}"#), Err(("bad-example", 19)));
        assert_eq!(read(r#"{"say":"后台","#), Err(("bad-example", 12)));
        assert_eq!(read(r#"{"expect":[]}"#), Err(("bad-example", 1)));
        assert_eq!(read(r#"{"say":"x","conversation":{}}"#), Err(("bad-example", 1)));
        assert_eq!(read(r#"{"say":"x","expect":[{"rule":"a"}],"absent":["a"]}"#), Err(("bad-example", 30)));
    }
}
