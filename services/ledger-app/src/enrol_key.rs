//! Keys that a party keeps itself: a bank's system, an obligor's. The platform sees the public
//! half only. Enrolling shows that somebody has the private half: the key signs its own enrolment.

use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::refusal::Refusal;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::signature::is_weak_key;
use ledger_core::signature::signing_payload;
use ledger_store::error::StoreError;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::posting::Posting;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use ledger_store::users::Role;

use crate::app::App;
use crate::choose_language;
use crate::error::AppError;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::random;

/// An enrolment to be signed by the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The id the key will have.
    pub key: KeyId,
    /// Canonical bytes of the entry; bring them back unchanged.
    pub entry: Vec<u8>,
    /// The bytes to sign with Ed25519.
    pub payload: Vec<u8>,
}

/// A system that has been identified by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// Who acts.
    pub principal: Principal,
    /// Ed25519 public key.
    pub public_key: [u8; 32],
}

/// Prepares the enrolment of a party's own key.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] if there is no such party;
/// [`AppError::Invalid`] `party_signs_nothing`; [`Refusal::UnusableKey`] for a weak key.
pub fn prepare(
    app: &App,
    who: &Principal,
    party: PartyId,
    public_key: [u8; 32],
) -> Result<Prepared, AppError> {
    who.may(Action::OnboardParty)?;
    if is_weak_key(&public_key) {
        return Err(Refusal::UnusableKey.into());
    }
    let (date, party) = app
        .store
        .read(|tx| Ok::<_, AppError>((tx.business_date_today()?, tx.party_by_id(party)?)))?;
    check_party(&party)?;
    let key = KeyId::from_bytes(random::bytes()?);
    let act = Act::EnrolKey {
        party: party.id,
        key,
        public_key,
    };
    let entry = about_book(app, date, act).to_bytes();
    Ok(Prepared {
        key,
        payload: signing_payload(Seat::Subject, &entry),
        entry,
    })
}

/// Enrols the key with its own signature under what [`prepare`] gave.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] `enrolment_malformed`; the ledger's refusals:
/// `bad_signature`, `unusable_key`, `wrong_date` (prepared on another business date).
pub fn submit(
    app: &App,
    who: &Principal,
    entry: &[u8],
    signature: [u8; 64],
) -> Result<KeyId, AppError> {
    who.may(Action::OnboardParty)?;
    let malformed = || {
        AppError::invalid_field(
            "entry",
            "enrolment_malformed",
            "bring back the entry exactly as it was prepared",
        )
    };
    let entry = Entry::from_bytes(entry).map_err(|_bytes| malformed())?;
    let Act::EnrolKey {
        party,
        key,
        public_key,
    } = entry.act
    else {
        return Err(malformed());
    };
    let party = app
        .store
        .read(|tx| Ok::<_, AppError>(tx.party_by_id(party)?))?;
    check_party(&party)?;
    let new = NewSigningKey {
        id: key,
        party: party.no,
        user_id: None,
        public_key,
        custody: Custody::Own,
        sealed: None,
        valid_from: entry.date,
    };
    let recorded = app.recorder().sign(Seat::Book, &entry.to_bytes());
    let proof = PartySignature {
        seat: Seat::Subject,
        key,
        bytes: signature,
    };
    let effects: Effects = Arc::new(move |tx, _date, verdicts| {
        if verdicts.iter().all(Result::is_ok) {
            tx.signing_key_insert(&new).map_err(|error| match error {
                StoreError::Duplicate(_) => AppError::Refused(Refusal::UnusableKey),
                other => other.into(),
            })?;
        }
        Ok(())
    });
    let posting = Posting {
        sealed: SealedEntry::new(entry, vec![recorded, proof]),
        spent: None,
    };
    app.posting.post_one(posting, Some(effects))?;
    Ok(key)
}

/// Ends a key's life, hosted ones too. What it signed stays signed. A second time changes nothing.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub fn revoke(app: &App, who: &Principal, key: KeyId) -> Result<(), AppError> {
    who.may(Action::OnboardParty)?;
    let (date, known) = app
        .store
        .read(|tx| Ok::<_, AppError>((tx.business_date_today()?, tx.signing_key_by_id(key)?)))?;
    if known.revoked_at.is_some() {
        return Ok(());
    }
    let now = app.clock.now();
    let effects: Effects = Arc::new(move |tx, _date, verdicts| {
        if verdicts.iter().all(Result::is_ok) {
            tx.signing_key_revoke(key, now)?;
        }
        Ok(())
    });
    app.posting
        .post_one(revocation(app, date, key), Some(effects))?;
    Ok(())
}

/// Who acts when a request is signed with this key; none if the key identifies nobody: unknown,
/// revoked, a person's (people sign in), not valid yet, or of a party that doesn't take part.
///
/// # Errors
/// The store's.
pub fn principal_of_key(app: &App, key: KeyId) -> Result<Option<KeyHolder>, AppError> {
    let found = app.store.read(|tx| {
        let known = tx.signing_key_by_id(key)?;
        let party = tx.party_by_id(known.party_id)?;
        Ok::<_, AppError>((known, party, tx.business_date_today()?))
    });
    let (known, party, today) = match found {
        Ok(found) => found,
        Err(AppError::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let lives = known.revoked_at.is_none() && known.valid_from <= today;
    let own = known.user_id.is_none() && matches!(known.custody, Custody::Own | Custody::Gateway);
    let suspended = party.state == PartyState::Suspended;
    if !lives || !own || !(suspended || check_party(&party).is_ok()) {
        return Ok(None);
    }
    Ok(Some(KeyHolder {
        principal: Principal {
            user: None,
            key: Some(key),
            party: party.id,
            kind: party.kind,
            role: role_of_system(party.kind),
            language: choose_language::read(party.language),
            name: party.name.clone(),
            party_name: party.name,
            suspended,
        },
        public_key: known.public_key,
    }))
}

/// An obligor's system hands payables in, as its maker does; the checker is always a person.
const fn role_of_system(kind: PartyKind) -> Role {
    match kind {
        PartyKind::Obligor => Role::Maker,
        PartyKind::Supplier
        | PartyKind::FinanceProvider
        | PartyKind::Operator
        | PartyKind::Auditor => Role::Member,
    }
}

fn check_party(party: &Party) -> Result<(), AppError> {
    let signs = matches!(
        party.kind,
        PartyKind::Obligor | PartyKind::Supplier | PartyKind::FinanceProvider
    );
    if signs && party.state == PartyState::Active {
        return Ok(());
    }
    Err(AppError::invalid_field(
        "party",
        "party_signs_nothing",
        "only an active obligor, supplier or finance provider has signing keys",
    ))
}

fn about_book(app: &App, date: NaiveDate, act: Act) -> Entry {
    Entry {
        book: app.book,
        date,
        paper: None,
        spends: None,
        cut: Cut::default(),
        act,
    }
}

/// The entry that ends a key's life.
pub(crate) fn revocation(app: &App, date: NaiveDate, key: KeyId) -> Posting {
    Posting {
        sealed: about_book(app, date, Act::RevokeKey { key })
            .sealed_by(&[(Seat::Book, app.recorder())]),
        spent: None,
    }
}
