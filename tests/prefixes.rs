//! Live use: while a conversation goes on, what is settled only grows, and at the end it is what the batch says.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use support::{RULES, SHIPPED, conversations, findings, fixture_lines};
use zhijian::conversation::{Conversation, Kind, Message, Millis, Role, Time};
use zhijian::dictionary::RuleKind;
use zhijian::screening::{Screener, Screening};

type Findings = BTreeSet<(String, String, u32)>;

fn settled(screening: &Screening) -> Findings {
    findings(screening).into_iter().collect()
}

/// The conversation as it stood after its first messages: nobody had closed it.
fn prefix<'c>(whole: &Conversation<'c>, messages: usize) -> Conversation<'c> {
    let mut prefix = whole.clone();
    prefix.messages.truncate(messages);
    prefix.ended_at = None;
    prefix.closed_by = None;
    prefix
}

/// The instants at which somebody may look: that of the last message, and an hour later.
fn moments(rules: &zhijian::screening::RuleSet, conversation: &Conversation<'_>) -> Vec<Millis> {
    let times = conversation.messages.iter().filter_map(|message| message.time.as_ref());
    let last = times.map(|time| rules.zone().instant(time.clock)).max().unwrap_or(0);
    vec![last, last + 3_600_000]
}

/// Rules about how a conversation ended, or how long it was in the end: nothing can be said of them before.
const OF_THE_END: [&str; 6] = [
    "missing-closing",
    "unanswered-customer",
    "improper-close",
    "refused-service",
    "overlong-conversation",
    "overshort-conversation",
];

/// Feeds every prefix and returns how many findings were settled before the end.
fn check(screener: &mut Screener, whole: &Conversation<'_>) -> Result<usize, String> {
    let mut seen = Findings::new();
    let mut early = 0;
    for messages in 0..=whole.messages.len() {
        let so_far = prefix(whole, messages);
        for now in moments(&RULES, &so_far) {
            let live = screener.screen_live(&so_far, now);
            let found = settled(&live.settled);
            if let Some(withdrawn) = seen.difference(&found).next() {
                return Err(format!("{}: after {messages} messages {withdrawn:?} was withdrawn", whole.id));
            }
            if let Some((rule, message)) = live.provisional.iter().find(|(_, message)| message.get() >= messages) {
                return Err(format!("{}: {rule} points at {message:?}, which is not there yet", whole.id));
            }
            seen = found;
        }
        if messages < whole.messages.len() {
            early = seen.len();
        }
    }
    let batch = screener.screen(whole);
    let fresh = Screener::new(Arc::clone(&RULES)).screen(whole);
    if batch != fresh {
        return Err(format!("{}: what was screened before changes the screening", whole.id));
    }
    let end = settled(&batch);
    if let Some(more) = seen.difference(&end).next() {
        return Err(format!("{}: {more:?} was settled live and is not in the batch", whole.id));
    }
    let rest: Vec<_> = end.difference(&seen).filter(|(rule, ..)| !OF_THE_END.contains(&rule.as_str())).collect();
    let provisional: BTreeSet<(String, u32)> = {
        let last = moments(&RULES, whole)[0];
        screener
            .screen_live(&prefix(whole, whole.messages.len()), last)
            .provisional
            .into_iter()
            .map(|(r, m)| (r, m.0))
            .collect()
    };
    for (rule, id, message) in rest {
        if !provisional.contains(&(rule.clone(), *message)) {
            return Err(format!("{}: {rule} {id} at {message} appears only when the conversation is closed", whole.id));
        }
    }
    Ok(early)
}

