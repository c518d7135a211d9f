//! The particulars of acts about the book itself, its parties and keys, in canonical form.

use crate::act::Act;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::id::KeyId;
use crate::id::PartyId;
use crate::party::PartyRecord;

/// Writes them; an act about a paper has none.
pub(crate) fn write(act: &Act, w: &mut Writer) {
    match act {
        Act::OpenBook {
            key,
            public_key,
            origin,
        } => {
            w.fixed(key.bytes());
            w.fixed(public_key);
            w.text(origin);
        }
        Act::EnrolParty(record) => record.write(w),
        Act::EnrolKey {
            party,
            key,
            public_key,
        } => {
            w.fixed(party.bytes());
            w.fixed(key.bytes());
            w.fixed(public_key);
        }
        Act::RevokeKey { key } => w.fixed(key.bytes()),
        _ => {}
    }
}

/// Reads them for the act of this number.
///
/// # Errors
/// Not their form, or no act about the book.
pub(crate) fn read(code: u8, r: &mut Reader<'_>) -> Result<Act, CanonicalError> {
    Ok(match code {
        1 => Act::OpenBook {
            key: KeyId::from_bytes(r.fixed()?),
            public_key: r.fixed()?,
            origin: r.text()?,
        },
        2 => Act::EnrolParty(PartyRecord::read(r)?),
        3 => Act::EnrolKey {
            party: PartyId::from_bytes(r.fixed()?),
            key: KeyId::from_bytes(r.fixed()?),
            public_key: r.fixed()?,
        },
        4 => Act::RevokeKey {
            key: KeyId::from_bytes(r.fixed()?),
        },
        _ => return Err(CanonicalError::Unlawful("act")),
    })
}
