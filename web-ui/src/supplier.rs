//! The supplier's pages: what I hold, accept or refuse, pay a supplier, ask for money, sign a quote,
//! and what stands on record. One file per thing somebody does.

mod carried;
mod choices;
mod comparison;
pub(crate) mod fragment;
mod history;
mod holdings;
mod join;
mod money_request;
mod offer;
mod pay;
mod pay_form;
pub(crate) mod phrases;
mod plan;
mod quote_deed;
mod recall;
mod receipt;
mod slip;
mod standing;

use actix_web::web;

pub use holdings::front_page;

/// Mounts the pages, all but `/`, which every role shares: there [`front_page`] answers.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/offers/{fragment}", web::get().to(offer::show))
        .route("/offers/{fragment}/accept", web::post().to(offer::accept))
        .route("/offers/{fragment}/refuse", web::post().to(offer::refuse))
        .route("/offers/{fragment}/recall", web::post().to(recall::sign))
        .route("/pay", web::get().to(pay::show))
        .route("/pay/preview", web::post().to(pay::preview))
        .route("/pay/sign", web::post().to(pay::sign))
        .route("/plan", web::get().to(plan::show))
        .route("/finance", web::get().to(money_request::list))
        .route("/finance", web::post().to(money_request::send))
        .route("/finance/new", web::get().to(money_request::show))
        .route("/finance/{request}", web::get().to(comparison::show))
        .route(
            "/finance/{request}/withdraw",
            web::post().to(comparison::withdraw),
        )
        .route(
            "/finance/{request}/standing",
            web::post().to(standing::again),
        )
        .route(
            "/finance/{request}/quotes/{quote}",
            web::get().to(quote_deed::show),
        )
        .route(
            "/finance/{request}/quotes/{quote}/sign",
            web::post().to(quote_deed::sign),
        )
        .route("/fragments/{fragment}", web::get().to(fragment::show))
        .route("/fragments/{fragment}/join", web::get().to(join::show))
        .route("/fragments/{fragment}/join", web::post().to(join::sign))
        .route("/fragments/{fragment}/voucher", web::get().to(slip::show))
        .route(
            "/fragments/{fragment}/documents/{document}",
            web::get().to(fragment::document),
        )
        .route("/receipts/{spent}", web::get().to(receipt::show));
}
