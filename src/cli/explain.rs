//! `explain`: how people come to trust the engine.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::Outcome;
use super::arguments::{ExplainArguments, ExplainRole};
use super::columns::printable;
use super::screen::source_for_all;
use super::settled::Settled;
use super::{exports, profiles};
use crate::conversation::{Conversation, Kind, Message, Role};
use crate::operator::{Reason, Suppression};
use crate::screening::{
    ExplainedHit, ExplainedMessage, Explanation, Fate, Field, Outcome as Found, Preview, Profile, Profiles,
    Relabelling, RuleSet, Screener, leave_course_open,
};

pub(super) fn run(arguments: &ExplainArguments) -> anyhow::Result<Outcome> {
    let flags = [arguments.rules.flags(), arguments.context.flags(), arguments.input.flags()];
    let settled = Settled::new(&arguments.profile.settings, flags)?;
    settled.say();
    let asked = arguments.profile.profile.as_deref();
    // A message alone says nothing by which a profile could be chosen.
    let wanted = if arguments.text.is_some() { profiles::wanted_alone(asked) } else { profiles::wanted(asked) };
    let ready = profiles::ready(&settled, &arguments.rules, wanted)?;
    let source = source_for_all(&settled);
    let mut screener = Screener::new(Arc::clone(ready.rules())).with_day(settled.number("day"));
    let mut explain = |profile: &Profile, conversation: &Conversation<'_>, rows: Rows| {
        screener.turn_to(&profile.rules);
        let mut explanation = screener.explain(conversation);
        if rows == Rows::Lost {
            leave_course_open(&profile.rules, &mut explanation.screening);
        }
        profiles::join(&mut explanation.screening, profile, screener.day(conversation));
        explanation
    };
    let mut stdout = std::io::stdout().lock();
    if let Some(text) = &arguments.text {
        let role = match arguments.role {
            ExplainRole::Agent => Role::Agent,
            ExplainRole::Customer => Role::Customer,
            ExplainRole::Bot => Role::Bot,
        };
        let message =
            Message { id: None, role, kind: None, agent: None, time: None, text: text.into(), extra: Vec::new() };
        let conversation = Conversation { id: "explain".into(), messages: vec![message], ..Conversation::default() };
        // One message is no conversation: what is judged over its course says nothing here.
        let profile = ready.profiles.otherwise();
        let explanation = explain(profile, &conversation, Rows::Complete);
        stdout.write_all(describe(&profile.rules, &explanation, Scope::Message).as_bytes())?;
        return Ok(Outcome::Done);
    }
    let file = arguments.file.as_deref().context("give a text, or --file")?;
    let (inputs, _) = exports::resolve(&[file.to_owned()], &arguments.input, &settled, &profiles::zone(&settled)?)?;
    let mut shown = 0;
    let mut bad = 0;
    for chunk in inputs.chunks() {
        let chunk = chunk?;
        bad += chunk.bad.len();
        for (line, text) in chunk.lines() {
            let mut conversation = match Conversation::from_json(text) {
                Ok(conversation) => conversation,
                Err(error) => {
                    super::complain(format_args!("{}:{line}: {error}\n", chunk.file));
                    bad += 1;
                    continue;
                }
            };
            if arguments.id.as_ref().is_some_and(|id| *id != *conversation.id) {
                continue;
            }
            let rows = if chunk.lost_rows(line) { Rows::Lost } else { Rows::Complete };
            let profile = ready.profiles.complete(&mut conversation, source.as_deref(), &chunk);
            let explanation = explain(profile, &conversation, rows);
            let source = match explanation.screening.source.as_str() {
                "" => String::new(),
                source => format!(" · 来源 {}", printable(source)),
            };
            writeln!(stdout, "会话 {}{source}", printable(&explanation.screening.conversation))?;
            stdout.write_all(describe_profile(&ready.profiles, profile, &conversation).as_bytes())?;
            stdout.write_all(describe(&profile.rules, &explanation, Scope::Conversation).as_bytes())?;
            shown += 1;
        }
    }
    if let (0, Some(id)) = (shown, &arguments.id) {
        bail!("{file}: there is no conversation `{id}`");
    }
    Ok(if bad > 0 && shown == 0 { Outcome::NotDone } else { Outcome::Done })
}

/// Whether all rows of a conversation could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    Complete,
    Lost,
}

/// What is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Message,
    Conversation,
}

