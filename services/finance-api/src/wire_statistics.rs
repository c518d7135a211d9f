//! A finance provider's own figures, and statements of account between seller and buyer, over the
//! wire.

use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::provider_statistics::Line;
use ledger_app::provider_statistics::Statistics;
use ledger_app::provider_statistics::Sums;
use ledger_app::settlement_statement::Period;
use ledger_app::settlement_statement::StatementOfAccount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::id;

/// Which days of purchase.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatisticsQuery {
    /// First day of purchase; the first of the month eleven months ago if not said.
    pub from: Option<NaiveDate>,
    /// Last day of purchase; the business date if not said.
    pub to: Option<NaiveDate>,
}

/// The caller's purchases and what became of them. In each line `bought` is the sum of `held`,
/// `matured`, `returned` and `passed_on`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatisticsOut {
    /// First day of purchase.
    pub from: NaiveDate,
    /// Last day of purchase.
    pub to: NaiveDate,
    /// The business date on which it stands so.
    pub as_of: NaiveDate,
    /// One line a currency.
    pub by_currency: Vec<StatisticsLineOut>,
    /// By month of purchase; `of` is `2026-11`.
    pub by_month: Vec<StatisticsLineOut>,
    /// By obligor; `of` is its name.
    pub by_obligor: Vec<StatisticsLineOut>,
    /// By days from purchase to due date; `of` is `to-30`, `31-60`, `61-90`, `91-180` or `over-180`.
    pub by_tenor: Vec<StatisticsLineOut>,
}

/// Sums of some purchases in one currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatisticsLineOut {
    /// What the line is about; the currency's code where it is about that alone.
    pub of: String,
    /// How many purchases.
    pub purchases: i64,
    /// Face bought.
    pub bought: Money,
    /// Still held.
    pub held: Money,
    /// Of what is held, due and not paid.
    pub overdue: Money,
    /// Paid at maturity.
    pub matured: Money,
    /// Came back: the purchase was undone.
    pub returned: Money,
    /// Sold or passed on to others.
    pub passed_on: Money,
    /// Interest over face times days, percent of a year of 360 days; none where no price is known.
    pub average_charge_percent: Option<String>,
}

/// Between whom and for when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Id of the seller.
    pub seller: String,
    /// Id of the buyer.
    pub buyer: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; a year apart at most.
    pub to: NaiveDate,
    /// ISO 4217.
    pub currency: String,
}

/// A statement of account: invoices beside the waybills they bill.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountStatementOut {
    /// Who sells.
    pub seller: String,
    /// Who buys.
    pub buyer: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The invoices dated in the period.
    pub invoices: Vec<BilledOut>,
    /// Waybills handed over in the period that no invoice bills.
    pub unbilled: Vec<UnbilledOut>,
    /// Sum of matched invoices.
    pub matched: Money,
    /// Sum of all invoices.
    pub total: Money,
}

/// An invoice of the period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BilledOut {
    /// Its number.
    pub number: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// What it is over after credit notes and true-ups.
    pub amount: Money,
    /// How much of it is paid by fragments.
    pub carried: Money,
    /// Numbers of the waybills it bills.
    pub waybills: Vec<String>,
    /// Whether each of them is signed by carrier and receiver, and there is at least one.
    pub matched: bool,
}

/// A waybill that no invoice bills.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnbilledOut {
    /// Its number.
    pub number: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
}

impl AccountQuery {
    /// As asked for.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if a party is none; [`AppError::Invalid`] `currency_unknown`.
    pub fn read(&self) -> Result<Period, AppError> {
        let currency: Option<Currency> = self.currency.parse().ok();
        Ok(Period {
            seller: id(&self.seller, PartyId::parse)?,
            buyer: id(&self.buyer, PartyId::parse)?,
            from: self.from,
            to: self.to,
            currency: currency.ok_or_else(|| {
                AppError::invalid_field(
                    "currency",
                    "currency_unknown",
                    "give a currency of ISO 4217, such as CNY",
                )
            })?,
        })
    }
}

impl StatisticsOut {
    /// For an answer.
    #[must_use]
    pub fn of(found: &Statistics) -> StatisticsOut {
        StatisticsOut {
            from: found.from,
            to: found.to,
            as_of: found.today,
            by_currency: lines(&found.totals, |(): &(), currency| currency.to_string()),
            by_month: lines(&found.months, |of, _| of.format("%Y-%m").to_string()),
            by_obligor: lines(&found.obligors, |of, _| of.clone()),
            by_tenor: lines(&found.tenors, |of, _| of.word().to_owned()),
        }
    }
}

fn lines<K>(of: &[Line<K>], name: impl Fn(&K, Currency) -> String) -> Vec<StatisticsLineOut> {
    of.iter()
        .map(|line| shown(name(&line.of, line.currency), line.currency, &line.sums))
        .collect()
}

fn shown(of: String, currency: Currency, sums: &Sums) -> StatisticsLineOut {
    let money = |minor: i128| Money {
        amount: Decimal::try_from_i128_with_scale(minor, u32::from(currency.exponent()))
            .map_or_else(|_beyond| minor.to_string(), |sum| sum.to_string()),
        currency: currency.to_string(),
    };
    StatisticsLineOut {
        of,
        purchases: sums.purchases,
        bought: money(sums.bought),
        held: money(sums.held),
        overdue: money(sums.overdue),
        matured: money(sums.matured),
        returned: money(sums.returned),
        passed_on: money(sums.passed_on()),
        average_charge_percent: sums.average_charge().map(|rate| rate.to_string()),
    }
}

impl AccountStatementOut {
    /// For an answer.
    #[must_use]
    pub fn of(statement: &StatementOfAccount) -> AccountStatementOut {
        let period = &statement.period;
        let money = |amount| Money::of(amount, period.currency);
        AccountStatementOut {
            seller: statement.seller.clone(),
            buyer: statement.buyer.clone(),
            from: period.from,
            to: period.to,
            invoices: statement
                .lines
                .iter()
                .map(|line| BilledOut {
                    number: line.invoice.number.clone(),
                    issued_on: line.invoice.issued_on,
                    amount: money(line.amount),
                    carried: money(line.carried),
                    waybills: line.waybills.clone(),
                    matched: line.matched,
                })
                .collect(),
            unbilled: statement
                .unbilled
                .iter()
                .map(|(number, day)| UnbilledOut {
                    number: number.clone(),
                    issued_on: *day,
                })
                .collect(),
            matched: money(statement.matched),
            total: money(statement.total),
        }
    }
}
