//! A payables file as an iterator of rows. CSV is streamed; a workbook is read whole.

use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

use crate::column_mapping::ColumnMapping;
use crate::column_plan::ColumnPlan;
use crate::delimited::DelimitedRecords;
use crate::field::Field;
use crate::file_error::FileError;
use crate::file_row::AsideKind;
use crate::file_row::AsideRow;
use crate::file_row::FilePayable;
use crate::file_row::FileRow;
use crate::limits::Limits;
use crate::payable_row::PayableRow;
use crate::record::Cell;
use crate::record::Record;
use crate::row_checks::check_record;
use crate::row_problem::ProblemCode;
use crate::row_problem::RowProblem;
use crate::seen::Seen;
use crate::seen::Standing;
use crate::summary::Summary;
use crate::workbook::read_workbook;

enum Records<R> {
    Delimited(Box<DelimitedRecords<R>>),
    Loaded {
        records: std::vec::IntoIter<Record>,
        total: usize,
        given: usize,
    },
}

/// An opened file. Iterate it to the end, then ask for [`PayablesFile::summary`]. Of rows with one
/// number and different contents the first stands and the later are refused. Memory: one record,
/// two buffers, and 60 to 120 bytes for each payable number seen (a workbook also its cells).
pub struct PayablesFile<R> {
    records: Records<R>,
    plan: ColumnPlan,
    mapping: ColumnMapping,
    limits: Limits,
    seen: Seen,
    summary: Summary,
    ended: bool,
}

impl<R: Read + Seek> PayablesFile<R> {
    /// Opens CSV or XLSX, told apart by content, and reads the header.
    ///
    /// # Errors
    /// Any [`FileError`]; rows are not judged yet.
    pub fn open(
        mut source: R,
        mapping: ColumnMapping,
        limits: Limits,
    ) -> Result<PayablesFile<R>, FileError> {
        mapping.check()?;
        source.seek(SeekFrom::Start(0))?;
        let mut magic = Vec::new();
        source.by_ref().take(4).read_to_end(&mut magic)?;
        source.seek(SeekFrom::Start(0))?;
        match magic.as_slice() {
            [0xd0, 0xcf, 0x11, 0xe0] => Err(FileError::OldOrLockedWorkbook),
            [b'P', b'K', 3, 4] => {
                let mut bytes = Vec::new();
                let read = source
                    .take(limits.max_bytes.saturating_add(1))
                    .read_to_end(&mut bytes)?;
                if u64::try_from(read).unwrap_or(u64::MAX) > limits.max_bytes {
                    return Err(FileError::TooLarge {
                        max_bytes: limits.max_bytes,
                    });
                }
                let records = read_workbook(&bytes, &mapping, &limits)?;
                PayablesFile::start(loaded(records), mapping, limits)
            }
            _ => {
                let records = DelimitedRecords::open(source, &mapping, &limits)?;
                PayablesFile::start(Records::Delimited(Box::new(records)), mapping, limits)
            }
        }
    }

    fn start(
        mut records: Records<R>,
        mapping: ColumnMapping,
        limits: Limits,
    ) -> Result<PayablesFile<R>, FileError> {
        let header = loop {
            match records.next()? {
                None => return Err(FileError::Empty),
                Some(record) if record.is_blank() => {}
                Some(record) => break record,
            }
        };
        let plan = ColumnPlan::new(&header, &mapping)?;
        let (seen, summary) = (Seen::default(), Summary::default());
        Ok(PayablesFile {
            records,
            plan,
            mapping,
            limits,
            seen,
            summary,
            ended: false,
        })
    }

    /// Counts so far; final once the iterator has ended.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Header texts of columns nothing was taken from.
    #[must_use]
    pub fn ignored_columns(&self) -> Vec<&str> {
        self.plan.ignored_columns()
    }

