//! A list of suppliers as the operator hands it in: CSV or XLSX with the published columns.

use std::fs::File;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;

use ledger_app::language::Language;
use ledger_app::onboard_suppliers::NewSupplier;
use payable_files::column_mapping::ColumnMapping;
use payable_files::delimited::DelimitedRecords;
use payable_files::file_error::FileError;
use payable_files::record::CellKind;
use payable_files::record::Record;
use payable_files::record::trimmed;
use payable_files::workbook::read_workbook;

use crate::import_reading::limits;

/// A published column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Registered name.
    Name,
    /// Unified social credit code or LEI.
    Registration,
    /// Settlement account.
    Account,
    /// Bank of that account.
    Bank,
    /// Who acts for the supplier.
    Email,
    /// Language of letters and pages.
    Language,
}

/// The columns in their published order.
pub const COLUMNS: [Column; 6] = [
    Column::Name,
    Column::Registration,
    Column::Account,
    Column::Bank,
    Column::Email,
    Column::Language,
];

impl Column {
    /// The published header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Column::Name => "supplier_name",
            Column::Registration => "registration_id",
            Column::Account => "account_number",
            Column::Bank => "bank_code",
            Column::Email => "email",
            Column::Language => "language",
        }
    }

    /// The same in Chinese.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Column::Name => "供应商名称",
            Column::Registration => "统一社会信用代码",
            Column::Account => "收款账号",
            Column::Bank => "开户行行号",
            Column::Email => "邮箱",
            Column::Language => "语言",
        }
    }

    /// Whether each row must fill it.
    #[must_use]
    pub const fn required(self) -> bool {
        matches!(
            self,
            Column::Name | Column::Account | Column::Bank | Column::Email
        )
    }

    /// The column that shows what is wrong with this field of the use case.
    #[must_use]
    pub fn of_field(field: &str) -> Option<Column> {
        Some(match field {
            "name" | "display_name" | "account_name" => Column::Name,
            "registration" => Column::Registration,
            "account_number" => Column::Account,
            "account_bank_code" => Column::Bank,
            "email" => Column::Email,
            _ => return None,
        })
    }

    fn is_named(self, header: &str) -> bool {
        let header = trimmed(header).trim_matches('*');
        header.eq_ignore_ascii_case(self.name()) || header == self.name_zh()
    }
}

/// Why a row was not even handed in: column, what stands there, stable code.
pub type CellFault = (Column, String, &'static str);

/// A row of the file.
#[derive(Debug)]
pub struct SupplierRow {
    /// Its line, the header being 1.
    pub line: u64,
    /// The supplier, or what is wrong with the row.
    pub supplier: Result<NewSupplier, CellFault>,
}

enum Records {
    Csv(Box<DelimitedRecords<File>>),
    Book(std::vec::IntoIter<Record>, usize),
}

/// An opened list. Iterate it to the end.
pub struct SupplierFile {
    records: Records,
    /// Where each column stands; none where the file has no such column.
    places: [Option<usize>; 6],
}

impl std::fmt::Debug for SupplierFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SupplierFile({:?})", self.places)
    }
}

impl SupplierFile {
    /// Opens CSV or XLSX, told apart by content, and reads the header. Columns that aren't ours are
    /// passed over.
    ///
    /// # Errors
    /// The file's; [`FileError::MissingColumn`] and [`FileError::DuplicateColumn`] about ours.
    pub fn open(file: &File) -> Result<SupplierFile, FileError> {
        let mut records = records_of(file)?;
        let header = loop {
            match records.next()? {
                None => return Err(FileError::Empty),
                Some(record) if record.is_blank() => {}
                Some(record) => break record,
            }
        };
        let mut places = [None; 6];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            let mut found = header
                .cells
                .iter()
                .enumerate()
                .filter(|(_, cell)| column.is_named(&cell.text));
            *place = found.next().map(|(at, _)| at);
            if let Some((_, again)) = found.next() {
                return Err(FileError::DuplicateColumn {
                    column: again.text.clone(),
                });
            }
            if place.is_none() && column.required() {
                return Err(FileError::MissingColumn {
                    field: column.name(),
                    expected: format!("{}, {}", column.name(), column.name_zh()),
                });
            }
        }
        Ok(SupplierFile { records, places })
    }

    /// The next row, blank ones passed over; nothing at the end.
    ///
    /// # Errors
    /// The file's.
    pub fn next_row(&mut self) -> Result<Option<SupplierRow>, FileError> {
        loop {
            match self.records.next()? {
                None => return Ok(None),
                Some(record) if record.is_blank() => {}
                Some(record) => {
                    return Ok(Some(SupplierRow {
                        line: record.line,
                        supplier: self.supplier(&record),
                    }));
                }
            }
        }
    }

    /// Bytes or rows done, and in all.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        match &self.records {
            Records::Csv(csv) => csv.progress(),
            Records::Book(rest, total) => {
                let size = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
                (size(total.saturating_sub(rest.len())), size(*total))
            }
        }
    }

    fn supplier(&self, record: &Record) -> Result<NewSupplier, CellFault> {
        let mut texts = <[String; 6]>::default();
        for ((text, place), column) in texts.iter_mut().zip(self.places).zip(COLUMNS) {
            let cell = place.and_then(|at| record.cells.get(at));
            let written = cell.map_or("", |cell| unguarded(trimmed(&cell.text)));
            let kind = cell.map(|cell| cell.kind);
            if written.is_empty() && column.required() {
                return Err((column, String::new(), "missing_field"));
            }
            let numbers = matches!(
                column,
                Column::Account | Column::Bank | Column::Registration
            );
            if numbers && kind == Some(CellKind::Number) {
                // A workbook keeps 15 digits of a number; the rest is lost before we see it.
                return Err((column, written.to_owned(), "number_cell"));
            }
            written.clone_into(text);
        }
        let [
            name,
            registration,
            account_number,
            account_bank_code,
            email,
            language,
        ] = texts;
        Ok(NewSupplier {
            name,
            registration,
            account_number,
            account_bank_code,
            email,
            language: language_of(&language).ok_or((
                Column::Language,
                language,
                "language_unknown",
            ))?,
        })
    }
}

/// A cell as it was before our own download put an apostrophe before a formula's sign.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

/// Nothing written is Chinese, the platform's first language.
fn language_of(text: &str) -> Option<Language> {
    match text.to_lowercase().as_str() {
        "" | "zh" | "zh-cn" | "中文" | "chinese" => Some(Language::Zh),
        "en" | "英文" | "english" => Some(Language::En),
        _ => None,
    }
}

fn records_of(file: &File) -> Result<Records, FileError> {
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(0))?;
    let mut magic = Vec::new();
    (&file).take(4).read_to_end(&mut magic)?;
    file.seek(SeekFrom::Start(0))?;
    let (mapping, limits) = (ColumnMapping::default(), limits());
    match magic.as_slice() {
        [0xd0, 0xcf, 0x11, 0xe0] => Err(FileError::OldOrLockedWorkbook),
        [b'P', b'K', 3, 4] => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let records = read_workbook(&bytes, &mapping, &limits)?;
            let total = records.len();
            Ok(Records::Book(records.into_iter(), total))
        }
        _ => Ok(Records::Csv(Box::new(DelimitedRecords::open(
            file, &mapping, &limits,
        )?))),
    }
}

impl Records {
    fn next(&mut self) -> Result<Option<Record>, FileError> {
        match self {
            Records::Csv(csv) => csv.next_record(),
            Records::Book(rest, _) => Ok(rest.next()),
        }
    }
}
