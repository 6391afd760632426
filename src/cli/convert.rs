//! `convert`: whatever can be read, in the native form.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::bail;

use super::Outcome;
use super::arguments::ConvertArguments;
use super::bad_rows::BadRows;
use super::columns::grouped;
use super::exports;
use super::inputs::{interruption, keep_apart};
use super::output::Output;
use super::profiles;
use super::progress::Progress;
use super::settled::{Settled, switch};
use crate::conversation::{BadRow, Chunk, Conversation, Inputs};
use crate::screening::Summary;

/// What was converted so far.
struct Converted<'o> {
    output: &'o mut Output,
    bad_rows: &'o mut BadRows,
    progress: Progress,
    conversations: u64,
    messages: u64,
    /// Conversations that are written without rows that could not be read.
    incomplete: u64,
    unreadable: u64,
    strict: bool,
}

/// Why converting ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Interrupted,
    BadRow,
}

pub(super) fn run(arguments: &ConvertArguments) -> anyhow::Result<Outcome> {
    let day = arguments.day.map(|day| day.to_string());
    let own = vec![("time-zone", arguments.time_zone.clone()), ("day", day), ("strict", switch(arguments.strict))];
    let settled = Settled::new(&arguments.settings, [own, arguments.input.flags()])?;
    if !arguments.quiet {
        settled.say();
    }
    let zone = profiles::zone(&settled)?;
    let (inputs, _) = exports::resolve(&arguments.inputs, &arguments.input, &settled, &zone)?;
    let path = arguments.output.as_deref();
    let ending = path.and_then(Path::extension);
    if ending.is_some_and(|ending| ["csv", "xlsx"].iter().any(|table| ending.eq_ignore_ascii_case(table))) {
        bail!("-o: conversations are written as JSONL; give a name that ends in .jsonl");
    }
    keep_apart(&[("-o", path), ("--bad-rows", arguments.bad_rows.as_deref())], &inputs)?;
    let interrupted = interruption()?;
    let mut output = path.map_or_else(|| Ok(Output::stdout()), Output::create)?;
    let mut bad_rows = BadRows::create(arguments.bad_rows.as_deref())?;
    let mut converted = Converted {
        output: &mut output,
        bad_rows: &mut bad_rows,
        progress: Progress::new(inputs.total_bytes(), inputs.progress(), arguments.quiet),
        conversations: 0,
        messages: 0,
        incomplete: 0,
        unreadable: 0,
        strict: settled.is_on("strict"),
    };
    let stopped = converted.all(&inputs, &interrupted)?;
    converted.progress.finish();
    let Converted { conversations, messages, incomplete, unreadable, .. } = converted;
    let bad = bad_rows.count();
    if !arguments.quiet {
        bad_rows.say_how_many_more();
        let (conversations, messages) = (grouped(conversations), grouped(messages));
        super::complain(format_args!("{conversations} 通会话，{messages} 条消息，坏行 {}\n", grouped(bad)));
        if incomplete > 0 {
            let incomplete = grouped(incomplete);
            super::complain(format_args!("{incomplete} 通会话缺了读不出的行，写出的内容不完整；请先修好坏行再转换\n"));
        }
    }
    for output in [Some(output), bad_rows.into_output()].into_iter().flatten() {
        if stopped.is_none() {
            output.finish()?;
        } else if let Some(partial) = output.abandon() {
            super::complain(format_args!("stopped early: what was written is in {}\n", partial.display()));
        }
    }
    Ok(match stopped {
        Some(Stop::Interrupted) => Outcome::Interrupted,
        Some(Stop::BadRow) => Outcome::NotDone,
        None if unreadable > 0 || (conversations == 0 && bad > 0) => Outcome::NotDone,
        None => Outcome::Done,
    })
}

impl Converted<'_> {
    fn all(&mut self, inputs: &Inputs, interrupted: &AtomicBool) -> anyhow::Result<Option<Stop>> {
        for chunk in inputs.chunks() {
            if interrupted.load(Ordering::Relaxed) {
                return Ok(Some(Stop::Interrupted));
            }
            match chunk {
                Ok(chunk) => self.chunk(&chunk)?,
                Err(error) => {
                    self.unreadable += 1;
                    self.progress.say(&format!("error: {error}"));
                }
            }
            if self.strict && (self.bad_rows.count() > 0 || self.unreadable > 0) {
                return Ok(Some(Stop::BadRow));
            }
            let (conversations, messages) = (self.conversations, self.messages);
            self.progress.show(&Summary { conversations, messages, ..Summary::default() });
            self.output.hand_over()?;
        }
        Ok(None)
    }

    fn chunk(&mut self, chunk: &Chunk) -> anyhow::Result<()> {
        for bad in &chunk.bad {
            self.bad_rows.take(bad, &self.progress)?;
        }
        for (number, line) in chunk.lines() {
            let mut conversation = match Conversation::from_json(line) {
                Ok(conversation) => conversation,
                Err(error) => {
                    self.bad_rows.take(&BadRow::of_record(&chunk.file, number, &error), &self.progress)?;
                    continue;
                }
            };
            chunk.unsaid.complete(&mut conversation);
            let mut text = conversation.to_json()?;
            text.push('\n');
            self.output.write(text.as_bytes())?;
            self.conversations += 1;
            self.messages += conversation.messages.len() as u64;
            self.incomplete += u64::from(chunk.lost_rows(number));
        }
        Ok(())
    }
}
