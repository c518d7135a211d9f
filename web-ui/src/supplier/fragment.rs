//! One fragment: what it is, how it came here, what has become of it.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::finance_providers;
use ledger_app::policy::Action;
use ledger_app::portfolio::HoldingState;
use ledger_app::trace_fragment;
use ledger_app::trace_fragment::FragmentTrace;
use ledger_app::trace_fragment::InstructionState;
use ledger_app::trace_fragment::Outcome;
use ledger_app::traced_path;
use ledger_app::traced_path::CameBy;
use ledger_core::fragment::FragmentState;
use ledger_core::id::DocumentId;

use super::history;
use super::join;
use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::fragment::FragmentPage;
use crate::pages::fragment::PathStep;
use crate::paper_drawing;
use crate::session::Signed;
use crate::standing_words;
use crate::words;
use crate::write_offs_door;

pub(super) async fn show(who: Signed, fragment: web::Path<String>) -> HttpResponse {
    who.answer(move |who| who.page(&view(who, &fragment, None)?))
        .await
}

pub(super) async fn document(who: Signed, at: web::Path<(String, String)>) -> HttpResponse {
    let (fragment, document) = at.into_inner();
    who.answer(move |who| {
        let id = DocumentId::parse(&document).map_err(|_no_id| AppError::NotFound)?;
        let (app, person) = (&who.portal.app, &who.principal);
        let (found, bytes) = trace_fragment::document(app, person, &fragment, id)?;
        Ok(Answer::file(
            found.file_name,
            media_type(&found.media_type),
            bytes,
        ))
    })
    .await
}

/// Only types that were recognised when the document was taken in.
pub(crate) fn media_type(kept: &str) -> &'static str {
    const KNOWN: [&str; 6] = [
        "application/pdf",
        "image/png",
        "image/jpeg",
        "application/ofd",
        "application/xml",
        "text/plain",
    ];
    KNOWN
        .into_iter()
        .find(|known| *known == kept)
        .unwrap_or("application/octet-stream")
}

/// The page again after a deed on it was refused: `opened` says which disclosure it was in.
///
/// # Errors
/// The error itself unless it is about what the person did; as the page's own.
pub(crate) fn again(
    who: &Signed,
    id: &str,
    mut form: Form,
    opened: &str,
    error: Option<AppError>,
) -> Result<Answer, AppError> {
    let who = who.at(&format!("/fragments/{id}"));
    let who = match error {
        Some(error) => who.refused(error)?,
        None => phrases::unreadable(&who, &form),
    };
    form.push("opened", opened);
    who.page_again(&view(&who, id, Some(form))?)
}

/// What stands in the fields of a deed on the whole of it.
fn blank(amount: &str) -> Form {
    let mut form = Form::default();
    form.push("amount", amount);
    form.push("part", amount);
    form
}

/// Whom a free fragment can be pledged or passed on to: value and name.
fn providers(who: &Signed, free: bool) -> Result<Vec<(String, String)>, AppError> {
    if !free || who.principal.may(Action::AskPledge).is_err() {
        return Ok(Vec::new());
    }
    let found = finance_providers::run(&who.portal.app, &who.principal)?;
    let found = found.into_iter();
    Ok(found.map(|one| (one.party.to_string(), one.name)).collect())
}

fn view(who: &Signed, id: &str, form: Option<Form>) -> Result<FragmentPage, AppError> {
    let trace = trace_fragment::run(&who.portal.app, &who.principal, id)?;
    let lang = who.lang;
    let paper = &trace.held.paper.paper;
    let range = trace.held.fragment.range;
    let (state, state_class, free) = state(lang, &trace);
    // Only what is in default can have been written off, or may be.
    let (write_off, written_off) = if trace.own && paper.arrears.dishonoured {
        write_offs_door::on_fragment(who, id)?
    } else {
        Default::default()
    };
    let mut facts = facts(lang, &trace);
    facts.extend(written_off);
    let caption = lang.text("picture-caption");
    let named = |document: &trace_fragment::Document| {
        let href = format!("/fragments/{id}/documents/{}", document.id);
        (
            format!("{} {}", lang.text("invoice"), document.number),
            href,
        )
    };
    Ok(FragmentPage {
        shell: who.shell()?,
        id: id.to_owned(),
        number: paper.number.clone(),
        range: range.to_string(),
        amount: words::money(range.amount(), paper.currency),
        due: phrases::due(lang, trace.today, paper.due_date),
        state,
        state_class,
        // Who may only look is shown no way to where it may not go.
        free: free && who.principal.may(Action::OfferTransfer).is_ok(),
        providers: providers(who, free)?,
        retransfers: who.principal.may(Action::Retransfer).is_ok(),
        form: form.unwrap_or_else(|| blank(&range.amount().to_plain(paper.currency))),
        correctable: trace.correctable && who.principal.may(Action::CorrectTransfer).is_ok(),
        recall: recall(id, &trace),
        join: if trace.joinable {
            join::at(id)
        } else {
            String::new()
        },
        facts,
        write_off,
        picture: trace
            .picture
            .as_deref()
            .map(|cells| paper_drawing::draw(cells, paper.face, paper.currency, lang, caption)),
        path: trace.path.iter().map(|step| station(lang, step)).collect(),
        documents: trace.documents.iter().map(named).collect(),
        entries: history::lines(lang, paper.currency, &trace.history),
    })
}

