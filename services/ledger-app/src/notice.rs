//! What somebody must be told (通知). A use case decides it inside its unit of work; it rests as
//! JSON in an outbox row until the letter writer has delivered it.
//!
//! The JSON outlives the program that wrote it, so it grows only by optional fields: a field that
//! is added later carries `#[serde(default)]`, an unknown field is skipped, and neither a variant
//! nor a field is ever renamed. Amounts come as text that already carries their currency
//! (`CNY 1,200,000.00`), ranges as printed (`1-120000000`), ids as the portal's addresses name them,
//! dates without a time zone: a letter computes nothing. What a notice says is what its reader may know: no names of other tiers.

use chrono::NaiveDate;
use chrono::NaiveDateTime;
use serde::Deserialize;
use serde::Serialize;

use crate::notice_answers::AnswerProposed;
use crate::notice_answers::AnswerReturned;
use crate::notice_answers::ProposalsDeclined;
use crate::notice_answers::RatesProposed;
use crate::notice_answers::RatesReturned;
pub use crate::notice_bids::BidTold;
pub use crate::notice_bids::BidsTold;
use crate::notice_documents::GoodsHandedOver;
use crate::notice_documents::InvoiceOverdrawn;
use crate::notice_documents::TrueUpWaiting;
use crate::notice_events::PaperEvent;
use crate::notice_limits::LimitCircleInvited;
use crate::notice_limits::LimitExhausted;
use crate::notice_limits::LimitProposed;
pub use crate::notice_papers::FragmentNamed;
pub use crate::notice_papers::MaturitySide;
pub use crate::notice_papers::PaperNamed;
pub use crate::notice_papers::PaperSum;
pub use crate::notice_papers::PapersTopic;
pub use crate::notice_papers::RecourseNamed;
use crate::notice_pledges::PledgeTold;
use crate::notice_pledges::RetransferTold;
use crate::notice_tasks::OperatorTasks;
use crate::notice_webhooks::WebhookDisabled;
use crate::recipient::InvitationToken;

