//! Limits over the wire.

use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::limit_book::LimitBook;
use ledger_app::limit_book::LimitProposal;
use ledger_app::limit_book::ShownLimit;
use ledger_app::limit_subject::LimitKind;
use ledger_app::limit_subject::LimitSubject;
use ledger_app::limit_use::Position;
use ledger_app::party_groups::Group;
use ledger_app::principal::Principal;
use ledger_app::propose_limit::ProposeLimit;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Money;
use crate::wire::moment;

/// On what a limit is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LimitSubjectOut {
    /// `obligor`, `group`, `supplier` or `own_issuing`.
    #[schema(example = "obligor")]
    pub kind: String,
    /// Id of the party or the group.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A limit in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LimitOut {
    /// Its id.
    pub id: String,
    /// On what.
    pub subject: LimitSubjectOut,
    /// The limit.
    pub limit: Money,
    /// Held; of an issuing limit: promised and not yet paid.
    pub used: Money,
    /// Signed for, not yet moved.
    pub reserved: Money,
    /// What may still be taken; below zero where the limit was lowered under its use.
    pub free: Money,
    /// Since when it is as it is.
    pub valid_from: NaiveDate,
    /// Last day on which something new may be taken; none: until it is changed.
    pub valid_until: Option<NaiveDate>,
    /// Whether that day has passed: then nothing new is taken.
    pub expired: bool,
}

/// What somebody wants a limit to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LimitProposalOut {
    /// Its id.
    pub id: String,
    /// On what.
    pub subject: LimitSubjectOut,
    /// The limit; none: no limit any more.
    pub limit: Option<Money>,
    /// Its last day, if one.
    pub valid_until: Option<NaiveDate>,
    /// Why, in the maker's words.
    pub reason: String,
    /// When it was proposed.
    pub made_at: String,
    /// Whether the caller proposed it: then somebody else has to approve it.
    pub own: bool,
}

/// What is taken where no limit is set, and so none is checked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnlimitedOut {
    /// Name of the obligor.
    pub obligor: String,
    /// Held; of an obligor's own: promised and not yet paid.
    pub used: Money,
    /// Signed for, not yet moved.
    pub reserved: Money,
}

/// A signature that a limit stopped.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShortageOut {
    /// The quote.
    pub quote: String,
    /// Name of obligor, group or supplier of the limit.
    pub subject: String,
    /// What was asked.
    pub asked: Money,
    /// What was free.
    pub free: Money,
    /// When.
    pub at: String,
}

/// The caller's limits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LimitsOut {
    /// In force. Where none is set, the platform checks none.
    pub limits: Vec<LimitOut>,
    /// Waiting for a second person or key.
    pub proposals: Vec<LimitProposalOut>,
    /// Taken where none is set.
    pub unlimited: Vec<UnlimitedOut>,
    /// Signatures that a limit stopped, newest first.
    pub shortages: Vec<ShortageOut>,
}

/// What a limit shall be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitIn {
    /// `obligor`, `group`, `supplier` or `own_issuing`.
    #[schema(example = "obligor")]
    pub kind: String,
    /// Id of the party or the group; not said for `own_issuing`.
    #[serde(default)]
    pub subject: Option<String>,
    /// ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
    /// The limit in major units; null: no limit any more.
    #[schema(example = "50000000.00")]
    pub amount: Option<String>,
    /// Last day on which something new may be taken.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Why, for who decides.
    #[serde(default)]
    pub reason: String,
}

/// A proposal on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LimitProposedOut {
    /// Its id.
    pub proposal: String,
}

/// What the caller has of one obligor in one currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PositionOut {
    /// The limit on the obligor itself; none if none is set.
    pub limit: Option<Money>,
    /// Held.
    pub used: Money,
    /// Signed for, not yet moved.
    pub reserved: Money,
    /// What may still be taken under this limit and the group's; none if neither is set.
    pub free: Option<Money>,
}

/// What the caller has of one obligor, by currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PositionsOut {
    /// One a currency.
    pub items: Vec<PositionOut>,
}

/// A group of obligors.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GroupOut {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who belongs to it.
    pub members: Vec<GroupMemberOut>,
}

/// An obligor of a group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GroupMemberOut {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// All groups.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GroupsOut {
    /// By name.
    pub items: Vec<GroupOut>,
}

/// The subject that a kind and an id name.
///
/// # Errors
/// [`AppError::Invalid`] `limit_subject_unknown`.
pub fn subject_of(kind: &str, id: Option<&str>, who: &Principal) -> Result<LimitSubject, AppError> {
    let unknown = || {
        AppError::invalid_field(
            "subject",
            "limit_subject_unknown",
            "choose an obligor, a group or a supplier that is on record",
        )
    };
    let kind = LimitKind::from_word(kind).ok_or_else(unknown)?;
    match (kind, id) {
        (LimitKind::OwnIssuing, None) => Ok(LimitSubject::OwnIssuing(who.party)),
        (_, Some(id)) => {
            let id = Uuid::parse_str(id).map_err(|_not_an_id| unknown())?;
            Ok(LimitSubject::new(kind, id))
        }
        (_, None) => Err(unknown()),
    }
}

