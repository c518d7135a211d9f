//! What signed quotes take of their providers' limits: reserved at the signature, used when the
//! fragment moves, given back when the purchase fails, the paper is paid or the fragment is sold on.
//!
//! Every use is on record whether a limit is set or not; where none is set, the platform checks
//! nothing. Whoever concludes, completes or undoes a purchase calls the function for it here, in the
//! unit of work of its entry. The database keeps each limit's figures equal to these records and
//! refuses what doesn't fit, so that no race takes more than there is.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_core::range::Range;
use ledger_store::error::StoreError;
use ledger_store::limit_uses::Exposure;
use ledger_store::limit_uses::LimitUse;
use ledger_store::limit_uses::LimitUseState;
use ledger_store::limit_uses::ReleaseWord;
use ledger_store::limit_uses::SoldBy;
use ledger_store::limits::ExposureLimit;
use ledger_store::limits::LimitShortage;
use ledger_store::limits::NOT_OVERDRAWN;
use ledger_store::redemptions::Redemption;
use ledger_store::retransfers::Retransfer;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::error::AppError;
use crate::letters;
use crate::limit_subject;
use crate::limit_subject::LimitSubject;
use crate::notice::FragmentNamed;
use crate::notice::Notice;
use crate::notice_limits::LimitExhausted;
use crate::webhook_event;
use crate::webhook_event::Happening;
use crate::webhook_event::WebhookTopic;
use crate::wording;

/// A signed quote, as far as limits go.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The quote.
    pub quote: Quote,
    /// The request that it answers.
    pub request: RequestId,
    /// Who owes on its paper.
    pub obligor: PartyId,
    /// The fragment, as a letter names it.
    pub fragment: FragmentNamed,
}

/// A limit without room for a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The limit.
    pub limit: ExposureLimit,
    /// What would be taken of it, minor units.
    pub asked: i64,
    /// What is free of it on that day, minor units.
    pub room: i64,
}

/// What a provider has of one obligor in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// In what.
    pub currency: Currency,
    /// The provider's limit on the obligor, minor units; none: the platform checks none.
    pub limit: Option<i64>,
    /// Held, minor units.
    pub used: i64,
    /// Signed for, not yet moved, minor units.
    pub reserved: i64,
    /// What may still be taken today under every limit that concerns it (the obligor's and its
    /// group's), minor units; none where no limit is set.
    pub free: Option<i64>,
}

/// What a holder is told: that this provider can't, not why, and no figure of it.
pub(crate) fn exhausted() -> AppError {
    AppError::invalid(
        "limit_exhausted",
        "this finance provider can't take it now; choose another offer",
    )
}

/// Takes room for signed quotes, all or none. In the unit of work of their entries.
///
/// # Errors
/// [`AppError::Invalid`] `limit_exhausted`.
pub fn reserve(tx: &mut WriteTx<'_>, taken: &[Taken], today: NaiveDate) -> Result<(), AppError> {
    let uses: Vec<LimitUse> = taken.iter().map(|one| one.reserved(today)).collect();
    match tx.limit_uses_reserve(&uses) {
        Err(StoreError::Violated(name)) if name == NOT_OVERDRAWN => Err(exhausted()),
        other => Ok(other?),
    }
}

/// The fragment of a quote is its provider's now, and no more its seller's.
///
/// # Errors
/// The store's.
pub fn use_up(tx: &mut WriteTx<'_>, quote: &Quote, today: NaiveDate) -> Result<(), AppError> {
    let by = SoldBy::Quote(quote.id);
    tx.limit_uses_sell(quote.holder, quote.paper, quote.range, by, today)?;
    Ok(tx.limit_uses_use_up(quote.id, today)?)
}

/// The purchase failed before anything moved: rejected, returned, or never let go.
///
/// # Errors
/// The store's.
pub fn give_back(tx: &mut WriteTx<'_>, quote: &Quote, today: NaiveDate) -> Result<(), AppError> {
    Ok(tx.limit_uses_release(&[quote.id], today, ReleaseWord::NotPaid)?)
}

/// The purchase is undone after the fragment had moved: what a seller with limits of its own had of
/// it is its again.
///
/// # Errors
/// The store's.
pub fn reverse(tx: &mut WriteTx<'_>, quote: &Quote, today: NaiveDate) -> Result<(), AppError> {
    tx.limit_uses_release(&[quote.id], today, ReleaseWord::Reversed)?;
    Ok(tx.limit_uses_return(quote.id, quote.range)?)
}

