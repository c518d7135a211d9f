//! Requests for money on fragments, and who is invited to quote.

use chrono::DateTime;
use chrono::Utc;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Timestamptz;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::InquiryId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;

use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::InquiryUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::RequestUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::schema::finance_invitation;
use crate::schema::finance_request;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { RequestStateWord =
    /// How far a request is.
    RequestState {
        /// Quotes are wanted.
        Open = "open",
        /// A quote is signed, its fragment locked.
        Signed = "signed",
        /// The money is on its way.
        Paying = "paying",
        /// Paid; the fragment is the provider's.
        Funded = "funded",
        /// All who were asked said no.
        Declined = "declined",
        /// Nobody was signed in time.
        Expired = "expired",
        /// The holder took it back.
        Withdrawn = "withdrawn",
    }
}

word_column! { InvitationStateWord =
    /// What an invited provider has done.
    InvitationState {
        /// Nothing yet.
        Invited = "invited",
        /// Said no.
        Declined = "declined",
        /// Quoted.
        Quoted = "quoted",
    }
}

record! {
    /// A request for money on one fragment.
    FinanceRequest in finance_request ("finance_request") {
        /// Its id.
        id: RequestId as RequestUuid,
        /// Who asks.
        holder: PartyId as PartyUuid,
        /// Of which paper.
        paper_id: PaperId as PaperUuid,
        /// The entry that created the fragment, by its number in the book.
        parent: i64 as BigInt,
        /// Which part of that entry it is: 0 the front, 1 the rest.
        side: i16 as SmallInt,
        /// First unit of the range.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// `hi - lo`, minor units.
        amount: Amount as Minor,
        /// In what.
        currency: Currency as CurrencyCode,
        /// How far it is.
        state: RequestState as RequestStateWord,
        /// When it was made.
        created_at: DateTime<Utc> as Timestamptz,
        /// Until when quotes are wanted.
        expires_at: DateTime<Utc> as Timestamptz,
        /// What was asked at once; none if it was asked before there were inquiries.
        inquiry: Option<InquiryId> as Nullable<InquiryUuid>,
    }
}

