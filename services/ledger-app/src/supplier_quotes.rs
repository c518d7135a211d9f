//! A holder's own inquiries, and the offers on one of them side by side, next to what comes of
//! waiting. A provider's offer is its quotes on the fragments of the inquiry taken together.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::id::InquiryId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_store::finance::FinanceInvitation;
use ledger_store::finance::FinanceRequest;
use ledger_store::finance::InvitationState;
use ledger_store::finance::RequestState;
use ledger_store::inquiries::Inquiry;
use ledger_store::parties::Party;
use ledger_store::quotes::DiscountState;
use ledger_store::quotes::QuoteState;
use ledger_store::sealed_bids::BidState;
use ledger_store::sealed_bids::SealedBid;
use ledger_store::unit_of_work::ReadTx;
use rust_decimal::Decimal;

use crate::app::App;
use crate::compared_offer;
use crate::compared_offer::ComparedOffer;
use crate::compared_offer::ComparedQuote;
use crate::error::AppError;
use crate::held_fragment;
use crate::inquired;
use crate::policy::Action;
use crate::principal::Principal;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::requested_fragment::fragment_no;

/// An inquiry in the list.
#[derive(Debug, Clone)]
pub struct OwnInquiry {
    /// What was asked, and how.
    pub inquiry: Inquiry,
    /// Its requests, with paper and obligor: at least one.
    pub parts: Vec<RequestedFragment>,
    /// All of them together.
    pub total: Amount,
    /// How many providers' offers can be signed now.
    pub offers: usize,
    /// The lowest all-in cost among them, percent a year; of offers on all that is still open, if
    /// there are any.
    pub best_annual_cost: Option<Decimal>,
    /// How many providers have bid sealed.
    pub bidders: usize,
}

/// What comes of waiting: the whole amount, on the due date, for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldToMaturity {
    /// When.
    pub due_date: NaiveDate,
    /// How much.
    pub amount: Amount,
}

/// One fragment of an inquiry.
#[derive(Debug, Clone)]
pub struct Part {
    /// The request, with paper and obligor.
    pub asked: RequestedFragment,
    /// Public id of the fragment asked on.
    pub fragment: String,
    /// How far its purchase is, once a quote was signed.
    pub discount: Option<DiscountState>,
}

/// An inquiry with all its offers.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What was asked, and how.
    pub inquiry: Inquiry,
    /// On what: at least one fragment.
    pub parts: Vec<Part>,
    /// All fragments together.
    pub total: Amount,
    /// Offers: those that can be signed first, the fullest and then the cheapest all-in first.
    pub offers: Vec<ComparedOffer>,
    /// The alternative, by due date.
    pub hold: Vec<HoldToMaturity>,
    /// Whether bids are sealed still: then nothing but their number is known to anybody.
    pub sealed: bool,
    /// How many providers have bid sealed.
    pub bidders: usize,
    /// Names of those who have not answered; of a sealed inquiry, those who have not yet shown what
    /// they bid.
    pub waiting: Vec<String>,
    /// Names of those who said no.
    pub declined: Vec<String>,
}

impl Comparison {
    /// Every quote, offer by offer.
    pub fn quotes(&self) -> impl Iterator<Item = &ComparedQuote> {
        self.offers.iter().flat_map(|offer| &offer.quotes)
    }

    /// Whether anything of it can still be signed or withdrawn.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.parts.iter().any(|part| is_open(&part.asked.request))
    }
}

const fn is_open(request: &FinanceRequest) -> bool {
    matches!(request.state, RequestState::Open)
}

/// The inquiries behind the newest `limit` requests of the caller's party, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal, limit: i64) -> Result<Vec<OwnInquiry>, AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.moment()?;
    app.store.read(|tx| {
        let requests = tx.finance_requests_of_holder(who.party, limit.clamp(1, 200))?;
        let mut inquiries = inquired::of_requests(tx, &requests)?;
        let order: Vec<InquiryId> = requests.iter().map(inquired::id_of).collect();
        let known = Answers::load(tx, &requests)?;
        let mut asked: HashMap<InquiryId, Vec<RequestedFragment>> = HashMap::new();
        for one in requested_fragment::load(tx, requests)? {
            asked
                .entry(inquired::id_of(&one.request))
                .or_default()
                .push(one);
        }
        let mut listed = Vec::new();
        for id in order {
            if let (Some(inquiry), Some(parts)) = (inquiries.remove(&id), asked.remove(&id)) {
                listed.push(own(inquiry, parts, &known, now)?);
            }
        }
        Ok(listed)
    })
}

fn own(
    inquiry: Inquiry,
    parts: Vec<RequestedFragment>,
    known: &Answers,
    now: DateTime<Utc>,
) -> Result<OwnInquiry, AppError> {
    let offers = known.offers(&parts, now)?;
    let standing: Vec<&ComparedOffer> = offers.iter().filter(|offer| offer.stands).collect();
    Ok(OwnInquiry {
        total: total(&parts)?,
        offers: standing.len(),
        best_annual_cost: standing.first().map(|offer| offer.annual_cost),
        bidders: known.bidders(&parts),
        inquiry,
        parts,
    })
}

fn total(parts: &[RequestedFragment]) -> Result<Amount, AppError> {
    compared_offer::sum(parts.iter().map(|part| part.request.amount))
}

