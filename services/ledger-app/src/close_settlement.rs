//! Closes rounds of settlement on the bank's evidence: one entry a paper and round, every leg with it,
//! and one for late interest where that is paid.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::arrears::InterestAct;
use ledger_core::arrears::Receipt;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::sha256;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentNo;
use ledger_store::papers::PaperRecord;
use ledger_store::posting::Posting;
use ledger_store::settlement_proofs::RunCredit;
use ledger_store::settlement_rounds::ClosedRun;
use ledger_store::settlement_rounds::PastReceipt;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::batch_effects::BatchEffects;
use crate::error::AppError;
use crate::limit_use;
use crate::maturing_papers::Payees;
use crate::maturing_papers::payees;
use crate::maturity_letters;
use crate::pledged;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::posting_queue::Verdict;
use crate::recourse_sides;
use crate::run_fault::FaultyRun;
use crate::run_fault::NOT_HONOURED;
use crate::run_fault::RunFault;
use crate::run_fault::set_aside;
use crate::run_sheets::RunSheets;
use crate::run_sheets::principal_receipts;
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
        .flat_map(|run| run.postings(app, today))
        .collect();
    let outcome = app.posting.post(Bundle {
        postings,
        effects: Some(effects(app, &closing, payees)),
    });
    let error = match outcome {
        Ok(verdicts) => {
            return Ok(with_verdicts(&closing, &verdicts)
                .filter(all_posted)
                .count());
        }
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
            let (mut done, mut credited) = (Vec::new(), Vec::new());
            let (mut paid_up, mut cured, mut faulty) = (Vec::new(), Vec::new(), Vec::new());
            let mut short = Vec::new();
            for (ready, verdicts) in with_verdicts(&closing, verdicts) {
                match verdicts.iter().find_map(|verdict| verdict.as_ref().err()) {
                    None => {
                        done.push(ready.closed(verdicts));
                        match &ready.sheets.principal {
                            Some(sheet) if !ready.pays_up() => short.push((&ready.paper, sheet)),
                            _ => credited.push((&ready.paper, ready.credits.as_slice())),
                        }
                        if ready.pays_up() {
                            paid_up.push(&ready.paper);
                        }
                        if ready.ends_arrears() {
                            cured.push((ready.paper.paper.id, ready.paid_on));
                        }
                    }
                    // If another worker closed it a moment ago it is completed, and stays so.
                    Some(refusal) => faulty.push(FaultyRun::new(
                        &ready.run,
                        &ready.paper.paper.number,
                        RunFault::Refused(refusal.clone()),
                    )),
                }
            }
            let ids: Vec<PaperId> = paid_up.iter().map(|record| record.paper.id).collect();
            also.settlements_complete(&done, now)?;
            let ids_done: Vec<Uuid> = done.iter().map(|run| run.id).collect();
            also.operator_tasks_answered(NOT_HONOURED, &ids_done, now)?;
            also.defaults_cured(&cured)?;
            limit_use::settle(also, &ids, today)?;
            let pledges = pledged::paid_letters(also, &ids)?;
            also.tell_all(pledges);
            recourse_sides::lapse(also, &ids)?;
            set_aside(also, now, &faulty)?;
            also.tell_all(maturity_letters::credited(&credited, &payees, today));
            also.tell_all(maturity_letters::short_paid(&short, &payees, today));
            also.tell_all(maturity_letters::completed(&paid_up, &payees, today));
            also.announce_all(happened(&credited));
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

/// A run with all that its entries say.
#[derive(Debug, Clone)]
struct ReadyRun {
    run: SettlementRun,
    paper: PaperRecord,
    credits: Vec<RunCredit>,
    sheets: RunSheets,
    /// What came in the rounds before.
    before: Vec<PastReceipt>,
    /// The day on which the obligor paid.
    paid_on: NaiveDate,
    evidence: EvidenceDigest,
    /// A fragment that is sold and not yet paid for, if there is one: the law is shown it.
    sold: Option<FragmentNo>,
}

/// Each run with the verdicts on its entries.
fn with_verdicts<'a>(
    runs: &'a [ReadyRun],
    verdicts: &'a [Verdict],
) -> impl Iterator<Item = (&'a ReadyRun, &'a [Verdict])> {
    let mut rest = verdicts;
    runs.iter().map(move |run| {
        let (own, behind) = rest.split_at_checked(run.entries()).unwrap_or((rest, &[]));
        rest = behind;
        (run, own)
    })
}

fn all_posted((_, verdicts): &(&ReadyRun, &[Verdict])) -> bool {
    verdicts.iter().all(Result::is_ok)
}

