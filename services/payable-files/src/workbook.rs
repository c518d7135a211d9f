//! XLSX workbooks. Read whole, within the limits: the format can't be streamed from its middle.

use std::io::Cursor;
use std::io::Read;

use calamine::DataRef;
use calamine::ExcelDateTime;
use calamine::Reader;
use calamine::Xlsx;

use crate::column_mapping::ColumnMapping;
use crate::file_error::FileError;
use crate::limits::Limits;
use crate::record::Cell;
use crate::record::CellKind;
use crate::record::Record;

/// More parts than any honest workbook of one list has.
const MAX_PARTS: usize = 2_000;

/// All filled rows of the mapping's sheet, the header first.
///
/// # Errors
/// [`FileError::BadWorkbook`], [`FileError::WorkbookTooLarge`], [`FileError::NoSuchSheet`] and the
/// limits on rows and columns.
pub fn read_workbook(
    bytes: &[u8],
    mapping: &ColumnMapping,
    limits: &Limits,
) -> Result<Vec<Record>, FileError> {
    measure(bytes, limits)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| bad(&error))?;
    let names = workbook.sheet_names();
    let wanted = match &mapping.sheet {
        Some(sheet) => names.into_iter().find(|name| name == sheet),
        None => names.into_iter().next(),
    };
    let Some(sheet) = wanted else {
        return Err(FileError::NoSuchSheet {
            sheet: mapping.sheet.clone().unwrap_or_default(),
        });
    };
    let mut cells = workbook
        .worksheet_cells_reader(&sheet)
        .map_err(|error| bad(&error))?;
    let mut rows = Rows {
        records: Vec::new(),
        limits,
    };
    // Cell by cell, never as a dense range: one cell in the last corner of a sheet would otherwise
    // ask for seventeen billion empty ones.
    while let Some(cell) = cells.next_cell().map_err(|error| bad(&error))? {
        let (row, column) = cell.get_position();
        if let Some(read) = read_cell(cell.get_value()) {
            rows.put(row, column, read)?;
        }
    }
    Ok(rows.records)
}

fn bad(error: &dyn std::fmt::Display) -> FileError {
    FileError::BadWorkbook {
        reason: error.to_string(),
    }
}

/// Inflates every part into nothing and counts, so that a bomb goes off where it does no harm.
fn measure(bytes: &[u8], limits: &Limits) -> Result<(), FileError> {
    let too_large = || FileError::WorkbookTooLarge {
        max_bytes: limits.max_inflated_bytes,
    };
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| bad(&error))?;
    if parts.len() > MAX_PARTS {
        return Err(too_large());
    }
    let mut left = limits.max_inflated_bytes;
    for index in 0..parts.len() {
        let part = parts.by_index(index).map_err(|error| bad(&error))?;
        let mut bounded = part.take(left.saturating_add(1));
        let inflated = std::io::copy(&mut bounded, &mut std::io::sink())?;
        left = left.checked_sub(inflated).ok_or_else(too_large)?;
    }
    Ok(())
}

struct Rows<'l> {
    records: Vec<Record>,
    limits: &'l Limits,
}

impl Rows<'_> {
    /// Puts a cell, both positions 0-based, into its row.
    fn put(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), FileError> {
        let max_columns = self.limits.max_columns;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= max_columns {
            return Err(FileError::TooManyColumns { max_columns });
        }
        let line = u64::from(row).saturating_add(1);
        if self.records.last().is_none_or(|last| last.line != line) {
            let rows = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
            if rows > self.limits.max_rows {
                return Err(FileError::TooManyRows {
                    max_rows: self.limits.max_rows,
                });
            }
            self.records.push(Record {
                line,
                cells: Vec::new(),
            });
        }
        if let Some(record) = self.records.last_mut() {
            if record.cells.len() <= column {
                record
                    .cells
                    .resize(column.saturating_add(1), Cell::text(""));
            }
            if let Some(place) = record.cells.get_mut(column) {
                *place = cell;
            }
        }
        Ok(())
    }
}

fn read_cell(value: &DataRef<'_>) -> Option<Cell> {
    let cell = |text: String, kind| Some(Cell { text, kind });
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => Some(Cell::text(text.as_str())),
        DataRef::SharedString(text) => Some(Cell::text(*text)),
        DataRef::Bool(value) => Some(Cell::text(if *value { "TRUE" } else { "FALSE" })),
        DataRef::Int(number) => cell(number.to_string(), CellKind::Number),
        // Rust prints the shortest decimal that reads back to the same float, never an exponent:
        // exactly what the sheet shows of a typed-in amount.
        DataRef::Float(number) => cell(number.to_string(), CellKind::Number),
        DataRef::DateTime(serial) => cell(date_text(serial), CellKind::Date),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            cell(text.clone(), CellKind::Date)
        }
        DataRef::Error(error) => cell(error.to_string(), CellKind::Error),
    }
}

/// An Excel serial as a date. The day that never was, 1900-02-29, fails later as a date.
fn date_text(serial: &ExcelDateTime) -> String {
    if serial.is_duration() {
        return serial.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = serial.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}
