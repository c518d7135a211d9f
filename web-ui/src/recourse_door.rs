//! Recourse: the holder of a fragment in default turns to the party before, which pays or says why not.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::answer_recourse;
use ledger_app::claim_recourse;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::recourse_view;
use ledger_app::recourse_view::ClaimSide;
use ledger_app::recourse_view::ClaimState;
use ledger_app::recourse_view::ShownClaim;
use ledger_app::recourse_view::ShownRight;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::back_to_page::WithWord;
use crate::back_to_page::back;
use crate::back_to_page::with_word;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::deed_card::DeedCard;
use crate::pages::recourse::Recourse;
use crate::pages::recourse::RightCard;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::phrases;
use crate::words;

const HERE: &str = "/recourse";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route("/fragments/{fragment}/claim", web::post().to(claim))
        .route("/recourse/{claim}/pay", web::post().to(pay))
        .route("/recourse/{claim}/dispute", web::post().to(dispute))
        .route("/recourse/{claim}/withdraw", web::post().to(withdraw));
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, &Form::default(), "")?))
        .await
}

/// The page; `of` is the fragment or the claim whose own form was typed into.
fn view(who: &Signed, form: &Form, of: &str) -> Result<Recourse, AppError> {
    let found = recourse_view::list(&who.portal.app, &who.principal)?;
    let form_of = |id: &str| {
        if id == of {
            form.clone()
        } else {
            Form::default()
        }
    };
    Ok(Recourse {
        shell: who.shell()?,
        rights: found
            .rights
            .iter()
            .map(|one| right(who, one, form_of(&one.fragment)))
            .collect(),
        list: found
            .claims
            .iter()
            .map(|one| card(who, one, form_of(&one.sides.claim.id.to_string())))
            .collect(),
    })
}

fn right(who: &Signed, one: &ShownRight, form: Form) -> RightCard {
    let (lang, paper) = (who.lang, &one.right.held.paper.paper);
    let due = words::money(one.due, paper.currency);
    let obligor = &one.right.held.obligor.name;
    let what = lang.text_with(
        "recourse-right",
        &[
            ("giver", &one.giver),
            ("amount", &due),
            ("obligor", obligor),
        ],
    );
    let mode = phrases::recourse(lang, one.right.leg.recourse, paper.currency);
    let range = one.right.held.fragment.range;
    let may = who.principal.may(Action::ClaimRecourse).is_ok() && !one.due.is_zero();
    RightCard {
        fragment: one.fragment.clone(),
        deed: may.then(|| Signing {
            action: format!("/fragments/{}/claim", one.fragment),
            statement: lang.text_with("recourse-claim-deed", &[("giver", &one.giver)]),
            facts: vec![
                Fact::new(lang.text("paper"), words::paper_number(&paper.number)),
                Fact::new(lang.text("range"), range.to_string()),
                Fact::new(
                    lang.text("recourse-part"),
                    words::money(range.amount(), paper.currency),
                ),
                Fact::new(lang.text("recourse-due-now"), due),
                Fact::new(lang.text("recourse"), mode),
            ],
            consequences: vec![
                lang.text("recourse-claim-follows"),
                lang.text("recourse-claim-follows-late"),
            ],
            submit: lang.text("recourse-claim-do"),
            hidden: Vec::new(),
        }),
        what,
        form,
    }
}

fn card(who: &Signed, one: &ShownClaim, form: Form) -> DeedCard {
    let (lang, claim) = (who.lang, &one.sides.claim);
    let (state, state_class) = state(one);
    let stands = matches!(one.state, ClaimState::Open | ClaimState::Disputed);
    let (kind, other, what) = match one.side {
        ClaimSide::Claimant => (
            "recourse-kind-claimed",
            &one.sides.against,
            "recourse-what-claimed",
        ),
        ClaimSide::Payer => (
            "recourse-kind-asked",
            &one.sides.claimant,
            "recourse-what-asked",
        ),
    };
    let pays =
        stands && one.side == ClaimSide::Payer && who.principal.may(Action::AnswerRecourse).is_ok();
    let withdraws = stands
        && one.side == ClaimSide::Claimant
        && who.principal.may(Action::ClaimRecourse).is_ok();
    let at = |act: &str| format!("/recourse/{}/{act}", claim.id);
    let currency = one.sides.held.paper.paper.currency;
    let amount = one.amount.map(|amount| words::money(amount, currency));
    let what = lang.text_with(
        what,
        &[
            ("other", &other.name),
            ("obligor", &one.sides.held.obligor.name),
        ],
    );
    DeedCard {
        id: claim.id.to_string(),
        kind: lang.text(kind),
        made: dates::moment(claim.created_at, lang),
        facts: facts(who, one, amount.clone()),
        state: lang.text(state),
        state_class,
        word: claim.word.clone(),
        deed: (pays && amount.is_some()).then(|| Signing {
            action: at("pay"),
            statement: lang.text_with(
                "recourse-pay-deed",
                &[
                    ("other", &other.name),
                    ("amount", &amount.clone().unwrap_or_default()),
                ],
            ),
            facts: facts(who, one, amount),
            consequences: vec![
                lang.text("recourse-pay-follows"),
                lang.text("recourse-pay-follows-right"),
            ],
            submit: lang.text("recourse-pay-do"),
            hidden: Vec::new(),
        }),
        choice: None,
        refuse: if pays {
            (at("dispute"), lang.text("recourse-dispute"))
        } else {
            Default::default()
        },
        withdraw: if withdraws {
            at("withdraw")
        } else {
            String::new()
        },
        what,
        form,
    }
}

