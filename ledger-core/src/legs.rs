//! Legs: by which change of hands a fragment came to its holder, from whom, and whether the holder may
//! turn back. The law of recourse asks for the newest leg only; when that is undone (recourse paid, a
//! purchase reversed, a transfer corrected) the fragment stands where it stood before it.
//!
//! A live fragment says nothing of this, and an entry that named its whole path would tell the party
//! before what its customer did with the rest. So who keeps a book looks the path up ([`leg_to`]),
//! and who replays it follows each fragment ([`Legs`]); both come to the same.

use std::collections::HashMap;

use crate::act::Act;
use crate::agreed_terms::AgreedTerms;
use crate::apply::Applied;
use crate::entry::SealedEntry;
use crate::fragment::FragmentRef;
use crate::fragment::Side;
use crate::hash::EntryHash;
use crate::id::PartyId;
use crate::recourse::Recourse;

/// A change of hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// The entry by which the fragment moved: names the leg.
    pub moved_by: EntryHash,
    /// From whom.
    pub giver: PartyId,
    /// To whom.
    pub recipient: PartyId,
    /// Whether the recipient may turn back to the giver.
    pub recourse: Recourse,
}

/// An entry of a path, with whose the part was that it acted on, after it.
#[derive(Debug, Clone, Copy)]
pub struct PathEntry<'a> {
    /// The entry.
    pub sealed: &'a SealedEntry,
    /// Whose.
    pub holder: PartyId,
}

/// The leg by which a fragment came to its present holder: `path` are the entries that lead to it,
/// newest first, each the maker of what the one before it spent. None for what the payee has from the
/// obligor, and if the entries are not its path.
#[must_use]
pub fn leg_to<'a>(
    fragment: FragmentRef,
    path: impl IntoIterator<Item = PathEntry<'a>>,
) -> Option<Leg> {
    let mut at = fragment;
    let mut undone = 0_u32;
    let mut path = path.into_iter();
    while let Some(PathEntry { sealed, holder }) = path.next() {
        if sealed.hash() != at.parent {
            return None;
        }
        let entry = sealed.entry();
        let side = at.side;
        at = entry.spends?;
        if side == Side::Right {
            continue;
        }
        match &entry.act {
            Act::CompleteRecourse { .. } | Act::ReverseDiscount(_) | Act::Correct(_) => {
                undone = undone.saturating_add(1);
            }
            Act::AcceptOffer | Act::CompleteDiscount { .. } | Act::CompleteRegistered { .. } => {
                let stated = path.next()?;
                if stated.sealed.hash() != at.parent {
                    return None;
                }
                at = stated.sealed.entry().spends?;
                match undone.checked_sub(1) {
                    Some(left) => undone = left,
                    None => {
                        return Some(Leg {
                            moved_by: sealed.hash(),
                            giver: stated.holder,
                            recipient: holder,
                            recourse: stated_in(&stated.sealed.entry().act)?,
                        });
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// What an act that passes a fragment on states about recourse.
fn stated_in(act: &Act) -> Option<Recourse> {
    AgreedTerms::of(act).ok()?.recourse(act)
}

/// The legs of all live fragments of a book. Only what recourse can ever be taken on is kept: a
/// journal without recourse costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Legs {
    /// The newest leg of live fragments.
    newest: HashMap<FragmentRef, EntryHash>,
    legs: HashMap<EntryHash, (Leg, Option<EntryHash>)>,
    /// What was stated about recourse on what is offered or sold now, unless there is none.
    stated: HashMap<FragmentRef, Recourse>,
}

impl Legs {
    /// The newest leg of a live fragment, if recourse can be taken on it or on one before it.
    #[must_use]
    pub fn newest(&self, fragment: FragmentRef) -> Option<Leg> {
        let (leg, _before) = self.legs.get(self.newest.get(&fragment)?)?;
        Some(*leg)
    }

    /// Takes an entry in that the law has applied.
    pub fn follow(&mut self, sealed: &SealedEntry, applied: &Applied) {
        let Some(spent) = &applied.spent else {
            return;
        };
        let act = &sealed.entry().act;
        let newest = self.newest.remove(&spent.reference);
        let stated = self.stated.remove(&spent.reference);
        // Of one leg with what it is joined to.
        if let Some(joined) = &applied.joined {
            self.newest.remove(&joined.reference);
        }
        let after = match act {
            Act::AcceptOffer | Act::CompleteDiscount { .. } | Act::CompleteRegistered { .. } => {
                applied.left.as_ref().and_then(|left| {
                    let recourse = stated.unwrap_or(Recourse::Without);
                    if recourse == Recourse::Without && newest.is_none() {
                        return None;
                    }
                    let leg = Leg {
                        moved_by: sealed.hash(),
                        giver: spent.holder,
                        recipient: left.holder,
                        recourse,
                    };
                    self.legs.insert(leg.moved_by, (leg, newest));
                    Some(leg.moved_by)
                })
            }
            Act::CompleteRecourse { .. } | Act::ReverseDiscount(_) | Act::Correct(_) => newest
                .and_then(|leg| self.legs.get(&leg))
                .and_then(|(_leg, before)| *before),
            _ => newest,
        };
        if let Some(left) = &applied.left {
            if let Some(leg) = after {
                self.newest.insert(left.reference, leg);
            }
            if left.state.counterparty().is_some()
                && let Some(recourse) = stated_in(act).filter(|one| *one != Recourse::Without)
            {
                self.stated.insert(left.reference, recourse);
            }
        }
        if let (Some(right), Some(leg)) = (&applied.right, newest) {
            self.newest.insert(right.reference, leg);
        }
    }
}
