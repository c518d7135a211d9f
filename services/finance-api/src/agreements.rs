//! Agreements on papers: what the obligor asks of all holders, and a holder's own answer.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::agreements_view;
use ledger_app::app::App;
use ledger_app::consent_agreement;
use ledger_app::consent_agreement::Consented;
use ledger_app::error::AppError;
use ledger_app::signing::Signing;
use uuid::Uuid;

use crate::answer::done;
use crate::answer::shown;
use crate::wire_agreements::AgreementOut;
use crate::wire_agreements::AgreementToSignOut;
use crate::wire_agreements::AgreementsOut;
use crate::wire_agreements::ConsentedOut;
use crate::wire_agreements::DeclineAgreementIn;
use crate::wire_agreements::SignAgreementIn;
use crate::wire_problem::Problems;

/// Agreements on papers
///
/// Those that concern the caller's party, newest first, ended ones too.
#[utoipa::path(
    tag = "Agreements",
    operation_id = "listAgreements",
    responses((status = 200, description = "The agreements", body = AgreementsOut), Problems)
)]
#[get("/agreements")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, agreements_view::list, |items| {
        AgreementsOut {
            items: items.iter().map(AgreementOut::of).collect(),
        }
    })
    .await
}

/// What to sign
///
/// The agreement's canonical bytes: all sides sign the same. Keeps nothing.
#[utoipa::path(
    tag = "Agreements",
    operation_id = "prepareAgreement",
    params(("agreement" = String, Path, description = "Id of the agreement")),
    responses((status = 200, description = "The bytes to sign", body = AgreementToSignOut), Problems)
)]
#[post("/agreements/{agreement}/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let agreement = agreement_id(&path)?;
    shown(
        &app,
        &caller,
        move |app, who| {
            let to_sign = consent_agreement::prepare(app, who, agreement)?;
            let choice = consent_agreement::choice_asked(app, who, agreement)?;
            Ok(AgreementToSignOut::of(&to_sign, choice.as_ref()))
        },
        AgreementToSignOut::clone,
    )
    .await
}

/// Sign an agreement
///
/// With the last signature it takes effect at once. A second signature of the same party changes
/// nothing.
#[utoipa::path(
    tag = "Agreements",
    operation_id = "signAgreement",
    params(("agreement" = String, Path, description = "Id of the agreement")),
    request_body = SignAgreementIn,
    responses((status = 200, description = "Signed", body = ConsentedOut), Problems)
)]
#[post("/agreements/{agreement}/sign")]
pub(crate) async fn sign(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let agreement = agreement_id(&path)?;
    let (key, bytes, agreed) = caller.json::<SignAgreementIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    shown(
        &app,
        &caller,
        move |app, who| consent_agreement::run_choosing(app, who, &signing, agreement, agreed),
        |done| ConsentedOut {
            outcome: match done {
                Consented::Waits => "waits",
                Consented::Effective => "effective",
            }
            .to_owned(),
        },
    )
    .await
}

/// Decline an agreement
///
/// It is off for everybody: nobody is outvoted.
#[utoipa::path(
    tag = "Agreements",
    operation_id = "declineAgreement",
    params(("agreement" = String, Path, description = "Id of the agreement")),
    request_body = DeclineAgreementIn,
    responses((status = 204, description = "Declined"), Problems)
)]
#[post("/agreements/{agreement}/decline")]
pub(crate) async fn decline(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let agreement = agreement_id(&path)?;
    let no: DeclineAgreementIn = caller.json()?;
    done(&app, &caller, move |app, who| {
        consent_agreement::decline(app, who, agreement, &no.word)
    })
    .await
}

fn agreement_id(text: &str) -> Result<Uuid, Problem> {
    text.parse()
        .map_err(|_not_an_id| Problem::from(AppError::NotFound))
}
