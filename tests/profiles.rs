//! Profiles: rule sets that share parts find what they would find alone, and the bytes do not depend on threads or chunks.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use support::{Collected, RULEBOOKS, RULES, SHIPPED, conversations, example_conversations, fixture_lines, shanghai};
use tempfile::TempDir;
use zhijian::conversation::{InputOptions, Inputs, ServiceHours, Shift};
use zhijian::dictionary::settings::Settings;
use zhijian::screening::{
    Common, Overrides, Pipeline, Practice, Profiles, RuleSet, RuleSetOptions, RuleSets, Screener, Wanted, join_preview,
};

const SETTINGS: &str = r#"format = 1
[[profile]]
name = "甲"
shop = ["甲*"]
suggestions = { internal-jargon = { "后台" = "商家系统" } }
set = { "slow-response.limit" = "20s", "impatience.confidence" = 700 }
[profile.hours]
weekly = [ { days = "mon-sun", from = "10:00", to = "12:00" }, { days = "mon", from = "13:00", to = "18:00" } ]

[[profile]]
name = "乙"
shop = ["乙", "丙"]
packs = ["cloud-cs"]
rulebook = "none"
source = "乙店"
"#;

fn common() -> Common {
    Common {
        zone: shanghai(),
        overrides: Overrides::default(),
        rulebook: RULEBOOKS.get("cloud-cs").cloned().map(Arc::new),
        is_rulebook_fixed: false,
        source: None,
    }
}

static PROFILES: LazyLock<Profiles> = LazyLock::new(|| {
    let (settings, problems) = Settings::read("zhijian.toml", SETTINGS.as_bytes());
    assert_eq!(problems, []);
    Profiles::resolve(&settings, &SHIPPED, &RULEBOOKS, &common(), Wanted::All).unwrap().0
});

/// The demo day of four shops, and what one thread makes of it.
static DAY: LazyLock<(TempDir, Collected)> = LazyLock::new(|| {
    let mut text = String::new();
    for (index, line) in fixture_lines("day-20180305.jsonl").iter().enumerate() {
        let shop = ["甲一", "乙", "丁", "甲二"][index % 4];
        let mut conversation: serde_json::Value = serde_json::from_str(line).unwrap();
        conversation["shop"] = shop.into();
        text += &conversation.to_string();
        text.push('\n');
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("day.jsonl"), text).unwrap();
    let collected = screen(&folder.path().join("day.jsonl"), 1, 1 << 20);
    (folder, collected)
});

fn screen(path: &Path, threads: usize, chunk_bytes: usize) -> Collected {
    let options = InputOptions { chunk_bytes, ..InputOptions::default() };
    let inputs = Inputs::resolve(&[path.display().to_string()], &options).unwrap();
    let pipeline = Pipeline {
        profiles: PROFILES.clone(),
        threads,
        source: None,
        day: None,
        join: &|screening, profile, day| {
            if let Some(rulebook) = &profile.rulebook {
                join_preview(rulebook, day, screening);
            }
        },
        render: &|_, screening, outputs| {
            serde_json::to_writer(&mut outputs[0], screening).unwrap();
            outputs[0].push(b'\n');
        },
        outputs: 1,
        rows: options.rows,
        strict: false,
        interrupted: &AtomicBool::new(false),
    };
    let mut collected = Collected::default();
    let Ok(_) = pipeline.run(inputs.chunks(), &mut collected);
    collected
}

#[test]
fn each_screening_is_that_of_its_profile() {
    let (folder, collected) = &*DAY;
    let text = std::fs::read_to_string(folder.path().join("day.jsonl")).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut used = std::collections::BTreeSet::new();
    for (conversation, screening) in conversations(&lines).iter().zip(collected.screenings()) {
        let profile = PROFILES.choose(conversation);
        let expected = match conversation.shop.as_deref() {
            Some("甲一" | "甲二") => Some("甲"),
            Some("乙") => Some("乙"),
            _ => None,
        };
        assert_eq!(profile.name.as_deref(), expected);
        assert_eq!(&*screening.ruleset, profile.rules.hash());
        let is_of_second = expected == Some("乙");
        assert_eq!(screening.source == "乙店", is_of_second && conversation.source.is_none());
        assert!(!(is_of_second && screening.preview.is_some()));
        used.insert(screening.ruleset.to_string());
    }
    assert_eq!(used.len(), 3);
    assert!(used.contains(RULES.hash()), "without a profile the hash is that of a run without settings");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn the_bytes_are_the_same_for_any_threads_and_chunks(threads in 1_usize..6, chunk_bytes in 1_usize..60_000) {
        let (folder, expected) = &*DAY;
        let found = screen(&folder.path().join("day.jsonl"), threads, chunk_bytes);
        prop_assert!(found.jsonl == expected.jsonl, "{threads} threads, chunks of {chunk_bytes} bytes");
    }
}

fn set(rule: &str, parameter: &str, value: &str) -> Overrides {
    Overrides { set: vec![(rule.to_owned(), parameter.to_owned(), value.to_owned())], ..Overrides::default() }
}

fn hours() -> Practice {
    let mut week: [Vec<Shift>; 7] = Default::default();
    for day in &mut week {
        day.push(Shift::new(600, 660).unwrap());
    }
    Practice {
        hours: Some(Arc::new(ServiceHours::new(shanghai(), week, Vec::new(), Vec::new()))),
        ..Practice::default()
    }
}

