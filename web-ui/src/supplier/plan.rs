//! Plan one's money: what arrives on which day, and what holding a fragment, passing it on or selling
//! it would change.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use ledger_app::cash_arriving;
use ledger_app::cash_arriving::CashArriving;
use ledger_app::cash_arriving::Way;
use ledger_app::cash_arriving::WayTaken;
use ledger_app::cash_arriving::WhatIf;
use ledger_app::error::AppError;
use ledger_app::held_fragments;
use ledger_app::request_finance::AskedPart;
use ledger_core::currency::Currency;
use rust_decimal::Decimal;

use super::choices;
use super::phrases;
use crate::answer::Answer;
use crate::cash_by_day::Line;
use crate::cash_by_day::Shown;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::pages::cash::CashByDay;
use crate::pages::cash::Plan;
use crate::pages::cash::WayCard;
use crate::pages::cash::WhatIfView;
use crate::pages::pay::FragmentChoice;
use crate::provider_desk::terms;
use crate::refusal;
use crate::session::Signed;
use crate::words;

pub(super) async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = phrases::query(who);
        let arriving = cash_arriving::run(&who.portal.app, &who.principal)?;
        // Looked up first: the fragment asked about is among them, and is remembered then.
        let fragments = choices::free(who, form.text("fragment"))?;
        match asked(who, &arriving, &mut form) {
            Ok(found) => {
                let wrong = !form.errors().is_empty();
                page(who, &arriving, fragments, form, found.as_ref(), wrong)
            }
            Err(error) => {
                let who = phrases::refused(who, &mut form, error)?;
                page(&who, &arriving, fragments, form, None, true)
            }
        }
    })
    .await
}

/// What is asked about in the address; nothing while nothing is chosen or a field can't be read.
fn asked(
    who: &Signed,
    arriving: &CashArriving,
    form: &mut Form,
) -> Result<Option<(String, WhatIf)>, AppError> {
    let id = form.text("fragment").to_owned();
    if id.is_empty() {
        return Ok(None);
    }
    let (app, person) = (&who.portal.app, &who.principal);
    let held = held_fragments::run(app, person, std::slice::from_ref(&id))?;
    let held = held.first().ok_or(AppError::NotFound)?;
    let amount = if form.text("amount").is_empty() {
        Some(held.fragment.range.amount())
    } else {
        form.amount("amount", held.paper.paper.currency)
    };
    let rate = rate(form);
    let (Some(amount), Some(rate)) = (amount, rate) else {
        return Ok(None);
    };
    let part = AskedPart {
        fragment: id.clone(),
        amount,
    };
    match cash_arriving::what_if(app, person, arriving, &part, rate) {
        Ok(found) => Ok(Some((id, found))),
        Err(error) => {
            if error.code().starts_with("rate_") {
                form.refuse("rate", "see_above");
            }
            Err(error)
        }
    }
}

/// A rate a year; none is no mistake. `None` if it can't be read.
fn rate(form: &mut Form) -> Option<Option<Decimal>> {
    let blank = form.text("rate").is_empty();
    let read = terms::percent(form, "rate", false)?;
    Some(if blank { None } else { Some(read) })
}

