//! Standing rates at the desk: one draws them up, another signs them, either takes them back.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::approve_rates;
use ledger_app::error::AppError;
use ledger_app::grade_obligor;
use ledger_app::grade_obligor::WORST_GRADE;
use ledger_app::policy::Action;
use ledger_app::propose_rates;
use ledger_app::proposed_rates;
use ledger_app::proposed_rates::ProposalState;
use ledger_app::proposed_rates::ProposedCard;
use ledger_app::publish_rates;
use ledger_app::rate_cards_view;
use ledger_app::rate_cards_view::OwnCard;
use ledger_app::rate_cards_view::RateCardState;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_core::id::PartyId;
use ledger_core::id::RateCardId;

use super::rate_form;
use super::rate_words;
use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::back_to_page::back;
use crate::dates;
use crate::forms::Form;
use crate::layout::Signing;
use crate::pages::desk::LogLine;
use crate::pages::rates::CardShown;
use crate::pages::rates::Rates;
use crate::pages::rates::WaitingRates;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::phrases::query;

const HERE: &str = "/desk/rates";

/// How many cards are shown.
const SHOWN: i64 = 100;

/// Mounts the pages.
pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route(HERE, web::post().to(propose))
        .route("/desk/rates/grades", web::post().to(grade))
        .route("/desk/rates/rows", web::post().to(more_rows))
        .route("/desk/rates/{card}/withdraw", web::post().to(withdraw))
        .route("/desk/rate-proposals/{proposal}/sign", web::post().to(sign))
        .route(
            "/desk/rate-proposals/{proposal}/return",
            web::post().to(send_back),
        )
        .route(
            "/desk/rate-proposals/{proposal}/withdraw",
            web::post().to(take_back),
        );
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let asked = query(who);
        let like = asked.text("like").to_owned();
        if like.is_empty() {
            return who.page(&view(who, Form::default(), false)?);
        }
        let card = rate_cards_view::one(&who.portal.app, &who.principal, card_id(&like)?)?;
        if !rate_form::holds(&card) {
            let error = AppError::invalid(
                "card_not_for_the_form",
                "this card says more than the form holds; publish the next one as it was published",
            );
            let who = who.at(HERE).refused(error)?;
            return who.page_again(&view(&who, Form::default(), false)?);
        }
        who.page(&view(who, rate_form::like(&card), true)?)
    })
    .await
}

fn card_id(text: &str) -> Result<RateCardId, AppError> {
    RateCardId::parse(text).map_err(|_no_id| AppError::NotFound)
}

fn view(who: &Signed, mut form: Form, open: bool) -> Result<Rates, AppError> {
    let (app, person, lang) = (&who.portal.app, &who.principal, who.lang);
    let proposed = proposed_rates::list(app, person)?;
    let cards = rate_cards_view::list(app, person, None, SHOWN)?.items;
    let graded = grade_obligor::list(app, person)?;
    let obligors: Vec<(String, String)> = graded
        .iter()
        .map(|one| (one.party.to_string(), one.name.clone()))
        .collect();
    let stands = |card: &&OwnCard| {
        card.state == RateCardState::Standing && card.card.valid_until >= who.business_date
    };
    let shown = |card: &OwnCard| rate_words::card(who, card, &obligors);
    let rows = rate_form::typed(lang, &form);
    let grades_open = form.error_key("grade").is_some() || form.error_key("obligor").is_some();
    let open = open || (!form.errors().is_empty() && !grades_open);
    rate_form::usual(who, &mut form);
    Ok(Rates {
        shell: who.shell()?,
        waiting: proposed
            .iter()
            .filter(|one| one.state == ProposalState::Waiting)
            .map(|one| waiting(who, one, &obligors))
            .collect(),
        standing: rate_cards_view::standing(app, person)?
            .iter()
            .map(shown)
            .collect(),
        over: cards
            .iter()
            .filter(|card| !stands(card))
            .map(shown)
            .collect(),
        log: proposed.iter().map(|one| log(who, one)).collect(),
        proposes: person.may(Action::ProposeRates).is_ok(),
        open,
        rows,
        graded: graded
            .iter()
            .filter_map(|one| {
                let grade = one.grade.as_ref()?;
                Some(LogLine {
                    when: dates::moment(grade.since, lang),
                    what: grade.grade.to_string(),
                    who: one.name.clone(),
                    word: grade.note.clone(),
                })
            })
            .collect(),
        grades_open,
        grades: (1..=WORST_GRADE).map(|grade| grade.to_string()).collect(),
        obligors,
        form,
    })
}

