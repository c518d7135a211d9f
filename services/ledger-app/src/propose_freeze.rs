//! One of the operator's people enters an order to freeze (冻结), or one that lifts a freeze before its
//! last day (解冻). Nothing happens before another has held it against the order
//! ([`decide_freeze`](crate::decide_freeze)): the platform's key is moved by an order and two people,
//! never by the operator's will.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::freeze::Order;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::paper::PaperState;
use ledger_core::refusal::Refusal;
use ledger_store::freezes::FreezeKind;
use ledger_store::freezes::FreezeProposal;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::freeze_order;
use crate::freeze_order::ProposalState;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// What an order reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreezeScope {
    /// All of a paper, whoever holds it: by its number.
    Paper(String),
    /// All that a holder has, what it gets while the order stands included.
    Holder(PartyId),
    /// So much of what a holder has of a paper.
    Part {
        /// Whose.
        holder: PartyId,
        /// Number of the paper.
        paper: String,
        /// How much, as typed in the paper's currency.
        amount: String,
    },
}

/// An order as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeFreeze {
    /// Who ordered.
    pub authority: String,
    /// Its number for the order.
    pub reference: String,
    /// What it reaches.
    pub scope: FreezeScope,
    /// The last day on which it stands.
    pub until: NaiveDate,
    /// A word to who decides; may be empty.
    pub word: String,
}

/// The parties and papers of a scope, as they are kept.
type Reached = (Option<PartyId>, Option<PaperId>, Option<Amount>);

/// Enters an order to freeze.
///
/// # Errors
/// [`AppError::Invalid`] `order_missing`, `order_too_long`, `freeze_holder_unknown`,
/// `freeze_paper_unknown`, `freeze_amount`, `word_too_long`; the refusal `order_ended`.
pub fn run(app: &App, who: &Principal, wanted: &ProposeFreeze) -> Result<Uuid, AppError> {
    who.may(Action::ProposeFreeze)?;
    let order = freeze_order::order_of(&wanted.authority, &wanted.reference)?;
    let word = four_eyes::word(&wanted.word)?;
    let id = Uuid::from_bytes(random::bytes()?);
    let now = app.clock.now();
    app.store.write(|tx| {
        if wanted.until < tx.business_date_today()? {
            return Err(Refusal::OrderEnded(wanted.until).into());
        }
        let (holder, paper, amount) = reached(tx, &wanted.scope)?;
        let Order {
            authority,
            reference,
        } = order.clone();
        let proposal = FreezeProposal {
            id,
            kind: FreezeKind::Freeze,
            lifts: None,
            authority,
            reference,
            holder,
            paper,
            amount,
            until: Some(wanted.until),
            word: word.clone(),
            made_by: person::hand(tx, who)?,
            maker_name: who.name.clone(),
            made_at: now,
            state: ProposalState::Waiting,
            ended_on: None,
        };
        tx.freeze_proposal_insert(&proposal)?;
        freeze_order::tell_deciders(tx, now, who, &proposal)?;
        Ok(id)
    })
}

fn reached(tx: &mut ReadTx<'_>, scope: &FreezeScope) -> Result<Reached, AppError> {
    match scope {
        FreezeScope::Paper(number) => Ok((None, Some(paper(tx, number)?.0), None)),
        FreezeScope::Holder(holder) => Ok((Some(known(tx, *holder)?), None, None)),
        FreezeScope::Part {
            holder,
            paper: number,
            amount,
        } => {
            let (id, face) = paper(tx, number)?;
            let currency = tx.papers_by_ids(&[id])?.pop().map(|p| p.paper.currency);
            let typed = currency.and_then(|currency| Amount::parse(amount.trim(), currency).ok());
            match typed.filter(|amount| !amount.is_zero() && *amount <= face) {
                Some(amount) => Ok((Some(known(tx, *holder)?), Some(id), Some(amount))),
                None => Err(AppError::invalid_field(
                    "amount",
                    "freeze_amount",
                    "an amount above nothing, and no more than the paper's face",
                )),
            }
        }
    }
}

