//! What a transfer would do, before anybody signs it or any document is kept: the cut, and every
//! reason why the ledger would refuse, in the law's own words and order.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::range::Range;
use ledger_core::refusal::Refusal;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::unit_of_work::ReadTx;

pub use ledger_store::documents::DocumentKind;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::policy::Action;
use crate::principal::Principal;

/// The invoice a transfer is to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceFacts {
    /// Its number.
    pub number: String,
    /// How much it is over, with tax, in the paper's currency.
    pub amount: Amount,
}

/// What would happen.
#[derive(Debug, Clone)]
pub struct TransferPreview {
    /// Fragment, paper, obligor.
    pub held: HeldFragment,
    /// To whom.
    pub recipient: Party,
    /// The units that go.
    pub goes: Range,
    /// The units that stay.
    pub stays: Option<Range>,
}

/// Looks whether `amount` of the fragment could be offered to `to` for this invoice today.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's fragment; the ledger's refusals;
/// [`AppError::Invalid`] `recipient_not_active`, `invoice_number_taken`,
/// `document_not_for_this_trade`, `document_used_up`.
pub fn run(
    app: &App,
    who: &Principal,
    fragment: &str,
    to: PartyId,
    amount: Amount,
    invoice: &InvoiceFacts,
) -> Result<TransferPreview, AppError> {
    let held = standing(app, who, fragment)?;
    app.store.read(|tx| {
        let recipient = recipient(tx, who, to)?;
        let (goes, stays) = cut(&held, amount)?;
        check_invoice(tx, &held, &recipient, who.party, amount, invoice)?;
        Ok(TransferPreview {
            held: held.clone(),
            recipient,
            goes,
            stays,
        })
    })
}

/// Looks whether the fragment is the caller's and can be passed on today at all.
///
/// # Errors
/// As [`run`], as far as they are about the fragment alone.
pub fn standing(app: &App, who: &Principal, fragment: &str) -> Result<HeldFragment, AppError> {
    who.may(Action::OfferTransfer)?;
    let held = HeldFragment::load(app, fragment)?;
    if held.fragment.holder != who.party {
        return Err(AppError::NotFound);
    }
    held.check_concerned(who.party)?;
    check_standing(&held, app.business_date()?)?;
    Ok(held)
}

fn check_standing(held: &HeldFragment, today: NaiveDate) -> Result<(), Refusal> {
    held.check_free_on(today)?;
    let paper = &held.paper.paper;
    if !paper.terms.transferable {
        return Err(Refusal::NotTransferable);
    }
    if held.fragment.tier >= paper.terms.maximum_tier {
        return Err(Refusal::TooDeep(paper.terms.maximum_tier));
    }
    Ok(())
}

fn recipient(tx: &mut ReadTx<'_>, who: &Principal, to: PartyId) -> Result<Party, AppError> {
    let party = tx.party_by_id(to).map_err(|_none| Refusal::UnknownParty)?;
    if to == who.party {
        return Err(Refusal::SelfTransfer.into());
    }
    if party.kind != PartyKind::Supplier {
        return Err(Refusal::WrongKindOfParty.into());
    }
    if party.state != PartyState::Active {
        return Err(AppError::invalid_field(
            "to",
            "recipient_not_active",
            "this party does not take part at present",
        ));
    }
    Ok(party)
}

fn cut(held: &HeldFragment, amount: Amount) -> Result<(Range, Option<Range>), Refusal> {
    if amount.is_zero() {
        return Err(Refusal::ZeroAmount);
    }
    let range = held.fragment.range;
    let (goes, stays) = range.cut(amount).ok_or(Refusal::MoreThanHeld {
        held: range.amount(),
        asked: amount.minor(),
    })?;
    let minimum = held.paper.paper.terms.minimum_fragment;
    if stays.is_some_and(|stays| goes.amount().min(stays.amount()) < minimum) {
        return Err(Refusal::BelowMinimumFragment(minimum));
    }
    Ok((goes, stays))
}

fn check_invoice(
    tx: &mut ReadTx<'_>,
    held: &HeldFragment,
    seller: &Party,
    buyer: PartyId,
    amount: Amount,
    invoice: &InvoiceFacts,
) -> Result<(), AppError> {
    let currency = held.paper.paper.currency;
    let number = invoice.number.trim().to_owned();
    let known = tx.invoices_by_numbers(seller.id, &[number])?.pop();
    let capacity = match known {
        None => invoice.amount,
        Some(known) if known.amount != Some(invoice.amount) || known.currency != Some(currency) => {
            return Err(AppError::invalid_field(
                "invoice_number",
                "invoice_number_taken",
                "this seller has another invoice under the same number; check number and amount",
            ));
        }
        Some(known) if known.counterparty != Some(buyer) => {
            return Err(AppError::invalid_field(
                "invoice_number",
                "document_not_for_this_trade",
                "the invoice must be the recipient's to you",
            ));
        }
        Some(known) => tx
            .document_capacities(&[known.id])?
            .first()
            .map_or(Amount::ZERO, DocumentCapacity::free),
    };
    if capacity < amount {
        return Err(AppError::invalid_field(
            "invoice_amount",
            "document_used_up",
            format!("the invoice can carry {} more", held.money(capacity)),
        ));
    }
    Ok(())
}
