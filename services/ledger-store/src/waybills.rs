//! Facts of electronic waybills, to find them by.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;

use crate::columns::Col;
use crate::columns::DocumentUuid;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::waybill;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// Who carried what for whom, and when.
    WaybillRecord in waybill ("waybill") {
        /// The document.
        document: DocumentId as DocumentUuid,
        /// Who carried.
        carrier: PartyId as PartyUuid,
        /// Who sent.
        shipper: PartyId as PartyUuid,
        /// Who received.
        receiver: PartyId as PartyUuid,
        /// When it was picked up.
        picked_up_at: DateTime<Utc> as Timestamptz,
        /// When it was handed over.
        handed_over_at: DateTime<Utc> as Timestamptz,
    }
}

impl ReadTx<'_> {
    /// Waybills by document.
    ///
    /// # Errors
    /// Database errors only.
    pub fn waybills_by_documents(
        &mut self,
        documents: &[DocumentId],
    ) -> Result<Vec<WaybillRecord>, StoreError> {
        Ok(waybill::table
            .filter(waybill::document.eq_any(cols(documents)))
            .order(waybill::document)
            .select(WaybillRecord::as_select())
            .load(self.conn)?)
    }

    /// Waybills from one party to another, handed over in `[from, until)`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn waybills_between(
        &mut self,
        shipper: PartyId,
        receiver: PartyId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<WaybillRecord>, StoreError> {
        Ok(waybill::table
            .filter(waybill::shipper.eq(Col(shipper)))
            .filter(waybill::receiver.eq(Col(receiver)))
            .filter(waybill::handed_over_at.ge(from))
            .filter(waybill::handed_over_at.lt(until))
            .order((waybill::handed_over_at, waybill::document))
            .select(WaybillRecord::as_select())
            .load(self.conn)?)
    }

    /// The newest waybills in which a party carries, sends or receives.
    ///
    /// # Errors
    /// Database errors only.
    pub fn waybills_of_party(
        &mut self,
        party: PartyId,
        limit: i64,
    ) -> Result<Vec<WaybillRecord>, StoreError> {
        let mine = waybill::carrier
            .eq(Col(party))
            .or(waybill::shipper.eq(Col(party)))
            .or(waybill::receiver.eq(Col(party)));
        Ok(waybill::table
            .filter(mine)
            .order((waybill::handed_over_at.desc(), waybill::document))
            .limit(limit)
            .select(WaybillRecord::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a waybill's facts.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if they are there.
    pub fn waybill_insert(&mut self, new: &WaybillRecord) -> Result<(), StoreError> {
        WaybillRecord::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }
}
