//! Corrections: a transfer made by mistake is taken back by both its sides.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::answer_correction;
use ledger_app::app::App;
use ledger_app::corrections_view;
use ledger_app::error::AppError;
use ledger_app::propose_correction;
use ledger_app::signing::Signing;
use uuid::Uuid;

use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::answer::to_sign;
use crate::wire_corrections::CorrectedOut;
use crate::wire_corrections::CorrectionsOut;
use crate::wire_corrections::DeclineCorrectionIn;
use crate::wire_corrections::ProposedCorrectionOut;
use crate::wire_corrections::ReasonIn;
use crate::wire_corrections::SignedCorrectionIn;
use crate::wire_pledges::ActToSignOut;
use crate::wire_pledges::SignatureIn;
use crate::wire_problem::Problems;

/// Corrections
///
/// Transfers taken back, or proposed to be, of which the caller's party is a side.
#[utoipa::path(
    tag = "Corrections",
    operation_id = "listCorrections",
    responses((status = 200, description = "Newest first", body = CorrectionsOut), Problems)
)]
#[get("/corrections")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, corrections_view::list, |found| {
        CorrectionsOut::of(found)
    })
    .await
}

/// What to sign to propose one
///
/// On a fragment that the caller got by the transfer, or that it had when it gave it. Keeps nothing.
#[utoipa::path(
    tag = "Corrections",
    operation_id = "prepareCorrection",
    params(("fragment" = String, Path, description = "Id of the fragment")),
    request_body = ReasonIn,
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/fragments/{fragment}/correct/prepare")]
pub(crate) async fn prepare_proposal(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let said: ReasonIn = caller.json()?;
    to_sign(&app, &caller, "correct", move |app, who| {
        propose_correction::prepare(app, who, &fragment, &said.reason)
    })
    .await
}

/// Propose a correction
///
/// The caller's signature over the correction as prepared, with the same reason. The other side of the
/// transfer is told; nothing changes until it signs too.
#[utoipa::path(
    tag = "Corrections",
    operation_id = "proposeCorrection",
    params(
        ("fragment" = String, Path, description = "Id of the fragment"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each proposal"),
    ),
    request_body = SignedCorrectionIn,
    responses((status = 200, description = "Proposed", body = ProposedCorrectionOut), Problems)
)]
#[post("/fragments/{fragment}/correct")]
pub(crate) async fn propose(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let (reason, body, key, bytes) = caller.json::<SignedCorrectionIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            let what = (fragment.as_str(), reason.as_str());
            propose_correction::submit(app, who, what, &body, &signing, Some(once))
        },
        |proposed| ProposedCorrectionOut {
            correction: proposed.correction,
        },
    )
    .await
}

/// What to sign to agree
///
/// What the other side has signed. Keeps nothing.
#[utoipa::path(
    tag = "Corrections",
    operation_id = "prepareCorrectionAnswer",
    params(("correction" = String, Path, description = "Id of the correction")),
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/corrections/{correction}/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let correction = correction_id(&path)?;
    to_sign(&app, &caller, "correct", move |app, who| {
        answer_correction::prepare(app, who, correction)
    })
    .await
}

/// Agree to a correction
///
/// The caller's signature over what the other side has signed: the fragment is its giver's again at
/// once, and the invoices that the transfer used are open again.
#[utoipa::path(
    tag = "Corrections",
    operation_id = "signCorrection",
    params(
        ("correction" = String, Path, description = "Id of the correction"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each answer"),
    ),
    request_body = SignatureIn,
    responses((status = 200, description = "Taken back", body = CorrectedOut), Problems)
)]
#[post("/corrections/{correction}/sign")]
pub(crate) async fn sign(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let correction = correction_id(&path)?;
    let (key, bytes) = caller.json::<SignatureIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| answer_correction::run(app, who, &signing, correction, Some(once)),
        |corrected| CorrectedOut {
            entry: corrected.entry,
            fragment: corrected.fragment,
        },
    )
    .await
}

/// Decline a correction
///
/// Says why the transfer stands.
#[utoipa::path(
    tag = "Corrections",
    operation_id = "declineCorrection",
    params(("correction" = String, Path, description = "Id of the correction")),
    request_body = DeclineCorrectionIn,
    responses((status = 204, description = "Declined"), Problems)
)]
#[post("/corrections/{correction}/decline")]
pub(crate) async fn decline(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let correction = correction_id(&path)?;
    let said: DeclineCorrectionIn = caller.json()?;
    done(&app, &caller, move |app, who| {
        answer_correction::decline(app, who, correction, &said.word)
    })
    .await
}

/// Take a proposal back
///
/// As long as it was not answered. A second time changes nothing.
#[utoipa::path(
    tag = "Corrections",
    operation_id = "withdrawCorrection",
    params(("correction" = String, Path, description = "Id of the correction")),
    responses((status = 204, description = "Taken back"), Problems)
)]
#[post("/corrections/{correction}/withdraw")]
pub(crate) async fn withdraw(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let correction = correction_id(&path)?;
    done(&app, &caller, move |app, who| {
        propose_correction::withdraw(app, who, correction)
    })
    .await
}

fn correction_id(text: &str) -> Result<Uuid, Problem> {
    text.parse()
        .map_err(|_not_an_id| Problem::from(AppError::NotFound))
}
