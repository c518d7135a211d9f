//! Agreements on papers: the obligor's two people, then every holder.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::agreements_view;
use ledger_app::agreements_view::AgreementState;
use ledger_app::agreements_view::ListedAgreement;
use ledger_app::app::App;
use ledger_app::approve_agreement;
use ledger_app::cash_choice::ChoiceAsked;
use ledger_app::consent_agreement;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::principal::Principal;
use ledger_app::propose_agreement;
use ledger_app::propose_agreement::Asked;
use ledger_app::propose_agreement::ProposeAgreement;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_core::agreement::Change;
use ledger_core::signature::Signer;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::back_to_page::WithWord;
use crate::back_to_page::back;
use crate::back_to_page::with_word;
use crate::cash_choice_box as choices;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::agreements::Agreements;
use crate::pages::deed_card::DeedCard;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::phrases::query;
use crate::words;

const HERE: &str = "/agreements";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route(HERE, web::post().to(propose))
        .route("/agreements/{id}/approve", web::post().to(approve))
        .route("/agreements/{id}/sign", web::post().to(sign))
        .route("/agreements/{id}/return", web::post().to(send_back))
        .route("/agreements/{id}/decline", web::post().to(decline))
        .route("/agreements/{id}/withdraw", web::post().to(withdraw));
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let asked = query(who);
        let mut form = Form::default();
        let paper = asked.text("paper");
        if !paper.is_empty() {
            form.push("paper", paper);
        }
        who.page(&view(who, form, None)?)
    })
    .await
}

/// The page; `of` is the agreement whose own form was typed into, if it is not the form of a new one.
fn view(who: &Signed, form: Form, of: Option<Uuid>) -> Result<Agreements, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let listed = agreements_view::list(app, person)?;
    let mut choices = HashMap::new();
    for one in listed.iter().filter(|one| asks(who, one)) {
        choices.insert(
            one.id,
            consent_agreement::choice_asked(app, person, one.id)?,
        );
    }
    let proposes = person.may(Action::ProposeAgreement).is_ok();
    Ok(Agreements {
        shell: who.shell()?,
        proposes,
        open: of.is_none() && (!form.errors().is_empty() || !form.text("paper").is_empty()),
        list: listed
            .iter()
            .map(|one| {
                let own = of == Some(one.id);
                let choice = choices.remove(&one.id).flatten();
                let form = if own { form.clone() } else { Form::default() };
                card(who, one, choice.as_ref(), form)
            })
            .collect(),
        form: if of.is_none() { form } else { Form::default() },
    })
}

/// Whether the reader may have to choose before it signs.
fn asks(who: &Signed, one: &ListedAgreement) -> bool {
    one.asked
        && matches!(one.change, Change::Extend { .. })
        && who.principal.may(Action::AnswerAgreement).is_ok()
}

fn card(who: &Signed, one: &ListedAgreement, choice: Option<&ChoiceAsked>, form: Form) -> DeedCard {
    let (lang, id) = (who.lang, one.id);
    let (state, state_class) = state(one);
    let waits = one.state == AgreementState::Waiting;
    let decides = one.own
        && waits
        && !one.made_by_reader
        && who.principal.may(Action::ApproveAgreement).is_ok();
    let answers = one.asked && who.principal.may(Action::AnswerAgreement).is_ok();
    let takes_back = one.own
        && matches!(one.state, AgreementState::Waiting | AgreementState::Open)
        && who.principal.may(Action::ProposeAgreement).is_ok();
    let refuse = match (decides, answers) {
        (true, _) => (
            format!("/agreements/{id}/return"),
            lang.text("desk-send-back"),
        ),
        (_, true) => (
            format!("/agreements/{id}/decline"),
            lang.text("agreement-decline"),
        ),
        _ => Default::default(),
    };
    DeedCard {
        id: id.to_string(),
        kind: lang.text(kind(&one.change)),
        made: dates::moment(one.made_at, lang),
        what: what(who, one),
        facts: facts(who, one),
        state: lang.text(state),
        state_class,
        word: one.word.clone(),
        deed: (decides || answers).then(|| deed(who, one, decides)),
        choice: choice
            .filter(|_| !decides)
            .map(|asked| choices::shown(lang, asked)),
        refuse,
        withdraw: if takes_back {
            format!("/agreements/{id}/withdraw")
        } else {
            String::new()
        },
        form,
    }
}

const fn kind(change: &Change) -> &'static str {
    match change {
        Change::Void => "agreement-kind-void",
        Change::Extend { .. } => "agreement-kind-extend",
    }
}

fn what(who: &Signed, one: &ListedAgreement) -> String {
    let amount = words::money(one.amount, one.currency);
    match &one.change {
        Change::Void => who.lang.text_with(
            "agreement-what-void",
            &[("obligor", &one.obligor), ("amount", &amount)],
        ),
        Change::Extend { due_date, .. } => {
            let date = dates::long(*due_date, who.lang);
            who.lang.text_with(
                "agreement-what-extend",
                &[
                    ("obligor", &one.obligor),
                    ("amount", &amount),
                    ("date", &date),
                ],
            )
        }
    }
}

