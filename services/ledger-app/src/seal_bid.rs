//! A finance provider binds itself to a quote without showing it (密封报价), and takes that back.
//!
//! What is kept is a digest with the provider's signature ([`ledger_core::sealed_bid`]). A provider
//! with keys of its own keeps quote and nonce at home. For a person whose key is hosted they rest in
//! an envelope that opens only with that person's key, thus only with its passphrase: neither the
//! operator nor a copy of the database can read the bid.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::hash::CommitmentDigest;
use ledger_core::id::BidId;
use ledger_core::id::RequestId;
use ledger_core::id::UserId;
use ledger_core::sealed_bid::Opening;
use ledger_core::sealed_bid::commitment_bytes;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_store::inquiries::Inquiry;
use ledger_store::sealed_bids::BidState;
use ledger_store::sealed_bids::SealedBid;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::custody;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::inquired;
use crate::offered_quote;
use crate::offered_quote::check_open;
use crate::offered_quote::check_signature;
use crate::passphrase_attempts;
use crate::policy::Action;
use crate::principal::Principal;
use crate::proposed_answer;
use crate::random;
use crate::requested_fragment::invited;
use crate::signing::Signing;
use crate::signing::hosted_key;

/// A bid on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Its id.
    pub bid: String,
}

/// Where a person's bid rests until it is shown.
struct Envelope {
    user: UserId,
    bytes: Vec<u8>,
}

/// Takes in the digest of a bid that the provider keeps itself. The signature is over
/// [`commitment_bytes`], in the seat of the finance provider.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited; [`AppError::Invalid`] `request_not_open`,
/// `bids_not_sealed` (quote openly), `bids_closed`, `bid_sealed` (withdraw the one before first),
/// `commitment_taken`; the refusals `unknown_key`, `revoked_key`, `wrong_signer`, `bad_signature`.
pub fn commit(
    app: &App,
    who: &Principal,
    request: RequestId,
    commitment: CommitmentDigest,
    signing: &Signing<'_>,
    key: Option<IdempotencyKey>,
) -> Result<Sealed, AppError> {
    who.may(Action::Quote)?;
    let body = commitment_bytes(request, who.party, commitment);
    let signature = signing.sign(Seat::FinanceProvider, &body);
    keep(app, who, request, (commitment, signature), None, key)
}

/// Seals a prepared quote for a person with a hosted key: the digest is signed and kept, the quote
/// itself only in that person's envelope. `body` is a quote's canonical bytes, as
/// [`quote_fragment::prepare`](crate::quote_fragment::prepare) gives them.
///
/// # Errors
/// As [`commit`]; [`AppError::Invalid`] `quote_unreadable`, `disclosure_not_checked`,
/// `disclosure_not_clean`; [`AppError::WrongPassphrase`], `no_signing_key`, `passphrase_at_rest`.
pub fn seal(
    app: &App,
    who: &Principal,
    request: RequestId,
    body: &[u8],
    passphrase: &str,
    key: Option<IdempotencyKey>,
) -> Result<Sealed, AppError> {
    who.may(Action::Quote)?;
    offered_quote::read_body(body)?;
    let opening = Opening {
        nonce: random::bytes()?,
        quote: body.to_vec(),
    };
    let commitment = opening.commitment(request, who.party);
    let hosted = hosted_key(app, who)?;
    let (signer, bytes) = passphrase_attempts::counted(app, hosted.user, || {
        let signer = custody::open(hosted.id, &hosted.sealed, passphrase)?;
        let note = opening.to_bytes();
        let about = commitment.bytes();
        custody::seal_note(hosted.id, &hosted.sealed, passphrase, about, &note)
            .map(|envelope| (signer, envelope))
    })?;
    let statement = commitment_bytes(request, who.party, commitment);
    let signature = signer.sign(Seat::FinanceProvider, &statement);
    let envelope = Envelope {
        user: hosted.user,
        bytes,
    };
    keep(
        app,
        who,
        request,
        (commitment, signature),
        Some(envelope),
        key,
    )
}

