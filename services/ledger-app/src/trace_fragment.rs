//! Follows one fragment as far as its holder, or whoever it waits for, may see: the way it came,
//! the documents of the legs shared, the picture of its paper, what has become of it, and, once the
//! paper is settled, what was paid.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::fragment::Side;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::paper::PaperState;
use ledger_core::party::PartyKind;
use ledger_core::recourse::Recourse;
use ledger_core::visibility::Viewer;
pub use ledger_store::documents::Document;
use ledger_store::journal::EntryRecord;
use ledger_store::live::FragmentNo;
pub use ledger_store::parties::Party;
use ledger_store::payables::Payable;
use ledger_store::payments::InstructionKind;
pub use ledger_store::payments::InstructionState;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::held_fragment::names;
use crate::paper_picture;
use crate::paper_picture::PictureCell;
use crate::policy::Action;
use crate::principal::Principal;
use crate::traced_path;
use crate::traced_path::PathReader;
use crate::traced_path::PathStep;

/// An entry the reader was a side of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its business date.
    pub date: NaiveDate,
    /// What it did ([`Act::name`]).
    pub act: &'static str,
    /// Who acted: the holder before, the obligor for an issue.
    pub from: Option<String>,
    /// The other side: who got it or was offered it.
    pub to: Option<String>,
    /// How much it acted on.
    pub amount: Amount,
    /// Its hash, 64 hexadecimal digits.
    pub hash: String,
}

/// A payment at maturity to the reader, for all it held of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCredit {
    /// How much.
    pub amount: Amount,
    /// On which business date.
    pub date: NaiveDate,
    /// How far it is.
    pub state: InstructionState,
    /// What the bank's statement calls it.
    pub end_to_end_id: String,
}

/// What has become of the fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it was.
    Stands,
    /// It was cut, offered or locked; these public ids are what it has become.
    Became(Vec<String>),
    /// Passed on: the debt between the two is discharged by transfer.
    PassedOn {
        /// To whom.
        to: String,
        /// When.
        on: NaiveDate,
    },
    /// Sold to a finance provider, which has paid.
    Sold {
        /// To whom.
        to: String,
        /// When.
        on: NaiveDate,
    },
    /// The paper ended before anybody held it.
    Ended,
    /// Paid at maturity.
    Paid,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct FragmentTrace {
    /// Fragment, paper, obligor.
    pub held: HeldFragment,
    /// The holder.
    pub holder: Party,
    /// Whether the reader is the holder; else it waits for the reader's answer or money.
    pub own: bool,
    /// The business date it is seen on.
    pub today: NaiveDate,
    /// From the obligor to here.
    pub path: Vec<PathStep>,
    /// Who passed it to its holder or offers it; for the payee the obligor.
    pub from: Option<Party>,
    /// To whom it is offered or sold, while that is open.
    pub offered_to: Option<Party>,
    /// Whether one may turn back to `from`, as that leg's offer says; none for an issue.
    pub recourse: Option<Recourse>,
    /// Documents of the legs shared with the reader.
    pub documents: Vec<Document>,
    /// What the paper stands for; empty unless the reader is its payee or a finance provider.
    pub payables: Vec<Payable>,
    /// The picture, masked.
    pub picture: Vec<PictureCell>,
    /// Entries the reader was a side of, oldest first.
    pub history: Vec<HistoryLine>,
    /// What has become of it.
    pub outcome: Outcome,
    /// What the reader was paid at maturity for this paper.
    pub credits: Vec<OwnCredit>,
    /// Hash of the entry that made the fragment, 64 hexadecimal digits.
    pub entry: String,
}

/// Traces.
///
/// # Errors
/// [`AppError::NotFound`] if the fragment is neither the caller's, nor was it, nor does it wait for
/// the caller.
pub fn run(app: &App, who: &Principal, fragment: &str) -> Result<FragmentTrace, AppError> {
    who.may(Action::TraceFragment)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    app.store.read(|tx| Trace::load(app, tx, who, no)?.told(tx))
}

/// The contents of one of the documents that [`run`] shows with a fragment.
///
/// # Errors
/// [`AppError::NotFound`] as there, and for any other document.
pub fn document(
    app: &App,
    who: &Principal,
    fragment: &str,
    document: DocumentId,
) -> Result<(Document, Vec<u8>), AppError> {
    who.may(Action::TraceFragment)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    app.store.read(|tx| {
        let found = Trace::load(app, tx, who, no)?
            .documents(tx)?
            .into_iter()
            .find(|d| d.id == document)
            .ok_or(AppError::NotFound)?;
        let bytes = tx.document_blob(&found.sha256)?;
        Ok((found, bytes))
    })
}

