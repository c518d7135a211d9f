//! The offers on an inquiry as its holder compares them: a provider's quotes on several fragments,
//! added up, with one all-in cost a year.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::day_count::DayCount;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_core::recourse::Recourse;
use ledger_core::sale_cost::SaleCost;
use ledger_core::sale_cost::combined_annual_cost;
use ledger_store::quotes::QuoteState;
use rust_decimal::Decimal;

use crate::error::AppError;

/// One quote as its receiver compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedQuote {
    /// Its id.
    pub id: QuoteId,
    /// On which request.
    pub request: RequestId,
    /// Whose.
    pub provider: PartyId,
    /// The provider's name.
    pub provider_name: String,
    /// Everything it says: interest, every fee and who bears it, proceeds, pay date, recourse.
    pub quote: Quote,
    /// All that the holder gives up: face less proceeds.
    pub cost: Amount,
    /// The same as percent a year.
    pub annual_cost: Decimal,
    /// What has become of it.
    pub state: QuoteState,
    /// Until when it may be signed.
    pub expires_at: DateTime<Utc>,
    /// Whether it can be signed now.
    pub stands: bool,
    /// Whether it follows from the provider's standing rates.
    pub at_once: bool,
}

/// What one provider offers, with one kind of recourse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedOffer {
    /// Whose.
    pub provider: PartyId,
    /// The provider's name.
    pub provider_name: String,
    /// Its quotes, one a fragment: at least one.
    pub quotes: Vec<ComparedQuote>,
    /// What the quotes are on, together.
    pub face: Amount,
    /// What arrives on the holder's account, together.
    pub proceeds: Amount,
    /// All that the holder gives up: face less proceeds.
    pub cost: Amount,
    /// The same as percent a year, weighed exactly by money and days.
    pub annual_cost: Decimal,
    /// Until when all of it may be signed.
    pub expires_at: DateTime<Utc>,
    /// What has become of it.
    pub state: QuoteState,
    /// Whether it can be signed now.
    pub stands: bool,
    /// Whether it is on every fragment that is still open.
    pub complete: bool,
    /// Whether it follows from the provider's standing rates.
    pub at_once: bool,
}

/// Takes quotes on one inquiry together, of which `open` fragments can still be sold. A provider's
/// quotes that can be signed are one offer, those that were signed another; if it has neither, its
/// newest on each fragment show what is gone. With and without recourse are different offers, and
/// so are those of standing rates and those made for this inquiry.
pub(crate) fn of(quotes: Vec<ComparedQuote>, open: usize) -> Result<Vec<ComparedOffer>, AppError> {
    let mut kinds: BTreeMap<OfferKind, Vec<ComparedQuote>> = BTreeMap::new();
    for quote in quotes {
        let kind = kind(&quote.quote, quote.at_once);
        kinds.entry(kind).or_default().push(quote);
    }
    let mut offers = Vec::new();
    for quotes in kinds.into_values() {
        let some = |wanted: &dyn Fn(&ComparedQuote) -> bool| -> Vec<ComparedQuote> {
            quotes
                .iter()
                .filter(|quote| wanted(quote))
                .cloned()
                .collect()
        };
        let standing = some(&|quote| quote.stands);
        let signed = some(&|quote| quote.state == QuoteState::Accepted);
        let gone = if standing.is_empty() && signed.is_empty() {
            let newest: BTreeMap<RequestId, ComparedQuote> = quotes
                .into_iter()
                .map(|quote| (quote.request, quote))
                .collect();
            newest.into_values().collect()
        } else {
            Vec::new()
        };
        for group in [standing, signed, gone] {
            offers.extend(offer(group, open)?);
        }
    }
    offers.sort_by(|a, b| {
        (!a.stands, !a.complete, a.annual_cost)
            .cmp(&(!b.stands, !b.complete, b.annual_cost))
            .then(b.proceeds.cmp(&a.proceeds))
    });
    Ok(offers)
}

/// Provider, standing rates or not, and kind of recourse: what tells offers apart.
pub(crate) type OfferKind = (PartyId, bool, u8);

/// What tells the offer of this quote apart.
pub(crate) const fn kind(quote: &Quote, at_once: bool) -> OfferKind {
    let recourse = match quote.recourse {
        Recourse::Without => 0,
        Recourse::With => 1,
        Recourse::Limited(_) => 2,
    };
    (quote.provider, at_once, recourse)
}

fn offer(quotes: Vec<ComparedQuote>, open: usize) -> Result<Option<ComparedOffer>, AppError> {
    let Some(first) = quotes.first() else {
        return Ok(None);
    };
    let sales = quotes
        .iter()
        .map(|compared| sale(&compared.quote))
        .collect::<Result<Vec<_>, AppError>>()?;
    Ok(Some(ComparedOffer {
        provider: first.provider,
        provider_name: first.provider_name.clone(),
        face: sum(quotes.iter().map(|quote| quote.quote.range.amount()))?,
        proceeds: sum(quotes.iter().map(|quote| quote.quote.proceeds))?,
        cost: sum(quotes.iter().map(|quote| quote.cost))?,
        annual_cost: combined_annual_cost(&sales).ok_or_else(|| unpriced(first.id))?,
        expires_at: quotes
            .iter()
            .map(|quote| quote.expires_at)
            .min()
            .unwrap_or(first.expires_at),
        state: first.state,
        stands: first.stands,
        at_once: first.at_once,
        complete: quotes.len() >= open,
        quotes,
    }))
}

/// What a quote would cost its holder.
pub(crate) fn sale(quote: &Quote) -> Result<SaleCost, AppError> {
    Ok(SaleCost {
        cost: quote
            .range
            .amount()
            .checked_sub(quote.proceeds)
            .unwrap_or(Amount::ZERO),
        proceeds: quote.proceeds,
        days: quote.days,
        day_count: DayCount::from_code(&quote.day_count).ok_or_else(|| unpriced(quote.id))?,
    })
}

fn unpriced(quote: QuoteId) -> AppError {
    AppError::Internal(format!("quote {quote} has no cost a year"))
}

/// Amounts of one currency together.
pub(crate) fn sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, AppError> {
    amounts
        .into_iter()
        .try_fold(Amount::ZERO, |sum, amount| sum.checked_add(amount))
        .ok_or_else(|| AppError::invalid("amount_too_large", "the fragments add up to too much"))
}
