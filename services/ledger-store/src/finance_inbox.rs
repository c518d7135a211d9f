//! The requests a finance provider was invited to, filtered and paged by the database.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use uuid::Uuid;

use crate::columns::PartyUuid;
use crate::columns::RequestUuid;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::finance::FinanceRequest;
use crate::finance::InvitationState;
use crate::finance::InvitationStateWord;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

word_column! { DeskStateWord =
    /// Where a request stands for one of the providers that were asked.
    DeskState {
        /// Open, and nothing was done about it.
        ToQuote = "to_quote",
        /// Open, and a proposed answer waits for a second pair of eyes.
        ToApprove = "to_approve",
        /// Open, and the provider's quote is with the holder.
        Quoted = "quoted",
        /// The provider's quote was signed.
        Won = "won",
        /// The provider said no.
        Declined = "declined",
        /// Over without the provider: expired, taken back, or another quote was signed.
        Over = "over",
    }
}

/// Which requests are wanted; what is not said is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// Where they stand.
    pub standing: Option<DeskState>,
    /// Whose papers.
    pub obligor: Option<PartyId>,
    /// Who asks.
    pub holder: Option<PartyId>,
    /// In what currency.
    pub currency: Option<Currency>,
    /// At least so much, minor units.
    pub least: Option<Amount>,
    /// At most so much, minor units.
    pub most: Option<Amount>,
    /// Due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Due on this day or earlier.
    pub due_to: Option<NaiveDate>,
}

/// A request with how it stands for the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    /// The request.
    pub request: FinanceRequest,
    /// What the provider has done.
    pub mine: InvitationState,
    /// Where it stands.
    pub standing: DeskState,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = RequestUuid)]
    id: RequestId,
    #[diesel(sql_type = InvitationStateWord)]
    mine: InvitationState,
    #[diesel(sql_type = DeskStateWord)]
    standing: DeskState,
}

/// Requests with their standing; `$1` is the provider, `$2` the moment.
const INBOX: &str = "SELECT r.id, r.created_at, i.state AS mine, CASE \
      WHEN EXISTS (SELECT 1 FROM quote q WHERE q.request = r.id AND q.provider = $1 \
        AND q.state = 'accepted') THEN 'won' \
      WHEN i.state = 'declined' THEN 'declined' \
      WHEN r.state <> 'open' OR r.expires_at <= $2 THEN 'over' \
      WHEN EXISTS (SELECT 1 FROM quote_proposal s WHERE s.request = r.id AND s.provider = $1 \
        AND s.state = 'waiting') THEN 'to_approve' \
      WHEN EXISTS (SELECT 1 FROM quote q WHERE q.request = r.id AND q.provider = $1 \
        AND q.state = 'offered' AND q.expires_at > $2) THEN 'quoted' \
      ELSE 'to_quote' END AS standing \
    FROM finance_invitation i JOIN finance_request r ON r.id = i.request \
    JOIN paper p ON p.id = r.paper_id JOIN party o ON o.no = p.obligor \
    WHERE i.provider = $1";

