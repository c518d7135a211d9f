//! The outbox of letters: what waits, what was handed over, what failed and when to try again.

use chrono::DateTime;
use chrono::Duration;
use chrono::Utc;
use ledger_store::outbox::OutboxKind;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::letters::QueuedLetter;

/// Letters taken at a time.
const BATCH: i64 = 100;

/// How long a courier may keep what it took before another takes it again.
const LEASE_SECONDS: i64 = 120;

/// After this many tries a letter is given up; with the waits below that is about three days.
const MOST_TRIES: i32 = 12;

/// A letter to be delivered.
#[derive(Debug, Clone)]
pub struct WaitingLetter {
    /// Its id, the same at each try.
    pub id: Uuid,
    /// How often it has been tried, this time included.
    pub attempts: i32,
    /// The letter.
    pub letter: QueuedLetter,
}

/// Takes the letters that are due.
///
/// # Errors
/// The store's. A letter that can't be read is given up and said aloud in the log.
pub fn take(app: &App) -> Result<Vec<WaitingLetter>, AppError> {
    let now = app.clock.now();
    let lease = now
        .checked_add_signed(Duration::seconds(LEASE_SECONDS))
        .unwrap_or(now);
    app.store.write(|tx| {
        let mut waiting = Vec::new();
        for item in tx.outbox_claim(now, lease, BATCH)? {
            if item.kind != OutboxKind::Mail {
                continue;
            }
            match serde_json::from_value(item.payload) {
                Ok(letter) => {
                    waiting.push(WaitingLetter {
                        id: item.id,
                        attempts: item.attempts,
                        letter,
                    });
                }
                Err(error) => {
                    tracing::error!(id = %item.id, %error, "a letter can't be read");
                    tx.outbox_failed(item.id, &error.to_string(), None)?;
                }
            }
        }
        Ok::<_, AppError>(waiting)
    })
}

/// These were handed over to the mail server, each with its words: they prove that the letter was
/// taken.
///
/// # Errors
/// The store's.
pub fn note_sent(app: &App, handed_over: &[(Uuid, String)]) -> Result<(), AppError> {
    let now = app.clock.now();
    app.store.write(|tx| Ok(tx.outbox_sent(handed_over, now)?))
}

/// This one was not; a permanent failure, or one too many, gives it up.
///
/// # Errors
/// The store's.
pub fn note_failed(
    app: &App,
    letter: &WaitingLetter,
    why: &str,
    permanent: bool,
) -> Result<(), AppError> {
    let now = app.clock.now();
    let again =
        (!permanent && letter.attempts < MOST_TRIES).then(|| retry_at(now, letter.attempts));
    app.store
        .write(|tx| Ok(tx.outbox_failed(letter.id, why, again)?))
}

/// Twice as long after each try, from half a minute to twelve hours.
fn retry_at(now: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
    let doublings = u32::try_from(attempts.clamp(1, 11))
        .unwrap_or(1)
        .saturating_sub(1);
    let seconds = 30_i64
        .saturating_mul(2_i64.saturating_pow(doublings))
        .min(43_200);
    now.checked_add_signed(Duration::seconds(seconds))
        .unwrap_or(now)
}
