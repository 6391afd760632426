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
    let ended = run(&["new", &path(folder.path(), "a"), "--id", "service-language"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("takes its place"), "{}", ended.stderr);
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

/// Lists in the forms that this build has.
fn forms() -> &'static [&'static str] {
    if cfg!(feature = "tables") { &["csv", "xlsx"] } else { &["csv"] }
}

#[test]
fn a_list_leaves_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let pack = new_pack(folder.path(), "mine");
    for form in forms() {
        let list = path(folder.path(), &format!("list.{form}"));
        let ended = run(&["export", &pack, "-o", &list]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert!(ended.stdout.starts_with("14 行词条写入 "), "{}", ended.stdout);
        let before = fs::read(format!("{pack}/terms/inner-price.tsv")).unwrap();
        let ended = run(&["import", &list, "--into", &pack]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert!(ended.stdout.contains("没有区别") && ended.stdout.contains("没有文件要写"), "{}", ended.stdout);
        assert_eq!(fs::read(format!("{pack}/terms/inner-price.tsv")).unwrap(), before);
        // The whole of what is built in, into a folder that is not there.
        let all = path(folder.path(), &format!("all.{form}"));
        assert_eq!(run(&["export", "built-in", "cloud-cs", "service-duty", "-o", &all]).code, Some(0));
        let copy = path(folder.path(), &format!("copy-{form}"));
        let ended = run(&["import", &all, "--into", &copy]);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert!(ended.stdout.contains("词典包 cloud-cs 还没有,以内置的为底"), "{}", ended.stdout);
        for one in ["cloud-cs", "service-duty"] {
            assert_eq!(run(&["diff", "built-in", &format!("{copy}/{one}")]).stdout, "没有区别\n");
        }
    }
}

#[test]
fn an_edited_list_is_shown_and_then_written_with_its_comments() {
    let folder = tempfile::tempdir().unwrap();
    let pack = new_pack(folder.path(), "mine");
    let terms = format!("{pack}/terms/inner-price.tsv");
    let before = fs::read_to_string(&terms).unwrap();
    // As a spreadsheet program of a Chinese Windows saves it.
    let list = path(folder.path(), "改过的.csv");
    let text = "词表文件,词条,匹配方式,置信度,例外,备注\r\nterms/inner-price.tsv,内部价,片段,800,,\r\n\
        terms/inner-price.tsv,底价,词,,,\"两头都在词的边界上才算,“彻底价保”不算\"\r\nterms/inner-price.tsv,'=拿货价,片段,,,新\r\n";
    fs::write(&list, encoding_rs::GB18030.encode(text).0).unwrap();
    let dry = run(&["import", &list, "--into", &pack, "--dry-run"]);
    assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    for said in ["3 行词条,0 行有错", "~ 内部价", "置信度 (无) → 800", "- 员工价", "+ =拿货价", "试运行,没有写入"]
    {
        assert!(dry.stdout.contains(said), "{said}: {}", dry.stdout);
    }
    assert_eq!(fs::read_to_string(&terms).unwrap(), before);
    let ended = run(&["import", &list, "--into", &pack]);
    assert!(ended.stdout.contains("发布前请给 my-pack 换一个版本"), "{}", ended.stdout);
    let after = fs::read_to_string(&terms).unwrap();
    let comments =
        |text: &str| text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(comments(&after), comments(&before));
    assert!(after.contains("\n=拿货价\tsubstring\t") && !after.contains("员工价"), "{after}");
    assert!(!Path::new(&format!("{terms}.partial")).exists());
    assert_eq!(run(&["import", &list, "--into", &pack]).stdout.matches("没有区别").count(), 1);
}

#[test]
fn bad_rows_are_named_take_nothing_away_and_stop_a_strict_import() {
    let folder = tempfile::tempdir().unwrap();
    let pack = new_pack(folder.path(), "mine");
    let terms = format!("{pack}/terms/inner-price.tsv");
    let before = fs::read_to_string(&terms).unwrap();
    let list = path(folder.path(), "list.csv");
    let rows = "规则,文件,词条,匹配方式\nx,terms/inner-price.tsv,拿货价,片段\n,terms/inner-price.tsv,\u{1b}[2J底价,整个\n,terms/inner-price.tsv,(内部|员工,句型\n";
    fs::write(&list, rows).unwrap();
    let ended = run(&["import", &list, "--into", &pack, "--strict"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert_eq!(fs::read_to_string(&terms).unwrap(), before);
    assert!(
        ended.stderr.contains(&format!("error[bad-mode]: unknown mode `整个`\n --> {list}: line 3, column 4 匹配方式"))
    );
    assert!(
        ended.stderr.contains("error[pattern-syntax]") && ended.stderr.contains("line 4, column 3 词条"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains('\u{1b}'));
    let ended = run(&["import", &list, "--into", &pack]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("1 行词条,2 行有错") && ended.stdout.contains("没有删除"), "{}", ended.stdout);
    assert_eq!(fs::read_to_string(&terms).unwrap(), format!("{before}拿货价\tsubstring\t\t\t\t\t\n"));
    fs::write(&list, "词条,匹配方式\n,词\n").unwrap();
    assert_eq!(run(&["import", &list, "--into", &pack]).code, Some(2), "no row is left");
    fs::write(&list, "谁,什么\n").unwrap();
    let ended = run(&["import", &list, "--into", &pack]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("missing-header") && ended.stderr.contains("词条, 匹配方式"), "{}", ended.stderr);
}

#[test]
fn a_list_alone_makes_a_pack_that_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let list = path(folder.path(), "违规词.csv");
    fs::write(&list, "敏感词,匹配\n拿货价,包含\n").unwrap();
    let pack = path(folder.path(), "new/mine");
    let ended = run(&["import", &list, "--into", &pack]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("missing-pack") && ended.stderr.contains("--id"), "{}", ended.stderr);
    assert!(!Path::new(&pack).exists());
    let ended = run(&["import", &list, "--into", &pack, "--id", "mine", "--title", "我的\"词表\""]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("+ 新增 mine 我的\"词表\""), "{}", ended.stdout);
    let ended = run(&["check", &pack]);
    assert!(ended.stdout.contains("0 errors"), "{}{}", ended.stdout, ended.stderr);
    let line = r#"{"id":"c","messages":[{"role":"agent","text":"这是拿货价"}]}"#;
    let ended = zhijian_with(&["screen", "-", "--dictionaries", &pack, "-q"], line);
    assert!(ended.stdout.contains(r#""rule":"mine""#), "{}", ended.stdout);
    let ended = run(&["import", &list, "--into", &pack, "--id", "other"]);
    assert_eq!(ended.code, Some(2));
}

#[test]
fn what_cannot_be_a_list_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let list = path(folder.path(), "list.xlsx");
    fs::write(&list, b"PK\x03\x04 no workbook").unwrap();
    let into = path(folder.path(), "mine");
    let ended = run(&["import", &list, "--into", &into]);
    assert_eq!(ended.code, Some(2));
    let said = if cfg!(feature = "tables") { "it is no workbook" } else { "--features tables" };
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert_eq!(run(&["export", "built-in", "-o", &path(folder.path(), "x.doc")]).code, Some(2));
    let ended = run(&["export", "built-in", "cloud-c", "-o", &path(folder.path(), "x.csv")]);
    assert!(ended.stderr.contains("cloud-cs"), "{}", ended.stderr);
}

#[test]
fn a_condition_reads_what_is_known_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let pack = new_pack(folder.path(), "mine");
    let rule = |id: &str, condition: &str| {
        format!(
            "\n[[rule]]\nid = \"{id}\"\ntitle = \"x\"\noperator = \"combination\"\nqueue = \"with\"\nkind = \"signal\"\n\
             source = \"x\"\nwhat = \"x\"\nwhy = \"x\"\nhow = \"x\"\nmisses = \"x\"\n[rule.parameters]\ncondition = \"{condition}\"\n"
        )
    };
    let file = format!("{pack}/pack.toml");
    let rules = [
        rule("without-inner-price", "!my-pack/inner-price"),
        rule("nested", "meta.order.state = done"),
        rule("listed", "meta.steps = called"),
    ];
    fs::write(&file, fs::read_to_string(&file).unwrap() + &rules.concat()).unwrap();
    let line = r#"{"id":"c","messages":[{"role":"agent","text":"您好"}],"closed_by":"agent","meta":{"order":{"state":"done"},"steps":["asked","called"]}}"#;
    let screen = |more: &[&str]| {
        let arguments = ["screen", "-", "--dictionaries", &pack, "--no-built-in", "-q"];
        zhijian_with(&[&arguments, more].concat(), line).stdout
    };
    let on = screen(&[]);
    for id in ["without-inner-price", "nested", "listed"] {
        assert!(
            on.contains(&format!(r#""rule":"my-pack/{id}""#)) || on.contains(&format!(r#""rule":"{id}""#)),
            "{id}: {on}"
        );
    }
    let off = screen(&["--disable", "my-pack/inner-price"]);
    assert!(off.contains(r#""reason":"cue-rule-disabled""#), "{off}");
}
