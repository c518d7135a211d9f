//! Requests for money as an invited finance provider sees them: the list, one of them, where its
//! fragment comes from, and the trade documents behind it. Whoever was not invited finds nothing.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::BidId;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_store::finance::InvitationState;
use ledger_store::finance::RequestState;
pub use ledger_store::finance_inbox::DeskState;
pub use ledger_store::finance_inbox::InboxFilter;
use ledger_store::finance_inbox::InboxRow;
pub use ledger_store::four_eyes::ProposalState;
use ledger_store::inquiries::Inquiry;
use ledger_store::parties::SizeClass;
pub use ledger_store::quote_proposals::ProposalKind;
use ledger_store::quote_proposals::QuoteDecision;
use ledger_store::quote_proposals::QuoteProposal;
use ledger_store::quotes::QuoteState;
pub use ledger_store::sealed_bids::BidState;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::contents;
use crate::error::AppError;
use crate::held_fragment;
use crate::inquired;
use crate::newest_first;
use crate::newest_first::Page;
use crate::newest_first::Place;
use crate::offered_quote;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::provenance;
use crate::provenance::Step;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::requested_fragment::fragment_no;
use crate::requested_fragment::invited;

/// A request offered to the caller.
#[derive(Debug, Clone)]
pub struct OfferedRequest {
    /// The request with paper, obligor and holder.
    pub asked: RequestedFragment,
    /// Public id of the fragment.
    pub fragment: String,
    /// What the caller has done about it.
    pub mine: InvitationState,
    /// Where it stands for the caller.
    pub standing: DeskState,
    /// The caller's newest quote on it and what has become of that.
    pub my_quote: Option<(QuoteId, QuoteState)>,
    /// Whether the fragment can still be bought: it is there, held, and free.
    pub available: bool,
    /// What was asked with it at once, and whether bids are open or sealed.
    pub inquiry: Inquiry,
    /// The other requests of the inquiry that the caller was invited to.
    pub siblings: Vec<RequestId>,
    /// The caller's newest sealed bid on it and what has become of that.
    pub my_bid: Option<(BidId, BidState)>,
}

/// Whose names the inbox can be narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxParties {
    /// Obligors, by name.
    pub obligors: Vec<(PartyId, String)>,
    /// Holders, by name.
    pub holders: Vec<(PartyId, String)>,
}

/// An answer that one of the caller's colleagues proposed.
#[derive(Debug, Clone)]
pub struct ProposedAnswer {
    /// Who proposed what, when.
    pub proposal: QuoteProposal,
    /// What was decided, by whom; none while it waits.
    pub decision: Option<QuoteDecision>,
    /// The price with all its figures; none for a no.
    pub quote: Option<Quote>,
    /// Whether the caller's own hand proposed it.
    pub own: bool,
}

/// What is known of the obligor's conduct here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObligorFacts {
    /// Face of its papers not yet paid, in the currency of the request.
    pub open_face: Amount,
    /// Papers of it not yet paid, in that currency.
    pub open_papers: i64,
    /// Of these, face past its due date.
    pub overdue_face: Amount,
    /// Whether anything is past its due date, in any currency.
    pub overdue: bool,
    /// Whether it issues nothing new at present.
    pub issuance_blocked: bool,
    /// Its size class.
    pub size_class: SizeClass,
}

/// Where the fragment comes from.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// The request.
    pub asked: RequestedFragment,
    /// Public id of the fragment.
    pub fragment: String,
    /// The range asked on, printed: 1-based, inclusive.
    pub range: String,
    /// The obligor.
    pub obligor: ObligorFacts,
    /// Every entry from issue on, oldest first.
    pub steps: Vec<Step>,
}

