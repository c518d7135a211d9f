//! Instructions: what the platform asks banks to do, and how far each is.

use std::collections::HashSet;

use crate::statement::sql_query;
use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::InstructionUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::QuoteUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::payment_instruction;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { InstructionKindWord =
    /// What a payment is for.
    InstructionKind {
        /// Finance provider to holder, for a discount.
        DiscountPayout = "discount_payout",
        /// To a holder at maturity.
        SettlementCredit = "settlement_credit",
        /// From the obligor's account at maturity.
        Collection = "collection",
        /// Obligor to holder, before maturity.
        EarlyRedemption = "early_redemption",
        /// From the party before a holder to the holder, by recourse.
        RecoursePayment = "recourse_payment",
    }
}

word_column! { InstructionStateWord =
    /// How far a payment is.
    InstructionState {
        /// To be sent.
        Created = "created",
        /// With the bank.
        Sent = "sent",
        /// The bank will do it.
        Accepted = "accepted",
        /// Done, on the bank's evidence.
        Settled = "settled",
        /// The bank won't.
        Rejected = "rejected",
        /// Done and come back, on the bank's evidence.
        Returned = "returned",
        /// No answer: ask, don't send again.
        Unknown = "unknown",
    }
}

record! {
    /// A payment asked of a bank.
    Instruction in payment_instruction ("payment_instruction") {
        /// Its id.
        id: InstructionId as InstructionUuid,
        /// What it is for.
        kind: InstructionKind as InstructionKindWord,
        /// Which paper.
        paper_id: PaperId as PaperUuid,
        /// Which settlement run, for credits and collections.
        run: Option<Uuid> as Nullable<SqlUuid>,
        /// Which quote, for payouts.
        discount: Option<QuoteId> as Nullable<QuoteUuid>,
        /// Who pays.
        debtor: PartyId as PartyUuid,
        /// Name on its account.
        debtor_name: String as Text,
        /// Its account.
        debtor_account: String as Text,
        /// Its bank.
        debtor_bank_code: String as Text,
        /// Who is paid.
        creditor: PartyId as PartyUuid,
        /// Name on its account.
        creditor_name: String as Text,
        /// Its account.
        creditor_account: String as Text,
        /// Its bank.
        creditor_bank_code: String as Text,
        /// How much, minor units.
        amount: Amount as Minor,
        /// In what.
        currency: Currency as CurrencyCode,
        /// Deterministic; the bank's answers and statements come back with it.
        end_to_end_id: String as Text,
        /// The message it was sent in.
        message_id: Option<String> as Nullable<Text>,
        /// How far it is.
        state: InstructionState as InstructionStateWord,
        /// The bank's reason code, or empty.
        reason: String as Text,
        /// What proves it: the bank's own reference.
        evidence: Option<String> as Nullable<Text>,
        /// On which business date it was made.
        business_date: NaiveDate as Date,
        /// How often it was sent or asked after.
        attempts: i32 as Integer,
        /// Not before.
        next_attempt_at: DateTime<Utc> as Timestamptz,
        /// End-to-end id of the one payment in which its payee gets this credit and others, if it
        /// chose so; none if it is paid by itself.
        netted_in: Option<String> as Nullable<Text>,
    }
}

impl Instruction {
    /// The end-to-end id under which the bank makes and books it.
    #[must_use]
    pub fn booked_as(&self) -> &str {
        self.netted_in.as_deref().unwrap_or(&self.end_to_end_id)
    }
}

/// The moment before which a payment is not sent that still waits for its debtor's word: never.
/// [`WriteTx::instructions_release`] sets it to now.
pub const HELD: DateTime<Utc> = match DateTime::from_timestamp(253_370_764_800, 0) {
    Some(year_9999) => year_9999,
    None => DateTime::<Utc>::MAX_UTC,
};

/// What a bank said about one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructionWord {
    /// About which, by end-to-end id.
    pub end_to_end_id: String,
    /// How far it is now.
    pub state: InstructionState,
    /// The bank's reason code, or empty.
    pub reason: String,
    /// The bank's own reference, if this is evidence.
    pub evidence: Option<String>,
}

#[derive(QueryableByName)]
struct EndToEndRow {
    #[diesel(sql_type = Text)]
    end_to_end_id: String,
}

// Settled, rejected and returned are the bank's last words, but a settled payment may come back, and
// a booking outweighs the answer that rejected a payment: of a credit as long as none took its place,
// of a pay-out as long as its purchase isn't over, of an early payment as long as its fragment waits
// (a second attempt, which no fragment waits for, as a credit),
// of a payment by recourse as long as it isn't.
const HEAR: &str = "UPDATE payment_instruction i
   SET state = w.state, reason = w.reason, evidence = coalesce(w.evidence, i.evidence)
  FROM unnest($1, $2, $3, $4) AS w (end_to_end_id, state, reason, evidence)
 WHERE i.end_to_end_id = w.end_to_end_id AND i.state <> w.state
   AND (i.state NOT IN ('settled', 'rejected', 'returned')
        OR (i.state = 'settled' AND w.state = 'returned')
        OR (i.state = 'rejected' AND w.state = 'settled' AND w.evidence IS NOT NULL
            AND (i.kind = 'settlement_credit'
                 AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = i.id)
                 OR i.kind = 'early_redemption'
                 AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = i.id)
                 AND NOT EXISTS (SELECT FROM redemption r WHERE r.instruction = i.id
                                 AND r.state <> 'accepted')
                 OR i.kind = 'discount_payout'
                 AND EXISTS (SELECT FROM discount d WHERE d.instruction = i.id
                             AND d.state NOT IN ('funded', 'reversed'))
                 OR i.kind = 'recourse_payment'
                 AND EXISTS (SELECT FROM recourse_claim c WHERE c.instruction = i.id
                             AND c.state = 'agreed'))))
