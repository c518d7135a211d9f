//! Two platforms, two databases, two servers, one invoice: what the one has used the other can't,
//! and whoever records the line between them reads nothing of the invoice.

use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::Mutex;

use actix_web::App as WebApp;
use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use finance_api::routes::Door;
use finance_api::routes::LARGEST_BODY;
use http_support::caller::SignedRequests;
use http_support::cursor::Cursors;
use http_support::peer_caller::KnownPeer;
use http_support::peer_caller::PeerRequests;
use http_support::peer_caller::key_id;
use invoice_circle::peer_client::PeerClient;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::app::App;
use ledger_app::circle::Circle;
use ledger_app::circle::Peer;
use ledger_app::error::AppError;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::tell_peers;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::transfer_fragment::Offered;
use ledger_core::id::DocumentId;
use ledger_core::id::KeyId;
use ledger_core::invoice_token::CircleKey;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Signer;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::documents::DocumentKind;

use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

pub(crate) const NUMBER: &str = "24217000000146091898";
pub(crate) const SELLER: &str = "沈阳某商贸有限公司";

/// A line to one server that keeps all that passes, either way.
pub(crate) struct Line {
    pub(crate) address: String,
    passed: Arc<Mutex<Vec<u8>>>,
}

impl Line {
    pub(crate) fn to(port: u16) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let passed = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&passed);
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let far = TcpStream::connect(("127.0.0.1", port)).unwrap();
                let ways = [
                    (near.try_clone().unwrap(), far.try_clone().unwrap()),
                    (far, near),
                ];
                for (from, to) in ways {
                    let kept = Arc::clone(&kept);
                    std::thread::spawn(move || carry(from, to, &kept));
                }
            }
        });
        Line { address, passed }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.passed.lock().unwrap()).into_owned()
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, kept: &Mutex<Vec<u8>>) {
    let mut some = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut some) {
        kept.lock().unwrap().extend_from_slice(&some[..count]);
        if to.write_all(&some[..count]).is_err() {
            return;
        }
    }
}

/// A platform that serves.
pub(crate) struct Platform {
    pub(crate) stage: Stage,
    pub(crate) app: App,
    buyer: Actor,
    pub(crate) seller: Actor,
    paper: IssuedPaper,
    server: ServerHandle,
}

impl Platform {
    fn invoice(&self) -> DocumentId {
        let new = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: None,
            counterparty: Some(self.buyer.party()),
            number: NUMBER.to_owned(),
            issued_on: Some(OPENING),
            amount: Some((Stage::yuan("731.90"), cny())),
            file_name: String::new(),
            bytes: Vec::new(),
        };
        store_document::run(&self.app, &self.seller.who, &new).unwrap()
    }

    fn pay(&self, fragment: &str, invoice: DocumentId, amount: &str) -> Result<Offered, AppError> {
        let command = OfferTransfer {
            fragment: fragment.to_owned(),
            amount: Stage::yuan(amount),
            to: self.seller.party(),
            recourse: Recourse::Without,
            documents: vec![invoice],
        };
        let (who, signing) = (&self.buyer.who, self.buyer.signing());
        transfer_fragment::offer(&self.app, who, &signing, &command, None)
    }

    fn capacity(&self, invoice: DocumentId) -> DocumentCapacity {
        let found = self.app.store.read(|tx| tx.document_capacities(&[invoice]));
        found.unwrap()[0]
    }
}

fn key(seed: u8) -> Signer {
    let public = Signer::from_seed(KeyId::from_bytes([0; 16]), &[seed; 32])
        .unwrap()
        .public_key();
    Signer::from_seed(key_id(&public), &[seed; 32]).unwrap()
}

