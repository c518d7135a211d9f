//! Live fragments: what is held now, read through a view that is always exact.

use std::ops::Deref;

use crate::statement::sql_query;
use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentRef;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::hash::EntryHash;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::range::Range;

use crate::columns::Bytes32;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// A fragment's compact key: entry number and side. Never leaves the platform as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FragmentNo(pub i64);

impl FragmentNo {
    /// Of the part `side` of entry `entry`.
    #[must_use]
    pub const fn of(entry: i64, side: Side) -> FragmentNo {
        let low = match side {
            Side::Left => 0,
            Side::Right => 1,
        };
        FragmentNo(entry.wrapping_mul(2).wrapping_add(low))
    }

    /// Which part it is.
    #[must_use]
    pub const fn side(self) -> Side {
        if self.0 & 1 == 0 {
            Side::Left
        } else {
            Side::Right
        }
    }

    /// The entry that made it.
    #[must_use]
    pub const fn entry(self) -> i64 {
        self.0 >> 1
    }
}

/// A fragment, live or spent, with its compact key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FragmentRecord {
    /// Compact key.
    pub no: FragmentNo,
    /// Whether an entry has spent it.
    pub spent: bool,
    /// Business date of the entry that made it.
    pub since: NaiveDate,
    /// The fragment.
    pub fragment: Fragment,
}

impl Deref for FragmentRecord {
    type Target = Fragment;
    fn deref(&self) -> &Fragment {
        &self.fragment
    }
}

#[derive(QueryableByName)]
struct FragmentRow {
    #[diesel(sql_type = BigInt)]
    fragment: i64,
    #[diesel(sql_type = PaperUuid)]
    paper: PaperId,
    #[diesel(sql_type = BigInt)]
    lo: i64,
    #[diesel(sql_type = BigInt)]
    hi: i64,
    #[diesel(sql_type = PartyUuid)]
    holder: PartyId,
    #[diesel(sql_type = Nullable<PartyUuid>)]
    counterparty: Option<PartyId>,
    #[diesel(sql_type = SmallInt)]
    state: i16,
    #[diesel(sql_type = SmallInt)]
    tier: i16,
    #[diesel(sql_type = Bytes32)]
    hash: [u8; 32],
    #[diesel(sql_type = Bool)]
    spent: bool,
    #[diesel(sql_type = diesel::sql_types::Date)]
    since: NaiveDate,
}

impl FragmentRow {
    fn into_record(self) -> Result<FragmentRecord, StoreError> {
        let corrupt = || StoreError::Corrupt(format!("fragment {}", self.fragment));
        let no = FragmentNo(self.fragment);
        let code = u8::try_from(self.state).unwrap_or(0);
        Ok(FragmentRecord {
            no,
            spent: self.spent,
            since: self.since,
            fragment: Fragment {
                reference: FragmentRef {
                    parent: EntryHash::from_bytes(self.hash),
                    side: no.side(),
                },
                paper: self.paper,
                range: Range::new(self.lo, self.hi).map_err(|_empty| corrupt())?,
                holder: self.holder,
                state: FragmentState::from_code(code, self.counterparty).ok_or_else(corrupt)?,
                tier: u16::try_from(self.tier).map_err(|_negative| corrupt())?,
            },
        })
    }
}

/// The columns of a [`FragmentRow`] but for `hash`, `since` and `spent`, from fragments `f`.
const FRAGMENT_COLUMNS: &str = "SELECT f.fragment, p.id AS paper, f.lo, f.hi, h.id AS holder, \
    c.id AS counterparty, f.state, f.tier, ";
/// The names that the compact keys of fragments `f` stand for.
const NAMES: &str = "JOIN paper p ON p.no = f.paper JOIN party h ON h.no = f.holder \
    LEFT JOIN party c ON c.no = f.counterparty ";
/// Live fragments `f`, each with the entry that made it.
const FROM_LIVE: &str = "e.hash, e.date AS since, false AS spent FROM live_fragment_now f \
    JOIN entry e ON e.no = f.fragment >> 1 ";

