//! The holder signs one of the quotes (签约): the fragment is locked for its provider, the other
//! quotes are over, and the pay-out is written down, to be sent when the provider says so.
//!
//! Executed equals signed: the entry carries the very bytes that the provider signed, and the
//! pay-out is over the proceeds in them, from the provider's account to the holder's own.

use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
use ledger_core::hash::sha256;
use ledger_core::id::InstructionId;
use ledger_core::id::QuoteId;
use ledger_core::id::RateCardId;
use ledger_core::quote::Quote;
use ledger_core::refusal::Refusal;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::standing_offer::StandingOffer;
use ledger_store::finance::RequestState;
use ledger_store::live::FragmentNo;
use ledger_store::parties::Party;
use ledger_store::payments::HELD;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::posting::Posting;
use ledger_store::quotes::Discount;
use ledger_store::quotes::DiscountState;
use ledger_store::quotes::QuoteState;
use ledger_store::unit_of_work::WriteTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::limit_use;
use crate::limit_use::Taken;
use crate::notice::Notice;
use crate::offered_quote::not_on_offer;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::posting_queue::Posted;
use crate::principal::Principal;
use crate::request_finance::check_holder;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::requested_fragment::fragment_no;
use crate::signing::Signing;
use crate::supplier_quotes::read;
use crate::wording;

/// A purchase concluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Public id of the locked part.
    pub fragment: String,
    /// Public id of what stays free, if something does.
    pub rest: Option<String>,
    /// The entry's hash.
    pub entry: String,
    /// Id of the pay-out.
    pub instruction: String,
    /// What bank messages call it.
    pub end_to_end_id: String,
}

/// Everything that was looked up for one signature.
struct Deal {
    asked: RequestedFragment,
    quote: Quote,
    provider: Party,
    provider_signature: PartySignature,
    /// What the quote follows from, if it follows from standing rates.
    standing: Option<(RateCardId, StandingOffer)>,
    held: HeldFragment,
}

/// The id of the pay-out of a quote: always the same.
#[must_use]
pub fn instruction_of(quote: QuoteId) -> InstructionId {
    let digest = sha256(&[b"tallystick/v1/discount-payout\0", quote.bytes()]);
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(digest) {
        *to = from;
    }
    InstructionId::from_bytes(id)
}

/// What bank messages call the pay-out of a quote: 34 characters, of those that ISO 20022 allows.
#[must_use]
pub fn end_to_end_of(quote: QuoteId) -> String {
    format!("DP{quote}")
}

/// Signs.
///
/// # Errors
/// [`AppError::NotFound`] if the request is not the caller's party's; [`AppError::Invalid`]
/// `quote_not_on_offer`, `no_bound_account`, `card_used_up`, `limit_exhausted`; the ledger's refusals
/// (`quote_expired`, `fragment_spent`, `fragment_not_free`, `quote_does_not_fit`, `past_maturity`, signatures).
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    quote: QuoteId,
    key: Option<IdempotencyKey>,
) -> Result<Signed, AppError> {
    who.may(Action::SignQuote)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let deal = look_up(app, who, quote)?;
    let today = app.business_date()?;
    let taken = [deal.taken()];
    refuse_without_room(app, &taken, today)?;
    let posting = Posting {
        sealed: seal(app, signing, &deal, today)?,
        spent: Some(deal.held.fragment.no),
    };
    let ids = app.public_ids.clone();
    let answer_of = move |posted: &Posted| Signed {
        fragment: ids.show(FragmentNo::of(posted.no, Side::Left)),
        rest: posted
            .applied
            .right
            .map(|_| ids.show(FragmentNo::of(posted.no, Side::Right))),
        entry: posted.sealed.hash().to_string(),
        instruction: instruction_of(quote).to_string(),
        end_to_end_id: end_to_end_of(quote),
    };
    let answer_in = answer_of.clone();
    let now = app.clock.now();
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        conclude(also, &deal, posted, date)?;
        limit_use::reserve(also, &[deal.taken()], date)?;
        let told = told(also, &deal)?;
        also.tell_all(told);
        if let Some(key) = &key {
            also.keep(key.receipt(now, &answer_in(posted))?);
        }
        Ok(())
    });
    match app.posting.post_one(posting, Some(effects)) {
        // Another signature took the room a moment ago: the provider is told all the same.
        Err(AppError::Invalid {
            code: "limit_exhausted",
            ..
        }) => {
            refuse_without_room(app, &taken, today)?;
            Err(limit_use::exhausted())
        }
        other => Ok(answer_of(&other?)),
    }
}

