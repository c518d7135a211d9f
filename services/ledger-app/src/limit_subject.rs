//! On what a limit is, and how people call it.

use std::collections::HashMap;

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
pub use ledger_store::limits::LimitKind;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::error::AppError;
use crate::held_fragment;
use crate::principal::Principal;

/// On what a limit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LimitSubject {
    /// What a provider takes of one obligor.
    Obligor(PartyId),
    /// What a provider takes of a group of obligors together.
    Group(Uuid),
    /// What a provider buys of one supplier.
    Supplier(PartyId),
    /// What the obligor will itself have outstanding.
    OwnIssuing(PartyId),
}

impl LimitSubject {
    /// From its kind and the id of party or group.
    #[must_use]
    pub const fn new(kind: LimitKind, id: Uuid) -> LimitSubject {
        let party = PartyId::from_bytes(id.into_bytes());
        match kind {
            LimitKind::Obligor => LimitSubject::Obligor(party),
            LimitKind::Group => LimitSubject::Group(id),
            LimitKind::Supplier => LimitSubject::Supplier(party),
            LimitKind::OwnIssuing => LimitSubject::OwnIssuing(party),
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> LimitKind {
        match self {
            LimitSubject::Obligor(_) => LimitKind::Obligor,
            LimitSubject::Group(_) => LimitKind::Group,
            LimitSubject::Supplier(_) => LimitKind::Supplier,
            LimitSubject::OwnIssuing(_) => LimitKind::OwnIssuing,
        }
    }

    /// The id of the party or the group.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            LimitSubject::Group(id) => id,
            LimitSubject::Obligor(party)
            | LimitSubject::Supplier(party)
            | LimitSubject::OwnIssuing(party) => Uuid::from_bytes(*party.bytes()),
        }
    }

    /// Refuses what the caller can't have a limit on: providers limit what they take of others,
    /// obligors what they issue themselves.
    pub(crate) fn check(self, tx: &mut ReadTx<'_>, who: &Principal) -> Result<(), AppError> {
        let there = match (who.kind, self) {
            (PartyKind::FinanceProvider, LimitSubject::Obligor(party)) => {
                kind_of(tx, party)? == Some(PartyKind::Obligor)
            }
            // A provider that sells on is a seller like any other.
            (PartyKind::FinanceProvider, LimitSubject::Supplier(party)) => matches!(
                kind_of(tx, party)?,
                Some(PartyKind::Supplier | PartyKind::FinanceProvider)
            ),
            (PartyKind::FinanceProvider, LimitSubject::Group(id)) => {
                !tx.party_groups_by_ids(&[id])?.is_empty()
            }
            (PartyKind::Obligor, LimitSubject::OwnIssuing(party)) => party == who.party,
            _ => false,
        };
        if there {
            Ok(())
        } else {
            Err(AppError::invalid_field(
                "subject",
                "limit_subject_unknown",
                "choose an obligor, a group or a supplier that is on record",
            ))
        }
    }
}

fn kind_of(tx: &mut ReadTx<'_>, party: PartyId) -> Result<Option<PartyKind>, AppError> {
    Ok(tx.parties_by_ids(&[party])?.pop().map(|found| found.kind))
}

/// The names of some subjects, in two queries.
pub(crate) fn names(
    tx: &mut ReadTx<'_>,
    subjects: impl IntoIterator<Item = LimitSubject>,
) -> Result<HashMap<LimitSubject, String>, AppError> {
    let subjects: Vec<LimitSubject> = subjects.into_iter().collect();
    let mut groups = Vec::new();
    let mut parties = Vec::new();
    for subject in &subjects {
        match subject {
            LimitSubject::Group(id) => groups.push(*id),
            LimitSubject::Obligor(id)
            | LimitSubject::Supplier(id)
            | LimitSubject::OwnIssuing(id) => parties.push(*id),
        }
    }
    let mut found: HashMap<Uuid, String> = tx
        .party_groups_by_ids(&groups)?
        .into_iter()
        .map(|group| (group.id, group.name))
        .collect();
    for (id, party) in held_fragment::names(tx, parties)? {
        found.insert(Uuid::from_bytes(*id.bytes()), party.name);
    }
    Ok(subjects
        .into_iter()
        .map(|subject| {
            let name = found.get(&subject.id()).cloned().unwrap_or_default();
            (subject, name)
        })
        .collect())
}
