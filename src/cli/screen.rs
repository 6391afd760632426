//! `screen`: the main job.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Instant;

use anyhow::bail;

use super::Outcome;
use super::arguments::{FailOn, OutputFormat, ScreenArguments};
use super::bad_rows::BadRows;
use super::exports;
use super::forms;
use super::inputs::{interruption, keep_apart};
use super::output::Output;
use super::profiles;
use super::progress::Progress;
use super::settled::{Flags, Settled, switch};
use super::summary::{self, Briefs};
#[cfg(feature = "tables")]
use super::workbook_form::{WorkbookForm, write_rows as workbook_rows};
use crate::conversation::{BadRow, Conversation, InputError};
use crate::screening::{Outcome as Found, Pipeline, Profiles, Run, Screening, Sink, Stop, Summary};

/// Where rendered screenings go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Jsonl,
    Csv,
    Workbook,
    Brief,
}

pub(super) fn run(arguments: &ScreenArguments) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let settled = Settled::new(&arguments.profile.settings, flags(arguments))?;
    if !arguments.quiet {
        settled.say();
    }
    let wanted = profiles::wanted(arguments.profile.profile.as_deref());
    let ready = profiles::ready(&settled, &arguments.rules, wanted)?;
    let (inputs, options) =
        exports::resolve(&arguments.inputs, &arguments.input, &settled, &profiles::zone(&settled)?)?;
    let only_stdin = arguments.inputs.iter().all(|input| input == "-");
    let for_programs = only_stdin || arguments.output.as_deref().is_some_and(is_stdout);
    let format = arguments.format.unwrap_or(if for_programs { OutputFormat::Jsonl } else { OutputFormat::Table });
    keep_apart(&[("-o", arguments.output.as_deref()), ("--bad-rows", arguments.bad_rows.as_deref())], &inputs)?;
    let (forms, mut outputs) = outputs(arguments, format)?;
    let interrupted = interruption()?;
    let threads = settled.number("threads").unwrap_or_else(default_threads);
    let all = settled.is_on("all");
    let profiles = ready.profiles;
    let render = |conversation: &Conversation<'_>, screening: &Screening, buffers: &mut [Vec<u8>]| {
        if !all && !matches!(screening.outcome, Found::Flagged | Found::Signalled) {
            return;
        }
        for (form, buffer) in forms.iter().zip(buffers) {
            match form {
                Form::Jsonl => forms::write_jsonl(screening, buffer),
                Form::Csv => forms::write_csv(conversation, screening, buffer),
                Form::Workbook => workbook_rows(conversation, screening, buffer),
                Form::Brief => forms::write_brief(&profiles, screening, buffer),
            }
        }
    };
    let pipeline = Pipeline {
        profiles: profiles.clone(),
        threads,
        source: source_for_all(&settled),
        day: settled.number("day"),
        join: &profiles::join,
        render: &render,
        outputs: forms.len(),
        rows: options.rows,
        strict: settled.is_on("strict"),
        interrupted: &interrupted,
    };
    let books = forms.iter().map(|form| book(*form)).collect::<anyhow::Result<_>>()?;
    let mut sink = Screen {
        outputs: &mut outputs,
        books,
        briefs: Briefs::default(),
        progress: Progress::new(inputs.total_bytes(), inputs.progress(), arguments.quiet),
        bad_rows: BadRows::create(arguments.bad_rows.as_deref())?,
        unreadable: 0,
    };
    let run = pipeline.run(inputs.chunks(), &mut sink)?;
    sink.progress.finish();
    let Screen { briefs, bad_rows, unreadable, books, .. } = sink;
    if !arguments.quiet {
        bad_rows.say_how_many_more();
    }
    if run.stopped.is_none() && nothing_usable(&run.summary) {
        super::complain(format_args!("error: nothing was screened: every row is bad\n"));
    }
    finish_books(books, &mut outputs, &run.summary)?;
    finish(outputs, bad_rows.into_output(), &run)?;
    report(arguments, format, (&settled, &profiles), &run, &briefs, started)?;
    Ok(outcome(arguments, &run, unreadable))
}

/// What the flags say of options that files and environment may say too.
fn flags(arguments: &ScreenArguments) -> [Flags; 4] {
    let own = vec![
        ("threads", arguments.threads.map(|threads| threads.to_string())),
        ("all", switch(arguments.all)),
        ("strict", switch(arguments.strict)),
    ];
    [arguments.rules.flags(), arguments.context.flags(), arguments.input.flags(), own]
}

/// The source that was said for this run; that of the settings comes after those of exports and profiles.
pub(super) fn source_for_all(settled: &Settled) -> Option<String> {
    settled.value("source").filter(|(_, said)| said.is_for_the_run()).map(|(source, _)| source.to_owned())
}

fn outcome(arguments: &ScreenArguments, run: &Run, unreadable: u64) -> Outcome {
    match run.stopped {
        Some(Stop::Interrupted) => Outcome::Interrupted,
        Some(Stop::BadRow) => Outcome::NotDone,
        None if unreadable > 0 || nothing_usable(&run.summary) => Outcome::NotDone,
        None if arguments.fail_on == Some(FailOn::Flagged) && run.summary.with_outcome(Found::Flagged) > 0 => {
            Outcome::Failed
        }
        None => Outcome::Done,
    }
}

/// Whether every row was bad, so that the work cannot be said to be done.
fn nothing_usable(summary: &Summary) -> bool {
    summary.conversations == 0 && summary.all_bad_rows() > 0
}

fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How input is read, from the arguments.
/// `-` is standard output, to which `--format` belongs.
fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What is written where: standard output first, then `-o`.
fn outputs(arguments: &ScreenArguments, format: OutputFormat) -> anyhow::Result<(Vec<Form>, Vec<Option<Output>>)> {
    let to_stdout = match format {
        OutputFormat::Table => Form::Brief,
        OutputFormat::Jsonl => Form::Jsonl,
        OutputFormat::Csv => Form::Csv,
        OutputFormat::Xlsx if std::io::stdout().is_terminal() => {
            bail!("--format xlsx: a workbook is nothing for a terminal; write it with -o result.xlsx")
        }
        OutputFormat::Xlsx => Form::Workbook,
    };
    let mut forms = vec![to_stdout];
    let mut outputs = vec![(to_stdout != Form::Brief).then(Output::stdout)];
    if let Some(path) = arguments.output.as_ref().filter(|path| !is_stdout(path)) {
        let ends_in = |ending: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
        let form = match () {
            () if ends_in("csv") => Form::Csv,
            () if ends_in("xlsx") => Form::Workbook,
            () => Form::Jsonl,
        };
        // A build that writes none says so before it leaves a file behind.
        book(form)?;
        forms.push(form);
        outputs.push(Some(Output::create(path)?));
    }
    for (form, output) in forms.iter().zip(&mut outputs) {
        if let (Form::Csv, Some(output)) = (form, output) {
            output.write(&forms::csv_heading())?;
        }
    }
    Ok((forms, outputs))
}

/// A workbook under way, where one is written.
#[cfg(feature = "tables")]
fn book(form: Form) -> anyhow::Result<Option<WorkbookForm>> {
    (form == Form::Workbook).then(WorkbookForm::new).transpose()
}

#[cfg(feature = "tables")]
fn finish_books(
    books: Vec<Option<WorkbookForm>>,
    outputs: &mut [Option<Output>],
    summary: &Summary,
) -> anyhow::Result<()> {
    for (book, output) in books.into_iter().zip(outputs) {
        if let (Some(book), Some(output)) = (book, output) {
            output.write(&book.finish(summary)?)?;
        }
    }
    Ok(())
}

/// What stands for a workbook where none can be written.
#[cfg(not(feature = "tables"))]
enum WorkbookForm {}

#[cfg(not(feature = "tables"))]
impl WorkbookForm {
    fn take(&mut self, _: &[u8]) -> anyhow::Result<()> {
        match *self {}
    }
}

#[cfg(not(feature = "tables"))]
fn book(form: Form) -> anyhow::Result<Option<WorkbookForm>> {
    if form == Form::Workbook {
        bail!(
            "this build writes no workbooks: cargo install --path . --features tables; or write CSV, which Excel opens"
        );
    }
    Ok(None)
}

#[cfg(not(feature = "tables"))]
#[allow(clippy::unnecessary_wraps, reason = "the build that writes workbooks can fail here")]
fn finish_books(_: Vec<Option<WorkbookForm>>, _: &mut [Option<Output>], _: &Summary) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(not(feature = "tables"))]
fn workbook_rows(_: &Conversation<'_>, _: &Screening, _: &mut Vec<u8>) {}

fn finish(outputs: Vec<Option<Output>>, bad_rows: Option<Output>, run: &Run) -> anyhow::Result<()> {
    for output in outputs.into_iter().chain([bad_rows]).flatten() {
        if run.stopped.is_none() {
            output.finish()?;
        } else if let Some(partial) = output.abandon() {
            super::complain(format_args!("stopped early: what was written is in {}\n", partial.display()));
        }
    }
    Ok(())
}

fn report(
    arguments: &ScreenArguments,
    format: OutputFormat,
    (settled, profiles): (&Settled, &Profiles),
    run: &Run,
    briefs: &Briefs,
    started: Instant,
) -> anyhow::Result<()> {
    let mut text = String::new();
    let file = settled.file.as_ref().map(|file| file.path.as_path());
    summary::write(&mut text, profiles, run, briefs, (file, started.elapsed()));
    if format == OutputFormat::Table {
        std::io::stdout().write_all(text.as_bytes())?;
    } else if !arguments.quiet {
        super::complain(format_args!("{text}"));
    }
    Ok(())
}

/// Takes what comes out of the pipeline.
struct Screen<'o> {
    /// Standard output (none: the table is made at the end), then the file.
    outputs: &'o mut [Option<Output>],
    /// The workbooks that are written there at the end.
    books: Vec<Option<WorkbookForm>>,
    briefs: Briefs,
    progress: Progress,
    bad_rows: BadRows,
    unreadable: u64,
}

impl Sink for Screen<'_> {
    type Error = anyhow::Error;

    fn write(&mut self, output: usize, bytes: &[u8]) -> anyhow::Result<()> {
        if let Some(Some(book)) = self.books.get_mut(output) {
            return book.take(bytes);
        }
        if let Some(Some(file)) = self.outputs.get_mut(output) {
            return file.write(bytes);
        }
        self.briefs.take(bytes);
        Ok(())
    }

    fn bad_row(&mut self, row: &BadRow) -> anyhow::Result<()> {
        self.bad_rows.take(row, &self.progress)
    }

    fn unreadable(&mut self, error: &InputError) -> anyhow::Result<()> {
        self.unreadable += 1;
        self.progress.say(&format!("error: {error}"));
        Ok(())
    }

    fn progress(&mut self, summary: &Summary) -> anyhow::Result<()> {
        self.progress.show(summary);
        self.outputs.iter_mut().flatten().chain(self.bad_rows.output()).try_for_each(Output::hand_over)
    }
}