/// Where an offer of one's own is taken back.
fn recall(id: &str, trace: &FragmentTrace) -> String {
    let open = trace.own && !trace.held.fragment.spent;
    match trace.held.fragment.state {
        FragmentState::Offered { .. } if open => format!("/offers/{id}"),
        _ => String::new(),
    }
}

/// State in words, class of its dot, whether it can be used now.
pub(super) fn state(lang: Lang, trace: &FragmentTrace) -> (String, &'static str, bool) {
    let held = &trace.held.fragment;
    let due = trace.held.paper.paper.due_date;
    match &trace.outcome {
        Outcome::Became(_) => (lang.text("outcome-became"), "moved", false),
        Outcome::PassedOn { to, .. } => (
            lang.text_with("outcome-passed-on", &[("to", to)]),
            "moved",
            false,
        ),
        Outcome::Sold { to, .. } => (
            lang.text_with("outcome-sold", &[("to", to)]),
            "financed",
            false,
        ),
        Outcome::Reversed { to, .. } => (
            lang.text_with("outcome-reversed", &[("to", to)]),
            "moved",
            false,
        ),
        Outcome::PaidBack { by, .. } => (
            lang.text_with("outcome-paid-back", &[("by", by)]),
            "moved",
            false,
        ),
        Outcome::Redeemed { .. } => (lang.text("outcome-redeemed"), "ok", false),
        Outcome::GivenBack { to, .. } => (
            lang.text_with("outcome-given-back", &[("to", to)]),
            "moved",
            false,
        ),
        Outcome::TakenBack { from, .. } => (
            lang.text_with("outcome-taken-back", &[("from", from)]),
            "moved",
            false,
        ),
        Outcome::Ended => (lang.text("outcome-ended"), "ended", false),
        Outcome::Paid => (lang.text("outcome-paid"), "ok", false),
        Outcome::Stands => match held.state {
            FragmentState::PendingAcceptance => (lang.text("held-pending"), "waiting", false),
            FragmentState::Offered { .. } => (lang.text("held-offered-open"), "offered", false),
            FragmentState::FinanceLocked { provider }
                if provider == trace.held.paper.paper.obligor =>
            {
                let by = &trace.held.obligor.name;
                let words = lang.text_with("held-redeeming", &[("by", by)]);
                (words, "waiting", false)
            }
            FragmentState::Redeemed => (lang.text("held-redeemed"), "ok", false),
            FragmentState::FinanceLocked { .. } => {
                (lang.text("held-selling-open"), "financed", false)
            }
            FragmentState::Pledged { .. } => (lang.text("held-pledged-open"), "financed", false),
            FragmentState::Frozen { .. } => (lang.text("held-frozen"), "waiting", false),
            FragmentState::Recourse { .. } => (lang.text("held-claimed-open"), "waiting", false),
            FragmentState::WrittenOff => (lang.text("held-written-off"), "off", false),
            FragmentState::Held => {
                let held = match trace.today.cmp(&due) {
                    std::cmp::Ordering::Less => HoldingState::Held,
                    std::cmp::Ordering::Equal => HoldingState::Due,
                    std::cmp::Ordering::Greater => HoldingState::Overdue,
                };
                let (words, class) = phrases::state(lang, &held);
                (words, class, held == HoldingState::Held && trace.own)
            }
        },
    }
}

