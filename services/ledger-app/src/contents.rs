//! Where the bytes of documents are: outside the database, under their digest. What was kept in the
//! database before stays readable.
//!
//! Bytes are written before the row that names them, so a row never points into the void; bytes
//! that no row names after a crash are harmless and are written over by the same bytes.

use std::fmt;

use ledger_core::hash::sha256_of;
use ledger_store::documents::DocumentBlob;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::error::AppError;

/// A place for bytes under their digest: a folder or an object store. Blocking.
pub trait Contents: Send + Sync + fmt::Debug {
    /// Keeps bytes; the same again changes nothing. They are durable when this returns.
    ///
    /// # Errors
    /// What the place says.
    fn put(&self, sha256: &[u8; 32], bytes: &[u8]) -> Result<(), String>;

    /// The bytes, if they are there.
    ///
    /// # Errors
    /// What the place says.
    fn get(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, String>;
}

/// Bytes on their way to a row that names them.
pub(crate) struct Kept {
    sha256: [u8; 32],
    /// Where no place is configured the database keeps them.
    in_database: Option<Vec<u8>>,
}

/// Keeps bytes outside the database, before the unit of work that names them.
pub(crate) fn keep(app: &App, bytes: Vec<u8>) -> Result<Kept, AppError> {
    let sha256 = sha256_of(&bytes);
    let in_database = match app.contents() {
        Some(place) => {
            place.put(&sha256, &bytes).map_err(unreachable)?;
            None
        }
        None => Some(bytes),
    };
    Ok(Kept {
        sha256,
        in_database,
    })
}

impl Kept {
    /// Their digest.
    pub(crate) const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// What belongs into the unit of work.
    pub(crate) fn keep_in(&self, tx: &mut WriteTx<'_>) -> Result<(), AppError> {
        let Some(bytes) = &self.in_database else {
            return Ok(());
        };
        tx.document_blobs_insert(&[DocumentBlob {
            sha256: self.sha256,
            bytes: bytes.clone(),
        }])?;
        Ok(())
    }
}

/// The bytes of a digest; their digest is computed again.
pub(crate) fn read(app: &App, sha256: &[u8; 32]) -> Result<Vec<u8>, AppError> {
    if let Some(place) = app.contents() {
        // The place may be far away, and slow.
        app.store.let_moment_pass();
        if let Some(bytes) = place.get(sha256).map_err(unreachable)? {
            if sha256_of(&bytes) == *sha256 {
                return Ok(bytes);
            }
            return Err(AppError::Internal(format!(
                "the contents kept under {} are not those",
                hex::encode(sha256)
            )));
        }
    }
    Ok(app.store.read(|tx| tx.document_blob(sha256))?)
}

fn unreachable(cause: String) -> AppError {
    AppError::Internal(format!("contents of documents: {cause}"))
}