/// A trade document's contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentContent {
    /// Media type.
    pub media_type: String,
    /// File name.
    pub file_name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A page of the requests offered to the caller's party that fit `filter`, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(
    app: &App,
    who: &Principal,
    filter: &InboxFilter,
    after: Option<Place>,
    limit: i64,
) -> Result<Page<OfferedRequest>, AppError> {
    who.may(Action::ViewRequests)?;
    let now = app.moment()?;
    let after = after.map(|place| (place.at, RequestId::from_bytes(place.id)));
    app.store.read(|tx| {
        let rows = newest_first::rows(limit);
        let found = tx.finance_inbox(who.party, now, filter, after, rows)?;
        let page = newest_first::page(found, limit, |row| Place {
            at: row.request.created_at,
            id: *row.request.id.bytes(),
        });
        Ok(Page {
            items: offered(tx, app, who, page.items)?,
            next: page.next,
        })
    })
}

/// One request.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited.
pub fn one(app: &App, who: &Principal, request: RequestId) -> Result<OfferedRequest, AppError> {
    who.may(Action::ViewRequests)?;
    let now = app.moment()?;
    app.store.read(|tx| {
        let row = tx.finance_inbox_one(who.party, now, request)?;
        offered(tx, app, who, vec![row.ok_or(AppError::NotFound)?])?
            .pop()
            .ok_or(AppError::NotFound)
    })
}

/// Whose papers the caller was asked on, and who asked, by name: for choosing.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn parties(app: &App, who: &Principal) -> Result<InboxParties, AppError> {
    who.may(Action::ViewRequests)?;
    app.store.read(|tx| {
        let (obligors, holders) = tx.finance_inbox_parties(who.party)?;
        let names = held_fragment::names(tx, obligors.iter().chain(&holders).copied())?;
        let named = |ids: Vec<PartyId>| {
            let mut list: Vec<(PartyId, String)> = ids
                .into_iter()
                .filter_map(|id| Some((id, names.get(&id)?.name.clone())))
                .collect();
            list.sort_by(|one, other| one.1.cmp(&other.1));
            list
        };
        Ok(InboxParties {
            obligors: named(obligors),
            holders: named(holders),
        })
    })
}

/// The caller's party's proposed answers to a request with what was decided, oldest first.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited.
pub fn answers(
    app: &App,
    who: &Principal,
    request: RequestId,
) -> Result<Vec<ProposedAnswer>, AppError> {
    who.may(Action::ViewRequests)?;
    app.store.read(|tx| {
        invited(tx, who, request)?;
        let own_hand = person::hand(tx, who)?;
        tx.quote_proposals_of(who.party, &[request])?
            .into_iter()
            .map(|(proposal, decision)| {
                Ok(ProposedAnswer {
                    quote: match &proposal.body {
                        Some(body) => Some(offered_quote::read_body(body)?),
                        None => None,
                    },
                    own: proposal.made_by == own_hand,
                    proposal,
                    decision,
                })
            })
            .collect()
    })
}

fn offered(
    tx: &mut ReadTx<'_>,
    app: &App,
    who: &Principal,
    rows: Vec<InboxRow>,
) -> Result<Vec<OfferedRequest>, AppError> {
    let (requests, stands): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .map(|row| (row.request, (row.mine, row.standing)))
        .unzip();
    let asked = requested_fragment::load(tx, requests)?;
    let ids: Vec<RequestId> = asked.iter().map(|a| a.request.id).collect();
    let nos: Vec<_> = asked.iter().map(|a| fragment_no(&a.request)).collect();
    let quotes = tx.quotes_of_requests(&ids)?;
    let bids = tx.sealed_bids_of_requests(&ids)?;
    let fragments = tx.fragments_by_nos(&nos)?;
    let inquiries = inquired::of_requests(tx, asked.iter().map(|a| &a.request))?;
    let siblings = inquired::siblings(tx, who, &inquiries)?;
    asked
        .into_iter()
        .zip(stands)
        .map(|(asked, (mine, standing))| {
            let (no, id) = (fragment_no(&asked.request), asked.request.id);
            let inquiry = inquired::id_of(&asked.request);
            let free = fragments
                .iter()
                .any(|f| f.no == no && !f.spent && f.state == FragmentState::Held);
            Ok(OfferedRequest {
                fragment: app.public_ids.show(no),
                mine,
                standing,
                my_quote: quotes
                    .iter()
                    .rfind(|q| q.request == id && q.provider == who.party)
                    .map(|q| (q.id, q.state)),
                my_bid: bids
                    .iter()
                    .rfind(|bid| bid.request == id && bid.provider == who.party)
                    .map(|bid| (bid.id, bid.state)),
                available: free && asked.request.state == RequestState::Open,
                siblings: siblings
                    .iter()
                    .filter(|(of, sibling)| *of == inquiry && *sibling != id)
                    .map(|(_, sibling)| *sibling)
                    .collect(),
                inquiry: inquiries.get(&inquiry).cloned().ok_or(AppError::NotFound)?,
                asked,
            })
        })
        .collect()
}

