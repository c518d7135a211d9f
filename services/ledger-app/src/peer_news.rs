//! What the other platforms of the circle hear of uses made here: asked before, told afterwards what
//! has become of them, again and again until they have acknowledged it. Where one says no to a use
//! that is made, a person of the operator is asked to talk to it.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Duration;
use chrono::Utc;
use ledger_core::currency::Currency;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;
use ledger_core::id::DocumentId;
use ledger_core::id::PaperId;
use ledger_store::capacity_reservations::CapacityReservation;
use ledger_store::capacity_reservations::PeerNotice;
use ledger_store::capacity_reservations::ReservationState;
use ledger_store::capacity_reservations::Told;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::ask_operator;
use crate::circle::Circle;
use crate::circle::PeerAct;
use crate::circle::PeerAnswer;
use crate::circle::PeerMessage;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::random;
use crate::wording;

/// First pause after a peer could not be reached; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::seconds(2);

/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::minutes(10);

/// News told in one go.
const AT_ONCE: i64 = 200;

/// Code of the task that a contested use is for a person of the operator.
pub const CONTESTED: &str = "invoice_use_contested";

/// By what an invoice is known to the peers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) token: InvoiceToken,
    pub(crate) kin: InvoiceKin,
    pub(crate) currency: Currency,
}

/// What is said of a reservation.
pub(crate) fn message(
    act: PeerAct,
    reservation: &CapacityReservation,
    known: &Known,
) -> PeerMessage {
    PeerMessage {
        act,
        id: reservation.id,
        token: known.token,
        kin: known.kin,
        amount: reservation.amount,
        currency: known.currency,
        expires_at: reservation.expires_at,
    }
}

/// Says it to every peer until one does not say yes; gives what that one said.
pub(crate) fn ask(circle: &Circle, message: &PeerMessage) -> PeerAnswer {
    for peer in circle.peers() {
        match peer.say(message) {
            PeerAnswer::Fits => {}
            PeerAnswer::DoesNotFit => return PeerAnswer::DoesNotFit,
            PeerAnswer::Unknown(cause) => {
                tracing::warn!(peer = peer.name(), cause, "a peer could not be asked");
                return PeerAnswer::Unknown(cause);
            }
        }
    }
    PeerAnswer::Fits
}

/// What every peer is on record as having heard.
pub(crate) fn notices(
    circle: &Circle,
    reservations: &[CapacityReservation],
    told: Told,
    now: DateTime<Utc>,
) -> Vec<PeerNotice> {
    let of = |r: &CapacityReservation| {
        let id = r.id;
        circle.peers().iter().map(move |peer| PeerNotice {
            reservation: id,
            peer: peer.name().to_owned(),
            told,
            attempts: 0,
            next_at: now,
        })
    };
    reservations.iter().flat_map(of).collect()
}

/// By what the invoices of these reservations are known; set-based.
fn known(
    tx: &mut ReadTx<'_>,
    reservations: &[&CapacityReservation],
) -> Result<HashMap<Uuid, Known>, AppError> {
    let ids: Vec<DocumentId> = reservations.iter().filter_map(|r| r.document).collect();
    let tokens = tx.document_tokens_of(&ids)?;
    let documents = tx.documents_by_ids(&ids)?;
    let of = |r: &CapacityReservation| match r.document {
        Some(document) => {
            let token = tokens.iter().find(|t| t.document == document)?;
            let currency = documents.iter().find(|d| d.id == document)?.currency?;
            Some(Known {
                token: token.token,
                kin: token.kin,
                currency,
            })
        }
        None => Some(Known {
            token: r.token?,
            kin: r.kin?,
            currency: r.currency?,
        }),
    };
    let found = reservations.iter().filter_map(|r| Some((r.id, of(r)?)));
    Ok(found.collect())
}

