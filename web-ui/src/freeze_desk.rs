//! Orders to freeze at the operator's: one person enters them, another decides.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::decide_freeze;
use ledger_app::error::AppError;
use ledger_app::freezes_view;
use ledger_app::freezes_view::FreezeKind;
use ledger_app::freezes_view::ListedFreeze;
use ledger_app::freezes_view::ProposalState;
use ledger_app::policy::Action;
use ledger_app::propose_freeze;
use ledger_app::propose_freeze::FreezeScope;
use ledger_app::propose_freeze::ProposeFreeze;
use ledger_app::propose_freeze::ProposeLift;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::back_to_page::back;
use crate::dates;
use crate::forms::Form;
use crate::forms::plain_amount;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::freezes::FreezeCard;
use crate::pages::freezes::Freezes;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

const HERE: &str = "/operator/freezes";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route(HERE, web::post().to(enter))
        .route("/operator/freezes/{id}/decide", web::post().to(decide))
        .route("/operator/freezes/{id}/return", web::post().to(send_back))
        .route("/operator/freezes/{id}/withdraw", web::post().to(take_back))
        .route("/operator/freezes/{id}/lift", web::post().to(lift));
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, Form::default(), None)?))
        .await
}

/// The page; `of` is the order whose own form was typed into, if it is not the form of a new one.
fn view(who: &Signed, form: Form, of: Option<Uuid>) -> Result<Freezes, AppError> {
    let (app, person, lang) = (&who.portal.app, &who.principal, who.lang);
    let listed = freezes_view::list(app, person)?;
    let shown = |one: &ListedFreeze| {
        let typed = if of == Some(one.id) {
            form.clone()
        } else {
            Form::default()
        };
        card(lang, one, typed)
    };
    let waits = |one: &&ListedFreeze| one.state == ProposalState::Waiting;
    Ok(Freezes {
        shell: who.shell()?,
        open: of.is_none() && !form.errors().is_empty(),
        holders: freezes_view::holders(app, person)?
            .into_iter()
            .map(|(id, name)| (id.to_string(), name))
            .collect(),
        waiting: listed.iter().filter(waits).map(shown).collect(),
        standing: listed
            .iter()
            .filter(|one| one.stands())
            .map(shown)
            .collect(),
        over: listed
            .iter()
            .filter(|one| one.state != ProposalState::Waiting && !one.stands())
            .map(shown)
            .collect(),
        form: if of.is_none() { form } else { Form::default() },
    })
}

fn card(lang: Lang, one: &ListedFreeze, form: Form) -> FreezeCard {
    let (state, state_class) = state(one);
    FreezeCard {
        id: one.id.to_string(),
        kind: lang.text(match one.kind {
            FreezeKind::Freeze => "freeze-kind-freeze",
            FreezeKind::Lift => "freeze-kind-lift",
        }),
        made: dates::moment(one.made_at, lang),
        what: what(lang, one),
        facts: facts(lang, one),
        word: one.word.clone(),
        maker: one.maker.clone(),
        own: one.own,
        state: lang.text(state),
        state_class,
        decided: one.decision.as_ref().map_or_else(String::new, |decision| {
            let who = &decision.decider_name;
            match decision.word.as_str() {
                "" => who.clone(),
                word => format!("{who}: {word}"),
            }
        }),
        form,
    }
}

/// What an order reaches, in a sentence.
fn what(lang: Lang, one: &ListedFreeze) -> String {
    let paper = one.paper.as_deref().map(words::paper_number);
    match (&one.lifts, &one.holder, &paper, one.amount) {
        (Some(lifts), ..) => lang.text_with("freeze-what-lift", &[("reference", lifts)]),
        (_, Some(holder), Some(paper), Some((amount, currency))) => lang.text_with(
            "freeze-what-part",
            &[
                ("amount", &words::money(amount, currency)),
                ("holder", holder),
                ("paper", paper),
            ],
        ),
        (_, _, Some(paper), _) => lang.text_with("freeze-what-paper", &[("paper", paper)]),
        (_, holder, _, _) => {
            let holder = holder.clone().unwrap_or_default();
            lang.text_with("freeze-what-holder", &[("holder", &holder)])
        }
    }
}

