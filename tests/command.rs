//! The command's promises: exit codes, forms of output, helpful errors, and hostile text that stays inert.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use support::{Ended, gzip, zhijian, zhijian_with};

const FLAGGED: &str = r#"{"id":"c-1","agent":{"id":"a07"},"messages":[{"role":"customer","text":"在吗"},{"role":"agent","text":"您好，后台显示已发货，谢谢"}]}"#;
const CLEAN: &str =
    r#"{"id":"c-2","messages":[{"role":"customer","text":"在吗"},{"role":"agent","text":"您好，已经发货，谢谢"}]}"#;

fn screen(arguments: &[&str], stdin: &str) -> Ended {
    zhijian_with(&[&["screen", "-"], arguments].concat(), stdin)
}

#[test]
fn exit_codes() {
    assert_eq!(screen(&[], FLAGGED).code, Some(0), "flags are the product, not a failure");
    assert_eq!(screen(&["--fail-on", "flagged"], FLAGGED).code, Some(1));
    assert_eq!(screen(&["--fail-on", "flagged"], CLEAN).code, Some(0));
    assert_eq!(screen(&["--fail-on", "flagged", "--strict"], "no json\n").code, Some(2), "not done outweighs");
    assert_eq!(zhijian_with(&["screen", "no-such-file.jsonl"], "").code, Some(2));
    assert_eq!(zhijian_with(&["screen"], "").code, Some(2), "no input");
    for nothing in ["no json\n", "no json\n{}\n", "会话ID,发送方,内容\nc-1,谁,在吗\n"] {
        let ended = screen(&["--input-format", if nothing.starts_with('会') { "csv" } else { "jsonl" }], nothing);
        assert_eq!(ended.code, Some(2), "nothing but bad rows");
        assert!(ended.stderr.contains("every row is bad"), "{}", ended.stderr);
    }
    assert_eq!(screen(&[], &format!("{{}}\n{CLEAN}\n{{}}\n")).code, Some(0), "one row is left");
    assert_eq!(screen(&["--input-format", "jsonl"], "\n").code, Some(0), "no row, and none is bad");
    assert!(zhijian_with(&["screen", "--help"], "").stdout.contains("nothing but bad rows"));
    assert_eq!(zhijian_with(&["no-such-command"], "").code, Some(2));
    assert_eq!(zhijian_with(&["--help"], "").code, Some(0));
    assert_eq!(zhijian_with(&["--version"], "").code, Some(0));
    assert_eq!(zhijian_with(&["screen", "fixtures/small.jsonl", "no-such-file.jsonl"], "").code, Some(2));
}

#[test]
fn nothing_is_written_over_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (input, other) = (path("in.jsonl"), path("out.csv"));
    std::fs::write(&input, FLAGGED).unwrap();
    let around = format!("{}/./in.jsonl", folder.path().display());
    for arguments in [
        ["-o", &input].as_slice(),
        &["-o", &around],
        &["--bad-rows", &input],
        &["-o", &other, "--bad-rows", &other],
        &["-o", &path("out.csv.gz")],
    ] {
        let ended = zhijian_with(&[&["screen", &input], arguments].concat(), "");
        assert_eq!(ended.code, Some(2), "{arguments:?}");
        assert!(ended.stderr.contains("give a"), "{}", ended.stderr);
        assert_eq!(std::fs::read_to_string(&input).unwrap(), FLAGGED);
    }
    assert_eq!(zhijian_with(&["screen", &input, "-o", &other], "").code, Some(0));
    assert_eq!(zhijian_with(&["screen", &input, "-o", &other], "").code, Some(0), "an earlier output is replaced");
}

