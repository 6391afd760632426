//! The summary that a team lead reads.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use super::columns::{Align, Columns, grouped, printable};
use super::explain::{reason_text, role_title};
use super::rules::queue_title;
use crate::conversation::{DAY_MINUTES, ServiceHours, Shift};
use crate::conversation::{Kind, Role};
use crate::dictionary::{Queue, RuleKind};
use crate::screening::{CompiledRule, Outcome, Profiles, Run, Stop, Summary, Waiting};

/// At most this many agents are listed.
const AGENTS: usize = 20;

pub(super) fn write(
    out: &mut String,
    rules: &Profiles,
    run: &Run,
    briefs: &Briefs,
    (settings, elapsed): (Option<&Path>, Duration),
) {
    let summary = &run.summary;
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let _ = writeln!(
        out,
        "会话 {} · 消息 {} · 用时 {}.{} 秒 · {} 条消息/秒",
        grouped(summary.conversations),
        grouped(summary.messages),
        millis / 1000,
        millis % 1000 / 100,
        grouped(summary.messages.saturating_mul(1000) / millis),
    );
    let _ = writeln!(
        out,
        "有疑似违规 {} · 仅有客户信号 {} · 未见问题 {} · 未能判定 {}",
        grouped(summary.with_outcome(Outcome::Flagged)),
        grouped(summary.with_outcome(Outcome::Signalled)),
        grouped(summary.with_outcome(Outcome::Clean)),
        grouped(summary.with_outcome(Outcome::NotEvaluated)),
    );
    if let Some(settings) = settings {
        let _ = writeln!(out, "设置 {}{}", printable(&settings.display().to_string()), by_profile(rules, summary));
    }
    if run.stopped == Some(Stop::Interrupted) {
        let _ = writeln!(out, "※ 中途停止:以下只是已读部分的结果");
    }
    by_rule(out, rules, summary);
    by_queue(out, rules, summary);
    by_agent(out, summary);
    not_evaluated(out, rules, summary);
    response_times(out, rules, summary);
    relabelled(out, summary);
    input_problems(out, summary);
    briefs.write(out);
}

fn section(out: &mut String, title: &str, columns: &Columns) {
    if !columns.is_empty() {
        let _ = writeln!(out, "\n{title}");
        columns.write(out);
    }
}

fn by_rule(out: &mut String, rules: &Profiles, summary: &Summary) {
    for (kind, title) in [(RuleKind::Violation, "疑似违规,按规则"), (RuleKind::Signal, "客户信号")] {
        let mut columns = Columns::new(&[
            ("规则", Align::Left),
            ("名称", Align::Left),
            ("队列", Align::Left),
            ("会话", Align::Right),
            ("处", Align::Right),
            ("仅供参考", Align::Right),
        ]);
        let mut counted: Vec<&CompiledRule> = rules
            .rules()
            .into_iter()
            .filter(|rule| rule.kind == kind && summary.rules.contains_key(&*rule.id))
            .collect();
        counted.sort_by_key(|rule| {
            let count = &summary.rules[&*rule.id];
            (rule.queue, std::cmp::Reverse(count.conversations), rule.id.clone())
        });
        for rule in counted {
            let count = &summary.rules[&*rule.id];
            columns.row([
                rule.id.to_string(),
                rule.title.clone(),
                queue_title(rule.queue).to_owned(),
                grouped(count.conversations),
                grouped(count.findings),
                grouped(count.informational),
            ]);
        }
        section(out, title, &columns);
    }
}

fn by_queue(out: &mut String, rules: &Profiles, summary: &Summary) {
    let mut columns = Columns::new(&[("队列", Align::Left), ("含义", Align::Left), ("处", Align::Right)]);
    for (queue, meaning) in
        [(Queue::Always, "单独成案,交质检员"), (Queue::With, "随其他案件一并查看"), (Queue::Stat, "只作统计")]
    {
        let of_class = |rule: &&CompiledRule| rule.queue == queue && rule.kind == RuleKind::Violation;
        let counts = rules.rules().into_iter().filter(of_class).filter_map(|rule| summary.rules.get(&*rule.id));
        let findings: u64 = counts.map(|count| count.findings).sum();
        if findings > 0 {
            columns.row([queue_title(queue).to_owned(), meaning.to_owned(), grouped(findings)]);
        }
    }
    section(out, "疑似违规,按队列", &columns);
}

