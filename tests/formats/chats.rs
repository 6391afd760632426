//! Plain chat exports: the same chat as in any other format, and text that is none.

use std::fmt::Write as _;

use proptest::prelude::*;
use zhijian::conversation::{Conversation, Format, InputOptions, Mapping, Preset, RowOrder, Templates};

use super::support::{conversations, fixture_lines, gzip, run};
use super::{ALL, assert_sound_and_same, screened, written};

const DAY: &str = "day-20180305.jsonl";

/// What a chat can say: who, when, what, and whose conversation it is.
fn expected(name: &str) -> Vec<u8> {
    let reduced = |line: &String| {
        let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
        let whole = record.as_object_mut().unwrap();
        whole.retain(|key, _| ["id", "shop", "agent", "customer", "messages"].contains(&key.as_str()));
        if let Some(agent) = whole.get_mut("agent").and_then(|agent| agent.as_object_mut()) {
            agent.retain(|key, _| key != "team");
        }
        for message in whole["messages"].as_array_mut().unwrap() {
            message.as_object_mut().unwrap().retain(|key, _| ["role", "agent", "time", "text"].contains(&key.as_str()));
        }
        record.to_string() + "\n"
    };
    let text: String = fixture_lines(name).iter().map(reduced).collect();
    screened("native.jsonl", text.as_bytes(), &InputOptions::default()).jsonl
}

/// How a chat is laid out.
#[derive(Debug, Clone, Copy)]
enum Layout {
    Below,
    Inline,
}

fn chat(name: &str, layout: Layout) -> String {
    let lines = fixture_lines(name);
    let mut text = "聊天记录 第 1 页\n\n".to_owned();
    for conversation in conversations(&lines) {
        writeln!(text, "=== 会话 {} 店铺 {}", conversation.id, conversation.shop.as_deref().unwrap_or("无")).unwrap();
        for message in &conversation.messages {
            let who = who(&conversation, message);
            let time = message.time.as_ref().map_or("", |time| &time.text);
            let body = &message.text;
            match layout {
                Layout::Below => writeln!(text, "{who} {time}\n{body}\n").unwrap(),
                Layout::Inline => writeln!(text, "[{time}] {who}：{body}").unwrap(),
            }
        }
    }
    text
}

fn who(conversation: &Conversation<'_>, message: &zhijian::conversation::Message<'_>) -> String {
    let agent = conversation.agent.as_ref();
    let (name, account) = match message.role {
        zhijian::conversation::Role::Agent => {
            let name = agent.and_then(|agent| agent.name.as_deref()).unwrap_or("无名");
            (name, message.agent.as_deref().or(agent.map(|agent| &*agent.id)).unwrap_or("-"))
        }
        zhijian::conversation::Role::Customer => ("某", conversation.customer.as_deref().unwrap_or("-")),
        _ => ("某", "-"),
    };
    format!("{} {name}({account})", message.role.as_str())
}

fn options(layout: Layout) -> InputOptions {
    let head = match layout {
        Layout::Below => ["{role} {speaker}({account}) {time}", "{role} {speaker}({account})"],
        Layout::Inline => ["[{time}] {role} {speaker}({account}): {text}", "[] {role} {speaker}({account}): {text}"],
    };
    let others = ["=== 会话 {conversation} 店铺 {shop}", "聊天记录{*}"];
    let templates = Templates::parse(head.into_iter().chain(others)).unwrap();
    InputOptions { templates: Some(templates), ..InputOptions::default() }
}

#[test]
fn a_chat_gives_what_the_native_form_gives_in_every_encoding() {
    let expected = expected(DAY);
    for layout in [Layout::Below, Layout::Inline] {
        let text = chat(DAY, layout);
        for how in ALL {
            let found = screened("a.txt", &written(&text, how), &options(layout));
            assert_sound_and_same(&found, &expected, &format!("{layout:?} {how:?}"));
        }
        let found = screened("a.txt.gz", &gzip(text.replace('\n', "\r\n").as_bytes()), &options(layout));
        assert_sound_and_same(&found, &expected, "packed, with the line ends of another system");
        for (row_memory, chunk_bytes, rows) in
            [(1, 1 << 20, RowOrder::Scattered), (64 << 20, 1, RowOrder::Scattered), (1, 700, RowOrder::Grouped)]
        {
            let options = InputOptions { row_memory, chunk_bytes, rows, ..options(layout) };
            let found = screened("a.txt", text.as_bytes(), &options);
            assert_sound_and_same(&found, &expected, &format!("{layout:?} {row_memory} {chunk_bytes} {rows:?}"));
        }
    }
}

