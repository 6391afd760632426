use proptest::prelude::*;

use super::*;

/// A file that says everything that can be said.
pub(super) const WHOLE: &str = r#"# 全部写法
format = 1

[options]
time-zone = "Asia/Shanghai"
no-built-in = false
rulebook = "cloud-cs"
source = "总部"
day = "2018-03-05"
threads = 4
all = true
strict = false
temp-dir = "tmp"
max-ratio = 0
dictionaries = ["packs/ours"]
set = { "slow-response.limit" = "60s", "impatience.confidence" = 800 }
enable = ["superlative"]
disable = ["slang-dialect"]

[[export]]
files = ["京东/*.csv", "三月?.csv"]
encoding = "gb18030"
format = "csv"
sheet = "三月"
map = { text = "内容", role = "发送方", kind = "" }
role-words = { agent = ["小二"], customer = ["会员", "顾客"] }
session-by = ["shop", "customer"]
session-gap = "30m"
grouped = true
source = "jd"
shop = "云杉家居"
channel = "jd"
queue = "售后"

[[export]]

[[profile]]
name = "京东"
shop = ["云杉*"]
channel = "jd"
queue = ["售后", "售前"]
team = ["一组"]
packs = ["cloud-cs", "service-course"]
rulebook = "none"
source = "jd"
enable = ["superlative"]
disable = ["*"]
suggestions = { internal-jargon = { "后台" = "商家系统", "工单" = "记录" } }
auto-replies = ["亲，您好，欢迎光临本店，*"]
telephone = true
set.slow-response.limit = "60s"
[profile.hours]
zone = "Asia/Shanghai"
weekly = [ { days = "mon-fri", from = "09:00", to = "22:00" }, { days = ["sat", "sun"], from = "22:00", to = "06:00" } ]
closed = ["2018-10-01..2018-10-07", "2018-12-30"]
extra = [ { day = "2018-09-29", from = "00:00", to = "24:00" } ]

[[profile]]
name = "其他"
"#;

fn problems(text: &str) -> Vec<Diagnostic> {
    Settings::read("zhijian.toml", text.as_bytes()).1
}

/// Code and line of each problem.
fn codes(text: &str) -> Vec<(&'static str, u32)> {
    problems(text).into_iter().map(|problem| (problem.code, problem.origin.line)).collect()
}

#[test]
fn everything_that_can_be_said_is_read() {
    let (settings, problems) = Settings::read("zhijian.toml", WHOLE.as_bytes());
    assert_eq!(problems, []);
    assert_eq!(settings.options.single.len(), OPTIONS.len());
    let threads = &settings.options.single["threads"];
    assert_eq!((threads.value.as_str(), threads.origin.line, threads.origin.column), ("4", 10, 11));
    let set: Vec<_> = settings.options.changes.set.iter().map(|set| (&*set.value.rule, &*set.value.value)).collect();
    assert_eq!(set, [("slow-response", "60s"), ("impatience", "800")]);
    let export = &settings.exports[0];
    assert_eq!(export.map.len(), 3);
    assert_eq!(export.role_words[2].value, ("customer".to_owned(), "顾客".to_owned()));
    assert_eq!(settings.exports[1].files, None);
    let profile = &settings.profiles[0];
    assert_eq!(profile.conditions["channel"][0].value, "jd");
    assert_eq!(profile.suggestions[1].value.wording, "记录");
    assert_eq!(profile.changes.set[0].value.parameter, "limit");
    let hours = profile.hours.as_ref().unwrap();
    assert_eq!(hours.weekly[0].value.days.len(), 5);
    assert_eq!((hours.weekly[1].value.from, hours.weekly[1].value.to), (1320, 360));
    assert_eq!(hours.extra[0].value.to, 1440);
    assert_eq!(hours.closed[0].value.1.to_string(), "2018-10-07");
}

#[test]
fn every_problem_is_said_in_one_go_with_its_line() {
    let text = "format = 1\n[options]\nthreads = 0\ntimezone = \"UTC\"\nstrict = \"yes\"\nday = \"5.3.2018\"\n\
                [[export]]\nfiles = [\"[\"]\n[[profile]]\nshop = [1]\n[[profile]]\nname = \"甲\"\n[[profile]]\nname = \"甲\"\n";
    let expected = [
        ("bad-value", 3),
        ("unknown-key", 4),
        ("wrong-type", 5),
        ("bad-value", 6),
        ("bad-pattern", 8),
        ("missing-key", 9),
        ("wrong-type", 10),
        ("duplicate-profile", 14),
    ];
    assert_eq!(codes(text), expected);
    let all = problems(text);
    assert_eq!(all[1].advice, "did you mean `time-zone`?");
    assert!(all.iter().all(|problem| !problem.advice.is_empty() && problem.line_text.is_some()), "{all:?}");
}

