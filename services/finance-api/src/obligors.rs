//! Obligors as a finance provider sees them, and what it writes down about them for itself.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::note_on_obligor;
use ledger_app::obligor_status;
use ledger_app::own_default_risk;
use ledger_app::record_disclosure;
use ledger_core::id::PartyId;

use crate::answer::done;
use crate::answer::shown;
use crate::wire::id;
use crate::wire_default_risk::DefaultRiskOut;
use crate::wire_default_risk::DefaultRiskQuery;
use crate::wire_obligors::DisclosureIn;
use crate::wire_obligors::NoteIn;
use crate::wire_obligors::StatusOut;
use crate::wire_problem::Problems;

/// An obligor's status
///
/// How its papers were paid here, your exposure to it, what you have looked up and your notes. To be
/// seen by providers that were asked on one of its papers or hold a part of one; exposure, checks
/// and notes are the caller's own.
#[utoipa::path(
    tag = "Obligors",
    operation_id = "getObligor",
    params(("obligor" = String, Path, description = "Id of the obligor")),
    responses((status = 200, description = "The status", body = StatusOut), Problems)
)]
#[get("/obligors/{obligor}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let obligor = id(&path, PartyId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| obligor_status::run(app, who, obligor),
        StatusOut::of,
    )
    .await
}

/// What an obligor's default would mean
///
/// If the obligor fails on a day and nothing more comes: what the caller would not be paid of what it
/// holds, to whom it may turn for that, and what may be claimed from it by those it passed on to with
/// recourse. The caller's own legs only: what may be claimed from it is a bound, as if each recipient
/// lost all that it got.
#[utoipa::path(
    tag = "Obligors",
    operation_id = "getDefaultRisk",
    params(("obligor" = String, Path, description = "Id of the obligor"), DefaultRiskQuery),
    responses((status = 200, description = "What it would mean", body = DefaultRiskOut), Problems)
)]
#[get("/obligors/{obligor}/default")]
pub(crate) async fn default_risk(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    query: Query<DefaultRiskQuery>,
) -> Result<HttpResponse, Problem> {
    let obligor = id(&path, PartyId::parse)?;
    let day = query.day;
    shown(
        &app,
        &caller,
        move |app, who| own_default_risk::run(app, who, obligor, day),
        DefaultRiskOut::of,
    )
    .await
}

/// Record a look into the public disclosure
///
/// A proposed price needs a clean one within the last seven days. It stands as recorded.
#[utoipa::path(
    tag = "Obligors",
    operation_id = "recordDisclosure",
    params(("obligor" = String, Path, description = "Id of the obligor")),
    request_body = DisclosureIn,
    responses((status = 204, description = "Recorded"), Problems)
)]
#[post("/obligors/{obligor}/disclosure")]
pub(crate) async fn looked_up(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let obligor = id(&path, PartyId::parse)?;
    let look = caller.json::<DisclosureIn>()?.read(obligor)?;
    done(&app, &caller, move |app, who| {
        record_disclosure::run(app, who, &look)
    })
    .await
}

/// Write a note
///
/// For your own organisation; nobody else reads it.
#[utoipa::path(
    tag = "Obligors",
    operation_id = "writeNote",
    params(("obligor" = String, Path, description = "Id of the obligor")),
    request_body = NoteIn,
    responses((status = 204, description = "Kept"), Problems)
)]
#[post("/obligors/{obligor}/notes")]
pub(crate) async fn note(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let obligor = id(&path, PartyId::parse)?;
    let note: NoteIn = caller.json()?;
    done(&app, &caller, move |app, who| {
        note_on_obligor::run(app, who, obligor, &note.note)
    })
    .await
}
