//! The caller's own limits: what is used of them, what they shall be.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::decide_limit;
use ledger_app::decide_limit::Verdict;
use ledger_app::limit_book;
use ledger_app::party_groups;
use ledger_app::propose_limit;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::wire::id;
use crate::wire_limits::GroupsOut;
use crate::wire_limits::LimitIn;
use crate::wire_limits::LimitProposedOut;
use crate::wire_limits::LimitsOut;
use crate::wire_limits::PositionsOut;
use crate::wire_problem::Problems;

/// Limits
///
/// The caller's limits with what is used, reserved and free of each; what is taken where none is
/// set; proposals that wait for a second one. Nobody else sees any of it.
#[utoipa::path(
    tag = "Limits",
    operation_id = "listLimits",
    responses((status = 200, description = "The limits", body = LimitsOut), Problems)
)]
#[get("/limits")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, limit_book::run, LimitsOut::of).await
}

/// Propose a limit
///
/// It is in force once a second person, or another key of the caller's, approves it. A limit covers
/// what is on record already; where that is more, nothing new is taken.
#[utoipa::path(
    tag = "Limits",
    operation_id = "proposeLimit",
    params(("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each proposal")),
    request_body = LimitIn,
    responses((status = 200, description = "Proposed", body = LimitProposedOut), Problems)
)]
#[post("/limits")]
pub(crate) async fn propose(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let wanted: LimitIn = caller.json()?;
    once(
        &app,
        &caller,
        move |app, who, key| propose_limit::run(app, who, &wanted.read(who)?, Some(key)),
        |made| LimitProposedOut {
            proposal: made.proposal.simple().to_string(),
        },
    )
    .await
}

/// Approve a proposed limit
///
/// By another person or key than the one that proposed it. The same again changes nothing.
#[utoipa::path(
    tag = "Limits",
    operation_id = "approveLimit",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 204, description = "In force"), Problems)
)]
#[post("/limits/proposals/{proposal}/approve")]
pub(crate) async fn approve(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    decide(app, caller, path, Verdict::Approve).await
}

/// Turn a proposed limit down
///
/// By anybody who may approve, or by who proposed it. The same again changes nothing.
#[utoipa::path(
    tag = "Limits",
    operation_id = "turnLimitDown",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 204, description = "Turned down"), Problems)
)]
#[post("/limits/proposals/{proposal}/turn-down")]
pub(crate) async fn turn_down(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    decide(app, caller, path, Verdict::TurnDown).await
}

async fn decide(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    verdict: Verdict,
) -> Result<HttpResponse, Problem> {
    let proposal = id(&path, Uuid::parse_str)?;
    done(&app, &caller, move |app, who| {
        decide_limit::run(app, who, proposal, verdict, "")
    })
    .await
}

/// What the caller has of one obligor
///
/// By currency: the limit, what is used and reserved, and what may still be taken under this limit
/// and the group's.
#[utoipa::path(
    tag = "Limits",
    operation_id = "getPosition",
    params(("obligor" = String, Path, description = "Id of the obligor")),
    responses((status = 200, description = "The position", body = PositionsOut), Problems)
)]
#[get("/limits/obligors/{obligor}")]
pub(crate) async fn position(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let obligor = id(&path, PartyId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| limit_book::position(app, who, obligor),
        |found| PositionsOut::of(found),
    )
    .await
}

/// Groups of obligors
///
/// As the platform's operator entered them; a limit on a group covers all who belong to it.
#[utoipa::path(
    tag = "Limits",
    operation_id = "listLimitGroups",
    responses((status = 200, description = "The groups", body = GroupsOut), Problems)
)]
#[get("/limit-groups")]
pub(crate) async fn groups(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, party_groups::list, |found| {
        GroupsOut::of(found)
    })
    .await
}
