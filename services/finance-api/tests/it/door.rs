//! A bank's own system, in process: it signs its requests and reads the answers.

use std::num::NonZeroU32;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use actix_web::App as WebApp;
use actix_web::http::Method;
use actix_web::test;
use finance_api::routes::Door;
use finance_api::routes::LARGEST_BODY;
use finance_api::routes::LARGEST_LIST;
use http_support::caller::SignedRequests;
use http_support::cursor::Cursors;
use http_support::message_signature;
use http_support::message_signature::Outgoing;
use ledger_app::app::App;
use ledger_core::signature::Signer;
use serde_json::Value;

/// The address under which callers know the server.
pub(crate) const AT: &str = "https://ledger.test";

static NONCE: AtomicU32 = AtomicU32::new(0);

/// An answer, read.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
    pub(crate) bytes: Vec<u8>,
    pub(crate) headers: actix_web::http::header::HeaderMap,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

pub(crate) fn door(app: &App) -> Door {
    door_at(app, AT)
}

/// The door of a server known under this address.
pub(crate) fn door_at(app: &App, address: &str) -> Door {
    let minute = NonZeroU32::new(10_000).unwrap();
    let urls = [address.to_owned()];
    let signed = |largest| SignedRequests::new(app.clone(), &urls, largest, minute, false);
    let (signed, lists) = (signed(LARGEST_BODY), signed(LARGEST_LIST));
    Door::new(app.clone(), signed, lists, Cursors::new(&[4; 32]))
}

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) body: &'a str,
    pub(crate) key: Option<&'a str>,
}

impl<'a> Call<'a> {
    pub(crate) const fn get(path: &'a str) -> Call<'a> {
        Call {
            method: "GET",
            path,
            body: "",
            key: None,
        }
    }

    pub(crate) const fn post(path: &'a str, body: &'a str, key: Option<&'a str>) -> Call<'a> {
        Call {
            method: "POST",
            path,
            body,
            key,
        }
    }
}

/// Sends one request through a door opened for it.
pub(crate) async fn send(app: &App, signer: Option<&Signer>, call: Call<'_>) -> Answer {
    let door = door(app);
    let service = test::init_service(WebApp::new().configure(|c| door.mount(c))).await;
    let mut request = test::TestRequest::with_uri(call.path)
        .method(Method::from_bytes(call.method.as_bytes()).unwrap())
        .set_payload(call.body.to_owned());
    if !call.body.is_empty() {
        request = request.insert_header(("content-type", "application/json"));
    }
    if let Some(signer) = signer {
        let nonce = format!("nonce-{:012}", NONCE.fetch_add(1, Ordering::Relaxed));
        let outgoing = Outgoing {
            method: call.method,
            target_uri: &format!("{AT}{}", call.path),
            body: call.body.as_bytes(),
            idempotency_key: call.key,
            created: app.clock.now().timestamp(),
            nonce: &nonce,
        };
        for (name, value) in message_signature::sign(signer, &outgoing).unwrap() {
            request = request.insert_header((name, value));
        }
    }
    let response = test::call_service(&service, request.to_request()).await;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let bytes = test::read_body(response).await.to_vec();
    let json = serde_json::from_slice(&bytes).unwrap_or_default();
    Answer {
        status,
        json,
        bytes,
        headers,
    }
}
