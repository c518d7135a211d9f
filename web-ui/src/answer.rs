//! What a handler hands back from the blocking pool: plain data, so that it can cross threads.

use std::fmt;

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header;
use askama::Template;
use ledger_app::error::AppError;

use crate::assets::CONTENT_SECURITY_POLICY;

/// An answer on its way.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    kind: Kind,
    cookies: Vec<Cookie<'static>>,
    refresh: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Page(String),
    Elsewhere(String),
    File {
        name: String,
        content_type: &'static str,
        bytes: Vec<u8>,
    },
    Nothing,
}

impl Answer {
    /// A page.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the template fails.
    pub fn page(status: StatusCode, view: &impl Template) -> Result<Answer, AppError> {
        let html = view
            .render()
            .map_err(|e| AppError::Internal(format!("a page could not be rendered: {e}")))?;
        Ok(Answer::of(status, Kind::Page(html)))
    }

    /// After an act: the browser is sent on, so that a reload repeats nothing.
    #[must_use]
    pub fn see_other(to: impl Into<String>) -> Answer {
        Answer::of(StatusCode::SEE_OTHER, Kind::Elsewhere(to.into()))
    }

    /// A file to keep under `name`.
    #[must_use]
    pub fn file(name: impl Into<String>, content_type: &'static str, bytes: Vec<u8>) -> Answer {
        let name = name.into();
        Answer::of(
            StatusCode::OK,
            Kind::File {
                name,
                content_type,
                bytes,
            },
        )
    }

    /// A status and nothing else; where even a page can't be made.
    #[must_use]
    pub fn bare(status: StatusCode) -> Answer {
        Answer::of(status, Kind::Nothing)
    }

    fn of(status: StatusCode, kind: Kind) -> Answer {
        Answer {
            status,
            kind,
            cookies: Vec::new(),
            refresh: false,
        }
    }

    /// The same with a cookie set.
    #[must_use]
    pub fn with_cookie(mut self, cookie: Cookie<'static>) -> Answer {
        self.cookies.push(cookie);
        self
    }

    /// The same, telling htmx to load the whole page anew.
    #[must_use]
    pub fn with_refresh(mut self) -> Answer {
        self.refresh = true;
        self
    }

    /// As HTTP: never cached, nothing inline, nothing from elsewhere.
    #[must_use]
    pub fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::REFERRER_POLICY, "same-origin"));
        if self.refresh {
            response.insert_header(("HX-Refresh", "true"));
        }
        for cookie in self.cookies {
            response.cookie(cookie);
        }
        match self.kind {
            Kind::Page(html) => response.content_type("text/html; charset=utf-8").body(html),
            Kind::Elsewhere(to) => response.insert_header((header::LOCATION, to)).finish(),
            Kind::File {
                name,
                content_type,
                bytes,
            } => response
                .content_type(content_type)
                .insert_header(attachment(&name))
                .body(bytes),
            Kind::Nothing => response.finish(),
        }
    }
}

/// To be kept, not shown. A name that isn't plain ASCII goes in the extended form of RFC 6266; the
/// other form can't carry it.
fn attachment(name: &str) -> header::ContentDisposition {
    let plain = name.bytes().all(|b| b.is_ascii_graphic() || b == b' ') && !name.is_empty();
    let name = if plain {
        header::DispositionParam::Filename(name.to_owned())
    } else {
        header::DispositionParam::FilenameExt(header::ExtendedValue {
            charset: header::Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: name.as_bytes().to_vec(),
        })
    };
    header::ContentDisposition {
        disposition: header::DispositionType::Attachment,
        parameters: vec![name],
    }
}

/// Why a request never reached its handler, with the answer to give.
#[derive(Debug)]
pub struct TurnedAway(pub Answer);

impl fmt::Display for TurnedAway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "turned away with {}", self.0.status)
    }
}

impl actix_web::ResponseError for TurnedAway {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        self.0.clone().into_response()
    }
}
