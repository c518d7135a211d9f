//! One row of a signed rate card on its way into the journal, and the law by which a quote follows
//! from it: the finance provider signed the card, so the quote needs no signature of its own.

use chrono::Duration;
use chrono::NaiveDate;

use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::hash::LogRoot;
use crate::id::PartyId;
use crate::merkle::is_included;
use crate::pricing::DiscountTerms;
use crate::pricing::price_until;
use crate::quote::Quote;
use crate::rate_card::CardRow;
use crate::rate_card::RateCard;
use crate::rate_card::leaf;

/// How far closed days may push a pay-out: the longest run of non-working days with room to spare.
pub const LONGEST_PAYOUT_ROLL_DAYS: i64 = 15;

/// A row of a card, with what proves that it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingOffer {
    /// Canonical bytes of the card's head, which the provider signed.
    pub card: Vec<u8>,
    /// Canonical bytes of the row.
    pub row: Vec<u8>,
    /// Its place in the table.
    pub index: u16,
    /// Its audit path to the card's root.
    pub path: Vec<[u8; 32]>,
}

/// A standing offer that was read and whose row was found to be the card's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedRow {
    /// The card.
    pub card: RateCard,
    /// The row.
    pub row: CardRow,
}

impl StandingOffer {
    /// Canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.bytes(&self.card);
        w.bytes(&self.row);
        w.u16(self.index);
        // A table of 65,535 rows has paths of sixteen.
        w.u8(u8::try_from(self.path.len()).unwrap_or(u8::MAX));
        for sibling in &self.path {
            w.fixed(sibling);
        }
    }

    /// Reads what [`StandingOffer::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<StandingOffer, CanonicalError> {
        let mut r = Reader::new(bytes);
        let offer = StandingOffer::read(&mut r)?;
        r.finish()?;
        Ok(offer)
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<StandingOffer, CanonicalError> {
        Ok(StandingOffer {
            card: r.bytes()?.to_vec(),
            row: r.bytes()?.to_vec(),
            index: r.u16()?,
            path: (0..r.u8()?).map(|_| r.fixed()).collect::<Result<_, _>>()?,
        })
    }

    /// Reads card and row and follows the path. `None` if the row is not one of the card's.
    ///
    /// # Errors
    /// Card or row is not in canonical form.
    pub fn proved(&self) -> Result<Option<ProvedRow>, CanonicalError> {
        let card = RateCard::from_bytes(&self.card)?;
        let row = CardRow::from_bytes(&self.row)?;
        let included = is_included(
            leaf(&self.row),
            u64::from(self.index),
            u64::from(card.rows),
            &self.path,
            LogRoot::from_bytes(card.root),
        );
        Ok(included.then_some(ProvedRow { card, row }))
    }
}

impl ProvedRow {
    /// The quote that follows on `today` for the fragment, range, pay date and last moment in
    /// `blank`, on a paper of `obligor` due on `due_date`; every figure in `blank` is replaced.
    /// `None` if the row doesn't cover it.
    #[must_use]
    pub fn quote(
        &self,
        blank: &Quote,
        obligor: PartyId,
        due_date: NaiveDate,
        today: NaiveDate,
    ) -> Option<Quote> {
        let (card, row) = (&self.card, &self.row);
        let face = blank.range.amount();
        let earliest = today.checked_add_signed(Duration::days(card.payout_lag_days.into()))?;
        let waits = blank.pay_date.signed_duration_since(earliest).num_days();
        let days = due_date.signed_duration_since(blank.pay_date).num_days();
        let covered = (card.valid_from..=card.valid_until).contains(&today)
            && (0..=LONGEST_PAYOUT_ROLL_DAYS).contains(&waits)
            && row.obligor.is_none_or(|only| only == obligor)
            && (i64::from(row.days_from)..=i64::from(row.days_to)).contains(&days)
            && (row.amount_from..=row.amount_to).contains(&face);
        if !covered {
            return None;
        }
        let terms = DiscountTerms {
            rate: row.rate,
            day_count: row.day_count,
            fees: card.fees.clone(),
            buyer_paid_share: card.buyer_paid_share,
            roll: crate::calendar::Roll::None,
            transit_days: 0,
        };
        let priced = price_until(face, blank.pay_date, due_date, &terms).ok()?;
        let quote = Quote {
            provider: card.provider,
            currency: card.currency,
            recourse: row.recourse.of(face)?,
            ..blank.clone()
        };
        quote.priced(&priced, row.rate.annual_percent(), row.day_count)
    }
}
