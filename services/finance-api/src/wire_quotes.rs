//! Quotes over the wire: terms in, figures out, signatures back.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_app::error::AppError;
use ledger_app::priced_quote::QuoteTerms;
use ledger_app::provider_book::OwnQuote;
use ledger_app::quote_fragment::Prepared;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::FeeKind;
use ledger_core::fee::Payer;
use ledger_core::id::KeyId;
use ledger_core::pricing::Rate;
use ledger_core::pricing::interest;
use ledger_core::quote::Quote;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::RecourseTerms;
use crate::wire::base64_of;
use crate::wire::bytes_of;
use crate::wire::decimal;
use crate::wire::moment;

/// What a finance provider asks for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermsIn {
    /// Annual rate in percent; either this or `rate_per_mille_monthly`.
    #[schema(example = "2.85")]
    pub rate_percent: Option<String>,
    /// Rate a month in per mille (月利率 ‰), seven decimal places at most; its annual rate, twelve
    /// tenths of it, stands in the quote.
    pub rate_per_mille_monthly: Option<String>,
    /// `actual_360`, `actual_365f` or `thirty_360`.
    #[schema(example = "actual_360")]
    pub day_count: String,
    /// Fees beside the interest.
    #[serde(default)]
    pub fees: Vec<FeeIn>,
    /// Percent of the interest that the obligor bears (买方付息); 0 if not said.
    pub obligor_share_percent: Option<String>,
    /// With, without or limited recourse: always said.
    pub recourse: RecourseTerms,
    /// The date the money is paid and from which interest runs; today at the earliest.
    pub pay_date: NaiveDate,
    /// Last moment to accept, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: DateTime<Utc>,
}

/// A fee.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeIn {
    /// `confirmation` (never on the holder), `platform`, `handling` or `registration`.
    #[schema(example = "platform")]
    pub kind: String,
    /// `holder`, `funder` or `obligor`.
    #[schema(example = "funder")]
    pub payer: String,
    /// `flat`, `per_mille_of_face` or `annual_percent_of_face`.
    #[schema(example = "flat")]
    pub basis: String,
    /// The amount or the number.
    #[schema(example = "20.00")]
    pub value: String,
}

/// A quote to be signed. Nothing is kept until it comes back signed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PreparedOut {
    /// The quote's id.
    pub quote: String,
    /// Its figures.
    pub figures: FiguresOut,
    /// Its canonical bytes, base 64: send them back with the signature.
    pub body: String,
    /// What to sign with Ed25519, base 64: a domain, the seat of the finance provider, `body`.
    pub payload: String,
}

/// A signed quote.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedQuoteIn {
    /// Canonical bytes of the quote as prepared, base 64.
    pub body: String,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

/// All figures of a quote. Nothing is reckoned again after signing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FiguresOut {
    /// What is bought.
    pub face: Money,
    /// Annual rate in percent.
    pub rate_percent: String,
    /// Day-count convention.
    pub day_count: String,
    /// Days of interest: from the pay date, counted, to the due date, not counted.
    pub days: u16,
    /// Interest.
    pub charge: Money,
    /// Part of the interest that the obligor bears.
    pub obligor_share: Money,
    /// Every fee and who bears it.
    pub fees: Vec<FeeOut>,
    /// What arrives on the holder's account.
    pub proceeds: Money,
    /// All that the holder gives up, percent a year.
    pub annual_cost_percent: String,
    /// Recourse.
    pub recourse: RecourseTerms,
    /// When the money is paid.
    pub pay_date: NaiveDate,
}

/// A fee in money.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FeeOut {
    /// What for.
    pub kind: String,
    /// Who bears it.
    pub payer: String,
    /// How much.
    pub amount: Money,
}

/// A quote of the caller's.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuoteOut {
    /// Its id.
    pub id: String,
    /// The request it answers.
    pub request: String,
    /// `offered`, `withdrawn`, `accepted`, `lapsed` or `lost`.
    pub state: String,
    /// When it came in.
    pub created_at: String,
    /// Last moment to accept.
    pub expires_at: String,
    /// The rate card it follows from; none if it was priced for this request.
    pub rate_card: Option<String>,
    /// Its figures.
    pub figures: FiguresOut,
}

/// A page of quotes, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuotePage {
    /// The quotes.
    pub items: Vec<QuoteOut>,
    /// For the next page; none on the last.
    pub next_cursor: Option<String>,
}

/// A quote is on offer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuotedOut {
    /// The quote's id.
    pub quote: String,
}

impl TermsIn {
    /// The terms, in the currency of the request.
    ///
    /// # Errors
    /// [`AppError::Invalid`] naming the field.
    pub fn read(&self, currency: Currency) -> Result<QuoteTerms, AppError> {
        let share = self.obligor_share_percent.as_deref();
        let day_count = day_count(&self.day_count)?;
        Ok(QuoteTerms {
            rate_percent: self.rate(day_count)?,
            day_count,
            fees: self
                .fees
                .iter()
                .map(|fee| fee.read(currency))
                .collect::<Result<_, _>>()?,
            buyer_paid_share: share.map_or(Ok(Decimal::ZERO), |text| {
                decimal("obligor_share_percent", text)
            })?,
            recourse: self.recourse.read(currency)?,
            pay_date: self.pay_date,
            expires_at: self.expires_at,
        })
    }
}

