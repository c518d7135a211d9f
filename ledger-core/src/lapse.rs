//! Offers that nobody answers lapse (逾期未签收): an offer stands for [`OFFER_DAYS`], and not beyond the
//! day on which its paper falls due. The book's own key records that it is over; the fragment was its
//! holder's all the time.

use chrono::Days;
use chrono::NaiveDate;

use crate::act::Act;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::Side;
use crate::refusal::Refusal;
use crate::signature::signatures_to_bytes;

/// How many days an offer may be answered after the day on which it was made.
pub const OFFER_DAYS: u64 = 30;

/// The end of an offer that was not answered. It shows the entry that offered, which names its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LapseAct {
    /// The entry that offered the fragment.
    pub offered: SealedEntry,
}

/// The last day on which an offer made on `offered` may be answered.
#[must_use]
pub fn last_day(offered: NaiveDate) -> NaiveDate {
    offered
        .checked_add_days(Days::new(OFFER_DAYS))
        .unwrap_or(NaiveDate::MAX)
}

impl LapseAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.bytes(&self.offered.entry().to_bytes());
        w.bytes(&signatures_to_bytes(self.offered.signatures()));
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<LapseAct, CanonicalError> {
        let body = r.bytes()?.to_vec();
        let offered = SealedEntry::from_bytes(&body, r.bytes()?)?;
        match offered.entry().act {
            Act::Offer(_) | Act::OfferRetransfer(_) => Ok(LapseAct { offered }),
            _ => Err(CanonicalError::Unlawful("entry of an offer")),
        }
    }

    /// Whether its time is over on `date`, for a paper that falls due on `due_date`.
    pub(crate) fn check_day(&self, date: NaiveDate, due_date: NaiveDate) -> Result<(), Refusal> {
        let until = last_day(self.offered.entry().date);
        if date > until || date >= due_date {
            Ok(())
        } else {
            Err(Refusal::OfferStands(until))
        }
    }

    /// Whether the entry shown is the one that offered this fragment.
    pub(crate) fn check_fit(&self, spent: &Fragment) -> Result<(), Refusal> {
        if spent.reference == self.offered.fragment(Side::Left) {
            Ok(())
        } else {
            Err(Refusal::NotThatOffer)
        }
    }
}
