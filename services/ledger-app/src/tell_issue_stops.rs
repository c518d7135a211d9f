//! Tells finance providers' own systems that an obligor may issue nothing new, or may again: those
//! that were ever asked for money on its paper, or hold a part of one. A job; it may run at any time,
//! any number of times: each change is told once, whoever made it.

use chrono::DateTime;
use chrono::Utc;

use crate::app::App;
use crate::error::AppError;
use crate::webhook_event;
use crate::webhook_event::Happening;

/// Does it; gives how many providers there were to tell.
///
/// # Errors
/// The store's.
pub fn run_due(app: &App, now: DateTime<Utc>) -> Result<usize, AppError> {
    app.store.write(|tx| {
        let moved = tx.issue_stops_moved(now)?;
        let happened: Vec<_> = moved
            .iter()
            .map(|one| {
                let stop = Happening::issue_stop(one.obligor, one.stopped);
                (one.provider, stop)
            })
            .collect();
        webhook_event::tell(tx, now, &happened)?;
        Ok(happened.len())
    })
}
