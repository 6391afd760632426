//! What several tests share: the shipped rules, the fixtures, and runs through the library and through the command.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use zhijian::conversation::{BadRow, Conversation, InputError, InputOptions, Inputs, Zone};
use zhijian::dictionary::{Dictionary, Files, Severity};
use zhijian::scoring::Rulebooks;
use zhijian::screening::{Overrides, Pipeline, RuleSet, RuleSetOptions, Run, Screener, Screening, Sink, join_preview};

/// The shipped dictionaries, without an error.
pub(crate) static SHIPPED: LazyLock<Dictionary> = LazyLock::new(|| {
    let (dictionary, problems) = Dictionary::load(&Files::built_in());
    let errors: Vec<String> =
        problems.iter().filter(|problem| problem.severity == Severity::Error).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    dictionary
});

/// The shipped rules as they are on by default.
pub(crate) static RULES: LazyLock<Arc<RuleSet>> = LazyLock::new(|| rules_with(Overrides::default()));

/// The shipped rulebooks.
pub(crate) static RULEBOOKS: LazyLock<Rulebooks> = LazyLock::new(|| SHIPPED.read_rulebooks(&Files::built_in()).0);

/// The manifest of a sound pack of one rule, `shop-jargon`, with its terms in `terms/shop.tsv`.
pub(crate) const SHOP_PACK: &str = r#"id = "shop"
edition = "1"
title = "店铺"
owner = "质检组"
source = "实务"

[[rule]]
id = "shop-jargon"
title = "店铺术语"
operator = "wording"
queue = "always"
source = "实务"
what = "甲"
why = "乙"
how = "丙"
misses = "丁"

[rule.parameters]
terms = ["terms/shop.tsv"]
"#;

pub(crate) fn shanghai() -> Zone {
    Zone::named("Asia/Shanghai").expect("a zone that every build knows")
}

pub(crate) fn rules_with(overrides: Overrides) -> Arc<RuleSet> {
    rules_of(&SHIPPED, overrides)
}

pub(crate) fn rules_of(dictionary: &Dictionary, overrides: Overrides) -> Arc<RuleSet> {
    let options = RuleSetOptions { zone: shanghai(), overrides };
    Arc::new(RuleSet::new(dictionary, &options).expect("a rule set"))
}

