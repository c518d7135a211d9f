//! What a newer table of holidays changes for papers that are signed already.
//!
//! The due date stands in the issue entry and stays. If it has become a day of rest, the paper is
//! presented on the next business day by the table now in force (到期日遇节假日顺延); if it was moved
//! and is a business day again, on the due date. The planned run goes with the day, and obligor and
//! holders get one letter for each change with the day they knew and the day it is now: who was told of
//! the maturity before has a correction in it. A day that was told as it is now is told no second time.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::Datelike;
use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::calendar::Roll;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_store::error::StoreError;
use ledger_store::presentation_moves::PaperToMove;
use ledger_store::presentation_moves::PresentationMove;
use ledger_store::presentation_moves::PresentedOn;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::error::AppError;
use crate::letters;
use crate::maturing_papers::Maturing;
use crate::maturing_papers::Payees;
use crate::maturing_papers::load;
use crate::notice::MaturitySide;
use crate::notice::Notice;
use crate::notice::PaperSum;
use crate::notice_events::DayMoved;
use crate::notice_events::PaperEvent;
use crate::supplier_clock;
use crate::wording;

/// Papers in one unit of work.
const PAPERS_A_STEP: i64 = 500;

/// Papers that a letter about many names; the portal shows the rest.
const PAPERS_NAMED: usize = 40;

/// The day on which a paper is presented by the tables now in force. Where they don't reach so far,
/// its due date: that was rolled when it was signed.
#[must_use]
pub(crate) fn presented_on(app: &App, calendar: &str, due_date: NaiveDate) -> NaiveDate {
    app.calendar_named(calendar).map_or(due_date, |calendar| {
        supplier_clock::presented(due_date, calendar)
    })
}

/// Moves every day that is to be moved and tells whom it concerns. Gives how many papers those were;
/// what was moved is not found again.
///
/// # Errors
/// The store's.
pub fn run(app: &App) -> Result<usize, AppError> {
    let mut all: usize = 0;
    loop {
        match step(app) {
            Ok(0) => return Ok(all),
            Ok(moved) => all = all.saturating_add(moved),
            // Another process that was started with the same tables moves them.
            Err(AppError::Store(StoreError::Duplicate(_))) => return Ok(all),
            Err(error) => return Err(error),
        }
    }
}

fn step(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    // As in planning: reading the claims holds the cursor of the live fragments, so that this unit of
    // work ends before the letters are written.
    let (to_move, maturing, payees) = app.store.write(|tx| {
        let to_move = find(app, tx)?;
        let ids: Vec<PaperId> = to_move.iter().map(|one| one.paper).collect();
        let mut records = tx.papers_by_ids(&ids)?;
        records.sort_by_key(|record| (record.paper.due_date, record.no));
        let (maturing, payees) = load(tx, records)?;
        Ok::<_, AppError>((to_move, maturing, payees))
    })?;
    if maturing.is_empty() {
        return Ok(0);
    }
    let to_move: HashMap<PaperId, PaperToMove> =
        to_move.into_iter().map(|one| (one.paper, one)).collect();
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let tables = tx.calendar_years_newest()?;
        let mut moves = Vec::with_capacity(maturing.len());
        let mut told = Letters::default();
        for one in &maturing {
            let paper = &one.record.paper;
            let Some(to) = to_move.get(&paper.id) else {
                continue;
            };
            let year = paper.due_date.year();
            let table = tables
                .iter()
                .find(|table| table.calendar == to.calendar && table.year == year)
                .ok_or_else(|| AppError::Internal(format!("no table of {year} is on record")))?;
            moves.push(PresentationMove {
                paper: paper.id,
                step: to.step,
                due_date: paper.due_date,
                from_day: to.from_day,
                to_day: to.to_day,
                calendar: to.calendar.clone(),
                year,
                version: table.version,
                moved_on: today,
                moved_at: now,
            });
            told.add(one, &payees, to, &table.source);
        }
        let moved = tx.presentations_move(&moves, now)?;
        letters::tell_parties(tx, now, &told.letters())?;
        Ok(moved)
    })
}

fn find(app: &App, tx: &mut WriteTx<'_>) -> Result<Vec<PaperToMove>, AppError> {
    let today = tx.business_date_today()?;
    let days: Vec<PresentedOn> = tx
        .open_due_dates(today)?
        .into_iter()
        .filter_map(|open| {
            // A process without the tables of a calendar or a year knows of no day to move to.
            let calendar = app.calendar_named(&open.calendar).ok()?;
            let presented_on = calendar.adjust(open.due_date, Roll::Following).ok()?;
            Some(PresentedOn {
                presented_on,
                calendar: open.calendar,
                due_date: open.due_date,
            })
        })
        .collect();
    Ok(tx.papers_to_move(today, &days, PAPERS_A_STEP)?)
}

/// What is said in one letter: to whom, on which side, from which day to which, in which currency, by
/// which notice.
type Place = (PartyId, bool, NaiveDate, NaiveDate, Currency, String);

/// The letters: one a party for all its papers that go from one day to another.
#[derive(Default)]
struct Letters(BTreeMap<Place, Vec<(PaperSum, Amount)>>);

impl Letters {
    fn add(&mut self, one: &Maturing, payees: &Payees, to: &PaperToMove, source: &str) {
        let paper = &one.record.paper;
        let obligor = payees
            .get(&paper.obligor)
            .map_or("", |payee| payee.party.name.as_str());
        let mut tell = |party, owes, amount: Amount| {
            let days = (to.from_day, to.to_day);
            let place = (
                party,
                owes,
                days.0,
                days.1,
                paper.currency,
                source.to_owned(),
            );
            let sum = PaperSum {
                paper: wording::paper(&paper.number, obligor),
                amount: wording::money(amount, paper.currency),
            };
            self.0.entry(place).or_default().push((sum, amount));
        };
        tell(paper.obligor, true, paper.payable_at_maturity());
        // What is redeemed is the obligor's own, and paid to nobody.
        for claim in one
            .claims
            .iter()
            .filter(|claim| claim.holder != paper.obligor)
        {
            let units = Amount::from_minor(claim.units).unwrap_or(Amount::ZERO);
            tell(claim.holder, false, units);
        }
    }

    fn letters(self) -> Vec<(PartyId, Notice)> {
        self.0
            .into_iter()
            .map(|((party, owes, from, to, currency, source), papers)| {
                let total = papers
                    .iter()
                    .try_fold(Amount::ZERO, |sum, (_, amount)| sum.checked_add(*amount));
                let moved = DayMoved {
                    side: if owes {
                        MaturitySide::Obligor
                    } else {
                        MaturitySide::Holder
                    },
                    count: u32::try_from(papers.len()).unwrap_or(u32::MAX),
                    // Beyond what an amount holds there is no sum to name; the papers are named.
                    total: total.map_or_else(String::new, |total| wording::money(total, currency)),
                    papers: papers
                        .into_iter()
                        .take(PAPERS_NAMED)
                        .map(|(sum, _)| sum)
                        .collect(),
                    from,
                    to,
                    source,
                };
                (party, Notice::PaperEvent(PaperEvent::DayMoved(moved)))
            })
            .collect()
    }
}
