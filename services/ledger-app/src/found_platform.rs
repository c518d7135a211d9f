//! Founds a platform on an empty database: its operator and the first person to act for it. Only
//! the command line reaches this; afterwards people are invited by people.

use std::sync::Arc;

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::parties::NewParty;
use ledger_store::parties::PartyState;
use ledger_store::parties::SizeClass;
use ledger_store::users::Role;

use crate::app::App;
use crate::choose_language::stored;
use crate::error::AppError;
use crate::invite_user;
use crate::invite_user::InviteUser;
use crate::language::Language;
use crate::onboard_party::enrolment;
use crate::party_facts::check_text;
use crate::posting_queue::Effects;
use crate::random;
use crate::recipient::InvitationToken;

/// Who runs the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlatform {
    /// Registered name of the operator.
    pub organisation: String,
    /// Name of the first person.
    pub display_name: String,
    /// Address that person signs in with.
    pub email: String,
    /// Language of that person.
    pub language: Language,
}

/// Enrols the operator and gives the secret of the first person's invitation.
///
/// # Errors
/// [`AppError::Invalid`] `already_founded`, `name_missing`, `email_malformed`.
pub fn run(app: &App, new: &FoundPlatform) -> Result<(PartyId, InvitationToken), AppError> {
    let organisation = new.organisation.trim();
    check_text("organisation", organisation)?;
    if organisation.is_empty() {
        return Err(AppError::invalid_field(
            "organisation",
            "name_missing",
            "give the operator's registered name",
        ));
    }
    let date = app.store.read(|tx| {
        if !tx.parties_of_kind(PartyKind::Operator)?.is_empty() {
            return Err(already_founded());
        }
        Ok(tx.business_date_today()?)
    })?;
    let party = NewParty {
        id: PartyId::from_bytes(random::bytes()?),
        kind: PartyKind::Operator,
        name: organisation.to_owned(),
        name_en: String::new(),
        uscc: String::new(),
        size_class: SizeClass::Medium,
        state: PartyState::Active,
        email: new.email.trim().to_owned(),
        language: stored(new.language),
        account_name: String::new(),
        account_number: String::new(),
        account_bank_code: String::new(),
        licence_note: String::new(),
        issuance_blocked: false,
        paper_bank_code: String::new(),
        created_on: date,
    };
    let (user, token) = invite_user::invited_user(
        app,
        &InviteUser {
            party: party.id,
            display_name: new.display_name.clone(),
            email: new.email.clone(),
            language: new.language,
            role: Role::Operator,
        },
    )?;
    let (id, posting) = (party.id, enrolment(app, date, &party));
    let effects: Effects = Arc::new(move |tx, _date, verdicts| {
        if verdicts.iter().all(Result::is_ok) {
            // Two at once: the posting thread does one after the other, so the second sees it.
            if !tx.parties_of_kind(PartyKind::Operator)?.is_empty() {
                return Err(already_founded());
            }
            tx.party_insert(&party)?;
            invite_user::insert(tx, &user)?;
        }
        Ok(())
    });
    app.posting.post_one(posting, Some(effects))?;
    Ok((id, token))
}

fn already_founded() -> AppError {
    AppError::invalid("already_founded", "this platform has an operator already")
}
