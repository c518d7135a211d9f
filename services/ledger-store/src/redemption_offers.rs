//! Offers of obligors to pay papers early, on their way to two signatures and to their last day.

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
use crate::parties::one_row;
use crate::schema::redemption_offer;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { RedemptionOfferStateWord =
    /// How far an offer to pay early is.
    RedemptionOfferState {
        /// Waits for the obligor's second person.
        Waiting = "waiting",
        /// Holders may accept.
        Open = "open",
        /// The second person sent it back with a word.
        Returned = "returned",
        /// The obligor took it back before its second person signed.
        Withdrawn = "withdrawn",
        /// Its last day is over.
        Ended = "ended",
    }
}

record! {
    /// An offer to pay a paper early.
    RedemptionOfferRow in redemption_offer ("redemption_offer") {
        /// Its id, which is in the signed bytes too.
        id: Uuid as SqlUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// Whose.
        obligor: PartyId as PartyUuid,
        /// What the obligor's two people sign.
        body: Vec<u8> as Bytea,
        /// When it is paid.
        pay_date: NaiveDate as Date,
        /// The last day on which a holder may accept.
        accept_by: NaiveDate as Date,
        /// Who proposed: `user:id` or `key:id`.
        made_by: String as Text,
        /// The name to show.
        maker_name: String as Text,
        /// With which key.
        maker_key: KeyId as KeyUuid,
        /// The signature.
        maker_signature: [u8; 64] as Bytes64,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
        /// Who decided as the second.
        checked_by: Option<String> as Nullable<Text>,
        /// The name to show.
        checker_name: String as Text,
        /// With which key.
        checker_key: Option<KeyId> as Nullable<KeyUuid>,
        /// The signature.
        checker_signature: Option<[u8; 64]> as Nullable<Bytes64>,
        /// The word with a no, or empty.
        word: String as Text,
        /// How far it is.
        state: RedemptionOfferState as RedemptionOfferStateWord,
    }
}

/// The obligor's second person signs an offer, or sends it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedemptionDecision {
    /// By whose hand.
    pub by: String,
    /// The name to show.
    pub name: String,
    /// The signature; none if it is sent back.
    pub signed: Option<(KeyId, [u8; 64])>,
    /// The word with a no, or empty.
    pub word: String,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

impl ReadTx<'_> {
    /// Offers that concern a party: its own as the obligor; beyond the second signature, those on
    /// papers of which it holds a part, and those it has taken. Those that stand come first, then the
    /// newest, at most `most`; with `only`, that one alone.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemption_offers_of(
        &mut self,
        party: PartyId,
        only: Option<Uuid>,
        most: i64,
    ) -> Result<Vec<RedemptionOfferRow>, StoreError> {
        let rows: Vec<IdRow> = sql_query(
            "SELECT a.id FROM redemption_offer a JOIN paper p ON p.id = a.paper \
             WHERE ($3 IS NULL OR a.id = $3) AND (a.obligor = $1 OR (a.checker_key IS NOT NULL \
               AND (EXISTS (SELECT 1 FROM redemption r WHERE r.offer = a.id AND r.holder = $1) \
                 OR (a.state = 'open' AND EXISTS ( \
                       SELECT 1 FROM live_fragment_now f JOIN party h ON h.no = f.holder \
                       WHERE f.paper = p.no AND h.id = $1))))) \
             ORDER BY a.state IN ('waiting', 'open') DESC, a.made_at DESC, a.id LIMIT $2",
        )
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(most)
        .bind::<Nullable<SqlUuid>, _>(only)
        .load(self.conn)?;
        let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
        let mut found: Vec<RedemptionOfferRow> = redemption_offer::table
            .filter(redemption_offer::id.eq_any(&ids))
            .select(RedemptionOfferRow::as_select())
            .load(self.conn)?;
        found.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
        Ok(found)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn redemption_offer_by_id(&mut self, id: Uuid) -> Result<RedemptionOfferRow, StoreError> {
        Ok(redemption_offer::table
            .filter(redemption_offer::id.eq(id))
            .select(RedemptionOfferRow::as_select())
            .first(self.conn)?)
    }

    /// The one on a paper that waits for a signature or may be accepted, if there is one.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemption_offer_open_on(
        &mut self,
        paper: PaperId,
    ) -> Result<Option<RedemptionOfferRow>, StoreError> {
        Ok(redemption_offer::table
            .filter(redemption_offer::paper.eq(Col(paper)))
            .filter(
                redemption_offer::state
                    .eq_any([RedemptionOfferState::Waiting, RedemptionOfferState::Open]),
            )
            .select(RedemptionOfferRow::as_select())
            .first(self.conn)
            .optional()?)
    }
}

