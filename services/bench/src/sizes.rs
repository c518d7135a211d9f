//! Bytes on disk and in the write-ahead log.

use postgres::Client;
use postgres::NoTls;

use crate::failure::Failure;

/// Where the counters stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    entries: i64,
    journal: i64,
    wal: i64,
}

/// Bytes an entry between two readings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grown {
    /// On disk, the journal table with all its indexes.
    pub(crate) journal: i64,
    /// In the write-ahead log, everything that was done in between.
    pub(crate) wal: i64,
}

impl Sizes {
    /// Reads them.
    pub(crate) fn read(superuser: &str) -> Result<Sizes, Failure> {
        let mut client = Client::connect(superuser, NoTls)?;
        let row = client.query_one(
            "SELECT (SELECT sum(size)::bigint FROM book), pg_total_relation_size('entry'), \
             pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint",
            &[],
        )?;
        Ok(Sizes {
            entries: row.try_get(0)?,
            journal: row.try_get(1)?,
            wal: row.try_get(2)?,
        })
    }

    /// Per entry since `before`.
    pub(crate) fn since(&self, before: &Sizes) -> Grown {
        let entries = self.entries.saturating_sub(before.entries).max(1);
        Grown {
            journal: self.journal.saturating_sub(before.journal) / entries,
            wal: self.wal.saturating_sub(before.wal) / entries,
        }
    }
}

/// Keeps the projection of live fragments from following, so that what the journal writes and what
/// the projection writes can be told apart.
pub(crate) struct HeldProjection(Client);

impl HeldProjection {
    /// From now on.
    pub(crate) fn hold(superuser: &str) -> Result<HeldProjection, Failure> {
        let mut client = Client::connect(superuser, NoTls)?;
        client.batch_execute("BEGIN; SELECT FROM live_cursor FOR UPDATE")?;
        Ok(HeldProjection(client))
    }

    /// Lets it follow and waits until it has.
    pub(crate) fn release(mut self) -> Result<(), Failure> {
        self.0
            .batch_execute("COMMIT; SELECT advance_live_fragments(no) FROM book")?;
        Ok(())
    }
}
