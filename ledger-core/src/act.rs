//! What an entry does: the verbs of the trade, each with what only it needs.

use chrono::NaiveDate;

use crate::act_about_book;
use crate::agreement::AgreedAct;
use crate::amount::Amount;
use crate::arrears::DefaultAct;
use crate::arrears::InterestAct;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::certificate::CertificateNumber;
use crate::currency::Currency;
use crate::freeze::FreezeAct;
use crate::freeze::UnfreezeAct;
use crate::hash::DocumentDigest;
use crate::hash::EvidenceDigest;
use crate::hash::SheetDigest;
use crate::id::KeyId;
use crate::id::PartyId;
use crate::lapse::LapseAct;
use crate::party::PartyRecord;
use crate::recourse::Recourse;
use crate::retransfer::RetransferAct;
use crate::reversal::ReversalAct;
use crate::standing_offer::StandingOffer;
use crate::terms::PaperTerms;
use crate::terms::read_amount;

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
        }
    }

    /// Canonical bytes of the particulars.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        match self {
            Act::OpenBook { .. }
            | Act::EnrolParty(_)
            | Act::EnrolKey { .. }
            | Act::RevokeKey { .. } => act_about_book::write(self, &mut w),
            Act::Issue(issue) => issue.write(&mut w),
            Act::Offer(offer) => {
                w.fixed(offer.to.bytes());
                offer.recourse.write(&mut w);
                write_digests(&mut w, &offer.documents);
            }
            Act::Accept
            | Act::Refuse
            | Act::Withdraw
            | Act::Split
            | Act::AcceptOffer
            | Act::DeclineOffer
            | Act::ReleasePledge
            | Act::RecallOffer => {}
            Act::ReverseDiscount(reversal) => reversal.write(&mut w),
            Act::Freeze(freeze) => freeze.write(&mut w),
            Act::Unfreeze(unfreeze) => unfreeze.write(&mut w),
            Act::LapseOffer(lapse) => lapse.write(&mut w),
            Act::Extend(agreed) | Act::Void(agreed) => agreed.write(&mut w),
            Act::OfferRetransfer(offer) => offer.write(&mut w),
            Act::Default(default) => default.write(&mut w),
            Act::PayInterest(interest) => interest.write(&mut w),
            Act::CompleteRegistered {
                evidence,
                certificate,
            } => {
                w.fixed(evidence.bytes());
                w.text(certificate.as_str());
            }
            Act::Pledge { deed: signed }
            | Act::AgreeDiscount { quote: signed }
            | Act::AcceptRedemption { offer: signed } => w.bytes(signed),
            Act::AgreeDiscountByCard { quote, offer } => {
                w.bytes(quote);
                offer.write(&mut w);
            }
            Act::CompleteDiscount { evidence }
            | Act::ReleaseDiscount { evidence }
            | Act::CompleteRedemption { evidence }
            | Act::ReleaseRedemption { evidence } => {
                w.fixed(evidence.bytes());
            }
            Act::Settle {
                cash_total,
                sheet,
                evidence,
            } => {
                w.i64(cash_total.minor());
                w.fixed(sheet.bytes());
                w.fixed(evidence.bytes());
            }
        }
        w.finish()
    }

    /// Reads what [`Act::to_bytes`] wrote for the act of this number.
    ///
    /// # Errors
    /// Unknown number, or not the canonical form of its particulars.
    pub fn from_bytes(code: u8, bytes: &[u8]) -> Result<Act, CanonicalError> {
        let mut r = Reader::new(bytes);
        let act = match code {
            1..=4 => act_about_book::read(code, &mut r)?,
            5 => Act::Issue(Box::new(IssueAct::read(&mut r)?)),
            6 => Act::Accept,
            7 => Act::Refuse,
            8 => Act::Withdraw,
            9 => Act::Split,
            10 => Act::Offer(OfferAct {
                to: PartyId::from_bytes(r.fixed()?),
                recourse: Recourse::read(&mut r)?,
                documents: read_digests(&mut r)?,
            }),
            11 => Act::AcceptOffer,
            12 => Act::DeclineOffer,
            13 => Act::Pledge {
                deed: r.bytes()?.to_vec(),
            },
            14 => Act::ReleasePledge,
            15 => Act::Freeze(Box::new(FreezeAct::read(&mut r)?)),
            16 => Act::Unfreeze(Box::new(UnfreezeAct::read(&mut r)?)),
            17 => Act::AcceptRedemption {
                offer: r.bytes()?.to_vec(),
            },
            20 => Act::Extend(Box::new(AgreedAct::read(&mut r)?)),
            21 => Act::Void(Box::new(AgreedAct::read(&mut r)?)),
            25 => Act::CompleteRedemption {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            26 => Act::ReleaseRedemption {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            18 => Act::Default(Box::new(DefaultAct::read(&mut r)?)),
            30 => Act::RecallOffer,
            31 => Act::AgreeDiscount {
                quote: r.bytes()?.to_vec(),
            },
            32 => Act::CompleteDiscount {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            33 => Act::ReleaseDiscount {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            34 => Act::Settle {
                cash_total: read_amount(&mut r)?,
                sheet: SheetDigest::from_bytes(r.fixed()?),
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            35 => Act::AgreeDiscountByCard {
                quote: r.bytes()?.to_vec(),
                offer: StandingOffer::read(&mut r)?,
            },
            36 => Act::ReverseDiscount(Box::new(ReversalAct::read(&mut r)?)),
            37 => Act::CompleteRegistered {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
                certificate: CertificateNumber::canonical(&r.text()?)
                    .ok_or(CanonicalError::Unlawful("certificate number"))?,
            },
            38 => Act::OfferRetransfer(RetransferAct::read(&mut r)?),
            40 => Act::LapseOffer(Box::new(LapseAct::read(&mut r)?)),
            39 => Act::PayInterest(Box::new(InterestAct::read(&mut r)?)),
            _ => return Err(CanonicalError::Unlawful("act")),
        };
        r.finish()?;
        Ok(act)
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
