//! Signed checkpoints of books.

use crate::statement::sql_query;
use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::hash::ChainHash;
use ledger_core::hash::LogRoot;
use ledger_core::merkle::LogFrontier;

use crate::columns::Bytes32;
use crate::error::StoreError;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// A checkpoint on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRecord {
    /// The log up to here: size and peaks, to go on from.
    pub log: LogFrontier,
    /// Running hash of the book at that size.
    pub chain: ChainHash,
    /// The signed note.
    pub note: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct CheckpointRow {
    #[diesel(sql_type = BigInt)]
    size: i64,
    #[diesel(sql_type = Bytes32)]
    root: [u8; 32],
    #[diesel(sql_type = Bytea)]
    peaks: Vec<u8>,
    #[diesel(sql_type = Bytes32)]
    chain: [u8; 32],
    #[diesel(sql_type = Text)]
    note: String,
    #[diesel(sql_type = Timestamptz)]
    made_at: DateTime<Utc>,
}

impl ReadTx<'_> {
    /// The newest checkpoint of a book.
    ///
    /// # Errors
    /// Database errors; [`StoreError::Corrupt`] if its peaks don't give its root.
    pub fn checkpoint_latest(&mut self, book: i16) -> Result<Option<CheckpointRecord>, StoreError> {
        let row: Option<CheckpointRow> = sql_query(
            "SELECT size, root, peaks, chain, note, made_at FROM checkpoint \
             WHERE book = $1 ORDER BY size DESC LIMIT 1",
        )
        .bind::<SmallInt, _>(book)
        .get_result(self.conn)
        .optional()?;
        row.map(|row| {
            let peaks = row.peaks.as_chunks::<32>().0.to_vec();
            let log = u64::try_from(row.size)
                .ok()
                .and_then(|size| LogFrontier::from_parts(size, peaks))
                .filter(|log| *log.root().bytes() == row.root)
                .ok_or_else(|| StoreError::Corrupt(format!("checkpoint at {}", row.size)))?;
            Ok(CheckpointRecord {
                log,
                chain: ChainHash::from_bytes(row.chain),
                note: row.note,
                made_at: row.made_at,
            })
        })
        .transpose()
    }
}

impl WriteTx<'_> {
    /// Keeps a checkpoint. One of the same size that is there already stays.
    ///
    /// # Errors
    /// Database errors.
    pub fn checkpoint_insert(
        &mut self,
        book: i16,
        checkpoint: &CheckpointRecord,
    ) -> Result<(), StoreError> {
        let root: LogRoot = checkpoint.log.root();
        sql_query(
            "INSERT INTO checkpoint (book, size, root, peaks, chain, note, made_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind::<SmallInt, _>(book)
        .bind::<BigInt, _>(i64::try_from(checkpoint.log.size()).unwrap_or(i64::MAX))
        .bind::<Bytes32, _>(root.bytes())
        .bind::<Bytea, _>(checkpoint.log.peaks().concat())
        .bind::<Bytes32, _>(checkpoint.chain.bytes())
        .bind::<Text, _>(&checkpoint.note)
        .bind::<Timestamptz, _>(checkpoint.made_at)
        .execute(self.conn)?;
        Ok(())
    }
}
