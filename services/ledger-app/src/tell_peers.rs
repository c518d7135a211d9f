//! Keeps the circle in step: lapses what was held too long, here and for others, makes tokens of
//! invoices that have none, and tells peers what they have not acknowledged. A job; it may run at
//! any time, any number of times.

use crate::app::App;
use crate::capacity_hold;
use crate::error::AppError;
use crate::peer_news;

/// Invoices that get their tokens in one run.
const AT_ONCE: i64 = 500;

/// Does it; gives how many things were done.
///
/// # Errors
/// The store's. A peer that can't be reached is no error: it is tried again later.
pub fn run_due(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    let mut done = app
        .store
        .write(|tx| tx.capacity_reservations_lapse(now))
        .map_err(AppError::from)?;
    if let Some(circle) = app.circle() {
        let more = app.store.write(|tx| {
            let lapsed = tx.foreign_uses_lapse(now)?;
            let bare = tx.documents_without_token(AT_ONCE)?;
            let made = capacity_hold::make_tokens(tx, circle, &bare)?;
            Ok::<_, AppError>(lapsed.saturating_add(made))
        })?;
        done = done
            .saturating_add(more)
            .saturating_add(peer_news::bring_up_to_date(app)?);
    }
    Ok(done)
}
