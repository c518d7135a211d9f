//! Makes a quote from a finance provider's terms, and checks the figures of one that comes back
//! signed. Both sides use the one pricing rule, so that what is signed is what the rule gives.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::calendar::Calendar;
use ledger_core::calendar::Roll;
use ledger_core::day_count::DayCount;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::FeeKind;
use ledger_core::fee::Payer;
use ledger_core::id::QuoteId;
use ledger_core::pricing::DiscountTerms;
use ledger_core::pricing::Price;
use ledger_core::pricing::PricingError;
use ledger_core::pricing::Rate;
use ledger_core::pricing::price;
use ledger_core::quote::Quote;
use ledger_core::recourse::Recourse;
use rust_decimal::Decimal;
use serde_json::Value;
use serde_json::json;

use crate::error::AppError;

/// Most fees a quote may have.
pub const MOST_FEES: usize = 16;

/// What a finance provider asks for.
#[derive(Debug, Clone)]
pub struct QuoteTerms {
    /// Annual rate in percent: `2.85`.
    pub rate_percent: Decimal,
    /// How days are counted.
    pub day_count: DayCount,
    /// Fees beside the interest.
    pub fees: Vec<Fee>,
    /// Percent of the interest that the obligor bears (买方付息), usually 0.
    pub buyer_paid_share: Decimal,
    /// With, without or limited recourse: always said.
    pub recourse: Recourse,
    /// The date the money is paid and from which interest runs.
    pub pay_date: NaiveDate,
    /// Last moment to accept.
    pub expires_at: DateTime<Utc>,
}

fn pricing_refused(error: &PricingError) -> AppError {
    AppError::invalid(error.code(), error.to_string())
}

/// Prices `range` of a fragment. `blank` carries what the request fixes (who, whom, which cents,
/// currency); its figures are filled in. Interest runs to the due date that the obligor signed into
/// the paper: no later calendar can move it.
pub(crate) fn fill(
    blank: Quote,
    due_date: NaiveDate,
    calendar: &Calendar,
    terms: &QuoteTerms,
) -> Result<Quote, AppError> {
    check_fee_count(terms.fees.len())?;
    let face = blank.range.amount();
    let priced = price(
        face,
        terms.pay_date,
        due_date,
        calendar,
        &discount_terms(terms),
    )
    .map_err(|error| pricing_refused(&error))?;
    let quote = Quote {
        recourse: terms.recourse,
        pay_date: terms.pay_date,
        expires_at: terms.expires_at.timestamp(),
        ..blank
    };
    quote
        .priced(&priced, terms.rate_percent, terms.day_count)
        .ok_or_else(wrong_figures)
}

fn discount_terms(terms: &QuoteTerms) -> DiscountTerms {
    DiscountTerms {
        rate: Rate::AnnualPercent(terms.rate_percent),
        day_count: terms.day_count,
        fees: terms.fees.clone(),
        buyer_paid_share: terms.buyer_paid_share,
        roll: Roll::None,
        transit_days: 0,
    }
}

fn days(priced: &Price) -> Result<u16, AppError> {
    u16::try_from(priced.days).map_err(|_range| wrong_figures())
}

fn check_fee_count(count: usize) -> Result<(), AppError> {
    if count > MOST_FEES {
        return Err(AppError::invalid_field(
            "fees",
            "too_many_fees",
            format!("a quote has at most {MOST_FEES} fees"),
        ));
    }
    Ok(())
}

fn wrong_figures() -> AppError {
    AppError::invalid_field(
        "body",
        "quote_figures_wrong",
        "the figures do not follow from rate, days and fees; prepare the quote again",
    )
}

/// Checks that a quote's figures follow from its own rate, day count, fees and dates.
pub(crate) fn check_figures(
    quote: &Quote,
    due_date: NaiveDate,
    calendar: &Calendar,
) -> Result<(), AppError> {
    check_fee_count(quote.fees.len())?;
    let rate = Decimal::from_str_exact(&quote.rate).map_err(|_text| wrong_figures())?;
    let day_count = DayCount::from_code(&quote.day_count).ok_or_else(wrong_figures)?;
    if rate.normalize().to_string() != quote.rate {
        return Err(wrong_figures());
    }
    let face = quote.range.amount();
    let terms = DiscountTerms {
        rate: Rate::AnnualPercent(rate),
        day_count,
        fees: fees_as_signed(quote)?,
        buyer_paid_share: Decimal::ZERO,
        roll: Roll::None,
        transit_days: 0,
    };
    let priced = price(face, quote.pay_date, due_date, calendar, &terms);
    // Without the obligor's share the holder may be left with nothing, and the quote still good:
    // interest alone is then what counts.
    let (charge, counted) = match priced {
        Ok(priced) => (priced.charge, days(&priced)?),
        Err(PricingError::ProceedsNotPositive) => interest_alone(quote, rate, day_count, due_date)?,
        Err(error) => return Err(pricing_refused(&error)),
    };
    let cost = face.checked_sub(quote.proceeds).ok_or_else(wrong_figures)?;
    let fits = charge == quote.charge
        && counted == quote.days
        && quote.obligor_share <= quote.charge
        && quote.adds_up()
        && annual_cost(quote, due_date, calendar, day_count, cost)? == quote.annual_cost;
    if fits { Ok(()) } else { Err(wrong_figures()) }
}

