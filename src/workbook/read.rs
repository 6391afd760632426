//! The rows of a workbook's sheets.

use std::fmt;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Dimensions, Reader as _, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::bounds::Bounds;
use super::cell::{Cell, written};
use super::ods::Ods;
use super::said::Said;
use super::xls::{self, Xls};
use super::{OLD_FORM, WorkbookError};

/// Cells of a row that are looked at.
pub(super) const MAX_COLUMNS: usize = 256;

/// Where a workbook is read from.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// An open workbook.
pub struct Workbook<'s> {
    reader: Opened<'s>,
    sheets: Vec<String>,
    said: Said,
}

/// By its form.
enum Opened<'s> {
    Xlsx(Box<Xlsx<BufReader<&'s mut dyn Source>>>),
    Ods(Box<Ods<'s>>),
    Xls(Box<Xls>),
}

impl fmt::Debug for Workbook<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Workbook").field("sheets", &self.sheets).finish_non_exhaustive()
    }
}

impl<'s> Workbook<'s> {
    /// Opens a workbook that stays within the bounds.
    pub fn open(source: &'s mut dyn Source, bounds: &Bounds) -> Result<Self, WorkbookError> {
        let mut head = Vec::with_capacity(OLD_FORM.len());
        source.rewind().map_err(WorkbookError::broken)?;
        Read::take(&mut *source, OLD_FORM.len() as u64).read_to_end(&mut head).map_err(WorkbookError::broken)?;
        let size = source.seek(SeekFrom::End(0)).map_err(WorkbookError::broken)?;
        let said = bounds.said(size);
        if head == OLD_FORM {
            return Self::open_old(source, size, bounds, said);
        }
        bounds.check(source, size)?;
        source.rewind().map_err(WorkbookError::broken)?;
        guarded(|| {
            let mut archive = ZipArchive::new(BufReader::new(source)).map_err(WorkbookError::broken)?;
            if Ods::is_one(&mut archive) {
                let mut ods = Ods::open(archive)?;
                let sheets = ods.sheets()?;
                return Ok(Self { reader: Opened::Ods(Box::new(ods)), sheets, said });
            }
            let reader = Xlsx::new(archive.into_inner()).map_err(WorkbookError::broken)?;
            let shown = reader.sheets_metadata().iter();
            let shown =
                shown.filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet);
            let sheets = shown.map(|sheet| sheet.name.clone()).collect();
            Ok(Self { reader: Opened::Xlsx(Box::new(reader)), sheets, said })
        })
    }

    fn open_old(source: &mut dyn Source, size: u64, bounds: &Bounds, said: Said) -> Result<Self, WorkbookError> {
        if size > xls::MAX_SIZE {
            return Err(WorkbookError::TooMuch);
        }
        let mut bytes = Vec::new();
        source.rewind().map_err(WorkbookError::broken)?;
        Read::take(source, xls::MAX_SIZE).read_to_end(&mut bytes).map_err(WorkbookError::broken)?;
        guarded(|| {
            let xls = Xls::open(&bytes, bounds.tags)?;
            Ok(Self { sheets: xls.sheets(), reader: Opened::Xls(Box::new(xls)), said })
        })
    }

    /// The names of its sheets in their order, without hidden ones.
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Shows the rows of a sheet that hold anything, each with its 1-based number, until told to stop. Hidden rows are shown
    /// like others.
    pub fn rows(
        &mut self,
        sheet: &str,
        mut show: impl FnMut(u32, &[Cell]) -> ControlFlow<()>,
    ) -> Result<(), WorkbookError> {
        // What was looked at before does not count.
        let mut said = self.said;
        guarded(|| match &mut self.reader {
            Opened::Xlsx(reader) => rows_of_xlsx(reader, sheet, &mut said, show),
            Opened::Ods(reader) => reader.rows(sheet, &mut said, &mut show),
            Opened::Xls(reader) => reader.rows(sheet, &mut said, &mut show),
        })
    }

    /// The merged regions of a sheet: first and last row, and the first column, from 0. A sheet with broken ones has none.
    pub fn merged(&mut self, sheet: &str) -> Vec<(u32, u32, u32)> {
        let region = |region: Dimensions| (region.start.0, region.end.0, region.start.1);
        match &mut self.reader {
            Opened::Xlsx(reader) => {
                let regions = guarded(|| Ok(reader.merge_cells_by_sheet_name(sheet).unwrap_or_default()));
                regions.unwrap_or_default().into_iter().map(region).collect()
            }
            Opened::Xls(reader) => reader.merged(sheet),
            // There the cells that a region covers are named one by one.
            Opened::Ods(_) => Vec::new(),
        }
    }
}

fn rows_of_xlsx(
    reader: &mut Xlsx<BufReader<&mut dyn Source>>,
    sheet: &str,
    said: &mut Said,
    mut show: impl FnMut(u32, &[Cell]) -> ControlFlow<()>,
) -> Result<(), WorkbookError> {
    let mut reader = reader.worksheet_cells_reader(sheet).map_err(WorkbookError::broken)?;
    let (mut number, mut cells) = (0, Vec::new());
    while let Some(cell) = reader.next_cell().map_err(WorkbookError::broken)? {
        let (row, column) = cell.get_position();
        let text = written(cell.get_value());
        if text == Cell::default() || column as usize >= MAX_COLUMNS {
            continue;
        }
        said.cell(&text)?;
        if row != number && !cells.is_empty() {
            if show(number.saturating_add(1), &cells).is_break() {
                return Ok(());
            }
            cells.clear();
        }
        number = row;
        put(&mut cells, column as usize, text);
    }
    if !cells.is_empty() {
        let _ = show(number.saturating_add(1), &cells);
    }
    Ok(())
}

/// Puts a cell at its place in a row.
pub(super) fn put(cells: &mut Vec<Cell>, column: usize, cell: Cell) {
    if cells.len() <= column {
        cells.resize(column + 1, Cell::default());
    }
    if let Some(place) = cells.get_mut(column) {
        *place = cell;
    }
}

/// The workbook may come from anywhere, and a defect of its reader must not end the program.
fn guarded<T>(read: impl FnOnce() -> Result<T, WorkbookError>) -> Result<T, WorkbookError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(WorkbookError::broken("the reader failed")))
}
