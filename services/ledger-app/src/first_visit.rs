//! The first visit of an invited person: chooses a passphrase, and with it seals a signing key of
//! its own, which the platform keeps but can't open.

use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::id::KeyId;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::access_log::AccessKind;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::posting::Posting;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use ledger_store::signing_keys::SigningKey;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::users::Role;
use ledger_store::users::User;
use ledger_store::users::UserState;
use zeroize::Zeroizing;

use crate::access;
use crate::app::App;
use crate::choose_language;
use crate::custody;
use crate::enrol_key::revocation;
use crate::error::AppError;
use crate::invitation;
use crate::language::Language;
use crate::passphrase;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::random;

/// Whom an invitation greets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// The person's name.
    pub display_name: String,
    /// The address it will sign in with.
    pub email: String,
    /// For which party.
    pub party_name: String,
    /// In which language.
    pub language: Language,
}

/// Whom the secret of a letter belongs to, to be shown before a passphrase is chosen.
///
/// # Errors
/// [`AppError::Invalid`] `invitation_unknown` or `invitation_expired`.
pub fn greet(app: &App, token: &str) -> Result<Greeting, AppError> {
    let (user, party) = find(app, token)?;
    Ok(Greeting {
        display_name: user.display_name,
        email: user.email,
        party_name: party.name,
        language: choose_language::read(user.language),
    })
}

/// Chooses the passphrase. Roles that sign get their key, enrolled in the journal; a person who
/// was invited again loses the old one, which nobody can open any more.
///
/// # Errors
/// [`AppError::Invalid`] `invitation_unknown`, `invitation_expired`, or why the passphrase is too
/// weak.
pub fn run(app: &App, token: &str, chosen: &str, source: &str) -> Result<(), AppError> {
    let (user, party) = find(app, token)?;
    passphrase::check_strength(chosen)?;
    let kept = invitation::digest(token);
    let active = User {
        state: UserState::Active,
        password_hash: passphrase::hash(chosen)?,
        invitation_hash: None,
        invitation_expires: None,
        failed_attempts: 0,
        locked_until: None,
        ..user
    };
    let line = access::line(
        app.clock.now(),
        AccessKind::PasswordSet,
        Some(&active),
        &active.email,
        source,
    );
    let become_active = move |tx: &mut WriteTx<'_>, active: &User| -> Result<(), AppError> {
        // The link works once, also when it is opened twice at the same time.
        let now_kept = tx.user_by_id_locked(active.id)?.invitation_hash;
        if now_kept != Some(kept) {
            return Err(unknown());
        }
        tx.user_update(active)?;
        Ok(tx.access_log_append(std::slice::from_ref(&line))?)
    };
    if !signs(active.role) {
        return app.store.write(|tx| become_active(tx, &active));
    }
    let (date, old) = app.store.read(|tx| {
        Ok::<_, AppError>((
            tx.business_date_today()?,
            tx.signing_keys_of_user(active.id)?,
        ))
    })?;
    let (key, enrolment) = new_key(app, date, &active, &party, chosen)?;
    let mut postings: Vec<Posting> = old.iter().map(|k| revocation(app, date, k.id)).collect();
    postings.push(enrolment);
    let now = app.clock.now();
    let effects: Effects = Arc::new(move |tx, _date, verdicts| {
        if verdicts.iter().all(Result::is_ok) {
            become_active(tx, &active)?;
            for SigningKey { id, .. } in &old {
                tx.signing_key_revoke(*id, now)?;
            }
            tx.signing_key_insert(&key)?;
        }
        Ok(())
    });
    app.posting.post_all(Bundle {
        postings,
        effects: Some(effects),
    })?;
    Ok(())
}

/// Roles that put their name under entries.
const fn signs(role: Role) -> bool {
    matches!(role, Role::Maker | Role::Checker | Role::Member)
}

fn find(app: &App, token: &str) -> Result<(User, Party), AppError> {
    let kept = invitation::digest(token);
    let (user, party) = app
        .store
        .read(|tx| {
            let user = tx.user_by_invitation(&kept)?;
            let party = tx.party_by_id(user.party)?;
            Ok::<_, AppError>((user, party))
        })
        .map_err(|error| match error {
            AppError::NotFound => unknown(),
            other => other,
        })?;
    if user.state != UserState::Invited || party.state != PartyState::Active {
        return Err(unknown());
    }
    if user
        .invitation_expires
        .is_none_or(|end| end <= app.clock.now())
    {
        return Err(AppError::invalid(
            "invitation_expired",
            "this invitation has expired; ask who invited you for a new one",
        ));
    }
    Ok((user, party))
}

fn unknown() -> AppError {
    AppError::invalid(
        "invitation_unknown",
        "this link is not valid, or it was used already; ask who invited you for a new one",
    )
}

/// Makes a key, seals it under the passphrase, and writes the entry that enrols it, signed by the
/// book and by the key itself.
fn new_key(
    app: &App,
    date: NaiveDate,
    user: &User,
    party: &Party,
    chosen: &str,
) -> Result<(NewSigningKey, Posting), AppError> {
    let seed = Zeroizing::new(random::bytes::<32>()?);
    let id = KeyId::from_bytes(random::bytes()?);
    let signer =
        Signer::from_seed(id, &seed).map_err(|_rejected| AppError::Internal("seed".to_owned()))?;
    let key = NewSigningKey {
        id,
        party: party.no,
        user_id: Some(user.id),
        public_key: signer.public_key(),
        custody: Custody::Hosted,
        sealed: Some(custody::seal(id, &seed, chosen)?),
        valid_from: date,
    };
    let entry = Entry {
        book: app.book,
        date,
        paper: None,
        spends: None,
        cut: Cut::default(),
        act: Act::EnrolKey {
            party: party.id,
            key: id,
            public_key: key.public_key,
        },
    };
    let posting = Posting {
        sealed: entry.sealed_by(&[(Seat::Book, app.recorder()), (Seat::Subject, &signer)]),
        spent: None,
    };
    Ok((key, posting))
}