/// Rule sets of one dictionary, and how many sets of matchers they need.
#[test]
fn sets_that_share_parts_find_what_they_find_alone() {
    let suggesting = Practice {
        suggestions: vec![("internal-jargon".into(), "后台".into(), "商家系统".into())],
        ..Practice::default()
    };
    let off = Overrides { disable: vec!["impatience".to_owned()], ..Overrides::default() };
    let cases = [
        (Overrides::default(), Practice::default(), 1),
        (Overrides::default(), hours(), 1),
        (Overrides::default(), suggesting.clone(), 1),
        (set("slow-response", "limit", "20s"), suggesting, 1),
        (set("impatience", "confidence", "700"), Practice::default(), 1),
        (set("overlong-conversation", "limit", "2m"), Practice { is_telephone: true, ..hours() }, 1),
        // What is looked for differs: nothing can be shared.
        (set("rude-language", "disguise", "no"), Practice::default(), 2),
        (off, Practice::default(), 3),
        (set("slow-response", "limit", "21s"), Practice::default(), 3),
    ];
    let mut lines = fixture_lines("day-20180305.jsonl");
    lines.extend(example_conversations().into_iter().step_by(3));
    let lines = conversations(&lines);
    let mut sets = RuleSets::new(&SHIPPED);
    let mut hashes = std::collections::BTreeSet::new();
    for (overrides, practice, matchers) in cases {
        let what = format!("{overrides:?}");
        let options = RuleSetOptions { zone: shanghai(), overrides };
        let shared = Arc::new(sets.compile(&options, &practice).unwrap().0);
        assert_eq!(sets.matchers(), matchers, "{what}");
        let alone = Arc::new(RuleSets::new(&SHIPPED).compile(&options, &practice).unwrap().0);
        assert_eq!(shared.hash(), alone.hash(), "{what}");
        assert!(hashes.insert(shared.hash().to_owned()), "{what}: another one has this hash");
        let (mut one, mut other) = (Screener::new(shared), Screener::new(alone));
        for conversation in &lines {
            assert_eq!(one.screen(conversation), other.screen(conversation), "{what} {}", conversation.id);
        }
    }
    assert!(hashes.contains(RULES.hash()), "what says nothing has the hash that it always had");
}

#[test]
fn profiles_that_differ_in_limits_and_hours_share_their_matchers() {
    let mut text = "format = 1\n".to_owned();
    for number in 0..20 {
        let _ = write!(
            text,
            "[[profile]]\nname = \"{number}\"\nshop = \"{number}\"\nset = {{ \"slow-response.limit\" = \"{}s\" }}\n\
             [profile.hours]\nweekly = [{{ days = \"mon-fri\", from = \"{}:00\", to = \"22:00\" }}]\n",
            30 + number,
            number,
        );
    }
    let (settings, problems) = Settings::read("zhijian.toml", text.as_bytes());
    assert_eq!(problems, []);
    let (profiles, _) = Profiles::resolve(&settings, &SHIPPED, &RULEBOOKS, &common(), Wanted::All).unwrap();
    let hashes: std::collections::BTreeSet<&str> = profiles.all().map(|one| one.rules.hash()).collect();
    assert_eq!(hashes.len(), 21);
    let shares = |one: &RuleSet| one.shares_matchers_with(&profiles.otherwise().rules);
    assert!(profiles.all().all(|profile| shares(&profile.rules)));
}

/// The course of one conversation under service hours.
fn course(text: &str, practice: &Practice) -> Vec<String> {
    let options = RuleSetOptions { zone: shanghai(), overrides: Overrides::default() };
    let rules = Arc::new(RuleSets::new(&SHIPPED).compile(&options, practice).unwrap().0);
    let lines = [text.replace('\n', "")];
    let screening = Screener::new(rules).screen(&conversations(&lines)[0]);
    screening
        .candidates
        .into_iter()
        .map(|found| found.rule)
        .chain(screening.signals.into_iter().map(|one| one.rule))
        .collect()
}

#[test]
fn holds_run_by_the_clock_of_the_shop() {
    let held = |back: &str| {
        format!(
            r#"{{"id":"c","messages":[
            {{"role":"customer","time":"2018-03-05T10:58:00+08:00","text":"什么时候能发货？"}},
            {{"role":"agent","time":"2018-03-05T10:58:10+08:00","text":"您好，请您稍等3分钟，我核实一下"}},
            {{"role":"agent","time":"{back}","text":"已经核实，明天发货，祝您生活愉快"}}]}}"#
        )
    };
    let overran = |back: &str, practice: &Practice| course(&held(back), practice).contains(&"hold-overrun".to_owned());
    assert!(overran("2018-03-06T10:01:00+08:00", &Practice::default()));
    assert!(!overran("2018-03-06T10:01:00+08:00", &hours()));
    assert!(overran("2018-03-06T10:01:11+08:00", &hours()));
}

#[test]
fn the_length_of_a_conversation_is_wall_time_and_telephone_limits_can_be_asked_for() {
    let text = r#"{"id":"c","messages":[
        {"role":"customer","time":"2018-03-05T10:58:00+08:00","text":"什么时候能发货？"},
        {"role":"agent","time":"2018-03-05T10:58:10+08:00","text":"您好，明天发货"},
        {"role":"customer","time":"2018-03-05T11:20:00+08:00","text":"好的谢谢"},
        {"role":"agent","time":"2018-03-05T11:20:10+08:00","text":"祝您生活愉快"}]}"#;
    let limit = |rules: &[String]| rules.contains(&"overlong-conversation".to_owned());
    let telephone = Practice { is_telephone: true, ..hours() };
    let (chat, call) = (course(text, &hours()), course(text, &telephone));
    let (chat_alone, call_alone) =
        (course(text, &Practice::default()), course(text, &Practice { hours: None, ..telephone }));
    assert_eq!((limit(&chat), limit(&call)), (limit(&chat_alone), limit(&call_alone)));
    assert_ne!(limit(&chat), limit(&call), "22 minutes are long on the telephone, and not in a chat");
}