fn by_agent(out: &mut String, summary: &Summary) {
    let mut columns = Columns::new(&[
        ("坐席", Align::Left),
        ("名字", Align::Left),
        ("会话", Align::Right),
        ("疑似违规", Align::Right),
    ]);
    let mut agents: Vec<_> = summary.agents.iter().filter(|(id, _)| !id.is_empty()).collect();
    agents.sort_by_key(|(id, count)| (std::cmp::Reverse(count.candidates), (*id).clone()));
    for (id, count) in agents.iter().take(AGENTS) {
        columns.row([
            (*id).clone(),
            count.name.clone().unwrap_or_default(),
            grouped(count.conversations),
            grouped(count.candidates),
        ]);
    }
    section(out, "疑似违规,按坐席", &columns);
    if agents.len() > AGENTS {
        let _ = writeln!(out, "  另有 {} 位坐席未列出", agents.len() - AGENTS);
    }
    let nameless = summary.agents.get("").map_or(0, |count| count.candidates);
    match (nameless, agents.is_empty()) {
        (0, _) => {}
        // No table stands above, so it is a sentence of its own and no row.
        (_, true) => _ = writeln!(out, "\n{} 处疑似违规所在的会话没有写明坐席,无法按坐席统计", grouped(nameless)),
        (_, false) => _ = writeln!(out, "  另有 {} 处疑似违规,会话没有写明坐席", grouped(nameless)),
    }
}

fn not_evaluated(out: &mut String, rules: &Profiles, summary: &Summary) {
    let mut columns =
        Columns::new(&[("规则", Align::Left), ("名称", Align::Left), ("会话", Align::Right), ("原因", Align::Left)]);
    for ((id, reason), &count) in &summary.not_evaluated {
        columns.row([id.to_string(), rules.title(id).to_owned(), grouped(count), reason_text(reason).to_owned()]);
    }
    section(out, "未能判定(不等于没有问题)", &columns);
}

fn response_times(out: &mut String, rules: &Profiles, summary: &Summary) {
    let mut columns = Columns::new(&[
        ("响应时间", Align::Left),
        ("次数", Align::Right),
        ("平均", Align::Right),
        ("中位", Align::Right),
        ("九成不超过", Align::Right),
    ]);
    let mut row = |title: &str, waiting: &Waiting| {
        let seconds = |value: Option<u64>| value.map_or("–".to_owned(), |value| format!("{} 秒", grouped(value)));
        if waiting.count() > 0 {
            columns.row([
                title.to_owned(),
                grouped(waiting.count()),
                seconds(waiting.mean()),
                seconds(waiting.median()),
                seconds(waiting.percentile(90)),
            ]);
        }
    };
    row("首次", &summary.first_response);
    row("其后", &summary.later_response);
    let used = rules.all().filter(|profile| summary.profiles.contains_key(profile.name.as_deref().unwrap_or("")));
    let with_hours: Vec<_> = used.clone().filter_map(|profile| Some((profile, profile.rules.hours()?))).collect();
    let title = match with_hours.len() {
        0 => "客户等待(未设服务时间,全天计时)",
        some if some == used.count() => "客户等待(只计服务时间)",
        _ => "客户等待(设了服务时间的方案只计服务时间,其余全天计时)",
    };
    let is_shown = !columns.is_empty();
    section(out, title, &columns);
    for (profile, hours) in with_hours.iter().filter(|_| is_shown) {
        let name = profile.name.as_deref().unwrap_or_default();
        let _ = writeln!(out, "  服务时间 {}:{}", printable(name), describe_hours(hours));
    }
}

/// How many conversations each profile took.
fn by_profile(rules: &Profiles, summary: &Summary) -> String {
    let count = |name: &str| summary.profiles.get(name).copied().unwrap_or(0);
    let named = rules.all().filter_map(|profile| profile.name.as_deref());
    let mut parts: Vec<String> =
        named.clone().map(|name| format!("{} {}", printable(name), grouped(count(name)))).collect();
    if parts.is_empty() {
        return String::new();
    }
    if count("") > 0 {
        parts.push(format!("不属于任何方案 {}", grouped(count(""))));
    }
    format!(" · 方案 {}", parts.join("、"))
}

