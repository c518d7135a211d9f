//! One request: what is asked, by whom, where it comes from, and what the house answers.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::obligor_status;
use ledger_app::policy::Action;
use ledger_app::provider_book;
use ledger_app::provider_inbox;
use ledger_app::provider_inbox::DeskState;
use ledger_app::provider_inbox::OfferedRequest;
use ledger_app::provider_inbox::ProposalState;
use ledger_app::provider_inbox::ProposedAnswer;
use ledger_core::id::RequestId;

use super::bidding;
use super::obligor;
use super::origin;
use super::phrases;
use super::terms;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::desk::DeskRequest;
use crate::pages::desk::LogLine;
use crate::pages::desk::Price;
use crate::pages::desk::WaitingAnswer;
use crate::session::Signed;
use crate::supplier::phrases::due;
use crate::words;

pub(super) async fn show(who: Signed, request: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let view = view(who, id(&request)?, Form::default(), None)?;
        who.page(&view)
    })
    .await
}

/// The request of an address.
pub(super) fn id(request: &str) -> Result<RequestId, AppError> {
    RequestId::parse(request).map_err(|_no_id| AppError::NotFound)
}

/// The address of a request's page.
pub(super) fn address(request: RequestId) -> String {
    format!("/desk/requests/{request}")
}

/// The page, with what is typed into the form of an answer and the price it makes.
pub(super) fn view(
    who: &Signed,
    request: RequestId,
    mut form: Form,
    price: Option<Price>,
) -> Result<DeskRequest, AppError> {
    let (app, person, lang) = (&who.portal.app, &who.principal, who.lang);
    let one = provider_inbox::one(app, person, request)?;
    let answers = provider_inbox::answers(app, person, request)?;
    let status = obligor_status::run(app, person, one.asked.obligor.id)?;
    let (state, state_class) = phrases::standing(lang, one.standing);
    let waiting = answers
        .iter()
        .find(|answer| answer.proposal.state == ProposalState::Waiting)
        .filter(|_| one.standing == DeskState::ToApprove);
    terms::usual(who, &mut form, one.inquiry.bids_until)?;
    Ok(DeskRequest {
        shell: who.shell()?,
        id: request.to_string(),
        amount: words::money(one.asked.request.amount, one.asked.request.currency),
        paper: words::paper_number(&one.asked.paper.paper.number),
        range: one.asked.range()?.to_string(),
        state,
        state_class,
        facts: facts(who, &one),
        card: obligor::card(lang, &status),
        origin: origin::load(who, request)?,
        form,
        answering: one.standing == DeskState::ToQuote
            && one.available
            && person.may(Action::ProposeAnswer).is_ok(),
        bidding: bidding::of(who, &one)?,
        gate: obligor::gate(lang, &status),
        price,
        waiting: waiting.map(|answer| waits(who, &one, answer)),
        quoted: quoted(who, &one)?,
        purchase: match (&one.my_quote, one.standing) {
            (Some((quote, _state)), DeskState::Won) => format!("/desk/purchases/{quote}"),
            _ => String::new(),
        },
        log: log(who, &answers),
    })
}

fn facts(who: &Signed, one: &OfferedRequest) -> Vec<Fact> {
    let (lang, asked) = (who.lang, &one.asked);
    let paper = &asked.paper.paper;
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    vec![
        fact("holder", asked.holder.name.clone()),
        fact("obligor", asked.obligor.name.clone()),
        fact("maturity", due(lang, who.business_date, paper.due_date)),
        fact("issued", dates::long(paper.issue_date, lang)),
        fact("face", words::money(paper.face, paper.currency)),
        fact("bank-until", dates::moment(asked.request.expires_at, lang)),
    ]
}

/// The own quote that is with the holder.
fn quoted(who: &Signed, one: &OfferedRequest) -> Result<Option<(Price, String)>, AppError> {
    let Some((quote, _state)) = one.my_quote else {
        return Ok(None);
    };
    if !matches!(one.standing, DeskState::Quoted | DeskState::Won) {
        return Ok(None);
    }
    let own = provider_book::quote(&who.portal.app, &who.principal, quote)?;
    let decides = who.principal.may(Action::ApproveAnswer).is_ok();
    let back = match one.standing {
        DeskState::Quoted if decides => {
            let here = address(one.asked.request.id);
            format!("{here}/quotes/{quote}/withdraw")
        }
        _ => String::new(),
    };
    Ok(Some((phrases::price(who.lang, &own.quote), back)))
}

fn waits(who: &Signed, one: &OfferedRequest, answer: &ProposedAnswer) -> WaitingAnswer {
    let lang = who.lang;
    let decides = !answer.own && who.principal.may(Action::ApproveAnswer).is_ok();
    let price = answer
        .quote
        .as_ref()
        .map(|quote| phrases::price(lang, quote));
    let at = dates::moment(answer.proposal.made_at, lang);
    WaitingAnswer {
        id: answer.proposal.id.to_string(),
        maker: format!("{} · {at}", answer.proposal.maker_name),
        word: answer.proposal.word.clone(),
        own: answer.own,
        decides,
        deed: price
            .as_ref()
            .filter(|_| decides)
            .map(|price| deed(who, one, answer, price)),
        price,
    }
}

fn deed(who: &Signed, one: &OfferedRequest, answer: &ProposedAnswer, price: &Price) -> Signing {
    let lang = who.lang;
    let (request, proposal) = (one.asked.request.id, answer.proposal.id);
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let mut facts = vec![
        fact("holder", one.asked.holder.name.clone()),
        fact("obligor", one.asked.obligor.name.clone()),
        fact("quote-proceeds", price.proceeds.clone()),
    ];
    facts.extend(price.facts.iter().cloned());
    Signing {
        action: format!("{}/answers/{proposal}/approve", address(request)),
        statement: lang.text_with(
            "desk-deed",
            &[
                ("holder", &one.asked.holder.name),
                ("proceeds", &price.proceeds),
            ],
        ),
        facts,
        consequences: vec![lang.text("desk-deed-binds"), lang.text("desk-deed-four")],
        submit: lang.text("desk-deed-sign"),
        hidden: Vec::new(),
    }
}

/// What was proposed and decided, newest first.
fn log(who: &Signed, answers: &[ProposedAnswer]) -> Vec<LogLine> {
    let lang = who.lang;
    let mut lines = Vec::new();
    for answer in answers {
        let what = match &answer.quote {
            Some(quote) => {
                let rate = format!("{}%", quote.rate);
                lang.text_with("desk-log-quote", &[("rate", &rate)])
            }
            None => lang.text("desk-log-decline"),
        };
        lines.push(LogLine {
            when: dates::moment(answer.proposal.made_at, lang),
            what,
            who: answer.proposal.maker_name.clone(),
            word: answer.proposal.word.clone(),
        });
        if let Some(decision) = &answer.decision {
            lines.push(LogLine {
                when: dates::moment(decision.decided_at, lang),
                what: lang.text(&format!("desk-verdict-{}", decision.verdict.word())),
                who: decision.decider_name.clone(),
                word: decision.word.clone(),
            });
        }
    }
    lines.reverse();
    lines
}
