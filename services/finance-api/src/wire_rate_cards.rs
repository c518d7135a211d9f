//! Rate cards over the wire.

use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::publish_rates::CardTerms;
use ledger_app::publish_rates::PreparedCard;
use ledger_app::publish_rates::RowTerms;
use ledger_app::rate_cards_view::OwnCard;
use ledger_app::rate_table::GradedRow;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::id::PartyId;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::base64_of;
use crate::wire::decimal;
use crate::wire::moment;
use crate::wire_quotes::FeeIn;
use crate::wire_quotes::day_count;

/// A table of rates to be published.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardTermsIn {
    /// ISO 4217; all amounts are in it.
    #[schema(example = "CNY")]
    pub currency: String,
    /// The table, 1 to 200 rows.
    pub rows: Vec<RowIn>,
    /// Fees beside the interest, the same for all rows.
    #[serde(default)]
    pub fees: Vec<FeeIn>,
    /// Percent of the interest that the obligor bears (买方付息); 0 if not said.
    pub obligor_share_percent: Option<String>,
    /// Days from signing to pay-out, 0 to 30; the day moves on to the next business day.
    #[schema(example = 1)]
    pub payout_lag_days: u8,
    /// How many minutes a quote that follows from the card stands, 5 to 1440; 15 if not said.
    pub quote_minutes: Option<u16>,
    /// First business date on which it may be used.
    pub valid_from: NaiveDate,
    /// Last; within 366 days.
    pub valid_until: NaiveDate,
    /// How much may be bought under it in all; no such limit if not said.
    #[schema(example = "50000000.00")]
    pub most_in_all: Option<String>,
}

/// A row: for whom, how long, how much, on what recourse, at what rate.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowIn {
    /// Id of the only obligor it is for; any if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obligor: Option<String>,
    /// Only obligors to which the caller gave this grade or a better (smaller) one; any if not
    /// said. The grade is not part of what others can see of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst_grade: Option<u8>,
    /// Fewest days from pay-out to the due date.
    #[schema(example = 1)]
    pub days_from: u16,
    /// Most days.
    #[schema(example = 180)]
    pub days_to: u16,
    /// Smallest amount.
    #[schema(example = "10000.00")]
    pub amount_from: String,
    /// Largest amount.
    #[schema(example = "5000000.00")]
    pub amount_to: String,
    /// Recourse: always said.
    pub recourse: CardRecourseTerms,
    /// Annual rate in percent; either this or `rate_per_mille_monthly`.
    #[schema(example = "2.85")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_percent: Option<String>,
    /// Rate a month in per mille (月利率 ‰).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per_mille_monthly: Option<String>,
    /// `actual_360`, `actual_365f` or `thirty_360`.
    #[schema(example = "actual_360")]
    pub day_count: String,
}

/// Recourse of a row: for amounts not yet known a limit is a percentage.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardRecourseTerms {
    /// `without`, `with` or `limited`.
    #[schema(example = "without")]
    pub mode: String,
    /// Of `limited` recourse: the most that may be claimed back, percent of the amount bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_percent: Option<String>,
}

/// A card to be signed. Nothing is kept until it comes back signed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PreparedCardOut {
    /// The card's id.
    pub card: String,
    /// Its bytes, base 64: send them back with the signature.
    pub body: String,
    /// What to sign with Ed25519, base 64: a domain, the seat of the finance provider, the card's
    /// head, which names all rows by their Merkle root.
    pub payload: String,
}

/// A card stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublishedOut {
    /// Its id.
    pub card: String,
}

/// A rate card of the caller's.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CardOut {
    /// Its id.
    pub id: String,
    /// `standing` or `withdrawn`.
    pub state: String,
    /// ISO 4217.
    pub currency: String,
    /// The table.
    pub rows: Vec<RowIn>,
    /// Fees.
    pub fees: Vec<CardFeeOut>,
    /// Percent of the interest that the obligor bears.
    pub obligor_share_percent: String,
    /// Days from signing to pay-out.
    pub payout_lag_days: u8,
    /// How many minutes a quote stands.
    pub quote_minutes: u16,
    /// First business date.
    pub valid_from: NaiveDate,
    /// Last.
    pub valid_until: NaiveDate,
    /// How much may be bought under it in all, if there is such a limit.
    pub most_in_all: Option<Money>,
    /// How much was bought under it; not in lists.
    pub used: Option<Money>,
    /// When it was published.
    pub created_at: String,
    /// When it was taken back.
    pub withdrawn_at: Option<String>,
}

/// A fee of a card.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CardFeeOut {
    /// What for.
    pub kind: String,
    /// Who bears it.
    pub payer: String,
    /// `flat`, `per_mille_of_face` or `annual_percent_of_face`.
    pub basis: String,
    /// The amount or the number.
    pub value: String,
}

/// A page of cards, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CardPage {
    /// The cards.
    pub items: Vec<CardOut>,
    /// For the next page; none on the last.
    pub next_cursor: Option<String>,
}

impl CardTermsIn {
    /// The terms.
    ///
    /// # Errors
    /// [`AppError::Invalid`] naming the field.
    pub fn read(&self) -> Result<CardTerms, AppError> {
        let currency: Currency = self.currency.parse().map_err(|_unknown| {
            AppError::invalid_field("currency", "currency_unknown", "an ISO 4217 currency: CNY")
        })?;
        let share = self.obligor_share_percent.as_deref();
        Ok(CardTerms {
            currency,
            rows: self
                .rows
                .iter()
                .map(|row| row.read(currency))
                .collect::<Result<_, _>>()?,
            fees: self
                .fees
                .iter()
                .map(|fee| fee.read(currency))
                .collect::<Result<_, _>>()?,
            buyer_paid_share: share.map_or(Ok(Decimal::ZERO), |text| {
                decimal("obligor_share_percent", text)
            })?,
            payout_lag_days: self.payout_lag_days,
            quote_minutes: self.quote_minutes.unwrap_or(USUAL_MINUTES),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            most_in_all: match &self.most_in_all {
                None => Amount::ZERO,
                Some(text) => Amount::parse(text, currency)?,
            },
        })
    }
}

