//! Names looked up for the sender: what leads to no public address leads nowhere. It is asked of the
//! very addresses that are then connected to, so that a name that changes its mind between a check and
//! a connection (DNS rebinding) gains nothing.

use std::net::SocketAddr;
use std::net::ToSocketAddrs as _;

use ledger_app::webhook_target::is_public;
use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;

/// A name leads to no public address.
#[derive(Debug, thiserror::Error)]
#[error("{0} leads to no public address")]
struct NotPublic(String);

/// Looks names up with the system's resolver and keeps public addresses only.
#[derive(Debug, Clone, Copy, Default)]
pub struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            // The port is put in later.
            let found = tokio::task::spawn_blocking(move || {
                let all = (host.as_str(), 0).to_socket_addrs()?;
                Ok::<_, std::io::Error>((host.clone(), all.collect::<Vec<SocketAddr>>()))
            });
            let (host, mut found) = found.await??;
            found.retain(|address| is_public(address.ip()));
            if found.is_empty() {
                return Err(NotPublic(host).into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}