impl WriteTx<'_> {
    /// Adds an offer.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `redemption_offer_open_unique`.
    pub fn redemption_offer_insert(&mut self, new: &RedemptionOfferRow) -> Result<(), StoreError> {
        RedemptionOfferRow::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }

    /// Locks an offer for this unit of work.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn redemption_offer_lock(&mut self, id: Uuid) -> Result<RedemptionOfferRow, StoreError> {
        Ok(redemption_offer::table
            .filter(redemption_offer::id.eq(id))
            .select(RedemptionOfferRow::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// The second person's word on an offer that waits for it.
    ///
    /// # Errors
    /// `Violated` by the table's law of four eyes; [`StoreError::NotFound`] if it doesn't wait.
    pub fn redemption_offer_decide(
        &mut self,
        id: Uuid,
        decision: &RedemptionDecision,
    ) -> Result<(), StoreError> {
        let state = if decision.signed.is_some() {
            RedemptionOfferState::Open
        } else {
            RedemptionOfferState::Returned
        };
        let (key, signature) = decision.signed.unzip();
        let changed = diesel::update(redemption_offer::table)
            .filter(redemption_offer::id.eq(id))
            .filter(redemption_offer::state.eq(RedemptionOfferState::Waiting))
            .set((
                redemption_offer::state.eq(state),
                redemption_offer::checked_by.eq(&decision.by),
                redemption_offer::checker_name.eq(&decision.name),
                redemption_offer::checker_key.eq(key.map(Col)),
                redemption_offer::checker_signature.eq(signature.map(Col)),
                redemption_offer::word.eq(&decision.word),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Takes an offer back that waits for its second signature.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it doesn't wait.
    pub fn redemption_offer_withdraw(&mut self, id: Uuid) -> Result<(), StoreError> {
        let changed = diesel::update(redemption_offer::table)
            .filter(redemption_offer::id.eq(id))
            .filter(redemption_offer::state.eq(RedemptionOfferState::Waiting))
            .set(redemption_offer::state.eq(RedemptionOfferState::Withdrawn))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Offers whose last day is before `today` have ended. Gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemption_offers_end(&mut self, today: NaiveDate) -> Result<usize, StoreError> {
        Ok(diesel::update(redemption_offer::table)
            .filter(
                redemption_offer::state
                    .eq_any([RedemptionOfferState::Waiting, RedemptionOfferState::Open]),
            )
            .filter(redemption_offer::accept_by.lt(today))
            .set(redemption_offer::state.eq(RedemptionOfferState::Ended))
            .execute(self.conn)?)
    }

    /// The offer on a paper whose terms have changed, if one stands, has ended: it was made for others.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemption_offer_of_paper_ends(&mut self, paper: PaperId) -> Result<(), StoreError> {
        diesel::update(redemption_offer::table)
            .filter(
                redemption_offer::state
                    .eq_any([RedemptionOfferState::Waiting, RedemptionOfferState::Open]),
            )
            .filter(redemption_offer::paper.eq(Col(paper)))
            .set(redemption_offer::state.eq(RedemptionOfferState::Ended))
            .execute(self.conn)?;
        Ok(())
    }
}
