//! Screenings as they are written: JSONL for programs, CSV for Excel, short rows for a terminal.

use super::columns::printable;
use crate::conversation::{Conversation, mask_numbers};
use crate::screening::{Candidate, Screening};

/// Opens a file right in Excel: UTF-8 with a byte order mark.
const BOM: &str = "\u{FEFF}";

/// What the columns of a table of candidates are called.
pub(super) const CSV_HEADING: &[&str] = &[
    "会话",
    "来源",
    "开始时间",
    "渠道",
    "店铺",
    "坐席",
    "类别",
    "规则",
    "消息序号",
    "消息时间",
    "起",
    "止",
    "证据",
    "词条",
    "建议用语",
    "置信度",
    "原因",
    "队列",
    "词典包",
    "扣分预览",
    "编号",
];

/// One screening as a line of JSON.
pub(super) fn write_jsonl(screening: &Screening, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail, and the form holds nothing that JSON cannot say.
    if serde_json::to_writer(&mut *out, screening).is_ok() {
        out.push(b'\n');
    }
}

/// The heading of the CSV form, with the mark that Excel needs.
pub(super) fn csv_heading() -> Vec<u8> {
    let mut out = BOM.as_bytes().to_vec();
    write_row(&mut out, CSV_HEADING.iter().map(|cell| (*cell).to_owned()));
    out
}

/// A screening's candidates, informational findings and signals, one a row.
pub(super) fn write_csv(conversation: &Conversation<'_>, screening: &Screening, out: &mut Vec<u8>) {
    for cells in candidate_rows(conversation, screening) {
        write_row(out, cells.into_iter());
    }
}

/// The cells of these rows, under [`CSV_HEADING`].
pub(super) fn candidate_rows(conversation: &Conversation<'_>, screening: &Screening) -> Vec<Vec<String>> {
    let candidates = screening.candidates.iter().map(|found| ("疑似违规", found));
    let informational = screening.informational.iter().map(|found| ("仅供参考", found));
    let found = candidates.chain(informational);
    let mut rows: Vec<Vec<String>> =
        found.map(|(kind, found)| candidate_cells(conversation, screening, kind, found)).collect();
    for signal in &screening.signals {
        let spans = &signal.spans;
        let mut cells =
            conversation_cells(conversation, screening, screening.agent.as_deref(), "客户信号", &signal.rule);
        cells.extend([
            signal.message.to_string(),
            time_of(conversation, signal.message),
            spans.first().map_or(String::new(), |span| span.start.to_string()),
            spans.last().map_or(String::new(), |span| span.end.to_string()),
            joined(spans.iter().map(|span| span.quote.as_str())),
            joined(spans.iter().filter_map(|span| span.term.as_deref())),
        ]);
        cells.resize(CSV_HEADING.len() - 1, String::new());
        cells.push(signal.id.clone());
        rows.push(cells);
    }
    rows
}

fn conversation_cells(
    conversation: &Conversation<'_>,
    screening: &Screening,
    agent: Option<&str>,
    kind: &str,
    rule: &str,
) -> Vec<String> {
    vec![
        screening.conversation.clone(),
        screening.source.clone(),
        conversation.started_at.as_ref().map_or(String::new(), |time| time.text.clone().into_owned()),
        conversation.channel.as_deref().unwrap_or_default().to_owned(),
        conversation.shop.as_deref().unwrap_or_default().to_owned(),
        agent.unwrap_or_default().to_owned(),
        kind.to_owned(),
        rule.to_owned(),
    ]
}

fn candidate_cells(
    conversation: &Conversation<'_>,
    screening: &Screening,
    kind: &str,
    found: &Candidate,
) -> Vec<String> {
    let mut cells = conversation_cells(conversation, screening, found.agent.as_deref(), kind, &found.rule);
    let reasons: Vec<String> = found.reasons.iter().filter_map(serde_plain).collect();
    cells.extend([
        found.message.to_string(),
        time_of(conversation, found.message),
        found.spans.first().map_or(String::new(), |span| span.start.to_string()),
        found.spans.last().map_or(String::new(), |span| span.end.to_string()),
        joined(found.spans.iter().map(|span| span.quote.as_str())),
        joined(found.spans.iter().filter_map(|span| span.term.as_deref())),
        found.suggestion.clone().unwrap_or_default(),
        found.confidence.to_string(),
        reasons.join(" "),
        serde_plain(&found.queue).unwrap_or_default(),
        found.pack.clone(),
        found.points.clone().unwrap_or_default(),
        found.id.clone(),
    ]);
    cells
}

/// When a message was sent, as written; nothing where that is not known.
fn time_of(conversation: &Conversation<'_>, message: u32) -> String {
    let time = conversation.messages.get(message as usize).and_then(|message| message.time.as_ref());
    time.map_or(String::new(), |time| time.text.to_string())
}

/// The word by which a unit variant is written.
fn serde_plain(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.collect::<Vec<_>>().join(" | ")
}

fn write_row(out: &mut Vec<u8>, cells: impl Iterator<Item = String>) {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to a vector cannot fail.
    if writer.write_record(cells.map(|cell| harmless(&cell))).is_ok()
        && let Ok(row) = writer.into_inner()
    {
        out.extend_from_slice(&row);
    }
}

/// A cell that a spreadsheet shows as it is: no formula, and no number of which digits are lost, for it is long or begins
/// with a zero.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let loses_digits = cell.len() > 11 || (cell.len() > 1 && cell.starts_with('0'));
    let number = loses_digits && cell.bytes().all(|byte| byte.is_ascii_digit());
    if formula || number { format!("'{cell}") } else { cell.to_owned() }
}

/// What a team lead sees first of a flagged conversation.
pub(super) fn write_brief(rules: &crate::screening::Profiles, screening: &Screening, out: &mut Vec<u8>) {
    for found in &screening.candidates {
        let quotes = joined(found.spans.iter().filter(|span| span.term.is_some()).map(|span| span.quote.as_str()));
        let quote = mask_numbers(&printable(&quotes));
        let points = found.points.as_deref().unwrap_or("–");
        let row = [
            printable(&screening.conversation),
            found.message.to_string(),
            rules.title(&found.rule).to_owned(),
            quote.chars().take(40).collect(),
            printable(found.agent.as_deref().unwrap_or("–")),
            super::rules::queue_title(found.queue).to_owned(),
            points.to_owned(),
        ];
        out.extend_from_slice(row.join("\t").as_bytes());
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas_and_numbers_keep_their_digits() {
        for hostile in ["=1+1", "+1", "-1", "@a", "\tx", "＝1"] {
            assert!(harmless(hostile).starts_with('\''), "{hostile:?}");
        }
        assert_eq!(harmless("123456789012345678"), "'123456789012345678");
        assert_eq!(harmless("001"), "'001");
        assert_eq!(harmless("0"), "0");
        assert_eq!(harmless("2018-03-05T10:00:00+08:00"), "2018-03-05T10:00:00+08:00");
        let heading = csv_heading();
        assert!(heading.starts_with(BOM.as_bytes()) && heading.ends_with(b"\r\n"));
    }
}
