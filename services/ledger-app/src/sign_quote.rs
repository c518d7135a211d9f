//! The holder signs a quote, or all quotes of one provider on an inquiry (签约): each fragment is
//! locked for its provider, the other quotes on it are over, and the pay-out is written down, to be
//! sent when the provider says so. An offer of several quotes is signed whole or not at all.
//!
//! Executed equals signed: the entry carries the very bytes that the provider signed, and the
//! pay-out is over the proceeds in them, from the provider's account to the holder's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
use ledger_core::hash::sha256;
use ledger_core::id::InstructionId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RateCardId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
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
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::compared_offer;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::limit_use;
use crate::limit_use::Taken;
use crate::notice::Notice;
use crate::offered_quote::not_on_offer;
use crate::policy::Action;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::posting_queue::Posted;
use crate::principal::Principal;
use crate::public_id::PublicIds;
use crate::request_finance::check_holder;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::signed_offer;
use crate::signed_offer::Deal;
use crate::signing::Signing;
use crate::webhook_event;
use crate::webhook_event::Happening;
use crate::webhook_event::WebhookTopic;
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

/// Signs one quote.
///
/// # Errors
/// [`AppError::NotFound`] if the request is not the caller's party's; [`AppError::Invalid`]
/// `quote_not_on_offer`, `no_bound_account`, `card_used_up`, `limit_exhausted`; the ledger's refusals
/// (`quote_expired`, `fragment_spent`, `fragment_not_free`, `quote_does_not_fit`, `past_maturity`,
/// signatures).
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    quote: QuoteId,
    key: Option<IdempotencyKey>,
) -> Result<Signed, AppError> {
    sign(app, who, signing, &[quote], key, |mut signed| {
        signed.pop().ok_or(AppError::NotFound)
    })
}

/// Signs the quotes of one provider on fragments of one inquiry: all of them or none.
///
/// # Errors
/// As [`run`], of the first that can't be signed; [`AppError::Invalid`] `not_one_offer` if they are
/// of several providers or inquiries, or two are on one fragment.
pub fn offer(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    quotes: &[QuoteId],
    key: Option<IdempotencyKey>,
) -> Result<Vec<Signed>, AppError> {
    sign(app, who, signing, quotes, key, Ok)
}

fn sign<T: Serialize + DeserializeOwned>(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    quotes: &[QuoteId],
    key: Option<IdempotencyKey>,
    answer_of: impl Fn(Vec<Signed>) -> Result<T, AppError> + Clone + Send + Sync + 'static,
) -> Result<T, AppError> {
    who.may(Action::SignQuote)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let deals = signed_offer::look_up(app, who, quotes)?;
    let today = app.business_date()?;
    let taken: Vec<Taken> = deals.iter().map(Deal::taken).collect();
    refuse_without_room(app, &taken, today)?;
    let postings = deals
        .iter()
        .map(|deal| {
            Ok(Posting {
                sealed: seal(app, signing, deal, today)?,
                spent: Some(deal.held.fragment.no),
            })
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    let ids = app.public_ids.clone();
    let quotes: Vec<QuoteId> = deals.iter().map(|deal| deal.quote.id).collect();
    let signed_of = move |posted: &[Posted]| {
        posted
            .iter()
            .zip(&quotes)
            .map(|(posted, quote)| signed(&ids, posted, *quote))
            .collect::<Vec<Signed>>()
    };
    let (signed_in, answer_in, taken_in) = (signed_of.clone(), answer_of.clone(), taken.clone());
    let now = app.clock.now();
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        // One refusal is enough: nobody sells a part of what was signed for as a whole.
        let posted: Result<Vec<Posted>, Refusal> = verdicts.iter().cloned().collect();
        let posted = posted?;
        conclude(also, &deals, &posted, date)?;
        limit_use::reserve(also, &taken_in, date)?;
        let (told, happened) = told(also, &deals)?;
        also.tell_all(told);
        also.announce_all(happened);
        if let Some(key) = &key {
            also.keep(key.receipt(now, &answer_in(signed_in(&posted))?)?);
        }
        Ok(())
    });
    let posted = app.posting.post_all(Bundle {
        postings,
        effects: Some(effects),
    });
    match posted {
        // Another signature took the room a moment ago: the provider is told all the same.
        Err(AppError::Invalid {
            code: "limit_exhausted",
            ..
        }) => {
            refuse_without_room(app, &taken, today)?;
            Err(limit_use::exhausted())
        }
        other => answer_of(signed_of(&other?)),
    }
}

/// Refuses what a limit of the provider's has no room for, before anybody signs, and tells the
/// provider. What binds is the reservation in the unit of work of the entries.
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

