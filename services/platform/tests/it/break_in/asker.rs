//! Somebody who asks: a person at a browser, a party's system, or nobody known.

use std::time::Duration;
use std::time::Instant;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http_support::message_signature;
use http_support::message_signature::Outgoing;
use ledger_app::clock::Clock;
use ledger_core::signature::Signer;
use reqwest::blocking::Client;
use reqwest::blocking::RequestBuilder;
use reqwest::blocking::Response;
use reqwest::blocking::multipart::Form;
use reqwest::blocking::multipart::Part;
use reqwest::redirect::Policy;
use scraper::Html;
use scraper::Selector;

use super::cast::Actor;
use super::cast::PASSPHRASE;
use super::site::PATTERN;
use super::site::Site;

/// An answer with all that stands in it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// What the router found.
    pub(crate) pattern: String,
    /// Headers and body.
    pub(crate) text: String,
    pub(crate) body: String,
    pub(crate) is_page: bool,
}

impl Answer {
    fn of(answer: Response) -> Answer {
        let status = answer.status().as_u16();
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let (pattern, kind) = (header(PATTERN), header("content-type"));
        let headers: Vec<String> = answer
            .headers()
            .iter()
            .filter(|(name, _)| !["set-cookie", PATTERN].contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        let bytes = answer.bytes().unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let opened = if kind.contains("json") {
            opened(&body)
        } else {
            String::new()
        };
        Answer {
            status,
            pattern,
            text: format!("{}\n\n{body}\n{opened}", headers.join("\n")),
            body,
            is_page: kind.contains("html"),
        }
    }
}

/// What stands in base 64 in a JSON text, in hexadecimal: signed bytes hold ids and amounts too.
fn opened(json: &str) -> String {
    let parts = json.split('"').filter(|part| part.len() >= 24);
    let bytes = parts.filter_map(|part| BASE64_STANDARD.decode(part).ok());
    bytes.map(|bytes| hex::encode(bytes) + "\n").collect()
}

/// How somebody is known.
enum Known<'a> {
    /// By a session, with a token for its forms.
    Session { token: String },
    /// By a key.
    Key(&'a Signer),
    /// Not at all.
    Nothing,
}

/// Somebody who asks.
pub(crate) struct Asker<'a> {
    pub(crate) name: String,
    pub(crate) party: String,
    /// Id of the party; empty of a stranger.
    pub(crate) party_id: String,
    known: Known<'a>,
    client: Client,
    url: String,
}

