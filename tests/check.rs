//! `dictionary check`: what is allowed is counted and listed, and a clean corpus names the terms that accuse in it.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::fs;
use std::path::Path;

use support::{SHOP_PACK, zhijian_with};

const ALLOW: &str = r#"
[[allow]]
code = "everyday-word"
rule = "shop-jargon"
term = "系统"
reason = "这家店的客服不许提系统"

[[allow]]
code = "missing-examples"
reason = "示例另放"
"#;

fn pack(folder: &Path, manifest: &str) -> String {
    fs::create_dir_all(folder.join("shop/terms")).unwrap();
    fs::write(folder.join("shop/pack.toml"), manifest).unwrap();
    fs::write(folder.join("shop/terms/shop.tsv"), "term\tmode\n系统\tword\n #暗语#\tsubstring\n").unwrap();
    folder.to_str().unwrap().to_owned()
}

#[test]
fn what_is_allowed_is_counted_and_listed_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = pack(folder.path(), SHOP_PACK);
    let open = zhijian_with(&["dictionary", "check", &path, "--no-built-in", "--strict"], "");
    assert_eq!(open.code, Some(2));
    assert!(open.stdout.contains("2 terms, 0 examples: 0 errors, 2 warnings\n"), "{}", open.stdout);
    let path = pack(folder.path(), &format!("{SHOP_PACK}{ALLOW}"));
    let allowed = zhijian_with(&["dictionary", "check", &path, "--no-built-in", "--strict"], "");
    assert_eq!((allowed.code, &*allowed.stderr), (Some(0), ""));
    assert!(
        allowed.stdout.contains("0 errors, 0 warnings, 2 allowed (--show-allowed lists them)\n"),
        "{}",
        allowed.stdout
    );
    let listed = zhijian_with(&["dictionary", "check", &path, "--no-built-in", "--show-allowed"], "");
    for part in ["warning[everyday-word]", "shop.tsv:2:1", "allowed: 这家店的客服不许提系统", "allowed: 示例另放"]
    {
        assert!(listed.stderr.contains(part), "{part}: {}", listed.stderr);
    }
}

#[test]
fn an_allowance_that_covers_nothing_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let path = pack(folder.path(), &format!("{SHOP_PACK}{}", ALLOW.replace("term = \"系统\"", "term = \"前台\"")));
    let ended = zhijian_with(&["dictionary", "check", &path, "--no-built-in"], "");
    assert!(ended.stderr.contains("warning[idle-allow]") && ended.stderr.contains("warning[everyday-word]"));
}

#[test]
fn terms_that_accuse_in_a_clean_corpus_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = pack(folder.path(), &format!("{SHOP_PACK}{ALLOW}"));
    let elsewhere = tempfile::tempdir().unwrap();
    let clean = elsewhere.path().join("clean.jsonl");
    let line = |id: u32, text: &str| {
        format!("{{\"id\":\"c{id}\",\"messages\":[{{\"role\":\"agent\",\"text\":\"{text}\"}}]}}\n")
    };
    let texts = ["系统里查到了", "请看系统，系统显示已发货", "说#暗语#的", "您好"];
    let corpus: String = (0..).zip(texts).map(|(id, text)| line(id, text)).collect();
    fs::write(&clean, corpus).unwrap();
    let check = |more: &[&str]| {
        let clean = clean.to_str().unwrap();
        zhijian_with(&[&["dictionary", "check", &path, "--no-built-in", "--clean", clean], more].concat(), "")
    };
    let all = check(&[]);
    assert!(
        all.stderr.contains("`系统` accuses 3 times in 4 clean conversations (750.0 in a thousand)"),
        "{}",
        all.stderr
    );
    assert!(
        all.stderr.contains("`#暗语#` accuses 1 times"),
        "a term may begin with the sign of comments: {}",
        all.stderr
    );
    let some = check(&["--clean-hits", "1"]);
    assert_eq!(some.stderr.matches("warning[hits-in-clean-text]").count(), 1, "{}", some.stderr);
    assert_eq!(check(&["--clean-hits", "3", "--strict"]).code, Some(0));
    let missing = zhijian_with(&["dictionary", "check", &path, "--clean", "no-such-file.jsonl"], "");
    assert_eq!(missing.code, Some(2), "{}", missing.stderr);
}

#[test]
fn an_allowance_for_a_clean_corpus_waits_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let allow =
        format!("{SHOP_PACK}{ALLOW}\n[[allow]]\ncode = \"hits-in-clean-text\"\nterm = \"系统\"\nreason = \"已知\"\n");
    let path = pack(folder.path(), &allow);
    let without = zhijian_with(&["dictionary", "check", &path, "--no-built-in", "--strict"], "");
    assert_eq!(without.code, Some(0), "{}", without.stderr);
    let elsewhere = tempfile::tempdir().unwrap();
    let clean = elsewhere.path().join("clean.jsonl");
    fs::write(&clean, "{\"id\":\"c\",\"messages\":[{\"role\":\"agent\",\"text\":\"您好\"}]}\n").unwrap();
    let with = zhijian_with(&["dictionary", "check", &path, "--no-built-in", "--clean", clean.to_str().unwrap()], "");
    assert!(with.stderr.contains("warning[idle-allow]"), "{}", with.stderr);
}
