//! How much of a document can still be used, and what credit notes and true-ups do to it.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Nullable;
use diesel::sql_types::Timestamptz;
use ledger_core::amount::Amount;
use ledger_core::id::DocumentId;

use crate::columns::Col;
use crate::columns::DocumentUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::document;
use crate::schema::document_adjustment;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { AdjustmentStateWord =
    /// Whether a credit note or true-up counts.
    AdjustmentState {
        /// A rise that the buyer has not confirmed.
        Waiting = "waiting",
        /// It counts.
        Counted = "counted",
    }
}

/// What a document can carry and what of it is taken; minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = document, check_for_backend(diesel::pg::Pg))]
pub struct DocumentCapacity {
    /// The document.
    pub id: DocumentId,
    /// Its own amount.
    pub amount: Option<Amount>,
    /// Less credit notes.
    pub credited: Amount,
    /// More or less true-ups.
    pub trued_up: i64,
    /// Used here: by offers that are open or accepted.
    pub used: Amount,
    /// Held for uses being prepared.
    pub reserved: Amount,
    /// Taken on other platforms.
    pub elsewhere: Amount,
    /// How much more is taken than can be carried.
    pub overdrawn: Amount,
    /// Promised by the buyer's papers, proposed or issued.
    pub promised: Amount,
}

impl DocumentCapacity {
    /// What it can carry in all.
    #[must_use]
    pub fn total(&self) -> Amount {
        let own = self.amount.unwrap_or(Amount::ZERO).minor();
        let total = own
            .saturating_sub(self.credited.minor())
            .saturating_add(self.trued_up);
        Amount::from_minor(total).unwrap_or(Amount::ZERO)
    }

    /// What is taken in all.
    #[must_use]
    pub fn taken(&self) -> Amount {
        [self.reserved, self.elsewhere, self.promised]
            .into_iter()
            .fold(self.used, |sum, part| sum.checked_add(part).unwrap_or(sum))
    }

    /// What is left for a new use.
    #[must_use]
    pub fn free(&self) -> Amount {
        self.total()
            .checked_sub(self.taken())
            .unwrap_or(Amount::ZERO)
    }
}

record! {
    /// What a credit note or true-up does to the invoice it names.
    DocumentAdjustment in document_adjustment ("document_adjustment") {
        /// The credit note or true-up.
        document: DocumentId as DocumentUuid,
        /// The invoice.
        invoice: DocumentId as DocumentUuid,
        /// By how much, minor units; below zero for less.
        delta: i64 as BigInt,
        /// Whether it counts.
        state: AdjustmentState as AdjustmentStateWord,
        /// Since when it is on record.
        made_at: DateTime<Utc> as Timestamptz,
        /// Since when it counts.
        counted_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
    }
}

const COUNT: &str = "WITH counted AS (
    UPDATE document_adjustment a SET state = 'counted', counted_at = $2
     WHERE a.document = $1 AND a.state = 'waiting' RETURNING a.invoice, a.delta)
UPDATE document d SET trued_up = d.trued_up + c.delta FROM counted c WHERE d.id = c.invoice";

impl ReadTx<'_> {
    /// Capacities of those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_capacities(
        &mut self,
        ids: &[DocumentId],
    ) -> Result<Vec<DocumentCapacity>, StoreError> {
        Ok(document::table
            .filter(document::id.eq_any(cols(ids)))
            .order(document::id)
            .select(DocumentCapacity::as_select())
            .load(self.conn)?)
    }

    /// Credit notes and true-ups of these invoices, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_adjustments_of(
        &mut self,
        invoices: &[DocumentId],
    ) -> Result<Vec<DocumentAdjustment>, StoreError> {
        Ok(document_adjustment::table
            .filter(document_adjustment::invoice.eq_any(cols(invoices)))
            .order((document_adjustment::made_at, document_adjustment::document))
            .select(DocumentAdjustment::as_select())
            .load(self.conn)?)
    }

    /// What these documents change, of those that are credit notes or true-ups.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_adjustments_by(
        &mut self,
        documents: &[DocumentId],
    ) -> Result<Vec<DocumentAdjustment>, StoreError> {
        Ok(document_adjustment::table
            .filter(document_adjustment::document.eq_any(cols(documents)))
            .order(document_adjustment::document)
            .select(DocumentAdjustment::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a credit note: it counts at once, even below what is taken already.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `document_total` if nothing of the invoice would be left below zero.
    pub fn document_credit(
        &mut self,
        note: DocumentId,
        invoice: DocumentId,
        amount: Amount,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.adjust(note, invoice, amount.minor().saturating_neg(), true, at)?;
        sql_query("UPDATE document SET credited = credited + $2 WHERE id = $1")
            .bind::<DocumentUuid, _>(invoice)
            .bind::<Minor, _>(amount)
            .execute(self.conn)?;
        Ok(())
    }

    /// Adds a price true-up of `delta` minor units, which counts at once or waits for the buyer.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `document_total`.
    pub fn document_true_up(
        &mut self,
        note: DocumentId,
        invoice: DocumentId,
        delta: i64,
        counts: bool,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.adjust(note, invoice, delta, counts, at)?;
        if counts {
            diesel::update(document::table.filter(document::id.eq(Col(invoice))))
                .set(document::trued_up.eq(document::trued_up + delta))
                .execute(self.conn)?;
        }
        Ok(())
    }

    fn adjust(
        &mut self,
        note: DocumentId,
        invoice: DocumentId,
        delta: i64,
        counts: bool,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let adjustment = DocumentAdjustment {
            document: note,
            invoice,
            delta,
            state: if counts {
                AdjustmentState::Counted
            } else {
                AdjustmentState::Waiting
            },
            made_at: at,
            counted_at: counts.then_some(at),
        };
        DocumentAdjustment::insert_all(self.conn, &[adjustment], Known::Refused).map(|_all| ())
    }

    /// Lets a waiting true-up count; false if it counted before or is none.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_true_up_count(
        &mut self,
        note: DocumentId,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let changed = sql_query(COUNT)
            .bind::<DocumentUuid, _>(note)
            .bind::<Timestamptz, _>(at)
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Locks an invoice for this unit of work and gives its capacity.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn document_capacity_lock(
        &mut self,
        id: DocumentId,
    ) -> Result<DocumentCapacity, StoreError> {
        Ok(document::table
            .filter(document::id.eq(Col(id)))
            .select(DocumentCapacity::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }
}