fn keep(
    app: &App,
    who: &Principal,
    request: RequestId,
    (commitment, signature): (CommitmentDigest, PartySignature),
    envelope: Option<Envelope>,
    key: Option<IdempotencyKey>,
) -> Result<Sealed, AppError> {
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let (now, moment) = (app.clock.now(), app.moment()?);
    let id = BidId::from_bytes(random::bytes()?);
    let answer = Sealed {
        bid: id.to_string(),
    };
    let (sealed_by, envelope) = envelope.map_or((None, None), |e| (Some(e.user), Some(e.bytes)));
    app.store.write(|tx| {
        tx.finance_request_lock(request)?;
        let asked = invited(tx, who, request)?;
        check_open(&asked, moment)?;
        check_bids_taken(&inquired::of_request(tx, &asked.request)?, moment)?;
        if envelope.is_some() {
            // A house's people look the obligor up before they price, as for an open quote.
            let today = tx.business_date_today()?;
            proposed_answer::check_disclosure(tx, who.party, asked.obligor.id, today)?;
        }
        let body = commitment_bytes(request, who.party, commitment);
        check_signature(tx, who, &signature, &body)?;
        tx.sealed_bid_insert(&SealedBid {
            id,
            request,
            provider: who.party,
            commitment: *commitment.bytes(),
            key_id: signature.key,
            signature: signature.bytes,
            state: BidState::Sealed,
            sealed_by,
            envelope: envelope.clone(),
            quote: None,
            created_at: moment,
        })
        .map_err(|error| {
            if error.is_duplicate_of("sealed_bid_live_unique") {
                bid_sealed()
            } else if error.is_duplicate_of("sealed_bid_commitment_unique") {
                AppError::invalid_field(
                    "commitment",
                    "commitment_taken",
                    "there is a bid under this digest; draw a new nonce",
                )
            } else {
                error.into()
            }
        })?;
        match &key {
            Some(key) => key.keep(tx, now, &answer),
            None => Ok(()),
        }
    })?;
    Ok(answer)
}

/// Takes a sealed bid back as long as bids are taken; the holder is never told. A second time
/// changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `bids_closed`,
/// `bid_not_sealed`.
pub fn withdraw(app: &App, who: &Principal, bid: BidId) -> Result<(), AppError> {
    who.may(Action::Quote)?;
    let now = app.moment()?;
    app.store.write(|tx| {
        let known = tx
            .sealed_bids_by_ids(&[bid])?
            .pop()
            .filter(|known| known.provider == who.party)
            .ok_or(AppError::NotFound)?;
        if known.state == BidState::Withdrawn {
            return Ok(());
        }
        let request = tx.finance_request_lock(known.request)?;
        check_bids_taken(&inquired::of_request(tx, &request)?, now)?;
        if tx.sealed_bid_withdraw(bid)? {
            Ok(())
        } else {
            Err(not_sealed())
        }
    })
}

fn check_bids_taken(inquiry: &Inquiry, now: DateTime<Utc>) -> Result<(), AppError> {
    match inquiry.bids_until {
        None => Err(AppError::invalid(
            "bids_not_sealed",
            "bids on this request are open: hand in a signed quote",
        )),
        Some(until) if now >= until => Err(AppError::invalid(
            "bids_closed",
            "bids on this request are closed; those that were sealed in time can be shown now",
        )),
        Some(_) => Ok(()),
    }
}

pub(crate) fn bid_sealed() -> AppError {
    AppError::invalid(
        "bid_sealed",
        "you have a sealed bid on this request; withdraw it first",
    )
}

pub(crate) fn not_sealed() -> AppError {
    AppError::invalid(
        "bid_not_sealed",
        "this bid is no longer sealed: shown, withdrawn, or ended with its request",
    )
}
