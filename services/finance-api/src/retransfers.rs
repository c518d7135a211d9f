//! Fragments passed on between finance providers: offered, answered, taken back, each under the
//! signature of who acts.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::cursor::Cursors;
use http_support::problem::Problem;
use ledger_app::answer_retransfer;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::finance_providers;
use ledger_app::held_fragments;
use ledger_app::principal::Principal;
use ledger_app::retransfer_fragment;
use ledger_app::retransfer_fragment::OfferRetransfer;
use ledger_app::retransfers_view;
use ledger_app::signing::Signing;
use ledger_core::id::RetransferId;

use crate::answer::List;
use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::wire::PageQuery;
use crate::wire::id;
use crate::wire_pledges::ActToSignOut;
use crate::wire_pledges::SignatureIn;
use crate::wire_pledges::StationOut;
use crate::wire_problem::Problems;
use crate::wire_retransfers::Act;
use crate::wire_retransfers::FinanceProviderOut;
use crate::wire_retransfers::FinanceProviders;
use crate::wire_retransfers::RetransferActIn;
use crate::wire_retransfers::RetransferAnswerIn;
use crate::wire_retransfers::RetransferAnsweredOut;
use crate::wire_retransfers::RetransferIn;
use crate::wire_retransfers::RetransferOfferedOut;
use crate::wire_retransfers::RetransferOut;
use crate::wire_retransfers::RetransferPage;
use crate::wire_retransfers::RetransferSeenOut;
use crate::wire_retransfers::RetransferTermsIn;

const LIST: List = List {
    name: "retransfers",
    path: "/v1/retransfers",
};

/// Finance providers
///
/// That take part now, to pledge or pass on to; the caller's own party is not among them.
#[utoipa::path(
    tag = "Re-transfers",
    operation_id = "listFinanceProviders",
    responses((status = 200, description = "The finance providers", body = FinanceProviders), Problems)
)]
#[get("/finance-providers")]
pub(crate) async fn providers(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, finance_providers::run, |found| {
        FinanceProviders {
            items: found.iter().map(FinanceProviderOut::of).collect(),
        }
    })
    .await
}

/// Re-transfers
///
/// Offers that the caller's party made or got, newest first, answered ones too.
#[utoipa::path(
    tag = "Re-transfers",
    operation_id = "listRetransfers",
    params(PageQuery),
    responses((status = 200, description = "A page", body = RetransferPage), Problems)
)]
#[get("/retransfers")]
pub(crate) async fn list(
    app: Data<App>,
    cursors: Data<Cursors>,
    caller: Caller,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    LIST.page(
        &app,
        &cursors,
        &caller,
        &query,
        retransfers_view::list,
        |items, next_cursor| RetransferPage {
            items: items.iter().map(RetransferOut::of).collect(),
            next_cursor,
        },
    )
    .await
}

/// One re-transfer
///
/// With the way of its fragment from the obligor. To anybody but the two there is none.
#[utoipa::path(
    tag = "Re-transfers",
    operation_id = "getRetransfer",
    params(("retransfer" = String, Path, description = "Id of the offer")),
    responses((status = 200, description = "The offer", body = RetransferSeenOut), Problems)
)]
#[get("/retransfers/{retransfer}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let retransfer = id(&path, RetransferId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| retransfers_view::one(app, who, retransfer),
        |(retransfer, path)| RetransferSeenOut {
            retransfer: RetransferOut::of(retransfer),
            path: path.iter().map(StationOut::of).collect(),
        },
    )
    .await
}

/// Terms on a fragment of the caller's, in its paper's currency.
fn command(
    app: &App,
    who: &Principal,
    fragment: String,
    terms: &RetransferTermsIn,
) -> Result<OfferRetransfer, AppError> {
    let held = held_fragments::run(app, who, std::slice::from_ref(&fragment))?.pop();
    let currency = held.ok_or(AppError::NotFound)?.paper.paper.currency;
    terms.read(fragment, currency)
}

