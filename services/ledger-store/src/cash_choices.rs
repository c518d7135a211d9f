//! Free choices of small and medium suppliers: a paper instead of money in time.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Date;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::payment_clock::CountedFrom;

use crate::columns::Bytes32;
use crate::columns::Known;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_type;
use crate::error::StoreError;
use crate::schema::cash_choice;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_type! { CountedFromWord = CountedFrom, CountedFrom::code, CountedFrom::from_code }

record! {
    /// A choice on record.
    CashChoice in cash_choice ("cash_choice") {
        /// The paper that was taken.
        paper: PaperId as PaperUuid,
        /// By whom.
        supplier: PartyId as PartyUuid,
        /// The clock's first day: when its goods or services were accepted, as far as is known.
        accepted_on: NaiveDate as Date,
        /// By when money would have come.
        money_by: NaiveDate as Date,
        /// When the paper is due: up to then the choice holds.
        due_date: NaiveDate as Date,
        /// The words agreed to, as shown.
        words: String as Text,
        /// SHA-256 of those words in UTF-8.
        words_sha256: [u8; 32] as Bytes32,
        /// Who chose: `user:id` or `key:id`.
        made_by: String as Text,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
        /// What the first day is.
        counted_from: CountedFrom as CountedFromWord,
    }
}

impl ReadTx<'_> {
    /// Choices on record for these papers, of each paper the earliest due date first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn cash_choices_of(&mut self, papers: &[PaperId]) -> Result<Vec<CashChoice>, StoreError> {
        Ok(cash_choice::table
            .filter(cash_choice::paper.eq_any(cols(papers)))
            .order((cash_choice::paper, cash_choice::due_date))
            .select(CashChoice::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Puts a choice on record; one for that paper and due date stays as it is.
    ///
    /// # Errors
    /// Database errors only.
    pub fn cash_choice_keep(&mut self, new: &CashChoice) -> Result<(), StoreError> {
        CashChoice::insert_all(self.conn, std::slice::from_ref(new), Known::Kept).map(|_one| ())
    }

    /// Puts a choice on record.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if one is on record for the paper and that due date.
    pub fn cash_choice_insert(&mut self, new: &CashChoice) -> Result<(), StoreError> {
        CashChoice::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }
}
