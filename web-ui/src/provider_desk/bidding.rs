//! A house's sealed bid on a request: sealed by one who decides, opened by the same person when all
//! bids are in. A sealed bid never rests where a colleague could read it, so there are no four eyes
//! on it; whoever seals is one who may let quotes out.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::provider_inbox;
use ledger_app::provider_inbox::BidState;
use ledger_app::provider_inbox::DeskState;
use ledger_app::provider_inbox::OfferedRequest;
use ledger_app::quote_fragment;
use ledger_app::reveal_bid;
use ledger_app::seal_bid;
use ledger_core::id::BidId;
use ledger_core::id::RequestId;

use super::answering::shown;
use super::request;
use super::request::address;
use super::terms;
use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::pages::desk::Bidding;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::phrases::unreadable;

/// Mounts the pages.
pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/desk/requests/{request}/bid/seal", web::post().to(seal))
        .route("/desk/requests/{request}/bid/open", web::post().to(open))
        .route(
            "/desk/requests/{request}/bid/withdraw",
            web::post().to(withdraw),
        );
}

/// Where the house stands with its bid; none where bids are open, or a quote is there already.
pub(super) fn of(who: &Signed, one: &OfferedRequest) -> Result<Option<Bidding>, AppError> {
    let Some(until) = one.inquiry.bids_until else {
        return Ok(None);
    };
    if one.standing != DeskState::ToQuote {
        return Ok(None);
    }
    let lang = who.lang;
    let taken = who.portal.app.moment()? < until;
    let sealed = matches!(one.my_bid, Some((_, BidState::Sealed)));
    let decides = who.principal.may(Action::ApproveAnswer).is_ok();
    let until = dates::moment(until, lang);
    let about = match (taken, sealed) {
        (true, false) => "bid-none-yet",
        (true, true) => "bid-is-sealed",
        (false, true) => "bid-to-open",
        (false, false) => "bid-too-late",
    };
    Ok(Some(Bidding {
        about: lang.text_with(about, &[("moment", &until)]),
        seals: taken && !sealed && decides && one.available,
        opens: !taken && sealed && decides,
        withdraws: taken && sealed && decides,
    }))
}

async fn seal(posted: Posted, request: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let id = request::id(&request)?;
            let (app, person) = (&who.portal.app, &who.principal);
            // A maker proposes and colleagues decide; here nobody else can look before it is out.
            person.may(Action::ApproveAnswer)?;
            let one = provider_inbox::one(app, person, id)?;
            let Some(terms) = terms::read(&mut form, one.asked.request.currency) else {
                let who = unreadable(&who.at(&address(id)), &form);
                return who.page_again(&request::view(&who, id, form, None)?);
            };
            let passphrase = form.passphrase("passphrase").to_owned();
            let done = quote_fragment::prepare(app, person, id, &terms).and_then(|prepared| {
                seal_bid::seal(app, person, id, &prepared.body, &passphrase, None)
            });
            shown(who, id, form, done.map(|_sealed| ()))
        })
        .await
}

/// The house's own live bid on a request.
fn own(who: &Signed, request: RequestId) -> Result<BidId, AppError> {
    let one = provider_inbox::one(&who.portal.app, &who.principal, request)?;
    one.my_bid
        .map(|(bid, _state)| bid)
        .ok_or(AppError::NotFound)
}

async fn open(posted: Posted, request: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            who.principal.may(Action::ApproveAnswer)?;
            act(who, &request, form, |who, bid, form| {
                let passphrase = form.passphrase("passphrase");
                reveal_bid::open(&who.portal.app, &who.principal, bid, passphrase, None)
                    .map(|_quoted| ())
            })
        })
        .await
}

async fn withdraw(posted: Posted, request: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            who.principal.may(Action::ApproveAnswer)?;
            act(who, &request, form, |who, bid, _form| {
                seal_bid::withdraw(&who.portal.app, &who.principal, bid)
            })
        })
        .await
}

fn act(
    who: &Signed,
    request: &str,
    form: Form,
    deed: impl FnOnce(&Signed, BidId, &Form) -> Result<(), AppError>,
) -> Result<Answer, AppError> {
    let id = request::id(request)?;
    let bid = own(who, id)?;
    let done = deed(who, bid, &form);
    shown(who, id, form, done)
}
