//! `inspect`: how a file is understood, what is not sure, and what to write so that it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use super::Outcome;
use super::arguments::{InputArguments, InspectArguments};
use super::columns::{Align, Columns, grouped, printable};
use super::exports;
use super::inspect_advice::{questions, settings};
use super::profiles;
use super::settled::Settled;
use crate::conversation::{
    AutoReplyFinder, Chunk, Clock, Conversation, Format, InputError, Inputs, Notes, Preset, Role, Survey, Zone,
    mask_numbers, written_duration,
};

/// Rows of a list that are shown.
const LISTED: usize = 12;

/// Characters of a cell or message that are shown.
const SHOWN: usize = 24;

/// What was found in one file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) file: String,
    pub(super) notes: Notes,
    encoding: &'static str,
    replaced: u64,
    pub(super) conversations: u64,
    by_role: BTreeMap<Role, u64>,
    pub(super) messages: u64,
    pub(super) timed: u64,
    to_the_second: u64,
    pub(super) with_offset: u64,
    span: Option<(String, String)>,
    pub(super) agents: BTreeSet<String>,
    pub(super) closed: u64,
    pub(super) auto_replies: AutoReplyFinder,
    /// Keys of the native form that are not known.
    unknown_keys: BTreeMap<String, u64>,
    /// The first conversations: id, messages, how it begins.
    first: Vec<(String, usize, String)>,
    bad: BTreeMap<&'static str, (u64, u64)>,
    pub(super) errors: Vec<String>,
    /// A mapping that may be meant; empty: none.
    pub(super) suggested_map: String,
    /// Whether it could be read if it were said how its conversations are parted.
    pub(super) lacks_only_ids: bool,
}

pub(super) fn run(arguments: &InspectArguments) -> anyhow::Result<Outcome> {
    let day = arguments.day.map(|day| day.to_string());
    let own = vec![("time-zone", arguments.time_zone.clone()), ("day", day)];
    let settled = Settled::new(&arguments.settings, [own, arguments.input.flags()])?;
    settled.say();
    let zone = profiles::zone(&settled)?;
    let (inputs, _) = exports::resolve(&arguments.inputs, &arguments.input, &settled, &zone)?;
    let mut unreadable = false;
    for (index, (file, survey)) in inputs.surveyed().enumerate() {
        let found = inspected(&file, &survey);
        let mut out = if index > 0 { "\n".to_owned() } else { String::new() };
        describe(&mut out, &found, &arguments.input, &zone);
        std::io::stdout().write_all(out.as_bytes())?;
        unreadable |= found.conversations == 0 && (!found.errors.is_empty() || !found.bad.is_empty());
    }
    Ok(if unreadable { Outcome::NotDone } else { Outcome::Done })
}

fn inspected(file: &Inputs, survey: &Survey) -> Found {
    let mut found = Found { file: file.names().next().unwrap_or_default().to_owned(), ..Found::default() };
    for chunk in file.chunks() {
        match chunk {
            Ok(chunk) => found.chunk(&chunk),
            Err(error) => {
                if let InputError::MissingColumns { suggestion, missing, .. } = &error {
                    found.suggested_map.clone_from(suggestion);
                    found.lacks_only_ids = missing.as_slice() == ["id"];
                }
                found.errors.push(error.to_string());
            }
        }
    }
    found.notes = survey.notes();
    found
}

impl Found {
    fn chunk(&mut self, chunk: &Chunk) {
        self.encoding = chunk.encoding;
        self.replaced += chunk.replaced;
        for bad in &chunk.bad {
            self.bad(bad.code, bad.line);
        }
        for (line, text) in chunk.lines() {
            match Conversation::from_json(text) {
                Ok(conversation) => self.conversation(&conversation),
                Err(error) => self.bad(error.code(), line),
            }
        }
    }

    fn bad(&mut self, code: &'static str, line: u64) {
        self.bad.entry(code).or_insert((0, line)).0 += 1;
    }

    fn conversation(&mut self, conversation: &Conversation<'_>) {
        self.conversations += 1;
        self.closed += u64::from(conversation.closed_by.is_some());
        let in_charge = conversation.agent.as_ref().map(|agent| &*agent.id);
        let others = conversation.messages.iter().filter_map(|message| message.agent.as_deref());
        self.agents.extend(in_charge.into_iter().chain(others).map(str::to_owned));
        for (key, _) in &conversation.extra {
            *self.unknown_keys.entry(key.clone().into_owned()).or_default() += 1;
        }
        self.auto_replies.take(conversation);
        for message in &conversation.messages {
            self.messages += 1;
            *self.by_role.entry(message.role).or_default() += 1;
            let Some(time) = &message.time else { continue };
            self.timed += 1;
            self.to_the_second += u64::from(time.has_seconds());
            self.with_offset += u64::from(matches!(time.clock, Clock::Instant(_)));
            let (first, last) = self.span.get_or_insert_with(|| (time.text.to_string(), time.text.to_string()));
            if *time.text < **first {
                *first = time.text.to_string();
            }
            if *time.text > **last {
                *last = time.text.to_string();
            }
        }
        if self.first.len() < 3 {
            let begins = conversation.messages.first().map_or(String::new(), |message| shown(&message.text));
            self.first.push((printable(&conversation.id), conversation.messages.len(), begins));
        }
    }