fn into_records(rows: Vec<FragmentRow>) -> Result<Vec<FragmentRecord>, StoreError> {
    rows.into_iter().map(FragmentRow::into_record).collect()
}

fn load_fragments(
    conn: &mut PgConnection,
    nos: &[FragmentNo],
) -> Result<Vec<FragmentRecord>, StoreError> {
    let keys: Vec<i64> = nos.iter().map(|no| no.0).collect();
    // As the view entry_child has it, which can't be entered by fragment: each join is a step
    // into an index.
    let rows = sql_query(
          "SELECT k.fragment, p.id AS paper, CASE k.side WHEN 0 THEN e.lo ELSE e.mid END AS lo, \
           CASE k.side WHEN 0 THEN e.mid ELSE e.hi END AS hi, h.id AS holder, \
           c.id AS counterparty, CASE k.side WHEN 0 THEN e.state ELSE 2::smallint END AS state, \
           e.tier, e.hash, e.date AS since, s.no IS NOT NULL OR j.joined AS spent \
           FROM (SELECT f AS fragment, f >> 1 AS entry, f & 1 AS side FROM unnest($1) AS f) k \
           JOIN entry e ON e.no = k.entry \
           JOIN paper p ON p.no = e.paper \
           JOIN party h ON h.no = e.holder \
           LEFT JOIN party c ON k.side = 0 AND c.no = e.counterparty \
           LEFT JOIN entry s ON s.spent = k.fragment \
           CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM entry j \
    WHERE j.joined IS NOT NULL AND j.joined = k.fragment) AS joined OFFSET 0) j \
           WHERE CASE k.side WHEN 0 THEN e.lo < e.mid AND e.state IS NOT NULL ELSE e.mid < e.hi END",
      )
      .bind::<Array<BigInt>, _>(keys)
      .load(conn)?;
    into_records(rows)
}

