//! `explain`, `rules` and `dictionary check`: how people see why, and how an owner of words sees what is wrong with them.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::path::Path;

use support::{SHIPPED, SHOP_PACK, zhijian_with};

fn explain(arguments: &[&str]) -> String {
    let ended = zhijian_with(&[&["explain"], arguments].concat(), "");
    assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
    ended.stdout
}

/// The line that holds all of these words.
fn line_with<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let found = text.lines().find(|line| words.iter().all(|word| line.contains(word)));
    found.unwrap_or_else(|| panic!("no line has {words:?} in:\n{text}"))
}

#[test]
fn it_shows_the_folded_text_the_skeleton_the_tokens_and_the_hit() {
    let shown = explain(&["您的訂單在後臺，B.U.G"]);
    line_with(&shown, &["折叠", "您的订单在后台,b.u.g"]);
    line_with(&shown, &["骨架", "bug"]);
    line_with(&shown, &["分词", "后台"]);
    line_with(&shown, &["✓ 命中", "5..7", "「后台」", "internal-jargon"]);
    line_with(&shown, &["✓ 命中", "8..13", "「b.u.g」,透过伪装", "internal-jargon"]);
    line_with(&shown, &["疑似违规 internal-jargon 内部术语", "「後臺」", "cloud-cs@"]);
}

#[test]
fn it_shows_numbers_and_addresses_with_what_became_of_them() {
    let named = explain(&["另外一位客户的号码是13987654321"]);
    line_with(&named, &["✓ 命中", "「13987654321」", "privacy-leak 词条 mobile"]);
    let excused = explain(&["和您核对下,您的电话是13812345678吗"]);
    line_with(&excused, &["✗ 不计", "「13812345678」", "privacy-leak 词条 mobile", "没有问题"]);
}

#[test]
fn it_shows_what_suppressed_a_hit() {
    let border = explain(&["这是我生命中最好的一天"]);
    line_with(&border, &["✗ 不计", "「命中」", "词的边界"]);
    line_with(&border, &["没有发现"]);
    let exception = explain(&["麻烦放酒店前台就行"]);
    line_with(&exception, &["✗ 不计", "「前台」", "例外", "酒店前台"]);
    let quotation = explain(&["您说的“后台”指的是操作系统"]);
    line_with(&quotation, &["✗ 不计", "「后台」", "引述"]);
    let negation = explain(&["--role", "customer", "我没有要投诉的意思"]);
    line_with(&negation, &["✗ 不计", "「投诉」", "否定"]);
}

#[test]
fn a_word_of_the_customer_is_an_echo() {
    let line = r#"{"id":"echo","messages":[{"role":"customer","text":"你们后台能看到吗，工单呢"},{"role":"agent","text":"您好，后台能看到，工单也有，谢谢"}]}"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("echo.jsonl");
    std::fs::write(&path, line).unwrap();
    let shown = explain(&["--file", path.to_str().unwrap(), "--id", "echo"]);
    let confidence = |shown: &str| -> u32 {
        let line = line_with(shown, &["疑似违规 internal-jargon", "「后台」"]);
        line.split("置信度 ").nth(1).unwrap().split('‰').next().unwrap().parse().unwrap()
    };
    line_with(&shown, &["疑似违规 internal-jargon", "因跟着对方用词降低"]);
    assert_eq!(confidence(&shown) + 200, confidence(&explain(&["您好，后台能看到，谢谢"])), "echo-penalty");
    line_with(&shown, &["✗ 不计", "「工单」", "对方先用了这个词"]);
    let other = zhijian_with(&["explain", "--file", path.to_str().unwrap(), "--id", "no-such"], "");
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("no-such"), "{}", other.stderr);
}

#[test]
fn the_signs_of_a_course_rule_are_shown() {
    let shown = explain(&["--file", "fixtures/small.jsonl", "--id", "20180305-010"]);
    line_with(&shown, &["○ 满足", "「您好」", "missing-greeting"]);
    line_with(&shown, &["○ 满足", "missing-closing"]);
    line_with(&shown, &["未能判定 slow-response", "消息没有时间"]);
}

