//! The door for customers: ISO 20022 messages over HTTP.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use futures_util::stream;
use serde::Deserialize;

use crate::account_report;
use crate::bookings;
use crate::books::{Books, Unit};
use crate::clock;
use crate::decision;
use crate::error::BankError;
use crate::faults;
use crate::message_log;
use crate::order::{NotAnOrder, Order, PAIN_001, PAIN_013, read_pain001, read_pain013};
use crate::payments;
use crate::promises;
use crate::status_report::Report;

/// What goes back over the wire.
enum Answer {
    /// A message.
    Xml(String),
    /// Done, but nobody hears of it: the connection breaks, or a gateway answers 504.
    Lost { breaks: bool },
}

/// Tells actix which paths this door has.
pub(crate) fn configure(routes: &mut web::ServiceConfig) {
    routes
        .service(pain001)
        .service(pain013)
        .service(pain002)
        .service(camt054)
        .service(camt053);
}

#[post("/iso20022/pain.001")]
async fn pain001(books: web::Data<Books>, body: web::Bytes) -> Result<HttpResponse, BankError> {
    let order = read_pain001(&body);
    let answer = books
        .unit(move |unit| {
            let report = answer_order(unit, PAIN_001, order, &body, payments::take)?;
            let id = bookings::new_message_id(unit, "STS")?;
            let xml = report.pain002(&id, &clock::stamp());
            let lost = faults::strikes(unit, "lose_answer", None)?;
            let direction = if lost.is_some() { "lost" } else { "out" };
            message_log::keep(unit, direction, "pain.002", &id, &xml)?;
            Ok(match lost {
                Some(fault) => Answer::Lost {
                    breaks: fault.manner.as_deref() != Some("504"),
                },
                None => Answer::Xml(xml),
            })
        })
        .await?;
    Ok(respond(answer))
}

#[post("/iso20022/pain.013")]
async fn pain013(books: web::Data<Books>, body: web::Bytes) -> Result<HttpResponse, BankError> {
    let request = read_pain013(&body);
    let answer = books
        .unit(move |unit| {
            let report = answer_order(unit, PAIN_013, request, &body, answer_request)?;
            let id = bookings::new_message_id(unit, "STS")?;
            let xml = report.pain014(&id, &clock::stamp());
            message_log::keep(unit, "out", "pain.014", &id, &xml)?;
            Ok(Answer::Xml(xml))
        })
        .await?;
    Ok(respond(answer))
}

#[derive(Deserialize)]
struct StatusQuery {
    msg: String,
}

#[get("/iso20022/pain.002")]
async fn pain002(
    books: web::Data<Books>,
    query: web::Query<StatusQuery>,
) -> Result<HttpResponse, BankError> {
    let answer = books
        .unit(move |unit| {
            let report = payments::report(unit, &query.msg)?;
            let id = bookings::new_message_id(unit, "STS")?;
            let xml = report.pain002(&id, &clock::stamp());
            message_log::keep(unit, "out", "pain.002", &id, &xml)?;
            Ok(Answer::Xml(xml))
        })
        .await?;
    Ok(respond(answer))
}

#[derive(Deserialize)]
struct NotificationQuery {
    account: Option<String>,
    #[serde(default)]
    after: i64,
}

#[get("/iso20022/camt.054")]
async fn camt054(
    books: web::Data<Books>,
    query: web::Query<NotificationQuery>,
) -> Result<HttpResponse, BankError> {
    let found = books
        .unit(move |unit| account_report::camt054(unit, query.account.as_deref(), query.after))
        .await?;
    Ok(match found {
        None => HttpResponse::NoContent().finish(),
        Some((cursor, message_id, xml)) => HttpResponse::Ok()
            .content_type("application/xml")
            .insert_header(("X-Cursor", cursor))
            .insert_header(("X-Message-Id", message_id))
            .body(xml),
    })
}

#[derive(Deserialize)]
struct StatementQuery {
    account: String,
    date: NaiveDate,
}

#[get("/iso20022/camt.053")]
async fn camt053(
    books: web::Data<Books>,
    query: web::Query<StatementQuery>,
) -> Result<HttpResponse, BankError> {
    let xml = books
        .unit(move |unit| {
            let (id, xml) = account_report::camt053(unit, &query.account, query.date)?;
            message_log::keep(unit, "out", "camt.053", &id, &xml)?;
            Ok(xml)
        })
        .await?;
    Ok(respond(Answer::Xml(xml)))
}

/// Logs an order, answers it through `answer`, or says why it is none. Without even a message id
/// there is nobody to report to: the HTTP answer is 400.
fn answer_order(
    unit: &mut Unit<'_>,
    message_name: &str,
    order: Result<Order, NotAnOrder>,
    body: &[u8],
    answer: impl FnOnce(&mut Unit<'_>, &Order) -> Result<Report, BankError>,
) -> Result<Report, BankError> {
    // PostgreSQL's text has no NUL; a message with one is refused anyway.
    let body = String::from_utf8_lossy(body).replace('\0', "");
    match order {
        Ok(order) => {
            message_log::keep(unit, "in", message_name, &order.message_id, &body)?;
            answer(unit, &order)
        }
        Err(NotAnOrder {
            message_id: Some(message_id),
            reason,
            text,
        }) => {
            message_log::keep(unit, "in", message_name, &message_id, &body)?;
            Ok(Report::refused(&message_id, message_name, reason, &text))
        }
        Err(NotAnOrder { text, .. }) => Err(BankError::Malformed(format!("FF01: {text}"))),
    }
}

/// A request to pay: accepted where the obligor has given standing authority, as far as its money
/// goes; paid only where it was told to pay on request.
fn answer_request(unit: &mut Unit<'_>, request: &Order) -> Result<Report, BankError> {
    for payment in &request.payments {
        if let Some((code, text)) = decision::refuse_request(unit, payment)? {
            return Ok(Report::refused(
                &request.message_id,
                request.message_name,
                &code,
                &text,
            ));
        }
    }
    let debtor = request
        .payments
        .first()
        .map(|payment| payment.debtor.account.as_str());
    let pays = match debtor {
        Some(number) => crate::accounts::get(unit, number)?.pays_on_request,
        None => false,
    };
    if pays {
        return payments::take(unit, request);
    }
    promises::promise(unit, request)
}

fn respond(answer: Answer) -> HttpResponse {
    match answer {
        Answer::Xml(xml) => HttpResponse::Ok().content_type("application/xml").body(xml),
        Answer::Lost { breaks: false } => HttpResponse::build(StatusCode::GATEWAY_TIMEOUT)
            .content_type("text/plain")
            .body("the gateway got no answer from the bank"),
        // A body that is announced and fails makes the server drop the connection.
        Answer::Lost { breaks: true } => {
            let broken = std::io::Error::other("the answer is lost");
            HttpResponse::Ok()
                .content_type("application/xml")
                .no_chunking(1_000)
                .streaming(stream::once(std::future::ready(Err::<web::Bytes, _>(
                    broken,
                ))))
        }
    }
}