#[test]
fn with_no_rule_nothing_is_called_clean() {
    let ended = screen(&["--all", "--disable", "*"], CLEAN);
    assert!(ended.stdout.contains(r#""outcome":"not_evaluated""#), "{}", ended.stdout);
}

#[test]
fn the_summary_does_not_list_conversations_without_an_agent_as_one() {
    let nameless = FLAGGED.replace("\"agent\":{\"id\":\"a07\"},", "").replace("c-1", "c-3");
    let alone = screen(&["--format", "table"], &nameless);
    assert!(alone.stdout.contains("\n\n1 处疑似违规所在的会话没有写明坐席,无法按坐席统计\n"), "{}", alone.stdout);
    assert!(!alone.stdout.contains("按坐席\n"), "{}", alone.stdout);
    let both = screen(&["--format", "table"], &format!("{FLAGGED}\n{nameless}\n"));
    assert!(both.stdout.contains("\n  另有 1 处疑似违规,会话没有写明坐席\n"), "{}", both.stdout);
    let listed = both.stdout.find("a07").unwrap();
    assert!(listed < both.stdout.find("没有写明坐席").unwrap(), "{}", both.stdout);
    assert!(!screen(&["--format", "table"], FLAGGED).stdout.contains("没有写明坐席"));
}

#[test]
fn an_unknown_rule_or_parameter_is_answered_with_those_that_are_known() {
    let cases: [(&[&str], &[&str]); 8] = [
        (&["--enable", "no-such"], &["`no-such`", "internal-jargon", "slow-response"]),
        (&["--disable", "no-such"], &["`no-such`", "internal-jargon"]),
        (&["--set", "no-such.limit=3s"], &["`no-such`", "missing-greeting"]),
        (&["--set", "slow-response.limits=3s"], &["`limits`", "limit", "confidence"]),
        (&["--set", "slow-response.limit=soon"], &["slow-response.limit", "30s"]),
        (&["--set", "internal-jargon.echo=loud"], &["internal-jargon.echo", "ignore, lower, suppress"]),
        (&["--set", "nonsense"], &["RULE.PARAMETER=VALUE"]),
        (&["--rulebook", "no-such"], &["no-such", "cloud-cs", "none"]),
    ];
    for (arguments, said) in cases {
        let ended = screen(arguments, FLAGGED);
        assert_eq!(ended.code, Some(2), "{arguments:?}");
        assert!(ended.stdout.is_empty(), "{arguments:?}: {}", ended.stdout);
        for word in said {
            assert!(ended.stderr.contains(word), "{arguments:?} does not say {word}: {}", ended.stderr);
        }
    }
}

fn rules_found(arguments: &[&str], stdin: &str) -> Vec<String> {
    let ended = screen(&[arguments, &["--all", "--format", "jsonl", "-q"]].concat(), stdin);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let mut rules = Vec::new();
    for line in ended.stdout.lines() {
        let screening: zhijian::screening::Screening = serde_json::from_str(line).unwrap();
        rules.extend(screening.candidates.into_iter().map(|found| found.rule));
    }
    rules
}

#[test]
fn rules_are_turned_on_and_off_and_set() {
    let slow = r#"{"id":"s","messages":[{"role":"customer","time":"2018-03-05T10:00:00+08:00","text":"在吗"},{"role":"agent","time":"2018-03-05T10:00:20+08:00","text":"后台看看"}]}"#;
    assert_eq!(rules_found(&[], slow), ["internal-jargon", "missing-closing", "missing-greeting"]);
    assert_eq!(
        rules_found(&["--set", "slow-first-response.limit=19s", "--disable", "missing-closing"], slow),
        ["internal-jargon", "missing-greeting", "slow-first-response"]
    );
    assert_eq!(
        rules_found(&["--set", "slow-first-response.limit=20s", "--disable", "missing-closing"], slow),
        ["internal-jargon", "missing-greeting"]
    );
    assert_eq!(rules_found(&["--disable", "*", "--enable", "internal-jargon"], slow), ["internal-jargon"]);
    assert!(rules_found(&["--disable", "*"], slow).is_empty());
    assert_eq!(
        rules_found(
            &[
                "--disable",
                "internal-jargon",
                "--enable",
                "internal-jargon",
                "--disable",
                "missing-greeting",
                "--disable",
                "missing-closing"
            ],
            slow
        ),
        ["internal-jargon"]
    );
}

#[test]
fn only_what_is_flagged_or_signalled_is_written_without_all() {
    let signal = r#"{"id":"c-3","messages":[{"role":"customer","text":"我要投诉你们"},{"role":"agent","text":"您好，非常抱歉，谢谢"}]}"#;
    let ids = |arguments: &[&str]| -> Vec<String> {
        let ended = screen(arguments, &format!("{CLEAN}\n{FLAGGED}\n{signal}\n"));
        ended
            .stdout
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["conversation"].as_str().unwrap().to_owned()
            })
            .collect()
    };
    assert_eq!(ids(&["-q"]), ["c-1", "c-3"]);
    assert_eq!(ids(&["-q", "--all"]), ["c-2", "c-1", "c-3"]);
}

