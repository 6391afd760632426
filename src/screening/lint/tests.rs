//! Each code with a folder that has it and one, as near as can be, that has not.

use super::super::trial::try_dictionary;
use crate::conversation::Zone;
use crate::dictionary::{Dictionary, Files, Severity, lint};

const HEAD: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"店\"\nowner = \"x\"\nsource = \"x\"\n";

/// A rule of the operator `wording` with the files of its name.
fn wording(id: &str, more: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\ntitle = \"x\"\noperator = \"wording\"\nqueue = \"always\"\nsource = \"x\"\nwhat = \"x\"\n\
         why = \"x\"\nhow = \"x\"\nmisses = \"x\"\n[rule.parameters]\nterms = [\"terms/{id}.tsv\"]\n\
         exceptions = [\"exceptions/{id}.tsv\"]\n{more}"
    )
}

/// A folder with one pack of these rules; tables are lines of cells without their header.
fn folder(rules: &str, tables: &[(&str, &str)]) -> Files {
    let mut files: Files = [
        ("shop/pack.toml", format!("{HEAD}{rules}")),
        ("shop/exceptions/jargon.tsv", "exception\tmode\tterms\n".to_owned()),
        ("fold/traditional.tsv", "from\tto\n後\t后\n臺\t台\n".to_owned()),
        ("classes.tsv", "class\twords\nyou\t你们|您|你\n".to_owned()),
    ]
    .into_iter()
    .collect();
    for (path, rows) in tables {
        let header = match path.split('/').next() {
            Some("terms") => "term\tmode\texceptions\tsuggestion\tconfidence\techo\tplace\tdisguise\n",
            Some("exceptions") => "exception\tmode\tterms\n",
            _ => "",
        };
        files.insert(format!("shop/{path}"), format!("{header}{rows}"));
    }
    files
}

/// What is said of a folder beside what is said of every small one: code, line, and how grave.
fn found(files: &Files) -> Vec<(&'static str, u32, Severity)> {
    let (dictionary, mut problems) = Dictionary::load(files);
    problems.extend(lint(&dictionary, files));
    problems.extend(try_dictionary(&dictionary, &Zone::named("Asia/Shanghai").unwrap()).unwrap());
    problems.retain(|problem| problem.code != "missing-examples");
    crate::dictionary::diagnostic::sort(&mut problems);
    problems.into_iter().map(|problem| (problem.code, problem.origin.line, problem.severity)).collect()
}

/// Codes and lines for a rule with these terms.
fn codes(terms: &str) -> Vec<(&'static str, u32)> {
    with_exceptions(terms, "", "")
}

fn with_exceptions(terms: &str, exceptions: &str, more: &str) -> Vec<(&'static str, u32)> {
    let tables = [("terms/jargon.tsv", terms), ("exceptions/jargon.tsv", exceptions)];
    let all = found(&folder(&wording("jargon", more), &tables));
    all.into_iter().map(|(code, line, _)| (code, line)).collect()
}

#[test]
fn word_that_jieba_cuts() {
    assert_eq!(codes("后台灯\tword\n"), [("word-not-one-token", 2)]);
    assert_eq!(codes("后台\tword\n"), []);
    assert_eq!(codes("后台灯\tsubstring\n"), []);
}

#[test]
fn everyday_words() {
    assert_eq!(codes("我们\tsubstring\n什么\tword\n"), [("everyday-word", 2), ("everyday-word", 3)]);
    assert_eq!(codes("(?:什么|吊打)\tpattern\n"), [("everyday-word", 2)]);
    assert_eq!(codes("^什么$\tpattern\n我们{gap}吊打\tpattern\n"), []);
    assert_eq!(codes("后台\tword\n我们\tsubstring\t\t\t\t\twhole-reply\n我们不管\tsubstring\n"), []);
    let signal = wording("jargon", "").replace("queue", "kind = \"signal\"\nqueue");
    assert_eq!(found(&folder(&signal, &[("terms/jargon.tsv", "我们\tsubstring\n")])), [], "a signal accuses nobody");
}

#[test]
fn duplicates_once_both_are_folded() {
    assert_eq!(codes("后台\tword\n前台\tword\n后台\tword\n"), [("duplicate-term", 4)]);
    assert_eq!(codes("BUG\tsubstring\nｂｕｇ\tsubstring\n"), [("duplicate-term", 3)]);
    assert_eq!(codes("後臺\tsubstring\n后台\tsubstring\n"), [("duplicate-term", 3)]);
    assert_eq!(codes("后台\tword\n后台灯泡\tsubstring\n後\\.台\tpattern\n"), [("unmatchable-pattern", 4)]);
}

