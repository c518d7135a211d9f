//! The OpenAPI document, generated from the handlers.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::http::header;
use actix_web::web::Data;
use serde_json::Value;
use serde_json::json;
use utoipa::openapi::Info;
use utoipa::openapi::License;
use utoipa::openapi::OpenApi;

use crate::docs;
use crate::routes;
use crate::wire_problem::FieldOut;
use crate::wire_problem::ProblemOut;

/// What the API is about, in front of the document and of its page.
const ABOUT: &str = "For finance providers' own systems: see requests for money, trace each fragment to the obligor \
who promised to pay it, quote, and see to the pay-out. Keep limits: on obligors, groups and suppliers; \
one person or key proposes, another approves, and a signature that a limit has no room for does not happen.\n\n\
For obligors' own systems: hand in approved payables and see what has become of them. A system \
prepares; papers are proposed by a person and approved by a second one, each with a key of their \
own, since a promise to pay takes two people.\n\n\
For both, and for carriers: trade documents, what each invoice can still carry, and words about them \
under the party's signature. For other platforms of a circle: whether an invoice is used up, asked by \
keyed token.\n\n\
Every request is signed with Ed25519 (RFC 9421: @method, @target-uri, content-digest and, where \
there is one, idempotency-key; created, keyid, nonce). Amounts are strings with a currency, dates \
plain dates, moments RFC 3339 in UTC. Whatever did not happen is an RFC 9457 problem with a stable \
code. What binds the caller needs an Idempotency-Key: the same request again gets the same answer \
and does nothing; the same key with another request is refused. What belongs to others is not found.\n\n\
A client to start from is in fixtures/bank-client of the source: one file of Python that lists, checks, \
quotes, polls and pays, with a README to follow in ten minutes.\n\n\
Nobody has to ask again and again: a webhook is told of new requests, signed quotes, lapses, proven \
pay-outs, settled maturities and issue stops. Messages follow the Standard Webhooks specification: \
headers webhook-id, webhook-timestamp and webhook-signature (HMAC-SHA256 of id, timestamp and body \
joined by full stops, under the secret), so that its libraries in many languages check them; \
fixtures/bank-client has a receiver of a few lines and says how in ten minutes. A message names ids \
and where to look, nothing else. Answer 2xx within ten seconds, then work; know what you have by \
webhook-id, which stays the same at each try, and expect messages in any order. What is not taken is \
tried ten times over three days, then the webhook is disabled and can be replayed; 410 disables it at \
once.\n\n\
A provider's own system has its own four eyes and hands signed quotes in directly. Where it has not, one \
key proposes an answer and another key, or a person at the portal, approves it; the key that proposed is \
refused. People always answer by four eyes.\n\n\
For whoever holds: pledge a fragment to a finance provider, pass it on to another one, and see one's own \
figures. What is signed is prepared first: the bytes come back, the caller's key signs them at home, and \
an entry is to be signed on the day it bears.";

/// The document with all that is made of it, once for the life of the door.
#[derive(Debug)]
pub struct Document {
    value: Value,
    json: String,
    page: String,
}

impl Default for Document {
    fn default() -> Self {
        Document::new()
    }
}

/// Schemas that only answers other than success name; they are not collected from the handlers.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(ProblemOut, FieldOut)))]
struct Shared;

/// Generates the document.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut api = routes::described();
    api.merge(<Shared as utoipa::OpenApi>::openapi());
    let mut info = Info::new("Tallystick financing API", "1.0.0");
    info.description = Some(ABOUT.to_owned());
    info.license = Some(License::new("Apache-2.0"));
    api.info = info;
    api
}

impl Document {
    /// Generates document and page.
    #[must_use]
    pub fn new() -> Document {
        let mut value = serde_json::to_value(openapi()).unwrap_or_default();
        secure(&mut value);
        Document {
            json: serde_json::to_string_pretty(&value).unwrap_or_default(),
            page: docs::render(&value),
            value,
        }
    }

    /// The document.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    pub(crate) fn page(&self) -> &str {
        &self.page
    }

    /// The methods that an address knows; none if there is no such address.
    #[must_use]
    pub fn methods_at(&self, path: &str) -> Vec<String> {
        let paths = self.value.get("paths").and_then(Value::as_object);
        paths
            .into_iter()
            .flatten()
            .filter(|(template, _)| fits(template, path))
            .flat_map(|(_, methods)| methods.as_object().into_iter().flatten())
            .map(|(method, _)| method.to_uppercase())
            .collect()
    }
}

/// Whether a path is one of a template's: `/a/{b}`.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(name), Some(part)) if name.starts_with('{') && !part.is_empty() => {}
            (Some(name), Some(part)) if name == part => {}
            _ => return false,
        }
    }
}

/// Says how requests are signed. OpenAPI has no word of its own for RFC 9421; its `http` type takes
/// any registered scheme by name.
fn secure(value: &mut Value) {
    let Some(document) = value.as_object_mut() else {
        return;
    };
    document.insert("security".to_owned(), json!([{"signature": []}]));
    let schemes = json!({"signature": {
        "type": "http",
        "scheme": "signature",
        "description": "HTTP message signature (RFC 9421), Ed25519, headers Signature-Input, \
            Signature and Content-Digest.",
    }});
    let components = document.entry("components").or_insert_with(|| json!({}));
    if let Some(components) = components.as_object_mut() {
        components.insert("securitySchemes".to_owned(), schemes);
    }
}

/// The OpenAPI document; public.
#[get("/openapi.json")]
pub(crate) async fn openapi_json(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(document.json.clone())
}
