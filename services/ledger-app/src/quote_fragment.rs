//! Prices a request for money: prepares a quote, takes it in signed, takes it back.
//!
//! A provider that keeps its own key asks for the bytes ([`prepare`]), signs them at home and
//! brings them ([`submit`]). Nothing is kept in between: the bytes say everything, and their
//! figures are reckoned again when they come back.

use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::quotes::QuoteState;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::offered_quote;
use crate::offered_quote::follows_from_card;
use crate::offered_quote::not_on_offer;
use crate::offered_quote::unreadable;
use crate::policy::Action;
use crate::priced_quote::QuoteTerms;
use crate::principal::Principal;
use crate::requested_fragment;
use crate::signing::Signing;

/// A quote to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The quote with all its figures.
    pub quote: Quote,
    /// Its canonical bytes.
    pub body: Vec<u8>,
    /// What the key signs: domain, seat and `body`.
    pub payload: Vec<u8>,
}

/// A quote on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Its id.
    pub quote: String,
}

/// Prices a request and gives what there is to sign. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited; [`AppError::Invalid`] `request_not_open`,
/// `pay_date_past`, `expiry_not_possible`, `recourse_cap_not_possible`, or the pricing rule's own
/// codes; the refusals `fragment_spent`, `past_maturity`.
pub fn prepare(
    app: &App,
    who: &Principal,
    request: RequestId,
    terms: &QuoteTerms,
) -> Result<Prepared, AppError> {
    who.may(Action::Quote)?;
    let quote = app
        .store
        .read(|tx| offered_quote::price(tx, app, who, request, terms))?;
    let body = quote.to_bytes().map_err(unreadable)?;
    Ok(Prepared {
        payload: signing_payload(Seat::FinanceProvider, &body),
        quote,
        body,
    })
}

/// Takes a signed quote in and tells the holder.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `quote_unreadable`, `quote_not_for_this_request`,
/// `quote_figures_wrong`, `quote_on_offer` (withdraw the one before first); the refusals
/// `unknown_key`, `revoked_key`, `wrong_signer`, `bad_signature`.
pub fn submit(
    app: &App,
    who: &Principal,
    request: RequestId,
    body: &[u8],
    signing: &Signing<'_>,
    key: Option<IdempotencyKey>,
) -> Result<Quoted, AppError> {
    who.may(Action::Quote)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let now = app.clock.now();
    let signature = signing.sign(Seat::FinanceProvider, body);
    let answer = Quoted {
        quote: offered_quote::read_body(body)?.id.to_string(),
    };
    app.store.write(|tx| {
        tx.finance_request_lock(request)?;
        offered_quote::put_on_offer(tx, app, who, request, body, &signature)?;
        match &key {
            Some(key) => key.keep(tx, now, &answer),
            None => Ok(()),
        }
    })?;
    Ok(answer)
}

/// Takes a quote back that nobody has signed. A second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `quote_not_on_offer`, or
/// `quote_follows_from_card`: a standing offer keeps its word until the quote expires.
pub fn withdraw(app: &App, who: &Principal, quote: QuoteId) -> Result<(), AppError> {
    who.may(Action::Quote)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let known = tx.quotes_by_ids(&[quote])?.pop();
        let known = known
            .filter(|q| q.provider == who.party)
            .ok_or(AppError::NotFound)?;
        if known.card.is_some() {
            return Err(follows_from_card());
        }
        if known.state == QuoteState::Withdrawn {
            return Ok(());
        }
        if !tx.quote_move(quote, QuoteState::Offered, QuoteState::Withdrawn)? {
            return Err(not_on_offer());
        }
        let asked = requested_fragment::load_one(tx, known.request)?;
        let notice = asked.lapsed(&who.party_name);
        letters::tell_parties(tx, now, &[(asked.request.holder, notice)])
    })
}
