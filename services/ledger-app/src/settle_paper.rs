//! Maturity day: from the first notice to the entry that closes every leg.
//!
//! A run moves planned → locked → funded → instructed → completed, one step a call, each step one
//! unit of work over many papers. Every step may be repeated at any time: what has been done is
//! not found again. A run that can't go on is set aside with a task for a person and stops no
//! other. No platform account appears anywhere: each credit goes from the obligor's account to the
//! holder's own.
//!
//! From the cut-off on the locked clearing sheet is what counts: claims and credits are read from
//! its kept bytes, whose digest is checked. Should a holder's account be changed after it, the run
//! waits for a person instead of paying an account that the sheet does not name.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::Duration;
use chrono::NaiveDate;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::settlement_moves::LockedRun;
pub use ledger_store::settlement_moves::PresentedRun;
use ledger_store::settlements::RunState;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::ask_operator;
use crate::error::AppError;
use crate::held_credits;
use crate::letters;
use crate::maturing_papers::Crediting;
use crate::maturing_papers::clearing_sheet;
use crate::maturing_papers::load;
use crate::maturing_papers::locked_sheet;
use crate::maturing_papers::payees;
use crate::maturing_papers::run_id;
use crate::maturity_letters;
use crate::run_fault::FaultyRun;
use crate::run_fault::RunFault;
use crate::run_fault::not_honoured;
use crate::run_fault::set_aside;

/// Calendar days before the due date on which obligor and holders are told.
pub const NOTICE_DAYS: i64 = 7;

/// Runs in one unit of work.
const RUNS_A_STEP: i64 = 2_500;

/// Bytes of clearing sheets in one unit of work, a hundred thousand credits or so; a single run may
/// have more.
const SHEET_BYTES_A_STEP: i64 = 9_000_000;

/// What the obligor is asked for on the due day, one claim for each holder and account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presentation {
    /// The run.
    pub run: Uuid,
    /// Number of the paper.
    pub paper_number: String,
    /// The day on which the obligor's bank is to pay: the adjusted due date, or today if that is
    /// past.
    pub asked_for: NaiveDate,
    /// The message to which its bank said no before, if it did.
    pub refused_message: Option<String>,
    /// Who is asked, with its account.
    pub obligor: Party,
    /// The claims, as the instructions that will follow.
    pub claims: Vec<Instruction>,
}

/// Plans the runs of papers due within the notice period and tells obligor and holders, each party
/// once. Gives how many were planned.
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
        let ids = tx.papers_without_run(horizon(today), RUNS_A_STEP)?;
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
        let left = tx.papers_without_run(horizon(today), RUNS_A_STEP)?;
        let left: HashSet<PaperId> = left.into_iter().collect();
        maturing.retain(|paper| left.contains(&paper.record.paper.id));
        let runs: Vec<SettlementRun> = maturing
            .iter()
            .map(|paper| SettlementRun {
                id: run_id(paper.record.paper.id),
                paper_id: paper.record.paper.id,
                state: RunState::Planned,
                due_date: paper.record.paper.due_date,
                cut_off_at: None,
                cash: None,
                sheet: None,
                sheet_digest: None,
                entry_no: None,
                presented_message: None,
                updated_at: now,
                set_aside: None,
            })
            .collect();
        let planned = tx.settlements_insert(&runs)?;
        letters::tell_parties(tx, now, &maturity_letters::ahead(&maturing, &payees))?;
        Ok(planned)
    })
}

