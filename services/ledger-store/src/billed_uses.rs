//! Who uses the invoices that papers promise, and how much of them.

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;

use crate::billed_invoices::BilledKey;
use crate::billed_invoices::PayableRow;
use crate::columns::KinBytes;
use crate::columns::Minor;
use crate::columns::PartyUuid;
use crate::columns::PayableUuid;
use crate::columns::TokenBytes;
use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

/// How much of an invoice is taken, as another platform's question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct BilledUse {
    /// Its token.
    #[diesel(sql_type = TokenBytes)]
    pub token: InvoiceToken,
    /// Its total with tax, if anybody said.
    #[diesel(sql_type = Nullable<Minor>)]
    pub total: Option<Amount>,
    /// Promised by papers here.
    #[diesel(sql_type = Minor)]
    pub promised: Amount,
    /// Taken on other platforms.
    #[diesel(sql_type = Minor)]
    pub elsewhere: Amount,
}

const USERS: &str = "SELECT p.id AS payable
  FROM (SELECT DISTINCT seller, number FROM unnest($2, $3) AS u (seller, number)) u
  JOIN payable p ON p.supplier = u.seller AND invoice_spelling(p.invoice_no) = u.number
 WHERE p.obligor = $1 AND p.state IN ('proposed', 'issued') AND p.invoice_no <> ''";

const OVERDRAWN: &str = "SELECT p.id AS payable FROM payable p
  JOIN document d ON d.kind = 'invoice' AND d.owner = p.supplier
   AND invoice_spelling(d.number) = invoice_spelling(p.invoice_no)
 WHERE p.id = ANY ($1) AND p.invoice_no <> '' AND d.overdrawn > 0";

impl ReadTx<'_> {
    /// This obligor's payables whose papers, proposed or issued, count on these invoices.
    ///
    /// # Errors
    /// Database errors only.
    pub fn payables_promising(
        &mut self,
        obligor: PartyId,
        invoices: &[BilledKey],
    ) -> Result<Vec<PayableId>, StoreError> {
        let rows: Vec<PayableRow> = sql_query(USERS)
            .bind::<PartyUuid, _>(obligor)
            .bind::<Array<PartyUuid>, _>(invoices.iter().map(|key| key.0).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(invoices.iter().map(|key| &key.1).collect::<Vec<_>>())
            .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.payable).collect())
    }

    /// Those of these payables whose invoices have less left than is taken of them already, since a
    /// credit note or another platform came in.
    ///
    /// # Errors
    /// Database errors only.
    pub fn payables_overdrawing(
        &mut self,
        payables: &[PayableId],
    ) -> Result<Vec<PayableId>, StoreError> {
        let rows: Vec<PayableRow> = sql_query(OVERDRAWN)
            .bind::<Array<PayableUuid>, _>(payables.to_vec())
            .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.payable).collect())
    }

    /// The invoice of one kin that papers here count on, if there is one.
    ///
    /// # Errors
    /// Database errors only.
    pub fn billed_invoice_by_kin(
        &mut self,
        kin: &InvoiceKin,
    ) -> Result<Option<BilledUse>, StoreError> {
        let found: Vec<BilledUse> = sql_query(
            "SELECT token, total, promised, elsewhere FROM billed_invoice
              WHERE kin = $1 ORDER BY seller, number LIMIT 1",
        )
        .bind::<KinBytes, _>(*kin)
        .load(self.conn)?;
        Ok(found.into_iter().next())
    }
}