#[test]
fn terms_that_a_shorter_one_makes_needless() {
    assert_eq!(codes("傻逼\tsubstring\n傻逼客服\tsubstring\n"), [("needless-term", 3)]);
    assert_eq!(codes("后台\tword\n后台\tsubstring\n"), [("needless-term", 2)]);
    // Each of these says something that the shorter one does not.
    assert_eq!(codes("后台\tword\n后台灯泡\tsubstring\n"), []);
    assert_eq!(codes("傻逼\tsubstring\n傻逼客服\tsubstring\t\t客服\n"), []);
    assert_eq!(codes("傻逼\tsubstring\n傻逼客服\tsubstring\t\t\t700\n"), []);
    assert_eq!(codes("傻逼\tsubstring\n傻逼客服\tsubstring\t\t\t\t\t\tyes\n"), []);
    assert_eq!(codes("sb\tsubstring\nsbc\tsubstring\n"), [], "a Latin term stands alone");
    assert_eq!(
        codes("傻逼\tsubstring\t大傻逼\n傻逼客服\tsubstring\n"),
        [],
        "the exception lets only the longer one stand"
    );
    assert_eq!(codes("傻逼\tsubstring\t傻逼客服们\n傻逼客服\tsubstring\n"), [("needless-term", 3)]);
    let negation = "negation = \"suppress\"\n";
    assert_eq!(with_exceptions("甩锅\tsubstring\n不甩锅\tsubstring\n", "", negation), []);
    assert_eq!(with_exceptions("甩锅\tsubstring\n甩锅你\tsubstring\n", "", negation), [("needless-term", 3)]);
    assert_eq!(with_exceptions("甩锅\tsubstring\n甩锅你\tsubstring\n", "", "echo = \"lower\"\n"), []);
}

#[test]
fn terms_that_another_rule_has() {
    let rules = |queue: &str| wording("jargon", "") + &wording("second", "").replace("always", queue);
    let tables = |second: &'static str| {
        [("terms/jargon.tsv", "后台\tword\n"), ("terms/second.tsv", second), ("exceptions/second.tsv", "")]
    };
    let shadowed = ("shadowed-term", 2, Severity::Warning);
    assert_eq!(found(&folder(&rules("with"), &tables("后台\tword\n"))), [shadowed]);
    assert_eq!(found(&folder(&rules("with"), &tables("后台\tsubstring\n"))), [], "the other is found in more places");
    assert_eq!(found(&folder(&rules("with"), &tables("前台\tword\n"))), []);
}

#[test]
fn patterns_that_folding_leaves_nothing_for() {
    for pattern in ["後台{gap}前", "后台，前台", "重启BUG"] {
        let all = found(&folder(&wording("jargon", ""), &[("terms/jargon.tsv", &format!("{pattern}\tpattern\n"))]));
        assert_eq!(all, [("unmatchable-pattern", 2, Severity::Error)], "{pattern}");
    }
    assert_eq!(codes("后台(?:前面|后臺)?重启\tpattern\n"), [("unmatchable-branch", 2)]);
    assert_eq!(codes("后台[，,]重启\tpattern\n后台(?i:BUG)重启\tpattern\n后台。重启\tpattern\n"), []);
    assert_eq!(with_exceptions("后台\tword\n", "後台{gap}\tpattern\t\n", ""), [("unmatchable-pattern", 2)]);
}

#[test]
fn patterns_with_empty_evidence() {
    assert_eq!(codes("后台(?<hit>前?)\tpattern\n"), [("empty-evidence", 2)]);
    assert_eq!(codes("后台(?<hit>前)?\tpattern\n(?:后台)?\tpattern\n"), [("pattern-matches-empty", 3)]);
}

#[test]
fn patterns_that_cost_too_much() {
    assert_eq!(codes("后台.*前台\tpattern\n"), [("slow-pattern", 2)]);
    assert_eq!(codes("后台[^,]{300}前台\tpattern\n"), [("slow-pattern", 2)]);
    assert_eq!(codes("(?:您好|可以|我们|您的|没有|一下|什么|这个|稍等|订单){gap}呢\tpattern\n"), [("slow-pattern", 2)]);
    assert_eq!(codes("后台{gap:64}前台\tpattern\n后台(?:真|就)*前台\tpattern\n^后台.*前台\tpattern\n"), []);
    assert_eq!(
        with_exceptions("后台\tword\n", "后台.*前台\tpattern\t\n", ""),
        [],
        "an exception is tried around a hit"
    );
    assert_eq!(with_exceptions("后台\tword\n", "后台\\w{500}\tpattern\t\n", ""), [("pattern-too-large", 2)]);
}

