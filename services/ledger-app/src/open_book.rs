//! Opens the book: its first entry names the key that records it.

use ledger_core::act::Act;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::signature::Seat;
use ledger_store::posting::Posting;

use crate::app::App;
use crate::error::AppError;

/// Opens the book unless it is open already.
///
/// # Errors
/// The store's; the ledger's refusal.
pub fn run(app: &App) -> Result<(), AppError> {
    let known = app.store.write(|tx| {
        let books = tx.books()?;
        if let Some(book) = books.iter().find(|b| b.id == app.book) {
            return Ok::<_, AppError>(book.size > 0);
        }
        let public_key = app.recorder.public_key();
        tx.book_insert(app.book, &app.origin, app.recorder.key(), &public_key)?;
        Ok(false)
    })?;
    if known {
        return Ok(());
    }
    let entry = Entry {
        book: app.book,
        date: app.business_date()?,
        paper: None,
        spends: None,
        cut: Cut::default(),
        act: Act::OpenBook {
            key: app.recorder.key(),
            public_key: app.recorder.public_key(),
            origin: app.origin.to_string(),
        },
    };
    let sealed = entry.sealed_by(&[(Seat::Book, app.recorder())]);
    app.posting.post_one(
        Posting {
            sealed,
            spent: None,
        },
        None,
    )?;
    Ok(())
}
