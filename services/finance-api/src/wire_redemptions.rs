//! Offers to pay early over the wire.

use chrono::NaiveDate;
use ledger_app::accept_redemption::Accepted;
use ledger_app::redemptions_view::ListedRedemption;
use ledger_app::redemptions_view::OfferedFragment;
use ledger_core::currency::Currency;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;

/// An offer to pay a paper early.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RedemptionOut {
    /// Its id.
    pub offer: String,
    /// Number of the paper.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// When the paper is due.
    pub due_date: NaiveDate,
    /// When it would be paid.
    pub pay_date: NaiveDate,
    /// Days of the rebate.
    pub days: i64,
    /// The rebate, percent a year.
    pub annual_percent: String,
    /// How days are counted.
    pub day_count: String,
    /// The last day on which a holder may accept.
    pub accept_by: NaiveDate,
    /// `waiting`, `open`, `returned`, `withdrawn` or `ended`.
    pub state: String,
    /// The caller's fragments; none to the obligor.
    pub fragments: Vec<OfferedFragmentOut>,
}

/// What one fragment would come to, or has.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfferedFragmentOut {
    /// Its id.
    pub fragment: String,
    /// Its units, from 1.
    pub range: String,
    /// Its face.
    pub amount: Money,
    /// What the holder leaves to the obligor.
    pub rebate: Money,
    /// What the holder is paid.
    pub payment: Money,
    /// `free`, `bound` (offered, sold, pledged or frozen), `accepted`, `redeemed` or `released`.
    pub standing: String,
}

impl RedemptionOut {
    /// For an answer.
    #[must_use]
    pub fn of(one: &ListedRedemption) -> RedemptionOut {
        let fragment = |line| OfferedFragmentOut::of(line, one.currency);
        RedemptionOut {
            offer: one.id.to_string(),
            paper_number: one.number.clone(),
            obligor: one.obligor.clone(),
            due_date: one.due_date,
            pay_date: one.pay_date,
            days: one.days,
            annual_percent: one.percent.normalize().to_string(),
            day_count: one.day_count.code().to_owned(),
            accept_by: one.accept_by,
            state: one.state.word().to_owned(),
            fragments: one.fragments.iter().map(fragment).collect(),
        }
    }
}

impl OfferedFragmentOut {
    fn of(line: &OfferedFragment, currency: Currency) -> OfferedFragmentOut {
        OfferedFragmentOut {
            fragment: line.fragment.clone(),
            range: line.range.to_string(),
            amount: Money::of(line.range.amount(), currency),
            rebate: Money::of(line.rebate, currency),
            payment: Money::of(line.payment, currency),
            standing: line.standing.word().to_owned(),
        }
    }
}

/// Offers, newest first; a hundred at most.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RedemptionsOut {
    /// The offers.
    pub items: Vec<RedemptionOut>,
}

/// An offer taken for a fragment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AcceptedOut {
    /// Id of the fragment as it is now.
    pub fragment: String,
    /// The entry's hash.
    pub entry: String,
    /// Id of the payment.
    pub instruction: String,
    /// What bank messages call it.
    pub end_to_end_id: String,
}

impl AcceptedOut {
    /// For an answer.
    #[must_use]
    pub fn of(accepted: Accepted) -> AcceptedOut {
        AcceptedOut {
            fragment: accepted.fragment,
            entry: accepted.entry,
            instruction: accepted.instruction,
            end_to_end_id: accepted.end_to_end_id,
        }
    }
}
