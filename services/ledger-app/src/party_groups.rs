//! Groups of obligors under one control, as the operator finds them. A group tells providers which
//! obligors one limit may cover; it decides nothing by itself.

use std::collections::HashMap;

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::party_groups::PartyGroup;
use ledger_store::party_groups::PartyGroupMember;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// Longest name, in characters.
const LONGEST_NAME: usize = 100;

/// A group with who belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Id and name of each member, in the order in which they were entered.
    pub members: Vec<(PartyId, String)>,
}

/// All groups, by name: for the operator who keeps them and for providers who limit them.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<Group>, AppError> {
    if who.kind != PartyKind::FinanceProvider || who.may(Action::ViewLimits).is_err() {
        who.may(Action::OnboardParty)?;
    }
    app.store.read(|tx| {
        let groups = tx.party_groups()?;
        let members = tx.party_group_members()?;
        let parties = names(tx, members.iter().map(|one| one.party))?;
        let mut of_group: HashMap<Uuid, Vec<(PartyId, String)>> = HashMap::new();
        for member in members {
            let name = parties.get(&member.party).map(|party| party.name.clone());
            of_group
                .entry(member.group_id)
                .or_default()
                .push((member.party, name.unwrap_or_default()));
        }
        Ok(groups
            .into_iter()
            .map(|group| Group {
                members: of_group.remove(&group.id).unwrap_or_default(),
                id: group.id,
                name: group.name,
            })
            .collect())
    })
}

/// Enters a group without members.
///
/// # Errors
/// [`AppError::Invalid`] `group_name_invalid`, `group_exists`.
pub fn enter(app: &App, who: &Principal, name: &str) -> Result<Uuid, AppError> {
    who.may(Action::OnboardParty)?;
    let name = name.trim();
    let printable = !name.chars().any(char::is_control);
    if name.is_empty() || name.chars().count() > LONGEST_NAME || !printable {
        return Err(AppError::invalid_field(
            "name",
            "group_name_invalid",
            format!("give the group a name of 1 to {LONGEST_NAME} characters"),
        ));
    }
    let group = PartyGroup {
        id: Uuid::from_bytes(random::bytes()?),
        name: name.to_owned(),
        created_at: app.clock.now(),
        created_by: who.subject(),
    };
    app.store.write(|tx| match tx.party_group_insert(&group) {
        Err(error) if error.is_duplicate_of("party_group_name_unique") => {
            Err(AppError::invalid_field(
                "name",
                "group_exists",
                "there is a group of this name already",
            ))
        }
        other => Ok(other?),
    })?;
    Ok(group.id)
}

/// Puts an obligor into a group. Providers' limits on the group cover it at once.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown group; [`AppError::Invalid`] `group_member_not_obligor`,
/// `group_member_elsewhere`.
pub fn join(app: &App, who: &Principal, group: Uuid, party: PartyId) -> Result<(), AppError> {
    who.may(Action::OnboardParty)?;
    let member = PartyGroupMember {
        group_id: group,
        party,
        added_at: app.clock.now(),
        added_by: who.subject(),
        removed_at: None,
        removed_by: None,
    };
    app.store.write(|tx| {
        if tx.party_groups_by_ids(&[group])?.is_empty() {
            return Err(AppError::NotFound);
        }
        let found = tx.parties_by_ids(&[party])?.pop();
        if found.is_none_or(|one| one.kind != PartyKind::Obligor) {
            return Err(AppError::invalid_field(
                "party",
                "group_member_not_obligor",
                "choose an obligor that is on record",
            ));
        }
        let elsewhere = || {
            AppError::invalid_field(
                "party",
                "group_member_elsewhere",
                "it belongs to another group; take it out there first",
            )
        };
        match tx.party_groups_of(&[party])?.pop() {
            Some(now) if now.group_id == group => return Ok(()),
            Some(_other) => return Err(elsewhere()),
            None => {}
        }
        match tx.party_group_join(&member) {
            Err(error) if error.is_duplicate_of("party_group_member_unique") => Err(elsewhere()),
            other => Ok(other?),
        }
    })
}

/// Takes an obligor out of a group; that it belonged to it stays on record.
///
/// # Errors
/// [`AppError::NotFound`] if it does not belong to it.
pub fn leave(app: &App, who: &Principal, group: Uuid, party: PartyId) -> Result<(), AppError> {
    who.may(Action::OnboardParty)?;
    let (by, now) = (who.subject(), app.clock.now());
    app.store.write(|tx| {
        if tx.party_group_leave(group, party, &by, now)? {
            Ok(())
        } else {
            Err(AppError::NotFound)
        }
    })
}