/// Fixes the holders of papers that are due: computes the clearing sheet and keeps it with the run.
/// From the due date on the law lets nothing move but money, so what is locked stays true. A paper
/// with a sale whose money is under way waits. Gives how many were locked.
///
/// # Errors
/// The store's.
pub fn lock_due(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
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
        let mut locked = Vec::with_capacity(maturing.len());
        for paper in &maturing {
            let number = &paper.record.paper.number;
            let Some(run) = of_paper.get(&paper.record.paper.id) else {
                continue;
            };
            match clearing_sheet(paper, &payees) {
                Ok(Some(sheet)) => locked.push(locked_run(run.id, &sheet)),
                Ok(None) => tracing::warn!(paper = %number, "due, but a payout is still open"),
                Err(fault) => faulty.push(FaultyRun::new(run, number, fault)),
            }
        }
        set_aside(tx, now, &faulty)?;
        Ok(tx.settlements_lock_sheets(&locked, now)?)
    })
}

fn locked_run(id: Uuid, sheet: &ClearingSheet) -> LockedRun {
    LockedRun {
        id,
        cash: sheet.cash(),
        sheet: sheet.canonical_bytes(),
        sheet_digest: *sheet.digest().bytes(),
    }
}

/// A run with its paper and the credits of its locked sheet.
struct Credited {
    run: SettlementRun,
    record: PaperRecord,
    credits: Vec<Instruction>,
}

/// The runs in `state` that are due, with their credits; those that can't go on are set aside.
fn credited(app: &App, tx: &mut WriteTx<'_>, state: RunState) -> Result<CreditedRuns, AppError> {
    let (today, now) = (tx.business_date_today()?, app.clock.now());
    let runs = tx.settlements_claim_sheets(state, today, RUNS_A_STEP, SHEET_BYTES_A_STEP)?;
    let ids: Vec<PaperId> = runs.iter().map(|run| run.paper_id).collect();
    let mut records: HashMap<PaperId, PaperRecord> = tx
        .papers_by_ids(&ids)?
        .into_iter()
        .map(|record| (record.paper.id, record))
        .collect();
    let mut faulty = Vec::new();
    let mut sound = Vec::with_capacity(runs.len());
    for run in runs {
        let Some(record) = records.remove(&run.paper_id) else {
            faulty.push(FaultyRun::new(&run, "", RunFault::PaperMissing));
            continue;
        };
        match locked_sheet(&run) {
            Ok(sheet) => sound.push((run, record, sheet)),
            Err(fault) => faulty.push(FaultyRun::new(&run, &record.paper.number, fault)),
        }
    }
    let of_run = |(_, record, sheet): &(SettlementRun, PaperRecord, ClearingSheet)| {
        let holders = sheet.credits().iter().map(|credit| credit.holder);
        holders.chain([record.paper.obligor]).collect::<Vec<_>>()
    };
    let payees = payees(tx, sound.iter().flat_map(of_run).collect::<Vec<_>>())?;
    let crediting = Crediting {
        today,
        now,
        payees: &payees,
    };
    let mut credited = Vec::with_capacity(sound.len());
    for (run, record, sheet) in sound {
        match crediting.credits(&run, &record, &sheet) {
            Ok(credits) => credited.push(Credited {
                run,
                record,
                credits,
            }),
            Err(fault) => faulty.push(FaultyRun::new(&run, &record.paper.number, fault)),
        }
    }
    set_aside(tx, now, &faulty)?;
    let obligors = payees.into_iter().map(|(id, payee)| (id, payee.party));
    Ok((credited, obligors.collect()))
}

type CreditedRuns = (Vec<Credited>, HashMap<PartyId, Party>);

/// The runs that are locked, as what their obligors are to be asked for, soonest due first.
///
/// # Errors
/// The store's.
pub fn to_present(app: &App) -> Result<Vec<Presentation>, AppError> {
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let (credited, parties) = credited(app, tx, RunState::Locked)?;
        credited
            .into_iter()
            .map(|one| {
                let obligor = parties.get(&one.record.paper.obligor);
                Ok(Presentation {
                    run: one.run.id,
                    paper_number: one.record.paper.number,
                    asked_for: one.run.due_date.max(today),
                    refused_message: one.run.presented_message,
                    obligor: obligor.cloned().ok_or(AppError::NotFound)?,
                    claims: one.credits,
                })
            })
            .collect()
    })
}

