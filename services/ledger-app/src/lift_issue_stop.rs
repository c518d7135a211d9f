//! An obligor that was in default may issue again once two people of the operator have found it
//! cured (四眼原则): one says on what evidence, another looks at it and decides. Nothing is lifted while
//! anything of its papers is still overdue (银发〔2025〕77号 art. 15).

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::paper::Paper;
use ledger_store::arrears::PaperDefault;
pub use ledger_store::four_eyes::ProposalState;
use ledger_store::issue_stops::CureDecision;
use ledger_store::issue_stops::CureProposal;
use ledger_store::issue_stops::IssueStop;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// A stop that lasts, with what was said about it.
#[derive(Debug, Clone)]
pub struct LastingStop {
    /// It.
    pub stop: IssueStop,
    /// The obligor's name.
    pub obligor: String,
    /// Papers that are still overdue: while there is one, nobody can lift the stop.
    pub overdue: Vec<OverduePaper>,
    /// What people proposed and decided, newest first.
    pub cures: Vec<Cure>,
}

/// A paper that is not paid in full, late interest included.
#[derive(Debug, Clone)]
pub struct OverduePaper {
    /// Its number.
    pub number: String,
    /// When it was due.
    pub due_date: NaiveDate,
    /// What of the face is owed.
    pub owed: Amount,
    /// Late interest owed, once it is fixed.
    pub interest: Option<Amount>,
    /// In what.
    pub currency: Currency,
    /// The reason that the obligor's bank gave, or empty.
    pub reason: String,
}

/// A proposal to lift a stop.
#[derive(Debug, Clone)]
pub struct Cure {
    /// It.
    pub proposal: CureProposal,
    /// What was decided.
    pub decision: Option<CureDecision>,
    /// Whether the caller made it.
    pub own: bool,
}

/// The stops that last, longest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn lasting(app: &App, who: &Principal) -> Result<Vec<LastingStop>, AppError> {
    who.may(Action::Operate)?;
    app.store.read(|tx| {
        let hand = person::hand(tx, who)?;
        let stops = tx.issue_stops_lasting()?;
        let ids: Vec<Uuid> = stops.iter().map(|stop| stop.id).collect();
        let obligors: Vec<PartyId> = stops.iter().map(|stop| stop.obligor).collect();
        let names = tx.parties_by_ids(&obligors)?;
        let overdue = tx.defaults_not_cured(&obligors)?;
        let ids_of: Vec<PaperId> = overdue.iter().map(|one| one.paper_id).collect();
        let papers = tx.papers_by_ids(&ids_of)?;
        let told = |default: &PaperDefault| {
            let mut found = papers.iter();
            let found = found.find(|record| record.paper.id == default.paper_id)?;
            Some((default.obligor, overdue_paper(default, &found.paper)))
        };
        let overdue: Vec<(PartyId, OverduePaper)> = overdue.iter().filter_map(told).collect();
        let mut cures = tx.cures_of_stops(&ids)?;
        Ok(stops
            .into_iter()
            .map(|stop| {
                let (own, rest) = cures.drain(..).partition(|(cure, _)| cure.stop == stop.id);
                cures = rest;
                let name = names.iter().find(|party| party.id == stop.obligor);
                let own_papers = overdue.iter().filter(|(of, _)| *of == stop.obligor);
                LastingStop {
                    obligor: name.map_or_else(String::new, |party| party.name.clone()),
                    overdue: own_papers.map(|(_, paper)| paper.clone()).collect(),
                    cures: cures_of(own, &hand),
                    stop,
                }
            })
            .collect())
    })
}

fn overdue_paper(default: &PaperDefault, paper: &Paper) -> OverduePaper {
    let interest = paper.arrears.interest_owed();
    OverduePaper {
        number: paper.number.clone(),
        due_date: paper.due_date,
        owed: paper.owed(),
        interest: (!interest.is_zero()).then_some(interest),
        currency: paper.currency,
        reason: default.reason.clone(),
    }
}

