//! What an obligor owes: by due date, paper by paper, and how far its payables have come.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::paper::PaperState;
use ledger_store::outstanding::OutstandingDay;
use ledger_store::outstanding::PaperCount;
use ledger_store::papers::PaperRecord;
use ledger_store::payables::PayableState;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::policy::Action;
use crate::principal::Principal;

/// A paper of the obligor's. Who holds its fragments further down is not for the obligor to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedPaper {
    /// Its id.
    pub paper: PaperId,
    /// Its number.
    pub number: String,
    /// To whom it was issued.
    pub payee: String,
    /// Its face.
    pub face: Amount,
    /// In what.
    pub currency: Currency,
    /// When it was issued.
    pub issue_date: NaiveDate,
    /// The promised date.
    pub maturity: NaiveDate,
    /// That date rolled to a business day.
    pub due_date: NaiveDate,
    /// Where it stands.
    pub state: PaperState,
}

/// Papers in one state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PapersInState {
    /// How many.
    pub papers: u64,
    /// Their faces together.
    pub face: CurrencyTotals,
}

/// An obligor's position in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The business date it is seen on.
    pub today: NaiveDate,
    /// What is owed on each due date, by currency, soonest first; papers not yet accepted too.
    pub days: Vec<OutstandingDay>,
    /// All of that together.
    pub owed: CurrencyTotals,
    /// Papers by the code of their state (`PaperState::code`).
    pub papers: BTreeMap<u8, PapersInState>,
}

/// An obligor's position, paper by paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outstanding {
    /// The figures.
    pub position: Position,
    /// Payables by what has become of them.
    pub payables: BTreeMap<PayableState, i64>,
    /// A page of papers, soonest due first.
    pub page: Vec<OwedPaper>,
    /// Where the next page starts, if there is one.
    pub next: Option<PaperId>,
}

/// Which papers the page lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those still owed: not yet accepted, in circulation, part paid.
    Open,
    /// Refused, withdrawn and settled ones too.
    All,
}

/// The caller's position in figures alone.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn position(app: &App, who: &Principal) -> Result<Position, AppError> {
    who.may(Action::ViewOutstanding)?;
    app.store.read(|tx| look_up(tx, who))
}

fn look_up(tx: &mut ReadTx<'_>, who: &Principal) -> Result<Position, AppError> {
    let days = tx.papers_outstanding_by_due_date(who.party)?;
    let mut owed = CurrencyTotals::default();
    for day in &days {
        owed.add(day.owed, day.currency);
    }
    Ok(Position {
        today: tx.business_date_today()?,
        days,
        owed,
        papers: by_state(&tx.paper_counts(who.party)?)?,
    })
}

/// The caller's position, in one look at the database, with the page of papers after `after`.
///
/// # Errors
/// [`AppError::NotFound`] if `after` is not the caller's paper.
pub fn view(
    app: &App,
    who: &Principal,
    listed: Listed,
    after: Option<PaperId>,
    limit: i64,
) -> Result<Outstanding, AppError> {
    who.may(Action::ViewOutstanding)?;
    let limit = limit.clamp(1, 1_000);
    app.store.read(|tx| {
        let after = match after {
            None => None,
            Some(paper) => {
                let from = tx.papers_by_ids(&[paper])?.pop();
                let from = from
                    .filter(|p| p.paper.obligor == who.party)
                    .ok_or(AppError::NotFound)?;
                Some((from.paper.due_date, from.no))
            }
        };
        let position = look_up(tx, who)?;
        let payables = tx.payable_counts(who.party)?.into_iter().collect();
        let found = tx.papers_of_obligor(who.party, listed == Listed::All, after, limit)?;
        let full = i64::try_from(found.len()).unwrap_or(0) == limit;
        let next = found.last().filter(|_| full).map(|p| p.paper.id);
        let payees = names(tx, found.iter().map(|p| p.paper.payee))?;
        let name = |p: &PaperRecord| payees.get(&p.paper.payee).map(|party| party.name.clone());
        let page = found
            .iter()
            .map(|p| owed_paper(p, name(p).unwrap_or_default()))
            .collect();
        Ok(Outstanding {
            position,
            payables,
            page,
            next,
        })
    })
}

fn by_state(counts: &[PaperCount]) -> Result<BTreeMap<u8, PapersInState>, AppError> {
    let mut papers: BTreeMap<u8, PapersInState> = BTreeMap::new();
    for count in counts {
        let state = papers.entry(count.state_code()?).or_default();
        state.papers = state
            .papers
            .saturating_add(u64::try_from(count.papers).unwrap_or_default());
        state.face.add_minor(count.face_minor()?, count.currency);
    }
    Ok(papers)
}

fn owed_paper(record: &PaperRecord, payee: String) -> OwedPaper {
    let paper = &record.paper;
    OwedPaper {
        paper: paper.id,
        number: paper.number.clone(),
        payee,
        face: paper.face,
        currency: paper.currency,
        issue_date: paper.issue_date,
        maturity: paper.maturity,
        due_date: paper.due_date,
        state: paper.state,
    }
}
