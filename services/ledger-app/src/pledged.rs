//! A pledge with what its two sides may be shown: the fragment, its paper, who owes, who pledges, to
//! whom.

use std::collections::HashMap;

use ledger_core::amount::Amount;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PledgeId;
use ledger_core::range::Range;
use ledger_store::live::FragmentNo;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::pledges::Pledge;
pub use ledger_store::pledges::PledgeState;
use ledger_store::unit_of_work::ReadTx;

use crate::business_time;
use crate::error::AppError;
use crate::held_fragment;
use crate::notice::FragmentNamed;
use crate::notice::Notice;
use crate::notice_pledges::PledgeStep;
use crate::notice_pledges::PledgeTold;
use crate::principal::Principal;
use crate::wording;

/// A pledge with its names.
#[derive(Debug, Clone)]
pub struct Pledged {
    /// It.
    pub pledge: Pledge,
    /// The fragment it stands on now ([`Pledge::fragment_no`]), live or spent.
    pub fragment: FragmentRecord,
    /// Its paper.
    pub paper: PaperRecord,
    /// Who owes.
    pub obligor: Party,
    /// Who pledges.
    pub holder: Party,
    /// Whose claim is secured.
    pub pledgee: Party,
}

impl Pledged {
    /// The cents pledged.
    ///
    /// # Errors
    /// [`AppError::Internal`]; the database checks ranges.
    pub fn range(&self) -> Result<Range, AppError> {
        Range::new(self.pledge.lo, self.pledge.hi)
            .map_err(|_empty| AppError::Internal("a pledge without a range".to_owned()))
    }

    /// How much that is.
    ///
    /// # Errors
    /// As [`Pledged::range`].
    pub fn amount(&self) -> Result<Amount, AppError> {
        Ok(self.range()?.amount())
    }

    /// Whether nothing can come of it any more: asked or granted on a fragment that was used
    /// otherwise since.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        matches!(self.pledge.state, PledgeState::Asked | PledgeState::Granted)
            && self.fragment.spent
    }

    /// An amount in the paper's currency, for people.
    #[must_use]
    pub fn money(&self, amount: Amount) -> String {
        wording::money(amount, self.pledge.currency)
    }

    fn named(&self) -> FragmentNamed {
        FragmentNamed {
            paper: wording::paper(&self.paper.paper.number, &self.obligor.name),
            range: self.range().map(|r| r.to_string()).unwrap_or_default(),
        }
    }

    /// The letter about a step.
    pub(crate) fn told(&self, step: PledgeStep) -> Result<Notice, AppError> {
        Ok(Notice::Pledge(PledgeTold {
            pledge: self.pledge.id.to_string(),
            step,
            fragment: self.named(),
            amount: self.money(self.amount()?),
            secured: self.money(self.pledge.secured),
            loan: self.pledge.loan.clone(),
            holder: self.holder.name.clone(),
            pledgee: self.pledgee.name.clone(),
            due: self.paper.paper.due_date,
            until: self.pledge.expires_at.map(business_time::local),
        }))
    }
}

/// Loads what belongs to these pledges, set-based, in their order.
///
/// # Errors
/// The store's; [`AppError::NotFound`] if a pledge's paper, fragment or party is gone.
pub(crate) fn load(tx: &mut ReadTx<'_>, pledges: Vec<Pledge>) -> Result<Vec<Pledged>, AppError> {
    let nos: Vec<FragmentNo> = pledges.iter().map(Pledge::fragment_no).collect();
    let fragments: HashMap<FragmentNo, FragmentRecord> = tx
        .fragments_by_nos(&nos)?
        .into_iter()
        .map(|fragment| (fragment.no, fragment))
        .collect();
    let mut papers: Vec<PaperId> = pledges.iter().map(|one| one.paper).collect();
    papers.sort_unstable();
    papers.dedup();
    let papers: HashMap<PaperId, PaperRecord> = tx
        .papers_by_ids(&papers)?
        .into_iter()
        .map(|paper| (paper.paper.id, paper))
        .collect();
    let sides = pledges.iter().flat_map(|one| [one.holder, one.pledgee]);
    let obligors = papers.values().map(|record| record.paper.obligor);
    let parties = held_fragment::names(tx, sides.chain(obligors))?;
    let party = |id: PartyId| parties.get(&id).cloned().ok_or(AppError::NotFound);
    pledges
        .into_iter()
        .map(|pledge| {
            let fragment = fragments.get(&pledge.fragment_no()).copied();
            let paper = papers.get(&pledge.paper).cloned();
            let paper = paper.ok_or(AppError::NotFound)?;
            Ok(Pledged {
                fragment: fragment.ok_or(AppError::NotFound)?,
                obligor: party(paper.paper.obligor)?,
                holder: party(pledge.holder)?,
                pledgee: party(pledge.pledgee)?,
                paper,
                pledge,
            })
        })
        .collect()
}

/// Papers are paid in full: pledgees are told that what was pledged to them is paid, to its holders'
/// own accounts. What they may claim of that is between the two and their loan.
///
/// # Errors
/// The store's.
pub(crate) fn paid_letters(
    tx: &mut ReadTx<'_>,
    papers: &[PaperId],
) -> Result<Vec<(PartyId, Notice)>, AppError> {
    let standing = tx.pledges_standing_on(papers)?;
    if standing.is_empty() {
        return Ok(Vec::new());
    }
    load(tx, standing)?
        .into_iter()
        .map(|one| Ok((one.pledgee.id, one.told(PledgeStep::Paid)?)))
        .collect()
}

/// Which side of a pledge somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PledgeSide {
    /// It pledges.
    Holder,
    /// Its claim is secured.
    Pledgee,
}

/// The pledge, if the caller's party is that side of it; to anybody else it does not exist.
pub(crate) fn of_side(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    id: PledgeId,
    side: PledgeSide,
) -> Result<Pledged, AppError> {
    let found = of_either(tx, who, id)?;
    if found.side_of(who.party) == side {
        Ok(found)
    } else {
        Err(AppError::NotFound)
    }
}

/// The pledge, if the caller's party is a side of it; to anybody else it does not exist.
pub(crate) fn of_either(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    id: PledgeId,
) -> Result<Pledged, AppError> {
    let mut found = tx.pledges_by_ids(&[id])?;
    found.retain(|one| one.holder == who.party || one.pledgee == who.party);
    load(tx, found)?.pop().ok_or(AppError::NotFound)
}

impl Pledged {
    /// Which side `party` is; the holder and the pledgee are two.
    #[must_use]
    pub fn side_of(&self, party: PartyId) -> PledgeSide {
        if self.pledge.pledgee == party {
            PledgeSide::Pledgee
        } else {
            PledgeSide::Holder
        }
    }
}

/// What there is to sign: canonical bytes, and what the key signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSign {
    /// Canonical bytes of the deed or the entry.
    pub body: Vec<u8>,
    /// Domain, seat and `body`.
    pub payload: Vec<u8>,
}

/// The pledge is no longer where this can be done.
pub(crate) fn not_in_that_state() -> AppError {
    AppError::invalid(
        "pledge_not_open",
        "the pledge has moved on: look at it again to see how far it is",
    )
}
