//! Asks finance providers for money on a held fragment or its front part (融资申请), and takes the
//! question back.

use chrono::DateTime;
use chrono::Duration;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::paper::PaperState;
use ledger_core::party::PartyKind;
use ledger_core::range::Range;
use ledger_core::refusal::Refusal;
use ledger_store::finance::FinanceRequest;
use ledger_store::finance::RequestState;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::quotes::QuoteState;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::business_time;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::notice::Notice;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::requested_fragment;
use crate::standing_offers;
use crate::standing_offers::Asked;

/// Most finance providers one request may invite.
pub const MOST_PROVIDERS: usize = 20;

/// Longest time a request may wait for quotes, in days.
pub const LONGEST_DAYS: i64 = 90;

/// What to ask, of whom, until when.
#[derive(Debug, Clone)]
pub struct RequestFinance {
    /// Public id of the fragment.
    pub fragment: String,
    /// How much of it: its front part, or all.
    pub amount: Amount,
    /// The finance providers that may see the request; nobody else does.
    pub providers: Vec<PartyId>,
    /// Until when a quote may be given and signed.
    pub expires_at: DateTime<Utc>,
}

/// A request on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// Its id.
    pub request: String,
}

/// What a job has ended because its time was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// Requests past their moment.
    pub requests: usize,
    /// Requests whose fragment the holder has used otherwise.
    pub overtaken: usize,
    /// Quotes that ended with them or by their own moment.
    pub quotes: usize,
}

/// Asks.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's fragment; the refusals that signing a quote on
/// it would meet; [`AppError::Invalid`] `fragment_already_requested`, `no_provider`,
/// `too_many_providers`, `provider_not_active`, `expiry_not_possible`, `no_bound_account`.
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
    let now = app.clock.now();
    let held = HeldFragment::load(app, &command.fragment)?;
    if held.fragment.holder != who.party {
        return Err(AppError::NotFound);
    }
    held.check_concerned(who.party)?;
    let asked = check_free(&held, app.business_date()?, command.amount)?;
    check_expiry(now, command.expires_at)?;
    let mut providers = command.providers.clone();
    providers.sort_unstable();
    providers.dedup();
    let request = FinanceRequest {
        id: RequestId::from_bytes(random::bytes()?),
        holder: who.party,
        paper_id: held.paper.paper.id,
        parent: held.fragment.no.entry(),
        side: i16::from(held.fragment.no.side() == Side::Right),
        lo: asked.lo(),
        hi: asked.hi(),
        amount: command.amount,
        currency: held.paper.paper.currency,
        state: RequestState::Open,
        created_at: now,
        expires_at: command.expires_at,
    };
    let answer = Requested {
        request: request.id.to_string(),
    };
    let notice = Notice::FinanceRequested {
        request: answer.request.clone(),
        supplier: who.party_name.clone(),
        fragment: held.named(command.amount),
        amount: held.money(command.amount),
        maturity: held.paper.paper.maturity,
        quotes_until: Some(business_time::local(command.expires_at).date()),
    };
    app.store.write(|tx| {
        check_holder(&tx.party_by_id(who.party)?)?;
        check_providers(tx, &providers)?;
        tx.finance_request_insert(&request, &providers)
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
        let on = Asked::of(&held, asked, command.expires_at);
        standing_offers::put_on_offer(tx, app, &[(request.id, on)], &providers, now)?;
        let told: Vec<(PartyId, Notice)> =
            providers.iter().map(|id| (*id, notice.clone())).collect();
        letters::tell_parties(tx, now, &told)?;
        match &key {
            Some(key) => key.keep(tx, now, &answer),
            None => Ok(()),
        }
    })?;
    Ok(answer)
}