fn check_all(conversations: &[Conversation<'_>], least_settled_early: usize) {
    let mut screener = Screener::new(Arc::clone(&RULES));
    let mut breaches = Vec::new();
    let mut early = 0;
    for conversation in conversations {
        match check(&mut screener, conversation) {
            Ok(count) => early += count,
            Err(breach) => breaches.push(breach),
        }
    }
    assert!(breaches.is_empty(), "{} of {}:\n{}", breaches.len(), conversations.len(), breaches.join("\n"));
    assert!(early >= least_settled_early, "only {early} findings were settled before the end");
}

#[test]
fn a_day_of_conversations() {
    let lines = fixture_lines("day-20180305.jsonl");
    check_all(&conversations(&lines), 20);
}

#[test]
fn a_few_without_times() {
    let lines = fixture_lines("small.jsonl");
    check_all(&conversations(&lines), 1);
}

#[test]
fn the_examples_of_all_packs() {
    let lines = support::example_conversations();
    assert!(lines.len() > 300, "{}", lines.len());
    let mut examples = conversations(&lines);
    // Whoever says one thing says it in a conversation that goes on.
    for example in &mut examples {
        let last = Message { text: "好的".into(), ..agent_says("") };
        example.messages.push(last);
    }
    check_all(&examples, 200);
}

fn agent_says(text: &str) -> Message<'_> {
    Message { id: None, role: Role::Agent, kind: None, agent: None, time: None, text: text.into(), extra: Vec::new() }
}

/// Phrases that open, answer, hold, ask, greet, close, insult and complain, in any order and by anybody.
const PHRASES: &[&str] = &[
    "您好，有什么可以帮您",
    "哦",
    "嗯",
    "知道了",
    "怎么还没发货？",
    "多少钱",
    "好的",
    "谢谢",
    "后台显示已经发了",
    "这是BUG",
    "稍等",
    "请您稍等3分钟",
    "请提供订单号",
    "祝您生活愉快，再见",
    "你们什么态度，我要投诉",
    "气死我了",
    "后台",
    "说了多少遍了",
    "您说的“后台”是操作系统",
    "[图片]",
    "不知道",
    "自己看",
    "工单",
    "自己看后台",
    "？",
    "👌",
    "还有其他可以帮您的吗",
    "刚才断线了",
];

#[test]
fn whatever_is_said_in_whatever_order() {
    let mut state = 20_180_305_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut all = Vec::new();
    for number in 0..600 {
        let timed = random(4) > 0;
        let mut instant: i64 = 1_520_215_200_000;
        let mut messages = Vec::new();
        for _ in 0..=random(9) {
            let role = [Role::Customer, Role::Customer, Role::Agent, Role::Agent, Role::Bot, Role::System][random(6)];
            instant += [1_000, 20_000, 31_000, 200_000, -5_000][random(5)];
            let mut text = PHRASES[random(PHRASES.len())].to_owned();
            if random(3) == 0 {
                text = format!("{text}，{}", PHRASES[random(PHRASES.len())]);
            }
            let time = (timed && random(8) > 0)
                .then(|| Time { text: "a made-up time".into(), clock: zhijian::conversation::Clock::Instant(instant) });
            let kind = (random(12) == 0).then_some(Kind::Recalled);
            messages.push(Message { role, kind, time, text: text.into(), ..agent_says("") });
        }
        all.push(Conversation { id: format!("made-up-{number}").into(), messages, ..Conversation::default() });
    }
    check_all(&all, 300);
}

#[test]
fn the_rules_that_can_be_settled_early_are() {
    // A test that nothing is withdrawn would also pass where nothing is ever said.
    let lines = fixture_lines("day-20180305.jsonl");
    let mut screener = Screener::new(Arc::clone(&RULES));
    let mut early = BTreeSet::new();
    for whole in conversations(&lines) {
        for messages in 1..whole.messages.len() {
            let so_far = prefix(&whole, messages);
            let live = screener.screen_live(&so_far, moments(&RULES, &so_far)[0]);
            early.extend(findings(&live.settled).into_iter().map(|(rule, ..)| rule));
        }
    }
    for rule in ["internal-jargon", "missing-greeting", "slow-first-response", "slow-response"] {
        assert!(early.contains(rule), "{rule}: {early:?}");
    }
    assert!(!early.contains("missing-closing"), "what is missing at the end is not known before");
    let signals = SHIPPED.packs.iter().flat_map(|pack| &pack.rules).filter(|rule| rule.kind == RuleKind::Signal);
    assert!(signals.into_iter().any(|rule| early.contains(&rule.id)), "{early:?}");
}
