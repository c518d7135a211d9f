//! A finance provider writes a note about an obligor, for itself.

use ledger_core::id::PartyId;
use ledger_store::obligor_file::ProviderNote;

use crate::app::App;
use crate::error::AppError;
use crate::obligor_status::check_deals;
use crate::policy::Action;
use crate::principal::Principal;

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 2_000;

/// Writes a note. It stays as it was written, with who wrote it.
///
/// # Errors
/// [`AppError::NotFound`] as [`obligor_status::run`](crate::obligor_status::run);
/// [`AppError::Invalid`] `note_missing`, `note_too_long`.
pub fn run(app: &App, who: &Principal, obligor: PartyId, note: &str) -> Result<(), AppError> {
    who.may(Action::ProposeAnswer)?;
    let note = note.trim().replace('\0', "");
    if note.is_empty() {
        return Err(AppError::invalid_field(
            "note",
            "note_missing",
            "write something",
        ));
    }
    if note.chars().count() > LONGEST_NOTE {
        return Err(AppError::invalid_field(
            "note",
            "note_too_long",
            format!("use at most {LONGEST_NOTE} characters"),
        ));
    }
    let now = app.clock.now();
    app.store.write(|tx| {
        check_deals(tx, who, obligor)?;
        Ok(tx.provider_note_insert(&ProviderNote {
            provider: who.party,
            obligor,
            word: note.clone(),
            made_by: who.subject(),
            maker_name: who.name.clone(),
            made_at: now,
        })?)
    })
}
