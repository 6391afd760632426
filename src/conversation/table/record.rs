//! A row of a Parquet file that is a whole conversation, as a line of the native form.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::columnar::{Batch, ColumnarError, Shape, Structure, Values};
use crate::conversation::input::BadRow;
use crate::conversation::json::text::push_string;
use crate::conversation::{InputError, MAX_LINE_BYTES, MAX_MESSAGES, mask_numbers};

use super::assemble::{agent, optional, tags};
use super::column::Column;
use super::gather::Gather;
use super::grouping::NumberedLine;
use super::layout::known_names;
use super::mapping::Mapping;
use super::vocabulary::{BUILT_IN, column_name, word};

/// The field that is kept without being read.
const META: &str = "meta";

/// Fields of a message.
const OF_MESSAGES: [Column; 6] =
    [Column::MessageId, Column::Role, Column::Kind, Column::Agent, Column::Time, Column::Text];

/// Which columns are fields of a conversation, and which field of its list those of a message.
pub(super) struct Record {
    mapping: Mapping,
    /// By the column's place: what it is.
    columns: Vec<(usize, Field)>,
    messages: usize,
    /// By the field's name: what it is.
    fields: Vec<(String, Column)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Known(Column),
    Meta,
    Messages,
}

/// Why a row is no line.
struct Fault {
    code: &'static str,
    field: Option<String>,
    reason: String,
}

impl Record {
    /// Finds the list of messages: its values have a role and a text. `None`: there is none.
    pub(super) fn of(shape: &Shape, mapping: &Mapping) -> Option<Record> {
        let lists = shape.columns.iter().enumerate().filter_map(|(place, (name, structure))| {
            let Structure::List(item) = structure else { return None };
            let Structure::Fields(fields) = &**item else { return None };
            let fields = of_message(fields, mapping);
            let has = |column| fields.iter().any(|(_, known)| *known == column);
            (has(Column::Role) && has(Column::Text)).then_some((name, place, fields))
        });
        // Of several lists the one with the name of the form.
        let (_, messages, fields) = lists.min_by_key(|(name, place, _)| (name.as_str() != "messages", *place))?;
        let names: Vec<_> = shape.columns.iter().map(|(name, _)| column_name(name)).collect();
        let mut columns = vec![(messages, Field::Messages)];
        for column in Column::ALL.iter().take(Column::OF_CONVERSATION).copied() {
            let found = place_of(column, &names, mapping, &[]);
            columns.extend(found.filter(|place| *place != messages).map(|place| (place, Field::Known(column))));
        }
        columns.extend(names.iter().position(|name| name == META).map(|place| (place, Field::Meta)));
        columns.sort_by_key(|(place, _)| *place);
        columns.dedup_by_key(|(place, _)| *place);
        Some(Record { mapping: mapping.clone(), columns, messages, fields })
    }

    /// Refuses a file that does not say which conversation a row is.
    pub(super) fn complete(self, file: &Arc<str>, shape: &Shape) -> Result<Record, InputError> {
        if self.columns.iter().any(|(_, field)| *field == Field::Known(Column::Id)) {
            return Ok(self);
        }
        let shown = |name: &String| mask_numbers(name).escape_debug().take(40).collect();
        Err(InputError::MissingColumns {
            file: Arc::clone(file),
            line: 0,
            missing: vec![Column::Id.as_str().to_owned()],
            found: shape.columns.iter().map(|(name, _)| shown(name)).collect(),
            suggestion: String::new(),
        })
    }

    /// Whether a column is read; in the list of messages only the fields that mean something.
    pub(super) fn wants(&self, column: usize, path: &[String]) -> bool {
        if column != self.messages {
            return self.columns.iter().any(|(place, _)| *place == column);
        }
        path.iter().skip(1).any(|part| self.fields.iter().any(|(name, _)| name == part))
    }

