//! One party's part in a paper: the entries that concern it, and what it was paid. Whoever looks at
//! a paper is shown only what follows from these; the rest is never loaded.

use crate::statement::sql_query;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Nullable;
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

/// Entries of one party's part in a paper at most: nobody could read the picture of more.
const MOST: i64 = 400;

/// As the head of a query: `got` are the entries of the papers `$1` that made the party `$2` a holder,
/// or offer it something now. With [`BEFORE`] and [`AFTER`] they lead to all that concerns it, without
/// reading what others did.
pub(crate) const GOT: &str = "me AS (SELECT no FROM party WHERE id = $2), \
    got (no, spent, joined, mine) AS MATERIALIZED ( \
      SELECT e.no, e.spent, e.joined, true FROM entry e \
      WHERE e.holder = (SELECT no FROM me) AND e.paper = ANY($1) AND e.state = 2 \
      UNION SELECT e.no, e.spent, e.joined, false FROM live_fragment_now f \
      JOIN entry e ON e.no = f.fragment >> 1 \
      WHERE f.counterparty = (SELECT no FROM me) AND f.paper = ANY($1)) ";

/// What came before the entries `base`, up to the issue.
pub(crate) const BEFORE: &str = "before (no, spent, joined) AS ( \
      SELECT no, spent, joined FROM base \
      UNION SELECT e.no, e.spent, e.joined FROM before c \
        CROSS JOIN LATERAL (VALUES (c.spent), (c.joined)) AS had (fragment) \
        JOIN entry e ON e.no = had.fragment >> 1) ";

/// What was done with what the entries `base` made the party's own: both parts of an entry have its
/// holder.
pub(crate) const AFTER: &str = "after (no, mine) AS ( \
      SELECT no, mine FROM base \
      UNION SELECT e.no, e.holder IS NOT DISTINCT FROM (SELECT no FROM me) FROM after a \
        CROSS JOIN LATERAL ( \
          SELECT x.no, x.holder FROM entry x WHERE x.spent IN (a.no * 2, a.no * 2 + 1) \
          UNION ALL SELECT x.no, x.holder FROM entry x \
          WHERE x.joined IS NOT NULL AND x.joined IN (a.no * 2, a.no * 2 + 1)) e \
        WHERE a.mine) ";

impl ReadTx<'_> {
    /// The entries of a paper that concern a party, with all that came before them on the way from
    /// the issue, oldest first: those by which it got, is offered, cut or passed on a range, and
    /// the paper's own. What others did with what it passed on is left out. `None` if there are more
    /// than four hundred: then [`ReadTx::entries_around`] tells what can be told of one fragment.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn entries_concerning(
        &mut self,
        paper: i64,
        party: PartyId,
    ) -> Result<Option<Vec<EntryRecord>>, StoreError> {
        let rows: Vec<NoRow> = sql_query(format!(
            "WITH RECURSIVE {GOT}, base AS ( \
               (SELECT * FROM got LIMIT $3) \
               UNION ALL SELECT e.no, e.spent, e.joined, \
                 e.holder IS NOT DISTINCT FROM (SELECT no FROM me) \
               FROM entry e WHERE e.paper = ANY($1) AND e.spent IS NULL), \
             {BEFORE}, {AFTER} \
             (SELECT no FROM before LIMIT $3) UNION (SELECT no FROM after LIMIT $3)"
        ))
        .bind::<Array<BigInt>, _>(vec![paper])
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(MOST.saturating_add(1))
        .load(self.conn)?;
        let nos: Vec<i64> = rows.into_iter().map(|row| row.no).collect();
        if i64::try_from(nos.len()).is_ok_and(|count| count <= MOST) {
            self.entries_by_nos(&nos).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A paper's own entries, the answer to its issue, the way to `fragment`, and what `party` did
    /// with it since; of that four hundred entries at most. Oldest first.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn entries_around(
        &mut self,
        paper: i64,
        party: PartyId,
        fragment: Option<FragmentNo>,
    ) -> Result<Vec<EntryRecord>, StoreError> {
        let rows: Vec<NoRow> = sql_query(format!(
            "WITH RECURSIVE me AS (SELECT no FROM party WHERE id = $2), \
             own AS (SELECT no FROM entry WHERE paper = $1 AND spent IS NULL), \
             base AS (SELECT e.no, e.spent, e.joined, \
                 e.holder IS NOT DISTINCT FROM (SELECT no FROM me) AS mine \
               FROM entry e WHERE e.no = $4 >> 1), \
             {BEFORE}, {AFTER} \
             SELECT no FROM own UNION SELECT e.no FROM own JOIN entry e ON e.spent = own.no * 2 \
             UNION SELECT no FROM before UNION (SELECT no FROM after LIMIT $3)"
        ))
        .bind::<BigInt, _>(paper)
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(MOST)
        .bind::<Nullable<BigInt>, _>(fragment.map(|no| no.0))
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
