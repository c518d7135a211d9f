//! A holder takes the obligor's offer to pay early, for one whole fragment: it is locked, and a payment
//! is written down from the obligor's account to the holder's own, to be sent on the pay date. The
//! fragment moves only once the bank has paid ([`complete_redemption`](crate::complete_redemption)).

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
use ledger_core::id::InstructionId;
use ledger_core::redemption::Redeemed;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::parties::Party;
use ledger_store::payments::HELD;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::posting::Posting;
use ledger_store::redemptions::Redemption;
use ledger_store::redemptions::RedemptionState;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::maturing_papers::derived;
use crate::notice_events::RedemptionStep;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::propose_redemption::over;
use crate::redemption;
use crate::redemption::OnOffer;
use crate::redemption::RedemptionOfferState;
use crate::request_finance::check_holder;
use crate::signing::Signing;

/// An offer taken for a fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Public id of the fragment as it is now.
    pub fragment: String,
    /// The entry's hash.
    pub entry: String,
    /// Id of the payment.
    pub instruction: String,
    /// What bank messages call it.
    pub end_to_end_id: String,
}

/// What an acceptance rests on.
struct Deal {
    all: OnOffer,
    held: HeldFragment,
    price: Redeemed,
    entry: Entry,
}

/// What the holder signs today. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the fragment is not the caller's, or of another paper;
/// [`AppError::Invalid`] `redemption_offer_over`; the refusals `fragment_spent`, `fragment_not_free`,
/// `redemption_does_not_fit`.
pub fn prepare(
    app: &App,
    who: &Principal,
    offer: Uuid,
    fragment: &str,
) -> Result<ToSign, AppError> {
    who.may(Action::AcceptRedemption)?;
    let body = draw_up(app, who, offer, fragment)?.entry.to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Holder, &body),
        body,
    })
}

/// Signs and accepts.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `no_bound_account`, `party_not_active`; the ledger's refusals.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    (offer, fragment): (Uuid, &str),
    key: Option<IdempotencyKey>,
) -> Result<Accepted, AppError> {
    who.may(Action::AcceptRedemption)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let deal = draw_up(app, who, offer, fragment)?;
    let [maker, checker] = deal.all.signatures().ok_or_else(over)?;
    let holder = signing.sign(Seat::Holder, &deal.entry.to_bytes());
    let posting = Posting {
        sealed: SealedEntry::new(deal.entry.clone(), vec![maker, checker, holder]),
        spent: Some(deal.held.fragment.no),
    };
    let (now, ids) = (app.clock.now(), app.public_ids.clone());
    let instruction = instruction_of(&deal);
    let answer_of = move |no: i64, entry: String| Accepted {
        fragment: ids.show(FragmentNo::of(no, Side::Left)),
        entry,
        instruction: instruction.to_string(),
        end_to_end_id: end_to_end_of(instruction),
    };
    let answer_in = answer_of.clone();
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        // It ended a moment ago, or the obligor has none on this paper any more.
        let locked = also.redemption_offer_lock(offer)?;
        if locked.state != RedemptionOfferState::Open {
            return Err(over());
        }
        // Accounts as they stand in this unit of work: the holder's own bound account, no other.
        let holder = also.party_by_id(deal.held.fragment.holder)?;
        check_holder(&holder)?;
        let obligor = also.party_by_id(deal.all.row.obligor)?;
        let range = deal.held.fragment.range;
        also.redemption_insert(&Redemption {
            lock_entry: posted.no,
            offer,
            paper: deal.held.paper.paper.id,
            holder: holder.id,
            lo: range.lo(),
            hi: range.hi(),
            days: deal.price.days,
            rebate: deal.price.rebate,
            payment: deal.price.payment,
            currency: deal.held.paper.paper.currency,
            accepted_on: date,
            instruction,
            state: RedemptionState::Accepted,
            end_entry: None,
            ended_on: None,
        })?;
        also.instructions_insert(&[payment(&deal, instruction, obligor, holder, date)])?;
        let (step, amount) = (RedemptionStep::Accepted, range.amount());
        // Who accepted is not told: the obligor learns below its payee no holder by name.
        let notice = deal.all.told(step, amount, Some(deal.price));
        also.tell(deal.all.row.obligor, notice);
        if let Some(key) = &key {
            let answer = answer_in(posted.no, posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    Ok(answer_of(posted.no, posted.sealed.hash().to_string()))
}

/// The entry as it is signed today and what it comes to.
fn draw_up(app: &App, who: &Principal, offer: Uuid, fragment: &str) -> Result<Deal, AppError> {
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    let (all, held, today) = app.store.read(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        let row = tx.redemption_offer_by_id(offer)?;
        let concerned = held.fragment.holder == who.party && held.paper.paper.id == row.paper;
        // Before the obligor's second signature there is nothing that a holder could know of.
        if !concerned || row.checker_key.is_none() {
            return Err(AppError::NotFound);
        }
        let today = tx.business_date_today()?;
        Ok((redemption::load(tx, row)?, held, today))
    })?;
    if held.fragment.spent {
        return Err(Refusal::FragmentSpent.into());
    }
    if all.row.state != RedemptionOfferState::Open || all.row.accept_by < today {
        return Err(over());
    }
    let amount = held.fragment.range.amount();
    let price = all
        .offer
        .price(amount)
        .map_err(|_unpayable| Refusal::RedemptionDoesNotFit)?;
    let act = Act::AcceptRedemption {
        offer: all.row.body.clone(),
    };
    Ok(Deal {
        entry: held.entry(app, today, amount, act),
        all,
        held,
        price,
    })
}

/// The payment's id follows from offer and fragment: accepted twice, it is the same payment.
fn instruction_of(deal: &Deal) -> InstructionId {
    let reference = deal.held.fragment.reference;
    InstructionId::from_bytes(derived(
        b"tallystick/early-redemption",
        &[
            deal.all.row.id.as_bytes(),
            reference.parent.bytes(),
            &[reference.side.code()],
        ],
    ))
}

/// What bank messages call it: 34 characters, of those that ISO 20022 allows.
fn end_to_end_of(instruction: InstructionId) -> String {
    format!("ER{}", hex::encode(instruction.bytes()))
}

fn payment(
    deal: &Deal,
    id: InstructionId,
    obligor: Party,
    holder: Party,
    date: chrono::NaiveDate,
) -> Instruction {
    Instruction {
        id,
        kind: InstructionKind::EarlyRedemption,
        paper_id: deal.held.paper.paper.id,
        run: None,
        discount: None,
        debtor: obligor.id,
        debtor_name: obligor.account_name,
        debtor_account: obligor.account_number,
        debtor_bank_code: obligor.account_bank_code,
        creditor: holder.id,
        creditor_name: holder.account_name,
        creditor_account: holder.account_number,
        creditor_bank_code: holder.account_bank_code,
        amount: deal.price.payment,
        currency: deal.held.paper.paper.currency,
        end_to_end_id: end_to_end_of(id),
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
