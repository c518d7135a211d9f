//! What stands at the auditor's door: the day, the books and how far each is sealed.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::checkpoint::verifier_key;
use postgres::Transaction;

use crate::error::AuditError;

/// A book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookOverview {
    /// Its name.
    pub origin: String,
    /// Key to check its export with.
    pub verifier_key: String,
    /// Entries.
    pub entries: i64,
    /// Entries under the newest checkpoint; 0 if there is none.
    pub sealed: i64,
    /// When that was made.
    pub sealed_at: Option<DateTime<Utc>>,
}

/// The platform's day; none before it was ever set.
///
/// # Errors
/// The database's.
pub fn business_date(snapshot: &mut Transaction<'_>) -> Result<Option<NaiveDate>, AuditError> {
    let row = snapshot.query_opt("SELECT today FROM business_date", &[])?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Entries up to which everything in a list is added up without being asked for: a second's work.
const ADDED_UP: i64 = 200_000;

/// Whether the books are so large that adding up all of a list takes its time.
///
/// # Errors
/// The database's.
pub fn is_large(snapshot: &mut Transaction<'_>) -> Result<bool, AuditError> {
    let row = snapshot.query_one("SELECT coalesce(sum(size), 0)::bigint FROM book", &[])?;
    Ok(row.try_get::<_, i64>(0)? > ADDED_UP)
}

/// All books.
///
/// # Errors
/// The database's, a key that can't be read.
pub fn books(snapshot: &mut Transaction<'_>) -> Result<Vec<BookOverview>, AuditError> {
    let rows = snapshot.query(
        "SELECT b.origin, b.recorder_public_key, b.size, coalesce(c.size, 0), c.made_at \
         FROM book b LEFT JOIN LATERAL (SELECT size, made_at FROM checkpoint WHERE book = b.no \
           ORDER BY size DESC LIMIT 1) c ON true ORDER BY b.no",
        &[],
    )?;
    rows.iter()
        .map(|row| {
            let origin: String = row.try_get(0)?;
            let key: [u8; 32] = row
                .try_get::<_, &[u8]>(1)?
                .try_into()
                .map_err(|_length| AuditError::unreadable(format!("book {origin}"), "its key"))?;
            Ok(BookOverview {
                verifier_key: verifier_key(&origin, &key),
                origin,
                entries: row.try_get(2)?,
                sealed: row.try_get(3)?,
                sealed_at: row.try_get(4)?,
            })
        })
        .collect()
}
