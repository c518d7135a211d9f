//! Messages to and from banks, what they booked, and how far their feeds have been read.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use diesel::upsert::excluded;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::sha256_of;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::columns::CurrencyCode;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::bank_cursor;
use crate::schema::bank_message;
use crate::schema::statement_balance;
use crate::schema::statement_entry;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { DirectionWord =
    /// Which way a message goes.
    Direction {
        /// To the bank.
        Out = "out",
        /// From the bank.
        In = "in",
    }
}

word_column! { BookingWord =
    /// Which side a bank booked on.
    Booking {
        /// Money came.
        Credit = "credit",
        /// Money went.
        Debit = "debit",
    }
}

record! {
    /// A message as it was sent or received.
    BankMessage in bank_message ("bank_message") {
        /// Its id with us.
        id: Uuid as SqlUuid,
        /// Which way.
        direction: Direction as DirectionWord,
        /// Its ISO 20022 name: `pain.001.001.09`.
        kind: String as Text,
        /// Its own id.
        message_id: String as Text,
        /// Its text if it was kept before [`BankMessage::raw`] was; empty otherwise.
        body: String as Text,
        /// When.
        at: DateTime<Utc> as Timestamptz,
        /// The message to the byte.
        raw: Option<Vec<u8>> as Nullable<Bytea>,
        /// SHA-256 of `raw`.
        digest: Option<[u8; 32]> as Nullable<Bytes32>,
    }
}

impl BankMessage {
    /// A message to be kept, with the bytes that were sent or received.
    #[must_use]
    pub fn new(
        id: Uuid,
        direction: Direction,
        (kind, message_id): (&str, &str),
        raw: Vec<u8>,
        at: DateTime<Utc>,
    ) -> BankMessage {
        BankMessage {
            id,
            direction,
            kind: kind.to_owned(),
            message_id: message_id.to_owned(),
            body: String::new(),
            at,
            digest: Some(sha256_of(&raw)),
            raw: Some(raw),
        }
    }

    /// Its bytes, whichever way they were kept.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.body.as_bytes())
    }
}

record! {
    /// One booking on an account, as the bank states it.
    StatementEntry in statement_entry ("statement_entry") {
        /// On which account.
        account: String as Text,
        /// The bank's own reference, unique on the account.
        servicer_ref: String as Text,
        /// Our end-to-end id, or empty.
        end_to_end_id: String as Text,
        /// How much, minor units.
        amount: Amount as Minor,
        /// In what.
        currency: Currency as CurrencyCode,
        /// Which side.
        direction: Booking as BookingWord,
        /// When it was booked.
        booking_date: NaiveDate as Date,
        /// From when it counts.
        value_date: NaiveDate as Date,
        /// Whether it takes an earlier one back.
        reversal: bool as Bool,
        /// The message it came in.
        message: Uuid as SqlUuid,
    }
}

record! {
    /// Balances of a day, as the bank states them.
    StatementBalance in statement_balance ("statement_balance") {
        /// Of which account.
        account: String as Text,
        /// Which day.
        day: NaiveDate as Date,
        /// At its start, signed minor units.
        opening: i64 as BigInt,
        /// At its end, signed minor units.
        closing: i64 as BigInt,
        /// In what.
        currency: Currency as CurrencyCode,
        /// The message it came in.
        message: Uuid as SqlUuid,
    }
}

