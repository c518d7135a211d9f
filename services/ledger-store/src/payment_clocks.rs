//! The 60-day clocks of an obligor's debts to small and medium suppliers: facts from lists, papers and
//! payments. Which day is the last in time is reckoned by the law's calendar, outside the database.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::payment_clock::CountedFrom;

use crate::cash_choices::CountedFromWord;
use crate::columns::CurrencyCode;
use crate::columns::Minor;
use crate::columns::PartyUuid;
use crate::columns::PayableUuid;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::SizeClass;
use crate::parties::SizeClassWord;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

word_column! { ClockStageWord =
    /// How far a debt has come.
    ClockStage {
        /// On the list.
        Listed = "listed",
        /// A maker has proposed a paper for it.
        Proposed = "proposed",
        /// Its paper waits for the payee.
        Offered = "offered",
        /// The payee refused the paper: it is owed money.
        Refused = "refused",
        /// Its paper is in circulation.
        Running = "running",
        /// Its paper is paid in full.
        Paid = "paid",
    }
}

impl ClockStage {
    /// Whether its payee can still choose between paper and money.
    #[must_use]
    pub const fn is_undecided(self) -> bool {
        matches!(
            self,
            ClockStage::Listed | ClockStage::Proposed | ClockStage::Offered
        )
    }
}

/// Which clocks are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClocksListed {
    /// Every one that is not paid.
    Unpaid,
    /// Those of them that end past their last day.
    UnpaidPast,
    /// Every one that ends past its last day, paid ones too.
    Past,
}

/// How many debts have one and the same clock and end, and how much they are together.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct ClockGroup {
    /// The clock's first day; none if no day is known.
    #[diesel(sql_type = Nullable<Date>)]
    pub started_on: Option<NaiveDate>,
    /// Their suppliers' size.
    #[diesel(sql_type = SizeClassWord)]
    pub size_class: SizeClass,
    /// How far they have come.
    #[diesel(sql_type = ClockStageWord)]
    pub stage: ClockStage,
    /// When they are due.
    #[diesel(sql_type = Date)]
    pub due_date: NaiveDate,
    /// When they were paid in full.
    #[diesel(sql_type = Nullable<Date>)]
    pub paid_on: Option<NaiveDate>,
    /// Up to which due date their payees chose paper.
    #[diesel(sql_type = Nullable<Date>)]
    pub chosen_until: Option<NaiveDate>,
    /// Currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub debts: i64,
    #[diesel(sql_type = Text)]
    amount: String,
}

impl ClockGroup {
    /// Their amounts together, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn amount_minor(&self) -> Result<i128, StoreError> {
        self.amount
            .parse()
            .map_err(|_digits| StoreError::Corrupt(format!("a sum reads {:?}", self.amount)))
    }
}

/// A debt with what its clock hangs on.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct ClockLine {
    /// The payable.
    #[diesel(sql_type = PayableUuid)]
    pub id: PayableId,
    /// The obligor's number of it.
    #[diesel(sql_type = Text)]
    pub payable_no: String,
    /// The invoice, or empty.
    #[diesel(sql_type = Text)]
    pub invoice_no: String,
    /// To whom it is owed.
    #[diesel(sql_type = PartyUuid)]
    pub supplier: PartyId,
    /// That supplier's size.
    #[diesel(sql_type = SizeClassWord)]
    pub size_class: SizeClass,
    /// How much.
    #[diesel(sql_type = Minor)]
    pub amount: Amount,
    /// In what.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Number of the paper that stands for it.
    #[diesel(sql_type = Nullable<Text>)]
    pub paper: Option<String>,
    /// How far it has come.
    #[diesel(sql_type = ClockStageWord)]
    pub stage: ClockStage,
    /// The clock's first day; none if no day is known.
    #[diesel(sql_type = Nullable<Date>)]
    pub started_on: Option<NaiveDate>,
    /// What that day is.
    #[diesel(sql_type = Nullable<CountedFromWord>)]
    pub counted_from: Option<CountedFrom>,
    /// When it is due.
    #[diesel(sql_type = Date)]
    pub due_date: NaiveDate,
    /// When it was paid in full.
    #[diesel(sql_type = Nullable<Date>)]
    pub paid_on: Option<NaiveDate>,
    /// Up to which due date its payee chose paper.
    #[diesel(sql_type = Nullable<Date>)]
    pub chosen_until: Option<NaiveDate>,
}

