//! The operator's business day: its date, its jobs, and the bank's word on it.

use actix_web::HttpResponse;
use actix_web::web;
use chrono::Datelike as _;
use chrono::NaiveDate;
use ledger_app::bank_reconciliation;
use ledger_app::bank_reconciliation::BankDay;
use ledger_app::bank_reconciliation::BankLine;
use ledger_app::bank_reconciliation::Match;
use ledger_app::error::AppError;
use ledger_app::operator_desk;
use ledger_app::operator_desk::BusinessDay;
use ledger_app::policy::Action;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Banner;
use crate::layout::Figure;
use crate::layout::Tone;
use crate::pages::operator::Day;
use crate::pages::operator::JobLine;
use crate::pages::operator::MatchLine;
use crate::pages::operator::Reconciliation;
use crate::portal_memory::JobRun;
use crate::posted::Posted;
use crate::session::Signed;
use crate::task_desk;
use crate::words::money;

const HERE: &str = "/operator/day";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/operator/day", web::get().to(page))
        .route("/operator/day", web::post().to(travel))
        .route("/operator/jobs/{name}", web::post().to(run))
        .route("/operator/reconciliation", web::get().to(reconciliation));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, Form::default())?))
        .await
}

fn view(who: &Signed, form: Form) -> Result<Day, AppError> {
    let day = operator_desk::business_day(&who.portal.app, &who.principal)?;
    let names = who.portal.jobs.names();
    Ok(Day {
        shell: who.shell()?,
        form,
        tasks: task_desk::reminder(who)?.into_iter().collect(),
        date: day.date.to_string(),
        kind: kind(&day, who.lang),
        can_travel: who.portal.demo,
        stops: stops(&day, who.lang),
        bank: who.portal.sandbox_bank.clone().unwrap_or_default(),
        jobs: names.into_iter().map(|name| job(who, name)).collect(),
    })
}

fn kind(day: &BusinessDay, lang: Lang) -> String {
    let weekday = format!("weekday-{}", day.date.weekday().number_from_monday());
    let kind = match day.business_day {
        Some(true) => "day-business",
        Some(false) => "day-holiday",
        None => "day-unknown",
    };
    format!("{} · {}", lang.text(&weekday), lang.text(kind))
}

/// Due dates ahead; travelling to them is what a demo is for.
fn stops(day: &BusinessDay, lang: Lang) -> Vec<(String, String)> {
    let ahead = day.due.iter().filter(|(date, _)| *date > day.date);
    ahead
        .map(|(date, papers)| {
            let papers = u64::try_from(*papers).unwrap_or(0);
            let due = lang.text_with("papers-due", &[("papers", &papers)]);
            (
                date.to_string(),
                format!("{} · {due}", dates::long(*date, lang)),
            )
        })
        .collect()
}

fn job(who: &Signed, name: &'static str) -> JobLine {
    let lang = who.lang;
    let (last, class) = match who.portal.memory.job(name) {
        None => (lang.text("job-not-run"), "off"),
        Some(JobRun {
            at,
            outcome: Ok(moved),
        }) => {
            let moved = lang.text_with("job-moved", &[("count", &moved)]);
            (format!("{} · {moved}", dates::moment(at, lang)), "ok")
        }
        Some(JobRun {
            at,
            outcome: Err(_in_the_banner_then),
        }) => (
            format!("{} · {}", dates::moment(at, lang), lang.text("job-failed")),
            "bad",
        ),
    };
    JobLine {
        name: name.to_owned(),
        what: lang.text_or(&format!("job-{name}"), name),
        last,
        state_class: class,
    }
}

async fn travel(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            who.principal.may(Action::Operate)?;
            if !who.portal.demo {
                return Err(AppError::NotFound);
            }
            let Some(date) = form.date("date") else {
                return who.page_again(&view(who, form)?);
            };
            match travelled(who, date) {
                Ok(()) => Ok(Answer::see_other(HERE)),
                Err(error) => {
                    let who = who.refused(error)?;
                    who.page_again(&view(&who, form)?)
                }
            }
        })
        .await
}

fn travelled(who: &Signed, date: NaiveDate) -> Result<(), AppError> {
    let app = &who.portal.app;
    operator_desk::check_advance(app.business_date()?, date)?;
    who.portal.jobs.set_business_date(date).map_err(|why| {
        tracing::error!(why, "the business date did not move");
        AppError::invalid_field("date", "business_date_stuck", why)
    })?;
    // What lives by the date beside the ledger has moved; the ledger's own date is made sure of.
    operator_desk::advance_business_date(app, &who.principal, date)
}