impl ReadTx<'_> {
    /// Messages with this id of their own, oldest first; a bank may send one twice.
    ///
    /// # Errors
    /// Database errors only.
    pub fn bank_messages_by_message_id(
        &mut self,
        message_id: &str,
    ) -> Result<Vec<BankMessage>, StoreError> {
        Ok(bank_message::table
            .filter(bank_message::message_id.eq(message_id))
            .order(bank_message::no)
            .select(BankMessage::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` messages.
    ///
    /// # Errors
    /// Database errors only.
    pub fn bank_messages_latest(&mut self, limit: i64) -> Result<Vec<BankMessage>, StoreError> {
        Ok(bank_message::table
            .order(bank_message::no.desc())
            .limit(limit)
            .select(BankMessage::as_select())
            .load(self.conn)?)
    }

    /// What was booked on an account from `first` to `last`, both included.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statement_entries(
        &mut self,
        account: &str,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<StatementEntry>, StoreError> {
        Ok(statement_entry::table
            .filter(statement_entry::account.eq(account))
            .filter(statement_entry::booking_date.between(first, last))
            .order((statement_entry::booking_date, statement_entry::no))
            .select(StatementEntry::as_select())
            .load(self.conn)?)
    }

    /// What was booked under these end-to-end ids.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statement_entries_by_end_to_end(
        &mut self,
        ids: &[String],
    ) -> Result<Vec<StatementEntry>, StoreError> {
        Ok(statement_entry::table
            .filter(statement_entry::end_to_end_id.eq_any(ids))
            .filter(statement_entry::end_to_end_id.ne(""))
            .order(statement_entry::no)
            .select(StatementEntry::as_select())
            .load(self.conn)?)
    }

    /// What is on record on these accounts under these references of the bank's, among others that
    /// have an account of one and the reference of another.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statement_entries_by_reference(
        &mut self,
        references: &[(&str, &str)],
    ) -> Result<Vec<StatementEntry>, StoreError> {
        let (accounts, refs): (Vec<&str>, Vec<&str>) = references.iter().copied().unzip();
        Ok(statement_entry::table
            .filter(statement_entry::account.eq_any(accounts))
            .filter(statement_entry::servicer_ref.eq_any(refs))
            .order(statement_entry::no)
            .select(StatementEntry::as_select())
            .load(self.conn)?)
    }

    /// Balances of an account from `first` to `last`, both included.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statement_balances(
        &mut self,
        account: &str,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<StatementBalance>, StoreError> {
        Ok(statement_balance::table
            .filter(statement_balance::account.eq(account))
            .filter(statement_balance::day.between(first, last))
            .order(statement_balance::day)
            .select(StatementBalance::as_select())
            .load(self.conn)?)
    }

    /// How far a bank's feed has been read.
    ///
    /// # Errors
    /// Database errors only; none before the first reading.
    pub fn bank_cursor(&mut self, bank: &str, feed: &str) -> Result<Option<String>, StoreError> {
        Ok(bank_cursor::table
            .filter(bank_cursor::bank.eq(bank).and(bank_cursor::feed.eq(feed)))
            .select(bank_cursor::position)
            .first(self.conn)
            .optional()?)
    }
}

impl WriteTx<'_> {
    /// Adds messages.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `bank_message_id_unique`.
    pub fn bank_messages_append(&mut self, new: &[BankMessage]) -> Result<(), StoreError> {
        BankMessage::insert_all(self.conn, new, Known::Refused).map(|_all| ())
    }

    /// Adds bookings; one known by its reference stays. Gives how many were new.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statement_entries_append(
        &mut self,
        new: &[StatementEntry],
    ) -> Result<usize, StoreError> {
        StatementEntry::insert_all(self.conn, new, Known::Kept)
    }

    /// Adds balances; a day that is known stays. Gives how many were new.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statement_balances_append(
        &mut self,
        new: &[StatementBalance],
    ) -> Result<usize, StoreError> {
        StatementBalance::insert_all(self.conn, new, Known::Kept)
    }

    /// Notes how far a bank's feed has been read, in the unit of work that took it in.
    ///
    /// # Errors
    /// Database errors only.
    pub fn bank_cursor_set(
        &mut self,
        bank: &str,
        feed: &str,
        position: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        diesel::insert_into(bank_cursor::table)
            .values((
                bank_cursor::bank.eq(bank),
                bank_cursor::feed.eq(feed),
                bank_cursor::position.eq(position),
                bank_cursor::updated_at.eq(at),
            ))
            .on_conflict((bank_cursor::bank, bank_cursor::feed))
            .do_update()
            .set((
                bank_cursor::position.eq(excluded(bank_cursor::position)),
                bank_cursor::updated_at.eq(excluded(bank_cursor::updated_at)),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}
