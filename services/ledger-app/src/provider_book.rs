//! A finance provider's own book: its quotes, the purchases concluded on them, what it holds.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::InstructionId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::quote::Quote;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::payments::HELD;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;
use ledger_store::quotes::Discount;
use ledger_store::quotes::DiscountState;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment;
use crate::newest_first;
use crate::newest_first::Page;
use crate::newest_first::Place;
use crate::policy::Action;
use crate::principal::Principal;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::supplier_quotes::read;

/// A quote of the caller's.
#[derive(Debug, Clone)]
pub struct OwnQuote {
    /// The row: request, state, when made, signature.
    pub row: ledger_store::quotes::Quote,
    /// What was signed.
    pub quote: Quote,
}

/// A purchase of the caller's.
#[derive(Debug, Clone)]
pub struct OwnDiscount {
    /// How far it is.
    pub discount: Discount,
    /// The quote it was concluded on.
    pub quote: OwnQuote,
    /// Whose fragment, of which paper.
    pub asked: RequestedFragment,
    /// The pay-out.
    pub instruction: Instruction,
    /// Number of the certificate under which it stands in the public register.
    pub certificate: Option<String>,
}

impl OwnDiscount {
    /// Whether the provider still has to see to the pay-out.
    #[must_use]
    pub fn awaits_payment(&self) -> bool {
        self.instruction.state == InstructionState::Created
            && self.instruction.next_attempt_at == HELD
            && matches!(
                self.discount.state,
                DiscountState::Signed | DiscountState::Registered
            )
    }
}

/// Purchases of a stretch of pay dates.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The purchases, oldest pay date first.
    pub items: Vec<OwnDiscount>,
    /// Sums of those that are funded, by currency.
    pub totals: Vec<Total>,
}

/// Sums in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// In what.
    pub currency: Currency,
    /// Face bought.
    pub face: Amount,
    /// Paid out.
    pub proceeds: Amount,
    /// Interest.
    pub charge: Amount,
}

/// A fragment the caller holds.
#[derive(Debug, Clone)]
pub struct Holding {
    /// Public id.
    pub id: String,
    /// The fragment.
    pub fragment: FragmentRecord,
    /// Its paper.
    pub paper: PaperRecord,
    /// Who owes.
    pub obligor: String,
}

/// Longest stretch of a statement, in days.
const LONGEST_STATEMENT: i64 = 400;

fn place(row: &ledger_store::quotes::Quote) -> Place {
    Place {
        at: row.created_at,
        id: *row.id.bytes(),
    }
}

fn own(row: ledger_store::quotes::Quote) -> Result<OwnQuote, AppError> {
    Ok(OwnQuote {
        quote: read(&row)?,
        row,
    })
}

/// A page of the caller's quotes, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn quotes(
    app: &App,
    who: &Principal,
    after: Option<Place>,
    limit: i64,
) -> Result<Page<OwnQuote>, AppError> {
    who.may(Action::Quote)?;
    let after = after.map(|place| (place.at, QuoteId::from_bytes(place.id)));
    let found = app.store.read(|tx| {
        let rows = newest_first::rows(limit);
        Ok::<_, AppError>(tx.quotes_page_of_provider(who.party, after, rows)?)
    })?;
    let page = newest_first::page(found, limit, place);
    Ok(Page {
        items: page.items.into_iter().map(own).collect::<Result<_, _>>()?,
        next: page.next,
    })
}

/// One quote of the caller's.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's.
pub fn quote(app: &App, who: &Principal, id: QuoteId) -> Result<OwnQuote, AppError> {
    who.may(Action::Quote)?;
    let found = app
        .store
        .read(|tx| Ok::<_, AppError>(tx.quotes_by_ids(&[id])?.pop()))?;
    own(found
        .filter(|q| q.provider == who.party)
        .ok_or(AppError::NotFound)?)
}

/// A page of the caller's purchases, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn discounts(
    app: &App,
    who: &Principal,
    after: Option<Place>,
    limit: i64,
) -> Result<Page<OwnDiscount>, AppError> {
    who.may(Action::ViewRequests)?;
    let after = after.map(|place| (place.at, QuoteId::from_bytes(place.id)));
    app.store.read(|tx| {
        let rows = newest_first::rows(limit);
        let found = tx.discounts_page_of_provider(who.party, after, rows)?;
        let page = newest_first::page(found, limit, |(_, row)| place(row));
        Ok(Page {
            items: with_facts(tx, page.items)?,
            next: page.next,
        })
    })
}

/// One purchase of the caller's, by its quote.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's, or nobody has signed the quote.
pub fn discount(app: &App, who: &Principal, quote: QuoteId) -> Result<OwnDiscount, AppError> {
    who.may(Action::ViewRequests)?;
    app.store.read(|tx| {
        let row = tx.quotes_by_ids(&[quote])?.pop();
        let row = row
            .filter(|q| q.provider == who.party)
            .ok_or(AppError::NotFound)?;
        let discount = tx.discounts_by_quotes(&[quote])?.pop();
        let pair = (discount.ok_or(AppError::NotFound)?, row);
        with_facts(tx, vec![pair])?.pop().ok_or(AppError::NotFound)
    })
}

