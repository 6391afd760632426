//! `evaluate`: how well the rules do on conversations that a person has read.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::Outcome;
use super::arguments::EvaluateArguments;
use super::columns::{Align, Columns, printable};
use super::profiles::Ready;
use super::settled::Settled;
use super::{bad_rows, exports, profiles};
use crate::conversation::{Conversation, InputError, mask_numbers, unpacked};
use crate::dictionary::{RuleKind, nearest};
use crate::screening::{Difference, DifferenceKind, Evaluation, Label, Profiles, Score, Screener, Share};

/// Characters of a message that are shown beside a difference.
const SHOWN: usize = 60;

pub(super) fn run(arguments: &EvaluateArguments) -> anyhow::Result<Outcome> {
    let (settled, ready) = prepare(arguments)?;
    let (rules, loaded) = (&ready.profiles, &ready.loaded);
    let all_rules: BTreeSet<&str> =
        loaded.dictionary.packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.id.as_str()).collect();
    let limits: Vec<Limit<'_>> =
        arguments.fail_under.iter().map(|limit| Limit::read(limit, rules)).collect::<Result<_, _>>()?;
    let mut screener = Screener::new(Arc::clone(ready.rules())).with_day(settled.number("day"));
    let file = arguments.labels.display();
    let text = text_of(&arguments.labels)?;
    let mut evaluation = Evaluation::default();
    let mut report = String::new();
    let mut by_id: HashMap<String, Named<'_>> = HashMap::new();
    let mut carrying: u64 = 0;
    // Lines that could not be judged, and why.
    let mut left_out: Vec<(u64, String)> = Vec::new();
    let mut off: BTreeSet<String> = BTreeSet::new();
    let is_known = |rule: &str| rules.rule(rule).is_some();
    let mut judge = |line: u64, label: &Label<'_>, conversation: &Conversation<'_>| {
        let messages = conversation.messages.len();
        if let Some(message) = label.beyond(messages) {
            return Err(format!("there is no message {message} in a conversation of {messages}, counted from 0"));
        }
        screener.turn_to(&rules.choose(conversation).rules);
        let screening = screener.screen(conversation);
        let name = if label.is_named() { printable(&conversation.id) } else { format!("第 {line} 行") };
        for difference in evaluation.add(label, &screening, is_known) {
            describe(&mut report, &name, conversation, &difference);
        }
        Ok(())
    };
    for (line, json) in (1..).zip(text.lines()).filter(|(_, json)| !json.trim().is_empty() && !json.starts_with('#')) {
        let label = match read(json, &all_rules) {
            Ok(label) => label,
            Err(reason) => {
                left_out.push((line, reason));
                continue;
            }
        };
        off.extend(label.rules().filter(|rule| !is_known(rule)).map(str::to_owned));
        if let Some(carried) = label.carried() {
            carrying += 1;
            let judged = match Conversation::from_json(&carried) {
                Ok(conversation) => judge(line, &label, &conversation),
                Err(error) => {
                    let field = error.field().map_or(String::new(), |field| format!("conversation.{field}: "));
                    Err(format!("{}: {field}{error}", error.code()))
                }
            };
            left_out.extend(judged.err().map(|reason| (line, reason)));
        } else if let Some(id) = label.id.clone() {
            Named::add(&mut by_id, id, line, label);
        }
    }
    is_data_named(arguments, !by_id.is_empty(), carrying > 0)?;
    left_out.extend(Named::take_contradictions(&mut by_id));
    if !arguments.data.is_empty() {
        // Named in vain or not, a file that is not there is a mistake.
        let zone = profiles::zone(&settled)?;
        let (inputs, _) = exports::resolve(&arguments.data, &arguments.input, &settled, &zone)?;
        for chunk in inputs.chunks() {
            if by_id.is_empty() {
                break;
            }
            let chunk = chunk?;
            for (_, text) in chunk.lines() {
                let Ok(mut conversation) = Conversation::from_json(text) else { continue };
                chunk.unsaid.complete(&mut conversation);
                if let Some(Named { lines, label, .. }) = by_id.remove(&*conversation.id) {
                    let line = lines.first().copied().unwrap_or_default();
                    let reason = judge(line, &label, &conversation).err();
                    left_out.extend(reason.into_iter().flat_map(|reason| each(&lines, &reason)));
                }
            }
        }
    }
    complain_of(&file, &mut left_out, &off);
    let mut absent: Vec<u64> = by_id.values().filter_map(|named| named.lines.first().copied()).collect();
    absent.sort_unstable();
    let mut out = table(rules, &evaluation);
    if !report.is_empty() && !arguments.brief {
        let _ = write!(out, "\n逐条差异\n{report}");
    }
    std::io::stdout().lock().write_all(out.as_bytes())?;
    if let Some(first) = absent.first() {
        super::complain(format_args!(
            "{file}:{first}: {} labelled conversation(s), this one first, are not in the data\n",
            absent.len()
        ));
        return Ok(Outcome::NotDone);
    }
    if !left_out.is_empty() {
        return Ok(Outcome::NotDone);
    }
    if evaluation.conversations == 0 {
        bail!("{file}: there is no label in it, so nothing was evaluated");
    }
    for limit in &limits {
        if limit.is_missed(rules, &evaluation)? {
            return Ok(Outcome::Failed);
        }
    }
    Ok(Outcome::Done)
}

