//! Joining (合并): two fragments of one holder that lie side by side become one again. A cut that came to
//! nothing (an offer declined, a sale released, a pledge let go) leaves its holder with pieces; joined,
//! they can be passed on, sold or pledged as one.
//!
//! Only what came by *one* receipt is joined: by the same entry, from the same hands, on the same
//! documents and with the same recourse. So the path of either piece is the path of the whole, every
//! right that follows from it stays what it was, and a fragment still has one line back to the obligor.
//! Pieces that came by two transfers stay two: each rests on its own trade, and who may turn to whom is
//! not the same for both.
//!
//! The law keeps for a live fragment not by which entry its holder got it. Who keeps a book looks the
//! path up ([`receipt_of`]), and who replays it follows each fragment; both come to the same.

use crate::apply::Applied;
use crate::apply::NOTHING;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::entry::Entry;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::fragment::Side;
use crate::fragment_act::FragmentAct;
use crate::hash::EntryHash;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::ledger::Ledger;
use crate::paper::Paper;
use crate::range::Range;
use crate::refusal::Refusal;
use crate::seats::Signers;
use crate::signature::Seat;

/// What the holder joins to the fragment that the entry spends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinAct {
    /// The neighbour, which begins where the spent fragment ends; spent by the same entry.
    pub neighbour: FragmentRef,
}

/// The place in the book of the entry by which a holder got a fragment. Two fragments came by one
/// receipt if theirs is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Receipt(pub i64);

/// An entry on the path of a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its place in the book.
    pub entry: i64,
    /// Who held after it what it made on this path.
    pub holder: PartyId,
}

/// By which entry the holder of a fragment got it: `path` are the entries that lead to it, newest
/// first, each the maker of what the one before it spent. None for an empty path.
#[must_use]
pub fn receipt_of(path: impl IntoIterator<Item = Held>) -> Option<Receipt> {
    let mut path = path.into_iter();
    let last = path.next()?;
    let got_by = path
        .take_while(|held| held.holder == last.holder)
        .last()
        .unwrap_or(last);
    Some(Receipt(got_by.entry))
}

impl JoinAct {
    pub(crate) fn write(self, w: &mut Writer) {
        w.u8(self.neighbour.side.code());
        w.fixed(self.neighbour.parent.bytes());
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<JoinAct, CanonicalError> {
        Ok(JoinAct {
            neighbour: FragmentRef {
                side: Side::from_code(r.u8()?).ok_or(CanonicalError::Unlawful("side"))?,
                parent: EntryHash::from_bytes(r.fixed()?),
            },
        })
    }
}

impl Ledger {
    pub(crate) fn join(&self, sealed: &SealedEntry, join: JoinAct) -> Result<Applied, Refusal> {
        let entry = sealed.entry();
        let (Some(paper_id), Some(reference)) = (entry.paper, entry.spends) else {
            return Err(Refusal::WrongShape("the act needs a paper and a fragment"));
        };
        let paper = self.papers.get(&paper_id).ok_or(Refusal::UnknownPaper)?;
        let spent = self.unspent(paper_id, reference)?;
        let neighbour = self.unspent(paper_id, join.neighbour)?;
        let signers = Signers {
            holder: Some(spent.holder),
            ..Signers::default()
        };
        self.check_seats(sealed, signers)?;
        if neighbour.holder != spent.holder {
            return Err(Refusal::WrongSigner(Seat::Holder));
        }
        for fragment in [spent, neighbour] {
            piece(entry, paper, fragment).check_state()?;
        }
        self.check_date(entry.date, 0)?;
        piece(entry, paper, spent).check_maturity_passed()?;
        let whole = joined_range(spent, neighbour)?;
        let cut = entry.cut;
        if (cut.lo, cut.mid, cut.hi) != (whole.lo(), whole.hi(), whole.hi()) {
            return Err(Refusal::WrongCut);
        }
        self.check_one_receipt(reference, join.neighbour)?;
        let made = Fragment {
            reference: sealed.fragment(Side::Left),
            range: whole,
            ..*spent
        };
        Ok(Applied {
            left: Some(made),
            spent: Some(*spent),
            joined: Some(*neighbour),
            ..NOTHING
        })
    }

    /// A live fragment of this paper.
    pub(crate) fn unspent(
        &self,
        paper: PaperId,
        reference: FragmentRef,
    ) -> Result<&Fragment, Refusal> {
        if self.spent.contains(&reference) {
            return Err(Refusal::FragmentSpent);
        }
        self.fragments
            .get(&reference)
            .filter(|fragment| fragment.paper == paper)
            .ok_or(Refusal::UnknownFragment)
    }

    /// Where the receipt of either is not known, nothing shows that they are one.
    fn check_one_receipt(&self, one: FragmentRef, other: FragmentRef) -> Result<(), Refusal> {
        match (self.receipt(one), self.receipt(other)) {
            (Some(one), Some(other)) if one == other => Ok(()),
            _ => Err(Refusal::AnotherReceipt),
        }
    }
}

const fn piece<'a>(entry: &'a Entry, paper: &'a Paper, spent: &'a Fragment) -> FragmentAct<'a> {
    FragmentAct {
        entry,
        paper,
        spent,
        recipient: None,
        tier_of_giver: 0,
    }
}

/// Both ranges as one.
///
/// # Errors
/// [`Refusal::NotNeighbours`].
pub fn joined_range(first: &Fragment, second: &Fragment) -> Result<Range, Refusal> {
    let side_by_side = first.paper == second.paper
        && first.holder == second.holder
        && first.range.hi() == second.range.lo();
    if !side_by_side {
        return Err(Refusal::NotNeighbours);
    }
    Range::new(first.range.lo(), second.range.hi()).map_err(|_empty| Refusal::NotNeighbours)
}
