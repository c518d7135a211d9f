//! Concludes a purchase on the bank's word, and only on it: paid, and the fragment moves to the
//! provider; not paid, and it is the holder's again. Entry, states and letters are one unit of work.

use std::sync::Arc;

use chrono::Duration;
use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::certificate::CertificateNumber;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::sha256;
use ledger_core::id::InstructionId;
use ledger_core::signature::Seat;
use ledger_store::finance::RequestState;
use ledger_store::payments::InstructionState;
use ledger_store::payments::InstructionWord;
use ledger_store::posting::Posting;
use ledger_store::quotes::Discount;
use ledger_store::quotes::DiscountState;
use ledger_store::unit_of_work::WriteTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::limit_use;
use crate::payment_tasks;
use crate::posting_queue::Effects;
use crate::purchase;
use crate::purchase::Purchase;
pub use crate::purchase::evidence_of;
use crate::supplier_quotes::read;
use crate::webhook_event::WebhookTopic;

/// How long after its pay date a purchase whose provider said nothing stays locked. A payment that
/// the provider's bank made on the day is on the account report by then.
pub const GRACE_DAYS: i64 = 5;

/// States of a purchase whose provider has let no money go.
const UNTOUCHED: [DiscountState; 2] = [DiscountState::Signed, DiscountState::Registered];

/// Reason under which a pay-out ends that nobody let go.
const LAPSED: &str = "LAPSED";

/// A purchase that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concluded {
    /// Whether the fragment is the provider's now.
    pub funded: bool,
    /// Whether it was so before, and nothing was done now.
    pub before: bool,
}

/// What [`run_due`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    /// Authorised pay-outs let go, because their pay date has come.
    pub let_go: usize,
    /// Purchases completed.
    pub completed: usize,
    /// Purchases released: rejected, returned, or never let go.
    pub released: usize,
    /// Purchases that could not be concluded; each is in the log, and is tried again.
    pub failed: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Paid,
    NotPaid,
    Lapsed,
}

/// Pay-outs settled on evidence whose purchases are not completed yet.
///
/// # Errors
/// The store's.
pub fn due(app: &App) -> Result<Vec<InstructionId>, AppError> {
    app.store
        .read(|tx| Ok(tx.discounts_waiting_for(&[InstructionState::Settled])?))
}

/// Pay-outs rejected or returned whose purchases are not released yet.
///
/// # Errors
/// The store's.
pub fn due_for_release(app: &App) -> Result<Vec<InstructionId>, AppError> {
    let failed = [InstructionState::Rejected, InstructionState::Returned];
    app.store.read(|tx| Ok(tx.discounts_waiting_for(&failed)?))
}

/// Pay-outs that their providers never let go, [`GRACE_DAYS`] after the pay date.
///
/// # Errors
/// The store's.
pub fn due_for_lapse(app: &App) -> Result<Vec<InstructionId>, AppError> {
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let mut late = Vec::new();
        for state in UNTOUCHED {
            for (discount, row) in tx.discounts_in_state(state)? {
                if is_late(read(&row)?.pay_date, today) {
                    late.push(discount.instruction);
                }
            }
        }
        Ok(late)
    })
}

fn is_late(pay_date: NaiveDate, today: NaiveDate) -> bool {
    today.signed_duration_since(pay_date) > Duration::days(GRACE_DAYS)
}

/// The fragment moves to the provider: its pay-out is settled, `evidence` is the digest of the
/// bank's message that says so. A second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such pay-out; [`AppError::Invalid`] `payment_not_proven`,
/// `discount_over`; the ledger's refusals.
pub fn complete(
    app: &App,
    instruction: InstructionId,
    evidence: EvidenceDigest,
) -> Result<Concluded, AppError> {
    conclude(app, instruction, evidence, Outcome::Paid)
}

