//! What a finance provider or an obligor sees of its own limits: in force, proposed, decided; what
//! is used without a limit; which signatures a limit stopped. Nobody else sees any of it.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::limits::ExposureLimit;
pub use ledger_store::limits::LimitDecision;
use ledger_store::limits::LimitKind;
pub use ledger_store::limits::LimitProposal;
use ledger_store::limits::LimitShortage;
use ledger_store::parties::PartyState;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::limit_subject;
use crate::limit_subject::LimitSubject;
use crate::limit_use;
use crate::limit_use::Position;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;

/// Decided proposals shown; all of them stay on record.
const HISTORY: i64 = 50;

/// A limit in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLimit {
    /// It, with its figures.
    pub limit: ExposureLimit,
    /// Name of obligor, group or supplier.
    pub name: String,
    /// Whether its last day has passed: then nothing new is taken.
    pub expired: bool,
}

/// A proposal that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingProposal {
    /// It.
    pub proposal: LimitProposal,
    /// Name of obligor, group or supplier.
    pub name: String,
    /// Whether the caller made it: then somebody else has to approve.
    pub own: bool,
}

/// A decided proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedProposal {
    /// It.
    pub proposal: LimitProposal,
    /// What became of it.
    pub decision: LimitDecision,
    /// Name of obligor, group or supplier.
    pub name: String,
}

/// What is taken of an obligor on which no limit is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlimited {
    /// Who owes.
    pub name: String,
    /// In what.
    pub currency: Currency,
    /// Held, minor units; of an obligor's own: promised and not yet paid.
    pub used: i64,
    /// Signed for, minor units.
    pub reserved: i64,
}

/// A signature that a limit stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownShortage {
    /// The record.
    pub shortage: LimitShortage,
    /// Name of obligor, group or supplier.
    pub name: String,
    /// In what.
    pub currency: Currency,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitBook {
    /// The business date.
    pub today: NaiveDate,
    /// Limits in force, by kind.
    pub limits: Vec<ShownLimit>,
    /// Proposals that wait for a second person, oldest first.
    pub waiting: Vec<WaitingProposal>,
    /// Decided ones, newest first.
    pub history: Vec<DecidedProposal>,
    /// What is taken where the platform checks nothing, since no limit is set.
    pub unlimited: Vec<Unlimited>,
    /// Signatures that a limit stopped, newest first.
    pub shortages: Vec<ShownShortage>,
}

/// On what the caller may set a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// On what.
    pub subject: LimitSubject,
    /// Its name.
    pub name: String,
}

/// The caller's book of limits.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn run(app: &App, who: &Principal) -> Result<LimitBook, AppError> {
    who.may(Action::ViewLimits)?;
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let hand = person::hand(tx, who)?;
        let limits = tx.limits_of(who.party)?;
        let waiting = tx.limit_proposals_waiting(who.party)?;
        let history = tx.limit_proposals_decided(who.party, HISTORY)?;
        let shortages = tx.limit_shortages_of(who.party, HISTORY)?;
        let subjects = limits
            .iter()
            .map(subject_of_limit)
            .chain(waiting.iter().map(subject_of))
            .chain(history.iter().map(|(proposal, _)| subject_of(proposal)));
        let names = limit_subject::names(tx, subjects)?;
        let name = |subject: LimitSubject| names.get(&subject).cloned().unwrap_or_default();
        let unlimited = unlimited(tx, who, &limits)?;
        let shortages = shortages.into_iter();
        let waiting = waiting.into_iter().map(|proposal| WaitingProposal {
            name: name(subject_of(&proposal)),
            own: proposal.maker == hand,
            proposal,
        });
        let history = history
            .into_iter()
            .map(|(proposal, decision)| DecidedProposal {
                name: name(subject_of(&proposal)),
                proposal,
                decision,
            });
        Ok(LimitBook {
            today,
            waiting: waiting.collect(),
            history: history.collect(),
            unlimited,
            shortages: shortages
                .filter_map(|one| shown_shortage(one, &limits, name))
                .collect(),
            limits: limits
                .iter()
                .map(|limit| ShownLimit {
                    name: name(subject_of_limit(limit)),
                    expired: limit.valid_until.is_some_and(|last| last < today),
                    limit: limit.clone(),
                })
                .collect(),
        })
    })
}

