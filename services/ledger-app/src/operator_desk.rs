//! What the operator looks at: parties, people, the business date.

use std::collections::HashMap;

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::id::PartyId;
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
        let mut parties = tx.parties_of_kinds(&KINDS)?;
        parties.sort_by(|a, b| (place(a.kind), &a.name).cmp(&(place(b.kind), &b.name)));
        let ids: Vec<_> = parties.iter().map(|party| party.id).collect();
        let mut held: HashMap<PartyId, KeysHeld> = HashMap::new();
        for key in tx.signing_keys_of_parties(&ids)? {
            if key.revoked_at.is_none() {
                let held = held.entry(key.party_id).or_insert(KeysHeld::Hosted);
                if key.custody != Custody::Hosted {
                    *held = KeysHeld::Own;
                }
            }
        }
        let listed = parties.into_iter().map(|party| ListedParty {
            keys: held.get(&party.id).copied().unwrap_or(KeysHeld::None),
            active: party.state == PartyState::Active,
            party,
        });
        Ok(listed.collect())
    })
}

/// Place of a kind in lists of all.
fn place(kind: PartyKind) -> usize {
    let found = KINDS.iter().position(|one| *one == kind);
    found.unwrap_or(KINDS.len())
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
        let parties = tx.parties_of_kinds(&KINDS)?;
        let ids: Vec<_> = parties.iter().map(|party| party.id).collect();
        let parties: HashMap<PartyId, Party> =
            parties.into_iter().map(|party| (party.id, party)).collect();
        let users = tx.users_of_parties(&ids)?;
        let mut listed: Vec<ListedUser> = users
            .into_iter()
            .filter_map(|user| {
                let party = parties.get(&user.party)?;
                Some(ListedUser {
                    party: party.name.clone(),
                    kind: party.kind,
                    active: user.state == UserState::Active,
                    user,
                })
            })
            .collect();
        // There are many suppliers: the others come before them.
        listed.sort_by(|a, b| {
            let key = |one: &ListedUser| (one.kind == PartyKind::Supplier, place(one.kind));
            (key(a), &a.party).cmp(&(key(b), &b.party))
        });
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
const STOPS: i64 = 6;

/// The business day.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn business_day(app: &App, who: &Principal) -> Result<BusinessDay, AppError> {
    who.may(Action::Operate)?;
    let (date, due) = app.store.read(|tx| {
        let date = tx.business_date_today()?;
        let due = tx.papers_due_next(STOPS)?;
        Ok::<_, AppError>((date, due))
    })?;
    Ok(BusinessDay {
        date,
        business_day: app.calendar()?.is_business_day(date).ok(),
        due,
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