    pub(super) fn take(&self, mut batch: Batch<'_>, gather: &mut Gather) -> Result<(), ColumnarError> {
        // Columns come in the order of their places.
        let values: Vec<(Field, &Values<'_>)> =
            self.columns.iter().zip(batch.columns).map(|((_, field), (_, values))| (*field, values)).collect();
        for row in 0..batch.rows {
            let number = batch.before + row as u64 + 1;
            let mut text = Vec::new();
            let line = Line { record: self, values: &values, row };
            match line.write(&mut text) {
                Ok(()) => {
                    batch.count(text.len())?;
                    gather.give_line(NumberedLine { number, text, lost_rows: false });
                }
                Err(fault) => {
                    // What was looked at for nothing counts, too.
                    batch.count(text.len())?;
                    gather.refuse(number, fault.code, fault.field, fault.reason);
                }
            }
        }
        Ok(())
    }
}

/// The fields of a message that mean something.
fn of_message(fields: &[(String, Structure)], mapping: &Mapping) -> Vec<(String, Column)> {
    let names: Vec<_> = fields.iter().map(|(name, _)| column_name(name)).collect();
    let mut found = Vec::new();
    for column in OF_MESSAGES {
        // Inside of a message, an id is the message's own.
        let more: &'static [&'static str] = if column == Column::MessageId { &["id"] } else { &[] };
        let place = place_of(column, &names, mapping, more).or_else(|| match column {
            Column::Agent => place_of(Column::AgentName, &names, mapping, &[]),
            _ => None,
        });
        if let Some((name, _)) = place.and_then(|place| fields.get(place)) {
            found.push((name.clone(), column));
        }
    }
    found
}

/// Where a column stands among names.
fn place_of(column: Column, names: &[String], mapping: &Mapping, more: &'static [&'static str]) -> Option<usize> {
    let at = |name: &str| names.iter().position(|known| known == name);
    match mapping.column(column) {
        Some(name) => at(name),
        None => known_names(column).chain(more.iter().copied()).find_map(at),
    }
}

/// One row.
struct Line<'a> {
    record: &'a Record,
    values: &'a [(Field, &'a Values<'a>)],
    row: usize,
}

