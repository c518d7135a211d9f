//! Purchases, pay-outs, holdings and statements over the wire.

use chrono::NaiveDate;
use ledger_app::provider_book::Holding;
use ledger_app::provider_book::OwnDiscount;
use ledger_app::provider_book::Statement;
use ledger_app::register_discount::Registered;
use ledger_app::report_payout::Payout;
use ledger_core::fragment::FragmentState;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire_quotes::QuoteOut;

/// A purchase concluded on a quote of the caller's.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DiscountOut {
    /// The quote that was signed, with its figures.
    pub quote: QuoteOut,
    /// `signed` (waits for the caller), `registered` (does so too, its certificate on record),
    /// `paying`, `unknown` (the bank does not answer and is asked again), `funded` (the fragment is
    /// the caller's) or `reversed` (it is the holder's again).
    #[schema(example = "signed")]
    pub state: String,
    /// Digest of the bank's message that proved it, hexadecimal.
    pub evidence: Option<String>,
    /// Certificate of the public register.
    pub certificate: Option<String>,
    /// The paper's number.
    pub paper_number: String,
    /// The range bought.
    pub range: String,
    /// Who sold.
    pub holder: String,
    /// The payment.
    pub payout: PayoutOut,
}

/// The payment of a purchase.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PayoutOut {
    /// Its id.
    pub id: String,
    /// What every bank message must call it.
    pub end_to_end_id: String,
    /// `created`, `sent`, `accepted`, `settled`, `rejected`, `returned` or `unknown`.
    pub state: String,
    /// Whether it waits for the caller to authorise or report it.
    pub awaits_caller: bool,
    /// How much.
    pub amount: Money,
    /// From: the caller's own account.
    pub debtor: AccountOut,
    /// To: the holder's own bound account, and no other.
    pub creditor: AccountOut,
    /// The bank's reason code, or empty.
    pub reason: String,
}

/// An account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountOut {
    /// Name on it.
    pub name: String,
    /// Its number.
    pub number: String,
    /// Its bank.
    pub bank_code: String,
}

/// A page of purchases, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DiscountPage {
    /// The purchases.
    pub items: Vec<DiscountOut>,
    /// For the next page; none on the last.
    pub next_cursor: Option<String>,
}

/// The caller's bank pays on its own.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportIn {
    /// The bank's own reference.
    #[schema(example = "PAY-2026-000123")]
    pub reference: String,
}

/// The certificate of a purchase.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateIn {
    /// Its number: 8 to 40 letters, digits and hyphens; blanks are left out.
    #[schema(example = "01234567000123456789")]
    pub certificate: String,
}

/// A registered purchase.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RegisteredOut {
    /// Of which quote.
    pub quote: String,
    /// The certificate's number as it is kept.
    pub certificate: String,
    /// `registered`, or how far it is if its money was under way already.
    pub state: String,
}

/// How far a pay-out is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PayoutStateOut {
    /// Of which quote.
    pub quote: String,
    /// Its id.
    pub payout: String,
    /// What every bank message must call it.
    pub end_to_end_id: String,
    /// `authorised` or `reported`. Neither moves the fragment: the bank's evidence does.
    pub state: String,
}

/// A fragment the caller holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HoldingOut {
    /// Its id.
    pub fragment: String,
    /// The paper's number.
    pub paper_number: String,
    /// Who promises to pay.
    pub obligor: String,
    /// The range.
    pub range: String,
    /// How much.
    pub amount: Money,
    /// When it is due.
    pub due_date: NaiveDate,
    /// Since when it is held.
    pub since: NaiveDate,
    /// `held`, `offered`, `finance_locked`, `pledged` or `frozen`.
    pub state: String,
}

/// What the caller holds, soonest due first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Holdings {
    /// At most 1,000 fragments.
    pub items: Vec<HoldingOut>,
}

/// Which stretch of pay dates.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatementQuery {
    /// First pay date.
    pub from: NaiveDate,
    /// Last pay date.
    pub to: NaiveDate,
}

