//! What a default of an obligor would be about: the papers owed on a day, who holds them, and by
//! which legs. Each is one statement for all papers, with a bound on its rows.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use ledger_core::act::Act;
use ledger_core::currency::Currency;
use ledger_core::entry::Cut;
use ledger_core::id::PartyId;
use ledger_core::leg_tree::Passing;
use ledger_core::leg_tree::PassingStep;

use crate::columns::CurrencyCode;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::legs;
use crate::legs::GOT;
use crate::live::FragmentNo;
use crate::papers::PaperRecord;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

/// What an obligor owes on a day, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct OwedOnDay {
    /// Currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Number of papers.
    #[diesel(sql_type = BigInt)]
    pub papers: i64,
    #[diesel(sql_type = Text)]
    owed: String,
}

impl OwedOnDay {
    /// What is owed of their faces, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn minor(&self) -> Result<i128, StoreError> {
        let corrupt = |_digits| StoreError::Corrupt(format!("a sum reads {:?}", self.owed));
        self.owed.parse().map_err(corrupt)
    }
}

/// All units of one holder in one paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct UnitsHeld {
    /// Compact key of the paper.
    #[diesel(sql_type = BigInt)]
    pub paper: i64,
    /// Who.
    #[diesel(sql_type = PartyUuid)]
    pub holder: PartyId,
    /// First unit of the lowest of its fragments, 0-based.
    #[diesel(sql_type = BigInt)]
    pub lowest_lo: i64,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub units: i64,
}

#[derive(QueryableByName)]
struct NoRow {
    #[diesel(sql_type = BigInt)]
    no: i64,
}

/// A step of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperStep {
    /// Compact key of the paper.
    pub paper: i64,
    /// The step.
    pub step: PassingStep,
}

#[derive(QueryableByName)]
struct StepRow {
    #[diesel(sql_type = BigInt)]
    no: i64,
    #[diesel(sql_type = BigInt)]
    paper: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    spent: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    joined: Option<i64>,
    #[diesel(sql_type = BigInt)]
    lo: i64,
    #[diesel(sql_type = BigInt)]
    mid: i64,
    #[diesel(sql_type = BigInt)]
    hi: i64,
    #[diesel(sql_type = SmallInt)]
    kind: i16,
    #[diesel(sql_type = Nullable<PartyUuid>)]
    holder: Option<PartyId>,
    #[diesel(sql_type = Bytea)]
    act: Vec<u8>,
}

impl StepRow {
    /// `None` for an entry about the paper as a whole.
    fn into_step(self) -> Result<Option<PaperStep>, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("entry {}: {what}", self.no));
        let kind = u8::try_from(self.kind).unwrap_or(0);
        let act = Act::from_bytes(kind, &self.act).map_err(|e| corrupt(&e.to_string()))?;
        let does = Passing::of(&act).map_err(|e| corrupt(&e.to_string()))?;
        let part = |no| (FragmentNo(no).entry(), FragmentNo(no).side());
        let step = |does| PassingStep {
            entry: self.no,
            spends: self.spent.map(part),
            joins: self.joined.map(part),
            cut: Cut {
                lo: self.lo,
                mid: self.mid,
                hi: self.hi,
            },
            holder: self.holder,
            does,
        };
        Ok(does.map(|does| PaperStep {
            paper: self.paper,
            step: step(does),
        }))
    }
}

/// Steps of several papers, as far as a bound on the entries looked at allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// The steps, paper by paper and in each in book order.
    pub steps: Vec<PaperStep>,
    /// Where the bound was reached: the paper of the last entry looked at.
    pub cut_at: Option<i64>,
}

impl Steps {
    fn read(rows: Vec<StepRow>, limit: i64) -> Result<Steps, StoreError> {
        let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= limit;
        let cut_at = rows.last().filter(|_| full).map(|row| row.paper);
        let steps = rows.into_iter().map(StepRow::into_step);
        Ok(Steps {
            steps: steps
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?,
            cut_at,
        })
    }
}

/// Papers `p` of obligor `o` that are owed on the day `$2`, seen on `$3`: due on that day or later,
/// or overdue already. What falls due before the day is taken as paid by then.
const OWED: &str = "FROM paper p JOIN party o ON o.no = p.obligor \
    WHERE o.id = $1 AND p.state IN (2, 5) AND (p.due_date >= $2 OR p.due_date < $3) ";

