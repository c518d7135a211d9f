//! What a browser posts, with its token checked before anybody looks at the rest.

use std::future::Future;
use std::io::Write as _;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::dev::Payload;
use futures_util::StreamExt as _;
use futures_util::TryStreamExt as _;
use http_support::blocking::on_pool;
use ledger_app::error::AppError;
use tempfile::NamedTempFile;

use crate::answer::Answer;
use crate::answer::TurnedAway;
use crate::asked::Asked;
use crate::forms::CSRF_FIELD;
use crate::forms::Form;
use crate::session::Signed;
use crate::session::signed;

/// Largest form without a file: ten thousand ticked proposals fit.
pub(crate) const FORM_BYTES: usize = 1024 * 1024;

/// Largest file, as the upload page says.
pub const FILE_BYTES: u64 = 20 * 1024 * 1024;

/// Most fields of a form with a file, and the largest of them that is text.
const PARTS: usize = 64;
const TEXT_BYTES: usize = 16 * 1024;

/// A signed-in person's form.
#[derive(Debug)]
pub struct Posted {
    /// Who posted it.
    pub signed: Signed,
    /// What.
    pub form: Form,
}

impl Posted {
    /// As [`Signed::answer`], with the form.
    pub async fn answer<F>(self, work: F) -> HttpResponse
    where
        F: FnOnce(&Signed, Form) -> Result<Answer, AppError> + Send + 'static,
    {
        let form = self.form;
        self.signed.answer(move |who| work(who, form)).await
    }
}

impl FromRequest for Posted {
    type Error = TurnedAway;
    type Future = Pin<Box<dyn Future<Output = Result<Posted, TurnedAway>>>>;

    fn from_request(request: &HttpRequest, body: &mut Payload) -> Self::Future {
        let asked = Asked::of(request);
        let body = body.take();
        Box::pin(async move {
            let asked = asked?;
            let foreign = asked.foreign;
            let signed = signed(asked).await?;
            let form = read_form(body)
                .await
                .map_err(|error| turned_away(&signed, &error))?;
            if foreign || !signed.owns(form.text(CSRF_FIELD)) {
                return Err(turned_away(&signed, &form_outdated()));
            }
            Ok(Posted { signed, form })
        })
    }
}

/// A file as it came, kept on disk while it is looked at.
#[derive(Debug)]
pub struct UploadedFile {
    /// Its name as the browser says; to be shown, never to be opened.
    pub name: String,
    /// Its content type as the browser says.
    pub content_type: String,
    /// Its bytes.
    pub content: NamedTempFile,
    /// How many.
    pub size: u64,
}

/// A signed-in person's form with a file.
#[derive(Debug)]
pub struct Uploaded {
    /// Who sent it.
    pub signed: Signed,
    /// Its other fields.
    pub form: Form,
    /// The file; none if the field was left empty.
    pub file: Option<UploadedFile>,
}

impl Uploaded {
    /// As [`Signed::answer`], with form and file.
    pub async fn answer<F>(self, work: F) -> HttpResponse
    where
        F: FnOnce(&Signed, Form, Option<UploadedFile>) -> Result<Answer, AppError> + Send + 'static,
    {
        let (form, file) = (self.form, self.file);
        self.signed.answer(move |who| work(who, form, file)).await
    }
}

impl FromRequest for Uploaded {
    type Error = TurnedAway;
    type Future = Pin<Box<dyn Future<Output = Result<Uploaded, TurnedAway>>>>;

    fn from_request(request: &HttpRequest, body: &mut Payload) -> Self::Future {
        let asked = Asked::of(request);
        let declared = declared_length(request);
        let parts = Multipart::new(request.headers(), body.take());
        Box::pin(async move {
            let asked = asked?;
            let foreign = asked.foreign;
            let signed = signed(asked).await?;
            if foreign {
                return Err(turned_away(&signed, &form_outdated()));
            }
            if declared
                > FILE_BYTES.saturating_add(TEXT_BYTES.saturating_mul(4).try_into().unwrap_or(0))
            {
                return Err(turned_away(&signed, &too_large()));
            }
            let read = read_parts(&signed, parts).await;
            let (form, file) = read.map_err(|error| turned_away(&signed, &error))?;
            Ok(Uploaded { signed, form, file })
        })
    }
}

