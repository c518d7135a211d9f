//! An agreement on a paper between its first signature and its entry: what it says, who has to sign,
//! and what happens once all have.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::agreement::AgreedAct;
use ledger_core::agreement::Change;
use ledger_core::agreement::PaperAgreement;
use ledger_core::agreement::needed;
use ledger_core::amount::Amount;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::EntryHash;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
pub use ledger_store::agreements::Agreement;
pub use ledger_store::agreements::AgreementKind;
pub use ledger_store::agreements::AgreementState;
use ledger_store::agreements::Consent;
use ledger_store::journal::EntryRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::payables::PayableState;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::notice::Notice;
use crate::notice_events::AgreementStep;
use crate::notice_events::AgreementTold;
use crate::notice_events::PaperEvent;
use crate::posting_queue::Effects;
use crate::wording;

/// What was signed.
///
/// # Errors
/// [`AppError::Internal`] if what is kept can't be read.
pub(crate) fn read(of: &Agreement) -> Result<PaperAgreement, AppError> {
    PaperAgreement::from_bytes(&of.body)
        .map_err(|error| AppError::Internal(format!("agreement {}: {error}", of.id)))
}

/// An agreement with its paper as it stands.
pub(crate) struct OnPaper {
    pub(crate) agreement: Agreement,
    pub(crate) read: PaperAgreement,
    pub(crate) paper: PaperRecord,
    pub(crate) obligor: String,
    fragments: Vec<Fragment>,
    pub(crate) consents: Vec<Consent>,
}

/// Loads one with all it rests on.
///
/// # Errors
/// [`AppError::NotFound`].
pub(crate) fn load(tx: &mut ReadTx<'_>, agreement: Agreement) -> Result<OnPaper, AppError> {
    load_all(tx, vec![agreement])?
        .pop()
        .ok_or(AppError::NotFound)
}

/// Several, set-based, in their order.
///
/// # Errors
/// [`AppError::NotFound`] if a paper or obligor is not there.
pub(crate) fn load_all(
    tx: &mut ReadTx<'_>,
    agreements: Vec<Agreement>,
) -> Result<Vec<OnPaper>, AppError> {
    if agreements.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = agreements.iter().map(|one| one.paper).collect();
    let papers = tx.papers_by_ids(&ids)?;
    let nos: Vec<i64> = papers.iter().map(|paper| paper.no).collect();
    let fragments = tx.fragments_of_papers(&nos)?;
    let obligors = names(tx, agreements.iter().map(|one| one.obligor))?;
    let ids: Vec<_> = agreements.iter().map(|one| one.id).collect();
    let consents = tx.consents_of(&ids)?;
    let one = |agreement: Agreement| {
        let paper = papers
            .iter()
            .find(|paper| paper.paper.id == agreement.paper);
        let obligor = obligors.get(&agreement.obligor);
        let of_paper = fragments.iter().filter(|one| one.paper == agreement.paper);
        let under = consents.iter().filter(|one| one.agreement == agreement.id);
        Ok(OnPaper {
            read: read(&agreement)?,
            paper: paper.ok_or(AppError::NotFound)?.clone(),
            obligor: obligor.ok_or(AppError::NotFound)?.name.clone(),
            fragments: of_paper.map(|one| one.fragment).collect(),
            consents: under.cloned().collect(),
            agreement,
        })
    };
    agreements.into_iter().map(one).collect()
}

impl OnPaper {
    /// Whose signatures it takes now.
    pub(crate) fn needed(&self) -> HashSet<PartyId> {
        needed(&self.fragments).collect()
    }

    /// Whether everybody whose signature it takes has signed.
    pub(crate) fn is_signed_by_all(&self) -> bool {
        let signed: HashSet<PartyId> = self.consents.iter().map(|one| one.party).collect();
        self.needed().is_subset(&signed)
    }

    /// Whether nothing stands in its way: no open offer, sale or freeze.
    pub(crate) fn is_free(&self) -> bool {
        let free = |one: &Fragment| {
            matches!(
                one.state,
                FragmentState::Held | FragmentState::Pledged { .. }
            )
        };
        self.fragments.iter().all(free)
    }

