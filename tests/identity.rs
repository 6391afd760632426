//! Identity: a finding keeps its id whatever the dictionary says, a rule set's hash tells every change that matters from
//! every one that does not, and screenings change only together with the behaviour version.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::sync::Arc;

use support::{RULES, SHIPPED, findings, fixture, rules_of, rules_with, run};
use zhijian::conversation::{Conversation, InputOptions, Zone};
use zhijian::dictionary::{Dictionary, Files, Severity};
use zhijian::screening::{BEHAVIOUR, Overrides, RuleSet, RuleSetOptions, Screener, Screening, finding_id};

/// Computed by another program from the definition in DESIGN.md; they are stored with human decisions and never change.
#[test]
fn golden_vectors() {
    let vectors = [
        (["", "c-001", "internal-jargon", "index:5"], GOLDEN[0]),
        (["shop-1", "c-001", "missing-greeting", "conversation"], GOLDEN[1]),
        (["shop-1", "c-001", "slow-response", "id:m7"], GOLDEN[2]),
        (["店铺", "会话", "internal-jargon", "id:消息"], GOLDEN[3]),
        (["", "", "", ""], GOLDEN[4]),
    ];
    for ([source, conversation, rule, anchor], id) in vectors {
        assert_eq!(finding_id(source, conversation, rule, anchor), id, "{source} {conversation} {rule} {anchor}");
    }
}

const GOLDEN: [&str; 5] = [
    "64e8759b21c1e70e3d9b68aa2c6d1695",
    "17c429fbd6ad2385733887f850663cf8",
    "ac16d2053c4e8b9a1c2cbb08dd1f5da3",
    "76e1ccd65fe24afa99867393be1fc2c6",
    "4904d0c86baa676717ec8a43123d55c2",
];

const CHAT: &str = r#"{"id":"c-1","source":"shop-1","messages":[
{"id":"m1","role":"customer","time":"2018-03-05T10:00:00+08:00","text":"在吗"},
{"id":"m2","role":"agent","time":"2018-03-05T10:01:00+08:00","text":"后台显示订单后台系统已发货"},
{"role":"customer","time":"2018-03-05T10:02:00+08:00","text":"我要投诉，还有呢？"},
{"role":"agent","time":"2018-03-05T10:09:00+08:00","text":"工单在处理"}]}"#;

fn chat() -> String {
    CHAT.replace('\n', "")
}

fn screened(rules: &Arc<RuleSet>, json: &str) -> Screening {
    Screener::new(Arc::clone(rules)).screen(&Conversation::from_json(json).unwrap())
}

fn id_of(screening: &Screening, rule: &str, message: u32) -> String {
    let found = findings(screening).into_iter().find(|(found, _, at)| found == rule && *at == message);
    found.unwrap_or_else(|| panic!("{rule} is not found in message {message}: {:?}", findings(screening))).1
}

#[test]
fn anchors_are_what_the_finding_is_about() {
    let screening = screened(&RULES, &chat());
    for (rule, message, anchor) in [
        ("internal-jargon", 1, "id:m2"),
        ("internal-jargon", 3, "index:3"),
        ("missing-greeting", 1, "conversation"),
        ("missing-closing", 3, "conversation"),
        ("slow-first-response", 1, "id:m1"),
        ("slow-response", 3, "index:2"),
        ("customer-complaint", 2, "index:2"),
    ] {
        assert_eq!(id_of(&screening, rule, message), finding_id("shop-1", "c-1", rule, anchor), "{rule}");
    }
    let jargon =
        screening.candidates.iter().find(|found| found.rule == "internal-jargon" && found.message == 1).unwrap();
    assert_eq!(jargon.spans.len(), 2, "all hits of a rule in a message are one candidate");
}

/// The shipped dictionaries with a file changed.
fn changed(path: &str, change: impl FnOnce(String) -> String) -> Dictionary {
    let mut files = Files::built_in();
    let before = String::from_utf8(files.get(path).unwrap_or_else(|| panic!("{path}")).to_vec()).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after, "{path} was not changed");
    files.insert(path, after);
    let (dictionary, problems) = Dictionary::load(&files);
    let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    dictionary
}

fn rules_changed(path: &str, change: impl FnOnce(String) -> String) -> Arc<RuleSet> {
    rules_of(&changed(path, change), Overrides::default())
}

