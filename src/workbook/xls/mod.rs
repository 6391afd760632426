//! Workbooks of Excel 97 to 2003.
//!
//! The reader that serves for .xlsx keeps all sheets of these in memory, each as large as its farthest cell, and follows chains of
//! sectors that lead in circles; so they are read here, row by row.

mod compound;
mod formats;
mod records;
mod strings;

use std::ops::ControlFlow;

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};

use super::cell::{Cell, bounded, written};
use super::read::{MAX_COLUMNS, put};
use super::{WorkbookError, said::Said};
use formats::Shown;
use records::{Record, Records, double, long, short};
use strings::Segments;

/// Bytes of a file. All of it is held in memory, and a sheet has 65,536 rows at most.
pub(super) const MAX_SIZE: u64 = 64 << 20;

/// Sheets of a workbook: each may begin anywhere, and so be all of the file.
const MAX_SHEETS: usize = 256;

/// Records, by what they hold.
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const EPOCH: u16 = 0x0022;
    pub(super) const PASSWORD: u16 = 0x002F;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00BD;
    pub(super) const RICH_TEXT: u16 = 0x00D6;
    pub(super) const STYLE: u16 = 0x00E0;
    pub(super) const MERGED: u16 = 0x00E5;
    pub(super) const TEXTS: u16 = 0x00FC;
    pub(super) const SHARED_TEXT: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const TEXT: u16 = 0x0204;
    pub(super) const FLAG: u16 = 0x0205;
    pub(super) const TEXT_OF_FORMULA: u16 = 0x0207;
    pub(super) const SHORT_NUMBER: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// The version of Excel 97.
const BIFF8: u16 = 0x0600;

/// An open workbook.
pub(super) struct Xls {
    stream: Vec<u8>,
    /// The sheets that are shown: where they begin.
    sheets: Vec<(String, usize)>,
    texts: Vec<Box<str>>,
    shown: Vec<Shown>,
    counts_from_1904: bool,
}

impl Xls {
    /// `most`: how many texts may be kept.
    pub(super) fn open(bytes: &[u8], most: u64) -> Result<Xls, WorkbookError> {
        let streams = compound::Streams::of(bytes).ok_or_else(|| WorkbookError::broken("its sectors are damaged"))?;
        if streams.has("EncryptedPackage") {
            return Err(WorkbookError::Old);
        }
        let Some(stream) = streams.read("Workbook") else {
            // Excel 5 and 95 call it so.
            let is_older = streams.has("Book");
            return Err(if is_older { WorkbookError::Old } else { WorkbookError::broken("it holds no workbook") });
        };
        let mut xls = Xls { stream, sheets: Vec::new(), texts: Vec::new(), shown: Vec::new(), counts_from_1904: false };
        xls.globals(most)?;
        Ok(xls)
    }

    pub(super) fn sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Reads what stands before the sheets.
    fn globals(&mut self, most: u64) -> Result<(), WorkbookError> {
        let cut = || WorkbookError::broken("a record is cut short");
        let (mut sheets, mut texts, mut shown, mut epoch) =
            (Vec::new(), Vec::new(), formats::Formats::default(), false);
        let mut records = Records::new(&self.stream, 0);
        while let Some(Record { kind, data }) = records.next() {
            match kind {
                kind::BEGIN if short(data, 0) != Some(BIFF8) => return Err(WorkbookError::Old),
                kind::PASSWORD if short(data, 0) != Some(0) => return Err(WorkbookError::Old),
                kind::EPOCH => epoch = short(data, 0) == Some(1),
                kind::FORMAT => {
                    let code = data
                        .get(2..)
                        .and_then(|rest| Segments::one(rest).text(Segments::long_count))
                        .ok_or_else(cut)?;
                    shown.format(short(data, 0).ok_or_else(cut)?, &code);
                }
                kind::STYLE => shown.style(short(data, 2).ok_or_else(cut)?),
                kind::SHEET => {
                    let at = long(data, 0).ok_or_else(cut)?;
                    let name = data
                        .get(6..)
                        .and_then(|rest| Segments::one(rest).text(Segments::short_count))
                        .ok_or_else(cut)?;
                    // Neither hidden, nor a chart or macros.
                    if data.get(4).is_some_and(|state| matches!(state & 3, 0)) && data.get(5) == Some(&0) {
                        sheets.push((name.chars().filter(|c| *c != '\0').collect(), at as usize));
                    }
                    if sheets.len() > MAX_SHEETS {
                        return Err(WorkbookError::TooMuch);
                    }
                }
                kind::TEXTS => {
                    let mut segments = Segments::new(records.with_more(data));
                    segments.skip(8).ok_or_else(cut)?;
                    while !segments.is_empty() {
                        texts.push(segments.rich_text().ok_or_else(cut)?.into_boxed_str());
                        if texts.len() as u64 > most {
                            return Err(WorkbookError::TooMuch);
                        }
                    }
                }
                kind::END => break,
                _ => {}
            }
        }
        (self.sheets, self.texts, self.shown, self.counts_from_1904) = (sheets, texts, shown.of_styles(), epoch);
        Ok(())
    }

