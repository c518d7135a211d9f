//! Standing rates of finance providers, and which rows of them cover a deal.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::id::RateCardId;
use ledger_core::id::RequestId;

use crate::columns::Bytes64;
use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PartyUuid;
use crate::columns::RateCardUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::quotes::Quote;
use crate::quotes::QuoteState;
use crate::schema::quote;
use crate::schema::rate_card;
use crate::schema::rate_card_row;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { RateCardStateWord =
    /// Whether a card may still be used.
    RateCardState {
        /// Quotes may follow from it on the dates it names.
        Standing = "standing",
        /// The provider took it back; quotes made before stay good until they expire.
        Withdrawn = "withdrawn",
    }
}

record! {
    /// A signed table of rates.
    RateCard in rate_card ("rate_card") {
        /// Its id.
        id: RateCardId as RateCardUuid,
        /// Whose.
        provider: PartyId as PartyUuid,
        /// Currency of its amounts.
        currency: Currency as CurrencyCode,
        /// Canonical bytes of the head: what is signed.
        body: Vec<u8> as Bytea,
        /// With which key.
        key_id: KeyId as KeyUuid,
        /// The provider's signature over `body`.
        signature: [u8; 64] as Bytes64,
        /// How much may be bought under it, minor units; zero for no such limit.
        most_in_all: Amount as Minor,
        /// First business date.
        valid_from: NaiveDate as Date,
        /// Last.
        valid_until: NaiveDate as Date,
        /// Whether it stands.
        state: RateCardState as RateCardStateWord,
        /// When it was published.
        created_at: DateTime<Utc> as Timestamptz,
        /// When it was taken back.
        withdrawn_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
    }
}

record! {
    /// A row of a table of rates.
    RateCardRow in rate_card_row ("rate_card_row") {
        /// Of which card.
        card: RateCardId as RateCardUuid,
        /// Its place in the table, from 0.
        no: i32 as Integer,
        /// For which obligor; for any if none.
        obligor: Option<PartyId> as Nullable<PartyUuid>,
        /// The worst grade it takes (1 is the best); any, also none, if none.
        worst_grade: Option<i16> as Nullable<SmallInt>,
        /// Salt of the commitment to that grade.
        salt: Option<Vec<u8>> as Nullable<Bytea>,
        /// Fewest days.
        days_from: i32 as Integer,
        /// Most days.
        days_to: i32 as Integer,
        /// Smallest amount.
        amount_from: Amount as Minor,
        /// Largest amount.
        amount_to: Amount as Minor,
        /// Canonical bytes: the leaf of the card's root.
        body: Vec<u8> as Bytea,
    }
}

/// What a standing offer is looked for: one amount on one obligor.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Who owes.
    pub obligor: PartyId,
    /// In what.
    pub currency: Currency,
    /// How much.
    pub amount: Amount,
    /// When it is due.
    pub due_date: NaiveDate,
}

/// A row that covers something wanted, as far as obligor, grade, amount and time go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Match {
    /// Which of the wanted, from 1.
    #[diesel(sql_type = BigInt)]
    pub wanted: i64,
    /// Card.
    #[diesel(sql_type = RateCardUuid)]
    pub card: RateCardId,
    /// Row.
    #[diesel(sql_type = Integer)]
    pub no: i32,
}

#[derive(QueryableByName)]
struct Used {
    #[diesel(sql_type = BigInt)]
    used: i64,
}

// Bought under a card: accepted quotes whose purchase was not undone.
const USED: &str = "SELECT coalesce(sum(f.amount), 0)::bigint AS used FROM quote q \
    JOIN finance_request f ON f.id = q.request \
    JOIN discount d ON d.quote = q.id AND d.state <> 'reversed' WHERE q.card = $1";

