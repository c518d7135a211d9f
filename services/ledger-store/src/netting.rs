//! Credits that are paid in one sum: who chose so, and which credits one payment is made of.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Bool;
use diesel::sql_types::Date;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::id::PartyId;

use crate::columns::Col;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::error::StoreError;
use crate::payments::Instruction;
use crate::payments::InstructionKind;
use crate::schema::netting_choice;
use crate::schema::payment_instruction;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// Whether a party wants to be paid in one sum: a choice on record.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct NettingChoice {
    /// Who is paid.
    #[diesel(sql_type = PartyUuid)]
    pub party: PartyId,
    /// In one sum, or paper by paper.
    #[diesel(sql_type = Bool)]
    pub netted: bool,
    /// Who chose: `user:id` or `key:id`.
    #[diesel(sql_type = Text)]
    pub chosen_by: String,
    /// Business date.
    #[diesel(sql_type = Date)]
    pub chosen_on: NaiveDate,
    /// When.
    #[diesel(sql_type = Timestamptz)]
    pub chosen_at: DateTime<Utc>,
}

impl ReadTx<'_> {
    /// What these parties chose last; who never chose is left out.
    ///
    /// # Errors
    /// Database errors only.
    pub fn netting_choices(
        &mut self,
        parties: &[PartyId],
    ) -> Result<HashMap<PartyId, NettingChoice>, StoreError> {
        let rows: Vec<NettingChoice> = sql_query(
            "SELECT c.party, c.netted, c.chosen_by, c.chosen_on, c.chosen_at \
             FROM unnest($1) AS p (id) CROSS JOIN LATERAL (SELECT * FROM netting_choice \
               WHERE party = p.id ORDER BY no DESC LIMIT 1) c",
        )
        .bind::<Array<PartyUuid>, _>(cols(parties))
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| (row.party, row)).collect())
    }

    /// The credits of payments with these end-to-end ids, by payment.
    ///
    /// # Errors
    /// Database errors only.
    pub fn credits_netted_in(&mut self, ids: &[String]) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::netted_in.eq_any(ids))
            .order((payment_instruction::netted_in, payment_instruction::id))
            .select(Instruction::as_select())
            .load(self.conn)?)
    }

    /// Credits at maturity to a party that were asked of banks on these business dates, the newest
    /// first and those of one payment together, `limit` at most; second attempts too.
    ///
    /// # Errors
    /// Database errors only.
    pub fn credits_received(
        &mut self,
        creditor: PartyId,
        (from, to): (NaiveDate, NaiveDate),
        limit: i64,
    ) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::creditor.eq(Col(creditor)))
            .filter(payment_instruction::kind.eq(InstructionKind::SettlementCredit))
            .filter(payment_instruction::business_date.between(from, to))
            .order((
                payment_instruction::business_date.desc(),
                payment_instruction::netted_in,
                payment_instruction::id,
            ))
            .limit(limit)
            .select(Instruction::as_select())
            .load(self.conn)?)
    }
}

impl ReadTx<'_> {
    /// The business date of the first credit to a party, if it ever had one.
    ///
    /// # Errors
    /// Database errors only.
    pub fn first_credit_on(&mut self, creditor: PartyId) -> Result<Option<NaiveDate>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::creditor.eq(Col(creditor)))
            .select(diesel::dsl::min(payment_instruction::business_date))
            .first(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Keeps a choice; the choices before it stay on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn netting_choice_append(&mut self, choice: &NettingChoice) -> Result<(), StoreError> {
        diesel::insert_into(netting_choice::table)
            .values((
                netting_choice::party.eq(Col(choice.party)),
                netting_choice::netted.eq(choice.netted),
                netting_choice::chosen_by.eq(&choice.chosen_by),
                netting_choice::chosen_on.eq(choice.chosen_on),
                netting_choice::chosen_at.eq(choice.chosen_at),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}
