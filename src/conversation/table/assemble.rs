//! Making one line of the native form from the rows of a conversation.

use crate::conversation::json::text::push_string;

use super::column::Column;
use super::packed::PackedRow;

/// Appends the line, without its end. What is said of the conversation is taken from the first row
/// that says it; of its agent, from the first such row in which an agent speaks, since the rows of
/// a machine may name the machine.
///
/// `id`: in place of the one that the rows have.
pub(super) fn assemble<'a>(rows: impl Iterator<Item = PackedRow<'a>> + Clone, id: Option<&str>, out: &mut Vec<u8>) {
    let values = values(rows.clone());
    let value = |column: Column| values[column.index()];
    out.push(b'{');
    field(out, "id", id.map_or(value(Column::Id), str::as_bytes));
    for column in [Column::Source, Column::Channel, Column::Shop, Column::Queue] {
        optional(out, column.as_str(), value(column));
    }
    tags(out, value(Column::Tags));
    agent(out, value);
    for column in [Column::Customer, Column::StartedAt, Column::EndedAt, Column::ClosedBy] {
        optional(out, column.as_str(), value(column));
    }
    out.extend_from_slice(b",\"messages\":[");
    let in_charge = named(&values);
    for (index, row) in rows.filter(|row| !row.is_lost).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(row.head);
        let speaker = named(&row.conversation);
        if row.by_agent && speaker != in_charge && !speaker.is_empty() {
            optional(out, "agent", speaker);
        }
        out.push(b',');
        out.extend_from_slice(row.tail);
    }
    out.extend_from_slice(b"]}");
}

fn values<'a>(rows: impl Iterator<Item = PackedRow<'a>>) -> [&'a [u8]; Column::OF_CONVERSATION] {
    let mut values = [&b""[..]; Column::OF_CONVERSATION];
    let mut by_agent = false;
    for row in rows {
        let replaces_agent = row.by_agent && !by_agent && !named(&row.conversation).is_empty();
        for column in Column::ALL.iter().take(Column::OF_CONVERSATION).copied() {
            let at = column.index();
            let is_of_agent = matches!(column, Column::Agent | Column::AgentName | Column::AgentTeam);
            if values[at].is_empty() || (is_of_agent && replaces_agent) {
                values[at] = row.conversation[at];
            }
        }
        by_agent |= replaces_agent;
    }
    values
}

/// What an agent is known by: the id, or where there is none, the name.
fn named<'a>(values: &[&'a [u8]; Column::OF_CONVERSATION]) -> &'a [u8] {
    match values[Column::Agent.index()] {
        b"" => values[Column::AgentName.index()],
        id => id,
    }
}

/// Appends an agent whose parts are known.
pub(super) fn agent<'a>(out: &mut Vec<u8>, value: impl Fn(Column) -> &'a [u8]) {
    let parts = [("id", value(Column::Agent)), ("name", value(Column::AgentName)), ("team", value(Column::AgentTeam))];
    // A team without a member is nobody; the reader of lines would refuse it.
    if parts[0].1.is_empty() && parts[1].1.is_empty() {
        return;
    }
    let start = out.len() + ",\"agent\":{".len();
    out.extend_from_slice(b",\"agent\":{");
    for (key, value) in parts {
        if value.is_empty() {
            continue;
        }
        if out.len() > start {
            out.push(b',');
        }
        field(out, key, value);
    }
    out.push(b'}');
}

/// Appends the tags of a cell.
pub(super) fn tags(out: &mut Vec<u8>, cell: &[u8]) {
    let cell = String::from_utf8_lossy(cell);
    let mut tags = cell.split(['|', ';', ',', '；', '，', '、']).map(str::trim).filter(|tag| !tag.is_empty());
    let Some(first) = tags.next() else { return };
    out.extend_from_slice(b",\"tags\":[");
    push_string(out, first.as_bytes());
    for tag in tags {
        out.push(b',');
        push_string(out, tag.as_bytes());
    }
    out.push(b']');
}

/// Appends a field that says something.
pub(super) fn optional(out: &mut Vec<u8>, key: &str, value: &[u8]) {
    if !value.is_empty() {
        out.push(b',');
        field(out, key, value);
    }
}

fn field(out: &mut Vec<u8>, key: &str, value: &[u8]) {
    push_string(out, key.as_bytes());
    out.push(b':');
    push_string(out, value);
}
