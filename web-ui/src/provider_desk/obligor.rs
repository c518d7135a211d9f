//! One obligor as the provider sees it: how it paid, how far the provider stands with it, what was
//! looked up, the provider's own notes.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::grade_obligor;
use ledger_app::grade_obligor::WORST_GRADE;
use ledger_app::note_on_obligor;
use ledger_app::obligor_status;
use ledger_app::obligor_status::DisclosureCheck;
use ledger_app::obligor_status::ExposureIn;
use ledger_app::obligor_status::Finding;
use ledger_app::obligor_status::ObligorStatus;
use ledger_app::obligor_status::PaidSoFar;
use ledger_app::policy::Action;
use ledger_app::record_disclosure;
use ledger_app::record_disclosure::LookedUp;
use ledger_core::id::PartyId;

use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::desk::CheckLine;
use crate::pages::desk::DeskObligor;
use crate::pages::desk::LogLine;
use crate::pages::desk::ObligorCard;
use crate::posted::Posted;
use crate::refusal;
use crate::session::Signed;
use crate::share_bar;
use crate::share_bar::Part;
use crate::share_bar::ShareBar;
use crate::share_bar::Weight;
use crate::words;

pub(super) async fn show(who: Signed, obligor: web::Path<String>) -> HttpResponse {
    who.answer(move |who| page(who, &obligor, Form::default(), false))
        .await
}

pub(super) async fn looked_up(posted: Posted, obligor: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let done = record(who, &obligor, &mut form);
            again(who, &obligor, form, done)
        })
        .await
}

/// Grades the obligor in the reader's own books.
pub(super) async fn grade(posted: Posted, obligor: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let (app, person) = (&who.portal.app, &who.principal);
            let party = id(&obligor)?;
            let Ok(grade) = form.text("grade").parse::<u8>() else {
                person.may(Action::GradeObligor)?;
                form.refuse("grade", "missing");
                return again(who, &obligor, form, Ok(false));
            };
            let done = grade_obligor::set(app, person, party, grade, form.text("why"));
            if done.is_err() {
                form.refuse("grade", "look_here");
            }
            again(who, &obligor, form, done.map(|()| true))
        })
        .await
}

pub(super) async fn note(posted: Posted, obligor: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let (app, person) = (&who.portal.app, &who.principal);
            let done = note_on_obligor::run(app, person, id(&obligor)?, form.text("note"));
            if done.is_err() {
                form.refuse("note", "look_here");
            }
            again(who, &obligor, form, done.map(|()| true))
        })
        .await
}

fn id(obligor: &str) -> Result<PartyId, AppError> {
    PartyId::parse(obligor).map_err(|_no_id| AppError::NotFound)
}

/// Whether it was recorded; false if a field can't be read, which is then marked.
fn record(who: &Signed, obligor: &str, form: &mut Form) -> Result<bool, AppError> {
    let on = form.date("looked_up_on");
    let source = form.required("source");
    let word = form.text("finding").to_owned();
    let finding = Finding::ALL.iter().copied().find(|f| f.word() == word);
    if finding.is_none() {
        form.refuse("finding", "missing");
    }
    let (Some(on), Some(source), Some(finding)) = (on, source, finding) else {
        return Ok(false);
    };
    let look = LookedUp {
        obligor: id(obligor)?,
        on,
        source,
        finding,
        word: form.text("word").to_owned(),
    };
    record_disclosure::run(&who.portal.app, &who.principal, &look).map(|()| true)
}

fn again(
    who: &Signed,
    obligor: &str,
    form: Form,
    done: Result<bool, AppError>,
) -> Result<Answer, AppError> {
    let here = format!("/desk/obligors/{}", id(obligor)?);
    match done {
        Ok(true) => Ok(Answer::see_other(here)),
        Ok(false) => page(&who.at(&here), obligor, form, true),
        Err(error) => page(&who.at(&here).refused(error)?, obligor, form, true),
    }
}

