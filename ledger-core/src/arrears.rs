//! What is late: the record of a default, and interest on what came after the due date.
//!
//! Cash pays the principal first; interest is asked once the last of the principal has come, so that
//! it is a fixed sum then: nothing bears interest on interest.

use chrono::NaiveDate;

use crate::allocation::largest_remainder;
use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::clearing::Claim;
use crate::clearing::ClearingError;
use crate::clearing::clear_shares;
use crate::clearing_sheet::ClearingRule;
use crate::clearing_sheet::ClearingSheet;
use crate::hash::EvidenceDigest;
use crate::hash::SheetDigest;
use crate::hash::sha256_of;
use crate::payment_terms::LateInterest;
use crate::payment_terms::Overdue;
use crate::terms::read_amount;

/// How a paper stands past its due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrears {
    /// Whether a default was ever recorded on it.
    pub dishonoured: bool,
    /// Late interest asked in all, once the principal is paid; zero before, or if none is owed.
    pub interest_asked: Amount,
    /// Late interest paid so far.
    pub interest_paid: Amount,
}

impl Arrears {
    /// Nothing is or was late.
    pub const NONE: Arrears = Arrears {
        dishonoured: false,
        interest_asked: Amount::ZERO,
        interest_paid: Amount::ZERO,
    };

    /// Late interest that is fixed and not paid.
    #[must_use]
    pub fn interest_owed(&self) -> Amount {
        let owed = self.interest_asked.checked_sub(self.interest_paid);
        owed.unwrap_or(Amount::ZERO)
    }
}

/// The obligor did not pay on the due date: what the book records at the cut-off (拒付).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultAct {
    /// What of the face had not come at the cut-off.
    pub owed: Amount,
    /// The reason that its bank gave: an ISO code or words; empty if none was given.
    pub reason: String,
    /// The bank's answer to the presentation.
    pub evidence: EvidenceDigest,
}

impl DefaultAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.i64(self.owed.minor());
        w.text(&self.reason);
        w.fixed(self.evidence.bytes());
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(DefaultAct {
            owed: read_amount(r)?,
            reason: r.text()?,
            evidence: EvidenceDigest::from_bytes(r.fixed()?),
        })
    }
}

/// A part of the face that came on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The day on which the obligor paid.
    pub on: NaiveDate,
    /// How much of the face.
    pub cash: Amount,
}

/// Late interest is shared out to the holders. Says all from which it follows, so that whoever has
/// the journal computes it again: each receipt is one settlement entry of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterestAct {
    /// The receipts that paid the face, oldest first.
    pub receipts: Vec<Receipt>,
    /// Interest asked in all.
    pub asked: Amount,
    /// Interest paid so far, this time included.
    pub paid_total: Amount,
    /// Digest of the interest sheet.
    pub sheet: SheetDigest,
    /// The bank's messages that prove the credits.
    pub evidence: EvidenceDigest,
}

impl InterestAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.u16(u16::try_from(self.receipts.len()).unwrap_or(u16::MAX));
        for receipt in &self.receipts {
            w.date(receipt.on);
            w.i64(receipt.cash.minor());
        }
        w.i64(self.asked.minor());
        w.i64(self.paid_total.minor());
        w.fixed(self.sheet.bytes());
        w.fixed(self.evidence.bytes());
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(InterestAct {
            receipts: (0..r.u16()?)
                .map(|_| {
                    Ok(Receipt {
                        on: r.date()?,
                        cash: read_amount(r)?,
                    })
                })
                .collect::<Result<_, CanonicalError>>()?,
            asked: read_amount(r)?,
            paid_total: read_amount(r)?,
            sheet: SheetDigest::from_bytes(r.fixed()?),
            evidence: EvidenceDigest::from_bytes(r.fixed()?),
        })
    }
}

