//! Units of work: the only two ways to a connection.
//!
//! A closure runs on one connection in one SQL transaction and is kept whole or not at all. It
//! must have no effects outside the database: what the world is to learn goes through the outbox.

use std::fmt;
use std::ops::Deref;
use std::ops::DerefMut;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use diesel::connection::Connection;
use diesel::connection::Instrumentation;
use diesel::connection::InstrumentationEvent;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2;
use diesel::r2d2::ConnectionManager;
use diesel::r2d2::Pool;
use diesel::result::Error as DieselError;

use crate::calendars::BusinessDay;
use crate::error::StoreError;
use crate::error::check_language;
use crate::error::is_contention;
use crate::one_moment;
use crate::one_moment::Moment;
use crate::one_moment::Remembered;

/// Long enough for the winner of a deadlock to go on, short beside the second it took to find it.
const PAUSE_BEFORE_SECOND_RUN: Duration = Duration::from_millis(10);

/// The planner's choices on connections that plan once.
const PLAN_ONCE: &str = "; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; \
    SET enable_hashjoin = off; SET enable_mergejoin = off";

/// Where the database is and how long to wait for it.
#[derive(Clone)]
pub struct StoreConfig {
    /// libpq address, `postgresql://…`, of the application role.
    pub url: String,
    /// Most connections at a time.
    pub pool_size: u32,
    /// What `pg_stat_activity` shows.
    pub application_name: String,
    /// How long to wait for a free connection before [`StoreError::Unavailable`].
    pub connection_wait: Duration,
    /// Longest statement.
    pub statement_timeout: Duration,
    /// Longest wait for a row lock.
    pub lock_timeout: Duration,
    /// Longest pause inside a unit of work.
    pub idle_in_transaction_timeout: Duration,
    /// Plans each statement once a connection and as steps into indexes, whatever the tables' sizes
    /// were at that moment. For connections that do the same few things with up to a thousand keys
    /// at a time: a plan made while a table was small would read all of it ever after.
    pub plan_once: bool,
}

impl StoreConfig {
    /// The settings of the online path: 8 connections, 2 s for a connection, 30 s a statement,
    /// 5 s a lock, 30 s idle.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        StoreConfig {
            url: url.into(),
            pool_size: 8,
            application_name: "tallystick".to_owned(),
            connection_wait: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(5),
            idle_in_transaction_timeout: Duration::from_secs(30),
            plan_once: false,
        }
    }

    /// The same for the posting path: connections of its own, so that it never waits behind
    /// readers, each statement planned once.
    #[must_use]
    pub fn for_posting(&self) -> Self {
        StoreConfig {
            pool_size: 3,
            plan_once: true,
            ..self.clone()
        }
    }

    fn session_settings(&self) -> String {
        format!(
            "SET application_name = '{}'; SET search_path = public; SET TimeZone = 'UTC'; \
             SET statement_timeout = {}; SET lock_timeout = {}; \
             SET idle_in_transaction_session_timeout = {}; SET random_page_cost = 1.1{}",
            self.application_name.replace('\'', "''"),
            self.statement_timeout.as_millis(),
            self.lock_timeout.as_millis(),
            self.idle_in_transaction_timeout.as_millis(),
            if self.plan_once { PLAN_ONCE } else { "" },
        )
    }
}

impl fmt::Debug for StoreConfig {
    /// Without the address: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig")
            .field("pool_size", &self.pool_size)
            .field("application_name", &self.application_name)
            .finish_non_exhaustive()
    }
}

/// The database, behind a pool of connections. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: Pool<ConnectionManager<PgConnection>>,
    moment: Option<Arc<Moment>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("pool", &self.pool.state())
            .finish()
    }
}

#[derive(Debug)]
struct SessionSettings(String);

impl r2d2::CustomizeConnection<PgConnection, r2d2::Error> for SessionSettings {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), r2d2::Error> {
        conn.batch_execute(&self.0).map_err(r2d2::Error::QueryError)
    }
}

/// A unit of work that only reads: one snapshot from its first query to its end.
pub struct ReadTx<'c> {
    pub(crate) conn: &'c mut PgConnection,
    /// None in a unit of work that may write: what it reads may change under it.
    remembered: Option<&'c mut Remembered>,
}

impl<'c> ReadTx<'c> {
    pub(crate) const fn new(
        conn: &'c mut PgConnection,
        remembered: Option<&'c mut Remembered>,
    ) -> ReadTx<'c> {
        ReadTx { conn, remembered }
    }

    /// What this snapshot has said already.
    pub(crate) fn remembered(&mut self) -> Option<&mut Remembered> {
        self.remembered.as_deref_mut()
    }
}

/// A unit of work that may write. Reads through it see what it wrote.
pub struct WriteTx<'c> {
    read: ReadTx<'c>,
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;
    fn deref(&self) -> &ReadTx<'c> {
        &self.read
    }
}

impl<'c> DerefMut for WriteTx<'c> {
    fn deref_mut(&mut self) -> &mut ReadTx<'c> {
        &mut self.read
    }
}