/// The papers `own` that the party `$4` has part in: issued to it, held by it now, moved on one of its
/// trade documents, bought by it, or passed on from or to it between finance providers.
const OWN: &str = "WITH me AS (SELECT no FROM party WHERE id = $4), own (paper) AS ( \
      SELECT no FROM paper WHERE payee = (SELECT no FROM me) \
      UNION SELECT paper FROM live_fragment_now WHERE holder = (SELECT no FROM me) \
      UNION SELECT e.paper FROM document d JOIN capacity_reservation r ON r.document = d.id \
        JOIN entry e ON e.no = r.entry WHERE d.owner = $4 OR d.counterparty = $4 \
      UNION SELECT e.paper FROM quote q JOIN discount x ON x.quote = q.id \
        JOIN entry e ON e.no = x.lock_entry WHERE q.provider = $4 \
      UNION SELECT e.paper FROM retransfer t JOIN entry e ON e.no = t.offer_entry \
        WHERE t.seller = $4 OR t.buyer = $4) ";

// Paper by paper in their places, so that what lies beyond the bound is never read.
const UNITS: &str = "SELECT c.paper, h.id AS holder, c.lowest_lo, c.units FROM ( \
      SELECT k.place, k.paper, f.holder, f.lowest_lo, f.units \
      FROM unnest($1) WITH ORDINALITY AS k (paper, place) \
      CROSS JOIN LATERAL ( \
        SELECT l.holder, min(l.lo) AS lowest_lo, sum(l.hi - l.lo)::bigint AS units \
        FROM live_fragment_now l WHERE l.paper = k.paper GROUP BY l.holder) f \
      ORDER BY k.place LIMIT $2) c \
    JOIN party h ON h.no = c.holder ORDER BY c.place, c.lowest_lo";

const STEPS: &str = "SELECT s.no, s.paper, s.spent, s.joined, s.lo, s.mid, s.hi, s.kind, h.id AS holder, s.act \
    FROM ( \
      SELECT k.place, e.* FROM unnest($1) WITH ORDINALITY AS k (paper, place) \
      CROSS JOIN LATERAL (SELECT no, paper, spent, joined, lo, mid, hi, kind, holder, act FROM entry \
        WHERE paper = k.paper ORDER BY no) e \
      ORDER BY k.place, e.no LIMIT $2) s \
    LEFT JOIN party h ON h.no = s.holder ORDER BY s.place, s.no";

// The entries of which a party is a side, and those before them up to the issue.
const CONCERNING: &str = "SELECT e.no, e.paper, e.spent, e.joined, e.lo, e.mid, e.hi, e.kind, h.id AS holder, e.act \
    FROM entry e LEFT JOIN party h ON h.no = e.holder WHERE e.no = ANY(ARRAY( \
      SELECT no FROM before UNION SELECT no FROM after ORDER BY no LIMIT $3)) \
    ORDER BY e.paper, e.no";