    /// What of the paper concerns a party: what it holds, or has pledged to it.
    pub(crate) fn share_of(&self, party: PartyId) -> Amount {
        let units = self
            .fragments
            .iter()
            .filter(|one| one.holder == party || one.state.counterparty() == Some(party))
            .map(|one| one.range.amount().minor())
            .fold(0, i64::saturating_add);
        Amount::from_minor(units).unwrap_or(Amount::ZERO)
    }

    /// What a party reads of it.
    pub(crate) fn told(&self, step: AgreementStep, share: Amount) -> Notice {
        let currency = self.paper.paper.currency;
        let (maturity, due) = match &self.read.change {
            Change::Void => (None, None),
            Change::Extend {
                maturity, due_date, ..
            } => (Some(*maturity), Some(*due_date)),
        };
        Notice::PaperEvent(PaperEvent::Agreement(AgreementTold {
            agreement: self.agreement.id.to_string(),
            step,
            paper: wording::paper(&self.paper.paper.number, &self.obligor),
            amount: wording::money(share, currency),
            reason: self.read.reason.clone(),
            maturity,
            due,
            until: self.read.consent_by,
        }))
    }

    /// The same to everybody who has to sign.
    pub(crate) fn told_holders(&self, step: AgreementStep) -> Vec<(PartyId, Notice)> {
        let letter = |party| (party, self.told(step, self.share_of(party)));
        self.needed().into_iter().map(letter).collect()
    }

    /// The same to the obligor.
    pub(crate) fn told_obligor(&self, step: AgreementStep) -> (PartyId, Notice) {
        (
            self.agreement.obligor,
            self.told(step, self.paper.paper.face),
        )
    }
}

/// Makes the entry of an agreement that everybody has signed.
///
/// # Errors
/// The ledger's refusals, the store's.
pub(crate) fn carry_out(app: &App, all: &OnPaper) -> Result<(), AppError> {
    let one = &all.agreement;
    let (Some(key), Some(bytes)) = (one.checker_key, one.checker_signature) else {
        return Err(AppError::Internal(format!(
            "agreement {} lacks its second signature",
            one.id
        )));
    };
    let at_obligor = vec![
        signature(Seat::Maker, one.maker_key, one.maker_signature),
        signature(Seat::Checker, key, bytes),
    ];
    let wanted = all.needed();
    // Who has signed and passed its part on meanwhile is no side of it any more.
    let consents = all
        .consents
        .iter()
        .filter(|one| wanted.contains(&one.party))
        .map(|one| signature(Seat::Holder, one.key_id, one.signature))
        .collect();
    let agreed = Box::new(AgreedAct {
        agreement: one.body.clone(),
        consents,
    });
    let face = all.paper.paper.face.minor();
    let entry = Entry {
        book: app.book,
        date: app.business_date()?,
        paper: Some(all.paper.paper.id),
        spends: None,
        cut: Cut {
            lo: 0,
            mid: face,
            hi: face,
        },
        act: match one.kind {
            AgreementKind::Void => Act::Void(agreed),
            AgreementKind::Extend => Act::Extend(agreed),
        },
    };
    let posting = Posting {
        sealed: SealedEntry::new(entry, at_obligor),
        spent: None,
    };
    let freed = match one.kind {
        AgreementKind::Void => documents_of_legs(app, all)?,
        AgreementKind::Extend => Freed::default(),
    };
    app.posting
        .post_one(posting, Some(effects(app, all, freed)))
        .map(|_posted| ())
}

const fn signature(seat: Seat, key: ledger_core::id::KeyId, bytes: [u8; 64]) -> PartySignature {
    PartySignature { seat, key, bytes }
}

/// What is free again when a paper is void.
#[derive(Default)]
struct Freed {
    offers: Vec<i64>,
    gifts: Vec<(DocumentId, Amount)>,
}

