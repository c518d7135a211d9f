//! The terms of a price as somebody types them.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Utc;
use ledger_app::business_time;
use ledger_app::error::AppError;
use ledger_app::priced_quote::QuoteTerms;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::FeeKind;
use ledger_core::fee::Payer;
use ledger_core::recourse::Recourse;
use rust_decimal::Decimal;

use crate::forms::Form;
use crate::session::Signed;

/// Days that a price is good for unless somebody chooses otherwise.
const USUAL_DAYS: u64 = 2;

/// Fills in what is usual where nothing was typed.
///
/// # Errors
/// The store's.
pub(super) fn usual(
    who: &Signed,
    form: &mut Form,
    bids_until: Option<DateTime<Utc>>,
) -> Result<(), AppError> {
    let today = business_time::local(who.portal.app.moment()?).date();
    // Nothing is signed or paid before sealed bids are opened; leave a day for that.
    let opened = bids_until.and_then(|until| business_time::local(until).date().succ_opt());
    let from = opened.map_or(today, |opened| opened.max(today));
    let until = from.checked_add_days(chrono::Days::new(USUAL_DAYS));
    let pay_date = opened.map_or(who.business_date, |day| day.max(who.business_date));
    let usual = [
        ("day_count", "actual_360".to_owned()),
        ("recourse", "without".to_owned()),
        ("pay_date", pay_date.to_string()),
        ("expires", until.unwrap_or(today).to_string()),
    ];
    for (name, value) in usual {
        if form.text(name).is_empty() {
            form.push(name, &value);
        }
    }
    Ok(())
}

/// The terms; none if something can't be read, which is then marked.
pub(super) fn read(form: &mut Form, currency: Currency) -> Option<QuoteTerms> {
    let rate_percent = percent(form, "rate", true);
    let buyer_paid_share = percent(form, "share", false);
    let day_count = DayCount::from_code(form.text("day_count"));
    if day_count.is_none() {
        form.refuse("day_count", "not_offered");
    }
    let recourse = recourse(form, currency);
    let fees = fees(form, currency);
    let pay_date = form.date("pay_date");
    let expires_at = form.date("expires").and_then(end_of);
    Some(QuoteTerms {
        rate_percent: rate_percent?,
        day_count: day_count?,
        fees: fees?,
        buyer_paid_share: buyer_paid_share?,
        recourse: recourse?,
        pay_date: pay_date?,
        expires_at: expires_at?,
    })
}

/// Digits with at most one point; what is not needed and not there is nothing.
pub(crate) fn percent(form: &mut Form, name: &str, needed: bool) -> Option<Decimal> {
    let typed = form
        .text(name)
        .trim_end_matches(['%', '％'])
        .trim()
        .to_owned();
    if typed.is_empty() && !needed {
        return Some(Decimal::ZERO);
    }
    let number = Decimal::from_str_exact(&typed).ok();
    let number = number.filter(|n| !n.is_sign_negative() && typed.len() <= 16);
    if number.is_none() {
        let code = if typed.is_empty() {
            "missing"
        } else {
            "not_a_percentage"
        };
        form.refuse(name, code);
    }
    number
}

fn recourse(form: &mut Form, currency: Currency) -> Option<Recourse> {
    match form.text("recourse") {
        "without" => Some(Recourse::Without),
        "with" => Some(Recourse::With),
        "limited" => form.amount("recourse_cap", currency).map(Recourse::Limited),
        _ => {
            form.refuse("recourse", "not_offered");
            None
        }
    }
}

/// One fee beside the interest, in money; none if its field is empty.
fn fees(form: &mut Form, currency: Currency) -> Option<Vec<Fee>> {
    if form.text("fee_amount").is_empty() {
        return Some(Vec::new());
    }
    let amount = form.amount("fee_amount", currency);
    let kind = FeeKind::from_code(form.text("fee_kind"));
    let payer = Payer::from_code(form.text("fee_payer"));
    let (Some(amount), Some(kind), Some(payer)) = (amount, kind, payer) else {
        form.refuse("fee_amount", "not_offered");
        return None;
    };
    match Fee::from_parts(kind, payer, FeeCharge::Flat(amount)) {
        Ok(fee) => Some(vec![fee]),
        Err(never) => {
            form.refuse("fee_amount", never.code());
            None
        }
    }
}

/// The last second of a day on the platform's clocks.
fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    let last = day.and_time(NaiveTime::from_hms_opt(23, 59, 59)?).and_utc();
    let ahead = business_time::local(last).signed_duration_since(last.naive_utc());
    last.checked_sub_signed(TimeDelta::seconds(ahead.num_seconds()))
}
