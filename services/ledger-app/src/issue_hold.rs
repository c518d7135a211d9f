//! Holds invoices with the other platforms of the circle while papers on them are being issued. At
//! home they are promised since the maker proposed the papers.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::entry::SealedEntry;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::invoice_token::InvoiceTokens;
use ledger_store::capacity_reservations::CapacityReservation;
use ledger_store::capacity_reservations::ReservationState;
use ledger_store::capacity_reservations::Told;
use ledger_store::parties::Party;
use ledger_store::payables::Payable;
use ledger_store::proposals::IssueProposal;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::approved::Approved;
use crate::circle;
use crate::circle::Circle;
use crate::circle::PeerAct;
use crate::circle::PeerAnswer;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::in_parallel;
use crate::invoice_use;
use crate::issue_rules::RefusedPayable;
use crate::peer_news;
use crate::peer_news::Known;
use crate::random;

/// Code of a paper that a peer could not be asked about.
const UNREACHABLE: &str = "circle_unreachable";

/// Invoices held with the peers, by the papers that are to use them.
#[derive(Debug, Clone, Default)]
pub(crate) struct IssueHold {
    held: HashMap<PaperId, Uuid>,
}

/// A paper that may not be issued: code, and what to do.
pub(crate) type NotHeld = (PaperId, &'static str, String);

/// Asks the peers, before anybody signs, whether the invoices of `payables` are used up there;
/// nothing is held. A peer that can't be reached stops nothing yet: it is asked again before a
/// paper is issued.
///
/// # Errors
/// The store's.
pub(crate) fn ask(
    app: &App,
    payables: &[&Payable],
    suppliers: &HashMap<PartyId, Party>,
) -> Result<Vec<RefusedPayable>, AppError> {
    let named = invoice_use::named(payables.iter().copied());
    let Some(circle) = app.circle().filter(|_| !named.is_empty()) else {
        return Ok(Vec::new());
    };
    let tokens = app
        .store
        .read(|tx| invoice_use::tokens(tx, circle, &named, suppliers))?;
    let now = app.clock.now();
    let questions = named.iter().filter_map(|payable| {
        let known = known(payable, tokens.get(&payable.id)?);
        let question = reservation(payable, &known, now).ok()?;
        Some((*payable, question, known))
    });
    let questions: Vec<_> = questions.collect();
    let answers = answers(circle, PeerAct::Ask, &questions)?;
    let refused = questions.iter().zip(answers);
    Ok(refused
        .filter(|(_, answer)| *answer == PeerAnswer::DoesNotFit)
        .map(|((payable, ..), _)| {
            let message = invoice_use::used_elsewhere(&payable.invoice_no);
            RefusedPayable::of(payable, invoice_use::ELSEWHERE, message)
        })
        .collect())
}

/// Those of signed proposals that their invoices still carry: a credit note may have come in since
/// they were made.
///
/// # Errors
/// The store's.
pub(crate) fn carried<'p>(
    app: &App,
    mut signed: Vec<(&'p IssueProposal, SealedEntry)>,
    refused: &mut Approved,
) -> Result<Vec<(&'p IssueProposal, SealedEntry)>, AppError> {
    let payables: Vec<PayableId> = signed.iter().map(|(p, _)| p.payable).collect();
    let overdrawn = app.store.read(|tx| tx.payables_overdrawing(&payables))?;
    signed.retain(|(proposal, _)| {
        let carried = !overdrawn.contains(&proposal.payable);
        if !carried {
            let message = "its invoice was credited since; send the proposal back";
            refused.refuse(proposal.paper_id, "invoice_overdrawn", message);
        }
        carried
    });
    Ok(signed)
}

/// Holds the invoices of `papers` with every peer; gives what is held and the papers for which a
/// peer said no or nothing.
///
/// # Errors
/// The store's.
pub(crate) fn take(
    app: &App,
    papers: &HashMap<PaperId, PayableId>,
) -> Result<(IssueHold, Vec<NotHeld>), AppError> {
    let Some(circle) = app.circle().filter(|_| !papers.is_empty()) else {
        return Ok(Default::default());
    };
    let ids: Vec<PayableId> = papers.values().copied().collect();
    let (payables, tokens) = app.store.read(|tx| {
        let payables = tx.payables_by_ids(&ids)?;
        let suppliers = names(tx, payables.iter().map(|p| p.supplier))?;
        let named = invoice_use::named(&payables);
        let tokens = invoice_use::tokens(tx, circle, &named, &suppliers)?;
        Ok::<_, AppError>((payables, tokens))
    })?;
    let now = app.clock.now();
    let mut wanted = Vec::with_capacity(tokens.len());
    for payable in payables.iter().filter(|p| p.paper_id.is_some()) {
        if let Some(tokens) = tokens.get(&payable.id) {
            let known = known(payable, tokens);
            wanted.push((payable, reservation(payable, &known, now)?, known));
        }
    }
    let reservations: Vec<CapacityReservation> = wanted.iter().map(|w| w.1.clone()).collect();
    app.store.write(|tx| {
        tx.issue_reservations_insert(&reservations)?;
        tx.peer_notices_insert(&peer_news::notices(circle, &reservations, Told::Asked, now))
    })?;
    let (mut hold, mut not_held, mut said_yes) = (IssueHold::default(), Vec::new(), Vec::new());
    let mut given_up = Vec::new();
    for ((payable, reservation, _), answer) in
        wanted
            .iter()
            .zip(answers(circle, PeerAct::Reserve, &wanted)?)
    {
        let Some(paper) = reservation.paper else {
            continue;
        };
        let (code, message) = match answer {
            PeerAnswer::Fits => {
                hold.held.insert(paper, reservation.id);
                said_yes.push(reservation.clone());
                continue;
            }
            PeerAnswer::DoesNotFit => (
                invoice_use::ELSEWHERE,
                invoice_use::used_elsewhere(&payable.invoice_no),
            ),
            PeerAnswer::Unknown(_) => (
                UNREACHABLE,
                "another platform can't be asked at present whether the invoice is used; approve \
                 again shortly"
                    .to_owned(),
            ),
        };
        given_up.push(reservation.id);
        not_held.push((paper, code, message));
    }
    app.store.write(|tx| {
        tx.peer_notices_set(&peer_news::notices(circle, &said_yes, Told::Reserved, now))?;
        tx.capacity_reservations_end(&given_up, ReservationState::Cancelled, None, now)
    })?;
    Ok((hold, not_held))
}

const fn known(payable: &Payable, tokens: &InvoiceTokens) -> Known {
    Known {
        token: tokens.token,
        kin: tokens.kin,
        currency: payable.currency,
    }
}

fn reservation(
    payable: &Payable,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<CapacityReservation, AppError> {
    Ok(CapacityReservation {
        id: Uuid::from_bytes(random::bytes()?),
        document: None,
        amount: payable.amount,
        state: ReservationState::Reserved,
        entry: None,
        made_at: now,
        expires_at: now.checked_add_signed(circle::HOLD).unwrap_or(now),
        decided_at: None,
        paper: payable.paper_id,
        token: Some(known.token),
        kin: Some(known.kin),
        currency: Some(known.currency),
    })
}

/// What the peers say to each question; once one can't be reached the rest is not asked.
fn answers(
    circle: &Circle,
    act: PeerAct,
    questions: &[(&Payable, CapacityReservation, Known)],
) -> Result<Vec<PeerAnswer>, AppError> {
    let cut = AtomicBool::new(false);
    in_parallel::map(questions, |(_, reservation, known)| {
        if cut.load(Ordering::Relaxed) {
            return Ok(PeerAnswer::Unknown(
                "a peer did not answer before".to_owned(),
            ));
        }
        let answer = peer_news::ask(circle, &peer_news::message(act, reservation, known));
        if matches!(answer, PeerAnswer::Unknown(_)) {
            cut.store(true, Ordering::Relaxed);
        }
        Ok(answer)
    })
}

impl IssueHold {
    /// These papers are issued: what is held for them is used, in the same unit of work.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `reservation_lapsed` if the hold of one is over.
    pub(crate) fn commit_in(
        &self,
        tx: &mut WriteTx<'_>,
        papers: &[PaperId],
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        let ids: Vec<Uuid> = papers
            .iter()
            .filter_map(|paper| self.held.get(paper).copied())
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        if tx.issue_reservations_commit(&ids, papers, now)? == ids.len() {
            return Ok(());
        }
        Err(AppError::invalid(
            "reservation_lapsed",
            "the invoices were held for half an hour and are free again; approve again",
        ))
    }

    /// Gives back what was not used, and tells the peers what has become of all of it. What can't
    /// be told now is told by the job, or lapses.
    pub(crate) fn close(&self, app: &App) {
        if self.held.is_empty() {
            return;
        }
        let ids: Vec<Uuid> = self.held.values().copied().collect();
        let now = app.clock.now();
        let ended = app.store.write(|tx| {
            let state = ReservationState::Cancelled;
            Ok::<_, AppError>(tx.capacity_reservations_end(&ids, state, None, now)?)
        });
        if let Err(error) = ended.and_then(|_| peer_news::bring_up_to_date(app)) {
            tracing::warn!(%error, "peers will be told later of papers issued");
        }
    }
}
