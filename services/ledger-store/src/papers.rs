//! Papers: what their issue entries fixed, and where they stand.

use crate::statement::sql_query;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::arrears::Arrears;
use ledger_core::currency::Currency;
use ledger_core::hash::EntryHash;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::paper::Paper;
use ledger_core::paper::PaperState;
use ledger_core::terms::PaperTerms;

use crate::columns::Bytes32;
use crate::columns::CurrencyCode;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::unit_of_work::ReadTx;

/// A paper with the compact keys it has inside this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRecord {
    /// Compact key; never leaves the platform.
    pub no: i64,
    /// The book it lives in.
    pub book: i16,
    /// Name of the calendar that rolled its due date.
    pub calendar: String,
    /// The paper.
    pub paper: Paper,
}

#[derive(QueryableByName)]
pub(crate) struct PaperRow {
    #[diesel(sql_type = BigInt)]
    no: i64,
    #[diesel(sql_type = PaperUuid)]
    id: PaperId,
    #[diesel(sql_type = SmallInt)]
    book: i16,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = PartyUuid)]
    obligor: PartyId,
    #[diesel(sql_type = PartyUuid)]
    payee: PartyId,
    #[diesel(sql_type = CurrencyCode)]
    currency: Currency,
    #[diesel(sql_type = Minor)]
    face: Amount,
    #[diesel(sql_type = Date)]
    issue_date: NaiveDate,
    #[diesel(sql_type = Date)]
    maturity: NaiveDate,
    #[diesel(sql_type = Date)]
    due_date: NaiveDate,
    #[diesel(sql_type = Text)]
    calendar: String,
    #[diesel(sql_type = Bytea)]
    terms: Vec<u8>,
    #[diesel(sql_type = SmallInt)]
    state: i16,
    #[diesel(sql_type = Minor)]
    paid: Amount,
    #[diesel(sql_type = Bool)]
    dishonoured: bool,
    #[diesel(sql_type = Minor)]
    interest_asked: Amount,
    #[diesel(sql_type = Minor)]
    interest_paid: Amount,
    #[diesel(sql_type = Minor)]
    redeemed: Amount,
    #[diesel(sql_type = Bytes32)]
    issued_by: [u8; 32],
}

/// A paper whose parties are still compact keys.
#[derive(QueryableByName)]
pub(crate) struct BarePaper {
    #[diesel(sql_type = BigInt)]
    pub(crate) no: i64,
    #[diesel(sql_type = PaperUuid)]
    id: PaperId,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Integer)]
    pub(crate) obligor: i32,
    #[diesel(sql_type = Integer)]
    pub(crate) payee: i32,
    #[diesel(sql_type = CurrencyCode)]
    currency: Currency,
    #[diesel(sql_type = Minor)]
    face: Amount,
    #[diesel(sql_type = Date)]
    issue_date: NaiveDate,
    #[diesel(sql_type = Date)]
    maturity: NaiveDate,
    #[diesel(sql_type = Date)]
    due_date: NaiveDate,
    #[diesel(sql_type = Bytea)]
    terms: Vec<u8>,
    #[diesel(sql_type = SmallInt)]
    state: i16,
    #[diesel(sql_type = Minor)]
    paid: Amount,
    #[diesel(sql_type = Bool)]
    dishonoured: bool,
    #[diesel(sql_type = Minor)]
    interest_asked: Amount,
    #[diesel(sql_type = Minor)]
    interest_paid: Amount,
    #[diesel(sql_type = Minor)]
    redeemed: Amount,
    #[diesel(sql_type = Bytes32)]
    issued_by: [u8; 32],
}

impl BarePaper {
    /// With the parties that the compact keys stand for.
    pub(crate) fn named(self, party: impl Fn(i32) -> Option<PartyId>) -> Result<Paper, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("paper {}: {what}", self.no));
        let named = |no| party(no).ok_or_else(|| corrupt("an unknown party"));
        Ok(Paper {
            obligor: named(self.obligor)?,
            payee: named(self.payee)?,
            state: state_of(self.state, self.paid, self.redeemed)
                .ok_or_else(|| corrupt("unknown state"))?,
            terms: PaperTerms::from_bytes(&self.terms).map_err(|e| corrupt(&e.to_string()))?,
            id: self.id,
            issued_by: EntryHash::from_bytes(self.issued_by),
            number: self.number,
            currency: self.currency,
            face: self.face,
            issue_date: self.issue_date,
            maturity: self.maturity,
            due_date: self.due_date,
            arrears: Arrears {
                dishonoured: self.dishonoured,
                interest_asked: self.interest_asked,
                interest_paid: self.interest_paid,
            },
            redeemed: self.redeemed,
        })
    }
}

/// What is paid of a paper is what was redeemed and what came at maturity.
fn state_of(code: i16, paid: Amount, redeemed: Amount) -> Option<PaperState> {
    let cash = paid.checked_sub(redeemed)?;
    PaperState::from_code(u8::try_from(code).unwrap_or(0), cash)
}

/// Every column of a [`PaperRow`], from `paper p`.
const PAPER_COLUMNS: &str = "SELECT p.no, p.id, p.book, p.number, o.id AS obligor, y.id AS payee, \
    p.currency, p.face, p.issue_date, p.maturity, p.due_date, p.calendar, p.terms, p.state, p.paid, \
    p.dishonoured, p.interest_asked, p.interest_paid, p.redeemed, \
    p.issued_by FROM paper p JOIN party o ON o.no = p.obligor JOIN party y ON y.no = p.payee ";

