//! Closes a settlement on the bank's evidence: one entry a paper, every leg with it.

use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::SheetDigest;
use ledger_core::hash::sha256;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::letters;
use crate::maturity_letters;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;

/// Runs closed in one unit of work.
const RUNS_A_STEP: i64 = 500;

/// Closes the runs whose every credit the bank has proved: one settlement entry a paper, with the
/// digest of its sheet and of the evidence. Gives how many were closed.
///
/// # Errors
/// The store's; a refusal of the ledger is a fault of ours and reported as such.
pub fn run(app: &App) -> Result<usize, AppError> {
    let (today, runs) = app.store.read(|tx| {
        let ids = tx.settlements_paid_out(RUNS_A_STEP)?;
        let mut ready = Vec::with_capacity(ids.len());
        for id in ids {
            ready.push(ready_run(tx, id)?);
        }
        Ok::<_, AppError>((tx.business_date_today()?, ready))
    })?;
    if runs.is_empty() {
        return Ok(0);
    }
    let postings = runs
        .iter()
        .map(|run| settle_posting(app, today, run))
        .collect();
    let closing = Arc::new(runs);
    let now = app.clock.now();
    let effects: Effects = {
        let closing = Arc::clone(&closing);
        Arc::new(move |tx: &mut WriteTx<'_>, today, verdicts| {
            let mut done = Vec::new();
            let mut notices = Vec::new();
            for (run, verdict) in closing.iter().zip(verdicts) {
                match verdict {
                    Ok(posted) => {
                        done.push((run.id, posted.no));
                        notices.extend(maturity_letters::settled(
                            &run.paper,
                            &run.obligor,
                            &run.credits,
                            today,
                        ));
                    }
                    // Another worker closed it a moment ago: nothing is amiss.
                    Err(Refusal::PaperNotActive) => {}
                    Err(refusal) => {
                        tracing::error!(paper = %run.paper.paper.number, code = refusal.code(), "settlement refused");
                    }
                }
            }
            tx.settlements_complete(&done, now)?;
            letters::tell_parties(tx, now, &notices)
        })
    };
    let verdicts = app.posting.post(Bundle {
        postings,
        effects: Some(effects),
    })?;
    Ok(verdicts.iter().filter(|verdict| verdict.is_ok()).count())
}

struct ReadyRun {
    id: Uuid,
    paper: PaperRecord,
    obligor: Party,
    credits: Vec<Instruction>,
    cash_total: Amount,
    sheet: SheetDigest,
    evidence: EvidenceDigest,
}

fn ready_run(tx: &mut ReadTx<'_>, id: Uuid) -> Result<ReadyRun, AppError> {
    let broken = |what: &str| AppError::Internal(format!("settlement run {id}: {what}"));
    let run = tx.settlement_by_id(id)?;
    let paper = tx
        .papers_by_ids(&[run.paper_id])?
        .pop()
        .ok_or(AppError::NotFound)?;
    let obligor = tx.party_by_id(paper.paper.obligor)?;
    let credits = tx.instructions_of_run(id)?;
    let cash = run.cash.ok_or_else(|| broken("no cash"))?;
    let credited = credits
        .iter()
        .try_fold(Amount::ZERO, |sum, credit| sum.checked_add(credit.amount))
        .ok_or_else(|| broken("credits overflow"))?;
    if credited != cash {
        return Err(broken("its credits are not its cash"));
    }
    let ids: Vec<String> = credits
        .iter()
        .map(|credit| credit.end_to_end_id.clone())
        .collect();
    let proofs = tx.evidence_digests(&ids)?;
    if proofs.is_empty() {
        return Err(broken("no bank message proves it"));
    }
    let all: Vec<&[u8]> = proofs.iter().map(<[u8; 32]>::as_slice).collect();
    let cash_total = paper
        .paper
        .state
        .paid(paper.paper.face)
        .checked_add(cash)
        .ok_or_else(|| broken("cash overflows"))?;
    Ok(ReadyRun {
        id,
        obligor,
        credits,
        cash_total,
        sheet: SheetDigest::from_bytes(run.sheet_digest.ok_or_else(|| broken("no sheet"))?),
        evidence: EvidenceDigest::from_bytes(sha256(&all)),
        paper,
    })
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
        spent: None,
    }
}
