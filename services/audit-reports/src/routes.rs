//! The auditor's addresses, all under `/audit`, all reading:
//!
//! | Address | What |
//! |---|---|
//! | `/audit` | books, checkpoints, files |
//! | `/audit/{list}` | a list of [`LISTS`](crate::statements::LISTS); `?format=csv` |
//! | `/audit/papers?number=` | to the trace of that paper |
//! | `/audit/papers/{number}` | trace of a paper; `?format=csv` |
//! | `/audit/papers/{number}/live` | its live fragments, CSV |
//! | `/audit/settlements/{number}` | the clearing sheet of that paper; `?format=csv` |
//! | `/audit/journal-file?book=` | export of the journal |
//! | `/audit/verifier-key?book=` | the key to check it with |

use actix_web::HttpResponse;
use actix_web::Scope;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web;
use serde::Deserialize;

use crate::cell::Cell;
use crate::clearing_report::COLUMNS as CREDIT_COLUMNS;
use crate::clearing_report::ClearingReport;
use crate::clearing_report::clearing_report;
use crate::door::AuditDoor;
use crate::door::answer;
use crate::door::problem;
use crate::error::AuditError;
use crate::files::send_journal;
use crate::files::send_list;
use crate::files::send_sheet;
use crate::files::send_verifier_key;
use crate::inside::Inside;
use crate::overview;
use crate::pages;
use crate::pages::Bit;
use crate::pages::Frame;
use crate::pages::Table;
use crate::pages::respond;
use crate::paper_report::paper_report;
use crate::picture;
use crate::statement::Filter;
use crate::statement::Total;
use crate::statements;
use crate::statements::live_fragments::LIVE_FRAGMENTS;
use crate::statements::trace::TRACE;

/// Room for wide tables, besides the portal's own style sheet.
const STYLE: &str = include_str!("../../../templates/reports/audit.css");

/// All addresses, to be mounted at the root.
#[must_use]
pub fn scope(door: AuditDoor) -> Scope {
    web::scope("/audit")
        .app_data(web::Data::new(door))
        .route("", web::get().to(show_overview))
        .route("/", web::get().to(show_overview))
        .route("/audit.css", web::get().to(send_style))
        .route("/journal-file", web::get().to(journal_file))
        .route("/verifier-key", web::get().to(verifier_key_file))
        .route("/papers", web::get().to(find_paper))
        .route("/papers/{number}", web::get().to(show_paper))
        .route("/papers/{number}/live", web::get().to(send_live))
        .route("/settlements/{number}", web::get().to(show_sheet))
        .route("/{list}", web::get().to(show_list))
}

/// Needs no gate: it says nothing.
async fn send_style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(STYLE)
}

#[derive(Debug, Deserialize)]
struct BookChoice {
    book: Option<String>,
}

#[derive(Debug, Deserialize)]
struct PaperChoice {
    #[serde(default)]
    number: String,
}

async fn show_overview(inside: Inside) -> HttpResponse {
    let mut frame = inside.frame("");
    let books = inside.door.report(&mut frame, overview::books).await;
    let page = books.map(|books| {
        let frame = frame.clone();
        respond(StatusCode::OK, &pages::OverviewPage { frame, books })
    });
    answer(page, frame)
}

async fn show_list(
    inside: Inside,
    list: web::Path<String>,
    filter: web::Query<Filter>,
) -> HttpResponse {
    let mut frame = inside.frame(&list);
    let Some(statement) = statements::list(&list) else {
        return problem(frame, &AuditError::NotFound);
    };
    let filter = filter.into_inner();
    if filter.format == "csv" {
        let file = send_list(
            inside.door.database.clone(),
            statement,
            filter,
            inside.auditor.language,
        )
        .await;
        return answer(file, frame);
    }
    let asked = filter.clone();
    let made = inside
        .door
        .report(&mut frame, move |snapshot| {
            let page = statement.page(snapshot, &asked)?;
            let left = asked.is_of_everything()
                && asked.totals.is_empty()
                && overview::is_large(snapshot)?;
            let totals = if left {
                None
            } else {
                Some(statement.totals(snapshot, &asked)?)
            };
            Ok((page, totals))
        })
        .await;
    let page = made.map(|(page, totals)| {
        let path = format!("/audit/{}", statement.name);
        let view = pages::ListPage {
            table: Table::of_page(
                &frame,
                statement,
                (&path, &filter),
                (&page, totals.as_deref().unwrap_or_default()),
            ),
            added_up: totals.is_some(),
            frame: frame.clone(),
            statement,
            filter,
        };
        respond(StatusCode::OK, &view)
    });
    answer(page, frame)
}

async fn find_paper(_inside: Inside, choice: web::Query<PaperChoice>) -> HttpResponse {
    let digits: String = choice.number.chars().filter(char::is_ascii_digit).collect();
    let to = if digits.is_empty() {
        "/audit".to_owned()
    } else {
        format!("/audit/papers/{digits}")
    };
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .finish()
}

