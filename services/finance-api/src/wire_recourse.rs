//! Recourse over the wire.

use ledger_app::recourse_view::ClaimSide;
use ledger_app::recourse_view::Recourses;
use ledger_app::recourse_view::ShownClaim;
use ledger_app::recourse_view::ShownRight;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::RecourseTerms;
use crate::wire::moment;

/// A fragment of a paper in default on which the caller's party may turn to the party before.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecourseRightOut {
    /// Id of the fragment.
    pub fragment: String,
    /// Number of the paper.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// The range.
    pub range: String,
    /// From whom it was had.
    pub giver: String,
    /// What was signed on that leg.
    pub recourse: RecourseTerms,
    /// What is due now; zero if the limit is used up.
    pub due: Money,
}

/// A claim of which the caller's party is a side.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecourseClaimOut {
    /// Its id.
    pub claim: String,
    /// `claimant` or `payer`: the caller's side.
    pub side: String,
    /// `open`, `disputed`, `withdrawn`, `agreed` (signed, waits for the bank), `paid` (the fragment
    /// has moved), `unpaid` (the bank did not pay) or `lapsed` (the obligor paid, or the fragment was
    /// used otherwise).
    #[schema(example = "open")]
    pub state: String,
    /// Id of the fragment it stands on now.
    pub fragment: String,
    /// Who claims.
    pub claimant: String,
    /// From whom.
    pub against: String,
    /// Number of the paper.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// The range claimed on.
    pub range: String,
    /// What is due now if it stands; what is or was paid if it was taken up.
    pub amount: Option<Money>,
    /// Why the payer won't pay, if it said so.
    pub word: String,
    /// When it was made.
    pub made_at: String,
}

/// What the caller's party may claim, and the claims it is a side of, newest first; a hundred of each
/// at most.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecourseOut {
    /// What it may claim, the oldest due first.
    pub rights: Vec<RecourseRightOut>,
    /// The claims.
    pub claims: Vec<RecourseClaimOut>,
}

/// A claim on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClaimedOut {
    /// Its id.
    pub claim: String,
}

/// A claim taken up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TakenUpOut {
    /// The entry's hash.
    pub entry: String,
    /// What bank messages call the payment.
    pub end_to_end_id: String,
}

/// Why the caller won't pay.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeIn {
    /// 1 to 500 characters.
    pub word: String,
}

impl RecourseRightOut {
    fn of(one: &ShownRight) -> RecourseRightOut {
        let held = &one.right.held;
        let paper = &held.paper.paper;
        RecourseRightOut {
            fragment: one.fragment.clone(),
            paper_number: paper.number.clone(),
            obligor: held.obligor.name.clone(),
            range: held.fragment.range.to_string(),
            giver: one.giver.clone(),
            recourse: RecourseTerms::of(one.right.leg.recourse, paper.currency),
            due: Money::of(one.due, paper.currency),
        }
    }
}

impl RecourseClaimOut {
    fn of(one: &ShownClaim) -> RecourseClaimOut {
        let sides = &one.sides;
        let paper = &sides.held.paper.paper;
        RecourseClaimOut {
            claim: sides.claim.id.to_string(),
            side: match one.side {
                ClaimSide::Claimant => "claimant",
                ClaimSide::Payer => "payer",
            }
            .to_owned(),
            state: one.state.word().to_owned(),
            fragment: one.fragment.clone(),
            claimant: sides.claimant.name.clone(),
            against: sides.against.name.clone(),
            paper_number: paper.number.clone(),
            obligor: sides.held.obligor.name.clone(),
            range: sides
                .range()
                .map(|range| range.to_string())
                .unwrap_or_default(),
            amount: one.amount.map(|amount| Money::of(amount, paper.currency)),
            word: sides.claim.word.clone(),
            made_at: moment(sides.claim.created_at),
        }
    }
}

impl RecourseOut {
    /// For an answer.
    #[must_use]
    pub fn of(found: &Recourses) -> RecourseOut {
        RecourseOut {
            rights: found.rights.iter().map(RecourseRightOut::of).collect(),
            claims: found.claims.iter().map(RecourseClaimOut::of).collect(),
        }
    }
}