/// Which profile holds, and why; nothing where there is none to choose.
fn describe_profile(profiles: &Profiles, profile: &Profile, conversation: &Conversation<'_>) -> String {
    let mut out = String::new();
    match &profile.name {
        Some(name) => {
            let holds = profile.conditions.iter().filter_map(|condition| {
                let (pattern, said) = condition.holds(conversation)?;
                Some(format!("{}「{}」符合「{}」", field_title(condition.field), printable(said), printable(pattern)))
            });
            let why = match profiles.is_forced() {
                true => "由 --profile 指定".to_owned(),
                false if profile.conditions.is_empty() => "没有条件".to_owned(),
                false => holds.collect::<Vec<_>>().join(","),
            };
            let _ = writeln!(out, "    方案 {}:{why}", printable(name));
        }
        None if profiles.all().count() > 1 => out.push_str("    方案 无:没有一个方案的条件全部满足,只用 [options]\n"),
        None => {}
    }
    if let Some(hours) = profile.rules.hours() {
        let _ = writeln!(out, "    服务时间 {}", super::summary::describe_hours(hours));
    }
    out
}

fn field_title(field: Field) -> &'static str {
    match field {
        Field::Shop => "店铺",
        Field::Channel => "渠道",
        Field::Queue => "队列",
        Field::Team => "团队",
    }
}

fn describe(rules: &RuleSet, explanation: &Explanation, scope: Scope) -> String {
    let mut out = String::new();
    for (index, message) in explanation.messages.iter().enumerate() {
        describe_message(&mut out, index, message, scope);
    }
    describe_result(&mut out, rules, explanation, scope);
    out
}

fn describe_message(out: &mut String, index: usize, message: &ExplainedMessage, scope: Scope) {
    let kind = match message.kind {
        Kind::Text => String::new(),
        kind if message.kind_is_inferred => format!("({},由文字推断)", kind.as_str()),
        kind => format!("({})", kind.as_str()),
    };
    let time = message.time.as_ref().map_or(String::new(), |time| format!(" {}", printable(time)));
    let _ = writeln!(out, "[{index}] {}{kind}{time} {}", speaker(message), printable(&message.original));
    if scope == Scope::Message || !message.hits.is_empty() {
        let _ = writeln!(out, "    折叠  {}", printable(&message.folded));
        let _ = writeln!(out, "    骨架  {}", printable(&message.skeleton));
        let _ = writeln!(out, "    分词  {}", printable(&message.tokens.join(" / ")));
    }
    for hit in &message.hits {
        let _ = writeln!(out, "    {}", describe_hit(message, hit));
    }
}

/// Who speaks, and why, where the record says somebody else.
fn speaker(message: &ExplainedMessage) -> String {
    let given = role_title(message.role);
    match message.relabelling {
        None => given.to_owned(),
        Some(why @ Relabelling::AutoReply(entry)) => {
            format!("{}(原标为{given}:自动回复名单第 {} 条)", role_title(why.role()), entry + 1)
        }
        Some(why @ Relabelling::Notice) => format!("{}(原标为{given}:系统通知)", role_title(why.role())),
    }
}

fn describe_hit(message: &ExplainedMessage, hit: &ExplainedHit) -> String {
    let disguised = if hit.disguised { ",透过伪装" } else { "" };
    let place = format!(
        "{}..{} 「{}」{disguised} ← {} 词条 {}",
        hit.start,
        hit.end,
        printable(&hit.matched),
        hit.rule,
        hit.term
    );
    match &hit.fate {
        Fate::Counted => format!("✓ 命中 {place}"),
        Fate::Suppressed(Suppression::Satisfied) => format!("○ 满足 {place}"),
        Fate::Suppressed(by) => format!("✗ 不计 {place}:{}", describe_suppression(message, by)),
    }
}

fn describe_suppression(message: &ExplainedMessage, by: &Suppression) -> String {
    match by {
        Suppression::Border => "两端不在词的边界上".to_owned(),
        Suppression::Exception { exception, span } => {
            let found = message.folded.get(span.range()).unwrap_or_default();
            format!("在例外「{}」之内(例外 {exception})", printable(found))
        }
        Suppression::Negation { negator } => format!("本小句内被「{negator}」否定"),
        Suppression::Quotation => "是引述对方的话".to_owned(),
        Suppression::Echo => "对方先用了这个词,此词条跟着说不算".to_owned(),
        Suppression::Place => "只有整条回复就是它、并且是在回答提问时才算".to_owned(),
        Suppression::Covered => "被更长的证据包含".to_owned(),
        Suppression::OtherRule => "这几个字是另一条规则的证据,一处只算一条".to_owned(),
        Suppression::Satisfied => "满足要求".to_owned(),
        Suppression::NoCue => "这类号码旁边要有说明是谁的话才算".to_owned(),
        Suppression::Excused => "本条或前面几条消息说明了这样做没有问题".to_owned(),
        Suppression::Known => "客户自己先说过,或记录里写明是客户的".to_owned(),
    }
}

