//! Maturity day: from the first notice to the entry that closes every leg.
//!
//! A run moves planned → locked → funded → instructed → completed, one step a call, each step one
//! unit of work over many papers. Every step may be repeated at any time: what has been done is
//! not found again. No platform account appears anywhere: each credit goes from the obligor's
//! account to the holder's own.

use chrono::Duration;
use chrono::NaiveDate;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PaperId;
use ledger_store::live::FragmentRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::settlement_moves::LockedRun;
use ledger_store::settlements::RunState;
use ledger_store::settlements::SettlementRun;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::letters;
use crate::maturing_papers::clearing_sheet;
use crate::maturing_papers::credits;
use crate::maturing_papers::load;
use crate::maturing_papers::run_id;
use crate::maturity_letters;

/// Calendar days before the due date on which obligor and holders are told.
pub const NOTICE_DAYS: i64 = 7;

/// Runs in one unit of work.
const RUNS_A_STEP: i64 = 500;

/// What the obligor is asked for on the due day, one claim for each holder and account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presentation {
    /// The run.
    pub run: Uuid,
    /// Number of the paper.
    pub paper_number: String,
    /// The adjusted due date.
    pub due_date: NaiveDate,
    /// Who is asked, with its account.
    pub obligor: Party,
    /// The claims, as the instructions that will follow.
    pub claims: Vec<Instruction>,
}

/// Plans the runs of papers due within the notice period and tells obligor and holders. Gives how
/// many were planned.
///
/// # Errors
/// The store's.
pub fn plan(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let horizon = today
            .checked_add_signed(Duration::days(NOTICE_DAYS))
            .unwrap_or(today);
        let ids = tx.papers_without_run(horizon, RUNS_A_STEP)?;
        let loaded = load(tx, &ids)?;
        let runs: Vec<SettlementRun> = ids
            .iter()
            .filter_map(|id| loaded.papers.get(id))
            .map(|record| SettlementRun {
                id: run_id(record.paper.id),
                paper_id: record.paper.id,
                state: RunState::Planned,
                due_date: record.paper.due_date,
                cut_off_at: None,
                cash: None,
                sheet: None,
                sheet_digest: None,
                entry_no: None,
                presented_message: None,
                updated_at: now,
            })
            .collect();
        let planned = tx.settlements_insert(&runs)?;
        let notices =
            maturity_letters::ahead(loaded.papers.values(), &loaded.fragments, &loaded.parties);
        letters::tell_parties(tx, now, &notices)?;
        Ok(planned)
    })
}

/// Fixes the holders of papers that are due: computes the clearing sheet and keeps it with the run.
/// From the due date on the law lets nothing move but money, so what is locked stays true. A paper
/// with a sale whose money is under way waits.
///
/// # Errors
/// The store's; [`AppError::Internal`] if a paper does not tile.
pub fn lock_due(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let runs = tx.settlements_claim(RunState::Planned, today, RUNS_A_STEP)?;
        let ids: Vec<PaperId> = runs.iter().map(|run| run.paper_id).collect();
        tx.papers_lock(&ids)?;
        let loaded = load(tx, &ids)?;
        let mut locked = Vec::with_capacity(runs.len());
        for run in &runs {
            let (Some(record), Some(fragments)) = (
                loaded.papers.get(&run.paper_id),
                loaded.fragments.get(&run.paper_id),
            ) else {
                continue;
            };
            let sold = |f: &FragmentRecord| matches!(f.state, FragmentState::FinanceLocked { .. });
            if fragments.iter().any(sold) {
                tracing::warn!(paper = %record.paper.number, "due, but a payout is still open");
                continue;
            }
            let sheet = clearing_sheet(record, fragments, &loaded.parties)?;
            locked.push(LockedRun {
                id: run.id,
                cash: sheet.cash(),
                sheet: sheet.canonical_bytes(),
                sheet_digest: *sheet.digest().bytes(),
            });
        }
        Ok(tx.settlements_lock_sheets(&locked, now)?)
    })
}

/// The runs that are locked, as what their obligors are to be asked for.
///
/// # Errors
/// The store's.
pub fn to_present(app: &App) -> Result<Vec<Presentation>, AppError> {
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let runs = tx.settlements_claim(RunState::Locked, today, RUNS_A_STEP)?;
        let ids: Vec<PaperId> = runs.iter().map(|run| run.paper_id).collect();
        let loaded = load(tx, &ids)?;
        runs.iter()
            .filter_map(|run| Some((run, loaded.papers.get(&run.paper_id)?)))
            .map(|(run, record)| {
                let obligor = loaded
                    .parties
                    .get(&record.paper.obligor)
                    .ok_or(AppError::NotFound)?;
                Ok(Presentation {
                    run: run.id,
                    paper_number: record.paper.number.clone(),
                    due_date: run.due_date,
                    obligor: obligor.clone(),
                    claims: credits(app, today, run, record, &loaded)?,
                })
            })
            .collect()
    })
}

/// Takes note of the obligor's bank's answer: it will pay (funded), or it won't (short).
///
/// # Errors
/// The store's.
pub fn note_presented(app: &App, run: Uuid, message_id: &str, pays: bool) -> Result<(), AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let mut run = tx.settlement_lock(run)?;
        if run.state != RunState::Locked {
            return Ok(());
        }
        run.state = if pays {
            RunState::Funded
        } else {
            RunState::Short
        };
        run.presented_message = Some(message_id.to_owned());
        run.updated_at = now;
        let paper = tx
            .papers_by_ids(&[run.paper_id])?
            .pop()
            .ok_or(AppError::NotFound)?;
        let obligor = tx.party_by_id(paper.paper.obligor)?;
        let notice = maturity_letters::presented(&paper, &obligor, run.due_date);
        letters::tell_parties(tx, now, &[(obligor.id, notice)])?;
        Ok(tx.settlement_update(&run)?)
    })
}

/// Makes one payment instruction for each credit of the funded runs. Gives how many.
///
/// # Errors
/// The store's; [`AppError::Internal`] if a stored sheet no longer follows from the record.
pub fn instruct(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let runs = tx.settlements_claim(RunState::Funded, today, RUNS_A_STEP)?;
        let ids: Vec<PaperId> = runs.iter().map(|run| run.paper_id).collect();
        let loaded = load(tx, &ids)?;
        let mut instructions = Vec::new();
        for run in &runs {
            let record = loaded.papers.get(&run.paper_id).ok_or(AppError::NotFound)?;
            instructions.extend(credits(app, today, run, record, &loaded)?);
        }
        let made = tx.instructions_insert(&instructions)?;
        let ids: Vec<Uuid> = runs.iter().map(|run| run.id).collect();
        tx.settlements_move(&ids, RunState::Funded, RunState::Instructed, now)?;
        Ok(made)
    })
}