fn cures_of(found: Vec<(CureProposal, Option<CureDecision>)>, hand: &str) -> Vec<Cure> {
    found
        .into_iter()
        .map(|(proposal, decision)| Cure {
            own: proposal.made_by == hand,
            proposal,
            decision,
        })
        .collect()
}

/// Says that a default is cured, and on what evidence: a reference to the bank's statement, a letter.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] if the stop does not last;
/// [`AppError::Invalid`] `word_missing`, `word_too_long`, `still_overdue`, `cure_waits`.
pub fn propose(app: &App, who: &Principal, stop: Uuid, evidence: &str) -> Result<Uuid, AppError> {
    who.may(Action::Operate)?;
    let evidence = four_eyes::word_said(evidence)?;
    let id = Uuid::from_bytes(random::bytes()?);
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = lasting_stop(tx, stop)?;
        check_cured(tx, found.obligor)?;
        let proposal = CureProposal {
            id,
            stop,
            obligor: found.obligor,
            evidence: evidence.clone(),
            made_by: person::hand(tx, who)?,
            maker_name: who.name.clone(),
            made_at: now,
            state: ProposalState::Waiting,
        };
        match tx.cure_proposal_insert(&proposal) {
            Err(error) if error.is_duplicate_of("cure_proposal_waiting") => Err(AppError::invalid(
                "cure_waits",
                "a colleague's proposal waits for a decision already",
            )),
            other => Ok(other?),
        }
    })?;
    Ok(id)
}

/// Another person finds the default cured: the obligor may issue again from now on.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], the refusal `same_person`;
/// [`AppError::Invalid`] `cure_decided`, `still_overdue`.
pub fn approve(app: &App, who: &Principal, proposal: Uuid) -> Result<(), AppError> {
    who.may(Action::Operate)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = lock(tx, proposal)?;
        four_eyes::check_other_hand(tx, who, &found.made_by)?;
        // Something may have become overdue since it was proposed, or become so meanwhile: whoever
        // records a default waits for the party.
        tx.party_hold(found.obligor)?;
        check_cured(tx, found.obligor)?;
        let yes = ProposalState::Approved;
        let decision = four_eyes::decision(tx, who, &found, yes, String::new(), now)?;
        tx.cure_decision_insert(&decision)?;
        let today = tx.business_date_today()?;
        Ok(tx.issue_stop_lift(found.stop, today, proposal)?)
    })
}

/// Another person is not convinced; the word says why.
///
/// # Errors
/// As [`approve`], and [`AppError::Invalid`] `word_missing`, `word_too_long`.
pub fn send_back(app: &App, who: &Principal, proposal: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::Operate)?;
    let word = four_eyes::word_said(word)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = lock(tx, proposal)?;
        four_eyes::check_other_hand(tx, who, &found.made_by)?;
        let back = ProposalState::Returned;
        let decision = four_eyes::decision(tx, who, &found, back, word.clone(), now)?;
        Ok(tx.cure_decision_insert(&decision)?)
    })
}

fn lasting_stop(tx: &mut ReadTx<'_>, stop: Uuid) -> Result<IssueStop, AppError> {
    let lasting = tx.issue_stops_lasting()?.into_iter();
    let mut own = lasting.filter(|one| one.id == stop);
    own.next().ok_or(AppError::NotFound)
}

fn check_cured(tx: &mut ReadTx<'_>, obligor: PartyId) -> Result<(), AppError> {
    let overdue = tx.defaults_not_cured(&[obligor])?;
    if overdue.is_empty() {
        return Ok(());
    }
    Err(AppError::invalid(
        "still_overdue",
        format!(
            "{} of its papers are not paid in full, late interest included; they must be first",
            overdue.len()
        ),
    ))
}

fn lock(tx: &mut WriteTx<'_>, proposal: Uuid) -> Result<CureProposal, AppError> {
    let found = tx.cure_proposal_lock(proposal)?;
    four_eyes::check_waiting(
        &found,
        "cure_decided",
        "this was decided before; look at the list again",
    )?;
    Ok(found)
}