#[test]
fn an_id_survives_a_longer_term_another_edition_and_what_is_said_later() {
    let expected = id_of(&screened(&RULES, &chat()), "internal-jargon", 1);
    let longer = rules_changed("cloud-cs/terms/named.tsv", |text| with_row(&text, "后台系统", "substring"));
    let screening = screened(&longer, &chat());
    let jargon =
        screening.candidates.iter().find(|found| found.rule == "internal-jargon" && found.message == 1).unwrap();
    assert!(jargon.spans.iter().any(|span| span.quote == "后台系统"), "the longer term is found: {:?}", jargon.spans);
    assert_eq!(jargon.id, expected);
    let edition = rules_changed("cloud-cs/pack.toml", |text| text.replacen("edition = \"", "edition = \"9-", 1));
    let screening = screened(&edition, &chat());
    assert_eq!(id_of(&screening, "internal-jargon", 1), expected);
    assert!(screening.candidates.iter().any(|found| found.pack.contains("@9-")));
    let appended = chat().replace("]}", r#",{"role":"system","text":"会话结束"},{"role":"agent","text":"后台"}]}"#);
    let screening = screened(&RULES, &appended);
    for (rule, message) in
        [("internal-jargon", 1), ("internal-jargon", 3), ("missing-greeting", 1), ("slow-response", 3)]
    {
        assert_eq!(id_of(&screening, rule, message), id_of(&screened(&RULES, &chat()), rule, message), "{rule}");
    }
}

/// A term file with one more row, of which only term, mode and source are filled.
fn with_row(text: &str, term: &str, mode: &str) -> String {
    let header = text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty()).unwrap();
    let cells: Vec<&str> = header
        .split('\t')
        .map(|column| match column {
            "term" => term,
            "mode" => mode,
            "source" => "实务",
            _ => "",
        })
        .collect();
    format!("{}\n{}\n", text.trim_end(), cells.join("\t"))
}

#[test]
fn two_sources_may_share_the_ids_of_conversations() {
    let other = chat().replace("shop-1", "shop-2");
    assert_ne!(
        id_of(&screened(&RULES, &chat()), "internal-jargon", 1),
        id_of(&screened(&RULES, &other), "internal-jargon", 1)
    );
}

/// What is changed, the file it stands in, and how.
type Change = (&'static str, &'static str, fn(String) -> String);

const TERMS: &str = "cloud-cs/terms/named.tsv";
const PACK: &str = "cloud-cs/pack.toml";

#[test]
fn comments_order_and_layout_do_not_count_for_the_hash() {
    let same: [Change; 6] = [
        ("a comment in terms", TERMS, |text| format!("# 说明\n\n{text}")),
        ("the order of terms", TERMS, |text| {
            let (mut head, mut rows): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
            for line in text.lines() {
                if head.last().is_none_or(|last: &&str| last.starts_with('#') || last.is_empty()) {
                    head.push(line);
                } else {
                    rows.push(line);
                }
            }
            rows.reverse();
            format!("{}\n{}\n", head.join("\n"), rows.join("\n"))
        }),
        ("line ends", TERMS, |text| text.replace('\n', "\r\n")),
        ("a byte order mark", TERMS, |text| format!("\u{FEFF}{text}")),
        ("a comment in the manifest", PACK, |text| format!("# 说明\n{text}")),
        ("spaces in the manifest", PACK, |text| text.replacen("confidence = 900", "confidence   =   900", 1)),
    ];
    for (what, path, change) in same {
        assert_eq!(rules_changed(path, change).hash(), RULES.hash(), "{what}");
    }
    let prose = rules_changed(PACK, |text| text.replacen("what = \"", "what = \"改过的说明。", 1));
    assert_eq!(prose.hash(), RULES.hash(), "prose finds nothing");
}

#[test]
fn a_default_written_down_does_not_count_for_the_hash() {
    let set = |parameter: &str, value: &str| Overrides {
        set: vec![("slow-response".to_owned(), parameter.to_owned(), value.to_owned())],
        ..Overrides::default()
    };
    assert_eq!(rules_with(set("limit", "180s")).hash(), RULES.hash());
    assert_eq!(rules_with(set("limit", "3m")).hash(), RULES.hash(), "three minutes are 180 seconds");
    assert_ne!(rules_with(set("limit", "181s")).hash(), RULES.hash());
    assert_ne!(rules_with(set("confidence", "1")).hash(), RULES.hash());
}

