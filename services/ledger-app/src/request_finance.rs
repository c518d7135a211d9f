//! Asks finance providers for money on held fragments or their front parts (询价, 融资申请): once,
//! for all of them, openly or for sealed bids.

use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::Duration;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::fragment::Side;
use ledger_core::id::InquiryId;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::party::PartyKind;
use ledger_store::finance::FinanceRequest;
use ledger_store::finance::RequestState;
use ledger_store::inquiries::Inquiry;
use ledger_store::inquiries::InquiryMode;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::asked_part;
use crate::asked_part::Part;
use crate::business_time;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::notice::Notice;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::standing_offers;
use crate::standing_offers::Asked;
use crate::webhook_event;
use crate::webhook_event::Happening;
use crate::webhook_event::WebhookTopic;

/// Most fragments one inquiry may ask on.
pub const MOST_FRAGMENTS: usize = 50;

/// Most finance providers that may be chosen by name.
pub const MOST_PROVIDERS: usize = 20;

/// Longest time a request may wait for quotes, in days.
pub const LONGEST_DAYS: i64 = 90;

/// Shortest time in which sealed bids can be shown, compared and signed, in minutes.
pub const SHORTEST_REVEAL_MINUTES: i64 = 15;

/// A fragment, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPart {
    /// Public id of the fragment.
    pub fragment: String,
    /// Its front part, or all.
    pub amount: Amount,
}

/// Which finance providers may see an inquiry; nobody else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Providers {
    /// All that take part now and could pay.
    All,
    /// These.
    Chosen(Vec<PartyId>),
}

/// How finance providers answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bidding {
    /// Each quote is there for the holder as soon as it comes.
    Open,
    /// Digests until this moment, quotes from then on.
    Sealed(DateTime<Utc>),
}

/// What to ask, of whom, until when.
#[derive(Debug, Clone)]
pub struct RequestFinance {
    /// On what: each fragment once, all in one currency.
    pub parts: Vec<AskedPart>,
    /// Whom.
    pub providers: Providers,
    /// Openly or sealed.
    pub bidding: Bidding,
    /// Until when a quote may be given and signed.
    pub expires_at: DateTime<Utc>,
}

/// An inquiry on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// Its id.
    pub inquiry: String,
    /// Its requests, one a fragment, in the order asked.
    pub requests: Vec<String>,
}

/// Asks.
///
/// # Errors
/// [`AppError::NotFound`] if one is not the caller's fragment; the refusals that signing a quote on
/// it would meet; [`AppError::Invalid`] `no_fragment`, `too_many_fragments`,
/// `fragment_asked_twice`, `currencies_differ`, `fragment_already_requested`, `no_provider`,
/// `too_many_providers`, `provider_not_active`, `expiry_not_possible`, `bids_until_not_possible`,
/// `no_bound_account`.
pub fn run(
    app: &App,
    who: &Principal,
    command: &RequestFinance,
    key: Option<IdempotencyKey>,
) -> Result<Requested, AppError> {
    who.may(Action::RequestFinance)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let (now, moment) = (app.clock.now(), app.moment()?);
    let parts = asked_part::look_up(app, who, &command.parts)?;
    check_expiry(moment, command.expires_at)?;
    check_bidding(moment, command)?;
    let inquiry = inquiry(who, command, &parts, moment)?;
    let requests = parts
        .iter()
        .map(|part| request(part, &inquiry))
        .collect::<Result<Vec<_>, AppError>>()?;
    let answer = Requested {
        inquiry: inquiry.id.to_string(),
        requests: requests.iter().map(|one| one.id.to_string()).collect(),
    };
    let notice = told(who, command, &parts, &answer)?;
    app.store.write(|tx| {
        check_holder(&tx.party_by_id(who.party)?)?;
        let providers = invited(tx, who, &command.providers)?;
        tx.inquiry_insert(&inquiry)?;
        tx.finance_requests_insert(&requests, &providers)
            .map_err(|error| {
                if error.is_duplicate_of("finance_request_fragment_unique") {
                    AppError::invalid_field(
                        "fragment",
                        "fragment_already_requested",
                        "there is a live request on this fragment; withdraw it first",
                    )
                } else {
                    error.into()
                }
            })?;
        // Standing rates are no secret, but a quote in the open would be a bid before its time.
        if command.bidding == Bidding::Open {
            let on: Vec<(RequestId, Asked<'_>)> = parts
                .iter()
                .zip(&requests)
                .map(|(part, request)| (request.id, part.wanted(command.expires_at)))
                .collect();
            standing_offers::put_on_offer(tx, app, &on, &providers, moment)?;
        }
        let told: Vec<(PartyId, Notice)> =
            providers.iter().map(|id| (*id, notice.clone())).collect();
        letters::tell_parties(tx, now, &told)?;
        webhook_event::tell(tx, now, &asked(&requests, &providers))?;
        match &key {
            Some(key) => key.keep(tx, now, &answer),
            None => Ok(()),
        }
    })?;
    Ok(answer)
}

fn inquiry(
    who: &Principal,
    command: &RequestFinance,
    parts: &[Part],
    now: DateTime<Utc>,
) -> Result<Inquiry, AppError> {
    let first = parts.first().ok_or(AppError::NotFound)?;
    let (mode, bids_until) = match command.bidding {
        Bidding::Open => (InquiryMode::Open, None),
        Bidding::Sealed(until) => (InquiryMode::Sealed, Some(until)),
    };
    Ok(Inquiry {
        id: InquiryId::from_bytes(random::bytes()?),
        holder: who.party,
        currency: first.held.paper.paper.currency,
        mode,
        bids_until,
        expires_at: command.expires_at,
        reveal_called: false,
        created_at: now,
    })
}

fn request(part: &Part, inquiry: &Inquiry) -> Result<FinanceRequest, AppError> {
    let fragment = &part.held.fragment;
    Ok(FinanceRequest {
        id: RequestId::from_bytes(random::bytes()?),
        holder: inquiry.holder,
        paper_id: part.held.paper.paper.id,
        parent: fragment.no.entry(),
        side: i16::from(fragment.no.side() == Side::Right),
        lo: part.asked.lo(),
        hi: part.asked.hi(),
        amount: part.asked.amount(),
        currency: inquiry.currency,
        state: RequestState::Open,
        created_at: inquiry.created_at,
        expires_at: inquiry.expires_at,
        inquiry: Some(inquiry.id),
    })
}

/// One message a request: each has its own address.
fn asked(requests: &[FinanceRequest], providers: &[PartyId]) -> Vec<(PartyId, Happening)> {
    let of = |request: &FinanceRequest| {
        Happening::on_request(WebhookTopic::RequestCreated, request.id, request.inquiry)
    };
    let pairs = providers
        .iter()
        .flat_map(|provider| requests.iter().map(move |one| (*provider, of(one))));
    pairs.collect()
}

/// One letter a provider, however many fragments.
fn told(
    who: &Principal,
    command: &RequestFinance,
    parts: &[Part],
    answer: &Requested,
) -> Result<Notice, AppError> {
    let (Some(first), Some(request)) = (parts.first(), answer.requests.first()) else {
        return Err(AppError::NotFound);
    };
    let total = parts
        .iter()
        .try_fold(Amount::ZERO, |sum, part| {
            sum.checked_add(part.asked.amount())
        })
        .ok_or_else(|| AppError::invalid("amount_too_large", "the fragments add up to too much"))?;
    Ok(Notice::FinanceRequested {
        request: request.clone(),
        supplier: who.party_name.clone(),
        fragment: first.held.named(first.asked.amount()),
        amount: first.held.money(total),
        maturity: first.held.paper.paper.maturity,
        quotes_until: Some(business_time::local(command.expires_at).date()),
        others: u32::try_from(parts.len().saturating_sub(1)).unwrap_or(u32::MAX),
        bids_until: match command.bidding {
            Bidding::Open => None,
            Bidding::Sealed(until) => Some(business_time::local(until)),
        },
    })
}

pub(crate) fn check_expiry(now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Result<(), AppError> {
    let latest = now
        .checked_add_signed(Duration::days(LONGEST_DAYS))
        .unwrap_or(now);
    if expires_at > now && expires_at <= latest && business_time::is_sane(expires_at) {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "expires_at",
            "expiry_not_possible",
            format!("choose a moment from now on, within {LONGEST_DAYS} days"),
        ))
    }
}

