//! Joint views of limits over the wire.

use ledger_app::error::AppError;
use ledger_app::limit_circles::Circle;
use ledger_app::limit_circles::Joint;
use ledger_core::id::PartyId;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire_limits::LimitSubjectOut;

/// A joint view to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CircleIn {
    /// `obligor` or `group`.
    #[schema(example = "obligor")]
    pub kind: String,
    /// Its id.
    pub subject: String,
    /// Ids of the other finance providers.
    pub providers: Vec<String>,
}

/// A joint view on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CircleMadeOut {
    /// Its id.
    pub circle: String,
}

/// Sums over members, or one's own part of them, in one currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JointOut {
    /// Limits; a member without one adds nothing.
    pub limit: Money,
    /// Held.
    pub used: Money,
    /// Signed for, not yet moved.
    pub reserved: Money,
}

/// A finance provider in a joint view.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CircleSeatOut {
    /// Its id.
    pub provider: String,
    /// Its name.
    pub name: String,
    /// `member`, or `invited` while it has not answered.
    #[schema(example = "member")]
    pub state: String,
}

/// A joint view.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CircleOut {
    /// Its id.
    pub id: String,
    /// On what.
    pub subject: LimitSubjectOut,
    /// Name of who proposed it.
    pub proposed_by: String,
    /// Whether the caller has agreed: without that it sees no figure.
    pub member: bool,
    /// Who is in it or asked.
    pub seats: Vec<CircleSeatOut>,
    /// Sums over the members, by currency.
    pub sums: Vec<JointOut>,
    /// The caller's own part of them.
    pub own: Vec<JointOut>,
}

/// The caller's joint views.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CirclesOut {
    /// Oldest first.
    pub items: Vec<CircleOut>,
}

impl CircleIn {
    /// The other providers.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `circle_members_unknown`.
    pub fn others(&self) -> Result<Vec<PartyId>, AppError> {
        let parse = |id: &String| {
            PartyId::parse(id).map_err(|_not_an_id| {
                AppError::invalid_field(
                    "providers",
                    "circle_members_unknown",
                    "name other finance providers that take part, 49 at most",
                )
            })
        };
        self.providers.iter().map(parse).collect()
    }
}

impl CircleOut {
    /// For an answer.
    #[must_use]
    pub fn of(circle: &Circle) -> CircleOut {
        let joint = |one: &Joint| JointOut {
            limit: Money::of_minor(one.limit, one.currency),
            used: Money::of_minor(one.used, one.currency),
            reserved: Money::of_minor(one.reserved, one.currency),
        };
        CircleOut {
            id: circle.id.simple().to_string(),
            subject: LimitSubjectOut::of(circle.subject, &circle.name),
            proposed_by: circle.proposed_by.clone(),
            member: circle.member,
            seats: circle
                .seats
                .iter()
                .map(|seat| CircleSeatOut {
                    provider: seat.provider.to_string(),
                    name: seat.name.clone(),
                    state: if seat.member { "member" } else { "invited" }.to_owned(),
                })
                .collect(),
            sums: circle.sums.iter().map(joint).collect(),
            own: circle.own.iter().map(joint).collect(),
        }
    }
}
