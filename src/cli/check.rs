//! `dictionary check`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, bail};

use super::dictionaries::{self, Loaded};
use super::dictionary_arguments::CheckArguments;
use super::{Outcome, inputs};
use crate::conversation::{BadRow, Conversation, InputError, Inputs};
use crate::dictionary::{Diagnostic, Severity, allow, code, diagnostic, follow, lint};
use crate::screening::{
    CleanHits, Overrides, Pipeline, RuleSet, RuleSetError, RuleSetOptions, Screening, Sink, try_dictionary,
};

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<Outcome> {
    let folders: Vec<PathBuf> = arguments.dir.iter().cloned().collect();
    let mut loaded = dictionaries::load(&folders, !arguments.no_built_in)?;
    loaded.diagnostics.extend(lint(&loaded.dictionary, &loaded.files));
    let (_, problems) = loaded.dictionary.read_rulebooks(&loaded.files);
    loaded.diagnostics.extend(problems);
    match try_dictionary(&loaded.dictionary, &dictionaries::zone(&arguments.time_zone)?) {
        Ok(problems) | Err(RuleSetError::Dictionary(problems)) => add_trial(&mut loaded.diagnostics, problems),
        Err(error) => return Err(error.into()),
    }
    let clean = clean_hits(arguments, &loaded)?;
    if let Some(clean) = &clean {
        loaded.diagnostics.extend(clean.diagnostics(&loaded.dictionary, arguments.clean_hits));
    }
    let looked_for = |code: &str| code != CleanHits::CODE || clean.is_some();
    let parted = allow::part(&loaded.dictionary, std::mem::take(&mut loaded.diagnostics), looked_for);
    loaded.diagnostics = follow::fold(&loaded.dictionary, &loaded.files, parted.open);
    let allowed = describe_allowed(parted.allowed, &loaded);
    if arguments.show_allowed {
        super::complain(format_args!("{}", allowed.1));
    }
    let (errors, warnings) = dictionaries::print_diagnostics(&mut loaded, Severity::Warning);
    let packs = &loaded.dictionary.packs;
    let rules = packs.iter().flat_map(|pack| &pack.rules);
    let terms: usize = rules.clone().map(|rule| rule.terms.len()).sum();
    let examples: usize = packs.iter().map(|pack| pack.examples.len()).sum();
    let mut stdout = std::io::stdout();
    write!(
        stdout,
        "{} packs, {} rules, {terms} terms, {examples} examples: {errors} errors, {warnings} warnings",
        packs.len(),
        rules.count(),
    )?;
    match allowed.0 {
        0 => writeln!(stdout)?,
        count if arguments.show_allowed => writeln!(stdout, ", {count} allowed")?,
        count => writeln!(stdout, ", {count} allowed (--show-allowed lists them)")?,
    }
    let codes: BTreeSet<&str> = loaded.diagnostics.iter().map(|problem| problem.code).collect();
    if !codes.is_empty() {
        writeln!(stdout, "what each code means: docs/lint.md ({})", codes.into_iter().collect::<Vec<_>>().join(", "))?;
    }
    let failed = errors > 0 || (arguments.strict && warnings > 0);
    Ok(if failed { Outcome::NotDone } else { Outcome::Done })
}

/// Adds what the trial of the examples found. An example that cannot be used is named once: the lint says where in its
/// line, the trial only that it is so.
fn add_trial(diagnostics: &mut Vec<Diagnostic>, mut found: Vec<Diagnostic>) {
    let unusable = |problem: &Diagnostic| {
        (problem.code == code::BAD_EXAMPLE).then(|| (problem.origin.file.clone(), problem.origin.line))
    };
    let named: BTreeSet<_> = diagnostics.iter().filter_map(unusable).collect();
    found.retain(|problem| unusable(problem).is_none_or(|place| !named.contains(&place)));
    diagnostics.append(&mut found);
}

/// How many warnings are allowed, and all of them with their reasons.
fn describe_allowed(mut allowed: Vec<(Diagnostic, String)>, loaded: &Loaded) -> (usize, String) {
    allowed.sort_by(|(a, _), (b, _)| a.origin.cmp(&b.origin).then(a.code.cmp(b.code)));
    allowed.dedup_by(|(a, _), (b, _)| a.reads_like(b));
    let mut problems: Vec<Diagnostic> = allowed.iter().map(|(problem, _)| problem.clone()).collect();
    diagnostic::sort(&mut problems);
    let mut text = String::new();
    for (problem, reason) in &allowed {
        let shown = problem.clone().advise(format!("allowed: {reason}"));
        let mut shown = [shown];
        loaded.files.show_lines(&mut shown);
        let _ = writeln!(text, "{}\n", shown[0].render(&loaded.files.shown(&problem.origin.file)));
    }
    (allowed.len(), text)
}

/// What the rules, as they are on by default, find in the files of `--clean`; `None` where there are none.
fn clean_hits(arguments: &CheckArguments, loaded: &Loaded) -> anyhow::Result<Option<CleanHits>> {
    if arguments.clean.is_empty() {
        return Ok(None);
    }
    let options = RuleSetOptions { zone: dictionaries::zone(&arguments.time_zone)?, overrides: Overrides::default() };
    let (rules, _) = RuleSet::compile(&loaded.dictionary, &options)?;
    let input = inputs::input_options(&arguments.input, &dictionaries::zone(&arguments.time_zone)?)?;
    let inputs = Inputs::resolve(&arguments.clean, &input)?;
    let pipeline = Pipeline {
        profiles: Arc::new(rules).into(),
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        source: None,
        day: None,
        join: &|_, _, _| {},
        render: &|_: &Conversation<'_>, screening: &Screening, buffers: &mut [Vec<u8>]| {
            for buffer in buffers {
                CleanHits::write(screening, buffer);
            }
        },
        outputs: 1,
        rows: input.rows,
        strict: false,
        interrupted: &AtomicBool::new(false),
    };
    let mut counting = Counting::default();
    let run = pipeline.run(inputs.chunks(), &mut counting)?;
    if run.summary.conversations == 0 {
        bail!("--clean: no conversation could be read from {}", arguments.clean.join(", "));
    }
    if counting.bad_rows > 0 {
        super::complain(format_args!(
            "--clean: {} bad rows were left out; `zhijian screen` names them\n",
            counting.bad_rows
        ));
    }
    counting.hits.screened(run.summary.conversations);
    Ok(Some(counting.hits))
}

/// Counts what a run finds.
#[derive(Default)]
struct Counting {
    hits: CleanHits,
    bad_rows: u64,
}

impl Sink for Counting {
    type Error = anyhow::Error;

    fn write(&mut self, _output: usize, bytes: &[u8]) -> anyhow::Result<()> {
        self.hits.add(bytes);
        Ok(())
    }

    fn bad_row(&mut self, _row: &BadRow) -> anyhow::Result<()> {
        self.bad_rows += 1;
        Ok(())
    }

    fn unreadable(&mut self, error: &InputError) -> anyhow::Result<()> {
        Err(anyhow::anyhow!("{error}")).context("--clean")
    }
}