fn facts(who: &Signed, one: &ListedAgreement) -> Vec<Fact> {
    let lang = who.lang;
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let amount = if one.own { "face" } else { "agreement-share" };
    let mut facts = vec![
        fact("paper", words::paper_number(&one.number)),
        fact("obligor", one.obligor.clone()),
        fact(amount, words::money(one.amount, one.currency)),
        fact("due-date", dates::long(one.due_date, lang)),
    ];
    if let Change::Extend {
        maturity, due_date, ..
    } = &one.change
    {
        facts.push(fact("agreement-maturity", dates::long(*maturity, lang)));
        facts.push(fact("agreement-due", dates::long(*due_date, lang)));
    }
    facts.push(fact("agreement-reason", one.reason.clone()));
    facts.push(fact("agreement-by", dates::long(one.consent_by, lang)));
    if one.own {
        facts.push(fact("proposed-by", one.maker.clone()));
    }
    facts
}

fn deed(who: &Signed, one: &ListedAgreement, decides: bool) -> Signing {
    let lang = who.lang;
    let step = if decides { "approve" } else { "sign" };
    let follows = match &one.change {
        Change::Void => "agreement-follows-void",
        Change::Extend { .. } => "agreement-follows-extend",
    };
    Signing {
        action: format!("/agreements/{}/{step}", one.id),
        statement: what(who, one),
        facts: facts(who, one),
        consequences: vec![lang.text("agreement-follows-all"), lang.text(follows)],
        submit: lang.text("agreement-sign"),
        hidden: Vec::new(),
    }
}

/// Key of its words, class of its dot.
fn state(one: &ListedAgreement) -> (&'static str, &'static str) {
    match one.state {
        AgreementState::Waiting => ("agreement-state-waiting", "waiting"),
        AgreementState::Open if one.signed => ("agreement-state-signed", "waiting"),
        AgreementState::Open => ("agreement-state-open", "waiting"),
        AgreementState::Effective => ("agreement-state-effective", "ok"),
        AgreementState::Returned => ("agreement-state-returned", "bad"),
        AgreementState::Withdrawn => ("agreement-state-withdrawn", "off"),
        AgreementState::Declined => ("agreement-state-declined", "bad"),
        AgreementState::Lapsed => ("agreement-state-lapsed", "off"),
    }
}

async fn propose(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            who.principal.may(Action::ProposeAgreement)?;
            let Some(wanted) = read(&mut form) else {
                let who = who.at(HERE);
                return who.page_again(&view(&who, form, None)?);
            };
            let (app, person) = (&who.portal.app, &who.principal);
            let done = signing::open_key(app, person, form.passphrase("passphrase"))
                .and_then(|signer| propose_agreement::run(app, person, &signer, &wanted));
            after(who, form, None, done.map(|_id| ()))
        })
        .await
}

fn read(form: &mut Form) -> Option<ProposeAgreement> {
    let paper = form.required("paper");
    let reason = form.required("reason");
    let consent_by = form.date("consent_by");
    let asked = match form.text("asked") {
        "void" => Some(Asked::Void),
        _extend => form.date("maturity").map(Asked::Extend),
    };
    Some(ProposeAgreement {
        paper: paper?.chars().filter(char::is_ascii_digit).collect(),
        asked: asked?,
        reason: reason?,
        consent_by: consent_by?,
    })
}

/// Back to the page after a new agreement, or after what was done about one.
fn after(
    who: &Signed,
    form: Form,
    of: Option<Uuid>,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    let others = [
        ("impossible_maturity", "maturity"),
        ("tenor_too_long", "maturity"),
    ];
    back(who, form, (HERE, &others), done, |who, form| {
        view(who, form, of)
    })
}

fn after_one(
    who: &Signed,
    form: Form,
    of: Uuid,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    after(who, form, Some(of), done)
}

type Deed = fn(&App, &Principal, &Signer, (Uuid, &Form)) -> Result<(), AppError>;

/// Signs with the person's own key.
async fn with_key(
    posted: Posted,
    at: web::Path<String>,
    action: Action,
    deed: Deed,
) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person, of) = (&who.portal.app, &who.principal, id_in_path(&at)?);
            person.may(action)?;
            // Before anything is said about a passphrase: whose agreement it is.
            agreements_view::one(app, person, of)?;
            let done = signing::open_key(app, person, form.passphrase("passphrase"))
                .and_then(|signer| deed(app, person, &signer, (of, &form)));
            after(who, form, Some(of), done)
        })
        .await
}

async fn approve(posted: Posted, at: web::Path<String>) -> HttpResponse {
    with_key(
        posted,
        at,
        Action::ApproveAgreement,
        |app, who, signer, (of, _form)| approve_agreement::run(app, who, signer, of),
    )
    .await
}

async fn sign(posted: Posted, at: web::Path<String>) -> HttpResponse {
    with_key(
        posted,
        at,
        Action::AnswerAgreement,
        |app, who, signer, (of, form)| {
            let agreed = choices::digest(form)?;
            let with = With::With(signer);
            consent_agreement::run_choosing(app, who, &with, of, agreed).map(|_done| ())
        },
    )
    .await
}

async fn send_back(posted: Posted, at: web::Path<String>) -> HttpResponse {
    with_word(posted, at, approve_agreement::send_back, after_one).await
}

async fn decline(posted: Posted, at: web::Path<String>) -> HttpResponse {
    with_word(posted, at, consent_agreement::decline, after_one).await
}

async fn withdraw(posted: Posted, at: web::Path<String>) -> HttpResponse {
    let act: WithWord = |app, who, of, _word| propose_agreement::withdraw(app, who, of);
    with_word(posted, at, act, after_one).await
}
