//! Requests for money and where their fragments come from, over the wire.

use chrono::NaiveDate;
use ledger_app::provenance::DocumentFact;
use ledger_app::provenance::PayableFact;
use ledger_app::provenance::Step;
use ledger_app::provider_inbox::OfferedRequest;
use ledger_app::provider_inbox::Provenance;
use ledger_core::currency::Currency;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::PartyRef;
use crate::wire::RecourseTerms;
use crate::wire::base64_of;
use crate::wire::moment;
use crate::wire_documents::AttestationOut;

/// A request for money that the caller is invited to quote on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RequestOut {
    /// Its id.
    pub id: String,
    /// `open`, `signed`, `paying`, `funded`, `declined`, `expired` or `withdrawn`.
    #[schema(example = "open")]
    pub state: String,
    /// Id of the fragment.
    pub fragment: String,
    /// The paper's number of 30 digits.
    pub paper_number: String,
    /// Who promises to pay.
    pub obligor: PartyRef,
    /// Who asks for money.
    pub holder: PartyRef,
    /// The cents asked on, as printed: 1-based and inclusive.
    #[schema(example = "1-30000000")]
    pub range: String,
    /// How much that is.
    pub amount: Money,
    /// When the paper was issued.
    pub issue_date: NaiveDate,
    /// The promised date.
    pub maturity: NaiveDate,
    /// The promised date moved to a business day; interest runs to it.
    pub due_date: NaiveDate,
    /// Calendar that moved it.
    pub calendar: String,
    /// When the request was made.
    pub created_at: String,
    /// Until when a quote may be given and signed, in business time: the clock, on the business date
    /// that the platform is at.
    pub expires_at: String,
    /// What the caller has done: `invited`, `declined` or `quoted`.
    pub my_state: String,
    /// Where it stands for the caller: `to_quote`, `to_approve` (a proposed answer waits for another
    /// hand), `quoted`, `won`, `declined` or `over`.
    #[schema(example = "to_quote")]
    pub standing: String,
    /// The caller's newest quote on it.
    pub my_quote: Option<String>,
    /// Whether the fragment can still be bought.
    pub available: bool,
    /// What was asked at once.
    pub inquiry: InquiryOut,
    /// The caller's newest sealed bid on it.
    pub my_bid: Option<BidOut>,
}

/// What a holder has asked at once: one or several requests, one a fragment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InquiryOut {
    /// Its id.
    pub id: String,
    /// `open`: quotes are handed in as they are. `sealed`: a digest first, the quote when bids are
    /// closed.
    #[schema(example = "sealed")]
    pub mode: String,
    /// Of a sealed inquiry: until when digests are taken; from then on bids are shown.
    pub bids_until: Option<String>,
    /// The other requests of the inquiry; quotes on several of them are one offer.
    pub siblings: Vec<String>,
}

/// A sealed bid of the caller's.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BidOut {
    /// Its id.
    pub id: String,
    /// `sealed`, `revealed`, `withdrawn` or `lapsed`.
    #[schema(example = "sealed")]
    pub state: String,
}

/// A page of requests, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RequestPage {
    /// The requests.
    pub items: Vec<RequestOut>,
    /// For the next page; none on the last.
    pub next_cursor: Option<String>,
}

/// Where a fragment comes from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProvenanceOut {
    /// The request.
    pub request: String,
    /// Id of the fragment.
    pub fragment: String,
    /// The paper's number.
    pub paper_number: String,
    /// The range asked on.
    pub range: String,
    /// Date the paper is due.
    pub due_date: NaiveDate,
    /// The obligor's conduct on this platform.
    pub obligor: ObligorOut,
    /// Every entry from the issue on, oldest first.
    pub steps: Vec<StepOut>,
}

/// What is known of an obligor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObligorOut {
    /// Its registered name.
    pub name: String,
    /// Face of its papers not yet paid, in the request's currency.
    pub open_face: Money,
    /// Number of these papers.
    pub open_papers: i64,
    /// Of these, face past its due date.
    pub overdue_face: Money,
    /// Whether anything is past its due date, in any currency.
    pub overdue: bool,
    /// Whether it issues nothing new at present.
    pub issuance_blocked: bool,
    /// Its size class.
    pub size_class: String,
}

/// One entry of the path.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepOut {
    /// `issue`, `accept`, `transfer_offer`, `transfer_accept`, …
    pub kind: String,
    /// Its business date.
    pub date: NaiveDate,
    /// Its hash, hexadecimal.
    pub hash: String,
    /// Who holds the traced part after it.
    pub holder: Option<String>,
    /// From whom, where it passes on.
    pub from: Option<String>,
    /// Tier of the holder after it; the payee is 1.
    pub tier: u16,
    /// Recourse of a transfer.
    pub recourse: Option<RecourseTerms>,
    /// Invoices that an issue stands for.
    pub payables: Vec<PayableOut>,
    /// Trade documents that a transfer rests on.
    pub documents: Vec<DocumentOut>,
    /// What is needed to check the step; none where it holds another provider's price.
    pub proof: Option<ProofOut>,
}

/// Canonical bytes of an entry. Its hash is SHA-256 over a zero byte, the length of `body` in four
/// bytes (big end first), `body`, and `signatures`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProofOut {
    /// What the parties signed, base 64.
    pub body: String,
    /// The list of signatures, base 64.
    pub signatures: String,
    /// Ed25519 public keys of those signatures.
    pub keys: Vec<KeyOut>,
}

/// A public key.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KeyOut {
    /// Its id.
    pub id: String,
    /// 32 bytes, base 64.
    pub public_key: String,
}

