//! The rows of an `OpenDocument` spreadsheet, read as a stream: it may say a cell or a row a million times in one tag.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use calamine::DataRef;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::cell::{Cell, MAX_CELL, bounded, written};
use super::read::{MAX_COLUMNS, Source, put};
use super::{WorkbookError, said::Said};

/// The part that says what a zip is.
const KIND: &str = "mimetype";
const SPREADSHEET: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
const MANIFEST: &str = "META-INF/manifest.xml";
pub(super) const CONTENT: &str = "content.xml";

/// Rows of a sheet, as spreadsheet programs bound them.
const MAX_ROWS: u32 = 1_048_576;

/// An open spreadsheet.
pub(super) struct Ods<'s> {
    archive: ZipArchive<BufReader<&'s mut dyn Source>>,
}

/// Where a reader of the content stands.
#[derive(Default)]
struct Place {
    /// The cell that is read.
    cell: Option<Pending>,
    /// Whether it is a remark to a cell that is read.
    in_remark: bool,
    in_text: bool,
}

/// A cell of which the end has not come.
struct Pending {
    repeated: usize,
    value: Value,
    text: String,
    has_paragraph: bool,
}

/// What a cell holds.
enum Value {
    /// What its text says.
    Text,
    Known(Cell),
}

impl<'s> Ods<'s> {
    /// Opens a zip if it is a spreadsheet.
    pub(super) fn open(mut archive: ZipArchive<BufReader<&'s mut dyn Source>>) -> Result<Ods<'s>, WorkbookError> {
        if start(&mut archive, MANIFEST, 4 << 20)
            .is_some_and(|bytes| memchr::memmem::find(&bytes, b"encryption-data").is_some())
        {
            return Err(WorkbookError::Old);
        }
        Ok(Ods { archive })
    }

    /// Whether a zip is a spreadsheet.
    pub(super) fn is_one(archive: &mut ZipArchive<BufReader<&'s mut dyn Source>>) -> bool {
        start(archive, KIND, 64).is_some_and(|kind| kind.trim_ascii() == SPREADSHEET)
    }

    fn content(&mut self) -> Result<Reader<impl BufRead>, WorkbookError> {
        let part = self.archive.by_name(CONTENT).map_err(WorkbookError::broken)?;
        let mut reader = Reader::from_reader(BufReader::new(part));
        reader.config_mut().expand_empty_elements = true;
        Ok(reader)
    }

    /// The names of its sheets in their order, without hidden ones.
    pub(super) fn sheets(&mut self) -> Result<Vec<String>, WorkbookError> {
        let mut reader = self.content()?;
        let (mut style, mut hidden, mut sheets) = (None, HashSet::new(), Vec::new());
        let mut buffer = Vec::new();
        loop {
            let event = match reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                // The rows before the damage are good.
                Err(_) if !sheets.is_empty() => return Ok(sheets),
                Err(error) => return Err(WorkbookError::broken(error)),
            };
            match event {
                Event::Start(tag) if tag.name().as_ref() == "style:style" => style = attribute(&tag, "style:name"),
                Event::Start(tag)
                    if tag.name().as_ref() == "style:table-properties"
                        && attribute(&tag, "table:display").is_some_and(|shown| shown == "false") =>
                {
                    hidden.extend(style.take());
                }
                Event::Start(tag) if tag.name().as_ref() == "table:table" => {
                    let style = attribute(&tag, "table:style-name");
                    if style.is_none_or(|style| !hidden.contains(&style)) {
                        sheets.extend(attribute(&tag, "table:name"));
                    }
                }
                Event::Eof => return Ok(sheets),
                _ => {}
            }
            buffer.clear();
        }
    }