fn describe_result(out: &mut String, rules: &RuleSet, explanation: &Explanation, scope: Scope) {
    let screening = &explanation.screening;
    // A single message has no course: what is missing from it, or was not measured, is no result.
    let shown = |spans: &[crate::screening::Evidence]| {
        scope == Scope::Conversation || spans.iter().any(|span| span.term.is_some())
    };
    // A message alone is in no conversation, so its findings have no id that could be met again.
    let id = |id: &str| match scope {
        Scope::Message => String::new(),
        Scope::Conversation => format!(" · 编号 {id}"),
    };
    let mut lines = Vec::new();
    for (label, candidates) in [("疑似违规", &screening.candidates), ("仅供参考", &screening.informational)] {
        for found in candidates.iter().filter(|found| shown(&found.spans)) {
            let quotes: Vec<String> =
                found.spans.iter().map(|span| format!("「{}」", printable(&span.quote))).collect();
            let reasons: Vec<&str> = found.reasons.iter().map(|reason| reason_title(*reason)).collect();
            let lowered = if reasons.is_empty() { String::new() } else { format!(",因{}降低", reasons.join("、")) };
            let suggestion = found.suggestion.as_ref().map_or(String::new(), |text| format!(",建议说「{text}」"));
            let points = found.points.as_ref().map_or(String::new(), |points| format!(" · 扣分预览 {points}"));
            lines.push(format!(
                "{label} {} {} · 消息 {} · {} · 置信度 {}‰{lowered}{suggestion} · {}{points}{}",
                found.rule,
                rules.title(&found.rule),
                found.message,
                quotes.join(" "),
                found.confidence,
                found.pack,
                id(&found.id),
            ));
        }
    }
    for found in &screening.signals {
        let quotes: Vec<String> = found.spans.iter().map(|span| format!("「{}」", printable(&span.quote))).collect();
        lines.push(format!(
            "客户信号 {} {} · 消息 {} · {}{}",
            found.rule,
            rules.title(&found.rule),
            found.message,
            quotes.join(" "),
            id(&found.id),
        ));
    }
    if scope == Scope::Conversation {
        for wait in &explanation.waits {
            let seconds = wait.waited / 1000;
            let (minutes, seconds) = (seconds / 60, seconds % 60);
            lines.push(format!("等待 消息 {} → {} · {minutes} 分 {seconds} 秒", wait.asked.0, wait.answered.0));
        }
        for rule in &screening.not_evaluated {
            lines.push(format!("未能判定 {} {}:{}", rule.rule, rules.title(&rule.rule), reason_text(&rule.reason)));
        }
        lines.extend(screening.preview.as_ref().map(describe_preview));
    }
    if lines.is_empty() {
        lines.push("没有发现".to_owned());
    }
    let outcome = match screening.outcome {
        Found::Flagged => "有疑似违规",
        Found::Signalled => "有客户信号",
        Found::NotEvaluated => "未能判定",
        Found::Clean => "未见问题",
    };
    if scope == Scope::Conversation {
        let _ = writeln!(out, "结论 {outcome}");
    } else {
        let _ = writeln!(out, "结论");
    }
    for line in lines {
        let _ = writeln!(out, "    {line}");
    }
    out.push('\n');
}

/// What the agents' candidates would cost.
fn describe_preview(preview: &Preview) -> String {
    let rulebook = &preview.rulebook;
    match preview.not_evaluated.as_deref() {
        None => {}
        Some("no-day") => return format!("扣分预览 {rulebook}:会话没有日期,可用 --day 给出"),
        Some("no-edition") => return format!("扣分预览 {rulebook}:当日还没有生效的版本"),
        Some(other) => return format!("扣分预览 {rulebook}:{other}"),
    }
    let edition = preview.edition.as_deref().unwrap_or_default();
    let agents = preview.agents.iter().map(|agent| match agent.agent.as_str() {
        "" => format!("未写明坐席 {}", agent.points),
        id => format!("{} {}", printable(id), agent.points),
    });
    format!("扣分预览 {rulebook}@{edition}:{}", agents.collect::<Vec<_>>().join(","))
}

pub(super) fn role_title(role: Role) -> &'static str {
    match role {
        Role::Customer => "客户",
        Role::Agent => "客服",
        Role::Bot => "机器人",
        Role::System => "系统",
    }
}

fn reason_title(reason: Reason) -> &'static str {
    match reason {
        Reason::Echo => "跟着对方用词",
        Reason::Disguise => "透过伪装识别",
        Reason::Split => "拆字写法",
        Reason::LookAlike => "形近字写法",
        Reason::Pinyin => "拼音写法",
        Reason::Homophone => "同音字写法",
    }
}

/// Why a rule could not be judged, for people.
pub(super) fn reason_text(code: &str) -> &str {
    match code {
        "no-message-times" => "消息没有时间",
        "missing-time" => "有的消息缺少时间",
        "incomplete" => "有坏行,会话不完整",
        "clock-backwards" => "时间倒流",
        "no-closed-by" => "没有写明由谁关闭",
        "no-meta" => "记录里没有要用的 meta",
        "cue-rule-disabled" => "所依据的规则停用了",
        other => other,
    }
}
