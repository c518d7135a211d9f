//! The mapping applied to one header: which positions fill which field.

use std::collections::BTreeMap;

use crate::column_mapping::ColumnMapping;
use crate::column_mapping::Source;
use crate::field::ALL;
use crate::field::Field;
use crate::file_error::FileError;
use crate::record::Cell;
use crate::record::CellKind;
use crate::record::Record;
use crate::record::trimmed;

/// How to take a field from a record.
#[derive(Debug, Clone)]
enum Take {
    /// The first filled of these positions.
    First(Vec<usize>),
    /// These positions joined.
    Join {
        positions: Vec<usize>,
        separator: String,
        skip_empty: bool,
    },
}

/// A value with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Trimmed text, perhaps empty.
    pub text: String,
    /// The kind of the cell, text if composed.
    pub kind: CellKind,
    /// The header text of its column or columns.
    pub column: String,
}

/// Positions for every field that has any.
#[derive(Debug, Clone)]
pub struct ColumnPlan {
    header: Vec<String>,
    takes: BTreeMap<Field, Take>,
    prepayment: Option<usize>,
}

impl ColumnPlan {
    /// Finds the columns of `mapping` in `header`.
    ///
    /// # Errors
    /// [`FileError::MissingColumn`] for a column the mapping names or a field that is required,
    /// [`FileError::DuplicateColumn`] for one that stands twice.
    pub fn new(header: &Record, mapping: &ColumnMapping) -> Result<ColumnPlan, FileError> {
        let header: Vec<String> = header
            .cells
            .iter()
            .map(|cell| trimmed(&cell.text).to_owned())
            .collect();
        let mut takes = BTreeMap::new();
        for field in ALL {
            if mapping.columns.is_empty() {
                if let Some(position) = published(&header, field)? {
                    takes.insert(field, Take::First(vec![position]));
                }
            } else if let Some(source) = mapping.columns.get(&field) {
                takes.insert(field, resolve(&header, field, source)?);
            }
        }
        let prepayment = match &mapping.prepayment_mark {
            Some(mark) => Some(named(&header, Field::AcceptanceDate, &mark.column)?),
            None => None,
        };
        let plan = ColumnPlan {
            header,
            takes,
            prepayment,
        };
        plan.require_columns(mapping)?;
        Ok(plan)
    }

    fn require_columns(&self, mapping: &ColumnMapping) -> Result<(), FileError> {
        let missing = |field: Field, others: &[Field]| {
            let names = std::iter::once(field).chain(others.iter().copied());
            let names: Vec<String> = names
                .map(|f| format!("{} ({})", f.name(), f.names_zh().first().unwrap_or(&"")))
                .collect();
            FileError::MissingColumn {
                field: field.name(),
                expected: names.join(" / "),
            }
        };
        for field in [Field::PayableNo, Field::GrossAmount] {
            if !self.takes.contains_key(&field) {
                return Err(missing(field, &[]));
            }
        }
        if mapping.payment_terms.is_none() && !self.takes.contains_key(&Field::DueDate) {
            return Err(missing(Field::DueDate, &[]));
        }
        if mapping.defaults.currency.is_none() && !self.takes.contains_key(&Field::Currency) {
            return Err(missing(Field::Currency, &[]));
        }
        let identities: Vec<Field> = mapping
            .supplier_identity
            .iter()
            .map(|kind| kind.field())
            .collect();
        match identities.split_first() {
            Some((first, others)) if !identities.iter().any(|f| self.takes.contains_key(f)) => {
                Err(missing(*first, others))
            }
            _ => Ok(()),
        }
    }

    /// Number of columns in the header.
    #[must_use]
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// Header texts of columns nothing is taken from.
    #[must_use]
    pub fn ignored_columns(&self) -> Vec<&str> {
        let used = |position: usize| {
            self.prepayment == Some(position)
                || self.takes.values().any(|take| match take {
                    Take::First(positions) | Take::Join { positions, .. } => {
                        positions.contains(&position)
                    }
                })
        };
        let free = self
            .header
            .iter()
            .enumerate()
            .filter(|(i, name)| !used(*i) && !name.is_empty());
        free.map(|(_, name)| name.as_str()).collect()
    }

