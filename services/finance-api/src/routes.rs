//! The routes of the door, in one place: what is mounted here is what the document describes.

use actix_web::HttpMessage as _;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::ResponseError as _;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::web;
use actix_web::web::Data;
use http_support::caller::SignedRequests;
use http_support::cursor::Cursors;
use http_support::headers;
use http_support::input;
use http_support::peer_caller::PeerRequests;
use http_support::problem::Problem;
use http_support::request_id;
use ledger_app::app::App;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::agreements;
use crate::answers;
use crate::corrections;
use crate::discounts;
use crate::docs;
use crate::document;
use crate::document::Document;
use crate::joins;
use crate::limit_circles;
use crate::limits;
use crate::obligors;
use crate::offers;
use crate::payables;
use crate::peers;
use crate::pledges;
use crate::quotes;
use crate::rate_cards;
use crate::received;
use crate::recourse;
use crate::redemptions;
use crate::requests;
use crate::retransfers;
use crate::rules;
use crate::sealed_bids;
use crate::statistics;
use crate::trade_documents;
use crate::webhooks;
use crate::write_offs;

/// The prefix of every route.
pub const PREFIX: &str = "/v1";

/// Largest body a caller may send: a signed quote with sixteen fees is a tenth of it.
pub const LARGEST_BODY: usize = 64 * 1024;

/// Largest list of payables a caller may send: twenty thousand with every field filled.
pub const LARGEST_LIST: usize = 8 * 1024 * 1024;

/// What the door needs.
#[derive(Debug, Clone)]
pub struct Door {
    app: Data<App>,
    signed: Data<SignedRequests>,
    lists: Data<SignedRequests>,
    cursors: Data<Cursors>,
    document: Data<Document>,
    peers: Option<Data<PeerRequests>>,
}

impl Door {
    /// Puts the door together, once for all workers; `signed` says how large bodies may be
    /// ([`LARGEST_BODY`] is enough) and how often a key may ask, `lists` the same for everything
    /// about payables ([`LARGEST_LIST`]). A signature speaks of one address, so that a request to
    /// one of the two is never one to the other.
    #[must_use]
    pub fn new(app: App, signed: SignedRequests, lists: SignedRequests, cursors: Cursors) -> Door {
        Door {
            app: Data::new(app),
            signed: Data::new(signed),
            lists: Data::new(lists),
            cursors: Data::new(cursors),
            document: Data::new(Document::new()),
            peers: None,
        }
    }

    /// Lets other platforms of a circle ask.
    #[must_use]
    pub fn with_peers(mut self, peers: PeerRequests) -> Door {
        self.peers = Some(Data::new(peers));
        self
    }

    /// Mounts the door under [`PREFIX`].
    pub fn mount(&self, config: &mut web::ServiceConfig) {
        let Door {
            app,
            signed,
            lists,
            cursors,
            document,
            peers,
        } = self.clone();
        let scope = match peers {
            Some(peers) => web::scope(PREFIX).app_data(peers),
            None => web::scope(PREFIX),
        };
        config.service(
            scope
                .app_data(app)
                .app_data(signed)
                .app_data(cursors)
                .app_data(document)
                .app_data(input::path_config())
                .app_data(input::query_config())
                .wrap(from_fn(headers::guarded))
                .wrap(from_fn(request_id::trace))
                .configure(|config| {
                    operations(&mut ServiceConfig::new(config), Some(lists));
                    config
                        .service(document::openapi_json)
                        .service(docs::page)
                        .service(docs::style)
                        .default_service(web::to(nowhere));
                }),
        );
    }
}

/// Every operation, for the router and for the document alike.
fn operations(config: &mut ServiceConfig<'_>, lists: Option<Data<SignedRequests>>) {
    let payables = scope::scope("/payables")
        .service(payables::hand_in)
        .service(payables::list_payables)
        .service(payables::one_import)
        .default_service(web::to(nowhere));
    // Documents come with their files, so that they may be as large as lists.
    let documents = scope::scope("/documents")
        .service(trade_documents::list)
        .service(trade_documents::hand_in)
        .service(trade_documents::one)
        .service(trade_documents::content)
        .service(trade_documents::adjust)
        .service(trade_documents::prepare_attestation)
        .service(trade_documents::attest)
        .default_service(web::to(nowhere));
    let (payables, documents) = match lists {
        Some(lists) => (payables.app_data(lists.clone()), documents.app_data(lists)),
        None => (payables, documents),
    };
    config
        .service(payables)
        .service(documents)
        .service(trade_documents::prepare_waybill)
        .service(trade_documents::sign_waybill)
        .service(peers::invoice_capacity)
        .service(requests::list)
        .service(requests::one)
        .service(requests::provenance)
        .service(requests::document)
        .service(requests::decline)
        .service(answers::list)
        .service(answers::propose)
        .service(answers::approve)
        .service(answers::send_back)
        .service(answers::withdraw)
        .service(obligors::one)
        .service(obligors::default_risk)
        .service(obligors::looked_up)
        .service(obligors::note)
        .service(quotes::prepare)
        .service(quotes::submit)
        .service(quotes::list)
        .service(quotes::one)
        .service(quotes::withdraw)
        .service(rate_cards::prepare)
        .service(rate_cards::publish)
        .service(rate_cards::list)
        .service(rate_cards::one)
        .service(rate_cards::withdraw)
        .service(rate_cards::obligors)
        .service(rate_cards::grades)
        .service(rate_cards::grade)
        .service(sealed_bids::commit)
        .service(sealed_bids::reveal)
        .service(sealed_bids::withdraw)
        .service(discounts::list)
        .service(discounts::statement)
        .service(discounts::one)
        .service(discounts::register)
        .service(discounts::authorise)
        .service(discounts::report)
        .service(discounts::holdings);
    after_discount(config);
    conditions(config);
    telling(config);
}

