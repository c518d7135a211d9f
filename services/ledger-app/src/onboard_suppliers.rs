//! Takes suppliers in by the list: the operator has verified them and hands in a file, each with
//! the person who is to act for it. The same list again changes nothing; what is on record already
//! is never changed from a list.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::outbox::OutboxItem;
use ledger_store::parties::NewParty;
use ledger_store::parties::Party;
use ledger_store::parties::SizeClass;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::users::Role;
use ledger_store::users::User;

use crate::app::App;
use crate::choose_language;
use crate::error::AppError;
use crate::invite_user;
use crate::invite_user::InviteUser;
use crate::language::Language;
use crate::letters;
use crate::onboard_party::OnboardParty;
use crate::onboard_party::enrolment;
use crate::onboard_party::record;
use crate::party_facts::Checked;
use crate::party_facts::check;
use crate::policy::Action;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::supplier_lookup::comparable;

/// A supplier as a list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSupplier {
    /// Registered name.
    pub name: String,
    /// Unified social credit code or LEI, or empty: then the supplier is known by its name alone.
    pub registration: String,
    /// Number of the settlement account.
    pub account_number: String,
    /// Its bank: 12-digit payment-system code, or a BIC.
    pub account_bank_code: String,
    /// Who acts for it: letters go there, the invitation first.
    pub email: String,
    /// Language of those letters.
    pub language: Language,
}

/// What became of one supplier of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenIn {
    /// It takes part from now on; its person has been invited.
    New(PartyId),
    /// It was here before, with the same facts.
    Same,
    /// It was not taken in, and why.
    Refused(AppError),
}

/// Most suppliers that one unit of work takes in.
pub const AT_ONCE: usize = 500;

/// Takes suppliers in, [`AT_ONCE`] a unit of work, set-based. A bad one comes back with its reason
/// and touches no neighbour.
///
/// The reasons are those of [`crate::onboard_party::run`] and [`crate::invite_user::run`], and
/// `supplier_differs`: the registration is on record with other facts; `supplier_name_known`: a
/// supplier of this name is on record under another registration.
///
/// # Errors
/// [`AppError::Forbidden`], the store's. Units of work done before the error stay done, so that the
/// same list can be handed in again.
pub fn run(app: &App, who: &Principal, list: &[NewSupplier]) -> Result<Vec<TakenIn>, AppError> {
    who.may(Action::OnboardParty)?;
    let mut outcomes = Vec::with_capacity(list.len());
    for some in list.chunks(AT_ONCE) {
        outcomes.extend(take_in(app, who, some)?);
    }
    Ok(outcomes)
}

fn take_in(app: &App, who: &Principal, list: &[NewSupplier]) -> Result<Vec<TakenIn>, AppError> {
    let forms: Vec<OnboardParty> = list.iter().map(form).collect();
    let checked: Vec<Result<Checked, AppError>> = forms.iter().map(check).collect();
    let (date, mut known) = app.store.read(|tx| {
        Ok::<_, AppError>((tx.business_date_today()?, Known::load(tx, list, &checked)?))
    })?;
    let mut outcomes = Vec::with_capacity(list.len());
    let mut intake = Intake::default();
    for ((facts, form), new) in checked.into_iter().zip(&forms).zip(list) {
        let placed = facts.and_then(|facts| {
            let (user, token) = invite_user::invited_user(app, &invitee(new))?;
            known
                .place(new, &facts)
                .map(|same| (same, facts, user, token))
        });
        outcomes.push(match placed {
            Err(error @ AppError::Internal(_)) => return Err(error),
            Err(refused) => TakenIn::Refused(refused),
            Ok((true, ..)) => TakenIn::Same,
            Ok((false, facts, user, token)) => {
                let party = record(form, &facts, date)?;
                let user = User {
                    party: party.id,
                    ..user
                };
                let letter = invite_user::letter(&party.name, who, &user, token)?;
                intake
                    .letters
                    .push(letters::queued(app.clock.now(), letter)?);
                intake.postings.push(enrolment(app, date, &party));
                intake.users.push(user);
                let id = party.id;
                intake.parties.push(party);
                TakenIn::New(id)
            }
        });
    }
    intake.post(app)?;
    Ok(outcomes)
}

fn form(new: &NewSupplier) -> OnboardParty {
    OnboardParty {
        kind: PartyKind::Supplier,
        name: new.name.clone(),
        name_en: String::new(),
        registration: new.registration.clone(),
        check_digit_reason: String::new(),
        // Most are; the payment deadlines for small enterprises are the stricter ones.
        size_class: SizeClass::Small,
        email: new.email.clone(),
        language: new.language,
        account_name: new.name.clone(),
        account_number: new.account_number.clone(),
        account_bank_code: new.account_bank_code.clone(),
        licence_note: String::new(),
        paper_bank_code: String::new(),
    }
}

/// The person who acts for the supplier; its party is known once the supplier has an id.
fn invitee(new: &NewSupplier) -> InviteUser {
    InviteUser {
        party: PartyId::from_bytes([0; 16]),
        display_name: new.name.clone(),
        email: new.email.clone(),
        language: new.language,
        role: Role::Member,
    }
}

