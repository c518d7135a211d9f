//! Lines of the access log: who came in, who was turned away.

use chrono::DateTime;
use chrono::Utc;
use ledger_store::access_log::AccessKind;
use ledger_store::access_log::AccessRecord;
use ledger_store::users::User;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// Longest text kept of what somebody outside has sent.
const LONGEST: usize = 200;

/// A line about a person.
pub(crate) fn line(
    at: DateTime<Utc>,
    kind: AccessKind,
    user: Option<&User>,
    email: &str,
    source: &str,
) -> AccessRecord {
    AccessRecord {
        at,
        kind,
        user_id: user.map(|u| u.id),
        party: user.map(|u| u.party),
        email: printable(email),
        action: String::new(),
        source: printable(source),
        detail: String::new(),
    }
}

/// Notes that somebody asked for what it may not. Doors call this where the policy said no.
///
/// # Errors
/// The store's.
pub fn forbidden(app: &App, who: &Principal, action: Action, source: &str) -> Result<(), AppError> {
    let record = AccessRecord {
        at: app.clock.now(),
        kind: AccessKind::Forbidden,
        user_id: who.user,
        party: Some(who.party),
        email: String::new(),
        action: action.to_string(),
        source: printable(source),
        detail: who.subject(),
    };
    app.store
        .write(|tx| Ok(tx.access_log_append(std::slice::from_ref(&record))?))
}

/// No control characters, no more than fits a line.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect()
}
