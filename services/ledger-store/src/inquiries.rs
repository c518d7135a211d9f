//! What holders ask once (询价): each inquiry covers one or several requests.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::sql_types::Nullable;
use diesel::sql_types::Timestamptz;
use ledger_core::currency::Currency;
use ledger_core::id::InquiryId;
use ledger_core::id::PartyId;

use crate::columns::CurrencyCode;
use crate::columns::InquiryUuid;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::finance_inquiry;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { InquiryModeWord =
    /// How finance providers answer.
    InquiryMode {
        /// Each quote is there for the holder as soon as it comes.
        Open = "open",
        /// Digests first; quotes only when all bids are in.
        Sealed = "sealed",
    }
}

record! {
    /// What a holder asks once.
    Inquiry in finance_inquiry ("finance_inquiry") {
        /// Its id.
        id: InquiryId as InquiryUuid,
        /// Who asks.
        holder: PartyId as PartyUuid,
        /// In what.
        currency: Currency as CurrencyCode,
        /// How providers answer.
        mode: InquiryMode as InquiryModeWord,
        /// Sealed: until when bids are taken; from then on they are shown.
        bids_until: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// Until when a quote may be given and signed.
        expires_at: DateTime<Utc> as Timestamptz,
        /// Sealed: whether bidders have been told to show their bids.
        reveal_called: bool as Bool,
        /// When it was made.
        created_at: DateTime<Utc> as Timestamptz,
    }
}

impl Inquiry {
    /// Whether bids are still sealed at `now`: nobody but their bidders can know them.
    #[must_use]
    pub fn is_sealed(&self, now: DateTime<Utc>) -> bool {
        self.bids_until.is_some_and(|until| now < until)
    }
}

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn inquiries_by_ids(&mut self, ids: &[InquiryId]) -> Result<Vec<Inquiry>, StoreError> {
        Ok(finance_inquiry::table
            .filter(finance_inquiry::id.eq_any(cols(ids)))
            .order((finance_inquiry::created_at.desc(), finance_inquiry::id))
            .select(Inquiry::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Makes an inquiry.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `finance_inquiry_sealed`, `finance_inquiry_moments`.
    pub fn inquiry_insert(&mut self, new: &Inquiry) -> Result<(), StoreError> {
        Inquiry::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Marks the sealed inquiries whose bids are all in at `now` as called, and gives those that
    /// were not.
    ///
    /// # Errors
    /// Database errors only.
    pub fn inquiries_call_reveal(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Vec<Inquiry>, StoreError> {
        Ok(diesel::update(finance_inquiry::table)
            .filter(finance_inquiry::mode.eq(InquiryMode::Sealed))
            .filter(finance_inquiry::reveal_called.eq(false))
            .filter(finance_inquiry::bids_until.le(now))
            .set(finance_inquiry::reveal_called.eq(true))
            .returning(Inquiry::as_returning())
            .get_results(self.conn)?)
    }
}