async fn run(posted: Posted, name: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, _form| {
            who.principal.may(Action::Operate)?;
            let known = who
                .portal
                .jobs
                .names()
                .into_iter()
                .find(|known| *known == *name);
            let name = known.ok_or(AppError::NotFound)?;
            let outcome = who.portal.jobs.run(name);
            let failed = outcome.clone().err();
            let at = who.portal.app.clock.now();
            who.portal.memory.job_note(name, JobRun { at, outcome });
            match failed {
                None => Ok(Answer::see_other(HERE)),
                Some(why) => {
                    let who = who.at(HERE).with_banner(job_failed(&why, who.lang));
                    who.page_again(&view(&who, Form::default())?)
                }
            }
        })
        .await
}

fn job_failed(why: &str, lang: Lang) -> Banner {
    Banner {
        tone: Tone::Refused,
        title: lang.text("job-failed"),
        advice: why.to_owned(),
        code: "job_failed".to_owned(),
    }
}

async fn reconciliation(who: Signed, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let asked = query
        .into_inner()
        .into_iter()
        .find(|(name, _)| name == "date");
    who.answer(move |who| {
        let asked = asked.and_then(|(_, text)| text.parse().ok());
        let day = asked.unwrap_or(who.business_date);
        let found = bank_reconciliation::view(&who.portal.app, &who.principal, day)?;
        who.page(&reconciled(who, &found)?)
    })
    .await
}

fn reconciled(who: &Signed, found: &BankDay) -> Result<Reconciliation, AppError> {
    let lang = who.lang;
    let mut lines: Vec<MatchLine> = found.lines.iter().map(|one| line(one, lang)).collect();
    lines.extend(found.odd_accounts.iter().map(|odd| MatchLine {
        instruction: String::new(),
        purpose: lang.text_with("recon-odd-account", &[("account", &odd.account)]),
        instructed: String::new(),
        booked: signed_money(odd.gap, odd.currency),
        reference: String::new(),
        state: lang.text("match-differs"),
        state_class: "bad",
    }));
    Ok(Reconciliation {
        shell: who.at("/operator/reconciliation").shell()?,
        date: found.day.to_string(),
        figures: figures(found, lang),
        even: found.is_even(),
        lines,
    })
}

fn figures(found: &BankDay, lang: Lang) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (currency, sums) in &found.sums {
        let figure = |key: &str, minor: i128, note: String| Figure {
            label: lang.text(key),
            value: signed_money(minor, *currency),
            note,
        };
        let count = lang.text_with("instructions-count", &[("count", &sums.instructions)]);
        let difference = sums.expected.saturating_sub(sums.booked);
        figures.push(figure("difference", difference, String::new()));
        figures.push(figure("instructed-paid", sums.expected, count));
        figures.push(figure("booked", sums.booked, String::new()));
    }
    figures
}

fn line(one: &BankLine, lang: Lang) -> MatchLine {
    let class = match one.matched {
        Match::Even => "ok",
        Match::OnItsWay => "waiting",
        Match::Missing | Match::Differs => "bad",
        Match::NotOurs => "off",
    };
    let purpose = match one.matched {
        Match::NotOurs => lang.text_with("recon-not-ours", &[("account", &one.from)]),
        _ours => {
            let what = lang.text(&format!("purpose-{}", one.purpose.replace('_', "-")));
            let way = format!("{what} · {} → {}", one.from, one.to);
            match one.credits {
                0 | 1 => way,
                credits => {
                    let together = lang.text_with("paid-together", &[("count", &credits)]);
                    format!("{way} · {together}")
                }
            }
        }
    };
    MatchLine {
        instruction: one.end_to_end_id.clone(),
        purpose,
        // Of what is on its way nothing should be booked yet: no amount is clearer than nought.
        instructed: one
            .expected
            .filter(|_| one.matched != Match::OnItsWay)
            .map(|sum| money(sum, one.currency))
            .unwrap_or_default(),
        booked: one
            .booked
            .map(|minor| signed_money(i128::from(minor), one.currency))
            .unwrap_or_default(),
        reference: one.references.join(" "),
        state: lang.text(&format!("match-{}", one.matched.word().replace('_', "-"))),
        state_class: class,
    }
}

fn signed_money(minor: i128, currency: Currency) -> String {
    let size = i64::try_from(minor.unsigned_abs()).unwrap_or(i64::MAX);
    let words = match Amount::from_minor(size) {
        Ok(amount) => money(amount, currency),
        Err(_beyond) => format!("{currency} {size}"),
    };
    if minor < 0 {
        format!("−{words}")
    } else {
        words
    }
}
