//! Checking one row and packing it.

use std::borrow::Cow;

use crate::conversation::json::text::push_string;
use crate::conversation::record_error::Shown;
use crate::conversation::{Clock, ClosedBy, Kind, Role, written_time};

use super::column::Column;
use super::layout::Layout;
use super::mapping::Mapping;
use super::packed::PackedRow;
use super::row::Row;
use super::sessions::Sessions;
use super::vocabulary::{BUILT_IN, word};

/// Why a row is no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) field: Option<String>,
    pub(super) reason: String,
}

impl Fault {
    pub(super) fn unclosed_quote() -> Self {
        Self {
            code: "unclosed-quote",
            field: None,
            reason: "a quote is not closed, or something stands behind it; double the quotes inside a quoted cell"
                .to_owned(),
        }
    }
}

/// Checks rows and packs them.
pub(super) struct RowReader<'a> {
    pub(super) layout: &'a Layout,
    pub(super) mapping: &'a Mapping,
    /// How conversations are made where they have no ids.
    pub(super) sessions: Option<&'a Sessions>,
    pub(super) row: Row<'a>,
}

impl<'a> RowReader<'a> {
    /// Appends the packed row. A row of empty cells, as spreadsheets leave them behind, is nothing.
    pub(super) fn read(&self, line: u64, out: &mut Vec<u8>) -> Result<(), Fault> {
        let width = self.layout.width();
        let filled = (0..self.row.len()).rev().find(|at| !self.is_empty(*at));
        let Some(last) = filled else {
            return Ok(());
        };
        if self.row.is_exact() && (self.row.len() < width || last >= width) {
            return Err(Fault {
                code: "field-count",
                field: None,
                reason: format!(
                    "the row has {} cells, and the line of column names has {width}; quote cells that hold the delimiter",
                    self.row.len()
                ),
            });
        }
        self.all_readable()?;
        let id = self.key()?;
        let role = self.role()?;
        let mut head = vec![b'{'];
        let message_id = self.trimmed(Column::MessageId);
        if !message_id.is_empty() {
            push_field(&mut head, "id", &message_id);
            head.push(b',');
        }
        push_field(&mut head, "role", role.as_str());
        if let Some(kind) = self.kind()? {
            head.push(b',');
            push_field(&mut head, "kind", kind.as_str());
        }
        let time = self.time(Column::Time)?;
        let text = self.cell(Column::Text);
        let mut tail = Vec::with_capacity(text.len() + 48);
        if !time.is_empty() {
            push_field(&mut tail, "time", &time);
            tail.push(b',');
        }
        push_field(&mut tail, "text", &text);
        tail.push(b'}');
        let values = self.conversation(id)?;
        let zone = self.sessions.map(Sessions::zone);
        let row = PackedRow {
            line,
            at: zone.and_then(|zone| Some(zone.instant(Clock::parse(&time)?))),
            by_agent: role == Role::Agent,
            is_lost: false,
            conversation: std::array::from_fn(|at| values[at].as_bytes()),
            head: &head,
            tail: &tail,
        };
        row.pack(out);
        Ok(())
    }

    /// Appends what is left of a row that could not be read: of which conversation it is. A row
    /// that does not tell leaves nothing.
    pub(super) fn read_lost(&self, line: u64, out: &mut Vec<u8>) {
        let (Ok(id), source) = (self.key(), self.trimmed(Column::Source)) else { return };
        let at = self.sessions.and_then(|sessions| {
            let time = self.time(Column::Time).ok()?;
            Some(sessions.zone().instant(Clock::parse(&time)?))
        });
        let mut conversation = [&b""[..]; Column::OF_CONVERSATION];
        conversation[Column::Id.index()] = id.as_bytes();
        conversation[Column::Source.index()] = source.as_bytes();
        PackedRow { line, at, by_agent: false, is_lost: true, conversation, head: b"", tail: b"" }.pack(out);
    }

    /// Refuses a row of which a column that is read holds something else than text.
    fn all_readable(&self) -> Result<(), Fault> {
        let unreadable = |column: &Column| {
            let reason = self.layout.position(*column).and_then(|at| self.row.unreadable(at))?;
            Some(self.fault(
                "unreadable-cell",
                *column,
                format!("{reason}; format the column as text and fill it in again"),
            ))
        };
        Column::ALL.iter().find_map(unreadable).map_or(Ok(()), Err)
    }

