//! Follows one fragment as far as its holder, or whoever it waits for, may see: the way it came,
//! the documents of the legs shared, the picture of its paper, what has become of it, and, once the
//! paper is settled, what was paid.

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::id::DocumentId;
use ledger_core::paper::PaperState;
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
use crate::contents;
use crate::error::AppError;
use crate::fragment_entries::FragmentEntries;
use crate::freezes_view;
use crate::freezes_view::FrozenUntil;
use crate::held_fragment::HeldFragment;
use crate::joinable_pieces;
use crate::obligor_standing;
use crate::obligor_standing::ObligorStanding;
use crate::paper_picture;
use crate::paper_picture::PictureCell;
use crate::policy::Action;
use crate::principal::Principal;
use crate::traced_path;
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

/// A payment of the obligor's to the reader: at maturity for all it held of the paper, before it for
/// what it agreed to be paid early for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCredit {
    /// Whether it is a payment before maturity.
    pub early: bool,
    /// How much.
    pub amount: Amount,
    /// On which business date.
    pub date: NaiveDate,
    /// How far it is.
    pub state: InstructionState,
    /// What the bank's statement calls it.
    pub end_to_end_id: String,
    /// Whether the bank pays it in one sum with others.
    pub netted: bool,
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
    /// The party before paid for it by recourse, and has it again.
    PaidBack {
        /// Who.
        by: String,
        /// When.
        on: NaiveDate,
    },
    /// The obligor paid it before it was due.
    Redeemed {
        /// When.
        on: NaiveDate,
    },
    /// Given back to its seller, because the money for it came back.
    Reversed {
        /// To whom.
        to: String,
        /// When.
        on: NaiveDate,
    },
    /// Given back to who had passed it on by mistake.
    GivenBack {
        /// To whom.
        to: String,
        /// When.
        on: NaiveDate,
    },
    /// Passed on by mistake, and the reader's again as another fragment.
    TakenBack {
        /// From whom.
        from: String,
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
    /// How the obligor stands with its payments.
    pub standing: ObligorStanding,
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
    /// The picture, masked; none where the reader's part in the paper is too large for one.
    pub picture: Option<Vec<PictureCell>>,
    /// Entries the reader was a side of, oldest first.
    pub history: Vec<HistoryLine>,
    /// What has become of it.
    pub outcome: Outcome,
    /// Whether the reader may say that it was passed on by mistake.
    pub correctable: bool,
    /// Whether it is the reader's to join with a piece beside it.
    pub joinable: bool,
    /// The order under which it is frozen, as far as that is the reader's to know.
    pub frozen: Option<FrozenUntil>,
    /// What the obligor pays or has paid the reader for this paper.
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
    app.store
        .read(|tx| FragmentEntries::load(app, tx, who, no)?.told(tx))
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
    let found = app.store.read(|tx| {
        FragmentEntries::load(app, tx, who, no)?
            .documents(tx)?
            .into_iter()
            .find(|d| d.id == document)
            .ok_or(AppError::NotFound)
    })?;
    let bytes = contents::read(app, &found.sha256)?;
    Ok((found, bytes))
}

