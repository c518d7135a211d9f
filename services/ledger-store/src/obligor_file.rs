//! What a finance provider keeps about an obligor for itself: disclosure it has looked up, and
//! notes. Only grows.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Date;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::id::PartyId;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::disclosure_check;
use crate::schema::provider_note;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { FindingWord =
    /// What was found in the public disclosure.
    Finding {
        /// Discloses, and nothing is overdue.
        Clean = "clean",
        /// On the list of continuous overdue, or overdue disclosed.
        OverdueListed = "overdue_listed",
        /// Does not disclose.
        NotDisclosed = "not_disclosed",
    }
}

record! {
    /// A look into the public disclosure about an obligor.
    DisclosureCheck in disclosure_check ("disclosure_check") {
        /// Who looked.
        provider: PartyId as PartyUuid,
        /// About whom.
        obligor: PartyId as PartyUuid,
        /// On which day.
        looked_up_on: NaiveDate as Date,
        /// Where.
        source: String as Text,
        /// What was found.
        finding: Finding as FindingWord,
        /// A word with it, or empty.
        word: String as Text,
        /// By whom: `user:id` or `key:id`.
        made_by: String as Text,
        /// The name to show.
        maker_name: String as Text,
        /// When it was written down.
        made_at: DateTime<Utc> as Timestamptz,
    }
}

record! {
    /// A note about an obligor.
    ProviderNote in provider_note ("provider_note") {
        /// Whose.
        provider: PartyId as PartyUuid,
        /// About whom.
        obligor: PartyId as PartyUuid,
        /// The note.
        word: String as Text,
        /// By whom: `user:id` or `key:id`.
        made_by: String as Text,
        /// The name to show.
        maker_name: String as Text,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
    }
}

impl ReadTx<'_> {
    /// A provider's newest `limit` looks into the disclosure about an obligor, newest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn disclosure_checks_of(
        &mut self,
        provider: PartyId,
        obligor: PartyId,
        limit: i64,
    ) -> Result<Vec<DisclosureCheck>, StoreError> {
        Ok(disclosure_check::table
            .filter(disclosure_check::provider.eq(Col(provider)))
            .filter(disclosure_check::obligor.eq(Col(obligor)))
            .order(disclosure_check::no.desc())
            .limit(limit)
            .select(DisclosureCheck::as_select())
            .load(self.conn)?)
    }

    /// A provider's newest `limit` notes about an obligor, newest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn provider_notes_of(
        &mut self,
        provider: PartyId,
        obligor: PartyId,
        limit: i64,
    ) -> Result<Vec<ProviderNote>, StoreError> {
        Ok(provider_note::table
            .filter(provider_note::provider.eq(Col(provider)))
            .filter(provider_note::obligor.eq(Col(obligor)))
            .order(provider_note::no.desc())
            .limit(limit)
            .select(ProviderNote::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a look into the disclosure.
    ///
    /// # Errors
    /// Database errors only.
    pub fn disclosure_check_insert(&mut self, new: &DisclosureCheck) -> Result<(), StoreError> {
        DisclosureCheck::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }

    /// Adds a note.
    ///
    /// # Errors
    /// Database errors only.
    pub fn provider_note_insert(&mut self, new: &ProviderNote) -> Result<(), StoreError> {
        ProviderNote::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }
}
