//! What can go wrong between the platform and its database.

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error as DieselError;

/// Why the store could not do what was asked. Refusals of the trade are not here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No such row.
    #[error("not found")]
    NotFound,
    /// Another unit of work holds what this one needs; it was tried twice.
    #[error("the database is busy with the same rows: {0}")]
    Contended(String),
    /// No connection in time, the connection broke, or a statement took too long. After a broken
    /// connection it is not known whether the unit of work was kept: ask again by idempotency key.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A row that doesn't parse. Loud: somebody changed data behind the platform's back, or two
    /// versions disagree.
    #[error("corrupt data in the database: {0}")]
    Corrupt(String),
    /// A unique constraint, by name.
    #[error("already there: {0}")]
    Duplicate(String),
    /// A check or foreign key, or the guard of a table that only grows, by name: a law repeated by
    /// the database that the caller should have kept.
    #[error("the database refuses: {0}")]
    Violated(String),
    /// The database is set up in a way that the platform can't work with.
    #[error("the database is set up wrongly: {0}")]
    Misconfigured(String),
    /// Everything else: a fault of ours.
    #[error("unexpected answer of the database: {0}")]
    Internal(String),
}

impl StoreError {
    /// Stable code for logs and problems.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            StoreError::NotFound => "not_found",
            StoreError::Contended(_) => "store_contended",
            StoreError::Unavailable(_) => "store_unavailable",
            StoreError::Corrupt(_) => "store_corrupt",
            StoreError::Duplicate(_) => "duplicate",
            StoreError::Violated(_) => "constraint_violated",
            StoreError::Misconfigured(_) => "store_misconfigured",
            StoreError::Internal(_) => "store_internal",
        }
    }

    /// Whether this is the unique constraint `name`.
    #[must_use]
    pub fn is_duplicate_of(&self, name: &str) -> bool {
        matches!(self, StoreError::Duplicate(constraint) if constraint == name)
    }
}

/// Whether the error is a lost race (deadlock, serialization, lock timeout) that a second try of
/// the same unit of work may win.
///
/// diesel keeps the SQLSTATE to itself except for 40001, so 40P01 and 55P03 are known by their
/// message. That the server says them in English is not assumed: [`check_language`] has seen it.
pub(crate) fn is_contention(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            info.message().starts_with("deadlock detected") || is_lock_timeout(info.message())
        }
        _ => false,
    }
}

/// Asks the server for an error and looks at its words. It is caught within the server, so that no
/// log shows it.
///
/// Only a superuser may set `lc_messages` for a session; where the language is another, the
/// administrator sets it for the role.
const IN_WHICH_LANGUAGE: &str = "DO $$ BEGIN PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN \
     IF SQLERRM <> 'division by zero' THEN RAISE EXCEPTION USING MESSAGE = \
     'messages come as \"' || SQLERRM || '\": ALTER ROLE ' || quote_ident(current_user) || \
     ' SET lc_messages = ''C'''; END IF; END $$";

/// Refuses a server whose messages are not in English: in another language a lost race would not be
/// known for one, and the unit of work not tried again.
pub(crate) fn check_language(conn: &mut PgConnection) -> Result<(), StoreError> {
    conn.batch_execute(IN_WHICH_LANGUAGE)
        .map_err(|error| match StoreError::from(error) {
            StoreError::Internal(message) => StoreError::Misconfigured(message),
            other => other,
        })
}

fn is_lock_timeout(message: &str) -> bool {
    message.contains("due to lock timeout") || message.starts_with("could not obtain lock")
}

/// Statement timeout, or the server going down under us (57014, 57P01).
fn is_interruption(message: &str) -> bool {
    message.contains("due to statement timeout")
        || message.contains("terminating connection")
        || message.contains("server closed the connection")
        || message.contains("connection to server")
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        if is_contention(&error) {
            return StoreError::Contended(error.to_string());
        }
        match error {
            DieselError::NotFound => StoreError::NotFound,
            DieselError::DeserializationError(reason) => StoreError::Corrupt(with_causes(&*reason)),
            DieselError::BrokenTransactionManager => {
                StoreError::Unavailable("the unit of work broke off".to_owned())
            }
            // Neither was answered: the connection is gone, and nobody knows which came first.
            DieselError::RollbackErrorOnCommit { commit_error, .. } => {
                StoreError::Unavailable(format!("at the commit: {commit_error}"))
            }
            DieselError::DatabaseError(kind, info) => {
                let message = info.message().to_owned();
                let named = || {
                    info.constraint_name()
                        .or(info.table_name())
                        .map_or_else(|| message.clone(), str::to_owned)
                };
                match kind {
                    DatabaseErrorKind::UniqueViolation => StoreError::Duplicate(named()),
                    DatabaseErrorKind::CheckViolation
                    | DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::ExclusionViolation
                    | DatabaseErrorKind::RestrictViolation => StoreError::Violated(named()),
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand => StoreError::Unavailable(message),
                    _ if is_interruption(&message) => StoreError::Unavailable(message),
                    _ => StoreError::Internal(message),
                }
            }
            other => StoreError::Internal(other.to_string()),
        }
    }
}

/// A reason and the reasons behind it, in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind;
    use diesel::result::Error;

    use super::StoreError;

    #[test]
    fn a_connection_lost_at_the_commit_leaves_the_outcome_open() {
        let lost = || {
            let message = Box::new("server closed the connection unexpectedly".to_owned());
            Box::new(Error::DatabaseError(DatabaseErrorKind::Unknown, message))
        };
        let error = StoreError::from(Error::RollbackErrorOnCommit {
            rollback_error: lost(),
            commit_error: lost(),
        });
        assert_eq!(error.code(), "store_unavailable");
    }
}
