//! Passes a fragment, or its front part, to a supplier in payment of a trade document; and takes
//! an offer back that nobody has answered.

use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::act::OfferAct;
use ledger_core::amount::Amount;
use ledger_core::fragment::Side;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::recourse::Recourse;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentKind;
use ledger_store::documents::DocumentTake;
use ledger_store::live::FragmentNo;
use ledger_store::parties::PartyState;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::capacity_hold;
use crate::capacity_hold::Hold;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::notice::Notice;
use crate::offered_documents::capacity_of;
use crate::offered_documents::offered_documents;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::posting_queue::Posted;
use crate::principal::Principal;
use crate::signing::Signing;
use crate::wording;

/// What to pass on, to whom, for what.
#[derive(Debug, Clone)]
pub struct OfferTransfer {
    /// Public id of the fragment.
    pub fragment: String,
    /// How much of it: its front part is cut off.
    pub amount: Amount,
    /// To whom.
    pub to: PartyId,
    /// Whether the recipient may turn back.
    pub recourse: Recourse,
    /// The trade documents it pays; their capacity is taken in order.
    pub documents: Vec<DocumentId>,
}

/// An offer on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Public id of the offered part, which the recipient answers.
    pub offered: String,
    /// Public id of what stays, if something does.
    pub rest: Option<String>,
    /// The entry's hash.
    pub entry: String,
}

