//! Papers that wait for their payee: seen, accepted or refused under the payee's own signature, and
//! with its own choice where money would have to come earlier.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::app::App;
use ledger_app::offered_papers;
use ledger_app::signing::Signing;

use crate::answer::once;
use crate::answer::shown;
use crate::wire_offers::AcceptOfferIn;
use crate::wire_offers::OfferActIn;
use crate::wire_offers::OfferAnsweredOut;
use crate::wire_offers::OfferOut;
use crate::wire_offers::OffersOut;
use crate::wire_offers::RefuseOfferIn;
use crate::wire_pledges::ActToSignOut;
use crate::wire_problem::Problems;

/// Papers to answer
///
/// Issued to the caller's party and neither accepted nor refused yet, soonest due first.
#[utoipa::path(
    tag = "Papers to answer",
    operation_id = "listOffers",
    responses((status = 200, description = "The papers", body = OffersOut), Problems)
)]
#[get("/offers")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, offered_papers::list, |items| OffersOut {
        items: items.iter().map(OfferOut::of).collect(),
    })
    .await
}

/// One paper to answer
///
/// With `cash_choice`, if it is due later than money would have to come: a person of the payee's
/// reads those words before it is accepted, or refuses it and is paid in money.
#[utoipa::path(
    tag = "Papers to answer",
    operation_id = "getOffer",
    params(("offer" = String, Path, description = "Id of the offer")),
    responses((status = 200, description = "The paper", body = OfferOut), Problems)
)]
#[get("/offers/{offer}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let offer = path.into_inner();
    shown(
        &app,
        &caller,
        move |app, who| offered_papers::one(app, who, &offer),
        OfferOut::of,
    )
    .await
}

/// Prepare an answer
///
/// Gives the entry to sign today, to accept or to refuse. Keeps nothing.
#[utoipa::path(
    tag = "Papers to answer",
    operation_id = "prepareOfferAnswer",
    params(("offer" = String, Path, description = "Id of the offer")),
    request_body = OfferActIn,
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/offers/{offer}/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let offer = path.into_inner();
    let wanted: OfferActIn = caller.json()?;
    let answer = wanted.read()?;
    shown(
        &app,
        &caller,
        move |app, who| {
            offered_papers::check_waiting(app, who, &offer)?;
            answer_offer::prepare(app, who, &offer, answer)
        },
        |to_sign| ActToSignOut::of(&wanted.act, to_sign),
    )
    .await
}

/// Accept a paper
///
/// The debts it stands for are replaced by it. Where the offer has a `cash_choice`, the digest of the
/// words that were read goes with it, and the words are kept as the payee's free choice; without it
/// the paper is not accepted (`cash_choice_missing`).
#[utoipa::path(
    tag = "Papers to answer",
    operation_id = "acceptOffer",
    params(
        ("offer" = String, Path, description = "Id of the offer"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each answer"),
    ),
    request_body = AcceptOfferIn,
    responses((status = 200, description = "Accepted", body = OfferAnsweredOut), Problems)
)]
#[post("/offers/{offer}/accept")]
pub(crate) async fn accept(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let offer = path.into_inner();
    let (key, bytes, agreed) = caller.json::<AcceptOfferIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            offered_papers::check_waiting(app, who, &offer)?;
            let once = Some(once);
            match agreed {
                Some(agreed) => {
                    answer_offer::accept_choosing(app, who, &signing, &offer, agreed, once)
                }
                None => answer_offer::run(app, who, &signing, &offer, Answer::Accept, once),
            }
        },
        OfferAnsweredOut::of,
    )
    .await
}

/// Refuse a paper
///
/// The paper is off, and its debts are owed as before. The obligor reads the reason.
#[utoipa::path(
    tag = "Papers to answer",
    operation_id = "refuseOffer",
    params(
        ("offer" = String, Path, description = "Id of the offer"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each answer"),
    ),
    request_body = RefuseOfferIn,
    responses((status = 200, description = "Refused", body = OfferAnsweredOut), Problems)
)]
#[post("/offers/{offer}/refuse")]
pub(crate) async fn refuse(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let offer = path.into_inner();
    let (key, bytes, reason) = caller.json::<RefuseOfferIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            offered_papers::check_waiting(app, who, &offer)?;
            answer_offer::refuse(app, who, &signing, &offer, &reason, Some(once))
        },
        OfferAnsweredOut::of,
    )
    .await
}
