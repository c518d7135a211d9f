//! One party's part in a paper: the entries that concern it, and what it was paid. Whoever looks at
//! a paper is shown only what follows from these; the rest is never loaded.

use crate::statement::sql_query;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;

use crate::columns::Col;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::journal::EntryRecord;
use crate::live::FragmentNo;
use crate::payments::Instruction;
use crate::schema::payment_instruction;
use crate::unit_of_work::ReadTx;

#[derive(QueryableByName)]
struct NoRow {
    #[diesel(sql_type = BigInt)]
    no: i64,
}

impl ReadTx<'_> {
    /// The entries of a paper that concern a party, with all that came before them on the way from
    /// the issue, oldest first: those by which it got, was offered, cut or passed on a range, and
    /// the paper's settlements. What others did with what it passed on is left out.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn entries_concerning(
        &mut self,
        paper: i64,
        party: PartyId,
    ) -> Result<Vec<EntryRecord>, StoreError> {
        let rows: Vec<NoRow> = sql_query(
            "WITH RECURSIVE me AS (SELECT no FROM party WHERE id = $2), \
             concerning (no, spent, joined) AS ( \
               SELECT e.no, e.spent, e.joined FROM entry e \
               LEFT JOIN entry b ON b.no = e.spent >> 1 \
               WHERE e.paper = $1 AND (e.spent IS NULL \
                 OR e.holder = (SELECT no FROM me) OR e.counterparty = (SELECT no FROM me) \
                 OR b.holder = (SELECT no FROM me)) \
               UNION SELECT e.no, e.spent, e.joined FROM concerning c \
                 CROSS JOIN LATERAL (VALUES (c.spent), (c.joined)) AS had (fragment) \
                 JOIN entry e ON e.no = had.fragment >> 1) \
             SELECT DISTINCT no FROM concerning",
        )
        .bind::<BigInt, _>(paper)
        .bind::<PartyUuid, _>(party)
        .load(self.conn)?;
        let nos: Vec<i64> = rows.into_iter().map(|row| row.no).collect();
        self.entries_by_nos(&nos)
    }

    /// The entry that spent a fragment; none while it lives.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn entry_spending(
        &mut self,
        fragment: FragmentNo,
    ) -> Result<Option<EntryRecord>, StoreError> {
        let rows: Vec<NoRow> =
            sql_query("SELECT entry AS no FROM spent_fragment WHERE fragment = $1")
                .bind::<BigInt, _>(fragment.0)
                .load(self.conn)?;
        let nos: Vec<i64> = rows.into_iter().map(|row| row.no).collect();
        Ok(self.entries_by_nos(&nos)?.pop())
    }

    /// Payments about a paper that go to one party.
    ///
    /// # Errors
    /// Database errors only.
    pub fn credits_of_party(
        &mut self,
        paper: PaperId,
        creditor: PartyId,
    ) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::paper_id.eq(Col(paper)))
            .filter(payment_instruction::creditor.eq(Col(creditor)))
            .order((payment_instruction::business_date, payment_instruction::id))
            .select(Instruction::as_select())
            .load(self.conn)?)
    }
}
