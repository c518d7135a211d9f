//! What a default of an obligor would mean for the caller, over the wire.

use chrono::NaiveDate;
use ledger_app::own_default_risk::OtherSide;
use ledger_app::own_default_risk::OwnDefaultRisk;
use ledger_app::own_default_risk::RiskIn;
use ledger_app::own_default_risk::RiskLine;
use ledger_core::currency::Currency;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::RecourseTerms;

/// On which day the obligor fails.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DefaultRiskQuery {
    /// The day; the business date if not said. Papers due on it or later count, and those overdue
    /// already; what falls due before it is taken as paid.
    pub day: Option<NaiveDate>,
}

/// What a default would mean for the caller: its own legs only.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DefaultRiskOut {
    /// The day on which the obligor fails.
    pub day: NaiveDate,
    /// The business date on which it stands so.
    pub as_of: NaiveDate,
    /// By currency; empty if nothing concerns the caller.
    pub by_currency: Vec<DefaultRiskInOut>,
    /// Whether there is more than is looked at: some papers that owe less, or later legs, are
    /// missing.
    pub more: bool,
}

/// The same in one currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DefaultRiskInOut {
    /// What the caller would not be paid of what it holds.
    pub hit: Money,
    /// What it may claim from those who passed it on to the caller, at most.
    pub may_claim: Money,
    /// What may be claimed from it, at most.
    pub claimed_from: Money,
    /// One line for what came by one leg.
    pub lines: Vec<DefaultRiskLineOut>,
}

/// What came to the caller by one leg, or by the issue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DefaultRiskLineOut {
    /// Number of the paper.
    pub paper: String,
    /// When it is due.
    pub due_date: NaiveDate,
    /// What the caller holds of it.
    pub held: Money,
    /// What of that would not be paid.
    pub hit: Money,
    /// To whom the caller may turn; none if it has it from the obligor.
    pub from: Option<DefaultRiskSideOut>,
    /// To whom it passed some of it on with recourse.
    pub passed_on: Vec<DefaultRiskSideOut>,
}

/// The other side of a leg.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DefaultRiskSideOut {
    /// Its registered name.
    pub name: String,
    /// `transfer`, `sale` or `retransfer`.
    pub leg: String,
    /// The mode of the leg.
    pub recourse: RecourseTerms,
    /// What may be claimed by it, at most.
    pub at_most: Money,
}

impl DefaultRiskOut {
    /// For an answer.
    #[must_use]
    pub fn of(found: &OwnDefaultRisk) -> DefaultRiskOut {
        DefaultRiskOut {
            day: found.day,
            as_of: found.today,
            by_currency: found.currencies.iter().map(in_currency).collect(),
            more: found.more,
        }
    }
}

fn in_currency(of: &RiskIn) -> DefaultRiskInOut {
    let sum = |minor: i128| {
        let minor = i64::try_from(minor).unwrap_or(i64::MAX);
        Money::of_minor(minor, of.currency)
    };
    DefaultRiskInOut {
        hit: sum(of.hit),
        may_claim: sum(of.may_claim),
        claimed_from: sum(of.claimed_from),
        lines: of.lines.iter().map(|one| line(one, of.currency)).collect(),
    }
}

fn line(of: &RiskLine, currency: Currency) -> DefaultRiskLineOut {
    let side = |other: &OtherSide| DefaultRiskSideOut {
        name: other.name.clone(),
        leg: other.kind.word().to_owned(),
        recourse: RecourseTerms::of(other.recourse, currency),
        at_most: Money::of(other.at_most, currency),
    };
    DefaultRiskLineOut {
        paper: of.number.clone(),
        due_date: of.due_date,
        held: Money::of(of.held, currency),
        hit: Money::of(of.hit, currency),
        from: of.from.as_ref().map(side),
        passed_on: of.passed_on.iter().map(side).collect(),
    }
}
