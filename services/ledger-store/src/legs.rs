//! One party's part in a paper: the entries that concern it, and what it was paid. Whoever looks at
//! a paper is shown only what follows from these; the rest is never loaded.

use crate::statement::sql_query;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Nullable;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;

use crate::columns::Col;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::journal::ENTRY_COLUMNS;
use crate::journal::EntryRecord;
use crate::journal::EntryRow;
use crate::journal::into_records;
use crate::live::FragmentNo;
use crate::payments::Instruction;
use crate::schema::payment_instruction;
use crate::unit_of_work::ReadTx;

/// Entries of one party's part in a paper at most: nobody could read the picture of more.
const MOST: i64 = 400;

/// As the head of a query: `got` are the entries of the papers `$1` that made the party `$2` a holder,
/// or offer it something now. With [`before`] and [`after`] they lead to all that concerns it, without
/// reading what others did.
pub(crate) const GOT: &str = "me AS (SELECT no FROM party WHERE id = $2), \
    got (no, spent, joined, mine) AS MATERIALIZED ( \
      SELECT e.no, e.spent, e.joined, true FROM entry e \
      WHERE e.holder = (SELECT no FROM me) AND e.paper = ANY($1) AND e.state = 2 \
      UNION SELECT e.no, e.spent, e.joined, false FROM live_fragment_now f \
      JOIN entry e ON e.no = f.fragment >> 1 \
      WHERE f.counterparty = (SELECT no FROM me) AND f.paper = ANY($1)) ";

/// `name` is what came before the entries `base`, up to the issue.
pub(crate) fn before(name: &str, base: &str) -> String {
    format!(
        "{name} (no, spent, joined) AS ( \
           SELECT no, spent, joined FROM {base} \
           UNION SELECT e.no, e.spent, e.joined FROM {name} c \
             CROSS JOIN LATERAL (VALUES (c.spent), (c.joined)) AS had (fragment) \
             JOIN entry e ON e.no = had.fragment >> 1) "
    )
}

/// `name` is what was done with what the entries `base` made the party's own: both parts of an entry
/// have its holder.
pub(crate) fn after(name: &str, base: &str) -> String {
    format!(
        "{name} (no, mine) AS ( \
           SELECT no, mine FROM {base} \
           UNION SELECT e.no, e.holder IS NOT DISTINCT FROM (SELECT no FROM me) FROM {name} a \
             CROSS JOIN LATERAL ( \
               SELECT x.no, x.holder FROM entry x WHERE x.spent IN (a.no * 2, a.no * 2 + 1) \
               UNION ALL SELECT x.no, x.holder FROM entry x \
               WHERE x.joined IS NOT NULL AND x.joined IN (a.no * 2, a.no * 2 + 1)) e \
             WHERE a.mine) "
    )
}

/// One party's part in a paper, as far as it is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOfPaper {
    /// Oldest first.
    pub entries: Vec<EntryRecord>,
    /// Whether it is all of the part, and not only what is about one fragment.
    pub whole: bool,
}

impl PartOfPaper {
    /// The way to a fragment from the issue, oldest first, as [`ReadTx::fragment_path`] reads it; none if
    /// it does not lie in this part.
    #[must_use]
    pub fn way_to(&self, fragment: FragmentNo) -> Option<Vec<EntryRecord>> {
        let mut way = Vec::new();
        let mut at = Some(fragment);
        while let Some(fragment) = at {
            let place = self
                .entries
                .binary_search_by_key(&fragment.entry(), |one| one.no);
            let made = self.entries.get(place.ok()?)?;
            at = made.spent;
            way.push(made.clone());
        }
        way.reverse();
        Some(way)
    }
}

#[derive(QueryableByName)]
struct PartRow {
    #[diesel(embed)]
    entry: EntryRow,
    #[diesel(sql_type = Bool)]
    whole: bool,
}

impl ReadTx<'_> {
    /// The entries of a paper that concern a party, with all that came before them on the way from
    /// the issue: those by which it got, is offered, cut or passed on a range, and the paper's own.
    /// What others did with what it passed on is left out.
    ///
    /// Where they are more than four hundred, what can be told of `fragment` instead: the paper's own
    /// entries, the answer to its issue, the way to the fragment, and what the party did with it since,
    /// of that four hundred entries at most.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn part_of_paper(
        &mut self,
        paper: i64,
        party: PartyId,
        fragment: Option<FragmentNo>,
    ) -> Result<PartOfPaper, StoreError> {
        self.part_of_paper_within(paper, party, fragment, MOST)
    }

    /// The same with another bound than four hundred.
    ///
    /// # Errors
    /// As [`ReadTx::part_of_paper`].
    pub fn part_of_paper_within(
        &mut self,
        paper: i64,
        party: PartyId,
        fragment: Option<FragmentNo>,
        most: i64,
    ) -> Result<PartOfPaper, StoreError> {
        let (before_it, after_it) = (before("before", "base"), after("after", "base"));
        let (way, since) = (before("way", "here"), after("since", "here"));
        let rows: Vec<PartRow> = sql_query(format!(
            "WITH RECURSIVE {GOT}, \
             own AS (SELECT e.no, e.spent, e.joined, \
                 e.holder IS NOT DISTINCT FROM (SELECT no FROM me) AS mine \
               FROM entry e WHERE e.paper = ANY($1) AND e.spent IS NULL), \
             base AS ((SELECT * FROM got LIMIT $3 + 1) UNION ALL SELECT * FROM own), \
             {before_it}, {after_it}, \
             part AS MATERIALIZED ((SELECT no FROM before LIMIT $3 + 1) \
               UNION (SELECT no FROM after LIMIT $3 + 1)), \
             size AS MATERIALIZED (SELECT count(*) <= $3 AS whole FROM part), \
             here AS (SELECT e.no, e.spent, e.joined, \
                 e.holder IS NOT DISTINCT FROM (SELECT no FROM me) AS mine \
               FROM entry e WHERE e.no = $4 >> 1), \
             {way}, {since}, \
             around AS (SELECT no FROM own \
               UNION SELECT e.no FROM own JOIN entry e ON e.spent = own.no * 2 \
               UNION SELECT no FROM way UNION (SELECT no FROM since LIMIT $3)), \
             chosen AS (SELECT no FROM part WHERE (SELECT whole FROM size) \
               UNION ALL SELECT no FROM around WHERE NOT (SELECT whole FROM size)) \
             SELECT found.*, (SELECT whole FROM size) AS whole \
             FROM ({ENTRY_COLUMNS} WHERE e.no = ANY(ARRAY(SELECT no FROM chosen))) found \
             ORDER BY found.no"
        ))
        .bind::<Array<BigInt>, _>(vec![paper])
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(most)
        .bind::<Nullable<BigInt>, _>(fragment.map(|no| no.0))
        .load(self.conn)?;
        // A paper that nothing is recorded of has no part that could be too large.
        let whole = rows.first().is_none_or(|row| row.whole);
        let entries = into_records(rows.into_iter().map(|row| row.entry).collect())?;
        Ok(PartOfPaper { entries, whole })
    }

    /// The entry that spent a fragment; none while it lives.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn entry_spending(
        &mut self,
        fragment: FragmentNo,
    ) -> Result<Option<EntryRecord>, StoreError> {
        let rows = sql_query(format!(
            "{ENTRY_COLUMNS} WHERE e.no = ANY(ARRAY( \
               SELECT entry FROM spent_fragment WHERE fragment = $1))"
        ))
        .bind::<BigInt, _>(fragment.0)
        .load(self.conn)?;
        Ok(into_records(rows)?.pop())
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