/// Refuses what a limit of the provider's has no room for, before anybody signs, and tells the
/// provider. What binds is the reservation in the unit of work of the entry.
fn refuse_without_room(app: &App, taken: &[Taken], today: NaiveDate) -> Result<(), AppError> {
    let Some(provider) = taken.first().map(|one| one.quote.provider) else {
        return Ok(());
    };
    let short = app
        .store
        .read(|tx| limit_use::short(tx, provider, taken, today))?;
    if short.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    app.store
        .write(|tx| limit_use::tell_short(tx, now, taken, &short))?;
    Err(limit_use::exhausted())
}

impl Deal {
    /// What it takes of its provider's limits.
    fn taken(&self) -> Taken {
        Taken {
            quote: self.quote.clone(),
            request: self.asked.request.id,
            obligor: self.held.obligor.id,
            fragment: self.asked.named(),
        }
    }
}

fn look_up(app: &App, who: &Principal, quote: QuoteId) -> Result<Deal, AppError> {
    app.store.read(|tx| {
        let row = tx
            .quotes_by_ids(&[quote])?
            .pop()
            .ok_or(AppError::NotFound)?;
        let asked = requested_fragment::load_one(tx, row.request)?;
        if asked.request.holder != who.party {
            return Err(AppError::NotFound);
        }
        check_holder(&asked.holder)?;
        match row.state {
            QuoteState::Offered => {}
            QuoteState::Lapsed => return Err(Refusal::QuoteExpired.into()),
            QuoteState::Withdrawn | QuoteState::Accepted | QuoteState::Lost => {
                return Err(not_on_offer());
            }
        }
        let held = HeldFragment::load_no(tx, fragment_no(&asked.request))?;
        // A holder may have moved the fragment on to somebody else: say what the law says.
        if held.fragment.spent {
            return Err(Refusal::FragmentSpent.into());
        }
        Ok(Deal {
            quote: read(&row)?,
            standing: standing(&row)?,
            provider: tx.party_by_id(row.provider)?,
            provider_signature: PartySignature {
                seat: Seat::FinanceProvider,
                key: row.key_id,
                bytes: row.signature,
            },
            held,
            asked,
        })
    })
}

fn standing(
    row: &ledger_store::quotes::Quote,
) -> Result<Option<(RateCardId, StandingOffer)>, AppError> {
    let (Some(card), Some(bytes)) = (row.card, &row.offer) else {
        return Ok(None);
    };
    let offer = StandingOffer::from_bytes(bytes)
        .map_err(|error| AppError::Internal(format!("the card of quote {}: {error}", row.id)))?;
    Ok(Some((card, offer)))
}

fn seal(
    app: &App,
    signing: &Signing<'_>,
    deal: &Deal,
    today: NaiveDate,
) -> Result<SealedEntry, AppError> {
    let quote = deal
        .quote
        .to_bytes()
        .map_err(|e| AppError::Internal(format!("quote {}: {e}", deal.quote.id)))?;
    let act = match &deal.standing {
        None => Act::AgreeDiscount { quote },
        Some((_, offer)) => Act::AgreeDiscountByCard {
            quote,
            offer: offer.clone(),
        },
    };
    let entry = deal.held.entry(app, today, deal.quote.range.amount(), act);
    let holder = signing.sign(Seat::Holder, &entry.to_bytes());
    let signatures = vec![deal.provider_signature.clone(), holder];
    Ok(SealedEntry::new(entry, signatures))
}