fn facts(frame: &Frame, facts: &[(&'static str, Cell)]) -> Vec<(String, Vec<Bit>)> {
    facts
        .iter()
        .map(|(key, cell)| (frame.t(key), pages::bits(cell, frame)))
        .collect()
}

async fn show_paper(
    inside: Inside,
    number: web::Path<String>,
    filter: web::Query<Filter>,
) -> HttpResponse {
    let mut frame = inside.frame("");
    let number = number.into_inner();
    let of_paper = Filter {
        after: filter.after.clone(),
        ..Filter::of_paper(&number)
    };
    if filter.format == "csv" {
        return answer(
            send_list(
                inside.door.database.clone(),
                &TRACE,
                of_paper,
                inside.auditor.language,
            )
            .await,
            frame,
        );
    }
    let asked = number.clone();
    let made = inside
        .door
        .report(&mut frame, move |snapshot| {
            let paper = paper_report(snapshot, &asked)?;
            let entries = TRACE.page(snapshot, &of_paper)?;
            let count = TRACE.totals(snapshot, &of_paper)?;
            let whole = Filter::of_paper(&asked);
            let live = LIVE_FRAGMENTS.page(snapshot, &whole)?;
            let sums = LIVE_FRAGMENTS.totals(snapshot, &whole)?;
            Ok((paper, (entries, count), (live, sums)))
        })
        .await;
    let page = made.map(|(paper, entries, live)| {
        let path = format!("/audit/papers/{number}");
        let none = Filter::default();
        let trace = (&entries.0, entries.1.as_slice());
        let view = pages::PaperPage {
            facts: facts(&frame, &paper.facts),
            picture: picture::draw(&paper, frame.auditor.language),
            entries: Table::of_page(&frame, &TRACE, (&path, &none), trace),
            live: Table {
                csv: format!("{path}/live"),
                ..Table::of(
                    &frame,
                    LIVE_FRAGMENTS.columns,
                    &live.0.lines,
                    (LIVE_FRAGMENTS.sums, &live.1),
                )
            },
            has_sheet: paper.has_sheet,
            frame: frame.clone(),
            number,
        };
        respond(StatusCode::OK, &view)
    });
    answer(page, frame)
}

async fn send_live(inside: Inside, number: web::Path<String>) -> HttpResponse {
    let frame = inside.frame("");
    let filter = Filter::of_paper(&number);
    answer(
        send_list(
            inside.door.database.clone(),
            &LIVE_FRAGMENTS,
            filter,
            inside.auditor.language,
        )
        .await,
        frame,
    )
}

async fn show_sheet(
    inside: Inside,
    number: web::Path<String>,
    filter: web::Query<Filter>,
) -> HttpResponse {
    let mut frame = inside.frame("settlements");
    let (asked, round) = (number.into_inner(), filter.round);
    let made = inside
        .door
        .report(&mut frame, move |snapshot| {
            clearing_report(snapshot, &asked, round)
        })
        .await;
    let made = match made {
        Ok(sheet) if filter.format == "csv" => send_sheet(sheet, inside.auditor.language).await,
        Ok(sheet) => Ok(respond(StatusCode::OK, &sheet_page(&frame, &sheet))),
        Err(error) => Err(error),
    };
    answer(made, frame)
}

fn sheet_page(frame: &Frame, sheet: &ClearingReport) -> pages::SheetPage {
    let total = Total {
        currency: Some(sheet.currency),
        count: i64::try_from(sheet.lines.len()).unwrap_or(i64::MAX),
        sums: sheet.sums.to_vec(),
    };
    let sums = [
        "units",
        "paid-before",
        "credit",
        "interest-paid",
        "owed",
        "booked",
    ];
    let rounds = (1..=sheet.round.1).map(|round| {
        let number = &sheet.number;
        let href = format!("/audit/settlements/{number}?round={round}");
        (href, round.to_string())
    });
    pages::SheetPage {
        facts: facts(frame, &sheet.facts),
        checks: sheet
            .checks
            .iter()
            .map(|(key, holds)| (frame.t(key), *holds))
            .collect(),
        credits: Table {
            csv: format!(
                "/audit/settlements/{}?format=csv&round={}",
                sheet.number, sheet.round.0
            ),
            ..Table::of(frame, CREDIT_COLUMNS, &sheet.lines, (&sums, &[total]))
        },
        rounds: if sheet.round.1 > 1 {
            rounds.collect()
        } else {
            Vec::new()
        },
        frame: frame.clone(),
    }
}

async fn journal_file(inside: Inside, choice: web::Query<BookChoice>) -> HttpResponse {
    let frame = inside.frame("");
    let book = choice.into_inner().book;
    answer(
        send_journal(inside.door.database.clone(), book).await,
        frame,
    )
}

async fn verifier_key_file(inside: Inside, choice: web::Query<BookChoice>) -> HttpResponse {
    let frame = inside.frame("");
    let book = choice.into_inner().book;
    answer(
        send_verifier_key(inside.door.database.clone(), book).await,
        frame,
    )
}
