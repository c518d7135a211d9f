//! What handlers share: running a use case for a caller, once if it binds, and pages.

use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::DateTime;
use chrono::Utc;
use http_support::blocking;
use http_support::caller::Caller;
use http_support::cursor::Cursors;
use http_support::cursor::next_link;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::newest_first::Page;
use ledger_app::newest_first::Place;
use ledger_app::pledged::ToSign;
use ledger_app::principal::Principal;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::PageQuery;
use crate::wire_pledges::ActToSignOut;

/// Runs a use case for the caller on the blocking pool.
///
/// # Errors
/// The problem of its error.
pub async fn run<T: Send + 'static>(
    app: &App,
    caller: &Caller,
    work: impl FnOnce(&App, &Principal) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Problem> {
    blocking::run_as(app, &caller.principal, &caller.source, work).await
}

/// Shows the caller what a use case looks up.
///
/// # Errors
/// The problem of its error.
pub async fn shown<T: Send + 'static, O: Serialize>(
    app: &App,
    caller: &Caller,
    look_up: impl FnOnce(&App, &Principal) -> Result<T, AppError> + Send + 'static,
    show: impl FnOnce(&T) -> O,
) -> Result<HttpResponse, Problem> {
    let found = run(app, caller, look_up).await?;
    Ok(HttpResponse::Ok().json(show(&found)))
}

/// Shows the caller the bytes to sign for `act`.
///
/// # Errors
/// The problem of its error.
pub async fn to_sign(
    app: &App,
    caller: &Caller,
    act: &str,
    prepare: impl FnOnce(&App, &Principal) -> Result<ToSign, AppError> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    shown(app, caller, prepare, |prepared| {
        ActToSignOut::of(act, prepared)
    })
    .await
}

/// Does what needs no answer but that it is done: 204.
///
/// # Errors
/// The problem of its error.
pub async fn done(
    app: &App,
    caller: &Caller,
    act: impl FnOnce(&App, &Principal) -> Result<(), AppError> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    run(app, caller, act).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Runs a use case that binds the caller: once for one idempotency key. The answer says whether it
/// was given before.
///
/// # Errors
/// The problem of its error; 400 `idempotency_key_missing`.
pub async fn once<T, O>(
    app: &App,
    caller: &Caller,
    work: impl FnOnce(&App, &Principal, IdempotencyKey) -> Result<T, AppError> + Send + 'static,
    show: impl FnOnce(T) -> O + Send + 'static,
) -> Result<HttpResponse, Problem>
where
    T: DeserializeOwned + Send + 'static,
    O: Serialize + Send + 'static,
{
    once_viewed(app, caller, work, |_app, _who, answer| Ok(show(answer))).await
}

/// The same where the answer on record only names what was made, and `view` looks it up.
///
/// # Errors
/// As [`once`].
pub async fn once_viewed<T, O>(
    app: &App,
    caller: &Caller,
    work: impl FnOnce(&App, &Principal, IdempotencyKey) -> Result<T, AppError> + Send + 'static,
    view: impl FnOnce(&App, &Principal, T) -> Result<O, AppError> + Send + 'static,
) -> Result<HttpResponse, Problem>
where
    T: DeserializeOwned + Send + 'static,
    O: Serialize + Send + 'static,
{
    let key = caller.idempotency_key()?;
    let (answer, replayed) = run(app, caller, move |app, who| {
        let (answer, replayed) = match key.answered(&app.store)? {
            Some(known) => (known, true),
            None => (work(app, who, key)?, false),
        };
        Ok((view(app, who, answer)?, replayed))
    })
    .await?;
    let mut response = HttpResponse::Ok();
    if replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    Ok(response.json(answer))
}

/// A place in a list, as it rests in a cursor.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    at: DateTime<Utc>,
    id: String,
}

/// A list as its cursors know it: its name and its address.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// Stable name.
    pub name: &'static str,
    /// Path.
    pub path: &'a str,
}

impl List<'_> {
    /// Shows the caller the page that is asked for: `look_up` gets where it starts and how much it
    /// holds at most.
    ///
    /// # Errors
    /// 400 `cursor_invalid`, the problem of the use case's error.
    pub async fn page<T: Send + 'static, O: Serialize>(
        self,
        app: &App,
        cursors: &Cursors,
        caller: &Caller,
        query: &PageQuery,
        look_up: impl FnOnce(&App, &Principal, Option<Place>, i64) -> Result<Page<T>, AppError>
        + Send
        + 'static,
        show: impl FnOnce(&[T], Option<String>) -> O,
    ) -> Result<HttpResponse, Problem> {
        let limit = query.limit()?;
        let after = self.place(cursors, caller, query)?;
        let page = run(app, caller, move |app, who| look_up(app, who, after, limit)).await?;
        self.answer(cursors, caller, &page, show)
    }

    /// Where the asked page starts.
    fn place(
        self,
        cursors: &Cursors,
        caller: &Caller,
        query: &PageQuery,
    ) -> Result<Option<Place>, Problem> {
        let Some(cursor) = &query.cursor else {
            return Ok(None);
        };
        let mark: Mark = cursors.open(self.name, &caller.principal.subject(), cursor)?;
        let mut id = [0; 16];
        // Only we write what is in a cursor; what can't be read is not of ours.
        hex::decode_to_slice(&mark.id, &mut id)
            .map_err(|_not_hex| Problem::of_status(actix_web::http::StatusCode::BAD_REQUEST))?;
        Ok(Some(Place { at: mark.at, id }))
    }

    /// The page, with the way to the next one in body and `Link` header.
    ///
    /// # Errors
    /// 500, if a cursor can't be written.
    fn answer<T, O: Serialize>(
        self,
        cursors: &Cursors,
        caller: &Caller,
        page: &Page<T>,
        show: impl FnOnce(&[T], Option<String>) -> O,
    ) -> Result<HttpResponse, Problem> {
        let subject = caller.principal.subject();
        let next = page.next.map(|place| {
            let mark = Mark {
                at: place.at,
                id: hex::encode(place.id),
            };
            cursors.seal(self.name, &subject, &mark)
        });
        let next = next.transpose()?;
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = &next {
            response.insert_header((header::LINK, next_link(self.path, cursor)));
        }
        Ok(response.json(show(&page.items, next)))
    }
}
