//! CSV files, one record at a time.

use std::io::Read;
use std::io::Seek;

use crate::column_mapping::ColumnMapping;
use crate::file_error::FileError;
use crate::limits::Limits;
use crate::record::Cell;
use crate::record::Record;
use crate::text_encoding::DecodedText;
use crate::text_encoding::Detected;
use crate::text_encoding::Meter;
use crate::text_encoding::detect;

/// The records of a CSV file; holds one record and two small buffers.
pub struct DelimitedRecords<R> {
    reader: csv::Reader<DecodedText<R>>,
    current: csv::StringRecord,
    meter: Meter,
    max_columns: usize,
    bytes: u64,
}

impl<R: Read + Seek> DelimitedRecords<R> {
    /// Detects encoding and separator, and stands before the header.
    ///
    /// # Errors
    /// Those of [`detect`].
    pub fn open(
        mut source: R,
        mapping: &ColumnMapping,
        limits: &Limits,
    ) -> Result<DelimitedRecords<R>, FileError> {
        let detected = detect(&mut source, mapping.encoding, limits.max_bytes)?;
        let separator = mapping
            .separator
            .unwrap_or_else(|| sniff_separator(&detected));
        let meter = Meter::new(limits.max_record_bytes);
        let text = DecodedText::new(source, detected.encoding, meter.clone());
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(u8::try_from(separator).unwrap_or(b','))
            .from_reader(text);
        Ok(DelimitedRecords {
            reader,
            current: csv::StringRecord::new(),
            meter,
            max_columns: limits.max_columns,
            bytes: detected.bytes,
        })
    }

    /// The next record, or nothing at the end.
    ///
    /// # Errors
    /// [`FileError::RecordTooLong`], [`FileError::TooManyColumns`], [`FileError::Io`].
    pub fn next_record(&mut self) -> Result<Option<Record>, FileError> {
        self.meter.start_record();
        let before = self.reader.position().line();
        match self.reader.read_record(&mut self.current) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(_) if self.meter.is_overrun() => {
                return Err(FileError::RecordTooLong { line: before });
            }
            Err(error) => return Err(FileError::Io(std::io::Error::other(error))),
        }
        if self.current.len() > self.max_columns {
            return Err(FileError::TooManyColumns {
                max_columns: self.max_columns,
            });
        }
        // The reader knows where a record ended; where it began follows from the line ends inside
        // it. Its own idea of the beginning is off after blank lines.
        let inside = self
            .current
            .as_slice()
            .bytes()
            .filter(|b| *b == b'\n')
            .count();
        let inside = u64::try_from(inside).unwrap_or(0);
        let line = self
            .reader
            .position()
            .line()
            .saturating_sub(inside)
            .saturating_sub(1);
        let cells = self.current.iter().map(Cell::text).collect();
        Ok(Some(Record {
            line: line.max(1),
            cells,
        }))
    }

    /// Bytes consumed and bytes in all, for a progress bar.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.meter.consumed(), self.bytes)
    }
}

/// The separator that stands most often in the header, outside quotes; comma when none does.
fn sniff_separator(detected: &Detected) -> char {
    let (head, _, _) = detected.encoding.decode(&detected.head);
    let mut quoted = false;
    let header = head
        .chars()
        .skip_while(|c| matches!(c, '\r' | '\n'))
        .take_while(|c| {
            quoted ^= *c == '"';
            quoted || !matches!(c, '\r' | '\n')
        });
    let (mut commas, mut semicolons, mut tabs) = (0_usize, 0_usize, 0_usize);
    let mut inside = false;
    for sign in header {
        match sign {
            '"' => inside = !inside,
            ',' if !inside => commas += 1,
            ';' if !inside => semicolons += 1,
            '\t' if !inside => tabs += 1,
            _ => {}
        }
    }
    if semicolons > commas && semicolons >= tabs {
        ';'
    } else if tabs > commas {
        '\t'
    } else {
        ','
    }
}