/// Where the fragment of a request comes from. To be seen while the request is open, and after that
/// by the provider whose quote was signed: access is for a purpose and a time.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited; [`AppError::Invalid`] `request_not_open`.
pub fn provenance(app: &App, who: &Principal, request: RequestId) -> Result<Provenance, AppError> {
    who.may(Action::ViewRequests)?;
    who.may(Action::TraceFragment)?;
    app.store.read(|tx| {
        let asked = entitled(tx, who, request)?;
        let no = fragment_no(&asked.request);
        Ok(Provenance {
            fragment: app.public_ids.show(no),
            range: asked.range()?.to_string(),
            obligor: obligor_facts(tx, &asked)?,
            steps: provenance::trace(tx, who.party, no)?,
            asked,
        })
    })
}

/// The contents of one trade document of the offered path; no other exists for the caller.
///
/// # Errors
/// As [`provenance()`]; [`AppError::NotFound`] if no leg of the path rests on it.
pub fn document(
    app: &App,
    who: &Principal,
    request: RequestId,
    document: DocumentId,
) -> Result<DocumentContent, AppError> {
    who.may(Action::ViewRequests)?;
    let found = app.store.read(|tx| {
        let asked = entitled(tx, who, request)?;
        provenance::documents(tx, fragment_no(&asked.request))?
            .into_iter()
            .find(|d| d.id == document)
            .ok_or(AppError::NotFound)
    })?;
    Ok(DocumentContent {
        bytes: contents::read(app, &found.sha256)?,
        media_type: found.media_type,
        file_name: found.file_name,
    })
}

fn entitled(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    request: RequestId,
) -> Result<RequestedFragment, AppError> {
    let asked = invited(tx, who, request)?;
    let mut signed_mine = || {
        let quotes = tx.quotes_of_requests(&[request])?;
        let mine = |q: &ledger_store::quotes::Quote| {
            q.provider == who.party && q.state == QuoteState::Accepted
        };
        Ok::<_, AppError>(quotes.iter().any(mine))
    };
    if asked.request.state == RequestState::Open || signed_mine()? {
        Ok(asked)
    } else {
        Err(AppError::invalid(
            "request_not_open",
            "this request is closed; where its fragment comes from is no longer shown",
        ))
    }
}

fn obligor_facts(tx: &mut ReadTx<'_>, asked: &RequestedFragment) -> Result<ObligorFacts, AppError> {
    let today: NaiveDate = tx.business_date_today()?;
    let days = tx.papers_outstanding_by_due_date(asked.obligor.id)?;
    let mut facts = ObligorFacts {
        open_face: Amount::ZERO,
        open_papers: 0,
        overdue_face: Amount::ZERO,
        overdue: false,
        issuance_blocked: asked.obligor.issuance_blocked,
        size_class: asked.obligor.size_class,
    };
    let too_large = || AppError::Internal("an obligor owes more than the ledger holds".to_owned());
    for day in days {
        let late = day.due_date < today;
        facts.overdue |= late;
        if day.currency != asked.request.currency {
            continue;
        }
        facts.open_papers = facts.open_papers.saturating_add(day.papers);
        facts.open_face = facts
            .open_face
            .checked_add(day.owed)
            .ok_or_else(too_large)?;
        if late {
            facts.overdue_face = facts
                .overdue_face
                .checked_add(day.owed)
                .ok_or_else(too_large)?;
        }
    }
    Ok(facts)
}
