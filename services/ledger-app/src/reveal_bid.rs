//! A finance provider shows its sealed bid when all bids are in: it must be the very quote it was
//! bound to, follow the request as any quote does, and is on offer from then on.

use ledger_core::id::BidId;
use ledger_core::sealed_bid::Opening;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_store::sealed_bids::BidState;
use ledger_store::sealed_bids::SealedBid;

use crate::app::App;
use crate::custody;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::inquired;
use crate::offered_quote;
use crate::offered_quote::check_open;
use crate::passphrase_attempts;
use crate::policy::Action;
use crate::principal::Principal;
use crate::quote_fragment::Quoted;
use crate::requested_fragment::invited;
use crate::seal_bid::not_sealed;
use crate::signing::Signing;
use crate::signing::hosted_key;

/// Shows a bid that the provider has kept itself.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `bid_not_sealed`,
/// `bids_not_closed` (too early), `request_not_open` (too late), `commitment_differs` (other
/// figures than it was bound to), `quote_unreadable`; and all that an open quote may meet.
pub fn reveal(
    app: &App,
    who: &Principal,
    bid: BidId,
    opening: &Opening,
    signing: &Signing<'_>,
    key: Option<IdempotencyKey>,
) -> Result<Quoted, AppError> {
    who.may(Action::Quote)?;
    let signature = signing.sign(Seat::FinanceProvider, &opening.quote);
    show(app, who, bid, opening, signature, key)
}

/// Shows a bid out of the envelope of the person who acts, and signs its quote.
///
/// # Errors
/// As [`reveal`]; [`AppError::Invalid`] `bid_of_another_person` if a colleague sealed it, or the
/// provider keeps it itself; `note_unreadable` if that person has a new key since;
/// [`AppError::WrongPassphrase`], `passphrase_at_rest`.
pub fn open(
    app: &App,
    who: &Principal,
    bid: BidId,
    passphrase: &str,
    key: Option<IdempotencyKey>,
) -> Result<Quoted, AppError> {
    who.may(Action::Quote)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let known = own(app, who, bid)?;
    if known.state != BidState::Sealed {
        return Err(not_sealed());
    }
    let hosted = hosted_key(app, who)?;
    let envelope = known
        .envelope
        .filter(|_| known.sealed_by == Some(hosted.user))
        .ok_or_else(|| {
            AppError::invalid(
                "bid_of_another_person",
                "only the person who sealed this bid can open it, with its own passphrase",
            )
        })?;
    let (signer, note) = passphrase_attempts::counted(app, hosted.user, || {
        let signer = custody::open(hosted.id, &hosted.sealed, passphrase)?;
        let about = &known.commitment;
        custody::open_note(hosted.id, &hosted.sealed, passphrase, about, &envelope)
            .map(|note| (signer, note))
    })?;
    let opening = Opening::from_bytes(&note)
        .map_err(|error| AppError::Internal(format!("envelope of bid {bid}: {error}")))?;
    let signature = signer.sign(Seat::FinanceProvider, &opening.quote);
    show(app, who, bid, &opening, signature, key)
}

fn own(app: &App, who: &Principal, bid: BidId) -> Result<SealedBid, AppError> {
    app.store
        .read(|tx| tx.sealed_bids_by_ids(&[bid]))?
        .pop()
        .filter(|known| known.provider == who.party)
        .ok_or(AppError::NotFound)
}

fn show(
    app: &App,
    who: &Principal,
    bid: BidId,
    opening: &Opening,
    signature: PartySignature,
    key: Option<IdempotencyKey>,
) -> Result<Quoted, AppError> {
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let (now, moment) = (app.clock.now(), app.moment()?);
    let known = own(app, who, bid)?;
    let request = known.request;
    app.store.write(|tx| {
        tx.finance_request_lock(request)?;
        let asked = invited(tx, who, request)?;
        // What became of the bid in the meantime: the request's lock makes it stand still.
        let state = tx.sealed_bids_by_ids(&[bid])?.pop().map(|b| b.state);
        let inquiry = inquired::of_request(tx, &asked.request)?;
        if inquiry.is_sealed(moment) {
            return Err(AppError::invalid(
                "bids_not_closed",
                "bids are still taken; show yours when they are closed",
            ));
        }
        check_open(&asked, moment)?;
        if state != Some(BidState::Sealed) {
            return Err(not_sealed());
        }
        if *opening.commitment(request, who.party).bytes() != known.commitment {
            return Err(AppError::invalid_field(
                "body",
                "commitment_differs",
                "this is not the bid you are bound to: quote or nonce differ from the digest",
            ));
        }
        let body = &opening.quote;
        let quote = offered_quote::put_shown(tx, app, who, request, body, &signature)?;
        tx.sealed_bid_reveal(bid, quote)?;
        let answer = Quoted {
            quote: quote.to_string(),
        };
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}
