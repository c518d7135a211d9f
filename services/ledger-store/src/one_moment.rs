//! One snapshot for all that somebody is shown at a time.
//!
//! A page asks many use cases, each of which reads by itself. Through a store that stands at one
//! moment they all see the same record, so that a sum on the page is the sum of the lines below it,
//! and a connection is taken, a snapshot opened and closed, and a row that several of them
//! look up by its key is looked up once.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use diesel::connection::AnsiTransactionManager;
use diesel::connection::Connection as _;
use diesel::connection::Instrumentation;
use diesel::connection::InstrumentationEvent;
use diesel::connection::TransactionManager;
use diesel::pg::PgConnection;
use diesel::r2d2::ConnectionManager;
use diesel::r2d2::PooledConnection;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;

use crate::calendars::BusinessDay;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::live::FragmentRecord;
use crate::papers::PaperRecord;
use crate::parties::Party;
use crate::unit_of_work::ReadTx;

pub(crate) type Connection = PooledConnection<ConnectionManager<PgConnection>>;

const SNAPSHOT: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Rows of a kind that a snapshot remembers at most: a page's, not a whole register's.
const MOST: usize = 2_000;

/// What a snapshot has said already. It can't change while the snapshot lasts.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    day: Option<BusinessDay>,
    pub(crate) parties: Rows<PartyId, Party>,
    pub(crate) papers: Rows<PaperId, PaperRecord>,
    pub(crate) fragments: Rows<FragmentNo, FragmentRecord>,
}

impl Remembered {
    /// Nothing but the day, if that is known.
    pub(crate) fn on(day: Option<BusinessDay>) -> Remembered {
        Remembered {
            day,
            ..Remembered::default()
        }
    }

    pub(crate) const fn day(&self) -> Option<BusinessDay> {
        self.day
    }

    pub(crate) const fn keep_day(&mut self, day: BusinessDay) {
        self.day = Some(day);
    }
}

/// Rows of a kind, by the key by which they are asked for.
#[derive(Debug)]
pub(crate) struct Rows<K, V>(BTreeMap<K, V>);

impl<K, V> Default for Rows<K, V> {
    fn default() -> Self {
        Rows(BTreeMap::new())
    }
}

impl<K: Ord + Copy, V: Clone> Rows<K, V> {
    /// Those of `keys` that are here, each once, and the keys of the others.
    fn split(&self, keys: &[K]) -> (Vec<V>, Vec<K>) {
        let keys: BTreeSet<K> = keys.iter().copied().collect();
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for key in keys {
            match self.0.get(&key) {
                Some(row) => known.push(row.clone()),
                None => unknown.push(key),
            }
        }
        (known, unknown)
    }

    pub(crate) fn keep(&mut self, rows: &[V], key: impl Fn(&V) -> K) {
        if self.0.len().saturating_add(rows.len()) <= MOST {
            self.0
                .extend(rows.iter().map(|row| (key(row), row.clone())));
        }
    }
}

impl ReadTx<'_> {
    /// The rows of `keys`, each once and in no order: what this snapshot has shown before, and the
    /// rest from the database. A unit of work that may write always asks the database.
    pub(crate) fn each_once<K: Ord + Copy, V: Clone>(
        &mut self,
        keys: &[K],
        kind: impl Fn(&mut Remembered) -> &mut Rows<K, V>,
        key: impl Fn(&V) -> K,
        load: impl FnOnce(&mut PgConnection, &[K]) -> Result<Vec<V>, StoreError>,
    ) -> Result<Vec<V>, StoreError> {
        let (mut known, unknown) = match self.remembered() {
            Some(remembered) => kind(remembered).split(keys),
            None => (Vec::new(), keys.to_vec()),
        };
        if unknown.is_empty() {
            return Ok(known);
        }
        let found = load(self.conn, &unknown)?;
        if let Some(remembered) = self.remembered() {
            kind(remembered).keep(&found, key);
        }
        known.extend(found);
        Ok(known)
    }
}

/// A snapshot that outlives a single read: opened by the first one, let go with its owner.
pub(crate) struct Moment {
    /// The platform's day that all of it is seen on, where the owner knows it already.
    day: Option<BusinessDay>,
    held: Mutex<Option<Snapshot>>,
}

struct Snapshot {
    conn: Connection,
    remembered: Remembered,
    failed: Arc<AtomicBool>,
}

/// Remembers that a statement failed, whatever error the caller made of it.
struct FailureWatch(Arc<AtomicBool>);

impl Instrumentation for FailureWatch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { error: Some(_), .. } = event {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

impl Moment {
    pub(crate) fn on(day: Option<BusinessDay>) -> Moment {
        Moment {
            day,
            held: Mutex::default(),
        }
    }

    pub(crate) const fn day(&self) -> Option<BusinessDay> {
        self.day
    }

    /// Runs `work` on the snapshot, or gives it back untried where the snapshot is being read by
    /// somebody already. A statement that fails ends the snapshot, since the database has given up
    /// on it; the next read opens another.
    pub(crate) fn read<W, T, E>(
        &self,
        connect: impl FnOnce() -> Result<Connection, StoreError>,
        work: W,
    ) -> Result<Result<T, E>, W>
    where
        W: FnOnce(&mut ReadTx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let Ok(mut held) = self.held.try_lock() else {
            return Err(work);
        };
        let opened = match held.take() {
            Some(snapshot) => Ok(snapshot),
            None => connect().and_then(|conn| Snapshot::open(conn, self.day)),
        };
        let mut snapshot = match opened {
            Ok(snapshot) => snapshot,
            Err(error) => return Ok(Err(error.into())),
        };
        let done = work(&mut ReadTx::new(
            &mut snapshot.conn,
            Some(&mut snapshot.remembered),
        ));
        if !snapshot.failed.load(Ordering::Relaxed) {
            *held = Some(snapshot);
        }
        Ok(done)
    }

    /// Lets the snapshot go: what is read after this is read anew.
    pub(crate) fn pass(&self) {
        if let Ok(mut held) = self.held.try_lock() {
            held.take();
        }
    }
}

impl Snapshot {
    fn open(mut conn: Connection, day: Option<BusinessDay>) -> Result<Snapshot, StoreError> {
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, SNAPSHOT)?;
        let failed = Arc::new(AtomicBool::new(false));
        conn.set_instrumentation(FailureWatch(Arc::clone(&failed)));
        Ok(Snapshot {
            conn,
            remembered: Remembered::on(day),
            failed,
        })
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // A connection that can't be rolled back is not taken back by the pool.
        let ended = AnsiTransactionManager::rollback_transaction(&mut *self.conn);
        if let Err(error) = ended {
            tracing::warn!(%error, "a snapshot could not be closed");
        }
    }
}
