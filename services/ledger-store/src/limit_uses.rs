//! What finance providers have taken, or signed for, of obligors and suppliers: the records that
//! limits are measured against. Every change moves the figures of the limits concerned in the same
//! statement; what does not fit is refused by the database.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RetransferId;
use ledger_core::range::Range;
use uuid::Uuid;

use crate::columns::CurrencyCode;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::QuoteUuid;
use crate::columns::RetransferUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::limit_use;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { LimitUseStateWord =
    /// How far a use is.
    LimitUseState {
        /// Signed for: the money is under way.
        Reserved = "reserved",
        /// The fragment is the provider's.
        Used = "used",
        /// Given back.
        Released = "released",
    }
}

word_column! { ReleaseWordWord =
    /// Why a use was given back.
    ReleaseWord {
        /// The pay-out was never made.
        NotPaid = "not_paid",
        /// The paper was paid.
        Settled = "settled",
        /// The fragment was sold on.
        Sold = "sold",
        /// The pay-out came back.
        Reversed = "reversed",
        /// The obligor paid it early.
        Redeemed = "redeemed",
    }
}

record! {
    /// A range of a paper that a provider has taken or signed for.
    LimitUse in limit_use ("limit_use") {
        /// By which quote; none where it was passed on by another provider.
        quote: Option<QuoteId> as Nullable<QuoteUuid>,
        /// Which provider.
        owner: PartyId as PartyUuid,
        /// Who owes.
        obligor: PartyId as PartyUuid,
        /// Who sold it.
        supplier: PartyId as PartyUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// First unit of the range.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// `hi - lo`, minor units.
        amount: Amount as Minor,
        /// In what.
        currency: Currency as CurrencyCode,
        /// How far it is.
        state: LimitUseState as LimitUseStateWord,
        /// When it was signed.
        reserved_on: NaiveDate as Date,
        /// When it was paid.
        used_on: Option<NaiveDate> as Nullable<Date>,
        /// When it was given back.
        released_on: Option<NaiveDate> as Nullable<Date>,
        /// Why ([`ReleaseWord`]).
        released_why: Option<String> as Nullable<Text>,
        /// By which quote it was sold on.
        sold_by: Option<QuoteId> as Nullable<QuoteUuid>,
        /// By which re-transfer it came; none where it was bought by a quote.
        retransfer: Option<RetransferId> as Nullable<RetransferUuid>,
        /// By which re-transfer it was passed on.
        passed_by: Option<RetransferId> as Nullable<RetransferUuid>,
    }
}

/// By what a range leaves its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoldBy {
    /// A quote that the seller signed.
    Quote(QuoteId),
    /// An offer to another provider, which has accepted.
    Retransfer(RetransferId),
    /// The obligor's early payment, by the entry in which the seller accepted it.
    Redemption(i64),
}

impl SoldBy {
    const fn columns(self) -> (Option<QuoteId>, Option<RetransferId>, Option<i64>) {
        match self {
            SoldBy::Quote(quote) => (Some(quote), None, None),
            SoldBy::Retransfer(retransfer) => (None, Some(retransfer), None),
            SoldBy::Redemption(entry) => (None, None, Some(entry)),
        }
    }

    const fn why(self) -> ReleaseWord {
        match self {
            SoldBy::Quote(_) | SoldBy::Retransfer(_) => ReleaseWord::Sold,
            SoldBy::Redemption(_) => ReleaseWord::Redeemed,
        }
    }
}

/// What a provider has of one obligor in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Exposure {
    /// Which provider.
    #[diesel(sql_type = PartyUuid)]
    pub owner: PartyId,
    /// Which obligor.
    #[diesel(sql_type = PartyUuid)]
    pub obligor: PartyId,
    /// In what.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Held, minor units.
    #[diesel(sql_type = BigInt)]
    pub used: i64,
    /// Signed for, minor units.
    #[diesel(sql_type = BigInt)]
    pub reserved: i64,
}

/// A limit whose figures are not those of the records.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct LimitDifference {
    /// Which limit.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Used as the limit says.
    #[diesel(sql_type = BigInt)]
    pub used: i64,
    /// Used as the records say.
    #[diesel(sql_type = BigInt)]
    pub used_on_record: i64,
    /// Reserved as the limit says.
    #[diesel(sql_type = BigInt)]
    pub reserved: i64,
    /// Reserved as the records say.
    #[diesel(sql_type = BigInt)]
    pub reserved_on_record: i64,
}

