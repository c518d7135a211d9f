//! A party's own system: takes messages over HTTP, answers as told, and checks signatures with code of
//! its own, written after the published specification.

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use actix_web::App as Site;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::web;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ledger_core::hash::sha256;

/// A message as it came.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    pub(crate) id: String,
    pub(crate) timestamp: i64,
    pub(crate) signatures: Vec<String>,
    pub(crate) body: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Got {
    /// Whether one of the signatures is of this secret.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let content = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let expected = format!("v1,{}", signature(secret, &content));
        self.signatures.contains(&expected)
    }
}

/// Base 64 of HMAC-SHA256 (RFC 2104) under the bytes of a `whsec_` secret.
pub(crate) fn signature(secret: &str, content: &str) -> String {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    assert!(key.len() <= 64);
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        for (to, from) in block.iter_mut().zip(&key) {
            *to ^= from;
        }
        block
    };
    let inner = sha256(&[&padded(0x36), content.as_bytes()]);
    STANDARD.encode(sha256(&[&padded(0x5c), &inner]))
}

#[derive(Debug, Default)]
struct Script {
    got: Mutex<Vec<Got>>,
    came: Condvar,
    answers: Mutex<VecDeque<(u16, Option<String>)>>,
    held: AtomicBool,
}

/// It, on a free port; stopped when dropped.
pub(crate) struct Receiver {
    port: u16,
    script: Arc<Script>,
    stop: ServerHandle,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.release();
        // Stopping is asked for; the thread ends with the process if it is slow.
        std::mem::drop(self.stop.stop(false));
    }
}

impl Receiver {
    pub(crate) fn start() -> Receiver {
        let script = Arc::new(Script::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, told) = std::sync::mpsc::channel();
        let data = web::Data::from(Arc::clone(&script));
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    Site::new()
                        .app_data(data.clone())
                        .default_service(web::to(take))
                })
                .workers(1)
                .disable_signals()
                .listen(listener)
                .unwrap()
                .run();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Receiver {
            port,
            script,
            stop: told.recv().unwrap(),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?key=in-the-address", self.port)
    }

    /// What it answers next, one status a message; afterwards 200.
    pub(crate) fn answers(&self, statuses: &[u16]) {
        let mut answers = self.script.answers.lock().unwrap();
        answers.extend(statuses.iter().map(|status| (*status, None)));
    }

    /// Sends the next message elsewhere.
    pub(crate) fn redirects(&self, to: &str) {
        let mut answers = self.script.answers.lock().unwrap();
        answers.push_back((307, Some(to.to_owned())));
    }

    /// Keeps everybody waiting until released.
    pub(crate) fn hold(&self) {
        self.script.held.store(true, Ordering::SeqCst);
    }

    pub(crate) fn release(&self) {
        self.script.held.store(false, Ordering::SeqCst);
    }

    /// All messages so far.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.script.got.lock().unwrap().clone()
    }

    /// All messages once there are so many.
    pub(crate) fn got_soon(&self, count: usize) -> Vec<Got> {
        let got = self.script.got.lock().unwrap();
        let patience = Duration::from_secs(30);
        let (got, out) = self
            .script
            .came
            .wait_timeout_while(got, patience, |got| got.len() < count)
            .unwrap();
        assert!(!out.timed_out(), "{} of {count} came", got.len());
        got.clone()
    }
}

async fn take(request: HttpRequest, body: String, script: web::Data<Script>) -> HttpResponse {
    let text = |name: &str| {
        let value = request.headers().get(name).unwrap();
        value.to_str().unwrap().to_owned()
    };
    let headers = request.headers().iter();
    let got = Got {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp").parse().unwrap(),
        signatures: text("webhook-signature")
            .split(' ')
            .map(str::to_owned)
            .collect(),
        body,
        headers: headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
    };
    script.got.lock().unwrap().push(got);
    script.came.notify_all();
    while script.held.load(Ordering::SeqCst) {
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    }
    let next = script.answers.lock().unwrap().pop_front();
    let (status, to) = next.unwrap_or((200, None));
    let mut answer = HttpResponse::build(StatusCode::from_u16(status).unwrap());
    if let Some(to) = to {
        answer.insert_header(("location", to));
    }
    answer.finish()
}

/// The example that the specification's libraries are tested with: this file reads it as they do.
#[test]
fn the_published_example_fits() {
    let signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}",
    );
    assert_eq!(signed, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}
