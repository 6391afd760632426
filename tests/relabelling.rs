//! Messages that are not what an export says: machines that write as the agent, notices, pictures.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

use std::fmt::Write as _;

use assert_cmd::Command;

fn zhijian(folder: &std::path::Path, arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("zhijian").unwrap();
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Six conversations in which a machine answers at once as the agent, and the agent after four minutes; then a notice.
fn export() -> String {
    let mut text = String::new();
    for id in 0..6 {
        writeln!(
            text,
            r#"{{"id":"c{id}","agent":{{"id":"a1"}},"messages":[{{"role":"customer","time":"2018-03-05T10:00:00+08:00","text":"书什么时候到"}},{{"role":"agent","time":"2018-03-05T10:00:01+08:00","text":"亲，您好，客服忙，请稍候"}},{{"role":"agent","time":"2018-03-05T10:04:00+08:00","text":"您好，明天到，感谢您的咨询"}},{{"role":"agent","time":"2018-03-05T10:04:30+08:00","text":"[图片]"}},{{"role":"agent","time":"2018-03-05T10:09:00+08:00","text":"会话已转接给售后二组"}}]}}"#
        )
        .unwrap();
    }
    text
}

#[test]
fn what_a_machine_says_is_found_listed_and_no_answer_of_the_agent() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.jsonl"), export()).unwrap();
    let before = zhijian(folder.path(), &["screen", "a.jsonl"]);
    assert!(!before.contains("slow-first-response"), "{before}");
    // A notice is no closing of the agent, and no answer.
    assert!(before.contains("客服(系统通知)") && before.contains("图片"), "{before}");
    let told = zhijian(folder.path(), &["inspect", "a.jsonl"]);
    assert!(told.contains("像是自动回复:「亲，您好，客服忙，请稍候」(6 通)"), "{told}");
    let at = told.find("[[profile]]").unwrap();
    std::fs::write(folder.path().join("zhijian.toml"), format!("format = 1\n{}", &told[at..])).unwrap();
    let after = zhijian(folder.path(), &["screen", "a.jsonl", "--threads", "2"]);
    assert!(after.contains("slow-first-response") && after.contains("客服(自动回复名单)"), "{after}");
    let row = after.lines().find(|line| line.contains("客服(自动回复名单)")).unwrap();
    assert!(row.trim_end().ends_with(" 6"), "{row}");
    let explained = zhijian(folder.path(), &["explain", "--file", "a.jsonl", "--id", "c3"]);
    assert!(explained.contains("机器人(原标为客服:自动回复名单第 1 条)"), "{explained}");
    assert!(explained.contains("系统(原标为客服:系统通知)"), "{explained}");
    assert!(explained.contains("(image,由文字推断)"), "{explained}");
}

#[test]
fn a_person_who_says_something_alike_is_a_person() {
    let folder = tempfile::tempdir().unwrap();
    for text in [
        "客服小李为您服务",
        "我帮您把会话转接给售后，请稍等",
        "本次会话结束前还有什么可以帮您",
        "您前面还有 3 个订单没付款",
    ] {
        let explained = zhijian(folder.path(), &["explain", text]);
        assert!(!explained.contains("系统通知"), "{explained}");
    }
    for text in ["会话已转接给售后二组", "系统提示：对方正在输入", "您前面还有3人", "本次会话已结束", "以上为历史消息"]
    {
        let explained = zhijian(folder.path(), &["explain", text]);
        assert!(explained.contains("系统通知"), "{explained}");
    }
}