#[test]
fn the_three_forms_of_output() {
    let table = zhijian_with(&["screen", "fixtures/small.jsonl"], "");
    assert!(table.stdout.contains("内部术语") && table.stdout.contains("会话 6"), "{}", table.stdout);
    let jsonl = zhijian_with(&["screen", "fixtures/small.jsonl", "--format", "jsonl"], "");
    assert!(
        jsonl.stdout.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok())
            && !jsonl.stdout.is_empty()
    );
    assert!(jsonl.stderr.contains("会话 6"), "the summary is talk: {}", jsonl.stderr);
    let dash = zhijian_with(&["screen", "fixtures/small.jsonl", "-o", "-"], "");
    assert_eq!(dash.stdout, jsonl.stdout, "each line once, and nothing else");
    let csv = zhijian_with(&["screen", "fixtures/small.jsonl", "--format", "csv", "-q"], "");
    assert!(csv.stderr.is_empty(), "{}", csv.stderr);
    let found: usize = jsonl
        .stdout
        .lines()
        .map(|line| {
            let screening: zhijian::screening::Screening = serde_json::from_str(line).unwrap();
            screening.candidates.len() + screening.informational.len() + screening.signals.len()
        })
        .sum();
    assert_eq!(rows(&csv.stdout).len(), 1 + found, "one candidate or signal a row");
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let text = csv.strip_prefix('\u{FEFF}').expect("a byte order mark for Excel");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_spreadsheet_shows_cells_and_runs_nothing() {
    for hostile in [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "＝1+1",
        "=HYPERLINK(\"http://x\",\"y\")",
        "=cmd|' /C calc'!A0",
    ] {
        let line = serde_json::json!({
            "id": hostile, "source": hostile, "channel": hostile, "shop": hostile, "agent": {"id": hostile},
            "messages": [{"role": "agent", "text": format!("{hostile} 后台 {hostile}"), "agent": hostile}],
        });
        let ended = screen(&["--format", "csv", "-q"], &line.to_string());
        let rows = rows(&ended.stdout);
        assert!(rows.len() > 1, "{hostile:?}: {}", ended.stderr);
        for cell in rows[1..].iter().flatten() {
            let start = cell.chars().next();
            assert!(!start.is_some_and(|c| "=+-@\t\r＝＋－＠".contains(c)), "{hostile:?} becomes {cell:?}");
        }
        let shown = hostile.trim();
        assert!(rows[1][0].contains(shown), "nothing is lost: {:?}", rows[1][0]);
    }
}

#[test]
fn long_numbers_keep_their_digits_in_a_spreadsheet() {
    let line =
        r#"{"id":"123456789012345678","agent":{"id":"00012345678901234"},"messages":[{"role":"agent","text":"后台"}]}"#;
    let ended = screen(&["--format", "csv", "-q"], line);
    let row = &rows(&ended.stdout)[1];
    assert_eq!((row[0].as_str(), row[5].as_str()), ("'123456789012345678", "'00012345678901234"));
}

#[test]
fn csv_lines_end_as_excel_wants_and_a_quote_may_span_lines() {
    let line = serde_json::json!({"id": "a\nb\"c,d", "messages": [{"role": "agent", "text": "后台"}]});
    let ended = screen(&["--format", "csv", "-q"], &line.to_string());
    assert!(ended.stdout.ends_with("\r\n"));
    assert_eq!(rows(&ended.stdout)[1][0], "a\nb\"c,d");
}

/// What moves a cursor, colours, turns the direction of writing, or cannot be seen.
const HOSTILE: &[&str] = &[
    "\u{1b}[31mred\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "\u{202e}gnp.exe",
    "\u{2066}x\u{2069}",
    "a\u{200b}b\u{feff}c\u{200d}",
    "\r\u{8}\u{8}back",
    "<script>alert(1)</script>",
    "\u{0}nul",
    "\u{7f}",
    "\u{ad}soft",
    "\u{61c}mark",
    "\u{180e}\u{fff9}",
    "\u{2028}line",
    "\u{e0041}tag",
];

fn dangerous(text: &str) -> Option<char> {
    text.chars().find(|&c| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    })
}

