//! Tables give the conversations that were put into them, however their rows lie.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;

use super::Outcome;
use crate::conversation::{Conversation, Format, InputOptions, Mapping, RowOrder, Sessions, Zone};

fn csv(text: &str) -> Outcome {
    Outcome::of_bytes(text.as_bytes(), Format::Csv, &InputOptions::default())
}

#[test]
fn every_column_finds_its_field() {
    let outcome = csv(
        "\u{FEFF}会话ID,来源,渠道,店铺,技能组,标签,客服ID,客服姓名,组,客户,开始时间,结束时间,关闭方,消息ID,角色,消息类型,时间,内容,备注\r\n\
         c1,s,taobao,甲,售后,退款|加急,,,,u1,2018/3/5 10:00,,,m1,买家,文本,2018/3/5 10:00:00,你好,x\r\n\
         c1,s,,,,,a07,小柚,售后一组,,,2018/3/5 10:06,超时,m2,客服,图片,2018/3/5 10:00:12,,x\r\n\
         c1,s,,,,,a08,小橙,,,,,,m3,卖家,,,\"a\"\"b\",x\r\n",
    );
    assert_eq!(
        outcome.texts(),
        [concat!(
            r#"{"id":"c1","source":"s","channel":"taobao","shop":"甲","queue":"售后","tags":["退款","加急"],"#,
            r#""agent":{"id":"a07","name":"小柚","team":"售后一组"},"customer":"u1","#,
            r#""started_at":"2018/3/5 10:00","ended_at":"2018/3/5 10:06","closed_by":"timeout","messages":["#,
            r#"{"id":"m1","role":"customer","kind":"text","time":"2018/3/5 10:00:00","text":"你好"},"#,
            r#"{"id":"m2","role":"agent","kind":"image","time":"2018/3/5 10:00:12","text":""},"#,
            r#"{"id":"m3","role":"agent","agent":"a08","text":"a\"b"}]}"#,
        )]
    );
    let conversation = Conversation::from_json(&outcome.lines[0].1).unwrap();
    assert_eq!(conversation.to_json().unwrap(), outcome.lines[0].1);
}

#[test]
fn cells_that_a_writer_made_harmless_stay_as_they_are() {
    let outcome = csv("id,role,text\n1,agent,'=1+1\n1,agent,'-好\n");
    let conversation = Conversation::from_json(&outcome.lines[0].1).unwrap();
    assert_eq!(conversation.messages[0].text, "'=1+1");
    assert_eq!(conversation.messages[1].text, "'-好");
}

#[test]
fn bad_rows_are_named_and_the_others_go_on() {
    let outcome = csv("会话ID,角色,内容,时间,类型\n\
        1,客服,\"两\n行\",2018-03-05 10:00,\n\
        ,客服,秘密,,\n\
        1,,秘密,,\n\
        1,谁,秘密,,\n\
        1,客服,秘密,昨天,\n\
        1,客服,秘密,,视频\n\
        1,客服,秘密,,,多\n\
        1,客服,秘密\n\
        1,客服,\"秘密,,\n\
        ,,,,\n\
        2,客服,好,,,\n");
    assert_eq!(
        outcome.bad_places(),
        [
            (4, "missing-id"),
            (5, "missing-role"),
            (6, "unknown-role"),
            (7, "bad-time"),
            (8, "bad-kind"),
            (9, "field-count"),
            (10, "field-count"),
            (11, "unclosed-quote"),
        ]
    );
    assert_eq!(outcome.bad[2].field.as_deref(), Some("角色"));
    assert!(!outcome.bad.iter().any(|bad| bad.reason.contains("秘密")));
    let lines: Vec<_> = outcome.lines.iter().map(|line| line.0).collect();
    assert_eq!(lines, [2, 13]);
    assert!(outcome.lines[0].1.contains(r"两\n行"));
}

#[test]
fn a_mapping_adds_names_and_words() {
    let options = InputOptions {
        mapping: Mapping::parse("id=单号,role=谁说的,text=原话,kind=", "agent=阿里").unwrap(),
        ..InputOptions::default()
    };
    let text = "单号\t谁说的\t原话\t类型\n7\t阿里\t好\t不认识\n";
    let outcome = Outcome::of_bytes(text.as_bytes(), Format::Tsv, &options);
    let expected = r#"{"id":"7","messages":[{"role":"agent","text":"好"}]}"#;
    assert_eq!(outcome.texts(), [expected]);
    assert_eq!(csv(text).error_codes(), ["missing-columns"]);
}

