//! Pages of lists that show the newest first.

use chrono::DateTime;
use chrono::Utc;

/// Most items a page may have.
pub const LARGEST_PAGE: i64 = 200;

/// Where a page ends: the moment and the id of its last item. The next page starts after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When the item was made.
    pub at: DateTime<Utc>,
    /// Its id.
    pub id: [u8; 16],
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its items, newest first.
    pub items: Vec<T>,
    /// Where it ends, if there are more.
    pub next: Option<Place>,
}

/// How many rows to ask for: one more than are shown, to know whether there are more.
#[must_use]
pub fn rows(limit: i64) -> i64 {
    limit.clamp(1, LARGEST_PAGE).saturating_add(1)
}

/// Makes a page of at most `limit` out of the rows found for [`rows`].
#[must_use]
pub fn page<T>(mut found: Vec<T>, limit: i64, place: impl Fn(&T) -> Place) -> Page<T> {
    let most = usize::try_from(limit.clamp(1, LARGEST_PAGE)).unwrap_or(1);
    let more = found.len() > most;
    found.truncate(most);
    let next = if more { found.last().map(place) } else { None };
    Page { items: found, next }
}
