//! Gets signatures: one door for all custodies.

use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::id::KeyId;
use ledger_core::id::UserId;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::signing_keys::Custody;

use crate::app::App;
use crate::custody;
use crate::error::AppError;
use crate::passphrase_attempts;
use crate::principal::Principal;

/// How a party signs what it does.
#[derive(Debug)]
pub enum Signing<'a> {
    /// With a key opened for this one request.
    With(&'a Signer),
    /// The party signed elsewhere and brings the signature.
    Brought {
        /// With which key.
        key: KeyId,
        /// The 64 bytes.
        bytes: [u8; 64],
    },
}

impl Signing<'_> {
    /// The signature of `seat` under `body`.
    #[must_use]
    pub fn sign(&self, seat: Seat, body: &[u8]) -> PartySignature {
        match self {
            Signing::With(signer) => signer.sign(seat, body),
            Signing::Brought { key, bytes } => PartySignature {
                seat,
                key: *key,
                bytes: *bytes,
            },
        }
    }

    /// Seals an entry that needs only this one signature.
    #[must_use]
    pub fn seal(&self, seat: Seat, entry: Entry) -> SealedEntry {
        let signature = self.sign(seat, &entry.to_bytes());
        SealedEntry::new(entry, vec![signature])
    }
}

/// The sealed key of the person who acts, and whose it is.
pub(crate) struct HostedKey {
    /// The person.
    pub(crate) user: UserId,
    /// The key's id.
    pub(crate) id: KeyId,
    /// The seed under the person's passphrase.
    pub(crate) sealed: Vec<u8>,
}

/// Finds the hosted key of the person who acts.
///
/// # Errors
/// [`AppError::Invalid`] `no_signing_key` if the person has none.
pub(crate) fn hosted_key(app: &App, who: &Principal) -> Result<HostedKey, AppError> {
    let user = who.user.ok_or(AppError::NotFound)?;
    let keys = app.store.read(|tx| tx.signing_keys_of_user(user))?;
    keys.into_iter()
        .filter(|key| key.custody == Custody::Hosted)
        .find_map(|key| {
            Some(HostedKey {
                user,
                id: key.id,
                sealed: key.sealed?,
            })
        })
        .ok_or_else(|| {
            AppError::invalid(
                "no_signing_key",
                "you have no signing key yet; set one up first",
            )
        })
}

/// Opens the hosted key of the person who acts.
///
/// # Errors
/// [`AppError::WrongPassphrase`], and after several of them [`AppError::Invalid`]
/// `passphrase_at_rest`; `no_signing_key` if the person has none.
pub fn open_key(app: &App, who: &Principal, passphrase: &str) -> Result<Signer, AppError> {
    let key = hosted_key(app, who)?;
    passphrase_attempts::counted(app, key.user, || {
        custody::open(key.id, &key.sealed, passphrase)
    })
}
