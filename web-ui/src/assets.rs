//! Files compiled into the program: style sheet, the one script of ours, htmx. Their addresses
//! carry a hash of the content, so browsers may keep them for a year.

use actix_web::HttpResponse;
use actix_web::http::header;
use rust_embed::RustEmbed;

/// Where the files are served.
pub const ROOT: &str = "/assets";

/// What a page may load: only from here, nothing inline.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; \
    script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// The address of a file with its hash: `/assets/portal.css?v=0f3a…`. Without the hash the file is
/// still served, with a short life: pages of other crates may link it so.
#[must_use]
pub fn address(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("{ROOT}/{name}?v={}", short_hash(&file)),
        None => format!("{ROOT}/{name}"),
    }
}

fn short_hash(file: &rust_embed::EmbeddedFile) -> String {
    let whole = hex::encode(file.metadata.sha256_hash());
    whole.get(..16).unwrap_or_default().to_owned()
}

/// Answers a request for `name` with the query string `query`; 404 for what isn't there.
#[must_use]
pub fn serve(name: &str, query: &str) -> HttpResponse {
    let Some(file) = Files::get(name) else {
        return HttpResponse::NotFound().finish();
    };
    let fresh = query == format!("v={}", short_hash(&file));
    let keep = if fresh {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    HttpResponse::Ok()
        .content_type(content_type(name))
        .insert_header((header::CACHE_CONTROL, keep))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(file.data.into_owned())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_stem, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _other => "application/octet-stream",
    }
}
