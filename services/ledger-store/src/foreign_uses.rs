//! What other platforms have taken of invoices that are known here, if at all, by their tokens.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;
use ledger_core::id::DocumentId;
use uuid::Uuid;

use crate::capacity_reservations::ReservationState;
use crate::capacity_reservations::ReservationStateWord;
use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::DocumentUuid;
use crate::columns::KinBytes;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::TokenBytes;
use crate::columns::cols;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::document;
use crate::schema::document_token;
use crate::schema::foreign_use;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A use that another platform has told of.
    ForeignUse in foreign_use ("foreign_use") {
        /// Which platform.
        peer: String as Text,
        /// Its id there.
        id: Uuid as SqlUuid,
        /// Token of the invoice.
        token: InvoiceToken as TokenBytes,
        /// Its kin: of number and seller alone.
        kin: InvoiceKin as KinBytes,
        /// How much.
        amount: Amount as Minor,
        /// In what.
        currency: Currency as CurrencyCode,
        /// What has become of it.
        state: ReservationState as ReservationStateWord,
        /// Since when.
        made_at: DateTime<Utc> as Timestamptz,
        /// Until when it counts unless it is committed.
        expires_at: DateTime<Utc> as Timestamptz,
    }
}

record! {
    /// The tokens of an invoice on record here.
    DocumentToken in document_token ("document_token") {
        /// The invoice.
        document: DocumentId as DocumentUuid,
        /// Token.
        token: InvoiceToken as TokenBytes,
        /// Kin.
        kin: InvoiceKin as KinBytes,
    }
}

const LAPSE: &str = "UPDATE foreign_use SET state = 'lapsed'
 WHERE state = 'reserved' AND expires_at <= $1 RETURNING kin";

// What counts elsewhere is always summed anew: a row is the authority, the sum only its shadow.
const RECOUNT: &str = "UPDATE document d SET elsewhere = s.amount
  FROM (SELECT t.document, coalesce(sum(f.amount), 0)::bigint AS amount
          FROM document_token t
          LEFT JOIN foreign_use f ON f.kin = t.kin AND f.state IN ('reserved', 'committed')
         WHERE t.kin = ANY ($1) GROUP BY t.document) s
 WHERE d.id = s.document AND d.elsewhere <> s.amount";

const RECOUNT_BILLED: &str = "UPDATE billed_invoice b SET elsewhere = s.amount
  FROM (SELECT b.seller, b.number, coalesce(sum(f.amount), 0)::bigint AS amount
          FROM billed_invoice b
          LEFT JOIN foreign_use f ON f.kin = b.kin AND f.state IN ('reserved', 'committed')
         WHERE b.kin = ANY ($1) GROUP BY b.seller, b.number) s
 WHERE b.seller = s.seller AND b.number = s.number AND b.elsewhere <> s.amount";

// One after the other, in the order of their places: two that lock several don't deadlock.
const LOCK: &str = "SELECT pg_advisory_xact_lock(place)
  FROM (SELECT unnest($1) AS place ORDER BY 1) p";

/// Where a kin's lock is.
fn place(kin: &InvoiceKin) -> i64 {
    kin.bytes()
        .iter()
        .take(8)
        .fold(0_i64, |sum, byte| sum.wrapping_shl(8) | i64::from(*byte))
}

#[derive(QueryableByName)]
struct KinRow {
    #[diesel(sql_type = KinBytes)]
    kin: InvoiceKin,
}