    /// How far the reading is, as (done, total): bytes of a CSV file, rows of a workbook.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        match &self.records {
            Records::Delimited(records) => records.progress(),
            Records::Loaded { given, total, .. } => (
                u64::try_from(*given).unwrap_or(0),
                u64::try_from(*total).unwrap_or(0),
            ),
        }
    }

    fn next_row(&mut self) -> Result<Option<FileRow>, FileError> {
        loop {
            let Some(mut record) = self.records.next()? else {
                return Ok(None);
            };
            if record.is_blank() {
                self.summary.blank += 1;
                continue;
            }
            if self.summary.rows >= self.limits.max_rows {
                return Err(FileError::TooManyRows {
                    max_rows: self.limits.max_rows,
                });
            }
            // A workbook stores no empty cells at a row's end.
            if matches!(self.records, Records::Loaded { .. }) {
                let width = self.plan.width().max(record.cells.len());
                record.cells.resize(width, Cell::text(""));
            }
            self.summary.rows += 1;
            return Ok(Some(self.judge(&record)));
        }
    }

    fn judge(&mut self, record: &Record) -> FileRow {
        let line = record.line;
        let checked = check_record(
            record,
            &self.plan,
            &self.mapping,
            self.limits.max_cell_chars,
        );
        let mut problems = checked.problems;
        if let Some((amount, currency)) = checked.credit {
            *self.summary.credit_minor.entry(currency).or_default() += i128::from(amount.minor());
            self.summary.credit_notes += 1;
            return self.aside(line, AsideKind::CreditNote, problems);
        }
        let Some(row) = checked.row else {
            self.summary.refused += 1;
            return self.aside(line, AsideKind::Refused, problems);
        };
        let digest = row.digest();
        let (code, first, kind) = match self.seen.place(line, &row, digest) {
            Standing::New => return self.payable(line, row, digest, problems),
            Standing::Alike(first) => (ProblemCode::PossibleDuplicate, first, None),
            Standing::Repeated(first) => {
                self.summary.repeated += 1;
                (ProblemCode::RepeatedRow, first, Some(AsideKind::Repeated))
            }
            Standing::NumberReused(first) => {
                self.summary.refused += 1;
                (
                    ProblemCode::PayableNoReused,
                    first,
                    Some(AsideKind::Refused),
                )
            }
        };
        let column = self.plan.take(record, Field::PayableNo).column;
        problems.push(RowProblem::new(
            line,
            &column,
            &row.payable_no,
            code,
            &first.to_string(),
        ));
        match kind {
            Some(kind) => self.aside(line, kind, problems),
            None => self.payable(line, row, digest, problems),
        }
    }

    fn payable(
        &mut self,
        line: u64,
        row: PayableRow,
        digest: [u8; 32],
        warnings: Vec<RowProblem>,
    ) -> FileRow {
        self.count(&warnings);
        let sum = self.summary.payable_minor.entry(row.currency).or_default();
        *sum += i128::from(row.gross_amount.minor());
        self.summary.payables += 1;
        self.summary.with_warning += u64::from(!warnings.is_empty());
        FileRow::Payable(FilePayable {
            line,
            row,
            digest,
            warnings,
        })
    }

    fn aside(&mut self, line: u64, kind: AsideKind, problems: Vec<RowProblem>) -> FileRow {
        self.count(&problems);
        FileRow::Aside(AsideRow {
            line,
            kind,
            problems,
        })
    }

    fn count(&mut self, problems: &[RowProblem]) {
        for problem in problems {
            *self.summary.by_code.entry(problem.code).or_default() += 1;
        }
    }
}

impl PayablesFile<std::io::Empty> {
    /// The same checks for records that come without a file, as from the JSON API: `header` holds
    /// column names, each row its texts in that order, and rows are counted from 1.
    ///
    /// # Errors
    /// Those of the mapping and the header, and the limit on rows.
    pub fn from_records(
        header: Vec<String>,
        rows: Vec<Vec<String>>,
        mapping: ColumnMapping,
        limits: Limits,
    ) -> Result<PayablesFile<std::io::Empty>, FileError> {
        mapping.check()?;
        let all = std::iter::once(header).chain(rows).zip(0_u64..);
        let records = all
            .map(|(texts, line)| Record {
                line,
                cells: texts.into_iter().map(Cell::text).collect(),
            })
            .collect();
        PayablesFile::start(loaded(records), mapping, limits)
    }
}

fn loaded<R>(records: Vec<Record>) -> Records<R> {
    let total = records.len();
    Records::Loaded {
        records: records.into_iter(),
        total,
        given: 0,
    }
}

impl<R: Read + Seek> Records<R> {
    fn next(&mut self) -> Result<Option<Record>, FileError> {
        match self {
            Records::Delimited(records) => records.next_record(),
            Records::Loaded { records, given, .. } => {
                *given += 1;
                Ok(records.next())
            }
        }
    }
}

impl<R: Read + Seek> Iterator for PayablesFile<R> {
    type Item = Result<FileRow, FileError>;

    /// The next row; after an error, nothing more.
    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.next_row().transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}