impl ReadTx<'_> {
    /// All that was ever taken by these quotes, in the order of the records.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_uses_of(&mut self, quotes: &[QuoteId]) -> Result<Vec<LimitUse>, StoreError> {
        Ok(limit_use::table
            .filter(limit_use::quote.assume_not_null().eq_any(cols(quotes)))
            .order(limit_use::no)
            .select(LimitUse::as_select())
            .load(self.conn)?)
    }

    /// What these providers have of any obligor, by obligor and currency; nothing is left out
    /// because no limit is set.
    ///
    /// # Errors
    /// Database errors only.
    pub fn exposures_of(&mut self, owners: &[PartyId]) -> Result<Vec<Exposure>, StoreError> {
        Ok(sql_query(
            "SELECT owner, obligor, currency, \
             coalesce(sum(amount) FILTER (WHERE state = 'used'), 0)::bigint AS used, \
             coalesce(sum(amount) FILTER (WHERE state = 'reserved'), 0)::bigint AS reserved \
             FROM limit_use WHERE owner = ANY ($1) AND state <> 'released' \
             GROUP BY owner, obligor, currency ORDER BY owner, obligor, currency",
        )
        .bind::<Array<PartyUuid>, _>(owners.to_vec())
        .load(self.conn)?)
    }

    /// Limits whose figures are not the sums of what is on record, counted anew by other means
    /// than those that keep them: none, or something is broken.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_differences(&mut self) -> Result<Vec<LimitDifference>, StoreError> {
        Ok(sql_query(
            "WITH counted AS ( \
             SELECT l.id, u.state, u.amount FROM exposure_limit l \
             JOIN limit_use u ON u.owner = l.owner AND u.currency = l.currency \
             WHERE l.kind = 'obligor' AND u.obligor = l.subject \
             UNION ALL \
             SELECT l.id, u.state, u.amount FROM exposure_limit l \
             JOIN limit_use u ON u.owner = l.owner AND u.currency = l.currency \
             WHERE l.kind = 'supplier' AND u.supplier = l.subject \
             UNION ALL \
             SELECT l.id, u.state, u.amount FROM exposure_limit l \
             JOIN party_group_member m ON m.group_id = l.subject AND m.removed_at IS NULL \
             JOIN limit_use u ON u.owner = l.owner AND u.currency = l.currency \
              AND u.obligor = m.party \
             WHERE l.kind = 'group' \
             UNION ALL \
             SELECT l.id, 'used', p.face - p.paid FROM exposure_limit l \
             JOIN party o ON o.id = l.owner \
             JOIN paper p ON p.obligor = o.no AND p.currency = l.currency \
             WHERE l.kind = 'own_issuing' AND p.state IN (1, 2, 5)), \
             sums AS (SELECT l.id, l.used, l.reserved, \
             coalesce(sum(c.amount) FILTER (WHERE c.state = 'used'), 0)::bigint AS used_on_record, \
             coalesce(sum(c.amount) FILTER (WHERE c.state = 'reserved'), 0)::bigint \
              AS reserved_on_record \
             FROM exposure_limit l LEFT JOIN counted c ON c.id = l.id \
             WHERE l.state = 'active' GROUP BY l.id) \
             SELECT id, used, used_on_record, reserved, reserved_on_record FROM sums \
             WHERE used <> used_on_record OR reserved <> reserved_on_record ORDER BY id",
        )
        .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Takes room for signed quotes in every limit that they fall under, or in none.
    ///
    /// # Errors
    /// [`StoreError::Violated`] [`NOT_OVERDRAWN`](crate::limits::NOT_OVERDRAWN): a limit has no
    /// room, or has run out; [`StoreError::Duplicate`] if room was taken for one before.
    pub fn limit_uses_reserve(&mut self, new: &[LimitUse]) -> Result<(), StoreError> {
        LimitUse::insert_all(self.conn, new, Known::Refused).map(|_all| ())
    }

    /// What was reserved for a quote is used: its fragment is the provider's.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_uses_use_up(&mut self, quote: QuoteId, on: NaiveDate) -> Result<(), StoreError> {
        sql_query(
            "UPDATE limit_use SET state = 'used', used_on = $2 \
             WHERE quote = $1 AND state = 'reserved'",
        )
        .bind::<QuoteUuid, _>(quote)
        .bind::<Date, _>(on)
        .execute(self.conn)?;
        Ok(())
    }

    /// Gives back what these quotes have taken.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_uses_release(
        &mut self,
        quotes: &[QuoteId],
        on: NaiveDate,
        why: ReleaseWord,
    ) -> Result<(), StoreError> {
        sql_query(
            "UPDATE limit_use SET state = 'released', released_on = $2, released_why = $3 \
             WHERE quote = ANY ($1) AND state <> 'released'",
        )
        .bind::<Array<QuoteUuid>, _>(quotes.to_vec())
        .bind::<Date, _>(on)
        .bind::<ReleaseWordWord, _>(why)
        .execute(self.conn)?;
        Ok(())
    }

    /// Gives back all that was taken on these papers: they are paid.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_uses_settle(
        &mut self,
        papers: &[PaperId],
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        sql_query(
            "UPDATE limit_use SET state = 'released', released_on = $2, released_why = 'settled' \
             WHERE paper = ANY ($1) AND state <> 'released'",
        )
        .bind::<Array<PaperUuid>, _>(papers.to_vec())
        .bind::<Date, _>(on)
        .execute(self.conn)?;
        Ok(())
    }

    /// What was reserved for a re-transfer is used: its fragment is the recipient's.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_uses_take_over(
        &mut self,
        retransfer: RetransferId,
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        sql_query(
            "UPDATE limit_use SET state = 'used', used_on = $2 \
             WHERE retransfer = $1 AND state = 'reserved'",
        )
        .bind::<RetransferUuid, _>(retransfer)
        .bind::<Date, _>(on)
        .execute(self.conn)?;
        Ok(())
    }

    /// Gives back what `seller` had of a range that it has sold; what stays on either side of it
    /// stays taken.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_uses_sell(
        &mut self,
        seller: PartyId,
        paper: PaperId,
        range: Range,
        by: SoldBy,
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        let (quote, retransfer, redemption) = by.columns();
        let closed: usize = sql_query(
            "UPDATE limit_use SET state = 'released', released_on = $7, released_why = $8, \
             sold_by = $5, passed_by = $6, redeemed_by = $9 \
             WHERE owner = $1 AND paper = $2 AND state = 'used' AND lo < $4 AND hi > $3",
        )
        .bind::<PartyUuid, _>(seller)
        .bind::<PaperUuid, _>(paper)
        .bind::<BigInt, _>(range.lo())
        .bind::<BigInt, _>(range.hi())
        .bind::<Nullable<QuoteUuid>, _>(quote)
        .bind::<Nullable<RetransferUuid>, _>(retransfer)
        .bind::<Date, _>(on)
        .bind::<ReleaseWordWord, _>(by.why())
        .bind::<Nullable<BigInt>, _>(redemption)
        .execute(self.conn)?;
        if closed == 0 {
            return Ok(());
        }
        sql_query(
            "INSERT INTO limit_use (quote, retransfer, owner, obligor, supplier, paper, lo, hi, \
             amount, currency, state, reserved_on, used_on) \
             SELECT u.quote, u.retransfer, u.owner, u.obligor, u.supplier, u.paper, r.lo, r.hi, \
             r.hi - r.lo, u.currency, 'used', u.reserved_on, u.used_on FROM limit_use u \
             CROSS JOIN LATERAL (VALUES (u.lo, least(u.hi, $3)), (greatest(u.lo, $4), u.hi)) \
             AS r (lo, hi) WHERE (u.sold_by = $1 OR u.passed_by = $2 OR u.redeemed_by = $5) \
             AND r.lo < r.hi",
        )
        .bind::<Nullable<QuoteUuid>, _>(quote)
        .bind::<Nullable<RetransferUuid>, _>(retransfer)
        .bind::<BigInt, _>(range.lo())
        .bind::<BigInt, _>(range.hi())
        .bind::<Nullable<BigInt>, _>(redemption)
        .execute(self.conn)?;
        Ok(())
    }

    /// Takes again what its seller had of the range that `quote` had bought: the purchase is
    /// reversed. It counts whether it fits or not, since it is so.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_uses_return(&mut self, quote: QuoteId, range: Range) -> Result<(), StoreError> {
        sql_query(
            "INSERT INTO limit_use (quote, retransfer, owner, obligor, supplier, paper, lo, hi, \
             amount, currency, state, reserved_on, used_on) \
             SELECT u.quote, u.retransfer, u.owner, u.obligor, u.supplier, u.paper, r.lo, r.hi, \
             r.hi - r.lo, u.currency, 'used', u.reserved_on, u.used_on FROM limit_use u \
             CROSS JOIN LATERAL (SELECT greatest(u.lo, $2) AS lo, least(u.hi, $3) AS hi) r \
             WHERE u.sold_by = $1 AND r.lo < r.hi",
        )
        .bind::<QuoteUuid, _>(quote)
        .bind::<BigInt, _>(range.lo())
        .bind::<BigInt, _>(range.hi())
        .execute(self.conn)?;
        Ok(())
    }
}