/// Takes note of the obligors' bank's answers: it will pay (funded), or it won't (short). Each
/// obligor is told once of each; what is not honoured becomes a task for a person and the operator
/// is told too. Runs that are not locked any more stay as they are. Gives how many moved.
///
/// # Errors
/// The store's.
pub fn note_all_presented(app: &App, answers: &[PresentedRun]) -> Result<usize, AppError> {
    let now = app.clock.now();
    let no: HashMap<Uuid, &str> = answers
        .iter()
        .filter(|answer| !answer.pays)
        .map(|answer| (answer.id, answer.reason.as_str()))
        .collect();
    app.store.write(|tx| {
        let moved = tx.settlements_presented(answers, now)?;
        let runs = tx.settlements_by_ids(&moved)?;
        let mut records: HashMap<PaperId, PaperRecord> = tx
            .papers_by_ids(&runs.iter().map(|run| run.paper_id).collect::<Vec<_>>())?
            .into_iter()
            .map(|record| (record.paper.id, record))
            .collect();
        let (mut paid, mut unpaid, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
        for run in &runs {
            let Some(record) = records.remove(&run.paper_id) else {
                continue;
            };
            match no.get(&run.id) {
                Some(reason) => {
                    tasks.push(not_honoured(run.id, &record, reason, now)?);
                    unpaid.push(record);
                }
                None => paid.push(record),
            }
        }
        ask_operator::ask(tx, now, &tasks)?;
        let all = paid.iter().chain(&unpaid);
        let obligors = payees(
            tx,
            all.map(|record| record.paper.obligor).collect::<Vec<_>>(),
        )?;
        letters::tell_parties(tx, now, &maturity_letters::presented(&paid, &obligors))?;
        letters::tell_parties(tx, now, &maturity_letters::not_honoured(&unpaid, &obligors))?;
        Ok(moved.len())
    })
}

/// As [`note_all_presented`], of one run.
///
/// # Errors
/// The store's.
pub fn note_presented(app: &App, run: Uuid, message_id: &str, pays: bool) -> Result<(), AppError> {
    let answer = PresentedRun {
        id: run,
        message_id: message_id.to_owned(),
        pays,
        reason: String::new(),
    };
    note_all_presented(app, &[answer]).map(|_moved| ())
}

/// Sets a run aside whose presentation can't be put into a message.
///
/// # Errors
/// The store's.
pub fn note_not_presentable(app: &App, run: Uuid, why: &str) -> Result<(), AppError> {
    set_locked_aside(app, run, &RunFault::NotPresentable(why.to_owned()))
}

/// Sets a run aside whose presentation the obligor's bank won't read: its HTTP status and words.
/// That is no word on whether the obligor honours the paper.
///
/// # Errors
/// The store's.
pub fn note_presentation_refused(app: &App, run: Uuid, why: &str) -> Result<(), AppError> {
    set_locked_aside(app, run, &RunFault::PresentationRefused(why.to_owned()))
}

fn set_locked_aside(app: &App, run: Uuid, fault: &RunFault) -> Result<(), AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let run = tx.settlement_lock(run)?;
        if run.state != RunState::Locked || run.set_aside.is_some() {
            return Ok(());
        }
        let paper = tx.papers_by_ids(&[run.paper_id])?.pop();
        let number = paper.map(|record| record.paper.number).unwrap_or_default();
        set_aside(tx, now, &[FaultyRun::new(&run, &number, fault.clone())])
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
        let instructions: Vec<Instruction> =
            credited.into_iter().flat_map(|one| one.credits).collect();
        let (instructions, held) = held_credits::split(tx, instructions)?;
        let made = tx.instructions_insert(&instructions)?;
        tx.held_credits_insert(&held)?;
        tx.settlements_move(&ids, RunState::Funded, RunState::Instructed, now)?;
        Ok(made)
    })
}