/// Bids need time to be shown after they are closed.
fn check_bidding(now: DateTime<Utc>, command: &RequestFinance) -> Result<(), AppError> {
    let Bidding::Sealed(until) = command.bidding else {
        return Ok(());
    };
    let latest = command
        .expires_at
        .checked_sub_signed(Duration::minutes(SHORTEST_REVEAL_MINUTES))
        .unwrap_or(now);
    if until > now && until <= latest {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "bids_until",
            "bids_until_not_possible",
            format!(
                "choose a moment from now on, at least {SHORTEST_REVEAL_MINUTES} minutes before the end"
            ),
        ))
    }
}

/// The proceeds can only go to the holder's own bound account, so there must be one.
pub(crate) fn check_holder(holder: &Party) -> Result<(), AppError> {
    if holder.state != PartyState::Active {
        return Err(AppError::invalid(
            "party_not_active",
            "your organisation may do nothing new at present",
        ));
    }
    if holder.account_number.is_empty() {
        return Err(AppError::invalid(
            "no_bound_account",
            "no settlement account is bound to your organisation yet; proceeds go nowhere else",
        ));
    }
    Ok(())
}

/// Who is asked: never the holder itself.
fn invited(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    providers: &Providers,
) -> Result<Vec<PartyId>, AppError> {
    let wrong = |code, message: &str| AppError::invalid_field("providers", code, message);
    let takes_part = |party: &Party| {
        party.kind == PartyKind::FinanceProvider
            && party.state == PartyState::Active
            && party.id != who.party
    };
    let chosen = match providers {
        Providers::All => {
            let all = tx.parties_of_kind(PartyKind::FinanceProvider)?;
            let able = all
                .iter()
                .filter(|party| takes_part(party) && !party.account_number.is_empty());
            able.map(|party| party.id).collect()
        }
        Providers::Chosen(chosen) => chosen.iter().copied().collect::<BTreeSet<PartyId>>(),
    };
    if chosen.is_empty() {
        return Err(wrong("no_provider", "choose at least one finance provider"));
    }
    if matches!(providers, Providers::Chosen(_)) && chosen.len() > MOST_PROVIDERS {
        return Err(wrong(
            "too_many_providers",
            "choose at most twenty finance providers, or ask all of them",
        ));
    }
    let chosen: Vec<PartyId> = chosen.into_iter().collect();
    let found = tx.parties_by_ids(&chosen)?;
    if found.len() == chosen.len() && found.iter().all(takes_part) {
        Ok(chosen)
    } else {
        Err(wrong(
            "provider_not_active",
            "one of them is no finance provider that takes part at present",
        ))
    }
}

/// The request is not open any more.
pub(crate) fn not_open() -> AppError {
    AppError::invalid(
        "request_not_open",
        "this request is closed: signed, withdrawn, declined or past its time",
    )
}
