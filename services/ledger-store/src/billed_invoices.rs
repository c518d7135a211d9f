//! How much of suppliers' invoices is promised by papers, proposed or issued, by whichever obligor.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;

use crate::columns::CurrencyCode;
use crate::columns::DocumentUuid;
use crate::columns::KinBytes;
use crate::columns::Minor;
use crate::columns::PartyUuid;
use crate::columns::PayableUuid;
use crate::columns::TokenBytes;
use crate::error::StoreError;
use crate::payables::Payable;
use crate::payables::PayableState;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// An invoice as papers count on it: its seller, and its number in one spelling.
pub type BilledKey = (PartyId, String);

/// What is on record of an invoice that a payable names.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct BilledInvoice {
    /// The payable that asks.
    #[diesel(sql_type = PayableUuid)]
    pub payable: PayableId,
    /// Who sells.
    #[diesel(sql_type = PartyUuid)]
    pub seller: PartyId,
    /// Its number in one spelling.
    #[diesel(sql_type = Text)]
    pub number: String,
    /// In what.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Its total with tax, if anybody said.
    #[diesel(sql_type = Nullable<Minor>)]
    pub total: Option<Amount>,
    /// Promised by papers, minor units.
    #[diesel(sql_type = Minor)]
    pub promised: Amount,
    /// By how many.
    #[diesel(sql_type = Integer)]
    pub papers: i32,
    /// Taken on other platforms.
    #[diesel(sql_type = Minor)]
    pub elsewhere: Amount,
    /// Its token in the circle, if made.
    #[diesel(sql_type = Nullable<TokenBytes>)]
    pub token: Option<InvoiceToken>,
    /// Its kin, if made.
    #[diesel(sql_type = Nullable<KinBytes>)]
    pub kin: Option<InvoiceKin>,
    /// The seller's own record of it.
    #[diesel(sql_type = Nullable<DocumentUuid>)]
    pub document: Option<DocumentId>,
}

impl BilledInvoice {
    /// Which invoice it is.
    #[must_use]
    pub fn key(&self) -> BilledKey {
        (self.seller, self.number.clone())
    }
}

/// How papers to be proposed change what is promised of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledChange {
    /// Which invoice.
    pub key: BilledKey,
    /// In what it is from now on.
    pub currency: Currency,
    /// Over how much from now on, if anybody said.
    pub total: Option<Amount>,
    /// Promised in addition.
    pub amount: Amount,
    /// By so many papers.
    pub papers: i32,
    /// The seller's own record, which counts the same.
    pub document: Option<DocumentId>,
}

/// The tokens of an invoice that papers count on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledTokens {
    /// Which invoice.
    pub key: BilledKey,
    /// Its token.
    pub token: InvoiceToken,
    /// Its kin.
    pub kin: InvoiceKin,
}

impl PayableState {
    /// Whether a paper for it, proposed or issued, counts on its invoice.
    pub(crate) const fn promises(self) -> bool {
        matches!(self, PayableState::Proposed | PayableState::Issued)
    }
}

#[derive(QueryableByName)]
pub(crate) struct PayableRow {
    #[diesel(sql_type = PayableUuid)]
    pub(crate) payable: PayableId,
}

// Invoices that nobody has promised anything of and whose seller keeps no record of them here: in
// one statement, since most of a list are such. Of several payables on one invoice none is taken.
const TAKE_NEW: &str = "WITH asked AS (
    SELECT u.*, invoice_spelling(u.written) AS number
      FROM unnest($1, $2, $3, $4, $5, $6) AS u (payable, seller, written, currency, amount, gross)),
  alone AS (
    SELECT (array_agg(payable))[1] AS payable, seller, number, min(currency) AS currency,
           max(gross) AS total, sum(amount)::bigint AS promised
      FROM asked GROUP BY seller, number HAVING count(*) = 1),
  new AS (
    INSERT INTO billed_invoice (seller, number, currency, total, promised, papers)
    SELECT a.seller, a.number, a.currency, a.total, a.promised, 1 FROM alone a
     WHERE NOT EXISTS (SELECT FROM document d WHERE d.kind = 'invoice' AND d.owner = a.seller
                          AND invoice_spelling(d.number) = a.number)
     ORDER BY a.seller, a.number
    ON CONFLICT DO NOTHING RETURNING seller, number)
SELECT a.payable FROM alone a JOIN new USING (seller, number)";

const MAKE: &str = "INSERT INTO billed_invoice (seller, number, currency)
    SELECT DISTINCT ON (u.seller, invoice_spelling(u.written))
           u.seller, invoice_spelling(u.written), u.currency
      FROM unnest($1, $2, $3) AS u (seller, written, currency)
     ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING";