/// The fragment is the holder's again: its pay-out was rejected or came back, `evidence` is the
/// digest of the bank's message that says so. A second time changes nothing.
///
/// # Errors
/// As [`complete`]; [`AppError::Invalid`] `discount_funded` if the money came back only after the
/// fragment had moved: that is for [`crate::reverse_discount`].
pub fn release(
    app: &App,
    instruction: InstructionId,
    evidence: EvidenceDigest,
) -> Result<Concluded, AppError> {
    conclude(app, instruction, evidence, Outcome::NotPaid)
}

/// The fragment is the holder's again: the provider never let the pay-out go, which is over with
/// it. The evidence is the digest of that statement, since no bank has a word to say.
///
/// # Errors
/// As [`complete`]; [`AppError::Invalid`] `payment_under_way`.
pub fn lapse(app: &App, instruction: InstructionId) -> Result<Concluded, AppError> {
    let statement = [
        b"tallystick/v1/payout-lapsed\0",
        instruction.bytes().as_slice(),
    ];
    let evidence = EvidenceDigest::from_bytes(sha256(&statement));
    conclude(app, instruction, evidence, Outcome::Lapsed)
}

/// Lets pay-outs go and concludes all that can be: the scheduler's job. One failure stops no other.
///
/// # Errors
/// The store's, if the lists can't be read.
pub fn run_due(app: &App) -> Result<Due, AppError> {
    let mut done = Due {
        let_go: purchase::let_go_due(app)?,
        ..Due::default()
    };
    for id in due(app)? {
        let outcome = evidence_of(app, id).and_then(|evidence| complete(app, id, evidence));
        count(id, outcome, &mut done.completed, &mut done.failed);
    }
    for id in due_for_release(app)? {
        let outcome = evidence_of(app, id).and_then(|evidence| release(app, id, evidence));
        count(id, outcome, &mut done.released, &mut done.failed);
    }
    for id in due_for_lapse(app)? {
        count(id, lapse(app, id), &mut done.released, &mut done.failed);
    }
    Ok(done)
}

fn count(
    id: InstructionId,
    outcome: Result<Concluded, AppError>,
    good: &mut usize,
    bad: &mut usize,
) {
    match outcome {
        Ok(_) => *good = good.saturating_add(1),
        Err(error) => {
            tracing::warn!(%id, %error, "a purchase could not be concluded");
            *bad = bad.saturating_add(1);
        }
    }
}

fn conclude(
    app: &App,
    instruction: InstructionId,
    evidence: EvidenceDigest,
    outcome: Outcome,
) -> Result<Concluded, AppError> {
    let today = app.business_date()?;
    let purchase = app.store.read(|tx| purchase::load(tx, instruction))?;
    if let Some(before) = concluded_before(&purchase.discount, outcome)? {
        return Ok(before);
    }
    check_word(&purchase, outcome, today)?;
    let act = match outcome {
        Outcome::Paid => completion(&purchase, evidence)?,
        Outcome::NotPaid | Outcome::Lapsed => Act::ReleaseDiscount { evidence },
    };
    let amount = purchase.held.fragment.range.amount();
    let entry = purchase.held.entry(app, today, amount, act);
    let posting = Posting {
        sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
        spent: Some(purchase.held.fragment.no),
    };
    let quote = purchase.discount.quote;
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        if !matches!(verdicts.first(), Some(Ok(_))) {
            return Ok(());
        }
        let paying = &purchase.instruction;
        payment_tasks::check_word_stands(also, paying.id, paying.state)?;
        move_states(also, &purchase, evidence, outcome)?;
        match outcome {
            Outcome::Paid => limit_use::use_up(also, &purchase.quote, date)?,
            Outcome::NotPaid | Outcome::Lapsed => {
                limit_use::give_back(also, &purchase.quote, date)?;
            }
        }
        also.tell_all(purchase.letters(outcome == Outcome::Paid, date));
        also.announce_all(purchase.happened(match outcome {
            Outcome::Paid => WebhookTopic::PayoutProven,
            Outcome::NotPaid | Outcome::Lapsed => WebhookTopic::PayoutFailed,
        }));
        Ok(())
    });
    match app.posting.post_one(posting, Some(effects)) {
        Ok(_) => Ok(Concluded {
            funded: outcome == Outcome::Paid,
            before: false,
        }),
        // Somebody else may have done it in the meantime.
        Err(AppError::Refused(refusal)) => {
            let discount = app.store.read(|tx| {
                let found = tx.discounts_by_quotes(&[quote])?.pop();
                found.ok_or(AppError::NotFound)
            })?;
            concluded_before(&discount, outcome)?.ok_or(AppError::Refused(refusal))
        }
        Err(error) => Err(error),
    }
}