#[test]
fn no_temporary_file_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let options = InputOptions { row_memory: 100, temp_dir: Some(folder.path().to_owned()), ..InputOptions::default() };
    let rows = (0..500).fold(String::new(), |rows, n| rows + &format!("{},agent,{n}\n", n % 37));
    let text = format!("id,role,text\n{rows}");
    assert_eq!(Outcome::of_bytes(text.as_bytes(), Format::Csv, &options).lines.len(), 37);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let nowhere = InputOptions { temp_dir: Some(folder.path().join("none")), ..options };
    let outcome = Outcome::of_bytes(text.as_bytes(), Format::Csv, &nowhere);
    assert_eq!(outcome.error_codes(), ["cannot-spill"]);
}

#[test]
fn rows_that_stand_together_are_a_stream() {
    let options = InputOptions { rows: RowOrder::Grouped, chunk_bytes: 1, ..InputOptions::default() };
    let text = "id,role,text\n1,agent,a\n1,agent,b\n2,agent,c\n1,agent,d\n";
    let outcome = Outcome::of_bytes(text.as_bytes(), Format::Csv, &options);
    let lines: Vec<_> = outcome.lines.iter().map(|line| line.0).collect();
    assert_eq!(lines, [2, 4, 5], "an id that comes back is a conversation of its own");
}