fn interest_alone(
    quote: &Quote,
    rate: Decimal,
    day_count: DayCount,
    due_date: NaiveDate,
) -> Result<(Amount, u16), AppError> {
    let days = day_count.days(quote.pay_date, due_date);
    let charge = ledger_core::pricing::interest(
        quote.range.amount(),
        Rate::AnnualPercent(rate),
        day_count,
        days,
    )
    .map_err(|error| pricing_refused(&error))?;
    Ok((
        charge,
        u16::try_from(days).map_err(|_range| wrong_figures())?,
    ))
}

/// Fees as amounts, through the type that knows which fee may fall on whom.
fn fees_as_signed(quote: &Quote) -> Result<Vec<Fee>, AppError> {
    quote
        .fees
        .iter()
        .map(|fee| {
            let kind = FeeKind::from_code(&fee.kind).ok_or_else(wrong_figures)?;
            let payer = Payer::from_code(&fee.payer).ok_or_else(wrong_figures)?;
            Fee::from_parts(kind, payer, FeeCharge::Flat(fee.amount))
                .map_err(|e| AppError::invalid_field("fees", e.code(), e.to_string()))
        })
        .collect()
}

/// All that the holder gives up, as percent a year: the same figure as if it were one flat fee,
/// since the rule knows only cost, proceeds and days.
fn annual_cost(
    quote: &Quote,
    due_date: NaiveDate,
    calendar: &Calendar,
    day_count: DayCount,
    cost: Amount,
) -> Result<String, AppError> {
    let terms = DiscountTerms {
        rate: Rate::AnnualPercent(Decimal::ZERO),
        day_count,
        fees: vec![Fee::Handling {
            payer: Payer::Holder,
            charge: FeeCharge::Flat(cost),
        }],
        buyer_paid_share: Decimal::ZERO,
        roll: Roll::None,
        transit_days: 0,
    };
    price(
        quote.range.amount(),
        quote.pay_date,
        due_date,
        calendar,
        &terms,
    )
    .map(|priced| priced.annualised_cost.to_string())
    .map_err(|error| pricing_refused(&error))
}

/// A quote without figures, for [`fill`].
pub(crate) const fn blank(
    id: QuoteId,
    provider: ledger_core::id::PartyId,
    holder: ledger_core::id::PartyId,
    fragment: &ledger_core::fragment::Fragment,
    range: ledger_core::range::Range,
    currency: ledger_core::currency::Currency,
) -> Quote {
    Quote {
        id,
        provider,
        holder,
        paper: fragment.paper,
        fragment: fragment.reference,
        range,
        currency,
        rate: String::new(),
        day_count: String::new(),
        days: 0,
        charge: Amount::ZERO,
        obligor_share: Amount::ZERO,
        fees: Vec::new(),
        proceeds: Amount::ZERO,
        annual_cost: String::new(),
        recourse: Recourse::Without,
        pay_date: NaiveDate::MIN,
        expires_at: 0,
    }
}

/// The name of a kind of recourse in messages and files.
#[must_use]
pub const fn recourse_word(recourse: Recourse) -> &'static str {
    match recourse {
        Recourse::Without => "without",
        Recourse::With => "with",
        Recourse::Limited(_) => "limited",
    }
}

/// What a quote says, for lists and auditors; the signed bytes are what counts.
pub(crate) fn shown(quote: &Quote) -> Value {
    let money = |amount: Amount| amount.to_plain(quote.currency);
    let fees: Vec<Value> = quote
        .fees
        .iter()
        .map(|f| json!({"kind": f.kind, "payer": f.payer, "amount": money(f.amount)}))
        .collect();
    let cap = match quote.recourse {
        Recourse::Limited(cap) => Some(money(cap)),
        Recourse::Without | Recourse::With => None,
    };
    json!({
        "currency": quote.currency.to_string(),
        "face": money(quote.range.amount()),
        "rate_percent": quote.rate,
        "day_count": quote.day_count,
        "days": quote.days,
        "charge": money(quote.charge),
        "obligor_share": money(quote.obligor_share),
        "fees": fees,
        "proceeds": money(quote.proceeds),
        "annual_cost_percent": quote.annual_cost,
        "recourse": recourse_word(quote.recourse),
        "recourse_cap": cap,
        "pay_date": quote.pay_date.to_string(),
    })
}
