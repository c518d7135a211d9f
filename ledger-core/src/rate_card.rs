//! A finance provider's standing offer (利率牌): a table of rates that it signs once, and from which
//! quotes follow without another signature of its own.
//!
//! Signed is the card's head, which names the rows by the root of their Merkle tree. An entry made
//! from the card carries the head and the one row that was used with its audit path, so that
//! everybody can check the quote and nobody learns the rest of the table.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::currency::Currency;
use crate::day_count::DayCount;
use crate::fee::Fee;
use crate::fee::FeeCharge;
use crate::fee::FeeKind;
use crate::fee::Payer;
use crate::hash::EntryHash;
use crate::hash::sha256;
use crate::id::PartyId;
use crate::id::RateCardId;
use crate::merkle::inclusion_path;
use crate::merkle::root_of;
use crate::pricing::Rate;
use crate::quote::read_currency;
use crate::ratio::Ratio;
use crate::recourse::Recourse;
use crate::standing_offer::StandingOffer;
use crate::terms::read_amount;

/// First bytes of a card's head. A quote begins with its version, 1, so that a signature under the
/// one can never be shown as a signature under the other.
const MAGIC: &[u8; 8] = b"RATECARD";

/// Version of the canonical form of head and row.
const VERSION: u8 = 1;

/// What a finance provider signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateCard {
    /// Its id.
    pub id: RateCardId,
    /// Whose.
    pub provider: PartyId,
    /// Currency of all amounts.
    pub currency: Currency,
    /// How many rows the table has.
    pub rows: u16,
    /// Root of the tree over the rows (RFC 9162 hashing).
    pub root: [u8; 32],
    /// Fees beside the interest, the same for all rows.
    pub fees: Vec<Fee>,
    /// Percent of the interest that the obligor bears (买方付息), 0 to 100.
    pub buyer_paid_share: Decimal,
    /// Days from signing to pay-out; the day moves on to the next business day.
    pub payout_lag_days: u8,
    /// How many minutes a quote made from the card may be accepted.
    pub quote_minutes: u16,
    /// First business date on which it may be used.
    pub valid_from: NaiveDate,
    /// Last.
    pub valid_until: NaiveDate,
    /// How much may be bought under it in all; zero for no such limit.
    pub most_in_all: Amount,
}

/// Recourse as a row says it, for amounts not yet known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardRecourse {
    /// The risk of the obligor passes with the fragment.
    Without,
    /// The provider may claim the whole of it back.
    With,
    /// The provider may claim back at most this percentage of the amount bought.
    LimitedPercent(Decimal),
}

/// One row of the table: for whom, how long, how much, on what recourse, at what rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRow {
    /// The obligor it is for; any obligor if none.
    pub obligor: Option<PartyId>,
    /// Commitment to the grade the obligor must have in the provider's own books
    /// ([`grade_condition`]); zeros if any will do. What grade it is stays the provider's secret.
    pub grade: [u8; 32],
    /// Fewest days from pay-out to the due date.
    pub days_from: u16,
    /// Most days.
    pub days_to: u16,
    /// Smallest amount.
    pub amount_from: Amount,
    /// Largest amount.
    pub amount_to: Amount,
    /// With, without or limited recourse: always said.
    pub recourse: CardRecourse,
    /// The price.
    pub rate: Rate,
    /// How days are counted.
    pub day_count: DayCount,
}

/// Commits to the worst grade that a row takes (1 is the best) without telling it.
#[must_use]
pub fn grade_condition(salt: &[u8; 16], worst_grade: u8) -> [u8; 32] {
    sha256(&[b"tallystick/v1/card-grade\0", salt, &[worst_grade]])
}

impl CardRecourse {
    /// For an amount. `None` if the limit rounds to nothing: recourse limited to zero would be a
    /// silent "without".
    #[must_use]
    pub fn of(self, amount: Amount) -> Option<Recourse> {
        match self {
            CardRecourse::Without => Some(Recourse::Without),
            CardRecourse::With => Some(Recourse::With),
            CardRecourse::LimitedPercent(percent) => Ratio::of(amount, percent)
                .and_then(|ratio| ratio.over(100))
                .and_then(Ratio::half_up)
                .filter(|cap| !cap.is_zero() && *cap <= amount)
                .map(Recourse::Limited),
        }
    }
}

impl CardRow {
    /// Canonical bytes: a leaf of the card's tree.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(VERSION);
        match &self.obligor {
            None => w.u8(0),
            Some(party) => {
                w.u8(1);
                w.fixed(party.bytes());
            }
        }
        w.fixed(&self.grade);
        w.u16(self.days_from);
        w.u16(self.days_to);
        w.i64(self.amount_from.minor());
        w.i64(self.amount_to.minor());
        match self.recourse {
            CardRecourse::Without => w.u8(0),
            CardRecourse::With => w.u8(1),
            CardRecourse::LimitedPercent(percent) => {
                w.u8(2);
                w.decimal(percent);
            }
        }
        match self.rate {
            Rate::AnnualPercent(number) => {
                w.u8(0);
                w.decimal(number);
            }
            Rate::MonthlyPerMille(number) => {
                w.u8(1);
                w.decimal(number);
            }
        }
        w.text(self.day_count.code());
        w.finish()
    }

    /// Reads what [`CardRow::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<CardRow, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != VERSION {
            return Err(CanonicalError::Unlawful("rate card row version"));
        }
        let row = CardRow {
            obligor: match r.u8()? {
                0 => None,
                1 => Some(PartyId::from_bytes(r.fixed()?)),
                _ => return Err(CanonicalError::Unlawful("obligor flag")),
            },
            grade: r.fixed()?,
            days_from: r.u16()?,
            days_to: r.u16()?,
            amount_from: read_amount(&mut r)?,
            amount_to: read_amount(&mut r)?,
            recourse: match r.u8()? {
                0 => CardRecourse::Without,
                1 => CardRecourse::With,
                2 => CardRecourse::LimitedPercent(r.decimal()?),
                _ => return Err(CanonicalError::Unlawful("recourse")),
            },
            rate: match r.u8()? {
                0 => Rate::AnnualPercent(r.decimal()?),
                1 => Rate::MonthlyPerMille(r.decimal()?),
                _ => return Err(CanonicalError::Unlawful("rate")),
            },
            day_count: DayCount::from_code(&r.text()?)
                .ok_or(CanonicalError::Unlawful("day count"))?,
        };
        r.finish()?;
        Ok(row)
    }
}

