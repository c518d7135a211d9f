//! A transfer that may be taken back, and a correction of one with what its two sides may be shown.
//!
//! What the holder has done with a fragment since is not the giver's to know: it is looked at only where
//! the holder asks or signs. A proposal of the giver's stands whatever became of the fragment.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::correction::TransferCorrection as SignedCorrection;
use ledger_core::correction::reason_digest;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::id::PartyId;
use ledger_core::paper::PaperState;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_store::journal::EntryRecord;
use ledger_store::live::FragmentNo;
use ledger_store::parties::Party;
pub use ledger_store::transfer_corrections::CorrectionState;
pub use ledger_store::transfer_corrections::TransferCorrection;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::error::AppError;
use crate::held_fragment;
use crate::held_fragment::HeldFragment;
use crate::notice::Notice;
use crate::notice_events::CorrectionStep;
use crate::notice_events::CorrectionTold;
use crate::notice_events::PaperEvent;
use crate::principal::Principal;

/// A transfer that was accepted.
pub(crate) struct MadeTransfer {
    /// The fragment that it made, live or spent.
    pub(crate) held: HeldFragment,
    /// The offer.
    pub(crate) offered: EntryRecord,
    /// Its acceptance.
    pub(crate) accepted: EntryRecord,
    /// Who gave the fragment.
    pub(crate) giver: PartyId,
}

impl MadeTransfer {
    /// The transfer that made this fragment.
    ///
    /// # Errors
    /// The refusal `not_that_transfer` if none did.
    pub(crate) fn of(tx: &mut ReadTx<'_>, held: HeldFragment) -> Result<Self, AppError> {
        let no = held.fragment.no;
        let accepted = tx.entries_by_nos(&[no.entry()])?.pop();
        let accepted = accepted
            .filter(|entry| FragmentNo::of(entry.no, Side::Left) == no)
            .filter(|entry| matches!(entry.sealed.entry().act, Act::AcceptOffer))
            .ok_or(Refusal::NotThatTransfer)?;
        let offer = accepted.spent.map(FragmentNo::entry);
        let offered = tx.entries_by_nos(offer.as_slice())?.pop();
        let offered = offered
            .filter(|entry| matches!(entry.sealed.entry().act, Act::Offer(_)))
            .ok_or(Refusal::NotThatTransfer)?;
        Ok(MadeTransfer {
            giver: offered.holder.ok_or(Refusal::NotThatTransfer)?,
            held,
            offered,
            accepted,
        })
    }

    /// The transfer by which the caller got the fragment that it names, or, if that one has been passed
    /// on, the transfer by which it gave it away.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if it never was the caller's; the refusals `fragment_spent`,
    /// `fragment_not_free` and `not_that_transfer`.
    pub(crate) fn named(
        tx: &mut ReadTx<'_>,
        who: &Principal,
        no: FragmentNo,
    ) -> Result<Self, AppError> {
        let held = HeldFragment::load_no(tx, no)?;
        if held.fragment.holder != who.party {
            return Err(AppError::NotFound);
        }
        if !held.fragment.spent {
            // Told as the law would, before it is asked how the fragment came.
            if held.fragment.state != FragmentState::Held {
                return Err(Refusal::FragmentNotFree.into());
            }
            return MadeTransfer::of(tx, held);
        }
        let next = tx.entry_spending(no)?;
        let next = next
            .filter(|entry| matches!(entry.sealed.entry().act, Act::AcceptOffer))
            .ok_or(Refusal::FragmentSpent)?;
        let child = HeldFragment::load_no(tx, FragmentNo::of(next.no, Side::Left))?;
        MadeTransfer::of(tx, child)
    }

    /// What the law will ask, asked before anybody signs; of the fragment itself only where the holder
    /// asks.
    ///
    /// # Errors
    /// The law's.
    pub(crate) fn check(&self, asks: PartyId, today: NaiveDate) -> Result<(), Refusal> {
        let (paper, fragment) = (&self.held.paper.paper, &self.held.fragment);
        let is_holder = asks == fragment.holder;
        if is_holder && fragment.spent {
            return Err(Refusal::FragmentSpent);
        }
        if paper.state != PaperState::Active {
            return Err(Refusal::PaperNotActive);
        }
        if is_holder && fragment.state != FragmentState::Held {
            return Err(Refusal::FragmentNotFree);
        }
        if today >= paper.due_date {
            return Err(Refusal::PastMaturity(paper.due_date));
        }
        Ok(())
    }

    /// What both sides sign.
    pub(crate) fn correction(&self, id: [u8; 16], reason: &str) -> SignedCorrection {
        let fragment = &self.held.fragment;
        SignedCorrection {
            id,
            paper: fragment.paper,
            transfer: self.accepted.sealed.hash(),
            range: fragment.range,
            holder: fragment.holder,
            giver: self.giver,
            reason: reason_digest(&id, reason),
        }
    }
}