impl ReadTx<'_> {
    /// A page of the requests a provider was invited to, newest first, from after the request made
    /// at `after` with that id; where they stand is as of `now`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_inbox(
        &mut self,
        provider: PartyId,
        now: DateTime<Utc>,
        filter: &InboxFilter,
        after: Option<(DateTime<Utc>, RequestId)>,
        limit: i64,
    ) -> Result<Vec<InboxRow>, StoreError> {
        let uuid = |id: [u8; 16]| Uuid::from_bytes(id);
        let found: Vec<Found> = sql_query(format!(
            "SELECT x.id, x.mine, x.standing FROM ({INBOX} \
               AND ($3::uuid IS NULL OR o.id = $3) AND ($4::uuid IS NULL OR r.holder = $4) \
               AND ($5::text IS NULL OR r.currency = $5) \
               AND ($6::bigint IS NULL OR r.amount >= $6) AND ($7::bigint IS NULL OR r.amount <= $7) \
               AND ($8::date IS NULL OR p.due_date >= $8) AND ($9::date IS NULL OR p.due_date <= $9) \
               AND ($10::timestamptz IS NULL OR r.created_at < $10 \
                 OR (r.created_at = $10 AND r.id > $11))) x \
             WHERE ($12::text IS NULL OR x.standing = $12) \
             ORDER BY x.created_at DESC, x.id LIMIT $13"
        ))
        .bind::<PartyUuid, _>(provider)
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<SqlUuid>, _>(filter.obligor.map(|id| uuid(*id.bytes())))
        .bind::<Nullable<SqlUuid>, _>(filter.holder.map(|id| uuid(*id.bytes())))
        .bind::<Nullable<Text>, _>(filter.currency.map(|currency| currency.to_string()))
        .bind::<Nullable<BigInt>, _>(filter.least.map(Amount::minor))
        .bind::<Nullable<BigInt>, _>(filter.most.map(Amount::minor))
        .bind::<Nullable<Date>, _>(filter.due_from)
        .bind::<Nullable<Date>, _>(filter.due_to)
        .bind::<Nullable<Timestamptz>, _>(after.map(|(at, _)| at))
        .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| uuid(*id.bytes())))
        .bind::<Nullable<Text>, _>(filter.standing.map(|standing| standing.word().to_owned()))
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        self.with_requests(found)
    }

    /// One request a provider was invited to; none if it was not.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_inbox_one(
        &mut self,
        provider: PartyId,
        now: DateTime<Utc>,
        request: RequestId,
    ) -> Result<Option<InboxRow>, StoreError> {
        let found: Vec<Found> = sql_query(format!(
            "SELECT x.id, x.mine, x.standing FROM ({INBOX} AND r.id = $3) x"
        ))
        .bind::<PartyUuid, _>(provider)
        .bind::<Timestamptz, _>(now)
        .bind::<RequestUuid, _>(request)
        .load(self.conn)?;
        Ok(self.with_requests(found)?.pop())
    }

    /// The obligors and the holders of the requests a provider was invited to, for choosing.
    ///
    /// # Errors
    /// Database errors only.
    pub fn finance_inbox_parties(
        &mut self,
        provider: PartyId,
    ) -> Result<(Vec<PartyId>, Vec<PartyId>), StoreError> {
        let found: Vec<Named> = sql_query(
            "SELECT DISTINCT o.id AS obligor, r.holder FROM finance_invitation i \
             JOIN finance_request r ON r.id = i.request JOIN paper p ON p.id = r.paper_id \
             JOIN party o ON o.no = p.obligor WHERE i.provider = $1",
        )
        .bind::<PartyUuid, _>(provider)
        .load(self.conn)?;
        let mut obligors: Vec<PartyId> = found.iter().map(|row| row.obligor).collect();
        let mut holders: Vec<PartyId> = found.iter().map(|row| row.holder).collect();
        for list in [&mut obligors, &mut holders] {
            list.sort_unstable();
            list.dedup();
        }
        Ok((obligors, holders))
    }

    fn with_requests(&mut self, found: Vec<Found>) -> Result<Vec<InboxRow>, StoreError> {
        let ids: Vec<RequestId> = found.iter().map(|row| row.id).collect();
        let requests = self.finance_requests_by_ids(&ids)?;
        found
            .into_iter()
            .map(|row| {
                let request = requests.iter().find(|request| request.id == row.id);
                Ok(InboxRow {
                    request: request.cloned().ok_or(StoreError::NotFound)?,
                    mine: row.mine,
                    standing: row.standing,
                })
            })
            .collect()
    }
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = PartyUuid)]
    obligor: PartyId,
    #[diesel(sql_type = PartyUuid)]
    holder: PartyId,
}