/// Purchases of a stretch of pay dates.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatementOut {
    /// First pay date.
    pub from: NaiveDate,
    /// Last pay date.
    pub to: NaiveDate,
    /// The purchases, oldest pay date first.
    pub items: Vec<DiscountOut>,
    /// Sums of those that are funded, one for each currency.
    pub totals: Vec<TotalOut>,
}

/// Sums in one currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TotalOut {
    /// Face bought.
    pub face: Money,
    /// Paid out.
    pub proceeds: Money,
    /// Interest.
    pub charge: Money,
}

impl DiscountOut {
    /// For an answer.
    #[must_use]
    pub fn of(own: &OwnDiscount) -> DiscountOut {
        let payout = &own.instruction;
        DiscountOut {
            quote: QuoteOut::of(&own.quote),
            state: own.discount.state.word().to_owned(),
            evidence: own.discount.evidence.map(hex::encode),
            certificate: own.certificate.clone(),
            paper_number: own.asked.paper.paper.number.clone(),
            range: own.asked.named().range,
            holder: own.asked.holder.name.clone(),
            payout: PayoutOut {
                id: payout.id.to_string(),
                end_to_end_id: payout.end_to_end_id.clone(),
                state: payout.state.word().to_owned(),
                awaits_caller: own.awaits_payment(),
                amount: Money::of(payout.amount, payout.currency),
                debtor: AccountOut {
                    name: payout.debtor_name.clone(),
                    number: payout.debtor_account.clone(),
                    bank_code: payout.debtor_bank_code.clone(),
                },
                creditor: AccountOut {
                    name: payout.creditor_name.clone(),
                    number: payout.creditor_account.clone(),
                    bank_code: payout.creditor_bank_code.clone(),
                },
                reason: payout.reason.clone(),
            },
        }
    }
}

impl RegisteredOut {
    /// For an answer.
    #[must_use]
    pub fn of(registered: Registered) -> RegisteredOut {
        RegisteredOut {
            quote: registered.quote,
            certificate: registered.certificate,
            state: registered.state,
        }
    }
}

impl PayoutStateOut {
    /// For an answer.
    #[must_use]
    pub fn of(payout: Payout) -> PayoutStateOut {
        PayoutStateOut {
            quote: payout.quote,
            payout: payout.instruction,
            end_to_end_id: payout.end_to_end_id,
            state: payout.state,
        }
    }
}

impl HoldingOut {
    /// For an answer.
    #[must_use]
    pub fn of(holding: &Holding) -> HoldingOut {
        let fragment = &holding.fragment;
        HoldingOut {
            fragment: holding.id.clone(),
            paper_number: holding.paper.paper.number.clone(),
            obligor: holding.obligor.clone(),
            range: fragment.range.to_string(),
            amount: Money::of(fragment.range.amount(), holding.paper.paper.currency),
            due_date: holding.paper.paper.due_date,
            since: fragment.since,
            state: match fragment.state {
                FragmentState::PendingAcceptance => "pending_acceptance",
                FragmentState::Held => "held",
                FragmentState::Offered { .. } => "offered",
                FragmentState::FinanceLocked { .. } => "finance_locked",
                FragmentState::Pledged { .. } => "pledged",
                FragmentState::Frozen { .. } => "frozen",
                FragmentState::Redeemed => "redeemed",
                FragmentState::Recourse { .. } => "recourse",
                FragmentState::WrittenOff => "written_off",
            }
            .to_owned(),
        }
    }
}

impl StatementOut {
    /// For an answer.
    #[must_use]
    pub fn of(query: &StatementQuery, statement: &Statement) -> StatementOut {
        StatementOut {
            from: query.from,
            to: query.to,
            items: statement.items.iter().map(DiscountOut::of).collect(),
            totals: statement
                .totals
                .iter()
                .map(|total| TotalOut {
                    face: Money::of(total.face, total.currency),
                    proceeds: Money::of(total.proceeds, total.currency),
                    charge: Money::of(total.charge, total.currency),
                })
                .collect(),
        }
    }
}