fn with_facts(
    tx: &mut ReadTx<'_>,
    pairs: Vec<(Discount, ledger_store::quotes::Quote)>,
) -> Result<Vec<OwnDiscount>, AppError> {
    let mut requests: Vec<_> = pairs.iter().map(|(_, row)| row.request).collect();
    requests.sort_unstable();
    requests.dedup();
    let instructions: Vec<InstructionId> = pairs.iter().map(|(d, _)| d.instruction).collect();
    let requests = tx.finance_requests_by_ids(&requests)?;
    let asked = requested_fragment::load(tx, requests)?;
    let instructions = tx.instructions_by_ids(&instructions)?;
    let quotes: Vec<QuoteId> = pairs.iter().map(|(d, _)| d.quote).collect();
    let registered = tx.registrations_by_quotes(&quotes)?;
    pairs
        .into_iter()
        .map(|(discount, row)| {
            let asked = asked.iter().find(|a| a.request.id == row.request);
            let instruction = instructions.iter().find(|i| i.id == discount.instruction);
            let certificate = registered.iter().find(|r| r.quote == discount.quote);
            Ok(OwnDiscount {
                certificate: certificate.map(|r| r.certificate.clone()),
                asked: asked.cloned().ok_or(AppError::NotFound)?,
                instruction: instruction.cloned().ok_or(AppError::NotFound)?,
                quote: own(row)?,
                discount,
            })
        })
        .collect()
}

/// The caller's purchases with a pay date from `from` to `to`, both included, with the sums of those
/// that are funded.
///
/// # Errors
/// [`AppError::Invalid`] `statement_dates_not_possible`; the store's.
pub fn statement(
    app: &App,
    who: &Principal,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Statement, AppError> {
    who.may(Action::ViewRequests)?;
    let days = to.signed_duration_since(from).num_days();
    if !(0..LONGEST_STATEMENT).contains(&days) {
        return Err(AppError::invalid_field(
            "to",
            "statement_dates_not_possible",
            format!("a statement runs from a day to a later one, {LONGEST_STATEMENT} days at most"),
        ));
    }
    app.store.read(|tx| {
        let mut pairs = Vec::new();
        let mut after = None;
        loop {
            let page = tx.discounts_page_of_provider(who.party, after, 1_000)?;
            let Some((_, last)) = page.last() else { break };
            after = Some((last.created_at, last.id));
            for (discount, row) in page {
                if (from..=to).contains(&read(&row)?.pay_date) {
                    pairs.push((discount, row));
                }
            }
        }
        let mut items = with_facts(tx, pairs)?;
        items.sort_by_key(|item| (item.quote.quote.pay_date, item.quote.row.created_at));
        Ok(Statement {
            totals: totals(&items)?,
            items,
        })
    })
}

fn totals(items: &[OwnDiscount]) -> Result<Vec<Total>, AppError> {
    let mut totals: Vec<Total> = Vec::new();
    let too_large = || AppError::Internal("a sum beyond the ledger".to_owned());
    for item in items {
        if item.discount.state != DiscountState::Funded {
            continue;
        }
        let quote = &item.quote.quote;
        let at = totals.iter().position(|t| t.currency == quote.currency);
        let at = at.unwrap_or_else(|| {
            totals.push(Total {
                currency: quote.currency,
                face: Amount::ZERO,
                proceeds: Amount::ZERO,
                charge: Amount::ZERO,
            });
            totals.len().saturating_sub(1)
        });
        let total = totals.get_mut(at).ok_or_else(too_large)?;
        let add = |to: &mut Amount, more: Amount| {
            *to = to.checked_add(more).ok_or_else(too_large)?;
            Ok::<_, AppError>(())
        };
        add(&mut total.face, quote.range.amount())?;
        add(&mut total.proceeds, quote.proceeds)?;
        add(&mut total.charge, quote.charge)?;
    }
    totals.sort_by_key(|t| t.currency.to_string());
    Ok(totals)
}

/// What the caller's party holds, soonest due first: at most `limit` fragments.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn holdings(app: &App, who: &Principal, limit: i64) -> Result<Vec<Holding>, AppError> {
    who.may(Action::ViewPortfolio)?;
    app.store.read(|tx| {
        let fragments = tx.fragments_of_holder(who.party, limit.clamp(1, 1_000))?;
        let mut papers: Vec<_> = fragments.iter().map(|f| f.paper).collect();
        papers.sort_unstable();
        papers.dedup();
        let papers = tx.papers_by_ids(&papers)?;
        let obligors: Vec<PartyId> = papers.iter().map(|p| p.paper.obligor).collect();
        let names = held_fragment::names(tx, obligors)?;
        fragments
            .into_iter()
            .map(|fragment| {
                let paper = papers.iter().find(|p| p.paper.id == fragment.paper);
                let paper = paper.cloned().ok_or(AppError::NotFound)?;
                let obligor = names.get(&paper.paper.obligor).map(|p| p.name.clone());
                Ok(Holding {
                    id: app.public_ids.show(fragment.no),
                    obligor: obligor.unwrap_or_default(),
                    fragment,
                    paper,
                })
            })
            .collect()
    })
}
