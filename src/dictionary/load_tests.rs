//! Whole folders, read and reported.

use super::diagnostic::Severity;
use super::files::Files;
use super::pack::{Dictionary, OperatorKind, Queue, RuleKind, Value};

/// A pack with a violation and a signal.
pub(super) const PACK: &str = r#"# 店铺规则
id = "shop"
edition = "2018-02"
title = "店铺"
owner = "质检组"
source = "norm J"

[[rule]]
id = "internal-jargon"
title = "内部术语"
operator = "wording"
queue = "always"
since = "2018-02-01"
aliases = ["jargon"]
enabled = true
source = "norm J.4"
what = "对客户说内部术语。"
why = "客户听不懂。"
how = "查词条。"
misses = "没有列出的词。"
suggestion = "换成客户的话"

[rule.parameters]
terms = ["terms/jargon.tsv"]
exceptions = ["exceptions/jargon.tsv"]
echo = "lower"
echo-penalty = 150
strict = false

[[rule]]
id = "customer-anger"
title = "负面情绪"
operator = "wording"
kind = "signal"
[rule.parameters]
speaker = "customer"
terms = ["terms/anger.tsv", "terms/jargon.tsv"]
"#;

pub(super) const TERMS: &str = "term\tmode\texceptions\tsince\tconfidence\tnote\n\
    # 小二操作后台\n\
    后台\tword\t手机后台|后台运行\t\t\tnorm J.4\n\
    BUG\tsubstring\t\t2018-03-01\t800\t\n";

pub(super) const EXCEPTIONS: &str = "exception\tmode\tterms\n卖家后台\tsubstring\t后台\n";

pub(super) const SHARED: [(&str, &str); 6] = [
    ("classes.tsv", "class\twords\tnote\nyou\t你们|你\t\n"),
    ("segmentation.txt", "后台灯 200\n妥投 30\n"),
    ("cues/hold.tsv", "cue\tmode\tvalue\n稍等\tsubstring\t\n"),
    ("fold/traditional.tsv", "from\tto\n後\t后\n"),
    ("rulebooks/shop/1.toml", "id = \"shop\"\n"),
    ("readers/taobao.toml", "not ours"),
];

/// A sound folder.
pub(super) fn folder() -> Files {
    SHARED
        .into_iter()
        .chain([
            ("shop/pack.toml", PACK),
            ("shop/terms/jargon.tsv", TERMS),
            ("shop/terms/anger.tsv", "term\tmode\n气死我了\tsubstring\n"),
            ("shop/exceptions/jargon.tsv", EXCEPTIONS),
            ("shop/examples.jsonl", "{\"say\":\"后台\"}\n\n{\"say\":\"#\"}\n"),
        ])
        .collect()
}

fn with(path: &str, text: &str) -> Vec<String> {
    let mut files = folder();
    files.insert(path, text);
    let (_, problems) = Dictionary::load(&files);
    problems
        .iter()
        .map(|one| format!("{} {}:{}:{}", one.code, one.origin.file, one.origin.line, one.origin.column))
        .collect()
}

fn pack_with(from: &str, to: &str) -> Vec<String> {
    assert!(PACK.contains(from), "{from}");
    with("shop/pack.toml", &PACK.replace(from, to))
}

