//! How a fragment came to be what it is: every entry from the obligor's issue to the one that made
//! it, with the trade documents each leg rests on, as an invited finance provider may see it.
//!
//! Names are those of the offered path, no others: whoever declined an offer or lost a purchase on
//! the way is not on it. The bytes and signatures are given so that the provider can check all of
//! it by itself; of a purchase that came to nothing with somebody else only the hash is given,
//! since its bytes hold that provider's price.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::EntryHash;
use ledger_core::id::DocumentId;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::pledge::PledgeDeed;
use ledger_core::quote::Quote;
use ledger_core::recourse::Recourse;
use ledger_core::signature::PartySignature;
use ledger_core::signature::signatures_to_bytes;
use ledger_store::attestations::AttestationRecord;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::documents::Document;
use ledger_store::journal::EntryRecord;
use ledger_store::live::FragmentNo;
use ledger_store::parties::Party;
use ledger_store::payables::Payable;
use ledger_store::signing_keys::SigningKey;
use ledger_store::unit_of_work::ReadTx;

use crate::documents_view::Word;
use crate::error::AppError;
use crate::held_fragment;

/// One entry of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does: `issue`, `accept`, `transfer_offer`, …
    pub kind: &'static str,
    /// Its business date.
    pub date: NaiveDate,
    /// Its hash; the next step's entry names it as its parent.
    pub hash: EntryHash,
    /// Who holds the traced part after it.
    pub holder: Option<String>,
    /// From whom, where the entry passes it on.
    pub from: Option<String>,
    /// Tier of the holder after it; the payee is 1.
    pub tier: u16,
    /// Recourse of a transfer.
    pub recourse: Option<Recourse>,
    /// The invoices that an issue stands for.
    pub payables: Vec<PayableFact>,
    /// The trade documents that a transfer rests on.
    pub documents: Vec<DocumentFact>,
    /// Canonical bytes and signatures; none if they hold somebody else's price.
    pub proof: Option<Proof>,
}

/// What is needed to check a step: its hash is SHA-256 of a zero byte, the length of `body` in four
/// bytes, `body`, and `signatures`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What the parties signed.
    pub body: Vec<u8>,
    /// The canonical list of signatures.
    pub signatures: Vec<u8>,
    /// Public keys of those signatures, where the platform knows them.
    pub keys: Vec<(KeyId, [u8; 32])>,
}

/// An approved invoice debt that the paper stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayableFact {
    /// The invoice, or empty.
    pub invoice_no: String,
    /// Its date.
    pub invoice_date: Option<NaiveDate>,
    /// When goods or services were accepted.
    pub acceptance_date: Option<NaiveDate>,
    /// The purchase order, or empty.
    pub po_no: String,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// Digest of the payable as the issue names it.
    pub digest: [u8; 32],
}

/// A trade document of a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFact {
    /// Its id, for the download.
    pub id: DocumentId,
    /// What it is.
    pub kind: &'static str,
    /// Its number.
    pub number: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// How much it is over.
    pub amount: Option<Amount>,
    /// In what.
    pub currency: Option<Currency>,
    /// Who issued it.
    pub issuer: String,
    /// SHA-256 of its contents, as the entry names it.
    pub digest: [u8; 32],
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// File name.
    pub file_name: String,
    /// How much more it has carried than it may since a credit note or another platform came.
    pub overdrawn: Amount,
    /// What is said about it under signatures.
    pub words: Vec<Word>,
}

/// Traces a fragment for `viewer`, a finance provider that was invited to buy it.
///
/// # Errors
/// The store's.
pub(crate) fn trace(
    tx: &mut ReadTx<'_>,
    viewer: PartyId,
    fragment: FragmentNo,
) -> Result<Vec<Step>, AppError> {
    let path = tx.fragment_path(fragment)?;
    let known = Known::load(tx, &path)?;
    Ok(path
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            let before = at.checked_sub(1).and_then(|at| path.get(at));
            let taken = path
                .get(at.saturating_add(1))
                .is_some_and(|next| matches!(next.sealed.entry().act, Act::AcceptOffer));
            known.step(viewer, before, entry, taken)
        })
        .collect())
}