#[test]
fn hostile_text_stays_inert_on_the_terminal() {
    for hostile in HOSTILE {
        let text = format!("{hostile}后台{hostile} 傻{hostile}逼");
        let line = serde_json::json!({
            "id": format!("c{hostile}"), "agent": {"id": format!("a{hostile}"), "name": format!("n{hostile}")},
            "messages": [{"role": "customer", "text": format!("{hostile}我要投诉{hostile}")}, {"role": "agent", "text": text}],
        })
        .to_string();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hostile.jsonl");
        std::fs::write(&path, &line).unwrap();
        let path = path.to_str().unwrap();
        let no_nul = text.replace('\0', "");
        let runs: [&[&str]; 4] = [
            &["screen", path],
            &["explain", "--file", path],
            &["explain", "--", &no_nul],
            &["explain", "--file", path, "--id", "missing"],
        ];
        for arguments in runs {
            let ended = zhijian_with(arguments, "");
            for (stream, text) in [("stdout", &ended.stdout), ("stderr", &ended.stderr)] {
                assert_eq!(dangerous(text), None, "{} shows {hostile:?} on {stream}", arguments[0]);
            }
        }
        let shown = zhijian_with(&["screen", path], "").stdout;
        assert!(shown.contains("内部术语"), "{hostile:?} hides nothing: {shown}");
    }
}

#[test]
fn numbers_of_people_are_masked_in_the_list() {
    let line = r#"{"id":"c-1","messages":[{"role":"agent","text":"后台"},{"role":"agent","text":"滚13800001111滚"}]}"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, line).unwrap();
    let ended = zhijian_with(&["screen", path.to_str().unwrap()], "");
    assert!(!ended.stdout.contains("13800001111"), "{}", ended.stdout);
}

#[test]
fn errors_show_no_message() {
    let secret = "我的密码是长颈鹿";
    let bad = [
        format!("{{\"id\":\"a\",\"messages\":[{{\"role\":\"{secret}{secret}{secret}\",\"text\":\"{secret}\"}}]}}"),
        format!("{{\"id\":\"b\",\"messages\":[{{\"role\":\"agent\",\"text\":[\"{secret}\"]}}]}}"),
        format!("{{\"id\":\"c\",\"messages\":[{{\"role\":\"agent\",\"text\":\"{secret}\""),
        format!("{{\"id\":\"d\",\"messages\":[{{\"role\":\"agent\",\"time\":\"{secret}\",\"text\":\"\"}}]}}"),
        format!(
            "{{\"id\":\"e\",\"messages\":[{{\"role\":\"agent\",\"kind\":\"{secret}{secret}{secret}\",\"text\":\"\"}}]}}"
        ),
        secret.to_owned(),
    ];
    let ended = screen(&["--all"], &bad.join("\n"));
    assert!(!ended.stderr.contains("长颈鹿") && !ended.stdout.contains("长颈鹿"), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().filter(|line| line.starts_with("-:")).count(), bad.len(), "{}", ended.stderr);
    let table = format!(
        "会话ID,发送方,消息内容\n1,{secret}{secret}{secret},x\n2,客服,\"{secret}\n3,客服,{secret},多,{secret}\n"
    );
    let ended = screen(&["--all"], &table);
    assert!(ended.stderr.lines().filter(|line| line.starts_with("-:")).count() >= 3, "{}", ended.stderr);
    assert!(!ended.stderr.contains("长颈鹿"), "{}", ended.stderr);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    use std::io::Read as _;
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("week.jsonl.gz");
    let lines: String = (0..40_000).map(|number| FLAGGED.replace("c-1", &format!("c-{number}")) + "\n").collect();
    std::fs::write(&path, gzip(lines.as_bytes())).unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("zhijian"))
        .args(["screen", path.to_str().unwrap(), "--format", "jsonl", "-q"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 100];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    let mut rules = Command::new("sh");
    let command = format!("{} rules | true", assert_cmd::cargo::cargo_bin("zhijian").display());
    let output = rules.args(["-c", &command]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "`rules` into a closed pipe");
}

#[test]
fn the_command_needs_no_home_and_no_terminal() {
    let output = zhijian().env_clear().args(["screen", "fixtures/small.jsonl"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b), "no colours where nobody sees them");
}
