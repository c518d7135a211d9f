//! A finance provider's signed offer for one fragment. What is signed here is what is executed.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::currency::Currency;
use crate::day_count::DayCount;
use crate::fragment::FragmentRef;
use crate::fragment::Side;
use crate::hash::EntryHash;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::id::QuoteId;
use crate::pricing::Price;
use crate::range::Range;
use crate::recourse::Recourse;
use crate::terms::read_amount;

/// One fee of a quote and who bears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedFee {
    /// What it is for, a stable word such as `service` or `registration`.
    pub kind: String,
    /// Who bears it: `holder`, `funder` or `obligor`.
    pub payer: String,
    /// How much.
    pub amount: Amount,
}

/// A priced, expiring offer. All figures are final: nothing is recomputed after signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Its id.
    pub id: QuoteId,
    /// Who offers.
    pub provider: PartyId,
    /// To whom.
    pub holder: PartyId,
    /// Of which paper.
    pub paper: PaperId,
    /// The fragment as it stood when it was offered; a quote dies when this is spent.
    pub fragment: FragmentRef,
    /// The cents bought: the front part of the fragment or all of it.
    pub range: Range,
    /// Currency of all amounts.
    pub currency: Currency,
    /// Annual rate in percent as exact decimal text, for people and re-computation.
    pub rate: String,
    /// Day count convention, such as `act/360`.
    pub day_count: String,
    /// Days between pay-out and the adjusted due date, first in, last out.
    pub days: u16,
    /// Discount interest.
    pub charge: Amount,
    /// Part of the interest that the obligor bears (买方付息).
    pub obligor_share: Amount,
    /// Every fee.
    pub fees: Vec<QuotedFee>,
    /// What arrives on the holder's account.
    pub proceeds: Amount,
    /// All-in annual cost for the holder in percent, four places, as text.
    pub annual_cost: String,
    /// With, without or limited recourse.
    pub recourse: Recourse,
    /// The date the money is paid and from which interest runs.
    pub pay_date: NaiveDate,
    /// Last moment to accept, seconds since 1970 UTC.
    pub expires_at: i64,
}

impl Quote {
    /// Canonical bytes: what the provider signs.
    ///
    /// # Errors
    /// [`CanonicalError::TooMany`] above 255 fees: a count that is cut short would let the same
    /// bytes be read as another quote.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        let fees =
            u8::try_from(self.fees.len()).map_err(|_beyond| CanonicalError::TooMany("fees"))?;
        let mut w = Writer::new();
        w.u8(1);
        w.fixed(self.id.bytes());
        w.fixed(self.provider.bytes());
        w.fixed(self.holder.bytes());
        w.fixed(self.paper.bytes());
        w.fixed(self.fragment.parent.bytes());
        w.u8(self.fragment.side.code());
        w.i64(self.range.lo());
        w.i64(self.range.hi());
        w.fixed(&self.currency.code_bytes());
        w.text(&self.rate);
        w.text(&self.day_count);
        w.u16(self.days);
        w.i64(self.charge.minor());
        w.i64(self.obligor_share.minor());
        w.u8(fees);
        for fee in &self.fees {
            w.text(&fee.kind);
            w.text(&fee.payer);
            w.i64(fee.amount.minor());
        }
        w.i64(self.proceeds.minor());
        w.text(&self.annual_cost);
        self.recourse.write(&mut w);
        w.date(self.pay_date);
        w.i64(self.expires_at);
        Ok(w.finish())
    }

    /// Reads what [`Quote::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Quote, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != 1 {
            return Err(CanonicalError::Unlawful("quote version"));
        }
        let quote = Quote {
            id: QuoteId::from_bytes(r.fixed()?),
            provider: PartyId::from_bytes(r.fixed()?),
            holder: PartyId::from_bytes(r.fixed()?),
            paper: PaperId::from_bytes(r.fixed()?),
            fragment: FragmentRef {
                parent: EntryHash::from_bytes(r.fixed()?),
                side: Side::from_code(r.u8()?).ok_or(CanonicalError::Unlawful("side"))?,
            },
            range: read_range(&mut r)?,
            currency: read_currency(&mut r)?,
            rate: r.text()?,
            day_count: r.text()?,
            days: r.u16()?,
            charge: read_amount(&mut r)?,
            obligor_share: read_amount(&mut r)?,
            fees: read_fees(&mut r)?,
            proceeds: read_amount(&mut r)?,
            annual_cost: r.text()?,
            recourse: Recourse::read(&mut r)?,
            pay_date: r.date()?,
            expires_at: r.i64()?,
        };
        r.finish()?;
        Ok(quote)
    }

    /// This quote with the figures of `price`, at `annual_percent` a year. `None` for more days than
    /// a quote can say.
    #[must_use]
    pub fn priced(
        self,
        price: &Price,
        annual_percent: Decimal,
        day_count: DayCount,
    ) -> Option<Quote> {
        Some(Quote {
            rate: annual_percent.normalize().to_string(),
            day_count: day_count.code().to_owned(),
            days: u16::try_from(price.days).ok()?,
            charge: price.charge,
            obligor_share: price.buyer_share,
            fees: price
                .fees
                .iter()
                .map(|line| QuotedFee {
                    kind: line.kind.code().to_owned(),
                    payer: line.payer.code().to_owned(),
                    amount: line.amount,
                })
                .collect(),
            proceeds: price.proceeds,
            annual_cost: price.annualised_cost.to_string(),
            ..self
        })
    }

    /// Fees the holder bears, summed. `None` if the sum is beyond the ledger.
    #[must_use]
    pub fn holder_fees(&self) -> Option<Amount> {
        self.fees
            .iter()
            .filter(|fee| fee.payer == "holder")
            .try_fold(Amount::ZERO, |sum, fee| sum.checked_add(fee.amount))
    }

    /// Whether the figures add up: face = proceeds + the holder's interest + the holder's fees.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.charge
            .checked_sub(self.obligor_share)
            .and_then(|own| own.checked_add(self.holder_fees()?))
            .and_then(|cost| cost.checked_add(self.proceeds))
            .is_some_and(|sum| sum == self.range.amount() && !self.proceeds.is_zero())
    }
}

pub(crate) fn read_range(r: &mut Reader<'_>) -> Result<Range, CanonicalError> {
    let (lo, hi) = (r.i64()?, r.i64()?);
    Range::new(lo, hi).map_err(|_empty| CanonicalError::Unlawful("range"))
}

pub(crate) fn read_currency(r: &mut Reader<'_>) -> Result<Currency, CanonicalError> {
    let code: [u8; 3] = r.fixed()?;
    std::str::from_utf8(&code)
        .ok()
        .and_then(|code| code.parse().ok())
        .ok_or(CanonicalError::Unlawful("currency"))
}

fn read_fees(r: &mut Reader<'_>) -> Result<Vec<QuotedFee>, CanonicalError> {
    (0..r.u8()?)
        .map(|_| {
            Ok(QuotedFee {
                kind: r.text()?,
                payer: r.text()?,
                amount: read_amount(r)?,
            })
        })
        .collect()
}
