//! Certificates under which purchases stand in the public register, and pay-outs that stay unproven.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::id::InstructionId;
use ledger_core::id::QuoteId;

use crate::columns::InstructionUuid;
use crate::columns::Known;
use crate::columns::QuoteUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::discount_registration;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// The registration of a purchase.
    Registration in discount_registration ("discount_registration") {
        /// Of the purchase on which quote.
        quote: QuoteId as QuoteUuid,
        /// Number of the certificate.
        certificate: String as Text,
        /// Who recorded it: `user:id` or `key:id`.
        recorded_by: String as Text,
        /// On which business date.
        recorded_on: NaiveDate as Date,
        /// When.
        recorded_at: DateTime<Utc> as Timestamptz,
    }
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = InstructionUuid)]
    id: InstructionId,
}

#[derive(QueryableByName)]
struct EntryNoRow {
    #[diesel(sql_type = BigInt)]
    no: i64,
}

#[derive(QueryableByName)]
struct SubjectRow {
    #[diesel(sql_type = Text)]
    subject: String,
}

impl ReadTx<'_> {
    /// The registrations of these purchases.
    ///
    /// # Errors
    /// Database errors only.
    pub fn registrations_by_quotes(
        &mut self,
        quotes: &[QuoteId],
    ) -> Result<Vec<Registration>, StoreError> {
        Ok(discount_registration::table
            .filter(discount_registration::quote.eq_any(cols(quotes)))
            .order(discount_registration::quote)
            .select(Registration::as_select())
            .load(self.conn)?)
    }

    /// Purchases that moved a fragment and whose money came back afterwards, by their pay-out.
    ///
    /// # Errors
    /// Database errors only.
    pub fn discounts_given_back(&mut self) -> Result<Vec<InstructionId>, StoreError> {
        let rows: Vec<IdRow> = sql_query(
            "SELECT i.id FROM discount d JOIN payment_instruction i ON i.id = d.instruction \
             WHERE d.state = 'funded' AND i.state = 'returned' ORDER BY i.id",
        )
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// The entry that spent the front part of another, if one did.
    ///
    /// # Errors
    /// Database errors only.
    pub fn entry_after(&mut self, entry: i64) -> Result<Option<i64>, StoreError> {
        let rows: Vec<EntryNoRow> = sql_query("SELECT no FROM entry WHERE spent = $1 * 2")
            .bind::<BigInt, _>(entry)
            .load(self.conn)?;
        Ok(rows.into_iter().next().map(|row| row.no))
    }

    /// Those of the subjects about which there is a task of this code that is open, or was closed
    /// after `since`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn operator_tasks_known(
        &mut self,
        code: &str,
        subjects: &[String],
        since: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        let rows: Vec<SubjectRow> = sql_query(
            "SELECT DISTINCT subject FROM operator_task \
             WHERE code = $1 AND subject = ANY($2) AND (closed_at IS NULL OR closed_at > $3)",
        )
        .bind::<Text, _>(code)
        .bind::<Array<Text>, _>(subjects)
        .bind::<Timestamptz, _>(since)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.subject).collect())
    }
}

impl WriteTx<'_> {
    /// Records the registration of a purchase.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `discount_registration_pkey` if it has one, or
    /// `discount_registration_certificate_unique` if another purchase has this certificate.
    pub fn registration_insert(&mut self, new: &Registration) -> Result<(), StoreError> {
        Registration::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_| ())
    }

    /// Lets purchases whose money is under way follow what their banks say: no answer makes them
    /// `unknown`, an answer `paying` again. Gives how many changed.
    ///
    /// # Errors
    /// Database errors only.
    pub fn discounts_follow_banks(&mut self) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE discount d SET state = CASE i.state WHEN 'unknown' THEN 'unknown' ELSE 'paying' END \
             FROM payment_instruction i WHERE i.id = d.instruction \
               AND d.state IN ('paying', 'unknown') \
               AND (d.state = 'unknown') <> (i.state = 'unknown')",
        )
        .execute(self.conn)?)
    }
}
