//! What time ends: requests nobody was signed for, quotes past their moment, sealed bids not shown;
//! and the call to show bids, when all are in.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::InquiryId;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_store::finance::FinanceRequest;
use ledger_store::finance::RequestState;
use ledger_store::inquiries::Inquiry;
use ledger_store::quotes::QuoteState;
use ledger_store::sealed_bids::BidState;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::business_time;
use crate::error::AppError;
use crate::letters;
use crate::notice::BidTold;
use crate::notice::BidsTold;
use crate::notice::Notice;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::webhook_event;
use crate::webhook_event::Happening;
use crate::webhook_event::WebhookTopic;

/// What a job has ended because its time was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// Requests past their moment.
    pub requests: usize,
    /// Requests whose fragment the holder has used otherwise.
    pub overtaken: usize,
    /// Quotes that ended with them or by their own moment.
    pub quotes: usize,
    /// Sealed bids that ended with them, never shown.
    pub bids: usize,
}

/// Ends what is over at `now`, a moment of the business day: requests past their moment, requests whose fragment went another
/// way, quotes past theirs. Due-ness is in the database; a second run finds nothing.
///
/// # Errors
/// The store's.
pub fn run(app: &App, now: DateTime<Utc>) -> Result<Expired, AppError> {
    app.store.write(|tx| {
        let expired = tx.finance_requests_expire(now)?;
        let overtaken = tx.finance_requests_close_spent()?;
        let over: Vec<RequestId> = expired.iter().chain(&overtaken).map(|r| r.id).collect();
        let mut quotes = tx.quotes_on_offer_close(&over, QuoteState::Lapsed)?;
        quotes.extend(tx.quotes_lapse(now)?);
        let bids = tx.sealed_bids_lapse(&over)?;
        let mut ids: Vec<RequestId> = quotes.iter().map(|q| q.request).collect();
        ids.extend(bids.iter().map(|bid| bid.request));
        ids.sort_unstable();
        ids.dedup();
        let requests = tx.finance_requests_by_ids(&ids)?;
        let on = requested_fragment::load(tx, requests)?;
        let mut told = requested_fragment::lapse_letters(tx, &on, &quotes, true)?;
        told.extend(requested_fragment::bid_letters(&on, &bids));
        letters::tell_parties(tx, app.clock.now(), &told)?;
        let mut happened = webhook_event::on_quotes(WebhookTopic::QuoteLapsed, &quotes);
        happened.extend(webhook_event::on_bids(&bids));
        webhook_event::tell(tx, app.clock.now(), &happened)?;
        Ok(Expired {
            requests: expired.len(),
            overtaken: overtaken.len(),
            quotes: quotes.len(),
            bids: bids.len(),
        })
    })
}

/// Tells bidders to show their bids, and holders how many there are, where bids are closed at
/// `now`. Each inquiry once; gives how many.
///
/// # Errors
/// The store's.
pub fn call_reveals(app: &App, now: DateTime<Utc>) -> Result<usize, AppError> {
    app.store.write(|tx| {
        let closed = tx.inquiries_call_reveal(now)?;
        let ids: Vec<InquiryId> = closed.iter().map(|inquiry| inquiry.id).collect();
        let requests = tx.finance_requests_of_inquiries(&ids)?;
        let (told, happened) = reveal_letters(tx, &closed, requests)?;
        letters::tell_parties(tx, app.clock.now(), &told)?;
        webhook_event::tell(tx, app.clock.now(), &happened)?;
        Ok(closed.len())
    })
}

/// What people are told, and what parties' own systems.
type Told = (Vec<(PartyId, Notice)>, Vec<(PartyId, Happening)>);

fn reveal_letters(
    tx: &mut WriteTx<'_>,
    closed: &[Inquiry],
    mut requests: Vec<FinanceRequest>,
) -> Result<Told, AppError> {
    requests.retain(|request| request.state == RequestState::Open);
    let ids: Vec<RequestId> = requests.iter().map(|request| request.id).collect();
    let bids = tx.sealed_bids_of_requests(&ids)?;
    let asked = requested_fragment::load(tx, requests)?;
    let mut told = Vec::new();
    for inquiry in closed {
        let on: Vec<&RequestedFragment> = asked
            .iter()
            .filter(|one| one.request.inquiry == Some(inquiry.id))
            .collect();
        // A bidder hears once, about the first of its bids.
        let mut bidders: BTreeMap<PartyId, &RequestedFragment> = BTreeMap::new();
        for one in &on {
            let sealed = bids
                .iter()
                .filter(|bid| bid.request == one.request.id && bid.state == BidState::Sealed);
            for bid in sealed {
                bidders.entry(bid.provider).or_insert(one);
            }
        }
        let until = business_time::local(inquiry.expires_at);
        if let Some(first) = on.first() {
            told.push((
                inquiry.holder,
                Notice::BidsIn(BidsTold {
                    request: first.request.id.to_string(),
                    bidders: u32::try_from(bidders.len()).unwrap_or(u32::MAX),
                    fragment: first.named(),
                    amount: first.money(first.request.amount),
                    until,
                }),
            ));
        }
        told.extend(bidders.into_iter().map(|(provider, one)| {
            let notice = Notice::RevealDue(BidTold {
                request: one.request.id.to_string(),
                supplier: one.holder.name.clone(),
                fragment: one.named(),
                amount: one.money(one.request.amount),
                until: Some(until),
            });
            (provider, notice)
        }));
    }
    // A system shows each bid at its own request.
    let happened = bids
        .iter()
        .filter(|bid| bid.state == BidState::Sealed)
        .map(|bid| {
            let closed = Happening::on_request(WebhookTopic::BidsClosed, bid.request, None);
            (bid.provider, closed)
        })
        .collect();
    Ok((told, happened))
}
