//! The promises of the commands with which policy owners keep their dictionaries.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::fs;
use std::path::Path;

use support::{Ended, zhijian_with};

fn run(arguments: &[&str]) -> Ended {
    zhijian_with(&[&["dictionary"], arguments].concat(), "")
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

fn replace(file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

/// A new pack in a folder of its own.
fn new_pack(folder: &Path, name: &str) -> String {
    let pack = path(folder, name);
    let ended = run(&["new", &pack, "--id", "my-pack", "--title", "我的规则"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    pack
}

#[test]
fn a_new_pack_passes_the_check_at_once_with_and_without_the_built_in_ones() {
    let folder = tempfile::tempdir().unwrap();
    let pack = new_pack(folder.path(), "mine");
    for arguments in [["check", &pack, "--strict"].as_slice(), &["check", &pack, "--no-built-in", "--strict"]] {
        let ended = run(arguments);
        assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains("0 errors, 0 warnings"), "{}", ended.stdout);
    }
    let line = r#"{"id":"c","messages":[{"role":"agent","text":"给您按内部价算"}]}"#;
    let ended = zhijian_with(&["screen", "-", "--dictionaries", &pack, "-q"], line);
    assert!(ended.stdout.contains(r#""rule":"my-pack/inner-price""#), "{}", ended.stdout);
}

#[test]
fn a_new_pack_is_written_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let kept = path(folder.path(), "kept.txt");
    fs::write(&kept, "x").unwrap();
    for taken in [folder.path().to_str().unwrap(), &kept] {
        let ended = run(&["new", taken, "--id", "my-pack"]);
        assert_eq!((ended.code, fs::read_to_string(&kept).unwrap().as_str()), (Some(2), "x"));
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    }
    let ended = run(&["new", &path(folder.path(), "a"), "--id", "My Pack"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("a-z, 0-9"), "{}", ended.stderr);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else was left");
    let empty = path(folder.path(), "empty");
    fs::create_dir(&empty).unwrap();
    assert_eq!(run(&["new", &empty, "--id", "my-pack"]).code, Some(0), "an empty folder is free");
}

#[test]
fn a_difference_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (new_pack(folder.path(), "old"), new_pack(folder.path(), "new"));
    let same = run(&["diff", &old, &new]);
    assert_eq!((same.code, same.stdout.as_str()), (Some(0), "没有区别\n"));
    replace(&format!("{new}/pack.toml"), "edition = \"1\"", "edition = \"2\"");
    replace(&format!("{new}/pack.toml"), "queue = \"with\"", "queue = \"always\"");
    replace(&format!("{new}/pack.toml"), "echo = \"lower\"", "echo = \"suppress\"");
    replace(&format!("{new}/terms/inner-price.tsv"), "员工价目表\t以商品页面显示的价格为准\t900", "\t\t700");
    replace(&format!("{new}/terms/inner-price.tsv"), "底价\tword", "拿货价\tsubstring");
    let ended = run(&["diff", &old, &new]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), "只比较词典包 my-pack;共用表和评分规则不比较\n"));
    assert_eq!(
        ended.stdout,
        "词典包\n  ~ 改动 my-pack 我的规则\n      版本 1 → 2\n\n规则\n  \
         ~ 改动 my-pack/inner-price 透露内部价格 (my-pack)\n      队列 随案 → 必检\n      参数 echo lower → suppress\n      \
         词条 terms/inner-price.tsv 4 → 4 行:新增 1,删除 1,改动 1\n        \
         ~ 员工价  置信度 900 → 700,例外 员工价目表 → (无),建议用语 以商品页面显示的价格为准 → (无)\n        - 底价\n        \
         + 拿货价  匹配方式 substring,备注 两头都在词的边界上才算,“彻底价保”不算,来源 示范\n"
    );
    let json: serde_json::Value = serde_json::from_str(&run(&["diff", &old, &new, "--format", "json"]).stdout).unwrap();
    assert_eq!(json["format"], 1);
    assert_eq!(json["packs"][0]["fields"][0], serde_json::json!({"field": "edition", "old": "1", "new": "2"}));
    assert_eq!(
        json["rules"][0]["tables"][0]["rows"][1],
        serde_json::json!({"change": "removed", "text": "底价", "fields": [{"field": "mode", "old": "word"}, {"field": "note", "old": "两头都在词的边界上才算,“彻底价保”不算"}, {"field": "source", "old": "示范"}]})
    );
    assert_eq!(run(&["diff", &old, &new]).stdout, ended.stdout, "the same bytes each time");
}

#[test]
fn a_pack_is_compared_with_the_built_in_one_and_dictionaries_with_errors_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let pack = new_pack(folder.path(), "mine");
    let ended = run(&["diff", "built-in", "dictionaries"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "没有区别\n"));
    let ended = run(&["diff", "built-in", "dictionaries/cloud-cs"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "没有区别\n"));
    let ended = run(&["diff", "built-in", &pack]);
    assert!(ended.stdout.contains("+ 新增 my-pack 我的规则"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("cloud-cs"), "{}", ended.stdout);
    replace(&format!("{pack}/terms/inner-price.tsv"), "底价\tword", "底价\twrod");
    let ended = run(&["diff", "built-in", &pack]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("bad-mode") && ended.stdout.is_empty(), "{}", ended.stderr);
}
