//! What goes over the wire in every answer: money, parties, recourse, pages.
//!
//! Money is a string and a currency, never a number: a JSON number loses cents on its way through
//! many programs. Dates are plain dates, moments RFC 3339 in UTC, bytes base 64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::SecondsFormat;
use ledger_app::error::AppError;
use ledger_app::priced_quote::recourse_word;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::recourse::Recourse;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Major units with all places of the currency.
    #[schema(example = "295630.00")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
}

impl Money {
    /// An amount in its currency.
    #[must_use]
    pub fn of(amount: Amount, currency: Currency) -> Money {
        Money {
            amount: amount.to_plain(currency),
            currency: currency.to_string(),
        }
    }
}

impl Money {
    /// Minor units that may be more than one paper's, or below zero: sums, limits, what is free.
    #[must_use]
    pub fn of_minor(minor: i64, currency: Currency) -> Money {
        Money {
            amount: Decimal::new(minor, u32::from(currency.exponent())).to_string(),
            currency: currency.to_string(),
        }
    }
}

/// A party as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartyRef {
    /// Its id.
    pub id: String,
    /// Its registered name.
    pub name: String,
    /// Its unified social credit code or LEI, or empty.
    pub registration: String,
}

/// Whether the next holder may turn to this one if the obligor doesn't pay: always said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecourseTerms {
    /// `without`, `with` or `limited`.
    #[schema(example = "without")]
    pub mode: String,
    /// Of `limited` recourse: the most that may be claimed back, in the paper's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<String>,
}

impl RecourseTerms {
    /// For an answer.
    #[must_use]
    pub fn of(recourse: Recourse, currency: Currency) -> RecourseTerms {
        RecourseTerms {
            mode: recourse_word(recourse).to_owned(),
            cap: match recourse {
                Recourse::Limited(cap) => Some(cap.to_plain(currency)),
                Recourse::Without | Recourse::With => None,
            },
        }
    }

    /// As asked for.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `recourse_unknown`, `recourse_cap_not_possible`, or the amount's codes.
    pub fn read(&self, currency: Currency) -> Result<Recourse, AppError> {
        match (self.mode.as_str(), &self.cap) {
            ("without", None) => Ok(Recourse::Without),
            ("with", None) => Ok(Recourse::With),
            ("limited", Some(cap)) => Ok(Recourse::Limited(Amount::parse(cap, currency)?)),
            ("without" | "with" | "limited", _) => Err(AppError::invalid_field(
                "recourse",
                "recourse_cap_not_possible",
                "limited recourse has a cap, the other kinds have none",
            )),
            _ => Err(AppError::invalid_field(
                "recourse",
                "recourse_unknown",
                "recourse is without, with or limited",
            )),
        }
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the page before; none for the first page.
    pub cursor: Option<String>,
    /// Items a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

impl PageQuery {
    /// Items a page.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `limit_not_possible`.
    pub fn limit(&self) -> Result<i64, AppError> {
        let limit = self.limit.unwrap_or(50);
        if (1..=ledger_app::newest_first::LARGEST_PAGE).contains(&limit) {
            Ok(limit)
        } else {
            Err(AppError::invalid_field(
                "limit",
                "limit_not_possible",
                "a page has 1 to 200 items",
            ))
        }
    }
}

/// A moment, RFC 3339 in UTC.
#[must_use]
pub fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Bytes as base 64.
#[must_use]
pub fn base64_of(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes from base 64.
///
/// # Errors
/// [`AppError::Invalid`] `not_base64`.
pub fn bytes_of(field: &'static str, text: &str) -> Result<Vec<u8>, AppError> {
    STANDARD.decode(text).map_err(|error| {
        AppError::invalid_field(
            field,
            "not_base64",
            format!("send base 64 with padding: {error}"),
        )
    })
}

/// A decimal number without sign, exponent or separators.
///
/// # Errors
/// [`AppError::Invalid`] `not_a_decimal`.
pub fn decimal(field: &'static str, text: &str) -> Result<Decimal, AppError> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let points = text.bytes().filter(|b| *b == b'.').count();
    let shape = digits > 0
        && points <= 1
        && digits.saturating_add(points) == text.len()
        && text.len() <= 16
        && !text.starts_with('.')
        && !text.ends_with('.');
    let number = if shape {
        Decimal::from_str_exact(text).ok()
    } else {
        None
    };
    number.ok_or_else(|| {
        AppError::invalid_field(
            field,
            "not_a_decimal",
            "send digits with at most one decimal point, as a string: \"2.85\"",
        )
    })
}

/// An id in a path; what is not one names nothing.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn id<T, E>(text: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, AppError> {
    parse(text).map_err(|_not_an_id| AppError::NotFound)
}
