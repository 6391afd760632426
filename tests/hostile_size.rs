//! Sizes that no chat has: everything is found all the same, and the work stays in proportion. No time is asserted (the
//! benches do that); what is not linear does not come to an end here.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::fmt::Write as _;
use std::sync::Arc;

use support::{RULES, screen};
use zhijian::conversation::{Conversation, Message, Role};
use zhijian::screening::{Screener, Screening};

fn message(role: Role, text: String) -> Message<'static> {
    Message { id: None, role, kind: None, agent: None, time: None, text: text.into(), extra: Vec::new() }
}

fn screen_messages(messages: Vec<Message<'_>>) -> Screening {
    let conversation = Conversation { id: "large".into(), messages, ..Conversation::default() };
    Screener::new(Arc::clone(&RULES)).screen(&conversation)
}

fn of_rule<'s>(screening: &'s Screening, rule: &str) -> Vec<&'s zhijian::screening::Candidate> {
    screening.candidates.iter().filter(|found| found.rule == rule).collect()
}

#[test]
fn a_message_of_ten_thousand_lines_with_a_hit_on_each() {
    let mut text = String::new();
    for line in 0..10_000 {
        let _ = writeln!(text, "第{line}行{}，后台显示已发货。", "您的包裹正在路上请耐心等待哦".repeat(11));
    }
    assert!(text.len() > 4_800_000, "{}", text.len());
    let original: Vec<char> = text.chars().collect();
    let screening = screen_messages(vec![message(Role::Agent, text)]);
    let found = of_rule(&screening, "internal-jargon");
    assert_eq!(found.len(), 1, "one finding a rule and message");
    assert_eq!(found[0].spans.len(), 10_000, "a span for each line");
    for span in &found[0].spans {
        let there: String = original[span.start as usize..span.end as usize].iter().collect();
        assert_eq!((there.as_str(), span.quote.as_str()), ("后台", "后台"));
    }
    assert!(found[0].spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "in their order");
}

#[test]
fn a_message_without_a_break_of_three_hundred_thousand_equal_characters() {
    for character in
        ['后', '台', '傻', '哈', 'b', 'B', '*', ' ', '。', '1', '😀', '\u{200B}', '"', '“', '不', '亲', '谢']
    {
        let text = character.to_string().repeat(300_000);
        for role in [Role::Agent, Role::Customer] {
            let screening = screen_messages(vec![
                message(Role::Customer, "在吗？".to_owned()),
                message(role, text.clone()),
                message(Role::Agent, "您好，后台显示已发货，谢谢".to_owned()),
            ]);
            let found = of_rule(&screening, "internal-jargon");
            assert_eq!(found.iter().map(|found| found.message).collect::<Vec<_>>(), [2], "{character:?} by {role:?}");
        }
    }
}

#[test]
fn hits_without_a_break_are_all_reported() {
    let screening = screen_messages(vec![message(Role::Agent, "BUG ".repeat(20_000))]);
    let found = of_rule(&screening, "internal-jargon");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].spans.len(), 20_000);
}

#[test]
fn a_message_of_nothing_but_disguise() {
    // Plain, split, spelled, look-alike and homophone beside each other, so that each look passes everywhere.
    let text = "智障,智瘴,智阝章,zhi zhang,弱稚吗,".repeat(20_000);
    let screening = screen_messages(vec![message(Role::Agent, text)]);
    let found = of_rule(&screening, "rude-language");
    assert_eq!(found.len(), 1);
    assert!(found[0].spans.len() >= 80_000, "{}", found[0].spans.len());
}

#[test]
fn a_message_of_nothing_but_signs_within_patterns() {
    for unit in ["你 是 不 是 有 病 ", "白*痴", "好_评_返_现"] {
        let screening = screen_messages(vec![message(Role::Agent, unit.repeat(20_000))]);
        let found = screening.candidates.iter().map(|found| found.spans.len()).max();
        assert!(found.unwrap_or_default() >= 1, "{unit}");
    }
}

#[test]
fn a_conversation_of_a_hundred_thousand_messages() {
    let mut messages = Vec::new();
    for number in 0..50_000 {
        messages.push(message(Role::Customer, format!("第{number}个问题，怎么还没到？")));
        messages.push(message(Role::Agent, format!("您好，后台显示第{number}件已发货，谢谢")));
    }
    let screening = screen_messages(messages);
    assert_eq!(of_rule(&screening, "internal-jargon").len(), 50_000);
    let places: Vec<u32> = screening.candidates.iter().map(|found| found.message).collect();
    assert!(places.is_sorted());
}

#[test]
fn a_conversation_of_pictures_only() {
    // Each picture asks whether it was asked for: looking back over all of the conversation would be a square.
    let mut messages = Vec::new();
    for number in 0..50_000 {
        messages.push(message(Role::Customer, "[图片]".to_owned()));
        // No closing, so that it matters how the conversation stands at its end.
        messages.push(message(Role::Agent, format!("您好，后台显示第{number}件已发货")));
    }
    assert_eq!(of_rule(&screen_messages(messages), "internal-jargon").len(), 50_000);
}

#[test]
fn a_conversation_that_ends_in_pictures_nobody_asked_for() {
    let mut messages = vec![message(Role::Agent, "后台显示已发货".to_owned())];
    messages.extend((0..100_000).map(|_| message(Role::Customer, "[图片]".to_owned())));
    let screening = screen_messages(messages);
    let rules: Vec<&str> = screening.candidates.iter().map(|found| found.rule.as_str()).collect();
    assert_eq!(rules, ["internal-jargon", "missing-closing", "missing-greeting"]);
}

#[test]
fn a_conversation_in_which_every_hit_stands_in_other_quotation_marks() {
    // Whether the other side said it is looked up for each quotation.
    let mut messages = Vec::new();
    for number in 0..100_000 {
        messages.push(message(Role::Customer, format!("第{number}个问题")));
        messages.push(message(Role::Agent, format!("您好，“第{number}号后台”显示已发货，谢谢")));
    }
    assert_eq!(of_rule(&screen_messages(messages), "internal-jargon").len(), 100_000);
}

#[test]
fn a_conversation_of_one_speaker_who_never_stops() {
    let mut messages: Vec<_> = (0..50_000).map(|_| message(Role::Customer, "嗯".to_owned())).collect();
    messages.extend((0..50_000).map(|_| message(Role::Agent, "哦".to_owned())));
    assert!(of_rule(&screen_messages(messages), "impatience").is_empty(), "no 哦 is the whole turn");
}

#[test]
fn a_conversation_of_empty_messages() {
    let line = format!(
        "{{\"id\":\"empty\",\"messages\":[{}]}}",
        vec!["{\"role\":\"agent\",\"text\":\"\"}"; 100_000].join(",")
    );
    let screening = screen(&line);
    let rules: Vec<&str> = screening.candidates.iter().map(|found| found.rule.as_str()).collect();
    assert_eq!(rules, ["missing-greeting", "missing-closing"]);
}
