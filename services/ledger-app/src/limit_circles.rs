//! Joint views (联合额度): finance providers that agree see what they together have on one obligor
//! or group, in sums; and each its own part. Nobody sees another's part, and nobody outside sees
//! anything. Of two members each can tell the other's part from the sum: that is what they agree to.

use std::collections::HashMap;
use std::collections::HashSet;

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::limit_circles::LimitCircle;
use ledger_store::limit_circles::LimitCircleSeat;
use ledger_store::limit_circles::SeatState;
use ledger_store::parties::PartyState;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment;
use crate::idempotency::IdempotencyKey;
use crate::joint_figures::Figures;
pub use crate::joint_figures::Joint;
use crate::letters;
use crate::limit_subject;
use crate::limit_subject::LimitSubject;
use crate::notice::Notice;
use crate::notice_limits::LimitCircleInvited;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// Most providers in a circle.
pub const MOST_MEMBERS: usize = 50;

/// A provider in a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleSeat {
    /// Which.
    pub provider: PartyId,
    /// Its name.
    pub name: String,
    /// Whether it has agreed.
    pub member: bool,
}

/// A circle as one who is in it, or asked into it, sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// Its id.
    pub id: Uuid,
    /// On what.
    pub subject: LimitSubject,
    /// Its name.
    pub name: String,
    /// Name of who proposed it.
    pub proposed_by: String,
    /// Whether the caller has agreed; without that it sees no figure.
    pub member: bool,
    /// Who is in it or asked.
    pub seats: Vec<CircleSeat>,
    /// Sums over the members, by currency.
    pub sums: Vec<Joint>,
    /// The caller's own part of them.
    pub own: Vec<Joint>,
}

/// A circle on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its id.
    pub circle: Uuid,
}

/// Proposes a circle on an obligor or a group to other providers. The proposer is its first member;
/// each other one agrees or declines for itself.
///
/// # Errors
/// [`AppError::Invalid`] `limit_subject_unknown`, `circle_members_unknown`.
pub fn propose(
    app: &App,
    who: &Principal,
    subject: LimitSubject,
    others: &[PartyId],
    key: Option<IdempotencyKey>,
) -> Result<Proposed, AppError> {
    who.may(Action::ShareLimits)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let others: HashSet<PartyId> = others
        .iter()
        .copied()
        .filter(|one| *one != who.party)
        .collect();
    let others: Vec<PartyId> = others.into_iter().collect();
    let (id, now) = (Uuid::from_bytes(random::bytes()?), app.clock.now());
    app.store.write(|tx| {
        check(tx, who, subject, &others)?;
        let hand = person::hand(tx, who)?;
        let seat = |provider: PartyId, joined: bool| LimitCircleSeat {
            circle: id,
            provider,
            state: if joined {
                SeatState::Member
            } else {
                SeatState::Invited
            },
            invited_at: now,
            joined_at: joined.then_some(now),
            joined_by: joined.then(|| hand.clone()),
            ended_at: None,
            ended_by: None,
        };
        let mut seats = vec![seat(who.party, true)];
        seats.extend(others.iter().map(|other| seat(*other, false)));
        let circle = LimitCircle {
            id,
            kind: subject.kind(),
            subject: subject.id(),
            proposed_by: who.party,
            created_at: now,
            created_by: hand.clone(),
        };
        tx.limit_circle_insert(&circle, &seats)?;
        let names = limit_subject::names(tx, [subject])?;
        let notice = Notice::LimitCircleInvited(LimitCircleInvited {
            provider: who.party_name.clone(),
            subject: names.into_values().next().unwrap_or_default(),
        });
        let notices: Vec<_> = others.iter().map(|one| (*one, notice.clone())).collect();
        letters::tell_parties(tx, now, &notices)?;
        let answer = Proposed { circle: id };
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}

/// Refuses a joint view on anything but an obligor or a group, and one with nobody.
fn check(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    subject: LimitSubject,
    others: &[PartyId],
) -> Result<(), AppError> {
    if !matches!(subject, LimitSubject::Obligor(_) | LimitSubject::Group(_)) {
        return Err(AppError::invalid_field(
            "subject",
            "limit_subject_unknown",
            "a joint view is on an obligor or a group",
        ));
    }
    subject.check(tx, who)?;
    let found = tx.parties_by_ids(others)?;
    let providers = found.iter().filter(|party| {
        party.kind == PartyKind::FinanceProvider && party.state == PartyState::Active
    });
    let all_there = providers.count() == others.len();
    if others.is_empty() || others.len() >= MOST_MEMBERS || !all_there {
        return Err(AppError::invalid_field(
            "providers",
            "circle_members_unknown",
            "name other finance providers that take part, 49 at most",
        ));
    }
    Ok(())
}

/// Agrees to be in a circle. Again changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the caller is not asked.
pub fn join(app: &App, who: &Principal, circle: Uuid) -> Result<(), AppError> {
    who.may(Action::ShareLimits)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let hand = person::hand(tx, who)?;
        if tx.limit_circle_join(circle, who.party, &hand, now)? {
            return Ok(());
        }
        match own_seat(tx, circle, who.party)? {
            Some(_member) => Ok(()),
            None => Err(AppError::NotFound),
        }
    })
}

