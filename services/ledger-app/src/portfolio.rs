//! What a party holds and what waits for it: holdings by due date, papers and offers to answer,
//! requests for money on the way. A page costs ten queries at most, however long its lists are.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::fragment::FragmentState;
use ledger_core::id::InquiryId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::paper::PaperState;
use ledger_core::party::PartyKind;
use ledger_core::range::Range;
use ledger_core::sale_cost::SaleCost;
use ledger_core::sale_cost::combined_annual_cost;
use ledger_store::finance::FinanceRequest;
use ledger_store::finance::RequestState;
use ledger_store::holdings::HoldingDay;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::quotes::QuoteState;
use ledger_store::unit_of_work::ReadTx;
use rust_decimal::Decimal;

use crate::app::App;
use crate::business_time;
use crate::compared_offer;
use crate::compared_offer::OfferKind;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::inquired;
use crate::joinable_pieces;
use crate::policy::Action;
use crate::principal::Principal;

/// Most holdings on one page.
pub const LARGEST_PAGE: i64 = 200;

/// Most things shown that wait for an answer; the rest come when these are answered.
const MOST_WAITING: i64 = 50;

/// Newest requests looked at.
const MOST_REQUESTS: i64 = 50;

/// Where a holding stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldingState {
    /// Free: it can be passed on or financed.
    Held,
    /// Offered to this party, which has not answered.
    Offered(String),
    /// Sold to this finance provider, waiting for the money.
    Selling(String),
    /// Accepted to be paid early by this obligor, waiting for the money.
    Redeeming(String),
    /// Pledged to this finance provider.
    Pledged(String),
    /// Frozen by order.
    Frozen,
    /// Claimed back from this party, waiting for its money.
    Claimed(String),
    /// Written off in the holder's own books; what is paid on it comes to the holder all the same.
    WrittenOff,
    /// Its day has come; it can only be paid now.
    Due,
    /// Its day is over and it is not paid in full.
    Overdue,
}

/// One fragment as its holder, or whoever it waits for, sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Public id.
    pub fragment: String,
    /// Who owes.
    pub obligor: String,
    /// Paper number, 30 digits.
    pub number: String,
    /// Which units.
    pub range: Range,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// The promised date.
    pub maturity: NaiveDate,
    /// That date rolled to a business day.
    pub due_date: NaiveDate,
    /// Since when it stands as it does.
    pub since: NaiveDate,
    /// How far down the chain its holder is.
    pub tier: u16,
    /// Where it stands.
    pub state: HoldingState,
    /// Whether another holding on this page lies beside it and can be joined with it.
    pub joinable: bool,
}

impl Holding {
    /// Whether it can be passed on or financed now.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.state == HoldingState::Held
    }
}

/// For what something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// A paper issued to the party: accept or refuse.
    Paper,
    /// A fragment offered to it: accept or decline.
    Offer,
    /// A fragment it bought: pay.
    Payment,
}

/// Something that waits for the party's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// For what.
    pub waits_for: WaitsFor,
    /// From whom it comes.
    pub from: String,
    /// The fragment.
    pub holding: Holding,
}

/// An inquiry for money, as far as nothing is signed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInquiry {
    /// One of its requests.
    pub request: RequestId,
    /// How much was asked on, together.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// Who owes; of several, the first.
    pub obligor: String,
    /// Until when quotes may be given and signed.
    pub expires_at: DateTime<Utc>,
    /// How many providers' offers can be signed now.
    pub offers: usize,
    /// The lowest all-in cost among them, percent a year.
    pub best_annual_cost: Option<Decimal>,
}

/// A page of the portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// The business date it is seen on.
    pub today: NaiveDate,
    /// What waits for an answer, soonest due first.
    pub waiting: Vec<Waiting>,
    /// What is held, soonest due first.
    pub holdings: Vec<Holding>,
    /// Public id to go on from; none on the last page.
    pub next: Option<String>,
    /// All that is held, by due date and currency.
    pub days: Vec<HoldingDay>,
    /// All that is held, by currency.
    pub total: CurrencyTotals,
    /// Inquiries on which something is not signed yet, newest first.
    pub inquiries: Vec<OpenInquiry>,
}

/// Papers and parties that the lists name.
pub(crate) struct Known {
    papers: HashMap<PaperId, PaperRecord>,
    parties: HashMap<PartyId, Party>,
}

