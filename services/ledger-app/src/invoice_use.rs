//! Whether suppliers' invoices still carry the papers that are being proposed.
//!
//! An invoice is promised once, whole or in parts, whoever lists it and however often. What it can
//! carry is its total: as the seller's own record of it says, less credit notes, more or less price
//! true-ups, or else as a payable states it. Of an invoice whose total nobody has said, one paper
//! stands for it and no second: that might be the same debt booked twice.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::invoice_token::InvoiceTokens;
use ledger_core::invoice_token::spelling;
use ledger_store::billed_invoices::BilledChange;
use ledger_store::billed_invoices::BilledInvoice;
use ledger_store::billed_invoices::BilledKey;
use ledger_store::billed_invoices::BilledTokens;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::parties::Party;
use ledger_store::payables::Payable;
use ledger_store::payables::PayableState;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;

use crate::circle::Circle;
use crate::error::AppError;
use crate::issue_rules::RefusedPayable;
use crate::issue_rules::UsedBy;
use crate::wording;

/// Code of a payable whose invoice has less left than it needs.
pub(crate) const USED_UP: &str = "invoice_used_up";

/// Code of a payable that knows its invoice with another total or in another currency.
pub(crate) const DIFFERS: &str = "invoice_differs";

/// Code of a payable whose invoice another platform has used or knows otherwise.
pub(crate) const ELSEWHERE: &str = "invoice_used_elsewhere";

/// Those of `payables` that name an invoice.
pub(crate) fn named<'p>(payables: impl IntoIterator<Item = &'p Payable>) -> Vec<&'p Payable> {
    payables
        .into_iter()
        .filter(|payable| !spelling(&payable.invoice_no).is_empty())
        .collect()
}

/// A payable that its invoice does not carry.
#[derive(Debug)]
pub(crate) struct NotPromised<'p> {
    pub(crate) payable: &'p Payable,
    invoice: BilledKey,
    reason: Refused,
}

/// Promises `payables` what their invoices still carry, in the order given; gives those for which
/// there is no room. All are one obligor's.
///
/// # Errors
/// The store's.
pub(crate) fn promise<'p>(
    tx: &mut WriteTx<'_>,
    circle: Option<&Circle>,
    payables: &[&'p Payable],
    suppliers: &HashMap<PartyId, Party>,
) -> Result<Vec<NotPromised<'p>>, AppError> {
    let mut asked = named(payables.iter().copied());
    if circle.is_none() && !asked.is_empty() {
        let new: HashSet<PayableId> = tx.billed_invoices_take_new(&asked)?.into_iter().collect();
        asked.retain(|payable| !new.contains(&payable.id));
    }
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let found = match circle {
        Some(circle) => in_the_circle(tx, circle, &asked, suppliers)?,
        None => tx.billed_invoices_lock(&asked)?,
    };
    let documents: Vec<DocumentId> = found.values().filter_map(|one| one.document).collect();
    let documents = tx.document_capacities(&documents)?;
    let mut rooms: BTreeMap<BilledKey, Room<'_>> = BTreeMap::new();
    let mut refused = Vec::new();
    for payable in asked {
        let Some(billed) = found.get(&payable.id) else {
            return Err(AppError::Internal(format!(
                "payable {} has lost its invoice",
                payable.id
            )));
        };
        let room = rooms
            .entry(billed.key())
            .or_insert_with(|| Room::new(billed, &documents, payable.currency));
        if let Err(reason) = room.take(payable) {
            refused.push(NotPromised {
                payable,
                invoice: billed.key(),
                reason,
            });
        }
    }
    let changes: Vec<BilledChange> = rooms.into_iter().filter_map(Room::change).collect();
    tx.billed_invoices_change(&changes)?;
    Ok(refused)
}

/// Why an invoice does not carry a payable.
#[derive(Debug, Clone, Copy)]
enum Refused {
    UsedUp { free: Amount, total: Option<Amount> },
    Elsewhere,
    Total(Amount),
    Currency(Currency),
}

/// What an invoice has left while a list is gone through.
struct Room<'d> {
    document: Option<&'d DocumentCapacity>,
    currency: Currency,
    total: Option<Amount>,
    taken: Amount,
    elsewhere: Amount,
    papers: i32,
    added: Amount,
    more_papers: i32,
}

