//! What the members of joint views have, in sums.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;

use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_store::limit_circles::LimitCircleSeat;
use ledger_store::limit_circles::SeatState;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::error::AppError;
use crate::limit_subject::LimitSubject;
use crate::limit_use;

/// Sums or a part of them, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joint {
    /// In what.
    pub currency: Currency,
    /// Limits on the subject; a member without one adds nothing. Minor units.
    pub limit: i64,
    /// Held, minor units.
    pub used: i64,
    /// Signed for, minor units.
    pub reserved: i64,
}

/// What the members of some circles have, loaded in three queries.
pub(crate) struct Figures {
    limits: Vec<(PartyId, LimitSubject, Joint)>,
    uses: Vec<(PartyId, PartyId, Joint)>,
    groups: HashMap<PartyId, Uuid>,
}

impl Figures {
    /// Loads what the members of these seats have.
    pub(crate) fn load(
        tx: &mut ReadTx<'_>,
        seats: &HashMap<Uuid, Vec<LimitCircleSeat>>,
    ) -> Result<Figures, AppError> {
        let members: HashSet<PartyId> = seats
            .values()
            .flatten()
            .filter(|seat| seat.state == SeatState::Member)
            .map(|seat| seat.provider)
            .collect();
        let members: Vec<PartyId> = members.into_iter().collect();
        let limits = tx.limits_of_all(&members)?.into_iter();
        let uses = tx.exposures_of(&members)?;
        let groups = tx.party_group_members()?;
        Ok(Figures {
            limits: limits
                .map(|one| {
                    let subject = LimitSubject::new(one.kind, one.subject);
                    let joint = Joint {
                        currency: one.currency,
                        limit: one.amount,
                        used: 0,
                        reserved: 0,
                    };
                    (one.owner, subject, joint)
                })
                .collect(),
            uses: uses
                .into_iter()
                .map(|one| {
                    let joint = Joint {
                        currency: one.currency,
                        limit: 0,
                        used: one.used,
                        reserved: one.reserved,
                    };
                    (one.owner, one.obligor, joint)
                })
                .collect(),
            groups: groups
                .into_iter()
                .map(|member| (member.party, member.group_id))
                .collect(),
        })
    }

    /// Whether what is taken of an obligor counts under a subject.
    fn counts(&self, subject: LimitSubject, obligor: PartyId) -> bool {
        match subject {
            LimitSubject::Group(group) => self.groups.get(&obligor) == Some(&group),
            other => other.id() == limit_use::subject_id(obligor),
        }
    }

    /// Sums over some providers on a subject, by currency.
    pub(crate) fn sums(&self, subject: LimitSubject, providers: &[PartyId]) -> Vec<Joint> {
        let mut sums: BTreeMap<Currency, Joint> = BTreeMap::new();
        let limits = self
            .limits
            .iter()
            .filter(|(owner, on, _)| *on == subject && providers.contains(owner))
            .map(|(_, _, joint)| *joint);
        let uses = self
            .uses
            .iter()
            .filter(|(owner, obligor, _)| {
                providers.contains(owner) && self.counts(subject, *obligor)
            })
            .map(|(_, _, joint)| *joint);
        for one in limits.chain(uses) {
            let sum = sums.entry(one.currency).or_insert(Joint {
                limit: 0,
                used: 0,
                reserved: 0,
                ..one
            });
            sum.limit = sum.limit.saturating_add(one.limit);
            sum.used = sum.used.saturating_add(one.used);
            sum.reserved = sum.reserved.saturating_add(one.reserved);
        }
        sums.into_values().collect()
    }
}
