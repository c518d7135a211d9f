//! What the caller was paid at maturity, and whether what one obligor pays it on one day comes in one sum.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::put;
use actix_web::web::Data;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::choose_netting;
use ledger_app::received_payments;

use crate::answer::done;
use crate::answer::shown;
use crate::wire_problem::Problems;
use crate::wire_received::NettingIn;
use crate::wire_received::ReceivedOut;
use crate::wire_received::ReceivedQuery;

/// Payments received at maturity
///
/// One month of them, the newest first, each as the caller's bank shows it, with the papers in it; and
/// what the caller has chosen of netting.
#[utoipa::path(
    tag = "Received",
    operation_id = "listReceived",
    params(ReceivedQuery),
    responses((status = 200, description = "The month's payments", body = ReceivedOut), Problems)
)]
#[get("/received")]
pub(crate) async fn list(
    app: Data<App>,
    caller: Caller,
    query: Query<ReceivedQuery>,
) -> Result<HttpResponse, Problem> {
    let day = query.into_inner().day;
    shown(
        &app,
        &caller,
        move |app, who| received_payments::view(app, who, day),
        ReceivedOut::of,
    )
    .await
}

/// Choose netting
///
/// Whether what one obligor pays the caller on one day for several papers comes in one sum. It holds for
/// what is sent to banks from now on; each paper keeps a credit of its own. The same again changes
/// nothing.
#[utoipa::path(
    tag = "Received",
    operation_id = "chooseNetting",
    request_body = NettingIn,
    responses((status = 204, description = "Chosen"), Problems)
)]
#[put("/netting")]
pub(crate) async fn choose(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let netted = caller.json::<NettingIn>()?.netted;
    done(&app, &caller, move |app, who| {
        choose_netting::run(app, who, netted)
    })
    .await
}