    /// What all rows of its conversation have in common: the id, or what stands in for it.
    fn key(&self) -> Result<Cow<'a, str>, Fault> {
        let filled = |column: Column| {
            let cell = self.trimmed(column);
            if cell.is_empty() { Err(column) } else { Ok(cell) }
        };
        let Some(sessions) = self.sessions else {
            let missing =
                |column| self.fault("missing-id", column, "the row has no conversation id; fill it in".to_owned());
            return filled(Column::Id).map_err(missing);
        };
        let missing = |column| {
            let reason = "the row does not say of whom it is, so it belongs to no session; fill it in".to_owned();
            self.fault("missing-session-field", column, reason)
        };
        let values: Vec<_> =
            sessions.by().iter().map(|column| filled(*column)).collect::<Result<_, _>>().map_err(missing)?;
        Ok(Cow::Owned(Sessions::key(values.iter().map(|value| &**value))))
    }

    /// The fields of the conversation that the row states.
    fn conversation(&self, id: Cow<'a, str>) -> Result<[Cow<'a, str>; Column::OF_CONVERSATION], Fault> {
        let mut values = [const { Cow::Borrowed("") }; Column::OF_CONVERSATION];
        for column in Column::ALL.iter().take(Column::OF_CONVERSATION).copied() {
            values[column.index()] = match column {
                Column::Id => continue,
                Column::StartedAt | Column::EndedAt => self.time(column)?,
                Column::ClosedBy => match self.closed_by()? {
                    Some(closed_by) => Cow::Borrowed(closed_by.as_str()),
                    None => continue,
                },
                _ => self.trimmed(column),
            };
        }
        values[Column::Id.index()] = id;
        Ok(values)
    }

    fn role(&self) -> Result<Role, Fault> {
        let cell = self.trimmed(Column::Role);
        if cell.is_empty() {
            return Err(self.fault(
                "missing-role",
                Column::Role,
                "the row does not say who speaks; fill it in".to_owned(),
            ));
        }
        self.mapping.role(&cell).ok_or_else(|| {
            let reason = format!(
                "{} is no known word for who speaks; say what it means with --role-words, such as agent=小二|店小二",
                Shown::word(&cell)
            );
            self.fault("unknown-role", Column::Role, reason)
        })
    }

    fn kind(&self) -> Result<Option<Kind>, Fault> {
        self.known(Column::Kind, "bad-kind", |cell| BUILT_IN.kinds.get(cell).copied())
    }

    fn closed_by(&self) -> Result<Option<ClosedBy>, Fault> {
        self.known(Column::ClosedBy, "bad-closed-by", |cell| BUILT_IN.closers.get(cell).copied())
    }

    /// A cell that must be empty or hold a known word.
    fn known<T>(
        &self,
        column: Column,
        code: &'static str,
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let cell = self.trimmed(column);
        if cell.is_empty() {
            return Ok(None);
        }
        if let Some(value) = meaning(&word(&cell)) {
            return Ok(Some(value));
        }
        let reason = format!(
            "{} is not known here; change it, or leave the column out with --map {}=",
            Shown::word(&cell),
            column.as_str()
        );
        Err(self.fault(code, column, reason))
    }

    fn time(&self, column: Column) -> Result<Cow<'a, str>, Fault> {
        let cell = self.trimmed(column);
        if cell.is_empty() || Clock::parse(&cell).is_some() {
            return Ok(cell);
        }
        if let Some(written) = written_time::canonical(&cell) {
            return Ok(Cow::Owned(written));
        }
        let reason = format!("{} is no time; write it like 2018-03-05 10:00:00", Shown::time(&cell));
        Err(self.fault("bad-time", column, reason))
    }

    fn fault(&self, code: &'static str, column: Column, reason: String) -> Fault {
        Fault { code, field: Some(self.layout.name(column)), reason }
    }

    fn is_empty(&self, at: usize) -> bool {
        self.row.cell(at).trim().is_empty()
    }

    fn cell(&self, column: Column) -> Cow<'a, str> {
        match self.layout.position(column) {
            Some(at) => self.row.cell(at),
            None => Cow::Borrowed(""),
        }
    }

    fn trimmed(&self, column: Column) -> Cow<'a, str> {
        match self.cell(column) {
            Cow::Borrowed(cell) => Cow::Borrowed(cell.trim()),
            Cow::Owned(cell) => Cow::Owned(cell.trim().to_owned()),
        }
    }
}

fn push_field(out: &mut Vec<u8>, key: &str, value: &str) {
    push_string(out, key.as_bytes());
    out.push(b':');
    push_string(out, value.as_bytes());
}
