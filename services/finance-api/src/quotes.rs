//! Quotes: prepared here, signed at the caller's, handed in, looked at, taken back.

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
use ledger_app::provider_inbox;
use ledger_app::quote_fragment;
use ledger_app::signing::Signing;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;

use crate::answer::List;
use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::wire::PageQuery;
use crate::wire::id;
use crate::wire_problem::Problems;
use crate::wire_quotes::PreparedOut;
use crate::wire_quotes::QuoteOut;
use crate::wire_quotes::QuotePage;
use crate::wire_quotes::QuotedOut;
use crate::wire_quotes::SignedQuoteIn;
use crate::wire_quotes::TermsIn;

const LIST: List = List {
    name: "quotes",
    path: "/v1/quotes",
};

/// Price a request
///
/// Reckons all figures and gives the bytes to sign. Nothing is kept, and nobody is told: to quote,
/// sign the payload and hand the quote in.
#[utoipa::path(
    tag = "Quotes",
    operation_id = "prepareQuote",
    params(("request" = String, Path, description = "Id of the request")),
    request_body = TermsIn,
    responses((status = 200, description = "The quote to sign", body = PreparedOut), Problems)
)]
#[post("/requests/{request}/quotes/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = id(&path, RequestId::parse)?;
    let terms: TermsIn = caller.json()?;
    shown(
        &app,
        &caller,
        move |app, who| {
            // Amounts in the terms are in the request's currency.
            let asked = provider_inbox::one(app, who, request)?.asked;
            quote_fragment::prepare(app, who, request, &terms.read(asked.request.currency)?)
        },
        PreparedOut::of,
    )
    .await
}

/// Hand a signed quote in
///
/// From here on the holder may accept it until it expires. Its figures are reckoned again from its
/// own bytes; what doesn't follow is refused.
#[utoipa::path(
    tag = "Quotes",
    operation_id = "submitQuote",
    params(
        ("request" = String, Path, description = "Id of the request"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each quote"),
    ),
    request_body = SignedQuoteIn,
    responses((status = 200, description = "On offer", body = QuotedOut), Problems)
)]
#[post("/requests/{request}/quotes")]
pub(crate) async fn submit(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = id(&path, RequestId::parse)?;
    let (body, key, bytes) = caller.json::<SignedQuoteIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| {
            quote_fragment::submit(app, who, request, &body, &signing, Some(once))
        },
        |quoted| QuotedOut {
            quote: quoted.quote,
        },
    )
    .await
}

/// The caller's quotes
///
/// Newest first, closed ones too. Other providers' quotes are never visible.
#[utoipa::path(
    tag = "Quotes",
    operation_id = "listQuotes",
    params(PageQuery),
    responses((status = 200, description = "A page", body = QuotePage), Problems)
)]
#[get("/quotes")]
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
        provider_book::quotes,
        |items, next_cursor| QuotePage {
            items: items.iter().map(QuoteOut::of).collect(),
            next_cursor,
        },
    )
    .await
}

/// One quote
#[utoipa::path(
    tag = "Quotes",
    operation_id = "getQuote",
    params(("quote" = String, Path, description = "Id of the quote")),
    responses((status = 200, description = "The quote", body = QuoteOut), Problems)
)]
#[get("/quotes/{quote}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let quote = id(&path, QuoteId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| provider_book::quote(app, who, quote),
        QuoteOut::of,
    )
    .await
}

/// Take a quote back
///
/// As long as nobody has signed it. A second time changes nothing.
#[utoipa::path(
    tag = "Quotes",
    operation_id = "withdrawQuote",
    params(("quote" = String, Path, description = "Id of the quote")),
    responses((status = 204, description = "Withdrawn"), Problems)
)]
#[post("/quotes/{quote}/withdraw")]
pub(crate) async fn withdraw(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let quote = id(&path, QuoteId::parse)?;
    done(&app, &caller, move |app, who| {
        quote_fragment::withdraw(app, who, quote)
    })
    .await
}