/// Where parties' own systems are told what happens.
fn telling(config: &mut ServiceConfig<'_>) {
    config
        .service(webhooks::list)
        .service(webhooks::make)
        .service(webhooks::one)
        .service(webhooks::change)
        .service(webhooks::delete)
        .service(webhooks::enable)
        .service(webhooks::disable)
        .service(webhooks::rotate)
        .service(webhooks::ping)
        .service(webhooks::deliveries)
        .service(webhooks::replay_one)
        .service(webhooks::replay_failed);
}

/// What a holder does with what it holds, and figures about it.
fn after_discount(config: &mut ServiceConfig<'_>) {
    config
        .service(offers::list)
        .service(offers::one)
        .service(offers::prepare)
        .service(offers::accept)
        .service(offers::refuse)
        .service(agreements::list)
        .service(agreements::prepare)
        .service(agreements::sign)
        .service(agreements::decline)
        .service(redemptions::list)
        .service(redemptions::prepare)
        .service(redemptions::accept)
        .service(recourse::list)
        .service(recourse::prepare_claim)
        .service(recourse::submit)
        .service(recourse::prepare)
        .service(recourse::pay)
        .service(recourse::dispute)
        .service(recourse::withdraw)
        .service(corrections::list)
        .service(corrections::prepare_proposal)
        .service(corrections::propose)
        .service(corrections::prepare)
        .service(corrections::sign)
        .service(corrections::decline)
        .service(corrections::withdraw)
        .service(received::list)
        .service(received::choose)
        .service(joins::pieces)
        .service(joins::prepare)
        .service(joins::sign)
        .service(write_offs::list)
        .service(write_offs::prepare)
        .service(write_offs::sign)
        .service(pledges::list)
        .service(pledges::one)
        .service(pledges::ask)
        .service(pledges::prepare)
        .service(pledges::grant)
        .service(pledges::sign)
        .service(pledges::release)
        .service(pledges::decline)
        .service(pledges::withdraw)
        .service(retransfers::providers)
        .service(retransfers::list)
        .service(retransfers::one)
        .service(retransfers::prepare_offer)
        .service(retransfers::offer)
        .service(retransfers::prepare_answer)
        .service(retransfers::reply)
        .service(retransfers::recall)
        .service(statistics::statistics)
        .service(statistics::file)
        .service(statistics::account);
}

/// What binds everybody: limits and rules.
fn conditions(config: &mut ServiceConfig<'_>) {
    config
        .service(limits::list)
        .service(limits::propose)
        .service(limits::approve)
        .service(limits::turn_down)
        .service(limits::position)
        .service(limits::groups)
        .service(limit_circles::list)
        .service(limit_circles::propose)
        .service(limit_circles::one)
        .service(limit_circles::join)
        .service(limit_circles::leave)
        .service(rules::of_day);
}

/// The operations as OpenAPI paths, under [`PREFIX`].
pub(crate) fn described() -> utoipa::openapi::OpenApi {
    use utoipa_actix_web::AppExt as _;
    actix_web::App::new()
        .into_utoipa_app()
        .service(scope::scope(PREFIX).configure(|config| operations(config, None)))
        .split_for_parts()
        .1
}

/// Nothing is here, or not by this method.
async fn nowhere(request: HttpRequest, document: Data<Document>) -> HttpResponse {
    let methods = document.methods_at(request.path());
    if methods.is_empty() {
        return Problem::of_status(StatusCode::NOT_FOUND).error_response();
    }
    let problem = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED);
    let mut response = problem.error_response();
    if let Ok(allow) = header::HeaderValue::from_str(&methods.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    request.extensions_mut().insert(problem);
    response
}