impl ReadTx<'_> {
    /// The papers of an obligor that are owed on `day`, seen on `today`, those that owe most first:
    /// due on that day or later, or overdue already.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn papers_owed_on(
        &mut self,
        obligor: PartyId,
        day: NaiveDate,
        today: NaiveDate,
        limit: i64,
    ) -> Result<Vec<PaperRecord>, StoreError> {
        let rows: Vec<NoRow> = sql_query(format!(
            "SELECT p.no {OWED} ORDER BY p.face - p.paid DESC, p.no LIMIT $4"
        ))
        .bind::<PartyUuid, _>(obligor)
        .bind::<Date, _>(day)
        .bind::<Date, _>(today)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        self.owing_most_first(rows)
    }

    /// Those of them that a party has part in, or had, those that owe most first.
    ///
    /// # Errors
    /// As [`ReadTx::papers_owed_on`].
    pub fn papers_owed_concerning(
        &mut self,
        obligor: PartyId,
        (day, today): (NaiveDate, NaiveDate),
        party: PartyId,
        limit: i64,
    ) -> Result<Vec<PaperRecord>, StoreError> {
        let rows: Vec<NoRow> = sql_query(format!(
            "{OWN} SELECT p.no {OWED} AND p.no IN (SELECT paper FROM own) \
             ORDER BY p.face - p.paid DESC, p.no LIMIT $5"
        ))
        .bind::<PartyUuid, _>(obligor)
        .bind::<Date, _>(day)
        .bind::<Date, _>(today)
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        self.owing_most_first(rows)
    }

    fn owing_most_first(&mut self, rows: Vec<NoRow>) -> Result<Vec<PaperRecord>, StoreError> {
        let nos: Vec<i64> = rows.into_iter().map(|row| row.no).collect();
        let mut found = self.papers_by_nos(&nos)?;
        let owed = |one: &PaperRecord| one.paper.owed();
        found.sort_by_key(|one| (std::cmp::Reverse(owed(one)), one.no));
        Ok(found)
    }

    /// How much all of them are, by currency.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sums_owed_on(
        &mut self,
        obligor: PartyId,
        day: NaiveDate,
        today: NaiveDate,
    ) -> Result<Vec<OwedOnDay>, StoreError> {
        Ok(sql_query(format!(
            "SELECT p.currency, count(*) AS papers, sum(p.face - p.paid)::text AS owed \
             {OWED} GROUP BY 1 ORDER BY 1"
        ))
        .bind::<PartyUuid, _>(obligor)
        .bind::<Date, _>(day)
        .bind::<Date, _>(today)
        .load(self.conn)?)
    }

    /// What each holder has of these papers, in the papers' order: at most `limit` rows, so that the
    /// last paper may be incomplete if there are that many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn units_held(&mut self, papers: &[i64], limit: i64) -> Result<Vec<UnitsHeld>, StoreError> {
        Ok(sql_query(UNITS)
            .bind::<Array<BigInt>, _>(papers)
            .bind::<BigInt, _>(limit)
            .load(self.conn)?)
    }

    /// What happened to the fragments of these papers, in the papers' order and there in book order:
    /// of at most `limit` entries, so that the last paper may be incomplete.
    ///
    /// # Errors
    /// Database errors; [`StoreError::Corrupt`] for an act that can't be read.
    pub fn steps_of_papers(&mut self, papers: &[i64], limit: i64) -> Result<Steps, StoreError> {
        let rows: Vec<StepRow> = sql_query(STEPS)
            .bind::<Array<BigInt>, _>(papers)
            .bind::<BigInt, _>(limit)
            .load(self.conn)?;
        Steps::read(rows, limit)
    }

    /// The same, as far as a party was a side of it, with all that came before; of at most `limit`
    /// entries, the oldest.
    ///
    /// # Errors
    /// As [`ReadTx::steps_of_papers`].
    pub fn steps_concerning(
        &mut self,
        papers: &[i64],
        party: PartyId,
        limit: i64,
    ) -> Result<Steps, StoreError> {
        let (before, after) = (legs::before("before", "got"), legs::after("after", "got"));
        let rows: Vec<StepRow> = sql_query(format!(
            "WITH RECURSIVE {GOT}, {before}, {after} {CONCERNING}"
        ))
        .bind::<Array<BigInt>, _>(papers)
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        Steps::read(rows, limit)
    }

    /// The obligors of owed papers that were issued to a supplier, or of which it holds a part, or
    /// that moved on one of its invoices.
    ///
    /// # Errors
    /// Database errors only.
    pub fn obligors_concerning(&mut self, supplier: PartyId) -> Result<Vec<PartyId>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = PartyUuid)]
            obligor: PartyId,
        }
        let rows: Vec<Row> = sql_query(
            "WITH me AS (SELECT no FROM party WHERE id = $1) \
             SELECT o.id AS obligor FROM party o WHERE o.no IN ( \
               SELECT p.obligor FROM paper p \
               WHERE p.payee = (SELECT no FROM me) AND p.state IN (2, 5) \
               UNION SELECT p.obligor FROM live_fragment_now f JOIN paper p ON p.no = f.paper \
               WHERE f.holder = (SELECT no FROM me) AND p.state IN (2, 5) \
               UNION SELECT p.obligor FROM document d \
               JOIN capacity_reservation r ON r.document = d.id JOIN entry e ON e.no = r.entry \
               JOIN paper p ON p.no = e.paper \
               WHERE (d.owner = $1 OR d.counterparty = $1) AND p.state IN (2, 5)) ORDER BY 1",
        )
        .bind::<PartyUuid, _>(supplier)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.obligor).collect())
    }
}