impl TermsIn {
    /// The rate a year. A rate per month is the same money, since it goes only with years of twelve
    /// months of 30 days.
    fn rate(&self, day_count: DayCount) -> Result<Decimal, AppError> {
        match (&self.rate_percent, &self.rate_per_mille_monthly) {
            (Some(text), None) => decimal("rate_percent", text),
            (None, Some(text)) => {
                let rate = Rate::MonthlyPerMille(decimal("rate_per_mille_monthly", text)?);
                let checked = interest(Amount::ZERO, rate, day_count, 0);
                checked.map_err(|error| {
                    AppError::invalid_field(
                        "rate_per_mille_monthly",
                        error.code(),
                        error.to_string(),
                    )
                })?;
                Ok(rate.annual_percent())
            }
            _ => Err(AppError::invalid_field(
                "rate_percent",
                "rate_not_one",
                "say either rate_percent or rate_per_mille_monthly",
            )),
        }
    }
}

/// A day-count convention by its name.
///
/// # Errors
/// [`AppError::Invalid`] `day_count_unknown`.
pub(crate) fn day_count(text: &str) -> Result<DayCount, AppError> {
    DayCount::from_code(text).ok_or_else(|| {
        AppError::invalid_field(
            "day_count",
            "day_count_unknown",
            "actual_360, actual_365f or thirty_360",
        )
    })
}

impl FeeIn {
    pub(crate) fn read(&self, currency: Currency) -> Result<Fee, AppError> {
        let wrong = |code, message: &str| AppError::invalid_field("fees", code, message);
        let kind = FeeKind::from_code(&self.kind).ok_or_else(|| {
            wrong(
                "fee_kind_unknown",
                "confirmation, platform, handling or registration",
            )
        })?;
        let payer = Payer::from_code(&self.payer)
            .ok_or_else(|| wrong("fee_payer_unknown", "holder, funder or obligor"))?;
        let charge = match self.basis.as_str() {
            "flat" => FeeCharge::Flat(Amount::parse(&self.value, currency)?),
            "per_mille_of_face" => FeeCharge::PerMilleOfFace(decimal("fees", &self.value)?),
            "annual_percent_of_face" => FeeCharge::AnnualOnFace(decimal("fees", &self.value)?),
            _ => {
                return Err(wrong(
                    "fee_basis_unknown",
                    "flat, per_mille_of_face or annual_percent_of_face",
                ));
            }
        };
        Fee::from_parts(kind, payer, charge).map_err(|e| wrong(e.code(), &e.to_string()))
    }
}

impl SignedQuoteIn {
    /// Body, key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `not_base64`, `key_id_invalid`, `signature_length`.
    pub fn read(&self) -> Result<(Vec<u8>, KeyId, [u8; 64]), AppError> {
        let (key, signature) = signed(&self.key, &self.signature)?;
        Ok((bytes_of("body", &self.body)?, key, signature))
    }
}

/// A key's id and a signature.
///
/// # Errors
/// [`AppError::Invalid`] `not_base64`, `key_id_invalid`, `signature_length`.
pub(crate) fn signed(key: &str, signature: &str) -> Result<(KeyId, [u8; 64]), AppError> {
    let key = KeyId::parse(key).map_err(|error| {
        AppError::invalid_field("key", "key_id_invalid", format!("no key id: {error}"))
    })?;
    let signature = bytes_of("signature", signature)?;
    let signature = <[u8; 64]>::try_from(signature).map_err(|_length| {
        AppError::invalid_field(
            "signature",
            "signature_length",
            "an Ed25519 signature has 64 bytes",
        )
    })?;
    Ok((key, signature))
}

impl PreparedOut {
    /// For an answer.
    #[must_use]
    pub fn of(prepared: &Prepared) -> PreparedOut {
        PreparedOut {
            quote: prepared.quote.id.to_string(),
            figures: FiguresOut::of(&prepared.quote),
            body: base64_of(&prepared.body),
            payload: base64_of(&prepared.payload),
        }
    }
}

impl FiguresOut {
    /// For an answer.
    #[must_use]
    pub fn of(quote: &Quote) -> FiguresOut {
        let money = |amount| Money::of(amount, quote.currency);
        FiguresOut {
            face: money(quote.range.amount()),
            rate_percent: quote.rate.clone(),
            day_count: quote.day_count.clone(),
            days: quote.days,
            charge: money(quote.charge),
            obligor_share: money(quote.obligor_share),
            fees: quote
                .fees
                .iter()
                .map(|fee| FeeOut {
                    kind: fee.kind.clone(),
                    payer: fee.payer.clone(),
                    amount: money(fee.amount),
                })
                .collect(),
            proceeds: money(quote.proceeds),
            annual_cost_percent: quote.annual_cost.clone(),
            recourse: RecourseTerms::of(quote.recourse, quote.currency),
            pay_date: quote.pay_date,
        }
    }
}

impl QuoteOut {
    /// For an answer.
    #[must_use]
    pub fn of(own: &OwnQuote) -> QuoteOut {
        QuoteOut {
            id: own.row.id.to_string(),
            request: own.row.request.to_string(),
            state: own.row.state.word().to_owned(),
            created_at: moment(own.row.created_at),
            expires_at: moment(own.row.expires_at),
            rate_card: own.row.card.map(|card| card.to_string()),
            figures: FiguresOut::of(&own.quote),
        }
    }
}
