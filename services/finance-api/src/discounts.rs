//! Purchases concluded on the caller's quotes, their pay-outs, and what the caller holds.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::cursor::Cursors;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::provider_book;
use ledger_app::register_discount;
use ledger_app::report_payout;
use ledger_core::id::QuoteId;

use crate::answer::List;
use crate::answer::once;
use crate::answer::shown;
use crate::wire::PageQuery;
use crate::wire::id;
use crate::wire_discounts::CertificateIn;
use crate::wire_discounts::DiscountOut;
use crate::wire_discounts::DiscountPage;
use crate::wire_discounts::HoldingOut;
use crate::wire_discounts::Holdings;
use crate::wire_discounts::PayoutStateOut;
use crate::wire_discounts::RegisteredOut;
use crate::wire_discounts::ReportIn;
use crate::wire_discounts::StatementOut;
use crate::wire_discounts::StatementQuery;
use crate::wire_problem::Problems;

const LIST: List = List {
    name: "discounts",
    path: "/v1/discounts",
};

/// Most holdings in one answer.
const MOST_HOLDINGS: i64 = 1_000;

/// Purchases
///
/// Everything that was concluded on the caller's quotes, newest first, with the state of each
/// pay-out.
#[utoipa::path(
    tag = "Discounts",
    operation_id = "listDiscounts",
    params(PageQuery),
    responses((status = 200, description = "A page", body = DiscountPage), Problems)
)]
#[get("/discounts")]
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
        provider_book::discounts,
        |items, next_cursor| DiscountPage {
            items: items.iter().map(DiscountOut::of).collect(),
            next_cursor,
        },
    )
    .await
}

/// One purchase
///
/// Named by the quote that was signed. Not found while nobody has signed it.
#[utoipa::path(
    tag = "Discounts",
    operation_id = "getDiscount",
    params(("quote" = String, Path, description = "Id of the quote")),
    responses((status = 200, description = "The purchase", body = DiscountOut), Problems)
)]
#[get("/discounts/{quote}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let quote = id(&path, QuoteId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| provider_book::discount(app, who, quote),
        DiscountOut::of,
    )
    .await
}

/// Register the purchase
///
/// Records the certificate under which the purchase stands in the public register of security over
/// movables and rights. Where the rules of the day ask for it, no money is let go before.
#[utoipa::path(
    tag = "Discounts",
    operation_id = "registerDiscount",
    params(
        ("quote" = String, Path, description = "Id of the quote"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each certificate"),
    ),
    request_body = CertificateIn,
    responses((status = 200, description = "Registered", body = RegisteredOut), Problems)
)]
#[post("/discounts/{quote}/registration")]
pub(crate) async fn register(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let quote = id(&path, QuoteId::parse)?;
    let number = caller.json::<CertificateIn>()?.certificate;
    once(
        &app,
        &caller,
        move |app, who, key| register_discount::run(app, who, quote, &number, Some(key)),
        RegisteredOut::of,
    )
    .await
}

/// Authorise the pay-out
///
/// Lets the platform instruct the caller's bank on the pay date: the usual way. The fragment moves
/// when the bank's statement shows the payment.
#[utoipa::path(
    tag = "Discounts",
    operation_id = "authorisePayout",
    params(
        ("quote" = String, Path, description = "Id of the quote"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each pay-out"),
    ),
    responses((status = 200, description = "Authorised", body = PayoutStateOut), Problems)
)]
#[post("/discounts/{quote}/authorise")]
pub(crate) async fn authorise(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let quote = id(&path, QuoteId::parse)?;
    once(
        &app,
        &caller,
        move |app, who, key| report_payout::authorise(app, who, quote, Some(key)),
        PayoutStateOut::of,
    )
    .await
}

/// Report a payment
///
/// The caller's bank pays on its own, under the pay-out's end-to-end id. The report alone moves
/// nothing: the bank's statement does.
#[utoipa::path(
    tag = "Discounts",
    operation_id = "reportPayout",
    params(
        ("quote" = String, Path, description = "Id of the quote"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each report"),
    ),
    request_body = ReportIn,
    responses((status = 200, description = "Reported", body = PayoutStateOut), Problems)
)]
#[post("/discounts/{quote}/report")]
pub(crate) async fn report(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let quote = id(&path, QuoteId::parse)?;
    let reference = caller.json::<ReportIn>()?.reference;
    once(
        &app,
        &caller,
        move |app, who, key| report_payout::report(app, who, quote, &reference, Some(key)),
        PayoutStateOut::of,
    )
    .await
}

/// Statement of purchases
///
/// All purchases with a pay date in a stretch of days, and the sums of those that are funded.
#[utoipa::path(
    tag = "Discounts",
    operation_id = "getStatement",
    params(StatementQuery),
    responses((status = 200, description = "The statement", body = StatementOut), Problems)
)]
#[get("/statement")]
pub(crate) async fn statement(
    app: Data<App>,
    caller: Caller,
    query: Query<StatementQuery>,
) -> Result<HttpResponse, Problem> {
    let (from, to) = (query.from, query.to);
    shown(
        &app,
        &caller,
        move |app, who| provider_book::statement(app, who, from, to),
        |found| StatementOut::of(&query, found),
    )
    .await
}

/// Holdings
///
/// The fragments the caller's party holds, soonest due first, 1,000 at most.
#[utoipa::path(
    tag = "Discounts",
    operation_id = "listHoldings",
    responses((status = 200, description = "The holdings", body = Holdings), Problems)
)]
#[get("/holdings")]
pub(crate) async fn holdings(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(
        &app,
        &caller,
        move |app, who| provider_book::holdings(app, who, MOST_HOLDINGS),
        |found| Holdings {
            items: found.iter().map(HoldingOut::of).collect(),
        },
    )
    .await
}
