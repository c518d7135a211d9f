//! The workspace's migrations and the SQL of roles and doors, read as text at run time.
//!
//! Rules of `diesel_migrations` 2.3: a migration is a folder with an `up.sql`; its version is the
//! part of its name before the first `_`, without dashes; `run_in_transaction` in `metadata.toml`
//! is true unless said otherwise; they run in the order of their names.

use crate::database::workspace;
use ring::digest::{Context, SHA256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The table in which `diesel_migrations` records what has run.
pub const RECORD_TABLE: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
    version VARCHAR(50) PRIMARY KEY NOT NULL,
    run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
)";

/// One migration as it lies in its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The folder's name, such as `2026-01-01-000000_parties`.
    pub name: String,
    /// The text of `up.sql`.
    pub up: String,
    /// False when `metadata.toml` says `run_in_transaction = false`.
    pub in_transaction: bool,
}

impl Migration {
    /// The version under which diesel records this migration.
    #[must_use]
    pub fn version(&self) -> String {
        self.name
            .split('_')
            .next()
            .unwrap_or_default()
            .replace('-', "")
    }
}

/// A file of the set-up that could not be read or understood.
#[derive(Debug, thiserror::Error)]
pub enum MigrationFilesError {
    /// Reading failed.
    #[error("{path}: {error}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// `metadata.toml` is no TOML.
    #[error("{path}: {error}")]
    Metadata {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: toml::de::Error,
    },
}

/// All migrations of the workspace, in the order in which they run.
///
/// # Errors
/// [`MigrationFilesError`] when the folder or a file in it can't be read.
pub fn read() -> Result<Vec<Migration>, MigrationFilesError> {
    read_folder(&workspace().join("migrations"))
}

/// All migrations under `folder`, in the order in which they run.
///
/// # Errors
/// [`MigrationFilesError`] when the folder or a file in it can't be read.
pub fn read_folder(folder: &Path) -> Result<Vec<Migration>, MigrationFilesError> {
    let failed = |error| MigrationFilesError::Read {
        path: folder.to_owned(),
        error,
    };
    let mut all = Vec::new();
    // A fresh clone has no folder when there is nothing in it.
    if !folder.exists() {
        return Ok(all);
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let up = path.join("up.sql");
        if !up.is_file() {
            continue;
        }
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        all.push(Migration {
            name: name.unwrap_or_default(),
            up: text(&up)?,
            in_transaction: in_transaction(&path.join("metadata.toml"))?,
        });
    }
    all.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(all)
}

/// What `metadata.toml` says about units of work; true when it is absent or silent.
fn in_transaction(path: &Path) -> Result<bool, MigrationFilesError> {
    if !path.exists() {
        return Ok(true);
    }
    let table: toml::Table =
        text(path)?
            .parse()
            .map_err(|error| MigrationFilesError::Metadata {
                path: path.to_owned(),
                error,
            })?;
    Ok(table
        .get("run_in_transaction")
        .and_then(toml::Value::as_bool)
        .unwrap_or(true))
}

/// The SQL that creates the cluster's roles.
///
/// # Errors
/// [`MigrationFilesError::Read`] when `ops/lib/roles.sql` is gone.
pub fn roles_sql() -> Result<String, MigrationFilesError> {
    text(&workspace().join("ops/lib/roles.sql"))
}

/// The SQL that says which role may enter a database.
///
/// # Errors
/// [`MigrationFilesError::Read`] when `ops/lib/database.sql` is gone.
pub fn doors_sql() -> Result<String, MigrationFilesError> {
    text(&workspace().join("ops/lib/database.sql"))
}

/// 16 hex digits that change when any migration, role or door changes.
///
/// # Errors
/// [`MigrationFilesError::Read`] when the SQL of roles or doors is gone.
pub fn digest(all: &[Migration]) -> Result<String, MigrationFilesError> {
    let mut context = Context::new(&SHA256);
    let mut add = |part: &str| {
        // Lengths in front, so that no two lists of parts give the same bytes.
        context.update(part.len().to_string().as_bytes());
        context.update(b":");
        context.update(part.as_bytes());
    };
    add(&roles_sql()?);
    add(&doors_sql()?);
    for migration in all {
        add(&migration.name);
        add(&migration.up);
        add(if migration.in_transaction { "t" } else { "f" });
    }
    let mut digits = hex::encode(context.finish());
    digits.truncate(16);
    Ok(digits)
}

/// A file's text.
fn text(path: &Path) -> Result<String, MigrationFilesError> {
    fs::read_to_string(path).map_err(|error| MigrationFilesError::Read {
        path: path.to_owned(),
        error,
    })
}