impl<'d> Room<'d> {
    fn new(
        billed: &BilledInvoice,
        documents: &'d [DocumentCapacity],
        currency: Currency,
    ) -> Room<'d> {
        let document = documents.iter().find(|d| Some(d.id) == billed.document);
        // What was said of an invoice that nothing stands on any more binds nobody.
        let fresh = document.is_none() && billed.papers == 0;
        let total = match document {
            Some(document) => Some(document.total()),
            None => billed.total.filter(|_| !fresh),
        };
        let own = billed.promised.checked_add(billed.elsewhere);
        Room {
            document,
            currency: if fresh { currency } else { billed.currency },
            total,
            taken: document.map_or(own.unwrap_or(billed.promised), DocumentCapacity::taken),
            elsewhere: document.map_or(billed.elsewhere, |d| d.elsewhere),
            papers: billed.papers,
            added: Amount::ZERO,
            more_papers: 0,
        }
    }

    fn take(&mut self, payable: &Payable) -> Result<(), Refused> {
        if payable.currency != self.currency {
            return Err(Refused::Currency(self.currency));
        }
        // The seller's record as handed in, before credit notes, is what a list states.
        let known = self.document.map_or(self.total, |d| d.amount);
        if let (Some(stated), Some(known)) = (payable.invoice_gross, known)
            && stated != known
        {
            return Err(Refused::Total(known));
        }
        let total = self.total.or(payable.invoice_gross);
        let limit = total.unwrap_or(payable.amount);
        let taken = self.taken.checked_add(self.added);
        let free = taken.and_then(|taken| limit.checked_sub(taken));
        let free = free.unwrap_or(Amount::ZERO);
        let second = total.is_none() && self.papers.saturating_add(self.more_papers) > 0;
        if second || free < payable.amount {
            let own = free.checked_add(self.elsewhere).unwrap_or(free);
            return Err(if !second && own >= payable.amount {
                Refused::Elsewhere
            } else {
                Refused::UsedUp { free, total }
            });
        }
        self.total = total;
        self.added = self.added.checked_add(payable.amount).unwrap_or(self.added);
        self.more_papers = self.more_papers.saturating_add(1);
        Ok(())
    }

    fn change((key, room): (BilledKey, Room<'_>)) -> Option<BilledChange> {
        (room.more_papers > 0).then(|| BilledChange {
            key,
            currency: room.currency,
            total: room.total,
            amount: room.added,
            papers: room.more_papers,
            document: room.document.map(|d| d.id),
        })
    }
}

/// Holds the invoices with the kin by which the circle knows them, their tokens made and what is
/// used elsewhere counted.
fn in_the_circle(
    tx: &mut WriteTx<'_>,
    circle: &Circle,
    asked: &[&Payable],
    suppliers: &HashMap<PartyId, Party>,
) -> Result<HashMap<PayableId, BilledInvoice>, AppError> {
    // Before any invoice is held: whoever answers a peer holds the kin first too.
    let mut kin: Vec<_> = tokens(tx, circle, asked, suppliers)?
        .into_values()
        .map(|tokens| tokens.kin)
        .collect();
    kin.sort_unstable();
    kin.dedup();
    tx.invoice_kin_lock(&kin)?;
    tx.billed_invoices_lock(asked)?;
    let tokens = tokens(tx, circle, asked, suppliers)?;
    let held: Vec<BilledTokens> = tx
        .billed_invoices_of(asked)?
        .iter()
        .filter_map(|one| {
            let tokens = tokens.get(&one.payable)?;
            Some(BilledTokens {
                key: one.key(),
                token: tokens.token,
                kin: tokens.kin,
            })
        })
        .collect();
    tx.billed_tokens_set(&held)?;
    tx.foreign_uses_recount(&kin)?;
    let found = tx.billed_invoices_of(asked)?;
    Ok(found.into_iter().map(|one| (one.payable, one)).collect())
}

/// The tokens of the invoices that these payables name: those of the seller's own record, else those
/// under which a paper stands already, else made of what the payable states.
///
/// # Errors
/// The store's.
pub(crate) fn tokens(
    tx: &mut ReadTx<'_>,
    circle: &Circle,
    payables: &[&Payable],
    suppliers: &HashMap<PartyId, Party>,
) -> Result<HashMap<PayableId, InvoiceTokens>, AppError> {
    let billed = tx.billed_invoices_of(payables)?;
    let documents: Vec<DocumentId> = billed.iter().filter_map(|one| one.document).collect();
    let made = tx.document_tokens_of(&documents)?;
    let billed: HashMap<PayableId, BilledInvoice> =
        billed.into_iter().map(|one| (one.payable, one)).collect();
    let of = |payable: &Payable| {
        let known = billed.get(&payable.id);
        let recorded = known
            .and_then(|one| made.iter().find(|made| Some(made.document) == one.document))
            .map(|made| (made.token, made.kin));
        let standing = known
            .filter(|one| one.papers > 0)
            .and_then(|one| Some((one.token?, one.kin?)));
        if let Some((token, kin)) = recorded.or(standing) {
            return Some(InvoiceTokens { token, kin });
        }
        let gross = payable.invoice_gross.unwrap_or(payable.amount);
        Some(circle.tokens_of(
            &payable.invoice_no,
            suppliers.get(&payable.supplier)?,
            (gross, payable.currency),
            payable.invoice_date,
        ))
    };
    let found = payables.iter().filter_map(|p| Some((p.id, of(p)?)));
    Ok(found.collect())
}

