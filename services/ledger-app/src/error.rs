//! Why a use case did not happen.

use ledger_core::amount::AmountError;
use ledger_core::article::Article;
use ledger_core::refusal::Refusal;
use ledger_store::error::StoreError;

use crate::policy::Action;

/// The outcome of a use case that did not happen. Nothing has changed, with the one exception of
/// a store that became unreachable at commit: then ask again under the same idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// The ledger's lawful no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The input can't be taken as it is.
    #[error("{message}")]
    Invalid {
        /// Stable code.
        code: &'static str,
        /// What to do, in English; doors translate by code.
        message: String,
        /// The field meant, if one.
        field: Option<&'static str>,
    },
    /// There is no such thing, or this caller may not know that there is.
    #[error("not found")]
    NotFound,
    /// The caller's role may not do this.
    #[error("this role may not {0}")]
    Forbidden(Action),
    /// The passphrase does not open the key.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The same idempotency key came with another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// More work is waiting than the ledger takes; come back after so many seconds.
    #[error("the ledger is busy; try again in {retry_after_seconds} s")]
    Busy {
        /// When to come back.
        retry_after_seconds: u32,
    },
    /// The database.
    #[error(transparent)]
    Store(StoreError),
    /// A fault of ours.
    #[error("internal error: {0}")]
    Internal(String),
}

impl AppError {
    /// Input that can't be taken.
    #[must_use]
    pub fn invalid(code: &'static str, message: impl Into<String>) -> AppError {
        AppError::Invalid {
            code,
            message: message.into(),
            field: None,
        }
    }

    /// Input that can't be taken, because of one field.
    #[must_use]
    pub fn invalid_field(
        field: &'static str,
        code: &'static str,
        message: impl Into<String>,
    ) -> AppError {
        AppError::Invalid {
            code,
            message: message.into(),
            field: Some(field),
        }
    }

    /// Stable code for machines, translations and tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            AppError::Refused(refusal) => refusal.code(),
            AppError::Invalid { code, .. } => code,
            AppError::NotFound => "not_found",
            AppError::Forbidden(_) => "forbidden",
            AppError::WrongPassphrase => "wrong_passphrase",
            AppError::KeyReused => "idempotency_key_reused",
            AppError::Busy { .. } => "busy",
            AppError::Store(error) => error.code(),
            AppError::Internal(_) => "internal",
        }
    }

    /// The article a rule of the day rests on, where a rule is what refuses.
    #[must_use]
    pub const fn article(&self) -> Option<Article> {
        match self {
            AppError::Refused(refusal) => refusal.article(),
            _ => None,
        }
    }

    /// Whether the same may succeed a moment later: rows held by somebody else, a full queue, a
    /// database that can't be reached. Nobody's input is at fault then, and to try again at once,
    /// or in parts, only keeps others waiting.
    #[must_use]
    pub const fn passes_with_time(&self) -> bool {
        matches!(
            self,
            AppError::Busy { .. } | AppError::Store(StoreError::Unavailable(_))
        )
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => AppError::NotFound,
            StoreError::Contended(_) => AppError::Busy {
                retry_after_seconds: 1,
            },
            other => AppError::Store(other),
        }
    }
}

impl From<AmountError> for AppError {
    fn from(error: AmountError) -> Self {
        AppError::invalid_field("amount", error.code(), error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use ledger_store::error::StoreError;

    use super::AppError;

    #[test]
    fn what_is_held_or_gone_passes_with_time_and_nothing_else() {
        let words = || "words".to_owned();
        let passes = |error: StoreError| AppError::from(error).passes_with_time();
        assert!(passes(StoreError::Contended(words())));
        assert!(passes(StoreError::Unavailable(words())));
        assert!(!passes(StoreError::Duplicate(words())));
        assert!(!passes(StoreError::Violated(words())));
        assert!(!AppError::invalid("proposal_decided", "words").passes_with_time());
    }
}
