//! The finance provider sees to the pay-out of a signed quote, in one of two ways: it lets the
//! platform instruct its bank ([`authorise`], the usual way), or it has ordered the payment itself
//! and says so ([`report`]). Neither before the purchase is registered, where the rules of the day ask
//! for it ([`crate::register_discount`]).
//!
//! The pay-out's states: `created` and held, until one of the two; authorised, it is `created` and
//! due on the quote's pay date ([`run_due`](crate::complete_discount::run_due)), and goes out as bank message like any other; reported, it is `sent` under the
//! bank's own reference and never sent by the platform. From there only the bank's own word counts:
//! neither of the two moves the fragment.

use chrono::NaiveDate;
use ledger_core::id::QuoteId;
use ledger_core::rule_pack::RulePack;
use ledger_store::finance::RequestState;
use ledger_store::payments::HELD;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;
use ledger_store::quotes::Discount;
use ledger_store::quotes::DiscountState;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::policy::Action;
use crate::principal::Principal;
use crate::supplier_quotes::read;

/// Longest reference a bank may give (ISO 20022 Max35Text).
const LONGEST_REFERENCE: usize = 35;

/// How far the pay-out is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// Of which quote.
    pub quote: String,
    /// Id of the pay-out.
    pub instruction: String,
    /// What bank messages must call it.
    pub end_to_end_id: String,
    /// `authorised` or `reported`.
    pub state: String,
}

/// Lets the platform instruct the provider's bank. A second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the quote is not the caller's; [`AppError::Invalid`]
/// `quote_not_accepted`, `payment_already_reported`, `discount_over`; [`AppError::Refused`]
/// `not_registered`.
pub fn authorise(
    app: &App,
    who: &Principal,
    quote: QuoteId,
    key: Option<IdempotencyKey>,
) -> Result<Payout, AppError> {
    let now = app.clock.now();
    change(app, who, quote, key, "authorised", |tx, found| {
        match found.0.state {
            DiscountState::Signed | DiscountState::Registered => check_registered(tx, &found.0)?,
            _ if found.1.message_id.as_deref().is_some_and(is_own) => {
                return Err(already_reported());
            }
            // Authorised before: the payment is on its way, or there already.
            _ => return Ok(()),
        }
        // Before the pay date it stays held, as authorised: interest runs from that day.
        if pay_date(tx, quote)? <= tx.business_date_today()?
            && tx.instructions_release(&[found.1.id], now)? == 0
        {
            return Err(not_held());
        }
        paying(tx, &found.0)
    })
}

/// The rules of the day ask for a certificate before any money goes.
fn check_registered(tx: &mut ReadTx<'_>, discount: &Discount) -> Result<(), AppError> {
    let pack = RulePack::on(tx.business_date_today()?);
    Ok(pack.check_registered(discount.state == DiscountState::Registered)?)
}

fn pay_date(tx: &mut ReadTx<'_>, quote: QuoteId) -> Result<NaiveDate, AppError> {
    let row = tx
        .quotes_by_ids(&[quote])?
        .pop()
        .ok_or(AppError::NotFound)?;
    Ok(read(&row)?.pay_date)
}

fn not_held() -> AppError {
    AppError::Internal("a pay-out that is not held".to_owned())
}

/// Notes that the provider's bank pays, or has paid, under `reference` on its own. A second time
/// with the same reference changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the quote is not the caller's; [`AppError::Invalid`]
/// `quote_not_accepted`, `payment_reference_invalid`, `payment_already_reported`,
/// `payment_already_authorised`, `discount_over`; [`AppError::Refused`] `not_registered`.
pub fn report(
    app: &App,
    who: &Principal,
    quote: QuoteId,
    reference: &str,
    key: Option<IdempotencyKey>,
) -> Result<Payout, AppError> {
    let message = own_message(reference)?;
    change(app, who, quote, key, "reported", |tx, found| {
        match found.0.state {
            DiscountState::Signed | DiscountState::Registered => check_registered(tx, &found.0)?,
            _ if found.1.message_id.as_deref() == Some(message.as_str()) => return Ok(()),
            _ if found.1.message_id.as_deref().is_some_and(is_own) => {
                return Err(already_reported());
            }
            _ => {
                return Err(AppError::invalid(
                    "payment_already_authorised",
                    "you let the platform instruct your bank; do not pay a second time",
                ));
            }
        }
        // Not asked after either: the platform did not send it, the account report will tell.
        if tx.instructions_sent(&[found.1.id], &message, HELD)? != 1 {
            return Err(not_held());
        }
        paying(tx, &found.0)
    })
}

/// A reference in the name of a message that the platform did not send.
const OWN: &str = "own:";

/// Whether a pay-out's message is one that its debtor sent itself.
#[must_use]
pub fn is_own(message_id: &str) -> bool {
    message_id.starts_with(OWN)
}

fn own_message(reference: &str) -> Result<String, AppError> {
    let reference = reference.trim();
    let good = !reference.is_empty()
        && reference.len() <= LONGEST_REFERENCE
        && reference.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if good {
        Ok(format!("{OWN}{reference}"))
    } else {
        Err(AppError::invalid_field(
            "reference",
            "payment_reference_invalid",
            "give your bank's reference: 1 to 35 letters, digits and signs",
        ))
    }
}

fn already_reported() -> AppError {
    AppError::invalid(
        "payment_already_reported",
        "this payment was reported under another reference",
    )
}

fn change(
    app: &App,
    who: &Principal,
    quote: QuoteId,
    key: Option<IdempotencyKey>,
    state: &str,
    mut step: impl FnMut(&mut WriteTx<'_>, &(Discount, Instruction)) -> Result<(), AppError>,
) -> Result<Payout, AppError> {
    who.may(Action::ReportPayment)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = lock(tx, who, quote)?;
        let answer = Payout {
            quote: quote.to_string(),
            instruction: found.1.id.to_string(),
            end_to_end_id: found.1.end_to_end_id.clone(),
            state: state.to_owned(),
        };
        step(tx, &found)?;
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}

fn lock(
    tx: &mut WriteTx<'_>,
    who: &Principal,
    quote: QuoteId,
) -> Result<(Discount, Instruction), AppError> {
    let row = tx.quotes_by_ids(&[quote])?.pop();
    row.filter(|q| q.provider == who.party)
        .ok_or(AppError::NotFound)?;
    if tx.discounts_by_quotes(&[quote])?.is_empty() {
        return Err(AppError::invalid(
            "quote_not_accepted",
            "nobody has signed this quote; there is nothing to pay",
        ));
    }
    let discount = tx.discount_lock(quote)?;
    let instruction = tx
        .instructions_by_ids(&[discount.instruction])?
        .pop()
        .ok_or_else(|| AppError::Internal("a purchase without its pay-out".to_owned()))?;
    let over = discount.state == DiscountState::Reversed
        || matches!(
            instruction.state,
            InstructionState::Rejected | InstructionState::Returned
        );
    if over {
        return Err(AppError::invalid(
            "discount_over",
            "this purchase did not come about; do not pay",
        ));
    }
    Ok((discount, instruction))
}

fn paying(tx: &mut WriteTx<'_>, discount: &Discount) -> Result<(), AppError> {
    tx.discount_state_set(discount.quote, DiscountState::Paying, None)?;
    let quote = tx.quotes_by_ids(&[discount.quote])?.pop();
    let request = quote.ok_or(AppError::NotFound)?.request;
    Ok(tx.finance_request_state_set(request, RequestState::Paying)?)
}
