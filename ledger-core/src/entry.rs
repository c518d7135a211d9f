//! Entries: one entry is one operation, signed by the parties to it.

use chrono::NaiveDate;

use crate::act::Act;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::fragment::FragmentRef;
use crate::fragment::Side;
use crate::hash::EntryHash;
use crate::hash::sha256;
use crate::id::BookId;
use crate::id::PaperId;
use crate::signature::PartySignature;
use crate::signature::Seat;
use crate::signature::Signer;
use crate::signature::signatures_from_bytes;
use crate::signature::signatures_to_bytes;

/// Version of the canonical form of an entry.
const VERSION: u8 = 1;

/// Where an entry cuts: `[lo, mid)` is what it acts on, `[mid, hi)` stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Cut {
    /// First unit of the spent fragment.
    pub lo: i64,
    /// First unit that stays.
    pub mid: i64,
    /// One past the last unit of the spent fragment.
    pub hi: i64,
}

/// What the parties sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// In which book.
    pub book: BookId,
    /// Business date on which it was made.
    pub date: NaiveDate,
    /// Of which paper; none for entries about the book, parties and keys.
    pub paper: Option<PaperId>,
    /// The fragment it spends; none for issue and settle.
    pub spends: Option<FragmentRef>,
    /// Where it cuts.
    pub cut: Cut,
    /// What it does.
    pub act: Act,
}

impl Entry {
    /// Canonical bytes: what is signed and, with the signatures, hashed.
    ///
    /// Layout: version, act number, book, date, paper (flag, id), spent fragment (0, or side and
    /// parent hash), lo, mid, hi, particulars of the act with their length.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(VERSION);
        w.u8(self.act.code());
        w.fixed(self.book.bytes());
        w.date(self.date);
        match &self.paper {
            None => w.u8(0),
            Some(paper) => {
                w.u8(1);
                w.fixed(paper.bytes());
            }
        }
        match &self.spends {
            None => w.u8(0),
            Some(spent) => {
                w.u8(spent.side.code());
                w.fixed(spent.parent.bytes());
            }
        }
        w.i64(self.cut.lo);
        w.i64(self.cut.mid);
        w.i64(self.cut.hi);
        w.bytes(&self.act.to_bytes());
        w.finish()
    }

    /// Reads what [`Entry::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Entry, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != VERSION {
            return Err(CanonicalError::Unlawful("entry version"));
        }
        let code = r.u8()?;
        let book = BookId::from_bytes(r.fixed()?);
        let date = r.date()?;
        let paper = match r.u8()? {
            0 => None,
            1 => Some(PaperId::from_bytes(r.fixed()?)),
            _ => return Err(CanonicalError::Unlawful("paper flag")),
        };
        let spends = match r.u8()? {
            0 => None,
            code => Some(FragmentRef {
                side: Side::from_code(code).ok_or(CanonicalError::Unlawful("side"))?,
                parent: EntryHash::from_bytes(r.fixed()?),
            }),
        };
        let cut = Cut {
            lo: r.i64()?,
            mid: r.i64()?,
            hi: r.i64()?,
        };
        let act = Act::from_bytes(code, r.bytes()?)?;
        r.finish()?;
        Ok(Entry {
            book,
            date,
            paper,
            spends,
            cut,
            act,
        })
    }

    /// The bytes that `seat` signs: the entry itself, or for the finance provider, who signed before
    /// the holder decided, the quote, the rate card that it follows from, or the deed; for the obligor
    /// that pays early, its offer; for the holder who turns to the one before, its claim; where all
    /// sides of a paper agree, or the two of a transfer, what they agreed on.
    #[must_use]
    pub fn body_for<'a>(&'a self, seat: Seat, body: &'a [u8]) -> &'a [u8] {
        match (&self.act, seat) {
            (Act::AgreeDiscount { quote }, Seat::FinanceProvider) => quote,
            (Act::AgreeDiscountByCard { offer, .. }, Seat::FinanceProvider) => &offer.card,
            (Act::Pledge { deed }, Seat::FinanceProvider) => deed,
            (Act::AcceptRedemption { offer }, Seat::Maker | Seat::Checker) => offer,
            (Act::AgreeRecourse(recourse), Seat::Holder) => &recourse.claim,
            (Act::Correct(corrected), _) => &corrected.correction,
            (Act::Extend(agreed) | Act::Void(agreed), _) => &agreed.agreement,
            _ => body,
        }
    }

    /// Signs in each seat and seals.
    #[must_use]
    pub fn sealed_by(self, signers: &[(Seat, &Signer)]) -> SealedEntry {
        let body = self.to_bytes();
        let signatures = signers
            .iter()
            .map(|(seat, signer)| signer.sign(*seat, self.body_for(*seat, &body)))
            .collect();
        SealedEntry::new(self, signatures)
    }
}

/// The RFC 9162 leaf hash of [`SealedEntry::leaf_bytes`], without building them.
fn leaf_hash(body: &[u8], signatures: &[u8]) -> EntryHash {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    EntryHash::from_bytes(sha256(&[&[0], &length.to_be_bytes(), body, signatures]))
}

/// An entry with its signatures and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEntry {
    entry: Entry,
    signatures: Vec<PartySignature>,
    hash: EntryHash,
}

impl SealedEntry {
    /// Puts entry and signatures together and hashes both.
    #[must_use]
    pub fn new(entry: Entry, signatures: Vec<PartySignature>) -> SealedEntry {
        let hash = leaf_hash(&entry.to_bytes(), &signatures_to_bytes(&signatures));
        SealedEntry {
            entry,
            signatures,
            hash,
        }
    }

    /// Reads an entry from the canonical bytes of its body and of its signatures, and hashes those
    /// very bytes: since a value has one encoding, nothing is encoded again.
    ///
    /// # Errors
    /// One of the two is not canonical.
    pub fn from_bytes(body: &[u8], signatures: &[u8]) -> Result<SealedEntry, CanonicalError> {
        Ok(SealedEntry {
            entry: Entry::from_bytes(body)?,
            signatures: signatures_from_bytes(signatures)?,
            hash: leaf_hash(body, signatures),
        })
    }

    /// The leaf of the Merkle log: body with its length, then the signatures. The entry's hash is
    /// the RFC 9162 leaf hash of exactly these bytes.
    #[must_use]
    pub fn leaf_bytes(body: &[u8], signatures: &[u8]) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(body);
        w.fixed(signatures);
        w.finish()
    }

    /// The entry.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Its signatures.
    #[must_use]
    pub fn signatures(&self) -> &[PartySignature] {
        &self.signatures
    }

    /// Its hash.
    #[must_use]
    pub const fn hash(&self) -> EntryHash {
        self.hash
    }

    /// Names one of the fragments it makes.
    #[must_use]
    pub const fn fragment(&self, side: Side) -> FragmentRef {
        FragmentRef {
            parent: self.hash,
            side,
        }
    }
}
