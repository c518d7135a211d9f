//! The circle of platforms as the configuration describes it: our own key, the shared key, the peers.

use std::process::ExitCode;
use std::sync::Arc;

use http_support::peer_caller::KnownPeer;
use http_support::peer_caller::key_id;
use invoice_circle::peer_client::PeerClient;
use ledger_app::circle::Circle;
use ledger_app::circle::Peer;
use ledger_core::canonical_hex::parse_hex;
use ledger_core::id::KeyId;
use ledger_core::invoice_token::CircleKey;
use ledger_core::signature::Signer;

use crate::config::Settings;
use crate::failure::Context;
use crate::failure::Failure;
use crate::open;
use crate::secrets;

/// The circle, if there are any peers.
pub(crate) fn of(settings: &Settings) -> Result<Option<Circle>, Failure> {
    if settings.peers.is_empty() {
        return Ok(None);
    }
    let file = settings.circle_key.as_ref().ok_or_else(|| {
        Failure("circle_key names the file with the key that all peers share".to_owned())
    })?;
    let text = std::fs::read_to_string(file).doing("circle_key")?;
    let key: [u8; 32] = parse_hex(text.trim()).doing("circle_key")?;
    let signer = Arc::new(signer(settings)?);
    let mut peers: Vec<Arc<dyn Peer>> = Vec::new();
    for peer in &settings.peers {
        let client = PeerClient::new(&peer.name, &peer.url, Arc::clone(&signer))
            .doing(&format!("peer {}", peer.name))?;
        peers.push(Arc::new(client));
    }
    Ok(Some(Circle::new(CircleKey::new(&key), peers)))
}

/// Those who may ask.
pub(crate) fn known(settings: &Settings) -> Result<Vec<KnownPeer>, Failure> {
    let one = |peer: &crate::config::PeerSettings| {
        Ok(KnownPeer {
            name: peer.name.clone(),
            public_key: parse_hex(&peer.public_key)
                .doing(&format!("public key of peer {}", peer.name))?,
        })
    };
    settings.peers.iter().map(one).collect()
}

/// Prints the public key that the other platforms put into their configuration.
pub(crate) fn print_key(settings: &Settings) -> Result<ExitCode, Failure> {
    open::say(&hex::encode(signer(settings)?.public_key()));
    Ok(ExitCode::SUCCESS)
}

/// Our own key towards peers; made on first use.
fn signer(settings: &Settings) -> Result<Signer, Failure> {
    std::fs::create_dir_all(&settings.secrets).doing("folder of secrets")?;
    let seed = secrets::secret(&settings.secrets.join("peer.key"))?;
    let probe = Signer::from_seed(KeyId::from_bytes([0; 16]), &seed).doing("peer.key")?;
    Signer::from_seed(key_id(&probe.public_key()), &seed).doing("peer.key")
}