/// A fragment is another provider's now: it takes room of that provider's limits, and whoever
/// passed it on has its own again. In the unit of work of the acceptance.
///
/// # Errors
/// [`AppError::Invalid`] `own_limit_exhausted`.
pub fn pass_on(
    tx: &mut WriteTx<'_>,
    passed: &Retransfer,
    obligor: PartyId,
    today: NaiveDate,
) -> Result<(), AppError> {
    let range = Range::new(passed.lo, passed.hi)
        .map_err(|_empty| AppError::Internal("a re-transfer without a range".to_owned()))?;
    let by = SoldBy::Retransfer(passed.id);
    tx.limit_uses_sell(passed.seller, passed.paper, range, by, today)?;
    let taken = LimitUse {
        quote: None,
        owner: passed.buyer,
        obligor,
        supplier: passed.seller,
        paper: passed.paper,
        lo: passed.lo,
        hi: passed.hi,
        amount: range.amount(),
        currency: passed.currency,
        state: LimitUseState::Reserved,
        reserved_on: today,
        used_on: None,
        released_on: None,
        released_why: None,
        sold_by: None,
        retransfer: Some(passed.id),
        passed_by: None,
    };
    match tx.limit_uses_reserve(&[taken]) {
        Err(StoreError::Violated(name)) if name == NOT_OVERDRAWN => Err(AppError::invalid(
            "own_limit_exhausted",
            "a limit of yours has no room for it; raise the limit, or decline the offer",
        )),
        other => Ok(other?),
    }?;
    Ok(tx.limit_uses_take_over(passed.id, today)?)
}

/// The obligor has paid a fragment early: a provider that held it has that room again.
///
/// # Errors
/// The store's.
pub(crate) fn redeem(
    tx: &mut WriteTx<'_>,
    of: &Redemption,
    range: Range,
    today: NaiveDate,
) -> Result<(), AppError> {
    let by = SoldBy::Redemption(of.lock_entry);
    Ok(tx.limit_uses_sell(of.holder, of.paper, range, by, today)?)
}

/// Papers are paid in full: whoever held of them has that room again.
///
/// # Errors
/// The store's.
pub fn settle(tx: &mut WriteTx<'_>, papers: &[PaperId], today: NaiveDate) -> Result<(), AppError> {
    Ok(tx.limit_uses_settle(papers, today)?)
}

impl Taken {
    fn reserved(&self, today: NaiveDate) -> LimitUse {
        let quote = &self.quote;
        LimitUse {
            quote: Some(quote.id),
            owner: quote.provider,
            obligor: self.obligor,
            supplier: quote.holder,
            paper: quote.paper,
            lo: quote.range.lo(),
            hi: quote.range.hi(),
            amount: quote.range.amount(),
            currency: quote.currency,
            state: LimitUseState::Reserved,
            reserved_on: today,
            used_on: None,
            released_on: None,
            released_why: None,
            sold_by: None,
            retransfer: None,
            passed_by: None,
        }
    }
}

/// The limits of one provider that have no room for these quotes together, to be told before
/// anybody signs, and to say afterwards which it was. What binds is [`reserve`].
///
/// # Errors
/// The store's.
pub fn short(
    tx: &mut ReadTx<'_>,
    provider: PartyId,
    taken: &[Taken],
    today: NaiveDate,
) -> Result<Vec<Short>, AppError> {
    let limits = tx.limits_of(provider)?;
    if limits.is_empty() {
        return Ok(Vec::new());
    }
    let obligors: Vec<PartyId> = taken.iter().map(|one| one.obligor).collect();
    let groups = tx.party_groups_of(&obligors)?;
    let group_of = |obligor: PartyId| {
        let found = groups.iter().find(|member| member.party == obligor);
        found.map(|member| LimitSubject::Group(member.group_id))
    };
    let mut asked: BTreeMap<(LimitSubject, Currency), i64> = BTreeMap::new();
    for one in taken {
        let concerned = [
            Some(LimitSubject::Obligor(one.obligor)),
            group_of(one.obligor),
            Some(LimitSubject::Supplier(one.quote.holder)),
        ];
        for subject in concerned.into_iter().flatten() {
            let sum = asked.entry((subject, one.quote.currency)).or_default();
            *sum = sum.saturating_add(one.quote.range.amount().minor());
        }
    }
    let lacks = |limit: ExposureLimit| {
        let subject = LimitSubject::new(limit.kind, limit.subject);
        let asked = *asked.get(&(subject, limit.currency))?;
        let room = limit.room_on(today);
        (asked > room).then_some(Short { limit, asked, room })
    };
    Ok(limits.into_iter().filter_map(lacks).collect())
}

