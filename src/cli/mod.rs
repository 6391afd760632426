//! The command: arguments in, tables, files and exit codes out.
//!
//! Exit codes: 0 the work was done (flags are its product, not a failure), 1 `--fail-on` asked for failure, 2 it was not
//! done, 130 it was interrupted. Data goes to standard output, talk and progress to standard error.

mod arguments;
mod bad_rows;
mod check;
mod columns;
mod convert;
mod dictionaries;
mod dictionary_arguments;
mod difference;
mod evaluate;
mod explain;
mod exports;
mod forms;
mod inputs;
mod inspect;
mod inspect_advice;
mod new_pack;
mod output;
mod pack_folder;
mod profiles;
mod progress;
mod rules;
mod screen;
mod settings;
mod settings_arguments;
mod settings_show;
mod settled;
mod summary;
mod term_lists;
#[cfg(feature = "tables")]
mod workbook_form;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command, RulesCommand};
use dictionary_arguments::DictionaryCommand;
use settings_arguments::SettingsCommand;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The user asked for failure, and the condition holds.
    Failed,
    /// Something could not be done, and was said.
    NotDone,
    Interrupted,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::Failed => ExitCode::from(1),
            Outcome::NotDone => ExitCode::from(2),
            Outcome::Interrupted => ExitCode::from(130),
        }
    }
}

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; clap knows where each goes.
            let code = if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
            let _ = error.print();
            return code;
        }
    };
    // A defect of the program must not look like a crash, nor print what it was working on.
    std::panic::set_hook(Box::new(|_| {}));
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| dispatch(&arguments)));
    match result {
        Ok(Ok(outcome)) => outcome.into(),
        Ok(Err(error)) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            complain(format_args!("error: {error:#}\n"));
            ExitCode::from(2)
        }
        Err(_) => {
            complain(format_args!(
                "error: a defect of zhijian stopped the work; please report the command and the version\n"
            ));
            ExitCode::from(2)
        }
    }
}

/// Writes to standard error. Where that is closed or full nobody listens, which is no reason to stop.
fn complain(text: std::fmt::Arguments<'_>) {
    use std::io::Write as _;
    let _ = std::io::stderr().write_fmt(text);
}

fn dispatch(arguments: &Arguments) -> anyhow::Result<Outcome> {
    match &arguments.command {
        Command::Screen(arguments) => screen::run(arguments),
        Command::Convert(arguments) => convert::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Evaluate(arguments) => evaluate::run(arguments),
        Command::Dictionary { command } => match &**command {
            DictionaryCommand::Check(arguments) => check::run(arguments),
            DictionaryCommand::Diff(arguments) => difference::run(arguments),
            DictionaryCommand::Export(arguments) => term_lists::export(arguments),
            DictionaryCommand::Import(arguments) => term_lists::import(arguments),
            DictionaryCommand::New(arguments) => new_pack::run(arguments),
        },
        Command::Rules(arguments) => match &arguments.command {
            None => rules::list(&arguments.rules, &arguments.profile),
            Some(RulesCommand::Show { id, rules, profile }) => rules::show(id, rules, profile),
        },
        Command::Settings { command } => match command {
            SettingsCommand::Check(arguments) => settings::check(arguments),
            SettingsCommand::Show(arguments) => settings_show::show(arguments),
            SettingsCommand::Schema => settings::schema(),
        },
    }
}

/// Whether the reader of our output went away: nobody is left to tell.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
