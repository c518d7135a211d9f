//! What holders have taken of offers to pay early, and what became of it.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::InstructionUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::payments::HELD;
use crate::payments::Instruction;
use crate::payments::InstructionState;
use crate::schema::payment_instruction;
use crate::schema::redemption;
use crate::schema::redemption_offer;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { RedemptionStateWord =
    /// What has become of an acceptance.
    RedemptionState {
        /// The fragment waits for the obligor's money.
        Accepted = "accepted",
        /// Paid on the bank's evidence.
        Redeemed = "redeemed",
        /// Not paid on the bank's evidence: the holder's again.
        Released = "released",
    }
}

record! {
    /// A fragment whose holder took an offer.
    Redemption in redemption ("redemption") {
        /// The entry that locked it; the fragment is its left part.
        lock_entry: i64 as BigInt,
        /// Which offer.
        offer: Uuid as SqlUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// Whose it was.
        holder: PartyId as PartyUuid,
        /// First unit.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// Days of the rebate.
        days: i64 as BigInt,
        /// What the holder leaves to the obligor.
        rebate: Amount as Minor,
        /// What the holder is paid.
        payment: Amount as Minor,
        /// In what.
        currency: Currency as CurrencyCode,
        /// When it was accepted.
        accepted_on: NaiveDate as Date,
        /// The payment.
        instruction: InstructionId as InstructionUuid,
        /// What has become of it.
        state: RedemptionState as RedemptionStateWord,
        /// The entry that concluded it.
        end_entry: Option<i64> as Nullable<BigInt>,
        /// When.
        ended_on: Option<NaiveDate> as Nullable<Date>,
    }
}

/// What of an offer has been taken, in one sum over all holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct RedemptionSums {
    /// Which offer.
    #[diesel(sql_type = SqlUuid)]
    pub offer: Uuid,
    /// Face accepted and on its way, minor units.
    #[diesel(sql_type = BigInt)]
    pub accepted: i64,
    /// Face redeemed, minor units.
    #[diesel(sql_type = BigInt)]
    pub redeemed: i64,
    /// Paid for that, minor units.
    #[diesel(sql_type = BigInt)]
    pub paid: i64,
}

impl ReadTx<'_> {
    /// What one holder has taken of these offers, in its order.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemptions_by_holder(
        &mut self,
        offers: &[Uuid],
        holder: PartyId,
    ) -> Result<Vec<Redemption>, StoreError> {
        Ok(redemption::table
            .filter(redemption::offer.eq_any(offers))
            .filter(redemption::holder.eq(Col(holder)))
            .order(redemption::lock_entry)
            .select(Redemption::as_select())
            .load(self.conn)?)
    }

    /// What has been taken of these offers in all; offers of which nothing was are left out.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemption_sums(&mut self, offers: &[Uuid]) -> Result<Vec<RedemptionSums>, StoreError> {
        Ok(sql_query(
            "SELECT offer, \
               coalesce(sum(hi - lo) FILTER (WHERE state = 'accepted'), 0)::bigint AS accepted, \
               coalesce(sum(hi - lo) FILTER (WHERE state = 'redeemed'), 0)::bigint AS redeemed, \
               coalesce(sum(payment) FILTER (WHERE state = 'redeemed'), 0)::bigint AS paid \
             FROM redemption WHERE offer = ANY($1) AND state <> 'released' GROUP BY offer",
        )
        .bind::<diesel::sql_types::Array<SqlUuid>, _>(offers)
        .load(self.conn)?)
    }

    /// Those that wait for their money and about whose payment the bank has said its last word, with that
    /// payment, oldest first: at most `limit` from after the one locked by entry `after`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemptions_spoken_about(
        &mut self,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(Redemption, Instruction)>, StoreError> {
        let last_words = [
            InstructionState::Settled,
            InstructionState::Rejected,
            InstructionState::Returned,
        ];
        Ok(redemption::table
            .inner_join(payment_instruction::table)
            .filter(redemption::state.eq(RedemptionState::Accepted))
            .filter(redemption::lock_entry.gt(after))
            .filter(payment_instruction::state.eq_any(last_words))
            .order(redemption::lock_entry)
            .limit(limit)
            .select((Redemption::as_select(), Instruction::as_select()))
            .load(self.conn)?)
    }

    /// The payments of those that wait for their money, whose pay date lies before `today`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemptions_late(&mut self, today: NaiveDate) -> Result<Vec<InstructionId>, StoreError> {
        Ok(redemption::table
            .inner_join(redemption_offer::table)
            .filter(redemption::state.eq(RedemptionState::Accepted))
            .filter(redemption_offer::pay_date.lt(today))
            .order(redemption::lock_entry)
            .select(redemption::instruction)
            .load(self.conn)?)
    }

    /// Those of these payments.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemptions_by_instructions(
        &mut self,
        ids: &[InstructionId],
    ) -> Result<Vec<Redemption>, StoreError> {
        Ok(redemption::table
            .filter(redemption::instruction.eq_any(cols(ids)))
            .order(redemption::lock_entry)
            .select(Redemption::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds an acceptance. Its payment may follow later in the unit of work.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemption_insert(&mut self, new: &Redemption) -> Result<(), StoreError> {
        Redemption::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Lets the payments go whose pay date has come and that are held, from `at` on: gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn redemptions_let_go(
        &mut self,
        today: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE payment_instruction i SET next_attempt_at = $2 \
             FROM redemption r JOIN redemption_offer o ON o.id = r.offer \
             WHERE r.state = 'accepted' AND o.pay_date <= $1 AND i.id = r.instruction \
               AND i.state = 'created' AND i.next_attempt_at = $3",
        )
        .bind::<Date, _>(today)
        .bind::<Timestamptz, _>(at)
        .bind::<Timestamptz, _>(HELD)
        .execute(self.conn)?)
    }

    /// An acceptance is concluded by this entry.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it was before.
    pub fn redemption_end(
        &mut self,
        lock_entry: i64,
        state: RedemptionState,
        entry: i64,
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        let changed = diesel::update(redemption::table)
            .filter(redemption::lock_entry.eq(lock_entry))
            .filter(redemption::state.eq(RedemptionState::Accepted))
            .set((
                redemption::state.eq(state),
                redemption::end_entry.eq(Some(entry)),
                redemption::ended_on.eq(Some(on)),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }
}
