//! `zhijian evaluate`: both forms of labels, differences, limits, and labels that cannot be read.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::fs;

use support::{Ended, zhijian_with};

/// An agent says what may not be said in message 1.
const FLAGGED: &str = r#"{"id":"c-1","messages":[{"role":"customer","text":"在吗"},{"role":"agent","text":"您好，后台显示已发货，谢谢，再见"}]}"#;
const CLEAN: &str = r#"{"id":"c-2","messages":[{"role":"customer","text":"在吗"},{"role":"agent","text":"您好，电话 13800138000 已登记，谢谢，再见"}]}"#;

fn evaluate(labels: &[String], data: Option<&str>, arguments: &[&str]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("labels.jsonl"), labels.join("\n")).unwrap();
    let mut all = vec!["evaluate".to_owned(), path("labels.jsonl")];
    if let Some(data) = data {
        fs::write(path("data.jsonl"), data).unwrap();
        all.extend(["--data".to_owned(), path("data.jsonl")]);
    }
    all.extend(arguments.iter().map(|&argument| argument.to_owned()));
    zhijian_with(&all.iter().map(String::as_str).collect::<Vec<_>>(), "")
}

/// One line of the form that carries its conversation.
fn carried(conversation: &str, expect: &str) -> String {
    format!(r#"{{"conversation":{conversation},"expect":[{expect}],"judged":{{"rules":["internal-jargon"]}}}}"#)
}

/// The cells of the row that begins so.
fn row<'o>(ended: &'o Ended, begins: &str) -> Vec<&'o str> {
    let line = ended.stdout.lines().find(|line| line.trim_start().starts_with(begins));
    line.unwrap_or_else(|| panic!("no row {begins}: {}", ended.stdout)).split_whitespace().collect()
}