impl PaperRow {
    fn into_record(self) -> Result<PaperRecord, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("paper {}: {what}", self.no));
        let state = state_of(self.state, self.paid, self.redeemed)
            .ok_or_else(|| corrupt("unknown state"))?;
        let terms = PaperTerms::from_bytes(&self.terms).map_err(|e| corrupt(&e.to_string()))?;
        Ok(PaperRecord {
            no: self.no,
            book: self.book,
            calendar: self.calendar,
            paper: Paper {
                id: self.id,
                issued_by: EntryHash::from_bytes(self.issued_by),
                number: self.number,
                obligor: self.obligor,
                payee: self.payee,
                currency: self.currency,
                face: self.face,
                issue_date: self.issue_date,
                maturity: self.maturity,
                due_date: self.due_date,
                terms,
                state,
                arrears: Arrears {
                    dishonoured: self.dishonoured,
                    interest_asked: self.interest_asked,
                    interest_paid: self.interest_paid,
                },
                redeemed: self.redeemed,
            },
        })
    }
}

fn into_records(rows: Vec<PaperRow>) -> Result<Vec<PaperRecord>, StoreError> {
    rows.into_iter().map(PaperRow::into_record).collect()
}

impl ReadTx<'_> {
    /// One paper by its public number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn paper_by_number(&mut self, number: &str) -> Result<PaperRecord, StoreError> {
        let rows = sql_query(format!("{PAPER_COLUMNS} WHERE p.number = $1"))
            .bind::<Text, _>(number)
            .load(self.conn)?;
        into_records(rows)?.pop().ok_or(StoreError::NotFound)
    }

    /// Papers by id, in no particular order; unknown ids are left out.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn papers_by_ids(&mut self, ids: &[PaperId]) -> Result<Vec<PaperRecord>, StoreError> {
        self.each_once(
            ids,
            |remembered| &mut remembered.papers,
            |record| record.paper.id,
            |conn, ids| {
                let rows = sql_query(format!("{PAPER_COLUMNS} WHERE p.id = ANY($1)"))
                    .bind::<Array<PaperUuid>, _>(ids)
                    .load(conn)?;
                into_records(rows)
            },
        )
    }

    /// Papers by id for the law, with their parties as compact keys.
    pub(crate) fn bare_papers(&mut self, ids: &[PaperId]) -> Result<Vec<BarePaper>, StoreError> {
        Ok(sql_query(
            "SELECT no, id, number, obligor, payee, currency, face, issue_date, maturity, due_date, \
             terms, state, paid, dishonoured, interest_asked, interest_paid, redeemed, issued_by \
             FROM paper WHERE id = ANY($1)",
        )
        .bind::<Array<PaperUuid>, _>(ids)
        .load(self.conn)?)
    }

    /// Papers by compact key, oldest first.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn papers_by_nos(&mut self, nos: &[i64]) -> Result<Vec<PaperRecord>, StoreError> {
        if nos.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sql_query(format!(
            "{PAPER_COLUMNS} WHERE p.no = ANY($1) ORDER BY p.no"
        ))
        .bind::<Array<BigInt>, _>(nos)
        .load(self.conn)?;
        into_records(rows)
    }

    /// Papers of an obligor, soonest due first; those that are refused, withdrawn or settled only
    /// if `ended_too`. A page: those after `(due_date, no)`.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn papers_of_obligor(
        &mut self,
        obligor: PartyId,
        ended_too: bool,
        after: Option<(NaiveDate, i64)>,
        limit: i64,
    ) -> Result<Vec<PaperRecord>, StoreError> {
        let open = if ended_too {
            ""
        } else {
            "AND p.state IN (1, 2, 5)"
        };
        let (date, no) = after.unwrap_or((NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default(), 0));
        let rows = sql_query(format!(
            "{PAPER_COLUMNS} WHERE p.obligor = (SELECT no FROM party WHERE id = $1) {open} \
             AND (p.due_date, p.no) > ($2, $3) \
             ORDER BY p.due_date, p.no LIMIT $4"
        ))
        .bind::<PartyUuid, _>(obligor)
        .bind::<Date, _>(date)
        .bind::<BigInt, _>(no)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        into_records(rows)
    }

    /// Papers in circulation or part paid that are due on or before `date`, soonest first.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn papers_due(&mut self, date: NaiveDate) -> Result<Vec<PaperRecord>, StoreError> {
        let rows = sql_query(format!(
            "{PAPER_COLUMNS} WHERE p.state IN (2, 5) AND p.due_date <= $1 ORDER BY p.due_date, p.no"
        ))
        .bind::<Date, _>(date)
        .load(self.conn)?;
        into_records(rows)
    }

    /// Which of these numbers are taken.
    ///
    /// # Errors
    /// Database errors.
    pub fn paper_numbers_taken(&mut self, numbers: &[String]) -> Result<Vec<String>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            number: String,
        }
        let rows: Vec<Row> = sql_query("SELECT number FROM paper WHERE number = ANY($1)")
            .bind::<Array<Text>, _>(numbers)
            .load(self.conn)?;
        Ok(rows.into_iter().map(|r| r.number).collect())
    }
}
