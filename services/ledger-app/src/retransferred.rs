//! A fragment offered from one finance provider to another, with what the two may be shown.

use std::collections::HashMap;

use ledger_core::fragment::Side;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::RetransferId;
use ledger_core::range::Range;
use ledger_store::live::FragmentNo;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::retransfers::Retransfer;
pub use ledger_store::retransfers::RetransferState;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::held_fragment;
use crate::notice::FragmentNamed;
use crate::notice::Notice;
use crate::notice_pledges::RetransferStep;
use crate::notice_pledges::RetransferTold;
use crate::principal::Principal;
use crate::wording;

/// An offer with its names.
#[derive(Debug, Clone)]
pub struct Retransferred {
    /// It.
    pub retransfer: Retransfer,
    /// Its paper.
    pub paper: PaperRecord,
    /// Who owes.
    pub obligor: Party,
    /// Who offers.
    pub seller: Party,
    /// To whom.
    pub buyer: Party,
}

impl Retransferred {
    /// The cents offered.
    ///
    /// # Errors
    /// [`AppError::Internal`]; the database checks ranges.
    pub fn range(&self) -> Result<Range, AppError> {
        Range::new(self.retransfer.lo, self.retransfer.hi)
            .map_err(|_empty| AppError::Internal("a re-transfer without a range".to_owned()))
    }

    /// The fragment that the offer made.
    #[must_use]
    pub const fn offered_no(&self) -> FragmentNo {
        FragmentNo::of(self.retransfer.offer_entry, Side::Left)
    }

    /// The letter about a step.
    pub(crate) fn told(&self, step: RetransferStep) -> Result<Notice, AppError> {
        let (range, currency) = (self.range()?, self.retransfer.currency);
        Ok(Notice::Retransfer(RetransferTold {
            retransfer: self.retransfer.id.to_string(),
            step,
            fragment: FragmentNamed {
                paper: wording::paper(&self.paper.paper.number, &self.obligor.name),
                range: range.to_string(),
            },
            amount: wording::money(range.amount(), currency),
            from: self.seller.name.clone(),
            to: self.buyer.name.clone(),
            contract: self.retransfer.contract.clone(),
            recourse: wording::recourse(self.retransfer.recourse(), currency),
            due: self.paper.paper.due_date,
        }))
    }
}

/// Loads what belongs to these offers, set-based, in their order.
///
/// # Errors
/// The store's; [`AppError::NotFound`] if an offer's paper or party is gone.
pub(crate) fn load(
    tx: &mut ReadTx<'_>,
    retransfers: Vec<Retransfer>,
) -> Result<Vec<Retransferred>, AppError> {
    let mut papers: Vec<PaperId> = retransfers.iter().map(|one| one.paper).collect();
    papers.sort_unstable();
    papers.dedup();
    let papers: HashMap<PaperId, PaperRecord> = tx
        .papers_by_ids(&papers)?
        .into_iter()
        .map(|paper| (paper.paper.id, paper))
        .collect();
    let sides = retransfers.iter().flat_map(|one| [one.seller, one.buyer]);
    let obligors = papers.values().map(|record| record.paper.obligor);
    let parties = held_fragment::names(tx, sides.chain(obligors))?;
    let party = |id: PartyId| parties.get(&id).cloned().ok_or(AppError::NotFound);
    retransfers
        .into_iter()
        .map(|retransfer| {
            let paper = papers.get(&retransfer.paper).cloned();
            let paper = paper.ok_or(AppError::NotFound)?;
            Ok(Retransferred {
                obligor: party(paper.paper.obligor)?,
                seller: party(retransfer.seller)?,
                buyer: party(retransfer.buyer)?,
                paper,
                retransfer,
            })
        })
        .collect()
}

/// The offer, if the caller's party is one of the two; to anybody else it does not exist.
pub(crate) fn of_either(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    id: RetransferId,
) -> Result<Retransferred, AppError> {
    let mut found = tx.retransfers_by_ids(&[id])?;
    found.retain(|one| one.seller == who.party || one.buyer == who.party);
    load(tx, found)?.pop().ok_or(AppError::NotFound)
}

/// The offer has been answered, or taken back.
pub(crate) fn not_open() -> AppError {
    AppError::invalid(
        "retransfer_not_open",
        "this offer is over: answered, taken back or past its due date",
    )
}
