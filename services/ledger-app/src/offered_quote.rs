//! A quote on its way to the holder: priced by the one rule, checked against what was asked, signed,
//! and on offer. Shared by the ways a provider has to make one.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::canonical::CanonicalError;
use ledger_core::fragment::FragmentState;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::party::PartyKind;
use ledger_core::quote::Quote;
use ledger_core::recourse::Recourse;
use ledger_core::refusal::Refusal;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::signature::is_signed;
use ledger_store::finance::InvitationState;
use ledger_store::finance::RequestState;
use ledger_store::inquiries::InquiryMode;
use ledger_store::parties::PartyState;
use ledger_store::quotes::QuoteState;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::business_time;
use crate::error::AppError;
use crate::inquired;
use crate::letters;
use crate::notice::Notice;
use crate::priced_quote;
use crate::priced_quote::QuoteTerms;
use crate::principal::Principal;
use crate::random;
use crate::request_finance::check_expiry;
use crate::request_finance::not_open;
use crate::requested_fragment::RequestedFragment;
use crate::requested_fragment::invited;
use crate::wording;

/// Prices a request that the caller was invited to.
///
/// # Errors
/// [`AppError::NotFound`] if it was not; [`AppError::Invalid`] `request_not_open`, `pay_date_past`,
/// `expiry_not_possible`, `recourse_cap_not_possible`, or the pricing rule's own codes;
/// [`Refusal::FragmentSpent`], [`Refusal::PastMaturity`].
pub(crate) fn price(
    tx: &mut ReadTx<'_>,
    app: &App,
    who: &Principal,
    request: RequestId,
    terms: &QuoteTerms,
) -> Result<Quote, AppError> {
    let now = business_time::moment(tx, app)?;
    check_expiry(now, terms.expires_at)?;
    let asked = invited(tx, who, request)?;
    check_open(&asked, now)?;
    check_outlives_bidding(tx, &asked, terms.expires_at)?;
    let fragment = asked.check_there(tx)?;
    let quote = priced_quote::fill(
        priced_quote::blank(
            QuoteId::from_bytes(random::bytes()?),
            who.party,
            asked.request.holder,
            &fragment,
            asked.range()?,
            asked.request.currency,
        ),
        asked.paper.paper.due_date,
        app.calendar_named(&asked.paper.calendar)?,
        terms,
    )?;
    check_terms(tx, &asked, &quote)?;
    Ok(quote)
}

/// A quote that may be offered now, as far as anybody but its signer can say.
///
/// # Errors
/// As [`price`]; [`AppError::Invalid`] `quote_not_for_this_request`, `quote_figures_wrong`.
pub(crate) fn check(
    tx: &mut ReadTx<'_>,
    app: &App,
    who: &Principal,
    request: RequestId,
    quote: &Quote,
) -> Result<RequestedFragment, AppError> {
    let now = business_time::moment(tx, app)?;
    let asked = invited(tx, who, request)?;
    check_open(&asked, now)?;
    check_expiry(now, expiry(quote)?)?;
    check_request(tx, who, &asked, quote)?;
    check_terms(tx, &asked, quote)?;
    priced_quote::check_figures(
        quote,
        asked.paper.paper.due_date,
        app.calendar_named(&asked.paper.calendar)?,
    )?;
    Ok(asked)
}

/// Bids on a sealed inquiry come sealed first.
///
/// # Errors
/// [`AppError::Invalid`] `sealed_bids_only`.
pub(crate) fn check_bids_open(
    tx: &mut ReadTx<'_>,
    asked: &RequestedFragment,
) -> Result<(), AppError> {
    match inquired::of_request(tx, &asked.request)?.mode {
        InquiryMode::Open => Ok(()),
        InquiryMode::Sealed => Err(AppError::invalid(
            "sealed_bids_only",
            "bids on this request are sealed: commit to one first and show it when bids are closed",
        )),
    }
}

/// Puts a signed quote on offer and tells the holder. The caller holds the lock of the request.
///
/// # Errors
/// As [`put_shown`]; [`AppError::Invalid`] `sealed_bids_only`.
pub(crate) fn put_on_offer(
    tx: &mut WriteTx<'_>,
    app: &App,
    who: &Principal,
    request: RequestId,
    body: &[u8],
    signature: &PartySignature,
) -> Result<QuoteId, AppError> {
    let asked = invited(tx, who, request)?;
    check_bids_open(tx, &asked)?;
    put_shown(tx, app, who, request, body, signature)
}

