//! `rules` and `rules show`.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::bail;

use super::Outcome;
use super::arguments::RuleArguments;
use super::columns::{Align, Columns, printable};
use super::dictionaries::Loaded;
use super::profiles::{self, Ready};
use super::settings_arguments::ProfileArguments;
use super::settled::Settled;
use crate::dictionary::{Mode, Pack, Queue, Rule, RuleKind, nearest};
use crate::operator::{Operator, Parameters};

/// The Chinese name of a queue class.
pub(super) fn queue_title(queue: Queue) -> &'static str {
    match queue {
        Queue::Always => "必检",
        Queue::With => "随案",
        Queue::Stat => "统计",
    }
}

fn kind_title(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Violation => "违规",
        RuleKind::Signal => "信号",
    }
}

/// All rules.
pub(super) fn list(arguments: &RuleArguments, profile: &ProfileArguments) -> anyhow::Result<Outcome> {
    let ready = ready(arguments, profile)?;
    let (rules, loaded) = (ready.rules(), &ready.loaded);
    let mut columns = Columns::new(&[
        ("规则", Align::Left),
        ("名称", Align::Left),
        ("类别", Align::Left),
        ("队列", Align::Left),
        ("算子", Align::Left),
        ("词条", Align::Right),
        ("启用", Align::Left),
        ("词典包", Align::Left),
    ]);
    for (pack, rule) in every_rule(loaded) {
        let enabled = rules.rules().iter().any(|known| *known.id == *rule.id);
        columns.row([
            rule.id.clone(),
            rule.title.clone(),
            kind_title(rule.kind).to_owned(),
            queue_title(rule.queue).to_owned(),
            rule.operator.to_string(),
            rule.terms.len().to_string(),
            if enabled { "是" } else { "否" }.to_owned(),
            pack.label(),
        ]);
    }
    let mut out = String::new();
    columns.write(&mut out);
    let _ = writeln!(out, "\n  规则集 {}", rules.hash());
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(Outcome::Done)
}

/// One rule's manual page.
pub(super) fn show(id: &str, arguments: &RuleArguments, profile: &ProfileArguments) -> anyhow::Result<Outcome> {
    let ready = ready(arguments, profile)?;
    let (rules, loaded) = (ready.rules(), &ready.loaded);
    let named = |rule: &Rule| rule.is_called(id);
    let Some((pack, rule)) = every_rule(loaded).into_iter().find(|(_, rule)| named(rule)) else {
        let known = every_rule(loaded);
        let advice = match nearest(id, known.iter().map(|(_, rule)| rule.id.as_str())) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`zhijian rules` lists them".to_owned(),
        };
        bail!("there is no rule `{}`; {advice}", printable(id));
    };
    let mut out = format!("{} {}\n\n", rule.id, rule.title);
    let mut section = |title: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "{title}\n  {}\n", text.trim().replace('\n', "\n  "));
        }
    };
    section("是什么", &rule.manual.what);
    section("为什么", &rule.manual.why);
    section("怎样发现", &rule.manual.how);
    section("发现不了什么", &rule.manual.misses);
    section("建议用语", rule.manual.suggestion.as_deref().unwrap_or_default());
    section("来源", &rule.source);
    let mut facts = format!("{} · 队列 {} · 算子 {}", kind_title(rule.kind), queue_title(rule.queue), rule.operator);
    if let Some(since) = rule.since {
        let _ = write!(facts, " · 自 {since} 起");
    }
    let _ = write!(facts, "\n词典包 {} ({})", pack.label(), pack.title);
    section("归类", &facts);
    let parameters: Vec<(&str, String)> = match rules.rules().iter().find(|known| *known.id == *rule.id) {
        Some(compiled) => compiled.parameters.clone(),
        // A rule that is off is not compiled.
        None => Parameters::read(rule, Operator::parameters(rule.operator), &mut Vec::new()).canonical().collect(),
    };
    let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    section("参数", &parameters.join("\n"));
    let count = |mode: Mode| rule.terms.iter().filter(|term| term.mode == mode).count();
    if !rule.terms.is_empty() {
        let text = format!(
            "词 {},片段 {},句型 {};例外 {}",
            count(Mode::Word),
            count(Mode::Substring),
            count(Mode::Pattern),
            rule.exceptions.len() + rule.terms.iter().map(|term| term.exceptions.len()).sum::<usize>(),
        );
        section("词条", &text);
    }
    writeln!(std::io::stdout(), "{}", out.trim_end())?;
    Ok(Outcome::Done)
}

/// The rules of the profile that is asked for, or those that hold where none does.
fn ready(arguments: &RuleArguments, profile: &ProfileArguments) -> anyhow::Result<Ready> {
    let settled = Settled::new(&profile.settings, [arguments.flags()])?;
    settled.say();
    profiles::ready(&settled, arguments, profiles::wanted_alone(profile.profile.as_deref()))
}

fn every_rule(loaded: &Loaded) -> Vec<(&Pack, &Rule)> {
    let packs = loaded.dictionary.packs.iter();
    packs.flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule))).collect()
}
