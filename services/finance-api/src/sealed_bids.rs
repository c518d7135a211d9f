//! Sealed bids: a digest while bids are taken, the quote behind it when they are closed.

use actix_web::HttpResponse;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use http_support::caller::Caller;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::reveal_bid;
use ledger_app::seal_bid;
use ledger_app::signing::Signing;
use ledger_core::id::BidId;
use ledger_core::id::RequestId;

use crate::answer::done;
use crate::answer::once;
use crate::wire::id;
use crate::wire_problem::Problems;
use crate::wire_quotes::QuotedOut;
use crate::wire_sealed_bids::CommitmentIn;
use crate::wire_sealed_bids::OpeningIn;
use crate::wire_sealed_bids::SealedOut;

/// Commit to a bid
///
/// On a request of a sealed inquiry, before `bids_until`. Only the digest comes here: keep the
/// quote and the nonce, nobody else can show them. The quote's bytes may be prepared with
/// `prepareQuote`, which keeps nothing, or made at home from the same rule. The day of payment is
/// the day on which bids close or a later one: a bid for an earlier day can't be shown.
#[utoipa::path(
    tag = "Sealed bids",
    operation_id = "commitBid",
    params(
        ("request" = String, Path, description = "Id of the request"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each bid"),
    ),
    request_body = CommitmentIn,
    responses((status = 200, description = "Bound", body = SealedOut), Problems)
)]
#[post("/requests/{request}/sealed-bids")]
pub(crate) async fn commit(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let request = id(&path, RequestId::parse)?;
    let (commitment, key, bytes) = caller.json::<CommitmentIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| seal_bid::commit(app, who, request, commitment, &signing, Some(once)),
        |sealed| SealedOut { bid: sealed.bid },
    )
    .await
}

/// Show a bid
///
/// From `bids_until` on and before the request expires. The digest is reckoned again; then the
/// quote is checked as any quote and stands on offer. A bid that is not shown lapses unread.
#[utoipa::path(
    tag = "Sealed bids",
    operation_id = "revealBid",
    params(
        ("bid" = String, Path, description = "Id of the sealed bid"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each bid"),
    ),
    request_body = OpeningIn,
    responses((status = 200, description = "On offer", body = QuotedOut), Problems)
)]
#[post("/sealed-bids/{bid}/reveal")]
pub(crate) async fn reveal(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let bid = id(&path, BidId::parse)?;
    let (opening, key, bytes) = caller.json::<OpeningIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| reveal_bid::reveal(app, who, bid, &opening, &signing, Some(once)),
        |quoted| QuotedOut {
            quote: quoted.quote,
        },
    )
    .await
}

/// Take a sealed bid back
///
/// As long as bids are taken; the holder is never told. A second time changes nothing.
#[utoipa::path(
    tag = "Sealed bids",
    operation_id = "withdrawBid",
    params(("bid" = String, Path, description = "Id of the sealed bid")),
    responses((status = 204, description = "Withdrawn"), Problems)
)]
#[post("/sealed-bids/{bid}/withdraw")]
pub(crate) async fn withdraw(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let bid = id(&path, BidId::parse)?;
    done(&app, &caller, move |app, who| {
        seal_bid::withdraw(app, who, bid)
    })
    .await
}
