//! Properties that hold across the readers.

mod files;
mod hostile;
mod reading;
mod record;
mod table;

use std::io::{self, Cursor, Read};

use crate::conversation::input::Flow;
use crate::conversation::{BadRow, Chunks, Format, InputError, InputOptions, Inputs};

/// All that comes of some input.
#[derive(Debug, Default)]
struct Outcome {
    lines: Vec<(u64, String)>,
    /// Lines whose conversations lost rows.
    incomplete: Vec<u64>,
    bad: Vec<BadRow>,
    replaced: u64,
    encoding: &'static str,
    errors: Vec<InputError>,
}

impl Outcome {
    fn of(chunks: Chunks) -> Outcome {
        let mut outcome = Outcome::default();
        for chunk in chunks {
            match chunk {
                Ok(chunk) => {
                    let lines = chunk.lines();
                    outcome.lines.extend(lines.map(|(number, line)| (number, line.to_owned())));
                    outcome.incomplete.extend(chunk.lines().map(|line| line.0).filter(|line| chunk.lost_rows(*line)));
                    outcome.replaced += chunk.replaced;
                    outcome.encoding = chunk.encoding;
                    outcome.bad.extend(chunk.bad);
                }
                Err(error) => outcome.errors.push(error),
            }
        }
        outcome
    }

    fn of_source(source: Box<dyn Read + Send>, flow: Flow, format: Format, options: &InputOptions) -> Outcome {
        match Chunks::of_source(source, flow, Some(format), options) {
            Ok(chunks) => Outcome::of(chunks),
            Err(error) => Outcome { errors: vec![error], ..Outcome::default() },
        }
    }

    fn of_bytes(bytes: &[u8], format: Format, options: &InputOptions) -> Outcome {
        let source = Box::new(Cursor::new(bytes.to_vec()));
        Outcome::of_source(source, Flow::File, format, options)
    }

    /// As it comes from someone who gives `step` bytes at a time.
    fn of_drops(bytes: &[u8], step: usize, format: Format, options: &InputOptions) -> Outcome {
        let source = Box::new(Drops { bytes: Cursor::new(bytes.to_vec()), step });
        Outcome::of_source(source, Flow::Live, format, options)
    }

    fn of_arguments(arguments: &[&str], options: &InputOptions) -> Result<Outcome, InputError> {
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Ok(Outcome::of(Inputs::resolve(&arguments, options)?.chunks()))
    }

    fn texts(&self) -> Vec<&str> {
        self.lines.iter().map(|line| line.1.as_str()).collect()
    }

    fn bad_places(&self) -> Vec<(u64, &str)> {
        self.bad.iter().map(|bad| (bad.line, bad.code)).collect()
    }

    fn error_codes(&self) -> Vec<&str> {
        self.errors.iter().map(InputError::code).collect()
    }
}

struct Drops {
    bytes: Cursor<Vec<u8>>,
    step: usize,
}

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let step = self.step.min(buffer.len());
        self.bytes.read(&mut buffer[..step])
    }
}
