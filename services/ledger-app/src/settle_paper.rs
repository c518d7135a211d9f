//! Maturity day: from the first notice to the credits that go to the bank.
//!
//! A run moves planned → locked → funded → instructed → completed, one step a call, each step one
//! unit of work over many papers. Every step may be repeated at any time: what has been done is
//! not found again. A run that can't go on is set aside with a task for a person and stops no
//! other. No platform account appears anywhere: each credit goes from the obligor's account to the
//! holder's own.
//!
//! A paper that is not paid in full on its due date has a further round for what is owed, on each
//! day until all has come: the face first, then late interest by the paper's own terms.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::Duration;
use chrono::NaiveDate;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_core::paper::Paper;
use ledger_store::payments::Instruction;
use ledger_store::settlement_rounds::PaperToSettle;
use ledger_store::settlement_rounds::PastReceipt;
use ledger_store::settlement_sheets::LockedRun;
use ledger_store::settlements::RunState;
use ledger_store::settlements::SettlementRun;
use uuid::Uuid;

use crate::app::App;
use crate::credited_runs::RUNS_A_STEP;
use crate::credited_runs::credited;
use crate::error::AppError;
use crate::held_credits;
use crate::letters;
use crate::live_follower;
use crate::maturing_papers::load;
use crate::maturing_papers::run_id;
use crate::maturity_letters;
use crate::move_presentations;
use crate::net_credits;
use crate::received_shares;
use crate::run_fault::FaultyRun;
use crate::run_fault::RunFault;
use crate::run_fault::set_aside;
use crate::run_sheets::RunSheets;

/// Calendar days before the due date on which obligor and holders are told.
pub const NOTICE_DAYS: i64 = 7;

/// Plans the runs of papers due within the notice period and tells obligor and holders, each party
/// once; and the further rounds of papers that are not paid in full. Gives how many were planned.
///
/// # Errors
/// The store's.
pub fn plan(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    let horizon = |today: NaiveDate| {
        let notice = today.checked_add_signed(Duration::days(NOTICE_DAYS));
        notice.unwrap_or(today)
    };
    // Reading the claims lets the live fragments catch up and holds their cursor until the unit of
    // work ends. Who locks waits for the cursor with the head of the book in hand, and posting for
    // the head: so this unit of work ends before the letters are written.
    let (mut maturing, payees) = app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let found = tx.papers_without_run(today, horizon(today), RUNS_A_STEP)?;
        let ids: Vec<PaperId> = found.iter().map(|one| one.id).collect();
        let mut records = tx.papers_by_ids(&ids)?;
        records.sort_by_key(|record| (record.paper.due_date, record.no));
        load(tx, records)
    })?;
    if maturing.is_empty() {
        return Ok(0);
    }
    app.store.write(|tx| {
        // Another worker may have planned some of them meanwhile, and told their parties.
        let today = tx.business_date_today()?;
        let left = tx.papers_without_run(today, horizon(today), RUNS_A_STEP)?;
        let left: HashMap<PaperId, PaperToSettle> =
            left.into_iter().map(|one| (one.id, one)).collect();
        let day = |paper: &Paper| match left.get(&paper.id) {
            Some(one) => move_presentations::presented_on(app, &one.calendar, paper.due_date),
            None => paper.due_date,
        };
        maturing.retain(|paper| left.contains_key(&paper.record.paper.id));
        let runs: Vec<SettlementRun> = maturing
            .iter()
            .map(|maturing| {
                let paper = &maturing.record.paper;
                let round = left.get(&paper.id).map_or(1, |one| one.round);
                let id = run_id(paper.id, round);
                SettlementRun::planned(id, paper.id, round, day(paper), now)
            })
            .collect();
        // Whoever waits for a further round was told of the first.
        maturing.retain(|paper| {
            let planned = left.get(&paper.record.paper.id);
            planned.is_some_and(|one| one.round == 1)
        });
        let planned = tx.settlements_insert(&runs)?;
        letters::tell_parties(tx, now, &maturity_letters::ahead(&maturing, &payees, &day))?;
        Ok(planned)
    })
}