impl LimitIn {
    /// As the use case takes it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `limit_subject_unknown`, `currency_unknown`, or the amount's codes.
    pub fn read(&self, who: &Principal) -> Result<ProposeLimit, AppError> {
        let currency: Currency = self.currency.parse().map_err(|_unknown| {
            AppError::invalid_field("currency", "currency_unknown", "send an ISO 4217 code")
        })?;
        let amount = self.amount.as_deref();
        Ok(ProposeLimit {
            subject: subject_of(&self.kind, self.subject.as_deref(), who)?,
            currency,
            amount: amount
                .map(|text| Amount::parse(text, currency))
                .transpose()?,
            valid_until: self.valid_until,
            reason: self.reason.clone(),
        })
    }
}

impl LimitSubjectOut {
    /// For an answer.
    #[must_use]
    pub fn of(subject: LimitSubject, name: &str) -> LimitSubjectOut {
        LimitSubjectOut {
            kind: subject.kind().word().to_owned(),
            id: subject.id().simple().to_string(),
            name: name.to_owned(),
        }
    }
}

impl LimitOut {
    fn of(shown: &ShownLimit) -> LimitOut {
        let limit = &shown.limit;
        let money = |minor| Money::of_minor(minor, limit.currency);
        LimitOut {
            id: limit.id.simple().to_string(),
            subject: LimitSubjectOut::of(LimitSubject::new(limit.kind, limit.subject), &shown.name),
            limit: money(limit.amount),
            used: money(limit.used),
            reserved: money(limit.reserved),
            free: money(limit.free()),
            valid_from: limit.valid_from,
            valid_until: limit.valid_until,
            expired: shown.expired,
        }
    }
}

impl LimitProposalOut {
    fn of(proposal: &LimitProposal, name: &str, own: bool) -> LimitProposalOut {
        let money = |minor| Money::of_minor(minor, proposal.currency);
        LimitProposalOut {
            id: proposal.id.simple().to_string(),
            subject: LimitSubjectOut::of(LimitSubject::new(proposal.kind, proposal.subject), name),
            limit: proposal.amount.map(money),
            valid_until: proposal.valid_until,
            reason: proposal.reason.clone(),
            made_at: moment(proposal.made_at),
            own,
        }
    }
}

impl LimitsOut {
    /// For an answer.
    #[must_use]
    pub fn of(book: &LimitBook) -> LimitsOut {
        let waiting = book.waiting.iter();
        LimitsOut {
            limits: book.limits.iter().map(LimitOut::of).collect(),
            proposals: waiting
                .map(|one| LimitProposalOut::of(&one.proposal, &one.name, one.own))
                .collect(),
            unlimited: book
                .unlimited
                .iter()
                .map(|one| UnlimitedOut {
                    obligor: one.name.clone(),
                    used: Money::of_minor(one.used, one.currency),
                    reserved: Money::of_minor(one.reserved, one.currency),
                })
                .collect(),
            shortages: book
                .shortages
                .iter()
                .map(|one| ShortageOut {
                    quote: one.shortage.quote.to_string(),
                    subject: one.name.clone(),
                    asked: Money::of_minor(one.shortage.asked, one.currency),
                    free: Money::of_minor(one.shortage.room, one.currency),
                    at: moment(one.shortage.at),
                })
                .collect(),
        }
    }
}

impl PositionsOut {
    /// For an answer.
    #[must_use]
    pub fn of(positions: &[Position]) -> PositionsOut {
        let one = |at: &Position| {
            let money = |minor| Money::of_minor(minor, at.currency);
            PositionOut {
                limit: at.limit.map(money),
                used: money(at.used),
                reserved: money(at.reserved),
                free: at.free.map(money),
            }
        };
        PositionsOut {
            items: positions.iter().map(one).collect(),
        }
    }
}

impl GroupsOut {
    /// For an answer.
    #[must_use]
    pub fn of(groups: &[Group]) -> GroupsOut {
        let member = |(id, name): &(PartyId, String)| GroupMemberOut {
            id: id.to_string(),
            name: name.clone(),
        };
        GroupsOut {
            items: groups
                .iter()
                .map(|group| GroupOut {
                    id: group.id.simple().to_string(),
                    name: group.name.clone(),
                    members: group.members.iter().map(member).collect(),
                })
                .collect(),
        }
    }
}