impl ReadTx<'_> {
    /// A use of another platform's, if it told of it.
    ///
    /// # Errors
    /// Database errors only.
    pub fn foreign_use_by_id(
        &mut self,
        peer: &str,
        id: Uuid,
    ) -> Result<Option<ForeignUse>, StoreError> {
        Ok(foreign_use::table
            .filter(foreign_use::peer.eq(peer))
            .filter(foreign_use::id.eq(id))
            .select(ForeignUse::as_select())
            .first(self.conn)
            .optional()?)
    }

    /// Uses elsewhere of one kin that count.
    ///
    /// # Errors
    /// Database errors only.
    pub fn foreign_uses_of(&mut self, kin: &InvoiceKin) -> Result<Vec<ForeignUse>, StoreError> {
        Ok(foreign_use::table
            .filter(foreign_use::kin.eq(Col(*kin)))
            .filter(
                foreign_use::state
                    .eq_any([ReservationState::Reserved, ReservationState::Committed]),
            )
            .select(ForeignUse::as_select())
            .load(self.conn)?)
    }

    /// The invoice on record here of one kin.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_token_by_kin(
        &mut self,
        kin: &InvoiceKin,
    ) -> Result<Option<DocumentToken>, StoreError> {
        Ok(document_token::table
            .filter(document_token::kin.eq(Col(*kin)))
            .order(document_token::document)
            .select(DocumentToken::as_select())
            .first(self.conn)
            .optional()?)
    }

    /// Tokens of invoices.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_tokens_of(
        &mut self,
        documents: &[DocumentId],
    ) -> Result<Vec<DocumentToken>, StoreError> {
        Ok(document_token::table
            .filter(document_token::document.eq_any(cols(documents)))
            .order(document_token::document)
            .select(DocumentToken::as_select())
            .load(self.conn)?)
    }

    /// Invoices whose tokens are not made yet, at most `limit`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn documents_without_token(
        &mut self,
        limit: i64,
    ) -> Result<Vec<crate::documents::Document>, StoreError> {
        use crate::documents::Document;
        use crate::documents::DocumentKind;
        let made = document_token::table
            .filter(document_token::document.eq(document::id))
            .select(document_token::document);
        Ok(document::table
            .filter(document::kind.eq(DocumentKind::Invoice))
            .filter(diesel::dsl::not(diesel::dsl::exists(made)))
            .order(document::id)
            .limit(limit)
            .select(Document::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Holds these kin, in one order, for this unit of work: uses elsewhere and the coming in of
    /// the invoice itself wait for each other.
    ///
    /// # Errors
    /// [`StoreError::Contended`].
    pub fn invoice_kin_lock(&mut self, kin: &[InvoiceKin]) -> Result<(), StoreError> {
        let mut places: Vec<i64> = kin.iter().map(place).collect();
        places.sort_unstable();
        places.dedup();
        sql_query(LOCK)
            .bind::<Array<BigInt>, _>(places)
            .execute(self.conn)?;
        Ok(())
    }

    /// Adds a use elsewhere.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`].
    pub fn foreign_use_insert(&mut self, new: &ForeignUse) -> Result<(), StoreError> {
        ForeignUse::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Changes what has become of a use elsewhere.
    ///
    /// # Errors
    /// Database errors only.
    pub fn foreign_use_set(
        &mut self,
        peer: &str,
        id: Uuid,
        state: ReservationState,
    ) -> Result<(), StoreError> {
        let row = foreign_use::table
            .filter(foreign_use::peer.eq(peer))
            .filter(foreign_use::id.eq(id));
        diesel::update(row)
            .set(foreign_use::state.eq(state))
            .execute(self.conn)?;
        Ok(())
    }

    /// Lapses uses elsewhere whose time is over, and counts anew; gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn foreign_uses_lapse(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let lapsed: Vec<KinRow> = sql_query(LAPSE)
            .bind::<Timestamptz, _>(now)
            .load(self.conn)?;
        let kin: Vec<InvoiceKin> = lapsed.iter().map(|row| row.kin).collect();
        self.foreign_uses_recount(&kin)?;
        Ok(lapsed.len())
    }

    /// The same for one kin.
    ///
    /// # Errors
    /// Database errors only.
    pub fn foreign_uses_lapse_of(
        &mut self,
        kin: &InvoiceKin,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let over = foreign_use::table
            .filter(foreign_use::kin.eq(Col(*kin)))
            .filter(foreign_use::state.eq(ReservationState::Reserved))
            .filter(foreign_use::expires_at.le(now));
        let lapsed = diesel::update(over)
            .set(foreign_use::state.eq(ReservationState::Lapsed))
            .execute(self.conn)?;
        if lapsed > 0 {
            self.foreign_uses_recount(std::slice::from_ref(kin))?;
        }
        Ok(())
    }

    /// Sums anew what counts elsewhere of the invoices of these kin.
    ///
    /// # Errors
    /// Database errors only.
    pub fn foreign_uses_recount(&mut self, kin: &[InvoiceKin]) -> Result<(), StoreError> {
        if kin.is_empty() {
            return Ok(());
        }
        for recount in [RECOUNT_BILLED, RECOUNT] {
            sql_query(recount)
                .bind::<Array<KinBytes>, _>(kin.to_vec())
                .execute(self.conn)?;
        }
        Ok(())
    }

    /// Adds tokens; known ones stay.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_tokens_insert(&mut self, new: &[DocumentToken]) -> Result<(), StoreError> {
        DocumentToken::insert_all(self.conn, new, Known::Kept).map(|_new| ())
    }
}