fn converted(text: &str, options: &InputOptions) -> Vec<serde_json::Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("张三.txt");
    std::fs::write(&path, text).unwrap();
    let inputs = zhijian::conversation::Inputs::resolve(&[path.to_str().unwrap().to_owned()], options).unwrap();
    let mut found = Vec::new();
    for chunk in inputs.chunks() {
        let chunk = chunk.unwrap();
        found.extend(chunk.bad.iter().map(|bad| serde_json::json!({ "line": bad.line, "code": bad.code })));
        found.extend(chunk.lines().map(|(_, line)| serde_json::from_str::<serde_json::Value>(line).unwrap()));
    }
    found
}

fn words(role_words: &str) -> InputOptions {
    InputOptions { mapping: Mapping::parse("", role_words).unwrap(), ..InputOptions::default() }
}

#[test]
fn pasted_records_are_recognised_and_parted() {
    let text = "张三 2018年3月5日 上午10:00\n在吗\n\n我的货呢\n\n小柚 2018年3月5日 上午10:04\n您好\n\n张三 2018年3月5日 下午2:00\n？\n";
    let found = converted(text, &words("agent=小柚,customer=*"));
    let ids: Vec<_> = found.iter().map(|found| found["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["张三/2018-03-05T10:00:00+08:00", "张三/2018-03-05T14:00:00+08:00"]);
    assert_eq!(found[0]["messages"][0]["text"], "在吗\n\n我的货呢");
    assert_eq!(found[0]["messages"][1], serde_json::json!({"role":"agent","time":"2018-03-05 10:04","text":"您好"}));
    assert_eq!(found[0]["agent"], serde_json::json!({"name":"小柚"}));
    assert_eq!(found[0]["customer"], "张三");
    let again = converted(&format!("\u{FEFF}{text}"), &words("agent=小柚,customer=*"));
    assert_eq!(again, found, "the same export twice gives the same conversations");
}

#[test]
fn who_is_not_known_is_asked_about() {
    let text = "张三 2018-03-05 10:00\n在吗\n小柚 2018-03-05 10:04\n您好\n客服小李 2018-03-05 10:05\n在的\n";
    let found = converted(text, &InputOptions::default());
    let codes: Vec<_> = found.iter().filter_map(|found| found["code"].as_str()).collect();
    assert_eq!(codes, ["unknown-speaker", "unknown-speaker"]);
    // Those whom nobody wrote to keep the name of the file.
    assert_eq!(found[2]["id"], "张三/2018-03-05T10:05:00+08:00");
}

#[test]
fn agents_who_speak_first_wait_for_their_customer() {
    let text = "云杉家居:小柚 (2018-03-05 10:00:00):\n亲，快递停发\ntb1 (2018-03-05 10:01:00):\n好\ntb2 (2018-03-05 10:02:00):\n在吗\n云杉家居:小柚 (2018-03-05 10:02:09):\n在的\ntb1 (2018-03-05 10:03:00):\n谢谢\n";
    let found = converted(text, &InputOptions::default());
    let texts = |of: &serde_json::Value| -> Vec<String> {
        of["messages"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&found[0]), ["亲，快递停发", "好", "谢谢"]);
    assert_eq!(texts(&found[1]), ["在吗", "在的"]);
    assert_eq!(found[1]["shop"], "云杉家居");
}

#[test]
fn times_without_their_day_take_the_one_above_or_the_one_given() {
    let text = "客服 10:00:05\n您好\n—— 2018年3月6日 星期二 ——\n客服 10:00:05\n您好\n";
    let options = InputOptions { templates: Some(Templates::parse(["wechat"]).unwrap()), ..InputOptions::default() };
    let found = converted(text, &options);
    assert_eq!(found[0]["code"], "bad-time");
    assert_eq!(found[1]["messages"][0]["time"], "2018-03-06 10:00:05");
    let options = InputOptions { day: Some(jiff::civil::Date::constant(2018, 3, 5)), ..options };
    let found = converted(text, &options);
    let times: Vec<_> = found.iter().map(|found| found["messages"][0]["time"].clone()).collect();
    assert_eq!(times, ["2018-03-05 10:00:05", "2018-03-06 10:00:05"]);
}

#[test]
fn without_times_only_those_who_were_named_begin_messages() {
    let text = "张三:\n在吗\n注意：有坑\n小柚:\n您好\n";
    let options = InputOptions {
        templates: Some(Templates::parse(["{speaker}:{text}"]).unwrap()),
        ..words("agent=小柚,customer=张三")
    };
    let found = converted(text, &options);
    assert_eq!(found[0]["messages"][0]["text"], "在吗\n注意：有坑");
    assert_eq!(found[0]["messages"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_no_chat_is_said() {
    let says = |text: &str, said: &str| {
        let found = screened("a.txt", text.as_bytes(), &InputOptions::default());
        assert_eq!(found.errors.len(), 1, "{text}");
        assert!(found.errors[0].to_string().contains(said), "{:?}", found.errors);
    };
    says("从前有座山\n山里有座庙\n", "--template '{speaker} {time}'");
    says("03/05/18, 10:00 - 张三: 在吗\n", "--template whatsapp or --template whatsapp-us");
    says("会话ID,甲,乙,时间\nc1,2,3,4\n", "no column for role, text");
    says("[{\"id\":1},{\"id\":2}]\n", "one JSON array");
    assert!(screened("a.txt", b"", &InputOptions::default()).errors.is_empty());
}

#[test]
fn a_title_costs_nothing_but_its_line() {
    let text = "与张三的聊天记录\n客户 2018-03-05 10:00:00\n在吗\n客服 2018-03-05 10:00:09\n您好，在的\n";
    let found = screened("a.txt", text.as_bytes(), &InputOptions::default());
    let bad: Vec<_> = found.bad.iter().map(|bad| (bad.line, bad.code)).collect();
    assert_eq!(bad, [(1, "no-speaker")]);
    assert!(!String::from_utf8(found.jsonl).unwrap().contains("rows-lost"));
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("客户 2018-03-05 10:00:00".to_owned()),
        Just("客服 2018-03-05 10:00:09".to_owned()),
        Just("小明 2018-03-05 10:00:09".to_owned()),
        Just("客服 2018-13-05 10:00:09".to_owned()),
        Just(String::new()),
        "[0-9:(){}: 年月日a客服\u{202E}<=\"]{0,12}",
        ".{0,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever stands in a chat: nothing fails, what is no message is reported by its line, any chunking reads the same.
    #[test]
    fn any_text_is_read_the_same_however_it_comes(lines in prop::collection::vec(line(), 0..30)) {
        let text = lines.join("\n");
        let wechat = InputOptions {
            format: Some(Format::Chat),
            // A text with zeros is taken for UTF-16.
            encoding: Some("utf-8".to_owned()),
            templates: Some(Templates::parse(["wechat"]).unwrap()),
            ..InputOptions::default()
        };
        let whole = converted(&text, &wechat);
        let cut = converted(&text, &InputOptions { chunk_bytes: 1, ..wechat.clone() });
        let spilled = converted(&text, &InputOptions { row_memory: 1, ..wechat });
        let sorted = |mut found: Vec<serde_json::Value>| {
            found.sort_by_key(ToString::to_string);
            found
        };
        prop_assert_eq!(sorted(whole.clone()), sorted(cut));
        prop_assert_eq!(sorted(whole.clone()), sorted(spilled));
        let said: usize = whole.iter().filter_map(|found| found["messages"].as_array()).map(Vec::len).sum();
        let heads = lines.iter().filter(|line| matches!(line.as_str(), "客户 2018-03-05 10:00:00" | "客服 2018-03-05 10:00:09"));
        prop_assert!(said >= heads.count());
    }
}

/// Damage of all kinds: nothing fails or hangs.
#[test]
fn mutants_never_fail() {
    let good = chat("small.jsonl", Layout::Inline).into_bytes();
    for seed in 0..600_usize {
        let mut bytes = good.clone();
        for step in 0..=seed % 4 {
            let at = (seed * 7_919 + step * 104_729) % bytes.len();
            match (seed + step) % 4 {
                0 => bytes[at] ^= 1 << (seed % 8),
                1 => bytes.truncate(at.max(1)),
                2 => _ = bytes.splice(at..at, *b"\n[2018-03-05 10:00:00] \xFF").count(),
                _ => {
                    let end = (at + 40).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
        let preset = Preset::all()[seed % Preset::all().len()].id;
        let of_preset =
            InputOptions { templates: Some(Templates::parse([preset]).unwrap()), ..InputOptions::default() };
        for options in [options(Layout::Inline), of_preset, InputOptions::default()] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.txt");
            std::fs::write(&path, &bytes).unwrap();
            let (run, _) = run(&[&path], &options, 1);
            assert!(run.stopped.is_none());
        }
    }
}