fn known(tx: &mut ReadTx<'_>, holder: PartyId) -> Result<PartyId, AppError> {
    let found = tx.parties_by_ids(&[holder])?.pop();
    found
        .filter(|party| party.kind.may_hold())
        .map(|party| party.id)
        .ok_or_else(|| {
            AppError::invalid_field(
                "holder",
                "freeze_holder_unknown",
                "choose a supplier or a finance provider from the list",
            )
        })
}

fn paper(tx: &mut ReadTx<'_>, number: &str) -> Result<(PaperId, Amount), AppError> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let unknown = || {
        AppError::invalid_field(
            "paper",
            "freeze_paper_unknown",
            "no paper in circulation has this number; copy it from the order, 30 digits",
        )
    };
    let found = tx.paper_by_number(&digits).map_err(|_none| unknown())?;
    if found.paper.state != PaperState::Active {
        return Err(unknown());
    }
    Ok((found.paper.id, found.paper.face))
}

/// An order that lifts a freeze, as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeLift {
    /// Which freeze.
    pub freeze: Uuid,
    /// Who ordered that it be lifted.
    pub authority: String,
    /// Its number for that order.
    pub reference: String,
    /// A word to who decides; may be empty.
    pub word: String,
}

/// Enters an order that lifts a freeze before its last day.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] `freeze_not_standing`, `freeze_lift_waits`,
/// `order_missing`, `order_too_long`, `word_too_long`.
pub fn lift(app: &App, who: &Principal, wanted: &ProposeLift) -> Result<Uuid, AppError> {
    who.may(Action::ProposeFreeze)?;
    let order = freeze_order::order_of(&wanted.authority, &wanted.reference)?;
    let word = four_eyes::word(&wanted.word)?;
    let id = Uuid::from_bytes(random::bytes()?);
    let now = app.clock.now();
    app.store.write(|tx| {
        if tx.freeze_proposals_by_ids(&[wanted.freeze])?.is_empty() {
            return Err(AppError::NotFound);
        }
        if !tx.freeze_stands(wanted.freeze)? {
            return Err(AppError::invalid(
                "freeze_not_standing",
                "this freeze is over, or was never decided",
            ));
        }
        if tx.freeze_lift_waits(wanted.freeze)? {
            return Err(AppError::invalid(
                "freeze_lift_waits",
                "its lifting waits for a decision already",
            ));
        }
        let proposal = FreezeProposal {
            id,
            kind: FreezeKind::Lift,
            lifts: Some(wanted.freeze),
            authority: order.authority.clone(),
            reference: order.reference.clone(),
            holder: None,
            paper: None,
            amount: None,
            until: None,
            word: word.clone(),
            made_by: person::hand(tx, who)?,
            maker_name: who.name.clone(),
            made_at: now,
            state: ProposalState::Waiting,
            ended_on: None,
        };
        tx.freeze_proposal_insert(&proposal)?;
        freeze_order::tell_deciders(tx, now, who, &proposal)?;
        Ok(id)
    })
}

/// Takes one's own proposal back before anybody has decided it.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] `freeze_decided`, `freeze_not_yours`.
pub fn withdraw(app: &App, who: &Principal, proposal: Uuid) -> Result<(), AppError> {
    who.may(Action::ProposeFreeze)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = freeze_order::lock(tx, proposal)?;
        if found.made_by != person::hand(tx, who)? {
            return Err(AppError::invalid(
                "freeze_not_yours",
                "only who proposed takes it back; send it back with a word instead",
            ));
        }
        let taken = ProposalState::Withdrawn;
        let decision = four_eyes::decision(tx, who, &found, taken, String::new(), now)?;
        Ok(tx.freeze_decision_insert(&decision)?)
    })
}
