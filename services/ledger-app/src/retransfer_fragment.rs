//! A finance provider passes what it holds, or the front part of it, on to another (再转让), on a
//! contract between the two; and takes an offer back that is not answered.
//!
//! Whether the recipient may turn back is part of what is signed; what was agreed before them stays
//! as it is. The price is theirs: it may be noted, and is paid outside. Nothing moves before the
//! recipient has signed ([`crate::answer_retransfer`]).

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::Entry;
use ledger_core::fragment::Side;
use ledger_core::id::PartyId;
use ledger_core::id::RetransferId;
use ledger_core::range::Range;
use ledger_core::recourse::Recourse;
use ledger_core::retransfer::RetransferAct;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use ledger_store::retransfers::RecourseWord;
use ledger_store::retransfers::Retransfer;
use ledger_store::retransfers::RetransferState;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::asked_part;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::notice_pledges::RetransferStep;
use crate::other_provider;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::random;
use crate::retransferred;
use crate::retransferred::not_open;
use crate::signing::Signing;
use crate::transfer_fragment::check_cap;

/// What to pass on, to whom, on which terms.
#[derive(Debug, Clone)]
pub struct OfferRetransfer {
    /// Public id of the fragment.
    pub fragment: String,
    /// Its front part, or all.
    pub amount: Amount,
    /// Which finance provider.
    pub to: PartyId,
    /// Whether it may turn back.
    pub recourse: Recourse,
    /// The two providers' name for their contract, such as its number.
    pub contract: String,
    /// What it is paid with, outside, if the two note that here.
    pub price: Option<Amount>,
}

/// An offer on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Its id.
    pub retransfer: String,
    /// Public id of the offered part.
    pub offered: String,
    /// Public id of what stays, if something does.
    pub rest: Option<String>,
    /// The entry's hash.
    pub entry: String,
}

/// What there is to sign today. Keeps nothing.
///
/// # Errors
/// As [`offer`], but for the law's own refusals.
pub fn prepare(app: &App, who: &Principal, command: &OfferRetransfer) -> Result<ToSign, AppError> {
    who.may(Action::Retransfer)?;
    let (entry, _) = app.store.read(|tx| draw_up(app, tx, who, command))?;
    let body = entry.to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Holder, &body),
        body,
    })
}