impl Known {
    fn name(&self, party: PartyId) -> String {
        let known = self.parties.get(&party);
        known.map(|p| p.name.clone()).unwrap_or_default()
    }

    pub(crate) fn holding(
        &self,
        app: &App,
        today: NaiveDate,
        found: &FragmentRecord,
        rows: &[Vec<FragmentRecord>],
    ) -> Result<Holding, AppError> {
        let record = self
            .papers
            .get(&found.paper)
            .ok_or_else(|| AppError::Internal(format!("paper {} is missing", found.paper)))?;
        let paper = &record.paper;
        let state = match found.state {
            FragmentState::Offered { to } => HoldingState::Offered(self.name(to)),
            FragmentState::FinanceLocked { provider } if provider == paper.obligor => {
                HoldingState::Redeeming(self.name(provider))
            }
            FragmentState::FinanceLocked { provider } => HoldingState::Selling(self.name(provider)),
            FragmentState::Pledged { pledgee } => HoldingState::Pledged(self.name(pledgee)),
            FragmentState::Frozen { .. } => HoldingState::Frozen,
            // Only an obligor holds what is redeemed, and it has no holdings.
            FragmentState::Redeemed => HoldingState::Due,
            FragmentState::Recourse { payer } => HoldingState::Claimed(self.name(payer)),
            FragmentState::WrittenOff => HoldingState::WrittenOff,
            _ if today > paper.due_date
                || matches!(paper.state, PaperState::PartSettled { .. }) =>
            {
                HoldingState::Overdue
            }
            _ if today == paper.due_date => HoldingState::Due,
            FragmentState::Held | FragmentState::PendingAcceptance => HoldingState::Held,
        };
        Ok(Holding {
            fragment: app.public_ids.show(found.no),
            obligor: self.name(paper.obligor),
            number: paper.number.clone(),
            range: found.range,
            amount: found.range.amount(),
            currency: paper.currency,
            maturity: paper.maturity,
            due_date: paper.due_date,
            since: found.since,
            tier: found.tier,
            joinable: state == HoldingState::Held
                && rows.iter().flatten().any(|one| one.no == found.no),
            state,
        })
    }

    fn waiting(
        &self,
        app: &App,
        today: NaiveDate,
        found: &FragmentRecord,
    ) -> Result<Waiting, AppError> {
        let (waits_for, from) = match found.state {
            FragmentState::PendingAcceptance => {
                let obligor = self.papers.get(&found.paper).map(|r| r.paper.obligor);
                (WaitsFor::Paper, obligor)
            }
            FragmentState::FinanceLocked { .. } => (WaitsFor::Payment, Some(found.holder)),
            _ => (WaitsFor::Offer, Some(found.holder)),
        };
        Ok(Waiting {
            waits_for,
            from: from.map(|id| self.name(id)).unwrap_or_default(),
            holding: self.holding(app, today, found, &[])?,
        })
    }
}

/// A page of what the caller's party holds: up to `limit` fragments after the fragment `after`,
/// and, the same on every page, what waits, the sums and the open requests.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] `unknown_place` if `after` is no public id.
pub fn run(
    app: &App,
    who: &Principal,
    after: Option<&str>,
    limit: i64,
) -> Result<Portfolio, AppError> {
    who.may(Action::ViewPortfolio)?;
    let limit = limit.clamp(1, LARGEST_PAGE);
    let unknown = || AppError::invalid("unknown_place", "start again from the first page");
    let read = |text| app.public_ids.read(text).ok_or_else(unknown);
    let after = after.map(read).transpose()?;
    let now = app.clock.now();
    app.store.read(|tx| {
        let day = tx.business_day()?;
        let (today, now) = (day.today, business_time::moment_on(day, now));
        let held = tx.holding_nos(who.party, after, limit.saturating_add(1))?;
        let waiting = tx.waiting_nos(who.party, MOST_WAITING)?;
        let all: Vec<_> = held.iter().chain(&waiting).copied().collect();
        let fragments: HashMap<_, _> = tx
            .fragments_by_nos(&all)?
            .into_iter()
            .map(|found| (found.no, found))
            .collect();
        let requests = open_requests(tx, who)?;
        let known = look_up(tx, fragments.values(), &requests)?;
        let inquiries = priced(tx, &known, requests, now)?;
        let page = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = held.len() > page;
        let on_page = held.iter().take(page).filter_map(|no| fragments.get(no));
        let rows = joinable_pieces::rows(tx, on_page.clone().copied())?;
        let holdings = on_page
            .map(|found| known.holding(app, today, found, &rows))
            .collect::<Result<Vec<_>, _>>()?;
        let waiting = waiting
            .iter()
            .filter_map(|no| fragments.get(no))
            .map(|found| known.waiting(app, today, found))
            .collect::<Result<Vec<_>, _>>()?;
        let days = tx.holding_days(who.party)?;
        let mut total = CurrencyTotals::default();
        for day in &days {
            total.add_minor(day.minor()?, day.currency);
        }
        Ok(Portfolio {
            today,
            waiting,
            next: holdings
                .last()
                .filter(|_| more)
                .map(|last: &Holding| last.fragment.clone()),
            holdings,
            days,
            total,
            inquiries,
        })
    })
}

