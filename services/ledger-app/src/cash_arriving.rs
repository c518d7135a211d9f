//! When a holder's money comes, and what holding a part of it, passing it on or selling it would
//! change. Looks only: nothing is kept, nobody is asked.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::cash_plan::CashPlan;
use ledger_core::cash_plan::PlannedPart;
use ledger_core::cash_plan::PlannedUse;
use ledger_core::cash_plan::assumed_sale;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::quote::Quote;
use ledger_core::refusal::Refusal;
use ledger_core::sale_cost::combined_annual_cost;
use ledger_store::holdings::HoldingCash;
use rust_decimal::Decimal;

use crate::app::App;
use crate::asked_part;
use crate::asked_part::Part;
use crate::compared_offer;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::request_finance::AskedPart;
use crate::standing_offers;

/// Money on the way to its holder, by currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashArriving {
    /// The business date it is seen on.
    pub today: NaiveDate,
    /// What is due from today on, by due date.
    pub plans: BTreeMap<Currency, CashPlan>,
    /// How much of that has been offered or sold and waits for an answer or for the money.
    pub leaving: CurrencyTotals,
    /// What is frozen by an order: nobody can say when it is paid.
    pub frozen: CurrencyTotals,
    /// Face of what is past its day or paid in part only: no day can be said for the rest.
    pub late: CurrencyTotals,
}

/// How a holder may come by the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Waits for the due date.
    Hold,
    /// Pays a supplier with it.
    PassOn,
    /// Sells it today at the best price of a finance provider's standing rates.
    Standing {
        /// Whose.
        provider: String,
        /// What could be signed.
        quote: Box<Quote>,
    },
    /// Sells it today at a rate of its own guess.
    Assumed {
        /// Percent a year.
        rate: Decimal,
    },
}

/// One way, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayTaken {
    /// Which.
    pub way: Way,
    /// The day on which the part has done its work.
    pub date: NaiveDate,
    /// How much money arrives on that day.
    pub arrives: Amount,
    /// What is given up: nothing unless it is sold.
    pub cost: Amount,
    /// The same as percent a year, if it is sold.
    pub annual_cost: Option<Decimal>,
    /// The whole plan in that currency then.
    pub plan: CashPlan,
}

/// What could be done with a part of what is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// Who owes.
    pub obligor: String,
    /// How much it is about.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// The day on which the obligor pays it.
    pub due_date: NaiveDate,
    /// The ways, holding first.
    pub ways: Vec<WayTaken>,
    /// Why it can't be passed on, if it can't.
    pub stays: Option<Refusal>,
}

/// What every way starts from.
struct Base<'a> {
    today: NaiveDate,
    plan: &'a CashPlan,
    part: PlannedPart,
}

impl Base<'_> {
    fn taken(
        &self,
        way: Way,
        choice: PlannedUse,
        annual_cost: Option<Decimal>,
    ) -> Result<WayTaken, AppError> {
        let amount = self.part.amount;
        let (date, arrives, cost) = match choice {
            PlannedUse::Hold => (self.part.due_date, amount, Amount::ZERO),
            PlannedUse::PassOn => (self.today, Amount::ZERO, Amount::ZERO),
            PlannedUse::Sell { pay_date, proceeds } => {
                let cost = amount.checked_sub(proceeds).unwrap_or(Amount::ZERO);
                (pay_date, proceeds, cost)
            }
        };
        // What was moved between the two looks is not the caller's to plan with any more.
        let plan = self.plan.after(self.part, choice);
        Ok(WayTaken {
            way,
            date,
            arrives,
            cost,
            annual_cost,
            plan: plan.ok_or(AppError::NotFound)?,
        })
    }
}

/// The caller's money by day.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn run(app: &App, who: &Principal) -> Result<CashArriving, AppError> {
    who.may(Action::ViewPortfolio)?;
    who.may(Action::RequestFinance)?;
    let (rows, today) = app
        .store
        .read(|tx| Ok::<_, AppError>((tx.holding_cash(who.party)?, tx.business_date_today()?)))?;
    by_currency(&rows, today)
}

