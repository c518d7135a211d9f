//! What parties say under their signature about documents.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Date;
use diesel::sql_types::Timestamptz;
use ledger_core::attestation::Statement;
use ledger_core::id::DocumentId;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;

use crate::columns::Bytes32;
use crate::columns::Bytes64;
use crate::columns::DocumentUuid;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_type;
use crate::error::StoreError;
use crate::schema::attestation;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_type! { StatementWord = Statement, Statement::word, Statement::from_word }

record! {
    /// One signed word.
    AttestationRecord in attestation ("attestation") {
        /// About which document.
        document: DocumentId as DocumentUuid,
        /// Whose.
        party: PartyId as PartyUuid,
        /// What.
        statement: Statement as StatementWord,
        /// Digest of the contents as they were signed.
        sha256: [u8; 32] as Bytes32,
        /// On which day.
        said_on: NaiveDate as Date,
        /// With which key.
        key: KeyId as KeyUuid,
        /// The signature.
        signature: [u8; 64] as Bytes64,
        /// When it came in.
        made_at: DateTime<Utc> as Timestamptz,
    }
}

impl ReadTx<'_> {
    /// What is said about these documents, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn attestations_of(
        &mut self,
        documents: &[DocumentId],
    ) -> Result<Vec<AttestationRecord>, StoreError> {
        Ok(attestation::table
            .filter(attestation::document.eq_any(cols(documents)))
            .order((
                attestation::document,
                attestation::made_at,
                attestation::party,
                attestation::statement,
            ))
            .select(AttestationRecord::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a word; the same of the same party again stays as it was. False if it was known.
    ///
    /// # Errors
    /// Database errors only.
    pub fn attestation_insert(&mut self, new: &AttestationRecord) -> Result<bool, StoreError> {
        let added =
            AttestationRecord::insert_all(self.conn, std::slice::from_ref(new), Known::Kept)?;
        Ok(added == 1)
    }
}