/// Prepare an offer
///
/// Gives the entry to sign for these terms today. Keeps nothing, and nobody is told.
#[utoipa::path(
    tag = "Re-transfers",
    operation_id = "prepareRetransfer",
    params(("fragment" = String, Path, description = "Id of the fragment")),
    request_body = RetransferTermsIn,
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/fragments/{fragment}/retransfer/prepare")]
pub(crate) async fn prepare_offer(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let terms: RetransferTermsIn = caller.json()?;
    shown(
        &app,
        &caller,
        move |app, who| {
            let command = command(app, who, fragment, &terms)?;
            retransfer_fragment::prepare(app, who, &command)
        },
        |to_sign| ActToSignOut::of("retransfer", to_sign),
    )
    .await
}

/// Offer a fragment to another finance provider
///
/// On a contract between the two, with recourse as said. The fragment waits for the recipient's
/// signature; the price is settled outside.
#[utoipa::path(
    tag = "Re-transfers",
    operation_id = "offerRetransfer",
    params(
        ("fragment" = String, Path, description = "Id of the fragment"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each offer"),
    ),
    request_body = RetransferIn,
    responses((status = 200, description = "Offered", body = RetransferOfferedOut), Problems)
)]
#[post("/fragments/{fragment}/retransfer")]
pub(crate) async fn offer(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let brought: RetransferIn = caller.json()?;
    let (key, bytes) = brought.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            let command = command(app, who, fragment, &brought.terms)?;
            retransfer_fragment::offer(app, who, &signing, &command, Some(once))
        },
        RetransferOfferedOut::of,
    )
    .await
}

/// Prepare an answer
///
/// Gives the entry to sign today, to accept, decline or take back. Keeps nothing.
#[utoipa::path(
    tag = "Re-transfers",
    operation_id = "prepareRetransferAnswer",
    params(("retransfer" = String, Path, description = "Id of the offer")),
    request_body = RetransferActIn,
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/retransfers/{retransfer}/prepare")]
pub(crate) async fn prepare_answer(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let retransfer = id(&path, RetransferId::parse)?;
    let RetransferActIn { act: word } = caller.json()?;
    let act = Act::read(&word)?;
    shown(
        &app,
        &caller,
        move |app, who| match act {
            Act::Answer(answer) => answer_retransfer::prepare(app, who, retransfer, answer),
            Act::Recall => retransfer_fragment::prepare_recall(app, who, retransfer),
        },
        |to_sign| ActToSignOut::of(&word, to_sign),
    )
    .await
}

/// Accept or decline
///
/// Under the recipient's signature. Accepted, it takes room of the recipient's limits, or is refused
/// if they have none.
#[utoipa::path(
    tag = "Re-transfers",
    operation_id = "answerRetransfer",
    params(
        ("retransfer" = String, Path, description = "Id of the offer"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each answer"),
    ),
    request_body = RetransferAnswerIn,
    responses((status = 200, description = "Answered", body = RetransferAnsweredOut), Problems)
)]
#[post("/retransfers/{retransfer}/answer")]
pub(crate) async fn reply(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let retransfer = id(&path, RetransferId::parse)?;
    let (answer, key, bytes) = caller.json::<RetransferAnswerIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            answer_retransfer::run(app, who, &signing, retransfer, answer, Some(once))
        },
        RetransferAnsweredOut::of,
    )
    .await
}

/// Take an offer back
///
/// As long as it is not answered.
#[utoipa::path(
    tag = "Re-transfers",
    operation_id = "recallRetransfer",
    params(("retransfer" = String, Path, description = "Id of the offer")),
    request_body = SignatureIn,
    responses((status = 204, description = "Taken back"), Problems)
)]
#[post("/retransfers/{retransfer}/recall")]
pub(crate) async fn recall(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let retransfer = id(&path, RetransferId::parse)?;
    let (key, bytes) = caller.json::<SignatureIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    done(&app, &caller, move |app, who| {
        retransfer_fragment::recall(app, who, &signing, retransfer)
    })
    .await
}