/// The entry of a registered purchase states its certificate. Purchases of days that asked for none
/// move without; whether that is lawful today is for the law to say.
fn completion(purchase: &Purchase, evidence: EvidenceDigest) -> Result<Act, AppError> {
    let Some(text) = &purchase.certificate else {
        return Ok(Act::CompleteDiscount { evidence });
    };
    let certificate = CertificateNumber::canonical(text)
        .ok_or_else(|| AppError::Internal(format!("certificate {text} can't be read")))?;
    Ok(Act::CompleteRegistered {
        evidence,
        certificate,
    })
}

fn concluded_before(discount: &Discount, outcome: Outcome) -> Result<Option<Concluded>, AppError> {
    let before = |funded| {
        Ok(Some(Concluded {
            funded,
            before: true,
        }))
    };
    match (discount.state, outcome) {
        (DiscountState::Funded, Outcome::Paid) => before(true),
        (DiscountState::Reversed, Outcome::NotPaid | Outcome::Lapsed) => before(false),
        (DiscountState::Funded, _) => Err(AppError::invalid(
            "discount_funded",
            "the fragment has moved to the provider already",
        )),
        (DiscountState::Reversed, _) => Err(AppError::invalid(
            "discount_over",
            "the fragment is the holder's again already",
        )),
        _ => Ok(None),
    }
}

/// The bank's word as the store has it must be the one that is acted on.
fn check_word(purchase: &Purchase, outcome: Outcome, today: NaiveDate) -> Result<(), AppError> {
    let state = purchase.instruction.state;
    let said = match outcome {
        Outcome::Paid => state == InstructionState::Settled,
        Outcome::NotPaid => {
            matches!(
                state,
                InstructionState::Rejected | InstructionState::Returned
            )
        }
        Outcome::Lapsed => {
            let untouched = state == InstructionState::Created
                && UNTOUCHED.contains(&purchase.discount.state)
                && purchase.paid_on.is_none();
            if untouched && is_late(purchase.quote.pay_date, today) {
                return Ok(());
            }
            return Err(under_way());
        }
    };
    if said {
        Ok(())
    } else {
        Err(AppError::invalid(
            "payment_not_proven",
            format!("the bank's last word on this payment is {:?}", state.word()),
        ))
    }
}

fn under_way() -> AppError {
    AppError::invalid(
        "payment_under_way",
        "the provider has let this payment go, or still may",
    )
}

fn move_states(
    tx: &mut WriteTx<'_>,
    purchase: &Purchase,
    evidence: EvidenceDigest,
    outcome: Outcome,
) -> Result<(), AppError> {
    let locked = tx.discount_lock(purchase.discount.quote)?;
    if outcome == Outcome::Lapsed {
        // A provider that let it go a moment ago was faster.
        if !UNTOUCHED.contains(&locked.state) {
            return Err(under_way());
        }
        tx.instructions_hear(&[InstructionWord {
            end_to_end_id: purchase.instruction.end_to_end_id.clone(),
            state: InstructionState::Rejected,
            reason: LAPSED.to_owned(),
            evidence: None,
        }])?;
    }
    // A request whose purchase failed has no state of its own; the fragment has a new name now, so
    // it can't be open again. It ends as declined, and the purchase says why.
    let (discount, request) = match outcome {
        Outcome::Paid => (DiscountState::Funded, RequestState::Funded),
        Outcome::NotPaid | Outcome::Lapsed => (DiscountState::Reversed, RequestState::Declined),
    };
    tx.discount_state_set(locked.quote, discount, Some(*evidence.bytes()))?;
    Ok(tx.finance_request_state_set(purchase.asked.request.id, request)?)
}