    /// The text of the prepayment column, if the mapping has one.
    #[must_use]
    pub fn prepayment_text<'r>(&self, record: &'r Record) -> Option<&'r str> {
        Some(trimmed(&record.cells.get(self.prepayment?)?.text))
    }

    /// What a record says for a field; empty when it has no column.
    #[must_use]
    pub fn take(&self, record: &Record, field: Field) -> Taken {
        match self.takes.get(&field) {
            None => Taken {
                text: String::new(),
                kind: CellKind::Text,
                column: field.name().to_owned(),
            },
            Some(Take::First(positions)) => self.first(record, positions),
            Some(Take::Join {
                positions,
                separator,
                skip_empty,
            }) => {
                let parts = positions
                    .iter()
                    .map(|p| record.cells.get(*p).map_or("", cell_text));
                let parts: Vec<&str> = parts
                    .filter(|part| !(*skip_empty && part.is_empty()))
                    .collect();
                let whole = !parts.iter().any(|part| part.is_empty());
                let text = if whole {
                    parts.join(separator)
                } else {
                    String::new()
                };
                Taken {
                    text,
                    kind: self.joined_kind(record, positions),
                    column: self.names(positions),
                }
            }
        }
    }

    fn first(&self, record: &Record, positions: &[usize]) -> Taken {
        let filled = positions.iter().find_map(|position| {
            let cell = record.cells.get(*position)?;
            let text = cell_text(cell);
            (!text.is_empty()).then(|| Taken {
                text: text.to_owned(),
                kind: cell.kind,
                column: self.names(&[*position]),
            })
        });
        filled.unwrap_or_else(|| Taken {
            text: String::new(),
            kind: CellKind::Text,
            column: self.names(positions),
        })
    }

    /// A join with an error in it is an error; otherwise it is text.
    fn joined_kind(&self, record: &Record, positions: &[usize]) -> CellKind {
        let mut kinds = positions
            .iter()
            .filter_map(|p| record.cells.get(*p))
            .map(|c| c.kind);
        if kinds.any(|kind| kind == CellKind::Error) {
            CellKind::Error
        } else {
            CellKind::Text
        }
    }

    fn names(&self, positions: &[usize]) -> String {
        let names = positions
            .iter()
            .filter_map(|position| self.header.get(*position));
        names.map(String::as_str).collect::<Vec<_>>().join(" + ")
    }
}

/// A cell's text without the apostrophe that spreadsheets (and our own reports) put before `=`,
/// `+`, `-` and `@` to keep them from being formulas.
fn cell_text(cell: &Cell) -> &str {
    let text = trimmed(&cell.text);
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    }
}

fn resolve(header: &[String], field: Field, source: &Source) -> Result<Take, FileError> {
    let positions: Result<Vec<usize>, FileError> = source
        .columns()
        .into_iter()
        .map(|name| named(header, field, name))
        .collect();
    let positions = positions?;
    Ok(match source {
        Source::Column(_) | Source::FirstOf(_) => Take::First(positions),
        Source::Compose(parts) => Take::Join {
            positions,
            separator: parts.separator.clone(),
            skip_empty: parts.skip_empty,
        },
    })
}

fn named(header: &[String], field: Field, name: &str) -> Result<usize, FileError> {
    only(header, |text| text == trimmed(name))?.ok_or_else(|| FileError::MissingColumn {
        field: field.name(),
        expected: name.to_owned(),
    })
}

fn published(header: &[String], field: Field) -> Result<Option<usize>, FileError> {
    only(header, |text| field.is_named(text))
}

fn only(header: &[String], fits: impl Fn(&str) -> bool) -> Result<Option<usize>, FileError> {
    let mut found = header.iter().enumerate().filter(|(_, text)| fits(text));
    let first = found.next().map(|(position, _)| position);
    match found.next() {
        Some((_, text)) => Err(FileError::DuplicateColumn {
            column: text.clone(),
        }),
        None => Ok(first),
    }
}
