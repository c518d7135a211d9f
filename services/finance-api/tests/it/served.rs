//! The door on a socket: what is sent goes over the network, byte for byte.

use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::thread;
use std::thread::JoinHandle;

use actix_web::App as WebApp;
use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use http_support::message_signature;
use http_support::message_signature::Outgoing;
use ledger_app::app::App;
use ledger_core::signature::Signer;
use serde_json::Value;

use crate::door::Call;
use crate::door::door_at;

/// A server on a free port, stopped when dropped.
pub(crate) struct Served {
    app: App,
    port: u16,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub(crate) fn start(app: &App) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let door = door_at(app, &format!("http://127.0.0.1:{port}"));
        let (tell, told) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let door = door.clone();
                    WebApp::new().configure(move |config| door.mount(config))
                })
                .workers(1)
                .listen(listener)
                .unwrap()
                .run();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Served {
            app: app.clone(),
            port,
            handle: told.recv().unwrap(),
            thread: Some(thread),
        }
    }

    /// Where callers find it.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Status, headers as sent, JSON.
    pub(crate) fn send(&self, signer: &Signer, call: Call<'_>) -> (u16, String, Value) {
        let nonce = hex::encode(ledger_app::random::bytes::<16>().unwrap());
        let outgoing = Outgoing {
            method: call.method,
            target_uri: &format!("http://127.0.0.1:{}{}", self.port, call.path),
            body: call.body.as_bytes(),
            idempotency_key: call.key,
            created: self.app.clock.now().timestamp(),
            nonce: &nonce,
        };
        let mut head = format!("{} {} HTTP/1.1\r\n", call.method, call.path);
        head.push_str(&format!(
            "host: 127.0.0.1:{}\r\nconnection: close\r\n",
            self.port
        ));
        head.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n",
            call.body.len()
        ));
        for (name, value) in message_signature::sign(signer, &outgoing).unwrap() {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .write_all(format!("{head}\r\n{}", call.body).as_bytes())
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (
            status,
            head.to_lowercase(),
            serde_json::from_str(body).unwrap_or_default(),
        )
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let stopping = self.handle.stop(false);
        actix_web::rt::System::new().block_on(stopping);
        if let Some(thread) = self.thread.take() {
            let _stopped = thread.join();
        }
    }
}
