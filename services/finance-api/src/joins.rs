//! Joining: pieces of one paper that lie side by side in the caller's hand become one fragment.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::join_fragments;
use ledger_app::signing::Signing;

use crate::answer::once;
use crate::answer::shown;
use crate::answer::to_sign;
use crate::wire_joins::JoinIn;
use crate::wire_joins::JoinedOut;
use crate::wire_joins::PiecesOut;
use crate::wire_joins::SignedJoinIn;
use crate::wire_pledges::ActToSignOut;
use crate::wire_problem::Problems;

/// Pieces that can be joined
///
/// A fragment of the caller's with the free ones beside it that came by the same entry, lowest first. A
/// fragment that stands alone here can't be joined.
#[utoipa::path(
    tag = "Joins",
    operation_id = "listPieces",
    params(("fragment" = String, Path, description = "Id of the fragment")),
    responses((status = 200, description = "The pieces", body = PiecesOut), Problems)
)]
#[get("/fragments/{fragment}/join")]
pub(crate) async fn pieces(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    shown(
        &app,
        &caller,
        move |app, who| join_fragments::beside(app, who, &fragment),
        PiecesOut::of,
    )
    .await
}

/// What to sign to join two fragments
///
/// Today's entry, which joins the fragment and the one that begins where it ends. Keeps nothing.
#[utoipa::path(
    tag = "Joins",
    operation_id = "prepareJoin",
    params(("fragment" = String, Path, description = "Id of the lower fragment")),
    request_body = JoinIn,
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/fragments/{fragment}/join/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let neighbour = caller.json::<JoinIn>()?.neighbour;
    to_sign(&app, &caller, "join", move |app, who| {
        join_fragments::prepare(app, who, [&fragment, &neighbour])
    })
    .await
}

/// Join two fragments
///
/// The caller's signature under the entry as prepared today. Both are spent; the one fragment that they
/// make has the same due date, documents and recourse.
#[utoipa::path(
    tag = "Joins",
    operation_id = "joinFragments",
    params(
        ("fragment" = String, Path, description = "Id of the lower fragment"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each join"),
    ),
    request_body = SignedJoinIn,
    responses((status = 200, description = "Joined", body = JoinedOut), Problems)
)]
#[post("/fragments/{fragment}/join")]
pub(crate) async fn sign(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let (neighbour, signature) = caller.json::<SignedJoinIn>()?.parts();
    let (key, bytes) = signature.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            join_fragments::run(app, who, &signing, &[&fragment, &neighbour], Some(once))
        },
        |joined| JoinedOut {
            fragment: joined.fragment,
            entry: joined.entry,
        },
    )
    .await
}
