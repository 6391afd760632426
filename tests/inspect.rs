//! `inspect`: what is said of a file, and that what is offered can be pasted.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::path::Path;

use assert_cmd::Command;

use support::fixture;

const WECHAT: &str =
    "张三 2018年3月5日 上午10:00\n在吗\n\n小柚 2018年3月5日 上午10:04\n亲，后台看到已经发了，电话13800001111\n";

fn zhijian(arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::cargo_bin("zhijian").unwrap().args(arguments).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

fn inspect(path: &Path, more: &[&str]) -> (String, Option<i32>) {
    zhijian(&[&["inspect", path.to_str().unwrap()], more].concat())
}

fn file(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The words of the command that is offered.
fn offered(told: &str) -> Vec<String> {
    let line = told.lines().find(|line| line.trim().starts_with("zhijian screen ")).unwrap();
    line.trim().split(' ').skip(1).map(|word| word.trim_matches('\'').to_owned()).collect()
}

fn assert_says(told: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(told.contains(wanted), "{wanted} is missing in\n{told}");
    }
}

#[test]
fn a_table_shows_its_columns_speakers_and_what_is_missing() {
    let (told, code) = inspect(&fixture("messages.gb18030.csv"), &[]);
    assert_eq!(code, Some(0));
    assert_says(&told, &["表格", "编码  gb18030", "会话  6", "客户 24,客服 24,机器人 1,系统 2"]);
    assert_says(&told, &["消息内容  text", "没有坐席", "这一列是空的"]);
    let (told, _) = inspect(&fixture("day-20180305.jsonl"), &[]);
    assert_says(&told, &["JSONL", "2018-03-05T"]);
    assert!(!told.contains("请确认"), "{told}");
}

#[test]
fn who_is_not_known_is_asked_and_the_answer_can_be_pasted() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "a.txt", WECHAT);
    let (told, code) = inspect(&path, &[]);
    assert_eq!(code, Some(2), "nothing can be screened yet");
    assert_says(&told, &["预设 wechat", "未对照真实导出核对", "小柚(1 条)、张三(1 条):哪些是客服?", "unknown-speaker"]);
    let (told, code) = inspect(&path, &["--role-words", "agent=小柚,customer=*"]);
    assert_eq!(code, Some(0));
    assert_says(&told, &["会话  1", "张三/2018-03-05T10:00:00+08:00", "只到分钟"]);
    assert_says(&told, &["role-words = { agent = [\"小柚\"], customer = [\"*\"] }"]);
    let offered = offered(&told);
    let (screened, code) = zhijian(&offered.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(code, Some(0));
    assert_says(&screened, &["internal-jargon"]);
}

#[test]
fn numbers_of_persons_are_masked_in_samples() {
    let folder = tempfile::tempdir().unwrap();
    let text = "会话ID,发送方,消息内容,手机\nc1,客户,我的电话13800001111,13900002222\n";
    let (told, _) = inspect(&file(folder.path(), "a.csv", text), &[]);
    assert_says(&told, &["138******11", "139******22"]);
    assert!(!told.contains("13800001111") && !told.contains("13900002222"));
}

#[test]
fn what_cannot_be_told_is_shown_with_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let (told, code) = inspect(&file(folder.path(), "a.txt", "从前有座山\n"), &[]);
    assert_eq!(code, Some(2));
    assert_says(&told, &["没有认出", "从前有座山", "--template '{speaker} {time}'"]);
    let days = "03/05/18, 10:00 - 张三: 在吗\n03/05/18, 10:01 - 客服小柚: 您好\n";
    let (told, code) = inspect(&file(folder.path(), "b.txt", days), &[]);
    assert_eq!(code, Some(2));
    assert_says(&told, &["--template whatsapp or --template whatsapp-us"]);
    let (told, _) = inspect(&file(folder.path(), "c.csv", "单号,谁说的,说了什么\n1,甲,在吗\n"), &[]);
    assert_says(&told, &["--map 'id=单号,role=谁说的,text=说了什么'", "单号"]);
}

#[test]
fn it_says_how_conversations_without_ids_are_parted_whoever_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let text = "店铺,客户ID,发送方,发送时间,消息内容\n木里,u1,客户,2018-03-05 10:00:00,在吗\n";
    let path = file(folder.path(), "a.csv", text);
    let (told, _) = inspect(&path, &["--session-by", "shop,customer"]);
    assert_says(&told, &["会话  1(按 shop,customer 划分,静默超过 30m 另起一通)"]);
    let export = "format = 1\n[[export]]\nfiles = [\"a.csv\"]\nsession-by = [\"customer\"]\nsession-gap = \"90s\"\n";
    let settings = file(folder.path(), "s.toml", export);
    let (told, _) = inspect(&path, &["--settings", settings.to_str().unwrap()]);
    assert_says(&told, &["会话  1(按 customer 划分,静默超过 90s 另起一通)"]);
    let (told, _) = inspect(&file(folder.path(), "a.txt", WECHAT), &["--role-words", "agent=小柚,customer=*"]);
    assert_says(&told, &["会话  1(按客户划分,静默超过 30m 另起一通)"]);
}

#[test]
fn a_table_without_ids_is_asked_how_it_is_parted() {
    let folder = tempfile::tempdir().unwrap();
    let text = "店铺,客户ID,发送方,发送时间,消息内容\n木里,u1,客户,2018-03-05 10:00:00,在吗\n";
    let path = file(folder.path(), "a.csv", text);
    let (told, code) = inspect(&path, &[]);
    assert_eq!(code, Some(2));
    assert_says(&told, &["没有会话编号:按什么划分会话?"]);
    // What is understood is said even where something is missing.
    assert!(told.lines().any(|line| line.contains("role") && !line.contains("map")), "{told}");
    let offered = offered(&told);
    let (screened, code) = zhijian(&offered.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(code, Some(0), "{screened}");
}

#[cfg(feature = "tables")]
#[test]
fn sheets_that_were_not_chosen_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in [
        ("说明", [["三月的聊天", "", ""]; 1].to_vec()),
        ("聊天", vec![["会话ID", "发送方", "消息内容"], ["c1", "客户", "在吗"]]),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    book.save(&path).unwrap();
    let (told, _) = inspect(&path, &[]);
    assert_says(&told, &["工作表「聊天」(没有读「说明」;用 --sheet 另选)"]);
}
