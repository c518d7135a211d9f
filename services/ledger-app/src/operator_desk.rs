//! What the operator looks at: parties, people, the business date.

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::party::PartyKind;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::signing_keys::Custody;
use ledger_store::users::User;
use ledger_store::users::UserState;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// Every kind of party, in the order of the lists.
pub const KINDS: [PartyKind; 5] = [
    PartyKind::Obligor,
    PartyKind::Supplier,
    PartyKind::FinanceProvider,
    PartyKind::Auditor,
    PartyKind::Operator,
];

/// How a party's keys are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysHeld {
    /// It has none yet.
    None,
    /// Sealed by the platform under its people's own passphrases.
    Hosted,
    /// By the party itself, or both.
    Own,
}

/// A party with the state of its keys.
#[derive(Debug, Clone)]
pub struct ListedParty {
    /// The party.
    pub party: Party,
    /// Its keys.
    pub keys: KeysHeld,
    /// Whether it takes part.
    pub active: bool,
}

/// All parties by kind and name.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn parties(app: &App, who: &Principal) -> Result<Vec<ListedParty>, AppError> {
    who.may(Action::OnboardParty)?;
    app.store.read(|tx| {
        let mut listed = Vec::new();
        for kind in KINDS {
            let mut parties = tx.parties_of_kind(kind)?;
            parties.sort_by(|a, b| a.name.cmp(&b.name));
            let ids: Vec<_> = parties.iter().map(|party| party.id).collect();
            let keys = tx.signing_keys_of_parties(&ids)?;
            listed.extend(parties.into_iter().map(|party| {
                let mut own = keys
                    .iter()
                    .filter(|key| key.party_id == party.id && key.revoked_at.is_none())
                    .peekable();
                let held = match (
                    own.peek().is_some(),
                    own.any(|k| k.custody != Custody::Hosted),
                ) {
                    (false, _) => KeysHeld::None,
                    (true, false) => KeysHeld::Hosted,
                    (true, true) => KeysHeld::Own,
                };
                ListedParty {
                    keys: held,
                    active: party.state == PartyState::Active,
                    party,
                }
            }));
        }
        Ok(listed)
    })
}

/// A person with its party's name.
#[derive(Debug, Clone)]
pub struct ListedUser {
    /// The person.
    pub user: User,
    /// Its party's name.
    pub party: String,
    /// What its party is.
    pub kind: PartyKind,
    /// Whether the person has been here and may sign in.
    pub active: bool,
}

/// All people by party and name.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn users(app: &App, who: &Principal) -> Result<Vec<ListedUser>, AppError> {
    who.may(Action::OnboardParty)?;
    app.store.read(|tx| {
        let mut listed = Vec::new();
        for kind in KINDS {
            let parties = tx.parties_of_kind(kind)?;
            let ids: Vec<_> = parties.iter().map(|party| party.id).collect();
            for user in tx.users_of_parties(&ids)? {
                let party = parties.iter().find(|party| party.id == user.party);
                listed.push(ListedUser {
                    party: party.map(|party| party.name.clone()).unwrap_or_default(),
                    kind,
                    active: user.state == UserState::Active,
                    user,
                });
            }
        }
        listed.sort_by_key(|one| one.kind == PartyKind::Supplier);
        Ok(listed)
    })
}

/// The business date and what lies ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessDay {
    /// The ledger's today.
    pub date: NaiveDate,
    /// Whether it is a business day; none if the calendar doesn't reach it.
    pub business_day: Option<bool>,
    /// The next due dates with the number of papers due on each, soonest first, today included.
    pub due: Vec<(NaiveDate, i64)>,
}

/// Due dates shown.
const STOPS: usize = 6;

/// The business day.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn business_day(app: &App, who: &Principal) -> Result<BusinessDay, AppError> {
    who.may(Action::Operate)?;
    let (date, due) = app.store.read(|tx| {
        let date = tx.business_date_today()?;
        let mut due = std::collections::BTreeMap::new();
        for obligor in tx.parties_of_kind(PartyKind::Obligor)? {
            for day in tx.papers_outstanding_by_due_date(obligor.id)? {
                let papers: &mut i64 = due.entry(day.due_date).or_default();
                *papers = papers.saturating_add(day.papers);
            }
        }
        Ok::<_, AppError>((date, due))
    })?;
    Ok(BusinessDay {
        date,
        business_day: app.calendar()?.is_business_day(date).ok(),
        due: due.into_iter().take(STOPS).collect(),
    })
}

/// Furthest the business date moves at once: a slip of the year must not end the papers.
const FURTHEST_DAYS: u64 = 400;

/// Moves the business date forward. The same date again changes nothing.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] `business_date_backwards`,
/// `business_date_too_far`.
pub fn advance_business_date(app: &App, who: &Principal, to: NaiveDate) -> Result<(), AppError> {
    who.may(Action::Operate)?;
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        check_advance(today, to)?;
        Ok(tx.business_date_advance(to)?)
    })
}

/// Whether the business date may move from `today` to `to`.
///
/// # Errors
/// As [`advance_business_date`].
pub fn check_advance(today: NaiveDate, to: NaiveDate) -> Result<(), AppError> {
    if to < today {
        return Err(AppError::invalid_field(
            "date",
            "business_date_backwards",
            "the business date only moves forward",
        ));
    }
    let furthest = today.checked_add_days(Days::new(FURTHEST_DAYS));
    if furthest.is_none_or(|furthest| to > furthest) {
        return Err(AppError::invalid_field(
            "date",
            "business_date_too_far",
            "move the business date by 400 days at most at once",
        ));
    }
    Ok(())
}
