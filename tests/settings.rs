//! Settings: which value holds, how each file is read, and which profile is chosen, through the command.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::path::Path;

use support::{Ended, zhijian};
use tempfile::TempDir;
use zhijian::dictionary::settings::{OPTIONS, OptionKind};
use zhijian::screening::Screening;

/// Runs the command in a folder, with these variables.
fn run_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = zhijian();
    command.current_dir(folder).args(arguments);
    for option in OPTIONS {
        command.env_remove(option.variable);
    }
    command.env_remove("ZHIJIAN_SETTINGS").envs(variables.iter().copied());
    let output = command.output().unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// What `screen --all` says of each conversation.
fn screenings(folder: &Path, arguments: &[&str]) -> Vec<Screening> {
    let arguments = [&["screen", "--all", "--format", "jsonl"], arguments].concat();
    let ended = run_in(folder, &arguments, &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rules_of(screening: &Screening) -> Vec<&str> {
    screening.candidates.iter().map(|found| found.rule.as_str()).collect()
}

/// Three values that an option takes, in canonical form, none of them its default.
fn values(name: &str, kind: OptionKind) -> [String; 3] {
    let texts = match (name, kind) {
        ("time-zone", _) => ["Asia/Tokyo", "Asia/Kathmandu", "UTC"],
        (_, OptionKind::Day) => ["2018-01-01", "2018-01-02", "2018-01-03"],
        (_, OptionKind::Integer(..)) => ["7", "8", "9"],
        (_, OptionKind::Path) => ["/a", "/b", "/c"],
        (_, OptionKind::Switch) => ["true", "false", "true"],
        (_, OptionKind::Text) => ["one", "two", "three"],
    };
    texts.map(str::to_owned)
}

#[test]
fn flags_beat_the_environment_which_beats_the_file_which_beats_the_default() {
    for option in OPTIONS {
        let [flag, variable, file] = values(option.name, option.kind);
        let is_bare = matches!(option.kind, OptionKind::Integer(..) | OptionKind::Switch);
        let written = |value: &str| if is_bare { value.to_owned() } else { format!("\"{value}\"") };
        let text = format!("format = 1\n\n[options]\n{} = {}\n", option.name, written(&file));
        let with = folder(&[("zhijian.toml", &text)]);
        let without = folder(&[]);
        let dashed = format!("--{}", option.name);
        let mut flags: Vec<&str> = vec![&dashed];
        if option.kind != OptionKind::Switch {
            flags.push(&flag);
        }
        let line = |folder: &TempDir, flags: &[&str], variables: &[(&str, &str)]| {
            let arguments = [&["settings", "show", "--origin"], flags].concat();
            let ended = run_in(folder.path(), &arguments, variables);
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            let begins = format!("{} = ", option.name);
            ended.stdout.lines().find_map(|line| line.strip_prefix(&begins).map(str::to_owned))
        };
        let set: &[(&str, &str)] = &[(option.variable, &variable)];
        let said = |value: &str, who: &str| Some(format!("{}  # {who}", written(value)));
        assert_eq!(line(&with, &flags, set), said(&flag, &format!("flag {dashed}")));
        assert_eq!(line(&with, &[], set), said(&variable, &format!("environment {}", option.variable)));
        assert_eq!(line(&with, &[], &[]), said(&file, "line 4"));
        assert_eq!(line(&with, &[], &[(option.variable, "")]), said(&file, "line 4"));
        let default = option.default.and_then(|value| said(value, "default"));
        assert_eq!(line(&with, &["--no-settings"], &[]), default);
        assert_eq!(line(&without, &[], &[]), default);
        if !matches!(option.kind, OptionKind::Text | OptionKind::Path) {
            let ended = run_in(without.path(), &["settings", "show"], &[(option.variable, "国庆")]);
            assert!(ended.code == Some(2) && ended.stderr.contains(option.variable), "{}", ended.stderr);
        }
    }
}

#[test]
fn the_file_is_the_one_that_is_named_first() {
    let file = |threads: u8| format!("format = 1\n[options]\nthreads = {threads}\n");
    let folder = folder(&[("zhijian.toml", &file(3)), ("a.toml", &file(4)), ("b.toml", &file(5))]);
    let threads = |flags: &[&str], variables: &[(&str, &str)]| {
        let arguments = [&["settings", "show"], flags].concat();
        let ended = run_in(folder.path(), &arguments, variables);
        ended.stdout.lines().find_map(|line| line.strip_prefix("threads = ").map(str::to_owned))
    };
    let named: &[(&str, &str)] = &[("ZHIJIAN_SETTINGS", "b.toml")];
    assert_eq!(threads(&[], &[]).as_deref(), Some("3"));
    assert_eq!(threads(&[], named).as_deref(), Some("5"));
    assert_eq!(threads(&["--settings", "a.toml"], named).as_deref(), Some("4"));
    assert_eq!(threads(&["--no-settings"], named), None);
    let missing = run_in(folder.path(), &["settings", "show", "--settings", "c.toml"], &[]);
    assert!(missing.code == Some(2) && missing.stderr.contains("c.toml"), "{}", missing.stderr);
    let said = run_in(folder.path(), &["rules"], named);
    assert!(said.stderr.contains("settings: b.toml"), "{}", said.stderr);
}

#[test]
fn what_is_shown_can_be_pasted() {
    let text = "format = 1\n[options]\ndictionaries = [\"packs\"]\nset = { \"slow-response.limit\" = \"60s\" }\n\
                [[export]]\nfiles = [\"京东/*.csv\"]\nmap = { text = \"说\\\"了什么\" }\nrole-words = { agent = [\"小二\"] }\n\
                [[profile]]\nname = \"云\\n杉\"\nshop = \"云杉*\"\nsuggestions = { internal-jargon = { \"后台\" = \"系统\" } }\n\
                [profile.hours]\nweekly = [{ days = \"fri-mon\", from = \"22:00\", to = \"6:00\" }]\nclosed = [\"2018-10-01\"]\n";
    let first = folder(&[("zhijian.toml", text)]);
    let shown = |folder: &TempDir| run_in(folder.path(), &["settings", "show"], &[]).stdout;
    let once = shown(&first);
    assert!(once.contains("days = [\"mon\", \"fri\", \"sat\", \"sun\"], from = \"22:00\", to = \"06:00\""), "{once}");
    let second = folder(&[("zhijian.toml", &once)]);
    assert_eq!(shown(&second), once);
}

const NIGHT: &str = r#"{"id":"night","shop":"云杉家居","messages":[
{"role":"agent","time":"2018-09-30T21:50:00+08:00","text":"您好，很高兴为您服务"},
{"role":"customer","time":"2018-09-30T21:59:30+08:00","text":"什么时候能发货？"},
{"role":"agent","time":"2018-10-08T09:MM:SS+08:00","text":"您好，明天发货，感谢您的支持，祝您生活愉快"}]}"#;

