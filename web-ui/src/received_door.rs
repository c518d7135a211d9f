//! What a party was paid at maturity, month by month, and whether it wants that in one sum.

use actix_web::HttpResponse;
use actix_web::web;
use chrono::NaiveDate;
use ledger_app::choose_netting;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::received_payments;
use ledger_app::received_payments::PaidPaper;
use ledger_app::received_payments::ReceivedPayment;
use ledger_app::received_payments::ReceivedPayments;
use ledger_app::trace_fragment::InstructionState;

use crate::answer::Answer;
use crate::dates;
use crate::file_templates::CSV;
use crate::i18n::Lang;
use crate::import_problems::csv_line;
use crate::layout::Fact;
use crate::pages::received::Received;
use crate::pages::received::ReceivedLine;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::phrases::query;
use crate::words::money;
use crate::words::paper_number;
use crate::words::totals;

const HERE: &str = "/received";

/// Payments shown on the page; the file has all that are looked at.
const SHOWN: usize = 200;

/// Mounts the pages.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route("/received.csv", web::get().to(file))
        .route("/received/netting", web::post().to(choose));
}

/// The month that is asked for, by its first day; none if that is no month.
fn month(who: &Signed) -> Option<NaiveDate> {
    let asked = query(who);
    NaiveDate::parse_from_str(&format!("{}-01", asked.text("month")), "%Y-%m-%d").ok()
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let found = received_payments::view(&who.portal.app, &who.principal, month(who))?;
        who.page(&view(who, &found)?)
    })
    .await
}

async fn choose(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, form| {
            let netted = form.text("netted") == "yes";
            choose_netting::run(&who.portal.app, &who.principal, netted)?;
            Ok(Answer::see_other(HERE))
        })
        .await
}

fn address(path: &str, month: NaiveDate) -> String {
    format!("{path}?month={}", month.format("%Y-%m"))
}

/// Address of the month beside; empty if there is none.
fn turn(month: Option<NaiveDate>) -> String {
    month.map(|month| address(HERE, month)).unwrap_or_default()
}

fn view(who: &Signed, found: &ReceivedPayments) -> Result<Received, AppError> {
    let lang = who.lang;
    let netted = found.choice.as_ref().is_some_and(|choice| choice.netted);
    let since = found.choice.as_ref().map(|choice| choice.chosen_on);
    let choice = match since {
        Some(since) if netted => {
            lang.text_with("netting-on", &[("date", &dates::long(since, lang))])
        }
        _ => lang.text("netting-off"),
    };
    let hidden = found.payments.len().saturating_sub(SHOWN);
    Ok(Received {
        shell: who.shell()?,
        month: dates::month(found.month, lang),
        turn: (turn(found.beside.0), turn(found.beside.1)),
        file: address("/received.csv", found.month),
        arrived: totals(&found.arrived),
        payments: found
            .payments
            .iter()
            .take(SHOWN)
            .map(|one| line(one, lang))
            .collect(),
        more: match (hidden, found.more) {
            (_, true) => lang.text("received-too-many"),
            (0, false) => String::new(),
            (count, false) => lang.text_with("received-more", &[("count", &count)]),
        },
        choice,
        netted,
        may_choose: who.principal.may(Action::ChooseNetting).is_ok(),
    })
}

/// Words and colour of how far a payment is; none where its papers differ.
const fn standing(state: Option<InstructionState>) -> (&'static str, &'static str) {
    match state {
        None => ("received-differs", "bad"),
        Some(InstructionState::Settled) => ("received-settled", "ok"),
        Some(InstructionState::Rejected | InstructionState::Returned) => ("received-failed", "bad"),
        Some(_under_way) => ("received-under-way", "waiting"),
    }
}

fn line(one: &ReceivedPayment, lang: Lang) -> ReceivedLine {
    let state = one.state();
    let (words, class) = standing(state);
    let paper = |paper: &PaidPaper| {
        let own = match state {
            Some(_same_for_all) => String::new(),
            None => lang.text(standing(Some(paper.state)).0),
        };
        (
            paper_number(&paper.number),
            money(paper.amount, one.currency),
            own,
        )
    };
    ReceivedLine {
        amount: money(one.amount, one.currency),
        about: one.payer.clone(),
        facts: vec![
            Fact::new(lang.text("received-day"), dates::long(one.date, lang)),
            Fact::new(lang.text("received-account"), one.account.clone()),
            Fact::new(lang.text("received-reference"), one.end_to_end_id.clone()),
        ],
        state: lang.text(words),
        class,
        together: lang.text_with("received-for", &[("count", &one.papers.len())]),
        papers: one.papers.iter().map(paper).collect(),
    }
}

async fn file(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let found = received_payments::view(&who.portal.app, &who.principal, month(who))?;
        let name = format!("received-{}.csv", found.month.format("%Y-%m"));
        let text = csv(&found, who.lang);
        Ok(Answer::file(name, CSV, text.into_bytes()))
    })
    .await
}

/// One line for each paper in a payment: dates as in ISO 8601, amounts with a point, UTF-8 with a
/// byte-order mark.
fn csv(found: &ReceivedPayments, lang: Lang) -> String {
    let mut text = String::from("\u{feff}");
    let heads = [
        "received-day",
        "received-payer",
        "received-account",
        "received-reference",
        "received-sum",
        "paper",
        "amount",
        "currency",
        "state",
    ];
    csv_line(&mut text, &heads.map(|head| lang.text(head)));
    for one in &found.payments {
        for paper in &one.papers {
            csv_line(
                &mut text,
                &[
                    one.date.to_string(),
                    one.payer.clone(),
                    one.account.clone(),
                    one.end_to_end_id.clone(),
                    one.amount.to_plain(one.currency),
                    paper.number.clone(),
                    paper.amount.to_plain(one.currency),
                    one.currency.to_string(),
                    lang.text(standing(Some(paper.state)).0),
                ],
            );
        }
    }
    text
}
