//! Writing off (核销): the holder of a fragment of a paper in default says, under its own signature, that
//! it has written off in its own books what is owed on it. 账销案存: struck from the books, kept as a
//! claim. The entry states how much, why and on what evidence, and changes nothing else: the fragment
//! stays its holder's, with the same units and the same share of what the obligor pays after all.
//!
//! It comes last: who can still turn to the party before it has not lost anything yet. After it nobody
//! claims by recourse on the fragment any more; offers, sales and pledges have ended with the due date
//! anyway. There is no act that takes it back, for nothing needs one: money that comes, comes as before.

use crate::act::Act;
use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::fragment::FragmentRef;
use crate::fragment::FragmentState;
use crate::fragment_act::FragmentAct;
use crate::hash::ReasonDigest;
use crate::hash::sha256;
use crate::ledger::Ledger;
use crate::paper::Paper;
use crate::range::Range;
use crate::recourse::Recourse;
use crate::recourse_claim::received_on;
use crate::refusal::Refusal;
use crate::terms::read_amount;

const REASON_DOMAIN: &[u8] = b"tallystick/v1/write-off-reason\0";

/// What the holder says when it writes a fragment off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteOffAct {
    /// What is owed on the units on this day: what leaves the holder's books.
    pub amount: Amount,
    /// Digest of the reason in words: [`reason_digest`]. The words stay with the holder's record.
    pub reason: ReasonDigest,
    /// What shows that nothing more can be had, as the number of a court's ruling.
    pub evidence: String,
}

/// The digest by which an entry holds the reason in words.
#[must_use]
pub fn reason_digest(words: &str) -> ReasonDigest {
    ReasonDigest::from_bytes(sha256(&[REASON_DOMAIN, words.as_bytes()]))
}

/// What is owed on `units` of a holder that has `whole` units of the paper, `below` of them with lower
/// numbers, and has `received` on all: reckoned so that its fragments together are owed what it is, to
/// the cent.
#[must_use]
pub fn owed_on(units: i64, (whole, below): (i64, i64), received: i64) -> i64 {
    let up_to = |units: i64| received_on(units, whole, received);
    let received = up_to(below.saturating_add(units)).saturating_sub(up_to(below));
    units.saturating_sub(received)
}

impl WriteOffAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.i64(self.amount.minor());
        w.fixed(self.reason.bytes());
        w.text(&self.evidence);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<WriteOffAct, CanonicalError> {
        Ok(WriteOffAct {
            amount: read_amount(r)?,
            reason: ReasonDigest::from_bytes(r.fixed()?),
            evidence: r.text()?,
        })
    }

    /// Whether so much can be owed on these units. What it is to the cent is known where the whole
    /// journal is at hand ([`crate::shared_out::SharedOut::check_write_off`]).
    pub(crate) fn check_sum(&self, act: &FragmentAct<'_>, left: Range) -> Result<(), Refusal> {
        let most = left.amount().min(act.paper.owed());
        if self.amount.is_zero() || self.amount > most {
            return Err(Refusal::WriteOffSumDoesNotFit);
        }
        Ok(())
    }
}

/// Nothing is written off without something that shows why.
pub(crate) fn check_evidence(act: &Act) -> Result<(), Refusal> {
    match act {
        Act::WriteOff(write_off) if write_off.evidence.trim().is_empty() => {
            Err(Refusal::NoWriteOffEvidence)
        }
        _ => Ok(()),
    }
}

/// Whether a fragment in this state can be written off, as far as the paper and it say: only what is free
/// in its holder's hand, and of a paper whose default is on record. What waits for money may be paid for
/// yet; what is frozen or pledged is not the holder's alone to say.
///
/// # Errors
/// [`Refusal::PaperNotActive`], [`Refusal::FragmentNotFree`], [`Refusal::AlreadyWrittenOff`],
/// [`Refusal::NotInDefault`] or [`Refusal::PayoutOpen`].
pub fn check_free_to_write_off(paper: &Paper, state: FragmentState) -> Result<(), Refusal> {
    if !paper.state.is_owed() {
        return Err(Refusal::PaperNotActive);
    }
    match state {
        FragmentState::Held if paper.arrears.dishonoured => Ok(()),
        FragmentState::Held => Err(Refusal::NotInDefault),
        FragmentState::WrittenOff => Err(Refusal::AlreadyWrittenOff),
        FragmentState::FinanceLocked { .. } | FragmentState::Recourse { .. } => {
            Err(Refusal::PayoutOpen)
        }
        FragmentState::PendingAcceptance
        | FragmentState::Offered { .. }
        | FragmentState::Pledged { .. }
        | FragmentState::Frozen { .. }
        | FragmentState::Redeemed => Err(Refusal::FragmentNotFree),
    }
}

impl Ledger {
    /// Whether nobody before the holder is left to turn to. A leg that gives recourse for all that is
    /// owed gives it as long as anything is; whether a limit is used up is known where the whole journal
    /// is at hand.
    pub(crate) fn check_nobody_before(&self, fragment: FragmentRef) -> Result<(), Refusal> {
        match self.leg(fragment).map(|leg| leg.recourse) {
            Some(Recourse::With) => Err(Refusal::RecourseOpen),
            Some(Recourse::Without | Recourse::Limited(_)) | None => Ok(()),
        }
    }
}
