//! What letters about pledges and re-transfers say, each to the side that did not act.

use chrono::NaiveDate;
use chrono::NaiveDateTime;
use serde::Deserialize;
use serde::Serialize;

use crate::notice_papers::FragmentNamed;
use crate::notice_papers::RecourseNamed;

/// What has happened to a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PledgeStep {
    /// To the pledgee: a holder asks for a deed.
    Asked,
    /// To the holder: the deed is signed, the holder signs next.
    Granted,
    /// To the holder: the pledgee said no.
    Declined,
    /// To the pledgee: the holder has signed, the fragment stays put.
    Pledged,
    /// To the holder: the pledgee has let it go.
    Released,
    /// To the pledgee: the paper was paid, to the holder's own account.
    Paid,
}

/// About one pledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PledgeTold {
    /// Its id.
    pub pledge: String,
    /// What has happened.
    pub step: PledgeStep,
    /// Which fragment.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
    /// The secured claim.
    pub secured: String,
    /// The two parties' name for the loan.
    pub loan: String,
    /// Who pledges.
    pub holder: String,
    /// Whose claim is secured.
    pub pledgee: String,
    /// The day the fragment falls due.
    pub due: NaiveDate,
    /// Until when the deed may be signed, in the business time zone.
    #[serde(default)]
    pub until: Option<NaiveDateTime>,
}

/// What has happened to an offer between finance providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetransferStep {
    /// To the recipient: it may accept or decline.
    Offered,
    /// To the holder before: the fragment is the recipient's.
    Accepted,
    /// To the holder: it stays its own.
    Declined,
}

/// About one offer between finance providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetransferTold {
    /// Its id.
    pub retransfer: String,
    /// What has happened.
    pub step: RetransferStep,
    /// Which fragment.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
    /// Who offers.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The two providers' name for their contract.
    pub contract: String,
    /// Whether the recipient may turn back.
    pub recourse: RecourseNamed,
    /// The day the fragment falls due.
    pub due: NaiveDate,
}