RETURNING i.end_to_end_id";

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_by_ids(
        &mut self,
        ids: &[InstructionId],
    ) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::id.eq_any(cols(ids)))
            .order(payment_instruction::id)
            .select(Instruction::as_select())
            .load(self.conn)?)
    }

    /// Those of the end-to-end ids that are ours.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_by_end_to_end(
        &mut self,
        ids: &[String],
    ) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::end_to_end_id.eq_any(ids))
            .order(payment_instruction::id)
            .select(Instruction::as_select())
            .load(self.conn)?)
    }

    /// Those of the end-to-end ids that are anything else than a credit at maturity on its way or
    /// settled, by id: of a bank's day, the few about which there may be something to see to.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_out_of_the_ordinary(
        &mut self,
        ids: &[String],
    ) -> Result<Vec<Instruction>, StoreError> {
        let ended_badly = [InstructionState::Rejected, InstructionState::Returned];
        let other = payment_instruction::kind.ne(InstructionKind::SettlementCredit);
        Ok(payment_instruction::table
            .filter(payment_instruction::end_to_end_id.eq_any(ids))
            .filter(other.or(payment_instruction::state.eq_any(ended_badly)))
            .order(payment_instruction::id)
            .select(Instruction::as_select())
            .load(self.conn)?)
    }

    /// All payments of a settlement run.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_of_run(&mut self, run: Uuid) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::run.eq(run))
            .order(payment_instruction::id)
            .select(Instruction::as_select())
            .load(self.conn)?)
    }

    /// How many payments of a run are in each state; states without any are missing.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instruction_counts_of_run(
        &mut self,
        run: Uuid,
    ) -> Result<Vec<(InstructionState, i64)>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::run.eq(run))
            .group_by(payment_instruction::state)
            .select((payment_instruction::state, diesel::dsl::count_star()))
            .order(payment_instruction::state)
            .load(self.conn)?)
    }

    /// All payments about a paper.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_of_paper(
        &mut self,
        paper: PaperId,
    ) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::paper_id.eq(Col(paper)))
            .order(payment_instruction::id)
            .select(Instruction::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds payments, also hundreds of thousands; one whose id or end-to-end id is there already
    /// stays as it is (ids are deterministic). Gives how many were new.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_insert(&mut self, new: &[Instruction]) -> Result<usize, StoreError> {
        Instruction::insert_all(self.conn, new, Known::Kept)
    }

    /// Takes up to `limit` payments in `state` that are due, until `leased_until`: another worker
    /// passes them over meanwhile, and gets them then if this one died. Counts the try.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_claim(
        &mut self,
        state: InstructionState,
        now: DateTime<Utc>,
        leased_until: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Instruction>, StoreError> {
        let due: Vec<Col<InstructionId>> = payment_instruction::table
            .filter(payment_instruction::state.eq(state))
            .filter(payment_instruction::next_attempt_at.le(now))
            .order((
                payment_instruction::next_attempt_at,
                payment_instruction::id,
            ))
            .limit(limit)
            .select(payment_instruction::id)
            .for_no_key_update()
            .skip_locked()
            .load::<InstructionId>(self.conn)?
            .into_iter()
            .map(Col)
            .collect();
        Ok(diesel::update(payment_instruction::table)
            .filter(payment_instruction::id.eq_any(due))
            .set((
                payment_instruction::attempts.eq(payment_instruction::attempts + 1),
                payment_instruction::next_attempt_at.eq(leased_until),
            ))
            .returning(Instruction::as_returning())
            .get_results(self.conn)?)
    }

    /// Lets those of these payments be sent from `at` on that were held: gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_release(
        &mut self,
        ids: &[InstructionId],
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(diesel::update(payment_instruction::table)
            .filter(payment_instruction::id.eq_any(cols(ids)))
            .filter(payment_instruction::state.eq(InstructionState::Created))
            .filter(payment_instruction::next_attempt_at.eq(HELD))
            .set(payment_instruction::next_attempt_at.eq(at))
            .execute(self.conn)?)
    }

    /// These went to the bank in message `message_id`; those that were not waiting stay.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_sent(
        &mut self,
        ids: &[InstructionId],
        message_id: &str,
        ask_at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(diesel::update(payment_instruction::table)
            .filter(payment_instruction::id.eq_any(cols(ids)))
            .filter(
                payment_instruction::state
                    .eq_any([InstructionState::Created, InstructionState::Unknown]),
            )
            .set((
                payment_instruction::state.eq(InstructionState::Sent),
                payment_instruction::message_id.eq(message_id),
                payment_instruction::next_attempt_at.eq(ask_at),
            ))
            .execute(self.conn)?)
    }

    /// Takes note of a bank's words and gives the end-to-end ids they changed something about.
    /// A last word stays, except that a settled payment may come back and a rejected credit turn
    /// out to be booked; the same word again
    /// changes nothing; unknown ids are ignored. At most one word about each.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `payment_instruction_settled_on_evidence`.
    pub fn instructions_hear(
        &mut self,
        words: &[InstructionWord],
    ) -> Result<HashSet<String>, StoreError> {
        let changed: Vec<EndToEndRow> = sql_query(HEAR)
            .bind::<Array<Text>, _>(words.iter().map(|w| &w.end_to_end_id).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(words.iter().map(|w| w.state.word()).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(words.iter().map(|w| &w.reason).collect::<Vec<_>>())
            .bind::<Array<Nullable<Text>>, _>(
                words
                    .iter()
                    .map(|w| w.evidence.as_deref())
                    .collect::<Vec<_>>(),
            )
            .load(self.conn)?;
        Ok(changed.into_iter().map(|row| row.end_to_end_id).collect())
    }
}
