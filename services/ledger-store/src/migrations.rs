//! The schema's steps, compiled in, run one at a time.

use crate::statement::sql_query;
use diesel::Connection;
use diesel::RunQueryDsl;
use diesel::pg::PgConnection;
use diesel::sql_types::BigInt;
use diesel_migrations::EmbeddedMigrations;
use diesel_migrations::MigrationHarness;
use diesel_migrations::embed_migrations;

use crate::error::StoreError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Any number, the same for everybody who migrates: "tallystk" in ASCII.
const LOCK: i64 = 0x7461_6c6c_7973_746b;

/// Brings the database at `url` (role `tallystick_owner`) to this program's schema. Returns the
/// versions that ran. Two processes that start together take turns under an advisory lock, which
/// diesel's harness doesn't take by itself.
///
/// # Errors
/// [`StoreError::Unavailable`] without connection, [`StoreError::Internal`] when a step fails.
pub fn run(url: &str) -> Result<Vec<String>, StoreError> {
    with_lock(url, |conn| {
        let done = conn.run_pending_migrations(MIGRATIONS).map_err(failed)?;
        Ok(done.iter().map(ToString::to_string).collect())
    })
}

/// Takes every step back, newest first. For tests of the down steps.
///
/// # Errors
/// As [`run`].
pub fn revert_all(url: &str) -> Result<Vec<String>, StoreError> {
    with_lock(url, |conn| {
        let undone = conn.revert_all_migrations(MIGRATIONS).map_err(failed)?;
        Ok(undone.iter().map(ToString::to_string).collect())
    })
}

/// Whether the database lacks a step of this program.
///
/// # Errors
/// As [`run`].
pub fn is_pending(url: &str) -> Result<bool, StoreError> {
    connect(url)?
        .has_pending_migration(MIGRATIONS)
        .map_err(failed)
}

fn connect(url: &str) -> Result<PgConnection, StoreError> {
    PgConnection::establish(url).map_err(|error| StoreError::Unavailable(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "the form map_err wants")]
fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Internal(format!("migration: {error}"))
}

fn with_lock<T>(
    url: &str,
    work: impl FnOnce(&mut PgConnection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    // The lock belongs to this session and ends with it, also when a step fails.
    let mut conn = connect(url)?;
    sql_query("SELECT pg_advisory_lock($1)")
        .bind::<BigInt, _>(LOCK)
        .execute(&mut conn)?;
    work(&mut conn)
}