/// The inquiry to which a request of the caller's belongs, and the offers on it.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's party's.
pub fn run(app: &App, who: &Principal, request: RequestId) -> Result<Comparison, AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.moment()?;
    app.store.read(|tx| {
        let requests = inquired::asked_with(tx, request)?;
        let first = requests.first().ok_or(AppError::NotFound)?;
        if requests.iter().any(|request| request.holder != who.party) {
            return Err(AppError::NotFound);
        }
        let inquiry = inquired::of_request(tx, first)?;
        let known = Answers::load(tx, &requests)?;
        let asked = requested_fragment::load(tx, requests)?;
        let sealed = inquiry.is_sealed(now);
        Ok(Comparison {
            total: total(&asked)?,
            offers: known.offers(&asked, now)?,
            hold: hold(&asked)?,
            sealed,
            bidders: known.bidders(&asked),
            waiting: match (sealed, inquiry.bids_until) {
                (true, _) => Vec::new(),
                (false, Some(_)) => known.unread(),
                (false, None) => known.invited_and(InvitationState::Invited),
            },
            declined: known.invited_and(InvitationState::Declined),
            parts: parts(tx, app, asked, &known)?,
            inquiry,
        })
    })
}

fn parts(
    tx: &mut ReadTx<'_>,
    app: &App,
    asked: Vec<RequestedFragment>,
    known: &Answers,
) -> Result<Vec<Part>, AppError> {
    let accepted: Vec<&ledger_store::quotes::Quote> = known
        .quotes
        .iter()
        .filter(|quote| quote.state == QuoteState::Accepted)
        .collect();
    let ids: Vec<QuoteId> = accepted.iter().map(|quote| quote.id).collect();
    let discounts = tx.discounts_by_quotes(&ids)?;
    Ok(asked
        .into_iter()
        .map(|asked| {
            let signed = accepted.iter().find(|q| q.request == asked.request.id);
            Part {
                fragment: app.public_ids.show(fragment_no(&asked.request)),
                discount: signed
                    .and_then(|quote| discounts.iter().find(|d| d.quote == quote.id))
                    .map(|discount| discount.state),
                asked,
            }
        })
        .collect())
}

fn hold(asked: &[RequestedFragment]) -> Result<Vec<HoldToMaturity>, AppError> {
    let mut days: BTreeMap<NaiveDate, Vec<Amount>> = BTreeMap::new();
    for one in asked {
        days.entry(one.paper.paper.due_date)
            .or_default()
            .push(one.request.amount);
    }
    days.into_iter()
        .map(|(due_date, amounts)| {
            Ok(HoldToMaturity {
                due_date,
                amount: compared_offer::sum(amounts)?,
            })
        })
        .collect()
}

/// What finance providers have answered to some requests.
struct Answers {
    quotes: Vec<ledger_store::quotes::Quote>,
    bids: Vec<SealedBid>,
    invitations: Vec<FinanceInvitation>,
    names: HashMap<PartyId, Party>,
}

impl Answers {
    fn load(tx: &mut ReadTx<'_>, requests: &[FinanceRequest]) -> Result<Answers, AppError> {
        let ids: Vec<RequestId> = requests.iter().map(|request| request.id).collect();
        let invitations = tx.finance_invitations(&ids)?;
        Ok(Answers {
            quotes: tx.quotes_of_requests(&ids)?,
            bids: tx.sealed_bids_of_requests(&ids)?,
            names: held_fragment::names(tx, invitations.iter().map(|i| i.provider))?,
            invitations,
        })
    }

    fn name(&self, id: PartyId) -> String {
        let party = self.names.get(&id);
        party.map(|party| party.name.clone()).unwrap_or_default()
    }

    fn names_of(&self, providers: impl Iterator<Item = PartyId>) -> Vec<String> {
        let mut providers: Vec<PartyId> = providers.collect();
        providers.sort_unstable();
        providers.dedup();
        providers.into_iter().map(|id| self.name(id)).collect()
    }

    fn invited_and(&self, state: InvitationState) -> Vec<String> {
        let such = self.invitations.iter().filter(|i| i.state == state);
        self.names_of(such.map(|invitation| invitation.provider))
    }

    fn unread(&self) -> Vec<String> {
        let such = self.bids.iter().filter(|b| b.state == BidState::Sealed);
        self.names_of(such.map(|bid| bid.provider))
    }

    /// How many providers are bound to a bid on any of these.
    fn bidders(&self, asked: &[RequestedFragment]) -> usize {
        let mut providers: Vec<PartyId> = self
            .bids
            .iter()
            .filter(|bid| bid.state != BidState::Withdrawn)
            .filter(|bid| asked.iter().any(|one| one.request.id == bid.request))
            .map(|bid| bid.provider)
            .collect();
        providers.sort_unstable();
        providers.dedup();
        providers.len()
    }

    fn offers(
        &self,
        asked: &[RequestedFragment],
        now: DateTime<Utc>,
    ) -> Result<Vec<ComparedOffer>, AppError> {
        let mut quotes = Vec::new();
        for row in &self.quotes {
            if let Some(one) = asked.iter().find(|one| one.request.id == row.request) {
                let quote = compared(one, row, self.name(row.provider), now)?;
                // Those of standing rates can be had anew at any time: old ones would only be in
                // the way.
                if !quote.at_once || quote.stands || quote.state == QuoteState::Accepted {
                    quotes.push(quote);
                }
            }
        }
        let open = asked.iter().filter(|one| is_open(&one.request)).count();
        compared_offer::of(quotes, open)
    }
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
        request: row.request,
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