/// The trade documents that the legs of a fragment's path rest on.
///
/// # Errors
/// The store's.
pub(crate) fn documents(
    tx: &mut ReadTx<'_>,
    fragment: FragmentNo,
) -> Result<Vec<Document>, AppError> {
    let path = tx.fragment_path(fragment)?;
    Ok(Known::load(tx, &path)?.leg_documents(&path))
}

/// All that the steps of one path name, loaded at once.
struct Known {
    parties: HashMap<PartyId, Party>,
    documents: Vec<Document>,
    capacities: HashMap<DocumentId, DocumentCapacity>,
    words: Vec<AttestationRecord>,
    payables: Vec<Payable>,
    keys: HashMap<KeyId, SigningKey>,
}

impl Known {
    fn load(tx: &mut ReadTx<'_>, path: &[EntryRecord]) -> Result<Known, AppError> {
        let mut digests: Vec<[u8; 32]> = Vec::new();
        let mut keys: Vec<KeyId> = Vec::new();
        for entry in path {
            keys.extend(entry.sealed.signatures().iter().map(|s| s.key));
            if let Act::Offer(offer) = &entry.sealed.entry().act {
                digests.extend(offer.documents.iter().map(|d| *d.bytes()));
            }
        }
        let papers: Vec<_> = path
            .first()
            .and_then(|issue| issue.sealed.entry().paper)
            .into_iter()
            .collect();
        let documents = tx.documents_by_digests(&digests)?;
        let ids: Vec<DocumentId> = documents.iter().map(|d| d.id).collect();
        let words = tx.attestations_of(&ids)?;
        let parties = path
            .iter()
            .filter_map(|entry| entry.holder)
            .chain(documents.iter().map(|d| d.owner))
            .chain(words.iter().map(|w| w.party))
            .collect::<Vec<_>>();
        Ok(Known {
            capacities: tx
                .document_capacities(&ids)?
                .into_iter()
                .map(|capacity| (capacity.id, capacity))
                .collect(),
            words,
            parties: held_fragment::names(tx, parties)?,
            documents,
            payables: tx.payables_of_papers(&papers)?,
            keys: tx
                .signing_keys_by_ids(&keys)?
                .into_iter()
                .map(|key| (key.id, key))
                .collect(),
        })
    }

    fn name(&self, id: PartyId) -> String {
        self.parties
            .get(&id)
            .map(|p| p.name.clone())
            .unwrap_or_default()
    }

    fn step(
        &self,
        viewer: PartyId,
        before: Option<&EntryRecord>,
        entry: &EntryRecord,
        taken: bool,
    ) -> Step {
        let act = &entry.sealed.entry().act;
        let passes_on = matches!(
            act,
            Act::AcceptOffer | Act::ReverseDiscount(_) | Act::Correct(_)
        ) || act.completes_purchase();
        let from = before
            .filter(|_| passes_on)
            .and_then(|before| before.holder)
            .map(|id| self.name(id));
        let (recourse, documents) = match act {
            Act::Offer(offer) if taken => (
                Some(offer.recourse),
                self.facts(entry.holder, offer.to, &offer.documents),
            ),
            // Between finance providers no goods change hands: there is nothing but their contract.
            Act::OfferRetransfer(offer) if taken => (Some(offer.recourse), Vec::new()),
            _ => (None, Vec::new()),
        };
        let payables = match act {
            Act::Issue(_) => self.payables.iter().map(payable_fact).collect(),
            _ => Vec::new(),
        };
        Step {
            kind: act.name(),
            date: entry.sealed.entry().date,
            hash: entry.sealed.hash(),
            holder: entry.holder.map(|id| self.name(id)),
            from,
            tier: entry.tier,
            recourse,
            payables,
            documents,
            proof: (!tells_what_others_agreed(act, viewer)).then(|| self.proof(entry)),
        }
    }