/// Notes that a provider's limits stopped these quotes, and tells the provider with the figures:
/// once of each quote and limit, however often the holder tries.
///
/// # Errors
/// The store's.
pub fn tell_short(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    taken: &[Taken],
    short: &[Short],
) -> Result<(), AppError> {
    let Some(first) = taken.first() else {
        return Ok(());
    };
    let names = limit_subject::names(
        tx,
        short
            .iter()
            .map(|one| LimitSubject::new(one.limit.kind, one.limit.subject)),
    )?;
    let noted: Vec<LimitShortage> = short
        .iter()
        .map(|one| LimitShortage {
            quote: first.quote.id,
            limit_id: one.limit.id,
            asked: one.asked,
            room: one.room,
            at: now,
        })
        .collect();
    let new = tx.limit_shortages_add(&noted)?;
    let notices: Vec<(PartyId, Notice)> = short
        .iter()
        .filter(|one| new.contains(&one.limit.id))
        .map(|one| {
            let subject = LimitSubject::new(one.limit.kind, one.limit.subject);
            let notice = Notice::LimitExhausted(LimitExhausted {
                request: first.request.to_string(),
                fragment: first.fragment.clone(),
                subject: names.get(&subject).cloned().unwrap_or_default(),
                asked: wording::sum(one.asked, one.limit.currency),
                limit: wording::sum(one.limit.amount, one.limit.currency),
                free: wording::sum(one.room, one.limit.currency),
            });
            (first.quote.provider, notice)
        })
        .collect();
    letters::tell_parties(tx, now, &notices)?;
    if notices.is_empty() {
        return Ok(());
    }
    let (request, quote) = (first.request, first.quote.id);
    let stopped = Happening::on_quote(WebhookTopic::LimitExhausted, request, quote);
    webhook_event::tell(tx, now, &[(first.quote.provider, stopped)])
}

/// What a provider has of an obligor, by currency: limit, used, reserved, free. For its own eyes.
///
/// # Errors
/// The store's.
pub fn positions(
    tx: &mut ReadTx<'_>,
    provider: PartyId,
    obligor: PartyId,
    today: NaiveDate,
) -> Result<Vec<Position>, AppError> {
    let group = tx.party_groups_of(&[obligor])?.pop();
    let concerned = [
        Some(LimitSubject::Obligor(obligor)),
        group.map(|member| LimitSubject::Group(member.group_id)),
    ];
    let mut found: BTreeMap<Currency, Position> = BTreeMap::new();
    for exposure in tx.exposures_of(&[provider])? {
        if exposure.obligor == obligor {
            found.insert(exposure.currency, Position::of(&exposure));
        }
    }
    for limit in tx.limits_of(provider)? {
        let subject = LimitSubject::new(limit.kind, limit.subject);
        if !concerned.contains(&Some(subject)) {
            continue;
        }
        let at = found
            .entry(limit.currency)
            .or_insert_with(|| Position::none(limit.currency));
        if subject == LimitSubject::Obligor(obligor) {
            at.limit = Some(limit.amount);
        }
        let room = limit.room_on(today);
        at.free = Some(at.free.map_or(room, |free| free.min(room)));
    }
    Ok(found.into_values().collect())
}

impl Position {
    const fn of(exposure: &Exposure) -> Position {
        Position {
            currency: exposure.currency,
            limit: None,
            used: exposure.used,
            reserved: exposure.reserved,
            free: None,
        }
    }

    const fn none(currency: Currency) -> Position {
        Position {
            currency,
            limit: None,
            used: 0,
            reserved: 0,
            free: None,
        }
    }
}

/// The id under which a party stands as the subject of a limit.
#[must_use]
pub const fn subject_id(party: PartyId) -> Uuid {
    Uuid::from_bytes(*party.bytes())
}
