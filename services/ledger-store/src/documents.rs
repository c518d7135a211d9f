//! Trade documents, their contents, and how much of each has carried a transfer.

use std::collections::HashSet;

use crate::statement::sql_query;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;

use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::DocumentUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::document;
use crate::schema::document_blob;
use crate::schema::document_take;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { DocumentKindWord =
    /// What a document is.
    DocumentKind {
        /// 采购订单.
        PurchaseOrder = "purchase_order",
        /// 验收单.
        AcceptanceSlip = "acceptance_slip",
        /// 运单.
        Waybill = "waybill",
        /// 发票; its owner is its seller.
        Invoice = "invoice",
        /// 合同.
        Contract = "contract",
        /// 对账单.
        Statement = "statement",
        /// Anything else.
        Other = "other",
        /// 红字发票, 退货折让: takes from the invoice it names.
        CreditNote = "credit_note",
        /// 多退少补单: raises or lowers the invoice it names.
        PriceTrueUp = "price_true_up",
    }
}

record! {
    /// A trade document.
    Document in document ("document") {
        /// Its id.
        id: DocumentId as DocumentUuid,
        /// Who handed it in; the seller of an invoice.
        owner: PartyId as PartyUuid,
        /// The other side of the trade.
        counterparty: Option<PartyId> as Nullable<PartyUuid>,
        /// What it is.
        kind: DocumentKind as DocumentKindWord,
        /// Its own number; unique among one seller's invoices.
        number: String as Text,
        /// Its date.
        issued_on: Option<NaiveDate> as Nullable<Date>,
        /// How much it is over; without one it carries nothing.
        amount: Option<Amount> as Nullable<Minor>,
        /// In what.
        currency: Option<Currency> as Nullable<CurrencyCode>,
        /// SHA-256 of its contents.
        sha256: [u8; 32] as Bytes32,
        /// Media type of its contents.
        media_type: String as Text,
        /// Bytes of its contents.
        size: i64 as BigInt,
        /// The file's name as given.
        file_name: String as Text,
        /// How much of `amount` has carried transfers.
        used: Amount as Minor,
    }
}

record! {
    /// Contents, once for each digest.
    DocumentBlob in document_blob ("document_blob") {
        /// SHA-256 of the bytes.
        sha256: [u8; 32] as Bytes32,
        /// The bytes.
        bytes: Vec<u8> as Bytea,
    }
}

record! {
    /// What an offer over several documents took of one of them.
    DocumentTake in document_take ("document_take") {
        /// Number of the offer's entry.
        entry: i64 as BigInt,
        /// Of which document.
        document: DocumentId as DocumentUuid,
        /// How much.
        amount: Amount as Minor,
    }
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = DocumentUuid)]
    id: DocumentId,
}

// Takes are summed per document, and compared again where another unit of work had the row first.
// Only batches of a book take and give, and they hold the book's head, so nothing is locked ahead.
// What is left out is what did not fit.
const TAKE: &str = "WITH wanted AS (
    SELECT id, sum(amount)::bigint AS amount
      FROM unnest($1, $2) AS w (id, amount) GROUP BY id ORDER BY id)
UPDATE document d SET used = d.used + w.amount
  FROM wanted w
 WHERE d.id = w.id
   AND d.used + d.reserved + d.elsewhere + d.promised + w.amount
       <= d.amount - d.credited + d.trued_up
RETURNING d.id";

const RELEASE: &str = "WITH given AS (
    SELECT id, sum(amount)::bigint AS amount
      FROM unnest($1, $2) AS g (id, amount) GROUP BY id ORDER BY id)
UPDATE document d SET used = d.used - g.amount
  FROM given g
 WHERE d.id = g.id