/// Offers.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's fragment; the ledger's refusals;
/// [`AppError::Invalid`] `unknown_document`, `document_not_for_this_trade`, `document_used_up`,
/// `document_used_elsewhere`, `circle_unreachable`, `recipient_not_active`,
/// `recourse_cap_not_possible`.
pub fn offer(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    command: &OfferTransfer,
    key: Option<IdempotencyKey>,
) -> Result<Offered, AppError> {
    who.may(Action::OfferTransfer)?;
    check_cap(command.recourse, command.amount)?;
    let loaded = app.store.read(|tx| {
        if let Some(key) = &key
            && let Some(answer) = key.answered_in(tx)?
        {
            return Ok(ControlFlow::Break(answer));
        }
        load(app, tx, who, command).map(ControlFlow::Continue)
    })?;
    let Trade {
        held,
        documents,
        capacities,
        date,
    } = match loaded {
        ControlFlow::Break(answer) => return Ok(answer),
        ControlFlow::Continue(trade) => trade,
    };
    let takes = document_takes(&documents, &capacities, &held, who.party, command)?;
    let hold = capacity_hold::take(app, &takes, held.paper.paper.currency)?;
    let entry = held.entry(app, date, command.amount, act(command, &documents));
    let posting = Posting {
        sealed: signing.seal(Seat::Holder, entry),
        spent: Some(held.fragment.no),
    };
    let answer_of = {
        let ids = app.public_ids.clone();
        move |no: i64, rest: bool, entry: String| Offered {
            offered: ids.show(FragmentNo::of(no, Side::Left)),
            rest: rest.then(|| ids.show(FragmentNo::of(no, Side::Right))),
            entry,
        }
    };
    let notice = notice(who, &held, &documents, command);
    let (to, now) = (command.to, app.clock.now());
    let answer_in = answer_of.clone();
    let held_back = hold.clone();
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        if let Some(hold) = &held_back {
            hold.commit_in(also, posted.no, now)?;
        }
        let answer = answer_in(
            posted.no,
            posted.applied.right.is_some(),
            posted.sealed.hash().to_string(),
        );
        also.take_capacity(&takes);
        keep_shares(also, posted.no, &takes)?;
        let mut notice = notice.clone();
        if let Notice::TransferOffered { offer, .. } = &mut notice {
            offer.clone_from(&answer.offered);
        }
        also.tell(to, notice);
        if let Some(key) = &key {
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = post(app, posting, effects, hold.as_ref())?;
    let rest = posted.applied.right.is_some();
    Ok(answer_of(posted.no, rest, posted.sealed.hash().to_string()))
}

/// What the offer says.
fn act(command: &OfferTransfer, documents: &[Document]) -> Act {
    Act::Offer(OfferAct {
        to: command.to,
        recourse: command.recourse,
        documents: documents
            .iter()
            .map(|d| DocumentDigest::from_bytes(d.sha256))
            .collect(),
    })
}

/// Posts the offer; what was held for it is used, or given up.
fn post(
    app: &App,
    posting: Posting,
    effects: Effects,
    hold: Option<&Hold>,
) -> Result<Posted, AppError> {
    let posted = app.posting.post_one(posting, Some(effects));
    match (hold, &posted) {
        (Some(_), Ok(_)) => Hold::tell(app),
        (Some(hold), Err(_)) => hold.give_up(app),
        (None, _) => {}
    }
    posted
}

/// How much of which document.
pub(crate) type Takes = Vec<(DocumentId, Amount)>;

/// Writes down how the offer is shared out among several documents; of one it takes everything.
/// Recourse limited to nothing would be a silent "without", and beyond the amount a silent "with".
pub(crate) fn check_cap(recourse: Recourse, amount: Amount) -> Result<(), AppError> {
    match recourse {
        Recourse::Limited(cap) if cap.is_zero() || cap > amount => Err(AppError::invalid_field(
            "recourse_cap",
            "recourse_cap_not_possible",
            "limited recourse has a cap above zero and no higher than the amount",
        )),
        Recourse::Without | Recourse::With | Recourse::Limited(_) => Ok(()),
    }
}

fn keep_shares(
    tx: &mut WriteTx<'_>,
    entry: i64,
    takes: &[(DocumentId, Amount)],
) -> Result<(), AppError> {
    if takes.len() < 2 {
        return Ok(());
    }
    let share = |&(document, amount): &(DocumentId, Amount)| DocumentTake {
        entry,
        document,
        amount,
    };
    let shares: Vec<DocumentTake> = takes.iter().map(share).collect();
    Ok(tx.document_takes_insert(&shares)?)
}

/// What the recipient reads, but for the offer's name, which comes with the entry's number.
fn notice(
    who: &Principal,
    held: &HeldFragment,
    documents: &[Document],
    command: &OfferTransfer,
) -> Notice {
    Notice::TransferOffered {
        offer: String::new(),
        fragment: held.named(command.amount),
        from: who.party_name.clone(),
        amount: held.money(command.amount),
        maturity: held.paper.paper.maturity,
        document: documents
            .first()
            .map(|d| d.number.clone())
            .unwrap_or_default(),
        recourse: Some(wording::recourse(
            command.recourse,
            held.paper.paper.currency,
        )),
    }
}

/// What an offer is about, as it stands in one snapshot.
struct Trade {
    held: HeldFragment,
    documents: Vec<Document>,
    capacities: Vec<DocumentCapacity>,
    date: NaiveDate,
}

/// The caller's own fragment, the documents of this leg and the day; the recipient must take part.
fn load(
    app: &App,
    tx: &mut ReadTx<'_>,
    who: &Principal,
    command: &OfferTransfer,
) -> Result<Trade, AppError> {
    let no = app
        .public_ids
        .read(&command.fragment)
        .ok_or(AppError::NotFound)?;
    let held = HeldFragment::load_no(tx, no)?;
    if held.fragment.holder != who.party {
        return Err(AppError::NotFound);
    }
    held.check_concerned(who.party)?;
    let known = tx.parties_by_ids(&[command.to])?.pop();
    let to = known.ok_or(AppError::Refused(Refusal::UnknownParty))?;
    if to.state != PartyState::Active {
        return Err(AppError::invalid_field(
            "to",
            "recipient_not_active",
            "this party does not take part at present",
        ));
    }
    Ok(Trade {
        documents: tx.documents_by_ids(&command.documents)?,
        capacities: tx.document_capacities(&command.documents)?,
        date: tx.business_date_today()?,
        held,
    })
}

/// How much of which document this leg uses up: in the order given, until the amount is covered.
fn document_takes(
    documents: &[Document],
    capacities: &[DocumentCapacity],
    held: &HeldFragment,
    payer: PartyId,
    command: &OfferTransfer,
) -> Result<Vec<(DocumentId, Amount)>, AppError> {
    let mut left = command.amount;
    let mut takes = Vec::new();
    for id in &command.documents {
        let document = documents.iter().find(|d| d.id == *id).ok_or_else(|| {
            AppError::invalid_field(
                "documents",
                "unknown_document",
                "there is no such document of yours; hand it in first",
            )
        })?;
        let between = document.kind == DocumentKind::Invoice
            && document.owner == command.to
            && document.counterparty == Some(payer);
        if !between || document.currency != Some(held.paper.paper.currency) {
            return Err(AppError::invalid_field(
                "documents",
                "document_not_for_this_trade",
                "the invoice must be the recipient's to you, in the paper's currency",
            ));
        }
        let capacity = capacities
            .iter()
            .find(|c| c.id == *id)
            .map_or(Amount::ZERO, DocumentCapacity::free);
        let take = capacity.min(left);
        if !take.is_zero() {
            takes.push((*id, take));
            left = left.checked_sub(take).unwrap_or(Amount::ZERO);
        }
    }
    // Without any document the law itself refuses, in its own words.
    if left.is_zero() || command.documents.is_empty() {
        Ok(takes)
    } else {
        Err(AppError::invalid_field(
            "amount",
            "document_used_up",
            format!("the documents cover {} less than this", held.money(left)),
        ))
    }
}

/// Takes an unanswered offer back; the documents' capacity is free again.
///
/// # Errors
/// [`AppError::NotFound`]; the ledger's refusals.
pub fn recall(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    fragment: &str,
) -> Result<(), AppError> {
    who.may(Action::OfferTransfer)?;
    let held = HeldFragment::load(app, fragment)?;
    if held.fragment.holder != who.party {
        return Err(AppError::NotFound);
    }
    held.check_concerned(who.party)?;
    let amount = held.fragment.range.amount();
    let entry = held.entry(app, app.business_date()?, amount, Act::RecallOffer);
    let gifts = capacity_of(&offered_documents(app, &held)?);
    let (offer, now, in_circle) = (
        held.fragment.no.entry(),
        app.clock.now(),
        app.circle().is_some(),
    );
    let posting = Posting {
        sealed: signing.seal(Seat::Holder, entry),
        spent: Some(held.fragment.no),
    };
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        if let Some(Ok(_)) = verdicts.first() {
            also.release_capacity(&gifts);
            if in_circle {
                also.capacity_reservations_release(offer, now)?;
            }
        }
        Ok(())
    });
    app.posting.post_one(posting, Some(effects))?;
    if in_circle {
        Hold::tell(app);
    }
    Ok(())
}
