//! Which documents rest on which.

use diesel::prelude::*;
use ledger_core::id::DocumentId;

use crate::columns::DocumentUuid;
use crate::columns::Known;
use crate::columns::cols;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::document_link;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A document rests on another: an invoice on the waybill it bills.
    DocumentLink in document_link ("document_link") {
        /// The document.
        document: DocumentId as DocumentUuid,
        /// What it rests on.
        rests_on: DocumentId as DocumentUuid,
    }
}

impl ReadTx<'_> {
    /// What these documents rest on.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_links_of(
        &mut self,
        documents: &[DocumentId],
    ) -> Result<Vec<DocumentLink>, StoreError> {
        Ok(document_link::table
            .filter(document_link::document.eq_any(cols(documents)))
            .order((document_link::document, document_link::rests_on))
            .select(DocumentLink::as_select())
            .load(self.conn)?)
    }

    /// What rests on these documents.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_links_to(
        &mut self,
        documents: &[DocumentId],
    ) -> Result<Vec<DocumentLink>, StoreError> {
        Ok(document_link::table
            .filter(document_link::rests_on.eq_any(cols(documents)))
            .order((document_link::rests_on, document_link::document))
            .select(DocumentLink::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds links; those known already stay.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_links_insert(&mut self, links: &[DocumentLink]) -> Result<(), StoreError> {
        DocumentLink::insert_all(self.conn, links, Known::Kept).map(|_new| ())
    }
}