const LOCK: &str = "SELECT FROM billed_invoice b
  WHERE (b.seller, b.number) IN (
        SELECT u.seller, invoice_spelling(u.written) FROM unnest($1, $2) AS u (seller, written))
  ORDER BY b.seller, b.number FOR NO KEY UPDATE";

const LOCK_DOCUMENTS: &str = "SELECT FROM document d
  WHERE d.kind = 'invoice' AND (d.owner, invoice_spelling(d.number)) IN (
        SELECT u.seller, invoice_spelling(u.written) FROM unnest($1, $2) AS u (seller, written))
  ORDER BY d.id FOR NO KEY UPDATE";

// An older program could keep one invoice under two spellings; the older record counts.
const FIND: &str =
    "SELECT u.payable, b.seller, b.number, b.currency, b.total, b.promised, b.papers,
       b.elsewhere, b.token, b.kin, d.id AS document
  FROM (SELECT payable, seller, invoice_spelling(written) AS number
          FROM unnest($1, $2, $3) AS a (payable, seller, written)) u
  JOIN billed_invoice b USING (seller, number)
  LEFT JOIN LATERAL (
       SELECT d.id FROM document d WHERE d.kind = 'invoice' AND d.owner = u.seller
          AND invoice_spelling(d.number) = u.number ORDER BY d.id LIMIT 1) d ON true";

const CHANGE: &str = "UPDATE billed_invoice b
   SET currency = c.currency, total = c.total, promised = b.promised + c.amount,
       papers = b.papers + c.papers
  FROM unnest($1, $2, $3, $4, $5, $6) AS c (seller, number, currency, total, amount, papers)
 WHERE b.seller = c.seller AND b.number = c.number";

const SET_TOKENS: &str = "UPDATE billed_invoice b SET token = t.token, kin = t.kin
  FROM unnest($1, $2, $3, $4) AS t (seller, number, token, kin)
 WHERE b.seller = t.seller AND b.number = t.number";

const CHANGE_DOCUMENTS: &str = "UPDATE document d SET promised = d.promised + c.amount
  FROM unnest($1, $2) AS c (id, amount) WHERE d.id = c.id";

const RELEASE: &str = "WITH gone AS (
    SELECT supplier AS seller, invoice_spelling(invoice_no) AS number,
           sum(amount)::bigint AS amount, count(*)::integer AS papers
      FROM payable WHERE id = ANY ($1) AND invoice_no <> '' GROUP BY 1, 2),
  held AS (
    SELECT b.seller, b.number, g.amount, g.papers FROM billed_invoice b
      JOIN gone g USING (seller, number)
     ORDER BY b.seller, b.number FOR NO KEY UPDATE OF b),
  free AS (
    UPDATE billed_invoice b SET promised = b.promised - h.amount, papers = b.papers - h.papers
      FROM held h WHERE b.seller = h.seller AND b.number = h.number RETURNING b.seller, b.number)
UPDATE document d SET promised = d.promised - h.amount
  FROM held h JOIN free USING (seller, number)
 WHERE d.id = (SELECT o.id FROM document o WHERE o.kind = 'invoice' AND o.owner = h.seller
                  AND invoice_spelling(o.number) = h.number ORDER BY o.id LIMIT 1)";

fn sellers(payables: &[&Payable]) -> Vec<PartyId> {
    payables.iter().map(|p| p.supplier).collect()
}

fn written<'p>(payables: &[&'p Payable]) -> Vec<&'p str> {
    payables.iter().map(|p| p.invoice_no.as_str()).collect()
}

fn ids(payables: &[&Payable]) -> Vec<PayableId> {
    payables.iter().map(|p| p.id).collect()
}

