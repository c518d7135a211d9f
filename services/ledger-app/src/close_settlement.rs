//! Closes a settlement on the bank's evidence: one entry a paper, every leg with it.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::SheetDigest;
use ledger_core::hash::sha256;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentNo;
use ledger_store::papers::PaperRecord;
use ledger_store::posting::Posting;
use ledger_store::settlement_proofs::RunCredit;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::batch_effects::BatchEffects;
use crate::error::AppError;
use crate::limit_use;
use crate::maturing_papers::Payees;
use crate::maturing_papers::locked_sheet;
use crate::maturing_papers::payees;
use crate::maturity_letters;
use crate::pledged;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::posting_queue::Verdict;
use crate::run_fault::FaultyRun;
use crate::run_fault::RunFault;
use crate::run_fault::set_aside;
use crate::webhook_event::Happening;

/// Runs closed in one unit of work.
const RUNS_A_STEP: i64 = 2_500;

/// Credits of the runs closed in one unit of work; a single run may have more.
const CREDITS_A_STEP: i64 = 100_000;

/// Closes the runs whose every credit the bank has proved: one settlement entry a paper, with the
/// digest of its sheet and of the evidence. A run that can't be closed is set aside and stops no
/// other. Gives how many were closed.
///
/// # Errors
/// The store's, and [`AppError::Busy`].
pub fn run(app: &App) -> Result<usize, AppError> {
    let (today, ready) = app.store.read(|tx| {
        let runs = tx.settlements_paid_out(RUNS_A_STEP, CREDITS_A_STEP)?;
        Ok::<_, AppError>((tx.business_date_today()?, ready_runs(tx, runs)?))
    })?;
    let now = app.clock.now();
    if !ready.faulty.is_empty() {
        app.store.write(|tx| set_aside(tx, now, &ready.faulty))?;
    }
    close(app, today, ready.runs, &Arc::new(ready.payees))
}

/// Closes some runs in one unit of work; if that fails, each half on its own, so that what the
/// database will not have is found and set aside alone.
fn close(
    app: &App,
    today: NaiveDate,
    mut runs: Vec<ReadyRun>,
    payees: &Arc<Payees>,
) -> Result<usize, AppError> {
    if runs.is_empty() {
        return Ok(0);
    }
    let closing = Arc::new(runs);
    let postings = closing
        .iter()
        .map(|run| settle_posting(app, today, run))
        .collect();
    let outcome = app.posting.post(Bundle {
        postings,
        effects: Some(effects(app, &closing, payees)),
    });
    let error = match outcome {
        Ok(verdicts) => return Ok(verdicts.iter().filter(|verdict| verdict.is_ok()).count()),
        // Nothing is wrong with the runs: they are found again at the next call.
        Err(error) if error.passes_with_time() => return Err(error),
        Err(error) => error,
    };
    runs = Arc::unwrap_or_clone(closing);
    if let [only] = runs.as_slice() {
        let fault = RunFault::NotWritten(error.to_string());
        let faulty = [FaultyRun::new(&only.run, &only.paper.paper.number, fault)];
        let now = app.clock.now();
        app.store.write(|tx| set_aside(tx, now, &faulty))?;
        return Ok(0);
    }
    let second = runs.split_off(runs.len() / 2);
    let closed = close(app, today, runs, payees)?;
    Ok(closed.saturating_add(close(app, today, second, payees)?))
}

/// What happens with the entries: runs completed, everybody told; what the law refused is set
/// aside.
fn effects(app: &App, closing: &Arc<Vec<ReadyRun>>, payees: &Arc<Payees>) -> Effects {
    let now = app.clock.now();
    let (closing, payees) = (Arc::clone(closing), Arc::clone(payees));
    Arc::new(
        move |also: &mut BatchEffects<'_, '_>, today: NaiveDate, verdicts: &[Verdict]| {
            let mut done = Vec::new();
            let mut settled = Vec::new();
            let mut paid_up = Vec::new();
            let mut faulty = Vec::new();
            for (ready, verdict) in closing.iter().zip(verdicts) {
                match verdict {
                    Ok(posted) => {
                        done.push((ready.run.id, posted.no));
                        settled.push((&ready.paper, ready.credits.as_slice()));
                        if ready.cash_total == ready.paper.paper.face {
                            paid_up.push(ready.paper.paper.id);
                        }
                    }
                    // Another worker closed it a moment ago: nothing is amiss.
                    Err(Refusal::PaperNotActive) => {}
                    Err(refusal) => faulty.push(FaultyRun::new(
                        &ready.run,
                        &ready.paper.paper.number,
                        RunFault::Refused(refusal.clone()),
                    )),
                }
            }
            also.settlements_complete(&done, now)?;
            limit_use::settle(also, &paid_up, today)?;
            let pledges = pledged::paid_letters(also, &paid_up)?;
            also.tell_all(pledges);
            set_aside(also, now, &faulty)?;
            also.tell_all(maturity_letters::settled(&settled, &payees, today));
            also.announce_all(happened(&settled));
            Ok(())
        },
    )
}

