//! Standing rates: prepared here, signed at the caller's, published, looked at, taken back; and the
//! caller's own grades of obligors that their rows may ask for.

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
use ledger_app::grade_obligor;
use ledger_app::publish_rates;
use ledger_app::rate_cards_view;
use ledger_app::signing::Signing;
use ledger_core::id::PartyId;
use ledger_core::id::RateCardId;

use crate::answer::List;
use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::wire::PageQuery;
use crate::wire::id;
use crate::wire_grades::GradeIn;
use crate::wire_grades::GradeList;
use crate::wire_grades::GradeOut;
use crate::wire_grades::ObligorOut;
use crate::wire_grades::ObligorPage;
use crate::wire_problem::Problems;
use crate::wire_quotes::SignedQuoteIn;
use crate::wire_rate_cards::CardOut;
use crate::wire_rate_cards::CardPage;
use crate::wire_rate_cards::CardTermsIn;
use crate::wire_rate_cards::PreparedCardOut;
use crate::wire_rate_cards::PublishedOut;

const LIST: List = List {
    name: "rate_cards",
    path: "/v1/rate-cards",
};

/// Prepare standing rates
///
/// Checks a table of rates and gives the bytes to sign. Nothing is kept: to publish, sign the
/// payload and hand the card in.
#[utoipa::path(
    tag = "Rate cards",
    operation_id = "prepareRateCard",
    request_body = CardTermsIn,
    responses((status = 200, description = "The card to sign", body = PreparedCardOut), Problems)
)]
#[post("/rate-cards/prepare")]
pub(crate) async fn prepare(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let terms = caller.json::<CardTermsIn>()?.read()?;
    shown(
        &app,
        &caller,
        move |app, who| publish_rates::prepare(app, who, &terms),
        PreparedCardOut::of,
    )
    .await
}

/// Publish signed standing rates
///
/// From its first to its last date quotes follow from the card at once, for holders that ask the
/// caller for money, without another signature. Each stands for as many minutes as the card says.
#[utoipa::path(
    tag = "Rate cards",
    operation_id = "publishRateCard",
    params(("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each card")),
    request_body = SignedQuoteIn,
    responses((status = 200, description = "It stands", body = PublishedOut), Problems)
)]
#[post("/rate-cards")]
pub(crate) async fn publish(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let (body, key, bytes) = caller.json::<SignedQuoteIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| publish_rates::submit(app, who, &body, &signing, Some(once)),
        |published| PublishedOut {
            card: published.card,
        },
    )
    .await
}

/// The caller's rate cards
///
/// Newest first, withdrawn ones too. Other providers' cards are never visible.
#[utoipa::path(
    tag = "Rate cards",
    operation_id = "listRateCards",
    params(PageQuery),
    responses((status = 200, description = "A page", body = CardPage), Problems)
)]
#[get("/rate-cards")]
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
        rate_cards_view::list,
        |items, next_cursor| CardPage {
            items: items.iter().map(CardOut::of).collect(),
            next_cursor,
        },
    )
    .await
}

/// One rate card
///
/// With how much was bought under it; purchases whose money never came don't count.
#[utoipa::path(
    tag = "Rate cards",
    operation_id = "getRateCard",
    params(("card" = String, Path, description = "Id of the card")),
    responses((status = 200, description = "The card", body = CardOut), Problems)
)]
#[get("/rate-cards/{card}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let card = id(&path, RateCardId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| rate_cards_view::one(app, who, card),
        CardOut::of,
    )
    .await
}

/// Take a rate card back
///
/// No new quote follows from it; quotes made before stand until they expire. A second time changes
/// nothing.
#[utoipa::path(
    tag = "Rate cards",
    operation_id = "withdrawRateCard",
    params(("card" = String, Path, description = "Id of the card")),
    responses((status = 204, description = "Withdrawn"), Problems)
)]
#[post("/rate-cards/{card}/withdraw")]
pub(crate) async fn withdraw(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let card = id(&path, RateCardId::parse)?;
    done(&app, &caller, move |app, who| {
        publish_rates::withdraw(app, who, card)
    })
    .await
}

/// Obligors and the caller's own grades of them
///
/// By name. What the caller grades is seen by the caller alone.
#[utoipa::path(
    tag = "Rate cards",
    operation_id = "listObligors",
    responses((status = 200, description = "All of them", body = ObligorPage), Problems)
)]
#[get("/obligors")]
pub(crate) async fn obligors(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, grade_obligor::list, |all| ObligorPage {
        items: all.iter().map(ObligorOut::of).collect(),
    })
    .await
}

/// The caller's grades of one obligor
///
/// Newest first; the newest counts.
#[utoipa::path(
    tag = "Rate cards",
    operation_id = "listGrades",
    params(("obligor" = String, Path, description = "Id of the obligor")),
    responses((status = 200, description = "The grades", body = GradeList), Problems)
)]
#[get("/obligors/{obligor}/grades")]
pub(crate) async fn grades(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let obligor = id(&path, PartyId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| grade_obligor::history(app, who, obligor),
        |all| GradeList {
            items: all.iter().map(GradeOut::of).collect(),
        },
    )
    .await
}

/// Grade an obligor
///
/// From now on; older grades stay on record. Rows of the caller's rate cards may ask for a grade.
#[utoipa::path(
    tag = "Rate cards",
    operation_id = "gradeObligor",
    params(("obligor" = String, Path, description = "Id of the obligor")),
    request_body = GradeIn,
    responses((status = 204, description = "Graded"), Problems)
)]
#[post("/obligors/{obligor}/grades")]
pub(crate) async fn grade(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let obligor = id(&path, PartyId::parse)?;
    let given: GradeIn = caller.json()?;
    done(&app, &caller, move |app, who| {
        let note = given.note.as_deref().unwrap_or_default();
        grade_obligor::set(app, who, obligor, given.grade, note)
    })
    .await
}
