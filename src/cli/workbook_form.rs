//! Screenings as an Excel workbook: a sheet of candidates, one of conversations, one of agents.
//!
//! Rows come as bytes, since they are made by several threads and written by one. Nothing is a formula: every cell is text or a
//! number. The same screenings give the same bytes: the workbook bears no day of its own.

use std::collections::BTreeMap;

use anyhow::Context as _;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};
use serde::{Deserialize, Serialize};

use super::forms::{CSV_HEADING, candidate_rows};
use super::rules::queue_title;
use crate::conversation::Conversation;
use crate::dictionary::Queue;
use crate::scoring::Points;
use crate::screening::{Outcome, Screening, Summary};

/// Rows of a sheet, the heading among them, as spreadsheets bound them.
const MAX_ROWS: u32 = 1_048_576;

/// Characters of a cell, as spreadsheets bound them.
const MAX_CELL: usize = 32_767;

/// What a cell ends with that was cut.
const CUT: &str = "…(过长,已截断)";

const CONVERSATIONS: &[&str] =
    &["会话", "来源", "开始时间", "渠道", "店铺", "坐席", "结果", "必检", "随案", "统计", "客户信号", "扣分预览"];

const AGENTS: &[&str] = &["坐席", "名字", "会话数", "疑似违规", "必检", "随案", "统计", "扣分预览合计"];

/// What one screening adds.
#[derive(Debug, Serialize, Deserialize)]
struct Rows {
    candidates: Vec<Vec<String>>,
    conversation: Vec<String>,
    /// Agent, queue class of each candidate.
    charged: Vec<(String, Queue)>,
    /// Agent, points.
    points: Vec<(String, String)>,
}

/// The rows of a screening, as a line.
pub(super) fn write_rows(conversation: &Conversation<'_>, screening: &Screening, out: &mut Vec<u8>) {
    let in_queue = |queue| screening.candidates.iter().filter(|found| found.queue == queue).count().to_string();
    let preview = screening.preview.iter().flat_map(|preview| &preview.agents);
    let points: Vec<_> = preview.map(|agent| (agent.agent.clone(), agent.points.clone())).collect();
    let text = |label: Option<&str>| label.unwrap_or_default().to_owned();
    let rows = Rows {
        candidates: candidate_rows(conversation, screening),
        conversation: vec![
            screening.conversation.clone(),
            screening.source.clone(),
            text(conversation.started_at.as_ref().map(|time| &*time.text)),
            text(conversation.channel.as_deref()),
            text(conversation.shop.as_deref()),
            text(screening.agent.as_deref()),
            outcome_title(screening.outcome).to_owned(),
            in_queue(Queue::Always),
            in_queue(Queue::With),
            in_queue(Queue::Stat),
            screening.signals.len().to_string(),
            points.iter().map(|(_, points)| points.as_str()).collect::<Vec<_>>().join(" | "),
        ],
        charged: screening
            .candidates
            .iter()
            .map(|found| (found.agent.clone().unwrap_or_default(), found.queue))
            .collect(),
        points,
    };
    // Writing to a vector cannot fail, and the rows hold nothing that JSON cannot say.
    if serde_json::to_writer(&mut *out, &rows).is_ok() {
        out.push(b'\n');
    }
}

fn outcome_title(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Flagged => "有疑似违规",
        Outcome::Signalled => "仅有客户信号",
        Outcome::Clean => "未见问题",
        Outcome::NotEvaluated => "未能判定",
    }
}

/// A workbook under way. Rows are put aside in files, so that it takes no more memory with each.
pub(super) struct WorkbookForm {
    workbook: Workbook,
    candidates: Sheets,
    conversations: Sheets,
    by_agent: BTreeMap<String, ByAgent>,
}

/// What was counted of an agent.
#[derive(Debug, Default)]
struct ByAgent {
    queues: [u64; 3],
    thousandths: i64,
}

/// Sheets of one kind, of which the last one is written.
struct Sheets {
    title: &'static str,
    heading: &'static [&'static str],
    full: Vec<Worksheet>,
    sheet: Worksheet,
    row: u32,
    /// How many rows one of them holds, the heading among them.
    most: u32,
}

impl WorkbookForm {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut workbook = Workbook::new();
        // Otherwise it would bear the moment at which it was made.
        let no_day = ExcelDateTime::from_ymd(2018, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&no_day));
        let candidates = Sheets::new(&mut workbook, "疑似违规", CSV_HEADING, MAX_ROWS)?;
        let conversations = Sheets::new(&mut workbook, "会话", CONVERSATIONS, MAX_ROWS)?;
        Ok(Self { workbook, candidates, conversations, by_agent: BTreeMap::new() })
    }

    /// Takes lines as [`write_rows`] makes them.
    pub(super) fn take(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let rows: Rows = serde_json::from_slice(line).context("a row of the workbook")?;
            for cells in &rows.candidates {
                self.candidates.write(&mut self.workbook, cells)?;
            }
            self.conversations.write(&mut self.workbook, &rows.conversation)?;
            for (agent, queue) in rows.charged {
                self.by_agent.entry(agent).or_default().queues[queue as usize] += 1;
            }
            for (agent, points) in rows.points {
                let points = points.parse::<Points>().map_or(0, Points::thousandths);
                self.by_agent.entry(agent).or_default().thousandths += points;
            }
        }
        Ok(())
    }

    /// The finished workbook.
    pub(super) fn finish(self, summary: &Summary) -> anyhow::Result<Vec<u8>> {
        let Self { mut workbook, candidates, conversations, by_agent } = self;
        let mut agents = Sheets::new(&mut workbook, "坐席", AGENTS, MAX_ROWS)?;
        let nobody = ByAgent::default();
        for (id, count) in &summary.agents {
            let own = by_agent.get(id).unwrap_or(&nobody);
            let [always, with, stat] = own.queues.map(|count| count.to_string());
            let cells = [
                if id.is_empty() { "(没有写明)".to_owned() } else { id.clone() },
                count.name.clone().unwrap_or_default(),
                count.conversations.to_string(),
                count.candidates.to_string(),
                always,
                with,
                stat,
                Points::from_thousandths(own.thousandths).to_string(),
            ];
            agents.write(&mut workbook, &cells)?;
        }
        for sheets in [candidates, conversations, agents] {
            sheets.finish(&mut workbook)?;
        }
        Ok(workbook.save_to_buffer()?)
    }
}