/// A stopped signature, if its limit is still in force.
fn shown_shortage(
    shortage: LimitShortage,
    limits: &[ExposureLimit],
    name: impl Fn(LimitSubject) -> String,
) -> Option<ShownShortage> {
    let limit = limits.iter().find(|one| one.id == shortage.limit_id)?;
    Some(ShownShortage {
        name: name(subject_of_limit(limit)),
        currency: limit.currency,
        shortage,
    })
}

/// What a provider has of an obligor, by currency.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn position(app: &App, who: &Principal, obligor: PartyId) -> Result<Vec<Position>, AppError> {
    who.may(Action::ViewLimits)?;
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        limit_use::positions(tx, who.party, obligor, today)
    })
}

/// On what the caller may set a limit: obligors, groups and the suppliers it has bought from or
/// been asked by; of an obligor, itself.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn choices(app: &App, who: &Principal) -> Result<Vec<Choice>, AppError> {
    who.may(Action::ViewLimits)?;
    if who.kind == PartyKind::Obligor {
        return Ok(vec![Choice {
            subject: LimitSubject::OwnIssuing(who.party),
            name: who.party_name.clone(),
        }]);
    }
    app.store.read(|tx| {
        let mut found = Vec::new();
        for party in tx.parties_of_kind(PartyKind::Obligor)? {
            if party.state == PartyState::Active {
                found.push(Choice {
                    subject: LimitSubject::Obligor(party.id),
                    name: party.name,
                });
            }
        }
        for group in tx.party_groups()? {
            found.push(Choice {
                subject: LimitSubject::Group(group.id),
                name: group.name,
            });
        }
        // A list of all suppliers would tell a provider who is on the platform.
        let asked = tx.finance_holders_of_provider(who.party)?;
        for party in tx.parties_by_ids(&asked)? {
            found.push(Choice {
                subject: LimitSubject::Supplier(party.id),
                name: party.name,
            });
        }
        Ok(found)
    })
}

const fn subject_of_limit(limit: &ExposureLimit) -> LimitSubject {
    LimitSubject::new(limit.kind, limit.subject)
}

const fn subject_of(proposal: &LimitProposal) -> LimitSubject {
    LimitSubject::new(proposal.kind, proposal.subject)
}

/// What is taken of obligors on which, in that currency, no limit of the owner's is set.
fn unlimited(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    limits: &[ExposureLimit],
) -> Result<Vec<Unlimited>, AppError> {
    let limited: HashSet<(LimitSubject, Currency)> = limits
        .iter()
        .map(|one| (subject_of_limit(one), one.currency))
        .collect();
    if who.kind == PartyKind::Obligor {
        let mut owed: HashMap<Currency, i64> = HashMap::new();
        for day in tx.papers_outstanding_by_due_date(who.party)? {
            let sum = owed.entry(day.currency).or_default();
            *sum = sum.saturating_add(day.owed.minor());
        }
        let own = LimitSubject::OwnIssuing(who.party);
        let mut free: Vec<Unlimited> = owed
            .into_iter()
            .filter(|(currency, _)| !limited.contains(&(own, *currency)))
            .map(|(currency, used)| Unlimited {
                name: who.party_name.clone(),
                currency,
                used,
                reserved: 0,
            })
            .collect();
        free.sort_by_key(|one| one.currency);
        return Ok(free);
    }
    let exposures = tx.exposures_of(&[who.party])?;
    let of = |one: PartyId| LimitSubject::new(LimitKind::Obligor, limit_use::subject_id(one));
    let names = limit_subject::names(tx, exposures.iter().map(|one| of(one.obligor)))?;
    Ok(exposures
        .into_iter()
        .filter(|one| !limited.contains(&(of(one.obligor), one.currency)))
        .map(|one| Unlimited {
            name: names.get(&of(one.obligor)).cloned().unwrap_or_default(),
            currency: one.currency,
            used: one.used,
            reserved: one.reserved,
        })
        .collect())
}
