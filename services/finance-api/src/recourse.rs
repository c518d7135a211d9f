//! Recourse: the holder of a fragment in default turns to the party before, which pays or disputes.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::answer_recourse;
use ledger_app::app::App;
use ledger_app::claim_recourse;
use ledger_app::error::AppError;
use ledger_app::recourse_view;
use ledger_app::signing::Signing;
use uuid::Uuid;

use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::answer::to_sign;
use crate::wire_pledges::ActToSignOut;
use crate::wire_pledges::SignatureIn;
use crate::wire_pledges::SignedDeedIn;
use crate::wire_problem::Problems;
use crate::wire_recourse::ClaimedOut;
use crate::wire_recourse::DisputeIn;
use crate::wire_recourse::RecourseOut;
use crate::wire_recourse::TakenUpOut;

/// Recourse
///
/// What the caller's party may claim from the party before, and the claims of which it is a side.
#[utoipa::path(
    tag = "Recourse",
    operation_id = "listRecourse",
    responses((status = 200, description = "Rights and claims", body = RecourseOut), Problems)
)]
#[get("/recourse")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, recourse_view::list, RecourseOut::of).await
}

/// What to sign to claim
///
/// On a fragment of the caller's own. Keeps nothing.
#[utoipa::path(
    tag = "Recourse",
    operation_id = "prepareClaim",
    params(("fragment" = String, Path, description = "Id of the fragment")),
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/fragments/{fragment}/claim/prepare")]
pub(crate) async fn prepare_claim(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    to_sign(&app, &caller, "claim", move |app, who| {
        claim_recourse::prepare(app, who, &fragment)
    })
    .await
}

/// Claim
///
/// The caller's signature over the claim as prepared. The party before is told; what is due is
/// reckoned on the day it pays.
#[utoipa::path(
    tag = "Recourse",
    operation_id = "claim",
    params(
        ("fragment" = String, Path, description = "Id of the fragment"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each claim"),
    ),
    request_body = SignedDeedIn,
    responses((status = 200, description = "Claimed", body = ClaimedOut), Problems)
)]
#[post("/fragments/{fragment}/claim")]
pub(crate) async fn submit(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let (body, key, bytes) = caller.json::<SignedDeedIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            claim_recourse::submit(app, who, &fragment, &body, &signing, Some(once))
        },
        |claimed| ClaimedOut {
            claim: claimed.claim,
        },
    )
    .await
}

/// What to sign to pay
///
/// To the party claimed on: today's entry, over what is due today. Keeps nothing.
#[utoipa::path(
    tag = "Recourse",
    operation_id = "prepareRecoursePayment",
    params(("claim" = String, Path, description = "Id of the claim")),
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/recourse/{claim}/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let claim = claim_id(&path)?;
    to_sign(&app, &caller, "pay", move |app, who| {
        answer_recourse::prepare(app, who, claim)
    })
    .await
}

/// Pay a claim
///
/// The caller's signature under the entry as prepared today: its bank is asked at once to pay from its
/// account to the claimant's, and the fragment moves on the bank's word.
#[utoipa::path(
    tag = "Recourse",
    operation_id = "payClaim",
    params(
        ("claim" = String, Path, description = "Id of the claim"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each payment"),
    ),
    request_body = SignatureIn,
    responses((status = 200, description = "Taken up", body = TakenUpOut), Problems)
)]
#[post("/recourse/{claim}/pay")]
pub(crate) async fn pay(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let claim = claim_id(&path)?;
    let (key, bytes) = caller.json::<SignatureIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| answer_recourse::run(app, who, &signing, claim, Some(once)),
        |taken| TakenUpOut {
            entry: taken.entry,
            end_to_end_id: taken.end_to_end_id,
        },
    )
    .await
}

/// Dispute a claim
///
/// Says why the caller won't pay. The claim stands.
#[utoipa::path(
    tag = "Recourse",
    operation_id = "disputeClaim",
    params(("claim" = String, Path, description = "Id of the claim")),
    request_body = DisputeIn,
    responses((status = 204, description = "Said"), Problems)
)]
#[post("/recourse/{claim}/dispute")]
pub(crate) async fn dispute(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let claim = claim_id(&path)?;
    let said: DisputeIn = caller.json()?;
    done(&app, &caller, move |app, who| {
        answer_recourse::dispute(app, who, claim, &said.word)
    })
    .await
}

/// Take a claim back
///
/// As long as it was not taken up. A second time changes nothing.
#[utoipa::path(
    tag = "Recourse",
    operation_id = "withdrawClaim",
    params(("claim" = String, Path, description = "Id of the claim")),
    responses((status = 204, description = "Taken back"), Problems)
)]
#[post("/recourse/{claim}/withdraw")]
pub(crate) async fn withdraw(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let claim = claim_id(&path)?;
    done(&app, &caller, move |app, who| {
        claim_recourse::withdraw(app, who, claim)
    })
    .await
}

fn claim_id(text: &str) -> Result<Uuid, Problem> {
    text.parse()
        .map_err(|_not_an_id| Problem::from(AppError::NotFound))
}