    fn begin(&self, sheet: &str) -> Option<Records<'_>> {
        let (_, at) = self.sheets.iter().find(|(name, _)| name == sheet)?;
        Some(Records::new(&self.stream, *at))
    }

    pub(super) fn rows(
        &self,
        sheet: &str,
        said: &mut Said,
        mut show: impl FnMut(u32, &[Cell]) -> ControlFlow<()>,
    ) -> Result<(), WorkbookError> {
        let mut records =
            self.begin(sheet).ok_or_else(|| WorkbookError::broken("a sheet is not where it should be"))?;
        let (mut number, mut cells, mut depth, mut of_formula) = (0_u16, Vec::new(), 0_u32, None);
        while let Some(Record { kind, data }) = records.next() {
            match kind {
                kind::BEGIN => depth += 1,
                kind::END if depth <= 1 => break,
                kind::END => depth -= 1,
                _ => {}
            }
            // A chart inside of a sheet has cells of its own.
            if depth > 1 {
                continue;
            }
            for (row, column, cell) in self.cells(kind, data, &mut of_formula) {
                if cell == Cell::default() || usize::from(column) >= MAX_COLUMNS {
                    continue;
                }
                said.cell(&cell)?;
                if row != number && !cells.is_empty() {
                    if show(u32::from(number) + 1, &cells).is_break() {
                        return Ok(());
                    }
                    cells.clear();
                }
                number = row;
                put(&mut cells, column.into(), cell);
            }
        }
        if !cells.is_empty() {
            let _ = show(u32::from(number) + 1, &cells);
        }
        if records.is_cut() {
            Err(WorkbookError::broken("it is cut short; the rows before it were kept"))
        } else {
            Ok(())
        }
    }

    /// The cells that a record holds. `of_formula`: the cell whose text the next record gives.
    fn cells(&self, kind: u16, data: &[u8], of_formula: &mut Option<(u16, u16)>) -> Vec<(u16, u16, Cell)> {
        let (Some(row), Some(column)) = (short(data, 0), short(data, 2)) else { return Vec::new() };
        let style = short(data, 4).unwrap_or_default();
        let cell = match kind {
            kind::NUMBER => double(data, 6).map(|number| self.number(number, style)),
            kind::SHORT_NUMBER => long(data, 6).map(|packed| self.number(unpacked(packed), style)),
            kind::NUMBERS => return self.numbers(row, column, data),
            kind::SHARED_TEXT => {
                let text = long(data, 6).and_then(|at| self.texts.get(at as usize));
                Some(text.map_or(Cell::Unreadable("a text that is not in the file"), |text| bounded(text)))
            }
            kind::TEXT | kind::RICH_TEXT => {
                let text = data.get(6..).and_then(|rest| Segments::one(rest).text(Segments::long_count));
                text.map(|text| bounded(&text))
            }
            kind::FLAG => match (data.get(6), data.get(7)) {
                (Some(flag), Some(0)) => Some(written(&DataRef::Bool(*flag != 0))),
                (Some(code), Some(_)) => Some(fault(*code)),
                _ => None,
            },
            kind::FORMULA => match (data.get(6..14), short(data, 12)) {
                (Some([0, ..]), Some(0xFFFF)) => {
                    *of_formula = Some((row, column));
                    None
                }
                (Some([1, _, flag, ..]), Some(0xFFFF)) => Some(written(&DataRef::Bool(*flag != 0))),
                (Some([2, _, code, ..]), Some(0xFFFF)) => Some(fault(*code)),
                (_, Some(0xFFFF)) => None,
                _ => double(data, 6).map(|number| self.number(number, style)),
            },
            kind::TEXT_OF_FORMULA => {
                let place = of_formula.take();
                let text = Segments::one(data).text(Segments::long_count);
                return place
                    .zip(text)
                    .map(|((row, column), text)| (row, column, bounded(&text)))
                    .into_iter()
                    .collect();
            }
            _ => None,
        };
        cell.map(|cell| (row, column, cell)).into_iter().collect()
    }

    /// Numbers of one row, side by side.
    fn numbers(&self, row: u16, first: u16, data: &[u8]) -> Vec<(u16, u16, Cell)> {
        let pairs = data.get(4..data.len().saturating_sub(2)).unwrap_or_default().chunks_exact(6);
        let cells = pairs
            .zip(first..)
            .filter_map(|(pair, column)| Some((row, column, self.number(unpacked(long(pair, 2)?), short(pair, 0)?))));
        cells.collect()
    }

    fn number(&self, number: f64, style: u16) -> Cell {
        let time = |kind| written(&DataRef::DateTime(ExcelDateTime::new(number, kind, self.counts_from_1904)));
        match self.shown.get(usize::from(style)) {
            Some(Shown::Time) => time(ExcelDateTimeType::DateTime),
            Some(Shown::Span) => time(ExcelDateTimeType::TimeDelta),
            Some(Shown::Number) | None => written(&DataRef::Float(number)),
        }
    }

    /// The merged regions of a sheet: first and last row, and the first column, from 0.
    pub(super) fn merged(&self, sheet: &str) -> Vec<(u32, u32, u32)> {
        let Some(mut records) = self.begin(sheet) else { return Vec::new() };
        let (mut regions, mut depth) = (Vec::new(), 0_u32);
        while let Some(Record { kind, data }) = records.next() {
            match kind {
                kind::BEGIN => depth += 1,
                kind::END if depth <= 1 => break,
                kind::END => depth -= 1,
                kind::MERGED if depth <= 1 => {
                    let region = |it: &[u8]| Some((short(it, 0)?.into(), short(it, 2)?.into(), short(it, 4)?.into()));
                    regions.extend(data.get(2..).unwrap_or_default().chunks_exact(8).filter_map(region));
                }
                _ => {}
            }
        }
        regions
    }
}

/// A number in four bytes: a whole one or the upper half of one, perhaps a hundred times too large.
fn unpacked(packed: u32) -> f64 {
    let number = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 0 { number } else { number / 100.0 }
}

fn fault(code: u8) -> Cell {
    use calamine::CellErrorType as Kind;
    written(&DataRef::Error(match code {
        0x0F => Kind::Value,
        0x17 => Kind::Ref,
        0x1D => Kind::Name,
        0x2A => Kind::NA,
        _ => Kind::Div0,
    }))
}
