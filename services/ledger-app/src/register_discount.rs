//! The finance provider enters a purchase in the public register (登记) and records the number of the
//! certificate here, before it lets the money go.

use ledger_core::certificate::CertificateNumber;
use ledger_core::id::QuoteId;
use ledger_store::error::StoreError;
use ledger_store::quotes::DiscountState;
use ledger_store::registrations::Registration;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::policy::Action;
use crate::principal::Principal;

/// A purchase with its certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Of the purchase on which quote.
    pub quote: String,
    /// Number of the certificate as it is kept.
    pub certificate: String,
    /// How far the purchase is: `registered`, or further if its money was under way already.
    pub state: String,
}

/// Records the certificate. A second time with the same number changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the quote is not the caller's or nobody has signed it;
/// [`AppError::Invalid`] `certificate_invalid`, `certificate_taken` (another purchase has it),
/// `already_registered` (this one has another), `discount_over`.
pub fn run(
    app: &App,
    who: &Principal,
    quote: QuoteId,
    certificate: &str,
    key: Option<IdempotencyKey>,
) -> Result<Registered, AppError> {
    who.may(Action::ReportPayment)?;
    let certificate = CertificateNumber::parse(certificate).ok_or_else(unreadable)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let now = app.clock.now();
    app.store.write(|tx| {
        let row = tx.quotes_by_ids(&[quote])?.pop();
        row.filter(|q| q.provider == who.party)
            .ok_or(AppError::NotFound)?;
        let discount = tx.discount_lock(quote)?;
        let before = tx.registrations_by_quotes(&[quote])?.pop();
        if before.is_none() {
            if discount.state == DiscountState::Reversed {
                return Err(over());
            }
            let new = Registration {
                quote,
                certificate: certificate.to_string(),
                recorded_by: who.subject(),
                recorded_on: tx.business_date_today()?,
                recorded_at: now,
            };
            tx.registration_insert(&new).map_err(taken)?;
        } else if before.is_some_and(|known| known.certificate != certificate.as_str()) {
            return Err(AppError::invalid_field(
                "certificate",
                "already_registered",
                "this purchase stands under another certificate; a certificate is never changed",
            ));
        }
        // Money that was let go under older rules stays on its way.
        let state = match discount.state {
            DiscountState::Signed => DiscountState::Registered,
            later => later,
        };
        if state != discount.state {
            tx.discount_state_set(quote, state, None)?;
        }
        let answer = Registered {
            quote: quote.to_string(),
            certificate: certificate.to_string(),
            state: state.word().to_owned(),
        };
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}

fn unreadable() -> AppError {
    AppError::invalid_field(
        "certificate",
        "certificate_invalid",
        "give the certificate's number as the register writes it: 8 to 40 letters, digits and hyphens",
    )
}

fn over() -> AppError {
    AppError::invalid(
        "discount_over",
        "this purchase did not come about; there is nothing to register",
    )
}

fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Duplicate(law) if law == "discount_registration_certificate_unique" => {
            AppError::invalid_field(
                "certificate",
                "certificate_taken",
                "another purchase stands under this certificate; check the number",
            )
        }
        other => other.into(),
    }
}