#[test]
fn sound_folder_is_read_whole() {
    let (dictionary, problems) = Dictionary::load(&folder());
    assert_eq!(problems, []);
    let pack = &dictionary.packs[0];
    assert_eq!((pack.label().as_str(), &*pack.title, &*pack.owner), ("shop@2018-02", "店铺", "质检组"));
    let rule = &pack.rules[0];
    assert_eq!((rule.operator, rule.kind, rule.queue), (OperatorKind::Wording, RuleKind::Violation, Queue::Always));
    assert_eq!(rule.since, Some(jiff::civil::date(2018, 2, 1)));
    assert_eq!(rule.aliases, ["jargon"]);
    assert_eq!((rule.origin.line, rule.manual.suggestion.as_deref()), (8, Some("换成客户的话")));
    let parameters: Vec<_> =
        rule.parameters.iter().map(|one| (one.name.as_str(), &one.value, one.origin.line)).collect();
    assert_eq!(parameters[0].0, "terms");
    assert_eq!(
        parameters[2..],
        [
            ("echo", &Value::Text("lower".into()), 26),
            ("echo-penalty", &Value::Integer(150), 27),
            ("strict", &Value::Boolean(false), 28)
        ]
    );
    let terms: Vec<_> = rule.terms.iter().map(|term| (term.text.as_str(), term.origin.line)).collect();
    assert_eq!(terms, [("后台", 3), ("BUG", 4)]);
    assert_eq!(rule.exceptions[0].text, "卖家后台");
    let signal = &pack.rules[1];
    assert_eq!((signal.kind, signal.queue, signal.terms.len()), (RuleKind::Signal, Queue::Stat, 3));
    assert_eq!(pack.examples.iter().map(|line| line.origin.line).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(dictionary.classes[0].words, ["你们", "你"]);
    assert_eq!(dictionary.cues[0].0, "hold");
    assert_eq!(dictionary.fold[0].name, "traditional");
    assert_eq!(dictionary.segmentation.len(), 2);
    assert_eq!(dictionary.rulebooks[0].0, "rulebooks/shop/1.toml");
}

#[test]
fn order_of_packs_is_that_of_their_ids() {
    let pack = |id: &str| format!("id = \"{id}\"\nedition = \"1\"\ntitle = \"x\"\nowner = \"x\"\nsource = \"x\"\n");
    let files: Files =
        [("a/pack.toml", pack("z")), ("b/pack.toml", pack("m")), ("c/pack.toml", pack("z"))].into_iter().collect();
    let (dictionary, problems) = Dictionary::load(&files);
    let ids: Vec<_> = dictionary.packs.iter().map(|pack| (pack.id.as_str(), &*pack.origin.file)).collect();
    assert_eq!(ids, [("m", "b/pack.toml"), ("z", "a/pack.toml")]);
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].code, &*problems[0].origin.file), ("duplicate-pack", "c/pack.toml"));
}

#[test]
fn wrong_keys_of_the_pack_are_named() {
    assert_eq!(
        pack_with("title = \"店铺\"", "titel = \"店铺\""),
        ["missing-key shop/pack.toml:1:1", "unknown-key shop/pack.toml:4:1"]
    );
    assert_eq!(pack_with("id = \"shop\"", "id = \"Shop\""), ["bad-id shop/pack.toml:2:6"]);
    assert_eq!(pack_with("id = \"shop\"", "id = \"cues\""), ["bad-id shop/pack.toml:2:6"]);
    assert_eq!(pack_with("edition = \"2018-02\"", "edition = 2018"), ["wrong-type shop/pack.toml:3:11"]);
    assert_eq!(pack_with("owner = \"质检组\"", "owner = \" \""), ["missing-key shop/pack.toml:5:9"]);
}

#[test]
fn wrong_keys_of_a_rule_are_named() {
    for (from, to, found) in [
        ("id = \"internal-jargon\"", "id = \"内部\"", "bad-id shop/pack.toml:9:6"),
        ("operator = \"wording\"\nqueue", "operator = \"wordign\"\nqueue", "unknown-operator shop/pack.toml:11:12"),
        ("queue = \"always\"", "queue = \"never\"", "bad-queue shop/pack.toml:12:9"),
        ("queue = \"always\"\n", "", "missing-key shop/pack.toml:8:1"),
        ("kind = \"signal\"", "kind = \"signals\"", "bad-kind shop/pack.toml:34:8"),
        ("since = \"2018-02-01\"", "since = \"1 Feb\"", "bad-day shop/pack.toml:13:9"),
        ("since = \"2018-02-01\"", "since = 2018-02-01", "wrong-type shop/pack.toml:13:9"),
        ("aliases = [\"jargon\"]", "aliases = [\"j\", 7]", "wrong-type shop/pack.toml:14:17"),
        ("aliases = [\"jargon\"]", "aliases = \"j\"", "wrong-type shop/pack.toml:14:11"),
        ("aliases = [\"jargon\"]", "aliases = [\"J\"]", "bad-id shop/pack.toml:14:12"),
        ("enabled = true", "enabled = \"yes\"", "wrong-type shop/pack.toml:15:11"),
        ("why = \"客户", "wy = \"客户", "unknown-key shop/pack.toml:18:1"),
        ("echo-penalty = 150", "echo-penalty = 0.15", "wrong-type shop/pack.toml:27:16"),
        ("echo-penalty = 150", "echo-penalty = 99999999999999999999", "wrong-type shop/pack.toml:27:16"),
        ("echo = \"lower\"", "echo = { a = 1 }", "wrong-type shop/pack.toml:26:8"),
        ("terms = [\"terms/jargon.tsv\"]", "terms = \"terms/jargon.tsv\"", "wrong-type shop/pack.toml:24:9"),
        ("terms = [\"terms/jargon.tsv\"]", "terms = [\"jargon\"]", "missing-file shop/pack.toml:24:10"),
        ("id = \"customer-anger\"", "id = \"jargon\"", "duplicate-rule shop/pack.toml:30:1"),
    ] {
        let problems = pack_with(from, to);
        assert!(problems.contains(&found.to_owned()), "{to}: {problems:?}");
    }
}

