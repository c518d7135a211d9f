//! Waybills signed at hand-over, and the statement of a period drawn up from them.

use actix_web::HttpResponse;
use actix_web::web;
use chrono::DateTime;
use chrono::NaiveDateTime;
use chrono::TimeDelta;
use chrono::Utc;
use ledger_app::business_time;
use ledger_app::error::AppError;
use ledger_app::find_partner;
use ledger_app::hand_over_goods;
use ledger_app::hand_over_goods::HandOver;
use ledger_app::settlement_statement;
use ledger_app::settlement_statement::Period;
use ledger_app::settlement_statement::StatementOfAccount;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_core::waybill::WaybillLine;

use crate::answer::Answer;
use crate::dates;
use crate::documents_desk;
use crate::documents_desk::refused;
use crate::forms::Form;
use crate::layout::Fact;
use crate::pages::documents::BilledRow;
use crate::pages::documents::NewWaybill;
use crate::pages::documents::StatementPage;
use crate::pages::documents::StatementSheet;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

/// Mounts the pages.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/waybills/new", web::get().to(new_waybill))
        .route("/waybills", web::post().to(sign_waybill))
        .route("/statements", web::get().to(statement))
        .route("/statements", web::post().to(keep_statement))
        .route("/statements/csv", web::get().to(statement_csv));
}

async fn new_waybill(who: Signed) -> HttpResponse {
    who.answer(|who| waybill_page(who, Form::default(), false))
        .await
}

async fn sign_waybill(posted: Posted) -> HttpResponse {
    posted.answer(hand_over).await
}

fn waybill_page(who: &Signed, form: Form, again: bool) -> Result<Answer, AppError> {
    let who = who.at("/waybills/new");
    let view = NewWaybill {
        shell: who.shell()?,
        form,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn hand_over(who: &Signed, mut form: Form) -> Result<Answer, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let done = read_waybill(who, &mut form).and_then(|command| {
        let Some(command) = command else {
            return Ok(None);
        };
        let signer = signing::open_key(app, person, form.passphrase("passphrase"))?;
        hand_over_goods::run(app, person, &With::With(&signer), &command).map(Some)
    });
    match done {
        Ok(Some(document)) => Ok(Answer::see_other(format!("/documents/{document}"))),
        Ok(None) => waybill_page(who, form, true),
        Err(error) => {
            let who = refused(who, &mut form, error)?;
            waybill_page(&who, form, true)
        }
    }
}

fn read_waybill(who: &Signed, form: &mut Form) -> Result<Option<HandOver>, AppError> {
    let number = form.required("number");
    let vehicle = form.required("vehicle");
    let picked_up_at = moment(form, "picked_up_at");
    let handed_over_at = moment(form, "handed_over_at");
    let lines = goods(form);
    let (Some(number), Some(vehicle), Some(picked_up_at), Some(handed_over_at), Some(lines)) =
        (number, vehicle, picked_up_at, handed_over_at, lines)
    else {
        return Ok(None);
    };
    let (app, person) = (&who.portal.app, &who.principal);
    Ok(Some(HandOver {
        number,
        shipper: find_partner::run(app, person, "shipper", form.text("shipper"))?,
        receiver: find_partner::run(app, person, "receiver", form.text("receiver"))?,
        vehicle,
        picked_up_at,
        handed_over_at,
        lines,
        exceptions: form.text("exceptions").to_owned(),
    }))
}

/// A local moment as browsers write it, on the platform's clocks.
fn moment(form: &mut Form, name: &str) -> Option<DateTime<Utc>> {
    let text = form.text(name).trim();
    let read = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok());
    let moment = read.and_then(|local| {
        let utc = local.and_utc();
        let ahead = business_time::local(utc).signed_duration_since(utc.naive_utc());
        utc.checked_sub_signed(TimeDelta::seconds(ahead.num_seconds()))
    });
    if moment.is_none() {
        form.refuse(name, "not_a_date");
    }
    moment
}

/// One line of goods a line of text: the item, and how many if not one.
fn goods(form: &mut Form) -> Option<Vec<WaybillLine>> {
    let mut lines = Vec::new();
    for line in form.text("goods").lines().map(str::trim) {
        if line.is_empty() {
            continue;
        }
        let counted = line
            .rsplit_once(['×', '*', '\t'])
            .and_then(|(item, count)| Some((item.trim(), count.trim().parse().ok()?)));
        let (item, quantity) = counted.unwrap_or((line, 1));
        lines.push(WaybillLine {
            item: item.to_owned(),
            quantity,
        });
    }
    if lines.is_empty() {
        form.refuse("goods", "missing");
        return None;
    }
    Some(lines)
}

