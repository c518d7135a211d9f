//! What each holder of a paper has received of its face, and how recourse moves that with the units:
//! the bookkeeping by which the next receipt is shared out, and a second claim kept within its limit.

use std::collections::HashMap;

use crate::amount::Amount;
use crate::clearing::Claim;
use crate::clearing::OpenClaim;
use crate::clearing_sheet::ClearingSheet;
use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::hash::EntryHash;
use crate::id::PartyId;
use crate::legs::Leg;
use crate::recourse::Recourse;
use crate::recourse_claim::RecourseDue;
use crate::recourse_claim::received_on;
use crate::recourse_claim::recourse_due;
use crate::refusal::Refusal;
use crate::write_off::owed_on;

/// Of one paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharedOut {
    received: HashMap<PartyId, i64>,
    moved: bool,
    /// What waits for its money.
    agreed: HashMap<FragmentRef, Agreed>,
    /// What was claimed on each leg that has a limit, paid or waiting.
    claimed: HashMap<EntryHash, i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Agreed {
    leg: EntryHash,
    amount: i64,
    carries: i64,
}

impl SharedOut {
    /// Whether a fragment has moved by recourse.
    #[must_use]
    pub const fn has_moved(&self) -> bool {
        self.moved
    }

    /// What this holder has received and still holds units for.
    #[must_use]
    pub fn received_by(&self, holder: PartyId) -> i64 {
        self.received.get(&holder).copied().unwrap_or(0)
    }

    /// What was claimed on a leg so far, paid or waiting for the money.
    #[must_use]
    pub fn claimed_on(&self, leg: EntryHash) -> i64 {
        self.claimed.get(&leg).copied().unwrap_or(0)
    }

    /// Adds a receipt.
    pub fn add(&mut self, sheet: &ClearingSheet) {
        for credit in sheet.credits() {
            let received = self.received.entry(credit.holder).or_default();
            *received = received.saturating_add(credit.amount.minor());
        }
    }

    /// These claims with what each has received.
    #[must_use]
    pub fn open(&self, claims: &[Claim]) -> Vec<OpenClaim> {
        let open = |claim: &Claim| OpenClaim {
            claim: *claim,
            received: self.received_by(claim.holder),
        };
        claims.iter().map(open).collect()
    }

    /// What is due by recourse on a fragment whose holder has `whole` units of the paper.
    #[must_use]
    pub fn due(&self, fragment: &Fragment, whole: i64, leg: Leg) -> Option<RecourseDue> {
        let units = fragment.range.amount().minor();
        let received = self.received_by(fragment.holder);
        let limit = match leg.recourse {
            Recourse::Without => return None,
            Recourse::With => None,
            Recourse::Limited(most) => {
                let left = most.minor().saturating_sub(self.claimed_on(leg.moved_by));
                Some(Amount::from_minor(left).unwrap_or(Amount::ZERO))
            }
        };
        recourse_due(units, whole, received, limit)
    }

    /// A claim is taken up on `spent`, of whose holder's `whole` units in the paper `left` now waits.
    /// None if it is over another sum, or other units, than are due.
    #[must_use]
    pub fn agree(
        &mut self,
        sum: Amount,
        leg: Leg,
        spent: &Fragment,
        left: &Fragment,
        whole: i64,
    ) -> Option<()> {
        let due = self.due(spent, whole, leg)?;
        let units = left.range.amount().minor();
        if due.units != units || due.amount != sum {
            return None;
        }
        let amount = sum.minor();
        let agreed = Agreed {
            leg: leg.moved_by,
            amount,
            carries: received_on(units, whole, self.received_by(spent.holder)),
        };
        self.agreed.insert(left.reference, agreed);
        let claimed = self.claimed.entry(leg.moved_by).or_default();
        *claimed = claimed.saturating_add(amount);
        Some(())
    }

    /// Whether this sum is what is owed on a fragment whose holder has `held.0` units of the paper,
    /// `held.1` of them below it, and nothing of it can be had from the party before, by `leg`.
    ///
    /// # Errors
    /// [`Refusal::PayoutOpen`], [`Refusal::WriteOffSumDoesNotFit`] or [`Refusal::RecourseOpen`].
    pub fn check_write_off(
        &self,
        sum: Amount,
        leg: Option<Leg>,
        fragment: &Fragment,
        held: (i64, i64),
    ) -> Result<(), Refusal> {
        let waits = |leg: Leg| {
            self.agreed
                .values()
                .any(|agreed| agreed.leg == leg.moved_by)
        };
        // What waits for its money is within the limit again if it doesn't come.
        if leg.is_some_and(waits) {
            return Err(Refusal::PayoutOpen);
        }
        let units = fragment.range.amount().minor();
        let owed = owed_on(units, held, self.received_by(fragment.holder));
        if owed <= 0 || owed != sum.minor() {
            return Err(Refusal::WriteOffSumDoesNotFit);
        }
        match leg.and_then(|leg| self.due(fragment, held.0, leg)) {
            Some(_due) => Err(Refusal::RecourseOpen),
            None => Ok(()),
        }
    }

    /// The money came: the units are `to`'s, and with them what was received on them.
    #[must_use]
    pub fn complete(&mut self, spent: &Fragment, to: PartyId) -> Option<()> {
        let agreed = self.agreed.remove(&spent.reference)?;
        self.moved = true;
        let from = self.received.entry(spent.holder).or_default();
        *from = from.checked_sub(agreed.carries)?;
        let received = self.received.entry(to).or_default();
        *received = received.checked_add(agreed.carries)?;
        Some(())
    }

    /// The money won't come: the leg's limit is as it was.
    #[must_use]
    pub fn release(&mut self, spent: &Fragment) -> Option<()> {
        let agreed = self.agreed.remove(&spent.reference)?;
        let claimed = self.claimed.entry(agreed.leg).or_default();
        *claimed = claimed.checked_sub(agreed.amount)?;
        Some(())
    }
}