/// Fixes the holders of papers that are due: computes the sheets of what is owed and keeps them with
/// the run. A run whose obligor's bank said no is locked anew on each later day, with the interest of
/// that day.
/// From the due date on the law lets nothing move but money, so what is locked stays true. A paper
/// with a sale whose money is under way waits. Gives how many were locked.
///
/// # Errors
/// The store's.
pub fn lock_due(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    // What waits for its money is found in the projection. A unit of work of its own: who locks holds
    // the head of the book while it waits for the projection.
    live_follower::follow(&app.store, app.book)?;
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let runs = tx.settlements_claim_to_lock(today, RUNS_A_STEP)?;
        if runs.is_empty() {
            return Ok(0);
        }
        let of_paper: HashMap<PaperId, &SettlementRun> =
            runs.iter().map(|run| (run.paper_id, run)).collect();
        let ids: Vec<PaperId> = of_paper.keys().copied().collect();
        // Whoever holds the head is alone in moving anything of these papers.
        tx.book_lock(app.book)?;
        let mut records = tx.papers_by_ids(&ids)?;
        let known: HashSet<PaperId> = records.iter().map(|record| record.paper.id).collect();
        let mut faulty: Vec<FaultyRun> = runs
            .iter()
            .filter(|run| !known.contains(&run.paper_id))
            .map(|run| FaultyRun::new(run, "", RunFault::PaperMissing))
            .collect();
        records.sort_by_key(|record| (record.paper.due_date, record.no));
        let (maturing, payees) = load(tx, records)?;
        let mut receipts: HashMap<PaperId, Vec<PastReceipt>> = HashMap::new();
        for receipt in tx.receipts_of_papers(&ids)? {
            receipts.entry(receipt.paper).or_default().push(receipt);
        }
        let moved = received_shares::of_moved(tx, &ids)?;
        let mut locked: Vec<LockedRun> = Vec::with_capacity(maturing.len());
        for paper in &maturing {
            let number = &paper.record.paper.number;
            let Some(run) = of_paper.get(&paper.record.paper.id) else {
                continue;
            };
            let before = receipts.get(&paper.record.paper.id);
            let before = before.map_or(&[][..], Vec::as_slice);
            let moved = moved.get(&paper.record.paper.id);
            match RunSheets::owed(paper, &payees, before, moved, today) {
                Ok(Some(sheets)) => locked.push(sheets.locked(run.id)),
                Ok(None) => tracing::warn!(paper = %number, "due, but a payout is still open"),
                Err(fault) => faulty.push(FaultyRun::new(run, number, fault)),
            }
        }
        set_aside(tx, now, &faulty)?;
        Ok(tx.settlements_lock_sheets(&locked, today, now)?)
    })
}

/// Makes one payment instruction for each credit of the funded runs. Gives how many.
///
/// # Errors
/// The store's.
pub fn instruct(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let (credited, _parties) = credited(app, tx, RunState::Funded)?;
        let ids: Vec<Uuid> = credited.iter().map(|one| one.run.id).collect();
        let by_claim = credited.iter().filter(|one| one.run.pays_by_claim);
        let by_claim: HashSet<Uuid> = by_claim.map(|one| one.run.id).collect();
        let instructions: Vec<Instruction> =
            credited.into_iter().flat_map(|one| one.credits).collect();
        let (instructions, held) = held_credits::split(tx, instructions)?;
        let mut alone: HashSet<InstructionId> = held.iter().map(|(id, _freeze)| *id).collect();
        let claimed = |credit: &&Instruction| credit.run.is_some_and(|run| by_claim.contains(&run));
        alone.extend(instructions.iter().filter(claimed).map(|credit| credit.id));
        let instructions = net_credits::gather(tx, instructions, &alone)?;
        let made = tx.instructions_insert(&instructions)?;
        tx.held_credits_insert(&held)?;
        tx.settlements_move(&ids, RunState::Funded, RunState::Instructed, now)?;
        Ok(made)
    })
}
