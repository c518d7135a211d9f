//! Maturity day: from the first notice to the entry that closes every leg.
//!
//! A run moves planned → locked → funded → instructed → completed, one step a call, each step one
//! unit of work over many papers. Every step may be repeated at any time: what has been done is
//! not found again. No platform account appears anywhere: each credit goes from the obligor's
//! account to the holder's own.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::Duration;
use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::clearing::Leaf;
use ledger_core::clearing::clear;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::SheetDigest;
use ledger_core::hash::sha256;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::posting::Posting;
use ledger_store::settlement_moves::LockedRun;
use ledger_store::settlements::RunState;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::letters;
use crate::maturity_letters;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;

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

/// Everything about the papers of some runs.
struct Loaded {
    papers: HashMap<PaperId, PaperRecord>,
    fragments: HashMap<PaperId, Vec<FragmentRecord>>,
    parties: HashMap<PartyId, Party>,
}

fn load(tx: &mut ReadTx<'_>, ids: &[PaperId]) -> Result<Loaded, AppError> {
    let records = tx.papers_by_ids(ids)?;
    let nos: Vec<i64> = records.iter().map(|record| record.no).collect();
    let mut fragments: HashMap<PaperId, Vec<FragmentRecord>> = HashMap::new();
    for fragment in tx.fragments_of_papers(&nos)? {
        fragments.entry(fragment.paper).or_default().push(fragment);
    }
    let holders = fragments.values().flatten().map(|f| f.holder);
    let obligors = records.iter().map(|record| record.paper.obligor);
    let parties = names(tx, holders.chain(obligors).collect::<Vec<_>>())?;
    let papers = records
        .into_iter()
        .map(|record| (record.paper.id, record))
        .collect();
    Ok(Loaded {
        papers,
        fragments,
        parties,
    })
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

fn derived(tag: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let mut all = vec![tag];
    all.extend_from_slice(parts);
    let hash = sha256(&all);
    hash.first_chunk::<16>().copied().unwrap_or_default()
}

/// A run's id follows from its paper: planned twice, it is the same run.
fn run_id(paper: PaperId) -> Uuid {
    Uuid::from_bytes(derived(b"tallystick/run", &[paper.bytes()]))
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

/// Who gets what, by the rule in the paper's own terms.
fn clearing_sheet(
    record: &PaperRecord,
    fragments: &[FragmentRecord],
    parties: &HashMap<PartyId, Party>,
) -> Result<ClearingSheet, AppError> {
    let paper = &record.paper;
    let broken = |what: &str| AppError::Internal(format!("paper {}: {what}", paper.number));
    let leaves = fragments
        .iter()
        .map(|f| {
            let holder = parties
                .get(&f.holder)
                .ok_or_else(|| broken("a holder is missing"))?;
            Ok(Leaf {
                range: f.range,
                holder: f.holder,
                account: account_key(holder),
            })
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    let rule = paper
        .terms
        .clearing()
        .ok_or_else(|| broken("its clearing rule is unknown"))?;
    let paid = paper.state.paid(paper.face);
    let cash = paper
        .face
        .checked_sub(paid)
        .ok_or_else(|| broken("more was paid than its face"))?;
    let earlier: Vec<Amount> = if paid.is_zero() {
        Vec::new()
    } else {
        vec![paid]
    };
    clear(rule, paper.face, &leaves, &earlier, cash).map_err(|e| broken(&e.to_string()))
}

fn account_key(party: &Party) -> AccountKey {
    AccountKey::of(&party.account_bank_code, &party.account_number)
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

/// The credits of a locked run: one for each holder and account, with ids that follow from run and
/// account, so that a second attempt makes the same instructions and not new ones.
fn credits(
    app: &App,
    today: NaiveDate,
    run: &SettlementRun,
    record: &PaperRecord,
    loaded: &Loaded,
) -> Result<Vec<Instruction>, AppError> {
    let broken = |what: &str| AppError::Internal(format!("paper {}: {what}", record.paper.number));
    let no_fragments = Vec::new();
    let fragments = loaded.fragments.get(&run.paper_id).unwrap_or(&no_fragments);
    let sheet = clearing_sheet(record, fragments, &loaded.parties)?;
    if run.sheet_digest != Some(*sheet.digest().bytes()) {
        return Err(broken(
            "its locked clearing sheet no longer follows from the record",
        ));
    }
    let obligor = loaded
        .parties
        .get(&record.paper.obligor)
        .ok_or_else(|| broken("no obligor"))?;
    let paid: Vec<_> = sheet
        .credits()
        .iter()
        .filter(|c| !c.amount.is_zero())
        .collect();
    paid.into_iter()
        .map(|credit| {
            let holder = loaded
                .parties
                .get(&credit.holder)
                .ok_or_else(|| broken("no holder"))?;
            let id = derived(
                b"tallystick/credit",
                &[
                    run.id.as_bytes(),
                    credit.holder.bytes(),
                    credit.account.bytes(),
                ],
            );
            Ok(Instruction {
                id: InstructionId::from_bytes(id),
                kind: InstructionKind::SettlementCredit,
                paper_id: record.paper.id,
                run: Some(run.id),
                discount: None,
                debtor: obligor.id,
                debtor_name: obligor.account_name.clone(),
                debtor_account: obligor.account_number.clone(),
                debtor_bank_code: obligor.account_bank_code.clone(),
                creditor: holder.id,
                creditor_name: holder.account_name.clone(),
                creditor_account: holder.account_number.clone(),
                creditor_bank_code: holder.account_bank_code.clone(),
                amount: credit.amount,
                currency: record.paper.currency,
                end_to_end_id: format!("TS{}", hex::encode(id)),
                message_id: None,
                state: InstructionState::Created,
                reason: String::new(),
                evidence: None,
                business_date: today,
                attempts: 0,
                next_attempt_at: app.clock.now(),
            })
        })
        .collect()
}

/// Closes the runs whose every credit the bank has proved: one settlement entry a paper, with the
/// digest of its sheet and of the evidence. Gives how many were closed.
///
/// # Errors
/// The store's; a refusal of the ledger is a fault of ours and reported as such.
pub fn complete(app: &App) -> Result<usize, AppError> {
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