fn page(who: &Signed, obligor: &str, mut form: Form, again: bool) -> Result<Answer, AppError> {
    let status = obligor_status::run(&who.portal.app, &who.principal, id(obligor)?)?;
    let lang = who.lang;
    let graded = grade_obligor::history(&who.portal.app, &who.principal, status.obligor.id)?;
    if form.text("looked_up_on").is_empty() {
        form.push("looked_up_on", &who.business_date.to_string());
    }
    let view = DeskObligor {
        shell: who.shell()?,
        id: status.obligor.id.to_string(),
        card: card(lang, &status),
        writes: who.principal.may(Action::ProposeAnswer).is_ok(),
        gate: gate(lang, &status),
        grade: graded
            .first()
            .map(|one| one.grade.to_string())
            .unwrap_or_default(),
        grades: (1..=WORST_GRADE).map(|grade| grade.to_string()).collect(),
        graded: graded
            .iter()
            .map(|one| LogLine {
                when: dates::moment(one.since, lang),
                what: one.grade.to_string(),
                who: String::new(),
                word: one.note.clone(),
            })
            .collect(),
        form,
        checks: status.checks.iter().map(|one| check(lang, one)).collect(),
        notes: status
            .notes
            .iter()
            .map(|note| LogLine {
                when: dates::moment(note.made_at, lang),
                what: String::new(),
                who: note.maker_name.clone(),
                word: note.word.clone(),
            })
            .collect(),
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

/// Why no price may be proposed; empty if one may.
pub(super) fn gate(lang: Lang, status: &ObligorStatus) -> String {
    status
        .gate
        .map(|code| lang.text(&refusal::title_key(code)))
        .unwrap_or_default()
}

fn finding(lang: Lang, finding: Finding) -> (String, &'static str) {
    let words = lang.text(&format!("finding-{}", finding.word().replace('_', "-")));
    let class = match finding {
        Finding::Clean => "ok",
        Finding::OverdueListed | Finding::NotDisclosed => "overdue",
    };
    (words, class)
}

fn check(lang: Lang, one: &DisclosureCheck) -> CheckLine {
    let (finding, class) = finding(lang, one.finding);
    CheckLine {
        day: dates::long(one.looked_up_on, lang),
        source: one.source.clone(),
        finding,
        class,
        who: one.maker_name.clone(),
        word: one.word.clone(),
    }
}

/// The obligor in short, for its own page and for that of a request.
pub(super) fn card(lang: Lang, status: &ObligorStatus) -> ObligorCard {
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let mut facts = Vec::new();
    for paid in &status.paid {
        if paid.overdue > 0 {
            let sum = words::sum(paid.overdue_sum, paid.currency);
            facts.push(fact("desk-overdue-now", sum));
        }
        if paid.worst_delay > 0 {
            let days = u32::try_from(paid.worst_delay).unwrap_or(0);
            let days = lang.text_with("days-count", &[("days", &days)]);
            facts.push(fact("desk-worst-delay", days));
        }
    }
    let newest = status.checks.first();
    facts.push(fact(
        "desk-disclosure",
        newest.map_or_else(
            || lang.text("desk-never-looked"),
            |one| {
                let (words, _class) = finding(lang, one.finding);
                format!("{words} · {}", dates::long(one.looked_up_on, lang))
            },
        ),
    ));
    if status.obligor.issuance_blocked {
        facts.push(fact("desk-issuance", lang.text("desk-issuance-blocked")));
    }
    let mut bars: Vec<ShareBar> = status
        .paid
        .iter()
        .map(|paid| conduct(lang, status, paid))
        .collect();
    bars.extend(status.exposure.iter().map(|one| exposure(lang, one)));
    ObligorCard {
        href: format!("/desk/obligors/{}", status.obligor.id),
        name: status.obligor.name.clone(),
        facts,
        bars,
    }
}

fn conduct(lang: Lang, status: &ObligorStatus, paid: &PaidSoFar) -> ShareBar {
    let part = |weight, count: i64, key: &str| Part {
        weight,
        value: i128::from(count),
        label: lang.text(key),
        words: count.to_string(),
    };
    let since = dates::long(status.since, lang);
    let currency = paid.currency.to_string();
    share_bar::draw(
        &format!("conduct-{currency}"),
        lang.text_with(
            "desk-conduct",
            &[("since", &since), ("currency", &currency)],
        ),
        vec![
            part(Weight::Good, paid.on_time, "desk-on-time"),
            part(Weight::Watch, paid.late, "desk-late"),
            part(Weight::Bad, paid.overdue, "desk-unpaid"),
        ],
    )
}

fn exposure(lang: Lang, one: &ExposureIn) -> ShareBar {
    let part = |weight, minor: i128, key: &str| Part {
        weight,
        value: minor,
        label: lang.text(key),
        words: words::sum(minor, one.currency),
    };
    let currency = one.currency.to_string();
    let total = one
        .held
        .saturating_add(one.committed)
        .saturating_add(one.offered);
    let total = words::sum(total, one.currency);
    share_bar::draw(
        &format!("exposure-{currency}"),
        lang.text_with("desk-exposure", &[("total", &total)]),
        vec![
            part(Weight::Own, one.held, "desk-held"),
            part(Weight::Watch, one.committed, "desk-committed"),
            part(Weight::Soft, one.offered, "desk-offered"),
        ],
    )
}
