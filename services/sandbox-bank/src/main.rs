//! A bank to talk to: it takes orders, keeps double-entry books of its own, tells what it booked,
//! and can be told to reject, delay, send back, repeat, reorder and lose.
//!
//! It stands apart from the platform on purpose and shares nothing with it but the standard, so
//! that both prove each other. It never moves money between currencies.

mod account_report;
mod accounts;
mod bookings;
mod books;
mod clock;
mod control_door;
mod decision;
mod error;
mod faults;
mod iso_door;
mod message_log;
mod money;
mod order;
mod page;
mod payments;
mod promises;
mod returns;
mod settings;
mod status_report;
mod waiting;
mod xml_in;
mod xml_out;

use std::error::Error;
use std::io::Write;

use actix_web::{App, HttpServer, web};
use clap::Parser;

use crate::books::Books;
use crate::control_door::ControlToken;
use crate::error::BankError;
use crate::settings::Settings;

/// The largest message taken, in bytes.
const LARGEST_BODY: usize = 5 * 1024 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let settings = Settings::parse();
    let token = ControlToken(settings.control_token()?);
    let books = Books::open(&settings.database, settings.first_day)?;
    let served = books.clone();
    // The books outlive the runtime: their connection must not be dropped on a thread of it.
    actix_web::rt::System::new().block_on(serve(served, token, settings.port))?;
    drop(books);
    Ok(())
}

async fn serve(books: Books, token: ControlToken, port: u16) -> Result<(), std::io::Error> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(books.clone()))
            .app_data(web::Data::new(token.clone()))
            .app_data(web::PayloadConfig::new(LARGEST_BODY))
            .app_data(web::JsonConfig::default().error_handler(|error, _| malformed(&error)))
            .app_data(web::QueryConfig::default().error_handler(|error, _| malformed(&error)))
            .configure(iso_door::configure)
            .configure(control_door::configure)
            .service(page::page)
    })
    .workers(1)
    .shutdown_timeout(2)
    .bind(("127.0.0.1", port))?;
    let mut out = std::io::stdout();
    for address in server.addrs() {
        writeln!(out, "ready http://{address}")?;
    }
    out.flush()?;
    server.run().await
}

/// What actix finds wrong with a body or a query, in the bank's own form.
fn malformed(error: &dyn std::fmt::Display) -> actix_web::Error {
    BankError::Malformed(error.to_string()).into()
}