#[test]
fn an_explanation_equals_the_screening_under_the_same_day_source_and_rulebook() {
    let line = r#"{"id":"x","agent":{"id":"a1"},"messages":[{"role":"customer","text":"在吗"},{"role":"agent","text":"您好，后台显示已发货，谢谢"}]}"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jsonl");
    std::fs::write(&path, line).unwrap();
    let path = path.to_str().unwrap();
    let cases: [&[&str]; 5] = [
        &[],
        &["--day", "2018-03-05", "--source", "shop-1"],
        &["--day", "2017-01-01"],
        &["--day", "2018-03-05", "--rulebook", "none"],
        &["--source", "shop-2"],
    ];
    for more in cases {
        let screened = zhijian_with(&[&["screen", path, "--all", "-q", "--format", "jsonl"], more].concat(), "");
        let screening: zhijian::screening::Screening = serde_json::from_str(screened.stdout.trim()).unwrap();
        let shown = explain(&[&["--file", path], more].concat());
        if !screening.source.is_empty() {
            line_with(&shown, &["会话 x", &format!("来源 {}", screening.source)]);
        }
        for (label, found) in [("疑似违规", &screening.candidates), ("仅供参考", &screening.informational)] {
            assert_eq!(shown.matches(&format!("{label} ")).count(), found.len(), "{shown}");
            for found in found {
                let line = line_with(&shown, &[label, &found.rule, &found.id]);
                assert_eq!(line.contains("扣分预览"), found.points.is_some(), "{line}");
                let points = found.points.as_ref().map_or(String::new(), |points| format!("扣分预览 {points} "));
                assert!(line.contains(&points), "{line}");
            }
        }
        let preview = shown.lines().find(|line| line.trim_start().starts_with("扣分预览"));
        match &screening.preview {
            None => assert_eq!(preview, None, "{more:?}"),
            Some(expected) => {
                let preview = preview.unwrap_or_else(|| panic!("{more:?} shows no preview: {shown}"));
                for agent in &expected.agents {
                    assert!(preview.contains(&format!("{} {}", agent.agent, agent.points)), "{preview}");
                }
                assert_eq!(preview.contains("--day"), expected.not_evaluated.as_deref() == Some("no-day"), "{preview}");
            }
        }
    }
    let unknown = zhijian_with(&["explain", "--rulebook", "no-such", "后台"], "");
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("cloud-cs"), "{}", unknown.stderr);
}

#[test]
fn every_rule_is_listed_and_has_its_page() {
    let listed = zhijian_with(&["rules"], "").stdout;
    for rule in SHIPPED.packs.iter().flat_map(|pack| &pack.rules) {
        line_with(&listed, &[&rule.id, &rule.title]);
        let page = zhijian_with(&["rules", "show", &rule.id], "");
        assert_eq!(page.code, Some(0), "{}", page.stderr);
        for text in [&rule.manual.what, &rule.manual.why, &rule.manual.how, &rule.manual.misses, &rule.source] {
            assert!(page.stdout.contains(text.trim()), "{} does not show {text}", rule.id);
        }
    }
}

#[test]
fn a_rules_page_shows_parameters_and_settings_change_it_not() {
    let page = zhijian_with(&["rules", "show", "internal-jargon"], "").stdout;
    for words in [["internal-jargon", "内部术语"], ["echo", "lower"], ["echo-penalty", "200"], ["队列", "必检"]]
    {
        line_with(&page, &words);
    }
    for (id, advice) in
        [("no-such", "`zhijian rules` lists them"), ("internal-jargom", "did you mean `internal-jargon`?")]
    {
        let unknown = zhijian_with(&["rules", "show", id], "");
        assert_eq!(unknown.code, Some(2));
        assert!(unknown.stderr.contains(id) && unknown.stderr.contains(advice), "{}", unknown.stderr);
    }
    let off = zhijian_with(&["rules", "--disable", "internal-jargon"], "").stdout;
    line_with(&off, &["internal-jargon", "否"]);
}

#[test]
fn the_shipped_dictionaries_pass_their_own_check() {
    let ended = zhijian_with(&["dictionary", "check"], "");
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains(" 0 errors"), "{}", ended.stdout);
}

fn pack(folder: &Path, manifest: &str, terms: &str, examples: &str) {
    std::fs::create_dir_all(folder.join("terms")).unwrap();
    std::fs::write(folder.join("pack.toml"), manifest).unwrap();
    std::fs::write(folder.join("terms/shop.tsv"), terms).unwrap();
    std::fs::write(folder.join("examples.jsonl"), examples).unwrap();
}

const TERMS: &str = "term\tmode\tsource\n暗语\tsubstring\t实务\n";

