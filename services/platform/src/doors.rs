//! Mounts the doors.

use actix_web::middleware::DefaultHeaders;
use actix_web::web;
use web_ui::portal::Portal;

/// What the doors need.
#[derive(Debug, Clone)]
pub(crate) struct Doors {
    /// The portal.
    pub(crate) portal: Portal,
    /// libpq address of the auditor's role.
    pub(crate) audit_database: String,
    /// Name of the book.
    pub(crate) origin: String,
    /// Address under which clients reach the platform.
    pub(crate) public_url: String,
}

/// Headers of every answer.
pub(crate) fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
}

/// Mounts portal, financing API and auditor's door.
pub(crate) fn mount(doors: &Doors) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let portal = web_ui::routes::configure(&doors.portal);
    move |config| {
        config.configure(portal);
    }
}
