//! Ctrl-C: what was screened by then is there in whole lines, and the exit code says that it is not all.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

fn conversation(number: usize) -> String {
    format!("{{\"id\":\"c-{number}\",\"messages\":[{{\"role\":\"agent\",\"text\":\"您好，后台显示已发货，谢谢\"}}]}}\n")
}

fn screen_standard_input(more: &[&str]) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("zhijian"));
    command.args(["screen", "-", "--all", "-q"]).args(more);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// How many conversations could be written.
fn write_until_nobody_reads(mut stdin: ChildStdin) -> usize {
    let mut written = 0;
    while stdin.write_all(conversation(written).as_bytes()).is_ok() {
        written += 1;
    }
    written
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// The exit status, if the child ends within half a minute; a child that hangs is ended and is a failure.
fn ended(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("it does not end when it is interrupted");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The conversations in whole lines, in input order from the first.
fn assert_whole_lines_in_order(text: &str) -> usize {
    assert!(
        text.is_empty() || text.ends_with('\n'),
        "the last line is cut: {:?}",
        text.chars().rev().take(80).collect::<String>()
    );
    for (number, line) in text.lines().enumerate() {
        let screening: zhijian::screening::Screening = serde_json::from_str(line).expect("a whole line");
        assert_eq!(screening.conversation, format!("c-{number}"));
    }
    text.lines().count()
}

#[test]
fn while_more_comes_in() {
    for threads in ["1", "4"] {
        let mut child = screen_standard_input(&["--threads", threads]);
        let stdin = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || write_until_nobody_reads(stdin));
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        stdout.read_line(&mut text).unwrap();
        interrupt(&child);
        stdout.read_to_string(&mut text).unwrap();
        let status = ended(&mut child);
        let written = writer.join().unwrap();
        let screened = assert_whole_lines_in_order(&text);
        assert!(screened > 0 && screened <= written, "{screened} of {written}");
        assert_eq!(status.code(), Some(130), "{threads} threads");
    }
}

#[test]
fn while_nothing_comes_in() {
    for threads in ["1", "4"] {
        let mut child = screen_standard_input(&["--threads", threads]);
        let mut stdin = child.stdin.take().unwrap();
        for number in 0..5 {
            stdin.write_all(conversation(number).as_bytes()).unwrap();
        }
        stdin.flush().unwrap();
        // The rules are loaded and the lines are read.
        std::thread::sleep(Duration::from_secs(4));
        interrupt(&child);
        let status = ended(&mut child);
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(status.code(), Some(130), "{threads} threads");
        assert_eq!(assert_whole_lines_in_order(&text), 5, "{threads} threads: what was read is screened");
        drop(stdin);
    }
}

#[test]
fn a_file_that_was_begun_keeps_its_partial_name() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.jsonl");
    let mut child = screen_standard_input(&["--format", "jsonl", "-o", out.to_str().unwrap()]);
    let stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || write_until_nobody_reads(stdin));
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    interrupt(&child);
    std::io::copy(&mut stdout, &mut std::io::sink()).unwrap();
    assert_eq!(ended(&mut child).code(), Some(130));
    writer.join().unwrap();
    assert!(!out.exists(), "a file that stands under its name is whole");
    let partial = std::fs::read_to_string(folder.path().join("out.jsonl.partial")).unwrap();
    assert!(assert_whole_lines_in_order(&partial) > 0);
}

#[test]
fn a_filter_answers_before_its_input_ends() {
    for threads in ["1", "4"] {
        let mut child = screen_standard_input(&["--threads", threads]);
        let mut stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, answers) = std::sync::mpsc::channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        for number in 0..3 {
            stdin.write_all(conversation(number).as_bytes()).unwrap();
            stdin.flush().unwrap();
            let Ok(line) = answers.recv_timeout(Duration::from_secs(30)) else {
                child.kill().unwrap();
                panic!("{threads} threads: question {number} is not answered until another comes");
            };
            assert!(line.contains(&format!("\"c-{number}\"")), "{line}");
        }
        drop(stdin);
        assert_eq!(ended(&mut child).code(), Some(0));
    }
}