/// What somebody must be told, one variant per kind; tagged by `kind` in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// To the payee: a paper is there to accept or refuse.
    PaperIssued {
        /// The offer's id.
        offer: String,
        /// The paper.
        paper: PaperNamed,
        /// The face.
        face: String,
        /// The day it falls due.
        maturity: NaiveDate,
        /// The last day to answer, if the terms set one.
        #[serde(default)]
        answer_by: Option<NaiveDate>,
    },
    /// To the obligor: the payee accepted.
    PaperAccepted {
        /// The paper.
        paper: PaperNamed,
        /// Who accepted.
        payee: String,
        /// The face.
        face: String,
        /// The day it falls due.
        maturity: NaiveDate,
    },
    /// To the obligor: the payee refused.
    PaperRefused {
        /// The paper.
        paper: PaperNamed,
        /// Who refused.
        payee: String,
        /// The face.
        face: String,
        /// Why, in the payee's own words.
        #[serde(default)]
        reason: Option<String>,
    },
    /// To the payee: the obligor took the paper back before it was accepted.
    PaperWithdrawn {
        /// The paper.
        paper: PaperNamed,
        /// The face.
        face: String,
        /// Why, in the obligor's own words.
        #[serde(default)]
        reason: Option<String>,
    },
    /// To the new holder: a fragment is offered in payment, to accept or decline.
    TransferOffered {
        /// The offer's id.
        offer: String,
        /// The fragment.
        fragment: FragmentNamed,
        /// Who offers it.
        from: String,
        /// Its amount.
        amount: String,
        /// The day it falls due.
        maturity: NaiveDate,
        /// The trade document that is paid, by its number.
        document: String,
        /// Whether the next holder may turn back; none only in letters from before it was said.
        #[serde(default)]
        recourse: Option<RecourseNamed>,
    },
    /// To the one who offered: it was accepted.
    TransferAccepted {
        /// The fragment.
        fragment: FragmentNamed,
        /// Who accepted.
        to: String,
        /// Its amount.
        amount: String,
        /// The trade document that is paid.
        document: String,
    },
    /// To the one who offered: it was declined and stays with the offerer.
    TransferDeclined {
        /// The fragment.
        fragment: FragmentNamed,
        /// Who declined.
        to: String,
        /// Its amount.
        amount: String,
        /// The trade document that was to be paid.
        document: String,
        /// Why, in the other's own words.
        #[serde(default)]
        reason: Option<String>,
    },
    /// To each invited finance provider: a supplier asks for money.
    FinanceRequested {
        /// The request's id.
        request: String,
        /// Who asks.
        supplier: String,
        /// On which fragment.
        fragment: FragmentNamed,
        /// Its amount.
        amount: String,
        /// The day it falls due.
        maturity: NaiveDate,
        /// The last day for quotes, if one is set.
        #[serde(default)]
        quotes_until: Option<NaiveDate>,
        /// How many more fragments are asked on at once; the amount is of all together.
        #[serde(default)]
        others: u32,
        /// Of a sealed inquiry: until when sealed bids are taken, in the business time zone.
        #[serde(default)]
        bids_until: Option<NaiveDateTime>,
    },
    /// To the supplier: a finance provider made a price.
    QuoteReceived {
        /// The request's id.
        request: String,
        /// Who quotes.
        provider: String,
        /// On which fragment.
        fragment: FragmentNamed,
        /// Its amount.
        amount: String,
        /// What is paid out.
        proceeds: String,
        /// The all-in cost.
        charge: String,
        /// The all-in cost per year, as text with its percent sign.
        annual_cost: String,
        /// The moment it lapses, in the platform's business time zone.
        valid_until: NaiveDateTime,
        /// Whether the next holder may turn back; none only in letters from before it was said.
        #[serde(default)]
        recourse: Option<RecourseNamed>,
    },
    /// To the finance provider: its quote was signed and it is to pay.
    QuoteAccepted {
        /// The request's id.
        request: String,
        /// Who accepted.
        supplier: String,
        /// On which fragment.
        fragment: FragmentNamed,
        /// Its amount.
        amount: String,
        /// What is to be paid out.
        proceeds: String,
        /// The day by which the money must be paid, if one is set.
        #[serde(default)]
        pay_by: Option<NaiveDate>,
        /// Whether the next holder may turn back; none only in letters from before it was said.
        #[serde(default)]
        recourse: Option<RecourseNamed>,
    },
    /// To supplier and finance provider: a quote is over without a conclusion.
    QuoteLapsed {
        /// The request's id.
        request: String,
        /// Whose quote.
        provider: String,
        /// On which fragment.
        fragment: FragmentNamed,
        /// Its amount.
        amount: String,
    },
    /// To the finance provider: bids are closed, it is to show its sealed bid.
    RevealDue(BidTold),
    /// To the supplier: bids are closed, and so many providers have bid.
    BidsIn(BidsTold),
    /// To the finance provider: its sealed bid ended without having been shown.
    BidLapsed(BidTold),
    /// To supplier and finance provider: the proceeds are paid, the fragment has passed over.
    DiscountPaid {
        /// The request's id.
        request: String,
        /// Who paid and now holds the fragment.
        provider: String,
        /// Who was paid.
        supplier: String,
        /// Which fragment.
        fragment: FragmentNamed,
        /// Its amount.
        amount: String,
        /// What was paid out.
        proceeds: String,
        /// The bank's booking date.
        paid_on: NaiveDate,
    },
    /// To supplier and finance provider: the proceeds came back, the fragment is the supplier's again.
    DiscountReversed {
        /// The request's id.
        request: String,
        /// Whose payment came back.
        provider: String,
        /// Who holds the fragment again.
        supplier: String,
        /// Which fragment.
        fragment: FragmentNamed,
        /// Its amount.
        amount: String,
        /// What came back.
        proceeds: String,
    },
    /// To the buyer on an invoice: the seller has handed in a higher price, which waits for its word.
    TrueUpWaiting(TrueUpWaiting),
    /// To seller and buyer: a credit note or true-up came after more was paid with the invoice.
    InvoiceOverdrawn(InvoiceOverdrawn),
    /// To the receiver of goods: the carrier has signed the waybill; now the receiver looks and signs.
    GoodsHandedOver(GoodsHandedOver),
    /// To the obligor and to each holder: a maturity is near.
    MaturityAhead {
        /// The paper.
        paper: PaperNamed,
        /// Where the reader stands.
        side: MaturitySide,
        /// What the obligor must have ready, or what this holder is to get.
        amount: String,
        /// The day it falls due.
        maturity: NaiveDate,
        /// The day of payment, moved by the calendar of holidays.
        payment_date: NaiveDate,
    },
    /// To the obligor: the paper was presented for payment.
    Presented {
        /// The paper.
        paper: PaperNamed,
        /// What is asked for.
        amount: String,
        /// The day of presentation.
        presented_on: NaiveDate,
    },
    /// To each holder: its share was credited.
    SettlementCredited {
        /// The paper.
        paper: PaperNamed,
        /// What was credited, in one sum.
        amount: String,
        /// The account, masked but for its last digits.
        account: String,
        /// The bank's booking date.
        credited_on: NaiveDate,
    },
    /// To the obligor: the paper is settled in full.
    SettlementCompleted {
        /// The paper.
        paper: PaperNamed,
        /// The face.
        face: String,
        /// The day of settlement.
        settled_on: NaiveDate,
    },
    /// To obligor or holder: what a letter about one paper would say, of several at once.
    SeveralPapers {
        /// About what.
        topic: PapersTopic,
        /// How many papers.
        count: u32,
        /// The amounts together.
        total: String,
        /// The first of the papers, with the reader's part in each.
        papers: Vec<PaperSum>,
        /// The day of payment, of presentation, of the credit or of settlement.
        day: NaiveDate,
        /// The account credited, masked but for its last digits.
        #[serde(default)]
        account: Option<String>,
    },
    /// To every holder: the obligor paid less than the face.
    ShortPaid {
        /// The paper.
        paper: PaperNamed,
        /// What this holder was due.
        due: String,
        /// What this holder gets now, pro rata.
        credited: String,
        /// What stays open for this holder.
        outstanding: String,
        /// The day of clearing.
        cleared_on: NaiveDate,
    },
    /// To every holder: the paper is past its date and not paid.
    Overdue {
        /// The paper.
        paper: PaperNamed,
        /// What stays open for this holder.
        outstanding: String,
        /// The day on which payment was due.
        payment_date: NaiveDate,
    },
    /// To who handed in a list of payables: it is checked.
    ImportChecked {
        /// The import's id.
        import: String,
        /// The file's name as it was uploaded.
        file: String,
        /// Rows that can proceed.
        good: u32,
        /// Rows that came back with reasons.
        bad: u32,
    },
    /// To who handed in a list of payables: its reading broke off; to be handed in again.
    ImportInterrupted {
        /// The import's id.
        import: String,
        /// The file's name as it was uploaded.
        file: String,
        /// The last line that was taken account of.
        through_line: u64,
    },
    /// To the checkers: a maker's work waits for a second person.
    ApprovalWaiting {
        /// Who made it.
        maker: String,
        /// How many papers would be issued.
        papers: u32,
        /// Their faces together.
        total: String,
    },
    /// To a maker: a checker declined papers; their payables can be proposed again.
    ProposalsDeclined(ProposalsDeclined),
    /// To one side of a pledge: what the other has done, or that the paper was paid.
    Pledge(PledgeTold),
    /// To one of two finance providers: what the other has done with a fragment passed on.
    Retransfer(RetransferTold),
    /// To whom one of the rarer events in a paper's life concerns.
    PaperEvent(PaperEvent),
    /// To those at a finance provider who decide: a colleague proposes an answer to a request.
    AnswerProposed(AnswerProposed),
    /// To who proposed an answer: it came back.
    AnswerReturned(AnswerReturned),
    /// To those at a finance provider who decide: a colleague has drawn up standing rates.
    RatesProposed(RatesProposed),
    /// To who drew up standing rates: they came back.
    RatesReturned(RatesReturned),
    /// To a new user: the first sign-in.
    Invitation {
        /// The organisation the user belongs to.
        organisation: String,
        /// Who invited.
        invited_by: String,
        /// The secret of the link, good for one use.
        token: InvitationToken,
        /// The last day on which the link works.
        valid_until: NaiveDate,
    },
    /// To a finance provider: a holder wanted to sign its quote, and a limit has no room for it.
    LimitExhausted(LimitExhausted),
    /// To the people of a limit's owner: a colleague proposed a limit, a second one decides.
    LimitProposed(LimitProposed),
    /// To a finance provider: another one asks it to see limits together.
    LimitCircleInvited(LimitCircleInvited),
    /// To a party: one of its own systems is told nothing any more.
    WebhookDisabled(WebhookDisabled),
    /// To the operator: a person has to look at something.
    OperatorTasks(OperatorTasks),
}