    /// The columns of a table from which nothing is read.
    fn unread(&self) -> usize {
        self.notes.columns.iter().filter(|(_, field)| field.is_none()).count()
    }

    /// Those of whom it is not known who they are, the busiest first.
    pub(super) fn strangers(&self) -> Vec<(&str, u64)> {
        let all = self.notes.speakers.iter().filter(|(_, (role, _))| role.is_none());
        let mut strangers: Vec<_> = all.map(|(name, (_, count))| (name.as_str(), *count)).collect();
        strangers.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        strangers
    }
}

/// Something of the file, short, without the numbers of persons.
fn shown(text: &str) -> String {
    let printable = printable(text);
    // A time has as many digits as a telephone number.
    let masked = if Clock::parse(printable.trim()).is_some() { printable } else { mask_numbers(&printable) };
    let cut: String = masked.chars().take(SHOWN).collect();
    if cut.len() < masked.len() { format!("{cut}…") } else { cut }
}

fn describe(out: &mut String, found: &Found, arguments: &InputArguments, zone: &Zone) {
    let _ = writeln!(out, "{}", printable(&found.file));
    let mut line = |title: &str, text: String| {
        let _ = writeln!(out, "  {title}  {text}");
    };
    line("格式", format_of(&found.notes));
    if !found.encoding.is_empty() && !matches!(found.notes.format, Some(Format::Workbook | Format::Parquet)) {
        let replaced = match found.replaced {
            0 => String::new(),
            count => format!(",{} 处字节不是文字,已替换为 U+FFFD", grouped(count)),
        };
        line("编码", format!("{}{replaced}", found.encoding));
    }
    line("会话", format!("{}{}", grouped(found.conversations), parted_by(&found.notes)));
    let roles = [(Role::Customer, "客户"), (Role::Agent, "客服"), (Role::Bot, "机器人"), (Role::System, "系统")];
    let by_role =
        roles.map(|(role, title)| format!("{title} {}", grouped(found.by_role.get(&role).copied().unwrap_or(0))));
    line("消息", format!("{}({})", grouped(found.messages), by_role.join(",")));
    line("时间", times(found, zone));
    line("坐席", grouped(found.agents.len() as u64));
    columns(out, found);
    speakers(out, found);
    beginning(out, found);
    unknown_keys(out, found);
    conversations(out, found);
    bad(out, found);
    for error in &found.errors {
        let _ = writeln!(out, "\n读不出:{error}");
    }
    let questions = questions(found);
    if !questions.is_empty() {
        out.push_str("\n请确认\n");
        for (index, question) in questions.iter().enumerate() {
            let _ = writeln!(out, "  {}. {question}", index + 1);
        }
    }
    if found.notes.format.is_some() {
        out.push_str(&settings(found, arguments));
    }
}

fn format_of(notes: &Notes) -> String {
    let packed = if notes.is_packed { ",已压缩" } else { "" };
    let name = match notes.format {
        None => "没有认出".to_owned(),
        Some(Format::Jsonl) => "JSONL(一行一通会话)".to_owned(),
        Some(Format::Csv | Format::Tsv) => "表格(一行一条消息)".to_owned(),
        Some(Format::Workbook) => {
            let sheet = notes.sheet.as_deref().map(|sheet| format!(",工作表「{}」", printable(sheet)));
            format!("Excel 工作簿(一行一条消息){}{}", sheet.unwrap_or_default(), other_sheets(&notes.other_sheets))
        }
        Some(Format::Parquet) => "Parquet".to_owned(),
        Some(Format::Chat) => {
            let preset = notes.preset.and_then(|id| Preset::all().iter().find(|preset| preset.id == id));
            let checked =
                |preset: &Preset| if preset.is_checked { "" } else { ",此预设未对照真实导出核对" };
            let told = preset.map(|preset| format!(",预设 {}:{}{}", preset.id, preset.title, checked(preset)));
            format!("聊天文本{}", told.unwrap_or_default())
        }
    };
    format!("{name}{packed}")
}

