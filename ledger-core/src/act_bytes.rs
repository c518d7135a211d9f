//! Acts as canonical bytes: what only an act needs, behind its number.

use crate::act::Act;
use crate::act::IssueAct;
use crate::act::OfferAct;
use crate::act::read_digests;
use crate::act::write_digests;
use crate::agreement::AgreedAct;
use crate::arrears::DefaultAct;
use crate::arrears::InterestAct;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::certificate::CertificateNumber;
use crate::correction::CorrectionAct;
use crate::freeze::FreezeAct;
use crate::freeze::UnfreezeAct;
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
use crate::terms::read_amount;
use crate::write_off::WriteOffAct;

impl Act {
    /// Canonical bytes of the particulars.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        match self {
            Act::OpenBook {
                key,
                public_key,
                origin,
            } => {
                w.fixed(key.bytes());
                w.fixed(public_key);
                w.text(origin);
            }
            Act::EnrolParty(record) => record.write(&mut w),
            Act::EnrolKey {
                party,
                key,
                public_key,
            } => {
                w.fixed(party.bytes());
                w.fixed(key.bytes());
                w.fixed(public_key);
            }
            Act::RevokeKey { key } => w.fixed(key.bytes()),
            Act::Issue(issue) => issue.write(&mut w),
            Act::Offer(offer) => {
                w.fixed(offer.to.bytes());
                offer.recourse.write(&mut w);
                write_digests(&mut w, &offer.documents);
            }
            Act::Pledge { deed } => w.bytes(deed),
            Act::Freeze(freeze) => freeze.write(&mut w),
            Act::Unfreeze(unfreeze) => unfreeze.write(&mut w),
            Act::LapseOffer(lapse) => lapse.write(&mut w),
            Act::Extend(agreed) | Act::Void(agreed) => agreed.write(&mut w),
            Act::OfferRetransfer(offer) => offer.write(&mut w),
            Act::Correct(correction) => correction.write(&mut w),
            Act::Join(join) => join.write(&mut w),
            about_money => about_money.write_money(&mut w),
        }
        w.finish()
    }

    /// Those that move money, or wait for it; the others that get here have no particulars.
    fn write_money(&self, w: &mut Writer) {
        match self {
            Act::AgreeDiscount { quote: signed } | Act::AcceptRedemption { offer: signed } => {
                w.bytes(signed);
            }
            Act::AgreeDiscountByCard { quote, offer } => {
                w.bytes(quote);
                offer.write(w);
            }
            Act::CompleteDiscount { evidence }
            | Act::ReleaseDiscount { evidence }
            | Act::CompleteRedemption { evidence }
            | Act::ReleaseRedemption { evidence }
            | Act::CompleteRecourse { evidence }
            | Act::ReleaseRecourse { evidence } => {
                w.fixed(evidence.bytes());
            }
            Act::CompleteRegistered {
                evidence,
                certificate,
            } => {
                w.fixed(evidence.bytes());
                w.text(certificate.as_str());
            }
            Act::ReverseDiscount(reversal) => reversal.write(w),
            Act::Settle {
                cash_total,
                sheet,
                evidence,
            } => {
                w.i64(cash_total.minor());
                w.fixed(sheet.bytes());
                w.fixed(evidence.bytes());
            }
            Act::Default(default) => default.write(w),
            Act::PayInterest(interest) => interest.write(w),
            Act::AgreeRecourse(recourse) => recourse.write(w),
            Act::WriteOff(write_off) => write_off.write(w),
            _ => {}
        }
    }

    /// Reads what [`Act::to_bytes`] wrote for the act of this number.
    ///
    /// # Errors
    /// Unknown number, or not the canonical form of its particulars.
    pub fn from_bytes(code: u8, bytes: &[u8]) -> Result<Act, CanonicalError> {
        let mut r = Reader::new(bytes);
        let act = match code {
            1 => Act::OpenBook {
                key: KeyId::from_bytes(r.fixed()?),
                public_key: r.fixed()?,
                origin: r.text()?,
            },
            2 => Act::EnrolParty(PartyRecord::read(&mut r)?),
            3 => Act::EnrolKey {
                party: PartyId::from_bytes(r.fixed()?),
                key: KeyId::from_bytes(r.fixed()?),
                public_key: r.fixed()?,
            },
            4 => Act::RevokeKey {
                key: KeyId::from_bytes(r.fixed()?),
            },
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
            20 => Act::Extend(Box::new(AgreedAct::read(&mut r)?)),
            21 => Act::Void(Box::new(AgreedAct::read(&mut r)?)),
            30 => Act::RecallOffer,
            38 => Act::OfferRetransfer(RetransferAct::read(&mut r)?),
            40 => Act::LapseOffer(Box::new(LapseAct::read(&mut r)?)),
            43 => Act::Correct(Box::new(CorrectionAct::read(&mut r)?)),
            45 => Act::Join(JoinAct::read(&mut r)?),
            about_money => Act::read_money(about_money, &mut r)?,
        };
        r.finish()?;
        Ok(act)
    }

    /// Those that move money, or wait for it.
    fn read_money(code: u8, r: &mut Reader<'_>) -> Result<Act, CanonicalError> {
        Ok(match code {
            17 => Act::AcceptRedemption {
                offer: r.bytes()?.to_vec(),
            },
            25 => Act::CompleteRedemption {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            26 => Act::ReleaseRedemption {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            18 => Act::Default(Box::new(DefaultAct::read(r)?)),
            19 => Act::AgreeRecourse(Box::new(RecourseAct::read(r)?)),
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
                cash_total: read_amount(r)?,
                sheet: SheetDigest::from_bytes(r.fixed()?),
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            35 => Act::AgreeDiscountByCard {
                quote: r.bytes()?.to_vec(),
                offer: StandingOffer::read(r)?,
            },
            36 => Act::ReverseDiscount(Box::new(ReversalAct::read(r)?)),
            37 => Act::CompleteRegistered {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
                certificate: CertificateNumber::canonical(&r.text()?)
                    .ok_or(CanonicalError::Unlawful("certificate number"))?,
            },
            39 => Act::PayInterest(Box::new(InterestAct::read(r)?)),
            41 => Act::CompleteRecourse {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            42 => Act::ReleaseRecourse {
                evidence: EvidenceDigest::from_bytes(r.fixed()?),
            },
            44 => Act::WriteOff(Box::new(WriteOffAct::read(r)?)),
            _ => return Err(CanonicalError::Unlawful("act")),
        })
    }
}