#[test]
fn what_was_found_missed_and_raised_in_vain_is_counted_and_shown() {
    let labels = [
        carried(FLAGGED, r#"{"rule":"internal-jargon","message":1,"quote":"后台"}"#),
        carried(CLEAN, r#"{"rule":"internal-jargon","message":1}"#),
        carried(FLAGGED, ""),
    ];
    let ended = evaluate(&labels, None, &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let cells = row(&ended, "internal-jargon");
    assert_eq!(cells[2..6], ["1", "1", "1", "0"], "{cells:?}");
    assert!(cells.contains(&"0.500") && ended.stdout.contains("0.500 [0.095, 0.905]"), "{}", ended.stdout);
    assert!(ended.stdout.contains("漏查 internal-jargon c-2 消息 1"), "{}", ended.stdout);
    assert!(ended.stdout.contains("误报 internal-jargon c-1 消息 1"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("13800138000"), "numbers are masked");
    let brief = evaluate(&labels, None, &["--brief"]);
    assert!(!brief.stdout.contains("漏查 internal-jargon"), "{}", brief.stdout);
}

#[test]
fn evidence_is_checked() {
    let labels = [carried(FLAGGED, r#"{"rule":"internal-jargon","message":1,"quote":"显示"}"#)];
    let ended = evaluate(&labels, None, &[]);
    assert_eq!(row(&ended, "internal-jargon")[2..6], ["1", "0", "0", "1"]);
    assert!(ended.stdout.contains("应为「显示」,查到「后台」"), "{}", ended.stdout);
}

#[test]
fn labels_by_id_are_held_against_the_data() {
    let label =
        r#"{"id":"c-1","labels":[{"rule":"internal-jargon","message":1}],"judged":{"rules":["internal-jargon"]}}"#;
    let data = format!("{CLEAN}\n{FLAGGED}\n");
    let ended = evaluate(&[label.to_owned()], Some(&data), &[]);
    assert_eq!((ended.code, &row(&ended, "internal-jargon")[2..5]), (Some(0), &["1", "0", "0"][..]));
    let without = evaluate(&[label.to_owned()], None, &[]);
    assert_eq!(without.code, Some(2));
    assert!(without.stderr.contains("--data FILE"), "{}", without.stderr);
    let absent = evaluate(&[label.to_owned()], Some(CLEAN), &[]);
    assert_eq!(absent.code, Some(2), "a label without its conversation is not passed over");
    assert!(absent.stderr.contains("labels.jsonl:1: 1 labelled conversation(s)"), "{}", absent.stderr);
}

#[test]
fn a_limit_that_is_not_reached_fails() {
    let labels = [
        carried(FLAGGED, r#"{"rule":"internal-jargon","message":1}"#),
        carried(CLEAN, r#"{"rule":"internal-jargon","message":1}"#),
    ];
    for (limit, code) in [("0.66", 0), ("0.67", 1), ("internal-jargon=0.66", 0), ("internal-jargon=0.67", 1)] {
        assert_eq!(evaluate(&labels, None, &["--fail-under", limit]).code, Some(code), "{limit}");
    }
    for limit in ["2", "much", "no-such-rule=0.5", "internal-jargon=-1"] {
        assert_eq!(evaluate(&labels, None, &["--fail-under", limit]).code, Some(2), "{limit}");
    }
    let ended = evaluate(&labels, None, &["--fail-under", "internal-jargon=0.67"]);
    assert!(ended.stderr.contains("F1 is 0.667"), "{}", ended.stderr);
    let ended = evaluate(&labels, None, &["--fail-under", "shirking=0.1"]);
    assert_eq!(ended.code, Some(2), "no label of the rule is no success");
    let marked = format!("\u{feff}{}", labels[0]);
    assert_eq!(evaluate(&[marked], None, &[]).code, Some(0), "a mark before the first line");
    for nothing in ["", "\n", "# a remark"] {
        let ended = evaluate(&[nothing.to_owned()], None, &["--fail-under", "0.1"]);
        assert_eq!(ended.code, Some(2), "a list that was cut off is no success");
        assert!(ended.stderr.contains("nothing was evaluated"), "{}", ended.stderr);
    }
}

#[test]
fn what_a_label_list_gets_wrong_is_said() {
    let place = r#"{"rule":"internal-jargon","message":1}"#;
    let with = |more: &str| format!(r#"{{"conversation":{FLAGGED},"labels":[{place}],{more}}}"#);
    for more in [r#""absent":["internal-jargon"]"#.to_owned(), format!(r#""doubtful":[{place}]"#)] {
        let ended = evaluate(&[with(&more)], None, &[]);
        assert_eq!(ended.code, Some(2), "{more}");
        assert!(ended.stderr.contains("`internal-jargon` is labelled, and said to be"), "{}", ended.stderr);
    }
    let unused = evaluate(&[carried(FLAGGED, place)], Some(CLEAN), &[]);
    assert_eq!(unused.code, Some(0));
    assert!(unused.stderr.contains("--data is not read"), "{}", unused.stderr);
    let missing = evaluate(&[carried(FLAGGED, place)], None, &["--data", "no-such-file.jsonl"]);
    assert_eq!(missing.code, Some(2), "{}", missing.stderr);
    let early = evaluate(&["no label".to_owned()], None, &["--fail-under", "much"]);
    assert!(early.stderr.contains("write a share") && !early.stderr.contains("left out"), "{}", early.stderr);
    let unnamed = FLAGGED.replacen(r#""id":"c-1","#, "", 1);
    let ended =
        evaluate(&[carried(CLEAN, place), carried(&unnamed, r#"{"rule":"internal-jargon","message":0}"#)], None, &[]);
    assert!(ended.stdout.contains("internal-jargon 第 2 行 消息 0"), "{}", ended.stdout);
}

#[test]
fn rules_that_are_off_are_named() {
    let labels = [carried(FLAGGED, r#"{"rule":"internal-jargon","message":1}"#)];
    let ended = evaluate(&labels, None, &["--disable", "internal-jargon"]);
    assert!(ended.stderr.contains("these rules are off: internal-jargon"), "{}", ended.stderr);
}

#[test]
fn a_label_that_cannot_be_read_is_named_and_the_rest_is_judged() {
    let good = carried(FLAGGED, r#"{"rule":"internal-jargon","message":1}"#);
    let bad_kind = carried(&FLAGGED.replace(r#""role":"agent","#, r#""role":"agent","kind":"film","#), "");
    let by_id = r#"{"id":"c-1","absent":["internal-jargon"]}"#.to_owned();
    let contradiction = r#"{"id":"c-1","labels":[{"rule":"internal-jargon","message":1}]}"#.to_owned();
    let misspelt = carried(FLAGGED, r#"{"rule":"internal-jragon","message":1}"#);
    let beyond = carried(FLAGGED, r#"{"rule":"internal-jargon","message":7}"#);
    let message = r#"{"id":"c-3","expect":"张三的电话是13812345678"}"#.to_owned();
    let labels = [
        "\u{feff}no json".to_owned(),
        good,
        bad_kind,
        by_id,
        contradiction,
        r#"{"labels":[]}"#.to_owned(),
        misspelt,
        beyond,
        message,
    ];
    let ended = evaluate(&labels, Some(FLAGGED), &[]);
    assert_eq!(ended.code, Some(2), "what is left out is no success");
    for said in [
        "labels.jsonl:1: ",
        "labels.jsonl:3: bad-kind: conversation.messages[1].kind: ",
        "labels.jsonl:4: line 4 and line 5 label the same conversation and contradict each other",
        "labels.jsonl:5: line 4 and line 5 label the same conversation and contradict each other",
        "labels.jsonl:6: a label has either `id` or `conversation`",
        "labels.jsonl:7: there is no rule `internal-jragon`, did you mean `internal-jargon`?",
        "labels.jsonl:8: there is no message 7 in a conversation of 2",
        "labels.jsonl:9: this is no label: a list is expected at character ",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    assert!(!ended.stderr.contains("张三"), "what is written in a label may be a message: {}", ended.stderr);
    assert_eq!(row(&ended, "internal-jargon")[2], "1");
    assert!(ended.stdout.contains("标注会话 1"), "{}", ended.stdout);
}

#[test]
fn lines_about_one_conversation_are_taken_together() {
    let line = |rule: &str, message: u32| {
        let judged = r#""judged":{"rules":["internal-jargon","missing-greeting"]}"#;
        format!(r#"{{"id":"c-1","labels":[{{"rule":"{rule}","message":{message}}}],{judged}}}"#)
    };
    let flagged = FLAGGED.replace("您好，", "");
    let labels = [line("internal-jargon", 1), line("missing-greeting", 1), line("internal-jargon", 1)];
    let ended = evaluate(&labels, Some(&flagged), &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    for rule in ["internal-jargon", "missing-greeting"] {
        assert_eq!(row(&ended, rule)[2..5], ["1", "0", "0"], "{}", ended.stdout);
    }
    assert!(ended.stdout.contains("标注会话 1"), "{}", ended.stdout);
    let alone = evaluate(&labels[..1], Some(&flagged), &[]);
    assert_eq!(row(&alone, "missing-greeting")[2..5], ["0", "0", "1"], "{}", alone.stdout);
}

#[test]
fn a_label_without_labels_calls_the_conversation_clean() {
    let ended = evaluate(&[r#"{"id":"c-1"}"#.to_owned()], Some(FLAGGED), &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(row(&ended, "internal-jargon")[2..5], ["0", "0", "1"], "{}", ended.stdout);
}

#[test]
fn what_is_wrong_with_the_whole_list_is_said_once_and_rightly() {
    let bad = vec![r#"{"id":"c-1","labels":"x"}"#.to_owned(); 89];
    let ended = evaluate(&bad, Some(FLAGGED), &[]);
    assert_eq!(ended.code, Some(2));
    assert!(!ended.stderr.contains("--data is not read"), "nobody knows what the labels carry: {}", ended.stderr);
    assert_eq!(ended.stderr.matches("this label is left out").count(), 20, "{}", ended.stderr);
    assert!(ended.stderr.contains("… and 69 more; 89 labels are left out in all"), "{}", ended.stderr);
    let ended = evaluate(&bad[..20], Some(FLAGGED), &[]);
    assert!(!ended.stderr.contains("more;"), "{}", ended.stderr);
    let absent = zhijian_with(&["evaluate", "no-such-labels.jsonl"], "");
    assert_eq!(absent.code, Some(2));
    for said in ["no-such-labels.jsonl: cannot be read (", "give a file of labels"] {
        assert!(absent.stderr.contains(said), "{said}: {}", absent.stderr);
    }
    assert!(!absent.stderr.contains("rows before it"), "{}", absent.stderr);
}