/// What was loaded for one reader.
struct Trace<'a> {
    app: &'a App,
    who: &'a Principal,
    held: HeldFragment,
    /// The way from the issue to the fragment.
    path: Vec<EntryRecord>,
    /// All entries of the paper that concern the reader, with what led there.
    entries: Vec<EntryRecord>,
}

impl<'a> Trace<'a> {
    fn load(
        app: &'a App,
        tx: &mut ReadTx<'_>,
        who: &'a Principal,
        no: FragmentNo,
    ) -> Result<Trace<'a>, AppError> {
        let held = HeldFragment::load_no(tx, no)?;
        let own = held.fragment.holder == who.party;
        // What waited for somebody and was answered concerns only its holder any more.
        let waits = held.fragment.state.counterparty() == Some(who.party) && !held.fragment.spent;
        if !own && !waits {
            return Err(AppError::NotFound);
        }
        Ok(Trace {
            app,
            who,
            path: tx.fragment_path(no)?,
            entries: tx.entries_concerning(held.paper.no, who.party)?,
            held,
        })
    }

    fn is_provider(&self) -> bool {
        self.who.kind == PartyKind::FinanceProvider
    }

    fn reader(&self) -> PathReader {
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

    fn documents(&self, tx: &mut ReadTx<'_>) -> Result<Vec<Document>, AppError> {
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

    fn told(self, tx: &mut ReadTx<'_>) -> Result<FragmentTrace, AppError> {
        let paper = &self.held.paper.paper;
        let range = self.held.fragment.range;
        let (path, known) = traced_path::trace(self.app, tx, &self.path, self.reader())?;
        let picture = if self.is_provider() {
            paper_picture::draw(tx, Viewer::Invited(range), &self.path)?
        } else {
            paper_picture::draw(tx, Viewer::Holder(self.who.party), &self.entries)?
        };
        let payables = if self.is_provider() || paper.payee == self.who.party {
            tx.payables_of_papers(&[paper.id])?
        } else {
            Vec::new()
        };
        let (from, recourse) = self.giver();
        let from = from.map(|id| tx.party_by_id(id)).transpose()?;
        let outcome = self.outcome(tx)?;
        let open = self
            .held
            .fragment
            .state
            .counterparty()
            .filter(|_| !self.held.fragment.spent);
        let offered_to = open.map(|id| tx.party_by_id(id)).transpose()?;
        Ok(FragmentTrace {
            holder: tx.party_by_id(self.held.fragment.holder)?,
            own: self.held.fragment.holder == self.who.party,
            today: tx.business_date_today()?,
            path,
            from,
            offered_to,
            recourse,
            documents: self.documents(tx)?,
            payables,
            picture,
            history: self.history(tx, &known)?,
            outcome,
            credits: self.credits(tx)?,
            entry: self.held.fragment.reference.parent.to_string(),
            held: self.held,
        })
    }

    /// Who stands before the reader on the path, and on what terms.
    fn giver(&self) -> (Option<PartyId>, Option<Recourse>) {
        let offer = |record: &EntryRecord| match &record.sealed.entry().act {
            Act::Offer(offer) => Some((record.holder, offer.to, offer.recourse)),
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

    fn outcome(&self, tx: &mut ReadTx<'_>) -> Result<Outcome, AppError> {
        let no = self.held.fragment.no;
        let Some(next) = self.entries.iter().find(|e| e.spent == Some(no)) else {
            return Ok(match self.held.paper.paper.state {
                PaperState::Settled => Outcome::Paid,
                _ => Outcome::Stands,
            });
        };
        let on = next.sealed.entry().date;
        let Some(holder) = next.holder else {
            return Ok(Outcome::Ended);
        };
        if holder == self.who.party {
            let cut = next.sealed.entry().cut;
            let ids = &self.app.public_ids;
            let mut parts = vec![ids.show(FragmentNo::of(next.no, Side::Left))];
            if cut.mid < cut.hi {
                parts.push(ids.show(FragmentNo::of(next.no, Side::Right)));
            }
            return Ok(Outcome::Became(parts));
        }
        let to = tx.party_by_id(holder)?.name;
        Ok(match next.sealed.entry().act {
            Act::CompleteDiscount { .. } => Outcome::Sold { to, on },
            _ => Outcome::PassedOn { to, on },
        })
    }

    fn history(
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

    fn credits(&self, tx: &mut ReadTx<'_>) -> Result<Vec<OwnCredit>, AppError> {
        Ok(tx
            .credits_of_party(self.held.paper.paper.id, self.who.party)?
            .into_iter()
            .filter(|paid| paid.kind == InstructionKind::SettlementCredit)
            .map(|paid| OwnCredit {
                amount: paid.amount,
                date: paid.business_date,
                state: paid.state,
                end_to_end_id: paid.end_to_end_id,
            })
            .collect())
    }
}