fn facts(who: &Signed, one: &ShownClaim, amount: Option<String>) -> Vec<Fact> {
    let (lang, held) = (who.lang, &one.sides.held);
    let paper = &held.paper.paper;
    let range = one.sides.range().map(|range| range.to_string());
    let mut facts = vec![
        Fact::new(lang.text("paper"), words::paper_number(&paper.number)),
        Fact::new(lang.text("obligor"), held.obligor.name.clone()),
        Fact::new(lang.text("range"), range.unwrap_or_default()),
        Fact::new(lang.text("due-date"), dates::long(paper.due_date, lang)),
    ];
    if let Some(amount) = amount {
        let key = match one.state {
            ClaimState::Agreed | ClaimState::Paid | ClaimState::Unpaid => "recourse-sum",
            _ => "recourse-due-now",
        };
        facts.push(Fact::new(lang.text(key), amount));
    }
    facts
}

/// Key of its words, class of its dot.
const fn state(one: &ShownClaim) -> (&'static str, &'static str) {
    match one.state {
        ClaimState::Open => ("recourse-state-open", "waiting"),
        ClaimState::Disputed => ("recourse-state-disputed", "bad"),
        ClaimState::Withdrawn => ("recourse-state-withdrawn", "off"),
        ClaimState::Agreed => ("recourse-state-agreed", "waiting"),
        ClaimState::Paid => ("recourse-state-paid", "ok"),
        ClaimState::Unpaid => ("recourse-state-unpaid", "bad"),
        ClaimState::Lapsed => ("recourse-state-lapsed", "off"),
    }
}

/// Back to the page after what was done about a fragment or a claim: `of` names it.
fn after(
    who: &Signed,
    form: Form,
    of: &str,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    back(who, form, (HERE, &[]), done, |who, form| {
        view(who, &form, of)
    })
}

fn after_claim(
    who: &Signed,
    form: Form,
    of: Uuid,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    after(who, form, &of.to_string(), done)
}

async fn claim(posted: Posted, fragment: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            // Before anything is said about a passphrase: whose fragment it is.
            let to_sign = match claim_recourse::prepare(app, person, &fragment) {
                Ok(to_sign) => to_sign,
                Err(error @ (AppError::NotFound | AppError::Forbidden { .. })) => {
                    return Err(error);
                }
                Err(error) => return after(who, form, &fragment, Err(error)),
            };
            let done =
                signing::open_key(app, person, form.passphrase("passphrase")).and_then(|signer| {
                    let with = With::With(&signer);
                    claim_recourse::submit(app, person, &fragment, &to_sign.body, &with, None)
                });
            after(who, form, &fragment, done.map(|_claim| ()))
        })
        .await
}

async fn pay(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person, of) = (&who.portal.app, &who.principal, id_in_path(&at)?);
            person.may(Action::AnswerRecourse)?;
            recourse_view::one(app, person, of)?;
            let done =
                signing::open_key(app, person, form.passphrase("passphrase")).and_then(|signer| {
                    answer_recourse::run(app, person, &With::With(&signer), of, None)
                });
            after_claim(who, form, of, done.map(|_taken_up| ()))
        })
        .await
}

async fn dispute(posted: Posted, at: web::Path<String>) -> HttpResponse {
    with_word(posted, at, answer_recourse::dispute, after_claim).await
}

async fn withdraw(posted: Posted, at: web::Path<String>) -> HttpResponse {
    let act: WithWord = |app, who, of, _word| claim_recourse::withdraw(app, who, of);
    with_word(posted, at, act, after_claim).await
}