fn night(minute_and_second: &str) -> String {
    NIGHT.replace('\n', "").replace("MM:SS", minute_and_second) + "\n"
}

const HOURS: &str = "format = 1\n[[profile]]\nname = \"云杉\"\nshop = [\"云杉*\"]\n\
    set = { \"slow-response.limit\" = \"90s\" }\n[profile.hours]\n\
    weekly = [{ days = \"mon-sun\", from = \"09:00\", to = \"22:00\" }]\nclosed = [\"2018-10-01..2018-10-07\"]\n";

#[test]
fn nights_and_holidays_make_no_answer_late() {
    let others = night("01:00").replace("云杉家居", "别家");
    let folder = folder(&[
        ("zhijian.toml", HOURS),
        ("soon.jsonl", &night("01:00")),
        ("late.jsonl", &night("01:01")),
        ("others.jsonl", &others),
    ]);
    let late = |file: &str, flags: &[&str]| {
        let found = screenings(folder.path(), &[&[file], flags].concat());
        rules_of(&found[0]).contains(&"slow-response")
    };
    // Half a minute before closing time, and as long after opening as is left of ninety seconds.
    assert!(!late("soon.jsonl", &[]));
    assert!(late("late.jsonl", &[]));
    assert!(late("soon.jsonl", &["--no-settings"]));
    assert!(late("others.jsonl", &[]));
    assert!(late("soon.jsonl", &["--set", "slow-response.limit=89s"]), "flags beat profiles");
    let explained = run_in(folder.path(), &["explain", "--file", "soon.jsonl"], &[]).stdout;
    assert!(explained.contains("方案 云杉:店铺「云杉家居」符合「云杉*」"), "{explained}");
    assert!(explained.contains("1 分 30 秒") && explained.contains("周一至周日 09:00–22:00"), "{explained}");
    let table = run_in(folder.path(), &["screen", "soon.jsonl", "others.jsonl"], &[]);
    // The second one is the same conversation but for its shop.
    assert!(table.stdout.contains("设置 zhijian.toml · 方案 云杉 1"), "{}", table.stdout);
    assert!(table.stdout.contains("服务时间 云杉:周一至周日 09:00–22:00"), "{}", table.stdout);
}