/// A platform on `listener`, known under `address`, that asks the one at `peer`.
pub(crate) fn platform(
    listener: TcpListener,
    address: &str,
    own: u8,
    (peer, peer_key): (&str, u8),
) -> Platform {
    let stage = Stage::new();
    let (buyer, seller) = (stage.supplier("买方"), stage.supplier(SELLER));
    let paper = stage.issued_paper(&buyer, Stage::yuan("1000.00"), MATURITY);
    let client = PeerClient::new("other", peer, Arc::new(key(own))).unwrap();
    let peers: Vec<Arc<dyn Peer>> = vec![Arc::new(client)];
    let app = stage
        .app
        .clone()
        .with_circle(Circle::new(CircleKey::new(&[5; 32]), peers));
    let minute = NonZeroU32::new(10_000).unwrap();
    let urls = [address.to_owned()];
    let signed = || SignedRequests::new(app.clone(), &urls, LARGEST_BODY, minute, false);
    let known = KnownPeer {
        name: "other".to_owned(),
        public_key: key(peer_key).public_key(),
    };
    let door = Door::new(app.clone(), signed(), signed(), Cursors::new(&[4; 32]))
        .with_peers(PeerRequests::new(signed(), vec![known]));
    let (told, handle) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let door = door.clone();
                WebApp::new().configure(move |config| door.mount(config))
            })
            .workers(1)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run();
            told.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    Platform {
        stage,
        app,
        buyer,
        seller,
        paper,
        server: handle.recv().unwrap(),
    }
}

#[test]
fn two_platforms_use_one_invoice_once_and_show_it_to_nobody() {
    let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (first, second) = (listen(), listen());
    let to_first = Line::to(first.local_addr().unwrap().port());
    let to_second = Line::to(second.local_addr().unwrap().port());
    let one = platform(first, &to_first.address, 1, (&to_second.address, 2));
    let two = platform(second, &to_second.address, 2, (&to_first.address, 1));
    let (here, there) = (one.invoice(), two.invoice());

    let offered = one.pay(&one.paper.fragment, here, "500.00").unwrap();
    assert_eq!(two.capacity(there).elsewhere, Stage::yuan("500.00"));
    let refused = two.pay(&two.paper.fragment, there, "231.91").unwrap_err();
    assert_eq!(refused.code(), "document_used_up");
    let rest = two.pay(&two.paper.fragment, there, "231.90").unwrap();
    assert_eq!(one.capacity(here).free().minor(), 0);
    answer_offer::run(
        &one.app,
        &one.seller.who,
        &one.seller.signing(),
        &offered.offered,
        Answer::Refuse,
        None,
    )
    .unwrap();
    tell_peers::run_due(&one.app).unwrap();
    let rest = rest.rest.unwrap();
    two.pay(&rest, there, "500.00").unwrap();

    // What passed between them, in both directions: no number, name, total or date.
    let wire = format!("{}{}", to_first.text(), to_second.text());
    assert!(wire.contains("\"fits\":true"), "{wire}");
    assert!(wire.contains("\"act\":\"commit\"") && wire.contains("\"act\":\"cancel\""));
    let ids: Vec<String> = [&one, &two]
        .iter()
        .flat_map(|p| [p.seller.party().to_string(), p.buyer.party().to_string()])
        .collect();
    for secret in [NUMBER, SELLER, "731.90", "73190", &OPENING.to_string()]
        .into_iter()
        .chain(ids.iter().map(String::as_str))
    {
        assert!(!wire.contains(secret), "{secret} is on the wire");
    }
}

#[test]
fn who_is_not_of_the_circle_learns_nothing_and_a_dead_peer_stops_every_use() {
    let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (first, second) = (listen(), listen());
    let to_first = Line::to(first.local_addr().unwrap().port());
    let to_second = Line::to(second.local_addr().unwrap().port());
    // The second signs with a key that the first does not know.
    let one = platform(first, &to_first.address, 1, (&to_second.address, 2));
    let two = platform(second, &to_second.address, 3, (&to_first.address, 1));
    let (here, there) = (one.invoice(), two.invoice());
    let refused = two.pay(&two.paper.fragment, there, "1.00").unwrap_err();
    assert_eq!(refused.code(), "circle_unreachable");
    assert!(to_first.text().contains("signature_key_unknown"));
    assert_eq!(two.capacity(there).taken().minor(), 0);
    one.pay(&one.paper.fragment, here, "1.00").unwrap();
    let stopped = actix_web::rt::System::new().block_on(async {
        two.server.stop(false).await;
        true
    });
    assert!(stopped);
    let other = one
        .stage
        .issued_paper(&one.buyer, Stage::yuan("10.00"), MATURITY);
    let refused = one.pay(&other.fragment, here, "1.00").unwrap_err();
    assert_eq!(refused.code(), "circle_unreachable");
    assert_eq!(one.capacity(here).taken(), Stage::yuan("1.00"));
    drop(to_second);
}