record! {
    /// A provider that may see a request.
    FinanceInvitation in finance_invitation ("finance_invitation") {
        /// Which request.
        request: RequestId as RequestUuid,
        /// Whom.
        provider: PartyId as PartyUuid,
        /// What it has done.
        state: InvitationState as InvitationStateWord,
    }
}

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_by_ids(
        &mut self,
        ids: &[RequestId],
    ) -> Result<Vec<FinanceRequest>, StoreError> {
        Ok(finance_request::table
            .filter(finance_request::id.eq_any(cols(ids)))
            .order((finance_request::created_at.desc(), finance_request::id))
            .select(FinanceRequest::as_select())
            .load(self.conn)?)
    }

    /// The requests of these inquiries, in the order in which each asks.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_of_inquiries(
        &mut self,
        inquiries: &[InquiryId],
    ) -> Result<Vec<FinanceRequest>, StoreError> {
        Ok(finance_request::table
            .filter(
                finance_request::inquiry
                    .assume_not_null()
                    .eq_any(cols(inquiries)),
            )
            .order((
                finance_request::inquiry,
                finance_request::paper_id,
                finance_request::lo,
            ))
            .select(FinanceRequest::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` requests of a holder.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_of_holder(
        &mut self,
        holder: PartyId,
        limit: i64,
    ) -> Result<Vec<FinanceRequest>, StoreError> {
        Ok(finance_request::table
            .filter(finance_request::holder.eq(Col(holder)))
            .order((finance_request::created_at.desc(), finance_request::id))
            .limit(limit)
            .select(FinanceRequest::as_select())
            .load(self.conn)?)
    }

    /// Requests a provider is invited to, newest first: a page from after the request made at
    /// `after` with that id, with what the provider has done.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_of_provider(
        &mut self,
        provider: PartyId,
        after: Option<(DateTime<Utc>, RequestId)>,
        limit: i64,
    ) -> Result<Vec<(FinanceRequest, InvitationState)>, StoreError> {
        let mut page = finance_invitation::table
            .inner_join(finance_request::table)
            .filter(finance_invitation::provider.eq(Col(provider)))
            .order((finance_request::created_at.desc(), finance_request::id))
            .limit(limit)
            .select((FinanceRequest::as_select(), finance_invitation::state))
            .into_boxed();
        if let Some((at, id)) = after {
            page = page.filter(
                finance_request::created_at
                    .lt(at)
                    .or(finance_request::created_at
                        .eq(at)
                        .and(finance_request::id.gt(Col(id)))),
            );
        }
        Ok(page.load(self.conn)?)
    }

    /// Who has ever asked a provider for money.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_holders_of_provider(
        &mut self,
        provider: PartyId,
    ) -> Result<Vec<PartyId>, StoreError> {
        Ok(finance_invitation::table
            .inner_join(finance_request::table)
            .filter(finance_invitation::provider.eq(Col(provider)))
            .select(finance_request::holder)
            .distinct()
            .order(finance_request::holder)
            .load(self.conn)?)
    }

    /// Who is invited to these requests.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_invitations(
        &mut self,
        requests: &[RequestId],
    ) -> Result<Vec<FinanceInvitation>, StoreError> {
        Ok(finance_invitation::table
            .filter(finance_invitation::request.eq_any(cols(requests)))
            .order((finance_invitation::request, finance_invitation::provider))
            .select(FinanceInvitation::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Makes requests and invites each of the providers to each of them.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `finance_request_fragment_unique`: a fragment has a live one.
    pub fn finance_requests_insert(
        &mut self,
        new: &[FinanceRequest],
        providers: &[PartyId],
    ) -> Result<(), StoreError> {
        FinanceRequest::insert_all(self.conn, new, Known::Refused)?;
        let invitations: Vec<FinanceInvitation> = new
            .iter()
            .flat_map(|request| {
                providers.iter().map(|provider| FinanceInvitation {
                    request: request.id,
                    provider: *provider,
                    state: InvitationState::Invited,
                })
            })
            .collect();
        FinanceInvitation::insert_all(self.conn, &invitations, Known::Refused).map(|_all| ())
    }

    /// Locks requests for this unit of work, in the order of their ids.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_lock(
        &mut self,
        ids: &[RequestId],
    ) -> Result<Vec<FinanceRequest>, StoreError> {
        Ok(finance_request::table
            .filter(finance_request::id.eq_any(cols(ids)))
            .order(finance_request::id)
            .select(FinanceRequest::as_select())
            .for_no_key_update()
            .load(self.conn)?)
    }

    /// Locks a request for this unit of work: quotes, acceptance and expiry take turns.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn finance_request_lock(&mut self, id: RequestId) -> Result<FinanceRequest, StoreError> {
        Ok(finance_request::table
            .filter(finance_request::id.eq(Col(id)))
            .select(FinanceRequest::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Marks those of `ids` that are open as signed, and gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_sign(&mut self, ids: &[RequestId]) -> Result<usize, StoreError> {
        Ok(diesel::update(finance_request::table)
            .filter(finance_request::id.eq_any(cols(ids)))
            .filter(finance_request::state.eq(RequestState::Open))
            .set(finance_request::state.eq(RequestState::Signed))
            .execute(self.conn)?)
    }

    /// Takes open requests back and gives their ids.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_withdraw(
        &mut self,
        ids: &[RequestId],
    ) -> Result<Vec<RequestId>, StoreError> {
        Ok(diesel::update(finance_request::table)
            .filter(finance_request::id.eq_any(cols(ids)))
            .filter(finance_request::state.eq(RequestState::Open))
            .set(finance_request::state.eq(RequestState::Withdrawn))
            .returning(finance_request::id)
            .get_results(self.conn)?)
    }

    /// Sets how far a request is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Duplicate`] `finance_request_fragment_unique`.
    pub fn finance_request_state_set(
        &mut self,
        id: RequestId,
        state: RequestState,
    ) -> Result<(), StoreError> {
        let changed = diesel::update(finance_request::table)
            .filter(finance_request::id.eq(Col(id)))
            .set(finance_request::state.eq(state))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Ends open requests that nobody was signed for in time, and gives them.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_expire(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Vec<FinanceRequest>, StoreError> {
        Ok(diesel::update(finance_request::table)
            .filter(finance_request::state.eq(RequestState::Open))
            .filter(finance_request::expires_at.le(now))
            .set(finance_request::state.eq(RequestState::Expired))
            .returning(FinanceRequest::as_returning())
            .get_results(self.conn)?)
    }

    /// Takes back open requests whose fragment the holder has used otherwise, and gives them.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_requests_close_spent(&mut self) -> Result<Vec<FinanceRequest>, StoreError> {
        // The fragment's compact key: the entry that made it, and the side (see `live`).
        let spent = sql::<Bool>(
            "(EXISTS (SELECT 1 FROM entry e \
             WHERE e.spent = finance_request.parent * 2 + finance_request.side) \
             OR EXISTS (SELECT 1 FROM entry e WHERE e.joined IS NOT NULL \
             AND e.joined = finance_request.parent * 2 + finance_request.side))",
        );
        Ok(diesel::update(finance_request::table)
            .filter(finance_request::state.eq(RequestState::Open))
            .filter(spent)
            .set(finance_request::state.eq(RequestState::Withdrawn))
            .returning(FinanceRequest::as_returning())
            .get_results(self.conn)?)
    }

    /// Sets what an invited provider has done.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it was not invited.
    pub fn finance_invitation_state_set(
        &mut self,
        request: RequestId,
        provider: PartyId,
        state: InvitationState,
    ) -> Result<(), StoreError> {
        let changed = diesel::update(finance_invitation::table)
            .filter(finance_invitation::request.eq(Col(request)))
            .filter(finance_invitation::provider.eq(Col(provider)))
            .set(finance_invitation::state.eq(state))
            .execute(self.conn)?;
        one_row(changed)
    }
}
