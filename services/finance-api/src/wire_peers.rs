//! What platforms of a circle say to each other.

use chrono::DateTime;
use chrono::Utc;
use ledger_app::circle::PeerAct;
use ledger_app::circle::PeerMessage;
use ledger_app::error::AppError;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Money;

/// A question about one use of one invoice.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityQuestion {
    /// `ask`, `reserve`, `commit` or `cancel`.
    #[schema(example = "reserve")]
    pub act: String,
    /// Id of the use, the asking platform's own.
    #[serde(rename = "use")]
    pub id: Uuid,
    /// 64 hexadecimal digits.
    pub token: String,
    /// 64 hexadecimal digits.
    pub kin: String,
    /// How much of the invoice.
    pub amount: Money,
    /// Until when it is held.
    pub expires_at: DateTime<Utc>,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct CapacityAnswer {
    /// Whether it fits, or is done. No means: used up here, or known here in another form.
    pub fits: bool,
}

impl CapacityQuestion {
    /// As the use case takes it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `act_unknown`, `token_malformed`, `currency_unknown`, or the amount's.
    pub fn read(&self) -> Result<PeerMessage, AppError> {
        let act = match self.act.as_str() {
            "ask" => PeerAct::Ask,
            "reserve" => PeerAct::Reserve,
            "commit" => PeerAct::Commit,
            "cancel" => PeerAct::Cancel,
            _ => {
                return Err(AppError::invalid_field(
                    "act",
                    "act_unknown",
                    "act is ask, reserve, commit or cancel",
                ));
            }
        };
        let malformed = |field| {
            AppError::invalid_field(field, "token_malformed", "a token is 64 hexadecimal digits")
        };
        let currency: Currency = self.amount.currency.parse().map_err(|_unknown| {
            AppError::invalid_field("amount", "currency_unknown", "use an ISO 4217 code")
        })?;
        let amount = Amount::parse(&self.amount.amount, currency)?;
        if amount.is_zero() {
            return Err(AppError::invalid_field(
                "amount",
                "amount_not_a_number",
                "a use is above zero",
            ));
        }
        Ok(PeerMessage {
            act,
            id: self.id,
            token: InvoiceToken::parse(&self.token).map_err(|_not_hex| malformed("token"))?,
            kin: InvoiceKin::parse(&self.kin).map_err(|_not_hex| malformed("kin"))?,
            amount,
            currency,
            expires_at: self.expires_at,
        })
    }
}
