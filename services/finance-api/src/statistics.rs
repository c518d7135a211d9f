//! Figures: a finance provider's own statistics; statements of account between seller and buyer.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::provider_statistics;
use ledger_app::settlement_statement;

use crate::answer::run;
use crate::answer::shown;
use crate::wire_problem::Problems;
use crate::wire_statistics::AccountQuery;
use crate::wire_statistics::AccountStatementOut;
use crate::wire_statistics::StatisticsOut;
use crate::wire_statistics::StatisticsQuery;

/// Statistics
///
/// What the caller has bought and what became of it, by currency, month, obligor and length. Only
/// the caller's own figures.
#[utoipa::path(
    tag = "Statistics",
    operation_id = "getStatistics",
    params(StatisticsQuery),
    responses((status = 200, description = "The figures", body = StatisticsOut), Problems)
)]
#[get("/statistics")]
pub(crate) async fn statistics(
    app: Data<App>,
    caller: Caller,
    query: Query<StatisticsQuery>,
) -> Result<HttpResponse, Problem> {
    let (from, to) = (query.from, query.to);
    shown(
        &app,
        &caller,
        move |app, who| provider_statistics::run(app, who, from, to),
        StatisticsOut::of,
    )
    .await
}

/// Statistics as a file
///
/// The same as CSV, one line a sum; the first column says by what it is summed.
#[utoipa::path(
    tag = "Statistics",
    operation_id = "getStatisticsFile",
    params(StatisticsQuery),
    responses((status = 200, description = "The figures", body = String, content_type = "text/csv"), Problems)
)]
#[get("/statistics.csv")]
pub(crate) async fn file(
    app: Data<App>,
    caller: Caller,
    query: Query<StatisticsQuery>,
) -> Result<HttpResponse, Problem> {
    let (from, to) = (query.from, query.to);
    let found = run(&app, &caller, move |app, who| {
        provider_statistics::run(app, who, from, to)
    })
    .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"statistics.csv\"",
        ))
        .body(provider_statistics::csv(&found)))
}

/// Statement of account
///
/// The seller's invoices of a period beside the waybills they bill, drawn up anew from what is on
/// record; the same for either side, and for nobody else.
#[utoipa::path(
    tag = "Statistics",
    operation_id = "getAccountStatement",
    params(AccountQuery),
    responses((status = 200, description = "The statement", body = AccountStatementOut), Problems)
)]
#[get("/statements")]
pub(crate) async fn account(
    app: Data<App>,
    caller: Caller,
    query: Query<AccountQuery>,
) -> Result<HttpResponse, Problem> {
    let period = query.read()?;
    shown(
        &app,
        &caller,
        move |app, who| settlement_statement::draw(app, who, &period),
        AccountStatementOut::of,
    )
    .await
}
