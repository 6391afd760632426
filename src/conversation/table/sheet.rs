//! The rows of a sheet of a workbook.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::conversation::{InputError, mask_numbers};
use crate::workbook::{Bounds, Cell, Source, Tags, Workbook, WorkbookError};

use super::gather::Gather;
use super::row::Row;

/// So many rows may stand above the names of the columns: a title, a day, a remark.
const ROWS_ABOVE: usize = 20;

/// Tags of the parts of a workbook that are kept while its rows are read: texts that several cells share, and styles.
const MAX_TAGS: u64 = 12_000_000;

/// A workbook of which one sheet is read.
pub(in crate::conversation) struct SheetSource {
    file: Arc<str>,
    workbook: Box<dyn Source>,
    max_ratio: Option<u32>,
    /// The sheet that was asked for; `None`: the one that has the columns.
    wanted: Option<String>,
    size: u64,
    progress: Arc<AtomicU64>,
}

/// A row with its number.
type Numbered = (u32, Vec<Cell>);

impl SheetSource {
    /// `size`: bytes of the file, for whoever shows progress.
    pub(in crate::conversation) fn new(
        file: Arc<str>,
        workbook: Box<dyn Source>,
        size: u64,
        max_ratio: Option<u32>,
        wanted: Option<String>,
        progress: Arc<AtomicU64>,
    ) -> SheetSource {
        SheetSource { file, workbook, max_ratio, wanted, size, progress }
    }

    pub(super) fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Reads all rows. A fault on the way is given back beside what was read before it.
    pub(super) fn read(&mut self, gather: &mut Gather) -> Result<Option<InputError>, InputError> {
        let bounds =
            Bounds { ratio: self.max_ratio.map(u64::from), unpacked: None, tags: MAX_TAGS, kept: Tags::NotOfSheets };
        let file = Arc::clone(&self.file);
        let cannot_read = |error| bad_workbook(&file, error);
        let mut workbook = Workbook::open(&mut *self.workbook, &bounds).map_err(cannot_read)?;
        let (sheet, names_at) = chosen(&mut workbook, &file, self.wanted.as_deref(), gather)?;
        gather.note_sheet(&sheet, workbook.sheets());
        let mut fault = None;
        gather.ready.encoding = "UTF-8";
        let read = workbook.rows(&sheet, |number, cells| {
            let row = Row::Sheet(cells);
            let taken = match number {
                _ if number < names_at => Ok(()),
                _ if number == names_at => gather.names(number.into(), row),
                _ => gather.row(number.into(), row),
            };
            fault = taken.err();
            if fault.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.progress.fetch_add(self.size, Ordering::Relaxed);
        match fault {
            Some(fault) => Err(fault),
            None => Ok(read.err().map(cannot_read)),
        }
    }
}

/// The sheet that is read, and the number of the row that names its columns.
fn chosen(
    workbook: &mut Workbook<'_>,
    file: &Arc<str>,
    wanted: Option<&str>,
    gather: &Gather,
) -> Result<(String, u32), InputError> {
    let all = workbook.sheets().to_vec();
    let looked_at: Vec<_> = match wanted {
        Some(wanted) => all.iter().filter(|name| name.trim() == wanted.trim()).cloned().collect(),
        None => all.clone(),
    };
    let shown = |names: &[String]| names.iter().map(|name| mask_numbers(name).escape_debug().to_string()).collect();
    if let (Some(_), []) = (wanted, looked_at.as_slice()) {
        return Err(InputError::NoSuchSheet { file: Arc::clone(file), sheets: shown(&all) });
    }
    let mut fitting = Vec::new();
    // What is wrong with the row that has the most cells, and might be that of names.
    let mut likeliest: Option<(usize, InputError)> = None;
    for sheet in looked_at {
        let rows = first_rows(workbook, &sheet).map_err(|error| bad_workbook(file, error))?;
        let mut names_at = None;
        for (at, (number, cells)) in rows.iter().enumerate().take(ROWS_ABOVE + 1) {
            match gather.layout_of((*number).into(), Row::Sheet(cells)) {
                Ok(_) => {
                    names_at = Some((*number, at + 1 < rows.len()));
                    break;
                }
                Err(error) => {
                    let filled = cells.iter().filter(|cell| **cell != Cell::default()).count();
                    if likeliest.as_ref().is_none_or(|(most, _)| filled > *most) {
                        likeliest = Some((filled, error));
                    }
                }
            }
        }
        fitting.extend(names_at.map(|(names_at, has_rows)| (sheet, names_at, has_rows)));
    }
    // A form that nobody filled in is not meant where another sheet has rows.
    if fitting.iter().any(|(.., has_rows)| *has_rows) {
        fitting.retain(|(.., has_rows)| *has_rows);
    }
    match (fitting.len(), likeliest) {
        (1, _) => {
            let (sheet, names_at, _) = fitting.remove(0);
            Ok((sheet, names_at))
        }
        (0, Some((_, error))) => Err(error),
        (0, None) => Err(InputError::EmptySheets { file: Arc::clone(file) }),
        (2.., _) => {
            let names: Vec<String> = fitting.into_iter().map(|(name, ..)| name).collect();
            Err(InputError::SeveralSheets { file: Arc::clone(file), sheets: shown(&names) })
        }
    }
}

fn first_rows(workbook: &mut Workbook<'_>, sheet: &str) -> Result<Vec<Numbered>, WorkbookError> {
    let mut rows = Vec::new();
    workbook.rows(sheet, |number, cells| {
        rows.push((number, cells.to_vec()));
        // One row more tells whether there is any below the last that may name the columns.
        if rows.len() > ROWS_ABOVE + 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(rows)
}

fn bad_workbook(file: &Arc<str>, error: WorkbookError) -> InputError {
    let file = Arc::clone(file);
    match error {
        WorkbookError::RatioExceeded { times, .. } => {
            InputError::RatioExceeded { file, ratio: u32::try_from(times).unwrap_or(u32::MAX) }
        }
        source => InputError::BadWorkbook { file, source },
    }
}