async fn statement(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = query(who);
        if form.text("currency").is_empty() {
            form.push("currency", "CNY");
        }
        if form.text("partner").is_empty() {
            return statement_page(who, form, None, false);
        }
        match drawn(who, &mut form) {
            Ok(Some(drawn)) => {
                let sheet = sheet(who, &form, &drawn);
                statement_page(who, form, Some(sheet), false)
            }
            Ok(None) => statement_page(who, form, None, true),
            Err(error) => {
                let who = refused(who, &mut form, error)?;
                statement_page(&who, form, None, true)
            }
        }
    })
    .await
}

async fn statement_csv(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = query(who);
        let drawn = drawn(who, &mut form)?.ok_or(AppError::NotFound)?;
        let name = format!("statement-{}-{}.csv", drawn.period.from, drawn.period.to);
        let bytes = settlement_statement::csv(&drawn).into_bytes();
        Ok(Answer::file(name, "text/csv; charset=utf-8", bytes))
    })
    .await
}

async fn keep_statement(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, _token| {
            let mut form = query(who);
            let period = period(who, &mut form)?.ok_or(AppError::NotFound)?;
            let document = settlement_statement::keep(&who.portal.app, &who.principal, &period)?;
            Ok(Answer::see_other(format!("/documents/{document}")))
        })
        .await
}

/// The query of the address as a form.
fn query(who: &Signed) -> Form {
    let query = who.path.split_once('?').map_or("", |(_, query)| query);
    Form::parse(query.as_bytes())
}

fn drawn(who: &Signed, form: &mut Form) -> Result<Option<StatementOfAccount>, AppError> {
    let Some(period) = period(who, form)? else {
        return Ok(None);
    };
    settlement_statement::draw(&who.portal.app, &who.principal, &period).map(Some)
}

fn period(who: &Signed, form: &mut Form) -> Result<Option<Period>, AppError> {
    let (from, to) = (form.date("from"), form.date("to"));
    let currency = documents_desk::currency(form);
    let (Some(from), Some(to), Some(currency)) = (from, to, currency) else {
        return Ok(None);
    };
    let partner = find_partner::run(
        &who.portal.app,
        &who.principal,
        "partner",
        form.text("partner"),
    )?;
    let own = who.principal.party;
    let (seller, buyer) = if form.text("side") == "buyer" {
        (partner, own)
    } else {
        (own, partner)
    };
    Ok(Some(Period {
        seller,
        buyer,
        from,
        to,
        currency,
    }))
}

fn statement_page(
    who: &Signed,
    form: Form,
    sheet: Option<StatementSheet>,
    again: bool,
) -> Result<Answer, AppError> {
    let view = StatementPage {
        shell: who.shell()?,
        form,
        sheet,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn sheet(who: &Signed, form: &Form, drawn: &StatementOfAccount) -> StatementSheet {
    let (lang, period) = (who.lang, &drawn.period);
    let money = |amount| words::money(amount, period.currency);
    let day =
        |day: Option<chrono::NaiveDate>| day.map(|day| dates::long(day, lang)).unwrap_or_default();
    let query: Vec<String> = ["side", "partner", "from", "to", "currency"]
        .into_iter()
        .map(|name| {
            let value = percent_encoding::utf8_percent_encode(
                form.text(name),
                percent_encoding::NON_ALPHANUMERIC,
            );
            format!("{name}={value}")
        })
        .collect();
    StatementSheet {
        facts: vec![
            Fact::new(lang.text("document-seller"), drawn.seller.clone()),
            Fact::new(lang.text("document-buyer"), drawn.buyer.clone()),
            Fact::new(lang.text("statement-from"), dates::long(period.from, lang)),
            Fact::new(lang.text("statement-to"), dates::long(period.to, lang)),
        ],
        rows: drawn
            .lines
            .iter()
            .map(|line| BilledRow {
                href: format!("/documents/{}", line.invoice.id),
                invoice: line.invoice.number.clone(),
                date: day(line.invoice.issued_on),
                waybills: line.waybills.join(" "),
                amount: money(line.amount),
                carried: money(line.carried),
                matched: line.matched,
            })
            .collect(),
        unbilled: drawn
            .unbilled
            .iter()
            .map(|(number, on)| (number.clone(), day(*on)))
            .collect(),
        matched: money(drawn.matched),
        total: money(drawn.total),
        query: query.join("&"),
    }
}