fn facts(lang: Lang, one: &ListedFreeze) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let mut facts = vec![
        fact("freeze-authority", one.authority.clone()),
        fact("freeze-reference", one.reference.clone()),
    ];
    if let Some(until) = one.until {
        facts.push(fact("freeze-until", dates::long(until, lang)));
    }
    if one.stands() {
        let sums: Vec<String> = one
            .holds
            .iter()
            .map(|(amount, currency)| words::money(*amount, *currency))
            .collect();
        let held = lang.text_with("freeze-holds-count", &[("count", &one.fragments)]);
        let value = if sums.is_empty() {
            held
        } else {
            format!("{} · {held}", sums.join(", "))
        };
        facts.push(fact("freeze-holds", value));
    }
    if let Some(ended) = one.ended_on {
        facts.push(fact("freeze-ended-on", dates::long(ended, lang)));
    }
    facts
}

/// Key of its words, class of its dot.
fn state(one: &ListedFreeze) -> (&'static str, &'static str) {
    match (one.kind, one.state) {
        (_, ProposalState::Waiting) => ("freeze-state-waiting", "waiting"),
        (_, ProposalState::Returned) => ("freeze-state-returned", "bad"),
        (_, ProposalState::Withdrawn) => ("freeze-state-withdrawn", "off"),
        (FreezeKind::Lift, ProposalState::Approved) => ("freeze-state-lifted", "off"),
        (FreezeKind::Freeze, ProposalState::Approved) if one.stands() => {
            ("freeze-state-stands", "ok")
        }
        (FreezeKind::Freeze, ProposalState::Approved) => ("freeze-state-ended", "off"),
    }
}

async fn enter(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            // Before anything is said about the fields: who may not propose learns nothing of them.
            who.principal.may(Action::ProposeFreeze)?;
            let Some(order) = read(&mut form) else {
                let who = who.at(HERE);
                return who.page_again(&view(&who, form, None)?);
            };
            let done = propose_freeze::run(&who.portal.app, &who.principal, &order);
            after(who, form, None, done.map(|_id| ()))
        })
        .await
}

/// An order as typed; none if something is missing.
fn read(form: &mut Form) -> Option<ProposeFreeze> {
    let authority = form.required("authority");
    let reference = form.required("reference");
    let until = form.date("until");
    let scope = match form.text("scope") {
        "paper" => form.required("paper").map(FreezeScope::Paper),
        "holder" => holder(form).map(FreezeScope::Holder),
        _part => {
            let (holder, paper, amount) = (
                holder(form),
                form.required("paper"),
                form.required("amount"),
            );
            match (holder, paper, amount) {
                (Some(holder), Some(paper), Some(amount)) => Some(FreezeScope::Part {
                    holder,
                    paper,
                    amount: plain_amount(&amount),
                }),
                _ => None,
            }
        }
    };
    Some(ProposeFreeze {
        authority: authority?,
        reference: reference?,
        scope: scope?,
        until: until?,
        word: form.text("word").to_owned(),
    })
}

fn holder(form: &mut Form) -> Option<PartyId> {
    let found = PartyId::parse(form.text("holder")).ok();
    if found.is_none() {
        form.refuse("holder", "missing");
    }
    found
}

/// Back to the page after a new order, or after what was done about one.
fn after(
    who: &Signed,
    form: Form,
    of: Option<Uuid>,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    let others = [("order_ended", "until")];
    back(who, form, (HERE, &others), done, |who, form| {
        view(who, form, of)
    })
}

async fn decide(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let of = id_in_path(&at)?;
            let done = decide_freeze::run(&who.portal.app, &who.principal, of);
            after(who, form, Some(of), done.map(|_count| ()))
        })
        .await
}

async fn send_back(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person, of) = (&who.portal.app, &who.principal, id_in_path(&at)?);
            let done = decide_freeze::send_back(app, person, of, form.text("word"));
            after(who, form, Some(of), done)
        })
        .await
}

async fn take_back(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let of = id_in_path(&at)?;
            let done = propose_freeze::withdraw(&who.portal.app, &who.principal, of);
            after(who, form, Some(of), done)
        })
        .await
}

async fn lift(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let of = id_in_path(&at)?;
            let order = ProposeLift {
                freeze: of,
                authority: form.text("authority").to_owned(),
                reference: form.text("reference").to_owned(),
                word: form.text("word").to_owned(),
            };
            let done = propose_freeze::lift(&who.portal.app, &who.principal, &order);
            after(who, form, Some(of), done.map(|_id| ()))
        })
        .await
}
