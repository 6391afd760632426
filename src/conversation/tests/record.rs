//! One line of the native form: what is read, what is refused, and that it survives a round trip.

use std::borrow::Cow;

use proptest::prelude::*;

use crate::conversation::{Clock, ClosedBy, Conversation, Kind, Role};

const FULL: &str = r#"{"id":"c-001","source":"shop-1","channel":"taobao","shop":"甲","queue":"q","tags":["退款","加急"],"agent":{"id":"a07","name":"小柚","team":"售后一组"},"customer":"u391","started_at":"2018-03-05T10:00:00+08:00","ended_at":"2018-03-05T10:06:10+08:00","closed_by":"agent","messages":[{"id":"m1","role":"customer","kind":"text","time":"2018-03-05T10:00:00+08:00","text":"你好"},{"role":"agent","agent":"a08","time":"2018-03-05 10:00:12","text":"您好亲"}],"meta":{"complaint_filed":false}}"#;

#[test]
fn a_label_alone_is_the_agents_id() {
    for (agent, id) in [(r#""a07""#, "a07"), (r#""a\u0030""#, "a0"), ("7", "7")] {
        let line = format!(r#"{{"id":"1","agent":{agent},"messages":[]}}"#);
        assert_eq!(Conversation::from_json(&line).unwrap().agent.unwrap().id, id);
    }
}

#[test]
fn the_full_form_survives_a_round_trip() {
    let conversation = Conversation::from_json(FULL).unwrap();
    assert_eq!(conversation.to_json().unwrap(), FULL);
    assert_eq!(conversation.closed_by, Some(ClosedBy::Agent));
    let [first, second] = &conversation.messages[..] else { panic!("two messages") };
    assert_eq!((first.role, first.kind), (Role::Customer, Some(Kind::Text)));
    assert_eq!((second.role, second.kind), (Role::Agent, None));
    let wall = second.time.as_ref().map(|time| time.clock);
    assert_eq!(wall, Some(Clock::Wall(1_520_244_012_000)));
    assert!(matches!(second.text, Cow::Borrowed("您好亲")));
    let again: Conversation<'_> = serde_json::from_str(FULL).unwrap();
    assert_eq!(again.fingerprint(), conversation.fingerprint());
}

#[test]
fn unknown_keys_are_kept_as_they_were() {
    let line = r#"{"x":[1, 2],"id":1,"messages":[{"n":{"a":1.50},"text":"\u4f60","role":"bot"}],"agent":{"name":"小柚","z":null},"y\n":"😀"}"#;
    let conversation = Conversation::from_json(line).unwrap();
    assert_eq!(
        conversation.to_json().unwrap(),
        r#"{"id":"1","agent":{"id":"小柚","name":"小柚","z":null},"messages":[{"role":"bot","text":"你","n":{"a":1.50}}],"x":[1, 2],"y\n":"😀"}"#
    );
}

#[test]
fn null_is_absent() {
    let line = r#"{"id":"1","source":null,"tags":null,"agent":null,"started_at":null,"closed_by":null,"meta":null,"messages":[{"id":null,"role":"agent","kind":null,"agent":null,"time":null,"text":""}]}"#;
    let conversation = Conversation::from_json(line).unwrap();
    let short = r#"{"id":"1","messages":[{"role":"agent","text":""}]}"#;
    assert_eq!(conversation.to_json().unwrap(), short);
}

#[test]
fn raw_values_over_lines_are_written_on_one() {
    let pretty = "{\"id\":\"1\",\"messages\":[],\"meta\":{\n  \"a\":\r\n 1}}";
    let conversation = Conversation::from_json(pretty).unwrap();
    let line = conversation.to_json().unwrap();
    assert_eq!(line, r#"{"id":"1","messages":[],"meta":{   "a":   1}}"#);
    let again = Conversation::from_json(&line).unwrap();
    assert_eq!(again.fingerprint(), conversation.fingerprint());
}

#[test]
fn what_is_wrong_is_said_by_code_and_field() {
    let cases = [
        ("", "broken-json", ""),
        ("{", "broken-json", ""),
        (r#"{"id":"1","messages":[]} x"#, "broken-json", ""),
        (r#"{"id":"1","messages":[{"role":"agent","text":"秘密]}"#, "broken-json", ""),
        (r#"{"id":"1","messages":[{"role":"agent","text":"\ud83d秘密"}]}"#, "broken-json", ""),
        ("[1]", "not-an-object", ""),
        ("\"秘密\"", "not-an-object", ""),
        ("7", "not-an-object", ""),
        (r#"{"messages":[]}"#, "missing-id", "id"),
        (r#"{"id":"","messages":[]}"#, "missing-id", "id"),
        (r#"{"id":"1"}"#, "missing-messages", "messages"),
        (r#"{"id":"1","messages":null}"#, "missing-messages", "messages"),
        (r#"{"id":1.5,"messages":[]}"#, "wrong-type", "id"),
        (r#"{"id":123456789012345678901,"messages":[]}"#, "wrong-type", "id"),
        (r#"{"id":"1","id":"1","messages":[]}"#, "duplicate-key", "id"),
        (r#"{"id":"1","messages":{"a":"秘密"}}"#, "wrong-type", "messages"),
        (r#"{"id":"1","messages":["秘密"]}"#, "wrong-type", "messages[0]"),
        (r#"{"id":"1","tags":"秘密","messages":[]}"#, "wrong-type", "tags"),
        (r#"{"id":"1","agent":["秘密"],"messages":[]}"#, "wrong-type", "agent"),
        (r#"{"id":"1","agent":{"team":"秘密"},"messages":[]}"#, "missing-agent-id", "agent.id"),
        (r#"{"id":"1","agent":{"id":["秘密"]},"messages":[]}"#, "wrong-type", "agent.id"),
        (r#"{"id":"1","started_at":"昨天","messages":[]}"#, "bad-time", "started_at"),
        (r#"{"id":"1","closed_by":"bot","messages":[]}"#, "bad-closed-by", "closed_by"),
    ];
    for (line, code, field) in cases {
        let error = Conversation::from_json(line).unwrap_err();
        assert_eq!(error.code(), code, "{line}");
        assert_eq!(error.field().unwrap_or_default(), field, "{line}");
        assert!(!error.to_string().contains("秘密"), "{error}");
    }
}

#[test]
fn what_is_wrong_in_a_message_names_it() {
    let cases = [
        (r#"{"text":"秘密"}"#, "missing-role", "role"),
        (r#"{"role":null,"text":"秘密"}"#, "missing-role", "role"),
        (r#"{"role":"agent"}"#, "missing-text", "text"),
        (r#"{"role":"agent","text":null}"#, "missing-text", "text"),
        (r#"{"role":"agent","text":7}"#, "wrong-type", "text"),
        (r#"{"role":"seller","text":"秘密"}"#, "unknown-role", "role"),
        (r#"{"role":"秘密，一二三四五六七八九十一二三四五六七八九十","text":""}"#, "unknown-role", "role"),
        (r#"{"role":7,"text":"秘密"}"#, "wrong-type", "role"),
        (r#"{"role":"agent","kind":"video","text":"秘密"}"#, "bad-kind", "kind"),
        (r#"{"role":"agent","time":"秘密","text":"秘密"}"#, "bad-time", "time"),
        (r#"{"role":"agent","time":1520244012,"text":"秘密"}"#, "wrong-type", "time"),
        (r#"{"role":"agent","text":"秘密","text":"秘密"}"#, "duplicate-key", "text"),
    ];
    for (message, code, field) in cases {
        let line = format!(r#"{{"id":"1","messages":[{{"role":"bot","text":""}},{message}]}}"#);
        let error = Conversation::from_json(&line).unwrap_err();
        assert_eq!(error.code(), code, "{line}");
        assert_eq!(error.field(), Some(format!("messages[1].{field}")), "{line}");
        assert!(!error.to_string().contains("秘密"), "{error}");
    }
}

#[test]
fn depth_does_not_exhaust_the_stack() {
    let deep = "[".repeat(3_000_000) + &"]".repeat(3_000_000);
    let line = format!(r#"{{"id":"1","messages":[],"meta":{deep},"x":{deep}}}"#);
    let conversation = Conversation::from_json(&line).unwrap();
    assert_ne!(conversation.fingerprint(), 0);
    let typed = format!(r#"{{"id":"1","messages":{deep}}}"#);
    assert_eq!(Conversation::from_json(&typed).unwrap_err().code(), "wrong-type");
}

#[test]
fn the_number_of_messages_is_bounded() {
    let one = r#"{"role":"bot","text":""},"#;
    let line = format!(r#"{{"id":"1","messages":[{}]}}"#, one.repeat(1_000_001).trim_end_matches(','));
    let error = Conversation::from_json(&line).unwrap_err();
    assert_eq!(error.code(), "too-many-messages");
}

#[test]
fn fingerprints_ignore_layout_and_see_content() {
    let one = r#"{"id":"1","messages":[{"role":"agent","text":"好"}],"meta":{"a":1,"b":[true,null]},"x":1,"y":2}"#;
    let same =
        r#"{"y":2, "x":1, "meta":{"b":[true , null],"a":1}, "messages":[{"text":"\u597d","role":"agent"}],"id":1}"#;
    let print = |line: &str| Conversation::from_json(line).unwrap().fingerprint();
    assert_eq!(print(one), print(same));
    // A golden value: it may be stored, so it may not change.
    assert_eq!(print(one), 1_860_456_663_955_503_277);
    for (from, to) in [
        ("好", "不"),
        ("agent", "bot"),
        ("true", "false"),
        ("\"x\":1", "\"x\":2"),
        ("\"id\":\"1\"", "\"id\":\"2\""),
        ("\"text\"", "\"id\":\"\\u0000\",\"text\""),
        ("\"x\":1,\"y\":2", "\"x\":2,\"y\":1"),
        ("\"meta\"", "\"other\""),
    ] {
        assert_ne!(print(one), print(&one.replacen(from, to, 1)), "{from}");
    }
}

#[test]
fn keys_are_of_source_and_id() {
    let key = |line| Conversation::from_json(line).unwrap().key_hash();
    let plain = key(r#"{"id":"1","messages":[]}"#);
    assert_eq!(plain, key(r#"{"id":1,"source":"","messages":[],"x":2}"#));
    assert_ne!(plain, key(r#"{"id":"1","source":"s","messages":[]}"#));
    assert_ne!(key(r#"{"id":"b","source":"a","messages":[]}"#), key(r#"{"id":"a","source":"b","messages":[]}"#));
}

fn chat() -> impl Strategy<Value = String> {
    let word = || proptest::option::of(any::<String>());
    let message = (word(), any::<prop::sample::Index>(), any::<String>(), word());
    (word(), word(), prop::collection::vec(message, 0..5)).prop_map(|(source, meta, messages)| {
        let mut object = serde_json::json!({ "id": "c", "meta": meta, "source": source });
        let list = messages.into_iter().map(|(id, role, text, extra)| {
            let role = role.get(&Role::ALL).as_str();
            serde_json::json!({ "id": id, "role": role, "text": text, "更多": extra })
        });
        object["messages"] = list.collect();
        object.to_string()
    })
}

proptest! {
    #[test]
    fn written_records_read_back(line in chat()) {
        let conversation = Conversation::from_json(&line).unwrap();
        let written = conversation.to_json().unwrap();
        let again = Conversation::from_json(&written).unwrap();
        prop_assert_eq!(again.to_json().unwrap(), written.clone());
        prop_assert_eq!(again.fingerprint(), conversation.fingerprint());
        prop_assert_eq!(again.key_hash(), conversation.key_hash());
    }

    #[test]
    fn no_mutant_makes_it_panic(at in 0..FULL.len(), byte: u8, cut in 0..FULL.len()) {
        let mut bytes = FULL.as_bytes().to_vec();
        bytes[at] = byte;
        let text = String::from_utf8_lossy(&bytes);
        for line in [&text[..], &text[..text.floor_char_boundary(cut)]] {
            if let Err(error) = Conversation::from_json(line) {
                prop_assert!(!error.code().is_empty() && !error.to_string().contains("您好"));
            }
        }
    }
}