fn signed(ids: &PublicIds, posted: &Posted, quote: QuoteId) -> Signed {
    Signed {
        fragment: ids.show(FragmentNo::of(posted.no, Side::Left)),
        rest: posted
            .applied
            .right
            .map(|_| ids.show(FragmentNo::of(posted.no, Side::Right))),
        entry: posted.sealed.hash().to_string(),
        instruction: instruction_of(quote).to_string(),
        end_to_end_id: end_to_end_of(quote),
    }
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

/// Moves requests and quotes, and writes purchases and pay-outs down. Runs in the entries' unit of
/// work.
fn conclude(
    tx: &mut WriteTx<'_>,
    deals: &[Deal],
    posted: &[Posted],
    date: NaiveDate,
) -> Result<(), AppError> {
    let requests: Vec<RequestId> = deals.iter().map(|deal| deal.asked.request.id).collect();
    let quotes: Vec<QuoteId> = deals.iter().map(|deal| deal.quote.id).collect();
    tx.finance_requests_lock(&requests)?;
    if tx.finance_requests_sign(&requests)? != deals.len()
        || tx.quotes_accept(&quotes)? != deals.len()
    {
        return Err(not_on_offer());
    }
    check_cards_left(tx, deals)?;
    let first = deals.first().ok_or_else(not_on_offer)?;
    // Accounts as they stand in this unit of work: the holder's own bound account, no other.
    let holder = tx.party_by_id(first.quote.holder)?;
    check_holder(&holder)?;
    let provider = tx.party_by_id(first.quote.provider)?;
    let instructions: Vec<Instruction> = deals
        .iter()
        .map(|deal| payout(&deal.quote, holder.clone(), provider.clone(), date))
        .collect();
    tx.instructions_insert(&instructions)?;
    let discounts: Vec<Discount> = deals
        .iter()
        .zip(posted)
        .map(|(deal, posted)| Discount {
            quote: deal.quote.id,
            lock_entry: posted.no,
            instruction: instruction_of(deal.quote.id),
            state: DiscountState::Signed,
            evidence: None,
        })
        .collect();
    tx.discounts_insert(&discounts)?;
    Ok(())
}

/// Purchases under one card take turns: together they never exceed what it offers in all.
fn check_cards_left(tx: &mut WriteTx<'_>, deals: &[Deal]) -> Result<(), AppError> {
    let mut wanted: BTreeMap<RateCardId, Vec<Amount>> = BTreeMap::new();
    for deal in deals {
        if let Some((card, _)) = &deal.standing {
            let amounts = wanted.entry(*card).or_default();
            amounts.push(deal.quote.range.amount());
        }
    }
    for (card, amounts) in wanted {
        let most = tx.rate_card_lock(card)?.most_in_all;
        let used = Amount::from_minor(tx.rate_card_used(card)?)?;
        let fits = compared_offer::sum(amounts)
            .ok()
            .and_then(|amount| used.checked_add(amount))
            .is_some_and(|sum| sum <= most);
        if !most.is_zero() && !fits {
            return Err(AppError::invalid(
                "card_used_up",
                "the bank's standing offer is used up; choose another offer",
            ));
        }
    }
    Ok(())
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
        netted_in: None,
    }
}

/// What people are told, and what parties' own systems.
type Told = (Vec<(PartyId, Notice)>, Vec<(PartyId, Happening)>);

/// Ends the other quotes and sealed bids and says who is told.
fn told(tx: &mut WriteTx<'_>, deals: &[Deal]) -> Result<Told, AppError> {
    let on: Vec<RequestedFragment> = deals.iter().map(|deal| deal.asked.clone()).collect();
    let ids: Vec<RequestId> = on.iter().map(|asked| asked.request.id).collect();
    let lost = tx.quotes_on_offer_close(&ids, QuoteState::Lost)?;
    let unread = tx.sealed_bids_lapse(&ids)?;
    let mut told = requested_fragment::lapse_letters(tx, &on, &lost, false)?;
    told.extend(requested_fragment::bid_letters(&on, &unread));
    told.extend(deals.iter().map(|deal| {
        let notice = Notice::QuoteAccepted {
            request: deal.asked.request.id.to_string(),
            supplier: deal.asked.holder.name.clone(),
            fragment: deal.asked.named(),
            amount: deal.asked.money(deal.quote.range.amount()),
            proceeds: deal.asked.money(deal.quote.proceeds),
            pay_by: Some(deal.quote.pay_date),
            recourse: Some(wording::recourse(deal.quote.recourse, deal.quote.currency)),
        };
        (deal.provider.id, notice)
    }));
    let mut happened = webhook_event::on_quotes(WebhookTopic::QuoteLost, &lost);
    happened.extend(webhook_event::on_bids(&unread));
    happened.extend(deals.iter().map(|deal| {
        let (request, quote) = (deal.asked.request.id, deal.quote.id);
        let signed = Happening::on_purchase(WebhookTopic::QuoteSigned, request, quote);
        (deal.provider.id, signed)
    }));
    Ok((told, happened))
}
