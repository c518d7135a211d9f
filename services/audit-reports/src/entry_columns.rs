//! The columns of an entry, put together again into the canonical bytes that were signed.

use chrono::NaiveDate;
use ledger_core::canonical::Writer;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
use ledger_core::hash::sha256;
use ledger_core::id::KeyId;
use ledger_core::seats::check_signatures_over;

/// Version of the canonical form of an entry that is rebuilt here.
const VERSION: u8 = 1;

/// What the table `entry` says of one entry, keys of other tables resolved.
#[derive(Debug, Clone)]
pub struct EntryColumns<'a> {
    /// Of which book.
    pub book: [u8; 16],
    /// Number of the act.
    pub kind: i16,
    /// Business date.
    pub date: NaiveDate,
    /// Of which paper.
    pub paper: Option<[u8; 16]>,
    /// The fragment it spends: twice the number of the entry that made it, plus its side.
    pub spent: Option<i64>,
    /// Hash of the entry that made it.
    pub parent: Option<&'a [u8]>,
    /// First unit of the spent fragment.
    pub lo: i64,
    /// First unit that stays.
    pub mid: i64,
    /// One past its last unit.
    pub hi: i64,
    /// Canonical bytes of the particulars.
    pub act: &'a [u8],
}

impl EntryColumns<'_> {
    /// The canonical bytes (`ledger_core::entry`, `to_bytes`), put together without reading the
    /// act: what isn't lawful in it is the verifier's to say.
    ///
    /// # Errors
    /// What about the columns has no place in the format.
    pub fn body(&self) -> Result<Vec<u8>, &'static str> {
        let mut w = Writer::new();
        w.u8(VERSION);
        w.u8(u8::try_from(self.kind).map_err(|_big| "its kind")?);
        w.fixed(&self.book);
        w.date(self.date);
        match &self.paper {
            None => w.u8(0),
            Some(paper) => {
                w.u8(1);
                w.fixed(paper);
            }
        }
        match self.spent {
            None => w.u8(0),
            Some(spent) => {
                let side = if spent & 1 == 0 {
                    Side::Left
                } else {
                    Side::Right
                };
                w.u8(side.code());
                w.fixed(self.parent.ok_or("the entry before it is missing")?);
            }
        }
        w.i64(self.lo);
        w.i64(self.mid);
        w.i64(self.hi);
        w.bytes(self.act);
        Ok(w.finish())
    }
}

/// The entry's hash: the RFC 9162 leaf hash over body and signatures.
#[must_use]
pub fn hash_of(body: &[u8], signatures: &[u8]) -> [u8; 32] {
    sha256(&[&[0], &SealedEntry::leaf_bytes(body, signatures)])
}

/// Whether columns, hash on record and every signature belong together.
#[must_use]
pub fn holds(
    columns: &EntryColumns<'_>,
    signatures: &[u8],
    stated: &[u8],
    public_key: impl Fn(KeyId) -> Option<[u8; 32]>,
) -> bool {
    let Ok(body) = columns.body() else {
        return false;
    };
    hash_of(&body, signatures) == stated
        && SealedEntry::from_bytes(&body, signatures)
            .is_ok_and(|sealed| check_signatures_over(&sealed, &body, public_key).is_ok())
}
