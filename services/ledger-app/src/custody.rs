//! Hosted keys: sealed under their user's own passphrase, so that neither the operator nor a stolen
//! database can sign. The one door for custody: other kinds (own, gateway) bring signatures.

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::Version;
use ledger_core::canonical::Reader;
use ledger_core::canonical::Writer;
use ledger_core::id::KeyId;
use ledger_core::signature::Signer;
use ring::aead::AES_256_GCM;
use ring::aead::Aad;
use ring::aead::LessSafeKey;
use ring::aead::Nonce;
use ring::aead::UnboundKey;
use ring::hkdf::HKDF_SHA256;
use ring::hkdf::Salt;
use zeroize::Zeroizing;

use crate::error::AppError;
use crate::random;

/// Form of a sealed key: version, Argon2id cost (KiB, passes, lanes), salt, nonce, ciphertext.
const VERSION: u8 = 1;

/// OWASP's second recommendation for Argon2id (19 MiB, 2 passes, 1 lane): about 20 ms here, low
/// enough in memory for a small server with several people signing at once.
const COST: (u16, u16, u16) = (19_456, 2, 1);

/// Notes are filled up to a multiple of so many bytes.
pub const NOTE_BLOCK: usize = 1_024;

const NOTE_DOMAIN: &[u8] = b"tallystick/v1/sealed-note";

fn derive(
    passphrase: &str,
    salt: &[u8],
    cost: (u16, u16, u16),
) -> Result<Zeroizing<[u8; 32]>, AppError> {
    let broken = |what: &str| AppError::Internal(format!("passphrase derivation: {what}"));
    let (memory, passes, lanes) = cost;
    let params = Params::new(
        u32::from(memory),
        u32::from(passes),
        u32::from(lanes),
        Some(32),
    )
    .map_err(|e| broken(&e.to_string()))?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .map_err(|e| broken(&e.to_string()))?;
    Ok(key)
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> Result<LessSafeKey, AppError> {
    UnboundKey::new(&AES_256_GCM, key.as_slice())
        .map(LessSafeKey::new)
        .map_err(|_unspecified| AppError::Internal("cipher key".to_owned()))
}

/// Seals a key's 32-byte seed under a passphrase. The key id is bound in, so that one user's
/// sealed key can't be put in another's place.
///
/// # Errors
/// [`AppError::Internal`] only.
pub fn seal(key: KeyId, seed: &[u8; 32], passphrase: &str) -> Result<Vec<u8>, AppError> {
    let salt: [u8; 16] = random::bytes()?;
    let nonce: [u8; 12] = random::bytes()?;
    let mut sealed = Zeroizing::new(seed.to_vec());
    cipher(&derive(passphrase, &salt, COST)?)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(key.bytes()),
            &mut *sealed,
        )
        .map_err(|_unspecified| AppError::Internal("sealing".to_owned()))?;
    let mut w = Writer::new();
    w.u8(VERSION);
    w.u16(COST.0);
    w.u16(COST.1);
    w.u16(COST.2);
    w.fixed(&salt);
    w.fixed(&nonce);
    w.bytes(&sealed);
    Ok(w.finish())
}

/// Opens a sealed key.
///
/// # Errors
/// [`AppError::WrongPassphrase`]; [`AppError::Internal`] if the sealed bytes are damaged.
pub fn open(key: KeyId, sealed: &[u8], passphrase: &str) -> Result<Signer, AppError> {
    let seed = open_seed(key, sealed, passphrase)?;
    Signer::from_seed(key, &seed).map_err(|_rejected| AppError::Internal("seed".to_owned()))
}

/// Seals the same key under another passphrase. The seed never leaves this file.
///
/// # Errors
/// As [`open`], about the old passphrase.
pub fn reseal(key: KeyId, sealed: &[u8], old: &str, new: &str) -> Result<Vec<u8>, AppError> {
    seal(key, &*open_seed(key, sealed, old)?, new)
}