/// What holds for this run, and its rules.
fn prepare(arguments: &EvaluateArguments) -> anyhow::Result<(Settled, Ready)> {
    let own = vec![("day", arguments.day.map(|day| day.to_string()))];
    let flags = [arguments.rules.flags(), arguments.input.flags(), own];
    let settled = Settled::new(&arguments.profile.settings, flags)?;
    settled.say();
    let wanted = profiles::wanted(arguments.profile.profile.as_deref());
    let ready = profiles::ready(&settled, &arguments.rules, wanted)?;
    Ok((settled, ready))
}

/// The label of a conversation that is named by its id. It may stand on several lines.
struct Named<'l> {
    lines: Vec<u64>,
    label: Label<'l>,
    /// The line that says the opposite of those before it, and the rule of which it says that.
    contradiction: Option<(u64, String)>,
}

impl<'l> Named<'l> {
    fn add(all: &mut HashMap<String, Self>, id: String, line: u64, label: Label<'l>) {
        match all.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(Self { lines: vec![line], label, contradiction: None });
            }
            Entry::Occupied(mut earlier) => {
                let named = earlier.get_mut();
                if let Err(rule) = named.label.merge(label) {
                    named.contradiction.get_or_insert((line, rule));
                }
                named.lines.push(line);
            }
        }
    }

    /// Takes out the labels whose lines contradict each other: to judge by one line alone would count what the others want
    /// as raised in vain.
    fn take_contradictions(all: &mut HashMap<String, Self>) -> Vec<(u64, String)> {
        let contradictions = all.values().flat_map(Self::contradictions).collect();
        all.retain(|_, named| named.contradiction.is_none());
        contradictions
    }

    /// Each of its lines with what is wrong, where the lines contradict each other.
    fn contradictions(&self) -> Vec<(u64, String)> {
        let Some((contradicting, rule)) = &self.contradiction else { return Vec::new() };
        let others = self.lines.iter().take_while(|line| *line < contradicting).map(u64::to_string);
        let others: Vec<String> = others.collect();
        let reason = format!(
            "line {} and line {contradicting} label the same conversation and contradict each other: the one wants \
             `{rule}` found where the other says that it is absent or doubtful; correct one of them",
            others.join(", ")
        );
        each(&self.lines, &reason)
    }
}

/// Each of these lines with a reason.
fn each(lines: &[u64], reason: &str) -> Vec<(u64, String)> {
    lines.iter().map(|&line| (line, reason.to_owned())).collect()
}

/// Says where data are named in vain, and refuses where they are wanting. Where no label can be read, nobody knows.
fn is_data_named(arguments: &EvaluateArguments, wanted: bool, carried: bool) -> anyhow::Result<()> {
    let file = arguments.labels.display();
    if wanted && arguments.data.is_empty() {
        bail!("{file}: the labels name conversations by id; say where these are with --data FILE");
    }
    if !wanted && carried && !arguments.data.is_empty() {
        super::complain(format_args!(
            "{file}: all labels that can be read carry their conversations; --data is not read\n"
        ));
    }
    Ok(())
}

/// The labels as text; an error names the line that is none.
fn text_of(labels: &Path) -> anyhow::Result<String> {
    let file = labels.display();
    let bytes = unpacked(labels).map_err(|error| match error {
        // What was read before is of no use here.
        InputError::CannotRead { source, .. } => anyhow::anyhow!(
            "{file}: cannot be read ({source}); give a file of labels, one JSON object a line (docs/formats.md, Labels)"
        ),
        other => other.into(),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|&byte| byte == b'\n').count();
        anyhow::anyhow!("{file}:{line}: labels are written in UTF-8, and this is not; convert the file")
    })?;
    // Editors of Windows put a mark before the first line.
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Says which lines were not judged and why, as many as `screen` names of its bad rows, and which rules were not.
fn complain_of(file: &dyn Display, left_out: &mut [(u64, String)], off: &BTreeSet<String>) {
    left_out.sort();
    let shown = usize::try_from(bad_rows::SHOWN).unwrap_or(usize::MAX);
    for (line, reason) in left_out.iter().take(shown) {
        super::complain(format_args!("{file}:{line}: {reason}; this label is left out\n"));
    }
    let all = left_out.len();
    if let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) {
        super::complain(format_args!("{file}: … and {more} more; {all} labels are left out in all\n"));
    }
    if !off.is_empty() {
        let off: Vec<&str> = off.iter().map(String::as_str).collect();
        super::complain(format_args!("{file}: not judged, since these rules are off: {}\n", off.join(", ")));
    }
}

