//! A fragment with its paper and the names a party may be shown: what most use cases start from.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::paper::PaperState;
use ledger_core::refusal::Refusal;
use ledger_store::live::FragmentNo;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::notice::FragmentNamed;
use crate::wording;

/// Fragment, paper, obligor.
#[derive(Debug, Clone)]
pub struct HeldFragment {
    /// The fragment.
    pub fragment: FragmentRecord,
    /// Its paper.
    pub paper: PaperRecord,
    /// Who owes.
    pub obligor: Party,
}

impl HeldFragment {
    /// Loads the fragment of a public id, live or spent.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if there is none.
    pub fn load(app: &App, public_id: &str) -> Result<HeldFragment, AppError> {
        let no = app.public_ids.read(public_id).ok_or(AppError::NotFound)?;
        app.store.read(|tx| HeldFragment::load_no(tx, no))
    }

    /// The same by compact key, in a unit of work of the caller's.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn load_no(tx: &mut ReadTx<'_>, no: FragmentNo) -> Result<HeldFragment, AppError> {
        HeldFragment::load_all(tx, &[no])?
            .pop()
            .ok_or(AppError::NotFound)
    }

    /// Several by compact key, set-based, in the order asked for.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if one of them is not there.
    pub fn load_all(
        tx: &mut ReadTx<'_>,
        nos: &[FragmentNo],
    ) -> Result<Vec<HeldFragment>, AppError> {
        if nos.is_empty() {
            return Ok(Vec::new());
        }
        let fragments: HashMap<FragmentNo, FragmentRecord> = tx
            .fragments_by_nos(nos)?
            .into_iter()
            .map(|fragment| (fragment.no, fragment))
            .collect();
        let mut papers: Vec<PaperId> = fragments.values().map(|f| f.paper).collect();
        papers.sort_unstable();
        papers.dedup();
        let papers: HashMap<PaperId, PaperRecord> = tx
            .papers_by_ids(&papers)?
            .into_iter()
            .map(|paper| (paper.paper.id, paper))
            .collect();
        let obligors = names(tx, papers.values().map(|p| p.paper.obligor))?;
        let one = |no| {
            let fragment: &FragmentRecord = fragments.get(no)?;
            let paper = papers.get(&fragment.paper)?;
            Some(HeldFragment {
                fragment: *fragment,
                paper: paper.clone(),
                obligor: obligors.get(&paper.paper.obligor)?.clone(),
            })
        };
        nos.iter()
            .map(|no| one(no).ok_or(AppError::NotFound))
            .collect()
    }

    /// An entry that acts on the front `amount` of this fragment, dated `date`.
    #[must_use]
    pub fn entry(&self, app: &App, date: NaiveDate, amount: Amount, act: Act) -> Entry {
        let range = self.fragment.range;
        Entry {
            book: app.book,
            date,
            paper: Some(self.paper.paper.id),
            spends: Some(self.fragment.reference),
            cut: Cut {
                lo: range.lo(),
                mid: range.lo().saturating_add(amount.minor()),
                hi: range.hi(),
            },
            act,
        }
    }

    /// Refuses early, in the law's own words, what is gone. To a party that is not concerned by
    /// the fragment it does not exist.
    ///
    /// # Errors
    /// [`AppError::NotFound`] or [`Refusal::FragmentSpent`].
    pub fn check_concerned(&self, party: PartyId) -> Result<(), AppError> {
        let concerned = self.fragment.holder == party
            || self.fragment.state.counterparty() == Some(party)
            || self.paper.paper.obligor == party;
        if !concerned {
            return Err(AppError::NotFound);
        }
        if self.fragment.spent {
            return Err(AppError::Refused(Refusal::FragmentSpent));
        }
        Ok(())
    }

    /// What the law asks of whatever its holder does with it by itself: live, free, of a paper that runs,
    /// before the due date.
    ///
    /// # Errors
    /// The law's refusals, in its order.
    pub(crate) fn check_free_on(&self, today: NaiveDate) -> Result<(), Refusal> {
        let paper = &self.paper.paper;
        if self.fragment.spent {
            return Err(Refusal::FragmentSpent);
        }
        if paper.state != PaperState::Active {
            return Err(Refusal::PaperNotActive);
        }
        if self.fragment.state != FragmentState::Held {
            return Err(Refusal::FragmentNotFree);
        }
        if today >= paper.due_date {
            return Err(Refusal::PastMaturity(paper.due_date));
        }
        Ok(())
    }

    /// As a letter names it, or the front `amount` of it.
    #[must_use]
    pub fn named(&self, amount: Amount) -> FragmentNamed {
        let range = self.fragment.range;
        let part = range.cut(amount).map_or(range, |(front, _)| front);
        wording::fragment(&self.paper.paper.number, &self.obligor.name, part)
    }

    /// An amount in the paper's currency, for people.
    #[must_use]
    pub fn money(&self, amount: Amount) -> String {
        wording::money(amount, self.paper.paper.currency)
    }
}

/// Parties by id, in one query.
///
/// # Errors
/// The store's.
pub fn names(
    tx: &mut ReadTx<'_>,
    ids: impl IntoIterator<Item = PartyId>,
) -> Result<HashMap<PartyId, Party>, AppError> {
    let mut ids: Vec<PartyId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(tx
        .parties_by_ids(&ids)?
        .into_iter()
        .map(|party| (party.id, party))
        .collect())
}
