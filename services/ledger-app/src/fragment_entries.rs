//! The entries of a paper that one reader of one fragment may be told about, and what follows from
//! them: the documents of the shared legs, who gave it, its history.

use std::collections::HashMap;

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::recourse::Recourse;
use ledger_store::documents::Document;
use ledger_store::journal::EntryRecord;
use ledger_store::live::FragmentNo;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::held_fragment::names;
use crate::principal::Principal;
use crate::trace_fragment::HistoryLine;
use crate::traced_path::PathReader;

/// What was loaded for one reader.
pub(crate) struct FragmentEntries<'a> {
    pub(crate) app: &'a App,
    pub(crate) who: &'a Principal,
    pub(crate) held: HeldFragment,
    /// The way from the issue to the fragment.
    pub(crate) path: Vec<EntryRecord>,
    /// All entries of the paper that concern the reader, with what led there; where they are too
    /// many, those about this fragment.
    pub(crate) entries: Vec<EntryRecord>,
    /// Whether it is all of them.
    pub(crate) whole: bool,
}

impl<'a> FragmentEntries<'a> {
    pub(crate) fn load(
        app: &'a App,
        tx: &mut ReadTx<'_>,
        who: &'a Principal,
        no: FragmentNo,
    ) -> Result<FragmentEntries<'a>, AppError> {
        let found = tx.fragments_by_nos(&[no])?.pop();
        let fragment = found.ok_or(AppError::NotFound)?;
        let own = fragment.holder == who.party;
        // What waited for somebody and was answered concerns only its holder any more.
        let waits = fragment.state.counterparty() == Some(who.party) && !fragment.spent;
        if !own && !waits {
            return Err(AppError::NotFound);
        }
        let found = tx.papers_by_ids(&[fragment.paper])?.pop();
        let paper = found.ok_or(AppError::NotFound)?;
        let part = tx.part_of_paper(paper.no, who.party, Some(no))?;
        // Whoever is named below is looked up here, together.
        let sides = part.entries.iter().flat_map(|e| [e.holder, e.counterparty]);
        let obligor = paper.paper.obligor;
        let mut known = names(tx, sides.flatten().chain([obligor]))?;
        let held = HeldFragment {
            obligor: known.remove(&obligor).ok_or(AppError::NotFound)?,
            fragment,
            paper,
        };
        Ok(FragmentEntries {
            app,
            who,
            path: match part.way_to(no) {
                Some(way) => way,
                None => tx.fragment_path(no)?,
            },
            entries: part.entries,
            whole: part.whole,
            held,
        })
    }

    pub(crate) fn is_provider(&self) -> bool {
        self.who.kind == PartyKind::FinanceProvider
    }

    pub(crate) fn reader(&self) -> PathReader {
        if self.is_provider() {
            PathReader::Provider
        } else {
            PathReader::Party(self.who.party)
        }
    }

    /// Who held what an entry spent.
    fn before(&self, record: &EntryRecord) -> Option<PartyId> {
        let spent = record.spent?.entry();
        let made = self.entries.iter().find(|e| e.no == spent)?;
        made.holder
    }

    /// Entries about this fragment's units of which the reader was a side.
    fn shared(&self) -> impl Iterator<Item = &EntryRecord> {
        let (me, range) = (self.who.party, self.held.fragment.range);
        self.entries.iter().filter(move |record| {
            let cut = record.sealed.entry().cut;
            let about = cut.lo < range.hi() && range.lo() < cut.mid;
            let side = record.spent.is_none()
                || record.holder == Some(me)
                || record.counterparty == Some(me)
                || self.before(record) == Some(me);
            about && side
        })
    }

    /// The entries whose offers bring the reader documents.
    fn documented(&self) -> Vec<&EntryRecord> {
        if self.is_provider() {
            self.path.iter().collect()
        } else {
            self.shared().collect()
        }
    }

    pub(crate) fn documents(&self, tx: &mut ReadTx<'_>) -> Result<Vec<Document>, AppError> {
        let digests: Vec<[u8; 32]> = self
            .documented()
            .into_iter()
            .filter_map(|record| match &record.sealed.entry().act {
                Act::Offer(offer) => Some(offer.documents.iter().map(|d| *d.bytes())),
                _ => None,
            })
            .flatten()
            .collect();
        let me = self.who.party;
        let mut found = tx.documents_by_digests(&digests)?;
        // The same file may have been handed in by others for a trade of their own.
        let on_path = |party: PartyId| self.path.iter().any(|e| e.holder == Some(party));
        found.retain(|d| {
            d.owner == me
                || d.counterparty == Some(me)
                || (self.is_provider() && on_path(d.owner) && d.counterparty.is_some_and(on_path))
        });
        Ok(found)
    }

    /// Who stands before the reader on the path, and on what terms.
    pub(crate) fn giver(&self) -> (Option<PartyId>, Option<Recourse>) {
        let offer = |record: &EntryRecord| match &record.sealed.entry().act {
            Act::Offer(offer) => Some((record.holder, offer.to, offer.recourse)),
            Act::OfferRetransfer(offer) => Some((record.holder, offer.to, offer.recourse)),
            _ => None,
        };
        let holder = self.held.fragment.holder;
        let to = if holder == self.who.party {
            holder
        } else {
            self.who.party
        };
        let made = self
            .path
            .iter()
            .rev()
            .filter_map(offer)
            .find(|(_, offered_to, _)| *offered_to == to);
        match made {
            Some((from, _, recourse)) => (from, Some(recourse)),
            None if holder != self.who.party => (Some(holder), None),
            None if self.held.paper.paper.payee == holder => {
                (Some(self.held.paper.paper.obligor), None)
            }
            None => (None, None),
        }
    }

    pub(crate) fn history(
        &self,
        tx: &mut ReadTx<'_>,
        known: &HashMap<PartyId, Party>,
    ) -> Result<Vec<HistoryLine>, AppError> {
        let shared: Vec<&EntryRecord> = self.shared().collect();
        let sides = |record: &EntryRecord| {
            let from = match &record.sealed.entry().act {
                Act::Issue(issue) => Some(issue.obligor),
                Act::Settle { .. } => Some(self.held.paper.paper.obligor),
                _ => self.before(record),
            };
            (
                from,
                record
                    .counterparty
                    .or(record.holder)
                    .filter(|to| Some(*to) != from),
            )
        };
        // The payee of an issue is named only to those who know it otherwise.
        let others = shared
            .iter()
            .filter(|record| record.spent.is_some())
            .flat_map(|record| [sides(record).0, sides(record).1])
            .flatten();
        let mut parties = names(tx, others)?;
        parties.extend(known.iter().map(|(id, party)| (*id, party.clone())));
        let name = |id: Option<PartyId>| Some(parties.get(&id?)?.name.clone());
        Ok(shared
            .into_iter()
            .map(|record| {
                let (from, to) = sides(record);
                let cut = record.sealed.entry().cut;
                let units = cut.mid.saturating_sub(cut.lo);
                HistoryLine {
                    date: record.sealed.entry().date,
                    act: record.sealed.entry().act.name(),
                    from: name(from),
                    to: name(to),
                    amount: Amount::from_minor(units).unwrap_or(Amount::ZERO),
                    hash: record.sealed.hash().to_string(),
                }
            })
            .collect())
    }
}