impl ReadTx<'_> {
    /// What is on record of the invoices that these payables name, one row a payable.
    ///
    /// # Errors
    /// Database errors only.
    pub fn billed_invoices_of(
        &mut self,
        payables: &[&Payable],
    ) -> Result<Vec<BilledInvoice>, StoreError> {
        Ok(sql_query(FIND)
            .bind::<Array<PayableUuid>, _>(ids(payables))
            .bind::<Array<PartyUuid>, _>(sellers(payables))
            .bind::<Array<Text>, _>(written(payables))
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Promises what these payables ask of invoices that nothing is known of here, and gives the
    /// payables for which that was done. Each payable names an invoice.
    ///
    /// # Errors
    /// Database errors only.
    pub fn billed_invoices_take_new(
        &mut self,
        payables: &[&Payable],
    ) -> Result<Vec<PayableId>, StoreError> {
        let currencies: Vec<Currency> = payables.iter().map(|p| p.currency).collect();
        let amounts: Vec<Amount> = payables.iter().map(|p| p.amount).collect();
        let gross: Vec<Option<Amount>> = payables.iter().map(|p| p.invoice_gross).collect();
        let rows: Vec<PayableRow> = sql_query(TAKE_NEW)
            .bind::<Array<PayableUuid>, _>(ids(payables))
            .bind::<Array<PartyUuid>, _>(sellers(payables))
            .bind::<Array<Text>, _>(written(payables))
            .bind::<Array<CurrencyCode>, _>(currencies)
            .bind::<Array<Minor>, _>(amounts)
            .bind::<Array<Nullable<Minor>>, _>(gross)
            .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.payable).collect())
    }

    /// Makes what is missing of the invoices that these payables name, holds them and their
    /// sellers' records for this unit of work, in one order, and gives what is on record.
    ///
    /// # Errors
    /// [`StoreError::Contended`] if another holds them too long.
    pub fn billed_invoices_lock(
        &mut self,
        payables: &[&Payable],
    ) -> Result<HashMap<PayableId, BilledInvoice>, StoreError> {
        let currencies: Vec<Currency> = payables.iter().map(|p| p.currency).collect();
        sql_query(MAKE)
            .bind::<Array<PartyUuid>, _>(sellers(payables))
            .bind::<Array<Text>, _>(written(payables))
            .bind::<Array<CurrencyCode>, _>(currencies)
            .execute(self.conn)?;
        for lock in [LOCK, LOCK_DOCUMENTS] {
            sql_query(lock)
                .bind::<Array<PartyUuid>, _>(sellers(payables))
                .bind::<Array<Text>, _>(written(payables))
                .execute(self.conn)?;
        }
        let found = self.billed_invoices_of(payables)?;
        Ok(found.into_iter().map(|one| (one.payable, one)).collect())
    }

    /// Promises more of invoices that are held.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `billed_invoice_capacity`, `billed_invoice_in_parts`,
    /// `document_capacity` if that is more than there is.
    pub fn billed_invoices_change(&mut self, changes: &[BilledChange]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        sql_query(CHANGE)
            .bind::<Array<PartyUuid>, _>(changes.iter().map(|c| c.key.0).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(changes.iter().map(|c| &c.key.1).collect::<Vec<_>>())
            .bind::<Array<CurrencyCode>, _>(changes.iter().map(|c| c.currency).collect::<Vec<_>>())
            .bind::<Array<Nullable<Minor>>, _>(changes.iter().map(|c| c.total).collect::<Vec<_>>())
            .bind::<Array<Minor>, _>(changes.iter().map(|c| c.amount).collect::<Vec<_>>())
            .bind::<Array<Integer>, _>(changes.iter().map(|c| c.papers).collect::<Vec<_>>())
            .execute(self.conn)?;
        let recorded = changes
            .iter()
            .filter_map(|c| Some((c.document?, c.amount.minor())));
        let (documents, amounts): (Vec<DocumentId>, Vec<i64>) = recorded.unzip();
        if !documents.is_empty() {
            sql_query(CHANGE_DOCUMENTS)
                .bind::<Array<DocumentUuid>, _>(documents)
                .bind::<Array<BigInt>, _>(amounts)
                .execute(self.conn)?;
        }
        Ok(())
    }

    /// Keeps the tokens of invoices that are held.
    ///
    /// # Errors
    /// Database errors only.
    pub fn billed_tokens_set(&mut self, tokens: &[BilledTokens]) -> Result<(), StoreError> {
        sql_query(SET_TOKENS)
            .bind::<Array<PartyUuid>, _>(tokens.iter().map(|t| t.key.0).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(tokens.iter().map(|t| &t.key.1).collect::<Vec<_>>())
            .bind::<Array<TokenBytes>, _>(tokens.iter().map(|t| t.token).collect::<Vec<_>>())
            .bind::<Array<KinBytes>, _>(tokens.iter().map(|t| t.kin).collect::<Vec<_>>())
            .execute(self.conn)?;
        Ok(())
    }

    /// What papers for these payables promised is free again.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `billed_invoice_capacity` if it was never promised.
    pub fn billed_invoices_release(&mut self, payables: &[PayableId]) -> Result<(), StoreError> {
        if !payables.is_empty() {
            sql_query(RELEASE)
                .bind::<Array<PayableUuid>, _>(payables.to_vec())
                .execute(self.conn)?;
        }
        Ok(())
    }
}
