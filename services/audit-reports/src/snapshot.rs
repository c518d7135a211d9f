//! One picture of the record for each report: the auditor's own role, one transaction, repeatable
//! read, read only. A list and its totals come from the same moment, whatever is posted meanwhile.
//!
//! The `postgres` driver is blocking and must not run inside an async task: callers use the
//! blocking pool.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use postgres::Config;
use postgres::IsolationLevel;
use postgres::NoTls;
use postgres::Transaction;

use crate::error::AuditError;

/// Most reports at a time; each has a connection of its own.
pub const REPORTS_AT_A_TIME: usize = 8;

/// Where the record is, read by the auditor's role. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AuditDatabase {
    config: Config,
    running: Arc<AtomicUsize>,
}

/// One of the places for running reports, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl AuditDatabase {
    /// For the database at `url`, which names the auditor's role
    /// (`postgresql://tallystick_audit@…`). Nothing is connected yet.
    ///
    /// # Errors
    /// [`AuditError::Address`].
    pub fn new(url: &str) -> Result<AuditDatabase, AuditError> {
        let mut config: Config = url.parse().map_err(AuditError::Address)?;
        config.application_name("tallystick-audit");
        Ok(AuditDatabase {
            config,
            running: Arc::default(),
        })
    }

    fn take_place(&self) -> Result<Place, AuditError> {
        let place = Place(Arc::clone(&self.running));
        if self.running.fetch_add(1, Ordering::AcqRel) < REPORTS_AT_A_TIME {
            Ok(place)
        } else {
            Err(AuditError::Busy {
                retry_after_seconds: 5,
            })
        }
    }

    /// Makes one report from one moment of the record. Blocking.
    ///
    /// # Errors
    /// [`AuditError::Busy`], the database's, or the report's own.
    pub fn report<T>(
        &self,
        make: impl FnOnce(&mut Transaction<'_>) -> Result<T, AuditError>,
    ) -> Result<T, AuditError> {
        let _place = self.take_place()?;
        let mut client = self.config.connect(NoTls)?;
        let mut snapshot = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()?;
        let made = make(&mut snapshot)?;
        snapshot.rollback()?;
        Ok(made)
    }
}
