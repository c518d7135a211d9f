//! What waits for the checker: look, approve with one's own key, or send back.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::approve_issue;
use ledger_app::approved::Approved;
use ledger_app::decline_issue;
use ledger_app::error::AppError;
use ledger_app::meant_proposals::Meant;
use ledger_app::policy::Action;
use ledger_app::proposals_waiting;
use ledger_app::proposals_waiting::WaitingPaper;
use ledger_app::proposals_waiting::WaitingPapers;
use ledger_app::signing::open_key;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::terms::PaperTerms;

use crate::answer::Answer;
use crate::approval_run;
use crate::dates;
use crate::forms::Form;
use crate::layout::Banner;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::layout::Tone;
use crate::pages::proposals::AllWaiting;
use crate::pages::proposals::Proposal;
use crate::pages::proposals::Proposals;
use crate::pages::receipt::Receipt;
use crate::posted::Posted;
use crate::refusal;
use crate::session::Signed;
use crate::terms_words;
use crate::words::money;
use crate::words::totals;

pub(crate) const HERE: &str = "/treasury/proposals";

/// Papers on a page, and so the most that are ticked one by one; all that wait are approved
/// together, however many.
const PAGE: i64 = 500;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/treasury/proposals", web::get().to(page))
        .route("/treasury/proposals/approve", web::post().to(approve))
        .route(
            "/treasury/proposals/approve-all",
            web::post().to(approve_all),
        )
        .route("/treasury/proposals/return", web::post().to(send_back))
        .route(
            "/treasury/proposals/return-all",
            web::post().to(send_all_back),
        );
}

async fn page(who: Signed, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let mut form = Form::default();
    for (name, value) in query.into_inner() {
        if name == "after" {
            form.push(&name, &value);
        }
    }
    who.answer(move |who| who.page(&view(who, form)?)).await
}

/// The paper after which the page begins; the first page without one.
fn after(form: &Form) -> Result<Option<PaperId>, AppError> {
    match form.text("after") {
        "" => Ok(None),
        id => PaperId::parse(id)
            .map(Some)
            .map_err(|_not_hex| AppError::NotFound),
    }
}

/// Each set of terms that papers of the page have, most papers first.
fn terms(who: &Signed, page: &[WaitingPaper]) -> Vec<(String, Vec<Fact>)> {
    let mut sets: Vec<(PaperTerms, Currency, usize)> = Vec::new();
    for paper in page {
        let known = |set: &&mut (PaperTerms, Currency, usize)| {
            (set.0, set.1) == (paper.terms, paper.currency)
        };
        match sets.iter_mut().find(known) {
            Some(set) => set.2 = set.2.saturating_add(1),
            None => sets.push((paper.terms, paper.currency, 1)),
        }
    }
    sets.sort_by_key(|set| std::cmp::Reverse(set.2));
    sets.iter()
        .map(|(terms, currency, papers)| {
            let title = who.lang.text_with("proposals-terms", &[("papers", papers)]);
            (title, terms_words::lines(who.lang, terms, *currency))
        })
        .collect()
}

fn view(who: &Signed, form: Form) -> Result<Proposals, AppError> {
    let from = after(&form)?;
    let waiting = proposals_waiting::view(&who.portal.app, &who.principal, from, PAGE)?;
    let shown = u64::try_from(waiting.page.len()).unwrap_or(u64::MAX);
    let may = who.principal.may(Action::ApproveIssue).is_ok();
    Ok(Proposals {
        shell: who.shell()?,
        total: who.lang.text_with(
            "proposals-total",
            &[
                ("papers", &waiting.papers),
                ("total", &totals(&waiting.total)),
            ],
        ),
        past_clock: (waiting.past_clock.debts > 0).then(|| {
            let total = totals(&waiting.past_clock.amount);
            let count = waiting.past_clock.debts;
            who.lang
                .text_with("clock-proposed", &[("count", &count), ("total", &total)])
        }),
        terms: terms(who, &waiting.page),
        next: waiting.next.map(|paper| paper.to_string()),
        after: form.text("after").to_owned(),
        // Signed as a whole is what was shown as a whole: their number and their sum.
        all: (may && waiting.papers > shown).then(|| AllWaiting {
            as_of: waiting.as_of.to_rfc3339(),
            papers: waiting.papers.to_string(),
            back: who
                .lang
                .text_with("do-return-all", &[("papers", &waiting.papers)]),
            submit: who.lang.text_with(
                "do-approve-all",
                &[
                    ("papers", &waiting.papers),
                    ("total", &totals(&waiting.total)),
                ],
            ),
        }),
        deed: may.then(|| deed(who, &waiting)),
        proposals: waiting.page.iter().map(|paper| line(who, paper)).collect(),
        form,
    })
}

fn line(who: &Signed, paper: &WaitingPaper) -> Proposal {
    let over = paper.clock.map(|clock| clock.days_over(paper.due_date));
    Proposal {
        clock: over
            .map(|over| match u64::try_from(over) {
                Ok(days) if days > 0 => who.lang.text_with("clock-paper-over", &[("days", &days)]),
                _ => who.lang.text("clock-paper-within"),
            })
            .unwrap_or_default(),
        past_clock: over.is_some_and(|over| over > 0),
        id: paper.paper.to_string(),
        payee: paper.payee.clone(),
        invoices: crate::words::paper_number(&paper.number),
        amount: money(paper.face, paper.currency),
        maturity: dates::long(paper.due_date, who.lang),
        maker: format!(
            "{} · {}",
            paper.maker_name,
            dates::moment(paper.made_at, who.lang)
        ),
        own: who.principal.user == Some(paper.maker),
    }
}