fn page(
    who: &Signed,
    arriving: &CashArriving,
    fragments: Vec<FragmentChoice>,
    form: Form,
    found: Option<&(String, WhatIf)>,
    again: bool,
) -> Result<Answer, AppError> {
    let view = Plan {
        shell: who.shell()?,
        days: days(who, arriving),
        notes: notes(who, arriving),
        fragments: fragments
            .into_iter()
            .map(|one| {
                let words = [one.amount, one.obligor, one.maturity, one.paper].join(" · ");
                (one.id, words)
            })
            .collect(),
        what_if: found.map(|(id, what_if)| what_if_view(who, arriving.today, id, what_if)),
        form,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn days(who: &Signed, arriving: &CashArriving) -> Vec<CashByDay> {
    let several = arriving.plans.len() > 1;
    let section = |(currency, plan): (&Currency, _)| {
        let shown = Shown {
            lang: who.lang,
            today: arriving.today,
            currency: *currency,
            plan,
        };
        let mut title = who.lang.text("plan-arriving");
        if several {
            title = format!("{title} · {currency}");
        }
        shown.section(title, "plan-within")
    };
    arriving.plans.iter().map(section).collect()
}

fn notes(who: &Signed, arriving: &CashArriving) -> Vec<String> {
    let of = |key: &str, sums| who.lang.text_with(key, &[("amount", &words::totals(sums))]);
    let mut notes = Vec::new();
    if arriving.leaving.iter().next().is_some() {
        notes.push(of("plan-leaving", &arriving.leaving));
    }
    if arriving.frozen.iter().next().is_some() {
        notes.push(of("plan-frozen", &arriving.frozen));
    }
    if arriving.late.iter().next().is_some() {
        notes.push(of("plan-late", &arriving.late));
    }
    notes
}

fn what_if_view(who: &Signed, today: NaiveDate, id: &str, found: &WhatIf) -> WhatIfView {
    let lang = who.lang;
    let ways: Vec<WayCard> = found
        .ways
        .iter()
        .map(|taken| way_card(who, id, found, taken))
        .collect();
    let lines: Vec<Line<'_>> = ways
        .iter()
        .zip(&found.ways)
        .map(|(card, taken)| (card.class, card.name.clone(), &taken.plan))
        .collect();
    let held = found.ways.first().map(|first| &first.plan);
    let empty = ledger_core::cash_plan::CashPlan::default();
    let shown = Shown {
        lang,
        today,
        currency: found.currency,
        plan: held.unwrap_or(&empty),
    };
    let mut dates: Vec<NaiveDate> = found
        .ways
        .iter()
        .flat_map(|taken| taken.plan.days())
        .map(|day| day.date)
        .collect();
    dates.sort_unstable();
    dates.dedup();
    let cell = |minor: i128| match minor {
        0 => "–".to_owned(),
        minor => shown.money(minor),
    };
    WhatIfView {
        about: [
            words::money(found.amount, found.currency),
            found.obligor.clone(),
            phrases::due(lang, today, found.due_date),
        ]
        .join(" · "),
        notes: what_if_notes(who, found),
        chart: shown.chart(lang.text("plan-compared"), &lines),
        rows: dates
            .into_iter()
            .map(|date| {
                let cells = found.ways.iter().map(|taken| cell(taken.plan.on(date)));
                (dates::long(date, lang), cells.collect())
            })
            .collect(),
        totals: found
            .ways
            .iter()
            .map(|taken| shown.money(taken.plan.total()))
            .collect(),
        ways,
    }
}

fn what_if_notes(who: &Signed, found: &WhatIf) -> Vec<String> {
    let lang = who.lang;
    let mut notes = Vec::new();
    if let Some(refusal) = &found.stays {
        let said = refusal::banner(&AppError::Refused(refusal.clone()), lang);
        notes.push(said.title);
    }
    let sold = |way: &Way| matches!(way, Way::Standing { .. });
    if !found.ways.iter().any(|taken| sold(&taken.way)) {
        notes.push(lang.text("plan-no-standing"));
    }
    notes
}

fn way_card(who: &Signed, id: &str, found: &WhatIf, taken: &WayTaken) -> WayCard {
    let lang = who.lang;
    let money = |amount| words::money(amount, found.currency);
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let shown = Shown {
        lang,
        today: who.business_date,
        currency: found.currency,
        plan: &taken.plan,
    };
    let mut facts = vec![fact("plan-on", dates::long(taken.date, lang))];
    let (name, class, verb) = match &taken.way {
        Way::Hold => (lang.text("plan-hold"), "way-hold", None),
        Way::PassOn => {
            facts.push(fact("plan-discharges", money(found.amount)));
            (lang.text("plan-pass-on"), "way-pass-on", Some("do-pay"))
        }
        Way::Standing { provider, quote } => {
            let recourse = phrases::recourse(lang, quote.recourse, quote.currency);
            facts.push(fact("plan-buyer", provider.clone()));
            facts.push(fact("quote-recourse", recourse));
            (lang.text("plan-standing"), "way-standing", Some("do-ask"))
        }
        Way::Assumed { rate } => {
            let rate = phrases::percent(*rate);
            let name = lang.text_with("plan-assumed", &[("rate", &rate)]);
            (name, "way-assumed", None)
        }
    };
    if let Some(cost) = taken.annual_cost {
        let year = phrases::percent(cost);
        facts.push(fact("plan-cost", money(taken.cost)));
        facts.push(fact("plan-cost-year", year));
    }
    facts.push(fact("plan-all", shown.money(taken.plan.total())));
    let amount = found.amount.to_plain(found.currency);
    let href = match &taken.way {
        Way::PassOn => format!("/pay?fragment={id}&amount={amount}"),
        Way::Standing { .. } => format!("/finance/new?fragment={id}&amount-{id}={amount}"),
        Way::Hold | Way::Assumed { .. } => String::new(),
    };
    WayCard {
        name,
        class,
        arrives: money(taken.arrives),
        facts,
        href,
        verb: verb.map(|key| lang.text(key)).unwrap_or_default(),
    }
}
