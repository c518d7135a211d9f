//! Another platform of the circle calls: known by a key that stands in this one's configuration,
//! never by one of a party.

use std::future::Future;
use std::pin::Pin;

use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web;
use actix_web::web::Bytes;
use ledger_core::hash::sha256;
use ledger_core::id::KeyId;

use crate::blocking;
use crate::caller::Received;
use crate::caller::SignedRequests;
use crate::caller::of_fault;
use crate::message_signature::SignatureFault;
use crate::problem::Problem;

/// A platform that may call.
#[derive(Debug, Clone)]
pub struct KnownPeer {
    /// Its name in the configuration.
    pub name: String,
    /// Its public key.
    pub public_key: [u8; 32],
}

/// The id under which a platform's key signs its requests: the first half of SHA-256 over a domain
/// tag and the public key.
#[must_use]
pub fn key_id(public_key: &[u8; 32]) -> KeyId {
    let digest = sha256(&[b"tallystick/v1/peer-key\0", public_key]);
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(digest) {
        *to = from;
    }
    KeyId::from_bytes(id)
}

/// What a door needs to believe peers; goes in as `web::Data<PeerRequests>`.
#[derive(Debug)]
pub struct PeerRequests {
    signed: SignedRequests,
    peers: Vec<KnownPeer>,
}

impl PeerRequests {
    /// `signed` says under which addresses this server is known and how often each key may ask.
    #[must_use]
    pub const fn new(signed: SignedRequests, peers: Vec<KnownPeer>) -> PeerRequests {
        PeerRequests { signed, peers }
    }

    fn identify(&self, received: &Received) -> Result<String, Problem> {
        let found = self.signed.signer_of(received, |key| {
            let known = self.peers.iter().find(|p| key_id(&p.public_key) == key);
            Ok(known.map(|peer| (peer.public_key, format!("peer:{}", peer.name), peer)))
        })?;
        Ok(found.name.clone())
    }
}

/// A peer with the exact bytes it signed.
#[derive(Debug, Clone)]
pub struct PeerCaller {
    /// Its name in the configuration.
    pub peer: String,
    /// The exact body.
    pub body: Bytes,
}

impl FromRequest for PeerCaller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<PeerCaller, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            if !request.headers().contains_key("signature") {
                return Err(of_fault(SignatureFault::Missing));
            }
            // A platform in no circle knows nobody.
            let door = request
                .app_data::<web::Data<PeerRequests>>()
                .cloned()
                .ok_or_else(|| of_fault(SignatureFault::UnknownKey))?;
            let received = Received::of(&request, door.signed.body(payload).await?);
            blocking::on_pool(move || {
                let peer = door.identify(&received)?;
                Ok(PeerCaller {
                    peer,
                    body: received.body,
                })
            })
            .await
            .unwrap_or_else(|| Err(Problem::stopping()))
        })
    }
}