/// An approved invoice debt.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PayableOut {
    /// The invoice's number, or empty.
    pub invoice_no: String,
    /// Its date.
    pub invoice_date: Option<NaiveDate>,
    /// When goods or services were accepted.
    pub acceptance_date: Option<NaiveDate>,
    /// The purchase order, or empty.
    pub po_no: String,
    /// How much.
    pub amount: Money,
    /// SHA-256 as the issue names it, hexadecimal.
    pub digest: String,
}

/// A trade document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DocumentOut {
    /// Its id, for the download.
    pub id: String,
    /// `invoice`, `purchase_order`, `acceptance_slip`, …
    pub kind: String,
    /// Its own number.
    pub number: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// How much it is over.
    pub amount: Option<Money>,
    /// Who issued it.
    pub issuer: String,
    /// SHA-256 of its contents as the entry names it, hexadecimal.
    pub digest: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// File name.
    pub file_name: String,
    /// How much more it has carried than it may, since a credit note came later or another platform
    /// used it too.
    pub overdrawn: Option<Money>,
    /// What is said about it under signatures.
    pub attestations: Vec<AttestationOut>,
}

impl RequestOut {
    /// For an answer.
    #[must_use]
    pub fn of(offered: &OfferedRequest) -> RequestOut {
        let (asked, paper) = (&offered.asked, &offered.asked.paper.paper);
        RequestOut {
            id: asked.request.id.to_string(),
            state: asked.request.state.word().to_owned(),
            fragment: offered.fragment.clone(),
            paper_number: paper.number.clone(),
            obligor: PartyRef {
                id: asked.obligor.id.to_string(),
                name: asked.obligor.name.clone(),
                registration: asked.obligor.uscc.clone(),
            },
            holder: PartyRef {
                id: asked.holder.id.to_string(),
                name: asked.holder.name.clone(),
                registration: asked.holder.uscc.clone(),
            },
            range: asked.named().range,
            amount: Money::of(asked.request.amount, asked.request.currency),
            issue_date: paper.issue_date,
            maturity: paper.maturity,
            due_date: paper.due_date,
            calendar: asked.paper.calendar.clone(),
            created_at: moment(asked.request.created_at),
            expires_at: moment(asked.request.expires_at),
            my_state: offered.mine.word().to_owned(),
            standing: offered.standing.word().to_owned(),
            my_quote: offered.my_quote.map(|(id, _)| id.to_string()),
            available: offered.available,
            inquiry: InquiryOut {
                id: offered.inquiry.id.to_string(),
                mode: offered.inquiry.mode.word().to_owned(),
                bids_until: offered.inquiry.bids_until.map(moment),
                siblings: offered.siblings.iter().map(ToString::to_string).collect(),
            },
            my_bid: offered.my_bid.map(|(id, state)| BidOut {
                id: id.to_string(),
                state: state.word().to_owned(),
            }),
        }
    }
}

impl ProvenanceOut {
    /// For an answer.
    #[must_use]
    pub fn of(traced: &Provenance) -> ProvenanceOut {
        let (asked, facts) = (&traced.asked, &traced.obligor);
        let currency = asked.request.currency;
        ProvenanceOut {
            request: asked.request.id.to_string(),
            fragment: traced.fragment.clone(),
            paper_number: asked.paper.paper.number.clone(),
            range: traced.range.clone(),
            due_date: asked.paper.paper.due_date,
            obligor: ObligorOut {
                name: asked.obligor.name.clone(),
                open_face: Money::of(facts.open_face, currency),
                open_papers: facts.open_papers,
                overdue_face: Money::of(facts.overdue_face, currency),
                overdue: facts.overdue,
                issuance_blocked: facts.issuance_blocked,
                size_class: facts.size_class.word().to_owned(),
            },
            steps: traced.steps.iter().map(|s| step(s, currency)).collect(),
        }
    }
}

fn step(step: &Step, currency: Currency) -> StepOut {
    StepOut {
        kind: step.kind.to_owned(),
        date: step.date,
        hash: step.hash.to_string(),
        holder: step.holder.clone(),
        from: step.from.clone(),
        tier: step.tier,
        recourse: step.recourse.map(|r| RecourseTerms::of(r, currency)),
        payables: step.payables.iter().map(payable).collect(),
        documents: step.documents.iter().map(document).collect(),
        proof: step.proof.as_ref().map(|proof| ProofOut {
            body: base64_of(&proof.body),
            signatures: base64_of(&proof.signatures),
            keys: proof
                .keys
                .iter()
                .map(|(id, key)| KeyOut {
                    id: id.to_string(),
                    public_key: base64_of(key),
                })
                .collect(),
        }),
    }
}

fn payable(fact: &PayableFact) -> PayableOut {
    PayableOut {
        invoice_no: fact.invoice_no.clone(),
        invoice_date: fact.invoice_date,
        acceptance_date: fact.acceptance_date,
        po_no: fact.po_no.clone(),
        amount: Money::of(fact.amount, fact.currency),
        digest: hex::encode(fact.digest),
    }
}

fn document(fact: &DocumentFact) -> DocumentOut {
    let amount = fact.amount.zip(fact.currency);
    DocumentOut {
        id: fact.id.to_string(),
        kind: fact.kind.to_owned(),
        number: fact.number.clone(),
        issued_on: fact.issued_on,
        amount: amount.map(|(amount, currency)| Money::of(amount, currency)),
        issuer: fact.issuer.clone(),
        digest: hex::encode(fact.digest),
        media_type: fact.media_type.clone(),
        size: fact.size,
        file_name: fact.file_name.clone(),
        overdrawn: fact
            .currency
            .filter(|_| !fact.overdrawn.is_zero())
            .map(|currency| Money::of(fact.overdrawn, currency)),
        attestations: fact.words.iter().map(AttestationOut::of).collect(),
    }
}