fn waiting(who: &Signed, one: &ProposedCard, obligors: &[(String, String)]) -> WaitingRates {
    let lang = who.lang;
    let decides = !one.own && who.principal.may(Action::ApproveRates).is_ok();
    let card: CardShown = rate_words::proposed(who, one, obligors);
    WaitingRates {
        id: one.id.to_string(),
        maker: one.maker.clone(),
        made: dates::moment(one.made_at, lang),
        word: one.word.clone(),
        own: one.own,
        decides,
        deed: decides.then(|| Signing {
            action: format!("/desk/rate-proposals/{}/sign", one.id),
            statement: lang.text_with("rates-deed", &[("dates", &card.dates)]),
            facts: card.facts.clone(),
            consequences: vec![lang.text("rates-deed-binds"), lang.text("rates-deed-four")],
            submit: lang.text("rates-deed-sign"),
            hidden: Vec::new(),
        }),
        card,
    }
}

fn log(who: &Signed, one: &ProposedCard) -> LogLine {
    let lang = who.lang;
    let dates = rate_words::dates(lang, &one.whole.card);
    match &one.decision {
        None => LogLine {
            when: dates::moment(one.made_at, lang),
            what: lang.text_with("rates-log", &[("dates", &dates)]),
            who: one.maker.clone(),
            word: one.word.clone(),
        },
        Some(decision) => LogLine {
            when: dates::moment(decision.decided_at, lang),
            what: lang.text_with(
                &format!("rates-log-{}", decision.verdict.word()),
                &[("dates", &dates)],
            ),
            who: decision.decider_name.clone(),
            word: decision.word.clone(),
        },
    }
}

/// Grades an obligor that nobody has asked about yet: the rows of a card may ask for its grade.
async fn grade(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            let (app, person) = (&who.portal.app, &who.principal);
            person.may(Action::GradeObligor)?;
            let obligor = PartyId::parse(form.text("obligor")).ok();
            let grade = form.text("grade").parse::<u8>().ok();
            for (name, there) in [("obligor", obligor.is_some()), ("grade", grade.is_some())] {
                if !there {
                    form.refuse(name, "missing");
                }
            }
            let (Some(obligor), Some(grade)) = (obligor, grade) else {
                let who = who.at(HERE);
                return who.page_again(&view(&who, form, false)?);
            };
            let done = grade_obligor::set(app, person, obligor, grade, form.text("why"));
            after(who, form, done)
        })
        .await
}

async fn more_rows(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, form| {
            who.principal.may(Action::ProposeRates)?;
            let who = who.at(HERE);
            who.page(&view(&who, rate_form::one_more(form), true)?)
        })
        .await
}

async fn propose(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            // Before anything is said about the fields: who may not propose learns nothing of them.
            who.principal.may(Action::ProposeRates)?;
            let Some(terms) = rate_form::read(&mut form) else {
                let who = who.at(HERE);
                return who.page_again(&view(&who, form, true)?);
            };
            let word = form.text("word").to_owned();
            let done = propose_rates::run(&who.portal.app, &who.principal, &terms, &word);
            after(who, form, done.map(|_proposal| ()))
        })
        .await
}

fn after(who: &Signed, form: Form, done: Result<(), AppError>) -> Result<Answer, AppError> {
    let others = [
        ("word_missing", "word"),
        ("word_too_long", "word"),
        ("card_dates_not_possible", "valid_until"),
        ("quote_minutes_not_possible", "minutes"),
        ("payout_lag_not_possible", "lag"),
    ];
    let typed = !form.text("rows").is_empty();
    back(who, form, (HERE, &others), done, |who, form| {
        view(who, form, typed)
    })
}

async fn sign(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            person.may(Action::ApproveRates)?;
            let id = id_in_path(&at)?;
            let done = signing::open_key(app, person, form.passphrase("passphrase"))
                .and_then(|signer| approve_rates::run(app, person, id, &With::With(&signer)));
            after(who, form, done.map(|_published| ()))
        })
        .await
}

async fn send_back(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            let done = approve_rates::send_back(app, person, id_in_path(&at)?, form.text("word"));
            after(who, form, done)
        })
        .await
}

async fn take_back(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let done = propose_rates::withdraw(&who.portal.app, &who.principal, id_in_path(&at)?);
            after(who, form, done)
        })
        .await
}

/// Takes a card back: no new quote follows from it.
async fn withdraw(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let done = publish_rates::withdraw(&who.portal.app, &who.principal, card_id(&at)?);
            after(who, form, done)
        })
        .await
}
