//! Other platforms of the circle ask whether an invoice is used up here. They see no invoice and are
//! shown no figure.

use actix_web::HttpResponse;
use actix_web::post;
use actix_web::web::Data;
use http_support::blocking;
use http_support::input;
use http_support::peer_caller::PeerCaller;
use http_support::problem::Problem;
use ledger_app::answer_peer;
use ledger_app::app::App;

use crate::wire_peers::CapacityAnswer;
use crate::wire_peers::CapacityQuestion;
use crate::wire_problem::Problems;

/// Ask about an invoice
///
/// For other platforms of a circle, whose keys stand in this platform's configuration; not for
/// parties. `token` is HMAC-SHA256 under the circle's key over number, seller, total and date, `kin`
/// over number and seller alone. `ask` changes nothing; `reserve` holds the amount until
/// `expires_at`, a day at most; `commit` says that it is used; `cancel` gives it back, reserved or
/// used. The same message again gets the same answer and changes nothing. A use that is neither
/// committed nor cancelled lapses at `expires_at` on both sides.
#[utoipa::path(
    tag = "Circle of platforms",
    operation_id = "askInvoiceCapacity",
    request_body = CapacityQuestion,
    responses((status = 200, description = "Yes or no", body = CapacityAnswer), Problems)
)]
#[post("/peers/invoice-capacity")]
pub(crate) async fn invoice_capacity(
    app: Data<App>,
    caller: PeerCaller,
) -> Result<HttpResponse, Problem> {
    let question: CapacityQuestion = input::json(&caller.body)?;
    let message = question.read().map_err(Problem::from)?;
    let fits = blocking::run(&app, move |app| {
        answer_peer::run(app, &caller.peer, &message)
    })
    .await?;
    Ok(HttpResponse::Ok().json(CapacityAnswer { fits }))
}
