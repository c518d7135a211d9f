//! Holds the capacity of invoices, here and with every other platform of the circle, while a use of
//! it is being prepared. Without a circle nothing is held: the offer itself takes what it needs.
//!
//! The order keeps two platforms from using the same invoice at once: each reserves at home before
//! it asks, so of two that ask each other at the same moment at least one is told no.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use ledger_store::capacity_reservations::CapacityReservation;
use ledger_store::capacity_reservations::ReservationState;
use ledger_store::capacity_reservations::Told;
use ledger_store::foreign_uses::DocumentToken;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::circle;
use crate::circle::Circle;
use crate::circle::PeerAct;
use crate::circle::PeerAnswer;
use crate::error::AppError;
use crate::peer_news;
use crate::peer_news::Known;
use crate::random;

/// Capacity that is held.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    ids: Vec<Uuid>,
}

/// Holds `takes` everywhere, or nowhere.
///
/// # Errors
/// [`AppError::Invalid`] `document_used_up`, `document_used_elsewhere`, `circle_unreachable`.
pub(crate) fn take(
    app: &App,
    takes: &[(DocumentId, Amount)],
    currency: Currency,
) -> Result<Option<Hold>, AppError> {
    let Some(circle) = app.circle().filter(|_| !takes.is_empty()) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let expires_at = now.checked_add_signed(circle::HOLD).unwrap_or(now);
    let mut reservations = Vec::new();
    for (document, amount) in takes {
        reservations.push(CapacityReservation {
            id: Uuid::from_bytes(random::bytes()?),
            document: Some(*document),
            amount: *amount,
            state: ReservationState::Reserved,
            entry: None,
            made_at: now,
            expires_at,
            decided_at: None,
            paper: None,
            token: None,
            kin: None,
            currency: None,
        });
    }
    let tokens = app.store.write(|tx| {
        let tokens = tokens_of(tx, circle, takes)?;
        if !tx.capacity_reserve(&reservations)? {
            return Err(used_up());
        }
        tx.peer_notices_insert(&peer_news::notices(circle, &reservations, Told::Asked, now))?;
        Ok(tokens)
    })?;
    let hold = Hold {
        ids: reservations.iter().map(|r| r.id).collect(),
    };
    match ask_all(circle, &reservations, &tokens, currency) {
        Ok(()) => {
            app.store.write(|tx| {
                tx.peer_notices_set(&peer_news::notices(
                    circle,
                    &reservations,
                    Told::Reserved,
                    now,
                ))
            })?;
            Ok(Some(hold))
        }
        Err(error) => {
            hold.give_up(app);
            Err(error)
        }
    }
}

/// Tokens of the invoices; made now for those that have none.
fn tokens_of(
    tx: &mut WriteTx<'_>,
    circle: &Circle,
    takes: &[(DocumentId, Amount)],
) -> Result<Vec<DocumentToken>, AppError> {
    let ids: Vec<DocumentId> = takes.iter().map(|(id, _)| *id).collect();
    let known = tx.document_tokens_of(&ids)?;
    let missing: Vec<DocumentId> = ids
        .iter()
        .copied()
        .filter(|id| !known.iter().any(|token| token.document == *id))
        .collect();
    let documents = tx.documents_by_ids(&missing)?;
    make_tokens(tx, circle, &documents)?;
    Ok(tx.document_tokens_of(&ids)?)
}

/// Makes tokens of invoices, and counts what is used of them elsewhere.
pub(crate) fn make_tokens(
    tx: &mut WriteTx<'_>,
    circle: &Circle,
    documents: &[ledger_store::documents::Document],
) -> Result<usize, AppError> {
    let sellers: Vec<_> = documents.iter().map(|d| d.owner).collect();
    let sellers = crate::held_fragment::names(tx, sellers)?;
    let tokens: Vec<DocumentToken> = documents
        .iter()
        .filter_map(|d| circle.tokens(d, sellers.get(&d.owner)?))
        .collect();
    let mut kin: Vec<_> = tokens.iter().map(|token| token.kin).collect();
    kin.sort_unstable();
    kin.dedup();
    tx.invoice_kin_lock(&kin)?;
    tx.document_tokens_insert(&tokens)?;
    tx.foreign_uses_recount(&kin)?;
    Ok(tokens.len())
}

fn ask_all(
    circle: &Circle,
    reservations: &[CapacityReservation],
    tokens: &[DocumentToken],
    currency: Currency,
) -> Result<(), AppError> {
    for reservation in reservations {
        let token = tokens
            .iter()
            .find(|t| Some(t.document) == reservation.document);
        let Some(token) = token else {
            continue;
        };
        let known = Known {
            token: token.token,
            kin: token.kin,
            currency,
        };
        let message = peer_news::message(PeerAct::Reserve, reservation, &known);
        match peer_news::ask(circle, &message) {
            PeerAnswer::Fits => {}
            PeerAnswer::DoesNotFit => return Err(used_elsewhere()),
            PeerAnswer::Unknown(_) => return Err(unreachable()),
        }
    }
    Ok(())
}

impl Hold {
    /// The offer `entry` uses what is held, in its own unit of work, which takes the capacity anew.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `reservation_lapsed` if the hold is over.
    pub(crate) fn commit_in(
        &self,
        tx: &mut WriteTx<'_>,
        entry: i64,
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        let state = ReservationState::Committed;
        let done = tx.capacity_reservations_end(&self.ids, state, Some(entry), now)?;
        if done.len() == self.ids.len() {
            return Ok(());
        }
        Err(AppError::invalid(
            "reservation_lapsed",
            "the invoice was held for half an hour and is free again; start anew",
        ))
    }

    /// Gives back what is held and tells the peers. What can't be told now lapses by itself.
    pub(crate) fn give_up(&self, app: &App) {
        let now = app.clock.now();
        let state = ReservationState::Cancelled;
        let ended = app.store.write(|tx| {
            Ok::<_, AppError>(tx.capacity_reservations_end(&self.ids, state, None, now)?)
        });
        if let Err(error) = ended.and_then(|_| peer_news::bring_up_to_date(app)) {
            tracing::warn!(%error, "a hold could not be given up now; it lapses");
        }
    }

    /// Tells the peers that it is used. What can't be told now is told by the job.
    pub(crate) fn tell(app: &App) {
        if let Err(error) = peer_news::bring_up_to_date(app) {
            tracing::warn!(%error, "peers will be told later");
        }
    }
}

fn used_up() -> AppError {
    AppError::invalid_field(
        "invoice_number",
        "document_used_up",
        "the invoice has already carried other transfers for the rest of its amount",
    )
}

fn used_elsewhere() -> AppError {
    AppError::invalid_field(
        "invoice_number",
        "document_used_elsewhere",
        "another platform has used this invoice, or knows it with another total or date",
    )
}

fn unreachable() -> AppError {
    AppError::invalid(
        "circle_unreachable",
        "another platform can't be asked at present whether the invoice is used; try again shortly",
    )
}