#[test]
fn whatever_finds_something_else_has_another_hash() {
    let other: [Change; 10] = [
        ("a term more", TERMS, |text| with_row(&text, "后台系统", "substring")),
        ("a term less", "cloud-cs/terms/internal.tsv", |text| {
            let rows = text.lines().filter(|line| !line.starts_with("妥投\t"));
            rows.collect::<Vec<_>>().join("\n") + "\n"
        }),
        ("an exception more", "cloud-cs/exceptions/internal-jargon.tsv", |text| {
            let header: Vec<&str> =
                text.lines().find(|line| !line.starts_with('#') && !line.is_empty()).unwrap().split('\t').collect();
            let row: Vec<&str> = header
                .iter()
                .map(|column| match *column {
                    "exception" => "某某后台",
                    "mode" => "substring",
                    "source" => "实务",
                    _ => "",
                })
                .collect();
            format!("{}\n{}\n", text.trim_end(), row.join("\t"))
        }),
        ("a parameter", PACK, |text| text.replacen("echo-penalty = 200", "echo-penalty = 201", 1)),
        ("the day from which it holds", PACK, |text| {
            text.replacen("since = \"2018-02-01\"", "since = \"2018-02-02\"", 1)
        }),
        ("the queue", PACK, |text| text.replacen("queue = \"always\"", "queue = \"with\"", 1)),
        ("the edition", PACK, |text| text.replacen("edition = \"", "edition = \"9-", 1)),
        ("a word for jieba", "segmentation.txt", |text| format!("{text}\n后台灯光师 7\n")),
        ("a cue", "cues/farewell.tsv", |text| {
            let header: Vec<&str> =
                text.lines().find(|line| !line.starts_with('#') && !line.is_empty()).unwrap().split('\t').collect();
            let row: Vec<&str> = header
                .iter()
                .map(|column| match *column {
                    "cue" => "后会有期了您嘞",
                    "mode" => "substring",
                    _ => "",
                })
                .collect();
            format!("{}\n{}\n", text.trim_end(), row.join("\t"))
        }),
        ("a character table", "fold/traditional.tsv", |text| {
            text.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n"
        }),
    ];
    let mut hashes = vec![("nothing", RULES.hash().to_owned())];
    for (what, path, change) in other {
        let hash = rules_changed(path, change).hash().to_owned();
        for (before, known) in &hashes {
            assert_ne!(*known, hash, "{what} and {before}");
        }
        hashes.push((what, hash));
    }
    let off = rules_with(Overrides { disable: vec!["impatience".to_owned()], ..Overrides::default() });
    let zone = RuleSetOptions { zone: Zone::named("UTC").unwrap(), overrides: Overrides::default() };
    for hash in [off.hash(), RuleSet::new(&SHIPPED, &zone).unwrap().hash()] {
        assert!(hashes.iter().all(|(_, known)| known != hash));
    }
}

#[test]
fn the_hash_is_the_same_each_time() {
    assert_eq!(rules_with(Overrides::default()).hash(), RULES.hash());
    assert!(RULES.hash().len() == 64 && RULES.hash().bytes().all(|byte| byte.is_ascii_hexdigit()), "{}", RULES.hash());
    for line in run(&[&fixture("small.jsonl")], &InputOptions::default(), 1).1.screenings() {
        assert_eq!(&*line.ruleset, RULES.hash());
    }
}

/// The screenings of the day, with what they depend on in the first line.
fn golden() -> String {
    let (_, found) = run(&[&fixture("day-20180305.jsonl")], &InputOptions::default(), 1);
    let first = format!("{{\"behaviour\":{BEHAVIOUR},\"ruleset\":\"{}\"}}\n", RULES.hash());
    // The hash stands in the first line, so that a word more in a dictionary changes that and what it finds, not 89 lines.
    first + &String::from_utf8(found.jsonl).unwrap().replace(&format!("\"ruleset\":\"{}\",", RULES.hash()), "")
}

/// The day's screenings, word for word. With the same rule-set hash they may differ only if `BEHAVIOUR`, which is part of
/// the hash, was raised. To take new screenings: `ZHIJIAN_BLESS=1` (it refuses where BEHAVIOUR should have been raised).
#[test]
fn screenings_change_only_with_the_rules_or_the_behaviour_version() {
    let path = fixture("../tests/golden/day.jsonl");
    let now = golden();
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let same_rules = committed.lines().next() == now.lines().next();
    if same_rules {
        let differing = committed.lines().zip(now.lines()).find(|(before, now)| before != now);
        assert!(
            committed == now,
            "the same rules find something else: raise BEHAVIOUR in src/screening/rule_set.rs, then ZHIJIAN_BLESS=1\n{differing:#?}"
        );
        return;
    }
    assert!(
        std::env::var_os("ZHIJIAN_BLESS").is_some(),
        "the rules or BEHAVIOUR changed; look at the difference: ZHIJIAN_BLESS=1 cargo test --test identity, then git diff tests/golden"
    );
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, now).unwrap();
}