/// Service hours in a line.
pub(super) fn describe_hours(hours: &ServiceHours) -> String {
    const DAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let time = |minutes: u16| {
        let next = if minutes > DAY_MINUTES { "次日 " } else { "" };
        let minutes = if minutes > DAY_MINUTES { minutes - DAY_MINUTES } else { minutes };
        format!("{next}{:02}:{:02}", minutes / 60, minutes % 60)
    };
    let shifts = |shifts: &[Shift]| -> String {
        let all = shifts.iter().map(|shift| format!("{}–{}", time(shift.from), time(shift.to)));
        all.collect::<Vec<_>>().join("、")
    };
    let week: Vec<(usize, &Vec<Shift>)> = hours.week().iter().enumerate().collect();
    let mut parts: Vec<String> = Vec::new();
    for run in week.chunk_by(|one, next| one.1 == next.1) {
        if let (Some((first, worked)), Some((last, _))) = (run.first(), run.last())
            && !worked.is_empty()
        {
            let days = if first == last {
                format!("周{}", DAYS[*first])
            } else {
                format!("周{}至周{}", DAYS[*first], DAYS[*last])
            };
            parts.push(format!("{days} {}", shifts(worked)));
        }
    }
    if !hours.closed().is_empty() {
        parts.push(format!("休息 {} 段", hours.closed().len()));
    }
    if !hours.extra().is_empty() {
        parts.push(format!("加班 {} 班", hours.extra().len()));
    }
    format!("{}({})", parts.join(","), hours.zone().name())
}

fn relabelled(out: &mut String, summary: &Summary) {
    let mut columns = Columns::new(&[("改判", Align::Left), ("为", Align::Left), ("消息", Align::Right)]);
    let counts = &summary.relabelled;
    let mut row = |what: String, now: &str, count: u64| {
        if count > 0 {
            columns.row([what, now.to_owned(), grouped(count)]);
        }
    };
    row("客服(自动回复名单)".to_owned(), role_title(Role::Bot), counts.auto_replies);
    for (role, count) in &counts.notices {
        row(format!("{}(系统通知)", role_title(*role)), role_title(Role::System), *count);
    }
    for (kind, count) in &counts.kinds {
        row("没有写明类型".to_owned(), kind_title(*kind), *count);
    }
    section(out, "与导出所写不同的消息", &columns);
}

fn kind_title(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "文字",
        Kind::Image => "图片",
        Kind::Card => "卡片",
        Kind::Sticker => "表情",
        Kind::Voice => "语音",
        Kind::Recalled => "撤回",
    }
}

fn input_problems(out: &mut String, summary: &Summary) {
    if summary.repeats > 0 {
        let _ = writeln!(out, "\n完全相同的重复会话 {} 个,已跳过", grouped(summary.repeats));
    }
    if summary.replaced > 0 {
        let _ = writeln!(out, "\n无法按编码解读的字节 {} 处,已替换为 U+FFFD", grouped(summary.replaced));
    }
    if !summary.bad_rows.is_empty() {
        let mut columns = Columns::new(&[("原因", Align::Left), ("行", Align::Right)]);
        for (code, &count) in &summary.bad_rows {
            columns.row([code.clone(), grouped(count)]);
        }
        section(out, "坏行(已跳过)", &columns);
    }
}

/// The first candidates, in input order, those of the weightiest queue first.
#[derive(Debug, Default)]
pub(super) struct Briefs {
    always: Vec<String>,
    other: Vec<String>,
    total: u64,
}

impl Briefs {
    /// At most this many are listed.
    const LISTED: usize = 20;

    /// Takes rows as `forms::write_brief` makes them.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        let always = queue_title(Queue::Always);
        for row in String::from_utf8_lossy(bytes).lines() {
            self.total += 1;
            let list = if row.split('\t').nth(5) == Some(always) { &mut self.always } else { &mut self.other };
            if list.len() < Self::LISTED {
                list.push(row.to_owned());
            }
        }
    }

    fn write(&self, out: &mut String) {
        let mut columns = Columns::new(&[
            ("会话", Align::Left),
            ("消息", Align::Right),
            ("规则", Align::Left),
            ("证据", Align::Left),
            ("坐席", Align::Left),
            ("队列", Align::Left),
            ("扣分预览", Align::Right),
        ]);
        for row in self.always.iter().chain(&self.other).take(Self::LISTED) {
            let cells: Vec<String> = row.split('\t').map(str::to_owned).collect();
            if let Ok(cells) = <[String; 7]>::try_from(cells) {
                columns.row(cells);
            }
        }
        section(out, "先看这些(消息序号从 0 起)", &columns);
        let listed = (self.always.len() + self.other.len()).min(Self::LISTED) as u64;
        if self.total > listed {
            let _ = writeln!(
                out,
                "  另有 {} 处;全部结果写在 -o FILE 给出的文件里,逐条理由用 zhijian explain 查看",
                grouped(self.total - listed)
            );
        }
    }
}