RETURNING d.id";

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn documents_by_ids(&mut self, ids: &[DocumentId]) -> Result<Vec<Document>, StoreError> {
        Ok(document::table
            .filter(document::id.eq_any(cols(ids)))
            .order(document::id)
            .select(Document::as_select())
            .load(self.conn)?)
    }

    /// Documents with these contents, whoever handed them in.
    ///
    /// # Errors
    /// Database errors only.
    pub fn documents_by_digests(
        &mut self,
        digests: &[[u8; 32]],
    ) -> Result<Vec<Document>, StoreError> {
        if digests.is_empty() {
            return Ok(Vec::new());
        }
        Ok(document::table
            .filter(document::sha256.eq_any(cols(digests)))
            .order(document::id)
            .select(Document::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` documents a party handed in.
    ///
    /// # Errors
    /// Database errors only.
    pub fn documents_of_owner(
        &mut self,
        owner: PartyId,
        limit: i64,
    ) -> Result<Vec<Document>, StoreError> {
        Ok(document::table
            .filter(document::owner.eq(Col(owner)))
            .order((document::issued_on.desc(), document::id))
            .limit(limit)
            .select(Document::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` documents in which a party is owner or other side.
    ///
    /// # Errors
    /// Database errors only.
    pub fn documents_of_party(
        &mut self,
        party: PartyId,
        limit: i64,
    ) -> Result<Vec<Document>, StoreError> {
        Ok(document::table
            .filter(
                document::owner
                    .eq(Col(party))
                    .or(document::counterparty.eq(Col(Some(party)))),
            )
            .order((document::issued_on.desc().nulls_last(), document::id))
            .limit(limit)
            .select(Document::as_select())
            .load(self.conn)?)
    }

    /// The invoices of a seller under these numbers.
    ///
    /// # Errors
    /// Database errors only.
    pub fn invoices_by_numbers(
        &mut self,
        seller: PartyId,
        numbers: &[String],
    ) -> Result<Vec<Document>, StoreError> {
        Ok(document::table
            .filter(
                document::owner
                    .eq(Col(seller))
                    .and(document::number.eq_any(numbers)),
            )
            .filter(document::kind.eq(DocumentKind::Invoice))
            .order(document::number)
            .select(Document::as_select())
            .load(self.conn)?)
    }

    /// The invoices of a seller to a buyer dated from the first to the last of two days.
    ///
    /// # Errors
    /// Database errors only.
    pub fn invoices_between(
        &mut self,
        seller: PartyId,
        buyer: PartyId,
        currency: Currency,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Document>, StoreError> {
        Ok(document::table
            .filter(document::owner.eq(Col(seller)))
            .filter(document::counterparty.eq(Col(Some(buyer))))
            .filter(document::kind.eq(DocumentKind::Invoice))
            .filter(document::currency.eq(Col(Some(currency))))
            .filter(document::issued_on.between(from, to))
            .order((document::issued_on, document::id))
            .select(Document::as_select())
            .load(self.conn)?)
    }

    /// What an offer took of each of its documents, if it took of several; none of one alone, of
    /// which it took its whole amount.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_takes_of(&mut self, entry: i64) -> Result<Vec<DocumentTake>, StoreError> {
        Ok(document_take::table
            .filter(document_take::entry.eq(entry))
            .order(document_take::document)
            .select(DocumentTake::as_select())
            .load(self.conn)?)
    }

    /// Contents by digest.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn document_blob(&mut self, sha256: &[u8; 32]) -> Result<Vec<u8>, StoreError> {
        Ok(document_blob::table
            .filter(document_blob::sha256.eq(Col(*sha256)))
            .select(document_blob::bytes)
            .first(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds documents.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `document_invoice_unique`: this seller's invoice is on record;
    /// [`StoreError::Violated`] `document_invoice_whole`, `document_money_whole`.
    pub fn documents_insert(&mut self, new: &[Document]) -> Result<(), StoreError> {
        Document::insert_all(self.conn, new, Known::Refused).map(|_all| ())
    }

    /// Adds contents; the same contents again stay. Gives how many were new.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_blobs_insert(&mut self, new: &[DocumentBlob]) -> Result<usize, StoreError> {
        DocumentBlob::insert_all(self.conn, new, Known::Kept)
    }

    /// Keeps what an offer took of each of several documents.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if that is kept already.
    pub fn document_takes_insert(&mut self, takes: &[DocumentTake]) -> Result<(), StoreError> {
        DocumentTake::insert_all(self.conn, takes, Known::Refused).map(|_all| ())
    }

    /// Takes capacity of documents and gives those that had not enough left, were without an
    /// amount, or are not on record: the caller must then stop, for the others were taken. Takes
    /// of one document are added up.
    ///
    /// # Errors
    /// [`StoreError::Contended`] if another holds the same documents too long.
    pub fn document_capacity_take(
        &mut self,
        takes: &[(DocumentId, Amount)],
    ) -> Result<Vec<DocumentId>, StoreError> {
        self.document_capacity_change(TAKE, takes)
    }

    /// Gives capacity back (a refused or withdrawn transfer); unknown documents are given back in
    /// the answer.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `document_capacity` when more is given back than was taken.
    pub fn document_capacity_release(
        &mut self,
        gifts: &[(DocumentId, Amount)],
    ) -> Result<Vec<DocumentId>, StoreError> {
        self.document_capacity_change(RELEASE, gifts)
    }

    fn document_capacity_change(
        &mut self,
        statement: &str,
        changes: &[(DocumentId, Amount)],
    ) -> Result<Vec<DocumentId>, StoreError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let done: Vec<IdRow> = sql_query(statement)
            .bind::<Array<DocumentUuid>, _>(changes.iter().map(|c| c.0).collect::<Vec<_>>())
            .bind::<Array<Minor>, _>(changes.iter().map(|c| c.1).collect::<Vec<_>>())
            .load(self.conn)?;
        let done: HashSet<DocumentId> = done.into_iter().map(|row| row.id).collect();
        let mut left: Vec<DocumentId> = changes
            .iter()
            .map(|c| c.0)
            .filter(|id| !done.contains(id))
            .collect();
        left.sort_unstable();
        left.dedup();
        Ok(left)
    }
}
