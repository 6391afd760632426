//! docs/exports.md runs: each file of it is read by the commands below it, which print what stands there.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;

/// A fenced block: its language and text.
fn blocks(section: &str) -> Vec<(&str, &str)> {
    let mut parts = section.split("\n```");
    parts.next();
    // Every second part is between two blocks.
    parts.step_by(2).filter_map(|block| block.split_once('\n')).collect()
}

/// The commands of a console block, each with the lines that it prints.
fn commands(block: &str) -> Vec<(String, Vec<&str>)> {
    let mut commands: Vec<(String, Vec<&str>)> = Vec::new();
    let mut goes_on = false;
    for line in block.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push((command.to_owned(), Vec::new())),
            None if goes_on => {
                let (command, _) = commands.last_mut().unwrap();
                *command = command.trim_end_matches('\\').to_owned() + line.trim_start();
            }
            None => commands.last_mut().unwrap().1.push(line),
        }
        goes_on = line.ends_with('\\');
    }
    commands
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether what stands before a mark of omission, or the whole line, was printed.
fn is_printed(line: &str, printed: &str) -> bool {
    let shown = squeezed(line.split('…').next().unwrap_or_default());
    printed.lines().any(|printed| squeezed(printed).starts_with(&shown))
}

#[test]
fn every_example_runs_and_prints_what_it_says() {
    let manual = include_str!("../docs/exports.md");
    let program = cargo_bin("zhijian");
    let mut run = 0;
    for section in manual.split("\n## ").skip(1) {
        let title = section.lines().next().unwrap();
        let blocks = blocks(section);
        let Some((_, file)) = blocks.iter().find(|(language, _)| ["text", "csv"].contains(language)) else { continue };
        let folder = tempfile::tempdir().unwrap();
        for (_, block) in blocks.iter().filter(|(language, _)| *language == "console") {
            for (command, lines) in commands(block) {
                let mut words = command.split(' ');
                let (zhijian, verb, name) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
                assert_eq!(zhijian, "zhijian", "{title}");
                std::fs::write(folder.path().join(Path::new(name)), file).unwrap();
                let command = command.replacen("zhijian", &format!("'{}'", program.display()), 1);
                let output = Command::new("sh").args(["-c", &command]).current_dir(folder.path()).output().unwrap();
                let printed = String::from_utf8(output.stdout).unwrap();
                let talk = String::from_utf8(output.stderr).unwrap();
                assert!(output.status.success() || verb == "inspect", "{title}: {command}\n{printed}{talk}");
                for line in lines {
                    assert!(
                        is_printed(line, &printed),
                        "{title}: `{line}` is not printed by {command}:\n{printed}{talk}"
                    );
                }
                run += 1;
            }
        }
    }
    assert!(run >= 7, "{run} commands");
}
