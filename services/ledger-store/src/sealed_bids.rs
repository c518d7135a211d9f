//! Digests to which finance providers have bound themselves, until they show what is behind them.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Bytea;
use diesel::sql_types::Nullable;
use diesel::sql_types::Timestamptz;
use ledger_core::id::BidId;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::id::UserId;

use crate::columns::BidUuid;
use crate::columns::Bytes32;
use crate::columns::Bytes64;
use crate::columns::Col;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::QuoteUuid;
use crate::columns::RequestUuid;
use crate::columns::UserUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::schema::sealed_bid;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { BidStateWord =
    /// What has become of a sealed bid.
    BidState {
        /// Only its digest is here.
        Sealed = "sealed",
        /// Shown, and a quote on offer since.
        Revealed = "revealed",
        /// The provider took it back before bids were closed.
        Withdrawn = "withdrawn",
        /// The request ended before it was shown.
        Lapsed = "lapsed",
    }
}

record! {
    /// A sealed bid.
    SealedBid in sealed_bid ("sealed_bid") {
        /// Its id.
        id: BidId as BidUuid,
        /// On which request.
        request: RequestId as RequestUuid,
        /// Whose.
        provider: PartyId as PartyUuid,
        /// SHA-256 over request, provider, nonce and quote.
        commitment: [u8; 32] as Bytes32,
        /// With which key the provider has bound itself.
        key_id: KeyId as KeyUuid,
        /// The provider's signature under the digest.
        signature: [u8; 64] as Bytes64,
        /// What has become of it.
        state: BidState as BidStateWord,
        /// The person whose envelope is kept here.
        sealed_by: Option<UserId> as Nullable<UserUuid>,
        /// Nonce and quote under that person's key; none if the provider keeps them itself.
        envelope: Option<Vec<u8>> as Nullable<Bytea>,
        /// The quote it became.
        quote: Option<QuoteId> as Nullable<QuoteUuid>,
        /// When it was bound.
        created_at: DateTime<Utc> as Timestamptz,
    }
}

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sealed_bids_by_ids(&mut self, ids: &[BidId]) -> Result<Vec<SealedBid>, StoreError> {
        Ok(sealed_bid::table
            .filter(sealed_bid::id.eq_any(cols(ids)))
            .order((sealed_bid::created_at, sealed_bid::id))
            .select(SealedBid::as_select())
            .load(self.conn)?)
    }

    /// The sealed bids on these requests, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sealed_bids_of_requests(
        &mut self,
        requests: &[RequestId],
    ) -> Result<Vec<SealedBid>, StoreError> {
        Ok(sealed_bid::table
            .filter(sealed_bid::request.eq_any(cols(requests)))
            .order((sealed_bid::created_at, sealed_bid::id))
            .select(SealedBid::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a sealed bid. Its provider must be invited, and bids must still be taken.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `sealed_bid_invited`, `sealed_bid_in_time`;
    /// [`StoreError::Duplicate`] `sealed_bid_live_unique`: the provider has one on this request,
    /// `sealed_bid_commitment_unique`.
    pub fn sealed_bid_insert(&mut self, new: &SealedBid) -> Result<(), StoreError> {
        SealedBid::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Notes that a bid was shown and became `quote`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it is not sealed any more.
    pub fn sealed_bid_reveal(&mut self, id: BidId, quote: QuoteId) -> Result<(), StoreError> {
        let changed = diesel::update(sealed_bid::table)
            .filter(sealed_bid::id.eq(Col(id)))
            .filter(sealed_bid::state.eq(BidState::Sealed))
            .set((
                sealed_bid::state.eq(BidState::Revealed),
                sealed_bid::quote.eq(Col(Some(quote))),
                sealed_bid::envelope.eq(None::<Vec<u8>>),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Takes a sealed bid back; false if it is not sealed any more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sealed_bid_withdraw(&mut self, id: BidId) -> Result<bool, StoreError> {
        let changed = diesel::update(sealed_bid::table)
            .filter(sealed_bid::id.eq(Col(id)))
            .filter(sealed_bid::state.eq(BidState::Sealed))
            .set((
                sealed_bid::state.eq(BidState::Withdrawn),
                sealed_bid::envelope.eq(None::<Vec<u8>>),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Ends bids on these requests that were not shown, and gives them.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sealed_bids_lapse(
        &mut self,
        requests: &[RequestId],
    ) -> Result<Vec<SealedBid>, StoreError> {
        Ok(diesel::update(sealed_bid::table)
            .filter(sealed_bid::request.eq_any(cols(requests)))
            .filter(sealed_bid::state.eq(BidState::Sealed))
            .set((
                sealed_bid::state.eq(BidState::Lapsed),
                sealed_bid::envelope.eq(None::<Vec<u8>>),
            ))
            .returning(SealedBid::as_returning())
            .get_results(self.conn)?)
    }
}
