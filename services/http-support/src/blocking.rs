//! The one bridge from the async doors to the use cases, which block: a closure on actix's
//! blocking pool runs to its end even when the caller goes away.

use actix_web::web;
use ledger_app::access;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::principal::Principal;

use crate::problem::Problem;

/// Runs `work` on the blocking pool.
///
/// # Errors
/// The problem of its error; `busy` if the pool is gone (the server is stopping).
pub async fn run<T, F>(app: &App, work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&App) -> Result<T, AppError> + Send + 'static,
{
    let app = app.clone();
    match on_pool(move || work(&app)).await {
        Some(outcome) => outcome.map_err(Problem::from),
        None => Err(Problem::stopping()),
    }
}

/// Runs `work` for somebody; where the policy says no, the access log learns of it. `source` is
/// from where the request came.
///
/// # Errors
/// As [`run`].
pub async fn run_as<T, F>(app: &App, who: &Principal, source: &str, work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&App, &Principal) -> Result<T, AppError> + Send + 'static,
{
    let (who, source) = (who.clone(), source.to_owned());
    run(app, move |app| {
        work(app, &who).inspect_err(|error| {
            if let AppError::Forbidden(action) = error
                && let Err(lost) = access::forbidden(app, &who, *action, &source)
            {
                tracing::error!(%lost, "the access log could not be written");
            }
        })
    })
    .await
}

/// Runs anything that blocks; none if the pool is gone.
#[expect(clippy::disallowed_methods, reason = "this is the one bridge")]
pub async fn on_pool<T, F>(work: F) -> Option<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    web::block(work).await.ok()
}