/// The same for a quote behind a sealed bid that has just been shown, as for an open one.
///
/// # Errors
/// As [`check`]; [`AppError::Invalid`] `quote_on_offer`, `quote_id_taken`; the refusals
/// `unknown_key`, `revoked_key`, `wrong_signer`, `bad_signature`.
pub(crate) fn put_shown(
    tx: &mut WriteTx<'_>,
    app: &App,
    who: &Principal,
    request: RequestId,
    body: &[u8],
    signature: &PartySignature,
) -> Result<QuoteId, AppError> {
    let (now, moment) = (app.clock.now(), business_time::moment(tx, app)?);
    let quote = read_body(body)?;
    let asked = check(tx, app, who, request, &quote)?;
    check_signature(tx, who, signature, body)?;
    tx.quote_insert(&row(moment, request, &quote, body, signature)?)
        .map_err(|error| {
            if error.is_duplicate_of("quote_offer_unique") {
                on_offer()
            } else if error.is_duplicate_of("quote_pkey") {
                AppError::invalid_field(
                    "body",
                    "quote_id_taken",
                    "there is a quote under this id; prepare a new one",
                )
            } else {
                error.into()
            }
        })?;
    tx.finance_invitation_state_set(request, who.party, InvitationState::Quoted)?;
    let notice = received(who, &asked, &quote)?;
    letters::tell_parties(tx, now, &[(asked.request.holder, notice)])?;
    Ok(quote.id)
}

/// The quote in these bytes.
///
/// # Errors
/// [`AppError::Invalid`] `quote_unreadable`.
pub(crate) fn read_body(body: &[u8]) -> Result<Quote, AppError> {
    Quote::from_bytes(body).map_err(unreadable)
}

pub(crate) fn check_open(asked: &RequestedFragment, now: DateTime<Utc>) -> Result<(), AppError> {
    if asked.request.state == RequestState::Open && now < asked.request.expires_at {
        Ok(())
    } else {
        Err(not_open())
    }
}

pub(crate) fn on_offer() -> AppError {
    AppError::invalid(
        "quote_on_offer",
        "you have a quote on this request; withdraw it first",
    )
}

pub(crate) fn follows_from_card() -> AppError {
    AppError::invalid(
        "quote_follows_from_card",
        "a quote that follows from your standing rates stands until it expires; withdraw the card",
    )
}

pub(crate) fn not_on_offer() -> AppError {
    AppError::invalid(
        "quote_not_on_offer",
        "this quote is no longer on offer: withdrawn, lapsed, or another one was signed",
    )
}

pub(crate) fn unreadable(error: CanonicalError) -> AppError {
    AppError::invalid_field(
        "body",
        "quote_unreadable",
        format!("these are not a quote's canonical bytes: {error}"),
    )
}

/// A quote's last moment.
pub(crate) fn expiry(quote: &Quote) -> Result<DateTime<Utc>, AppError> {
    DateTime::from_timestamp(quote.expires_at, 0).ok_or_else(|| {
        AppError::invalid_field("expires_at", "expiry_not_possible", "no such moment")
    })
}

/// Whether a quote that came back is about exactly what was asked.
fn check_request(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    asked: &RequestedFragment,
    quote: &Quote,
) -> Result<(), AppError> {
    let fragment = asked.check_there(tx)?;
    let fits = quote.provider == who.party
        && quote.holder == asked.request.holder
        && quote.paper == asked.request.paper_id
        && quote.fragment == fragment.reference
        && quote.range == asked.range()?
        && quote.currency == asked.request.currency;
    if fits {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "body",
            "quote_not_for_this_request",
            "this quote is by somebody else or about another fragment",
        ))
    }
}

