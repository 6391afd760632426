//! What a text is, told by its beginning.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::conversation::chat::{Recognised, Templates};
use crate::conversation::table::is_line_of_names;

use super::chunk::Chunk;
use super::error::InputError;
use super::format::{Document, Format};
use super::lines::Lines;
use super::options::InputOptions;

/// Bytes of a text that are looked at to tell a chat's shape.
const SAMPLE: usize = 64 << 10;

/// Characters that are looked at to tell whether it is a text.
const BEGINNING: usize = 1 << 10;

/// With so many control characters among them it is none. A stray one may stand in any export.
const CONTROLS: usize = 4;

/// What a text is.
pub(super) enum Shape {
    /// One conversation a line.
    Lines,
    /// Cells, one message a row.
    Table(Format),
    /// A plain chat export.
    Chat { templates: Templates, preset: Option<&'static str> },
}

impl Shape {
    pub(super) fn format(&self) -> Format {
        match self {
            Shape::Lines => Format::Jsonl,
            Shape::Table(format) => *format,
            Shape::Chat { .. } => Format::Chat,
        }
    }

    /// The preset that was recognised.
    pub(super) fn preset(&self) -> Option<&'static str> {
        match self {
            Shape::Chat { preset, .. } => *preset,
            Shape::Lines | Shape::Table(_) => None,
        }
    }
}

/// A text whose beginning was read.
pub(super) struct Opened {
    pub(super) shape: Shape,
    /// What was read of it.
    pub(super) first: VecDeque<Chunk>,
}

impl Opened {
    /// `format`: as given, or as the file's name tells.
    pub(super) fn new(lines: &mut Lines, format: Option<Format>, options: &InputOptions) -> Result<Opened, InputError> {
        let mut first = VecDeque::new();
        let templates = || options.templates.clone();
        let shape = match format {
            Some(Format::Csv | Format::Tsv) => Shape::Table(format.unwrap_or(Format::Csv)),
            Some(Format::Jsonl | Format::Workbook | Format::Parquet) => {
                first.extend(lines.next().transpose()?);
                Shape::Lines
            }
            Some(Format::Chat) => match templates() {
                Some(templates) => Shape::Chat { templates, preset: None },
                None => chat(lines, &mut first)?.ok_or_else(|| unknown(lines, &first, options))?,
            },
            None => told(lines, &mut first, options)?,
        };
        if let Shape::Lines = shape
            && let Some(document) = first.front().and_then(|chunk| Document::of_text(&chunk.text))
        {
            return Err(InputError::NotLines { file: Arc::clone(lines.file()), document });
        }
        Ok(Opened { shape, first })
    }
}

/// What a text is whose name does not tell.
fn told(lines: &mut Lines, first: &mut VecDeque<Chunk>, options: &InputOptions) -> Result<Shape, InputError> {
    let text = read_more(lines, first)?;
    if options.encoding.is_none() && is_no_text(&text) {
        return Err(InputError::NotText { file: Arc::clone(lines.file()) });
    }
    // A day in brackets begins lines of chats too.
    let document =
        text.trim_start().strip_prefix('[').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    if text.trim_start().is_empty() || text.trim_start().starts_with('{') || document {
        return Ok(Shape::Lines);
    }
    if let Some(templates) = &options.templates {
        return Ok(Shape::Chat { templates: templates.clone(), preset: None });
    }
    let head = text.trim_start().lines().next().unwrap_or_default();
    if is_line_of_names(head, &options.mapping) {
        return Ok(Shape::Table(Format::Csv));
    }
    if let Some(chat) = chat(lines, first)? {
        return Ok(chat);
    }
    let head = first.front().map_or("", |chunk| chunk.text.trim_start()).lines().next().unwrap_or_default();
    match head {
        _ if head.starts_with('[') => Ok(Shape::Lines),
        _ if head.contains([',', '\t', ';']) => Ok(Shape::Table(Format::Csv)),
        _ => Err(unknown(lines, first, options)),
    }
}

/// Whether it begins with what no text has: several control characters that neither part words nor lines.
fn is_no_text(text: &str) -> bool {
    let controls = text.chars().take(BEGINNING).filter(|c| c.is_control() && !c.is_whitespace());
    controls.count() >= CONTROLS
}

/// Reads a sample and recognises the chat that it begins.
fn chat(lines: &mut Lines, first: &mut VecDeque<Chunk>) -> Result<Option<Shape>, InputError> {
    while first.iter().map(|chunk| chunk.text.len()).sum::<usize>() < SAMPLE {
        // What goes wrong further on is said when all before it was read.
        let Some(Ok(chunk)) = lines.next() else { break };
        first.push_back(chunk);
    }
    let mut sample: String = first.iter().map(|chunk| chunk.text.as_str()).collect();
    // However much was read at once, the same is looked at.
    sample.truncate(sample.floor_char_boundary(SAMPLE));
    match Recognised::of(&sample) {
        Recognised::Preset(preset) => {
            Ok(Some(Shape::Chat { templates: Templates::of(preset), preset: Some(preset.id) }))
        }
        Recognised::Unknown => Ok(None),
        Recognised::Several(presets) => {
            let presets = presets.iter().map(|preset| preset.id).collect();
            Err(InputError::SeveralShapes { file: Arc::clone(lines.file()), presets })
        }
    }
}

/// The beginning of the text, up to its first line that is not blank.
fn read_more(lines: &mut Lines, first: &mut VecDeque<Chunk>) -> Result<String, InputError> {
    loop {
        match lines.next().transpose()? {
            Some(chunk) => {
                let is_blank = chunk.text.trim().is_empty();
                first.push_back(chunk);
                if !is_blank {
                    return Ok(first.iter().map(|chunk| chunk.text.as_str()).collect());
                }
            }
            None => return Ok(String::new()),
        }
    }
}

fn unknown(lines: &Lines, first: &VecDeque<Chunk>, options: &InputOptions) -> InputError {
    if let Some(survey) = &options.survey {
        for line in first.iter().flat_map(|chunk| chunk.text.lines()).filter(|line| !line.trim().is_empty()) {
            survey.sample(|| vec![line.to_owned()]);
        }
    }
    InputError::UnknownShape { file: Arc::clone(lines.file()) }
}