#[test]
fn exceptions_that_cannot_apply() {
    let terms = "后台\tword\t手机后台|前台|后台\nBUG\tword\tｂｕｇ反馈\n後臺灯\tsubstring\t后台灯泡\n";
    assert_eq!(codes(terms), [("idle-exception", 2), ("idle-exception", 2)]);
    let exceptions = "手机后台\tsubstring\t\n酒店前台\tsubstring\t\n手机后台\tsubstring\tBUG\n后台\tsubstring\t\n\
                      x\tpattern\t\n后台灯\tsubstring\t收银台\n[后前]台(?:灯|机)\tpattern\t\n[后前]台灯\tpattern\tBUG\n";
    assert_eq!(
        with_exceptions("后台\tword\nBUG\tword\n", exceptions, ""),
        [
            ("idle-exception", 3),
            ("idle-exception", 4),
            ("idle-exception", 5),
            ("idle-exception", 6),
            ("unknown-term", 7),
            ("idle-exception", 9)
        ]
    );
    // What a pattern finds is known by the literals that it needs.
    let pattern = "后台{gap}重启\tpattern\n";
    assert_eq!(
        with_exceptions(pattern, "后台的重启键\tsubstring\t\n后台的\tsubstring\t\n", ""),
        [("idle-exception", 3)]
    );
    assert_eq!(codes("手机(?<hit>后台)\tpattern\t后台灯\n"), []);
    assert_eq!(codes("手机后台\tpattern\t后台灯\n"), [("idle-exception", 2)]);
}

#[test]
fn exception_of_use_to_one_rule_is_not_idle() {
    let second = wording("second", "").replace("exceptions/second", "exceptions/jargon");
    let tables = [
        ("terms/jargon.tsv", "前台\tword\n"),
        ("terms/second.tsv", "后台\tword\n"),
        ("exceptions/jargon.tsv", "手机后台\tsubstring\t\n"),
    ];
    assert_eq!(found(&folder(&(wording("jargon", "") + &second), &tables)), []);
}

#[test]
fn terms_inside_an_exception_wherever_they_are_found() {
    assert_eq!(with_exceptions("手机(?<hit>后台)\tpattern\n", "手机后台\tsubstring\t\n", ""), [("swallowed-term", 2)]);
    assert_eq!(codes("(?:手机|电脑)(?<hit>后台)\tpattern\t手机后台|电脑后台\n"), [("swallowed-term", 2)]);
    assert_eq!(codes("(?:手机|电脑)(?<hit>后台)\tpattern\t手机后台\n"), []);
}

#[test]
fn rules_that_build_on_rules_of_no_order() {
    let rule = |id: &str, operator: &str, more: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\ntitle = \"x\"\noperator = \"{operator}\"\nqueue = \"always\"\nsource = \"x\"\n\
             what = \"x\"\nwhy = \"x\"\nhow = \"x\"\nmisses = \"x\"\n[rule.parameters]\n{more}\n"
        )
    };
    let base = wording("jargon", "");
    let combination = |id: &str, condition: &str| rule(id, "combination", &format!("condition = \"{condition}\""));
    let after = |id: &str, cue: &str| {
        let more = format!("place = \"after\"\nterms = [\"terms/jargon.tsv\"]\ncue-rules = [\"{cue}\"]");
        rule(id, "required-wording", &more)
    };
    let codes = |rules: &str| {
        let all = found(&folder(&(base.clone() + rules), &[("terms/jargon.tsv", "后台\tword\n")]));
        all.into_iter().map(|(code, ..)| code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&(combination("a", "jargon") + &combination("b", "a"))), ["undefined-order"]);
    assert_eq!(codes(&combination("a", "a")), ["undefined-order"]);
    assert_eq!(codes(&(combination("a", "jargon") + &after("b", "a"))), ["undefined-order"]);
    assert_eq!(codes(&(after("a", "jargon") + &after("b", "a"))), ["undefined-order"]);
    assert!(codes(&(after("a", "jargon") + &combination("b", "a && jargon"))).is_empty());
}

#[test]
fn what_holds_nowhere_or_everywhere_lacks_a_parameter() {
    let lacks = |operator: &str, parameters: &str| {
        let rule = format!(
            "[[rule]]\nid = \"one\"\ntitle = \"x\"\noperator = \"{operator}\"\nqueue = \"with\"\nsource = \"x\"\nwhat = \"x\"\n\
             why = \"x\"\nhow = \"x\"\nmisses = \"x\"\n[rule.parameters]\n{parameters}\n"
        );
        let files = folder(&rule, &[("terms/a.tsv", "好\tsubstring\n"), ("terms/none.tsv", "")]);
        found(&files).iter().filter(|(code, ..)| *code == "missing-parameter").count()
    };
    for (operator, without, with) in [
        ("entity", "entities = [\"address\"]\nonly-with-cue = [\"address\"]", "cues = [\"terms/a.tsv\"]"),
        ("extent", "measure = \"duration\"", "limit = \"30m\""),
        ("extent", "measure = \"messages\"", "count = 3"),
        ("extent", "measure = \"characters\"", "count-in-all = 3"),
        ("extent", "measure = \"occurrences\"\ncount = 2", "terms = [\"terms/a.tsv\"]"),
        ("combination", "condition = \"meta.note ~ terms\"", "terms = [\"terms/a.tsv\"]"),
        ("required-wording", "place = \"after\"\nterms = [\"terms/a.tsv\"]", "cues = [\"terms/a.tsv\"]"),
    ] {
        assert_eq!(lacks(operator, without), 1, "{operator} with {without}");
        assert_eq!(lacks(operator, &format!("{without}\n{with}")), 0, "{operator} with {without} and {with}");
    }
}
