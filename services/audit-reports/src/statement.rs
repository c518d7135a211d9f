//! A statement: one list of the record with its filter, its order, its pages and its totals. What
//! differs from list to list is data; how a list is read is said once, here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use ledger_core::currency::Currency;
use postgres::Row;
use postgres::Transaction;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::types::Type;
use serde::Deserialize;

use crate::cell::Cell;
use crate::error::AuditError;

/// Rows on a page.
pub const PAGE: usize = 100;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Key of its name.
    pub key: &'static str,
    /// Whether figures stand in it, to the right.
    pub figures: bool,
}

/// A column of text.
pub(crate) const fn text(key: &'static str) -> Column {
    Column {
        key,
        figures: false,
    }
}

/// A column of figures.
pub(crate) const fn figures(key: &'static str) -> Column {
    Column { key, figures: true }
}

/// Which filters a statement knows, for its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filters {
    /// From and to a date.
    pub dates: bool,
    /// Words to choose from, with the prefix of their keys; none if empty.
    pub words: (&'static str, &'static [&'static str]),
    /// Part of a party's name.
    pub party: bool,
    /// A paper's number.
    pub paper: bool,
}

/// What is asked for, read from a query string.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// From this date on.
    pub from: String,
    /// To this date.
    pub to: String,
    /// One of the statement's words.
    pub word: String,
    /// Part of a party's name.
    pub party: String,
    /// A paper's number.
    pub paper: String,
    /// Of a settlement in several rounds, which.
    pub round: Option<i32>,
    /// Where the page starts, from [`Page::next`].
    pub after: String,
    /// `csv` for a file.
    pub format: String,
    /// Anything: totals are wanted, however long it takes to add up.
    pub totals: String,
}

/// A list of the record. In its SQL, `$1` and `$2` are the dates, `$3` the word, `$4` part of a
/// party's name, `$5` the paper's number, `$6` and `$7` the text and the number after which the
/// page starts, `$8` how many rows are wanted; each may be null. The last two columns of a row are its
/// own such text and number; no two rows agree in both.
#[derive(Debug)]
pub struct Statement {
    /// Its name: address, keys of title and lead, file name.
    pub name: &'static str,
    /// Columns.
    pub columns: &'static [Column],
    /// Filters.
    pub filters: Filters,
    /// The rows.
    pub rows: &'static str,
    /// Their order.
    pub order: &'static str,
    /// Currency (null for none), count and sums as text, in the order of `sums`, over all rows that
    /// the filter lets pass.
    pub totals: &'static str,
    /// Keys of the sums' names.
    pub sums: &'static [&'static str],
    /// From a row.
    pub line: fn(&Row) -> Result<Vec<Cell>, AuditError>,
}

/// Sums over one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Which; none where rows have no amounts.
    pub currency: Option<Currency>,
    /// Rows.
    pub count: i64,
    /// Sums in minor units, named by [`Statement::sums`].
    pub sums: Vec<i128>,
}

/// Some rows and where the next begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Rows.
    pub lines: Vec<Vec<Cell>>,
    /// For [`Filter::after`]; none on the last page. Opaque.
    pub next: Option<String>,
}

/// The filter's values, read.
struct Bound {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    word: Option<String>,
    party: Option<String>,
    paper: Option<String>,
    after_text: Option<String>,
    after_number: Option<i64>,
    limit: Option<i64>,
}

const TYPES: [Type; 8] = [
    Type::DATE,
    Type::DATE,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::INT8,
    Type::INT8,
];

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn date(text: &str, name: &'static str) -> Result<Option<NaiveDate>, AuditError> {
    given(text)
        .map(|text| text.parse())
        .transpose()
        .map_err(|_not_a_date| AuditError::BadFilter(name))
}

/// Spaces stand in paper numbers as people copy them.
fn digits(text: &str) -> Option<String> {
    given(text).map(|text| text.chars().filter(|c| !c.is_whitespace()).collect())
}

fn cursor(text: &str, number: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{number}:{text}"))
}

fn read_cursor(after: &str) -> Option<(String, i64)> {
    let bytes = URL_SAFE_NO_PAD.decode(after).ok()?;
    let plain = String::from_utf8(bytes).ok()?;
    let (number, text) = plain.split_once(':')?;
    Some((text.to_owned(), number.parse().ok()?))
}

impl Filter {
    /// For all rows about one paper.
    #[must_use]
    pub fn of_paper(number: &str) -> Filter {
        Filter {
            paper: number.to_owned(),
            ..Filter::default()
        }
    }

    /// Whether nothing is left out.
    #[must_use]
    pub fn is_of_everything(&self) -> bool {
        let given = [&self.from, &self.to, &self.word, &self.party, &self.paper];
        given.iter().all(|text| text.trim().is_empty())
    }

    /// The same wherever a page starts.
    fn at_its_start(&self) -> Filter {
        Filter {
            after: String::new(),
            ..self.clone()
        }
    }

