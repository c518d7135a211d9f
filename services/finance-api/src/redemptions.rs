//! Offers to pay papers early: what a holder is offered, and its own acceptance, fragment by fragment.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::accept_redemption;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::redemptions_view;
use ledger_app::signing::Signing;
use uuid::Uuid;

use crate::answer::once;
use crate::answer::shown;
use crate::answer::to_sign;
use crate::wire_pledges::ActToSignOut;
use crate::wire_pledges::SignatureIn;
use crate::wire_problem::Problems;
use crate::wire_redemptions::AcceptedOut;
use crate::wire_redemptions::RedemptionOut;
use crate::wire_redemptions::RedemptionsOut;

/// Offers to pay early
///
/// Those on papers of which the caller's party holds a part or has accepted one, newest first, ended
/// ones too, each with what every fragment of the caller's would come to.
#[utoipa::path(
    tag = "Early payment",
    operation_id = "listRedemptions",
    responses((status = 200, description = "The offers", body = RedemptionsOut), Problems)
)]
#[get("/redemptions")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, redemptions_view::list, |items| {
        RedemptionsOut {
            items: items.iter().map(RedemptionOut::of).collect(),
        }
    })
    .await
}

/// What to sign
///
/// The entry's canonical bytes for one whole fragment, as they are today. Keeps nothing.
#[utoipa::path(
    tag = "Early payment",
    operation_id = "prepareRedemption",
    params(
        ("offer" = String, Path, description = "Id of the offer"),
        ("fragment" = String, Path, description = "Id of the fragment"),
    ),
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/redemptions/{offer}/fragments/{fragment}/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (offer, fragment) = path.into_inner();
    let offer = offer_id(&offer)?;
    to_sign(&app, &caller, "entry", move |app, who| {
        accept_redemption::prepare(app, who, offer, &fragment)
    })
    .await
}

/// Accept to be paid early
///
/// Locks the fragment for the obligor's money. It goes to the caller's own account on the pay date, and
/// the fragment is redeemed once the bank proves it; if the bank says no, it is the caller's again.
#[utoipa::path(
    tag = "Early payment",
    operation_id = "acceptRedemption",
    params(
        ("offer" = String, Path, description = "Id of the offer"),
        ("fragment" = String, Path, description = "Id of the fragment"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each signature"),
    ),
    request_body = SignatureIn,
    responses((status = 200, description = "Accepted", body = AcceptedOut), Problems)
)]
#[post("/redemptions/{offer}/fragments/{fragment}/accept")]
pub(crate) async fn accept(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (offer, fragment) = path.into_inner();
    let offer = offer_id(&offer)?;
    let (key, bytes) = caller.json::<SignatureIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            accept_redemption::run(app, who, &signing, (offer, &fragment), Some(once))
        },
        AcceptedOut::of,
    )
    .await
}

fn offer_id(text: &str) -> Result<Uuid, Problem> {
    text.parse()
        .map_err(|_not_an_id| Problem::from(AppError::NotFound))
}
