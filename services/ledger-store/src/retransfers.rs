//! Fragments offered from one finance provider to another (再转让).

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::RetransferId;
use ledger_core::recourse::Recourse;

use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::RetransferUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::retransfer;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { RetransferStateWord =
    /// What has become of an offer to another finance provider.
    RetransferState {
        /// Not answered.
        Offered = "offered",
        /// The fragment is the recipient's.
        Accepted = "accepted",
        /// The recipient said no.
        Declined = "declined",
        /// The holder took it back, or it ended without an answer.
        Recalled = "recalled",
    }
}

word_column! { RecourseWordWord =
    /// Whether the recipient may turn back.
    RecourseWord {
        /// No.
        Without = "without",
        /// For all of it.
        With = "with",
        /// Up to a cap.
        Limited = "limited",
    }
}

record! {
    /// An offer to another finance provider.
    Retransfer in retransfer ("retransfer") {
        /// Its id.
        id: RetransferId as RetransferUuid,
        /// Who offers.
        seller: PartyId as PartyUuid,
        /// To whom.
        buyer: PartyId as PartyUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// First unit offered.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// In what.
        currency: Currency as CurrencyCode,
        /// The two providers' name for their contract.
        contract: String as Text,
        /// Whether the recipient may turn back.
        recourse: RecourseWord as RecourseWordWord,
        /// Up to how much, where recourse is limited.
        recourse_cap: Option<Amount> as Nullable<Minor>,
        /// What the two say it is paid with, outside.
        price: Option<Amount> as Nullable<Minor>,
        /// The entry that offers; its left part is the fragment offered.
        offer_entry: i64 as BigInt,
        /// What has become of it.
        state: RetransferState as RetransferStateWord,
        /// The entry that answers or recalls.
        answer_entry: Option<i64> as Nullable<BigInt>,
        /// Business date of the offer.
        offered_on: NaiveDate as Date,
        /// Business date of the answer.
        answered_on: Option<NaiveDate> as Nullable<Date>,
        /// When it was offered.
        created_at: DateTime<Utc> as Timestamptz,
    }
}

impl RecourseWord {
    /// The word, and the cap where there is one.
    #[must_use]
    pub const fn of(recourse: Recourse) -> (RecourseWord, Option<Amount>) {
        match recourse {
            Recourse::Without => (RecourseWord::Without, None),
            Recourse::With => (RecourseWord::With, None),
            Recourse::Limited(cap) => (RecourseWord::Limited, Some(cap)),
        }
    }
}

impl Retransfer {
    /// Whether the recipient may turn back. The database has a cap where recourse is limited.
    #[must_use]
    pub fn recourse(&self) -> Recourse {
        match self.recourse {
            RecourseWord::Without => Recourse::Without,
            RecourseWord::With => Recourse::With,
            RecourseWord::Limited => Recourse::Limited(self.recourse_cap.unwrap_or(Amount::ZERO)),
        }
    }
}

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn retransfers_by_ids(
        &mut self,
        ids: &[RetransferId],
    ) -> Result<Vec<Retransfer>, StoreError> {
        Ok(retransfer::table
            .filter(retransfer::id.eq_any(cols(ids)))
            .order(retransfer::id)
            .select(Retransfer::as_select())
            .load(self.conn)?)
    }

    /// Offers that `party` made or got, newest first: a page from after the one made at `after` with
    /// that id.
    ///
    /// # Errors
    /// Database errors only.
    pub fn retransfers_page(
        &mut self,
        party: PartyId,
        after: Option<(DateTime<Utc>, RetransferId)>,
        limit: i64,
    ) -> Result<Vec<Retransfer>, StoreError> {
        let mut page = retransfer::table
            .filter(
                retransfer::seller
                    .eq(Col(party))
                    .or(retransfer::buyer.eq(Col(party))),
            )
            .order((retransfer::created_at.desc(), retransfer::id))
            .limit(limit)
            .select(Retransfer::as_select())
            .into_boxed();
        if let Some((at, id)) = after {
            page = page.filter(
                retransfer::created_at.lt(at).or(retransfer::created_at
                    .eq(at)
                    .and(retransfer::id.gt(Col(id)))),
            );
        }
        Ok(page.load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Notes an offer.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `retransfer_offer_entry_unique`.
    pub fn retransfer_insert(&mut self, new: &Retransfer) -> Result<(), StoreError> {
        Retransfer::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Notes that an open offer between finance providers, if the entry `offer` made one, has ended
    /// without an answer.
    ///
    /// # Errors
    /// Database errors only.
    pub fn retransfer_over(
        &mut self,
        offer: i64,
        entry: i64,
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        diesel::update(retransfer::table)
            .filter(retransfer::offer_entry.eq(offer))
            .filter(retransfer::state.eq(RetransferState::Offered))
            .set((
                retransfer::state.eq(RetransferState::Recalled),
                retransfer::answer_entry.eq(Some(entry)),
                retransfer::answered_on.eq(Some(on)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Notes what has become of an open offer; false if it is not open any more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn retransfer_answer(
        &mut self,
        id: RetransferId,
        state: RetransferState,
        entry: i64,
        on: NaiveDate,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(retransfer::table)
            .filter(retransfer::id.eq(Col(id)))
            .filter(retransfer::state.eq(RetransferState::Offered))
            .set((
                retransfer::state.eq(state),
                retransfer::answer_entry.eq(Some(entry)),
                retransfer::answered_on.eq(Some(on)),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }
}
