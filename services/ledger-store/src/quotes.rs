//! Priced offers of finance providers, and the discounts concluded on them.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Integer;
use diesel::sql_types::Jsonb;
use diesel::sql_types::Nullable;
use diesel::sql_types::Timestamptz;
use ledger_core::amount::Amount;
use ledger_core::id::InstructionId;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RateCardId;
use ledger_core::id::RequestId;
use serde_json::Value;

use crate::columns::Bytes32;
use crate::columns::Bytes64;
use crate::columns::Col;
use crate::columns::InstructionUuid;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PartyUuid;
use crate::columns::QuoteUuid;
use crate::columns::RateCardUuid;
use crate::columns::RequestUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::payments::HELD;
use crate::payments::InstructionState;
use crate::schema::discount;
use crate::schema::payment_instruction;
use crate::schema::quote;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

diesel::joinable!(discount -> quote (quote));
diesel::joinable!(discount -> payment_instruction (instruction));
diesel::allow_tables_to_appear_in_same_query!(discount, quote, payment_instruction);

word_column! { QuoteStateWord =
    /// What has become of a quote.
    QuoteState {
        /// May be accepted until it expires.
        Offered = "offered",
        /// The provider took it back.
        Withdrawn = "withdrawn",
        /// The holder signed it.
        Accepted = "accepted",
        /// Expired.
        Lapsed = "lapsed",
        /// Another quote was signed.
        Lost = "lost",
    }
}

word_column! { DiscountStateWord =
    /// How far a purchase is.
    DiscountState {
        /// Signed by both, the fragment locked.
        Signed = "signed",
        /// The transfer is registered where the law wants it.
        Registered = "registered",
        /// The provider's bank has the order.
        Paying = "paying",
        /// The bank's answer is missing: it is asked, never paid again blindly.
        Unknown = "unknown",
        /// Paid on evidence; the fragment has moved.
        Funded = "funded",
        /// Not paid on evidence; the fragment is free again.
        Reversed = "reversed",
    }
}

record! {
    /// A priced offer, signed by its provider.
    Quote in quote ("quote") {
        /// Its id.
        id: QuoteId as QuoteUuid,
        /// For which request.
        request: RequestId as RequestUuid,
        /// Whose.
        provider: PartyId as PartyUuid,
        /// Rate, fees, day count and what else was agreed, as shown.
        terms: Value as Jsonb,
        /// Canonical bytes that are signed.
        body: Vec<u8> as Bytea,
        /// With which key.
        key_id: KeyId as KeyUuid,
        /// The provider's signature over `body`.
        signature: [u8; 64] as Bytes64,
        /// What the holder gets, minor units.
        proceeds: Amount as Minor,
        /// What it costs, minor units.
        charge: Amount as Minor,
        /// What has become of it.
        state: QuoteState as QuoteStateWord,
        /// Until when it may be accepted.
        expires_at: DateTime<Utc> as Timestamptz,
        /// When it was made.
        created_at: DateTime<Utc> as Timestamptz,
        /// The rate card it follows from; none if it was priced for this request.
        card: Option<RateCardId> as Nullable<RateCardUuid>,
        /// The row of that card.
        card_row: Option<i32> as Nullable<Integer>,
        /// Canonical bytes of the card's head with the row: key and signature are the card's.
        offer: Option<Vec<u8>> as Nullable<Bytea>,
    }
}

