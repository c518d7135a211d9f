//! Rows of a JSON list into the checks that files of payables go through. A row that can't be read as one stops no other.

use std::fmt;

use http_support::checked_rows::CheckedRows;
use ledger_app::imported_row::ImportedProblem;
use ledger_app::imported_row::Weight;
use payable_files::column_mapping::ColumnMapping;
use payable_files::field::ALL;
use payable_files::file_error::FileError;
use payable_files::limits::Limits;
use payable_files::payables_file::PayablesFile;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Value;

/// Most payables in one list.
pub const MOST_ROWS: u64 = 20_000;

/// Something about a row that no file can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    NotAnObject,
    Empty,
    NotText,
    Unknown,
    Repeated,
}

impl Fault {
    /// Code, English, Chinese.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Fault::NotAnObject => (
                "row_not_an_object",
                "A payable is an object with the published fields.",
                "每笔应付账款须为包含规定字段的对象。",
            ),
            Fault::Empty => (
                "row_empty",
                "Nothing is given in this row. Leave it out, or fill it in.",
                "本行为空，请删除或补充内容。",
            ),
            Fault::NotText => (
                "value_not_text",
                "Send this value as a string: a JSON number loses cents on its way through many programs.",
                "请以字符串形式发送该值：JSON 数字在传递过程中可能丢失精度。",
            ),
            Fault::Unknown => (
                "field_unknown",
                "There is no such field. Compare with the published fields.",
                "没有该字段，请核对规定字段。",
            ),
            Fault::Repeated => (
                "field_repeated",
                "This field stands in the row twice. Say it once.",
                "该字段在本行重复出现，请只保留一个。",
            ),
        }
    }
}

/// One row as it came: its texts in the order of the published columns, and what is wrong with its
/// form.
#[derive(Debug, Default)]
pub struct RowIn {
    cells: Vec<String>,
    given: Vec<usize>,
    faults: Vec<(String, String, Fault)>,
}

impl RowIn {
    fn not_an_object(value: &str) -> RowIn {
        RowIn {
            faults: vec![(String::new(), value.to_owned(), Fault::NotAnObject)],
            ..RowIn::default()
        }
    }

    fn take(&mut self, name: String, value: Value) {
        let place = ALL.iter().position(|field| field.name() == name);
        let Some(place) = place else {
            self.faults.push((name, String::new(), Fault::Unknown));
            return;
        };
        if self.given.contains(&place) {
            self.faults.push((name, String::new(), Fault::Repeated));
            return;
        }
        self.given.push(place);
        match (value, self.cells.get_mut(place)) {
            (Value::String(text), Some(cell)) => *cell = text,
            (Value::Null, _) | (_, None) => {}
            (other, _) => self.faults.push((name, other.to_string(), Fault::NotText)),
        }
    }

    fn problems(&self, line: u64) -> impl Iterator<Item = ImportedProblem> {
        self.faults.iter().map(move |(field, value, fault)| {
            let (code, english, chinese) = fault.words();
            ImportedProblem {
                line,
                weight: Weight::Refused,
                column: field.chars().take(80).collect(),
                value: value.chars().take(80).collect(),
                code: code.to_owned(),
                what_to_do_en: english.to_owned(),
                what_to_do_zh: chinese.to_owned(),
            }
        })
    }
}

struct Row;

impl<'de> Visitor<'de> for Row {
    type Value = RowIn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a payable")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RowIn, A::Error> {
        let mut row = RowIn {
            cells: vec![String::new(); ALL.len()],
            ..RowIn::default()
        };
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            row.take(name, value);
        }
        if row.faults.is_empty() && row.cells.iter().all(|cell| cell.trim().is_empty()) {
            row.faults
                .push((String::new(), String::new(), Fault::Empty));
        }
        Ok(row)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RowIn, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(RowIn::not_an_object("[]"))
    }

    fn visit_str<E>(self, text: &str) -> Result<RowIn, E> {
        Ok(RowIn::not_an_object(text))
    }

    fn visit_bool<E>(self, value: bool) -> Result<RowIn, E> {
        Ok(RowIn::not_an_object(&value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<RowIn, E> {
        Ok(RowIn::not_an_object(&value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<RowIn, E> {
        Ok(RowIn::not_an_object(&value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<RowIn, E> {
        Ok(RowIn::not_an_object(&value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<RowIn, E> {
        Ok(RowIn::not_an_object("null"))
    }
}

impl<'de> Deserialize<'de> for RowIn {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<RowIn, D::Error> {
        from.deserialize_any(Row)
    }
}

/// Checks a list as a file of the published columns is checked.
///
/// # Errors
/// [`FileError::Empty`] without a row; [`FileError::TooManyRows`].
pub fn check(rows: Vec<RowIn>) -> Result<CheckedRows, FileError> {
    if rows.is_empty() {
        return Err(FileError::Empty);
    }
    if u64::try_from(rows.len()).unwrap_or(u64::MAX) > MOST_ROWS {
        return Err(FileError::TooManyRows {
            max_rows: MOST_ROWS,
        });
    }
    let mut checked = CheckedRows::default();
    let mut records = Vec::with_capacity(rows.len());
    for (row, line) in rows.into_iter().zip(1..) {
        checked.problems.extend(row.problems(line));
        // A blank record keeps the place of a row that can't be read.
        records.push(if row.faults.is_empty() {
            row.cells
        } else {
            vec![String::new(); ALL.len()]
        });
    }
    let header = ALL.iter().map(|field| field.name().to_owned()).collect();
    let limits = Limits {
        max_rows: MOST_ROWS,
        ..Limits::default()
    };
    for row in PayablesFile::from_records(header, records, ColumnMapping::default(), limits)? {
        checked.take(row?);
    }
    checked.problems.sort_by_key(|problem| problem.line);
    Ok(checked)
}