/// Tells peers what has become of reservations that they have not acknowledged; gives how many
/// times one of them was told. Nothing is open in the database while a peer is asked.
pub(crate) fn bring_up_to_date(app: &App) -> Result<usize, AppError> {
    let Some(circle) = app.circle() else {
        return Ok(0);
    };
    let now = app.clock.now();
    let (due, known) = app.store.read(|tx| {
        let due = tx.peer_notices_due(now, AT_ONCE)?;
        let of: Vec<&CapacityReservation> = due.iter().map(|(_, r)| r).collect();
        let known = known(tx, &of)?;
        Ok::<_, AppError>((due, known))
    })?;
    let mut heard = Vec::new();
    let mut contested = Vec::new();
    for (notice, reservation) in due {
        let peer = circle.peers().iter().find(|p| p.name() == notice.peer);
        let (Some(peer), Some(known)) = (peer, known.get(&reservation.id)) else {
            continue;
        };
        let act = if reservation.state == ReservationState::Committed {
            PeerAct::Commit
        } else {
            PeerAct::Cancel
        };
        let answer = peer.say(&message(act, &reservation, known));
        let notice = after(notice, act, answer, now);
        if notice.told == Told::Contested {
            contested.push((notice.peer.clone(), reservation, known.currency));
        }
        heard.push(notice);
    }
    app.store.write(|tx| {
        tx.peer_notices_set(&heard)?;
        let tasks = tasks(tx, &contested, now)?;
        ask_operator::ask(tx, now, &tasks)
    })?;
    Ok(heard.len())
}

fn after(
    mut notice: PeerNotice,
    act: PeerAct,
    answer: PeerAnswer,
    now: DateTime<Utc>,
) -> PeerNotice {
    match (answer, act) {
        (PeerAnswer::Fits, PeerAct::Commit) => notice.told = Told::Committed,
        (PeerAnswer::Fits, _) => notice.told = Told::Cancelled,
        (PeerAnswer::DoesNotFit, _) => notice.told = Told::Contested,
        (PeerAnswer::Unknown(cause), _) => {
            tracing::warn!(peer = notice.peer, cause, "a peer could not be told");
            let doublings = u32::try_from(notice.attempts).unwrap_or(0).min(10);
            let factor = 2_i32.saturating_pow(doublings);
            let pause = FIRST_PAUSE
                .checked_mul(factor)
                .map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE));
            notice.attempts = notice.attempts.saturating_add(1);
            notice.next_at = now.checked_add_signed(pause).unwrap_or(now);
        }
    }
    notice
}

/// A task for each use that a peer contests: which invoice, how much, used by what.
fn tasks(
    tx: &mut ReadTx<'_>,
    contested: &[(String, CapacityReservation, Currency)],
    now: DateTime<Utc>,
) -> Result<Vec<OperatorTask>, AppError> {
    let documents: Vec<DocumentId> = contested.iter().filter_map(|c| c.1.document).collect();
    let documents = tx.documents_by_ids(&documents)?;
    let papers: Vec<PaperId> = contested.iter().filter_map(|c| c.1.paper).collect();
    let payables = tx.payables_of_papers(&papers)?;
    let sellers = documents.iter().map(|d| d.owner);
    let sellers = names(tx, sellers.chain(payables.iter().map(|p| p.supplier)))?;
    let mut tasks = Vec::with_capacity(contested.len());
    for (peer, reservation, currency) in contested {
        let document = documents
            .iter()
            .find(|d| Some(d.id) == reservation.document)
            .map(|d| (d.number.as_str(), d.owner));
        let payable = payables
            .iter()
            .find(|p| reservation.paper.is_some() && p.paper_id == reservation.paper)
            .map(|p| (p.invoice_no.as_str(), p.supplier));
        let (number, seller) = document.or(payable).map_or(("", ""), |(number, seller)| {
            (number, sellers.get(&seller).map_or("", |s| s.name.as_str()))
        });
        let by = match (reservation.entry, reservation.paper) {
            (Some(entry), _) => format!("offer {entry}"),
            (None, Some(paper)) => format!("paper {paper}"),
            (None, None) => "an offer".to_owned(),
        };
        tracing::error!(peer, reservation = %reservation.id, "a peer contests a use made here");
        tasks.push(OperatorTask {
            id: Uuid::from_bytes(random::bytes()?),
            kind: OperatorTaskKind::InvoiceUse,
            subject: format!("{} {peer}", reservation.id),
            code: CONTESTED.to_owned(),
            detail: format!(
                "{peer} says no to {} of invoice {number} of {seller}, used here by {by}",
                wording::money(reservation.amount, *currency),
            ),
            opened_at: now,
            closed_at: None,
            closed_by: None,
            note: String::new(),
        });
    }
    Ok(tasks)
}
