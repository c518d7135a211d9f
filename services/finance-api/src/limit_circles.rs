//! Joint views: sums of limits among finance providers that agreed.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::limit_circles;
use uuid::Uuid;

use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::wire::id;
use crate::wire_circles::CircleIn;
use crate::wire_circles::CircleMadeOut;
use crate::wire_circles::CircleOut;
use crate::wire_circles::CirclesOut;
use crate::wire_limits::subject_of;
use crate::wire_problem::Problems;

/// Joint views
///
/// Those that the caller has agreed to or is asked into. Figures are shown to members only: sums
/// over the members, and the caller's own part.
#[utoipa::path(
    tag = "Limits",
    operation_id = "listLimitCircles",
    responses((status = 200, description = "The joint views", body = CirclesOut), Problems)
)]
#[get("/limit-circles")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, limit_circles::list, |found| CirclesOut {
        items: found.iter().map(CircleOut::of).collect(),
    })
    .await
}

/// Propose a joint view
///
/// The caller is its first member; each other provider agrees, or does not, for itself.
#[utoipa::path(
    tag = "Limits",
    operation_id = "proposeLimitCircle",
    params(("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each proposal")),
    request_body = CircleIn,
    responses((status = 200, description = "Proposed", body = CircleMadeOut), Problems)
)]
#[post("/limit-circles")]
pub(crate) async fn propose(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let wanted: CircleIn = caller.json()?;
    once(
        &app,
        &caller,
        move |app, who, key| {
            let subject = subject_of(&wanted.kind, Some(&wanted.subject), who)?;
            limit_circles::propose(app, who, subject, &wanted.others()?, Some(key))
        },
        |made| CircleMadeOut {
            circle: made.circle.simple().to_string(),
        },
    )
    .await
}

/// One joint view
///
/// Not found for anybody who is neither in it nor asked.
#[utoipa::path(
    tag = "Limits",
    operation_id = "getLimitCircle",
    params(("circle" = String, Path, description = "Id of the joint view")),
    responses((status = 200, description = "The joint view", body = CircleOut), Problems)
)]
#[get("/limit-circles/{circle}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let circle = id(&path, Uuid::parse_str)?;
    shown(
        &app,
        &caller,
        move |app, who| limit_circles::one(app, who, circle),
        CircleOut::of,
    )
    .await
}

/// Agree to a joint view
///
/// From now on the caller's figures are in its sums, and it sees them. Again changes nothing.
#[utoipa::path(
    tag = "Limits",
    operation_id = "joinLimitCircle",
    params(("circle" = String, Path, description = "Id of the joint view")),
    responses((status = 204, description = "Agreed"), Problems)
)]
#[post("/limit-circles/{circle}/join")]
pub(crate) async fn join(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let circle = id(&path, Uuid::parse_str)?;
    done(&app, &caller, move |app, who| {
        limit_circles::join(app, who, circle)
    })
    .await
}

/// Decline or leave a joint view
///
/// From now on the caller's figures are not in its sums, and it is not found for the caller.
#[utoipa::path(
    tag = "Limits",
    operation_id = "leaveLimitCircle",
    params(("circle" = String, Path, description = "Id of the joint view")),
    responses((status = 204, description = "Left"), Problems)
)]
#[post("/limit-circles/{circle}/leave")]
pub(crate) async fn leave(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let circle = id(&path, Uuid::parse_str)?;
    done(&app, &caller, move |app, who| {
        limit_circles::leave(app, who, circle)
    })
    .await
}