/// Which side of a transfer somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferSide {
    /// It has the fragment, and gives it back.
    Holder,
    /// It gave the fragment, and gets it back.
    Giver,
}

impl TransferSide {
    /// The seat in which it signs.
    pub(crate) const fn seat(self) -> Seat {
        match self {
            TransferSide::Holder => Seat::Holder,
            TransferSide::Giver => Seat::Recipient,
        }
    }
}

/// A correction with its names.
#[derive(Debug, Clone)]
pub struct CorrectionWithSides {
    /// It.
    pub correction: TransferCorrection,
    /// The fragment that the transfer made, live or spent, with its paper and obligor.
    pub held: HeldFragment,
    /// Who has it.
    pub holder: Party,
    /// Who gave it.
    pub giver: Party,
}

impl CorrectionWithSides {
    /// Which side `party` is; the two are never one.
    #[must_use]
    pub fn side_of(&self, party: PartyId) -> TransferSide {
        if self.correction.giver == party {
            TransferSide::Giver
        } else {
            TransferSide::Holder
        }
    }

    /// The side that proposed it.
    #[must_use]
    pub fn proposed_by(&self) -> TransferSide {
        self.side_of(self.correction.proposer)
    }

    /// The side that answers it.
    #[must_use]
    pub fn answered_by(&self) -> TransferSide {
        match self.proposed_by() {
            TransferSide::Holder => TransferSide::Giver,
            TransferSide::Giver => TransferSide::Holder,
        }
    }

    /// Whether nothing can come of it any more, as far as this side may know.
    #[must_use]
    pub fn is_over(&self, side: TransferSide, today: NaiveDate) -> bool {
        let paper = &self.held.paper.paper;
        let known = side == TransferSide::Holder || self.proposed_by() == TransferSide::Holder;
        self.correction.state == CorrectionState::Open
            && (paper.state != PaperState::Active
                || today >= paper.due_date
                || (known && self.held.fragment.spent))
    }

    fn party(&self, side: TransferSide) -> &Party {
        match side {
            TransferSide::Holder => &self.holder,
            TransferSide::Giver => &self.giver,
        }
    }

    /// The letter about a step to each of these sides.
    pub(crate) fn letters(
        &self,
        step: CorrectionStep,
        to: &[TransferSide],
    ) -> Vec<(PartyId, Notice)> {
        let amount = self.held.fragment.range.amount();
        let letter = |side: &TransferSide| {
            let other = match side {
                TransferSide::Holder => &self.giver,
                TransferSide::Giver => &self.holder,
            };
            let told = CorrectionTold {
                step,
                correction: self.correction.id.to_string(),
                fragment: self.held.named(amount),
                amount: self.held.money(amount),
                other: other.name.clone(),
                reason: self.correction.reason.clone(),
                word: self.correction.word.clone(),
                gives_back: *side == TransferSide::Holder,
            };
            (
                self.party(*side).id,
                Notice::PaperEvent(PaperEvent::Correction(told)),
            )
        };
        to.iter().map(letter).collect()
    }
}

/// Loads what belongs to these corrections, set-based, in their order.
///
/// # Errors
/// The store's; [`AppError::NotFound`] if a paper, fragment or party is gone.
pub(crate) fn load(
    tx: &mut ReadTx<'_>,
    corrections: Vec<TransferCorrection>,
) -> Result<Vec<CorrectionWithSides>, AppError> {
    let nos: Vec<FragmentNo> = corrections
        .iter()
        .map(TransferCorrection::fragment_no)
        .collect();
    let mut once = nos.clone();
    once.sort_unstable();
    once.dedup();
    let held: HashMap<FragmentNo, HeldFragment> = HeldFragment::load_all(tx, &once)?
        .into_iter()
        .map(|one| (one.fragment.no, one))
        .collect();
    let sides = corrections.iter().flat_map(|one| [one.holder, one.giver]);
    let parties = held_fragment::names(tx, sides)?;
    let party = |id: PartyId| parties.get(&id).cloned().ok_or(AppError::NotFound);
    corrections
        .into_iter()
        .zip(nos)
        .map(|(correction, no)| {
            Ok(CorrectionWithSides {
                held: held.get(&no).cloned().ok_or(AppError::NotFound)?,
                holder: party(correction.holder)?,
                giver: party(correction.giver)?,
                correction,
            })
        })
        .collect()
}

/// The correction of this id; to anybody but its two sides it does not exist.
pub(crate) fn one(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    id: Uuid,
) -> Result<CorrectionWithSides, AppError> {
    let found = tx.transfer_correction_by_id(id)?;
    if ![found.holder, found.giver].contains(&who.party) {
        return Err(AppError::NotFound);
    }
    load(tx, vec![found])?.pop().ok_or(AppError::NotFound)
}

/// The correction is no longer where this can be done.
pub(crate) fn not_open() -> AppError {
    AppError::invalid(
        "correction_not_open",
        "the correction has been answered or taken back: look at it again to see how far it is",
    )
}
