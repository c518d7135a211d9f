//! A purchase of a fragment on its way from signature to money.

use chrono::NaiveDate;
use ledger_core::fragment::Side;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::sha256_of;
use ledger_core::id::InstructionId;
use ledger_core::id::PartyId;
use ledger_core::quote::Quote;
use ledger_store::live::FragmentNo;
use ledger_store::payments::Instruction;
use ledger_store::quotes::Discount;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::notice::Notice;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::supplier_quotes::read;
use crate::webhook_event::Happening;
use crate::webhook_event::WebhookTopic;

/// A purchase, its pay-out, and what the two parties are told about it.
pub(crate) struct Purchase {
    /// How far it is.
    pub(crate) discount: Discount,
    /// The pay-out.
    pub(crate) instruction: Instruction,
    /// What was signed.
    pub(crate) quote: Quote,
    /// The provider's name.
    pub(crate) provider: String,
    /// The request it answers.
    pub(crate) asked: RequestedFragment,
    /// The locked fragment.
    pub(crate) held: HeldFragment,
    /// The day on which a bank booked the pay-out.
    pub(crate) paid_on: Option<NaiveDate>,
    /// Number of the certificate under which it stands in the public register.
    pub(crate) certificate: Option<String>,
}

/// Loads the purchase of a pay-out.
///
/// # Errors
/// [`AppError::NotFound`]; the store's.
pub(crate) fn load(tx: &mut ReadTx<'_>, id: InstructionId) -> Result<Purchase, AppError> {
    let discount = tx
        .discounts_by_instructions(&[id])?
        .pop()
        .ok_or(AppError::NotFound)?;
    let instruction = tx
        .instructions_by_ids(&[id])?
        .pop()
        .ok_or(AppError::NotFound)?;
    let row = tx
        .quotes_by_ids(&[discount.quote])?
        .pop()
        .ok_or(AppError::NotFound)?;
    let asked = requested_fragment::load_one(tx, row.request)?;
    let locked = FragmentNo::of(discount.lock_entry, Side::Left);
    let booked =
        tx.statement_entries_by_end_to_end(std::slice::from_ref(&instruction.end_to_end_id))?;
    let registered = tx.registrations_by_quotes(&[discount.quote])?.pop();
    Ok(Purchase {
        certificate: registered.map(|r| r.certificate),
        quote: read(&row)?,
        provider: tx.party_by_id(row.provider)?.name,
        held: HeldFragment::load_no(tx, locked)?,
        paid_on: booked.iter().map(|entry| entry.booking_date).max(),
        asked,
        instruction,
        discount,
    })
}

/// Lets authorised pay-outs go whose pay date has come: gives how many.
///
/// # Errors
/// The store's.
pub(crate) fn let_go_due(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let mut due = Vec::new();
        // The day stands in what was signed.
        for (instruction, row) in tx.discounts_held()? {
            if read(&row)?.pay_date <= today {
                due.push(instruction);
            }
        }
        Ok(tx.instructions_release(&due, now)?)
    })
}

/// The digest of the bank's message that has the last word on a pay-out.
///
/// # Errors
/// [`AppError::NotFound`] if no bank has said anything about it.
pub fn evidence_of(app: &App, instruction: InstructionId) -> Result<EvidenceDigest, AppError> {
    app.store.read(|tx| {
        let found = tx.instructions_by_ids(&[instruction])?.pop();
        let found = found.ok_or(AppError::NotFound)?;
        // A booking is kept with the digest of the statement it stood in.
        let booked = found.evidence.as_deref().map(EvidenceDigest::parse);
        if let Some(Ok(digest)) = booked {
            return Ok(digest);
        }
        let body = tx
            .payment_proof(&found.end_to_end_id)?
            .ok_or(AppError::NotFound)?;
        Ok(EvidenceDigest::from_bytes(sha256_of(&body)))
    })
}

impl Purchase {
    /// What both parties' own systems are told.
    pub(crate) fn happened(&self, topic: WebhookTopic) -> [(PartyId, Happening); 2] {
        let (request, quote) = (self.asked.request.id, self.quote.id);
        [
            (
                self.quote.provider,
                Happening::on_purchase(topic, request, quote),
            ),
            (self.quote.holder, Happening::on_sale(topic, request, quote)),
        ]
    }

    /// The letters to both parties: paid, or over without a conclusion.
    pub(crate) fn letters(&self, paid: bool, today: NaiveDate) -> Vec<(PartyId, Notice)> {
        let asked = &self.asked;
        let notice = if paid {
            Notice::DiscountPaid {
                request: asked.request.id.to_string(),
                provider: self.provider.clone(),
                supplier: asked.holder.name.clone(),
                fragment: asked.named(),
                amount: asked.money(asked.request.amount),
                proceeds: asked.money(self.quote.proceeds),
                paid_on: self.paid_on.unwrap_or(today),
            }
        } else {
            asked.lapsed(&self.provider)
        };
        vec![
            (self.quote.provider, notice.clone()),
            (self.quote.holder, notice),
        ]
    }
}
