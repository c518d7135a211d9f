//! A holder's own requests for money, and the quotes on one of them side by side, next to what
//! comes of waiting.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_store::finance::InvitationState;
use ledger_store::finance::RequestState;
use ledger_store::quotes::DiscountState;
use ledger_store::quotes::QuoteState;
use rust_decimal::Decimal;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment;
use crate::policy::Action;
use crate::principal::Principal;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::requested_fragment::fragment_no;

/// A request in the list.
#[derive(Debug, Clone)]
pub struct OwnRequest {
    /// The request, with paper and obligor.
    pub asked: RequestedFragment,
    /// How many quotes can be signed now.
    pub quotes: usize,
    /// The lowest all-in cost among them, percent a year.
    pub best_annual_cost: Option<Decimal>,
}

/// One quote as its receiver compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedQuote {
    /// Its id.
    pub id: QuoteId,
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

/// What comes of waiting: the whole amount, on the due date, for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldToMaturity {
    /// When.
    pub due_date: NaiveDate,
    /// How much.
    pub amount: Amount,
}

/// A request with all its quotes.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The request, with paper and obligor.
    pub asked: RequestedFragment,
    /// Public id of the fragment asked on.
    pub fragment: String,
    /// Quotes: those that can be signed first, cheapest all-in first.
    pub quotes: Vec<ComparedQuote>,
    /// The alternative.
    pub hold: HoldToMaturity,
    /// Names of those who have not answered.
    pub waiting: Vec<String>,
    /// Names of those who said no.
    pub declined: Vec<String>,
    /// How far the purchase is, once a quote was signed.
    pub discount: Option<DiscountState>,
}

/// The newest requests of the caller's party.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal, limit: i64) -> Result<Vec<OwnRequest>, AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.clock.now();
    app.store.read(|tx| {
        let requests = tx.finance_requests_of_holder(who.party, limit.clamp(1, 200))?;
        let ids: Vec<RequestId> = requests.iter().map(|r| r.id).collect();
        let quotes = tx.quotes_of_requests(&ids)?;
        requested_fragment::load(tx, requests)?
            .into_iter()
            .map(|asked| {
                let mut costs = Vec::new();
                for quote in quotes.iter().filter(|q| q.request == asked.request.id) {
                    if stands(&asked, quote, now) {
                        costs.push(decimal(&read(quote)?.annual_cost)?);
                    }
                }
                Ok(OwnRequest {
                    asked,
                    quotes: costs.len(),
                    best_annual_cost: costs.into_iter().min(),
                })
            })
            .collect()
    })
}

/// One request and its quotes.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's party's.
pub fn run(app: &App, who: &Principal, request: RequestId) -> Result<Comparison, AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.clock.now();
    app.store.read(|tx| {
        let asked = requested_fragment::load_one(tx, request)?;
        if asked.request.holder != who.party {
            return Err(AppError::NotFound);
        }
        let invitations = tx.finance_invitations(&[request])?;
        let names = held_fragment::names(tx, invitations.iter().map(|i| i.provider))?;
        let name = |id: PartyId| names.get(&id).map(|p| p.name.clone()).unwrap_or_default();
        let rows = tx.quotes_of_requests(&[request])?;
        let ids: Vec<QuoteId> = rows.iter().map(|q| q.id).collect();
        let discount = tx.discounts_by_quotes(&ids)?.pop().map(|d| d.state);
        let mut quotes = rows
            .iter()
            .map(|row| compared(&asked, row, name(row.provider), now))
            .collect::<Result<Vec<_>, AppError>>()?;
        // Those of standing rates can be had anew at any time: old ones would only be in the way.
        quotes
            .retain(|quote| !quote.at_once || quote.stands || quote.state == QuoteState::Accepted);
        quotes.sort_by(|a, b| {
            (!a.stands, a.annual_cost)
                .cmp(&(!b.stands, b.annual_cost))
                .then(b.quote.proceeds.cmp(&a.quote.proceeds))
        });
        let in_state = |state: InvitationState| {
            invitations
                .iter()
                .filter(|i| i.state == state)
                .map(|i| name(i.provider))
                .collect()
        };
        Ok(Comparison {
            fragment: app.public_ids.show(fragment_no(&asked.request)),
            quotes,
            hold: HoldToMaturity {
                due_date: asked.paper.paper.due_date,
                amount: asked.request.amount,
            },
            waiting: in_state(InvitationState::Invited),
            declined: in_state(InvitationState::Declined),
            discount,
            asked,
        })
    })
}

fn compared(
    asked: &RequestedFragment,
    row: &ledger_store::quotes::Quote,
    provider_name: String,
    now: DateTime<Utc>,
) -> Result<ComparedQuote, AppError> {
    let quote = read(row)?;
    let face = quote.range.amount();
    Ok(ComparedQuote {
        id: row.id,
        provider: row.provider,
        provider_name,
        cost: face.checked_sub(quote.proceeds).unwrap_or(Amount::ZERO),
        annual_cost: decimal(&quote.annual_cost)?,
        quote,
        state: row.state,
        expires_at: row.expires_at,
        stands: stands(asked, row, now),
        at_once: row.card.is_some(),
    })
}

fn stands(
    asked: &RequestedFragment,
    row: &ledger_store::quotes::Quote,
    now: DateTime<Utc>,
) -> bool {
    asked.request.state == RequestState::Open
        && row.state == QuoteState::Offered
        && now < row.expires_at
}

/// The signed quote of a row.
pub(crate) fn read(row: &ledger_store::quotes::Quote) -> Result<Quote, AppError> {
    Quote::from_bytes(&row.body)
        .map_err(|error| AppError::Internal(format!("quote {}: {error}", row.id)))
}

fn decimal(text: &str) -> Result<Decimal, AppError> {
    Decimal::from_str_exact(text).map_err(|e| AppError::Internal(format!("a quote's cost: {e}")))
}
