//! A request for money with what everybody concerned by it needs: the fragment, its paper, who
//! owes and who asks.

use std::collections::HashMap;

use ledger_core::amount::Amount;
use ledger_core::fragment::Side;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::range::Range;
use ledger_core::refusal::Refusal;
use ledger_store::finance::FinanceRequest;
use ledger_store::live::FragmentNo;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::quotes::Quote;
use ledger_store::sealed_bids::SealedBid;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::held_fragment;
use crate::notice::BidTold;
use crate::notice::FragmentNamed;
use crate::notice::Notice;
use crate::principal::Principal;
use crate::wording;

/// A request with paper, obligor and holder.
#[derive(Debug, Clone)]
pub struct RequestedFragment {
    /// The request.
    pub request: FinanceRequest,
    /// The paper.
    pub paper: PaperRecord,
    /// Who owes.
    pub obligor: Party,
    /// Who asks.
    pub holder: Party,
}

/// Loads what belongs to these requests, set-based, in their order.
///
/// # Errors
/// The store's; [`AppError::NotFound`] if a request's paper or party is gone.
pub fn load(
    tx: &mut ReadTx<'_>,
    requests: Vec<FinanceRequest>,
) -> Result<Vec<RequestedFragment>, AppError> {
    let mut papers: Vec<PaperId> = requests.iter().map(|r| r.paper_id).collect();
    papers.sort_unstable();
    papers.dedup();
    let papers: HashMap<PaperId, PaperRecord> = tx
        .papers_by_ids(&papers)?
        .into_iter()
        .map(|paper| (paper.paper.id, paper))
        .collect();
    let ids = requests
        .iter()
        .map(|r| r.holder)
        .chain(papers.values().map(|p| p.paper.obligor));
    let parties = held_fragment::names(tx, ids)?;
    let party = |id: PartyId| parties.get(&id).cloned().ok_or(AppError::NotFound);
    requests
        .into_iter()
        .map(|request| {
            let paper = papers
                .get(&request.paper_id)
                .cloned()
                .ok_or(AppError::NotFound)?;
            Ok(RequestedFragment {
                obligor: party(paper.paper.obligor)?,
                holder: party(request.holder)?,
                paper,
                request,
            })
        })
        .collect()
}

/// Loads one.
///
/// # Errors
/// [`AppError::NotFound`]; the store's.
pub fn load_one(tx: &mut ReadTx<'_>, id: RequestId) -> Result<RequestedFragment, AppError> {
    let found = tx.finance_requests_by_ids(&[id])?;
    load(tx, found)?.pop().ok_or(AppError::NotFound)
}

/// The fragment on which a request asks.
#[must_use]
pub const fn fragment_no(request: &FinanceRequest) -> FragmentNo {
    let side = if request.side == 0 {
        Side::Left
    } else {
        Side::Right
    };
    FragmentNo::of(request.parent, side)
}

/// The request, if the caller was invited to it; to anybody else it does not exist.
pub(crate) fn invited(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    request: RequestId,
) -> Result<RequestedFragment, AppError> {
    let is_invited = tx
        .finance_invitations(&[request])?
        .iter()
        .any(|i| i.provider == who.party);
    if !is_invited {
        return Err(AppError::NotFound);
    }
    load_one(tx, request)
}

impl RequestedFragment {
    /// The fragment as it stands, live or spent. The request asks on its front part or all of it.
    ///
    /// # Errors
    /// The store's.
    pub fn fragment(&self, tx: &mut ReadTx<'_>) -> Result<FragmentRecord, AppError> {
        tx.fragments_by_nos(&[fragment_no(&self.request)])?
            .pop()
            .ok_or(AppError::NotFound)
    }

    /// The cents asked on.
    ///
    /// # Errors
    /// [`AppError::Internal`]; the database checks ranges.
    pub fn range(&self) -> Result<Range, AppError> {
        Range::new(self.request.lo, self.request.hi)
            .map_err(|_empty| AppError::Internal("a request without a range".to_owned()))
    }

    /// Refuses, in the law's own words, when the holder has used the fragment otherwise.
    ///
    /// # Errors
    /// [`Refusal::FragmentSpent`].
    pub fn check_there(&self, tx: &mut ReadTx<'_>) -> Result<FragmentRecord, AppError> {
        let fragment = self.fragment(tx)?;
        if fragment.spent {
            return Err(Refusal::FragmentSpent.into());
        }
        Ok(fragment)
    }

    /// As a letter names it.
    #[must_use]
    pub fn named(&self) -> FragmentNamed {
        FragmentNamed {
            paper: wording::paper(&self.paper.paper.number, &self.obligor.name),
            range: self.range().map(|r| r.to_string()).unwrap_or_default(),
        }
    }

    /// An amount in the paper's currency, for people.
    #[must_use]
    pub fn money(&self, amount: Amount) -> String {
        wording::money(amount, self.paper.paper.currency)
    }

    /// The letter about a quote that is over without a conclusion.
    #[must_use]
    pub fn lapsed(&self, provider: &str) -> Notice {
        Notice::QuoteLapsed {
            request: self.request.id.to_string(),
            provider: provider.to_owned(),
            fragment: self.named(),
            amount: self.money(self.request.amount),
        }
    }
}

/// Letters about quotes that are over without a conclusion: one to each provider, and, if
/// `holders_too`, one to who had asked. Quotes that follow from standing rates come and go by the
/// minute: nobody is told.
///
/// # Errors
/// The store's.
pub fn lapse_letters(
    tx: &mut ReadTx<'_>,
    on: &[RequestedFragment],
    quotes: &[Quote],
    holders_too: bool,
) -> Result<Vec<(PartyId, Notice)>, AppError> {
    let providers = held_fragment::names(tx, quotes.iter().map(|q| q.provider))?;
    let mut letters = Vec::new();
    for quote in quotes.iter().filter(|quote| quote.card.is_none()) {
        let Some(asked) = on.iter().find(|r| r.request.id == quote.request) else {
            continue;
        };
        let name = providers
            .get(&quote.provider)
            .map(|p| p.name.as_str())
            .unwrap_or_default();
        let notice = asked.lapsed(name);
        if holders_too {
            letters.push((asked.request.holder, notice.clone()));
        }
        letters.push((quote.provider, notice));
    }
    Ok(letters)
}

/// Letters to finance providers whose sealed bids ended unread.
#[must_use]
pub fn bid_letters(on: &[RequestedFragment], bids: &[SealedBid]) -> Vec<(PartyId, Notice)> {
    bids.iter()
        .filter_map(|bid| {
            let asked = on.iter().find(|one| one.request.id == bid.request)?;
            let notice = Notice::BidLapsed(BidTold {
                request: asked.request.id.to_string(),
                supplier: asked.holder.name.clone(),
                fragment: asked.named(),
                amount: asked.money(asked.request.amount),
                until: None,
            });
            Some((bid.provider, notice))
        })
        .collect()
}
