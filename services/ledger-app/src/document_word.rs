//! What two use cases share about words on documents: who is a side, and the signature itself.

use ledger_core::attestation::Attestation;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_store::documents::Document;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::signing::Signing;

/// A signature under an attestation, checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedWord {
    pub(crate) key: KeyId,
    pub(crate) bytes: [u8; 64],
}

/// Signs, or takes the signature that was brought, and checks it by the key on record: the party's
/// own, not revoked.
pub(crate) fn sign(
    tx: &mut ReadTx<'_>,
    party: PartyId,
    signing: &Signing<'_>,
    word: &Attestation,
) -> Result<SignedWord, AppError> {
    let signed = match signing {
        Signing::With(signer) => SignedWord {
            key: signer.key(),
            bytes: signer.sign_raw(&word.signing_payload()),
        },
        Signing::Brought { key, bytes } => SignedWord {
            key: *key,
            bytes: *bytes,
        },
    };
    let key = tx.signing_keys_by_ids(&[signed.key])?.pop();
    let good = key.is_some_and(|key| {
        key.party_id == party
            && key.revoked_at.is_none()
            && word.is_signed(&key.public_key, &signed.bytes)
    });
    if good {
        Ok(signed)
    } else {
        Err(AppError::invalid_field(
            "signature",
            "signature_wrong",
            "the signature is not your key's under these bytes",
        ))
    }
}

/// Whether a party is a side of a document: it issued or received it, or it carried, sent or
/// received the goods of a waybill.
pub(crate) fn is_side(
    tx: &mut ReadTx<'_>,
    document: &Document,
    party: PartyId,
) -> Result<bool, AppError> {
    if document.owner == party || document.counterparty == Some(party) {
        return Ok(true);
    }
    let waybills = tx.waybills_by_documents(&[document.id])?;
    Ok(waybills
        .iter()
        .any(|w| [w.carrier, w.shipper, w.receiver].contains(&party)))
}