/// How long a quote stands if the card doesn't say it.
const USUAL_MINUTES: u16 = 15;

impl RowIn {
    fn read(&self, currency: Currency) -> Result<RowTerms, AppError> {
        let wrong = |code, message: &str| AppError::invalid_field("rows", code, message);
        let rate = match (&self.rate_percent, &self.rate_per_mille_monthly) {
            (Some(text), None) => Rate::AnnualPercent(decimal("rows", text)?),
            (None, Some(text)) => Rate::MonthlyPerMille(decimal("rows", text)?),
            _ => {
                return Err(wrong(
                    "rate_not_one",
                    "say either rate_percent or rate_per_mille_monthly",
                ));
            }
        };
        let obligor = self.obligor.as_deref().map(PartyId::parse).transpose();
        Ok(RowTerms {
            obligor: obligor.map_err(|_no_id| {
                wrong(
                    "obligor_unknown",
                    "an obligor's id, as GET /v1/obligors gives it",
                )
            })?,
            worst_grade: self.worst_grade,
            days_from: self.days_from,
            days_to: self.days_to,
            amount_from: Amount::parse(&self.amount_from, currency)?,
            amount_to: Amount::parse(&self.amount_to, currency)?,
            recourse: self.recourse.read()?,
            rate,
            day_count: day_count(&self.day_count)?,
        })
    }

    fn of(graded: &GradedRow, currency: Currency) -> RowIn {
        let row = &graded.row;
        let (rate_percent, rate_per_mille_monthly) = match row.rate {
            Rate::AnnualPercent(number) => (Some(number.to_string()), None),
            Rate::MonthlyPerMille(number) => (None, Some(number.to_string())),
        };
        RowIn {
            obligor: row.obligor.map(|party| party.to_string()),
            worst_grade: graded.grade.map(|(worst, _salt)| worst),
            days_from: row.days_from,
            days_to: row.days_to,
            amount_from: row.amount_from.to_plain(currency),
            amount_to: row.amount_to.to_plain(currency),
            recourse: CardRecourseTerms::of(row.recourse),
            rate_percent,
            rate_per_mille_monthly,
            day_count: row.day_count.code().to_owned(),
        }
    }
}

impl CardRecourseTerms {
    fn read(&self) -> Result<CardRecourse, AppError> {
        let wrong = |code, message: &str| AppError::invalid_field("rows", code, message);
        match (self.mode.as_str(), &self.cap_percent) {
            ("without", None) => Ok(CardRecourse::Without),
            ("with", None) => Ok(CardRecourse::With),
            ("limited", Some(cap)) => Ok(CardRecourse::LimitedPercent(decimal("rows", cap)?)),
            ("without" | "with" | "limited", _) => Err(wrong(
                "recourse_cap_not_possible",
                "limited recourse has a cap_percent, the other kinds have none",
            )),
            _ => Err(wrong(
                "recourse_unknown",
                "recourse is without, with or limited",
            )),
        }
    }

    fn of(recourse: CardRecourse) -> CardRecourseTerms {
        let (mode, cap_percent) = match recourse {
            CardRecourse::Without => ("without", None),
            CardRecourse::With => ("with", None),
            CardRecourse::LimitedPercent(percent) => ("limited", Some(percent.to_string())),
        };
        CardRecourseTerms {
            mode: mode.to_owned(),
            cap_percent,
        }
    }
}

impl CardFeeOut {
    fn of(fee: Fee, currency: Currency) -> CardFeeOut {
        let (basis, value) = match fee.charge() {
            FeeCharge::Flat(amount) => ("flat", amount.to_plain(currency)),
            FeeCharge::PerMilleOfFace(number) => ("per_mille_of_face", number.to_string()),
            FeeCharge::AnnualOnFace(number) => ("annual_percent_of_face", number.to_string()),
        };
        CardFeeOut {
            kind: fee.kind().code().to_owned(),
            payer: fee.payer().code().to_owned(),
            basis: basis.to_owned(),
            value,
        }
    }
}

impl PreparedCardOut {
    /// For an answer.
    #[must_use]
    pub fn of(prepared: &PreparedCard) -> PreparedCardOut {
        PreparedCardOut {
            card: prepared.card.id.to_string(),
            body: base64_of(&prepared.body),
            payload: base64_of(&prepared.payload),
        }
    }
}

impl CardOut {
    /// For an answer.
    #[must_use]
    pub fn of(own: &OwnCard) -> CardOut {
        let card = &own.card;
        let money = |amount| Money::of(amount, card.currency);
        CardOut {
            id: card.id.to_string(),
            state: own.state.word().to_owned(),
            currency: card.currency.to_string(),
            rows: own
                .rows
                .iter()
                .map(|row| RowIn::of(row, card.currency))
                .collect(),
            fees: card
                .fees
                .iter()
                .map(|fee| CardFeeOut::of(*fee, card.currency))
                .collect(),
            obligor_share_percent: card.buyer_paid_share.to_string(),
            payout_lag_days: card.payout_lag_days,
            quote_minutes: card.quote_minutes,
            valid_from: card.valid_from,
            valid_until: card.valid_until,
            most_in_all: (!card.most_in_all.is_zero()).then(|| money(card.most_in_all)),
            used: own.used.map(money),
            created_at: moment(own.created_at),
            withdrawn_at: own.withdrawn_at.map(moment),
        }
    }
}
