//! The rules of a day, with the article each rests on.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::web::Data;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::rules_view;

use crate::answer::shown;
use crate::wire_problem::Problems;
use crate::wire_rules::RulesOut;
use crate::wire_rules::RulesQuery;

/// Rules
///
/// What applies on a day: tenor, tiers, parts, who may discount, registration, fees that may not
/// fall on holders. Each rule names the article it rests on, and a refusal cites it.
#[utoipa::path(
    tag = "Rules",
    operation_id = "getRules",
    params(RulesQuery),
    responses((status = 200, description = "The rules", body = RulesOut), Problems)
)]
#[get("/rules")]
pub(crate) async fn of_day(
    app: Data<App>,
    caller: Caller,
    query: Query<RulesQuery>,
) -> Result<HttpResponse, Problem> {
    let on = query.on;
    shown(
        &app,
        &caller,
        move |app, who| rules_view::run(app, who, on),
        RulesOut::of,
    )
    .await
}
