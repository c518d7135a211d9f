//! What banks' standing rates give at once: shown before anybody is asked, and put on offer again
//! for a request whose earlier ones have expired.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::instant_quotes;
use ledger_app::standing_offers::AtOnce;
use ledger_core::amount::Amount;
use ledger_core::id::RequestId;

use super::comparison;
use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::i18n::Lang;
use crate::pages::finance::StandingLine;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

/// The offers for an amount of a fragment, most proceeds first. A fragment or an amount that can't
/// be financed has none; why not is said where it is asked for.
///
/// # Errors
/// Faults that are nobody's input.
pub(super) fn lines(
    who: &Signed,
    fragment: &str,
    amount: Amount,
) -> Result<Vec<StandingLine>, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    match instant_quotes::preview(app, person, fragment, amount) {
        Ok(found) => found.iter().map(|one| line(who.lang, one)).collect(),
        Err(AppError::Refused(_) | AppError::NotFound) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn line(lang: Lang, one: &AtOnce) -> Result<StandingLine, AppError> {
    let quote = &one.quote;
    let cost = rust_decimal::Decimal::from_str_exact(&quote.annual_cost)
        .map_err(|error| AppError::Internal(format!("a quote's cost: {error}")))?;
    Ok(StandingLine {
        bank: one.provider_name.clone(),
        proceeds: words::money(quote.proceeds, quote.currency),
        cost_per_year: phrases::percent(cost),
        pays_on: dates::long(quote.pay_date, lang),
        recourse: phrases::recourse(lang, quote.recourse, quote.currency),
    })
}

/// Looks for standing offers again.
pub(super) async fn again(posted: Posted, request: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, _form| {
            let id = RequestId::parse(&request).map_err(|_no_id| AppError::NotFound)?;
            let address = format!("/finance/{id}");
            match instant_quotes::again(&who.portal.app, &who.principal, id) {
                Ok(_new) => Ok(Answer::see_other(address)),
                Err(error @ (AppError::Refused(_) | AppError::Invalid { .. })) => {
                    comparison::page(&phrases::banner(&who.at(&address), &error), &request)
                }
                Err(error) => Err(error),
            }
        })
        .await
}
