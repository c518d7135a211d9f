//! Puts letters into the outbox, in the unit of work that is their reason.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::PartyId;
use ledger_store::outbox::OutboxItem;
use ledger_store::outbox::OutboxKind;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::users::LetterReader;
use ledger_store::users::Role;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::error::AppError;
use crate::language::Language;
use crate::notice::Notice;
use crate::random;
use crate::recipient::Recipient;

/// A letter as it rests in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedLetter {
    /// Who is told.
    pub to: Recipient,
    /// What. The secret of an invitation is blanked in the row once the letter is out or given up.
    pub notice: Notice,
}

/// Tells every active user of each party, set-based.
///
/// # Errors
/// The store's.
pub fn tell_parties(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    notices: &[(PartyId, Notice)],
) -> Result<(), AppError> {
    tell_some(tx, now, notices, |_| true)
}

/// Tells the active users of each party who are in `role`.
///
/// # Errors
/// The store's.
pub fn tell_role(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    role: Role,
    notices: &[(PartyId, Notice)],
) -> Result<(), AppError> {
    tell_some(tx, now, notices, |user| user.role == role)
}

/// Tells those active users of each party who are `wanted`.
///
/// # Errors
/// The store's.
pub(crate) fn tell_those(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    notices: &[(PartyId, Notice)],
    wanted: impl Fn(&LetterReader) -> bool,
) -> Result<(), AppError> {
    tell_some(tx, now, notices, wanted)
}

/// Tells every active user of each party; gives each letter's id in the outbox with its party and
/// what came along with it.
///
/// # Errors
/// The store's.
pub(crate) fn tell_noting<T: Clone>(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    notices: Vec<(PartyId, Notice, T)>,
) -> Result<Vec<(PartyId, Uuid, T)>, AppError> {
    let readers = readers(tx, notices.iter().map(|one| one.0).collect(), |_| true)?;
    let (mut items, mut noted) = (Vec::new(), Vec::new());
    for (party, notice, with) in notices {
        for to in readers.get(&party).into_iter().flatten() {
            let item = queued(
                now,
                QueuedLetter {
                    to: to.clone(),
                    notice: notice.clone(),
                },
            )?;
            noted.push((party, item.id, with.clone()));
            items.push(item);
        }
    }
    tx.outbox_push(&items)?;
    Ok(noted)
}

/// The active users of these parties who are wanted.
fn readers(
    tx: &mut WriteTx<'_>,
    mut parties: Vec<PartyId>,
    wanted: impl Fn(&LetterReader) -> bool,
) -> Result<HashMap<PartyId, Vec<Recipient>>, AppError> {
    parties.sort_unstable();
    parties.dedup();
    let mut readers: HashMap<PartyId, Vec<Recipient>> = HashMap::new();
    for reader in tx.letter_readers(&parties)? {
        if wanted(&reader) {
            let of = readers.entry(reader.party).or_default();
            of.push(recipient(reader));
        }
    }
    Ok(readers)
}

fn tell_some(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    notices: &[(PartyId, Notice)],
    wanted: impl Fn(&LetterReader) -> bool,
) -> Result<(), AppError> {
    if notices.is_empty() {
        return Ok(());
    }
    let readers = readers(tx, notices.iter().map(|one| one.0).collect(), wanted)?;
    let mut items = Vec::new();
    for (party, notice) in notices {
        for to in readers.get(party).into_iter().flatten() {
            items.push(queued(
                now,
                QueuedLetter {
                    to: to.clone(),
                    notice: notice.clone(),
                },
            )?);
        }
    }
    Ok(tx.outbox_push(&items)?)
}

/// Tells one person, who may not have a user yet (an invitation).
///
/// # Errors
/// The store's.
pub fn tell_person(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    letter: QueuedLetter,
) -> Result<(), AppError> {
    let item = queued(now, letter)?;
    Ok(tx.outbox_push(&[item])?)
}

fn recipient(reader: LetterReader) -> Recipient {
    let language = match reader.language {
        ledger_store::parties::Language::Chinese => Language::Zh,
        ledger_store::parties::Language::English => Language::En,
    };
    Recipient {
        email: reader.email,
        name: reader.display_name,
        language,
    }
}

/// A letter as it goes into the outbox, to be delivered as soon as may be.
pub(crate) fn queued(now: DateTime<Utc>, letter: QueuedLetter) -> Result<OutboxItem, AppError> {
    let payload = serde_json::to_value(letter)
        .map_err(|e| AppError::Internal(format!("a letter can't be kept: {e}")))?;
    let id = uuid::Uuid::from_bytes(random::bytes()?);
    Ok(OutboxItem::new(id, OutboxKind::Mail, payload, now))
}