impl<'a> Asker<'a> {
    fn unknown(site: &Site, name: &str) -> Asker<'a> {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Asker {
            name: name.to_owned(),
            party: String::new(),
            party_id: String::new(),
            known: Known::Nothing,
            client,
            url: site.url.clone(),
        }
    }

    /// Nobody in particular.
    pub(crate) fn stranger(site: &Site) -> Asker<'a> {
        Asker::unknown(site, "a stranger")
    }

    /// Signs in through the page, or takes the key in hand.
    pub(crate) fn of(site: &Site, actor: &'a Actor) -> Asker<'a> {
        let mut asker = Asker::unknown(site, &actor.name);
        asker.party.clone_from(&actor.party);
        asker.party_id = actor.who.party.to_string();
        if actor.is_system() {
            asker.known = Known::Key(actor.signer());
            return asker;
        }
        asker.sign_in(&actor.email);
        let token = token(&asker.get("/account").body);
        asker.known = Known::Session { token };
        asker
    }

    /// Somebody whose session has run out since.
    pub(crate) fn too_late(site: &Site, actor: &Actor) -> Asker<'a> {
        let name = format!("{} too late", actor.name);
        let asker = Asker::unknown(site, &name);
        asker.sign_in(&actor.email);
        assert_eq!(asker.get("/account").status, 200);
        let mut hand =
            postgres::Client::connect(&site.database.url_superuser(), postgres::NoTls).unwrap();
        let over = "UPDATE session SET created_at = created_at - interval '2 days', \
                    last_seen_at = last_seen_at - interval '2 days', \
                    expires_at = expires_at - interval '2 days' \
                    WHERE user_id = (SELECT id FROM app_user WHERE email = $1)";
        assert!(hand.execute(over, &[&actor.email]).unwrap() > 0);
        asker
    }

    fn sign_in(&self, email: &str) {
        let token = token(&self.get("/sign-in").body);
        let fields = [
            ("csrf", token.as_str()),
            ("login", email),
            ("passphrase", PASSPHRASE),
        ];
        let sent = self.client.post(format!("{}/sign-in", self.url));
        let answer = sent.form(&fields).send().unwrap();
        assert_eq!(answer.status(), 303, "{email} can't sign in");
    }

    pub(crate) fn is_system(&self) -> bool {
        matches!(self.known, Known::Key(_))
    }

    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.known, Known::Nothing)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let target = format!("{}{path}", self.url);
        let request = self.client.get(&target);
        match self.known {
            Known::Key(signer) => answered(signed(request, signer, "GET", &target, "")),
            Known::Session { .. } | Known::Nothing => answered(request),
        }
    }

    /// Sends a form under its own token, with its own passphrase.
    pub(crate) fn post_form(&self, path: &str, fields: &[(String, String)], file: bool) -> Answer {
        let token = match &self.known {
            Known::Session { token } => token.as_str(),
            Known::Key(_) | Known::Nothing => "",
        };
        let own = [("csrf", token), ("passphrase", PASSPHRASE)];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let fields = fields.iter().filter(|(name, _)| name != "passphrase");
        let all = own.into_iter().chain(fields.cloned());
        let request = self.client.post(format!("{}{path}", self.url));
        let request = if file {
            let form = all.fold(Form::new(), |form, field| form.text(field.0, field.1));
            request.multipart(form)
        } else {
            request.form(&all.collect::<Vec<_>>())
        };
        answered(request)
    }

    /// Uploads a file; gives where the browser is sent once that page is whole.
    pub(crate) fn upload(&self, path: &str, name: &str, text: &str) -> String {
        let Known::Session { token } = &self.known else {
            panic!("{} has no session", self.name)
        };
        let file = Part::text(text.to_owned()).file_name(name.to_owned());
        let form = Form::new().text("csrf", token.clone()).part("file", file);
        let request = self.client.post(format!("{}{path}", self.url));
        self.followed(&answered(request.multipart(form)))
    }

    /// Where an answer sends the browser, once that page is whole.
    #[track_caller]
    pub(crate) fn followed(&self, answer: &Answer) -> String {
        let lines = answer.text.lines();
        let to = lines
            .filter_map(|line| line.strip_prefix("location: "))
            .next();
        let to = to.unwrap_or_else(|| panic!("{}", answer.text)).to_owned();
        let until = Instant::now() + Duration::from_secs(60);
        while self.get(&to).body.contains("<progress") {
            assert!(Instant::now() < until, "{to} does not come to its end");
            std::thread::yield_now();
        }
        to
    }

    /// Sends JSON, signed if there is a key to sign with.
    pub(crate) fn send_json(&self, method: &str, path: &str, body: &str) -> Answer {
        let target = format!("{}{path}", self.url);
        let request = self
            .client
            .request(method.parse().unwrap(), &target)
            .header("content-type", "application/json")
            .body(body.to_owned());
        match self.known {
            Known::Key(signer) => answered(signed(request, signer, method, &target, body)),
            Known::Session { .. } | Known::Nothing => answered(request),
        }
    }
}

fn answered(request: RequestBuilder) -> Answer {
    Answer::of(request.send().unwrap())
}

/// The request with its signature (RFC 9421).
fn signed(
    request: RequestBuilder,
    signer: &Signer,
    method: &str,
    target: &str,
    body: &str,
) -> RequestBuilder {
    let nonce = hex::encode(ledger_app::random::bytes::<16>().unwrap());
    let outgoing = Outgoing {
        method,
        target_uri: target,
        body: body.as_bytes(),
        idempotency_key: (method != "GET").then_some(nonce.as_str()),
        created: Clock.now().timestamp(),
        nonce: &nonce,
    };
    let fields = message_signature::sign(signer, &outgoing).unwrap();
    let add = |request: RequestBuilder, (name, value)| request.header(name, value);
    fields.into_iter().fold(request, add)
}

/// The token in the forms of a page.
fn token(page: &str) -> String {
    let page = Html::parse_document(page);
    let field = Selector::parse("input[name=csrf]").unwrap();
    let field = page.select(&field).next().unwrap();
    field.attr("value").unwrap().to_owned()
}