/// Says no to a circle, or leaves it: from then on the caller's figures are not in the sums, and
/// the circle does not exist for it.
///
/// # Errors
/// [`AppError::NotFound`] if the caller is neither asked nor in it.
pub fn leave(app: &App, who: &Principal, circle: Uuid) -> Result<(), AppError> {
    who.may(Action::ShareLimits)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let hand = person::hand(tx, who)?;
        let state = own_seat(tx, circle, who.party)?.ok_or(AppError::NotFound)?;
        tx.limit_circle_part(circle, who.party, state, &hand, now)?;
        Ok(())
    })
}

fn own_seat(
    tx: &mut ReadTx<'_>,
    circle: Uuid,
    provider: PartyId,
) -> Result<Option<SeatState>, AppError> {
    let seats = tx.limit_circle_seats(&[circle])?;
    let own = seats.into_iter().find(|seat| seat.provider == provider);
    Ok(own.map(|seat| seat.state))
}

/// The circles that the caller is in or asked into, oldest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<Circle>, AppError> {
    who.may(Action::ShareLimits)?;
    app.store.read(|tx| {
        let circles = tx.limit_circles_of(who.party)?;
        views(tx, who, circles)
    })
}

/// One of them.
///
/// # Errors
/// [`AppError::NotFound`] if the caller is neither in it nor asked.
pub fn one(app: &App, who: &Principal, circle: Uuid) -> Result<Circle, AppError> {
    who.may(Action::ShareLimits)?;
    app.store.read(|tx| {
        let mut circles = tx.limit_circles_of(who.party)?;
        circles.retain(|one| one.id == circle);
        views(tx, who, circles)?.pop().ok_or(AppError::NotFound)
    })
}

/// Other providers that may be asked: id and name.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn others(app: &App, who: &Principal) -> Result<Vec<(PartyId, String)>, AppError> {
    who.may(Action::ShareLimits)?;
    app.store.read(|tx| {
        let all = tx.parties_of_kind(PartyKind::FinanceProvider)?;
        Ok(all
            .into_iter()
            .filter(|one| one.state == PartyState::Active && one.id != who.party)
            .map(|one| (one.id, one.name))
            .collect())
    })
}

fn views(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    circles: Vec<LimitCircle>,
) -> Result<Vec<Circle>, AppError> {
    let ids: Vec<Uuid> = circles.iter().map(|one| one.id).collect();
    let mut seats: HashMap<Uuid, Vec<LimitCircleSeat>> = HashMap::new();
    for seat in tx.limit_circle_seats(&ids)? {
        seats.entry(seat.circle).or_default().push(seat);
    }
    let everybody = seats.values().flatten().map(|seat| seat.provider);
    let proposers = circles.iter().map(|one| one.proposed_by);
    let people: Vec<PartyId> = everybody.chain(proposers).collect();
    let parties = held_fragment::names(tx, people)?;
    let party = |id: PartyId| parties.get(&id).map(|p| p.name.clone()).unwrap_or_default();
    let subject_of = |one: &LimitCircle| LimitSubject::new(one.kind, one.subject);
    let names = limit_subject::names(tx, circles.iter().map(subject_of))?;
    let figures = Figures::load(tx, &seats)?;
    Ok(circles
        .iter()
        .map(|circle| {
            let subject = subject_of(circle);
            let seats = seats.remove(&circle.id).unwrap_or_default();
            let members: Vec<PartyId> = seats
                .iter()
                .filter(|seat| seat.state == SeatState::Member)
                .map(|seat| seat.provider)
                .collect();
            let member = members.contains(&who.party);
            let of = |providers: &[PartyId]| {
                if member {
                    figures.sums(subject, providers)
                } else {
                    Vec::new()
                }
            };
            Circle {
                id: circle.id,
                subject,
                name: names.get(&subject).cloned().unwrap_or_default(),
                proposed_by: party(circle.proposed_by),
                member,
                sums: of(&members),
                own: of(&[who.party]),
                seats: seats
                    .into_iter()
                    .map(|seat| CircleSeat {
                        provider: seat.provider,
                        name: party(seat.provider),
                        member: seat.state == SeatState::Member,
                    })
                    .collect(),
            }
        })
        .collect())
}
