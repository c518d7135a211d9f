//! Papers that wait for their payee: what each says, the debts it would stand for, and whether the
//! payee has to choose it freely instead of money in time.

use std::collections::HashMap;

use ledger_core::fragment::FragmentState;
use ledger_core::id::PaperId;
use ledger_store::live::FragmentNo;
use ledger_store::payables::Payable;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::cash_choice;
use crate::cash_choice::ChoiceAsked;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::policy::Action;
use crate::principal::Principal;

/// Most papers on the list; the rest come when these are answered.
pub const MOST_WAITING: i64 = 200;

/// A paper issued to the caller's party that it has not answered.
#[derive(Debug, Clone)]
pub struct OfferedPaper {
    /// Public id of the whole of it.
    pub offer: String,
    /// The paper with its obligor.
    pub held: HeldFragment,
    /// What it would stand for.
    pub payables: Vec<Payable>,
    /// The choice to be made before it is accepted; none if none has to be.
    pub choice: Option<ChoiceAsked>,
}

/// All that wait, soonest due first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<OfferedPaper>, AppError> {
    who.may(Action::AnswerOffer)?;
    app.store.read(|tx| {
        let nos = tx.waiting_nos(who.party, MOST_WAITING)?;
        load(app, tx, who, &nos)
    })
}

/// One of them.
///
/// # Errors
/// [`AppError::NotFound`] if no paper of that id waits for the caller's party.
pub fn one(app: &App, who: &Principal, offer: &str) -> Result<OfferedPaper, AppError> {
    who.may(Action::AnswerOffer)?;
    let no = app.public_ids.read(offer).ok_or(AppError::NotFound)?;
    app.store
        .read(|tx| load(app, tx, who, &[no]))?
        .pop()
        .ok_or(AppError::NotFound)
}

/// Whether one of that id waits for the caller's party. What would have to be chosen is not asked: a
/// refusal needs no choice.
///
/// # Errors
/// [`AppError::NotFound`] if none does.
pub fn check_waiting(app: &App, who: &Principal, offer: &str) -> Result<(), AppError> {
    who.may(Action::AnswerOffer)?;
    let no = app.public_ids.read(offer).ok_or(AppError::NotFound)?;
    let found = app.store.read(|tx| waiting(tx, who, &[no]))?;
    found.first().map(|_waits| ()).ok_or(AppError::NotFound)
}

/// Those of these papers that wait for the caller's party.
fn waiting(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    nos: &[FragmentNo],
) -> Result<Vec<HeldFragment>, AppError> {
    let mut held = HeldFragment::load_all(tx, nos)?;
    held.retain(|one| {
        one.fragment.holder == who.party
            && one.fragment.state == FragmentState::PendingAcceptance
            && !one.fragment.spent
    });
    Ok(held)
}

fn load(
    app: &App,
    tx: &mut ReadTx<'_>,
    who: &Principal,
    nos: &[FragmentNo],
) -> Result<Vec<OfferedPaper>, AppError> {
    let held = waiting(tx, who, nos)?;
    let papers: Vec<PaperId> = held.iter().map(|one| one.paper.paper.id).collect();
    let mut payables: HashMap<PaperId, Vec<Payable>> = HashMap::new();
    for payable in tx.payables_of_papers(&papers)? {
        if let Some(paper) = payable.paper_id {
            payables.entry(paper).or_default().push(payable);
        }
    }
    let payee = tx.party_by_id(who.party)?;
    held.into_iter()
        .map(|held| {
            let payables = payables.remove(&held.paper.paper.id).unwrap_or_default();
            Ok(OfferedPaper {
                offer: app.public_ids.show(held.fragment.no),
                choice: cash_choice::asked_of(app, &held, &payee, &payables)?,
                held,
                payables,
            })
        })
        .collect()
}