/// Offers.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's fragment; [`AppError::Invalid`]
/// `reference_not_possible`, `provider_not_active`, `recourse_cap_not_possible`,
/// `price_not_possible`; the ledger's refusals.
pub fn offer(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    command: &OfferRetransfer,
    key: Option<IdempotencyKey>,
) -> Result<Offered, AppError> {
    who.may(Action::Retransfer)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let (entry, held) = app.store.read(|tx| draw_up(app, tx, who, command))?;
    let (lo, hi) = (entry.cut.lo, entry.cut.mid);
    let id = RetransferId::from_bytes(random::bytes()?);
    let (recourse, recourse_cap) = RecourseWord::of(command.recourse);
    let contract = other_provider::reference("contract", &command.contract)?;
    let now = app.clock.now();
    let record = Retransfer {
        id,
        seller: who.party,
        buyer: command.to,
        paper: held.paper.paper.id,
        lo,
        hi,
        currency: held.paper.paper.currency,
        contract,
        recourse,
        recourse_cap,
        price: command.price,
        offer_entry: 0,
        state: RetransferState::Offered,
        answer_entry: None,
        offered_on: entry.date,
        answered_on: None,
        created_at: now,
    };
    let posting = Posting {
        sealed: signing.seal(Seat::Holder, entry),
        spent: Some(held.fragment.no),
    };
    let ids = app.public_ids.clone();
    let answer_of = move |no: i64, rest: bool, entry: String| Offered {
        retransfer: id.to_string(),
        offered: ids.show(FragmentNo::of(no, Side::Left)),
        rest: rest.then(|| ids.show(FragmentNo::of(no, Side::Right))),
        entry,
    };
    let answer_in = answer_of.clone();
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        let record = Retransfer {
            offer_entry: posted.no,
            ..record.clone()
        };
        also.retransfer_insert(&record)?;
        let buyer = record.buyer;
        if let Some(offered) = retransferred::load(also, vec![record])?.pop() {
            let notice = offered.told(RetransferStep::Offered)?;
            also.tell(buyer, notice);
        }
        if let Some(key) = &key {
            let rest = posted.applied.right.is_some();
            let answer = answer_in(posted.no, rest, posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    let rest = posted.applied.right.is_some();
    Ok(answer_of(posted.no, rest, posted.sealed.hash().to_string()))
}

/// The entry as it is signed today, and what it spends.
fn draw_up(
    app: &App,
    tx: &mut ReadTx<'_>,
    who: &Principal,
    command: &OfferRetransfer,
) -> Result<(Entry, HeldFragment), AppError> {
    check_cap(command.recourse, command.amount)?;
    let contract = other_provider::reference("contract", &command.contract)?;
    let no = app.public_ids.read(&command.fragment);
    let held = HeldFragment::load_no(tx, no.ok_or(AppError::NotFound)?)?;
    if held.fragment.holder != who.party {
        return Err(AppError::NotFound);
    }
    held.check_concerned(who.party)?;
    other_provider::check(tx, who, command.to)?;
    let today = tx.business_date_today()?;
    let range: Range = asked_part::check_free(&held, today, command.amount)?;
    if command.price.is_some_and(|price| price.is_zero()) {
        return Err(AppError::invalid_field(
            "price",
            "price_not_possible",
            "leave the price out, or give one above zero",
        ));
    }
    let act = Act::OfferRetransfer(RetransferAct {
        to: command.to,
        recourse: command.recourse,
        contract,
    });
    Ok((held.entry(app, today, range.amount(), act), held))
}

/// What there is to sign today to take an offer back.
///
/// # Errors
/// As [`recall`], but for the law's own refusals.
pub fn prepare_recall(
    app: &App,
    who: &Principal,
    retransfer: RetransferId,
) -> Result<ToSign, AppError> {
    who.may(Action::Retransfer)?;
    let (entry, _) = app
        .store
        .read(|tx| draw_up_recall(app, tx, who, retransfer))?;
    let body = entry.to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Holder, &body),
        body,
    })
}

/// Takes an offer back that is not answered.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `retransfer_not_open`; the
/// ledger's refusals.
pub fn recall(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    retransfer: RetransferId,
) -> Result<(), AppError> {
    who.may(Action::Retransfer)?;
    let drawn = app
        .store
        .read(|tx| draw_up_recall(app, tx, who, retransfer));
    let (entry, no) = drawn?;
    let posting = Posting {
        sealed: signing.seal(Seat::Holder, entry),
        spent: Some(no),
    };
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        if also.retransfer_answer(retransfer, RetransferState::Recalled, posted.no, date)? {
            Ok(())
        } else {
            Err(not_open())
        }
    });
    app.posting.post_one(posting, Some(effects)).map(|_| ())
}

fn draw_up_recall(
    app: &App,
    tx: &mut ReadTx<'_>,
    who: &Principal,
    retransfer: RetransferId,
) -> Result<(Entry, FragmentNo), AppError> {
    let found = retransferred::of_either(tx, who, retransfer)?;
    if found.retransfer.seller != who.party {
        return Err(AppError::NotFound);
    }
    if found.retransfer.state != RetransferState::Offered {
        return Err(not_open());
    }
    let held = HeldFragment::load_no(tx, found.offered_no())?;
    let today = tx.business_date_today()?;
    let amount = held.fragment.range.amount();
    let entry = held.entry(app, today, amount, Act::RecallOffer);
    Ok((entry, held.fragment.no))
}
