//! Which field of a form a refusal is about: it is marked, and the reason stands over the form.

use ledger_app::error::AppError;

use crate::forms::Form;

/// Marks what `others` says of the error's code, else the field the error names, else the passphrase if
/// it did not open the key.
pub(crate) fn blame(form: &mut Form, error: &AppError, others: &[(&str, &str)]) {
    let told = others.iter().find(|(code, _)| *code == error.code());
    let field = match (told, error) {
        (Some((_, field)), _) => field,
        (
            None,
            AppError::Invalid {
                field: Some(field), ..
            },
        ) => field,
        _ if matches!(error.code(), "wrong_passphrase" | "passphrase_at_rest") => "passphrase",
        _ => return,
    };
    form.refuse(field, "see_above");
}
