//! Entries about the book itself: opened, parties and keys taken in, keys ended.

use crate::act::Act;
use crate::apply::Applied;
use crate::apply::NOTHING;
use crate::entry::SealedEntry;
use crate::id::PartyId;
use crate::ledger::Ledger;
use crate::party::EnrolledKey;
use crate::refusal::Refusal;
use crate::seats::Signers;
use crate::signature::is_weak_key;

impl Ledger {
    pub(crate) fn apply_to_book(&mut self, sealed: &SealedEntry) -> Result<Applied, Refusal> {
        let entry = sealed.entry();
        if entry.paper.is_some() || entry.spends.is_some() || entry.cut != Default::default() {
            return Err(Refusal::WrongShape(
                "an entry about the book concerns no paper",
            ));
        }
        let opens = matches!(entry.act, Act::OpenBook { .. });
        if opens != self.recorder.is_none() {
            return Err(Refusal::WrongShape(
                "a book is opened once, by its first entry",
            ));
        }
        self.check_seats(sealed, Signers::default())?;
        if let Act::RevokeKey { key } = &entry.act
            && !self.keys.contains_key(key)
        {
            return Err(Refusal::UnknownKey);
        }
        self.check_date(entry.date, 0)?;
        match &entry.act {
            Act::OpenBook {
                key, public_key, ..
            } => {
                let book = PartyId::from_bytes(*entry.book.bytes());
                self.load_recorder(EnrolledKey {
                    id: *key,
                    party: book,
                    public_key: *public_key,
                    revoked: false,
                });
            }
            Act::EnrolParty(record) => {
                // A changed name or account is lawful, a changed kind would change past rights.
                if self
                    .parties
                    .get(&record.id)
                    .is_some_and(|known| known.kind != record.kind)
                {
                    return Err(Refusal::WrongKindOfParty);
                }
                self.load_party(record.clone());
            }
            Act::EnrolKey {
                party,
                key,
                public_key,
            } => {
                if !self.parties.contains_key(party) {
                    return Err(Refusal::UnknownParty);
                }
                let taken = self.keys.contains_key(key) || self.public_keys.contains(public_key);
                if taken || is_weak_key(public_key) {
                    return Err(Refusal::UnusableKey);
                }
                self.load_key(EnrolledKey {
                    id: *key,
                    party: *party,
                    public_key: *public_key,
                    revoked: false,
                });
            }
            Act::RevokeKey { key } => {
                self.keys.get_mut(key).ok_or(Refusal::UnknownKey)?.revoked = true;
            }
            _ => return Err(Refusal::WrongShape("not an entry about the book")),
        }
        Ok(NOTHING)
    }
}
