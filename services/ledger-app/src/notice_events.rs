//! What letters about the rarer events in a paper's life say, each to those whom they concern:
//! freezes, offers that have lapsed, agreements of all on a paper, early payment.

use chrono::NaiveDate;
use serde::Deserialize;
use serde::Serialize;

use crate::notice::MaturitySide;
use crate::notice::PaperSum;
use crate::notice_papers::FragmentNamed;
use crate::notice_papers::PaperNamed;

/// One of them; tagged by `event` in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PaperEvent {
    /// To holder, pledgee, or whom it was offered to: an order has frozen a fragment, or is over.
    Freeze(FreezeTold),
    /// To both sides of an offer: nobody answered it in its time.
    OfferLapsed(OfferLapsed),
    /// To the operator's other people: an order waits for one of them.
    FreezeProposed(FreezeProposed),
    /// To who entered an order: it came back.
    FreezeReturned(FreezeReturned),
    /// To obligor and holders: papers are paid on another day, since the table of holidays changed.
    DayMoved(DayMoved),
    /// To obligor, holders and pledgees of a paper: how far an agreement on it is.
    Agreement(AgreementTold),
    /// To obligor and holders of a paper: how far an offer to pay it early is.
    Redemption(RedemptionTold),
    /// To the sides of a claim by recourse: how far it is.
    Recourse(RecourseTold),
    /// To the sides of a transfer: how far its correction is.
    Correction(CorrectionTold),
}

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FreezeStep {
    /// To the holder: its fragments are frozen.
    Frozen,
    /// To the pledgee: what is pledged to it is frozen; the pledge stays behind the order.
    FrozenPledge,
    /// To whom a fragment was offered: the offer is over.
    OfferOver,
    /// To holder and pledgee: the freeze has ended.
    Ended,
}

/// About what one order does to one reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezeTold {
    /// What has happened.
    pub step: FreezeStep,
    /// Who ordered; empty to whom that is not told.
    pub authority: String,
    /// Its number for the order; empty to whom that is not told.
    pub reference: String,
    /// The last day on which it stands.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// The fragments with their amounts, as far as they are named.
    pub fragments: Vec<FrozenNamed>,
    /// How many there are.
    pub count: u32,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenNamed {
    /// Which.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
}

/// About an offer that nobody answered in its time: to the holder, whose the fragment is, and to whom
/// it was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferLapsed {
    /// The fragment.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
    /// The other side.
    pub other: String,
    /// Whether the reader is the holder.
    pub own: bool,
}

/// What one of the operator's people enters and another decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezeProposed {
    /// Who entered it.
    pub maker: String,
    /// Who ordered.
    pub authority: String,
    /// Its number for the order.
    pub reference: String,
    /// Whether it is to be lifted.
    pub lifts: bool,
}

/// What another of the operator's people sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezeReturned {
    /// Who sent it back.
    pub checker: String,
    /// Its number for the order.
    pub reference: String,
    /// Why.
    pub reason: String,
}

/// About papers that are presented on another day than was told before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayMoved {
    /// Whether the reader owes or is owed.
    pub side: MaturitySide,
    /// How many papers.
    pub count: u32,
    /// To the obligor their faces, to a holder what it is to get, together; empty if no amount holds
    /// it.
    pub total: String,
    /// The first of them.
    pub papers: Vec<PaperSum>,
    /// The day told before.
    pub from: NaiveDate,
    /// The day now.
    pub to: NaiveDate,
    /// The notice by which the days of rest changed.
    pub source: String,
}

/// How far an agreement on a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementStep {
    /// To the obligor's second people: a colleague proposes it.
    Proposed,
    /// To holders and pledgees: the obligor asks them.
    Asked,
    /// To all: everybody has signed, it has taken effect.
    Effective,
    /// To all: somebody said no.
    Declined,
    /// To holders and pledgees: the obligor took it back.
    Withdrawn,
    /// To all: not everybody signed in time.
    Lapsed,
}

