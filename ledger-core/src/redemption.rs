//! Early redemption (提前兑付): the obligor offers to pay a paper before it is due, to every holder of it
//! on the same terms, and each holder decides for each of its fragments.
//!
//! Obligor (two people) and holder sign: the obligor the offer, which names a paper and no holder, the
//! holder the entry that carries it. The fragment is then locked for the obligor as a sold one is for
//! its finance provider, and only the bank's word moves it. What has been paid is the obligor's own:
//! claim and debt have met in one hand and are gone (Civil Code art. 576). It stays on record as
//! [`FragmentState::Redeemed`], moves to nobody, and is neither asked for nor paid at maturity.
//!
//! The rebate is simple interest on the face for the days from the pay date (counted) to the due date
//! (not counted), rounded half-up once ([`crate::pricing::interest`]). A rate of zero pays at
//! par.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::act::Act;
use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::day_count::DayCount;
use crate::fragment::Fragment;
use crate::fragment::FragmentState;
use crate::hash::EntryHash;
use crate::id::PaperId;
use crate::paper::Paper;
use crate::paper::PaperState;
use crate::payment_terms::EarlyRedemption;
use crate::pricing::PricingError;
use crate::pricing::Rate;
use crate::pricing::interest;
use crate::refusal::Refusal;

/// First byte of an offer: no other thing that a party signs begins with it.
const FORM: u8 = 0xa3;

/// What the obligor signs: to pay a paper early, to whoever holds it and wants to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedemptionOffer {
    /// Its id.
    pub id: [u8; 16],
    /// Which paper.
    pub paper: PaperId,
    /// The entry that issued it.
    pub issued_by: EntryHash,
    /// Its due date, from which the rebate is reckoned back. An extension ends the offer.
    pub due_date: NaiveDate,
    /// The day on which it is paid: before the due date. That it is a working day is checked where a
    /// calendar is at hand.
    pub pay_date: NaiveDate,
    /// The rebate, percent a year; zero pays at par.
    pub percent: Decimal,
    /// How days are counted.
    pub day_count: DayCount,
    /// The last day on which a holder may accept: not after the pay date.
    pub accept_by: NaiveDate,
}

/// What a fragment is redeemed at. `rebate + payment` is its face exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redeemed {
    /// Days by the convention, from the pay date (counted) to the due date (not counted).
    pub days: i64,
    /// What the holder leaves to the obligor.
    pub rebate: Amount,
    /// What the holder is paid, above zero.
    pub payment: Amount,
}

impl RedemptionOffer {
    /// Canonical bytes: what the obligor's two people sign.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(FORM);
        w.fixed(&self.id);
        w.fixed(self.paper.bytes());
        w.fixed(self.issued_by.bytes());
        w.date(self.due_date);
        w.date(self.pay_date);
        w.decimal(self.percent);
        w.text(self.day_count.code());
        w.date(self.accept_by);
        w.finish()
    }

    /// Reads what [`RedemptionOffer::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<RedemptionOffer, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != FORM {
            return Err(CanonicalError::Unlawful("form of an offer to redeem"));
        }
        let offer = RedemptionOffer {
            id: r.fixed()?,
            paper: PaperId::from_bytes(r.fixed()?),
            issued_by: EntryHash::from_bytes(r.fixed()?),
            due_date: r.date()?,
            pay_date: r.date()?,
            percent: r.decimal()?,
            day_count: DayCount::from_code(&r.text()?)
                .ok_or(CanonicalError::Unlawful("day count"))?,
            accept_by: r.date()?,
        };
        r.finish()?;
        Ok(offer)
    }

    /// What a fragment of this face is redeemed at.
    ///
    /// # Errors
    /// [`PricingError`] of the rate; [`PricingError::NoInterestDays`] if the pay date is not before the
    /// due date; [`PricingError::ProceedsNotPositive`] if nothing would be paid.
    pub fn price(&self, face: Amount) -> Result<Redeemed, PricingError> {
        if self.pay_date >= self.due_date {
            return Err(PricingError::NoInterestDays);
        }
        let days = self.day_count.days(self.pay_date, self.due_date);
        let rate = Rate::AnnualPercent(self.percent);
        let rebate = interest(face, rate, self.day_count, days)?;
        match face.checked_sub(rebate) {
            Some(payment) if !payment.is_zero() => Ok(Redeemed {
                days,
                rebate,
                payment,
            }),
            _ => Err(PricingError::ProceedsNotPositive),
        }
    }

    /// Whether it may still be accepted on this day.
    pub(crate) fn check_day(&self, date: NaiveDate) -> Result<(), Refusal> {
        if date > self.accept_by {
            Err(Refusal::RedemptionEnded(self.accept_by))
        } else {
            Ok(())
        }
    }

    /// Whether it is about this paper as it stands, its days are in order and this fragment gets
    /// something.
    pub(crate) fn check_fit(&self, paper: &Paper, spent: &Fragment) -> Result<(), Refusal> {
        let fits = self.paper == paper.id
            && self.issued_by == paper.issued_by
            && self.due_date == paper.due_date
            && self.accept_by <= self.pay_date
            && self.price(spent.range.amount()).is_ok();
        if fits {
            Ok(())
        } else {
            Err(Refusal::RedemptionDoesNotFit)
        }
    }
}

/// The obligor pays early only where the paper says that it may: holders who took it knew.
pub(crate) const fn check_foreseen(act: &Act, paper: &Paper) -> Result<(), Refusal> {
    match (act, paper.terms.payment.early_redemption) {
        (Act::AcceptRedemption { .. }, EarlyRedemption::NotOffered) => {
            Err(Refusal::EarlyNotForeseen)
        }
        _ => Ok(()),
    }
}

/// Whether a fragment waits for the obligor's own money: nobody else may redeem it, and the obligor
/// may not buy.
pub(crate) fn is_locked_for_obligor(state: FragmentState, paper: &Paper) -> bool {
    state
        == FragmentState::FinanceLocked {
            provider: paper.obligor,
        }
}

/// The paper once a part of this size is redeemed: with the last of it, nothing is owed any more.
pub(crate) fn with_redeemed(paper: &Paper, part: Amount) -> Paper {
    let redeemed = paper.redeemed.checked_add(part).unwrap_or(paper.face);
    Paper {
        redeemed,
        state: if redeemed == paper.face {
            PaperState::Settled
        } else {
            paper.state
        },
        ..paper.clone()
    }
}
