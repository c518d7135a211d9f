//! Sets the language in which a person reads pages and letters.

use ledger_store::parties::Language as Stored;

use crate::app::App;
use crate::error::AppError;
use crate::language::Language;
use crate::principal::Principal;

/// Sets it for the person who asks.
///
/// # Errors
/// [`AppError::NotFound`] for a system, which reads nothing.
pub fn run(app: &App, who: &Principal, language: Language) -> Result<(), AppError> {
    let id = who.user.ok_or(AppError::NotFound)?;
    app.store.write(|tx| {
        let mut user = tx.user_by_id(id)?;
        user.language = stored(language);
        Ok(tx.user_update(&user)?)
    })
}

/// As the database keeps it.
#[must_use]
pub const fn stored(language: Language) -> Stored {
    match language {
        Language::Zh => Stored::Chinese,
        Language::En => Stored::English,
    }
}

/// From the database.
#[must_use]
pub const fn read(language: Stored) -> Language {
    match language {
        Stored::Chinese => Language::Zh,
        Stored::English => Language::En,
    }
}