/// Moves request and quotes, and writes purchase and pay-out down. Runs in the entry's unit of work.
fn conclude(
    tx: &mut WriteTx<'_>,
    deal: &Deal,
    posted: &Posted,
    date: NaiveDate,
) -> Result<(), AppError> {
    let request = tx.finance_request_lock(deal.asked.request.id)?;
    let moved = tx.quote_move(deal.quote.id, QuoteState::Offered, QuoteState::Accepted)?;
    if request.state != RequestState::Open || !moved {
        return Err(not_on_offer());
    }
    tx.finance_request_state_set(request.id, RequestState::Signed)?;
    if let Some((card, _)) = &deal.standing {
        check_card_left(tx, *card, deal.quote.range.amount())?;
    }
    // Accounts as they stand in this unit of work: the holder's own bound account, no other.
    let holder = tx.party_by_id(deal.quote.holder)?;
    check_holder(&holder)?;
    let provider = tx.party_by_id(deal.quote.provider)?;
    let instruction = payout(&deal.quote, holder, provider, date);
    let id = instruction.id;
    tx.instructions_insert(&[instruction])?;
    tx.discount_insert(&Discount {
        quote: deal.quote.id,
        lock_entry: posted.no,
        instruction: id,
        state: DiscountState::Signed,
        evidence: None,
    })?;
    Ok(())
}

/// Purchases under one card take turns: together they never exceed what it offers in all.
fn check_card_left(tx: &mut WriteTx<'_>, card: RateCardId, amount: Amount) -> Result<(), AppError> {
    let most = tx.rate_card_lock(card)?.most_in_all;
    let used = Amount::from_minor(tx.rate_card_used(card)?)?;
    let fits = used.checked_add(amount).is_some_and(|sum| sum <= most);
    if most.is_zero() || fits {
        Ok(())
    } else {
        Err(AppError::invalid(
            "card_used_up",
            "the bank's standing offer is used up; choose another offer",
        ))
    }
}

fn payout(quote: &Quote, holder: Party, provider: Party, date: NaiveDate) -> Instruction {
    Instruction {
        id: instruction_of(quote.id),
        kind: InstructionKind::DiscountPayout,
        paper_id: quote.paper,
        run: None,
        discount: Some(quote.id),
        debtor: provider.id,
        debtor_name: provider.account_name,
        debtor_account: provider.account_number,
        debtor_bank_code: provider.account_bank_code,
        creditor: holder.id,
        creditor_name: holder.account_name,
        creditor_account: holder.account_number,
        creditor_bank_code: holder.account_bank_code,
        amount: quote.proceeds,
        currency: quote.currency,
        end_to_end_id: end_to_end_of(quote.id),
        message_id: None,
        state: InstructionState::Created,
        reason: String::new(),
        evidence: None,
        business_date: date,
        attempts: 0,
        next_attempt_at: HELD,
    }
}

/// Ends the other quotes and says who is told.
fn told(
    tx: &mut WriteTx<'_>,
    deal: &Deal,
) -> Result<Vec<(ledger_core::id::PartyId, Notice)>, AppError> {
    let lost = tx.quotes_on_offer_close(deal.asked.request.id, QuoteState::Lost)?;
    let on = std::slice::from_ref(&deal.asked);
    let mut told = requested_fragment::lapse_letters(tx, on, &lost, false)?;
    told.push((
        deal.provider.id,
        Notice::QuoteAccepted {
            request: deal.asked.request.id.to_string(),
            supplier: deal.asked.holder.name.clone(),
            fragment: deal.asked.named(),
            amount: deal.asked.money(deal.quote.range.amount()),
            proceeds: deal.asked.money(deal.quote.proceeds),
            pay_by: Some(deal.quote.pay_date),
            recourse: Some(wording::recourse(deal.quote.recourse, deal.quote.currency)),
        },
    ));
    Ok(told)
}
