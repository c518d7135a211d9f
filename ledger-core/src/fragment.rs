//! Fragments: ranges of a paper's cents with one holder.

use crate::hash::EntryHash;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::range::Range;

/// Which part of an entry's cut a fragment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// `[lo, mid)`: the part the entry acted on.
    Left,
    /// `[mid, hi)`: the rest, which stays as it was.
    Right,
}

impl Side {
    /// The byte it has in canonical form.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Side::Left => 1,
            Side::Right => 2,
        }
    }

    /// From its byte.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Side> {
        match code {
            1 => Some(Side::Left),
            2 => Some(Side::Right),
            _ => None,
        }
    }
}

/// Names a fragment by the entry that made it. Since an entry's hash covers its own parent, the
/// name alone fixes the fragment's whole past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FragmentRef {
    /// The entry that made it.
    pub parent: EntryHash,
    /// Which part.
    pub side: Side,
}

/// What may happen to a live fragment next (domain 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FragmentState {
    /// Issued, not yet accepted by the payee (待签收).
    PendingAcceptance,
    /// Free (持有).
    Held,
    /// Offered to somebody who has not answered (转让待签收).
    Offered {
        /// To whom.
        to: PartyId,
    },
    /// Sold, waiting for the money (融资锁定).
    FinanceLocked {
        /// To whom it goes once paid.
        provider: PartyId,
    },
    /// Pledged: stays its holder's and can't be moved, cut or sold (已质押).
    Pledged {
        /// To whom.
        pledgee: PartyId,
    },
    /// Frozen by order: stays its holder's and nothing happens to it until the freeze ends (冻结).
    Frozen {
        /// To whom it was pledged before, and is again afterwards.
        pledgee: Option<PartyId>,
    },
    /// Paid early: the obligor's own, a claim that has met its debt (已提前兑付). Nothing happens to it
    /// any more.
    Redeemed,
    /// Claimed back by recourse, waiting for the money (追索中).
    Recourse {
        /// To whom it goes once paid: the party that its holder had it from.
        payer: PartyId,
    },
    /// Written off in its holder's own books (已核销): the claim stands, and what comes of it is its
    /// holder's.
    WrittenOff,
}

impl FragmentState {
    /// The code it has in the database and in files.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            FragmentState::PendingAcceptance => 1,
            FragmentState::Held => 2,
            FragmentState::Offered { .. } => 3,
            FragmentState::FinanceLocked { .. } => 4,
            FragmentState::Pledged { .. } => 5,
            FragmentState::Frozen { .. } => 6,
            FragmentState::Redeemed => 8,
            FragmentState::Recourse { .. } => 7,
            FragmentState::WrittenOff => 9,
        }
    }

    /// The other party of the state, if it has one.
    #[must_use]
    pub const fn counterparty(self) -> Option<PartyId> {
        match self {
            FragmentState::PendingAcceptance
            | FragmentState::Held
            | FragmentState::Redeemed
            | FragmentState::WrittenOff => None,
            FragmentState::Offered { to } => Some(to),
            FragmentState::FinanceLocked { provider } => Some(provider),
            FragmentState::Pledged { pledgee } => Some(pledgee),
            FragmentState::Frozen { pledgee } => pledgee,
            FragmentState::Recourse { payer } => Some(payer),
        }
    }

    /// From code and counterparty.
    #[must_use]
    pub const fn from_code(code: u8, counterparty: Option<PartyId>) -> Option<FragmentState> {
        match (code, counterparty) {
            (1, None) => Some(FragmentState::PendingAcceptance),
            (2, None) => Some(FragmentState::Held),
            (3, Some(to)) => Some(FragmentState::Offered { to }),
            (4, Some(provider)) => Some(FragmentState::FinanceLocked { provider }),
            (5, Some(pledgee)) => Some(FragmentState::Pledged { pledgee }),
            (6, pledgee) => Some(FragmentState::Frozen { pledgee }),
            (8, None) => Some(FragmentState::Redeemed),
            (7, Some(payer)) => Some(FragmentState::Recourse { payer }),
            (9, None) => Some(FragmentState::WrittenOff),
            _ => None,
        }
    }
}

/// A fragment that has not been spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// Its name.
    pub reference: FragmentRef,
    /// Of which paper.
    pub paper: PaperId,
    /// Which cents.
    pub range: Range,
    /// Whose.
    pub holder: PartyId,
    /// What may happen to it.
    pub state: FragmentState,
    /// How far down the chain its holder is: the payee is 1. Derived from the path, kept here so
    /// that a cap can be checked without walking it.
    pub tier: u16,
}
