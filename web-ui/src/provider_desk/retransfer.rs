//! Pass a fragment on to another finance provider, answer another's offer, take one's own back.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::answer_offer::Answer as Word;
use ledger_app::answer_retransfer;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::retransfer_fragment;
use ledger_app::retransfer_fragment::OfferRetransfer;
use ledger_app::retransfers_view;
use ledger_app::retransfers_view::RetransferState;
use ledger_app::retransfers_view::ShownRetransfer;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::trace_fragment;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_core::id::RetransferId;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Signer;

use crate::answer::Answer;
use crate::blame::blame;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::pledges::DealLine;
use crate::pages::retransfers::RetransferPage;
use crate::pages::retransfers::Retransfers;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::fragment;
use crate::supplier::phrases::recourse as recourse_words;
use crate::words;

/// Mounts the pages.
pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(list))
        .route("/desk/retransfers/{retransfer}", web::get().to(show))
        .route(
            "/desk/retransfers/{retransfer}/accept",
            web::post().to(accept),
        )
        .route(
            "/desk/retransfers/{retransfer}/decline",
            web::post().to(decline),
        )
        .route(
            "/desk/retransfers/{retransfer}/recall",
            web::post().to(recall),
        )
        .route("/fragments/{fragment}/retransfer", web::post().to(offer));
}

const HERE: &str = "/desk/retransfers";

/// Lines of the list.
const LINES: i64 = 100;

async fn list(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let found = retransfers_view::list(&who.portal.app, &who.principal, None, LINES)?;
        who.page(&Retransfers {
            shell: who.shell()?,
            more: found.next.is_some(),
            lines: found
                .items
                .iter()
                .map(|one| line(who, one))
                .collect::<Result<_, AppError>>()?,
        })
    })
    .await
}

fn standing(who: &Signed, one: &ShownRetransfer) -> (String, &'static str) {
    let state = one.retransferred.retransfer.state;
    let (word, class) = match state {
        RetransferState::Offered if !one.open => ("lapsed", "ended"),
        RetransferState::Offered => (state.word(), "waiting"),
        RetransferState::Accepted => (state.word(), "ok"),
        RetransferState::Declined | RetransferState::Recalled => (state.word(), "ended"),
    };
    (who.lang.text(&format!("retransfer-state-{word}")), class)
}

fn line(who: &Signed, one: &ShownRetransfer) -> Result<DealLine, AppError> {
    let (deal, lang) = (&one.retransferred, who.lang);
    let (state, state_class) = standing(who, one);
    let (other, part) = if one.own {
        (&deal.buyer, "retransfer-as-seller")
    } else {
        (&deal.seller, "retransfer-as-buyer")
    };
    let range = deal.range()?;
    Ok(DealLine {
        href: format!("{HERE}/{}", deal.retransfer.id),
        who: other.name.clone(),
        part: lang.text(part),
        obligor: deal.obligor.name.clone(),
        paper: words::paper_number(&deal.paper.paper.number),
        range: range.to_string(),
        reference: deal.retransfer.contract.clone(),
        due: dates::long(deal.paper.paper.due_date, lang),
        amount: words::money(range.amount(), deal.retransfer.currency),
        state,
        state_class,
    })
}

fn id(retransfer: &str) -> Result<RetransferId, AppError> {
    RetransferId::parse(retransfer).map_err(|_no_id| AppError::NotFound)
}

async fn show(who: Signed, retransfer: web::Path<String>) -> HttpResponse {
    who.answer(move |who| who.page(&view(who, id(&retransfer)?, Form::default())?))
        .await
}

fn view(who: &Signed, retransfer: RetransferId, form: Form) -> Result<RetransferPage, AppError> {
    let (app, person, lang) = (&who.portal.app, &who.principal, who.lang);
    let (one, path) = retransfers_view::one(app, person, retransfer)?;
    let (state, state_class) = standing(who, &one);
    let deal = &one.retransferred;
    let acts = one.open && person.may(Action::Retransfer).is_ok();
    let (deed, decline) = match (acts, one.own) {
        (false, _) => (None, None),
        (true, true) => (Some(signing_of(who, &one, "recall")), None),
        (true, false) => (
            Some(signing_of(who, &one, "accept")),
            Some(signing_of(who, &one, "decline")),
        ),
    };
    Ok(RetransferPage {
        shell: who.shell()?,
        sentence: lang.text_with(
            "retransfer-sentence",
            &[("seller", &deal.seller.name), ("buyer", &deal.buyer.name)],
        ),
        amount: words::money(deal.range()?.amount(), deal.retransfer.currency),
        state,
        state_class,
        facts: facts(who, &one)?,
        deed,
        decline,
        path: path
            .iter()
            .map(|step| fragment::station(lang, step))
            .collect(),
        form,
    })
}

fn facts(who: &Signed, one: &ShownRetransfer) -> Result<Vec<Fact>, AppError> {
    let (deal, lang) = (&one.retransferred, who.lang);
    let currency = deal.retransfer.currency;
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let mut facts = vec![
        fact("obligor", deal.obligor.name.clone()),
        fact("paper", words::paper_number(&deal.paper.paper.number)),
        fact("range", deal.range()?.to_string()),
        fact("maturity", dates::long(deal.paper.paper.due_date, lang)),
    ];
    facts.extend(terms(who, one));
    if let Some(price) = deal.retransfer.price {
        facts.push(fact("retransfer-price", words::money(price, currency)));
    }
    Ok(facts)
}