    fn bind(&self) -> Result<Bound, AuditError> {
        let after = given(&self.after)
            .map(|after| read_cursor(&after).ok_or(AuditError::BadFilter("after")))
            .transpose()?;
        let (after_text, after_number) = after.unzip();
        Ok(Bound {
            from: date(&self.from, "from")?,
            to: date(&self.to, "to")?,
            word: given(&self.word),
            party: given(&self.party),
            paper: digits(&self.paper),
            after_text,
            after_number,
            limit: None,
        })
    }
}

impl Bound {
    fn params(&self) -> [&(dyn ToSql + Sync); 8] {
        [
            &self.from,
            &self.to,
            &self.word,
            &self.party,
            &self.paper,
            &self.after_text,
            &self.after_number,
            &self.limit,
        ]
    }
}

impl Statement {
    /// One page.
    ///
    /// # Errors
    /// [`AuditError::BadFilter`], the database's, rows that can't be read.
    pub fn page(
        &self,
        snapshot: &mut Transaction<'_>,
        filter: &Filter,
    ) -> Result<Page, AuditError> {
        self.page_of(snapshot, filter, PAGE)
    }

    /// One page of so many rows.
    ///
    /// # Errors
    /// As [`Statement::page`].
    pub fn page_of(
        &self,
        snapshot: &mut Transaction<'_>,
        filter: &Filter,
        size: usize,
    ) -> Result<Page, AuditError> {
        let mut bound = filter.bind()?;
        // One more tells whether there is another page.
        bound.limit = i64::try_from(size.saturating_add(1)).ok();
        let sql = format!("{} ORDER BY {} LIMIT $8", self.rows, self.order);
        let query = snapshot.prepare_typed(&sql, &TYPES)?;
        let rows = snapshot.query(&query, &bound.params())?;
        let shown = rows.iter().take(size);
        let lines = shown.clone().map(self.line).collect::<Result<_, _>>()?;
        let last = if rows.len() > size {
            shown.last()
        } else {
            None
        };
        let next = last
            .map(|row| {
                let number = row.len().saturating_sub(1);
                let text: String = row.try_get(number.saturating_sub(1))?;
                Ok::<_, AuditError>(cursor(&text, row.try_get(number)?))
            })
            .transpose()?;
        Ok(Page { lines, next })
    }

    /// Every row that the filter lets pass, streamed.
    ///
    /// # Errors
    /// As [`Statement::page`], and `take`'s.
    pub fn each(
        &self,
        snapshot: &mut Transaction<'_>,
        filter: &Filter,
        mut take: impl FnMut(Vec<Cell>) -> Result<(), AuditError>,
    ) -> Result<(), AuditError> {
        let bound = filter.at_its_start().bind()?;
        let sql = format!("{} ORDER BY {}", self.rows, self.order);
        let query = snapshot.prepare_typed(&sql, &TYPES)?;
        let mut rows = snapshot.query_raw(&query, bound.params())?;
        while let Some(row) = rows.next()? {
            take((self.line)(&row)?)?;
        }
        Ok(())
    }

    /// Totals over every row that the filter lets pass, added up by the database.
    ///
    /// # Errors
    /// As [`Statement::page`].
    pub fn totals(
        &self,
        snapshot: &mut Transaction<'_>,
        filter: &Filter,
    ) -> Result<Vec<Total>, AuditError> {
        let bound = filter.at_its_start().bind()?;
        let query = snapshot.prepare_typed(self.totals, &TYPES)?;
        snapshot
            .query(&query, &bound.params())?
            .iter()
            .map(|row| {
                let sums = (2..row.len())
                    .map(|at| {
                        let sum: String = row.try_get(at)?;
                        sum.parse()
                            .map_err(|_digits| AuditError::unreadable(self.name, "a sum"))
                    })
                    .collect::<Result<_, AuditError>>()?;
                Ok(Total {
                    currency: row
                        .try_get::<_, Option<String>>(0)?
                        .map(|code| currency(&code))
                        .transpose()?,
                    count: row.try_get(1)?,
                    sums,
                })
            })
            .collect()
    }
}

/// A currency on record.
///
/// # Errors
/// [`AuditError::Unreadable`].
pub(crate) fn currency(code: &str) -> Result<Currency, AuditError> {
    code.parse()
        .map_err(|_unknown| AuditError::unreadable(format!("currency {code}"), "its code"))
}

/// A party's two names, from columns `at` and `at + 1`.
pub(crate) fn party(row: &Row, at: usize) -> Result<Cell, AuditError> {
    let name: Option<String> = row.try_get(at)?;
    let latin: Option<String> = row.try_get(at.saturating_add(1))?;
    Ok(name.map_or(Cell::Empty, |name| {
        Cell::Party(name, latin.unwrap_or_default())
    }))
}

/// Minor units of column `at`.
pub(crate) fn money(row: &Row, at: usize, currency: Currency) -> Result<Cell, AuditError> {
    Ok(Cell::Money(
        i128::from(row.try_get::<_, i64>(at)?),
        currency,
    ))
}
