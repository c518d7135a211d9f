//! Fields of fully digital invoices, as read from their structured files.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Date;
use diesel::sql_types::Jsonb;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use serde_json::Value;

use crate::columns::CurrencyCode;
use crate::columns::DocumentUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::cols;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::invoice_face;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// The face of an invoice on record.
    InvoiceFaceRecord in invoice_face ("invoice_face") {
        /// The invoice.
        document: DocumentId as DocumentUuid,
        /// 20 digits.
        number: String as Text,
        /// Its date.
        issued_on: NaiveDate as Date,
        /// Who sells.
        seller_name: String as Text,
        /// Its tax registration.
        seller_tax_id: String as Text,
        /// Who buys.
        buyer_name: String as Text,
        /// Its tax registration.
        buyer_tax_id: String as Text,
        /// In what.
        currency: Currency as CurrencyCode,
        /// Without tax.
        net: Amount as Minor,
        /// Tax.
        tax: Amount as Minor,
        /// With tax.
        gross: Amount as Minor,
        /// The total in capitals; empty if not given.
        capitals: String as Text,
        /// Lines: item, net and tax in minor units.
        lines: Value as Jsonb,
    }
}

impl ReadTx<'_> {
    /// Faces of these invoices, of those that have one.
    ///
    /// # Errors
    /// Database errors only.
    pub fn invoice_faces_of(
        &mut self,
        documents: &[DocumentId],
    ) -> Result<Vec<InvoiceFaceRecord>, StoreError> {
        Ok(invoice_face::table
            .filter(invoice_face::document.eq_any(cols(documents)))
            .order(invoice_face::document)
            .select(InvoiceFaceRecord::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a face; one that is known stays.
    ///
    /// # Errors
    /// Database errors only.
    pub fn invoice_face_insert(&mut self, new: &InvoiceFaceRecord) -> Result<(), StoreError> {
        InvoiceFaceRecord::insert_all(self.conn, std::slice::from_ref(new), Known::Kept)
            .map(|_new| ())
    }
}