fn deed(who: &Signed, waiting: &WaitingPapers) -> Signing {
    let lang = who.lang;
    Signing {
        action: format!("{HERE}/approve"),
        statement: lang.text("approve-statement"),
        facts: vec![
            Fact::new(lang.text("obligor"), who.principal.party_name.clone()),
            Fact::new(lang.text("papers-waiting"), waiting.papers.to_string()),
            Fact::new(lang.text("face"), totals(&waiting.total)),
        ],
        consequences: vec![
            lang.text("approve-follows"),
            lang.text("approve-follows-mail"),
        ],
        submit: lang.text("do-approve"),
        hidden: Vec::new(),
    }
}

/// The papers that were ticked.
fn ticked(form: &mut Form) -> Result<Vec<PaperId>, AppError> {
    let papers: Vec<PaperId> = form
        .all("proposal")
        .iter()
        .filter_map(|id| PaperId::parse(id).ok())
        .collect();
    if papers.is_empty() {
        form.refuse("proposal", "missing");
        return Err(AppError::invalid_field(
            "proposal",
            "nothing_chosen",
            "choose papers",
        ));
    }
    Ok(papers)
}

async fn approve(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            who.principal.may(Action::ApproveIssue)?;
            match approved(who, &mut form) {
                Ok(answer) => Ok(answer),
                Err(error) => again(who, error, form),
            }
        })
        .await
}

async fn approve_all(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, form| {
            who.principal.may(Action::ApproveIssue)?;
            match approval_run::start(who, &form) {
                Ok(answer) => Ok(answer),
                Err(error) => again(who, error, form),
            }
        })
        .await
}

fn again(who: &Signed, error: AppError, form: Form) -> Result<Answer, AppError> {
    let who = who.at(HERE).refused(error)?;
    who.page_again(&view(&who, form)?)
}

fn approved(who: &Signed, form: &mut Form) -> Result<Answer, AppError> {
    let app = &who.portal.app;
    let papers = ticked(form)?;
    let signer = open_key(app, &who.principal, form.passphrase("passphrase"))?;
    let done = approve_issue::run(app, &who.principal, &signer, &Meant::Papers(papers))?;
    if done.issued == 0 {
        return none_issued(who, &done, std::mem::take(form));
    }
    receipt(who, &done)
}

/// Every paper was refused: the page again, with the first reason over it.
fn none_issued(who: &Signed, done: &Approved, form: Form) -> Result<Answer, AppError> {
    let code = done
        .refused_by_code
        .keys()
        .next()
        .copied()
        .unwrap_or("unknown_proposal");
    let who = who.at(HERE).with_banner(Banner {
        tone: Tone::Refused,
        title: who.lang.text(&refusal::title_key(code)),
        advice: who.lang.text(&refusal::advice_key(code)),
        code: code.to_owned(),
    });
    who.page_again(&view(&who, form)?)
}

/// What was issued and what was refused, with the reasons.
pub(crate) fn receipt(who: &Signed, done: &Approved) -> Result<Answer, AppError> {
    let lang = who.lang;
    let mut facts = vec![Fact::new(
        lang.text("papers-issued"),
        done.issued.to_string(),
    )];
    facts.extend(
        done.refused_by_code.iter().map(|(code, count)| {
            Fact::new(lang.text(&refusal::title_key(code)), count.to_string())
        }),
    );
    who.page(&Receipt {
        shell: who.at(HERE).shell()?,
        title: lang.text_with("approved-title", &[("papers", &done.issued)]),
        amount: totals(&done.total),
        next: lang.text("approve-follows-mail"),
        facts,
        links: vec![
            (lang.text("nav-papers"), "/treasury/papers".to_owned()),
            (lang.text("nav-proposals"), HERE.to_owned()),
        ],
    })
}

async fn send_back(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            who.principal.may(Action::ApproveIssue)?;
            let meant = ticked(&mut form).map(Meant::Papers);
            sent_back(who, meant, form)
        })
        .await
}

async fn send_all_back(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, form| {
            who.principal.may(Action::ApproveIssue)?;
            let meant = approval_run::seen(&form).map(Meant::Waiting);
            sent_back(who, meant, form)
        })
        .await
}

/// Nothing is issued; the maker reads the reason in a letter.
fn sent_back(
    who: &Signed,
    meant: Result<Meant, AppError>,
    mut form: Form,
) -> Result<Answer, AppError> {
    let app = &who.portal.app;
    let reason = form.text("reason").to_owned();
    let done = meant.and_then(|meant| decline_issue::because(app, &who.principal, &meant, &reason));
    match done {
        Ok(_declined) => Ok(Answer::see_other(HERE)),
        Err(error) => {
            if let AppError::Invalid {
                field: Some("reason"),
                ..
            } = error
            {
                form.refuse("reason", "missing");
            }
            again(who, error, form)
        }
    }
}