fn by_currency(rows: &[HoldingCash], today: NaiveDate) -> Result<CashArriving, AppError> {
    let mut found = CashArriving {
        today,
        plans: BTreeMap::new(),
        leaving: CurrencyTotals::default(),
        frozen: CurrencyTotals::default(),
        late: CurrencyTotals::default(),
    };
    for row in rows {
        let minor = row.minor()?;
        if row.part_paid || row.due_date < today {
            found.late.add_minor(minor, row.currency);
            continue;
        }
        let frozen = row.frozen()?;
        if frozen > 0 {
            found.frozen.add_minor(frozen, row.currency);
        }
        let minor = minor.saturating_sub(frozen);
        if minor > 0 {
            let plan = found.plans.entry(row.currency).or_default();
            plan.add(row.due_date, minor);
        }
        let leaving = row.leaving()?;
        if leaving > 0 {
            found.leaving.add_minor(leaving, row.currency);
        }
    }
    Ok(found)
}

/// What each way with a part of the caller's holdings would bring: `arriving` is what [`run`] gave.
/// Standing rates are looked up; `assumed` is a rate of the caller's guess, percent a year.
///
/// # Errors
/// As [`request_finance::run`](crate::request_finance::run) about the fragment; pricing's about the
/// rate, as [`AppError::Invalid`] on the field `rate`.
pub fn what_if(
    app: &App,
    who: &Principal,
    arriving: &CashArriving,
    part: &AskedPart,
    assumed: Option<Decimal>,
) -> Result<WhatIf, AppError> {
    who.may(Action::RequestFinance)?;
    let part = asked_part::look_up(app, who, std::slice::from_ref(part))?
        .pop()
        .ok_or(AppError::NotFound)?;
    let paper = &part.held.paper.paper;
    let planned = PlannedPart {
        amount: part.asked.amount(),
        due_date: paper.due_date,
    };
    let plan = arriving
        .plans
        .get(&paper.currency)
        .ok_or(AppError::NotFound)?;
    let base = Base {
        today: arriving.today,
        plan,
        part: planned,
    };
    let mut ways = vec![base.taken(Way::Hold, PlannedUse::Hold, None)?];
    let stays = stays(&part);
    if stays.is_none() {
        ways.push(base.taken(Way::PassOn, PlannedUse::PassOn, None)?);
    }
    if let Some((provider, quote)) = standing(app, &part)? {
        let cost = combined_annual_cost(&[compared_offer::sale(&quote)?]);
        let choice = PlannedUse::Sell {
            pay_date: quote.pay_date,
            proceeds: quote.proceeds,
        };
        let quote = Box::new(quote);
        ways.push(base.taken(Way::Standing { provider, quote }, choice, cost)?);
    }
    if let Some(rate) = assumed {
        let price = assumed_sale(planned, arriving.today, rate)
            .map_err(|error| AppError::invalid_field("rate", error.code(), error.to_string()))?;
        let choice = PlannedUse::Sell {
            pay_date: arriving.today,
            proceeds: price.proceeds,
        };
        let cost = Some(price.annualised_cost);
        ways.push(base.taken(Way::Assumed { rate }, choice, cost)?);
    }
    Ok(WhatIf {
        obligor: part.held.obligor.name.clone(),
        amount: planned.amount,
        currency: paper.currency,
        due_date: planned.due_date,
        ways,
        stays,
    })
}

/// What the paper's terms say against passing it on; whether it is free has been asked already.
fn stays(part: &Part) -> Option<Refusal> {
    let terms = &part.held.paper.paper.terms;
    if !terms.transferable {
        Some(Refusal::NotTransferable)
    } else if part.held.fragment.tier >= terms.maximum_tier {
        Some(Refusal::TooDeep(terms.maximum_tier))
    } else {
        None
    }
}

/// The standing offer with most proceeds, and whose it is.
fn standing(app: &App, part: &Part) -> Result<Option<(String, Quote)>, AppError> {
    let now = app.moment()?;
    let asked = [part.wanted(DateTime::<Utc>::MAX_UTC)];
    let found = app.store.read(|tx| {
        let all = tx.parties_of_kind(PartyKind::FinanceProvider)?;
        let providers: Vec<PartyId> = all.iter().map(|party| party.id).collect();
        standing_offers::best(tx, app, &asked, &providers, now)
    })?;
    // They come with most proceeds first.
    let best = found.into_iter().next();
    Ok(best.map(|one| (one.provider_name, one.quote)))
}