impl Sheets {
    fn new(
        workbook: &mut Workbook,
        title: &'static str,
        heading: &'static [&'static str],
        most: u32,
    ) -> anyhow::Result<Self> {
        let sheet = started(workbook, title, heading)?;
        Ok(Self { title, heading, full: Vec::new(), sheet, row: 1, most })
    }

    fn write(&mut self, workbook: &mut Workbook, cells: &[String]) -> anyhow::Result<()> {
        if self.row == self.most {
            let title = format!("{} {}", self.title, self.full.len() + 2);
            let next = started(workbook, &title, self.heading)?;
            self.full.push(std::mem::replace(&mut self.sheet, next));
            self.row = 1;
        }
        for (column, (cell, heading)) in (0..).zip(cells.iter().zip(self.heading)) {
            match cell.parse::<u32>() {
                // Counts are numbers, so that they can be summed; ids are not, though they look alike.
                Ok(number) if is_count(heading) => self.sheet.write_number(self.row, column, number)?,
                _ if cell.is_empty() => continue,
                _ => self.sheet.write_string(self.row, column, cut(cell))?,
            };
        }
        self.row += 1;
        Ok(())
    }

    fn finish(self, workbook: &mut Workbook) -> anyhow::Result<()> {
        let last_column = u16::try_from(self.heading.len().saturating_sub(1))?;
        let most = self.most;
        for (mut sheet, rows) in self.full.into_iter().map(|sheet| (sheet, most)).chain([(self.sheet, self.row)]) {
            sheet.autofilter(0, 0, rows.saturating_sub(1).max(1), last_column)?;
            workbook.push_worksheet(sheet);
        }
        Ok(())
    }
}

/// A sheet with its heading, which stays in sight.
fn started(workbook: &mut Workbook, title: &str, heading: &[&str]) -> anyhow::Result<Worksheet> {
    let mut sheet = workbook.new_worksheet_with_constant_memory()?;
    let bold = Format::new().set_bold();
    sheet.set_name(title)?.set_freeze_panes(1, 0)?;
    for (column, name) in (0..).zip(heading) {
        sheet.set_column_width(column, width(name))?;
        sheet.write_string_with_format(0, column, *name, &bold)?;
    }
    Ok(sheet)
}

/// In characters of a digit's width.
fn width(heading: &str) -> f64 {
    match heading {
        "证据" => 40.0,
        "建议用语" | "编号" => 34.0,
        "会话" | "开始时间" | "消息时间" | "规则" => 24.0,
        "词条" | "词典包" | "原因" => 18.0,
        _ => 10.0,
    }
}

fn is_count(heading: &str) -> bool {
    const COUNTS: [&str; 9] =
        ["消息序号", "起", "止", "置信度", "客户信号", "疑似违规", "会话数", "扣分预览", "扣分预览合计"];
    let queues = [Queue::Always, Queue::With, Queue::Stat].map(queue_title);
    COUNTS.contains(&heading) || queues.contains(&heading)
}

fn cut(cell: &str) -> String {
    if cell.chars().count() <= MAX_CELL {
        return cell.to_owned();
    }
    cell.chars().take(MAX_CELL - CUT.chars().count()).chain(CUT.chars()).collect()
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader as _, Xlsx};

    use super::*;

    #[test]
    fn a_full_sheet_goes_on_in_the_next() {
        let mut workbook = Workbook::new();
        let mut sheets = Sheets::new(&mut workbook, "会话", &["会话", "消息序号"], 3).unwrap();
        for row in 0..5 {
            sheets.write(&mut workbook, &[format!("c{row}"), row.to_string()]).unwrap();
        }
        sheets.finish(&mut workbook).unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        let mut read: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let heading = || vec![Data::String("会话".to_owned()), Data::String("消息序号".to_owned())];
        let row = |row: u8| vec![Data::String(format!("c{row}")), Data::Float(row.into())];
        let wanted = [
            ("会话", vec![heading(), row(0), row(1)]),
            ("会话 2", vec![heading(), row(2), row(3)]),
            ("会话 3", vec![heading(), row(4)]),
        ];
        assert_eq!(read.sheet_names(), wanted.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for (name, rows) in wanted {
            let range = read.worksheet_range(name).unwrap();
            assert_eq!(range.rows().map(<[Data]>::to_vec).collect::<Vec<_>>(), rows, "{name}");
        }
    }
}