// The grade that counts is the provider's newest; a row that asks for one takes no obligor without.
const MATCHES: &str = "SELECT w.n AS wanted, r.card, r.no \
    FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS w (obligor, currency, amount, due_date, n) \
    JOIN rate_card c ON c.provider = ANY($5) AND c.currency = w.currency AND c.state = 'standing' \
      AND $6 BETWEEN c.valid_from AND c.valid_until \
    JOIN rate_card_row r ON r.card = c.id AND (r.obligor IS NULL OR r.obligor = w.obligor) \
      AND w.amount BETWEEN r.amount_from AND r.amount_to AND w.due_date - $6 >= r.days_from \
    WHERE (r.worst_grade IS NULL OR r.worst_grade >= (SELECT g.grade FROM obligor_grade g \
        WHERE g.provider = c.provider AND g.obligor = w.obligor \
        ORDER BY g.since DESC, g.id LIMIT 1)) \
      AND (c.most_in_all = 0 OR c.most_in_all >= w.amount + (SELECT coalesce(sum(f.amount), 0) \
        FROM quote q JOIN finance_request f ON f.id = q.request \
        JOIN discount d ON d.quote = q.id AND d.state <> 'reversed' WHERE q.card = c.id)) \
    ORDER BY w.n, r.card, r.no";

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_cards_by_ids(&mut self, ids: &[RateCardId]) -> Result<Vec<RateCard>, StoreError> {
        Ok(rate_card::table
            .filter(rate_card::id.eq_any(cols(ids)))
            .order(rate_card::id)
            .select(RateCard::as_select())
            .load(self.conn)?)
    }

    /// A page of a provider's cards, newest first: those after the card made at `after` with that
    /// id.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_cards_page(
        &mut self,
        provider: PartyId,
        after: Option<(DateTime<Utc>, RateCardId)>,
        limit: i64,
    ) -> Result<Vec<RateCard>, StoreError> {
        let mut page = rate_card::table
            .filter(rate_card::provider.eq(Col(provider)))
            .order((rate_card::created_at.desc(), rate_card::id))
            .limit(limit)
            .select(RateCard::as_select())
            .into_boxed();
        if let Some((at, id)) = after {
            page = page.filter(
                rate_card::created_at
                    .lt(at)
                    .or(rate_card::created_at.eq(at).and(rate_card::id.gt(Col(id)))),
            );
        }
        Ok(page.load(self.conn)?)
    }

    /// A provider's cards that stand on `today` or later, newest first: all of them, since each binds.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_cards_standing(
        &mut self,
        provider: PartyId,
        today: NaiveDate,
    ) -> Result<Vec<RateCard>, StoreError> {
        Ok(rate_card::table
            .filter(rate_card::provider.eq(Col(provider)))
            .filter(rate_card::state.eq(RateCardState::Standing))
            .filter(rate_card::valid_until.ge(today))
            .order((rate_card::created_at.desc(), rate_card::id))
            .select(RateCard::as_select())
            .load(self.conn)?)
    }

    /// All rows of these cards, in the order of their tables.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_card_rows(&mut self, cards: &[RateCardId]) -> Result<Vec<RateCardRow>, StoreError> {
        Ok(rate_card_row::table
            .filter(rate_card_row::card.eq_any(cols(cards)))
            .order((rate_card_row::card, rate_card_row::no))
            .select(RateCardRow::as_select())
            .load(self.conn)?)
    }

    /// Rows of standing cards of these providers that cover what is wanted on `today`. How many
    /// days there are depends on the pay-out's day, which only the card and the calendar know: the
    /// caller asks the law for that.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_card_matches(
        &mut self,
        wanted: &[Wanted],
        providers: &[PartyId],
        today: NaiveDate,
    ) -> Result<Vec<Match>, StoreError> {
        let each = wanted.iter();
        Ok(sql_query(MATCHES)
            .bind::<Array<PartyUuid>, _>(each.clone().map(|w| Col(w.obligor)).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(
                each.clone()
                    .map(|w| w.currency.to_string())
                    .collect::<Vec<_>>(),
            )
            .bind::<Array<BigInt>, _>(each.clone().map(|w| w.amount.minor()).collect::<Vec<_>>())
            .bind::<Array<Date>, _>(each.map(|w| w.due_date).collect::<Vec<_>>())
            .bind::<Array<PartyUuid>, _>(cols(providers))
            .bind::<Date, _>(today)
            .load(self.conn)?)
    }

    /// How much was bought under a card, minor units; purchases that were undone don't count.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_card_used(&mut self, card: RateCardId) -> Result<i64, StoreError> {
        let found: Used = sql_query(USED)
            .bind::<RateCardUuid, _>(Col(card))
            .get_result(self.conn)?;
        Ok(found.used)
    }
}

impl WriteTx<'_> {
    /// Publishes a card with its rows.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `rate_card_pkey`; [`StoreError::Violated`] for an unknown obligor.
    pub fn rate_card_insert(
        &mut self,
        card: &RateCard,
        rows: &[RateCardRow],
    ) -> Result<(), StoreError> {
        RateCard::insert_all(self.conn, std::slice::from_ref(card), Known::Refused)?;
        RateCardRow::insert_all(self.conn, rows, Known::Refused).map(|_all| ())
    }

    /// Locks a card for this unit of work: purchases under it and its withdrawal take turns.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn rate_card_lock(&mut self, id: RateCardId) -> Result<RateCard, StoreError> {
        Ok(rate_card::table
            .filter(rate_card::id.eq(Col(id)))
            .select(RateCard::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Takes a standing card back; false if it was back already.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_card_withdraw(
        &mut self,
        id: RateCardId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(rate_card::table)
            .filter(rate_card::id.eq(Col(id)))
            .filter(rate_card::state.eq(RateCardState::Standing))
            .set((
                rate_card::state.eq(RateCardState::Withdrawn),
                rate_card::withdrawn_at.eq(Some(now)),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Adds quotes that follow from rate cards; a row that is on offer for the request stays as it
    /// is. Their provider must be invited.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `quote_invited`.
    pub fn quotes_of_cards_insert(&mut self, new: &[Quote]) -> Result<usize, StoreError> {
        Quote::insert_all(self.conn, new, Known::Kept)
    }

    /// Lapses quotes of these requests that follow from rate cards and are past their moment: new ones
    /// of the same rows can take their place at once.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quotes_of_cards_lapse(
        &mut self,
        requests: &[RequestId],
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(diesel::update(quote::table)
            .filter(quote::request.eq_any(cols(requests)))
            .filter(quote::card.is_not_null())
            .filter(quote::state.eq(QuoteState::Offered))
            .filter(quote::expires_at.le(now))
            .set(quote::state.eq(QuoteState::Lapsed))
            .execute(self.conn)?)
    }
}
