//! Who acts.

use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_core::party::PartyKind;
use ledger_store::users::Role;

use crate::error::AppError;
use crate::language::Language;
use crate::policy::Action;
use crate::policy::may;
use crate::policy::only_reads;

/// Somebody whom a door has identified: a person signed in at the portal, or a party's own system
/// that signs its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person; none for a system.
    pub user: Option<UserId>,
    /// The key that identified a system.
    pub key: Option<KeyId>,
    /// For which party.
    pub party: PartyId,
    /// What that party may be.
    pub kind: PartyKind,
    /// In which role.
    pub role: Role,
    /// Language to talk in.
    pub language: Language,
    /// Name to show.
    pub name: String,
    /// The party's name to show.
    pub party_name: String,
    /// Whether the party is suspended: it keeps what it holds and sees it, and does nothing new.
    pub suspended: bool,
}

impl Principal {
    /// Asks the policy table; who acts for a suspended party may only look.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub const fn may(&self, action: Action) -> Result<(), AppError> {
        if may(self.kind, self.role, action) && (!self.suspended || only_reads(action)) {
            Ok(())
        } else {
            Err(AppError::Forbidden(action))
        }
    }

    /// Who it is, as it stands in receipts: stable for a person or a key.
    #[must_use]
    pub fn subject(&self) -> String {
        match (self.user, self.key) {
            (Some(user), _) => format!("user:{user}"),
            (None, Some(key)) => format!("key:{key}"),
            (None, None) => format!("party:{}", self.party),
        }
    }
}