/// What a quote may promise today.
fn check_terms(
    tx: &mut ReadTx<'_>,
    asked: &RequestedFragment,
    quote: &Quote,
) -> Result<(), AppError> {
    let today = tx.business_date_today()?;
    let paper = &asked.paper.paper;
    if today >= paper.due_date {
        return Err(Refusal::PastMaturity(paper.due_date).into());
    }
    if asked.fragment(tx)?.state != FragmentState::Held {
        return Err(Refusal::FragmentNotFree.into());
    }
    let earliest = earliest_pay_date(tx, asked, today)?;
    if quote.pay_date < earliest {
        return Err(AppError::invalid_field(
            "pay_date",
            "pay_date_past",
            format!("the money can be paid on {earliest} at the earliest"),
        ));
    }
    if let Recourse::Limited(cap) = quote.recourse
        && (cap.is_zero() || cap > quote.range.amount())
    {
        return Err(AppError::invalid_field(
            "recourse_cap",
            "recourse_cap_not_possible",
            "limited recourse has a cap above zero and no higher than the amount",
        ));
    }
    let provider = tx.party_by_id(quote.provider)?;
    if provider.kind != PartyKind::FinanceProvider || provider.state != PartyState::Active {
        return Err(AppError::invalid(
            "party_not_active",
            "your organisation may do nothing new at present",
        ));
    }
    if provider.account_number.is_empty() {
        return Err(AppError::invalid(
            "no_bound_account",
            "no account is bound to your organisation yet, from which it could pay",
        ));
    }
    Ok(())
}

/// A bid that ends before bids are opened could never be shown.
fn check_outlives_bidding(
    tx: &mut ReadTx<'_>,
    asked: &RequestedFragment,
    expires_at: DateTime<Utc>,
) -> Result<(), AppError> {
    match inquired::of_request(tx, &asked.request)?.bids_until {
        Some(until) if expires_at <= until => Err(AppError::invalid_field(
            "expires_at",
            "expiry_not_possible",
            format!("a sealed bid stands beyond the moment at which bids close, {until}"),
        )),
        _ => Ok(()),
    }
}

/// Nothing can be signed, and so nothing paid, while bids are sealed: a bid that promised the money
/// for an earlier day could never be shown.
fn earliest_pay_date(
    tx: &mut ReadTx<'_>,
    asked: &RequestedFragment,
    today: NaiveDate,
) -> Result<NaiveDate, AppError> {
    let closed = inquired::of_request(tx, &asked.request)?
        .bids_until
        .map(|until| business_time::local(until).date());
    Ok(closed.map_or(today, |closed| closed.max(today)))
}

pub(crate) fn check_signature(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    signature: &PartySignature,
    body: &[u8],
) -> Result<(), AppError> {
    let key = tx
        .signing_keys_by_ids(&[signature.key])?
        .pop()
        .ok_or(Refusal::UnknownKey)?;
    if key.revoked_at.is_some() {
        return Err(Refusal::RevokedKey.into());
    }
    if key.party_id != who.party {
        return Err(Refusal::WrongSigner(Seat::FinanceProvider).into());
    }
    if !is_signed(&key.public_key, signature, body) {
        return Err(Refusal::BadSignature.into());
    }
    Ok(())
}

fn row(
    moment: DateTime<Utc>,
    request: RequestId,
    quote: &Quote,
    body: &[u8],
    signature: &PartySignature,
) -> Result<ledger_store::quotes::Quote, AppError> {
    Ok(ledger_store::quotes::Quote {
        id: quote.id,
        request,
        provider: quote.provider,
        terms: priced_quote::shown(quote),
        body: body.to_vec(),
        key_id: signature.key,
        signature: signature.bytes,
        proceeds: quote.proceeds,
        charge: quote.charge,
        state: QuoteState::Offered,
        expires_at: expiry(quote)?,
        created_at: moment,
        card: None,
        card_row: None,
        offer: None,
    })
}

fn received(who: &Principal, asked: &RequestedFragment, quote: &Quote) -> Result<Notice, AppError> {
    let face = quote.range.amount();
    let cost = face.checked_sub(quote.proceeds).unwrap_or(face);
    Ok(Notice::QuoteReceived {
        request: asked.request.id.to_string(),
        provider: who.party_name.clone(),
        fragment: asked.named(),
        amount: asked.money(face),
        proceeds: asked.money(quote.proceeds),
        charge: asked.money(cost),
        annual_cost: format!("{} %", quote.annual_cost),
        valid_until: business_time::local(expiry(quote)?),
        recourse: Some(wording::recourse(quote.recourse, quote.currency)),
    })
}
