//! Which mapping a file is read with: our own columns, a saved one, or what a form or a JSON text
//! says.

use std::fs::File;
use std::io::Seek as _;
use std::io::SeekFrom;

use ledger_app::error::AppError;
use ledger_app::saved_mappings;
use payable_files::column_mapping::ColumnMapping;
use payable_files::column_mapping::PaymentTerms;
use payable_files::column_mapping::Source;
use payable_files::column_mapping::TermsBase;
use payable_files::delimited::DelimitedRecords;
use payable_files::field::ALL;
use payable_files::field::Field;
use payable_files::file_error::FileError;
use payable_files::record::Record;
use payable_files::record::trimmed;
use payable_files::workbook::read_workbook;

use crate::forms::Form;
use crate::i18n::Lang;
use crate::import_reading::limits;
use crate::pages::imports::ColumnHelp;
use crate::session::Signed;

/// Our own columns.
pub const OWN: &str = "own";

/// A mapping yet to be made.
pub const NEW: &str = "new";

const SAVED: &str = "saved:";

/// The choices of the upload form: value and words.
///
/// # Errors
/// The store's.
pub fn choices(who: &Signed) -> Result<Vec<(String, String)>, AppError> {
    let mut choices = vec![(OWN.to_owned(), who.lang.text("mapping-own"))];
    for saved in saved_mappings::list(&who.portal.app, &who.principal)? {
        choices.push((format!("{SAVED}{}", saved.name), saved.name));
    }
    choices.push((NEW.to_owned(), who.lang.text("mapping-new")));
    Ok(choices)
}

/// The mapping that was chosen; none for a new one.
///
/// # Errors
/// [`AppError::NotFound`] if there is none of that name.
pub fn chosen(who: &Signed, choice: &str) -> Result<Option<ColumnMapping>, AppError> {
    if choice == NEW {
        return Ok(None);
    }
    let Some(name) = choice.strip_prefix(SAVED) else {
        return Ok(Some(ColumnMapping::default()));
    };
    let saved = saved_mappings::list(&who.portal.app, &who.principal)?
        .into_iter()
        .find(|saved| saved.name == name)
        .ok_or(AppError::NotFound)?;
    serde_json::from_value(saved.mapping)
        .map(Some)
        .map_err(|e| AppError::Internal(format!("a saved mapping can't be read: {e}")))
}

/// The mapping of a posted mapping form. A JSON text, if given, counts alone.
///
/// # Errors
/// [`AppError::Invalid`] `mapping_invalid`.
pub fn posted(form: &Form) -> Result<ColumnMapping, AppError> {
    let json = form.text("json");
    let mapping = if json.is_empty() {
        of_fields(form)?
    } else {
        serde_json::from_str(json).map_err(|e| invalid("json", &e.to_string()))?
    };
    mapping
        .check()
        .map_err(|e| invalid("json", &e.to_string()))?;
    Ok(mapping)
}

fn invalid(field: &'static str, why: &str) -> AppError {
    AppError::invalid_field(field, "mapping_invalid", why)
}

fn of_fields(form: &Form) -> Result<ColumnMapping, AppError> {
    let mut mapping = ColumnMapping::default();
    for field in ALL {
        let header = form.text(&format!("column-{}", field.name()));
        if !header.is_empty() {
            mapping
                .columns
                .insert(field, Source::Column(header.to_owned()));
        }
    }
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    mapping.defaults.currency = filled(form.text("currency")).map(|c| c.to_ascii_uppercase());
    mapping.defaults.company_code = filled(form.text("company_code"));
    let days = form.text("terms_days");
    if !days.is_empty() {
        mapping.payment_terms = Some(PaymentTerms {
            days: days
                .parse()
                .map_err(|_no_days| invalid("terms_days", "days"))?,
            from: match form.text("terms_from") {
                "acceptance_date" => TermsBase::AcceptanceDate,
                _invoice => TermsBase::InvoiceDate,
            },
        });
    }
    if mapping.columns.contains_key(&Field::SupplierName) {
        mapping
            .supplier_identity
            .push(payable_files::column_mapping::IdentityKind::Name);
    }
    Ok(mapping)
}

