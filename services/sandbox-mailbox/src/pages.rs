//! The page, the parts of a message, and the list as JSON. Read-only.

use std::io;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::guard;
use actix_web::http::header;
use actix_web::web;
use askama::Template;
use serde::Deserialize;
use serde::Serialize;

use crate::folder::Folder;
use crate::letter::Letter;
use crate::letter::Summary;
use crate::words;
use crate::words::Words;

/// Lines of the list on one page.
const PAGE: usize = 100;

/// Messages in one JSON answer at most.
const JSON_LIMIT: usize = 500;

/// A browser may load our style and our frames, and nothing from elsewhere.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A mail is a stranger's page: no script, no loading; a link opens a window of its own.
const MAIL_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; \
    default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
    base-uri 'none'; frame-ancestors 'self'";

/// Lays out the routes; the application data is a [`Folder`]. Other host names than those of
/// loopback get nothing: a page elsewhere must not read the mail through a name of its own.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("")
            .guard(guard::fn_guard(|context| {
                let host = context.head().headers().get(header::HOST);
                let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
                let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
                matches!(name, "127.0.0.1" | "localhost" | "[::1]")
            }))
            .route("/", web::get().to(page))
            .route("/style.css", web::get().to(style))
            .route("/messages.json", web::get().to(json))
            .route("/messages/{id}/html", web::get().to(html_part))
            .route("/messages/{id}/source", web::get().to(source)),
    );
}

#[derive(Debug, Deserialize)]
struct PageQuery {
    to: Option<String>,
    lang: Option<String>,
    open: Option<u64>,
    view: Option<String>,
    before: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Html,
    Text,
    Source,
}

/// A piece of the plain text; addresses become links.
struct Piece<'a> {
    text: &'a str,
    link: bool,
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Mailbox<'a> {
    words: &'static Words,
    /// The filter as it was typed.
    to: String,
    recipients: Vec<String>,
    summaries: Vec<Summary>,
    older: Option<u64>,
    open: Option<u64>,
    letter: Option<&'a Letter>,
    view: View,
    source: String,
}

impl Mailbox<'_> {
    /// An address of this page that keeps language and filter.
    fn href(&self, lang: &str, rest: &str) -> String {
        let to: String = url_encoded(&self.to);
        let to = if to.is_empty() {
            to
        } else {
            format!("&to={to}")
        };
        format!("/?lang={lang}{to}{rest}")
    }

    fn here(&self, rest: &str) -> String {
        self.href(self.words.tag, rest)
    }

    fn is_open(&self, summary: &Summary) -> bool {
        self.open == Some(summary.id)
    }

    /// The same page in the other language.
    fn other_language(&self) -> String {
        let open = self
            .open
            .map(|id| format!("&open={id}"))
            .unwrap_or_default();
        self.href(self.words.other_tag, &open)
    }

    fn pieces<'t>(&self, text: &'t str) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        for part in text.split_inclusive(char::is_whitespace) {
            let word = part.trim_end();
            let link = word.starts_with("http://") || word.starts_with("https://");
            pieces.push(Piece { text: word, link });
            pieces.push(Piece {
                text: part.strip_prefix(word).unwrap_or_default(),
                link: false,
            });
        }
        pieces
    }
}

// The handlers read small local files in place: one person looks at one demo.

async fn page(
    request: HttpRequest,
    folder: web::Data<Folder>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Failure> {
    let query = query.into_inner();
    let accept = request.headers().get(header::ACCEPT_LANGUAGE);
    let accept = accept.and_then(|value| value.to_str().ok());
    let to = query.to.unwrap_or_default().trim().to_owned();
    let needle = to.to_lowercase();
    let summaries = folder.list(query.before, PAGE, |summary| {
        summary
            .to
            .iter()
            .any(|address| address.to_lowercase().contains(&needle))
    });
    let bytes = match query.open {
        Some(id) => folder.source(id)?.map(|bytes| (id, bytes)),
        None => None,
    };
    let letter = bytes.as_ref().map(|(id, bytes)| Letter::read(*id, bytes));
    let view = match query.view.as_deref() {
        Some("text") => View::Text,
        Some("source") => View::Source,
        _ => View::Html,
    };
    let source = match (&bytes, view) {
        (Some((_, bytes)), View::Source) => String::from_utf8_lossy(bytes).replace("\r\n", "\n"),
        _ => String::new(),
    };
    let mailbox = Mailbox {
        words: words::choose(query.lang.as_deref(), accept),
        to,
        recipients: folder.recipients(),
        older: if summaries.len() == PAGE {
            summaries.last().map(|last| last.id)
        } else {
            None
        },
        summaries,
        open: query.open,
        letter: letter.as_ref(),
        view,
        source,
    };
    let missing = mailbox.open.is_some() && mailbox.letter.is_none();
    let mut response = if missing {
        HttpResponse::NotFound()
    } else {
        HttpResponse::Ok()
    };
    Ok(response
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(mailbox.render()?))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "max-age=60"))
        .body(include_str!("../templates/mailbox.css"))
}

async fn html_part(folder: web::Data<Folder>, id: web::Path<u64>) -> Result<HttpResponse, Failure> {
    let Some(bytes) = folder.source(*id)? else {
        return Ok(HttpResponse::NotFound().finish());
    };
    let Some(html) = Letter::read(*id, &bytes).html else {
        return Ok(HttpResponse::NotFound().finish());
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(html))
}

async fn source(folder: web::Data<Folder>, id: web::Path<u64>) -> Result<HttpResponse, Failure> {
    let Some(bytes) = folder.source(*id)? else {
        return Ok(HttpResponse::NotFound().finish());
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes))
}

#[derive(Debug, Deserialize)]
struct JsonQuery {
    /// The whole address, letter case aside.
    to: Option<String>,
    limit: Option<usize>,
}

/// One message as a program reads it, newest first in the list.
#[derive(Debug, Serialize)]
struct JsonMessage {
    id: u64,
    message_id: String,
    from: String,
    to: Vec<String>,
    subject: String,
    date: String,
    text: String,
}

async fn json(
    folder: web::Data<Folder>,
    query: web::Query<JsonQuery>,
) -> Result<HttpResponse, Failure> {
    let limit = query.limit.unwrap_or(PAGE).min(JSON_LIMIT);
    let summaries = folder.list(None, limit, |summary| match &query.to {
        Some(to) => summary
            .to
            .iter()
            .any(|address| address.to_lowercase() == to.to_lowercase()),
        None => true,
    });
    let mut messages = Vec::with_capacity(summaries.len());
    for summary in summaries {
        // Cleared out since it was listed: not there any more.
        let Some(bytes) = folder.source(summary.id)? else {
            continue;
        };
        let letter = Letter::read(summary.id, &bytes);
        messages.push(JsonMessage {
            id: summary.id,
            message_id: letter.message_id,
            from: summary.from,
            to: summary.to,
            subject: summary.subject,
            date: summary.date,
            text: letter.text,
        });
    }
    Ok(HttpResponse::Ok().json(messages))
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Why a page could not be shown; always our side's fault.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the folder can't be read")]
    Folder(#[from] io::Error),
    #[error("the page can't be drawn")]
    Page(#[from] askama::Error),
}

impl actix_web::ResponseError for Failure {}