/// About an agreement that a paper be void or paid later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementTold {
    /// Its id.
    pub agreement: String,
    /// What has happened.
    pub step: AgreementStep,
    /// The paper.
    pub paper: PaperNamed,
    /// What the reader has of it; to the obligor, the face.
    pub amount: String,
    /// Why, in the obligor's words.
    pub reason: String,
    /// The new promised date; none if the paper would be void.
    #[serde(default)]
    pub maturity: Option<NaiveDate>,
    /// The same rolled by the calendar.
    #[serde(default)]
    pub due: Option<NaiveDate>,
    /// The last day on which it can take effect.
    pub until: NaiveDate,
}

/// How far an offer to pay early is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedemptionStep {
    /// To the obligor's second people: a colleague proposes it.
    Proposed,
    /// To every holder: the obligor offers it.
    Offered,
    /// To the obligor: a holder has accepted; who is not said.
    Accepted,
    /// To the holder: the money is there.
    Paid,
    /// To the obligor: that much of the paper is redeemed.
    Redeemed,
    /// To the holder: the bank did not pay, the fragment is its own again.
    Released,
    /// To the obligor: its bank did not pay.
    NotPaid,
}

/// About an offer that a paper be paid early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedemptionTold {
    /// Its id.
    pub offer: String,
    /// What has happened.
    pub step: RedemptionStep,
    /// The paper.
    pub paper: PaperNamed,
    /// The face it is about: all of the paper, what the reader has of it, or one fragment.
    pub amount: String,
    /// The rebate, percent a year.
    pub percent: String,
    /// Code of the day count.
    pub day_count: String,
    /// What that comes to for the amount.
    #[serde(default)]
    pub rebate: Option<String>,
    /// What is paid for the amount.
    #[serde(default)]
    pub payment: Option<String>,
    /// When it is paid.
    pub pay_date: NaiveDate,
    /// When the paper is due.
    pub due: NaiveDate,
    /// The last day on which a holder may accept.
    pub until: NaiveDate,
}

/// How far a claim by recourse is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecourseStep {
    /// To whom it is made: pay, and the fragment is yours again.
    Claimed,
    /// To whom it was made: the claimant took it back.
    Withdrawn,
    /// To the claimant: why the other won't pay.
    Disputed,
    /// To the claimant: the other has signed, its bank is asked to pay.
    Agreed,
    /// To both: paid, the fragment has moved.
    Paid,
    /// To both: the bank did not pay, the fragment stays where it was.
    Unpaid,
    /// To both: the obligor has paid after all.
    Lapsed,
}

/// About a claim by recourse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecourseTold {
    /// What has happened.
    pub step: RecourseStep,
    /// Its id.
    pub claim: String,
    /// The fragment.
    pub fragment: FragmentNamed,
    /// What is due or paid, where a sum is said.
    #[serde(default)]
    pub amount: Option<String>,
    /// The other side.
    pub other: String,
    /// Why the other side won't pay, if it won't.
    #[serde(default)]
    pub word: String,
    /// Whether the reader is the claimant.
    pub own_claim: bool,
}

/// How far the correction of a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionStep {
    /// To the other side: it says that the transfer was a mistake, and has signed.
    Proposed,
    /// To the other side: it is taken back.
    Withdrawn,
    /// To who proposed: why the transfer stands.
    Declined,
    /// To both: the fragment is the giver's again.
    Effective,
}

/// About the correction of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionTold {
    /// What has happened.
    pub step: CorrectionStep,
    /// Its id.
    pub correction: String,
    /// The fragment.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
    /// The other side.
    pub other: String,
    /// Why, in the proposer's words.
    pub reason: String,
    /// Why the other side said no, if it did.
    #[serde(default)]
    pub word: String,
    /// Whether the reader is the one that gives the fragment back.
    pub gives_back: bool,
}
