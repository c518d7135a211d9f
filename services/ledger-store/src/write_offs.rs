//! Fragments that their holders have written off in their own books. Nothing here is ever changed.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::fragment::Side;
use ledger_core::hash::EntryHash;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;

use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::schema::write_off;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A fragment written off.
    WriteOff in write_off ("write_off") {
        /// The entry that says so; the fragment is its left part.
        entry: i64 as BigInt,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// Who holds it, and wrote it off.
        holder: PartyId as PartyUuid,
        /// First unit.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// What was owed on it that day.
        amount: Amount as Minor,
        /// In what.
        currency: Currency as CurrencyCode,
        /// Why, in the holder's words.
        reason: String as Text,
        /// Digest of these words, as the entry holds it.
        reason_digest: [u8; 32] as Bytes32,
        /// What it rests on.
        evidence: String as Text,
        /// Business date.
        written_off_on: NaiveDate as Date,
    }
}

/// A fragment by its paper, its holder and its first unit.
pub type HeldAt = (PaperId, PartyId, i64);

impl WriteOff {
    /// The fragment, which nothing but money has touched since.
    #[must_use]
    pub const fn fragment_no(&self) -> FragmentNo {
        FragmentNo::of(self.entry, Side::Left)
    }
}

impl ReadTx<'_> {
    /// The newest `limit` write-offs of a holder.
    ///
    /// # Errors
    /// Database errors only.
    pub fn write_offs_of(
        &mut self,
        holder: PartyId,
        limit: i64,
    ) -> Result<Vec<WriteOff>, StoreError> {
        Ok(write_off::table
            .filter(write_off::holder.eq(Col(holder)))
            .order(write_off::entry.desc())
            .limit(limit)
            .select(WriteOff::as_select())
            .load(self.conn)?)
    }

    /// The write-off that made this fragment, if it is one of this holder's.
    ///
    /// # Errors
    /// Database errors only.
    pub fn write_off_of(
        &mut self,
        fragment: FragmentNo,
        holder: PartyId,
    ) -> Result<Option<WriteOff>, StoreError> {
        Ok(write_off::table
            .filter(write_off::entry.eq(fragment.entry()))
            .filter(write_off::holder.eq(Col(holder)))
            .select(WriteOff::as_select())
            .first(self.conn)
            .optional()?)
    }

    /// Of each of these fragments, by paper, holder and first unit: how many units its holder has of the
    /// paper, and how many of them lie below it.
    ///
    /// # Errors
    /// Database errors only.
    pub fn units_around(
        &mut self,
        fragments: &[HeldAt],
    ) -> Result<HashMap<HeldAt, (i64, i64)>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = PaperUuid)]
            paper: PaperId,
            #[diesel(sql_type = PartyUuid)]
            holder: PartyId,
            #[diesel(sql_type = BigInt)]
            lo: i64,
            #[diesel(sql_type = BigInt)]
            whole: i64,
            #[diesel(sql_type = BigInt)]
            below: i64,
        }
        let rows: Vec<Row> = sql_query(
            "SELECT p.id AS paper, h.id AS holder, t.lo, sum(f.hi - f.lo)::bigint AS whole, \
               coalesce(sum(f.hi - f.lo) FILTER (WHERE f.lo < t.lo), 0)::bigint AS below \
             FROM (SELECT DISTINCT * FROM unnest($1, $2, $3) AS t (paper, holder, lo)) t \
             JOIN paper p ON p.id = t.paper JOIN party h ON h.id = t.holder \
             JOIN live_fragment_now f ON f.paper = p.no AND f.holder = h.no GROUP BY 1, 2, 3",
        )
        .bind::<Array<PaperUuid>, _>(fragments.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind::<Array<PartyUuid>, _>(fragments.iter().map(|one| one.1).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(fragments.iter().map(|one| one.2).collect::<Vec<_>>())
        .load(self.conn)?;
        let around = |row: Row| ((row.paper, row.holder, row.lo), (row.whole, row.below));
        Ok(rows.into_iter().map(around).collect())
    }

    /// Those of these legs on which a claim by recourse waits for its money.
    ///
    /// # Errors
    /// Database errors only.
    pub fn legs_waiting_for_money(
        &mut self,
        legs: &[EntryHash],
    ) -> Result<HashSet<EntryHash>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Bytes32)]
            leg: [u8; 32],
        }
        let rows: Vec<Row> = sql_query(
            "SELECT DISTINCT leg FROM recourse_claim WHERE leg = ANY($1) AND state = 'agreed'",
        )
        .bind::<Array<Bytes32>, _>(legs.iter().map(|leg| *leg.bytes()).collect::<Vec<_>>())
        .load(self.conn)?;
        Ok(rows
            .into_iter()
            .map(|row| EntryHash::from_bytes(row.leg))
            .collect())
    }
}

impl WriteTx<'_> {
    /// Notes a write-off that the journal holds.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `write_off_units_unique`; [`StoreError::Violated`]
    /// `write_off_reason_signed` if the words are not those that were signed.
    pub fn write_off_insert(&mut self, new: &WriteOff) -> Result<(), StoreError> {
        WriteOff::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }
}
