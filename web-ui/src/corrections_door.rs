//! Corrections: one side of a transfer says that it was a mistake, the other signs too or says no.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::answer_correction;
use ledger_app::corrections_view;
use ledger_app::corrections_view::CorrectionState;
use ledger_app::corrections_view::ShownCorrection;
use ledger_app::corrections_view::TransferSide;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::propose_correction;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::back_to_page::WithWord;
use crate::back_to_page::back;
use crate::back_to_page::with_word;
use crate::blame::blame;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::corrections::Corrections;
use crate::pages::deed_card::DeedCard;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::fragment;
use crate::words;

const HERE: &str = "/corrections";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route("/fragments/{fragment}/correct", web::post().to(propose))
        .route("/corrections/{correction}/sign", web::post().to(sign))
        .route("/corrections/{correction}/decline", web::post().to(decline))
        .route(
            "/corrections/{correction}/withdraw",
            web::post().to(withdraw),
        );
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, &Form::default(), "")?))
        .await
}

/// The page; `of` is the correction whose own form was typed into.
fn view(who: &Signed, form: &Form, of: &str) -> Result<Corrections, AppError> {
    let found = corrections_view::list(&who.portal.app, &who.principal)?;
    let list = found.iter().map(|one| {
        let own = one.sides.correction.id.to_string() == of;
        card(who, one, if own { form.clone() } else { Form::default() })
    });
    Ok(Corrections {
        list: list.collect(),
        shell: who.shell()?,
    })
}

fn card(who: &Signed, one: &ShownCorrection, form: Form) -> DeedCard {
    let (lang, correction) = (who.lang, &one.sides.correction);
    let (state, state_class) = state(one);
    let may = who.principal.may(Action::CorrectTransfer).is_ok();
    let answers = one.asked && may;
    let at = |act: &str| format!("{HERE}/{}/{act}", correction.id);
    DeedCard {
        id: correction.id.to_string(),
        kind: lang.text(match one.side {
            TransferSide::Holder => "correction-kind-give",
            TransferSide::Giver => "correction-kind-take",
        }),
        made: dates::moment(correction.created_at, lang),
        what: what(who, one),
        facts: facts(who, one),
        state: lang.text(state),
        state_class,
        word: correction.word.clone(),
        deed: answers.then(|| Signing {
            action: at("sign"),
            statement: what(who, one),
            facts: facts(who, one),
            consequences: follows(who, one.side),
            submit: lang.text("correction-sign"),
            hidden: Vec::new(),
        }),
        choice: None,
        refuse: if answers {
            (at("decline"), lang.text("correction-decline"))
        } else {
            Default::default()
        },
        withdraw: if one.takes_back && may {
            at("withdraw")
        } else {
            String::new()
        },
        form,
    }
}

fn what(who: &Signed, one: &ShownCorrection) -> String {
    let (key, other) = match one.side {
        TransferSide::Holder => ("correction-what-give", &one.sides.giver),
        TransferSide::Giver => ("correction-what-take", &one.sides.holder),
    };
    let held = &one.sides.held;
    let amount = words::money(held.fragment.range.amount(), held.paper.paper.currency);
    who.lang
        .text_with(key, &[("other", &other.name), ("amount", &amount)])
}

fn follows(who: &Signed, side: TransferSide) -> Vec<String> {
    let keys = match side {
        TransferSide::Holder => ["correction-follows-give", "correction-follows-both"],
        TransferSide::Giver => ["correction-follows-take", "correction-follows-both"],
    };
    keys.map(|key| who.lang.text(key)).to_vec()
}

fn facts(who: &Signed, one: &ShownCorrection) -> Vec<Fact> {
    let (lang, held) = (who.lang, &one.sides.held);
    let paper = &held.paper.paper;
    let amount = words::money(held.fragment.range.amount(), paper.currency);
    let proposer = if one.sides.proposed_by() == TransferSide::Giver {
        &one.sides.giver
    } else {
        &one.sides.holder
    };
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    vec![
        fact("paper", words::paper_number(&paper.number)),
        fact("obligor", held.obligor.name.clone()),
        fact("range", held.fragment.range.to_string()),
        fact("correction-amount", amount),
        fact(
            "correction-passed-on",
            dates::long(held.fragment.since, lang),
        ),
        fact("correction-reason", one.sides.correction.reason.clone()),
        fact("correction-by", proposer.name.clone()),
    ]
}

/// Key of its words, class of its dot.
const fn state(one: &ShownCorrection) -> (&'static str, &'static str) {
    match one.sides.correction.state {
        CorrectionState::Open if one.over => ("correction-state-over", "off"),
        CorrectionState::Open if one.asked => ("correction-state-asked", "waiting"),
        CorrectionState::Open => ("correction-state-open", "waiting"),
        CorrectionState::Declined => ("correction-state-declined", "bad"),
        CorrectionState::Withdrawn => ("correction-state-withdrawn", "off"),
        CorrectionState::Effective => ("correction-state-effective", "ok"),
    }
}

fn after(
    who: &Signed,
    form: Form,
    of: Uuid,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    back(who, form, (HERE, &[]), done, |who, form| {
        view(who, &form, &of.to_string())
    })
}

async fn propose(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let (app, person) = (&who.portal.app, &who.principal);
            let reason = form.text("reason").to_owned();
            // Before anything is said about a passphrase: whose fragment it is.
            let done = propose_correction::prepare(app, person, &id, &reason).and_then(|to_sign| {
                let signer = signing::open_key(app, person, form.passphrase("passphrase"))?;
                let (what, with) = ((id.as_str(), reason.as_str()), With::With(&signer));
                propose_correction::submit(app, person, what, &to_sign.body, &with, None)
            });
            match done {
                Ok(_proposed) => Ok(Answer::see_other(HERE)),
                Err(error @ (AppError::NotFound | AppError::Forbidden { .. })) => Err(error),
                Err(error) => {
                    blame(&mut form, &error, &[("word_too_long", "reason")]);
                    fragment::again(who, &id, form, "correct", Some(error))
                }
            }
        })
        .await
}

async fn sign(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person, of) = (&who.portal.app, &who.principal, id_in_path(&at)?);
            person.may(Action::CorrectTransfer)?;
            corrections_view::one(app, person, of)?;
            let done =
                signing::open_key(app, person, form.passphrase("passphrase")).and_then(|signer| {
                    answer_correction::run(app, person, &With::With(&signer), of, None)
                });
            after(who, form, of, done.map(|_corrected| ()))
        })
        .await
}

async fn decline(posted: Posted, at: web::Path<String>) -> HttpResponse {
    with_word(posted, at, answer_correction::decline, after).await
}

async fn withdraw(posted: Posted, at: web::Path<String>) -> HttpResponse {
    let act: WithWord = |app, who, of, _word| propose_correction::withdraw(app, who, of);
    with_word(posted, at, act, after).await
}
