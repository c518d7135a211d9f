//! Every address of the portal, in one place.

use actix_web::web;

use crate::portal::Portal;

/// Mounts the portal.
pub fn configure(portal: &Portal) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let portal = web::Data::new(portal.clone());
    move |cfg| {
        cfg.app_data(portal);
    }
}
