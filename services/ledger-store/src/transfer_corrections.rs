//! Corrections (更正): who proposed to take back which transfer, why, and what came of it.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::fragment::Side;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Bytes64;
use crate::columns::Col;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::schema::transfer_correction;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { CorrectionStateWord =
    /// How far a correction is.
    CorrectionState {
        /// Proposed by one side, not answered by the other.
        Open = "open",
        /// The other side said no.
        Declined = "declined",
        /// Its proposer took it back.
        Withdrawn = "withdrawn",
        /// Signed by both: the fragment is the giver's again.
        Effective = "effective",
    }
}

record! {
    /// A correction of a transfer.
    TransferCorrection in transfer_correction ("transfer_correction") {
        /// Its id; what is signed bears the same.
        id: Uuid as SqlUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// The entry that is corrected: the acceptance by which the fragment passed.
        transfer: i64 as BigInt,
        /// First unit that it moved.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// Who got the fragment.
        holder: PartyId as PartyUuid,
        /// Who gave it.
        giver: PartyId as PartyUuid,
        /// Which of the two proposed to take it back.
        proposer: PartyId as PartyUuid,
        /// What both sign.
        body: Vec<u8> as Bytea,
        /// Why.
        reason: String as Text,
        /// By whose hand it was proposed.
        made_by: String as Text,
        /// With which key.
        key: KeyId as KeyUuid,
        /// The proposer's signature over `body`.
        signature: [u8; 64] as Bytes64,
        /// How far it is.
        state: CorrectionState as CorrectionStateWord,
        /// Why the other side said no.
        word: String as Text,
        /// Business date on which it was proposed.
        made_on: NaiveDate as Date,
        /// When.
        created_at: DateTime<Utc> as Timestamptz,
        /// The entry that gave the fragment back.
        entry: Option<i64> as Nullable<BigInt>,
    }
}

impl TransferCorrection {
    /// The fragment that the transfer made.
    #[must_use]
    pub const fn fragment_no(&self) -> FragmentNo {
        FragmentNo::of(self.transfer, Side::Left)
    }
}

impl ReadTx<'_> {
    /// The correction of this id.
    ///
    /// # Errors
    /// Database errors; [`StoreError::NotFound`].
    pub fn transfer_correction_by_id(
        &mut self,
        id: Uuid,
    ) -> Result<TransferCorrection, StoreError> {
        Ok(transfer_correction::table
            .find(id)
            .select(TransferCorrection::as_select())
            .first(self.conn)?)
    }

    /// The newest `limit` corrections of which `party` is a side.
    ///
    /// # Errors
    /// Database errors only.
    pub fn transfer_corrections_of(
        &mut self,
        party: PartyId,
        limit: i64,
    ) -> Result<Vec<TransferCorrection>, StoreError> {
        Ok(transfer_correction::table
            .filter(
                transfer_correction::holder
                    .eq(Col(party))
                    .or(transfer_correction::giver.eq(Col(party))),
            )
            .order((
                transfer_correction::created_at.desc(),
                transfer_correction::id,
            ))
            .limit(limit)
            .select(TransferCorrection::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Notes a proposal.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `transfer_correction_stands_unique`: one on this transfer is open, or it
    /// was taken back.
    pub fn transfer_correction_insert(
        &mut self,
        new: &TransferCorrection,
    ) -> Result<(), StoreError> {
        TransferCorrection::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }

    /// Ends an open one without an entry; false if it is open no more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn transfer_correction_end(
        &mut self,
        id: Uuid,
        state: CorrectionState,
        word: &str,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(transfer_correction::table)
            .filter(transfer_correction::id.eq(id))
            .filter(transfer_correction::state.eq(CorrectionState::Open))
            .set((
                transfer_correction::state.eq(state),
                transfer_correction::word.eq(word),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Notes the entry that gave the fragment back; false if it is open no more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn transfer_correction_effective(
        &mut self,
        id: Uuid,
        entry: i64,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(transfer_correction::table)
            .filter(transfer_correction::id.eq(id))
            .filter(transfer_correction::state.eq(CorrectionState::Open))
            .set((
                transfer_correction::state.eq(CorrectionState::Effective),
                transfer_correction::entry.eq(Some(entry)),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }
}
