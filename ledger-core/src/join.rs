//! Joining (合并): two fragments of one holder that lie side by side become one again. A cut that came to
//! nothing (an offer declined, a sale released, a pledge let go) leaves its holder with pieces; joined,
//! they can be passed on, sold or pledged as one.
//!
//! Only what came by *one* acquisition is joined: by the same entry, from the same hands, on the same
//! documents and with the same recourse. So the path of either piece is the path of the whole, every
//! right that follows from it stays what it was, and a fragment still has one line back to the obligor.
//! Pieces that came by two transfers stay two: each rests on its own trade, and who may turn to whom is
//! not the same for both.
//!
//! The law keeps for a live fragment not by which entry its holder acquired it. Who keeps a book looks the
//! path up ([`acquisitions`]), and who replays it follows each fragment; both come to the same.

use std::collections::HashMap;

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

/// The place in the book of the entry by which a holder acquired a fragment (取得). Two fragments came
/// together if theirs is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Acquisition(pub i64);

/// An entry on the way of fragments to their holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<H> {
    /// Its place in the book.
    pub entry: i64,
    /// The place of the entry that made what it spends.
    pub parent: Option<i64>,
    /// Who held after it what it made.
    pub holder: H,
}

/// By which entry the holder of what each of these made had acquired it: the first on its way up to which
/// the holder is the same. `held` are in book order; they may be of several holders' ways, and a parent
/// that is not among them was another's.
#[must_use]
pub fn acquisitions<H: Copy + PartialEq>(
    held: impl IntoIterator<Item = Held<H>>,
) -> HashMap<i64, Acquisition> {
    let mut acquired: HashMap<i64, (H, Acquisition)> = HashMap::new();
    for one in held {
        let parent = one.parent.and_then(|parent| acquired.get(&parent));
        let before = parent.filter(|(holder, _)| *holder == one.holder);
        let by = before.map_or(Acquisition(one.entry), |(_, by)| *by);
        acquired.insert(one.entry, (one.holder, by));
    }
    let pair = |(entry, (_holder, by))| (entry, by);
    acquired.into_iter().map(pair).collect()
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
        self.check_one_acquisition(reference, join.neighbour)?;
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

    /// Where the acquisition of either is not known, nothing shows that they are one.
    fn check_one_acquisition(&self, one: FragmentRef, other: FragmentRef) -> Result<(), Refusal> {
        match (self.acquisition(one), self.acquisition(other)) {
            (Some(one), Some(other)) if one == other => Ok(()),
            _ => Err(Refusal::AcquiredApart),
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

/// Whether the second fragment goes on where the first ends.
#[must_use]
pub fn is_beside(first: &Fragment, second: &Fragment) -> bool {
    first.paper == second.paper && first.range.hi() == second.range.lo()
}

fn joined_range(first: &Fragment, second: &Fragment) -> Result<Range, Refusal> {
    if !is_beside(first, second) {
        return Err(Refusal::NotNeighbours);
    }
    Range::new(first.range.lo(), second.range.hi()).map_err(|_empty| Refusal::NotNeighbours)
}
