//! Answers by four eyes: one key proposes, another key or person decides.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::approve_answer;
use ledger_app::propose_answer;
use ledger_app::provider_inbox;
use ledger_core::id::RequestId;
use uuid::Uuid;

use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::wire::id;
use crate::wire_answers::AnswerIn;
use crate::wire_answers::AnswerList;
use crate::wire_answers::AnsweredOut;
use crate::wire_answers::ApprovalIn;
use crate::wire_answers::ProposedOut;
use crate::wire_answers::WordIn;
use crate::wire_problem::Problems;

/// Proposed answers
///
/// What the caller's own party has proposed on a request and what became of it, oldest first. No
/// other party sees any of it.
#[utoipa::path(
    tag = "Four eyes",
    operation_id = "listAnswers",
    params(("request" = String, Path, description = "Id of the request")),
    responses((status = 200, description = "The proposals", body = AnswerList), Problems)
)]
#[get("/requests/{request}/answers")]
pub(crate) async fn list(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = id(&path, RequestId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| provider_inbox::answers(app, who, request),
        |found| AnswerList::of(found),
    )
    .await
}

/// Propose an answer
///
/// A price or a no that another key of yours, or a person at the portal, has to decide. Nothing
/// leaves your house before. A system that has its own four eyes hands its signed quote in directly.
#[utoipa::path(
    tag = "Four eyes",
    operation_id = "proposeAnswer",
    params(
        ("request" = String, Path, description = "Id of the request"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each proposal"),
    ),
    request_body = AnswerIn,
    responses((status = 200, description = "It waits", body = ProposedOut), Problems)
)]
#[post("/requests/{request}/answers")]
pub(crate) async fn propose(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = id(&path, RequestId::parse)?;
    let proposed: AnswerIn = caller.json()?;
    once(
        &app,
        &caller,
        move |app, who, once| {
            // Amounts in the terms are in the request's currency.
            let asked = provider_inbox::one(app, who, request)?.asked;
            let answer = proposed.read(asked.request.currency)?;
            propose_answer::run(app, who, request, &answer, &proposed.word, Some(once))
        },
        |done| ProposedOut {
            proposal: done.proposal,
        },
    )
    .await
}

/// Approve a proposal
///
/// Of a price with the signature of the approving key under its payload; a no needs none. The key
/// that proposed is refused.
#[utoipa::path(
    tag = "Four eyes",
    operation_id = "approveAnswer",
    params(
        ("proposal" = String, Path, description = "Id of the proposal"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each approval"),
    ),
    request_body = ApprovalIn,
    responses((status = 200, description = "Sent out", body = AnsweredOut), Problems)
)]
#[post("/answers/{proposal}/approve")]
pub(crate) async fn approve(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let proposal = id(&path, Uuid::parse_str)?;
    let signed = caller.json::<ApprovalIn>()?.read()?;
    once(
        &app,
        &caller,
        move |app, who, once| approve_answer::run(app, who, proposal, signed.as_ref(), Some(once)),
        |done| AnsweredOut { quote: done.quote },
    )
    .await
}

/// Send a proposal back
#[utoipa::path(
    tag = "Four eyes",
    operation_id = "returnAnswer",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    request_body = WordIn,
    responses((status = 204, description = "Sent back"), Problems)
)]
#[post("/answers/{proposal}/return")]
pub(crate) async fn send_back(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let proposal = id(&path, Uuid::parse_str)?;
    let word: WordIn = caller.json()?;
    done(&app, &caller, move |app, who| {
        approve_answer::send_back(app, who, proposal, &word.word)
    })
    .await
}

/// Take one's own proposal back
#[utoipa::path(
    tag = "Four eyes",
    operation_id = "withdrawAnswer",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 204, description = "Taken back"), Problems)
)]
#[post("/answers/{proposal}/withdraw")]
pub(crate) async fn withdraw(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let proposal = id(&path, Uuid::parse_str)?;
    done(&app, &caller, move |app, who| {
        propose_answer::withdraw(app, who, proposal)
    })
    .await
}
