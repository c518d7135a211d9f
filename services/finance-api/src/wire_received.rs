//! Payments received, over the wire.

use chrono::NaiveDate;
use ledger_app::received_payments::PaidPaper;
use ledger_app::received_payments::ReceivedPayment;
use ledger_app::received_payments::ReceivedPayments;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;

/// Which month.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReceivedQuery {
    /// A day of the month, `2026-10-08`; the business date if not said.
    pub day: Option<NaiveDate>,
}

/// What the caller chooses.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NettingIn {
    /// Whether one sum comes for all papers of one obligor and day.
    pub netted: bool,
}

/// One paper's part in a payment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaidPaperOut {
    /// Number of the paper.
    pub paper_number: String,
    /// How much of the payment is for it.
    pub amount: Money,
    /// How far this part is, as of a payment.
    pub state: String,
}

/// A payment as the caller's bank shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReceivedPaymentOut {
    /// End-to-end id on the bank's statement.
    pub end_to_end_id: String,
    /// Who pays.
    pub payer: String,
    /// Number of the account it goes to.
    pub account: String,
    /// The business date on which the bank was asked.
    pub date: NaiveDate,
    /// How much, all papers together.
    pub amount: Money,
    /// For which papers.
    pub papers: Vec<PaidPaperOut>,
}

/// A month of payments received at maturity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReceivedOut {
    /// The month's first day.
    pub month: NaiveDate,
    /// The newest first; five thousand credits are looked at.
    pub payments: Vec<ReceivedPaymentOut>,
    /// Whether there are more credits than were looked at.
    pub more: bool,
    /// What the caller chose last; `null` if it never did: it is paid paper by paper then.
    pub netted: Option<bool>,
}

impl PaidPaperOut {
    fn of(part: &PaidPaper, payment: &ReceivedPayment) -> PaidPaperOut {
        PaidPaperOut {
            paper_number: part.number.clone(),
            amount: Money::of(part.amount, payment.currency),
            state: part.state.word().to_owned(),
        }
    }
}

impl ReceivedPaymentOut {
    fn of(payment: &ReceivedPayment) -> ReceivedPaymentOut {
        let papers = payment.papers.iter();
        ReceivedPaymentOut {
            end_to_end_id: payment.end_to_end_id.clone(),
            payer: payment.payer.clone(),
            account: payment.account.clone(),
            date: payment.date,
            amount: Money::of(payment.amount, payment.currency),
            papers: papers.map(|part| PaidPaperOut::of(part, payment)).collect(),
        }
    }
}

impl ReceivedOut {
    /// For an answer.
    #[must_use]
    pub fn of(found: &ReceivedPayments) -> ReceivedOut {
        ReceivedOut {
            month: found.month,
            payments: found.payments.iter().map(ReceivedPaymentOut::of).collect(),
            more: found.more,
            netted: found.choice.as_ref().map(|choice| choice.netted),
        }
    }
}