/// The file's header with the first value under each.
///
/// # Errors
/// The file's.
pub fn headers(file: &File) -> Result<Vec<(String, String)>, FileError> {
    let mut source = file.try_clone()?;
    let mut magic = [0; 4];
    source.seek(SeekFrom::Start(0))?;
    let read = std::io::Read::read(&mut source, &mut magic)?;
    source.seek(SeekFrom::Start(0))?;
    let records = match (read, magic) {
        (4, [b'P', b'K', 3, 4]) => {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut source, &mut bytes)?;
            let all = read_workbook(&bytes, &ColumnMapping::default(), &limits())?;
            all.into_iter()
                .filter(|record| !record.is_blank())
                .take(2)
                .collect()
        }
        (4, [0xd0, 0xcf, 0x11, 0xe0]) => return Err(FileError::OldOrLockedWorkbook),
        _text => first_records(source)?,
    };
    let mut records = records.into_iter();
    let head = records.next().ok_or(FileError::Empty)?;
    let sample = records
        .next()
        .map(|record| record.cells)
        .unwrap_or_default();
    let columns = head.cells.iter().enumerate().map(|(at, cell)| {
        let value = sample
            .get(at)
            .map(|cell| trimmed(&cell.text))
            .unwrap_or_default();
        let short: String = value.chars().take(40).collect();
        (trimmed(&cell.text).to_owned(), short)
    });
    Ok(columns.filter(|(name, _)| !name.is_empty()).collect())
}

fn first_records(source: File) -> Result<Vec<Record>, FileError> {
    let mut reader = DelimitedRecords::open(source, &ColumnMapping::default(), &limits())?;
    let mut found = Vec::new();
    while found.len() < 2 {
        match reader.next_record()? {
            Some(record) if !record.is_blank() => found.push(record),
            Some(_blank) => {}
            None => break,
        }
    }
    Ok(found)
}

/// Our column set as the pages explain it.
#[must_use]
pub fn columns(lang: Lang) -> Vec<ColumnHelp> {
    let required = [Field::PayableNo, Field::GrossAmount];
    ALL.into_iter()
        .map(|field| ColumnHelp {
            name: field.name().to_owned(),
            meaning: lang.text(&format!("column-{}", field.name().replace('_', "-"))),
            example: example(field).to_owned(),
            required: required.contains(&field),
        })
        .collect()
}

const fn example(field: Field) -> &'static str {
    match field {
        Field::SupplierUscc => "91320500MA00EXAM1C",
        Field::VendorId => "V-10020",
        Field::SupplierName => "示例制动系统有限公司",
        Field::PayableNo => "AP-2026-000001",
        Field::PoNo => "PO-88001",
        Field::AcceptanceDate => "2026-03-02",
        Field::InvoiceNo => "26312000000000000001",
        Field::InvoiceDate => "2026-03-04",
        Field::InvoiceGross | Field::GrossAmount => "1200000.00",
        Field::Currency => "CNY",
        Field::DueDate => "2026-05-01",
        Field::CompanyCode => "1000",
        Field::CostCentre => "CC-BRAKE",
        Field::Remark => "",
    }
}

/// Saves a mapping under a name for the next file of its kind.
///
/// # Errors
/// [`AppError::Invalid`] `name_invalid`.
pub fn save(who: &Signed, name: &str, mapping: &ColumnMapping) -> Result<(), AppError> {
    let value = serde_json::to_value(mapping)
        .map_err(|e| AppError::Internal(format!("a mapping can't be kept: {e}")))?;
    saved_mappings::save(&who.portal.app, &who.principal, name, &value)
}