/// How the face was owed after the due date, given what came and when, up to the day `until`: one
/// stretch between each two receipts. Cash on the due date or before leaves no stretch. `None` if
/// the receipts are not in order of their days, or come to more than the face.
#[must_use]
pub fn stretches(
    face: Amount,
    due_date: NaiveDate,
    receipts: &[Receipt],
    until: NaiveDate,
) -> Option<Vec<Overdue>> {
    let mut owed = face;
    let mut from = due_date;
    let mut late = Vec::new();
    let mut stretch = |owed: Amount, from: &mut NaiveDate, to: NaiveDate| {
        if to > *from {
            late.push(Overdue {
                owed,
                from: *from,
                to,
            });
            *from = to;
        }
    };
    let mut reached = NaiveDate::MIN;
    for receipt in receipts {
        if receipt.on < reached {
            return None;
        }
        reached = receipt.on;
        stretch(owed, &mut from, receipt.on);
        owed = owed.checked_sub(receipt.cash)?;
    }
    if !owed.is_zero() {
        stretch(owed, &mut from, until);
    }
    Some(late)
}

/// Interest on what was late of a paper up to `until`, by its terms: what was owed at the end of the
/// due date is what a cap is a percentage of. Zero if the terms ask none. `None` as [`stretches`]
/// and [`LateInterest::on`].
#[must_use]
pub fn late_interest(
    terms: Option<&LateInterest>,
    face: Amount,
    due_date: NaiveDate,
    receipts: &[Receipt],
    until: NaiveDate,
) -> Option<Amount> {
    let late = stretches(face, due_date, receipts, until)?;
    match (terms, late.first()) {
        (Some(terms), Some(first)) => terms.on(first.owed, due_date, &late),
        _ => Some(Amount::ZERO),
    }
}

/// Who gets what of late interest: [`ClearingSheet`] in shape, over interest in the place of face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterestSheet(ClearingSheet);

const TAG: &str = "tallystick/interest-sheet";

impl InterestSheet {
    /// Shares out `cash` of the interest `asked`. Each claim's part of what is asked is in
    /// proportion to its units (largest remainder, ties to the lowest `lo`); cash below the whole
    /// is shared as `rule` shares cash of the face, `earlier` being what was paid of it before.
    ///
    /// Interest is not asked holder by holder: all of one paper wait equally long, and one
    /// rounding on the paper and one allocation leave no cent to argue about.
    ///
    /// # Errors
    /// As [`clear_claims`](crate::clearing::clear_claims).
    pub fn clear(
        rule: ClearingRule,
        asked: Amount,
        claims: &[Claim],
        earlier: &[Amount],
        cash: Amount,
    ) -> Result<InterestSheet, ClearingError> {
        let mut in_order = claims.to_vec();
        in_order.sort_unstable_by_key(|claim| claim.lowest_lo);
        let units: Vec<i64> = in_order.iter().map(|claim| claim.units).collect();
        let parts = largest_remainder(asked.minor(), &units).map_err(|_none| {
            ClearingError::NotTheFace {
                claimed: 0,
                face: asked,
            }
        })?;
        for (claim, part) in in_order.iter_mut().zip(parts) {
            claim.units = part;
        }
        clear_shares(rule, asked, &in_order, earlier, cash).map(InterestSheet)
    }

    /// As [`ClearingSheet::with_cash`].
    ///
    /// # Errors
    /// As [`clear_claims`](crate::clearing::clear_claims).
    pub fn with_cash(&self, cash: Amount) -> Result<InterestSheet, ClearingError> {
        self.0.with_cash(cash).map(InterestSheet)
    }

    /// The sheet; its face is the interest asked.
    #[must_use]
    pub const fn sheet(&self) -> &ClearingSheet {
        &self.0
    }

    /// Canonical bytes: the tag `tallystick/interest-sheet` with its length as four bytes, then the
    /// bytes of the [`ClearingSheet`].
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.text(TAG);
        w.bytes(&self.0.canonical_bytes());
        w.finish()
    }

    /// SHA-256 of the canonical bytes: what the entry carries.
    #[must_use]
    pub fn digest(&self) -> SheetDigest {
        SheetDigest::from_bytes(sha256_of(&self.canonical_bytes()))
    }

    /// Reads a sheet back from its canonical bytes.
    ///
    /// # Errors
    /// As [`ClearingSheet::from_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<InterestSheet, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.text()? != TAG {
            return Err(CanonicalError::Unlawful("interest sheet"));
        }
        let sheet = ClearingSheet::from_bytes(r.bytes()?)?;
        r.finish()?;
        Ok(InterestSheet(sheet))
    }
}
