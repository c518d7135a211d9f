//! Requests for money offered to the caller, and where their fragments come from.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::http::header;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::cursor::Cursors;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::decline_request;
use ledger_app::provider_inbox;
use ledger_core::id::DocumentId;
use ledger_core::id::RequestId;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;

use crate::answer::List;
use crate::answer::done;
use crate::answer::run;
use crate::answer::shown;
use crate::wire::id;
use crate::wire_inbox::InboxQuery;
use crate::wire_problem::Problems;
use crate::wire_requests::ProvenanceOut;
use crate::wire_requests::RequestOut;
use crate::wire_requests::RequestPage;

const LIST: List = List {
    name: "requests",
    path: "/v1/requests",
};

/// Requests offered
///
/// All requests for money that the caller's party was invited to quote on, newest first, closed
/// ones too, or those that fit all that is said. The next page needs the same parameters again.
#[utoipa::path(
    tag = "Requests",
    operation_id = "listRequests",
    params(InboxQuery),
    responses((status = 200, description = "A page", body = RequestPage), Problems)
)]
#[get("/requests")]
pub(crate) async fn list(
    app: Data<App>,
    cursors: Data<Cursors>,
    caller: Caller,
    query: Query<InboxQuery>,
) -> Result<HttpResponse, Problem> {
    let filter = query.filter()?;
    LIST.page(
        &app,
        &cursors,
        &caller,
        &query.page(),
        move |app, who, after, limit| provider_inbox::list(app, who, &filter, after, limit),
        |items, next_cursor| RequestPage {
            items: items.iter().map(RequestOut::of).collect(),
            next_cursor,
        },
    )
    .await
}

/// One request
#[utoipa::path(
    tag = "Requests",
    operation_id = "getRequest",
    params(("request" = String, Path, description = "Id of the request")),
    responses((status = 200, description = "The request", body = RequestOut), Problems)
)]
#[get("/requests/{request}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = id(&path, RequestId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| provider_inbox::one(app, who, request),
        RequestOut::of,
    )
    .await
}

/// Where the fragment comes from
///
/// Every entry from the obligor's issue on, with the bytes, signatures and keys to check it, the
/// trade documents of each leg, and the obligor's conduct. To be seen while the request is open, and
/// afterwards by the provider whose quote was signed.
#[utoipa::path(
    tag = "Requests",
    operation_id = "getProvenance",
    params(("request" = String, Path, description = "Id of the request")),
    responses((status = 200, description = "The path", body = ProvenanceOut), Problems)
)]
#[get("/requests/{request}/provenance")]
pub(crate) async fn provenance(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = id(&path, RequestId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| provider_inbox::provenance(app, who, request),
        ProvenanceOut::of,
    )
    .await
}

/// A trade document
///
/// The contents of a document that a leg of the offered path rests on; no other exists here.
#[utoipa::path(
    tag = "Requests",
    operation_id = "getDocument",
    params(
        ("request" = String, Path, description = "Id of the request"),
        ("document" = String, Path, description = "Id of the document, from the provenance"),
    ),
    responses(
        (status = 200, description = "The bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        Problems,
    )
)]
#[get("/requests/{request}/documents/{document}")]
pub(crate) async fn document(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (request, document) = path.into_inner();
    let request = id(&request, RequestId::parse)?;
    let document = id(&document, DocumentId::parse)?;
    let content = run(&app, &caller, move |app, who| {
        provider_inbox::document(app, who, request, document)
    })
    .await?;
    let name = utf8_percent_encode(&content.file_name, NON_ALPHANUMERIC);
    Ok(HttpResponse::Ok()
        .content_type(content.media_type)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ))
        .body(content.bytes))
}

/// Say no
///
/// When all who were asked have said no, the request is over. A second time changes nothing.
#[utoipa::path(
    tag = "Requests",
    operation_id = "declineRequest",
    params(("request" = String, Path, description = "Id of the request")),
    responses((status = 204, description = "Declined"), Problems)
)]
#[post("/requests/{request}/decline")]
pub(crate) async fn decline(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = id(&path, RequestId::parse)?;
    done(&app, &caller, move |app, who| {
        decline_request::run(app, who, request)
    })
    .await
}
