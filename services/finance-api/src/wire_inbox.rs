//! Which requests are wanted, over the wire.

use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::provider_inbox::DeskState;
use ledger_app::provider_inbox::InboxFilter;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use serde::Deserialize;

use crate::wire::PageQuery;

/// Which page of which requests.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxQuery {
    /// `next_cursor` of the page before; none for the first page.
    pub cursor: Option<String>,
    /// Items a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// Where they stand: `to_quote`, `to_approve`, `quoted`, `won`, `declined` or `over`.
    pub standing: Option<String>,
    /// Id of the obligor.
    pub obligor: Option<String>,
    /// Id of the holder who asks.
    pub holder: Option<String>,
    /// ISO 4217; needed with `least` and `most`.
    pub currency: Option<String>,
    /// At least so much, in major units.
    pub least: Option<String>,
    /// At most so much, in major units.
    pub most: Option<String>,
    /// Due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Due on this day or earlier.
    pub due_to: Option<NaiveDate>,
}

impl InboxQuery {
    /// Which page.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery {
            cursor: self.cursor.clone(),
            limit: self.limit,
        }
    }

    /// Which requests.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `standing_unknown`, `party_id_invalid`, `currency_unknown`,
    /// `currency_missing`, or the amount's codes.
    pub fn filter(&self) -> Result<InboxFilter, AppError> {
        let currency = self.currency.as_deref().map(currency).transpose()?;
        let amount = |field: &'static str, text: &Option<String>| match (text, currency) {
            (None, _) => Ok(None),
            (Some(text), Some(currency)) => Ok(Some(Amount::parse(text, currency)?)),
            (Some(_), None) => Err(AppError::invalid_field(
                field,
                "currency_missing",
                "say in which currency the bound is",
            )),
        };
        Ok(InboxFilter {
            standing: self.standing.as_deref().map(standing).transpose()?,
            obligor: party("obligor", self.obligor.as_deref())?,
            holder: party("holder", self.holder.as_deref())?,
            currency,
            least: amount("least", &self.least)?,
            most: amount("most", &self.most)?,
            due_from: self.due_from,
            due_to: self.due_to,
        })
    }
}

fn currency(text: &str) -> Result<Currency, AppError> {
    text.parse()
        .map_err(|error: ledger_core::currency::UnknownCurrency| {
            AppError::invalid_field("currency", "currency_unknown", error.to_string())
        })
}

fn standing(word: &str) -> Result<DeskState, AppError> {
    let found = DeskState::ALL.iter().find(|one| one.word() == word);
    found.copied().ok_or_else(|| {
        AppError::invalid_field(
            "standing",
            "standing_unknown",
            "to_quote, to_approve, quoted, won, declined or over",
        )
    })
}

fn party(field: &'static str, id: Option<&str>) -> Result<Option<PartyId>, AppError> {
    id.map(PartyId::parse).transpose().map_err(|error| {
        AppError::invalid_field(field, "party_id_invalid", format!("no party id: {error}"))
    })
}