fn declared_length(request: &HttpRequest) -> u64 {
    let header = request
        .headers()
        .get(actix_web::http::header::CONTENT_LENGTH);
    header
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

fn turned_away(signed: &Signed, error: &AppError) -> TurnedAway {
    let back = match signed.path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some(_) => signed.path.as_str(),
    };
    TurnedAway(signed.at(back).problem(error))
}

pub(crate) fn form_outdated() -> AppError {
    AppError::invalid(
        "form_outdated",
        "the form is too old or was not made by this site; load the page again",
    )
}

fn too_large() -> AppError {
    AppError::invalid_field("file", "file_too_large", "files may have up to 20 MB")
}

fn form_malformed() -> AppError {
    AppError::invalid(
        "form_malformed",
        "the form could not be read; load the page again",
    )
}

/// Reads a body of `application/x-www-form-urlencoded`, up to [`FORM_BYTES`].
pub(crate) async fn read_form(body: Payload) -> Result<Form, AppError> {
    let mut body = body;
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_broken_off| form_malformed())?;
        if bytes.len().saturating_add(chunk.len()) > FORM_BYTES {
            return Err(AppError::invalid("form_too_large", "the form is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Form::parse(&bytes))
}

/// Reads the parts in their order. The token stands first on our pages: nothing is kept before it.
async fn read_parts(
    signed: &Signed,
    mut parts: Multipart,
) -> Result<(Form, Option<UploadedFile>), AppError> {
    let (mut form, mut file, mut known, mut count) = (Form::default(), None, false, 0);
    while let Some(mut part) = parts
        .try_next()
        .await
        .map_err(|_malformed| form_malformed())?
    {
        count += 1;
        let name = part.name().unwrap_or_default().to_owned();
        let given = part
            .content_disposition()
            .and_then(|d| d.get_filename())
            .map(str::to_owned);
        if count > PARTS || name.is_empty() || (!known && name != CSRF_FIELD) {
            return Err(form_outdated());
        }
        if let Some(given) = given {
            let content_type = part
                .content_type()
                .map(ToString::to_string)
                .unwrap_or_default();
            let (content, size) = spool(&mut part).await?;
            if size > 0 || !given.is_empty() {
                file = Some(UploadedFile {
                    name: given,
                    content_type,
                    content,
                    size,
                });
            }
            continue;
        }
        let text = read_text(&mut part).await?;
        if name == CSRF_FIELD && !known {
            if !signed.owns(text.trim()) {
                return Err(form_outdated());
            }
            known = true;
        }
        form.push(&name, &text);
    }
    if known {
        Ok((form, file))
    } else {
        Err(form_outdated())
    }
}

async fn read_text(part: &mut actix_multipart::Field) -> Result<String, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part
        .try_next()
        .await
        .map_err(|_broken_off| form_malformed())?
    {
        if bytes.len().saturating_add(chunk.len()) > TEXT_BYTES {
            return Err(AppError::invalid("form_too_large", "the form is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_not_text| form_malformed())
}

/// Writes the file to disk as it comes; stops at the first byte too many.
async fn spool(part: &mut actix_multipart::Field) -> Result<(NamedTempFile, u64), AppError> {
    let disk = |e: std::io::Error| AppError::Internal(format!("upload: {e}"));
    let mut content = NamedTempFile::new().map_err(disk)?;
    let mut size: u64 = 0;
    while let Some(chunk) = part
        .try_next()
        .await
        .map_err(|_broken_off| form_malformed())?
    {
        size = size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if size > FILE_BYTES {
            return Err(too_large());
        }
        let written = on_pool(move || content.write_all(&chunk).map(|()| content)).await;
        content = written
            .ok_or_else(|| AppError::Internal("upload: no thread".to_owned()))?
            .map_err(disk)?;
    }
    Ok((content, size))
}
