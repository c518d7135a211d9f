//! One day of the bank: what was asked of it and what it booked, for reconciliation.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::bank_messages::StatementBalance;
use crate::bank_messages::StatementEntry;
use crate::error::StoreError;
use crate::payments::Instruction;
use crate::schema::payment_instruction;
use crate::schema::statement_balance;
use crate::schema::statement_entry;
use crate::unit_of_work::ReadTx;

impl ReadTx<'_> {
    /// What was asked of banks on a business date, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_of_day(&mut self, day: NaiveDate) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::business_date.eq(day))
            .order(payment_instruction::end_to_end_id)
            .select(Instruction::as_select())
            .load(self.conn)?)
    }

    /// What banks booked on a day, on every account they report on.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statement_entries_of_day(
        &mut self,
        day: NaiveDate,
    ) -> Result<Vec<StatementEntry>, StoreError> {
        Ok(statement_entry::table
            .filter(statement_entry::booking_date.eq(day))
            .order((statement_entry::account, statement_entry::no))
            .select(StatementEntry::as_select())
            .load(self.conn)?)
    }

    /// The balances banks stated for a day.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statement_balances_of_day(
        &mut self,
        day: NaiveDate,
    ) -> Result<Vec<StatementBalance>, StoreError> {
        Ok(statement_balance::table
            .filter(statement_balance::day.eq(day))
            .order((statement_balance::account, statement_balance::currency))
            .select(StatementBalance::as_select())
            .load(self.conn)?)
    }
}