    fn proof(&self, entry: &EntryRecord) -> Proof {
        let public_key = |s: &PartySignature| Some((s.key, self.keys.get(&s.key)?.public_key));
        Proof {
            body: entry.sealed.entry().to_bytes(),
            signatures: signatures_to_bytes(entry.sealed.signatures()),
            keys: entry
                .sealed
                .signatures()
                .iter()
                .filter_map(public_key)
                .collect(),
        }
    }

    /// The documents of one leg: the same bytes may have been handed in by others too; those of the
    /// leg are the recipient's to the payer.
    fn of_leg(
        &self,
        payer: Option<PartyId>,
        to: PartyId,
        digests: &[ledger_core::hash::DocumentDigest],
    ) -> Vec<&Document> {
        self.documents
            .iter()
            .filter(|d| digests.iter().any(|digest| *digest.bytes() == d.sha256))
            .filter(|d| d.owner == to && d.counterparty == payer)
            .collect()
    }

    fn facts(
        &self,
        payer: Option<PartyId>,
        to: PartyId,
        digests: &[ledger_core::hash::DocumentDigest],
    ) -> Vec<DocumentFact> {
        self.of_leg(payer, to, digests)
            .into_iter()
            .map(|d| DocumentFact {
                id: d.id,
                kind: d.kind.word(),
                number: d.number.clone(),
                issued_on: d.issued_on,
                amount: d.amount,
                currency: d.currency,
                issuer: self.name(d.owner),
                digest: d.sha256,
                media_type: d.media_type.clone(),
                size: d.size,
                file_name: d.file_name.clone(),
                overdrawn: self
                    .capacities
                    .get(&d.id)
                    .map_or(Amount::ZERO, |capacity| capacity.overdrawn),
                words: self
                    .words
                    .iter()
                    .filter(|w| w.document == d.id)
                    .map(|w| Word {
                        party: self.name(w.party),
                        record: w.clone(),
                    })
                    .collect(),
            })
            .collect()
    }

    /// Those of transfers that stand: what was taken back rests on nothing, and nothing on it.
    fn leg_documents(&self, path: &[EntryRecord]) -> Vec<Document> {
        let mut found = Vec::new();
        let after = path.iter().skip(2).map(Some).chain([None]);
        for (pair, after) in path.windows(2).zip(after) {
            if after.is_some_and(|next| matches!(next.sealed.entry().act, Act::Correct(_))) {
                continue;
            }
            if let [offered, next] = pair
                && let Act::Offer(offer) = &offered.sealed.entry().act
                && matches!(next.sealed.entry().act, Act::AcceptOffer)
            {
                let leg = self.of_leg(offered.holder, offer.to, &offer.documents);
                found.extend(leg.into_iter().cloned());
            }
        }
        found
    }
}

/// Whether the entry's bytes tell what two others agreed on: a price, a secured claim, a contract.
fn tells_what_others_agreed(act: &Act, viewer: PartyId) -> bool {
    let foreign =
        |quote: &[u8]| !Quote::from_bytes(quote).is_ok_and(|quote| quote.provider == viewer);
    match act {
        Act::ReverseDiscount(reversal) => {
            let agreed = &reversal.agreed.entry().act;
            agreed.quote_bytes().is_none_or(foreign)
        }
        Act::Pledge { deed } => {
            !PledgeDeed::from_bytes(deed).is_ok_and(|deed| deed.pledgee == viewer)
        }
        Act::OfferRetransfer(offer) => offer.to != viewer,
        // An order is told to whom it concerns.
        Act::Freeze(_) | Act::Unfreeze(_) => true,
        other => other.quote_bytes().is_some_and(foreign),
    }
}

fn payable_fact(payable: &Payable) -> PayableFact {
    PayableFact {
        invoice_no: payable.invoice_no.clone(),
        invoice_date: payable.invoice_date,
        acceptance_date: payable.acceptance_date,
        po_no: payable.po_no.clone(),
        amount: payable.amount,
        currency: payable.currency,
        digest: payable.content_digest,
    }
}