/// What the holders' own systems are told: one message a holder and paper.
fn happened(settled: &[(&PaperRecord, &[RunCredit])]) -> Vec<(PartyId, Happening)> {
    let mut told = Vec::new();
    for (record, credits) in settled {
        let holders: BTreeSet<PartyId> = credits.iter().map(|credit| credit.creditor).collect();
        let of = |holder| (holder, Happening::settled(&record.paper.number));
        told.extend(holders.into_iter().map(of));
    }
    told
}

/// A run with all that its settlement entry says.
#[derive(Debug, Clone)]
struct ReadyRun {
    run: SettlementRun,
    paper: PaperRecord,
    credits: Vec<RunCredit>,
    cash_total: Amount,
    sheet: SheetDigest,
    evidence: EvidenceDigest,
    /// A fragment that is sold and not yet paid for, if there is one: the law is shown it.
    sold: Option<FragmentNo>,
}

struct ReadyRuns {
    runs: Vec<ReadyRun>,
    faulty: Vec<FaultyRun>,
    payees: Payees,
}

fn ready_runs(tx: &mut ReadTx<'_>, runs: Vec<SettlementRun>) -> Result<ReadyRuns, AppError> {
    let ids: Vec<Uuid> = runs.iter().map(|run| run.id).collect();
    let papers: Vec<PaperId> = runs.iter().map(|run| run.paper_id).collect();
    let mut papers: HashMap<PaperId, PaperRecord> = tx
        .papers_by_ids(&papers)?
        .into_iter()
        .map(|record| (record.paper.id, record))
        .collect();
    let nos: Vec<i64> = papers.values().map(|record| record.no).collect();
    let sold: HashMap<i64, FragmentNo> = tx.sold_fragments(&nos)?.into_iter().collect();
    let payees = payees(tx, papers.values().map(|record| record.paper.obligor))?;
    let mut credits: HashMap<Uuid, Vec<RunCredit>> = HashMap::new();
    for credit in tx.credits_of_runs(&ids)? {
        credits.entry(credit.run).or_default().push(credit);
    }
    let mut proofs: HashMap<Uuid, Vec<[u8; 32]>> = HashMap::new();
    for (run, digest) in tx.evidence_of_runs(&ids)? {
        proofs.entry(run).or_default().push(digest);
    }
    let mut ready = Vec::with_capacity(runs.len());
    let mut faulty = Vec::new();
    for run in runs {
        let Some(paper) = papers.remove(&run.paper_id) else {
            faulty.push(FaultyRun::new(&run, "", RunFault::PaperMissing));
            continue;
        };
        let credits = credits.remove(&run.id).unwrap_or_default();
        let proofs = proofs.remove(&run.id).unwrap_or_default();
        let stated = statement_of(&run, &paper, &credits, &proofs);
        match stated {
            Ok((cash_total, sheet, evidence)) => ready.push(ReadyRun {
                sold: sold.get(&paper.no).copied(),
                run,
                paper,
                credits,
                cash_total,
                sheet,
                evidence,
            }),
            Err(fault) => faulty.push(FaultyRun::new(&run, &paper.paper.number, fault)),
        }
    }
    Ok(ReadyRuns {
        runs: ready,
        faulty,
        payees,
    })
}

/// Cash so far, sheet and evidence, if the credits are what the locked sheet shares out and the
/// bank's messages prove them.
fn statement_of(
    run: &SettlementRun,
    paper: &PaperRecord,
    credits: &[RunCredit],
    proofs: &[[u8; 32]],
) -> Result<(Amount, SheetDigest, EvidenceDigest), RunFault> {
    let sheet = locked_sheet(run)?;
    let credited = credits
        .iter()
        .try_fold(Amount::ZERO, |sum, credit| sum.checked_add(credit.amount));
    if credited != Some(sheet.cash()) {
        return Err(RunFault::CreditsNotCash);
    }
    if proofs.is_empty() {
        return Err(RunFault::NoEvidence);
    }
    let all: Vec<&[u8]> = proofs.iter().map(<[u8; 32]>::as_slice).collect();
    let paid = paper.paper.state.paid(paper.paper.face);
    let cash_total = paid
        .checked_add(sheet.cash())
        .ok_or(RunFault::CreditsNotCash)?;
    let evidence = EvidenceDigest::from_bytes(sha256(&all));
    Ok((cash_total, sheet.digest(), evidence))
}

fn settle_posting(app: &App, today: NaiveDate, run: &ReadyRun) -> Posting {
    let face = run.paper.paper.face.minor();
    let entry = Entry {
        book: app.book,
        date: today,
        paper: Some(run.paper.paper.id),
        spends: None,
        cut: Cut {
            lo: 0,
            mid: face,
            hi: face,
        },
        act: Act::Settle {
            cash_total: run.cash_total,
            sheet: run.sheet,
            evidence: run.evidence,
        },
    };
    Posting {
        sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
        spent: run.sold,
    }
}
