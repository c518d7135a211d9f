//! What banks' standing rates give at once: shown before anybody is asked, and put on offer again
//! for a request whose earlier ones have expired.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::instant_quotes;
use ledger_app::instant_quotes::StandingOffer;
use ledger_app::request_finance::AskedPart;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;

use super::comparison;
use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::i18n::Lang;
use crate::pages::finance::StandingLine;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

/// The offers for what is chosen, most proceeds first. What can't be financed has none; why not is
/// said where it is asked for.
///
/// # Errors
/// Faults that are nobody's input.
pub(super) fn lines(who: &Signed, parts: &[AskedPart]) -> Result<Vec<StandingLine>, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    match instant_quotes::preview(app, person, parts) {
        Ok(found) => Ok(found.iter().map(|one| line(who.lang, one)).collect()),
        Err(AppError::Refused(_) | AppError::NotFound | AppError::Invalid { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn line(lang: Lang, one: &StandingOffer) -> StandingLine {
    let currency = one.quotes.first().map(|quote| quote.currency);
    let each = |say: &dyn Fn(&Quote) -> String| {
        let mut said: Vec<String> = one.quotes.iter().map(say).collect();
        said.dedup();
        said.join(&lang.text("list-comma"))
    };
    StandingLine {
        bank: one.provider_name.clone(),
        proceeds: currency.map_or_else(String::new, |code| words::money(one.proceeds, code)),
        cost_per_year: phrases::percent(one.annual_cost),
        pays_on: each(&|quote| dates::long(quote.pay_date, lang)),
        recourse: each(&|quote| phrases::recourse(lang, quote.recourse, quote.currency)),
    }
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