impl ReadyRun {
    fn entries(&self) -> usize {
        usize::from(self.sheets.principal.is_some()) + usize::from(self.sheets.interest.is_some())
    }

    /// Of the face, this round included.
    fn paid_total(&self) -> Amount {
        let paper = &self.paper.paper;
        let total = paper.paid().checked_add(self.sheets.principal_cash());
        total.unwrap_or(paper.face)
    }

    fn pays_up(&self) -> bool {
        self.sheets.principal.is_some()
            && self.paid_total() == self.paper.paper.payable_at_maturity()
    }

    /// Of late interest, this round included.
    fn interest_total(&self) -> Amount {
        let paid = self.paper.paper.arrears.interest_paid;
        let total = paid.checked_add(self.sheets.interest_cash());
        total.unwrap_or(paid)
    }

    /// Whether nothing is owed any more, should the paper have been in default.
    fn ends_arrears(&self) -> bool {
        let paper = &self.paper.paper;
        let asked = self.sheets.interest_asked.unwrap_or(Amount::ZERO);
        self.paid_total() == paper.payable_at_maturity() && self.interest_total() == asked
    }

    fn closed(&self, verdicts: &[Verdict]) -> ClosedRun {
        let mut nos = verdicts.iter().flatten().map(|posted| posted.no);
        let of_face = self.sheets.principal.as_ref();
        ClosedRun {
            id: self.run.id,
            entry: of_face.and_then(|_sheet| nos.next()),
            interest_entry: nos.next(),
        }
    }

    fn postings(&self, app: &App, today: NaiveDate) -> Vec<Posting> {
        let settle = self.sheets.principal.as_ref().map(|sheet| Act::Settle {
            cash_total: self.paid_total(),
            sheet: sheet.digest(),
            evidence: self.evidence,
        });
        let interest = self.sheets.interest.as_ref().map(|sheet| {
            let mut receipts = principal_receipts(&self.before);
            if let Some(principal) = &self.sheets.principal {
                receipts.push(Receipt {
                    on: self.paid_on,
                    cash: principal.cash(),
                });
            }
            Act::PayInterest(Box::new(InterestAct {
                receipts,
                asked: sheet.sheet().face(),
                paid_total: self.interest_total(),
                sheet: sheet.digest(),
                evidence: self.evidence,
            }))
        });
        let face = self.paper.paper.face.minor();
        let posting = |act| Posting {
            sealed: Entry {
                book: app.book,
                date: today,
                paper: Some(self.paper.paper.id),
                spends: None,
                cut: Cut {
                    lo: 0,
                    mid: face,
                    hi: face,
                },
                act,
            }
            .sealed_by(&[(Seat::Book, app.recorder())]),
            spent: self.sold,
        };
        settle.into_iter().chain(interest).map(posting).collect()
    }
}

struct ReadyRuns {
    runs: Vec<ReadyRun>,
    faulty: Vec<FaultyRun>,
    payees: Payees,
}

fn ready_runs(tx: &mut ReadTx<'_>, runs: Vec<SettlementRun>) -> Result<ReadyRuns, AppError> {
    let ids: Vec<Uuid> = runs.iter().map(|run| run.id).collect();
    let papers: Vec<PaperId> = runs.iter().map(|run| run.paper_id).collect();
    let mut before: HashMap<PaperId, Vec<PastReceipt>> = HashMap::new();
    for receipt in tx.receipts_of_papers(&papers)? {
        before.entry(receipt.paper).or_default().push(receipt);
    }
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
        match proved(&run, &credits, &proofs) {
            Ok((sheets, evidence)) => ready.push(ReadyRun {
                sold: sold.get(&paper.no).copied(),
                before: before.remove(&run.paper_id).unwrap_or_default(),
                paid_on: run.paid_on.unwrap_or(run.due_date),
                run,
                paper,
                credits,
                sheets,
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

/// Sheets and evidence, if the credits are what the locked sheets share out and the bank's messages
/// prove them.
fn proved(
    run: &SettlementRun,
    credits: &[RunCredit],
    proofs: &[[u8; 32]],
) -> Result<(RunSheets, EvidenceDigest), RunFault> {
    let sheets = RunSheets::kept(run)?;
    let credited = credits
        .iter()
        .try_fold(Amount::ZERO, |sum, credit| sum.checked_add(credit.amount));
    if credited.is_none() || credited != sheets.cash() {
        return Err(RunFault::CreditsNotCash);
    }
    if proofs.is_empty() {
        return Err(RunFault::NoEvidence);
    }
    let all: Vec<&[u8]> = proofs.iter().map(<[u8; 32]>::as_slice).collect();
    let evidence = EvidenceDigest::from_bytes(sha256(&all));
    Ok((sheets, evidence))
}
