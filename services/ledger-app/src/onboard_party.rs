//! Takes a party in: the operator has verified who it is; the checks here are those that a program
//! can make. The journal learns of it, since what a party may do hangs on what it is.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::party::PartyRecord;
use ledger_core::party::SettlementAccount;
use ledger_core::signature::Seat;
use ledger_store::parties::NewParty;
use ledger_store::parties::PartyState;
pub use ledger_store::parties::SizeClass;
use ledger_store::party_checks::PartyCheck;
use ledger_store::posting::Posting;

use crate::app::App;
use crate::choose_language::stored;
use crate::error::AppError;
use crate::language::Language;
use crate::party_facts::Checked;
use crate::party_facts::check;
use crate::policy::Action;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::random;

/// A party as the operator has verified it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnboardParty {
    /// What it may be; not an operator, of which there is one.
    pub kind: PartyKind,
    /// Registered name.
    pub name: String,
    /// Name in Latin letters, or empty.
    pub name_en: String,
    /// Unified social credit code or LEI; a supplier's may be empty while unknown.
    pub registration: String,
    /// Why a code with a wrong check digit is taken nevertheless; empty otherwise.
    pub check_digit_reason: String,
    /// Its size; the payment deadlines for small ones hang on it.
    pub size_class: SizeClass,
    /// Where letters to the party as such go, or empty.
    pub email: String,
    /// Language of those letters.
    pub language: Language,
    /// Name on the settlement account.
    pub account_name: String,
    /// Number of the settlement account.
    pub account_number: String,
    /// Its bank: 12-digit payment-system code, or a BIC.
    pub account_bank_code: String,
    /// Licence of a finance provider, in words.
    pub licence_note: String,
    /// Of an obligor: the 12-digit code of its settlement bank, as it stands in paper numbers.
    pub paper_bank_code: String,
}

/// Most parties that one unit of work takes in.
const AT_ONCE: usize = 500;

/// Takes one party in and gives its id.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] with the field that is wrong:
/// `name_missing`, `text_too_long`, `registration_missing`, `social_credit_code_malformed`,
/// `social_credit_code_wrong_check_digit` (give a reason to override), `lei_malformed`,
/// `lei_wrong_check_digits`, `party_already_known`, `account_missing`, `account_malformed`,
/// `bank_code_malformed`, `licence_missing`, `paper_bank_code_malformed`, `kind_not_taken_in`.
pub fn run(app: &App, who: &Principal, new: &OnboardParty) -> Result<PartyId, AppError> {
    let mut outcomes = run_many(app, who, std::slice::from_ref(new))?;
    outcomes
        .pop()
        .ok_or_else(|| AppError::Internal("an outcome is missing".to_owned()))?
}

/// Takes a list of parties in, set-based. A bad row comes back with its reason and touches no
/// neighbour.
///
/// # Errors
/// [`AppError::Forbidden`], the store's; what is wrong with one row is in its own outcome.
pub fn run_many(
    app: &App,
    who: &Principal,
    list: &[OnboardParty],
) -> Result<Vec<Result<PartyId, AppError>>, AppError> {
    who.may(Action::OnboardParty)?;
    let mut outcomes = Vec::with_capacity(list.len());
    for some in list.chunks(AT_ONCE) {
        outcomes.extend(take_in(app, who, some)?);
    }
    Ok(outcomes)
}

fn take_in(
    app: &App,
    who: &Principal,
    list: &[OnboardParty],
) -> Result<Vec<Result<PartyId, AppError>>, AppError> {
    let mut checked: Vec<Result<Checked, AppError>> = list.iter().map(check).collect();
    let codes: Vec<String> = checked
        .iter()
        .flatten()
        .map(|c| c.registration.clone())
        .filter(|code| !code.is_empty())
        .collect();
    let (date, known) = app
        .store
        .read(|tx| Ok::<_, AppError>((tx.business_date_today()?, tx.parties_by_usccs(&codes)?)))?;
    let mut taken: HashSet<String> = known.into_iter().map(|party| party.uscc).collect();
    for row in &mut checked {
        if let Ok(facts) = row
            && !facts.registration.is_empty()
            && !taken.insert(facts.registration.clone())
        {
            *row = Err(already_known());
        }
    }
    let mut outcomes = Vec::with_capacity(list.len());
    let (mut parties, mut postings, mut checks) = (Vec::new(), Vec::new(), Vec::new());
    for (row, new) in checked.into_iter().zip(list) {
        let facts = match row {
            Ok(facts) => facts,
            Err(error) => {
                outcomes.push(Err(error));
                continue;
            }
        };
        let party = record(new, &facts, date)?;
        postings.push(enrolment(app, date, &party));
        checks.extend(facts.overridden.map(|(finding, reason)| PartyCheck {
            at: app.clock.now(),
            party: party.id,
            finding: finding.to_owned(),
            reason,
            decided_by: who.subject(),
        }));
        outcomes.push(Ok(party.id));
        parties.push(party);
    }
    if !postings.is_empty() {
        post(app, postings, parties, checks)?;
    }
    Ok(outcomes)
}

fn post(
    app: &App,
    postings: Vec<Posting>,
    parties: Vec<NewParty>,
    checks: Vec<PartyCheck>,
) -> Result<(), AppError> {
    let effects: Effects = Arc::new(move |tx, _date, verdicts| {
        // All or none: the law refuses an enrolment only for a wrong date, which meets them all.
        if verdicts.iter().all(Result::is_ok) {
            tx.parties_insert(&parties).map_err(|error| {
                if error.is_duplicate_of("party_uscc_unique") {
                    already_known()
                } else {
                    error.into()
                }
            })?;
            tx.party_checks_append(&checks)?;
        }
        Ok(())
    });
    app.posting.post_all(Bundle {
        postings,
        effects: Some(effects),
    })?;
    Ok(())
}

fn already_known() -> AppError {
    AppError::invalid_field(
        "registration",
        "party_already_known",
        "a party is registered under this code already",
    )
}

pub(crate) fn record(
    new: &OnboardParty,
    facts: &Checked,
    date: NaiveDate,
) -> Result<NewParty, AppError> {
    Ok(NewParty {
        id: PartyId::from_bytes(random::bytes()?),
        kind: new.kind,
        name: facts.name.clone(),
        name_en: new.name_en.trim().to_owned(),
        uscc: facts.registration.clone(),
        size_class: new.size_class,
        state: PartyState::Active,
        email: new.email.trim().to_owned(),
        language: stored(new.language),
        account_name: facts.account_name.clone(),
        account_number: facts.account_number.clone(),
        account_bank_code: facts.account_bank_code.clone(),
        licence_note: new.licence_note.trim().to_owned(),
        issuance_blocked: false,
        paper_bank_code: new.paper_bank_code.trim().to_owned(),
        created_on: date,
    })
}

/// The entry that tells the journal of a party.
pub(crate) fn enrolment(app: &App, date: NaiveDate, party: &NewParty) -> Posting {
    let entry = Entry {
        book: app.book,
        date,
        paper: None,
        spends: None,
        cut: Cut::default(),
        act: Act::EnrolParty(PartyRecord {
            id: party.id,
            kind: party.kind,
            name: party.name.clone(),
            registration: party.uscc.clone(),
            account: SettlementAccount {
                bank_code: party.account_bank_code.clone(),
                number: party.account_number.clone(),
            },
        }),
    };
    Posting {
        sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
        spent: None,
    }
}