#[test]
fn broken_rule_does_not_take_the_others_with_it() {
    let mut files = folder();
    files.insert("shop/pack.toml", PACK.replace("operator = \"wording\"\nqueue", "operator = \"magic\"\nqueue"));
    let (dictionary, problems) = Dictionary::load(&files);
    assert_eq!(dictionary.packs[0].rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["customer-anger"]);
    assert_eq!(problems.len(), 1, "the files of the broken rule count as used");
}

#[test]
fn file_that_is_no_toml_is_used_as_far_as_it_goes() {
    let mut files = folder();
    files.insert("shop/pack.toml", PACK.replace("misses = \"没有列出的词。\"", "misses = 没有列出的词。"));
    let (dictionary, problems) = Dictionary::load(&files);
    assert_eq!((problems[0].code, problems[0].origin.line), ("toml-syntax", 20));
    assert!(dictionary.packs[0].rules.iter().any(|rule| rule.id == "customer-anger"));
}

#[test]
fn misplaced_files_are_named() {
    assert_eq!(with("shop/terms/old.tsv", ""), ["unused-file shop/terms/old.tsv:0:0"]);
    assert_eq!(with("shop/fixtures/a.jsonl", ""), ["unused-file shop/fixtures/a.jsonl:0:0"]);
    assert_eq!(with("cues/sub/hold.tsv", ""), ["unused-file cues/sub/hold.tsv:0:0"]);
    assert_eq!(with("words.txt", ""), ["unused-file words.txt:0:0"]);
    assert_eq!(with("other/terms/a.tsv", ""), ["missing-file other/pack.toml:0:0"]);
}

#[test]
fn spreadsheet_line_ends_and_marks_change_nothing() {
    let mut files = folder();
    for (path, text) in [("shop/pack.toml", PACK), ("shop/terms/jargon.tsv", TERMS)] {
        files.insert(path, format!("\u{feff}{}", text.replace('\n', "\r\n")));
    }
    let (dictionary, problems) = Dictionary::load(&files);
    assert_eq!(problems, []);
    assert_eq!(dictionary.packs[0].rules[0].terms, Dictionary::load(&folder()).0.packs[0].rules[0].terms);
}

#[test]
fn diagnostics_read_like_a_compilers() {
    let mut files = folder();
    let pack = PACK
        .replace("title = \"内部术语\"", "titel = \"内部术语\"")
        .replace("\"terms/anger.tsv\", \"terms/jargon.tsv\"", "\"terms/anger.tsv\", \"jargon.tsv\"");
    files.insert("shop/pack.toml", pack);
    files.insert("shop/terms/jargon.tsv", "term\tmode\tnote\n卖家后台\twrod\t别说\n后台\tword\n");
    let (_, problems) = Dictionary::load(&files);
    assert!(problems.iter().all(|problem| problem.severity == Severity::Error));
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(shown.join("\n\n"), GOLDEN.trim());
}

const GOLDEN: &str = r#"
error[missing-key]: the rule lacks `title`
 --> shop/pack.toml:8:1
  |
8 | [[rule]]
  | ^^^^^^^^
  = help: add a line `title = "…"`

error[unknown-key]: unknown key `titel` in the rule
  --> shop/pack.toml:10:1
   |
10 | titel = "内部术语"
   | ^^^^^
   = help: did you mean `title`?

error[missing-file]: the pack has no file `jargon.tsv`
  --> shop/pack.toml:37:29
   |
37 | terms = ["terms/anger.tsv", "jargon.tsv"]
   |                             ^^^^^^^^^^^^
   = help: did you mean `terms/jargon.tsv`?

error[bad-mode]: unknown mode `wrod`
 --> shop/terms/jargon.tsv:2:6
  |
2 | 卖家后台    wrod    别说
  |             ^^^^
  = help: did you mean `word`?
"#;

#[test]
fn hundred_thousand_terms_load_quickly() {
    let mut files = folder();
    let mut text = String::from("term\tmode\texceptions\tconfidence\tnote\n");
    text.extend((0..100_000).map(|index| format!("词条{index}\tsubstring\t这词条{index}\t900\t说明文字\n")));
    files.insert("shop/terms/jargon.tsv", text);
    let (dictionary, problems) = Dictionary::load(&files);
    assert_eq!(problems, []);
    assert_eq!(dictionary.packs[0].rules[0].terms.len(), 100_000);
}