#[test]
fn a_conversation_knows_that_it_lost_rows() {
    let names = "id,role,text\n";
    let incomplete = |rows: &str, options: &InputOptions| {
        let outcome = Outcome::of_bytes(format!("{names}{rows}").as_bytes(), Format::Csv, options);
        (outcome.lines.iter().map(|line| line.0).collect::<Vec<_>>(), outcome.incomplete)
    };
    let scattered = InputOptions::default();
    let spilled = InputOptions { row_memory: 1, ..InputOptions::default() };
    let grouped = InputOptions { rows: RowOrder::Grouped, ..InputOptions::default() };
    let together = [
        // The first row of a conversation, one in the middle, the last one, and a conversation of bad rows only.
        (
            "1,who,a\n1,agent,b\n2,agent,c\n2,who,d\n2,agent,e\n3,agent,f\n3,who,g\n4,who,h\n5,agent,i\n",
            vec![2, 4, 7, 10],
            vec![2, 4, 7],
        ),
        // An unquoted comma: the id cell is believed.
        ("1,agent,a\n2,agent,b,c\n2,agent,d\n3,agent,e\n", vec![2, 3, 5], vec![3]),
        // Of a row without an id, or with an id that nobody has, no conversation is told.
        ("1,agent,a\n,agent,b\n1,agent,c\n9,who,d\n1,agent,e\n", vec![2], vec![]),
        ("1,agent,a\n1,agent,b\n", vec![2], vec![]),
    ];
    for (rows, lines, lost) in together {
        for options in [&scattered, &spilled, &grouped] {
            assert_eq!(incomplete(rows, options), (lines.clone(), lost.clone()), "{rows} {options:?}");
        }
    }
    let apart = "1,agent,a\n2,agent,b\n3,agent,c\n1,who,d\n3,who,e\n2,agent,f\n";
    for options in [&scattered, &spilled] {
        assert_eq!(incomplete(apart, options), (vec![2, 3, 4], vec![2, 4]));
    }
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

proptest! {
    #[test]
    fn rows_give_their_conversations_however_they_lie(
        messages in prop::collection::vec((0..6_u8, "[a-z\"',，\n你;\t]{0,8}"), 0..60),
        memory in 1..600_usize,
        chunk in 1..300_usize,
        step in 1..90_usize,
    ) {
        let mut expected: BTreeMap<usize, (u8, Vec<&str>)> = BTreeMap::new();
        for (at, (id, text)) in messages.iter().enumerate() {
            let known = expected.values_mut().find(|known| known.0 == *id);
            match known {
                Some(known) => known.1.push(text),
                None => drop(expected.insert(at, (*id, vec![text]))),
            }
        }
        let row = |(id, text): &(u8, String)| format!("{id},agent,{}\n", quoted(text));
        let scattered: String = messages.iter().map(row).collect();
        let together = expected.values().flat_map(|(id, texts)| {
            texts.iter().map(|text| row(&(*id, (*text).to_owned())))
        });
        let together: String = together.collect();
        let read = |rows: &str, options: &InputOptions| {
            let text = format!("id,role,text\n{rows}");
            let whole = Outcome::of_bytes(text.as_bytes(), Format::Csv, options);
            let drops = Outcome::of_drops(text.as_bytes(), step, Format::Csv, options);
            assert_eq!(whole.lines, drops.lines);
            assert!(whole.bad.is_empty() && whole.errors.is_empty());
            whole
        };
        let plain = InputOptions { chunk_bytes: chunk, ..InputOptions::default() };
        let one = read(&scattered, &plain);
        let found: Vec<_> = one.lines.iter().map(|(_, line)| {
            let conversation = Conversation::from_json(line).unwrap();
            let texts = conversation.messages.iter().map(|message| message.text.to_string());
            (conversation.id.parse().unwrap(), texts.collect::<Vec<_>>())
        }).collect();
        let wanted: Vec<(u8, Vec<String>)> = expected.values()
            .map(|(id, texts)| (*id, texts.iter().map(|text| (*text).to_owned()).collect()))
            .collect();
        prop_assert_eq!(found, wanted);
        let spilled = read(&scattered, &InputOptions { row_memory: memory, ..plain.clone() });
        prop_assert_eq!(&spilled.lines, &one.lines);
        let grouped = read(&together, &InputOptions { rows: RowOrder::Grouped, ..plain });
        prop_assert_eq!(grouped.texts(), one.texts());
    }
}

fn by(fields: &str, gap: &str) -> InputOptions {
    let sessions = Sessions::parse(fields, gap, Zone::named("Asia/Shanghai").unwrap()).unwrap();
    InputOptions { sessions: Some(sessions.into()), ..InputOptions::default() }
}

fn ids_and_texts(outcome: &Outcome) -> Vec<(String, String)> {
    let read = |line: &str| {
        let conversation = Conversation::from_json(line).unwrap();
        let texts: Vec<_> = conversation.messages.iter().map(|message| message.text.to_string()).collect();
        (conversation.id.to_string(), texts.concat())
    };
    outcome.texts().iter().map(|line| read(line)).collect()
}

#[test]
fn rows_without_ids_become_sessions() {
    let text = "店铺,客户,角色,内容,时间\n\
        甲,a,客户,1,2018-03-05 10:00:00\n\
        甲,b,客户,2,2018-03-05 10:00:10\n\
        甲,a,客服,3,2018-03-05 10:00:20\n\
        甲,a,客服,6,2018-03-05 11:00:00\n\
        甲,a,客户,5,2018-03-05 10:59:00\n\
        乙,a,客户,7,2018-03-05T02:00:05Z\n\
        甲,a,客服,4,\n\
        甲,,客服,8,2018-03-05 10:00:00\n";
    let outcome = Outcome::of_bytes(text.as_bytes(), Format::Csv, &by("shop,customer", "30m"));
    let expected = [
        ("甲/a/2018-03-05T10:00:00+08:00", "13"),
        ("甲/b/2018-03-05T10:00:10+08:00", "2"),
        ("甲/a/2018-03-05T10:59:00+08:00", "546"),
        ("乙/a/2018-03-05T10:00:05+08:00", "7"),
    ];
    assert_eq!(ids_and_texts(&outcome), expected.map(|(id, text)| (id.to_owned(), text.to_owned())));
    let bad: Vec<_> = outcome.bad.iter().map(|bad| (bad.line, bad.code, bad.field.clone().unwrap())).collect();
    assert_eq!(bad, [(9, "missing-session-field", "客户".to_owned())]);
    let one = Outcome::of_bytes(text.as_bytes(), Format::Csv, &by("shop,customer", "2h"));
    assert_eq!(ids_and_texts(&one)[0].1, "13546", "a longer silence parts nothing");
}

#[test]
fn sessions_need_their_columns_and_a_time() {
    let outcome = Outcome::of_bytes("店铺,角色,内容\n".as_bytes(), Format::Csv, &by("shop,customer", "30m"));
    let error = outcome.errors[0].to_string();
    assert!(error.contains("no column for customer, time;"), "{error}");
}

proptest! {
    #[test]
    fn sessions_are_the_same_however_their_rows_lie(
        rows in proptest::collection::vec((0..3_u8, 0..20_000_u32), 1..60),
        seed in any::<u64>(),
        row_memory in prop_oneof![Just(1_usize), Just(500), Just(64 << 20)],
    ) {
        let mut seen = std::collections::BTreeSet::new();
        let mut lines: Vec<String> = rows
            .iter()
            .filter(|row| seen.insert(**row))
            .map(|(customer, second)| {
                let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
                format!("c{customer},客户,{hour}:{minute}:{second};,2018-03-05 {hour:02}:{minute:02}:{second:02}\n")
            })
            .collect();
        let read = |lines: &[String], row_memory| {
            let text = format!("客户,角色,内容,时间\n{}", lines.concat());
            let options = InputOptions { row_memory, ..by("customer", "10m") };
            let mut found = ids_and_texts(&Outcome::of_bytes(text.as_bytes(), Format::Csv, &options));
            found.sort_unstable();
            found
        };
        let expected = read(&lines, 64 << 20);
        // Some other order, the same for the same seed.
        lines.sort_by_key(|line| line.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)));
        prop_assert_eq!(read(&lines, row_memory), expected);
    }
}