/// A file of `fixtures/`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The text of a file of `fixtures/`.
pub(crate) fn fixture_text(name: &str) -> String {
    let path = fixture(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a fixture that hold something.
pub(crate) fn fixture_lines(name: &str) -> Vec<String> {
    fixture_text(name).lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// A fixture's conversations, which all have to be sound.
pub(crate) fn conversations(lines: &[String]) -> Vec<Conversation<'_>> {
    lines.iter().map(|line| Conversation::from_json(line).expect("a sound conversation")).collect()
}

/// Everything that came out of a run.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// The screenings as the command writes them with `--all --format jsonl`.
    pub(crate) jsonl: Vec<u8>,
    pub(crate) bad: Vec<BadRow>,
    pub(crate) errors: Vec<InputError>,
}

impl Sink for Collected {
    type Error = std::convert::Infallible;

    fn write(&mut self, _output: usize, bytes: &[u8]) -> Result<(), Self::Error> {
        self.jsonl.extend_from_slice(bytes);
        Ok(())
    }

    fn bad_row(&mut self, row: &BadRow) -> Result<(), Self::Error> {
        self.bad.push(row.clone());
        Ok(())
    }

    fn unreadable(&mut self, error: &InputError) -> Result<(), Self::Error> {
        // The error keeps an operating-system error and is therefore no copy; its code and text are what tests compare.
        self.errors.push(match error {
            InputError::Truncated { file } => InputError::Truncated { file: Arc::clone(file) },
            InputError::RatioExceeded { file, ratio } => {
                InputError::RatioExceeded { file: Arc::clone(file), ratio: *ratio }
            }
            other => InputError::UnknownEncoding { label: other.to_string() },
        });
        Ok(())
    }
}

impl Collected {
    pub(crate) fn screenings(&self) -> Vec<Screening> {
        let text = std::str::from_utf8(&self.jsonl).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a screening")).collect()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.screenings().into_iter().map(|screening| screening.conversation).collect()
    }
}

/// Screens files with the shipped rules and joins the default rulebook, as the command does.
pub(crate) fn run(paths: &[&Path], options: &InputOptions, threads: usize) -> (Run, Collected) {
    run_with(&RULES, paths, options, threads, false)
}

pub(crate) fn run_with(
    rules: &Arc<RuleSet>,
    paths: &[&Path],
    options: &InputOptions,
    threads: usize,
    strict: bool,
) -> (Run, Collected) {
    let arguments: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let inputs = Inputs::resolve(&arguments, options).expect("files that are there");
    let rulebook = RULEBOOKS.get("cloud-cs").expect("the default rulebook");
    let interrupted = AtomicBool::new(false);
    let pipeline = Pipeline {
        profiles: Arc::clone(rules).into(),
        threads,
        source: None,
        day: None,
        join: &|screening, _, day| join_preview(rulebook, day, screening),
        render: &|_, screening, outputs| {
            serde_json::to_writer(&mut outputs[0], screening).expect("a screening is JSON");
            outputs[0].push(b'\n');
        },
        outputs: 1,
        rows: options.rows,
        strict,
        interrupted: &interrupted,
    };
    let mut collected = Collected::default();
    let Ok(run) = pipeline.run(inputs.chunks(), &mut collected);
    (run, collected)
}

/// Screens one conversation with the shipped rules.
pub(crate) fn screen(json: &str) -> Screening {
    Screener::new(Arc::clone(&RULES)).screen(&Conversation::from_json(json).expect("a sound conversation"))
}

/// Rule, id and message of each finding.
pub(crate) fn findings(screening: &Screening) -> Vec<(String, String, u32)> {
    let candidates = screening.candidates.iter().chain(&screening.informational);
    let candidates = candidates.map(|found| (found.rule.clone(), found.id.clone(), found.message));
    candidates
        .chain(screening.signals.iter().map(|found| (found.rule.clone(), found.id.clone(), found.message)))
        .collect()
}

/// The command, with no environment that could change what it prints.
pub(crate) fn zhijian() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::cargo_bin("zhijian").expect("the command is built");
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("CLICOLOR_FORCE")
        .timeout(std::time::Duration::from_mins(2));
    command
}

/// What the command wrote, and how it ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the command with these arguments and this standard input.
pub(crate) fn zhijian_with(arguments: &[&str], stdin: impl Into<Vec<u8>>) -> Ended {
    let output = zhijian().args(arguments).write_stdin(stdin).output().expect("the command runs");
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A gzip file of these bytes.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// A zstd file of these bytes.
pub(crate) fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("a vector takes all")
}

/// The conversations of all packs' examples as lines, each with an id of its own.
pub(crate) fn example_conversations() -> Vec<String> {
    use serde_json::{Value, json};
    let is_signal = |id: &str| {
        let mut rules = SHIPPED.packs.iter().flat_map(|pack| &pack.rules);
        rules.any(|rule| rule.id == id && rule.kind == zhijian::dictionary::RuleKind::Signal)
    };
    let mut lines = Vec::new();
    for line in SHIPPED.packs.iter().flat_map(|pack| &pack.examples) {
        let example: Value = serde_json::from_str(&line.json).expect("JSON");
        let named = example["expect"][0]["rule"].as_str().or(example["absent"][0].as_str()).unwrap_or_default();
        let mut conversation = match example.get("say") {
            Some(text) => {
                let role = if is_signal(named) { "customer" } else { "agent" };
                json!({"messages": [{"role": role, "text": text}]})
            }
            None => example["conversation"].clone(),
        };
        conversation["id"] = format!("{}:{}", line.origin.file, line.origin.line).into();
        lines.push(conversation.to_string());
    }
    lines
}