/// What the law will ask when a quote is signed, asked before anybody prices anything.
pub(crate) fn check_free(
    held: &HeldFragment,
    today: NaiveDate,
    amount: Amount,
) -> Result<Range, Refusal> {
    let paper = &held.paper.paper;
    if paper.state != PaperState::Active {
        return Err(Refusal::PaperNotActive);
    }
    if held.fragment.state != FragmentState::Held {
        return Err(Refusal::FragmentNotFree);
    }
    if today >= paper.due_date {
        return Err(Refusal::PastMaturity(paper.due_date));
    }
    if amount.is_zero() {
        return Err(Refusal::ZeroAmount);
    }
    let range = held.fragment.range;
    let (front, rest) = range.cut(amount).ok_or(Refusal::MoreThanHeld {
        held: range.amount(),
        asked: amount.minor(),
    })?;
    let minimum = paper.terms.minimum_fragment;
    if let Some(rest) = rest
        && front.amount().min(rest.amount()) < minimum
    {
        return Err(Refusal::BelowMinimumFragment(minimum));
    }
    Ok(front)
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

fn check_providers(tx: &mut ReadTx<'_>, providers: &[PartyId]) -> Result<(), AppError> {
    let wrong = |code, message: &str| AppError::invalid_field("providers", code, message);
    if providers.is_empty() {
        return Err(wrong("no_provider", "choose at least one finance provider"));
    }
    if providers.len() > MOST_PROVIDERS {
        return Err(wrong(
            "too_many_providers",
            "choose at most twenty finance providers",
        ));
    }
    let found = tx.parties_by_ids(providers)?;
    let all = found.len() == providers.len()
        && found
            .iter()
            .all(|p| p.kind == PartyKind::FinanceProvider && p.state == PartyState::Active);
    if all {
        Ok(())
    } else {
        Err(wrong(
            "provider_not_active",
            "one of them is no finance provider that takes part at present",
        ))
    }
}

/// Takes a request back; quotes on it end. A second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `request_not_open` if a
/// quote was signed or its time is over.
pub fn withdraw(app: &App, who: &Principal, request: RequestId) -> Result<(), AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let known = tx.finance_request_lock(request)?;
        if known.holder != who.party {
            return Err(AppError::NotFound);
        }
        match known.state {
            RequestState::Withdrawn => return Ok(()),
            RequestState::Open => {}
            _ => return Err(not_open()),
        }
        tx.finance_request_state_set(request, RequestState::Withdrawn)?;
        let ended = tx.quotes_on_offer_close(request, QuoteState::Lapsed)?;
        let on = requested_fragment::load(tx, vec![known])?;
        let told = requested_fragment::lapse_letters(tx, &on, &ended, false)?;
        letters::tell_parties(tx, now, &told)
    })
}

/// The request is not open any more.
pub(crate) fn not_open() -> AppError {
    AppError::invalid(
        "request_not_open",
        "this request is closed: signed, withdrawn, declined or past its time",
    )
}

/// Ends what is over at `now`: requests past their moment, requests whose fragment went another
/// way, quotes past theirs. Due-ness is in the database; a second run finds nothing.
///
/// # Errors
/// The store's.
pub fn expire_due(app: &App, now: DateTime<Utc>) -> Result<Expired, AppError> {
    app.store.write(|tx| {
        let expired = tx.finance_requests_expire(now)?;
        let overtaken = tx.finance_requests_close_spent()?;
        let mut ended = Vec::new();
        for request in expired.iter().chain(&overtaken) {
            ended.extend(tx.quotes_on_offer_close(request.id, QuoteState::Lapsed)?);
        }
        ended.extend(tx.quotes_lapse(now)?);
        let mut ids: Vec<RequestId> = ended.iter().map(|q| q.request).collect();
        ids.sort_unstable();
        ids.dedup();
        let requests = tx.finance_requests_by_ids(&ids)?;
        let on = requested_fragment::load(tx, requests)?;
        let told = requested_fragment::lapse_letters(tx, &on, &ended, true)?;
        letters::tell_parties(tx, now, &told)?;
        Ok(Expired {
            requests: expired.len(),
            overtaken: overtaken.len(),
            quotes: ended.len(),
        })
    })
}
