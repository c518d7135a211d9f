//! The control door: what no customer of a bank can do. Opens only with its token.

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, HttpResponse, delete, get, post, put, web};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use std::future::{Ready, ready};

use crate::accounts::{self, NewAccount};
use crate::books::Books;
use crate::error::BankError;
use crate::faults::{self, Fault};
use crate::returns;
use crate::waiting;

/// The secret of this door; without one it stays shut.
#[derive(Clone)]
pub(crate) struct ControlToken(pub(crate) Option<String>);

/// Proof that the caller showed the token.
struct Operator;

impl FromRequest for Operator {
    type Error = BankError;
    type Future = Ready<Result<Operator, BankError>>;

    fn from_request(request: &HttpRequest, _body: &mut Payload) -> Self::Future {
        let wanted = request
            .app_data::<web::Data<ControlToken>>()
            .and_then(|token| token.0.as_deref());
        let shown = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        ready(match (wanted, shown) {
            (Some(wanted), Some(shown)) if same(wanted.as_bytes(), shown.as_bytes()) => {
                Ok(Operator)
            }
            _ => Err(BankError::NoToken),
        })
    }
}

/// Compares without telling by time where the difference is.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differing = one
        .iter()
        .zip(other)
        .fold(0_u8, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differing == 0
}

/// Tells actix which paths this door has.
pub(crate) fn configure(routes: &mut web::ServiceConfig) {
    routes
        .service(list_accounts)
        .service(open_account)
        .service(fund_account)
        .service(draw_account)
        .service(close_account)
        .service(business_date)
        .service(set_business_date)
        .service(step)
        .service(list_faults)
        .service(add_fault)
        .service(clear_faults)
        .service(give_back);
}

#[get("/control/accounts")]
async fn list_accounts(_: Operator, books: web::Data<Books>) -> Result<HttpResponse, BankError> {
    let (date, accounts) = books
        .unit(|unit| Ok((unit.today, accounts::list(unit)?)))
        .await?;
    Ok(HttpResponse::Ok().json(json!({ "business_date": date, "accounts": accounts })))
}

#[post("/control/accounts")]
async fn open_account(
    _: Operator,
    books: web::Data<Books>,
    new: web::Json<NewAccount>,
) -> Result<HttpResponse, BankError> {
    let (opened, account) = books
        .unit(move |unit| Ok((accounts::open(unit, &new)?, accounts::get(unit, &new.id)?)))
        .await?;
    Ok(if opened {
        HttpResponse::Created().json(account)
    } else {
        HttpResponse::Ok().json(account)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Funding {
    amount: String,
}

#[post("/control/accounts/{id}/fund")]
async fn fund_account(
    _: Operator,
    books: web::Data<Books>,
    id: web::Path<String>,
    funding: web::Json<Funding>,
) -> Result<HttpResponse, BankError> {
    let account = books
        .unit(move |unit| accounts::fund(unit, &id, &funding.amount))
        .await?;
    Ok(HttpResponse::Ok().json(account))
}

#[post("/control/accounts/{id}/draw")]
async fn draw_account(
    _: Operator,
    books: web::Data<Books>,
    id: web::Path<String>,
    funding: web::Json<Funding>,
) -> Result<HttpResponse, BankError> {
    let account = books
        .unit(move |unit| accounts::draw(unit, &id, &funding.amount))
        .await?;
    Ok(HttpResponse::Ok().json(account))
}

#[post("/control/accounts/{id}/close")]
async fn close_account(
    _: Operator,
    books: web::Data<Books>,
    id: web::Path<String>,
) -> Result<HttpResponse, BankError> {
    let account = books.unit(move |unit| accounts::close(unit, &id)).await?;
    Ok(HttpResponse::Ok().json(account))
}

#[get("/control/business-date")]
async fn business_date(_: Operator, books: web::Data<Books>) -> Result<HttpResponse, BankError> {
    let date = books.unit(|unit| Ok(unit.today)).await?;
    Ok(HttpResponse::Ok().json(json!({ "date": date })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BusinessDate {
    date: NaiveDate,
}

#[put("/control/business-date")]
async fn set_business_date(
    _: Operator,
    books: web::Data<Books>,
    new: web::Json<BusinessDate>,
) -> Result<HttpResponse, BankError> {
    let date = new.date;
    let booked = books
        .unit(move |unit| waiting::set_business_date(unit, date))
        .await?;
    Ok(HttpResponse::Ok().json(json!({ "date": date, "booked": booked })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    count: i32,
}

#[post("/control/steps")]
async fn step(
    _: Operator,
    books: web::Data<Books>,
    steps: web::Json<Steps>,
) -> Result<HttpResponse, BankError> {
    if steps.count < 1 {
        return Err(BankError::Malformed("count is at least 1".to_owned()));
    }
    let booked = books
        .unit(move |unit| waiting::step(unit, steps.count))
        .await?;
    Ok(HttpResponse::Ok().json(json!({ "booked": booked })))
}

#[get("/control/faults")]
async fn list_faults(_: Operator, books: web::Data<Books>) -> Result<HttpResponse, BankError> {
    let faults = books.unit(faults::list).await?;
    Ok(HttpResponse::Ok().json(json!({ "faults": faults })))
}

#[post("/control/faults")]
async fn add_fault(
    _: Operator,
    books: web::Data<Books>,
    fault: web::Json<Fault>,
) -> Result<HttpResponse, BankError> {
    books.unit(move |unit| faults::add(unit, &fault)).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[delete("/control/faults")]
async fn clear_faults(_: Operator, books: web::Data<Books>) -> Result<HttpResponse, BankError> {
    books.unit(faults::clear).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Return {
    debtor_account: String,
    end_to_end_id: String,
    #[serde(default)]
    reason: Option<String>,
}

#[post("/control/returns")]
async fn give_back(
    _: Operator,
    books: web::Data<Books>,
    ordered: web::Json<Return>,
) -> Result<HttpResponse, BankError> {
    let reason = ordered
        .reason
        .clone()
        .unwrap_or_else(|| returns::NO_REASON.to_owned());
    let shaped = reason
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if reason.len() != 4 || !shaped {
        return Err(BankError::Malformed(
            "reason is an ISO code of four".to_owned(),
        ));
    }
    let reference = books
        .unit(move |unit| {
            returns::give_back(
                unit,
                &ordered.debtor_account,
                &ordered.end_to_end_id,
                &reason,
            )
        })
        .await?;
    Ok(HttpResponse::Ok().json(json!({ "servicer_reference": reference })))
}
