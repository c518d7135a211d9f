//! Write-offs: a holder strikes from its own books what nobody is left to pay. The claim stands.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::signing::Signing;
use ledger_app::write_off_fragment;
use ledger_app::write_off_view;

use crate::answer::once;
use crate::answer::shown;
use crate::answer::to_sign;
use crate::wire_pledges::ActToSignOut;
use crate::wire_problem::Problems;
use crate::wire_write_offs::SignedWriteOffIn;
use crate::wire_write_offs::WriteOffIn;
use crate::wire_write_offs::WriteOffsOut;
use crate::wire_write_offs::WrittenOffOut;

/// Write-offs
///
/// What the caller's party may write off in its own books, and what it has with what came in since.
/// Nobody else but the auditor sees it.
#[utoipa::path(
    tag = "Write-offs",
    operation_id = "listWriteOffs",
    responses((status = 200, description = "What may be, and what was", body = WriteOffsOut), Problems)
)]
#[get("/write-offs")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, write_off_view::list, WriteOffsOut::of).await
}

/// What to sign to write a fragment off
///
/// On a fragment of the caller's own, of a paper in default, when recourse is exhausted: today's entry,
/// over what is owed today. Keeps nothing.
#[utoipa::path(
    tag = "Write-offs",
    operation_id = "prepareWriteOff",
    params(("fragment" = String, Path, description = "Id of the fragment")),
    request_body = WriteOffIn,
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/fragments/{fragment}/write-off/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let said = caller.json::<WriteOffIn>()?.said();
    to_sign(&app, &caller, "write_off", move |app, who| {
        write_off_fragment::prepare(app, who, &fragment, &said)
    })
    .await
}

/// Write a fragment off
///
/// The caller's signature under the entry as prepared today, with the same words. The fragment stays the
/// caller's, and what is paid on it comes to it as before.
#[utoipa::path(
    tag = "Write-offs",
    operation_id = "writeOff",
    params(
        ("fragment" = String, Path, description = "Id of the fragment"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each write-off"),
    ),
    request_body = SignedWriteOffIn,
    responses((status = 200, description = "Written off", body = WrittenOffOut), Problems)
)]
#[post("/fragments/{fragment}/write-off")]
pub(crate) async fn sign(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let (said, signature) = caller.json::<SignedWriteOffIn>()?.parts();
    let (key, bytes) = signature.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            write_off_fragment::run(app, who, &signing, &fragment, &said, Some(once))
        },
        |written| WrittenOffOut {
            fragment: written.fragment,
            entry: written.entry,
        },
    )
    .await
}
