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

/// What the check says of a pack of one rule with twelve examples and one more rule that builds on it.
fn checked(change: impl Fn(String) -> String, rows: &str, examples: &str) -> support::Ended {
    let folder = tempfile::tempdir().unwrap();
    let more = "\n[[rule]]\nid = \"shop-both\"\ntitle = \"x\"\noperator = \"combination\"\nqueue = \"with\"\nsource = \"x\"\n\
        what = \"x\"\nwhy = \"x\"\nhow = \"x\"\nmisses = \"x\"\n[rule.parameters]\ncondition = \"shop-jargon && channel = 'web'\"\n";
    let allow = "[[allow]]\ncode = \"everyday-word\"\nrule = \"shop-jargon\"\nreason = \"x\"\n";
    let path = pack(folder.path(), &change(format!("{SHOP_PACK}{more}{allow}")));
    fs::write(folder.path().join("shop/terms/shop.tsv"), format!("term\tmode\texceptions\n{rows}")).unwrap();
    let hit = "{\"say\":\"看系统\",\"expect\":[{\"rule\":\"shop-jargon\"}]}\n";
    fs::write(folder.path().join("shop/examples.jsonl"), hit.repeat(12) + examples).unwrap();
    zhijian_with(&["dictionary", "check", &path, "--no-built-in"], "")
}

const ROWS: &str = "系统\tword\t\n";

#[test]
fn one_broken_rule_is_one_error_and_one_line_about_its_examples() {
    let sound = checked(|pack| pack, ROWS, "");
    assert!(sound.stdout.contains(" 0 errors"), "{}{}", sound.stdout, sound.stderr);
    let left_out = |pack: String| pack.replacen("queue = \"always\"", "queue = \"alway\"", 1);
    let wrong_row = "系统\twrod\t\n";
    let untaken = |pack: String| pack.replacen("[rule.parameters]", "[rule.parameters]\nspeaker = \"nobody\"", 1);
    for (name, ended) in [
        ("left out", checked(left_out, ROWS, "")),
        ("a row", checked(|pack| pack, wrong_row, "")),
        ("a parameter", checked(untaken, wrong_row, "")),
    ] {
        let errors = if name == "a parameter" { 2 } else { 1 };
        assert!(ended.stdout.contains(&format!(" {errors} errors")), "{name}: {}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.stderr.matches("12 example(s)").count(), 1, "{name}: {}", ended.stderr);
        for code in ["example-missed", "unknown-rule", "idle-allow", "rule-without-terms"] {
            assert!(!ended.stderr.contains(&format!("[{code}]")), "{name}: {}", ended.stderr);
        }
    }
    let genuine = checked(
        |pack| pack,
        ROWS,
        "{\"say\":\"x\",\"absent\":[\"shop-jragon\"]}\n{\"say\":\"x\",\"expect\":[{\"rule\":\"shop-jargon\"}]}\n",
    );
    assert!(
        genuine.stdout.contains(" 2 errors") && genuine.stderr.contains("did you mean `shop-jargon`?"),
        "{}",
        genuine.stderr
    );
}

#[test]
fn a_wrong_value_is_named_once() {
    let condition = |written: &'static str| {
        move |pack: String| pack.replace("condition = \"shop-jargon && channel = 'web'\"", written)
    };
    for (written, code) in
        [("condition = 3", "bad-parameter"), ("", "missing-parameter"), ("condition = \"\"", "bad-condition")]
    {
        let ended = checked(condition(written), ROWS, "");
        assert!(
            ended.stdout.contains(" 1 errors") && ended.stderr.contains(&format!("error[{code}]")),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn what_a_condition_misspells_is_named_with_its_nearest() {
    for (from, to, said) in [
        ("channel = 'web'", "chanel = 'web'", "there is no field `chanel`, did you mean `channel`?"),
        ("\"shop-jargon &&", "\"shop-jragon &&", "did you mean `shop-jargon`?"),
        ("condition = ", "conditon = ", "did you mean `condition`?"),
    ] {
        let ended = checked(|pack| pack.replace(from, to), ROWS, "");
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
}

#[test]
fn an_example_that_is_none_is_told_in_plain_words() {
    for (line, said) in [
        (
            "{\"say\":\"x\",\"expect\":[\"shop-jargon\"]}",
            "an object such as {\"rule\": \"…\", \"message\": 0} is expected",
        ),
        (
            "{\"say\":\"x\",\"expect\":[{\"rule\":\"shop-jargon\",\"message\":-1}]}",
            "a whole number from 0 on is expected",
        ),
        ("{\"say\":3,\"expect\":[]}", "a text in quotes is expected"),
    ] {
        let ended = checked(|pack| pack, ROWS, &format!("{line}\n"));
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
        for word in ["struct ", "u32", "borrowed", "sequence"] {
            assert!(!ended.stderr.contains(word), "{word}: {}", ended.stderr);
        }
    }
}

#[test]
fn literals_that_look_like_patterns_or_lists_are_named() {
    let ended =
        checked(|pack| pack, "系统\tword\t店铺系统、系统软件\n退.*款\tsubstring\t\n(好|差)评\tsubstring\t\n", "");
    assert_eq!(ended.stderr.matches("warning[pattern-signs]").count(), 2, "{}", ended.stderr);
    assert_eq!(ended.stderr.matches("warning[joined-exceptions]").count(), 1, "{}", ended.stderr);
}