#[test]
fn hours_that_nobody_can_keep_are_refused() {
    let hours = |lines: &str| {
        codes(&format!("format = 1\n[[profile]]\nname = \"x\"\n[profile.hours]\n{lines}\n"))
            .into_iter()
            .map(|(code, _)| code)
            .collect::<Vec<_>>()
    };
    let shift = |days: &str, from: &str, to: &str| {
        hours(&format!("weekly = [{{ days = \"{days}\", from = \"{from}\", to = \"{to}\" }}]"))
    };
    for (from, to) in [("09:00", "09:00"), ("24:00", "06:00"), ("9", "10:00"), ("25:00", "06:00"), ("09:60", "10:00")] {
        assert_eq!(shift("mon", from, to), ["bad-hours"], "{from} {to}");
    }
    assert_eq!(shift("mon", "22:00", "06:00"), [""; 0]);
    assert_eq!(shift("fri-mon", "0:00", "24:00"), [""; 0]);
    assert_eq!(shift("monday", "09:00", "10:00"), ["bad-value"]);
    assert_eq!(hours("zone = \"UTC\""), ["bad-hours"]);
    assert_eq!(hours("weekly = [{ from = \"09:00\", to = \"10:00\" }]"), ["missing-key"]);
    let week = "weekly = [{ days = \"mon\", from = \"09:00\", to = \"10:00\" }]";
    assert_eq!(hours(&format!("{week}\nclosed = [\"2018-10-07..2018-10-01\"]")), ["bad-hours"]);
    assert_eq!(hours(&format!("{week}\nclosed = [\"国庆\"]")), ["bad-day"]);
    assert_eq!(
        hours(&format!("{week}\nextra = [{{ day = \"2018-02-30\", from = \"9:00\", to = \"10:00\" }}]")),
        ["bad-day"]
    );
}

#[test]
fn a_file_that_cannot_be_settings_is_refused() {
    assert_eq!(codes(""), [("missing-key", 1)]);
    assert_eq!(codes("format = 2"), [("unknown-format", 1)]);
    assert_eq!(codes("format = \"1\""), [("unknown-format", 1)]);
    assert_eq!(codes("format = 1\noptions = 3"), [("wrong-type", 2)]);
    assert_eq!(codes("format = 1\n[profile]\nname = \"x\""), [("wrong-type", 2)]);
    assert_eq!(problems(&"#".repeat(MAX_BYTES + 1))[0].code, "too-large");
    let many = format!("format = 1\n{}", "[[export]]\n".repeat(MAX_ENTRIES + 1));
    let (settings, problems) = Settings::read("zhijian.toml", many.as_bytes());
    assert_eq!((settings.exports.len(), problems[0].code), (MAX_ENTRIES, "too-many"));
    assert_eq!(Settings::read("x", b"format = 1\n\xff").1[0].code, "not-utf8");
}

#[test]
fn the_manual_names_every_code() {
    let manual = include_str!("../../../docs/settings.md");
    for code in code::ALL {
        assert!(manual.contains(&format!("`{code}`")), "docs/settings.md does not say what {code} is");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever becomes of a file, nothing panics, and each problem has a line of the file.
    #[test]
    fn mutants_are_refused_by_line(
        cuts in proptest::collection::vec((0_usize..2_000, 0_usize..20, "[\\[\\]{}=\",.a-z0-9\n京-]{0,6}"), 1..6),
    ) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        for (at, length, put) in cuts {
            let at = at.min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, put.into_bytes());
        }
        let lines = bytes.split(|byte| *byte == b'\n').count() as u32;
        let (_, problems) = Settings::read("zhijian.toml", &bytes);
        for problem in problems {
            prop_assert!(problem.origin.line <= lines, "{problem}");
            prop_assert!(problem.origin.line > 0, "{problem}");
            prop_assert!(!problem.advice.is_empty(), "{problem}");
        }
    }
}
