//! The door to the database: one connection, one unit of work at a time.
//!
//! The `postgres` client drives a runtime of its own, so it is only ever touched on the blocking
//! pool. The lock on `bank_day` puts units of work of several processes in order as well.

use std::sync::{Arc, Mutex};

use actix_web::web;
use chrono::NaiveDate;
use postgres::{Client, Config, NoTls, Transaction};

use crate::clock;
use crate::error::BankError;

/// The lock under which the schema is made.
const SCHEMA_LOCK: i64 = 5_209_334_871;

/// The books of the bank.
#[derive(Clone)]
pub(crate) struct Books {
    config: Config,
    connection: Arc<Mutex<Option<Client>>>,
}

/// A unit of work, with the business date it stands on.
pub(crate) struct Unit<'c> {
    pub(crate) sql: Transaction<'c>,
    pub(crate) today: NaiveDate,
}

impl Books {
    /// Connects and makes the schema where it is missing.
    pub(crate) fn open(address: &str, first_day: Option<NaiveDate>) -> Result<Books, BankError> {
        let mut config: Config = address.parse()?;
        config.application_name("sandbox-bank");
        let mut client = config.connect(NoTls)?;
        let mut making = client.transaction()?;
        making.execute("SELECT pg_advisory_xact_lock($1)", &[&SCHEMA_LOCK])?;
        making.batch_execute(include_str!("schema.sql"))?;
        making.execute(
            "INSERT INTO bank_day (today) VALUES ($1) ON CONFLICT DO NOTHING",
            &[&first_day.unwrap_or_else(clock::today)],
        )?;
        making.commit()?;
        drop(client);
        Ok(Books {
            config,
            connection: Arc::new(Mutex::new(None)),
        })
    }

    /// Runs `work` in one unit of work on the blocking pool: all of it is kept, or nothing.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox bank stands apart: this is its own one bridge to the blocking pool"
    )]
    pub(crate) async fn unit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Unit<'_>) -> Result<T, BankError> + Send + 'static,
    ) -> Result<T, BankError> {
        let books = self.clone();
        web::block(move || books.run(work))
            .await
            .map_err(|gone| BankError::Internal(gone.to_string()))?
    }

    fn run<T>(
        &self,
        work: impl FnOnce(&mut Unit<'_>) -> Result<T, BankError>,
    ) -> Result<T, BankError> {
        let mut held = self
            .connection
            .lock()
            .map_err(|_poisoned| BankError::Internal("a unit of work panicked".to_owned()))?;
        if held.as_ref().is_none_or(Client::is_closed) {
            let mut client = self.config.connect(NoTls)?;
            client.batch_execute("SET search_path TO sandbox_bank")?;
            *held = Some(client);
        }
        let Some(client) = held.as_mut() else {
            return Err(BankError::Internal("no connection".to_owned()));
        };
        let mut sql = client.transaction()?;
        let today = sql
            .query_one("SELECT today FROM bank_day FOR UPDATE", &[])?
            .get(0);
        let mut unit = Unit { sql, today };
        let done = work(&mut unit)?;
        unit.sql.commit()?;
        Ok(done)
    }
}