fn facts(lang: Lang, trace: &FragmentTrace) -> Vec<Fact> {
    let paper = &trace.held.paper.paper;
    let mut facts = vec![
        Fact::new(lang.text("obligor"), trace.held.obligor.name.clone()),
        standing_words::of_obligor(lang, &trace.standing),
        Fact::new(lang.text("holder"), trace.holder.name.clone()),
        Fact::new(lang.text("issued"), dates::long(paper.issue_date, lang)),
        Fact::new(lang.text("face"), words::money(paper.face, paper.currency)),
    ];
    if let Some(from) = &trace.from {
        facts.push(Fact::new(lang.text("came-from"), from.name.clone()));
    }
    if let Some(frozen) = &trace.frozen {
        let until = dates::long(frozen.until, lang);
        let words = lang.text_with(
            "frozen-note",
            &[
                ("authority", &frozen.authority),
                ("reference", &frozen.reference),
                ("until", &until),
            ],
        );
        facts.push(Fact::new(lang.text("frozen-until"), until));
        facts.push(Fact::new(lang.text("frozen-order"), words));
    }
    if let Some(recourse) = trace.recourse {
        let words = phrases::recourse(lang, recourse, paper.currency);
        facts.push(Fact::new(lang.text("quote-recourse"), words));
    }
    let invoices: Vec<&str> = trace
        .payables
        .iter()
        .map(|p| p.invoice_no.as_str())
        .collect();
    if !invoices.is_empty() {
        facts.push(Fact::new(
            lang.text("payables-title"),
            invoices.join(&lang.text("list-comma")),
        ));
    }
    facts.extend(standing_words::of_paper(lang, paper));
    facts.extend(closed(lang, trace));
    facts
}

/// How the leg was closed: discharged by transfer, sold, paid.
fn closed(lang: Lang, trace: &FragmentTrace) -> Vec<Fact> {
    let mut facts = Vec::new();
    let label = || lang.text("leg-closed");
    match &trace.outcome {
        Outcome::PassedOn { to, on } => {
            let day = dates::long(*on, lang);
            let words = lang.text_with("leg-discharged", &[("to", to), ("date", &day)]);
            facts.push(Fact::new(label(), words));
        }
        Outcome::Sold { to, on } => {
            let day = dates::long(*on, lang);
            let words = lang.text_with("leg-sold", &[("to", to), ("date", &day)]);
            facts.push(Fact::new(label(), words));
        }
        Outcome::Reversed { to, on } => {
            let day = dates::long(*on, lang);
            let words = lang.text_with("leg-reversed", &[("to", to), ("date", &day)]);
            facts.push(Fact::new(label(), words));
        }
        Outcome::PaidBack { by, on } => {
            let day = dates::long(*on, lang);
            let words = lang.text_with("leg-paid-back", &[("by", by), ("date", &day)]);
            facts.push(Fact::new(label(), words));
        }
        Outcome::Redeemed { on } => {
            let (by, day) = (&trace.held.obligor.name, dates::long(*on, lang));
            let words = lang.text_with("leg-redeemed", &[("by", by), ("date", &day)]);
            facts.push(Fact::new(label(), words));
        }
        Outcome::GivenBack { to, on } => {
            let day = dates::long(*on, lang);
            let words = lang.text_with("leg-given-back", &[("to", to), ("date", &day)]);
            facts.push(Fact::new(label(), words));
        }
        Outcome::TakenBack { from, on } => {
            let day = dates::long(*on, lang);
            let words = lang.text_with("leg-taken-back", &[("from", from), ("date", &day)]);
            facts.push(Fact::new(label(), words));
        }
        _ => {}
    }
    for credit in &trace.credits {
        let money = words::money(credit.amount, trace.held.paper.paper.currency);
        let day = dates::long(credit.date, lang);
        let key = match credit.state {
            InstructionState::Settled => "credit-settled",
            InstructionState::Rejected | InstructionState::Returned => "credit-rejected",
            _ => "credit-under-way",
        };
        let mut words = lang.text_with(key, &[("amount", &money), ("date", &day)]);
        if credit.netted {
            let reference = &credit.end_to_end_id;
            words.push_str(&lang.text_with("credit-netted", &[("reference", reference)]));
        }
        let label = match credit.early {
            true => "paid-early",
            false => "paid-at-maturity",
        };
        facts.push(Fact::new(lang.text(label), words));
    }
    facts
}

pub(crate) fn station(lang: Lang, step: &traced_path::PathStep) -> PathStep {
    let day = step.date.map(|date| dates::long(date, lang));
    let key = match step.came_by {
        CameBy::Promise => "path-promise",
        CameBy::Issue => "path-issue",
        CameBy::Transfer => "path-transfer",
        CameBy::Retransfer => "path-retransfer",
        CameBy::Discount => "path-discount",
        CameBy::Reversal => "path-reversal",
        CameBy::Recourse => "path-recourse",
        CameBy::Correction => "path-correction",
    };
    let how = lang.text(key);
    PathStep {
        tier: match step.tier {
            0 => lang.text("obligor"),
            tier => lang.text_with("picture-tier", &[("tier", &u32::from(tier))]),
        },
        holder: step
            .holder
            .clone()
            .unwrap_or_else(|| lang.text("name-withheld")),
        masked: step.holder.is_none(),
        how: day.map_or(how.clone(), |day| format!("{how} · {day}")),
        proof: lang.text(if step.proved {
            "proof-valid"
        } else {
            "proof-broken"
        }),
    }
}
