//! What the platform could not do by itself: tasks for a person of the operator.

use chrono::DateTime;
use chrono::Utc;
use diesel::dsl::count_star;
use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use uuid::Uuid;

use crate::columns::Known;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::operator_task;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { OperatorTaskKindWord =
    /// What a task is about.
    OperatorTaskKind {
        /// A settlement run that can't go on by itself.
        SettlementRun = "settlement_run",
        /// A booking in a bank's message that is no evidence as it stands.
        BankBooking = "bank_booking",
        /// A credit at maturity that a bank did not make.
        SettlementCredit = "settlement_credit",
        /// A pay-out of a purchase that stays unproven, or came back too late.
        DiscountPayout = "discount_payout",
        /// An early payment that stays unproven, or came back after the fragment was redeemed.
        EarlyRedemption = "early_redemption",
        /// A party's own system that can't be told anything any more.
        Webhook = "webhook",
        /// A use of an invoice made here that another platform of the circle contests.
        InvoiceUse = "invoice_use",
        /// A payment by recourse that came back after the fragment had moved.
        RecoursePayment = "recourse_payment",
    }
}

record! {
    /// Something a person has to look at.
    OperatorTask in operator_task ("operator_task") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// What it is about.
        kind: OperatorTaskKind as OperatorTaskKindWord,
        /// Which one: id of a run, of a payment or of a webhook; digest of a bank message and place
        /// or reference of the booking in it; id of a use of an invoice and the peer's name.
        subject: String as Text,
        /// Stable code of what is wrong.
        code: String as Text,
        /// The same in words, with the figures.
        detail: String as Text,
        /// Since when.
        opened_at: DateTime<Utc> as Timestamptz,
        /// Since when it is done.
        closed_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// Who did it: `user:id` or `key:id`.
        closed_by: Option<String> as Nullable<Text>,
        /// What was done, in that person's words.
        note: String as Text,
    }
}

impl ReadTx<'_> {
    /// The oldest `limit` open tasks.
    ///
    /// # Errors
    /// Database errors only.
    pub fn operator_tasks_open(&mut self, limit: i64) -> Result<Vec<OperatorTask>, StoreError> {
        Ok(operator_task::table
            .filter(operator_task::closed_at.is_null())
            .order(operator_task::no)
            .limit(limit)
            .select(OperatorTask::as_select())
            .load(self.conn)?)
    }

    /// How many tasks are open, and since when the oldest is.
    ///
    /// # Errors
    /// Database errors only.
    pub fn operator_tasks_waiting(&mut self) -> Result<(i64, Option<DateTime<Utc>>), StoreError> {
        Ok(operator_task::table
            .filter(operator_task::closed_at.is_null())
            .select((count_star(), min(operator_task::opened_at)))
            .first(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Opens tasks; one about a subject whose task of the same code is still open is not opened again. Gives the
    /// ids of those that were new.
    ///
    /// # Errors
    /// Database errors only.
    pub fn operator_tasks_add(&mut self, new: &[OperatorTask]) -> Result<Vec<Uuid>, StoreError> {
        OperatorTask::insert_all(self.conn, new, Known::Kept)?;
        let ids: Vec<Uuid> = new.iter().map(|task| task.id).collect();
        Ok(operator_task::table
            .filter(operator_task::id.eq_any(ids))
            .order(operator_task::no)
            .select(operator_task::id)
            .load(self.conn)?)
    }

    /// Locks an open task for this unit of work; none if it is closed or unknown.
    ///
    /// # Errors
    /// Database errors only.
    pub fn operator_task_lock_open(
        &mut self,
        id: Uuid,
    ) -> Result<Option<OperatorTask>, StoreError> {
        Ok(operator_task::table
            .filter(operator_task::id.eq(id))
            .filter(operator_task::closed_at.is_null())
            .select(OperatorTask::as_select())
            .for_no_key_update()
            .first(self.conn)
            .optional()?)
    }

    /// Closes a task; false if it was not open.
    ///
    /// # Errors
    /// Database errors only.
    pub fn operator_task_close(
        &mut self,
        id: Uuid,
        by: &str,
        note: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let open = operator_task::table
            .filter(operator_task::id.eq(id))
            .filter(operator_task::closed_at.is_null());
        let changed = diesel::update(open)
            .set((
                operator_task::closed_at.eq(at),
                operator_task::closed_by.eq(by),
                operator_task::note.eq(note),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Closes the open tasks of this code about these subjects: what they asked a person to look at
    /// has come right by itself.
    ///
    /// # Errors
    /// Database errors only.
    pub fn operator_tasks_answered(
        &mut self,
        code: &str,
        subjects: &[Uuid],
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let subjects: Vec<String> = subjects.iter().map(Uuid::to_string).collect();
        let open = operator_task::table
            .filter(operator_task::code.eq(code))
            .filter(operator_task::subject.eq_any(subjects))
            .filter(operator_task::closed_at.is_null());
        Ok(diesel::update(open)
            .set((
                operator_task::closed_at.eq(at),
                operator_task::closed_by.eq("platform"),
                operator_task::note.eq("paid"),
            ))
            .execute(self.conn)?)
    }
}