/// The leaf of a row in its card's tree.
#[must_use]
pub(crate) fn leaf(row: &[u8]) -> EntryHash {
    EntryHash::from_bytes(sha256(&[&[0], row]))
}

/// The root over the rows of a table, and the number of them; `None` for none or too many.
#[must_use]
pub fn root_of_rows(rows: &[CardRow]) -> Option<(u16, [u8; 32])> {
    let count = u16::try_from(rows.len()).ok().filter(|count| *count > 0)?;
    let leaves: Vec<EntryHash> = rows.iter().map(|row| leaf(&row.to_bytes())).collect();
    Some((count, *root_of(&leaves).bytes()))
}

impl RateCard {
    /// Canonical bytes: what the provider signs, in its own seat.
    ///
    /// # Errors
    /// [`CanonicalError::TooMany`] above 255 fees.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        let fees =
            u8::try_from(self.fees.len()).map_err(|_beyond| CanonicalError::TooMany("fees"))?;
        let mut w = Writer::new();
        w.fixed(MAGIC);
        w.u8(VERSION);
        w.fixed(self.id.bytes());
        w.fixed(self.provider.bytes());
        w.fixed(&self.currency.code_bytes());
        w.u16(self.rows);
        w.fixed(&self.root);
        w.u8(fees);
        for fee in &self.fees {
            write_fee(&mut w, *fee);
        }
        w.decimal(self.buyer_paid_share);
        w.u8(self.payout_lag_days);
        w.u16(self.quote_minutes);
        w.date(self.valid_from);
        w.date(self.valid_until);
        w.i64(self.most_in_all.minor());
        Ok(w.finish())
    }

    /// Reads what [`RateCard::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<RateCard, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.fixed::<8>()? != *MAGIC || r.u8()? != VERSION {
            return Err(CanonicalError::Unlawful("rate card version"));
        }
        let card = RateCard {
            id: RateCardId::from_bytes(r.fixed()?),
            provider: PartyId::from_bytes(r.fixed()?),
            currency: read_currency(&mut r)?,
            rows: r.u16()?,
            root: r.fixed()?,
            fees: (0..r.u8()?)
                .map(|_| read_fee(&mut r))
                .collect::<Result<_, _>>()?,
            buyer_paid_share: r.decimal()?,
            payout_lag_days: r.u8()?,
            quote_minutes: r.u16()?,
            valid_from: r.date()?,
            valid_until: r.date()?,
            most_in_all: read_amount(&mut r)?,
        };
        r.finish()?;
        Ok(card)
    }

    /// The offer of row `index` of the table `rows`, with the path that proves it. `None` if there
    /// is no such row or these are not the card's rows.
    #[must_use]
    pub fn offer(&self, rows: &[CardRow], index: u16) -> Option<StandingOffer> {
        if root_of_rows(rows)? != (self.rows, self.root) {
            return None;
        }
        let at = usize::from(index);
        let leaves: Vec<EntryHash> = rows.iter().map(|row| leaf(&row.to_bytes())).collect();
        Some(StandingOffer {
            card: self.to_bytes().ok()?,
            row: rows.get(at)?.to_bytes(),
            index,
            path: inclusion_path(&leaves, at)?,
        })
    }
}

fn write_fee(w: &mut Writer, fee: Fee) {
    w.text(fee.kind().code());
    w.text(fee.payer().code());
    match fee.charge() {
        FeeCharge::Flat(amount) => {
            w.u8(0);
            w.i64(amount.minor());
        }
        FeeCharge::PerMilleOfFace(number) => {
            w.u8(1);
            w.decimal(number);
        }
        FeeCharge::AnnualOnFace(number) => {
            w.u8(2);
            w.decimal(number);
        }
    }
}

fn read_fee(r: &mut Reader<'_>) -> Result<Fee, CanonicalError> {
    let kind = FeeKind::from_code(&r.text()?).ok_or(CanonicalError::Unlawful("fee kind"))?;
    let payer = Payer::from_code(&r.text()?).ok_or(CanonicalError::Unlawful("fee payer"))?;
    let charge = match r.u8()? {
        0 => FeeCharge::Flat(read_amount(r)?),
        1 => FeeCharge::PerMilleOfFace(r.decimal()?),
        2 => FeeCharge::AnnualOnFace(r.decimal()?),
        _ => return Err(CanonicalError::Unlawful("fee charge")),
    };
    Fee::from_parts(kind, payer, charge).map_err(|_on_holder| CanonicalError::Unlawful("fee payer"))
}