/// What one unit of work adds, list by list.
#[derive(Default)]
struct Intake {
    parties: Vec<NewParty>,
    postings: Vec<Posting>,
    users: Vec<User>,
    letters: Vec<OutboxItem>,
}

impl Intake {
    fn post(self, app: &App) -> Result<(), AppError> {
        let Intake {
            parties,
            postings,
            users,
            letters,
        } = self;
        if postings.is_empty() {
            return Ok(());
        }
        let effects: Effects = Arc::new(move |tx, _date: NaiveDate, verdicts| {
            // All or none: the law refuses an enrolment only for a wrong date, which meets them all.
            if verdicts.iter().all(Result::is_ok) {
                tx.parties_insert(&parties)?;
                tx.users_insert(&users)?;
                tx.outbox_push(&letters)?;
            }
            Ok(())
        });
        app.posting.post_all(Bundle {
            postings,
            effects: Some(effects),
        })?;
        Ok(())
    }
}

/// The facts by which a supplier is told again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Facts {
    name: String,
    registration: String,
    account_number: String,
    account_bank_code: String,
    email: String,
    language: Language,
}

impl Facts {
    fn of(new: &NewSupplier, checked: &Checked) -> Facts {
        Facts {
            name: comparable(&checked.name),
            registration: checked.registration.clone(),
            account_number: checked.account_number.clone(),
            account_bank_code: checked.account_bank_code.clone(),
            email: new.email.trim().to_lowercase(),
            language: new.language,
        }
    }

    fn on_record(party: &Party) -> Facts {
        Facts {
            name: comparable(&party.name),
            registration: party.uscc.clone(),
            account_number: party.account_number.clone(),
            account_bank_code: party.account_bank_code.clone(),
            email: party.email.to_lowercase(),
            language: choose_language::read(party.language),
        }
    }
}

/// Who is on record already, as far as a list names them, and who stood in the list before.
#[derive(Default)]
struct Known {
    by_code: HashMap<String, Facts>,
    by_name: HashMap<String, Vec<Facts>>,
    emails: HashSet<String>,
}

impl Known {
    fn load(
        tx: &mut ReadTx<'_>,
        list: &[NewSupplier],
        checked: &[Result<Checked, AppError>],
    ) -> Result<Known, AppError> {
        let good = || checked.iter().flatten();
        let codes: Vec<String> = good()
            .map(|facts| facts.registration.clone())
            .filter(|code| !code.is_empty())
            .collect();
        let mut names: HashSet<String> = good().map(|facts| comparable(&facts.name)).collect();
        // What has no letter in it can't be told by name.
        names.remove("");
        let emails: Vec<String> = list
            .iter()
            .map(|new| new.email.trim().to_lowercase())
            .collect();
        let mut known = Known::default();
        for party in tx.parties_by_usccs(&codes)? {
            known
                .by_code
                .insert(party.uscc.clone(), Facts::on_record(&party));
        }
        let mut named = Vec::new();
        for party in tx.import_party_names(PartyKind::Supplier)? {
            if names.contains(&comparable(&party.name))
                || names.contains(&comparable(&party.name_en))
            {
                named.push(party.id);
            }
        }
        for party in tx.parties_by_ids(&named)? {
            for name in [comparable(&party.name), comparable(&party.name_en)] {
                if !name.is_empty() {
                    let same_name = known.by_name.entry(name).or_default();
                    same_name.push(Facts::on_record(&party));
                }
            }
        }
        let taken = tx.users_by_emails(&emails)?;
        known.emails = taken
            .into_iter()
            .map(|user| user.email.to_lowercase())
            .collect();
        Ok(known)
    }

    /// Whether the supplier is on record with the same facts. If it is new, it is known from now.
    fn place(&mut self, new: &NewSupplier, checked: &Checked) -> Result<bool, AppError> {
        let facts = Facts::of(new, checked);
        if let Some(known) = self.by_code.get(&facts.registration) {
            return if *known == facts {
                Ok(true)
            } else {
                Err(differs())
            };
        }
        if let Some(namesakes) = self.by_name.get(&facts.name) {
            return match namesakes.contains(&facts) {
                true => Ok(true),
                false => Err(name_known()),
            };
        }
        if !self.emails.insert(facts.email.clone()) {
            return Err(email_taken());
        }
        if !facts.registration.is_empty() {
            self.by_code
                .insert(facts.registration.clone(), facts.clone());
        }
        self.by_name.insert(facts.name.clone(), vec![facts]);
        Ok(false)
    }
}

fn differs() -> AppError {
    AppError::invalid_field(
        "registration",
        "supplier_differs",
        "a party is on record under this registration with other facts; a list changes nothing",
    )
}

fn name_known() -> AppError {
    AppError::invalid_field(
        "name",
        "supplier_name_known",
        "a supplier of this name is on record with other facts; a list changes nothing",
    )
}

fn email_taken() -> AppError {
    AppError::invalid_field(
        "email",
        "email_taken",
        "somebody signs in with this address already",
    )
}
