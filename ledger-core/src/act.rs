//! What an entry does: the verbs of the trade, each with what only it needs.

use chrono::NaiveDate;

use crate::agreement::AgreedAct;
use crate::amount::Amount;
use crate::arrears::DefaultAct;
use crate::arrears::InterestAct;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::certificate::CertificateNumber;
use crate::correction::CorrectionAct;
use crate::currency::Currency;
use crate::freeze::FreezeAct;
use crate::freeze::UnfreezeAct;
use crate::hash::DocumentDigest;
use crate::hash::EvidenceDigest;
use crate::hash::SheetDigest;
use crate::id::KeyId;
use crate::id::PartyId;
use crate::join::JoinAct;
use crate::lapse::LapseAct;
use crate::party::PartyRecord;
use crate::recourse::Recourse;
use crate::recourse_claim::RecourseAct;
use crate::retransfer::RetransferAct;
use crate::reversal::ReversalAct;
use crate::standing_offer::StandingOffer;
use crate::terms::PaperTerms;
use crate::write_off::WriteOffAct;

/// The promise itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueAct {
    /// 30-digit public number.
    pub number: String,
    /// Who promises.
    pub obligor: PartyId,
    /// Who may accept it.
    pub payee: PartyId,
    /// Currency.
    pub currency: Currency,
    /// Promised date.
    pub maturity: NaiveDate,
    /// Promised date rolled by the calendar.
    pub due_date: NaiveDate,
    /// Name of the calendar that rolled it.
    pub calendar: String,
    /// What holders may and may not do, and how cash is shared.
    pub terms: PaperTerms,
    /// Digests of the payables it stands for; their sum is the face.
    pub payables: Vec<DocumentDigest>,
}

/// An offer to pass a fragment, or its front part, to another party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferAct {
    /// To whom.
    pub to: PartyId,
    /// Whether the recipient may turn back to the holder.
    pub recourse: Recourse,
    /// The trade documents this leg rests on (at least one).
    pub documents: Vec<DocumentDigest>,
}

/// A verb with its particulars. Numbers up to 29 that are not taken are kept for acts to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// First entry of a book: names the key that records it.
    OpenBook {
        /// Key id of the book's own key.
        key: KeyId,
        /// Its public half.
        public_key: [u8; 32],
        /// Name of the book, unique to it: the origin line of its checkpoints.
        origin: String,
    },
    /// Takes a party in, or notes its changed name, registration or account.
    EnrolParty(PartyRecord),
    /// Binds a key to a party.
    EnrolKey {
        /// Whose.
        party: PartyId,
        /// Key id.
        key: KeyId,
        /// Ed25519 public key.
        public_key: [u8; 32],
    },
    /// Ends a key's life.
    RevokeKey {
        /// Which.
        key: KeyId,
    },
    /// Makes a paper.
    Issue(Box<IssueAct>),
    /// The payee takes the paper.
    Accept,
    /// The payee doesn't.
    Refuse,
    /// The obligor takes it back before acceptance.
    Withdraw,
    /// Cuts a fragment in two for the same holder.
    Split,
    /// Offers a fragment, or its front part.
    Offer(OfferAct),
    /// Offers a fragment, or its front part, from one finance provider to another.
    OfferRetransfer(RetransferAct),
    /// The recipient takes what was offered.
    AcceptOffer,
    /// The recipient doesn't.
    DeclineOffer,
    /// The holder takes the offer back before it was answered.
    RecallOffer,
    /// The holder pledges to a finance provider on the terms of a signed deed.
    Pledge {
        /// The deed's canonical bytes, which the pledgee signed.
        deed: Vec<u8>,
    },
    /// The pledgee lets the fragment go.
    ReleasePledge,
    /// An order freezes a fragment, or its front part.
    Freeze(Box<FreezeAct>),
    /// A freeze is over.
    Unfreeze(Box<UnfreezeAct>),
    /// Nobody answered the offer in its time.
    LapseOffer(Box<LapseAct>),
    /// Obligor and all holders agree that the paper is paid later.
    Extend(Box<AgreedAct>),
    /// Obligor and all holders agree that the paper is void.
    Void(Box<AgreedAct>),
    /// The holder sells to a finance provider on the terms of a signed quote; the fragment waits
    /// for the money.
    AgreeDiscount {
        /// The quote's canonical bytes, which the provider signed.
        quote: Vec<u8>,
    },
    /// The same on the terms of a standing offer: the provider signed its rate card, and the quote
    /// follows from one row of it.
    AgreeDiscountByCard {
        /// The quote's canonical bytes, signed by the holder as part of the entry.
        quote: Vec<u8>,
        /// The card that the provider signed, and its row.
        offer: StandingOffer,
    },
    /// The money arrived: the fragment moves to the provider.
    CompleteDiscount {
        /// The bank's message that proves it.
        evidence: EvidenceDigest,
    },
    /// The money arrived, and the purchase is registered: the fragment moves to the provider.
    CompleteRegistered {
        /// The bank's message that proves the payment.
        evidence: EvidenceDigest,
        /// The register's certificate.
        certificate: CertificateNumber,
    },
    /// The money came back after the fragment had moved: it is the seller's again.
    ReverseDiscount(Box<ReversalAct>),
    /// The money won't come: the fragment is the holder's again.
    ReleaseDiscount {
        /// The bank's message, or the lapse, that proves it.
        evidence: EvidenceDigest,
    },
    /// The holder takes the obligor's offer to pay a whole fragment early; it waits for the money.
    AcceptRedemption {
        /// The offer's canonical bytes, which the obligor's two people signed.
        offer: Vec<u8>,
    },
    /// The obligor's money arrived: the fragment is redeemed.
    CompleteRedemption {
        /// The bank's message that proves it.
        evidence: EvidenceDigest,
    },
    /// The obligor's money won't come: the fragment is the holder's again.
    ReleaseRedemption {
        /// The bank's message, or the lapse, that proves it.
        evidence: EvidenceDigest,
    },
    /// Shares out cash by a clearing sheet. One entry for the whole paper, however many leaves.
    Settle {
        /// All cash shared out so far, this time included.
        cash_total: Amount,
        /// The sheet's digest.
        sheet: SheetDigest,
        /// The bank statement that proves the credits.
        evidence: EvidenceDigest,
    },
    /// The paper was presented and not paid on its due date.
    Default(Box<DefaultAct>),
    /// Shares out late interest, once the face is paid.
    PayInterest(Box<InterestAct>),
    /// The party before the holder takes up the holder's claim: the fragment waits for its money.
    AgreeRecourse(Box<RecourseAct>),
    /// That money arrived: the fragment is that party's again.
    CompleteRecourse {
        /// The bank's message that proves it.
        evidence: EvidenceDigest,
    },
    /// That money won't come: the fragment stays the holder's, and so does the claim.
    ReleaseRecourse {
        /// The bank's message that proves it.
        evidence: EvidenceDigest,
    },
    /// Both sides of a transfer agree that it was a mistake: the fragment is the giver's again.
    Correct(Box<CorrectionAct>),
    /// The holder has written off in its own books what is owed on a fragment in default; the claim
    /// stands.
    WriteOff(Box<WriteOffAct>),
    /// The holder makes one fragment of two that lie side by side.
    Join(JoinAct),
}