#[test]
fn a_broken_pack_is_shown_with_code_place_line_caret_and_help() {
    let cases = [
        ("pack.toml", SHOP_PACK.replace("wording", "wordling"), TERMS.to_owned(), "", "pack.toml:10:", "wordling"),
        ("parameter", SHOP_PACK.replace("terms =", "tems = 3\nterms ="), TERMS.to_owned(), "", "pack.toml:19:", "tems"),
        ("mode", SHOP_PACK.to_owned(), TERMS.replace("substring", "sometimes"), "", "shop.tsv:2:4", "sometimes"),
        ("column", SHOP_PACK.to_owned(), TERMS.replace("source", "sauce"), "", "shop.tsv:1:", "sauce"),
        (
            "pattern",
            SHOP_PACK.to_owned(),
            TERMS.replace("暗语\tsubstring", "暗(语\tpattern"),
            "",
            "shop.tsv:2:1",
            "暗(语",
        ),
        (
            "missed",
            SHOP_PACK.to_owned(),
            TERMS.to_owned(),
            "{\"say\":\"明语\",\"expect\":[{\"rule\":\"shop-jargon\"}]}\n",
            "examples.jsonl:1:",
            "明语",
        ),
        (
            "alarm",
            SHOP_PACK.to_owned(),
            TERMS.to_owned(),
            "{\"say\":\"说暗语\",\"absent\":[\"shop-jargon\"]}\n",
            "examples.jsonl:1:",
            "说暗语",
        ),
    ];
    for (name, manifest, terms, examples, place, line) in cases {
        let folder = tempfile::tempdir().unwrap();
        pack(folder.path(), &manifest, &terms, examples);
        let ended = zhijian_with(&["dictionary", "check", folder.path().to_str().unwrap()], "");
        assert_eq!(ended.code, Some(2), "{name}: {}{}", ended.stdout, ended.stderr);
        let problem =
            ended.stderr.split("\n\n").find(|problem| problem.starts_with("error[") && problem.contains(place));
        let problem = problem.unwrap_or_else(|| panic!("{name}: nothing at {place}:\n{}", ended.stderr));
        let after: String = problem.split(place).nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
        assert!(place.ends_with(|c: char| c.is_ascii_digit()) || !after.is_empty(), "{name} has a column: {problem}");
        for part in [line, "^", "= help:"] {
            assert!(problem.contains(part), "{name} shows no {part}: {problem}");
        }
        let screened =
            zhijian_with(&["screen", "fixtures/small.jsonl", "--dictionaries", folder.path().to_str().unwrap()], "");
        if !matches!(name, "missed" | "alarm") {
            assert_eq!(screened.code, Some(2), "{name}: nothing is screened with a broken dictionary");
            assert!(screened.stdout.is_empty(), "{name}");
        }
    }
}

#[test]
fn an_example_that_cannot_be_used_is_named_once() {
    for examples in
        ["{\"say\":\"暗语\",\n", "{\"expect\":[]}\n", "{\"say\":\"暗语\",\"expct\":[]}\n", "{\"say\":\"暗语\"}\n"]
    {
        let folder = tempfile::tempdir().unwrap();
        pack(folder.path(), SHOP_PACK, TERMS, examples);
        let ended = zhijian_with(&["dictionary", "check", folder.path().to_str().unwrap()], "");
        assert_eq!(ended.code, Some(2));
        assert_eq!(ended.stderr.matches("error[bad-example]").count(), 1, "{examples}: {}", ended.stderr);
        assert!(ended.stdout.contains(" 1 errors"), "{}", ended.stdout);
    }
}

#[test]
fn a_sound_pack_beside_the_others_is_used() {
    let folder = tempfile::tempdir().unwrap();
    pack(
        folder.path(),
        SHOP_PACK,
        TERMS,
        "{\"say\":\"说暗语\",\"expect\":[{\"rule\":\"shop-jargon\",\"quote\":\"暗语\"}]}\n",
    );
    let path = folder.path().to_str().unwrap();
    let checked = zhijian_with(&["dictionary", "check", path], "");
    assert_eq!(checked.code, Some(0), "{}{}", checked.stdout, checked.stderr);
    assert!(checked.stderr.contains("warning["), "too few examples is a warning: {}", checked.stderr);
    assert_eq!(zhijian_with(&["dictionary", "check", path, "--strict"], "").code, Some(2), "warnings fail too");
    let line = r#"{"id":"x","messages":[{"role":"agent","text":"后台暗语"}]}"#;
    let rules = |arguments: &[&str]| -> Vec<String> {
        let ended = zhijian_with(&[&["screen", "-", "-q", "--all"], arguments].concat(), line);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let screening: zhijian::screening::Screening = serde_json::from_str(ended.stdout.trim()).unwrap();
        screening.candidates.into_iter().map(|found| found.rule).collect()
    };
    assert!(rules(&["--dictionaries", path]).contains(&"shop-jargon".to_owned()));
    assert_eq!(rules(&["--dictionaries", path, "--no-built-in"]), ["shop-jargon"]);
    assert!(!rules(&[]).contains(&"shop-jargon".to_owned()));
}
