//! Delivers what waits in the outbox.

use ledger_app::app::App;
use ledger_app::deliver_letters;
use notices::courier::Courier;
use notices::letters;
use notices::links::Links;

use crate::error::JobError;

/// The mail room: a courier and the portal's address.
#[derive(Debug, Clone)]
pub struct MailRoom {
    /// Hands letters to a mail server.
    pub courier: Courier,
    /// Where links lead.
    pub links: Links,
}

/// Delivers the letters that are due; gives how many were handed over.
///
/// # Errors
/// [`JobError`].
pub fn deliver(app: &App, room: &MailRoom) -> Result<usize, JobError> {
    let mut handed_over = Vec::new();
    for waiting in deliver_letters::take(app)? {
        let queued = &waiting.letter;
        let letter = match letters::write(&queued.notice, &queued.to, &room.links) {
            Ok(letter) => letter,
            Err(error) => {
                tracing::error!(id = %waiting.id, %error, "a letter can't be written");
                deliver_letters::note_failed(app, &waiting, &error.to_string(), true)?;
                continue;
            }
        };
        match room
            .courier
            .deliver(&letter, &queued.to, &waiting.id.to_string())
        {
            Ok(taken) => {
                let reply = format!("{} {}", taken.message_id, taken.reply);
                handed_over.push((waiting.id, reply));
            }
            Err(error) => {
                tracing::warn!(id = %waiting.id, %error, "a letter was not handed over");
                let why = error.to_string();
                deliver_letters::note_failed(app, &waiting, &why, error.is_permanent())?;
            }
        }
    }
    deliver_letters::note_sent(app, &handed_over)?;
    Ok(handed_over.len())
}