/// Every debt of the obligor `$1` to a supplier for whom the clock runs. One whose paper was taken back
/// runs on as listed, until its invoice is listed anew.
macro_rules! clocks {
    () => {
        "WITH x AS ( \
           SELECT a.no, a.id, a.payable_no, a.invoice_no, a.supplier, s.size_class, a.amount, \
             a.currency, p.number AS paper, r.paid_on, \
             coalesce(a.acceptance_date, a.invoice_date, p.issue_date) AS started_on, \
             CASE WHEN a.acceptance_date IS NOT NULL THEN 'acceptance' \
               WHEN a.invoice_date IS NOT NULL THEN 'invoice' \
               WHEN p.id IS NOT NULL THEN 'issue' END AS counted_from, \
             coalesce(p.due_date, a.due_date) AS due_date, \
             (SELECT max(c.due_date) FROM cash_choice c WHERE c.paper = p.id \
               AND c.due_date <= p.due_date) AS chosen_until, \
             CASE WHEN a.state IN ('loaded', 'cancelled') THEN 'listed' WHEN a.state = 'proposed' THEN 'proposed' \
               WHEN a.state = 'rejected' THEN 'refused' WHEN p.state = 1 THEN 'offered' \
               WHEN p.state = 6 THEN 'paid' ELSE 'running' END AS stage \
           FROM payable a JOIN party s ON s.id = a.supplier \
           LEFT JOIN paper p ON p.id = a.paper_id \
           LEFT JOIN LATERAL (SELECT greatest(max(coalesce(q.paid_on, q.due_date)), \
             (SELECT max(x.ended_on) FROM redemption x WHERE p.state = 6 AND x.paper = p.id \
               AND x.state = 'redeemed')) AS paid_on \
             FROM settlement_run q WHERE p.state = 6 AND q.paper_id = p.id \
             AND q.state = 'completed' AND q.entry_no IS NOT NULL) r ON true \
           WHERE a.obligor = $1 AND s.size_class NOT IN ('large', 'public_body') \
             AND (a.state IN ('loaded', 'proposed', 'issued', 'rejected') \
               OR a.state = 'cancelled' AND a.invoice_no <> '' AND NOT EXISTS ( \
                 SELECT FROM payable n WHERE n.obligor = a.obligor AND n.supplier = a.supplier \
                   AND n.invoice_no = a.invoice_no \
                   AND (n.state <> 'cancelled' OR n.id > a.id))) \
             AND (p.id IS NULL OR p.state IN (1, 2, 5, 6))) "
    };
}

impl ReadTx<'_> {
    /// All clocks of an obligor's debts to small and medium suppliers, or those that have come to
    /// `stage`, counted.
    ///
    /// # Errors
    /// Database errors only.
    pub fn clock_groups(
        &mut self,
        obligor: PartyId,
        stage: Option<ClockStage>,
    ) -> Result<Vec<ClockGroup>, StoreError> {
        Ok(sql_query(concat!(
            clocks!(),
            "SELECT started_on, size_class, stage, due_date, paid_on, chosen_until, currency, \
               count(*) AS debts, sum(amount)::text AS amount \
             FROM x WHERE $2 IS NULL OR stage = $2 \
             GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7",
        ))
        .bind::<PartyUuid, _>(obligor)
        .bind::<Nullable<Text>, _>(stage.map(ClockStage::word))
        .load(self.conn)?)
    }

    /// Some of them debt by debt, those whose last day comes first before the others, a page from
    /// after the payable `after`. `last_days` gives the last day for each first day that occurs; a
    /// debt whose first day is not among them ends past no day.
    ///
    /// # Errors
    /// Database errors only.
    pub fn clock_lines(
        &mut self,
        obligor: PartyId,
        today: NaiveDate,
        (listed, last_days): (ClocksListed, &[(NaiveDate, NaiveDate)]),
        after: Option<PayableId>,
        limit: i64,
    ) -> Result<Vec<ClockLine>, StoreError> {
        let (first, last): (Vec<NaiveDate>, Vec<NaiveDate>) = last_days.iter().copied().unzip();
        let (paid, past) = match listed {
            ClocksListed::Unpaid => (false, false),
            ClocksListed::UnpaidPast => (false, true),
            ClocksListed::Past => (true, true),
        };
        Ok(sql_query(concat!(
            clocks!(),
            ", y AS (SELECT x.*, coalesce(x.started_on, 'infinity') AS place, \
               coalesce(x.paid_on, greatest(x.due_date, $2)) > k.last_day AS past \
             FROM x LEFT JOIN unnest($3, $4) AS k (first_day, last_day) \
               ON k.first_day = x.started_on) \
             SELECT * FROM y WHERE ($7 OR y.stage <> 'paid') AND (NOT $8 OR y.past) \
               AND ($5 IS NULL OR (y.place, y.no) > \
                 (SELECT z.place, z.no FROM y z WHERE z.id = $5)) \
             ORDER BY y.place, y.no LIMIT $6",
        ))
        .bind::<PartyUuid, _>(obligor)
        .bind::<Date, _>(today)
        .bind::<Array<Date>, _>(first)
        .bind::<Array<Date>, _>(last)
        .bind::<Nullable<PayableUuid>, _>(after)
        .bind::<BigInt, _>(limit)
        .bind::<Bool, _>(paid)
        .bind::<Bool, _>(past)
        .load(self.conn)?)
    }

    /// Those of the debts `debts` for which a clock runs.
    ///
    /// # Errors
    /// Database errors only.
    pub fn clock_lines_of(
        &mut self,
        obligor: PartyId,
        debts: &[PayableId],
    ) -> Result<Vec<ClockLine>, StoreError> {
        Ok(
            sql_query(concat!(clocks!(), "SELECT * FROM x WHERE id = ANY($2)"))
                .bind::<PartyUuid, _>(obligor)
                .bind::<Array<PayableUuid>, _>(debts)
                .load(self.conn)?,
        )
    }
}