    pub(super) fn rows(
        &mut self,
        sheet: &str,
        said: &mut Said,
        mut show: impl FnMut(u32, &[Cell]) -> ControlFlow<()>,
    ) -> Result<(), WorkbookError> {
        let mut reader = self.content()?;
        let (mut inside, mut row, mut repeated, mut column) = (false, 0_u32, 1_u32, 0_usize);
        let (mut cells, mut place, mut buffer) = (Vec::new(), Place::default(), Vec::new());
        loop {
            match reader.read_event_into(&mut buffer).map_err(WorkbookError::broken)? {
                Event::Eof => return Ok(()),
                Event::Start(tag) if tag.name().as_ref() == "table:table" => {
                    inside = attribute(&tag, "table:name").is_some_and(|name| name == sheet);
                }
                _ if !inside => {}
                Event::End(tag) if tag.name().as_ref() == "table:table" => return Ok(()),
                Event::Start(tag) if tag.name().as_ref() == "table:table-row" => {
                    cells.clear();
                    column = 0;
                    repeated = count(&tag, "table:number-rows-repeated", MAX_ROWS);
                }
                Event::End(tag) if tag.name().as_ref() == "table:table-row" => {
                    for at in 0..repeated {
                        if cells.is_empty() || row.saturating_add(at) >= MAX_ROWS {
                            break;
                        }
                        if at > 0 {
                            said.row(&cells)?;
                        }
                        if show(row + at + 1, &cells).is_break() {
                            return Ok(());
                        }
                    }
                    row = row.saturating_add(repeated);
                }
                Event::End(tag) if is_cell(tag.name().as_ref()) => {
                    let Some(pending) = place.cell.take() else { continue };
                    let repeated = pending.repeated;
                    let cell = pending.cell();
                    if cell != Cell::default() {
                        for at in column..column.saturating_add(repeated).min(MAX_COLUMNS) {
                            said.cell(&cell)?;
                            put(&mut cells, at, cell.clone());
                        }
                    }
                    column = column.saturating_add(repeated);
                }
                event => place.take(&event),
            }
            buffer.clear();
        }
    }
}

impl Place {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) if is_cell(tag.name().as_ref()) => self.cell = Some(Pending::of(tag)),
            Event::Start(tag) if tag.name().as_ref() == "office:annotation" => self.in_remark = true,
            Event::End(tag) if tag.name().as_ref() == "office:annotation" => self.in_remark = false,
            Event::End(tag) if tag.name().as_ref() == "text:p" => self.in_text = false,
            _ if self.in_remark => {}
            event => {
                let Some(cell) = &mut self.cell else { return };
                match event {
                    Event::Start(tag) => match tag.name().as_ref() {
                        "text:p" => {
                            if std::mem::replace(&mut cell.has_paragraph, true) {
                                cell.text.push('\n');
                            }
                            self.in_text = true;
                        }
                        "text:s" => {
                            let blanks = count(tag, "text:c", MAX_CELL as u32 + 1);
                            cell.text.extend(std::iter::repeat_n(' ', blanks as usize));
                        }
                        "text:tab" => cell.text.push('\t'),
                        "text:line-break" => cell.text.push('\n'),
                        _ => {}
                    },
                    Event::Text(text) if self.in_text => cell.text.push_str(&text.xml10_content()),
                    Event::CData(text) if self.in_text => cell.text.push_str(&text.xml10_content()),
                    Event::GeneralRef(name) if self.in_text => {
                        if let Ok(Some(letter)) = name.resolve_char_ref() {
                            cell.text.push(letter);
                        } else if let Some(text) = quick_xml::escape::resolve_predefined_entity(&name.xml10_content()) {
                            cell.text.push_str(text);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

impl Pending {
    fn of(tag: &BytesStart<'_>) -> Pending {
        let attribute = |name| attribute(tag, name);
        let kind = attribute("office:value-type").unwrap_or_default();
        let value = match kind.as_str() {
            _ if attribute("calcext:value-type").is_some_and(|kind| kind == "error") => {
                Value::Known(Cell::Unreadable("a formula ended in an error"))
            }
            "float" | "percentage" | "currency" => {
                let number = attribute("office:value").and_then(|number| number.trim().parse().ok());
                number.map_or(Value::Text, |number| Value::Known(written(&DataRef::Float(number))))
            }
            "date" => attribute("office:date-value")
                .map_or(Value::Text, |date| Value::Known(bounded(&date.replace('T', " ")))),
            "time" => Value::Known(Cell::Unreadable("a span of time, which no column takes")),
            "boolean" => {
                let flag = attribute("office:boolean-value").is_some_and(|flag| flag == "true");
                Value::Known(written(&DataRef::Bool(flag)))
            }
            "string" => attribute("office:string-value").map_or(Value::Text, |text| Value::Known(bounded(&text))),
            _ => Value::Known(Cell::default()),
        };
        let repeated = count(tag, "table:number-columns-repeated", u32::MAX) as usize;
        Pending { repeated, value, text: String::new(), has_paragraph: false }
    }

    fn cell(self) -> Cell {
        match self.value {
            Value::Known(cell) => cell,
            Value::Text => bounded(&self.text),
        }
    }
}

fn is_cell(name: &str) -> bool {
    matches!(name, "table:table-cell" | "table:covered-table-cell")
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// How often something is there: once, if nothing is said.
fn count(tag: &BytesStart<'_>, name: &str, most: u32) -> u32 {
    attribute(tag, name).and_then(|count| count.trim().parse().ok()).unwrap_or(1).clamp(1, most)
}

/// The beginning of a part.
fn start(archive: &mut ZipArchive<BufReader<&mut dyn Source>>, part: &str, most: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    archive.by_name(part).ok()?.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