impl ReadTx<'_> {
    /// Fragments by compact key, spent ones too; unknown keys are left out.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn fragments_by_nos(
        &mut self,
        nos: &[FragmentNo],
    ) -> Result<Vec<FragmentRecord>, StoreError> {
        self.each_once(
            nos,
            |remembered| &mut remembered.fragments,
            |record| record.no,
            load_fragments,
        )
    }

    /// All live fragments of these papers, by paper and range.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn fragments_of_papers(
        &mut self,
        papers: &[i64],
    ) -> Result<Vec<FragmentRecord>, StoreError> {
        let rows = sql_query(format!(
            "{FRAGMENT_COLUMNS} {FROM_LIVE} {NAMES} \
             WHERE f.paper = ANY($1) ORDER BY f.paper, f.lo"
        ))
        .bind::<Array<BigInt>, _>(papers)
        .load(self.conn)?;
        into_records(rows)
    }

    /// One fragment of each of these papers that is sold or claimed back and not paid for, or frozen, if it has any:
    /// such a paper is not closed.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sold_fragments(&mut self, papers: &[i64]) -> Result<Vec<(i64, FragmentNo)>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            paper: i64,
            #[diesel(sql_type = BigInt)]
            fragment: i64,
        }
        let rows: Vec<Row> = sql_query(
            "SELECT paper, min(fragment) AS fragment FROM ( \
               SELECT paper, fragment FROM live_fragment_now WHERE state IN (4, 7) AND paper = ANY($1) \
               UNION ALL \
               SELECT paper, fragment FROM live_fragment_now WHERE state = 6 AND paper = ANY($1)) f \
             GROUP BY paper",
        )
        .bind::<Array<BigInt>, _>(papers)
        .load(self.conn)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.paper, FragmentNo(row.fragment)))
            .collect())
    }

    /// Offered fragments whose offer was made before `last`, or whose paper is due by `today`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn offers_made_before(
        &mut self,
        last: NaiveDate,
        today: NaiveDate,
        limit: i64,
    ) -> Result<Vec<FragmentNo>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            fragment: i64,
        }
        let rows: Vec<Row> = sql_query(
            "SELECT f.fragment FROM live_fragment_now f JOIN entry e ON e.no = f.fragment >> 1 \
             JOIN paper p ON p.no = f.paper \
             WHERE f.counterparty IS NOT NULL AND f.state = 3 AND p.state = 2 \
               AND (e.date < $1 OR p.due_date <= $2) ORDER BY f.fragment LIMIT $3",
        )
        .bind::<diesel::sql_types::Date, _>(last)
        .bind::<diesel::sql_types::Date, _>(today)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        Ok(rows
            .into_iter()
            .map(|row| FragmentNo(row.fragment))
            .collect())
    }

    /// Live fragments that a party holds (offered and sold ones too) of papers that are neither
    /// ended nor settled, soonest due first.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn fragments_of_holder(
        &mut self,
        holder: PartyId,
        limit: i64,
    ) -> Result<Vec<FragmentRecord>, StoreError> {
        self.fragments_where("h.id = $1 AND p.state IN (1, 2, 5)", holder, limit)
    }

    /// Live fragments of a holder in these papers, by paper and range.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn fragments_of_holder_in(
        &mut self,
        holder: PartyId,
        papers: &[i64],
    ) -> Result<Vec<FragmentRecord>, StoreError> {
        let rows = sql_query(format!(
            "{FRAGMENT_COLUMNS} {FROM_LIVE} {NAMES} \
             WHERE f.paper = ANY($1) AND h.id = $2 ORDER BY f.paper, f.lo"
        ))
        .bind::<Array<BigInt>, _>(papers)
        .bind::<PartyUuid, _>(holder)
        .load(self.conn)?;
        into_records(rows)
    }

    /// The free fragments that the holder of `fragment` has of its paper, up to `limit` from it down and
    /// as many up, lowest first.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn free_pieces_around(
        &mut self,
        fragment: &Fragment,
        limit: i64,
    ) -> Result<Vec<FragmentRecord>, StoreError> {
        let free = format!(
            "{FRAGMENT_COLUMNS} {FROM_LIVE} {NAMES} \
             WHERE f.paper = (SELECT no FROM paper WHERE id = $2) \
               AND f.holder = (SELECT no FROM party WHERE id = $1) AND f.state = 2 "
        );
        let rows = sql_query(format!(
            "SELECT * FROM (({free} AND f.lo <= $3 ORDER BY f.lo DESC LIMIT $4) UNION ALL \
             ({free} AND f.lo > $3 ORDER BY f.lo LIMIT $4)) pieces ORDER BY lo"
        ))
        .bind::<PartyUuid, _>(fragment.holder)
        .bind::<PaperUuid, _>(fragment.paper)
        .bind::<BigInt, _>(fragment.range.lo())
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        into_records(rows)
    }

    /// Live fragments on which a party's answer is awaited: offered to it, or sold to it and not
    /// yet paid.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn fragments_awaiting(
        &mut self,
        counterparty: PartyId,
        limit: i64,
    ) -> Result<Vec<FragmentRecord>, StoreError> {
        self.fragments_where("c.id = $1 AND p.state = 2", counterparty, limit)
    }

    fn fragments_where(
        &mut self,
        condition: &str,
        party: PartyId,
        limit: i64,
    ) -> Result<Vec<FragmentRecord>, StoreError> {
        let rows = sql_query(format!(
            "{FRAGMENT_COLUMNS} {FROM_LIVE} {NAMES} \
             WHERE {condition} ORDER BY p.due_date, f.paper, f.lo LIMIT $2"
        ))
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        into_records(rows)
    }
}

impl WriteTx<'_> {
    /// Lets the projection follow the journal of a book; gives the number of entries caught up.
    /// A unit of work of its own: its end does not wait for the disk, since what a crash takes
    /// back is caught up again.
    ///
    /// # Errors
    /// Database errors.
    pub fn live_advance(&mut self, book: i16) -> Result<i64, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            caught_up: i64,
        }
        sql_query("SET LOCAL synchronous_commit = off").execute(self.conn)?;
        let row: Row = sql_query("SELECT advance_live_fragments($1) AS caught_up")
            .bind::<SmallInt, _>(book)
            .get_result(self.conn)?;
        Ok(row.caught_up)
    }
}