impl Act {
    /// Its number in canonical form, in the database and in files.
    #[must_use]
    pub const fn code(&self) -> u8 {
        match self {
            Act::OpenBook { .. } => 1,
            Act::EnrolParty(_) => 2,
            Act::EnrolKey { .. } => 3,
            Act::RevokeKey { .. } => 4,
            Act::Issue(_) => 5,
            Act::Accept => 6,
            Act::Refuse => 7,
            Act::Withdraw => 8,
            Act::Split => 9,
            Act::Offer(_) => 10,
            Act::AcceptOffer => 11,
            Act::DeclineOffer => 12,
            Act::Pledge { .. } => 13,
            Act::ReleasePledge => 14,
            Act::Freeze(_) => 15,
            Act::Unfreeze(_) => 16,
            Act::AcceptRedemption { .. } => 17,
            Act::Extend(_) => 20,
            Act::Void(_) => 21,
            Act::CompleteRedemption { .. } => 25,
            Act::ReleaseRedemption { .. } => 26,
            Act::RecallOffer => 30,
            Act::AgreeDiscount { .. } => 31,
            Act::CompleteDiscount { .. } => 32,
            Act::ReleaseDiscount { .. } => 33,
            Act::Settle { .. } => 34,
            Act::AgreeDiscountByCard { .. } => 35,
            Act::ReverseDiscount(_) => 36,
            Act::CompleteRegistered { .. } => 37,
            Act::OfferRetransfer(_) => 38,
            Act::LapseOffer(_) => 40,
            Act::Default(_) => 18,
            Act::PayInterest(_) => 39,
            Act::AgreeRecourse(_) => 19,
            Act::CompleteRecourse { .. } => 41,
            Act::ReleaseRecourse { .. } => 42,
            Act::Correct(_) => 43,
            Act::WriteOff(_) => 44,
            Act::Join(_) => 45,
        }
    }
}

/// How many documents one entry can name: their count has two bytes.
pub const MAX_DIGESTS: usize = 65_535;

pub(crate) fn write_digests(w: &mut Writer, digests: &[DocumentDigest]) {
    w.u16(u16::try_from(digests.len()).unwrap_or(u16::MAX));
    for digest in digests {
        w.fixed(digest.bytes());
    }
}

pub(crate) fn read_digests(r: &mut Reader<'_>) -> Result<Vec<DocumentDigest>, CanonicalError> {
    (0..r.u16()?)
        .map(|_| Ok(DocumentDigest::from_bytes(r.fixed()?)))
        .collect()
}
