//! Invites a person to act for a party. The operator never chooses a passphrase for anybody: the
//! person does, on the first visit, with the secret in the letter.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_core::party::PartyKind;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
pub use ledger_store::users::Role;
use ledger_store::users::User;
use ledger_store::users::UserState;

use crate::app::App;
use crate::choose_language;
use crate::choose_language::stored;
use crate::error::AppError;
use crate::invitation;
use crate::language::Language;
use crate::letters;
use crate::letters::QueuedLetter;
use crate::notice::Notice;
use crate::party_facts::check_text;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::recipient::InvitationToken;
use crate::recipient::Recipient;

/// A person to invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteUser {
    /// For which party.
    pub party: PartyId,
    /// Name shown.
    pub display_name: String,
    /// Where the letter goes and what the person signs in with.
    pub email: String,
    /// Language of pages and letters.
    pub language: Language,
    /// In which role.
    pub role: Role,
}

/// An invitation on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The person.
    pub user: UserId,
    /// Until when the link works.
    pub valid_until: DateTime<Utc>,
}

/// Invites by letter.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] if there is no such party;
/// [`AppError::Invalid`]: `name_missing`, `email_malformed`, `email_taken`, `role_not_of_party`,
/// `party_not_active`.
pub fn run(app: &App, who: &Principal, new: &InviteUser) -> Result<Invited, AppError> {
    invite(app, who, new, true).map(|(invited, _letter_has_it)| invited)
}

/// Invites without a letter, for an installation whose operator brings the link in person: the
/// secret is handed back, once.
///
/// # Errors
/// As [`run`].
pub fn hand_over(
    app: &App,
    who: &Principal,
    new: &InviteUser,
) -> Result<(Invited, InvitationToken), AppError> {
    invite(app, who, new, false)
}

fn invite(
    app: &App,
    who: &Principal,
    new: &InviteUser,
    by_letter: bool,
) -> Result<(Invited, InvitationToken), AppError> {
    who.may(Action::OnboardParty)?;
    let (user, token) = invited_user(app, new)?;
    app.store.write(|tx| {
        let party = tx.party_by_id(new.party)?;
        check_fit(&party, new.role)?;
        insert(tx, &user)?;
        if by_letter {
            let letter = letter(&party.name, who, &user, token.clone())?;
            letters::tell_person(tx, app.clock.now(), letter)?;
        }
        Ok::<_, AppError>(())
    })?;
    Ok((invited(&user)?, token))
}

/// Invites a person again: the letter was lost, or the passphrase forgotten. The old link dies,
/// open sessions end, and the next first visit makes a new signing key; nobody can open the old
/// one any more.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub fn again(app: &App, who: &Principal, user: UserId) -> Result<Invited, AppError> {
    who.may(Action::OnboardParty)?;
    let (token, kept) = invitation::fresh()?;
    let now = app.clock.now();
    let user = app.store.write(|tx| {
        let mut user = tx.user_by_id(user)?;
        user.state = UserState::Invited;
        user.password_hash = String::new();
        user.invitation_hash = Some(kept);
        user.invitation_expires = Some(invitation::expiry(now));
        user.failed_attempts = 0;
        user.locked_until = None;
        tx.user_update(&user)?;
        tx.sessions_of_user_end(user.id)?;
        let party = tx.party_by_id(user.party)?;
        letters::tell_person(tx, now, letter(&party.name, who, &user, token.clone())?)?;
        Ok::<_, AppError>(user)
    })?;
    invited(&user)
}

fn invited(user: &User) -> Result<Invited, AppError> {
    let valid_until = user
        .invitation_expires
        .ok_or_else(|| AppError::Internal("an invitation without an end".to_owned()))?;
    Ok(Invited {
        user: user.id,
        valid_until,
    })
}

/// The person as kept, with the secret of the invitation.
pub(crate) fn invited_user(
    app: &App,
    new: &InviteUser,
) -> Result<(User, InvitationToken), AppError> {
    let name = new.display_name.trim();
    check_text("display_name", name)?;
    if name.is_empty() {
        return Err(AppError::invalid_field(
            "display_name",
            "name_missing",
            "give the person's name",
        ));
    }
    let email = new.email.trim();
    check_email(email)?;
    let (token, kept) = invitation::fresh()?;
    let now = app.clock.now();
    let user = User {
        id: UserId::from_bytes(random::bytes()?),
        party: new.party,
        display_name: name.to_owned(),
        email: email.to_owned(),
        language: stored(new.language),
        role: new.role,
        password_hash: String::new(),
        state: UserState::Invited,
        invitation_hash: Some(kept),
        invitation_expires: Some(invitation::expiry(now)),
        failed_attempts: 0,
        locked_until: None,
        created_at: now,
    };
    Ok((user, token))
}

pub(crate) fn insert(
    tx: &mut ledger_store::unit_of_work::WriteTx<'_>,
    user: &User,
) -> Result<(), AppError> {
    tx.users_insert(std::slice::from_ref(user))
        .map_err(|error| {
            if error.is_duplicate_of("app_user_email_unique") {
                AppError::invalid_field(
                    "email",
                    "email_taken",
                    "somebody signs in with this address already",
                )
            } else {
                error.into()
            }
        })
}

/// As much as a program can say about an address without writing to it.
fn check_email(email: &str) -> Result<(), AppError> {
    let shaped = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.contains('@')
    });
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c);
    if shaped && email.len() <= 254 && !email.chars().any(odd) {
        return Ok(());
    }
    Err(AppError::invalid_field(
        "email",
        "email_malformed",
        "give a mail address such as name@example.com",
    ))
}

fn check_fit(party: &Party, role: Role) -> Result<(), AppError> {
    if party.state != PartyState::Active {
        return Err(AppError::invalid_field(
            "party",
            "party_not_active",
            "this party does not take part at present",
        ));
    }
    let fits = match party.kind {
        PartyKind::Obligor | PartyKind::Supplier | PartyKind::FinanceProvider => {
            matches!(role, Role::Maker | Role::Checker | Role::Member)
        }
        PartyKind::Operator => role == Role::Operator,
        PartyKind::Auditor => role == Role::Auditor,
    };
    if fits {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "role",
            "role_not_of_party",
            "nobody has this role at a party of this kind",
        ))
    }
}

pub(crate) fn letter(
    organisation: &str,
    who: &Principal,
    user: &User,
    token: InvitationToken,
) -> Result<QueuedLetter, AppError> {
    Ok(QueuedLetter {
        to: Recipient {
            email: user.email.clone(),
            name: user.display_name.clone(),
            language: choose_language::read(user.language),
        },
        notice: Notice::Invitation {
            organisation: organisation.to_owned(),
            invited_by: who.name.clone(),
            token,
            valid_until: invited(user)?.valid_until.date_naive(),
        },
    })
}