impl FragmentEntries<'_> {
    fn told(self, tx: &mut ReadTx<'_>) -> Result<FragmentTrace, AppError> {
        let paper = &self.held.paper.paper;
        let range = self.held.fragment.range;
        let (path, known) = traced_path::trace(self.app, tx, &self.path, self.reader())?;
        let picture = if self.is_provider() {
            Some(paper_picture::draw(tx, Viewer::Invited(range), &self.path)?)
        } else if self.whole {
            let viewer = Viewer::Holder(self.who.party);
            Some(paper_picture::draw(tx, viewer, &self.entries)?)
        } else {
            None
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
        let frozen = self.frozen(tx)?;
        let (today, obligor) = (tx.business_date_today()?, &self.held.obligor);
        let stopped = obligor.issuance_blocked;
        let standing = obligor_standing::of(tx, obligor.id, stopped, today)?;
        // While it is free before its due date nothing can have been paid but early, by an agreement
        // that is an entry of the reader's.
        let agreed =
            |one: &EntryRecord| matches!(one.sealed.entry().act, Act::AcceptRedemption { .. });
        let free = self.held.check_free_on(today).is_ok();
        let credits = if free && self.whole && !self.entries.iter().any(agreed) {
            Vec::new()
        } else {
            self.credits(tx)?
        };
        Ok(FragmentTrace {
            frozen,
            holder: tx.party_by_id(self.held.fragment.holder)?,
            own: self.held.fragment.holder == self.who.party,
            today,
            standing,
            path,
            from,
            offered_to,
            recourse,
            documents: self.documents(tx)?,
            payables,
            picture,
            history: self.history(tx, &known)?,
            correctable: self.is_correctable(&outcome, today),
            joinable: self.is_joinable(tx, today)?,
            outcome,
            credits,
            entry: self.held.fragment.reference.parent.to_string(),
            held: self.held,
        })
    }

    fn is_joinable(&self, tx: &mut ReadTx<'_>, today: NaiveDate) -> Result<bool, AppError> {
        let may = self.who.may(Action::JoinFragments).is_ok();
        if !may || self.held.fragment.holder != self.who.party {
            return Ok(false);
        }
        Ok(joinable_pieces::row_around(tx, &self.held, today, 1)?.is_some())
    }

    /// An order is told to the holder and to whom the fragment is pledged.
    fn frozen(&self, tx: &mut ReadTx<'_>) -> Result<Option<FrozenUntil>, AppError> {
        let (held, me) = (&self.held.fragment, self.who.party);
        let FragmentState::Frozen { pledgee } = held.state else {
            return Ok(None);
        };
        if held.spent || (held.holder != me && pledgee != Some(me)) {
            return Ok(None);
        }
        Ok(freezes_view::of_fragments(tx, &[held.no])?.remove(&held.no))
    }

    fn outcome(&self, tx: &mut ReadTx<'_>) -> Result<Outcome, AppError> {
        let no = self.held.fragment.no;
        let spends = |e: &&EntryRecord| e.spent == Some(no) || e.joined == Some(no);
        let Some(next) = self.entries.iter().find(spends) else {
            return Ok(match self.held.paper.paper.state {
                PaperState::Settled => Outcome::Paid,
                PaperState::Void => Outcome::Ended,
                _ => Outcome::Stands,
            });
        };
        let on = next.sealed.entry().date;
        let Some(holder) = next.holder else {
            return Ok(Outcome::Ended);
        };
        if matches!(next.sealed.entry().act, Act::CompleteRedemption { .. }) {
            return Ok(Outcome::Redeemed { on });
        }
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
        Ok(match &next.sealed.entry().act {
            act if act.completes_purchase() => Outcome::Sold { to, on },
            Act::ReverseDiscount(_) => Outcome::Reversed { to, on },
            Act::CompleteRecourse { .. } => Outcome::PaidBack { by: to, on },
            Act::Correct(_) => Outcome::GivenBack { to, on },
            _ => match self.correction_of(next) {
                Some(back) => Outcome::TakenBack {
                    from: to,
                    on: back.sealed.entry().date,
                },
                None => Outcome::PassedOn { to, on },
            },
        })
    }

    /// The entry that took a transfer back; only its two sides are told.
    fn correction_of(&self, transfer: &EntryRecord) -> Option<&EntryRecord> {
        let moved = FragmentNo::of(transfer.no, Side::Left);
        self.entries.iter().find(|entry| {
            entry.spent == Some(moved) && matches!(entry.sealed.entry().act, Act::Correct(_))
        })
    }

    /// Whether the reader may propose that the fragment goes back: it got it by a transfer and has not
    /// used it, or it passed it on. What the other side has done with it is not the reader's to know.
    fn is_correctable(&self, outcome: &Outcome, today: NaiveDate) -> bool {
        let (held, paper) = (&self.held.fragment, &self.held.paper.paper);
        let offered = |entry: &EntryRecord| matches!(entry.sealed.entry().act, Act::Offer(_));
        let transferred = match (outcome, self.path.as_slice()) {
            (Outcome::Stands, [.., offer, accept]) => {
                held.state == FragmentState::Held
                    && held.no == FragmentNo::of(accept.no, Side::Left)
                    && matches!(accept.sealed.entry().act, Act::AcceptOffer)
                    && offered(offer)
            }
            (Outcome::PassedOn { .. }, [.., offer]) => offered(offer),
            _ => false,
        };
        transferred
            && held.holder == self.who.party
            && paper.state == PaperState::Active
            && today < paper.due_date
    }

    fn credits(&self, tx: &mut ReadTx<'_>) -> Result<Vec<OwnCredit>, AppError> {
        Ok(tx
            .credits_of_party(self.held.paper.paper.id, self.who.party)?
            .into_iter()
            .filter(|paid| {
                matches!(
                    paid.kind,
                    InstructionKind::SettlementCredit | InstructionKind::EarlyRedemption
                )
            })
            .map(|paid| OwnCredit {
                early: paid.kind == InstructionKind::EarlyRedemption,
                amount: paid.amount,
                date: paid.business_date,
                state: paid.state,
                end_to_end_id: paid.booked_as().to_owned(),
                netted: paid.netted_in.is_some(),
            })
            .collect())
    }
}