record! {
    /// A purchase concluded on a quote.
    Discount in discount ("discount") {
        /// On which quote.
        quote: QuoteId as QuoteUuid,
        /// The entry that locks the fragment until payment is proved, by number.
        lock_entry: i64 as BigInt,
        /// The payment asked for.
        instruction: InstructionId as InstructionUuid,
        /// How far it is.
        state: DiscountState as DiscountStateWord,
        /// SHA-256 of the bank's message that proves payment, or that there was none.
        evidence: Option<[u8; 32]> as Nullable<Bytes32>,
    }
}

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quotes_by_ids(&mut self, ids: &[QuoteId]) -> Result<Vec<Quote>, StoreError> {
        Ok(quote::table
            .filter(quote::id.eq_any(cols(ids)))
            .order((quote::created_at, quote::id))
            .select(Quote::as_select())
            .load(self.conn)?)
    }

    /// The quotes on these requests, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quotes_of_requests(&mut self, requests: &[RequestId]) -> Result<Vec<Quote>, StoreError> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        Ok(quote::table
            .filter(quote::request.eq_any(cols(requests)))
            .order((quote::created_at, quote::id))
            .select(Quote::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` quotes of a provider.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quotes_of_provider(
        &mut self,
        provider: PartyId,
        limit: i64,
    ) -> Result<Vec<Quote>, StoreError> {
        Ok(quote::table
            .filter(quote::provider.eq(Col(provider)))
            .order((quote::created_at.desc(), quote::id))
            .limit(limit)
            .select(Quote::as_select())
            .load(self.conn)?)
    }

    /// A page of a provider's quotes, newest first: those after the quote made at `after` with
    /// that id.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quotes_page_of_provider(
        &mut self,
        provider: PartyId,
        after: Option<(DateTime<Utc>, QuoteId)>,
        limit: i64,
    ) -> Result<Vec<Quote>, StoreError> {
        let mut page = quote::table
            .filter(quote::provider.eq(Col(provider)))
            .order((quote::created_at.desc(), quote::id))
            .limit(limit)
            .select(Quote::as_select())
            .into_boxed();
        if let Some((at, id)) = after {
            page = page.filter(
                quote::created_at
                    .lt(at)
                    .or(quote::created_at.eq(at).and(quote::id.gt(Col(id)))),
            );
        }
        Ok(page.load(self.conn)?)
    }

    /// A page of a provider's purchases with their quotes, newest quote first, as
    /// [`ReadTx::quotes_page_of_provider`].
    ///
    /// # Errors
    /// Database errors only.
    pub fn discounts_page_of_provider(
        &mut self,
        provider: PartyId,
        after: Option<(DateTime<Utc>, QuoteId)>,
        limit: i64,
    ) -> Result<Vec<(Discount, Quote)>, StoreError> {
        let mut page = discount::table
            .inner_join(quote::table)
            .filter(quote::provider.eq(Col(provider)))
            .order((quote::created_at.desc(), quote::id))
            .limit(limit)
            .select((Discount::as_select(), Quote::as_select()))
            .into_boxed();
        if let Some((at, id)) = after {
            page = page.filter(
                quote::created_at
                    .lt(at)
                    .or(quote::created_at.eq(at).and(quote::id.gt(Col(id)))),
            );
        }
        Ok(page.load(self.conn)?)
    }

    /// All purchases in this state with their quotes, oldest quote first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn discounts_in_state(
        &mut self,
        state: DiscountState,
    ) -> Result<Vec<(Discount, Quote)>, StoreError> {
        Ok(discount::table
            .inner_join(quote::table)
            .filter(discount::state.eq(state))
            .order((quote::created_at, quote::id))
            .select((Discount::as_select(), Quote::as_select()))
            .load(self.conn)?)
    }

    /// The quotes of purchases whose pay-out is authorised and still held, oldest first, with the
    /// pay-out.
    ///
    /// # Errors
    /// Database errors only.
    pub fn discounts_held(&mut self) -> Result<Vec<(InstructionId, Quote)>, StoreError> {
        Ok(discount::table
            .inner_join(quote::table)
            .inner_join(payment_instruction::table)
            .filter(discount::state.eq(DiscountState::Paying))
            .filter(payment_instruction::state.eq(InstructionState::Created))
            .filter(payment_instruction::next_attempt_at.eq(HELD))
            .order((quote::created_at, quote::id))
            .select((discount::instruction, Quote::as_select()))
            .load(self.conn)?)
    }

    /// Purchases not yet concluded whose payment has one of these states, by id of the payment.
    ///
    /// # Errors
    /// Database errors only.
    pub fn discounts_waiting_for(
        &mut self,
        states: &[InstructionState],
    ) -> Result<Vec<InstructionId>, StoreError> {
        let over = [DiscountState::Funded, DiscountState::Reversed];
        Ok(discount::table
            .inner_join(payment_instruction::table)
            .filter(discount::state.ne_all(over))
            .filter(payment_instruction::state.eq_any(states.iter().copied()))
            .order(discount::instruction)
            .select(discount::instruction)
            .load(self.conn)?)
    }

    /// The purchases concluded on these quotes.
    ///
    /// # Errors
    /// Database errors only.
    pub fn discounts_by_quotes(&mut self, quotes: &[QuoteId]) -> Result<Vec<Discount>, StoreError> {
        Ok(discount::table
            .filter(discount::quote.eq_any(cols(quotes)))
            .order(discount::quote)
            .select(Discount::as_select())
            .load(self.conn)?)
    }

    /// The purchases these payments are for.
    ///
    /// # Errors
    /// Database errors only.
    pub fn discounts_by_instructions(
        &mut self,
        instructions: &[InstructionId],
    ) -> Result<Vec<Discount>, StoreError> {
        Ok(discount::table
            .filter(discount::instruction.eq_any(cols(instructions)))
            .order(discount::quote)
            .select(Discount::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a quote. Its provider must be invited.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `quote_invited`; [`StoreError::Duplicate`] `quote_offer_unique`:
    /// the provider has another on offer.
    pub fn quote_insert(&mut self, new: &Quote) -> Result<(), StoreError> {
        Quote::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Moves a quote from one state to another; false if it was not in `from` any more.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `quote_accepted_unique`: the request has an accepted one.
    pub fn quote_move(
        &mut self,
        id: QuoteId,
        from: QuoteState,
        to: QuoteState,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(quote::table)
            .filter(quote::id.eq(Col(id)).and(quote::state.eq(from)))
            .set(quote::state.eq(to))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Marks those of `ids` that are on offer as signed by the holder, and gives how many.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `quote_accepted_unique`: a request has an accepted one.
    pub fn quotes_accept(&mut self, ids: &[QuoteId]) -> Result<usize, StoreError> {
        Ok(diesel::update(quote::table)
            .filter(quote::id.eq_any(cols(ids)))
            .filter(quote::state.eq(QuoteState::Offered))
            .set(quote::state.eq(QuoteState::Accepted))
            .execute(self.conn)?)
    }

    /// Moves all quotes on offer for these requests (another was signed, or the requests ended) and
    /// gives them.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quotes_on_offer_close(
        &mut self,
        requests: &[RequestId],
        to: QuoteState,
    ) -> Result<Vec<Quote>, StoreError> {
        Ok(diesel::update(quote::table)
            .filter(
                quote::request
                    .eq_any(cols(requests))
                    .and(quote::state.eq(QuoteState::Offered)),
            )
            .set(quote::state.eq(to))
            .returning(Quote::as_returning())
            .get_results(self.conn)?)
    }

    /// Lapses quotes past their moment and gives them.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quotes_lapse(&mut self, now: DateTime<Utc>) -> Result<Vec<Quote>, StoreError> {
        Ok(diesel::update(quote::table)
            .filter(
                quote::state
                    .eq(QuoteState::Offered)
                    .and(quote::expires_at.le(now)),
            )
            .set(quote::state.eq(QuoteState::Lapsed))
            .returning(Quote::as_returning())
            .get_results(self.conn)?)
    }
}
