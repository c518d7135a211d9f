//! Who sends a large body may be anybody until it has been read: only so many are read at once.

use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::num::NonZeroU32;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use actix_web::App;
use actix_web::HttpResponse;
use actix_web::HttpServer;
use actix_web::web;
use http_support::caller::Caller;
use http_support::caller::SignedRequests;

use crate::stage::Stage;

const LARGEST: usize = 1_000_000;
const READ_AT_ONCE: usize = 8;
const CLIENTS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);

async fn taken(_: Caller) -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn door(stage: &Stage) -> SocketAddr {
    let believed = web::Data::new(SignedRequests::new(
        stage.app.clone(),
        &["http://127.0.0.1:8080".to_owned()],
        LARGEST,
        NonZeroU32::new(1_000).unwrap(),
        false,
    ));
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let factory = move || {
            App::new()
                .app_data(believed.clone())
                .route("/lists", web::post().to(taken))
        };
        let server = HttpServer::new(factory).workers(2).listen(listener);
        actix_web::rt::System::new().block_on(async { server.unwrap().run().await })
    });
    address
}

/// Sends all of a body but its last byte; the status, should one come nevertheless.
fn send_most(address: SocketAddr, length: usize) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "POST /lists HTTP/1.1\r\nhost: ledger\r\nsignature: a=:AA==:\r\n\
         content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Turned away, the rest of the body meets a closed connection: that is as it should be.
    let _sent = stream.write_all(&vec![b' '; length - 1]);
    let mut line = [0_u8; 12];
    let read = stream.read(&mut line).unwrap_or(0);
    let status = String::from_utf8_lossy(&line[..read]).into_owned();
    (stream, status)
}

#[test]
fn of_large_bodies_only_so_many_are_read_at_once_and_small_ones_always() {
    let stage = Stage::new();
    let address = door(&stage);
    let (answered, answers) = mpsc::channel();
    for _ in 0..CLIENTS {
        let answered = answered.clone();
        thread::spawn(move || {
            let (stream, status) = send_most(address, LARGEST);
            // The stream stays open as long as somebody listens.
            answered.send((stream, status)).unwrap_or_default();
        });
    }
    let mut turned_away = Vec::new();
    for _ in 0..CLIENTS - READ_AT_ONCE {
        let (stream, status) = answers.recv_timeout(PATIENCE).unwrap();
        assert_eq!(status, "HTTP/1.1 503");
        turned_away.push(stream);
    }
    assert!(answers.try_recv().is_err(), "the others are being read");
    let mut small = TcpStream::connect(address).unwrap();
    small.set_read_timeout(Some(PATIENCE)).unwrap();
    small
        .write_all(
            b"POST /lists HTTP/1.1\r\nhost: ledger\r\nsignature: a=:AA==:\r\n\
              content-length: 2\r\n\r\n{}",
        )
        .unwrap();
    let mut line = [0_u8; 12];
    small.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"HTTP/1.1 401", "read, and not believed");
}
