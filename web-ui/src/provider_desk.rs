//! The desk of a finance provider's people: requests, obligors, answers by four eyes, pay-outs. One
//! file per thing somebody does.

mod answering;
mod bidding;
mod inbox;
mod obligor;
mod origin;
mod phrases;
mod purchase;
mod rate_form;
mod rate_words;
mod rates;
mod request;
mod retransfer;
mod statistics;
pub(crate) mod terms;

use actix_web::web;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.configure(rates::configure)
        .configure(bidding::configure)
        .configure(statistics::configure)
        .configure(retransfer::configure)
        .route("/desk", web::get().to(inbox::show))
        .route("/desk/requests/{request}", web::get().to(request::show))
        .route(
            "/desk/requests/{request}/documents/{document}",
            web::get().to(origin::document),
        )
        .route(
            "/desk/requests/{request}/price",
            web::post().to(answering::price),
        )
        .route(
            "/desk/requests/{request}/propose",
            web::post().to(answering::propose),
        )
        .route(
            "/desk/requests/{request}/decline",
            web::post().to(answering::decline),
        )
        .route(
            "/desk/requests/{request}/answers/{proposal}/approve",
            web::post().to(answering::approve),
        )
        .route(
            "/desk/requests/{request}/answers/{proposal}/return",
            web::post().to(answering::send_back),
        )
        .route(
            "/desk/requests/{request}/answers/{proposal}/withdraw",
            web::post().to(answering::withdraw),
        )
        .route(
            "/desk/requests/{request}/quotes/{quote}/withdraw",
            web::post().to(answering::take_back),
        )
        .route("/desk/obligors/{obligor}", web::get().to(obligor::show))
        .route(
            "/desk/obligors/{obligor}/disclosure",
            web::post().to(obligor::looked_up),
        )
        .route(
            "/desk/obligors/{obligor}/notes",
            web::post().to(obligor::note),
        )
        .route(
            "/desk/obligors/{obligor}/grade",
            web::post().to(obligor::grade),
        )
        .route(
            "/desk/purchases/{quote}/registered",
            web::post().to(purchase::registered),
        )
        .route("/desk/purchases/{quote}", web::get().to(purchase::show))
        .route(
            "/desk/purchases/{quote}/pay",
            web::post().to(purchase::let_go),
        )
        .route(
            "/desk/purchases/{quote}/paid",
            web::post().to(purchase::reported),
        );
}