/// What is not read of a workbook.
fn other_sheets(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<_> = names.iter().take(LISTED).map(|name| format!("「{}」", shown(name))).collect();
    let more = if names.len() > LISTED { format!("等 {} 张", names.len()) } else { String::new() };
    format!("(没有读{}{more};用 --sheet 另选)", shown.join(""))
}

fn parted_by(notes: &Notes) -> String {
    let Some((by, gap)) = &notes.parted else { return String::new() };
    let by = if by.is_empty() { "客户".to_owned() } else { format!(" {} ", by.join(",")) };
    format!("(按{by}划分,静默超过 {} 另起一通)", written_duration(*gap))
}

fn times(found: &Found, zone: &Zone) -> String {
    let Some((first, last)) = &found.span else { return "没有".to_owned() };
    let mut told = format!("{first} … {last}");
    if found.timed < found.messages {
        let _ = write!(told, ",{} 条消息没有时间", grouped(found.messages - found.timed));
    }
    if found.to_the_second < found.timed {
        told.push_str(",有的只到分钟(不足一分钟的差别不会算作超时)");
    }
    if found.with_offset < found.timed {
        let _ = write!(told, ",没有写时区的按 {} 理解", zone.name());
    }
    told
}

fn columns(out: &mut String, found: &Found) {
    if found.notes.columns.is_empty() {
        return;
    }
    let mut columns = Columns::new(&[("列名", Align::Left), ("读作", Align::Left), ("样例", Align::Left)]);
    // What is read stands first; of the rest some are shown.
    let read = |field: Option<&str>| u8::from(field.is_none());
    let mut all: Vec<_> = found.notes.columns.iter().enumerate().collect();
    all.sort_by_key(|(at, (_, field))| (read(*field), *at));
    let listed = all.len() - found.unread() + LISTED;
    for (at, (name, field)) in all.iter().take(listed) {
        let sample = found.notes.samples.iter().filter_map(|cells| cells.get(*at)).find(|cell| !cell.trim().is_empty());
        let sample = sample.map_or(String::new(), |cell| shown(cell));
        columns.row([shown(name), field.unwrap_or("(不读)").to_owned(), sample]);
    }
    out.push_str("\n列\n");
    columns.write(out);
    if all.len() > listed {
        let _ = writeln!(out, "  另有 {} 列不读", all.len() - listed);
    }
}

fn speakers(out: &mut String, found: &Found) {
    if found.notes.speakers.is_empty() {
        return;
    }
    let mut columns = Columns::new(&[("谁在说话", Align::Left), ("读作", Align::Left), ("条", Align::Right)]);
    let mut all: Vec<_> = found.notes.speakers.iter().collect();
    all.sort_by_key(|(name, (role, count))| (role.is_some(), std::cmp::Reverse(*count), (*name).clone()));
    for (name, (role, count)) in all.iter().take(LISTED) {
        let role = role.map_or("(不知道)", Role::as_str);
        columns.row([shown(name), role.to_owned(), grouped(*count)]);
    }
    out.push_str("\n说话人\n");
    columns.write(out);
    if all.len() > LISTED {
        let _ = writeln!(out, "  另有 {} 个名字或写法", grouped((all.len() - LISTED) as u64));
    }
}

/// How a text begins of which no column is known.
fn beginning(out: &mut String, found: &Found) {
    if found.notes.columns.is_empty() && !found.notes.samples.is_empty() {
        out.push_str("\n开头几行\n");
        for line in found.notes.samples.iter().flatten() {
            let _ = writeln!(out, "  {}", shown(line));
        }
    }
}

fn unknown_keys(out: &mut String, found: &Found) {
    if !found.unknown_keys.is_empty() {
        let keys: Vec<_> = found.unknown_keys.keys().take(LISTED).map(|key| shown(key)).collect();
        let _ = writeln!(out, "\n不认识、原样保留的字段:{}", keys.join(", "));
    }
}

fn conversations(out: &mut String, found: &Found) {
    let mut columns = Columns::new(&[("会话", Align::Left), ("消息", Align::Right), ("开头", Align::Left)]);
    for (id, messages, begins) in &found.first {
        columns.row([id.clone(), grouped(*messages as u64), begins.clone()]);
    }
    if !columns.is_empty() {
        out.push_str("\n样例\n");
        columns.write(out);
    }
}

fn bad(out: &mut String, found: &Found) {
    let mut columns = Columns::new(&[("坏行的原因", Align::Left), ("行", Align::Right), ("第一处", Align::Right)]);
    for (code, (count, line)) in &found.bad {
        columns.row([(*code).to_owned(), grouped(*count), grouped(*line)]);
    }
    if !columns.is_empty() {
        out.push('\n');
        columns.write(out);
    }
}