#[test]
fn each_file_is_read_in_its_own_way() {
    let settings = "format = 1\n\
        [[export]]\nfiles = [\"京东/*.csv\"]\nmap = { text = \"说了什么\", role = \"谁\" }\nrole-words = { agent = \"小二\" }\n\
        source = \"jd\"\nshop = \"云杉家居\"\nchannel = \"jd\"\n\
        [[export]]\nfiles = [\"*.txt\"]\nformat = \"tsv\"\nencoding = \"gb18030\"\n\
        [[profile]]\nname = \"京东\"\nchannel = \"jd\"\nrulebook = \"none\"\n";
    let table = "会话ID,谁,说了什么\n1,客户,在吗\n1,小二,您好 请看后台\n";
    let folder = folder(&[("zhijian.toml", settings), ("京东/a.csv", table)]);
    let plain = "会话ID\t角色\t内容\n1\t客户\t在吗\n1\t客服\t您好 请看后台\n";
    let (bytes, ..) = encoding_rs::GB18030.encode(plain);
    std::fs::write(folder.path().join("b.txt"), &bytes).unwrap();
    let found = screenings(folder.path(), &["京东/a.csv", "b.txt"]);
    assert_eq!(found.iter().map(|one| one.source.as_str()).collect::<Vec<_>>(), ["jd", ""]);
    assert!(found.iter().all(|one| rules_of(one).contains(&"internal-jargon")));
    // The first has no rulebook, the second the usual one.
    assert_eq!(found.iter().map(|one| one.preview.is_some()).collect::<Vec<_>>(), [false, true]);
    let flagged = screenings(folder.path(), &["京东/a.csv", "--source", "flag", "--rulebook", "cloud-cs"]);
    assert!(flagged[0].source == "flag" && flagged[0].preview.is_some());
    let refused = run_in(folder.path(), &["screen", "京东/a.csv", "--no-settings"], &[]);
    assert_eq!(refused.code, Some(2));
    let converted = run_in(folder.path(), &["convert", "京东/a.csv"], &[]).stdout;
    assert!(converted.contains("\"shop\":\"云杉家居\"") && converted.contains("\"source\":\"jd\""), "{converted}");
}

#[test]
fn a_profile_that_is_asked_for_holds_for_everything() {
    let settings = format!(
        "{HOURS}[[profile]]\nname = \"无\"\nshop = \"没有\"\ndisable = [\"*\"]\nenable = [\"rude-language\"]\n"
    );
    let folder = folder(&[("zhijian.toml", &settings), ("soon.jsonl", &night("01:30"))]);
    let chosen = screenings(folder.path(), &["soon.jsonl"]);
    let forced = screenings(folder.path(), &["soon.jsonl", "--profile", "无"]);
    assert!(rules_of(&chosen[0]).contains(&"slow-response") && rules_of(&forced[0]).is_empty());
    assert_ne!(chosen[0].ruleset, forced[0].ruleset);
    let listed = run_in(folder.path(), &["rules", "--profile", "无"], &[]).stdout;
    assert!(listed.contains(&*forced[0].ruleset), "{listed}");
    let unknown = run_in(folder.path(), &["screen", "soon.jsonl", "--profile", "没"], &[]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("云杉, 无"), "{}", unknown.stderr);
    let without = run_in(folder.path(), &["screen", "soon.jsonl", "--profile", "云杉", "--no-settings"], &[]);
    assert!(without.code == Some(2) && without.stderr.contains("--settings"), "{}", without.stderr);
}

#[test]
fn everything_that_is_wrong_is_named_with_its_line() {
    let settings = "format = 1\n\
        [options]\nset = { \"slow-response.limits\" = \"60s\", \"slow-respons.limit\" = \"60s\" }\nrulebook = \"cloud\"\n\
        [[export]]\nformat = \"cvs\"\nencoding = \"gbk18\"\nmap = { texts = \"内容\" }\nrole-words = { seller = \"小二\" }\nsession-gap = \"2d\"\n\
        [[export]]\nfiles = \"*.csv\"\n\
        [[profile]]\nname = \"甲\"\npacks = [\"cloud\"]\nset = { \"slow-response.limit\" = \"soon\" }\n\
        [profile.hours]\nzone = \"Asia/Peking\"\nweekly = [{ days = \"mon\", from = \"09:00\", to = \"10:00\" }]\n\
        [[profile]]\nname = \"乙\"\nshop = \"x\"\nsuggestions = { internal-jargon = { \"没有这个词\" = \"x\" } }\n";
    let folder = folder(&[("zhijian.toml", settings), ("a.jsonl", "{\"id\":\"c\",\"messages\":[]}\n")]);
    let ended = run_in(folder.path(), &["settings", "check"], &[]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    for (code, line) in [
        ("unknown-parameter", 3),
        ("unknown-rule", 3),
        ("unknown-rulebook", 4),
        ("bad-value", 6),
        ("bad-value", 7),
        ("bad-value", 8),
        ("bad-value", 9),
        ("bad-value", 10),
        ("idle-export", 11),
        ("unknown-pack", 15),
        ("bad-value", 16),
        ("unknown-zone", 18),
        ("idle-profile", 21),
        ("unknown-term", 23),
    ] {
        let is_named = ended.stderr.split("\n\n").any(|problem| {
            problem.contains(&format!("[{code}]")) && problem.contains(&format!("zhijian.toml:{line}:"))
        });
        assert!(is_named, "{code} in line {line} is not named:\n{}", ended.stderr);
    }
    let screened = run_in(folder.path(), &["screen", "a.jsonl"], &[]);
    assert!(screened.code == Some(2) && screened.stderr.contains("unknown-rule"), "{}", screened.stderr);
    let sound = run_in(folder.path(), &["screen", "a.jsonl", "--no-settings"], &[]);
    assert_eq!(sound.code, Some(0), "{}", sound.stderr);
}