/// Seals a note so that only whoever can open the key can read it: under a key of its own, derived
/// from the seed for this purpose, so that a new passphrase leaves it readable. `about` is bound in.
/// The note is filled up to a multiple of [`NOTE_BLOCK`] bytes: its length says little.
///
/// # Errors
/// As [`open`].
pub fn seal_note(
    key: KeyId,
    sealed: &[u8],
    passphrase: &str,
    about: &[u8],
    note: &[u8],
) -> Result<Vec<u8>, AppError> {
    let seed = open_seed(key, sealed, passphrase)?;
    let nonce: [u8; 12] = random::bytes()?;
    let mut inner = Writer::new();
    inner.bytes(note);
    let mut inside = Zeroizing::new(inner.finish());
    let full = inside.len().next_multiple_of(NOTE_BLOCK);
    inside.resize(full, 0);
    note_cipher(&seed)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(about),
            &mut *inside,
        )
        .map_err(|_unspecified| AppError::Internal("sealing".to_owned()))?;
    let mut w = Writer::new();
    w.u8(VERSION);
    w.fixed(&nonce);
    w.bytes(&inside);
    Ok(w.finish())
}

/// Opens what [`seal_note`] sealed.
///
/// # Errors
/// As [`open`]; [`AppError::Invalid`] `note_unreadable` if it was sealed with another key or about
/// something else.
pub fn open_note(
    key: KeyId,
    sealed: &[u8],
    passphrase: &str,
    about: &[u8],
    note: &[u8],
) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let damaged = |_| note_unreadable();
    let seed = open_seed(key, sealed, passphrase)?;
    let mut r = Reader::new(note);
    if r.u8().map_err(damaged)? != VERSION {
        return Err(note_unreadable());
    }
    let nonce: [u8; 12] = r.fixed().map_err(damaged)?;
    let mut bytes = Zeroizing::new(r.bytes().map_err(damaged)?.to_vec());
    r.finish().map_err(damaged)?;
    let inside = note_cipher(&seed)?
        .open_in_place(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(about),
            &mut bytes,
        )
        .map_err(|_unspecified| note_unreadable())?;
    let note = Reader::new(inside).bytes().map_err(damaged)?.to_vec();
    Ok(Zeroizing::new(note))
}

fn note_unreadable() -> AppError {
    AppError::invalid(
        "note_unreadable",
        "this was sealed with another key than the one you have now; nobody can open it any more",
    )
}

fn note_cipher(seed: &Zeroizing<[u8; 32]>) -> Result<LessSafeKey, AppError> {
    let broken = |_| AppError::Internal("note key".to_owned());
    let mut key = Zeroizing::new([0; 32]);
    Salt::new(HKDF_SHA256, NOTE_DOMAIN)
        .extract(seed.as_slice())
        .expand(&[b"aes-256-gcm"], HKDF_SHA256)
        .map_err(broken)?
        .fill(key.as_mut_slice())
        .map_err(broken)?;
    cipher(&key)
}

fn open_seed(key: KeyId, sealed: &[u8], passphrase: &str) -> Result<Zeroizing<[u8; 32]>, AppError> {
    let damaged = |_| AppError::Internal(format!("sealed key {key} is damaged"));
    let mut r = Reader::new(sealed);
    if r.u8().map_err(damaged)? != VERSION {
        return Err(AppError::Internal(format!(
            "sealed key {key} has an unknown form"
        )));
    }
    let cost = (
        r.u16().map_err(damaged)?,
        r.u16().map_err(damaged)?,
        r.u16().map_err(damaged)?,
    );
    let salt: [u8; 16] = r.fixed().map_err(damaged)?;
    let nonce: [u8; 12] = r.fixed().map_err(damaged)?;
    let mut bytes = Zeroizing::new(r.bytes().map_err(damaged)?.to_vec());
    r.finish().map_err(damaged)?;
    let opened = cipher(&derive(passphrase, &salt, cost)?)?
        .open_in_place(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(key.bytes()),
            &mut bytes,
        )
        .map_err(|_unspecified| AppError::WrongPassphrase)?;
    <[u8; 32]>::try_from(&*opened)
        .map(Zeroizing::new)
        .map_err(|_length| AppError::Internal("seed".to_owned()))
}
