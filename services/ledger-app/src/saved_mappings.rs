//! A party's own ways to read its exports: which of its columns is which of ours.

use ledger_store::imports::ColumnMapping;
use serde_json::Value;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// A mapping with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedMapping {
    /// Its name, unique for the party.
    pub name: String,
    /// The mapping, as the file reader takes it; it was checked by the door.
    pub mapping: Value,
}

/// The party's mappings, by name.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn list(app: &App, who: &Principal) -> Result<Vec<SavedMapping>, AppError> {
    who.may(Action::ProposeIssue)?;
    let saved = app.store.read(|tx| tx.column_mappings(who.party))?;
    let plain = |m: ColumnMapping| SavedMapping {
        name: m.name,
        mapping: m.mapping,
    };
    Ok(saved.into_iter().map(plain).collect())
}

/// Saves one; one of the same name is replaced.
///
/// # Errors
/// [`AppError::Invalid`] `name_invalid` without a name of 1 to 100 printable characters.
pub fn save(app: &App, who: &Principal, name: &str, mapping: &Value) -> Result<(), AppError> {
    who.may(Action::ProposeIssue)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(AppError::invalid_field(
            "name",
            "name_invalid",
            "give the mapping a name of at most 100 characters",
        ));
    }
    let saved = ColumnMapping {
        id: uuid::Uuid::from_bytes(random::bytes()?),
        party: who.party,
        name: name.to_owned(),
        mapping: mapping.clone(),
    };
    Ok(app.store.write(|tx| tx.column_mapping_save(&saved))?)
}

/// Removes one; nothing happens if there is none of that name.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn remove(app: &App, who: &Principal, name: &str) -> Result<(), AppError> {
    who.may(Action::ProposeIssue)?;
    Ok(app
        .store
        .write(|tx| tx.column_mapping_delete(who.party, name))?)
}