fn effects(app: &App, all: &OnPaper, freed: Freed) -> Effects {
    let (now, id, paper) = (app.clock.now(), all.agreement.id, all.paper.paper.id);
    let in_circle = app.circle().is_some();
    let due_date = match &all.read.change {
        Change::Void => None,
        Change::Extend { due_date, .. } => Some(*due_date),
    };
    let mut letters = all.told_holders(AgreementStep::Effective);
    letters.push(all.told_obligor(AgreementStep::Effective));
    Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        also.agreement_effective(id, posted.no)?;
        also.planned_run_moves(paper, due_date, now)?;
        also.quotes_of_paper_lapse(paper)?;
        also.redemption_offer_of_paper_ends(paper)?;
        if due_date.is_none() {
            let moves: Vec<_> = also
                .payables_of_papers(&[paper])?
                .into_iter()
                .map(|payable| (payable.id, None))
                .collect();
            also.payables_move(&moves, PayableState::Issued, PayableState::Loaded)?;
            // Open again: whoever proposes them next makes a new proposal.
            let again: Vec<PayableId> = moves.iter().map(|(payable, _)| *payable).collect();
            also.proposals_close_refused(&again)?;
            also.issue_reservation_release(paper, now)?;
            also.release_capacity(&freed.gifts);
            if in_circle {
                also.capacity_reservations_release_all(&freed.offers, now)?;
            }
        }
        also.tell_all(letters.clone());
        Ok(())
    })
}

/// What the paper's legs had taken of their documents: their trades are paid by nothing any more.
fn documents_of_legs(app: &App, all: &OnPaper) -> Result<Freed, AppError> {
    app.store.read(|tx| {
        let entries = tx.entries_of_paper(all.paper.no)?;
        let taken = accepted_offers(&entries);
        let offers: Vec<i64> = taken.iter().map(|offer| offer.no).collect();
        let mut gifts: Vec<(DocumentId, Amount)> = Vec::new();
        let shared = tx.document_takes_of_all(&offers)?;
        gifts.extend(shared.iter().map(|take| (take.document, take.amount)));
        let alone: Vec<&&EntryRecord> = taken
            .iter()
            .filter(|offer| shared.iter().all(|take| take.entry != offer.no))
            .collect();
        let digests: Vec<[u8; 32]> = alone.iter().flat_map(|offer| digests_of(offer)).collect();
        let documents = tx.documents_by_digests(&digests)?;
        for offer in alone {
            let Act::Offer(act) = &offer.sealed.entry().act else {
                continue;
            };
            let digests = digests_of(offer);
            // Of one document an offer takes its whole amount; the same file may be others' too.
            let document = documents
                .iter()
                .find(|one| one.owner == act.to && digests.contains(&one.sha256));
            let cut = offer.sealed.entry().cut;
            let amount = Amount::from_minor(cut.mid.saturating_sub(cut.lo));
            if let (Some(document), Ok(amount)) = (document, amount) {
                gifts.push((document.id, amount));
            }
        }
        Ok(Freed {
            offers,
            gifts: summed(gifts),
        })
    })
}

/// Each document once.
fn summed(gifts: Vec<(DocumentId, Amount)>) -> Vec<(DocumentId, Amount)> {
    let mut sums: BTreeMap<DocumentId, Amount> = BTreeMap::new();
    for (document, amount) in gifts {
        let sum = sums.entry(document).or_insert(Amount::ZERO);
        *sum = sum.checked_add(amount).unwrap_or(*sum);
    }
    sums.into_iter().collect()
}

fn digests_of(offer: &EntryRecord) -> Vec<[u8; 32]> {
    match &offer.sealed.entry().act {
        Act::Offer(act) => act.documents.iter().map(|one| *one.bytes()).collect(),
        _ => Vec::new(),
    }
}

/// Offers for goods that were accepted, and not taken back since: what those had used is free already.
fn accepted_offers(entries: &[EntryRecord]) -> Vec<&EntryRecord> {
    let taken_back: HashSet<EntryHash> = entries
        .iter()
        .filter_map(|one| match &one.sealed.entry().act {
            Act::Correct(corrected) => Some(corrected.accepted.hash()),
            _ => None,
        })
        .collect();
    let accepted: HashSet<i64> = entries
        .iter()
        .filter(|one| matches!(one.sealed.entry().act, Act::AcceptOffer))
        .filter(|one| !taken_back.contains(&one.sealed.hash()))
        .filter_map(|one| one.spent.map(|no| no.entry()))
        .collect();
    entries
        .iter()
        .filter(|one| matches!(one.sealed.entry().act, Act::Offer(_)) && accepted.contains(&one.no))
        .collect()
}