impl fmt::Debug for ReadTx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadTx")
    }
}

impl fmt::Debug for WriteTx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WriteTx")
    }
}

/// Carries the caller's own error through diesel's transaction, which wants one of its own.
enum Stopped<E> {
    Caller(E),
    Database(DieselError),
}

impl<E> From<DieselError> for Stopped<E> {
    fn from(error: DieselError) -> Self {
        Stopped::Database(error)
    }
}

/// Remembers that a statement lost a race, whatever error the caller made of it.
struct ContentionWatch(Arc<AtomicBool>);

impl Instrumentation for ContentionWatch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery {
            error: Some(error), ..
        } = event
            && is_contention(error)
        {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

impl Store {
    /// Connects: fails at once when the database can't be reached, refuses the role, or speaks
    /// another language than the one in which a lost race is recognised.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; [`StoreError::Misconfigured`].
    pub fn connect(config: &StoreConfig) -> Result<Store, StoreError> {
        let pool = Pool::builder()
            .max_size(config.pool_size)
            .min_idle(Some(1))
            .connection_timeout(config.connection_wait)
            .test_on_check_out(true)
            .connection_customizer(Box::new(SessionSettings(config.session_settings())))
            .build(ConnectionManager::new(&config.url))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let store = Store { pool, moment: None };
        let mut conn = store.connection()?;
        check_language(&mut conn)?;
        drop(conn);
        Ok(store)
    }

    fn connection(&self) -> Result<one_moment::Connection, StoreError> {
        self.pool
            .get()
            .map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// The same database as it stands at one moment: the first read through it (or through a
    /// clone) opens a snapshot, all further ones see the same. A write through it between two reads,
    /// or a statement that fails, lets the snapshot go, and the next read opens another. It keeps a
    /// connection until it is dropped, so it is for one page or answer and not to be kept.
    ///
    /// With a `day` all of it is seen on that day, as the owner has read it just before: so the head
    /// of a page and what stands below it can't be of two days. Where the day moves between the two,
    /// what was recorded since is seen as of the day before.
    #[must_use]
    pub fn at_one_moment(&self, day: Option<BusinessDay>) -> Store {
        Store {
            pool: self.pool.clone(),
            moment: Some(Arc::new(Moment::on(day))),
        }
    }

    /// Lets the snapshot and its connection go, if this store stands at one moment: before anything
    /// is waited for that is not the database.
    pub fn let_moment_pass(&self) {
        if let Some(moment) = &self.moment {
            moment.pass();
        }
    }

    /// Runs `work` on one snapshot (REPEATABLE READ READ ONLY).
    ///
    /// # Errors
    /// The caller's own, or a [`StoreError`] turned into it.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut ReadTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let work = match &self.moment {
            None => work,
            Some(moment) => match moment.read(|| self.connection(), work) {
                Ok(done) => return done,
                Err(untried) => untried,
            },
        };
        let mut conn = self.connection()?;
        let day = self.moment.as_ref().and_then(|moment| moment.day());
        let mut remembered = Remembered::on(day);
        conn.build_transaction()
            .read_only()
            .repeatable_read()
            .run(|conn| {
                work(&mut ReadTx::new(conn, Some(&mut remembered))).map_err(Stopped::Caller)
            })
            .map_err(hand_back)
    }

    /// Runs `work` as one unit of work (READ COMMITTED), kept when it returns `Ok`.
    ///
    /// When a statement of it loses a deadlock or a lock wait, `work` runs a second time from the
    /// start, once; hence `FnMut`, and no effects outside the database.
    ///
    /// # Errors
    /// The caller's own (nothing is kept), or a [`StoreError`] turned into it.
    pub fn write<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut WriteTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.let_moment_pass();
        let mut conn = self.connection()?;
        let contended = Arc::new(AtomicBool::new(false));
        conn.set_instrumentation(ContentionWatch(Arc::clone(&contended)));
        let first = run_once(&mut conn, &mut work);
        if first.is_err() && contended.swap(false, Ordering::Relaxed) {
            tracing::warn!("a unit of work lost a race and runs again");
            // At once it might take the winner's row back before the winner wakes.
            std::thread::sleep(PAUSE_BEFORE_SECOND_RUN);
            return run_once(&mut conn, &mut work).map_err(hand_back);
        }
        first.map_err(hand_back)
    }
}

fn run_once<T, E>(
    conn: &mut PgConnection,
    work: &mut impl FnMut(&mut WriteTx<'_>) -> Result<T, E>,
) -> Result<T, Stopped<E>> {
    conn.build_transaction()
        .read_committed()
        .read_write()
        .run(|conn| {
            work(&mut WriteTx {
                read: ReadTx::new(conn, None),
            })
            .map_err(Stopped::Caller)
        })
}

fn hand_back<E: From<StoreError>>(stopped: Stopped<E>) -> E {
    match stopped {
        Stopped::Caller(error) => error,
        Stopped::Database(error) => E::from(StoreError::from(error)),
    }
}