/// Puts into words what stands against each, with the obligor's own payables that use the invoice:
/// what others use is not told. One that somebody else has moved meanwhile is told as such.
///
/// # Errors
/// The store's.
pub(crate) fn explain(
    tx: &mut ReadTx<'_>,
    refused: &[NotPromised<'_>],
) -> Result<Vec<RefusedPayable>, AppError> {
    let Some(obligor) = refused.first().map(|one| one.payable.obligor) else {
        return Ok(Vec::new());
    };
    let ids: Vec<PayableId> = refused.iter().map(|one| one.payable.id).collect();
    let moved: HashMap<PayableId, PayableState> = tx
        .payables_by_ids(&ids)?
        .into_iter()
        .map(|payable| (payable.id, payable.state))
        .filter(|(_, state)| !matches!(state, PayableState::Loaded | PayableState::Rejected))
        .collect();
    let keys: Vec<BilledKey> = refused.iter().map(|one| one.invoice.clone()).collect();
    let users = tx.payables_promising(obligor, &keys)?;
    let users = tx.payables_by_ids(&users)?;
    let papers: Vec<PaperId> = users.iter().filter_map(|user| user.paper_id).collect();
    let papers: HashMap<PaperId, String> = tx
        .papers_by_ids(&papers)?
        .into_iter()
        .map(|paper| (paper.paper.id, paper.paper.number))
        .collect();
    let by = |payable: &Payable| {
        let same = |user: &&Payable| {
            user.supplier == payable.supplier
                && user.id != payable.id
                && spelling(&user.invoice_no) == spelling(&payable.invoice_no)
        };
        let told = |user: &Payable| UsedBy {
            payable_no: user.payable_no.clone(),
            paper: user.paper_id.and_then(|id| papers.get(&id).cloned()),
            amount: wording::money(user.amount, user.currency),
        };
        users.iter().filter(same).map(told).collect::<Vec<_>>()
    };
    let refused = refused.iter().map(|one| {
        let payable = one.payable;
        if let Some(state) = moved.get(&payable.id) {
            let message = format!("it is {} already", state.word());
            return RefusedPayable::of(payable, "payable_not_waiting", message);
        }
        let (code, message) = one.reason.words(payable);
        RefusedPayable {
            used_by: by(payable),
            ..RefusedPayable::of(payable, code, message)
        }
    });
    Ok(refused.collect())
}

impl Refused {
    fn words(self, payable: &Payable) -> (&'static str, String) {
        let money = |amount| wording::money(amount, payable.currency);
        let number = &payable.invoice_no;
        match self {
            Refused::UsedUp { total: None, .. } => (
                USED_UP,
                format!(
                    "a paper stands for invoice {number} already; if this is another part of it, \
                     state the invoice's total in invoice_gross and hand the payable in again"
                ),
            ),
            Refused::UsedUp {
                free,
                total: Some(total),
            } => (
                USED_UP,
                format!(
                    "of invoice {number} over {} {} are left for papers; correct the amount, or \
                     look whether the debt is booked twice",
                    money(total),
                    money(free)
                ),
            ),
            Refused::Elsewhere => (ELSEWHERE, used_elsewhere(number)),
            Refused::Total(known) => (
                DIFFERS,
                format!(
                    "invoice {number} is known with a total of {}; compare the invoice and correct \
                     invoice_gross",
                    money(known)
                ),
            ),
            Refused::Currency(known) => (
                DIFFERS,
                format!("invoice {number} is known in {known}; compare the invoice"),
            ),
        }
    }
}

/// What to do about an invoice that another platform has used.
pub(crate) fn used_elsewhere(number: &str) -> String {
    format!(
        "another platform has used invoice {number}, or knows it with another total or date; ask \
         the supplier where else it was used"
    )
}