fn open_requests(tx: &mut ReadTx<'_>, who: &Principal) -> Result<Vec<FinanceRequest>, AppError> {
    if who.kind != PartyKind::Supplier {
        return Ok(Vec::new());
    }
    let mut requests = tx.finance_requests_of_holder(who.party, MOST_REQUESTS)?;
    requests.retain(|request| request.state == RequestState::Open);
    Ok(requests)
}

pub(crate) fn look_up<'a>(
    tx: &mut ReadTx<'_>,
    fragments: impl Iterator<Item = &'a FragmentRecord> + Clone,
    requests: &[FinanceRequest],
) -> Result<Known, AppError> {
    let mut ids: Vec<PaperId> = fragments.clone().map(|f| f.paper).collect();
    ids.extend(requests.iter().map(|r| r.paper_id));
    ids.sort_unstable();
    ids.dedup();
    let papers = tx.papers_by_ids(&ids)?;
    let named = fragments
        .flat_map(|f| [Some(f.holder), f.state.counterparty()])
        .flatten()
        .chain(papers.iter().map(|p| p.paper.obligor));
    let parties = names(tx, named)?;
    let papers = papers.into_iter().map(|p| (p.paper.id, p)).collect();
    Ok(Known { papers, parties })
}

fn priced(
    tx: &mut ReadTx<'_>,
    known: &Known,
    requests: Vec<FinanceRequest>,
    now: DateTime<Utc>,
) -> Result<Vec<OpenInquiry>, AppError> {
    let ids: Vec<RequestId> = requests.iter().map(|r| r.id).collect();
    let of: HashMap<RequestId, InquiryId> = requests
        .iter()
        .map(|request| (request.id, inquired::id_of(request)))
        .collect();
    type Sales = BTreeMap<OfferKind, Vec<SaleCost>>;
    let mut standing: HashMap<InquiryId, Sales> = HashMap::new();
    for quote in tx.quotes_of_requests(&ids)? {
        if quote.state == QuoteState::Offered
            && now < quote.expires_at
            && let Some(inquiry) = of.get(&quote.request)
        {
            let offers = standing.entry(*inquiry).or_default();
            let signed = crate::supplier_quotes::read(&quote)?;
            let kind = compared_offer::kind(&signed, quote.card.is_some());
            let sale = compared_offer::sale(&signed)?;
            offers.entry(kind).or_default().push(sale);
        }
    }
    let mut inquiries: Vec<(InquiryId, OpenInquiry)> = Vec::new();
    for request in requests {
        let id = inquired::id_of(&request);
        if let Some((_, open)) = inquiries.iter_mut().find(|(known, _)| *known == id) {
            open.amount = compared_offer::sum([open.amount, request.amount])?;
            continue;
        }
        let offers = standing.remove(&id).unwrap_or_default();
        let obligor = known.papers.get(&request.paper_id);
        let open = OpenInquiry {
            request: request.id,
            amount: request.amount,
            currency: request.currency,
            obligor: obligor
                .map(|p| known.name(p.paper.obligor))
                .unwrap_or_default(),
            expires_at: request.expires_at,
            offers: offers.len(),
            best_annual_cost: offers
                .values()
                .filter_map(|sales| combined_annual_cost(sales))
                .min(),
        };
        inquiries.push((id, open));
    }
    Ok(inquiries.into_iter().map(|(_, open)| open).collect())
}