/// What is in the signed bytes beside the fragment.
fn terms(who: &Signed, one: &ShownRetransfer) -> Vec<Fact> {
    let (deal, lang) = (&one.retransferred.retransfer, who.lang);
    vec![
        Fact::new(lang.text("retransfer-contract"), deal.contract.clone()),
        Fact::new(
            lang.text("quote-recourse"),
            recourse_words(lang, deal.recourse(), deal.currency),
        ),
    ]
}

fn signing_of(who: &Signed, one: &ShownRetransfer, act: &str) -> Signing {
    let (deal, lang) = (&one.retransferred, who.lang);
    Signing {
        action: format!("{HERE}/{}/{act}", deal.retransfer.id),
        statement: lang.text_with(
            &format!("retransfer-{act}-deed"),
            &[("seller", &deal.seller.name), ("buyer", &deal.buyer.name)],
        ),
        facts: terms(who, one),
        consequences: vec![
            lang.text(&format!("retransfer-{act}-follows")),
            lang.text("deed-final"),
        ],
        submit: lang.text(&format!("retransfer-{act}-do")),
        hidden: Vec::new(),
    }
}

async fn accept(posted: Posted, retransfer: web::Path<String>) -> HttpResponse {
    signed(posted, retransfer, |who, id, signer| {
        let (app, person) = (&who.portal.app, &who.principal);
        let with = With::With(signer);
        answer_retransfer::run(app, person, &with, id, Word::Accept, None).map(|_done| ())
    })
    .await
}

async fn decline(posted: Posted, retransfer: web::Path<String>) -> HttpResponse {
    signed(posted, retransfer, |who, id, signer| {
        let (app, person) = (&who.portal.app, &who.principal);
        let with = With::With(signer);
        answer_retransfer::run(app, person, &with, id, Word::Refuse, None).map(|_done| ())
    })
    .await
}

async fn recall(posted: Posted, retransfer: web::Path<String>) -> HttpResponse {
    signed(posted, retransfer, |who, id, signer| {
        let (app, person) = (&who.portal.app, &who.principal);
        retransfer_fragment::recall(app, person, &With::With(signer), id)
    })
    .await
}

type Act = fn(&Signed, RetransferId, &Signer) -> Result<(), AppError>;

/// Runs a deed with the person's own key, and shows the offer again.
async fn signed(posted: Posted, retransfer: web::Path<String>, act: Act) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            who.principal.may(Action::Retransfer)?;
            let (app, person) = (&who.portal.app, &who.principal);
            let retransfer = id(&retransfer)?;
            let here = format!("{HERE}/{retransfer}");
            // Before anything is said about a passphrase: whose offer it is.
            retransfers_view::one(app, person, retransfer)?;
            let done = signing::open_key(app, person, form.passphrase("passphrase"))
                .and_then(|signer| act(who, retransfer, &signer));
            match done {
                Ok(()) => Ok(Answer::see_other(here)),
                Err(error) => {
                    blame(&mut form, &error, &[]);
                    let who = who.at(&here).refused(error)?;
                    who.page_again(&view(&who, retransfer, form)?)
                }
            }
        })
        .await
}

async fn offer(posted: Posted, fragment: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            who.principal.may(Action::Retransfer)?;
            let (app, person) = (&who.portal.app, &who.principal);
            let trace = trace_fragment::run(app, person, &fragment)?;
            let currency = trace.held.paper.paper.currency;
            let Some(command) = command(&mut form, &fragment, currency) else {
                return fragment::again(who, &fragment, form, "retransfer", None);
            };
            let done =
                signing::open_key(app, person, form.passphrase("passphrase")).and_then(|signer| {
                    let with = With::With(&signer);
                    retransfer_fragment::offer(app, person, &with, &command, None)
                });
            match done {
                Ok(offered) => Ok(Answer::see_other(format!("{HERE}/{}", offered.retransfer))),
                Err(error) => {
                    blame(&mut form, &error, OTHERS);
                    fragment::again(who, &fragment, form, "retransfer", Some(error))
                }
            }
        })
        .await
}

/// The field each refusal of an offer is about.
const OTHERS: &[(&str, &str)] = &[
    ("zero_amount", "part"),
    ("more_than_held", "part"),
    ("below_minimum_fragment", "part"),
    ("reference_not_possible", "contract"),
    ("provider_not_active", "to"),
    ("self_transfer", "to"),
    ("recourse_cap_not_possible", "cap"),
    ("price_not_possible", "price"),
];

fn command(form: &mut Form, fragment: &str, currency: Currency) -> Option<OfferRetransfer> {
    let to = PartyId::parse(form.text("to")).ok();
    if to.is_none() {
        form.refuse("to", "missing");
    }
    let amount = form.amount("part", currency);
    let contract = form.required("contract");
    let recourse = recourse(form, currency);
    let price: Option<Option<Amount>> = if form.text("price").is_empty() {
        Some(None)
    } else {
        form.amount("price", currency).map(Some)
    };
    Some(OfferRetransfer {
        fragment: fragment.to_owned(),
        amount: amount?,
        to: to?,
        recourse: recourse?,
        contract: contract?,
        price: price?,
    })
}

fn recourse(form: &mut Form, currency: Currency) -> Option<Recourse> {
    match form.text("recourse") {
        "without" => Some(Recourse::Without),
        "with" => Some(Recourse::With),
        "limited" => form.amount("cap", currency).map(Recourse::Limited),
        _ => {
            form.refuse("recourse", "missing");
            None
        }
    }
}
