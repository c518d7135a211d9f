//! Trade documents of the caller's party: what each can still carry, and words about them under the
//! caller's signature.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::http::header;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::adjust_invoice;
use ledger_app::app::App;
use ledger_app::attest_document;
use ledger_app::documents_view;
use ledger_app::error::AppError;
use ledger_app::hand_over_goods;
use ledger_app::signing::Signing;
use ledger_app::store_document;
use ledger_core::id::DocumentId;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;

use crate::answer::run;
use crate::answer::shown;
use crate::wire::id;
use crate::wire_documents::Adjustment;
use crate::wire_documents::AdjustmentOut;
use crate::wire_documents::DocumentList;
use crate::wire_documents::DocumentMade;
use crate::wire_documents::HandIn;
use crate::wire_documents::TradeDocumentOut;
use crate::wire_problem::Problems;
use crate::wire_words::AttestationAsked;
use crate::wire_words::AttestationSigned;
use crate::wire_words::ToSign;
use crate::wire_words::WaybillAsked;
use crate::wire_words::WaybillSigned;

/// Trade documents
///
/// The newest 200 documents in which the caller's party has part, with what each can still carry.
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "listDocuments",
    responses((status = 200, description = "The documents", body = DocumentList), Problems)
)]
#[get("")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, documents_view::list, |seen| DocumentList {
        items: seen.iter().map(TradeDocumentOut::of).collect(),
    })
    .await
}

/// One trade document
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "getTradeDocument",
    params(("document" = String, Path, description = "Id of the document")),
    responses((status = 200, description = "The document", body = TradeDocumentOut), Problems)
)]
#[get("/{document}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let document = id(&path, DocumentId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| documents_view::one(app, who, document),
        TradeDocumentOut::of,
    )
    .await
}

/// Its contents
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "getDocumentContent",
    params(("document" = String, Path, description = "Id of the document")),
    responses(
        (status = 200, description = "The bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        Problems,
    )
)]
#[get("/{document}/content")]
pub(crate) async fn content(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let document = id(&path, DocumentId::parse)?;
    let (document, bytes) = run(&app, &caller, move |app, who| {
        documents_view::content(app, who, document)
    })
    .await?;
    let name = utf8_percent_encode(&document.file_name, NON_ALPHANUMERIC);
    Ok(HttpResponse::Ok()
        .content_type(document.media_type)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ))
        .body(bytes))
}

/// Hand in a document
///
/// The caller's party issued it. Of a fully digital invoice hand in the XML: number, date, totals,
/// seller and buyer are read from it and must agree with what is stated. The same invoice again is
/// the document kept first.
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "handInDocument",
    request_body = HandIn,
    responses((status = 200, description = "It is kept", body = DocumentMade), Problems)
)]
#[post("")]
pub(crate) async fn hand_in(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let (new, facts) = caller.json::<HandIn>()?.read()?;
    shown(
        &app,
        &caller,
        move |app, who| store_document::structured(app, who, &new, &facts),
        DocumentMade::of,
    )
    .await
}

/// Hand in a credit note or price true-up
///
/// What lowers the invoice counts at once; what raises it counts once the buyer hands it in or
/// attests `debt_confirmed` about it.
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "adjustInvoice",
    params(("document" = String, Path, description = "Id of the invoice")),
    request_body = Adjustment,
    responses((status = 200, description = "It is kept", body = AdjustmentOut), Problems)
)]
#[post("/{document}/adjustments")]
pub(crate) async fn adjust(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let invoice = id(&path, DocumentId::parse)?;
    let asked = caller.json::<Adjustment>()?;
    let done = run(&app, &caller, move |app, who| {
        let currency = documents_view::one(app, who, invoice)?.document.currency;
        let command = asked.read(invoice, currency.ok_or(AppError::NotFound)?)?;
        let done = adjust_invoice::run(app, who, &command)?;
        Ok(AdjustmentOut::of(&done, command.amount, currency))
    })
    .await?;
    Ok(HttpResponse::Ok().json(done))
}

/// What an attestation would sign
///
/// Sign `payload` as it is with the party's key and send the signature to
/// `/documents/{document}/attestations` on the same business date.
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "prepareAttestation",
    params(("document" = String, Path, description = "Id of the document")),
    request_body = AttestationAsked,
    responses((status = 200, description = "What to sign", body = ToSign), Problems)
)]
#[post("/{document}/attestations/prepare")]
pub(crate) async fn prepare_attestation(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let document = id(&path, DocumentId::parse)?;
    let command = caller.json::<AttestationAsked>()?.read(document)?;
    shown(
        &app,
        &caller,
        move |app, who| attest_document::prepare(app, who, &command),
        ToSign::of,
    )
    .await
}

/// Attest
///
/// `seen_original`, `goods_received`, `debt_confirmed`, `carried`, `balance_agreed` or `disputed`,
/// under the party's signature. The same again changes nothing.
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "attestDocument",
    params(("document" = String, Path, description = "Id of the document")),
    request_body = AttestationSigned,
    responses((status = 204, description = "It is said"), Problems)
)]
#[post("/{document}/attestations")]
pub(crate) async fn attest(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let document = id(&path, DocumentId::parse)?;
    let signed = caller.json::<AttestationSigned>()?;
    let command = signed.asked().read(document)?;
    let (key, bytes) = signed.signature()?;
    run(&app, &caller, move |app, who| {
        attest_document::run(app, who, &Signing::Brought { key, bytes }, &command)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a waybill would sign
///
/// For the carrier's system. Sign `payload` as it is and send the same waybill with the signature to
/// `/waybills` on the same business date; the receiver then attests `goods_received`.
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "prepareWaybill",
    request_body = WaybillAsked,
    responses((status = 200, description = "What to sign", body = ToSign), Problems)
)]
#[post("/waybills/prepare")]
pub(crate) async fn prepare_waybill(
    app: Data<App>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let command = caller.json::<WaybillAsked>()?.read()?;
    shown(
        &app,
        &caller,
        move |app, who| hand_over_goods::prepare(app, who, &command),
        |(_, word)| ToSign::of(word),
    )
    .await
}

/// Hand over under a waybill
#[utoipa::path(
    tag = "Trade documents",
    operation_id = "signWaybill",
    request_body = WaybillSigned,
    responses((status = 200, description = "It is kept", body = DocumentMade), Problems)
)]
#[post("/waybills")]
pub(crate) async fn sign_waybill(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let signed = caller.json::<WaybillSigned>()?;
    let command = signed.waybill.read()?;
    let (key, bytes) = signed.signature()?;
    shown(
        &app,
        &caller,
        move |app, who| hand_over_goods::run(app, who, &Signing::Brought { key, bytes }, &command),
        DocumentMade::of,
    )
    .await
}
