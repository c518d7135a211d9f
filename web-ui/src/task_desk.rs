//! What the platform asks the operator to look at: the list, and closing with a word.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::business_time;
use ledger_app::error::AppError;
use ledger_app::operator_tasks;
use ledger_app::operator_tasks::ListedTask;
use ledger_app::operator_tasks::OperatorTaskKind;
use ledger_app::operator_tasks::Settling;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::layout::Task;
use crate::pages::tasks::TaskCard;
use crate::pages::tasks::Tasks;
use crate::posted::Posted;
use crate::refusal;
use crate::session::Signed;
use crate::words;

const HERE: &str = "/operator/tasks";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(page))
        .route("/operator/tasks/{id}/close", web::post().to(close));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, None)?)).await
}

/// The list; `typed` is the form of one task that has to be looked at again.
fn view(who: &Signed, typed: Option<(Uuid, Form)>) -> Result<Tasks, AppError> {
    let (app, lang) = (&who.portal.app, who.lang);
    let listed = operator_tasks::open(app, &who.principal)?;
    let (waiting, _since) = operator_tasks::waiting(app, &who.principal)?;
    let shown = u64::try_from(listed.len()).unwrap_or(u64::MAX);
    let mut tasks: Vec<TaskCard> = listed.iter().map(|one| card(one, lang)).collect();
    if let Some((id, form)) = typed {
        let id = id.to_string();
        if let Some(card) = tasks.iter_mut().find(|card| card.id == id) {
            card.form = form;
        }
    }
    Ok(Tasks {
        shell: who.shell()?,
        left_out: waiting.saturating_sub(shown),
        tasks,
    })
}

/// What waits, for the operator's front page; none if nothing does.
///
/// # Errors
/// [`AppError::Forbidden`].
pub(crate) fn reminder(who: &Signed) -> Result<Option<Task>, AppError> {
    let (count, since) = operator_tasks::waiting(&who.portal.app, &who.principal)?;
    Ok(since.map(|since| Task {
        title: who.lang.text_with("todo-count", &[("count", &count)]),
        note: who
            .lang
            .text_with("todo-oldest", &[("when", &dates::moment(since, who.lang))]),
        amount: String::new(),
        href: HERE.to_owned(),
        verb: who.lang.text("do-look"),
    }))
}

/// What is wrong and what to do, in plain words: a code of the platform's own has its texts, a
/// refusal of the law the words that everybody reads, and one that is newer than the texts is told
/// as unknown.
#[must_use]
pub fn wording(code: &str, lang: Lang) -> (String, String) {
    let key = format!("todo-{}", code.replace('_', "-"));
    let unknown = || (lang.text("todo-other"), lang.text("todo-other-do"));
    match lang.text_or(&key, "") {
        own if !own.is_empty() => (own, lang.text(&format!("{key}-do"))),
        _none => match lang.text_or(&refusal::title_key(code), "") {
            law if !law.is_empty() => {
                let what = lang.text_with("todo-law", &[("refusal", &law)]);
                (what, lang.text("todo-law-do"))
            }
            _none => unknown(),
        },
    }
}

fn card(one: &ListedTask, lang: Lang) -> TaskCard {
    let task = &one.task;
    let (what, advice) = wording(&task.code, lang);
    let kind = match task.kind {
        OperatorTaskKind::SettlementRun => "todo-kind-settlement",
        OperatorTaskKind::SettlementCredit => "todo-kind-credit",
        OperatorTaskKind::BankBooking => "todo-kind-booking",
        OperatorTaskKind::DiscountPayout => "todo-kind-payout",
        OperatorTaskKind::EarlyRedemption => "todo-kind-redemption",
        OperatorTaskKind::Webhook => "todo-kind-webhook",
        OperatorTaskKind::InvoiceUse => "todo-kind-invoice-use",
        OperatorTaskKind::RecoursePayment => "todo-kind-recourse",
    };
    let mut links = Vec::new();
    let mut facts = Vec::new();
    match &one.settling {
        Some(settling) => {
            facts = settling_facts(settling, lang);
            links.push((
                parties_named(&settling.obligor),
                lang.text("todo-see-party"),
            ));
            let day = format!("/operator/reconciliation?date={}", settling.due_date);
            links.push((day, lang.text("todo-see-day")));
        }
        // It is about no money.
        None if is_of_no_day(task.kind) => {}
        None => {
            let day = business_time::local(task.opened_at).date();
            let day = format!("/operator/reconciliation?date={day}");
            links.push((day, lang.text("todo-see-day")));
        }
    }
    TaskCard {
        id: task.id.to_string(),
        kind: lang.text(kind),
        since: dates::moment(task.opened_at, lang),
        what,
        advice,
        facts,
        links,
        detail: task.detail.clone(),
        code: task.code.clone(),
        resumes: !matches!(
            task.kind,
            OperatorTaskKind::BankBooking
                | OperatorTaskKind::DiscountPayout
                | OperatorTaskKind::EarlyRedemption
                | OperatorTaskKind::Webhook
                | OperatorTaskKind::InvoiceUse
                | OperatorTaskKind::RecoursePayment
        ),
        form: Form::default(),
    }
}

/// Whether the money booked on the day of the task has nothing to do with it.
const fn is_of_no_day(kind: OperatorTaskKind) -> bool {
    matches!(
        kind,
        OperatorTaskKind::Webhook | OperatorTaskKind::InvoiceUse
    )
}

fn settling_facts(settling: &Settling, lang: Lang) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    vec![
        fact("todo-paper-number", words::paper_number(&settling.paper)),
        fact("obligor", settling.obligor.clone()),
        fact("face", words::money(settling.face, settling.currency)),
        fact("todo-payment-date", dates::long(settling.due_date, lang)),
    ]
}

/// The list of parties, searched for one by its name.
fn parties_named(name: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("q", name)
        .finish();
    format!("/operator/parties?{query}")
}

async fn close(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let task = id_in_path(&id)?;
            let (app, principal) = (&who.portal.app, &who.principal);
            match operator_tasks::close(app, principal, task, form.text("note")) {
                Ok(()) => Ok(Answer::see_other(HERE)),
                Err(error) => {
                    let who = who.at(HERE).refused(error)?;
                    form.refuse("note", "look_here");
                    who.page_again(&view(&who, Some((task, form)))?)
                }
            }
        })
        .await
}