impl Line<'_> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        out.push(b'{');
        // An id that is missing is left to the reader of lines, which says so.
        push_string(out, b"id");
        out.push(b':');
        push_string(out, self.text(Column::Id)?.as_bytes());
        for column in [Column::Source, Column::Channel, Column::Shop, Column::Queue] {
            optional(out, column.as_str(), self.text(column)?.as_bytes());
        }
        self.tags(out)?;
        self.agent(out)?;
        for column in [Column::Customer, Column::StartedAt, Column::EndedAt] {
            optional(out, column.as_str(), self.text(column)?.as_bytes());
        }
        let closed_by = self.text(Column::ClosedBy)?;
        let known = BUILT_IN.closers.get(&word(&closed_by)).map(|known| known.as_str());
        optional(out, Column::ClosedBy.as_str(), known.unwrap_or(&closed_by).as_bytes());
        self.messages(out)?;
        self.meta(out)?;
        out.push(b'}');
        if out.len() > MAX_LINE_BYTES { Err(too_long()) } else { Ok(()) }
    }

    fn values(&self, field: Field) -> Option<&Values<'_>> {
        let found = self.values.iter().find(|(known, _)| *known == field);
        found.map(|(_, values)| *values).filter(|values| !values.is_null(self.row))
    }

    fn text(&self, column: Column) -> Result<String, Fault> {
        match self.values(Field::Known(column)) {
            Some(values) => text_of(values, self.row).map_err(|reason| unreadable(column.as_str().to_owned(), reason)),
            None => Ok(String::new()),
        }
    }

    /// A list, or a text as in a cell.
    fn tags(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        let Some(values) = self.values(Field::Known(Column::Tags)) else { return Ok(()) };
        let Some((items, range)) = values.items(self.row) else {
            tags(out, self.text(Column::Tags)?.as_bytes());
            return Ok(());
        };
        let mut is_first = true;
        for at in range {
            let tag = text_of(items, at).map_err(|reason| unreadable(format!("tags[{at}]"), reason))?;
            if tag.is_empty() {
                continue;
            }
            out.extend_from_slice(if is_first { b",\"tags\":[" } else { b"," });
            push_string(out, tag.as_bytes());
            is_first = false;
            if out.len() > MAX_LINE_BYTES {
                return Err(too_long());
            }
        }
        if !is_first {
            out.push(b']');
        }
        Ok(())
    }

    /// A structure with the fields of the form, or columns of their own.
    fn agent(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        let fields = self.values(Field::Known(Column::Agent)).and_then(Values::fields);
        let part = |name: &str, column: Column| match fields {
            None => self.text(column),
            Some(fields) => match fields.iter().find(|(known, _)| *known == name) {
                Some((_, values)) => {
                    text_of(values, self.row).map_err(|reason| unreadable(format!("agent.{name}"), reason))
                }
                None => Ok(String::new()),
            },
        };
        let parts = [part("id", Column::Agent)?, part("name", Column::AgentName)?, part("team", Column::AgentTeam)?];
        agent(out, |column| match column {
            Column::Agent => parts[0].as_bytes(),
            Column::AgentName => parts[1].as_bytes(),
            _ => parts[2].as_bytes(),
        });
        Ok(())
    }

    fn messages(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        // A list that is missing is left to the reader of lines, which says so.
        let Some((items, range)) = self.values(Field::Messages).and_then(|list| list.items(self.row)) else {
            return Ok(());
        };
        if range.len() > MAX_MESSAGES {
            let reason = format!("the conversation has more than {MAX_MESSAGES} messages; split it");
            return Err(Fault { code: "too-many-messages", field: None, reason });
        }
        out.extend_from_slice(b",\"messages\":[");
        let first = range.start;
        let fields = items.fields().unwrap_or_default();
        let columns: Vec<(Column, &Values<'_>)> = OF_MESSAGES
            .iter()
            .filter_map(|column| {
                let (name, _) = self.record.fields.iter().find(|(_, known)| known == column)?;
                let (_, values) = fields.iter().find(|(known, _)| known == name)?;
                Some((*column, values))
            })
            .collect();
        for at in range {
            if at > first {
                out.push(b',');
            }
            if items.is_null(at) {
                out.extend_from_slice(b"null");
                continue;
            }
            out.push(b'{');
            for (column, values) in &columns {
                let mut key = column.as_str();
                let mut text = said(*column, values, at)
                    .map_err(|reason| unreadable(format!("messages[{}].{key}", at - first), reason))?;
                match column {
                    Column::MessageId => key = "id",
                    Column::Role => {
                        if let Some(role) = self.record.mapping.role(text.trim()) {
                            role.as_str().clone_into(&mut text);
                        }
                    }
                    Column::Kind => {
                        if let Some(kind) = BUILT_IN.kinds.get(&word(&text)) {
                            kind.as_str().clone_into(&mut text);
                        }
                    }
                    _ => {}
                }
                if text.is_empty() && *column != Column::Text {
                    continue;
                }
                push_string(out, key.as_bytes());
                out.push(b':');
                push_string(out, text.as_bytes());
                // The text stands last.
                out.extend_from_slice(if *column == Column::Text { b"" } else { b"," });
            }
            out.push(b'}');
            if out.len() > MAX_LINE_BYTES {
                return Err(too_long());
            }
        }
        out.push(b']');
        Ok(())
    }

    /// JSON that stands in a text as it is, anything else as it is.
    fn meta(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        let Some(values) = self.values(Field::Meta) else { return Ok(()) };
        let cannot = |reason| unreadable(META.to_owned(), reason);
        let mut left = MAX_LINE_BYTES;
        let value = values.json(self.row, &mut left).map_err(cannot)?;
        let raw = match &value {
            serde_json::Value::String(text) if text.is_empty() => return Ok(()),
            serde_json::Value::String(text) => serde_json::from_str::<&RawValue>(text).ok(),
            _ => None,
        };
        out.extend_from_slice(b",\"meta\":");
        match raw {
            // A line end can only stand between the parts of JSON.
            Some(raw) => {
                out.extend(raw.get().bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
            }
            None => out.extend_from_slice(value.to_string().as_bytes()),
        }
        Ok(())
    }
}

/// What a field of a message says; of an agent, the id or else the name.
fn said(column: Column, values: &Values<'_>, at: usize) -> Result<String, &'static str> {
    let Some(parts) = values.fields().filter(|_| column == Column::Agent) else { return text_of(values, at) };
    for name in ["id", "name"] {
        if let Some((_, values)) = parts.iter().find(|(known, _)| *known == name) {
            let text = text_of(values, at)?;
            if !text.is_empty() {
                return Ok(text);
            }
        }
    }
    Ok(String::new())
}

fn text_of(values: &Values<'_>, row: usize) -> Result<String, &'static str> {
    let mut text = String::new();
    values.push(row, &mut text)?;
    Ok(text)
}

fn unreadable(field: String, reason: &'static str) -> Fault {
    Fault { code: "unreadable-cell", field: Some(field), reason: format!("{reason}; write it as text") }
}

fn too_long() -> Fault {
    let reason = format!("the conversation has more than {MAX_LINE_BYTES} bytes; split it");
    Fault { code: "line-too-long", field: None, reason }
}

impl Gather {
    /// Reports a row that is no conversation.
    fn refuse(&mut self, line: u64, code: &'static str, field: Option<String>, reason: String) {
        let file = Arc::clone(self.file());
        self.ready.bad.push(BadRow { file, line, code, field, reason });
    }
}
