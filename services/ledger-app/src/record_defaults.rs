//! Records the defaults of papers that were not paid on their due date (逾期、拒付): the entry, the
//! stop of new issues, and the notice to everybody on the paper's path.
//!
//! Until the end of the due date the obligor may pay, so the cut-off is the turn of the business
//! date. Only what its bank was asked and did not agree to pay in full is in default: where the bank
//! could not be asked, or has not answered, nothing is known against the obligor.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::arrears::DefaultAct;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::sha256;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::signature::Seat;
use ledger_store::arrears::DishonourNotice;
use ledger_store::arrears::DueDefault;
use ledger_store::arrears::OnThePath;
use ledger_store::arrears::PaperDefault;
use ledger_store::issue_stops::IssueStop;
use ledger_store::papers::PaperRecord;
use ledger_store::posting::Posting;
use uuid::Uuid;

use crate::app::App;
use crate::batch_effects::BatchEffects;
use crate::error::AppError;
use crate::letters;
use crate::maturing_papers::Payees;
use crate::maturing_papers::derived;
use crate::maturing_papers::payees;
use crate::maturity_letters;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::posting_queue::Verdict;
use crate::webhook_event::Happening;

/// Papers in one unit of work.
const PAPERS_A_STEP: i64 = 500;

/// A default with what its entry and notices need.
struct Found {
    due: DueDefault,
    record: PaperRecord,
}

/// Records what is to be recorded today, all of it: a paper is not asked for again before its default
/// is. Gives how many papers those were.
///
/// # Errors
/// The store's, and [`AppError::Busy`].
pub fn run(app: &App) -> Result<usize, AppError> {
    let mut all: usize = 0;
    loop {
        match step(app)? {
            0 => return Ok(all),
            recorded => all = all.saturating_add(recorded),
        }
    }
}

fn step(app: &App) -> Result<usize, AppError> {
    let (today, found, path, parties) = app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let due = tx.papers_to_default(today, PAPERS_A_STEP)?;
        let ids: Vec<PaperId> = due.iter().map(|one| one.paper).collect();
        let mut records: HashMap<PaperId, PaperRecord> = tx
            .papers_by_ids(&ids)?
            .into_iter()
            .map(|record| (record.paper.id, record))
            .collect();
        let found: Vec<Found> = due
            .into_iter()
            .filter_map(|due| {
                let record = records.remove(&due.paper)?;
                Some(Found { due, record })
            })
            .collect();
        let nos: Vec<i64> = found.iter().map(|one| one.record.no).collect();
        let path = tx.parties_on_paths(&nos)?;
        let obligors = found.iter().map(|one| one.record.paper.obligor);
        let parties = payees(tx, obligors.collect::<Vec<_>>())?;
        Ok::<_, AppError>((today, found, path, parties))
    })?;
    if found.is_empty() {
        return Ok(0);
    }
    let postings = found.iter().map(|one| posting(app, today, one)).collect();
    let verdicts = app.posting.post(Bundle {
        postings,
        effects: Some(effects(app, found, path, parties)),
    })?;
    Ok(verdicts.iter().filter(|verdict| verdict.is_ok()).count())
}

fn posting(app: &App, today: NaiveDate, found: &Found) -> Posting {
    let paper = &found.record.paper;
    let face = paper.face.minor();
    // Where the answer itself was not kept, the entry names the fact that was on record.
    let evidence = found.due.answer.unwrap_or_else(|| {
        sha256(&[
            b"tallystick/no-answer-kept",
            paper.id.bytes(),
            found.due.reason.as_bytes(),
        ])
    });
    let entry = Entry {
        book: app.book,
        date: today,
        paper: Some(paper.id),
        spends: None,
        cut: Cut {
            lo: 0,
            mid: face,
            hi: face,
        },
        act: Act::Default(Box::new(DefaultAct {
            owed: found.due.owed,
            reason: found.due.reason.clone(),
            evidence: EvidenceDigest::from_bytes(evidence),
        })),
    };
    Posting {
        sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
        spent: None,
    }
}

fn effects(app: &App, found: Vec<Found>, path: Vec<OnThePath>, parties: Payees) -> Effects {
    let now = app.clock.now();
    let all = Arc::new((found, path, parties));
    Arc::new(
        move |also: &mut BatchEffects<'_, '_>, today: NaiveDate, verdicts: &[Verdict]| {
            let (found, path, parties) = all.as_ref();
            let recorded: Vec<(&Found, i64)> = found
                .iter()
                .zip(verdicts)
                .filter_map(|(one, verdict)| Some((one, verdict.as_ref().ok()?.no)))
                .collect();
            let defaults: Vec<PaperDefault> = recorded
                .iter()
                .map(|(one, entry_no)| PaperDefault {
                    paper_id: one.record.paper.id,
                    obligor: one.record.paper.obligor,
                    due_date: one.record.paper.due_date,
                    recorded_on: today,
                    owed: one.due.owed,
                    currency: one.record.paper.currency,
                    reason: one.due.reason.clone(),
                    entry_no: *entry_no,
                    cured_on: None,
                })
                .collect();
            also.defaults_insert(&defaults)?;
            also.issue_stops_begin(&stops(&recorded, today))?;
            let told = maturity_letters::defaulted(
                &recorded
                    .iter()
                    .map(|(one, _)| (&one.record, one.due.owed))
                    .collect::<Vec<_>>(),
                path,
                parties,
                today,
            );
            let mut given = Vec::new();
            for (party, letter, papers) in letters::tell_noting(also, now, told)? {
                given.extend(papers.into_iter().map(|paper_id| DishonourNotice {
                    paper_id,
                    party,
                    letter,
                }));
            }
            also.dishonour_notices_insert(&given)?;
            also.announce_all(happened(&recorded, path));
            Ok(())
        },
    )
}

/// One stop for each obligor, on account of its first paper (银发〔2025〕77号 art. 15).
fn stops(recorded: &[(&Found, i64)], today: NaiveDate) -> Vec<IssueStop> {
    let mut by_obligor: HashMap<PartyId, PaperId> = HashMap::new();
    for (one, _) in recorded {
        let paper = &one.record.paper;
        by_obligor.entry(paper.obligor).or_insert(paper.id);
    }
    by_obligor
        .into_iter()
        .map(|(obligor, paper_id)| IssueStop {
            id: Uuid::from_bytes(derived(b"tallystick/issue-stop", &[paper_id.bytes()])),
            obligor,
            since: today,
            paper_id,
            lifted_on: None,
            lifted_by: None,
        })
        .collect()
}

/// What systems of those on the path are told: one message a party and paper.
fn happened(recorded: &[(&Found, i64)], path: &[OnThePath]) -> Vec<(PartyId, Happening)> {
    let number: HashMap<i64, &str> = recorded
        .iter()
        .map(|(one, _)| (one.record.no, one.record.paper.number.as_str()))
        .collect();
    path.iter()
        .filter_map(|one| {
            let number = number.get(&one.paper)?;
            Some((one.party, Happening::defaulted(number)))
        })
        .collect()
}