/// Reads one label, all rules of which there are.
fn read<'l>(json: &'l str, all_rules: &BTreeSet<&str>) -> Result<Label<'l>, String> {
    let label = Label::parse(json)?;
    if let Some(unknown) = label.rules().find(|rule| !all_rules.contains(rule)) {
        let advice = match nearest(unknown, all_rules.iter().copied()) {
            Some(id) => format!("did you mean `{id}`?"),
            None => "`zhijian rules` lists them".to_owned(),
        };
        return Err(format!("there is no rule `{}`, {advice}", printable(unknown)));
    }
    Ok(label)
}

/// The least F1: of one rule (`shirking=0.7`), or of all violations together (`0.9`).
struct Limit<'a> {
    written: &'a str,
    rule: Option<&'a str>,
    least: f64,
}

impl<'a> Limit<'a> {
    fn read(written: &'a str, rules: &Profiles) -> anyhow::Result<Self> {
        let (rule, figure) = written.split_once('=').map_or((None, written), |(rule, figure)| (Some(rule), figure));
        let least = figure
            .parse()
            .ok()
            .filter(|least| (0.0..=1.0).contains(least))
            .with_context(|| format!("--fail-under {written}: write a share such as 0.9, or RULE=0.9"))?;
        if rule.is_some_and(|rule| rules.rule(rule).is_none()) {
            bail!("--fail-under {written}: there is no enabled rule of this name");
        }
        Ok(Self { written, rule, least })
    }

    fn is_missed(&self, rules: &Profiles, evaluation: &Evaluation) -> anyhow::Result<bool> {
        let score = match self.rule {
            Some(rule) => evaluation.rules.get(rule).copied().unwrap_or_default(),
            None => evaluation.together(|rule| is_violation(rules, rule)),
        };
        let written = self.written;
        // A list that was cut off must not pass.
        let Some(f1) = score.f1() else {
            bail!("--fail-under {written}: there is nothing to hold it to: no label and no finding of it");
        };
        if f1 < self.least {
            super::complain(format_args!("--fail-under {written}: F1 is {f1:.3}\n"));
        }
        Ok(f1 < self.least)
    }
}

fn is_violation(rules: &Profiles, rule: &str) -> bool {
    rules.rule(rule).is_some_and(|known| known.kind == RuleKind::Violation)
}

fn table(rules: &Profiles, evaluation: &Evaluation) -> String {
    let heading = [
        ("规则", Align::Left),
        ("名称", Align::Left),
        ("查对", Align::Right),
        ("漏查", Align::Right),
        ("误报", Align::Right),
        ("证据不同", Align::Right),
        ("准确率", Align::Right),
        ("召回率", Align::Right),
        ("F1", Align::Right),
    ];
    let mut columns = Columns::new(&heading);
    let mut row = |id: &str, title: &str, score: Score| {
        columns.row([
            id.to_owned(),
            title.to_owned(),
            score.hits.to_string(),
            score.misses.to_string(),
            score.false_alarms.to_string(),
            score.other_evidence.to_string(),
            share(score.precision()),
            share(score.recall()),
            score.f1().map_or("–".to_owned(), |f1| format!("{f1:.3}")),
        ]);
    };
    for (rule, score) in &evaluation.rules {
        row(rule, rules.title(rule), *score);
    }
    row("", "违规合计", evaluation.together(|rule| is_violation(rules, rule)));
    row("", "信号合计", evaluation.together(|rule| !is_violation(rules, rule)));
    let mut out = format!("标注会话 {}\n\n", evaluation.conversations);
    columns.write(&mut out);
    out.push_str("\n方括号内是 95% 威尔逊区间\n");
    out
}

fn share(share: Option<Share>) -> String {
    share.map_or("–".to_owned(), |share| format!("{:.3} [{:.3}, {:.3}]", share.share, share.low, share.high))
}

fn describe(out: &mut String, name: &str, conversation: &Conversation<'_>, difference: &Difference) {
    let text = conversation.messages.get(difference.message as usize).map_or("", |message| &*message.text);
    let shown: String = mask_numbers(text).chars().take(SHOWN).collect();
    let what = match &difference.kind {
        DifferenceKind::Missed => "漏查".to_owned(),
        DifferenceKind::FalseAlarm => "误报".to_owned(),
        DifferenceKind::OtherEvidence { expected, found } => {
            format!("证据不同(应为「{expected}」,查到「{}」)", found.join("」「"))
        }
    };
    let (rule, message) = (&difference.rule, difference.message);
    let _ = writeln!(out, "  {} {rule} {name} 消息 {message}: {}", printable(&what), printable(&shown));
}
