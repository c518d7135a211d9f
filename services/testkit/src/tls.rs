//! The one crypto provider, for tests that build an HTTP client.

/// Makes ring the provider of this process. Call it before building a `reqwest` client; calling it
/// again does no harm.
pub fn install() {
    // An error says that a provider is installed already, which can only be the same one: no
    // other is compiled in (the house test proves it).
    let _ = rustls::crypto::ring::default_provider().install_default();
}
