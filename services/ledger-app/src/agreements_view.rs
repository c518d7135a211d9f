//! Agreements on papers as each side sees them. A holder sees its own part and whether it has signed;
//! who else holds, and how many have signed, nobody is told, the obligor included.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::agreement::Change;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
pub use ledger_store::agreements::AgreementState;
use uuid::Uuid;

use crate::agreed_change;
use crate::app::App;
use crate::error::AppError;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;

/// How many are shown.
const SHOWN: i64 = 100;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAgreement {
    /// Its id.
    pub id: Uuid,
    /// Number of the paper.
    pub number: String,
    /// Who owes.
    pub obligor: String,
    /// What the reader has of the paper; of its obligor's own, the face.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// The due date that would change.
    pub due_date: NaiveDate,
    /// What is agreed on.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// The last day on which it can take effect.
    pub consent_by: NaiveDate,
    /// How far it is.
    pub state: AgreementState,
    /// Whether the reader is the obligor.
    pub own: bool,
    /// Whether the reader's hand proposed it.
    pub made_by_reader: bool,
    /// Who proposed; told to the obligor's people.
    pub maker: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// The word with a no; told to the obligor's people.
    pub word: String,
    /// Whether the reader's party has signed.
    pub signed: bool,
    /// Whether it takes the reader's party's signature, and waits for it.
    pub asked: bool,
}

/// Those that concern the caller's party, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<ListedAgreement>, AppError> {
    who.may(Action::ViewAgreements)?;
    app.store.read(|tx| {
        let hand = person::hand(tx, who)?;
        let found = tx.agreements_of(who.party, SHOWN)?;
        let mut listed = Vec::with_capacity(found.len());
        for all in agreed_change::load_all(tx, found)? {
            let made_by_reader = all.agreement.made_by == hand;
            let (one, own) = (&all.agreement, all.agreement.obligor == who.party);
            let signed = all
                .consents
                .iter()
                .any(|consent| consent.party == who.party);
            let open = one.state == AgreementState::Open;
            listed.push(ListedAgreement {
                id: one.id,
                number: all.paper.paper.number.clone(),
                obligor: all.obligor.clone(),
                amount: if own {
                    all.paper.paper.face
                } else {
                    all.share_of(who.party)
                },
                currency: all.paper.paper.currency,
                due_date: all.read.due_date,
                change: all.read.change.clone(),
                reason: all.read.reason.clone(),
                consent_by: one.consent_by,
                state: one.state,
                own,
                made_by_reader,
                maker: if own {
                    one.maker_name.clone()
                } else {
                    String::new()
                },
                made_at: one.made_at,
                word: if own { one.word.clone() } else { String::new() },
                signed,
                asked: open && !own && !signed && all.needed().contains(&who.party),
            });
        }
        Ok(listed)
    })
}

/// One of them.
///
/// # Errors
/// [`AppError::NotFound`] if it doesn't concern the caller's party.
pub fn one(app: &App, who: &Principal, id: Uuid) -> Result<ListedAgreement, AppError> {
    let all = list(app, who)?;
    all.into_iter()
        .find(|one| one.id == id)
        .ok_or(AppError::NotFound)
}
